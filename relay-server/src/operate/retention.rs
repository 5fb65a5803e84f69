//! What is past its time, and how full the quotas are. The relay removes the former by itself every minute; here an operator sees it
//! beforehand, with other limits if wanted, or does it while the relay is stopped.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::Connection;

use super::{bytes, failed, now, reader, refused};
use crate::config::Config;
use crate::place::DataDirectory;
use crate::store::sqlite;

/// A share of the quota from which a chain or mailbox is counted as nearly full.
const NEARLY: u64 = 80;

/// What would go.
#[derive(Debug, Default, PartialEq, Eq)]
struct Due {
    envelopes: u64,
    envelope_bytes: u64,
    offers: u64,
    nonces: u64,
    files: Vec<PathBuf>,
    file_bytes: u64,
}

/// Says what is past its time, and removes it unless this is a dry run.
pub(crate) fn run(config: &Config, dry: bool, out: &mut dyn Write) -> io::Result<()> {
    let database = config.data.join(sqlite::FILE);
    if !database.is_file() {
        return Err(refused(format!("{} holds no relay's data", config.data.display())));
    }
    let held = if dry {
        None
    } else {
        Some(DataDirectory::take(&config.data).map_err(|error| {
            if error.kind() == io::ErrorKind::ResourceBusy {
                refused("the relay runs on this data and removes what is past its time every minute; say --dry-run to see what is due")
            } else {
                error
            }
        })?)
    };
    let db = reader(&database)?;
    let due = due(&db, config).map_err(|error| failed(&error))?;
    say(&due, dry, out)?;
    quotas(&db, config, out)?;
    drop(db);
    if held.is_some() {
        remove(config, &due)?;
    }
    Ok(())
}

fn due(db: &Connection, config: &Config) -> rusqlite::Result<Due> {
    let limits = sqlite::Due::at(now(), config.limits.envelope_time);
    let pair = |sql: &str, limit: i64| -> rusqlite::Result<(u64, u64)> {
        db.query_row(sql, [limit], |row| Ok((positive(row.get(0)?), positive(row.get(1)?))))
    };
    let (envelopes, envelope_bytes) = pair(
        "SELECT count(*), coalesce(sum(length(content)), 0) FROM envelope WHERE time < ? AND content IS NOT NULL",
        limits.envelopes,
    )?;
    let (offers, _) = pair("SELECT count(*), 0 FROM offer WHERE expires < ?", limits.offers)?;
    let (nonces, _) = pair("SELECT count(*), 0 FROM nonce WHERE expires < ?", limits.nonces)?;
    let mut due = Due {
        envelopes,
        envelope_bytes,
        offers,
        nonces,
        ..Due::default()
    };
    let mut known = db.prepare("SELECT 1 FROM blob WHERE file = ?")?;
    for (path, name, size) in settled(&config.data) {
        if !known.exists([&name])? {
            due.files.push(path);
            due.file_bytes += size;
        }
    }
    Ok(due)
}

/// Blob files old enough to have a row: path, name, size.
fn settled(data: &Path) -> Vec<(PathBuf, String, u64)> {
    let folders = fs::read_dir(data.join("blobs")).into_iter().flatten().flatten();
    folders
        .flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten().flatten())
        .filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            let age: Duration = SystemTime::now().duration_since(metadata.modified().ok()?).ok()?;
            let name = entry.file_name().into_string().ok()?;
            (age > crate::files::GRACE).then(|| (entry.path(), name, metadata.len()))
        })
        .collect()
}

fn say(due: &Due, dry: bool, out: &mut dyn Write) -> io::Result<()> {
    let done = if dry { "would be removed" } else { "removed" };
    let envelopes = bytes(due.envelope_bytes);
    writeln!(
        out,
        "{done}  {:>9} envelopes past their time, {envelopes}",
        due.envelopes
    )?;
    writeln!(out, "{done}  {:>9} offers past their time", due.offers)?;
    writeln!(out, "{done}  {:>9} nonces past their time", due.nonces)?;
    let files = bytes(due.file_bytes);
    writeln!(
        out,
        "{done}  {:>9} blob files that belong to nothing, {files}",
        due.files.len()
    )?;
    writeln!(
        out,
        "kept              blocks, records and blobs: they stay until their owners delete them"
    )
}

/// How full chains and mailboxes are; no ids.
fn quotas(db: &Connection, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    let limits = &config.limits;
    let one = |sql: &str| -> rusqlite::Result<(u64, u64)> {
        db.query_row(sql, [], |row| Ok((positive(row.get(0)?), positive(row.get(1)?))))
    };
    let counted = |what: &str,
                   table: &str,
                   column: &str,
                   limit: u64,
                   sized: bool,
                   out: &mut dyn Write|
     -> io::Result<()> {
        let edge = limit / 100 * NEARLY + limit % 100 * NEARLY / 100;
        let (all, largest) = one(&format!("SELECT count(*), coalesce(max({column}), 0) FROM {table}"))
            .map_err(|error| failed(&error))?;
        let (nearly, full) = one(&format!(
            "SELECT coalesce(sum({column} >= {edge}), 0), coalesce(sum({column} >= {limit}), 0) FROM {table}"
        ))
        .map_err(|error| failed(&error))?;
        let number = |value: u64| if sized { bytes(value) } else { value.to_string() };
        writeln!(
            out,
            "quota             {what}: {all}, limit {} each, the largest has {}, {nearly} at {NEARLY} % or more, {full} full",
            number(limit),
            number(largest)
        )
    };
    counted(
        "chains by bytes",
        "chain WHERE deleted = 0",
        "bytes",
        limits.chain_bytes,
        true,
        out,
    )?;
    counted(
        "chains by items",
        "chain WHERE deleted = 0",
        "items",
        limits.chain_items,
        false,
        out,
    )?;
    counted(
        "mailboxes by bytes",
        "mailbox",
        "pending_bytes",
        limits.pending_bytes,
        true,
        out,
    )?;
    counted(
        "mailboxes by envelopes",
        "mailbox",
        "pending",
        limits.pending,
        false,
        out,
    )
}

fn remove(config: &Config, due: &Due) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        use crate::store::{Store, op};
        let store = sqlite::Sqlite::open_guarded(&config.data, sqlite::Durability::Full, &config.guard(false))
            .map_err(io::Error::other)?;
        let expire = op::Expire {
            now: protocol::time::Timestamp::new(now()).map_err(io::Error::other)?,
            envelope_time: config.limits.envelope_time,
        };
        store.expire(expire).await.map_err(io::Error::other)?;
        store.close(()).await.map_err(io::Error::other)
    })?;
    due.files.iter().try_for_each(fs::remove_file)
}

fn positive(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
