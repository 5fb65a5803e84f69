//! A folder that a laboratory's own system writes results into: every file is accepted or refused as a whole.
//!
//! An accepted file moves to `done/` beside its receipt, a refused one to `refused/` beside its reason. The order of steps makes every crash
//! harmless: first the vault stores the signed record (the same bytes are signed only once), then the receipt is written, then the file moves.
//! A file that was met half way is met again by the next run. Files still being written are left alone.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clap::Args;
use serde_json::{Value, json};
use vault::facade::RecordQuery;

use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::terminal;

/// A result is a document of a record; anything larger is refused without being read.
const MAX_FILE: u64 = 512 * 1024;
/// Between two looks at a file that may still be written.
const LOOK_AGAIN: Duration = Duration::from_millis(1200);
/// Between two rounds.
const ROUND: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// The folder; files whose names end in .json are taken, hidden ones never.
    folder: PathBuf,
    /// Take what is there and end.
    #[arg(long)]
    once: bool,
}

/// What became of one file.
struct Outcome {
    file: String,
    accepted: bool,
    report: Value,
}

/// How a file looked: unchanged twice means that nobody is writing it.
type Look = (u64, Option<SystemTime>);

pub(super) fn watch(context: &Context, arguments: &Watch) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;

    let mut all = Vec::new();
    loop {
        let first = look(&arguments.folder)?;
        let mut waiting = 0;
        if !first.is_empty() {
            std::thread::sleep(LOOK_AGAIN);
            read_requests(context, &mut session)?;

            for (path, now) in look(&arguments.folder)? {
                let still = first.get(&path) == Some(&now);
                if !still {
                    waiting += 1;
                    continue;
                }
                let outcome = take(context, &mut session, &arguments.folder, &path)?;
                if !arguments.once {
                    terminal::note(&line(&outcome));
                }
                all.push(outcome);
            }
            context.exchange(&mut session)?;
        }
        if arguments.once {
            return answer(&all, waiting);
        }
        std::thread::sleep(ROUND);
        context.exchange(&mut session)?;
        all.clear();
    }
}

fn line(outcome: &Outcome) -> String {
    let word = |name: &str| {
        outcome
            .report
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    if outcome.accepted {
        format!("{}: accepted, record {}", outcome.file, render::short(&word("record")))
    } else {
        format!("{}: refused, {} [{}]", outcome.file, word("message"), word("code"))
    }
}

fn answer(all: &[Outcome], waiting: usize) -> Result<Answer, Error> {
    let mut page = Page::default();
    for outcome in all {
        let tone = if outcome.accepted { Tone::Good } else { Tone::Bad };
        page.push(0, tone, line(outcome));
    }
    let accepted = all.iter().filter(|outcome| outcome.accepted).count();
    let refused = all.len() - accepted;
    page.push(
        0,
        Tone::Faint,
        format!("{accepted} accepted, {refused} refused, {waiting} still being written"),
    );
    let reports: Vec<&Value> = all.iter().map(|outcome| &outcome.report).collect();
    Answer::new(page)
        .with("files", &reports)?
        .with("accepted", accepted)?
        .with("refused", refused)?
        .with("waiting", waiting)
}

/// The files that may be taken, as they are now.
fn look(folder: &Path) -> Result<BTreeMap<PathBuf, Look>, Error> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| Error::file(folder, &error))? {
        let path = entry.map_err(|error| Error::file(folder, &error))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let wanted = !name.starts_with('.') && name.to_ascii_lowercase().ends_with(".json");
        // A link, a pipe or a folder is nothing that a laboratory's system writes: it is not followed and not opened.
        match fs::symlink_metadata(&path) {
            Ok(meta) if wanted && meta.is_file() => {
                found.insert(path, (meta.len(), meta.modified().ok()));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// Fetches and opens every request that is not here yet, so that results can be matched; the patients are told as for any other reading.
fn read_requests(context: &Context, session: &mut Session) -> Result<(), Error> {
    let now = session.now();
    let live = session.query(|vault| vault.accesses(now))?;
    let orders = RecordQuery {
        categories: vec!["order".to_owned()],
        ..RecordQuery::default()
    };
    for access in live.iter().filter(|access| access.state == "live") {
        let listed = session.query(|vault| vault.shared_records(&access.id, &orders))?;
        let ids: Vec<String> = listed
            .into_iter()
            .filter(|record| record.opened.is_none())
            .map(|record| record.id)
            .collect();
        if !ids.is_empty() && !context.offline {
            super::read::open(context, session, &access.id, &ids)?;
        }
    }
    Ok(())
}

/// Whether an error says something about the vault or the machine rather than about the file.
fn is_ours(error: &Error) -> bool {
    let module = error.code.split('.').next().unwrap_or_default();
    matches!(module, "vault" | "cli" | "entry" | "relay" | "sync" | "chain")
}

/// Takes one file.
fn take(context: &Context, session: &mut Session, folder: &Path, path: &Path) -> Result<Outcome, Error> {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
        .to_owned();
    let bytes = contents(path)?;
    let filed = match &bytes {
        None => Err(Error::new(
            "record.too_large",
            "the file is larger than a result may be",
        )),
        Some(bytes) => session.command(|vault, now, rng| vault.file_result(bytes.clone(), now, rng)),
    };
    match filed {
        Ok(changes) => {
            let report = json!({
                "file": name,
                "record": changes.created,
                "time": session.now(),
            });
            settle(&folder.join("done"), path, &name, "receipt", &report)?;
            Ok(Outcome {
                file: name,
                accepted: true,
                report,
            })
        }
        Err(error) if is_ours(&error) => Err(error),
        Err(error) => {
            let params: serde_json::Map<String, Value> = error
                .params
                .iter()
                .map(|(name, value)| (name.clone(), value.clone().into()))
                .collect();
            let report = json!({
                "file": name,
                "code": error.code,
                "message": error.sentence(&context.catalog),
                "params": params,
                "time": session.now(),
            });
            settle(&folder.join("refused"), path, &name, "reason", &report)?;
            Ok(Outcome {
                file: name,
                accepted: false,
                report,
            })
        }
    }
}

/// The bytes of a file, unless there are too many.
fn contents(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let failed = |error| Error::file(path, &error);
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(failed)?;
    let fits = u64::try_from(bytes.len()).is_ok_and(|length| length <= MAX_FILE);
    Ok(fits.then_some(bytes))
}

/// Writes the report whole, then moves the file beside it.
fn settle(place: &Path, from: &Path, name: &str, kind: &str, report: &Value) -> Result<(), Error> {
    let failed = |error| Error::file(place, &error);
    fs::create_dir_all(place).map_err(failed)?;
    // Another file of this name lies there already: both stay.
    let free = |number: u32| {
        let name = if number == 1 {
            name.to_owned()
        } else {
            format!("{number}-{name}")
        };
        (!place.join(&name).exists()).then_some(name)
    };
    let name = (1..=u32::MAX).find_map(free).unwrap_or_else(|| name.to_owned());
    let mut text = serde_json::to_vec_pretty(report).unwrap_or_default();
    text.push(b'\n');
    let temporary = place.join(format!(".{name}.{kind}.tmp"));
    let mut file = File::create(&temporary).map_err(failed)?;
    file.write_all(&text).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&temporary, place.join(format!("{name}.{kind}.json"))).map_err(failed)?;
    fs::rename(from, place.join(&name)).map_err(failed)?;
    // The folder's own entry reaches the disk too, where folders can be synced.
    if let Ok(folder) = File::open(place) {
        let _ = folder.sync_all();
    }
    Ok(())
}
