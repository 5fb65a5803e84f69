//! Files of any size, piece by piece: long work in steps of at most 1 MiB, that can be cancelled and go on after any stop.
//!
//! The platform reads what [`Vault::next_request`] asks for by `read` and brings it with [`Vault::give_piece`]; it writes what
//! [`Vault::next_piece`] gives. Nothing of a file enters the store, and only a few pieces are in memory at once.

use protocol::hash::Hash;
use protocol::id::{GrantId, RecordId};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::fault::{self, Fault};
use crate::flow::{access, record, upload};
use crate::item::{AttachmentAccess, ChainName, CopiedItem, RecordItem, SharedItem, UploadItem, WaitingRecord};
use crate::state::Read;
use crate::sync::{Download, Session, Wanted};

/// A file to take in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A piece that the platform is to read and bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A file on its way to the relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A file that is being fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadView {
    /// Its name, as the sender gave it.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Bytes handed out or found here.
    pub done: u64,
    /// Whether every part was fetched and checked; [`Vault::finish_download`] decides.
    pub complete: bool,
    /// Why it stopped.
    pub code: Option<String>,
    /// The part that stopped it, from 1.
    pub part: Option<u64>,
}

/// A piece of a fetched file, checked in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePiece {
    /// Its number.
    pub index: u64,
    /// Where it begins in the file.
    pub offset: u64,
    /// Its bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

impl PieceRequest {
    pub(super) fn of(wanted: Wanted) -> Self {
        Self {
            upload: wanted.upload.to_string(),
            index: wanted.number,
            offset: wanted.offset,
            length: wanted.length,
            size: wanted.size,
            sealing: wanted.sealing,
            source: wanted.source,
        }
    }
}

/// The drafts of files as the core takes them.
pub(super) fn new_files(files: &[FileDraft]) -> Vec<upload::NewFile> {
    let one = |file: &FileDraft| upload::NewFile {
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        size: file.size,
        source: file.source.clone(),
    };
    files.iter().map(one).collect()
}

fn view(id: &Hash, item: UploadItem) -> Result<FileView, Fault> {
    let parts = upload::parts(&item)?;
    let bytes = |pieces: u64| item.size.min(pieces * protocol::tree::PIECE_LEN as u64);
    let stage = match (&item.stopped, item.hash) {
        (Some(_), _) => "stopped",
        (None, None) => "reading",
        (None, Some(_)) if item.stored == parts => "waiting",
        (None, Some(_)) => "sending",
    };
    Ok(FileView {
        id: id.to_string(),
        grant: match item.chain {
            ChainName::Received(grant) => Some(grant.to_string()),
            _ => None,
        },
        stage: stage.to_owned(),
        read: bytes(item.hashed),
        sent: bytes(item.stored),
        parts,
        stored: item.stored,
        since: item.since.seconds(),
        name: item.name,
        media_type: item.media_type,
        size: item.size,
        source: item.source,
        code: item.stopped,
    })
}

fn download<'a>(session: &'a mut Session, id: &str) -> Result<&'a mut Download, Fault> {
    let number: u64 = parse(id)?;
    session
        .transfers
        .downloads
        .get_mut(&number)
        .ok_or_else(|| fault::Error::NotFound.into())
}

/// The attachment of an own record, or of one shared under a grant, and the chain in whose resource its parts lie.
fn attachment(
    tx: &crate::state::Tx<'_>,
    grant: Option<&str>,
    record: &str,
    index: u32,
) -> Result<(ChainName, AttachmentAccess), Fault> {
    let record: RecordId = parse(record)?;
    let place = usize::try_from(index).unwrap_or(usize::MAX);
    let (name, attachments) = match grant {
        None => {
            let item: RecordItem = tx.item(record.as_bytes())?;
            (ChainName::Own, record::body_of(tx, &item)?.attachments)
        }
        Some(grant) => {
            let grant: GrantId = parse(grant)?;
            access::may_read(tx, &grant)?;
            let key = SharedItem::id(&grant, &record);
            // Filed and shared, or before that as a copy: its parts lie in the same resource.
            let (opened, attachments) = match tx.get::<SharedItem>(&key)? {
                Some(item) => (item.opened, item.attachments),
                None => {
                    let item: CopiedItem = tx.item(&key)?;
                    (item.opened, item.attachments)
                }
            };
            if opened.is_none() {
                return Err(fault::Error::State.into());
            }
            (ChainName::Received(grant), attachments)
        }
    };
    let access = attachments.into_iter().nth(place).ok_or(fault::Error::NotFound)?;
    Ok((name, access))
}

