//! Taking records in from files: FHIR bundles with a preview first, documents and pictures as they are.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use clinical::catalog::Catalog;
use vault::facade::ImportCandidate;

use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::terminal;

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// A FHIR R4 bundle or resource (JSON), a PDF, or a PNG or JPEG picture.
    file: PathBuf,
    /// Only show what would be imported.
    #[arg(long)]
    preview: bool,
    /// Import these entries only, by their numbers in the preview.
    #[arg(long, value_name = "NUMBER", value_delimiter = ',')]
    only: Vec<u32>,
    /// Import duplicates too.
    #[arg(long)]
    duplicates: bool,
    /// Import without asking.
    #[arg(long)]
    yes: bool,
}

/// Candidates filed in one change, so that a long import shows its progress and survives a stop.
const BATCH: usize = 50;

pub(crate) fn import(context: &Context, arguments: &Import) -> Result<Answer, Error> {
    // What is no FHIR file is never held in memory as a whole.
    if media_type(&super::files::beginning(&arguments.file)?).is_some() {
        let draft = super::files::draft(&arguments.file, None)?;
        return super::files::take_in(context, &mut context.open()?, &arguments.file, &draft);
    }
    let bytes = fs::read(&arguments.file).map_err(|error| Error::file(&arguments.file, &error))?;
    let mut session = context.open()?;
    let candidates = session.query(|vault| vault.preview_import(&bytes))?;
    let chosen = choose(&candidates, arguments)?;
    let mut page = preview(&candidates, &chosen, &context.catalog);
    if arguments.preview {
        return Answer::new(page)
            .with("candidates", &candidates)?
            .with("chosen", &chosen);
    }
    if !arguments.yes && !context.json && terminal::is_interactive() {
        page.print();
        page = Page::default();
        let question = format!("Import {}? [y/N]", render::count(chosen.len(), "record", "records"));
        if !matches!(terminal::ask(&question)?.as_str(), "y" | "Y" | "yes") {
            page.line("Nothing was imported.");
            return Answer::new(page).with("imported", 0);
        }
    }
    file_candidates(&mut session, &bytes, &chosen)?;
    page.push(
        0,
        Tone::Good,
        format!(
            "{} imported, marked as not signed by their authors.",
            render::count(chosen.len(), "record", "records")
        ),
    );
    context.send(&mut session, &mut page)?;
    Answer::new(page).with("imported", chosen.len())
}

/// Files candidates in batches.
pub(crate) fn file_candidates(session: &mut Session, bytes: &[u8], chosen: &[u32]) -> Result<(), Error> {
    for (done, batch) in chosen.chunks(BATCH).enumerate() {
        session.command(|vault, now, rng| vault.import(bytes, batch, now, rng))?;
        if chosen.len() > BATCH {
            terminal::progress(&format!("  {} of {}", (done * BATCH + batch.len()), chosen.len()));
        }
    }
    Ok(())
}

/// What is imported unless told otherwise: every record that is none of the supporting entries and no duplicate.
pub(crate) fn usual(candidates: &[ImportCandidate], duplicates: bool) -> Vec<u32> {
    let wanted = |candidate: &&ImportCandidate| !candidate.supporting && (duplicates || candidate.duplicate.is_none());
    candidates
        .iter()
        .filter(wanted)
        .map(|candidate| candidate.index)
        .collect()
}

fn choose(candidates: &[ImportCandidate], arguments: &Import) -> Result<Vec<u32>, Error> {
    if arguments.only.is_empty() {
        return Ok(usual(candidates, arguments.duplicates));
    }
    let exists = |number: &u32| candidates.iter().any(|candidate| candidate.index == *number);
    if arguments.only.iter().all(exists) {
        Ok(arguments.only.clone())
    } else {
        Err(Error::argument("numbers of the preview"))
    }
}

fn preview(candidates: &[ImportCandidate], chosen: &[u32], catalog: &Catalog) -> Page {
    let mut page = Page::default();
    let source = candidates
        .iter()
        .find_map(|candidate| candidate.source.as_deref())
        .unwrap_or("not said");
    page.title(format!(
        "{} in the file; source: {source}; not signed",
        render::count(candidates.len(), "entry", "entries")
    ));
    for candidate in candidates.iter().filter(|candidate| !candidate.supporting) {
        let mark = if chosen.contains(&candidate.index) { "+" } else { "-" };
        let title = candidate.title.as_deref().unwrap_or("");
        let date = candidate
            .date
            .as_deref()
            .and_then(|date| date.get(..10).or(Some(date)))
            .unwrap_or("");
        let kind = render::phrase(catalog, &candidate.kind);
        let mut text = format!("{mark} {:>4}  {date:<10}  {kind}: {title}", candidate.index);
        let mut tone = Tone::Plain;
        if let Some(duplicate) = &candidate.duplicate {
            let key = match (duplicate.exact, &duplicate.record) {
                (_, None) => "duplicate.in_file",
                (true, _) => "duplicate.exact",
                (false, _) => "duplicate.version",
            };
            (tone, text) = (Tone::Warn, format!("{text}  [{}]", render::phrase(catalog, key)));
        }
        if let Some(issue) = candidate.issues.first() {
            text = format!("{text}  [{}]", catalog.error(issue));
        }
        page.push(0, tone, text);
    }
    let supporting = candidates.iter().filter(|candidate| candidate.supporting).count();
    if supporting > 0 {
        page.push(
            0,
            Tone::Faint,
            format!("{supporting} supporting entries (people, places, products) are left out"),
        );
    }
    page
}

/// The media type of what is no JSON, by its first bytes.
pub(crate) fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        _ => None,
    }
}
