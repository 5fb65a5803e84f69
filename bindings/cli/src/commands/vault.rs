//! Making, recovering, unlocking and describing a vault.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use rand_core::Rng;
use vault::facade::{Profile, Setup};

use crate::context::Context;
use crate::driver;
use crate::error::Error;
use crate::folder;
use crate::page::{Answer, Page, Tone};
use crate::session::Session;
use crate::terminal;
use crate::time;

/// Whose vault it is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Role {
    Patient,
    Practitioner,
    Laboratory,
    Organization,
    Auditor,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Practitioner => "practitioner",
            Self::Laboratory => "laboratory",
            Self::Organization => "organization",
            Self::Auditor => "auditor",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Whose vault it is.
    #[arg(value_enum)]
    role: Role,
    /// The owner's name, as others will see it.
    #[arg(long)]
    name: String,
    /// Address of the home relay.
    #[arg(long, env = "SATCHEL_RELAY")]
    relay: String,
    /// A single-use value from the relay's operator, where the relay asks for one.
    #[arg(long)]
    token: Option<String>,
    /// Write the recovery kit to this file instead of the screen; print it, then delete it.
    #[arg(long, value_name = "FILE")]
    kit_file: Option<PathBuf>,
    /// Do not ask two words back.
    #[arg(long)]
    no_check: bool,
}

pub(crate) fn create(context: &Context, arguments: &Create) -> Result<Answer, Error> {
    context.vacant()?;
    let passphrase = terminal::new_passphrase(context.passphrase_file.as_deref())?;
    if arguments.kit_file.as_deref().is_some_and(Path::exists) {
        return Err(Error::new(
            "cli.exists",
            arguments
                .kit_file
                .as_deref()
                .map(|path| path.display().to_string())
                .unwrap_or_default(),
        ));
    }
    let setup = Setup {
        role: arguments.role.word().to_owned(),
        name: arguments.name.clone(),
        relay: arguments.relay.clone(),
        token: arguments.token.clone(),
    };
    terminal::progress("Making keys ...");
    let mut session = Session::create(&context.vault, &setup, &passphrase)?;
    let kit = session.query(|vault| vault.kit())?;
    let mut page = Page::default();
    page.title(format!("Vault made in {}", context.vault.display()));
    let text = kit_text(&kit, &arguments.relay);
    match &arguments.kit_file {
        Some(path) => {
            write_private(path, text.as_bytes())?;
            page.line(format!(
                "The recovery kit is in {}: print it, keep the paper, delete the file.",
                path.display()
            ));
        }
        None if context.json => {}
        None => {
            let mut shown = Page::default();
            shown.line(&text);
            shown.print();
            if terminal::is_interactive() && !arguments.no_check {
                if ask_back(&kit)? {
                    page.push(0, Tone::Good, "The words are right.");
                } else {
                    page.push(
                        0,
                        Tone::Bad,
                        "The words do not match: compare the paper with the words above before this screen is gone.",
                    );
                }
            }
        }
    }
    session.vault().forget_kit();
    let show = context.send(&mut session, &mut page)?;
    let profile = session.query(|vault| vault.profile())?;
    if profile.stage == "founding" {
        page.push(
            0,
            Tone::Warn,
            "Not founded yet: the first block waits for the relay. Run `satchel sync` when it can be reached.",
        );
    }
    page.append(profile_page(&profile), 0);
    let answer = Answer::new(page).with("profile", &profile)?.with("show", &show)?;
    // With --json the words can only go into the answer; with a file they are there.
    if context.json && arguments.kit_file.is_none() {
        answer.with("kit", &kit)
    } else {
        Ok(answer)
    }
}

/// The kit as printed: words in rows of four, the relay beside them, and what the paper can do.
pub(crate) fn kit_text(kit: &[String], relay: &str) -> String {
    let mut out = String::from(
        "RECOVERY KIT\nWhoever holds these words is the owner of this record. Write them on paper; they are shown once.\n",
    );
    for (index, words) in kit.iter().enumerate() {
        if index == 1 {
            out.push_str("\nSECOND KIT (next root key of the organization; keep it apart from the first)\n");
        }
        let words: Vec<&str> = words.split_whitespace().collect();
        for (row, four) in words.chunks(4).enumerate() {
            let cells: Vec<String> = four
                .iter()
                .enumerate()
                .map(|(column, word)| format!("{:>2} {word:<10}", row * 4 + column + 1))
                .collect();
            out.push_str(&format!("  {}\n", cells.join(" ").trim_end()));
        }
    }
    out.push_str(&format!("  relay {relay}\n"));
    out
}

/// Two words are asked back, so that nobody believes to be protected who is not.
pub(crate) fn ask_back(kit: &[String]) -> Result<bool, Error> {
    let words: Vec<&str> = kit
        .first()
        .map(|words| words.split_whitespace().collect())
        .unwrap_or_default();
    let half = words.len() / 2;
    for start in [0, half] {
        let Ok(offset) = usize::try_from(driver::random().next_u32()) else {
            continue;
        };
        let place = start + offset % half.max(1);
        for attempt in 0..3 {
            let typed = terminal::ask(&format!("Word {} of the kit?", place + 1))?;
            if words.get(place).is_some_and(|word| word.eq_ignore_ascii_case(&typed)) {
                break;
            }
            if attempt == 2 {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = folder::private_file(path)?;
    let write = |file: &mut fs::File| {
        file.set_len(0)?;
        std::io::Write::write_all(file, bytes)?;
        file.sync_all()
    };
    write(&mut file).map_err(|error| Error::file(path, &error))
}

/// Whether the passphrase opens the vault and everything in it is in place.
pub(crate) fn unlock(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let profile = session.query(|vault| vault.profile())?;
    let mut page = Page::default();
    page.push(
        0,
        Tone::Good,
        "The passphrase opens this vault; no entry is missing, added or older than it must be.",
    );
    Answer::new(page)
        .with("role", &profile.role)?
        .with("generation", session.folder().generation()?)
}

pub(crate) fn profile(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let profile = session.query(|vault| vault.profile())?;
    Answer::new(profile_page(&profile)).with("profile", &profile)
}

pub(crate) fn passphrase(context: &Context, file: Option<&Path>) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let passphrase = match file {
        Some(path) => terminal::secret_file(path)?,
        None if terminal::is_interactive() => terminal::new_passphrase(None)?,
        None => return Err(Error::new("cli.passphrase", "")),
    };
    session.change_passphrase(&passphrase)?;
    let mut page = Page::default();
    page.push(0, Tone::Good, "The passphrase was changed.");
    Ok(Answer::new(page))
}

pub(crate) fn profile_page(profile: &Profile) -> Page {
    let mut page = Page::default();
    page.item("Owner", format!("{} ({})", profile.name, profile.role));
    if let Some(fingerprint) = &profile.fingerprint {
        page.item("Fingerprint", fingerprint);
    }
    if let Some(identity) = &profile.identity {
        page.item("Identity", identity);
    }
    page.item("Relay", &profile.relay);
    page.item(
        "Chain",
        format!("{} blocks, {} device(s)", profile.blocks, profile.devices),
    );
    let synced = profile.last_synced.map_or_else(|| "never".to_owned(), time::show);
    page.item("Last synced", synced);
    if profile.outbox > 0 {
        page.item("Waiting", format!("{} to send", profile.outbox));
    }
    page
}
