//! A consistent copy of everything, made while the relay runs.
//!
//! The database is copied by `VACUUM INTO` inside one read transaction: writers go on, and bytes of deleted rows do not come along. Then
//! every blob file that the copy names is copied and its hash compared with its name. A blob that its owner deleted meanwhile is left out,
//! and so is its row. The manifest comes last: without one a folder is no backup.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use protocol::hash::Hash;
use protocol::key::Signer;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::manifest::{self, Listed, Manifest};
use super::{PIECE, bytes, digest, failed, is_empty, mark, reader, refused};
use crate::keys::{LOG_KEY, LogKey};
use crate::place;
use crate::store::sqlite;
use crate::token::TOKEN_KEY;

/// What was copied.
#[derive(Debug)]
pub(crate) struct Summary {
    pub(crate) files: usize,
    pub(crate) size: u64,
    pub(crate) entries: u64,
    /// Blobs deleted by their owners while the copy was made.
    pub(crate) left_out: usize,
    /// SHA-256 of the manifest.
    pub(crate) manifest: Hash,
}

impl Summary {
    pub(crate) fn print(&self, out: &mut dyn Write, target: &Path) -> io::Result<()> {
        let Self {
            files,
            size,
            entries,
            left_out,
            manifest,
        } = self;
        writeln!(
            out,
            "backed up {entries} entries, {files} files, {} into {}",
            bytes(*size),
            target.display()
        )?;
        if *left_out > 0 {
            writeln!(
                out,
                "left out {left_out} blobs that their owners deleted while the copy was made"
            )?;
        }
        writeln!(out, "manifest sha256 {manifest}")?;
        writeln!(
            out,
            "the backup holds this relay's secret keys: keep it where only you can read it, and check it with `relay-server verify`"
        )
    }
}

/// Copies the data directory into a new one.
pub(crate) fn make(data: &Path, target: &Path) -> io::Result<Summary> {
    let database = data.join(sqlite::FILE);
    if !database.is_file() {
        return Err(refused(format!("{} holds no relay's data", data.display())));
    }
    if !is_empty(target)? {
        return Err(refused(format!(
            "{} is not empty: a backup needs a folder of its own",
            target.display()
        )));
    }
    place::make(target)?;
    let live = reader(&database)?;
    let copy = target.join(sqlite::FILE);
    live.execute("VACUUM INTO ?", [text(&copy)?])
        .map_err(|error| failed(&error))?;
    private(&copy)?;

    let mut manifest = Manifest::new();
    let key = LogKey::open_existing(data)?;
    manifest.log_key = key.public_key().to_string();
    let mut files = vec![];
    for name in [LOG_KEY, TOKEN_KEY] {
        if data.join(name).is_file() {
            let listed = copied(&data.join(name), target, name)?;
            private(&target.join(name))?;
            files.push(listed);
        }
    }
    let left_out = {
        let copied = Connection::open(&copy).map_err(|error| failed(&error))?;
        let (blobs, left_out) = blobs(data, target, &copied, &live)?;
        files.extend(blobs);
        manifest.origin = origin(&copied).map_err(|error| failed(&error))?;
        manifest.entries = newest(&copied).map_err(|error| failed(&error))?;
        manifest.commits = mark::commits(&copied).map_err(io::Error::other)?;
        copied.close().map_err(|(_, error)| failed(&error))?;
        left_out
    };
    File::open(&copy)?.sync_all()?;
    let (size, sha256) = digest(&copy)?;
    files.push(Listed {
        path: sqlite::FILE.to_owned(),
        size,
        sha256,
    });
    files.sort_by(|one, other| one.path.cmp(&other.path));
    manifest.files = files;
    let hash = write_manifest(target, &manifest)?;
    Ok(Summary {
        files: manifest.files.len(),
        size: manifest.files.iter().map(|file| file.size).sum(),
        entries: manifest.entries,
        left_out,
        manifest: hash,
    })
}

