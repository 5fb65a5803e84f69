//! What to do about an error, for somebody at a terminal.

/// The advice for a code, if there is any that holds always.
pub(crate) fn of(code: &str) -> Option<&'static str> {
    Some(match code {
        "cli.argument" => "see the command with --help",
        "cli.ambiguous" => "give more digits of the id",
        "cli.disk_full" => "make room on the disk, then run the same command again: it goes on where it stopped",
        "cli.exists" => "choose another folder with --vault, or use the vault that is there",
        "cli.file" => "check the path and its permissions",
        "cli.locked" => "close the other satchel that uses this vault, or wait for it to end",
        "cli.network" => {
            "check that the relay runs and its address is right; what was made is kept and sent by `satchel sync`"
        }
        "cli.no_code" => "give a sharp, straight picture of the whole code, or paste its text",
        "cli.no_vault" => "make one with `satchel create`, or name its folder with --vault",
        "cli.passphrase" => "give --passphrase-file FILE, set SATCHEL_PASSPHRASE, or run at a terminal",
        "cli.passphrases_differ" => "type the same passphrase twice",
        "cli.picture" => "give a PNG or JPEG file",
        "cli.store" => "restore the folder from a copy, or make the vault again with `satchel recover` and the words",
        "cli.terminal" => "run at a terminal, or give the answer as an option (see --help)",
        "claim.symbols" => "make a new code with `satchel offer`",
        "claim.unvouched" => {
            "see `satchel claims`, ask which symbols the other screen shows, then `satchel confirm --symbols`; or trust the organization first"
        }
        "crypto.word" | "crypto.word_count" | "crypto.word_checksum" => "compare with the printed kit, word by word",
        "device.words" | "device.admin" => "give the words of the kit with --words-file FILE",
        "device.other_words" | "recovery.replaced" => "use the newest kit you printed",
        "entry.passphrase" => {
            "type the passphrase again; with the words of the kit `satchel recover` makes the vault anew"
        }
        "entry.damaged" | "entry.rolled_back" | "vault.damaged" | "vault.missing" => {
            "restore the folder from a copy, or make the vault again with `satchel recover` and the words"
        }
        "file.changed" => "when the file is finished, `satchel files --resume ID`",
        "file.part" | "file.hash" => "run the command again; if it is refused again, tell the relay's operator",
        "file.vanished" | "file.unreadable" => {
            "put the file back or name its new place: `satchel files --resume ID --from PATH`"
        }
        "relay.quota" | "relay.too_large" => {
            "ask the relay's operator for more room, then `satchel files --resume ID`; `satchel files --cancel ID` gives it up"
        }
        "relay.uploads" => {
            "ask the patient to allow more (`satchel grant-files GRANT SIZE`), then `satchel files --resume ID`; `satchel files --cancel ID` gives it up"
        }
        "grant.over" | "grant.revoked" => "ask the patient for a new code",
        "grant.right" => "ask the patient for a code that allows this",
        "offer.claimed" | "offer.expired" => "ask for a new code (`satchel offer`)",
        "offer.scheme" | "offer.url" => "paste the whole text, in quotes, up to its last sign",
        "relay.clock" => "set this computer's clock",
        "relay.not_found" => "run `satchel sync` and look again",
        "relay.rate_limited" | "relay.unavailable" => "wait a minute, then `satchel sync`",
        "relay.token" => "ask the relay's operator for a token and give it with `satchel sync --token`",
        "vault.conflict" => "run the command again",
        "vault.kit" => "the words are shown once, when the vault is made; use the kit you wrote down",
        "vault.not_found" => "run `satchel sync`, then list again and copy the id",
        "vault.not_ready" => "run `satchel sync` while the relay can be reached",
        "vault.recovery" => "compare words and relay with the printed kit",
        "vault.relay" => "give an address such as https://relay.example",
        "vault.role" => "use the vault of the party that does this (`satchel profile` says whose this is)",
        _ => return None,
    })
}
