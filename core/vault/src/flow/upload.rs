//! Files of any size on their way to the relay, in two passes (FILE-1 to FILE-6).
//!
//! The first pass hashes every piece; the second seals each piece when it is sent and checks that it is still the one of the first pass.
//! The record is signed when the relay has all parts of all its files. Invariant: neither plaintext nor sealed parts enter the store.

use protocol::cbor::Bytes;
use protocol::coded_error;
use protocol::hash::{Hash, sha256};
use protocol::tree::{PIECE_LEN, TreeHead, piece_count};

use super::{attachment, end, record, submit};
use crate::crypto::content::{self, BulkPlan, Layout, SALT_LEN, Sealer};
use crate::crypto::pad;
use crate::crypto::secret::Secret32;
use crate::fault::{self, Fault};
use crate::item::{
    AttachmentAccess, AttachmentPart, ChainName, GROUP, Meta, Source, Task, TaskKind, UploadItem, UploadParts,
    UploadPieces, WaitingRecord,
};
use crate::state::{Read, Tx};

coded_error! {
    /// Why a file is not sent or not taken.
    pub enum Error {
        Changed = "file.changed", "the file changed while it was read";
        Piece = "file.piece", "this is not the piece of the file that was asked for";
        TooLarge = "file.too_large", "the file has more parts than a record can list";
        Streamed = "file.streamed", "the file is too large to be held in memory; it is taken piece by piece";
        Part = "file.part", "a part of the file is not what was stored";
        Hash = "file.hash", "the file is not the one that was signed";
        Vanished = "file.vanished", "the file is no longer where it was";
        Unreadable = "file.unreadable", "the file cannot be read";
        Unfinished = "file.unfinished", "not all of the file is here yet";
    }
}

/// Parts of all files of one record that the owner files: their addresses must fit a block.
const MAX_PARTS: u64 = 20_000;
/// Parts of all files of one record that is sent: their addresses must fit an envelope.
const MAX_SENT_PARTS: u64 = 5_000;
/// How often an upload begins anew by itself when its file changes.
const MAX_RESTARTS: u32 = 3;

/// A file to send.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Where the platform finds it.
    pub source: String,
}

/// Whether these can be the files of one record, filed or sent.
///
/// # Errors
/// `vault.text`, `file.too_large`, `record.attachments`.
pub fn check(files: &[NewFile], sent: bool) -> Result<(), Fault> {
    let mut parts = 0;
    for file in files {
        super::check_text(&file.name, 200)?;
        super::check_text(&file.media_type, 127)?;
        parts += Layout::of_attachment(file.size)?.parts();
    }
    if files.len() > protocol::record::MAX_ATTACHMENTS {
        return Err(protocol::record::Error::Attachments.into());
    }
    if parts > if sent { MAX_SENT_PARTS } else { MAX_PARTS } {
        return Err(Error::TooLarge.into());
    }
    Ok(())
}

/// Begins the files of a record; it is signed when the relay has them all.
///
/// # Errors
/// `vault.text`, `file.too_large`, `record.*`, `vault.not_ready`.
pub fn begin(tx: &mut Tx<'_>, mut waiting: WaitingRecord, files: Vec<NewFile>) -> Result<Hash, Fault> {
    let chain = waiting.grant.map_or(ChainName::Own, ChainName::Received);
    crate::item::ChainItem::read_named(tx, &chain)?;
    check(&files, waiting.grant.is_some())?;
    let id = tx.random();
    for file in files {
        let upload = tx.random();
        let item = UploadItem {
            waiting: id,
            name: file.name,
            media_type: file.media_type,
            size: file.size,
            source: file.source,
            chain,
            key: Secret32::generate(tx.rng),
            salt: content::salt(tx.rng).to_vec().into(),
            hashed: 0,
            hash: (file.size == 0).then(|| TreeHead::of(b"").hash),
            stored: 0,
            stopped: None,
            restarts: 0,
            since: tx.now,
        };
        tx.put(upload.as_bytes(), &item);
        waiting.uploads.push(upload);
    }
    tx.put(id.as_bytes(), &waiting);
    Ok(id)
}

