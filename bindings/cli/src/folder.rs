//! A vault's folder: its sealed entries in one SQLite file, written in single transactions, used by one process at a time.
//!
//! Invariants (DESIGN §9, Changes): a `Changes` is stored whole or not at all, and only over the generation before it; the lock is held
//! from open to drop; folder and files are readable by their owner alone. The file holds ciphertext only.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use vault::facade::{Changes, Entry, Put};

use crate::error::Error;

/// An open folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    database: Connection,
    _lock: File,
}

const DATABASE: &str = "vault.sqlite";
const LOCK: &str = "lock";

impl Folder {
    /// Whether a vault is there.
    pub fn exists(path: &Path) -> bool {
        path.join(DATABASE).exists()
    }

    /// Makes an empty folder for a new vault.
    ///
    /// # Errors
    /// `cli.exists` when a vault is there already, `cli.locked`, `cli.file`, `cli.store`.
    pub fn create(path: &Path) -> Result<Self, Error> {
        if Self::exists(path) {
            return Err(Error::new("cli.exists", path.display().to_string()));
        }
        make_private_folder(path)?;
        let lock = lock(path)?;
        // Made before SQLite opens it, so that its first byte is private already; the journal inherits these permissions.
        private_file(&path.join(DATABASE))?;
        let database = connect(path)?;
        database.execute_batch(
            "CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID, STRICT;
             CREATE TABLE state (only INTEGER PRIMARY KEY CHECK (only = 0), generation INTEGER NOT NULL) STRICT;
             INSERT INTO state VALUES (0, 0);
             PRAGMA user_version = 1;",
        )?;
        Ok(Self {
            path: path.to_owned(),
            database,
            _lock: lock,
        })
    }

    /// Opens the folder of a vault.
    ///
    /// # Errors
    /// `cli.no_vault`, `cli.locked`, `cli.file`, `cli.store` when the file is damaged or of a newer version.
    pub fn open(path: &Path) -> Result<Self, Error> {
        if !Self::exists(path) {
            return Err(Error::new("cli.no_vault", path.display().to_string()));
        }
        let lock = lock(path)?;
        let database = connect(path)?;
        let version: i64 = database.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version != 1 {
            return Err(Error::new(
                "cli.store",
                format!("the file has version {version}, expected 1"),
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            database,
            _lock: lock,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The entries that [`Vault::open`](vault::facade::Vault::open) takes: header and index.
    ///
    /// # Errors
    /// `cli.store`.
    pub fn index(&self) -> Result<Vec<Entry>, Error> {
        let mut query = self
            .database
            .prepare("SELECT key, value FROM entries WHERE substr(key, 1, 1) IN ('h', 'i')")?;
        let rows = query.query_map([], |row| {
            Ok(Entry {
                key: row.get(0)?,
                value: Some(row.get(1)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The entries of these names; one that is not stored has no value.
    ///
    /// # Errors
    /// `cli.store`.
    pub fn load(&self, keys: &[String]) -> Result<Vec<Entry>, Error> {
        let mut query = self
            .database
            .prepare_cached("SELECT value FROM entries WHERE key = ?1")?;
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            let value = query.query_row([key], |row| row.get(0)).optional()?;
            found.push(Entry {
                key: key.clone(),
                value,
            });
        }
        Ok(found)
    }

    /// Stores a change in one transaction, durable on return.
    ///
    /// # Errors
    /// `vault.conflict` when the store is not at the generation before; `cli.store`.
    pub fn store(&mut self, changes: &Changes) -> Result<(), Error> {
        let before = i64::try_from(changes.generation).map_err(|_| conflict())? - 1;
        let transaction = self
            .database
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let moved = transaction.execute("UPDATE state SET generation = ?1 + 1 WHERE generation = ?1", [before])?;
        if moved != 1 {
            return Err(conflict());
        }
        for Put { key, value } in &changes.puts {
            transaction
                .prepare_cached("INSERT OR REPLACE INTO entries VALUES (?1, ?2)")?
                .execute(params![key, value])?;
        }
        for key in &changes.deletes {
            transaction
                .prepare_cached("DELETE FROM entries WHERE key = ?1")?
                .execute([key])?;
        }
        Ok(transaction.commit()?)
    }

    /// Replaces one entry outside the count of generations: the header, when the passphrase changes.
    ///
    /// # Errors
    /// `cli.store`.
    pub fn replace(&mut self, put: &Put) -> Result<(), Error> {
        let query = "INSERT OR REPLACE INTO entries VALUES (?1, ?2)";
        self.database.execute(query, params![put.key, put.value])?;
        Ok(())
    }

    /// The generation last stored.
    ///
    /// # Errors
    /// `cli.store`.
    pub fn generation(&self) -> Result<u64, Error> {
        let generation: i64 = self
            .database
            .query_row("SELECT generation FROM state", [], |row| row.get(0))?;
        u64::try_from(generation).map_err(|_| Error::new("cli.store", "the generation is negative"))
    }
}

fn conflict() -> Error {
    Error::new("vault.conflict", "the store was changed by another program")
}

fn connect(path: &Path) -> Result<Connection, Error> {
    let database = Connection::open(path.join(DATABASE))?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    // What is deleted must not stay readable in free pages.
    database.pragma_update(None, "secure_delete", true)?;
    Ok(database)
}

fn lock(path: &Path) -> Result<File, Error> {
    let file = private_file(&path.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::new("cli.locked", path.display().to_string())),
        Err(TryLockError::Error(error)) => Err(Error::file(path, &error)),
    }
}

/// Opens or makes a file that only its owner can read.
pub(crate) fn private_file(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| Error::file(path, &error))
}

fn make_private_folder(path: &Path) -> Result<(), Error> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| Error::file(path, &error))
}
