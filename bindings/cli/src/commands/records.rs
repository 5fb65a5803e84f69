//! Listing, searching and showing the owner's records.

use std::path::PathBuf;

use clap::Args;
use vault::facade::{RecordQuery, RecordView};

use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;

/// What to look for.
#[derive(Debug, Args, Default)]
pub(crate) struct Filter {
    /// Words; each must occur, in any order.
    pub(crate) text: Vec<String>,
    /// Code, such as 2339-0 or http://loinc.org|2339-0.
    #[arg(long)]
    pub(crate) code: Option<String>,
    /// Category, such as laboratory or allergy; may be given several times.
    #[arg(long)]
    pub(crate) category: Vec<String>,
    /// From this date on, such as 2026 or 2026-11-24.
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// Until this date.
    #[arg(long)]
    pub(crate) until: Option<String>,
    /// Part of the author's name.
    #[arg(long)]
    pub(crate) author: Option<String>,
}

impl Filter {
    pub(crate) fn query(&self) -> RecordQuery {
        RecordQuery {
            text: (!self.text.is_empty()).then(|| self.text.join(" ")),
            code: self.code.clone(),
            categories: self.category.clone(),
            from: self.from.clone(),
            until: self.until.clone(),
            author: self.author.clone(),
        }
    }
}

/// `list` and `search`: the same question, with or without words.
pub(crate) fn list(context: &Context, filter: &Filter) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let query = filter.query();
    let records = session.query(|vault| vault.records(&query))?;
    let mut page = Page::default();
    for record in &records {
        let (tone, text) = render::row(record, &context.catalog);
        page.push(0, tone, text);
    }
    page.push(0, Tone::Faint, render::count(records.len(), "record", "records"));
    Answer::new(page).with("records", &records)
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The record: its id, or the beginning of it.
    id: String,
    /// Print the signed FHIR bytes exactly as they are.
    #[arg(long)]
    fhir: bool,
    /// Save the files of the record in this folder.
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
}

pub(crate) fn show(context: &Context, arguments: &Show) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let id = own_record(&mut session, &arguments.id)?;
    let now = session.now();
    let view = session.query(|vault| vault.record(&id, now))?;
    if arguments.fhir && !context.json {
        return verbatim(&view);
    }
    let mut page = render::record(&view, &context.catalog)?;
    let mut saved = Vec::new();
    if let Some(folder) = &arguments.save {
        for (index, file) in (0u32..).zip(&view.attachments) {
            let path = folder.join(safe_name(&file.name, index));
            super::files::save(&mut session, None, &id, index, &path)?;
            page.push(
                0,
                Tone::Good,
                format!("{} saved, its hash is the signed one", path.display()),
            );
            saved.push(path);
        }
    }
    Answer::new(page).with("record", &view)?.with("saved", &saved)
}

/// The bytes as they were signed, nothing before and nothing after.
pub(crate) fn verbatim(view: &RecordView) -> Result<Answer, Error> {
    let written = std::io::Write::write_all(&mut std::io::stdout().lock(), &view.fhir);
    written.map_err(|error| Error::new("cli.file", error.to_string()))?;
    Ok(Answer::default())
}

/// A file name from somebody else, made harmless: its last part, plain signs only, numbered.
pub(crate) fn safe_name(name: &str, index: u32) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let plain: String = last
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') {
                c
            } else {
                '_'
            }
        })
        .collect();
    let plain = plain.trim_start_matches('.').trim();
    if plain.is_empty() {
        format!("file-{index}")
    } else {
        format!("{index}-{plain}")
    }
}

/// The record that a typed beginning names.
pub(crate) fn own_record(session: &mut Session, typed: &str) -> Result<String, Error> {
    let all = session.query(|vault| vault.records(&RecordQuery::default()))?;
    render::resolve(typed, all.iter().map(|record| record.id.as_str()))
}

#[derive(Debug, Args)]
pub(crate) struct Hide {
    /// The record.
    id: String,
    /// Let it into shares again.
    #[arg(long)]
    undo: bool,
}

pub(crate) fn hide(context: &Context, arguments: &Hide) -> Result<Answer, Error> {
    hidden(context, &arguments.id, !arguments.undo)
}

pub(crate) fn unhide(context: &Context, id: &str) -> Result<Answer, Error> {
    hidden(context, id, false)
}

fn hidden(context: &Context, id: &str, hide: bool) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let id = own_record(&mut session, id)?;
    session.command(|vault, now, rng| vault.hide_record(&id, hide, now, rng))?;
    let mut page = Page::default();
    page.line(if hide {
        "The record is kept out of every share; copies and keys for it are taken away from the relay. What was seen counts as seen."
    } else {
        "The record joins shares again."
    });
    context.send(&mut session, &mut page)?;
    Answer::new(page).with("record", id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_of_others_stay_in_the_folder() {
        assert_eq!(safe_name("../../etc/passwd", 0), "0-passwd");
        assert_eq!(safe_name("..", 1), "file-1");
        assert_eq!(safe_name("C:\\x\\scan 1.pdf", 2), "2-scan 1.pdf");
        assert_eq!(safe_name(".bashrc", 3), "3-bashrc");
        assert_eq!(safe_name("a\u{1b}[2Jb", 4), "4-a__2Jb");
    }
}
