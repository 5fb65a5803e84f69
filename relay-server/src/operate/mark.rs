//! The high-water mark: how far the database had come, in a file outside the database, so that an older database is noticed (RELAY-70).
//!
//! The database counts its commits. After each commit, and before anybody is answered, the count is written to the mark as well. So the mark
//! is never ahead of the database, whatever is killed or cut off, unless the database was put back. Invariant: a relay whose database is
//! behind its mark, or whose mark is missing or another database's, neither signs nor serves: it has forgotten entries that it promised, and
//! keys that it was told to refuse.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, params};

use super::refused;
use crate::store::{Error, Result};

/// The mark's usual name in the data directory.
pub(crate) const FILE: &str = "high-water";
const BEGINNING: &str = "satchel-relay-mark-1";
const LENGTH: usize = BEGINNING.len() + 1 + 32 + 1 + 20 + 1;

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Words {
    /// Which database.
    database: [u8; 16],
    /// Its commits.
    commits: u64,
}

/// Where the mark lies, and whether the operator accepts a database behind it.
#[derive(Debug, Clone)]
pub struct Guard {
    /// The mark's file.
    pub mark: PathBuf,
    /// Go on with an older database, knowingly.
    pub accept_rollback: bool,
}

impl Guard {
    /// The mark in the data directory.
    pub fn of(directory: &Path) -> Self {
        Self {
            mark: directory.join(FILE),
            accept_rollback: false,
        }
    }
}

/// The mark of an open database.
#[derive(Debug)]
pub(crate) struct Mark {
    file: File,
    words: Words,
}

/// What the mark says about the database before it.
enum Standing {
    Fits,
    Behind(String),
}

impl Mark {
    /// Compares database and mark; makes both countable at the first start.
    pub(crate) fn open(db: &Connection, fresh: bool, key_known: bool, guard: &Guard) -> Result<Self> {
        let stored = stored(db)?;
        let found = read(&guard.mark).map_err(io)?;
        let standing = judge(stored, found, fresh && !key_known);
        let words = match (standing, guard.accept_rollback) {
            (Standing::Fits, false) => stored,
            (Standing::Fits, true) => {
                return Err(Error::Refused(
                    "nothing was rolled back: leave --accept-rollback out, or it would hide the day when something is"
                        .to_owned(),
                ));
            }
            (Standing::Behind(reason), false) => return Err(Error::Refused(instructions(&reason, &guard.mark))),
            (Standing::Behind(reason), true) => {
                tracing::error!(
                    "going on with a rolled-back database because --accept-rollback was said: {reason}. Entries promised since are lost, \
                     what was revoked or deleted since is back; tell the people who use this relay"
                );
                note_rollback(db)?;
                let commits = stored
                    .map_or(0, |words| words.commits)
                    .max(found.ok().flatten().map_or(0, |words| words.commits));
                stored.map(|words| Words {
                    commits: commits.saturating_add(1),
                    ..words
                })
            }
        };
        let words = match words {
            Some(words) => words,
            None => Words {
                database: crate::keys::random().map_err(io)?,
                commits: 0,
            },
        };
        store(db, words)?;
        Self::create(&guard.mark, words).map_err(io)
    }

    fn create(path: &Path, words: Words) -> io::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder {
            crate::place::make(folder)?;
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut mark = Self {
            file: options.open(path)?,
            words,
        };
        mark.file.set_len(LENGTH as u64)?;
        mark.write()?;
        mark.file.sync_all()?;
        if let Some(directory) = folder {
            File::open(directory)?.sync_all()?;
        }
        Ok(mark)
    }

    /// Counts one more commit inside its transaction.
    pub(crate) fn advance(&self, db: &Connection) -> rusqlite::Result<()> {
        db.prepare_cached("UPDATE meta SET value = ? WHERE name = 'commits'")?
            .execute(params![self.words.commits.saturating_add(1).to_be_bytes()])
            .map(drop)
    }

    /// The transaction is durable: the mark follows. Lengthening no file, this needs no space.
    pub(crate) fn follow(&mut self) {
        self.words.commits = self.words.commits.saturating_add(1);
        if let Err(error) = self.write() {
            tracing::error!(%error, "the high-water mark could not be written; a rollback might go unnoticed");
        }
    }

    fn write(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(text(self.words).as_bytes())
    }

    /// Makes the mark durable: when there is nothing else to do.
    pub(crate) fn settle(&self) {
        if let Err(error) = self.file.sync_data() {
            tracing::warn!(%error, "the high-water mark could not be made durable");
        }
    }
}

