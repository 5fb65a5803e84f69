//! Files of any size: on their way to the relay, and back from it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use vault::facade::{FileDraft, FileView};

use crate::context::Context;
use crate::driver::Drained;
use crate::error::Error;
use crate::hint;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::terminal::{self, Bar};

/// Up to this size a file travels with the vault's own entries and is kept on this device.
const SMALL: u64 = 64 * 1024;

#[derive(Debug, Args)]
pub(crate) struct Files {
    /// Go on with a file that stopped.
    #[arg(long, value_name = "ID")]
    resume: Option<String>,
    /// With --resume: where the file is now.
    #[arg(long, value_name = "PATH", requires = "resume")]
    from: Option<PathBuf>,
    /// Give a file up, with the record that waits for it.
    #[arg(long, value_name = "ID", conflicts_with = "resume")]
    cancel: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct NewFile {
    /// The file.
    file: PathBuf,
    /// Its media type, such as application/dicom; found out for PDF, PNG and JPEG.
    #[arg(long, value_name = "TYPE")]
    media_type: Option<String>,
}

pub(crate) fn files(context: &Context, arguments: &Files) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let all = session.query(|vault| vault.files())?;
    let find = |typed: &String| render::resolve(typed, all.iter().map(|file| file.id.as_str()));
    let mut page = Page::default();
    if let Some(typed) = &arguments.cancel {
        let id = find(typed)?;
        session.command(|vault, now, rng| vault.cancel_file(&id, now, rng))?;
        page.line("The file is given up; no record names it. Its parts are deleted at the relay.");
        context.send(&mut session, &mut page)?;
        return Answer::new(page).with("cancelled", id);
    }
    if let Some(typed) = &arguments.resume {
        let id = find(typed)?;
        let source = arguments.from.as_deref().map(place).transpose()?;
        session.command(|vault, now, rng| vault.resume_file(&id, source.clone(), now, rng))?;
        finish(context, &mut session, &mut page)?;
        return Answer::new(page).with("resumed", id);
    }
    for file in &all {
        let percent = (file.read + file.sent) * 50 / file.size.max(1);
        page.push(
            0,
            if file.code.is_some() { Tone::Warn } else { Tone::Plain },
            format!(
                "{}  {:<8}  {percent:>3} %  {} ({} bytes; {} of {} parts at the relay)",
                render::short(&file.id),
                file.stage,
                file.name,
                file.size,
                file.stored,
                file.parts
            ),
        );
        if let Some(code) = &file.code {
            page.push(1, Tone::Warn, format!("{} [{code}]", context.catalog.error(code)));
        }
    }
    page.push(
        0,
        Tone::Faint,
        format!(
            "{}; `satchel sync` goes on",
            render::count(all.len(), "file on its way", "files on their way")
        ),
    );
    Answer::new(page).with("files", &all)
}

pub(crate) fn add(context: &Context, session: &mut Session, entry: &NewFile) -> Result<Answer, Error> {
    let draft = draft(&entry.file, entry.media_type.as_deref())?;
    take_in(context, session, &entry.file, &draft)
}

/// The first bytes of a file, by which its kind is known.
pub(crate) fn beginning(path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(16).read_to_end(&mut bytes));
    read.map_err(|error| Error::file(path, &error))?;
    Ok(bytes)
}