/// The place of a piece or part among the stored groups, and within its group.
fn place(upload: &Hash, number: u64) -> (Vec<u8>, usize) {
    let mut id = upload.as_bytes().to_vec();
    id.extend_from_slice(&(number / GROUP).to_be_bytes());
    (id, usize::try_from(number % GROUP).unwrap_or(usize::MAX))
}

/// How many bytes of the file a piece has; beyond the file's end none.
pub fn piece_len(size: u64, number: u64) -> u64 {
    size.saturating_sub(number.saturating_mul(PIECE_LEN as u64))
        .min(PIECE_LEN as u64)
}

/// Stores hashes of pieces of the first pass, which follow those that are stored; after the last one the file has its name.
///
/// # Errors
/// `vault.not_found`, `file.piece`.
pub fn hashed(tx: &mut Tx<'_>, upload: &Hash, pieces: &[Hash]) -> Result<(), Fault> {
    let mut item: UploadItem = tx.item(upload.as_bytes())?;
    for piece in pieces {
        let (id, within) = place(upload, item.hashed);
        let mut group: UploadPieces = tx.get(&id)?.unwrap_or_default();
        if group.0.len() != within {
            return Err(fault::Error::Damaged.into());
        }
        group.0.push(*piece);
        tx.put(&id, &group);
        item.hashed += 1;
    }
    let count = piece_count(item.size);
    if item.hashed > count {
        return Err(Error::Piece.into());
    }
    if item.hashed == count {
        let mut all = Vec::new();
        for first in (0..count).step_by(usize::try_from(GROUP).unwrap_or(usize::MAX)) {
            all.extend(tx.item::<UploadPieces>(&place(upload, first).0)?.0);
        }
        item.hash = Some(TreeHead::from_pieces(&all, item.size)?.hash);
    }
    tx.put(upload.as_bytes(), &item);
    Ok(())
}

/// Seals a part for sending; the piece must be the one of the first pass.
///
/// # Errors
/// `file.changed`, `file.piece` before the first pass is over.
pub fn seal(from: &impl Read, upload: &Hash, item: &UploadItem, number: u64, plain: &[u8]) -> Result<Vec<u8>, Fault> {
    let sealer = sealer(item)?;
    same(from, upload, item, number, plain.len() as u64, || sha256(&[plain]))?;
    let range = sealer.layout().part_plain(number)?;
    let padded = usize::try_from(range.end - range.start).map_err(|_| fault::Error::Damaged)?;
    let padded = zeroize::Zeroizing::new(pad::pad_piece(plain.to_vec(), padded));
    Ok(sealer.part(number, &padded)?)
}

/// A piece as a platform read and hashed it.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// Its number.
    pub number: u64,
    /// Its bytes.
    pub length: u64,
    /// Their SHA-256.
    pub hash: Hash,
}

/// How a platform seals a part itself (CONTENT-9); the piece must be the one of the first pass.
///
/// # Errors
/// As [`seal`].
pub fn plan(from: &impl Read, upload: &Hash, item: &UploadItem, told: &Told) -> Result<BulkPlan, Fault> {
    let sealer = sealer(item)?;
    same(from, upload, item, told.number, told.length, || told.hash)?;
    Ok(sealer.plan(told.number)?)
}

/// Names the key of a file without telling it; a file that begins anew has another one.
pub fn key_name(item: &UploadItem) -> Hash {
    sha256(&[&item.salt])
}

/// Refuses another piece than that of the first pass.
fn same(
    from: &impl Read,
    upload: &Hash,
    item: &UploadItem,
    number: u64,
    length: u64,
    hash: impl FnOnce() -> Hash,
) -> Result<(), Fault> {
    let (id, within) = place(upload, number);
    let expected = piece_len(item.size, number);
    if expected != length {
        return Err(Error::Changed.into());
    }
    if expected > 0 {
        let group: UploadPieces = from.item(&id)?;
        let known = group.0.get(within).ok_or(fault::Error::Damaged)?;
        // Under one key and salt a part is sealed twice only when it is the same: otherwise one key stream would hide two texts.
        if hash() != *known {
            return Err(Error::Changed.into());
        }
    }
    Ok(())
}

