//! Everything that can be checked of a backup or of a data directory, one line per fact.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use protocol::hash::{Hash, sha256};
use protocol::id::ResourceId;
use protocol::key::{PublicKey, Signer};
use protocol::log_entry::map_key;
use protocol::promise::Promise;
use rusqlite::Connection;

use super::backup::{newest, origin};
use super::fact::Report;
use super::manifest::{self, Manifest};
use super::{bytes, digest, mark, reader};
use crate::keys::{LOG_KEY, LogKey};
use crate::store::sqlite;

/// How far the clock may seem to step back between entries: requests overtake each other.
const STEP: i64 = 300;

/// Checks a backup.
pub(crate) fn backup(folder: &Path) -> Report {
    let mut report = Report::default();
    let manifest = match fs::read(folder.join(manifest::FILE)) {
        Ok(encoded) => match Manifest::parse(&encoded) {
            Ok(manifest) => {
                report.pass(
                    "manifest",
                    format!(
                        "made at {} by version {}; sha256 {}",
                        manifest.time,
                        manifest.relay,
                        sha256(&[&encoded])
                    ),
                );
                manifest
            }
            Err(reason) => {
                report.fail("manifest", reason);
                return report;
            }
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            report.fail(
                "manifest",
                "there is none: this is no backup, or one that was not finished",
            );
            return report;
        }
        Err(error) => {
            report.fail("manifest", error.to_string());
            return report;
        }
    };
    files(folder, &manifest, &mut report);
    database(folder, Some(&manifest), &mut report);
    report
}

/// Checks a relay's own data directory, also while it runs.
pub(crate) fn data(folder: &Path) -> Report {
    let mut report = Report::default();
    database(folder, None, &mut report);
    report
}

/// Every listed file is there, unchanged, and nothing else is.
fn files(folder: &Path, manifest: &Manifest, report: &mut Report) {
    let (mut missing, mut changed, mut size) = (0usize, 0usize, 0u64);
    for file in &manifest.files {
        match digest(&folder.join(&file.path)) {
            Ok((length, hash)) if (length, hash) == (file.size, file.sha256) => size += length,
            Ok(_) => changed += 1,
            Err(_) => missing += 1,
        }
    }
    let all = manifest.files.len();
    report.judge(
        "files.present",
        format!("all {all} files of the manifest are there"),
        (missing > 0).then(|| format!("{missing} of {all} files are missing or cannot be read")),
    );
    report.judge(
        "files.hashes",
        format!("each of {all} files has its hash, {} in all", bytes(size)),
        (changed > 0).then(|| format!("{changed} of {all} files were changed")),
    );
    let listed: BTreeSet<&str> = manifest.files.iter().map(|file| file.path.as_str()).collect();
    let extra = walk(folder)
        .map(|found| {
            found
                .iter()
                .filter(|path| path.as_str() != manifest::FILE && !listed.contains(path.as_str()))
                .count()
        })
        .unwrap_or(usize::MAX);
    report.judge(
        "files.extra",
        "nothing lies there that the manifest does not name",
        (extra > 0).then(|| format!("{extra} files are not in the manifest")),
    );
}