impl Vault {
    /// Takes in a document or picture of any size. It is read twice and sent in parts; when the relay has them all, a record that names
    /// it is filed. `created` is the file on its way.
    ///
    /// # Errors
    /// `vault.text`, `vault.not_ready`, `file.too_large`, `crypto.too_large`.
    pub fn add_file(&mut self, draft: &FileDraft, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let waiting = WaitingRecord {
                uploads: Vec::new(),
                grant: None,
                content: None,
                replies_to: None,
                supersedes: None,
            };
            let id = upload::begin(tx, waiting, new_files(core::slice::from_ref(draft)))?;
            let waiting: WaitingRecord = tx.item(id.as_bytes())?;
            tx.created = waiting.uploads.first().map(ToString::to_string);
            Ok(())
        })
    }

    /// The next record that is written for a patient carries these files: they are sent first, under the grant's own quota, and the record
    /// is signed and sent when the relay has them all. Until then `created` of that command names what waits, and
    /// `show.file_stored` the record. An empty list takes them back.
    ///
    /// # Errors
    /// `vault.text`, `file.too_large`.
    pub fn attach_files(&mut self, files: &[FileDraft]) -> Result<(), Error> {
        let files = new_files(files);
        upload::check(&files, true)?;
        self.session.transfers.attached = files;
        Ok(())
    }

    /// Files on their way, oldest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn files(&self) -> Result<Vec<FileView>, Error> {
        let mut all = Vec::new();
        for (id, item) in self.store.list::<UploadItem>()? {
            let id: [u8; 32] = id.try_into().map_err(|_| Fault::from(fault::Error::Damaged))?;
            all.push(view(&Hash::new(id), item)?);
        }
        all.sort_by_key(|file| file.since);
        Ok(all)
    }

    /// Whether the platform is ready to read files and bring their pieces now; at first it is not.
    pub fn carry_files(&mut self, ready: bool) {
        self.session.transfers.carrying = ready;
    }

    /// Brings a piece that [`Vault::next_request`] asked for by `read`. After `file.changed` the platform calls
    /// [`Vault::restart_file`].
    ///
    /// # Errors
    /// `file.changed`, `file.piece`, `vault.not_found`, `vault.busy`.
    pub fn give_piece(
        &mut self,
        upload: &str,
        index: u64,
        bytes: &[u8],
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, session| {
            session.take_piece(tx, &parse(upload)?, index, bytes)
        })
    }

    /// The file is not what it was: it is read and sent anew, under a new key.
    ///
    /// # Errors
    /// `file.changed` when that happens again and again, `file.too_large`, `vault.not_found`.
    pub fn restart_file(
        &mut self,
        upload: &str,
        size: u64,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, session| {
            let id = parse(upload)?;
            let (salt, under_way) = session.under_way(tx, &id)?;
            upload::restart(tx, &id, size, &under_way)?;
            session.give_up(&id, &salt);
            Ok(())
        })
    }

    /// The platform cannot go on with a file; `code` says why. It waits for the person.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn stop_file(&mut self, upload: &str, code: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, session| {
            let id = parse(upload)?;
            session.forget_upload(&id);
            upload::stop(tx, &id, code)
        })
    }

    /// Goes on with a file that stopped, from another place if one is named.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    pub fn resume_file(
        &mut self,
        upload: &str,
        source: Option<String>,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, session| {
            let id = parse(upload)?;
            session.forget_upload(&id);
            upload::resume(tx, &id, source.clone())
        })
    }

    /// Gives up a file and the record that waits for it. Parts that the relay has are deleted there, those under way when they arrive; of an
    /// upload that was killed the last few that were under way stay, named by nothing and open to nobody.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn cancel_file(&mut self, upload: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, session| {
            let id = parse(upload)?;
            let (mut given_up, mut parts) = (Vec::new(), Vec::new());
            for one in upload::together(tx, &id)? {
                let (salt, under_way) = session.under_way(tx, &one)?;
                given_up.push((one, salt));
                parts.extend(under_way);
            }
            upload::cancel(tx, &id, &parts)?;
            for (one, salt) in given_up {
                session.give_up(&one, &salt);
            }
            Ok(())
        })
    }

    /// Begins to fetch an attachment of an own record, or of one shared under a grant and opened; `created` is the download.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`, `vault.state` before a shared record was opened, `grant.*`.
    pub fn download(
        &mut self,
        grant: Option<String>,
        record: &str,
        index: u32,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, session| {
            let (name, access) = attachment(tx, grant.as_deref(), record, index)?;
            let transfers = &mut session.transfers;
            transfers.last += 1;
            transfers.downloads.insert(transfers.last, Download::new(name, access)?);
            tx.created = Some(transfers.last.to_string());
            Ok(())
        })
    }

    /// Brings a whole piece that an earlier download left on this disk, in order, before anything is fetched.
    ///
    /// # Errors
    /// `file.piece`, `vault.not_found`.
    pub fn found_piece(&mut self, download_id: &str, index: u64, bytes: &[u8]) -> Result<(), Error> {
        Ok(download(&mut self.session, download_id)?.found(index, bytes)?)
    }

    /// The next piece in order that was fetched and checked.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn next_piece(&mut self, download_id: &str) -> Result<Option<FilePiece>, Error> {
        let piece = download(&mut self.session, download_id)?.take()?;
        Ok(piece.map(|piece| FilePiece {
            index: piece.number,
            offset: piece.offset,
            bytes: piece.bytes.to_vec(),
        }))
    }

    /// How far a download is.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn download_state(&mut self, download_id: &str) -> Result<DownloadView, Error> {
        let state = download(&mut self.session, download_id)?;
        let stopped = state.stopped().cloned();
        Ok(DownloadView {
            name: state.access().name.clone(),
            size: state.access().size,
            done: state.bytes(),
            complete: state.is_complete(),
            part: stopped.as_ref().and_then(|(_, part)| part.map(|part| part + 1)),
            code: stopped.map(|(code, _)| code),
        })
    }

    /// Every piece is written: says whether the file is the one that was signed. Only then it gets its final name.
    ///
    /// # Errors
    /// `file.unfinished`, `file.hash`, `vault.not_found`.
    pub fn finish_download(&mut self, download_id: &str) -> Result<(), Error> {
        let result = download(&mut self.session, download_id)?.finish();
        self.cancel_download(download_id);
        Ok(result?)
    }

    /// Forgets a download.
    pub fn cancel_download(&mut self, download_id: &str) {
        if let Ok(number) = download_id.parse() {
            self.session.transfers.downloads.remove(&number);
        }
    }
}