fn sealer(item: &UploadItem) -> Result<Sealer, Fault> {
    let hash = item.hash.ok_or(Error::Piece)?;
    let salt: [u8; SALT_LEN] = item.salt.as_slice().try_into().map_err(|_| fault::Error::Damaged)?;
    let context = content::context(attachment::KIND, hash.as_bytes());
    Ok(Sealer::new(
        &item.key,
        salt,
        &context,
        Layout::of_attachment(item.size)?,
    ))
}

/// Number of parts of an upload.
///
/// # Errors
/// `crypto.too_large`.
pub fn parts(item: &UploadItem) -> Result<u64, Fault> {
    Ok(Layout::of_attachment(item.size)?.parts())
}

/// The first part from `number` on that the relay is not known to have.
///
/// # Errors
/// `vault.damaged`.
pub fn next_missing(from: &impl Read, upload: &Hash, item: &UploadItem, number: u64) -> Result<Option<u64>, Fault> {
    let all = parts(item)?;
    let mut at = number;
    let mut loaded: Option<(Vec<u8>, UploadParts)> = None;
    while at < all {
        let (id, within) = place(upload, at);
        if loaded.as_ref().is_none_or(|(known, _)| *known != id) {
            let group = from.get::<UploadParts>(&id)?.unwrap_or_default();
            loaded = Some((id, group));
        }
        let known = loaded.as_ref().and_then(|(_, group)| group.0.get(within));
        if !matches!(known, Some(Some(_))) {
            return Ok(Some(at));
        }
        at += 1;
    }
    Ok(None)
}

/// The relay has a part. After the last one of all files the record is signed.
///
/// # Errors
/// `vault.need`, `vault.damaged`.
pub fn stored(tx: &mut Tx<'_>, upload: &Hash, number: u64, address: &Hash) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<UploadItem>(upload.as_bytes())? else {
        return Ok(());
    };
    let (id, within) = place(upload, number);
    let mut group: UploadParts = tx.get(&id)?.unwrap_or_default();
    if group.0.len() <= within {
        group.0.resize(within + 1, None);
    }
    let slot = group.0.get_mut(within).ok_or(fault::Error::Damaged)?;
    if slot.replace(*address).is_none() {
        item.stored += 1;
    }
    tx.put(&id, &group);
    tx.put(upload.as_bytes(), &item);
    if item.stored == parts(&item)? {
        complete(tx, &item.waiting)?;
    }
    Ok(())
}

/// Signs the record if nothing of its files is left to send.
fn complete(tx: &mut Tx<'_>, id: &Hash) -> Result<(), Fault> {
    let waiting: WaitingRecord = tx.item(id.as_bytes())?;
    let mut items = Vec::new();
    for upload in &waiting.uploads {
        let item: UploadItem = tx.item(upload.as_bytes())?;
        if item.stored < parts(&item)? {
            return Ok(());
        }
        items.push((*upload, item));
    }
    match sign(tx, &waiting, &items) {
        Ok(()) => forget(tx, id, &waiting),
        Err(fault) if fault.is(fault::Error::Need) => Err(fault),
        // The files are there; what forbids the record is said, and the person decides.
        Err(fault) => {
            for (upload, _) in &items {
                stop(tx, upload, &fault.code)?;
            }
            Ok(())
        }
    }
}

