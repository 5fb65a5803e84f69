//! A vault from the words of a recovery kit: a lost phone replaced, or a second device.

use std::path::{Path, PathBuf};

use clap::Args;
use vault::facade::Recovery;

use super::vault::profile_page;
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::terminal;
use crate::time;

#[derive(Debug, Args)]
pub(crate) struct Recover {
    /// Address of the relay printed on the kit.
    #[arg(long, env = "SATCHEL_RELAY")]
    relay: String,
    /// File with the words; without it they are asked for.
    #[arg(long, value_name = "FILE")]
    words_file: Option<PathBuf>,
    /// A device that may not certify or take out others: it is taken out without the words.
    #[arg(long)]
    ordinary: bool,
}

/// A new vault from the words: a lost phone replaced, or a second device that joins.
pub(crate) fn recover(context: &Context, arguments: &Recover) -> Result<Answer, Error> {
    context.vacant()?;
    let words = words_from(arguments.words_file.as_deref())?;
    let passphrase = terminal::new_passphrase(context.passphrase_file.as_deref())?;
    let join = if arguments.ordinary {
        Session::join_ordinary
    } else {
        Session::join
    };
    let mut session = join(&context.vault, &words, &arguments.relay, &passphrase)?;
    terminal::progress("Reading the chain from the relay ...");
    let drained = session.sync()?;
    let profile = session.query(|vault| vault.profile())?;
    let mut page = Page::default();
    if profile.stage != "ready" {
        let code = drained
            .show
            .iter()
            .rev()
            .flat_map(|show| &show.params)
            .find(|param| param.name == "code");
        let code = code.map_or_else(|| "vault.recovery".to_owned(), |param| param.value.clone());
        return Err(Error::new(&code, "the vault could not be read from the relay"));
    }
    session.command(|vault, now, rng| vault.prove_recovery(now, rng))?;
    session.sync()?;
    let now = session.now();
    let recovery = session.query(|vault| vault.recovery(now))?;
    proof(&mut page, &recovery, context);
    if recovery.recovered {
        follow_up(&mut page, &mut session, &recovery, context)?;
    }
    page.append(profile_page(&profile), 0);
    let mut answer = Answer::new(page)
        .with("profile", &profile)?
        .with("blocks", recovery.blocks)?
        .with("recovery", &recovery)?;
    answer.status = if recovery.recovered { 0 } else { 6 };
    Ok(answer)
}

/// What was opened, by name, before anything is called recovered.
fn proof(page: &mut Page, recovery: &Recovery, context: &Context) {
    let failed = |page: &mut Page, what: &str, code: &str| {
        page.push(
            0,
            Tone::Bad,
            format!("Not opened: {what}: {} [{code}]", context.catalog.error(code)),
        );
    };
    for (what, record) in [("oldest", &recovery.oldest), ("newest", &recovery.newest)] {
        let Some(record) = record else { continue };
        match (&record.summary, &record.code) {
            (Some(summary), None) => {
                let kind = render::phrase(&context.catalog, &summary.kind);
                let title = summary.title.as_deref().unwrap_or("no title");
                let date = summary.date.as_deref().unwrap_or("no date");
                page.push(
                    0,
                    Tone::Good,
                    format!("Opened the {what} record: {kind}, {title}, {date}"),
                );
            }
            (_, code) => failed(
                page,
                &format!("the {what} record (block {})", record.sequence),
                code.as_deref().unwrap_or_default(),
            ),
        }
    }
    match &recovery.file {
        Some(file) if file.code.is_none() => {
            page.push(
                0,
                Tone::Good,
                format!("Opened a file: {}, {} bytes", file.name, file.size),
            );
        }
        Some(file) => failed(
            page,
            &format!("the file {}", file.name),
            file.code.as_deref().unwrap_or_default(),
        ),
        None => {}
    }
    if let Some(code) = &recovery.code {
        let what = recovery
            .bad_block
            .map_or_else(|| "the chain".to_owned(), |block| format!("block {block}"));
        failed(page, &what, code);
    }
    if recovery.recovered {
        page.push(
            0,
            Tone::Good,
            format!(
                "Recovered: {} blocks read and verified, {} records.",
                recovery.blocks, recovery.records
            ),
        );
        if let Some(time) = recovery.newest_admitted {
            page.push(
                0,
                Tone::Faint,
                format!(
                    "Newest according to this relay only: admitted {}. Nobody else vouches that nothing came after it.",
                    time::show(time)
                ),
            );
        }
    } else {
        page.push(
            0,
            Tone::Bad,
            "Not recovered: what is named above could not be opened. Nothing is lost on the paper; try again, or ask the relay's operator.",
        );
    }
}

/// What is to be decided after a loss: devices, shares, the kit.
fn follow_up(page: &mut Page, session: &mut Session, recovery: &Recovery, context: &Context) -> Result<(), Error> {
    if recovery.other_devices > 0 {
        page.title("Other devices: take out the one that was lost (`satchel device remove ID`)");
        let devices = session.query(|vault| vault.devices())?;
        super::device::show(page, &devices);
    }
    if recovery.undecided_grants > 0 {
        page.title(
            "Shares that stood before: keep each (`satchel grant keep ID`) or stop it (`satchel grant revoke ID`)",
        );
        let now = session.now();
        let grants = session.query(|vault| vault.grants(now))?;
        let open: Vec<_> = grants.into_iter().filter(|grant| grant.undecided.is_some()).collect();
        page.append(super::grant::list(&open, &context.catalog), 0);
    }
    page.line("If the kit may have been seen by somebody: `satchel kit replace`.");
    Ok(())
}

/// The words of a kit, from a file or asked for.
pub(super) fn words_from(file: Option<&Path>) -> Result<String, Error> {
    match file {
        Some(path) => Ok(words_of(&terminal::secret_file(path)?)),
        None => terminal::ask("The 24 words of the kit, in order:"),
    }
}

/// The words alone, when the file holds the whole printed kit.
fn words_of(text: &str) -> String {
    let kit = text.split("SECOND KIT").next().unwrap_or(text);
    let kit = kit.rsplit_once("shown once.").map_or(kit, |(_, after)| after);
    let kit = kit.split("relay ").next().unwrap_or(kit);
    let words: Vec<&str> = kit
        .split_whitespace()
        .filter(|word| !word.bytes().all(|b| b.is_ascii_digit()))
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::vault::kit_text;

    #[test]
    fn the_printed_kit_reads_back_as_its_words() {
        let words: Vec<String> = (0..24).map(|n| format!("word{}", char::from(b'a' + n))).collect();
        let kit = [words.join(" "), "other words".to_owned()];
        assert_eq!(words_of(&kit_text(&kit, "http://localhost:1")), words.join(" "));
        assert_eq!(words_of(&words.join("\n")), words.join(" "));
    }
}
