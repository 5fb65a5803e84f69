//! What the binary does without any relay: help, completions, bad arguments, codes, locked and damaged vaults.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(
    dead_code,
    unreachable_pub,
    reason = "shared by several tests, each of which uses a part"
)]
#[path = "support/mod.rs"]
mod support;

use std::fs;
use std::path::Path;

use support::{answer, complaint, path, refusal, refusal_with, satchel, text, vault};

const COMMANDS: &[&str] = &[
    "create",
    "recover",
    "unlock",
    "profile",
    "passphrase",
    "status",
    "sync",
    "import",
    "add",
    "list",
    "search",
    "show",
    "hide",
    "block",
    "offer",
    "offers",
    "scan",
    "claim",
    "claims",
    "confirm",
    "decline",
    "grants",
    "accesses",
    "read",
    "write",
    "submissions",
    "receipts",
    "appointment",
    "org",
    "credential",
    "trust",
    "export",
    "verify",
    "demo",
    "completions",
];

/// A code of the right form that no relay knows.
const CODE: &str = "https://relay.example/offer#1.-3UxWAfdG_Z8zh4V20tDRmTn61QYu8Y5w-iE4lJnBbA.rmSJ8Tgw5MfNjcMqlPil4M3nYjll7W1KExWReqrhnvg.-W53oCBrZx1SIpke7fk_RMFpHyuDr7Zu4xaeKpsJi68";

#[test]
fn help_and_completions_know_every_command() {
    let help = satchel(&["--help"]);
    assert!(help.status.success());
    for command in COMMANDS {
        assert!(text(&help).contains(&format!("  {command}")), "{command}");
        let own = satchel(&[command, "--help"]);
        assert!(
            own.status.success() && text(&own).contains("Usage: satchel"),
            "{command}"
        );
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = satchel(&["completions", shell]);
        assert!(
            script.status.success() && text(&script).contains("appointment"),
            "{shell}"
        );
    }
    assert!(text(&satchel(&["--version"])).starts_with("satchel "));
}

#[test]
fn bad_arguments_are_wrong_use() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    for bad in [
        &["nonsense"][..],
        &[],
        &["create", "wizard", "--name", "x", "--relay", "y"],
        &["offer"],
        &["offer", "--all", "--category", "laboratory"],
        &["offer", "--all", "--lifetime", "soon"],
        &["confirm", "--yes", "--row", "2"],
        &["export", "--out", "x"],
        &["sync", "--for", "5s"],
        &["trust", "add"],
    ] {
        let output = satchel(&[&["--vault", vault.as_str()], bad].concat());
        assert_eq!(output.status.code(), Some(2), "{bad:?}: {}", complaint(&output));
    }
    assert_eq!(
        refusal(&["--vault", &vault, "show", "ab"]),
        ("cli.argument".to_owned(), 2)
    );
    assert_eq!(
        refusal(&["--vault", &vault, "show", "abcdef"]),
        ("vault.not_found".to_owned(), 7)
    );
    assert_eq!(
        refusal(&["--vault", &vault, "list", "--category", "secrets"]).0,
        "category.unknown"
    );
}

#[test]
fn a_vault_is_private_and_says_who_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(Path::new(&vault)), 0o700);
        for file in fs::read_dir(&vault).unwrap() {
            let file = file.unwrap().path();
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
    }
    let profile = answer(&["--vault", &vault, "profile"]);
    assert_eq!(profile["profile"]["name"], "Asha Example");
    assert_eq!(profile["profile"]["stage"], "founding");
    assert_eq!(
        refusal(&[
            "--vault",
            &vault,
            "create",
            "patient",
            "--name",
            "x",
            "--relay",
            "http://localhost:9"
        ]),
        ("cli.exists".to_owned(), 4)
    );
    assert_eq!(
        refusal(&["--vault", &vault, "--offline", "offer", "--all"]),
        ("vault.not_ready".to_owned(), 8)
    );
    let elsewhere = folder.path().join("elsewhere");
    assert_eq!(
        refusal(&["--vault", path(&elsewhere), "list"]),
        ("cli.no_vault".to_owned(), 4)
    );
    for file in fs::read_dir(&vault).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(
            !bytes.windows(4).any(|window| window == b"Asha"),
            "the name stands in clear"
        );
    }
}