fn sign(tx: &mut Tx<'_>, waiting: &WaitingRecord, items: &[(Hash, UploadItem)]) -> Result<(), Fault> {
    let mut attachments = Vec::new();
    for (upload, item) in items {
        attachments.push(access(tx, upload, item)?);
    }
    let media_types: Vec<String> = items.iter().map(|(_, item)| item.media_type.clone()).collect();
    let names = items
        .iter()
        .map(|(_, item)| item.name.clone())
        .collect::<Vec<_>>()
        .join(", ");
    let draft = |subject, content, attachments| record::Draft {
        subject,
        content,
        attachments,
        media_types: media_types.clone(),
        replies_to: waiting.replies_to,
        supersedes: waiting.supersedes,
    };
    let id = match (&waiting.grant, &waiting.content) {
        (Some(grant), Some(content)) => {
            let access: crate::item::AccessItem = tx.item(grant.as_bytes())?;
            // What is attached to the next record is not this one's.
            let held = core::mem::take(&mut tx.files);
            let made = submit::create(tx, grant, draft(access.patient, content.to_vec(), attachments));
            tx.files = held;
            made?
        }
        _ => {
            let subject = Meta::read(tx)?.identity()?;
            let first = attachments.first().ok_or(fault::Error::Damaged)?;
            let media_type = media_types.first().map_or("application/octet-stream", String::as_str);
            let content = attachment::reference(tx, &subject, first, media_type)?;
            record::file_own(tx, draft(subject, content, attachments), Source::Imported)?
        }
    };
    tx.created = Some(id.to_string());
    tx.tell("show.file_stored", id, &[("name", &names)]);
    Ok(())
}

/// How to fetch and open what was sent.
fn access(from: &impl Read, upload: &Hash, item: &UploadItem) -> Result<AttachmentAccess, Fault> {
    let layout = Layout::of_attachment(item.size)?;
    let mut parts = Vec::new();
    for number in 0..layout.parts() {
        let (id, within) = place(upload, number);
        if within == 0 || parts.is_empty() {
            let group: UploadParts = from.item(&id)?;
            for (address, number) in group.0.iter().zip(number..) {
                let range = layout.part_sealed(number)?;
                parts.push(AttachmentPart {
                    address: address.ok_or(fault::Error::Damaged)?,
                    size: range.end - range.start,
                });
            }
        }
    }
    Ok(AttachmentAccess {
        hash: item.hash.ok_or(fault::Error::Damaged)?,
        size: item.size,
        key: item.key.clone(),
        parts,
        name: item.name.clone(),
    })
}

/// The file changed: everything begins anew under a new key. Parts that the relay has already, or that are under way, are deleted there.
///
/// # Errors
/// `vault.not_found`; `file.changed` when it changes again and again.
pub fn restart(tx: &mut Tx<'_>, upload: &Hash, size: u64, under_way: &[Hash]) -> Result<(), Fault> {
    let item: UploadItem = tx.item(upload.as_bytes())?;
    if item.restarts >= MAX_RESTARTS {
        return Err(Error::Changed.into());
    }
    let most = if item.chain == ChainName::Own {
        MAX_PARTS
    } else {
        MAX_SENT_PARTS
    };
    if Layout::of_attachment(size)?.parts() > most {
        return Err(Error::TooLarge.into());
    }
    let mut stale = known_parts(tx, upload, &item)?;
    stale.extend(under_way);
    discard(tx, &item.chain, &stale)?;
    forget_groups(tx, upload, &item)?;
    let name = item.name.clone();
    let item = UploadItem {
        size,
        key: Secret32::generate(tx.rng),
        salt: Bytes::from(content::salt(tx.rng).to_vec()),
        hashed: 0,
        hash: (size == 0).then(|| TreeHead::of(b"").hash),
        stored: 0,
        stopped: None,
        restarts: item.restarts + 1,
        ..item
    };
    tx.put(upload.as_bytes(), &item);
    tx.tell("show.file_restarted", upload, &[("name", &name)]);
    Ok(())
}

/// It waits for the person from now on.
///
/// # Errors
/// `vault.not_found`.
pub fn stop(tx: &mut Tx<'_>, upload: &Hash, code: &str) -> Result<(), Fault> {
    let mut item: UploadItem = tx.item(upload.as_bytes())?;
    item.stopped = Some(code.to_owned());
    tx.put(upload.as_bytes(), &item);
    tx.tell("show.file_stopped", upload, &[("name", &item.name), ("code", code)]);
    Ok(())
}