/// Takes a document in and sends it.
pub(crate) fn take_in(
    context: &Context,
    session: &mut Session,
    path: &Path,
    draft: &FileDraft,
) -> Result<Answer, Error> {
    let media_type = draft.media_type.as_str();
    let mut page = Page::default();
    if draft.size <= SMALL {
        let bytes = std::fs::read(path).map_err(|error| Error::file(path, &error))?;
        let changes =
            session.command(|vault, now, rng| vault.import_file(&draft.name, media_type, &bytes, now, rng))?;
        page.push(
            0,
            Tone::Good,
            format!("{} ({media_type}, {} bytes) is in the chain.", draft.name, bytes.len()),
        );
        context.send(session, &mut page)?;
        return Answer::new(page).with("record", changes.created);
    }
    let file = session
        .command(|vault, now, rng| vault.add_file(draft, now, rng))?
        .created
        .unwrap_or_default();
    let records = if context.offline {
        Vec::new()
    } else {
        finish(context, session, &mut page)?
    };
    let left = session.query(|vault| vault.files())?;
    if let Some(view) = left.iter().find(|view| view.id == file) {
        page.push(
            0,
            Tone::Warn,
            format!(
                "{} is on its way: {} of {} parts; `satchel sync` goes on.",
                view.name, view.stored, view.parts
            ),
        );
        return Answer::new(page).with("file", view);
    }
    page.push(
        0,
        Tone::Good,
        format!(
            "{} ({media_type}, {} bytes) is in the chain, sealed in parts.",
            draft.name, draft.size
        ),
    );
    Answer::new(page).with("record", records.first())
}

/// A file of this machine as the vault takes it; without a type the first bytes decide.
pub(crate) fn draft(path: &Path, media_type: Option<&str>) -> Result<FileDraft, Error> {
    let about = std::fs::metadata(path).map_err(|error| Error::file(path, &error))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let found = super::import::media_type(&beginning(path)?);
    Ok(FileDraft {
        name: name.unwrap_or_default(),
        media_type: media_type.or(found).unwrap_or("application/octet-stream").to_owned(),
        size: about.len(),
        source: place(path)?,
    })
}

/// The path as a later command, run in another folder, finds it.
fn place(path: &Path) -> Result<String, Error> {
    let whole = std::fs::canonicalize(path).map_err(|error| Error::file(path, &error))?;
    let text = whole.to_str().map(str::to_owned);
    text.ok_or_else(|| Error::argument("a path in UTF-8"))
}

/// Sends files and everything else; what came of it stands at the end of the page. Gives the records that were signed.
pub(crate) fn finish(context: &Context, session: &mut Session, page: &mut Page) -> Result<Vec<String>, Error> {
    let drained = match carry(session) {
        Ok(drained) => drained,
        Err(error) if error.code == "cli.network" => {
            terminal::note(&format!("note: {}", error.sentence(&context.catalog)));
            terminal::note("      what the relay has stays there; `satchel sync` sends the rest");
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    for news in &drained.show {
        page.push(0, Tone::Faint, render::show(news, &context.catalog));
    }
    for file in session.query(|vault| vault.files())? {
        if let Some(code) = &file.code {
            page.push(
                0,
                Tone::Warn,
                format!("{}: {} [{code}]", file.name, context.catalog.error(code)),
            );
            if let Some(next) = hint::of(code) {
                page.push(1, Tone::Faint, next);
            }
        }
    }
    let stored = drained.show.into_iter().filter(|show| show.kind == "show.file_stored");
    Ok(stored.map(|show| show.subject).collect())
}

/// Syncs, files included, under a progress bar.
pub(crate) fn carry(session: &mut Session) -> Result<Drained, Error> {
    let mut bar = Bar::default();
    let drained = session.carry(&mut |files| progress(&mut bar, files));
    bar.end();
    drained
}

fn progress(bar: &mut Bar, files: &[FileView]) {
    let active = || files.iter().filter(|file| file.code.is_none());
    let size = active().map(|file| file.size).sum();
    if active().any(|file| file.stage == "reading") {
        bar.show("Reading and hashing ", active().map(|file| file.read).sum(), size);
    } else if size > 0 {
        bar.show("Sealing and sending ", active().map(|file| file.sent).sum(), size);
    }
}

/// Fetches an attachment into a file, under a progress bar.
pub(crate) fn save(
    session: &mut Session,
    grant: Option<&str>,
    record: &str,
    index: u32,
    path: &Path,
) -> Result<(), Error> {
    let mut bar = Bar::default();
    let saved = session.save(grant, record, index, path, &mut |state| {
        bar.show("Fetching and checking", state.done, state.size);
    });
    bar.end();
    saved
}
