//! A vault from the words of a recovery kit: a lost phone replaced, or a second device.

use std::path::{Path, PathBuf};

use clap::Args;
use vault::facade::RecordQuery;

use super::vault::profile_page;
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::session::Session;
use crate::terminal;

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
    // Restore proves itself by opening the oldest record before it says done.
    let mut records = session.query(|vault| vault.records(&RecordQuery::default()))?;
    records.sort_by_key(|record| record.sequence);
    let now = session.now();
    let checked = session.query(|vault| vault.check_chain())?;
    if let (Some(bad), Some(code)) = (checked.bad, &checked.code) {
        return Err(Error::new(code, format!("block {bad}")));
    }
    page.push(
        0,
        Tone::Good,
        format!("Recovered: {} blocks read and verified.", checked.blocks),
    );
    for (what, record) in [("oldest", records.first()), ("newest", records.last())] {
        if let Some(record) = record {
            let view = session.query(|vault| vault.record(&record.id, now))?;
            let title = view.summary.title.unwrap_or(view.summary.kind);
            page.push(0, Tone::Good, format!("Opened the {what} record: {title}"));
        }
    }
    page.append(profile_page(&profile), 0);
    Answer::new(page)
        .with("profile", &profile)?
        .with("blocks", checked.blocks)
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
