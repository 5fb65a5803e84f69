//! Files of any size, piece by piece: long work in steps of at most 1 MiB, that can be cancelled and go on after any stop.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type FileDraft = facade::FileDraft;

/// A file to take in.
#[uniffi::remote(Record)]
pub struct FileDraft {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// Where the platform finds it again, in the platform's own words: a path, the key of a copy.
    pub source: String,
}

type PieceRequest = facade::PieceRequest;

/// A piece that the platform is to read and bring.
#[uniffi::remote(Record)]
pub struct PieceRequest {
    /// The file on its way.
    pub upload: String,
    /// Number of the piece.
    pub index: u64,
    /// First byte.
    pub offset: u64,
    /// How many bytes; 0 beyond the file's end: bring nothing.
    pub length: u64,
    /// Bytes the whole file must have; with any other size it changed.
    pub size: u64,
    /// Whether it is read for sending; else it is hashed.
    pub sealing: bool,
    /// Where the platform finds the file.
    pub source: String,
}

type FileView = facade::FileView;

/// A file on its way to the relay.
#[uniffi::remote(Record)]
pub struct FileView {
    /// Its id while it is on its way.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// Where the platform finds it.
    pub source: String,
    /// The grant it is sent under; none for an own document.
    pub grant: Option<String>,
    /// `reading`, `sending`, `waiting` for the other files of its record, or `stopped`.
    pub stage: String,
    /// Bytes read in the first pass.
    pub read: u64,
    /// Bytes that the relay has.
    pub sent: u64,
    /// Parts it is sent in.
    pub parts: u64,
    /// Parts that the relay has.
    pub stored: u64,
    /// Why it stopped.
    pub code: Option<String>,
    /// When it was begun.
    pub since: u64,
}

type DownloadView = facade::DownloadView;

/// A file that is being fetched.
#[uniffi::remote(Record)]
pub struct DownloadView {
    /// Its name, as the sender gave it.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Bytes handed out or found here.
    pub done: u64,
    /// Whether every part was fetched and checked; `Vault::finish_download` decides.
    pub complete: bool,
    /// Why it stopped.
    pub code: Option<String>,
    /// The part that stopped it, from 1.
    pub part: Option<u64>,
}

type FilePiece = facade::FilePiece;

crate::bulk::record!(FilePiece {
    index,
    offset,
    bytes: bytes
});

#[uniffi::export]
impl Vault {
    /// Takes in a document or picture of any size. It is read twice and sent in parts; when the relay has them all, a record that names
    /// it is filed. `created` is the file on its way.
    ///
    /// # Errors
    /// `vault.text`, `vault.not_ready`, `file.too_large`, `crypto.too_large`.
    pub fn add_file(&self, draft: facade::FileDraft, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.add_file(&draft, now, &mut random()?)?)
    }

    /// The next record that is written for a patient carries these files: they are sent first, under the grant's own quota, and the record
    /// is signed and sent when the relay has them all. Until then `created` of that command names what waits, and
    /// `show.file_stored` the record. An empty list takes them back.
    ///
    /// # Errors
    /// `vault.text`, `file.too_large`.
    pub fn attach_files(&self, files: Vec<facade::FileDraft>) -> Result<(), VaultError> {
        self.inner()?.attach_files(&files)?;
        Ok(())
    }

    /// Files on their way, oldest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn files(&self) -> Result<Vec<facade::FileView>, VaultError> {
        Ok(self.inner()?.files()?)
    }

    /// Whether the platform is ready to read files and bring their pieces now; at first it is not.
    pub fn carry_files(&self, ready: bool) -> Result<(), VaultError> {
        self.inner()?.carry_files(ready);
        Ok(())
    }

    /// Brings a piece that `Vault::next_request` asked for by `read`. After `file.changed` the platform calls
    /// `Vault::restart_file`.
    ///
    /// # Errors
    /// `file.changed`, `file.piece`, `vault.not_found`, `vault.busy`.
    pub fn give_piece(
        &self,
        upload: String,
        index: u64,
        bytes: Bytes,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.give_piece(&upload, index, &bytes, now, &mut random()?)?)
    }

    /// The file is not what it was: it is read and sent anew, under a new key.
    ///
    /// # Errors
    /// `file.changed` when that happens again and again, `file.too_large`, `vault.not_found`.
    pub fn restart_file(&self, upload: String, size: u64, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.restart_file(&upload, size, now, &mut random()?)?)
    }

    /// The platform cannot go on with a file; `code` says why. It waits for the person.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn stop_file(&self, upload: String, code: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.stop_file(&upload, &code, now, &mut random()?)?)
    }

    /// Goes on with a file that stopped, from another place if one is named.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    pub fn resume_file(&self, upload: String, source: Option<String>, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.resume_file(&upload, source, now, &mut random()?)?)
    }

    /// Gives up a file and the record that waits for it. Parts that the relay has are deleted there, those under way when they arrive; of an
    /// upload that was killed the last few that were under way stay, named by nothing and open to nobody.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn cancel_file(&self, upload: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.cancel_file(&upload, now, &mut random()?)?)
    }

    /// Begins to fetch an attachment of an own record, or of one shared under a grant and opened; `created` is the download.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`, `vault.state` before a shared record was opened, `grant.*`.
    pub fn download(
        &self,
        grant: Option<String>,
        record: String,
        index: u32,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.download(grant, &record, index, now, &mut random()?)?)
    }

    /// Brings a whole piece that an earlier download left on this disk, in order, before anything is fetched.
    ///
    /// # Errors
    /// `file.piece`, `vault.not_found`.
    pub fn found_piece(&self, download_id: String, index: u64, bytes: Bytes) -> Result<(), VaultError> {
        self.inner()?.found_piece(&download_id, index, &bytes)?;
        Ok(())
    }

    /// The next piece in order that was fetched and checked.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn next_piece(&self, download_id: String) -> Result<Option<facade::FilePiece>, VaultError> {
        Ok(self.inner()?.next_piece(&download_id)?)
    }

    /// How far a download is.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn download_state(&self, download_id: String) -> Result<facade::DownloadView, VaultError> {
        Ok(self.inner()?.download_state(&download_id)?)
    }

    /// Every piece is written: says whether the file is the one that was signed. Only then it gets its final name.
    ///
    /// # Errors
    /// `file.unfinished`, `file.hash`, `vault.not_found`.
    pub fn finish_download(&self, download_id: String) -> Result<(), VaultError> {
        self.inner()?.finish_download(&download_id)?;
        Ok(())
    }

    /// Forgets a download.
    pub fn cancel_download(&self, download_id: String) -> Result<(), VaultError> {
        self.inner()?.cancel_download(&download_id);
        Ok(())
    }
}

/// What `crate::bulk` carries over, as the other languages know it.
mod described {
    /// A piece of a fetched file, checked in its place.
    #[derive(uniffi::Record)]
    pub struct FilePiece {
        /// Its number.
        pub index: u64,
        /// Where it begins in the file.
        pub offset: u64,
        /// Its bytes.
        pub bytes: Vec<u8>,
    }
}