fn judge(stored: Option<Words>, found: std::result::Result<Option<Words>, ()>, first: bool) -> Standing {
    match (stored, found) {
        (_, Err(())) => Standing::Behind("the high-water mark is damaged".to_owned()),
        (None, Ok(None)) if first => Standing::Fits,
        (None, Ok(None)) => {
            Standing::Behind("the database is new, but this relay's log key has signed before".to_owned())
        }
        (None, Ok(Some(_))) => Standing::Behind("the high-water mark is there, but its database is not".to_owned()),
        (Some(_), Ok(None)) => Standing::Behind("the high-water mark is missing".to_owned()),
        (Some(stored), Ok(Some(found))) if stored.database != found.database => {
            Standing::Behind("the high-water mark is another database's".to_owned())
        }
        (Some(stored), Ok(Some(found))) if found.commits > stored.commits => Standing::Behind(format!(
            "the database is {} commits older than what this relay last acknowledged",
            found.commits - stored.commits
        )),
        (Some(_), Ok(Some(_))) => Standing::Fits,
    }
}

fn instructions(reason: &str, mark: &Path) -> String {
    format!(
        "this relay does not sign on a rolled-back database: {reason}.\n\
         Signing on would contradict promises already given, and would let in keys that were revoked since.\n\
         - If a newer copy of the data exists, put that back.\n\
         - If this data is the newest, because the relay was stopped before it was copied, put its mark back too: {}\n\
         - If whatever is newer is lost, start once with --accept-rollback, and tell the people who use this relay",
        mark.display()
    )
}

fn stored(db: &Connection) -> Result<Option<Words>> {
    let value = |name: &str| -> Result<Option<Vec<u8>>> {
        Ok(db
            .query_row("SELECT value FROM meta WHERE name = ?", [name], |row| row.get(0))
            .optional()?)
    };
    match (value("database")?, value("commits")?) {
        (None, None) => Ok(None),
        (Some(database), Some(commits)) => match (database.try_into(), commits.try_into()) {
            (Ok(database), Ok(commits)) => Ok(Some(Words {
                database,
                commits: u64::from_be_bytes(commits),
            })),
            _ => Err(Error::Damaged("the count of commits".to_owned())),
        },
        _ => Err(Error::Damaged("the count of commits".to_owned())),
    }
}

fn store(db: &Connection, words: Words) -> Result<()> {
    let put = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    let begun = db.unchecked_transaction()?;
    begun.execute(put, params!["database", words.database])?;
    begun.execute(put, params!["commits", words.commits.to_be_bytes()])?;
    begun.commit()?;
    Ok(())
}

/// Keeps that, and how often, the operator went on with an older database.
fn note_rollback(db: &Connection) -> Result<()> {
    let before = rollbacks(db)?;
    db.execute(
        "INSERT INTO meta (name, value) VALUES ('rollbacks', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        params![before.saturating_add(1).to_be_bytes()],
    )?;
    Ok(())
}

/// How often the operator accepted a rollback.
pub(crate) fn rollbacks(db: &Connection) -> Result<u64> {
    let value: Option<Vec<u8>> = db
        .query_row("SELECT value FROM meta WHERE name = 'rollbacks'", [], |row| row.get(0))
        .optional()?;
    Ok(value
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u64::from_be_bytes))
}

/// Commits counted so far, for a manifest.
pub(crate) fn commits(db: &Connection) -> Result<u64> {
    Ok(stored(db)?.map_or(0, |words| words.commits))
}

fn io(error: io::Error) -> Error {
    Error::Failed(format!("the high-water mark: {error}"))
}

/// `Ok(Err(()))` for a file that is no mark.
fn read(path: &Path) -> io::Result<std::result::Result<Option<Words>, ()>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ok(None)),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(LENGTH as u64 + 1).read_to_end(&mut bytes)?;
    Ok(parse(&bytes).map(Some).ok_or(()))
}

fn text(words: Words) -> String {
    let database: String = words.database.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{BEGINNING} {database} {:020}\n", words.commits)
}

fn parse(bytes: &[u8]) -> Option<Words> {
    let line = std::str::from_utf8(bytes).ok()?;
    let (database, commits) = line.strip_prefix(BEGINNING)?.strip_prefix(' ')?.split_once(' ')?;
    let mut words = Words {
        database: [0; 16],
        commits: commits.strip_suffix('\n')?.parse().ok()?,
    };
    for (place, byte) in words.database.iter_mut().enumerate() {
        *byte = u8::from_str_radix(database.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    // One spelling only.
    (text(words).as_bytes() == bytes).then_some(words)
}

/// Whether a mark may be put at this path.
pub(crate) fn usable(path: &Path) -> io::Result<()> {
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) if parent.exists() && !parent.is_dir() => {
            Err(refused("the high-water mark's folder is no folder"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Words, parse, text};

    #[test]
    fn a_mark_has_one_spelling() {
        let words = Words {
            database: *b"0123456789abcdef",
            commits: u64::MAX,
        };
        let line = text(words);
        assert_eq!(line.len(), super::LENGTH);
        assert_eq!(parse(line.as_bytes()), Some(words));
        for bad in [
            "",
            &line[1..],
            &line.replace("mark-1", "mark-2"),
            &line.to_uppercase(),
            &format!("{line} "),
            line.trim_end(),
        ] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
    }
}