#[test]
fn the_kit_can_go_to_a_private_file_only() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, kit) = (folder.path().join("vault"), folder.path().join("kit.txt"));
    let create = [
        "--vault",
        path(&vault),
        "--offline",
        "create",
        "patient",
        "--name",
        "A",
        "--relay",
        "http://localhost:9",
        "--kit-file",
        path(&kit),
    ];
    let made = satchel(&create);
    assert!(made.status.success(), "{}", complaint(&made));
    let words = fs::read_to_string(&kit).unwrap();
    assert!(words.contains("RECOVERY KIT") && words.contains("http://localhost:9"));
    assert!(!text(&made).contains("RECOVERY KIT"));
    let second = folder.path().join("second");
    let again = [
        "--vault",
        path(&second),
        "--offline",
        "create",
        "patient",
        "--name",
        "A",
        "--relay",
        "http://localhost:9",
        "--kit-file",
        path(&kit),
    ];
    assert_eq!(refusal(&again).0, "cli.exists");
    assert_eq!(fs::read_to_string(&kit).unwrap(), words);
}

#[test]
fn passphrases_are_checked_and_changed() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    assert_eq!(
        refusal_with("wrong", &["--vault", &vault, "unlock"]),
        ("entry.passphrase".to_owned(), 3)
    );
    let new = folder.path().join("new");
    fs::write(&new, "battery staple\n").unwrap();
    answer(&["--vault", &vault, "passphrase", "--new-passphrase-file", path(&new)]);
    assert_eq!(
        refusal(&["--vault", &vault, "unlock"]),
        ("entry.passphrase".to_owned(), 3)
    );
    answer(&["--vault", &vault, "--passphrase-file", path(&new), "unlock"]);
    let absent = folder.path().join("absent");
    assert_eq!(
        refusal(&["--vault", &vault, "--passphrase-file", path(&absent), "unlock"]).0,
        "cli.file"
    );
}

#[test]
fn a_code_is_read_from_its_picture_and_never_claimed() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    let picture = folder.path().join("code.png");
    fs::write(&picture, cli::code::png(CODE).unwrap()).unwrap();
    for code in [path(&picture), CODE] {
        let seen = answer(&["--vault", &vault, "scan", code]);
        assert_eq!(seen["code"]["kind"], "consent");
        assert_eq!(seen["code"]["relay"], "https://relay.example");
    }
    let none = folder.path().join("none.png");
    fs::write(&none, "not a picture").unwrap();
    assert_eq!(refusal(&["--vault", &vault, "scan", path(&none)]).0, "cli.picture");
    for (bad, code) in [
        ("hello", "offer.scheme"),
        ("https://relay.example/offer#1.AA.BB.CC", "offer.url"),
        (&CODE.replace("#1.", "#9."), "offer.version"),
        (CODE.get(..120).unwrap(), "offer.url"),
    ] {
        assert_eq!(
            refusal(&["--vault", &vault, "scan", bad]),
            (code.to_owned(), 8),
            "{bad}"
        );
    }
}

#[test]
fn files_that_are_no_export_do_not_verify() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    for bytes in [&b""[..], b"hello", &[0; 5000], b"\xff\xff\xff\xff\xff\xff\xff\xff\xff"] {
        fs::write(&file, bytes).unwrap();
        let (code, status) = refusal(&["verify", path(&file)]);
        assert!(code.starts_with("export."), "{code}");
        assert_eq!(status, 6);
    }
    assert_eq!(refusal(&["verify", path(&folder.path().join("absent"))]).0, "cli.file");
}

#[test]
fn errors_name_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    let secret = folder.path().join("bundle.json");
    fs::write(
        &secret,
        r#"{"resourceType":"Bundle","type":"secret","entry":[{"resource":{"name":"Asha Example"}}]}"#,
    )
    .unwrap();
    for failing in [
        &["import", path(&secret)][..],
        &["add", "allergy", "Peanuts of Asha Example", "--criticality", "extreme"],
        &["show", "abcdef"],
        &["decline", "abcdef"],
        &["offer", "--category", "nonsense"],
    ] {
        let output = satchel(&[&["--vault", vault.as_str(), "--offline"], failing].concat());
        assert!(!output.status.success(), "{failing:?}");
        let said = complaint(&output) + &text(&output);
        assert!(
            said.contains("error: ") && !said.contains("Asha") && !said.contains("Peanuts"),
            "{said}"
        );
    }
}