/// Paths of all files below a folder, with `/`.
fn walk(folder: &Path) -> io::Result<Vec<String>> {
    fn inner(root: &Path, folder: &Path, found: &mut Vec<String>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                inner(root, &path, found)?;
            } else if let Ok(inside) = path.strip_prefix(root) {
                let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
                found.push(parts.join("/"));
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    inner(folder, folder, &mut found)?;
    Ok(found)
}

fn database(folder: &Path, manifest: Option<&Manifest>, report: &mut Report) {
    let path = folder.join(sqlite::FILE);
    if !path.is_file() {
        return report.fail("database", "there is none");
    }
    let db = match reader(&path) {
        Ok(db) => db,
        Err(error) => return report.fail("database", error.to_string()),
    };
    if let Err(error) = facts(folder, &db, manifest, report) {
        report.fail("database", format!("it cannot be read to its end: {error}"));
    }
}

fn facts(folder: &Path, db: &Connection, manifest: Option<&Manifest>, report: &mut Report) -> rusqlite::Result<()> {
    // One state of the database for all facts, also beside a running relay.
    db.execute_batch("BEGIN DEFERRED")?;
    let integrity = integrity(db)?;
    let damaged = integrity.is_some();
    report.judge("database.integrity", "every page and index is in order", integrity);
    if damaged {
        return Ok(());
    }
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    report.judge(
        "database.version",
        format!("version {version}"),
        (version != sqlite::SCHEMA_VERSION)
            .then(|| format!("version {version}, this program knows {}", sqlite::SCHEMA_VERSION)),
    );
    let dangling = db
        .prepare("PRAGMA foreign_key_check")?
        .query_map([], |_| Ok(()))?
        .count();
    report.judge(
        "database.references",
        "every block has its entry",
        (dangling > 0).then(|| format!("{dangling} blocks have no entry in the map")),
    );
    if let Ok(times @ 1..) = mark::rollbacks(db) {
        report.note(
            "rollback",
            format!("the operator went on with an older database {times} times"),
        );
    }
    log(folder, db, manifest, report)?;
    positions(db, report)?;
    blobs(folder, db, manifest.is_some(), report)
}

fn integrity(db: &Connection) -> rusqlite::Result<Option<String>> {
    let mut statement = db.prepare("PRAGMA integrity_check(5)")?;
    let said: Result<Vec<String>, _> = statement.query_map([], |row| row.get(0))?.collect();
    Ok(match said {
        Ok(said) if said == ["ok"] => None,
        Ok(said) => Some(format!("damaged: {}", said.join("; "))),
        Err(error) => Some(format!("damaged: {error}")),
    })
}

/// The log's identity, its promises, and their order.
fn log(folder: &Path, db: &Connection, manifest: Option<&Manifest>, report: &mut Report) -> rusqlite::Result<()> {
    let (origin, entries) = (origin(db)?, newest(db)?);
    let stored: Vec<u8> = db.query_row("SELECT value FROM meta WHERE name = 'log.key'", [], |row| row.get(0))?;
    let key = stored.try_into().ok().and_then(|stored| PublicKey::new(stored).ok());
    let Some(key) = key else {
        report.fail("log.key", "the database does not name the log's key");
        return Ok(());
    };
    let own = LogKey::open_existing(folder).map(|own| own.public_key());
    report.judge(
        "log.key",
        format!("{LOG_KEY} is the key of log {origin}"),
        match own {
            Ok(own) if own == key => None,
            Ok(_) => Some(format!("{LOG_KEY} is another log's")),
            Err(error) => Some(format!("{LOG_KEY}: {error}")),
        },
    );
    if let Some(manifest) = manifest {
        let commits = mark::commits(db).unwrap_or(u64::MAX);
        let same = manifest.origin == origin
            && manifest.entries == entries
            && manifest.log_key == key.to_string()
            && manifest.commits == commits;
        report.judge(
            "log.manifest",
            format!("log, {entries} entries and {commits} commits are those that the manifest says"),
            (!same).then(|| "the manifest speaks of another state".to_owned()),
        );
    }
    let mut statement = db.prepare("SELECT n, map_key, commitment, promise, time FROM map ORDER BY n")?;
    let mut rows = statement.query([])?;
    let (mut count, mut bad, mut back, mut gaps) = (0u64, None, None, 0u64);
    let (mut last_n, mut last_time) = (0i64, i64::MIN);
    while let Some(row) = rows.next()? {
        let (n, time): (i64, i64) = (row.get(0)?, row.get(4)?);
        let (map_key, commit): ([u8; 32], [u8; 32]) = (row.get(1)?, row.get(2)?);
        let promise: Vec<u8> = row.get(3)?;
        let good = Promise::verify(&promise, &key).is_ok_and(|promise| {
            promise.origin == origin
                && promise.map_key == Hash::new(map_key)
                && promise.commit == Hash::new(commit)
                && i64::try_from(promise.time.seconds()) == Ok(time)
        });
        if !good {
            bad.get_or_insert(n);
        }
        if time < last_time.saturating_sub(STEP) {
            back.get_or_insert(n);
        }
        gaps += u64::try_from(n - last_n - 1).unwrap_or(0);
        (last_n, last_time, count) = (n, time.max(last_time), count + 1);
    }
    report.judge(
        "log.promises",
        format!("{count} promises are signed by this log's key, each for its own entry"),
        bad.map(|n| format!("the promise of entry {n} is not this log's, or not about this entry")),
    );
    match back {
        None => report.pass("log.order", format!("{count} entries in the order of their admission")),
        Some(n) => report.note(
            "log.order",
            format!("before entry {n} this machine's clock was set back"),
        ),
    }
    if gaps > 0 {
        report.note(
            "log.numbers",
            format!("{gaps} numbers were never used: attempts that came second"),
        );
    }
    Ok(())
}

/// In each chain the positions of blocks follow each other, each under the key that chain and label give.
fn positions(db: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut statement = db.prepare(
        "SELECT block.chain, block.position, block.label, map.map_key, chain.id, chain.next_position
         FROM block JOIN map ON map.n = block.map_n JOIN chain ON chain.n = block.chain ORDER BY block.chain, block.position",
    )?;
    let mut rows = statement.query([])?;
    let (mut blocks, mut broken) = (0u64, 0u64);
    let (mut chain, mut expected, mut end) = (0i64, 0i64, 0i64);
    while let Some(row) = rows.next()? {
        let (this, position): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (label, key, id): ([u8; 32], [u8; 32], [u8; 32]) = (row.get(2)?, row.get(3)?, row.get(4)?);
        if this != chain {
            broken += u64::from(expected != end);
            (chain, expected, end) = (this, 0, row.get(5)?);
        }
        let good = position == expected && map_key(&ResourceId::new(id), &Hash::new(label)) == Hash::new(key);
        broken += u64::from(!good);
        (expected, blocks) = (position + 1, blocks + 1);
    }
    broken += u64::from(expected != end);
    let emptied: i64 = db.query_row(
        "SELECT count(*) FROM chain WHERE deleted = 0 AND next_position > 0
         AND NOT EXISTS (SELECT 1 FROM block WHERE block.chain = chain.n)",
        [],
        |row| row.get(0),
    )?;
    broken += u64::try_from(emptied).unwrap_or(0);
    report.judge(
        "chains.order",
        format!("{blocks} blocks stand without gap in their chains, each under its own key of the map"),
        (broken > 0).then(|| format!("{broken} blocks are missing, out of place or under another's key")),
    );
    Ok(())
}

/// Every blob has the content that its address says; files without a row are named.
fn blobs(folder: &Path, db: &Connection, strict: bool, report: &mut Report) -> rusqlite::Result<()> {
    let mut statement = db.prepare("SELECT address, size, file, content FROM blob ORDER BY n")?;
    let mut rows = statement.query([])?;
    let (mut count, mut size, mut missing, mut wrong) = (0u64, 0u64, 0u64, 0u64);
    let mut named = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let address = Hash::new(row.get(0)?);
        let length = u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
        let (file, content): (Option<String>, Option<Vec<u8>>) = (row.get(2)?, row.get(3)?);
        let found = match (file, content) {
            (Some(name), _) => {
                let path = blob_path(folder, &name);
                named.insert(name);
                digest(&path).ok()
            }
            (None, Some(content)) => Some((content.len() as u64, sha256(&[&content]))),
            (None, None) => None,
        };
        match found {
            None => missing += 1,
            Some(found) => wrong += u64::from(found != (length, address)),
        }
        (count, size) = (count + 1, size + length);
    }
    report.judge(
        "blobs.present",
        format!("{count} blobs are there, {}", bytes(size)),
        (missing > 0).then(|| format!("{missing} of {count} blobs are missing")),
    );
    report.judge(
        "blobs.hashes",
        format!("{count} blobs have the content that their addresses say"),
        (wrong > 0).then(|| format!("{wrong} of {count} blobs are damaged")),
    );
    let extra = walk(&folder.join("blobs"))
        .unwrap_or_default()
        .iter()
        .filter(|path| path.rsplit('/').next().is_some_and(|name| !named.contains(name)))
        .count();
    if strict || extra == 0 {
        report.judge(
            "blobs.extra",
            "no blob file is without a row",
            (extra > 0).then(|| format!("{extra} blob files belong to nothing")),
        );
    } else {
        report.note(
            "blobs.extra",
            format!("{extra} blob files belong to nothing yet; the relay removes those older than an hour"),
        );
    }
    Ok(())
}

fn blob_path(folder: &Path, name: &str) -> PathBuf {
    folder.join("blobs").join(name.get(..2).unwrap_or("00")).join(name)
}
