//! What an operator does besides serving: backup, verify, restore, retention, check-config, health (`relay-server/README.md`).
//!
//! Invariant: nothing here prints an id, a key or an address of anybody; counts, sizes and times only.

pub(crate) mod backup;
pub(crate) mod check_config;
pub(crate) mod fact;
pub(crate) mod health;
pub mod manifest;
pub mod mark;
pub(crate) mod restore;
pub(crate) mod retention;
pub(crate) mod verify;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use protocol::hash::Hash;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};

/// Bytes read at once.
const PIECE: usize = 64 * 1024;

/// Length and SHA-256 of a file.
pub(crate) fn digest(path: &Path) -> io::Result<(u64, Hash)> {
    let mut file = File::open(path)?;
    let (mut hasher, mut length, mut piece) = (Sha256::new(), 0, vec![0; PIECE]);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok((length, Hash::new(hasher.finalize().into())));
        }
        hasher.update(piece.get(..read).unwrap_or_default());
        length += read as u64;
    }
}

/// A connection that only reads, beside a relay that may be running.
pub(crate) fn reader(database: &Path) -> io::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags).map_err(|error| failed(&error))?;
    connection
        .busy_timeout(std::time::Duration::from_secs(5))
        .map_err(|error| failed(&error))?;
    Ok(connection)
}

/// What SQLite says, as an error of this program.
pub(crate) fn failed(error: &rusqlite::Error) -> io::Error {
    io::Error::other(format!("the database: {error}"))
}

/// An error of what was asked.
pub(crate) fn refused(reason: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, reason.into())
}

/// Whether a directory is missing or has nothing in it.
pub(crate) fn is_empty(directory: &Path) -> io::Result<bool> {
    match std::fs::read_dir(directory) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// A number of bytes for people.
pub(crate) fn bytes(count: u64) -> String {
    for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] {
        if count >= size {
            let tenths = u128::from(count) * 10 / u128::from(size);
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
    }
    format!("{count} bytes")
}

/// Seconds since 1970 by this machine's clock.
pub(crate) fn now() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs())
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_for_people() {
        assert_eq!(super::bytes(1023), "1023 bytes");
        assert_eq!(super::bytes(1536), "1.5 KiB");
        assert_eq!(super::bytes(u64::MAX), "17179869183.9 GiB");
    }
}
