//! Files on this machine, read piece by piece on the vault's request and written piece by piece as they arrive.
//!
//! Invariant: a fetched file carries its final name only after the vault said that it is the signed one; until then it ends in `.part`,
//! and a later fetch goes on from there.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use vault::facade::{FilePiece, PieceRequest, Vault};

use crate::error::Error;
use crate::folder;

/// Bytes of a whole piece.
const PIECE: usize = 1 << 20;

/// The file that was read last stays open.
#[derive(Debug, Default)]
pub(crate) struct Reader(Option<(String, File)>);

impl Reader {
    /// The bytes of a piece.
    ///
    /// # Errors
    /// The code that the vault is told: `file.vanished`, `file.unreadable`, `file.changed`.
    pub(crate) fn read(&mut self, piece: &PieceRequest) -> Result<Vec<u8>, &'static str> {
        let found = self.bytes(piece);
        if found.is_err() {
            self.0 = None;
        }
        found.map_err(|error| match error.kind() {
            ErrorKind::NotFound => "file.vanished",
            ErrorKind::UnexpectedEof | ErrorKind::InvalidData => "file.changed",
            _ => "file.unreadable",
        })
    }

    fn bytes(&mut self, piece: &PieceRequest) -> io::Result<Vec<u8>> {
        // A file that was moved away while it is open is as gone as any other: a restart would not find it.
        let there = fs::metadata(&piece.source)?;
        if there.len() != piece.size || !there.is_file() {
            return Err(ErrorKind::InvalidData.into());
        }
        let open = match self.0.take() {
            Some((path, file)) if path == piece.source => file,
            _ => File::open(&piece.source)?,
        };
        let (_, file) = self.0.insert((piece.source.clone(), open));
        file.seek(SeekFrom::Start(piece.offset))?;
        let mut bytes = vec![0; usize::try_from(piece.length).map_err(|_| ErrorKind::InvalidData)?];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// A file on its way to this disk.
#[derive(Debug)]
pub(crate) struct Writer {
    part: PathBuf,
    path: PathBuf,
    file: File,
}

impl Writer {
    /// Opens `path.part`; what an earlier fetch left there in whole pieces is brought to the vault.
    ///
    /// # Errors
    /// `cli.file`, `cli.disk_full`, those of [`Vault::found_piece`].
    pub(crate) fn open(path: &Path, vault: &mut Vault, download: &str) -> Result<Self, Error> {
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let mut file = folder::private_file(&part)?;
        let size = vault.download_state(download)?.size;
        let fault = |error| Error::write(&part, &error);
        let here = file.metadata().map_err(fault)?.len();
        let mut kept = 0;
        let mut piece = vec![0; PIECE];
        while here <= size && kept + PIECE as u64 <= here {
            file.read_exact(&mut piece).map_err(fault)?;
            vault.found_piece(download, kept / PIECE as u64, &piece)?;
            kept += PIECE as u64;
        }
        file.set_len(kept).map_err(fault)?;
        Ok(Self {
            part,
            path: path.to_owned(),
            file,
        })
    }

    pub(crate) fn write(&mut self, piece: &FilePiece) -> Result<(), Error> {
        let written = self
            .file
            .seek(SeekFrom::Start(piece.offset))
            .and_then(|_| self.file.write_all(&piece.bytes));
        written.map_err(|error| Error::write(&self.part, &error))
    }

    /// The file gets its name.
    pub(crate) fn finish(self) -> Result<(), Error> {
        let named = self.file.sync_all().and_then(|()| fs::rename(&self.part, &self.path));
        named.map_err(|error| Error::write(&self.path, &error))
    }

    /// What was fetched is not the file: nothing of it stays.
    pub(crate) fn discard(self) -> Result<(), Error> {
        fs::remove_file(&self.part).map_err(|error| Error::file(&self.part, &error))
    }
}