/// What stopped is tried again; a file from another place, if that is said.
///
/// # Errors
/// `vault.not_found`, `vault.need`.
pub fn resume(tx: &mut Tx<'_>, upload: &Hash, source: Option<String>) -> Result<(), Fault> {
    let mut item: UploadItem = tx.item(upload.as_bytes())?;
    item.stopped = None;
    item.restarts = 0;
    item.source = source.unwrap_or(item.source);
    tx.put(upload.as_bytes(), &item);
    if item.hash.is_some() && item.stored == parts(&item)? {
        complete(tx, &item.waiting)?;
    }
    Ok(())
}

/// The files of the record that waits for this one.
///
/// # Errors
/// `vault.not_found`.
pub fn together(from: &impl Read, upload: &Hash) -> Result<Vec<Hash>, Fault> {
    let item: UploadItem = from.item(upload.as_bytes())?;
    Ok(from.item::<WaitingRecord>(item.waiting.as_bytes())?.uploads)
}

/// Gives up the record with all its files: what the relay has of them is deleted there, what is under way as well.
///
/// # Errors
/// `vault.not_found`.
pub fn cancel(tx: &mut Tx<'_>, upload: &Hash, under_way: &[Hash]) -> Result<(), Fault> {
    let first: UploadItem = tx.item(upload.as_bytes())?;
    let waiting: WaitingRecord = tx.item(first.waiting.as_bytes())?;
    let mut parts = under_way.to_vec();
    for upload in &waiting.uploads {
        let item: UploadItem = tx.item(upload.as_bytes())?;
        parts.extend(known_parts(tx, upload, &item)?);
    }
    discard(tx, &first.chain, &parts)?;
    forget(tx, &first.waiting, &waiting)
}

/// Addresses of the parts that the relay is known to have.
fn known_parts(from: &impl Read, upload: &Hash, item: &UploadItem) -> Result<Vec<Hash>, Fault> {
    let mut known = Vec::new();
    for first in (0..parts(item)?).step_by(usize::try_from(GROUP).unwrap_or(usize::MAX)) {
        let group: UploadParts = from.get(&place(upload, first).0)?.unwrap_or_default();
        known.extend(group.0.into_iter().flatten());
    }
    Ok(known)
}

/// Deletes parts that no record names, and looks whether they are gone.
///
/// # Errors
/// `vault.missing`.
pub fn discard(tx: &mut Tx<'_>, chain: &ChainName, parts: &[Hash]) -> Result<(), Fault> {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    parts.dedup();
    let Some(first) = parts.first() else { return Ok(()) };
    let lane = format!("discard:{first}");
    for part in &parts {
        Task::enqueue(tx, lane.clone(), TaskKind::DeleteBlob(*chain, *part))?;
    }
    for page in parts.chunks(end::PAGE) {
        Task::enqueue(tx, lane.clone(), TaskKind::CheckBlobs(*chain, page.to_vec()))?;
    }
    Ok(())
}

fn forget(tx: &mut Tx<'_>, id: &Hash, waiting: &WaitingRecord) -> Result<(), Fault> {
    for upload in &waiting.uploads {
        let item: UploadItem = tx.item(upload.as_bytes())?;
        forget_groups(tx, upload, &item)?;
        tx.delete::<UploadItem>(upload.as_bytes());
    }
    tx.delete::<WaitingRecord>(id.as_bytes());
    Ok(())
}

fn forget_groups(tx: &mut Tx<'_>, upload: &Hash, item: &UploadItem) -> Result<(), Fault> {
    for first in (0..parts(item)?).step_by(usize::try_from(GROUP).unwrap_or(usize::MAX)) {
        let (id, _) = place(upload, first);
        if tx.get::<UploadPieces>(&id)?.is_some() {
            tx.delete::<UploadPieces>(&id);
        }
        if tx.get::<UploadParts>(&id)?.is_some() {
            tx.delete::<UploadParts>(&id);
        }
    }
    Ok(())
}