/// Copies every blob file that the copied database names; forgets the rows of those deleted meanwhile.
fn blobs(data: &Path, target: &Path, copied_db: &Connection, live: &Connection) -> io::Result<(Vec<Listed>, usize)> {
    // Chains that share a blob name the same file: it is copied once.
    let names: Vec<String> = copied_db
        .prepare("SELECT DISTINCT file FROM blob WHERE file IS NOT NULL ORDER BY file")
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .map_err(|error| failed(&error))?;
    let (mut files, mut gone) = (Vec::new(), Vec::new());
    for name in names {
        let path = format!("blobs/{}/{name}", name.get(..2).unwrap_or("00"));
        match copied(&data.join(&path), target, &path) {
            Ok(listed) if name.starts_with(&listed.sha256.to_string()) => files.push(listed),
            Ok(_) => {
                return Err(io::Error::other(
                    "a blob file does not have the content that its name says: run `relay-server verify` before backing up",
                ));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let kept = live
                    .prepare_cached("SELECT 1 FROM blob WHERE file = ?")
                    .and_then(|mut statement| statement.exists([&name]))
                    .map_err(|error| failed(&error))?;
                if kept {
                    return Err(io::Error::other(
                        "a blob file is missing: run `relay-server verify` before backing up",
                    ));
                }
                let rows = copied_db
                    .prepare_cached("SELECT n FROM blob WHERE file = ?")
                    .and_then(|mut statement| statement.query_map([&name], |row| row.get::<_, i64>(0))?.collect());
                gone.extend::<Vec<i64>>(rows.map_err(|error| failed(&error))?);
            }
            Err(error) => return Err(error),
        }
    }
    for n in &gone {
        // The owner deleted it: counted out of the chain as the relay itself does.
        copied_db
            .execute_batch(&format!(
                "UPDATE chain SET bytes = max(bytes - (SELECT size FROM blob WHERE n = {n}), 0), items = max(items - 1, 0)
                 WHERE n = (SELECT chain FROM blob WHERE n = {n});
                 DELETE FROM blob WHERE n = {n};"
            ))
            .map_err(|error| failed(&error))?;
    }
    Ok((files, gone.len()))
}

/// Copies one file, durably, and says what it held.
pub(crate) fn copied(from: &Path, root: &Path, path: &str) -> io::Result<Listed> {
    let mut source = File::open(from)?;
    let target = root.join(path);
    if let Some(folder) = target.parent() {
        place::make(folder)?;
    }
    let mut file = File::options().write(true).create_new(true).open(&target)?;
    let (mut hasher, mut size, mut piece) = (Sha256::new(), 0, vec![0; PIECE]);
    loop {
        let read = source.read(&mut piece)?;
        if read == 0 {
            break;
        }
        let read = piece.get(..read).unwrap_or_default();
        hasher.update(read);
        file.write_all(read)?;
        size += read.len() as u64;
    }
    file.sync_all()?;
    Ok(Listed {
        path: path.to_owned(),
        size,
        sha256: Hash::new(hasher.finalize().into()),
    })
}

/// Everything else is durable before the manifest has its name.
fn write_manifest(target: &Path, manifest: &Manifest) -> io::Result<Hash> {
    let encoded = manifest.encode().map_err(io::Error::other)?;
    sync_folders(target)?;
    let partial = target.join("manifest.partial");
    fs::write(&partial, &encoded)?;
    File::open(&partial)?.sync_all()?;
    fs::rename(partial, target.join(manifest::FILE))?;
    File::open(target)?.sync_all()?;
    Ok(protocol::hash::sha256(&[&encoded]))
}

/// Makes the entries of a folder and of the folders in it durable.
pub(crate) fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sync_folders(&path)?;
        }
    }
    File::open(folder)?.sync_all()
}

/// Readable for its owner only.
pub(crate) fn private(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

fn text(path: &Path) -> io::Result<String> {
    let path: PathBuf = std::path::absolute(path)?;
    path.into_os_string()
        .into_string()
        .map_err(|_| refused("the backup's path must be valid UTF-8"))
}

pub(crate) fn origin(db: &Connection) -> rusqlite::Result<String> {
    let bytes: Vec<u8> = db.query_row("SELECT value FROM meta WHERE name = 'log.origin'", [], |row| row.get(0))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

pub(crate) fn newest(db: &Connection) -> rusqlite::Result<u64> {
    let n: Option<i64> = db.query_row("SELECT max(n) FROM map", [], |row| row.get(0))?;
    Ok(n.and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    #[test]
    fn a_blob_that_its_owner_deleted_meanwhile_is_left_out_with_its_row() {
        let folder = tempfile::tempdir().unwrap();
        let (data, target) = (folder.path().join("data"), folder.path().join("target"));
        let database = |rows: &str| {
            let db = Connection::open_in_memory().unwrap();
            db.execute_batch(include_str!("../store/sqlite/schema.sql")).unwrap();
            db.execute_batch(rows).unwrap();
            db
        };
        let chain =
            "INSERT INTO chain (n, id, created, public, write, bytes, items) VALUES (1, x'01', x'', 0, x'', 70, 2);";
        let copied = database(&format!(
            "{chain} INSERT INTO blob (chain, address, size, file) VALUES (1, x'02', 50, 'ab-1');"
        ));
        let (files, gone) = super::blobs(&data, &target, &copied, &database(chain)).unwrap();
        assert_eq!((files.len(), gone), (0, 1));
        let left: (i64, i64, i64) = copied
            .query_row(
                "SELECT (SELECT count(*) FROM blob), bytes, items FROM chain",
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .unwrap();
        assert_eq!(left, (0, 20, 1));
        // Still in the live database: damage.
        let row = "INSERT INTO blob (chain, address, size, file) VALUES (1, x'02', 50, 'ab-1');";
        let (copied, live) = (database(&format!("{chain}{row}")), database(&format!("{chain}{row}")));
        assert!(super::blobs(&data, &target, &copied, &live).is_err());
    }
}
