//! Attachments: files sealed in parts of 1 MiB, each part a blob named by its bytes (`core/spec/content.md`, FILE rules of `flows.md`).

use clinical::build::Resource;
use clinical::build::file::{Attachment as File, DocumentReference};
use clinical::facts::Party;
use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::hash::{Hash, sha256};
use protocol::tree::{PIECE_LEN, TreeHead};

use super::upload;
use crate::chain;
use crate::crypto::content::{self, Layout, Opener, Sealer};
use crate::crypto::pad;
use crate::crypto::secret::Secret32;
use crate::entry::EntryKey;
use crate::fault::{Error, Fault};
use crate::item::{AttachmentAccess, AttachmentPart, ChainName, Task, TaskKind};
use crate::state::{Read, Tx, item};

/// One sealed part on this device; the id is its address.
#[derive(Clone, Encode, Decode)]
#[cbor(transparent)]
pub struct PartItem(#[n(0)] pub Bytes);

item!(PartItem, "part", data);

/// Kind of attachments, part of what they are bound to.
pub(crate) const KIND: &str = "attachment";

/// Up to this size a file may be taken and opened in memory, its parts kept on this device; larger ones are streamed.
pub const IN_MEMORY: u64 = 4 << 20;
/// Up to this size each grant has a copy of its own, under its own key and address; larger ones are shared by their key.
pub const COPIED: u64 = 64 << 10;
/// Addresses in one request.
pub const LINKED_AT_ONCE: usize = 1024;

/// Refuses what must be streamed.
fn check_size(size: u64) -> Result<(), Fault> {
    if size > IN_MEMORY {
        return Err(upload::Error::Streamed.into());
    }
    Ok(())
}

/// Gives a chain the files of another one's record: small ones are sealed anew where this device has them, of all others the parts
/// stay where they are and the chain has them too.
///
/// # Errors
/// `vault.need`, `crypto.*`.
pub fn pass_on(
    tx: &mut Tx<'_>,
    (from, to): (ChainName, ChainName),
    files: &[AttachmentAccess],
    lane: &str,
) -> Result<Vec<AttachmentAccess>, Fault> {
    let mut passed = Vec::new();
    let mut linked = Vec::new();
    for access in files {
        match own_copy(tx, access)? {
            Some(plain) => passed.push(seal(tx, &access.name, &plain, to, lane)?),
            None => {
                linked.extend(access.parts.iter().map(|part| part.address));
                passed.push(access.clone());
            }
        }
    }
    for addresses in linked.chunks(LINKED_AT_ONCE) {
        Task::enqueue(tx, lane, TaskKind::LinkBlobs(from, to, addresses.to_vec()))?;
    }
    Ok(passed)
}

/// The files that came with a record are those that its author signed.
///
/// # Errors
/// `file.hash`.
pub fn check_listed(signed: &[protocol::record::Attachment], files: &[AttachmentAccess]) -> Result<(), Fault> {
    let same = |(signed, file): (&protocol::record::Attachment, &AttachmentAccess)| {
        let fits = Layout::of_attachment(file.size).is_ok_and(|layout| {
            layout.parts() == file.parts.len() as u64
                && file.parts.iter().zip(0..).all(|(part, number)| {
                    layout
                        .part_sealed(number)
                        .is_ok_and(|range| part.size == range.end - range.start)
                })
        });
        signed.hash == file.hash && signed.size == file.size && fits && super::check_text(&file.name, 200).is_ok()
    };
    if signed.len() == files.len() && signed.iter().zip(files).all(same) {
        Ok(())
    } else {
        Err(upload::Error::Hash.into())
    }
}

/// Takes the files that lie in a grant's resource: the own chain has their parts too, under the author's keys.
///
/// # Errors
/// `vault.missing`.
pub fn accept(
    tx: &mut Tx<'_>,
    (from, to): (ChainName, ChainName),
    record: &protocol::id::RecordId,
    files: Vec<AttachmentAccess>,
) -> Result<Vec<AttachmentAccess>, Fault> {
    let parts: Vec<Hash> = files
        .iter()
        .flat_map(|file| &file.parts)
        .map(|part| part.address)
        .collect();
    for addresses in parts.chunks(LINKED_AT_ONCE) {
        Task::enqueue(
            tx,
            format!("link:{record}"),
            TaskKind::LinkBlobs(from, to, addresses.to_vec()),
        )?;
    }
    Ok(files)
}

/// What must be brought before [`pass_on`].
///
/// # Errors
/// `vault.damaged`.
pub fn needed(tx: &Tx<'_>, files: &[AttachmentAccess]) -> Result<Vec<EntryKey>, Fault> {
    let mut need = Vec::new();
    for access in files {
        match own_copy(tx, access) {
            Ok(_) => {}
            Err(fault) if fault.is(Error::Need) => need.extend(fault.need),
            Err(fault) => return Err(fault),
        }
    }
    Ok(need)
}

/// A small file that is on this device.
fn own_copy(tx: &Tx<'_>, access: &AttachmentAccess) -> Result<Option<Vec<u8>>, Fault> {
    if access.size > COPIED {
        return Ok(None);
    }
    match open(tx, access) {
        Ok(plain) => Ok(Some(plain)),
        Err(fault) if fault.is(Error::NotFound) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Seals a file that is in memory, keeps its parts and queues them for the own chain's resource.
///
/// # Errors
/// `file.streamed` above [`IN_MEMORY`], `vault.text` for a bad name.
pub fn add(tx: &mut Tx<'_>, name: &str, bytes: &[u8]) -> Result<AttachmentAccess, Fault> {
    super::check_text(name, 200)?;
    check_size(bytes.len() as u64)?;
    seal(tx, name, bytes, ChainName::Own, &ChainName::Own.lane())
}

fn seal(tx: &mut Tx<'_>, name: &str, bytes: &[u8], chain: ChainName, lane: &str) -> Result<AttachmentAccess, Fault> {
    let head = TreeHead::of(bytes);
    let key = Secret32::generate(tx.rng);
    let layout = Layout::of_attachment(head.size)?;
    let sealer = Sealer::new(
        &key,
        content::salt(tx.rng),
        &content::context(KIND, head.hash.as_bytes()),
        layout,
    );
    let mut parts = Vec::new();
    for number in 0..layout.parts() {
        let range = layout.part_plain(number)?;
        let (start, end) = (usize::try_from(range.start), usize::try_from(range.end));
        let (start, end) = (start.map_err(|_| Error::Damaged)?, end.map_err(|_| Error::Damaged)?);
        let piece = bytes
            .get(start.min(bytes.len())..end.min(bytes.len()))
            .unwrap_or_default()
            .to_vec();
        let sealed = sealer.part(number, &pad::pad_piece(piece, end - start))?;
        let address = sha256(&[&sealed]);
        parts.push(AttachmentPart {
            address,
            size: sealed.len() as u64,
        });
        if chain == ChainName::Own {
            tx.put(address.as_bytes(), &PartItem(sealed.clone().into()));
        }
        Task::enqueue(tx, lane, TaskKind::PutBlob(chain, address, sealed.into()))?;
    }
    Ok(AttachmentAccess {
        hash: head.hash,
        size: head.size,
        key,
        parts,
        name: name.to_owned(),
    })
}

/// The FHIR document that names an imported file; the file itself is bound by the record's attachment hash.
///
/// # Errors
/// `build.*`.
pub fn reference(
    tx: &mut Tx<'_>,
    subject: &protocol::id::IdentityId,
    access: &AttachmentAccess,
    media_type: &str,
) -> Result<Vec<u8>, Fault> {
    let document = DocumentReference {
        id: None,
        kind: None,
        subject: Party::reference(&format!("urn:satchel:identity:{subject}")),
        date: tx.now,
        author: None,
        description: None,
        attachments: vec![File {
            content_type: media_type.to_owned(),
            title: access.name.clone(),
            size: access.size,
            hash: access.hash,
            created: None,
        }],
    };
    Ok(document.bytes()?)
}

/// A sealed part that is on this device.
///
/// # Errors
/// `vault.need`, `vault.not_found` when it must be fetched first.
pub fn part(from: &impl Read, address: &Hash) -> Result<Bytes, Fault> {
    Ok(from.item::<PartItem>(address.as_bytes())?.0)
}

/// Asks for the parts that are not on this device.
///
/// # Errors
/// `vault.need`.
pub fn fetch(tx: &mut Tx<'_>, name: &ChainName, access: &AttachmentAccess) -> Result<(), Fault> {
    check_size(access.size)?;
    for part in &access.parts {
        if tx.get::<PartItem>(part.address.as_bytes())?.is_none() {
            Task::enqueue(
                tx,
                format!("part:{}", part.address),
                TaskKind::FetchPart(*name, part.address),
            )?;
        }
    }
    Ok(())
}

/// A part arrived.
///
/// # Errors
/// `sync.sealed` when it is not what its address says.
pub fn fetched(tx: &mut Tx<'_>, _: &ChainName, address: &Hash, bytes: &[u8]) -> Result<(), Fault> {
    if sha256(&[bytes]) != *address {
        return Err(chain::Error::Sealed.into());
    }
    tx.put(address.as_bytes(), &PartItem(bytes.to_vec().into()));
    tx.tell("show.part_fetched", address, &[]);
    Ok(())
}

/// Opens a file whose parts are all here, and checks it against the hash in the signed record.
///
/// # Errors
/// `vault.need`, `vault.not_found`, `crypto.*`, `sync.sealed`.
pub fn open(from: &impl Read, access: &AttachmentAccess) -> Result<Vec<u8>, Fault> {
    check_size(access.size)?;
    let layout = Layout::of_attachment(access.size)?;
    let mut plain = Vec::new();
    let mut opener: Option<Opener> = None;
    let mut need = Vec::new();
    for (number, stored) in (0u64..).zip(&access.parts) {
        let sealed = match part(from, &stored.address) {
            Ok(sealed) => sealed,
            Err(fault) if fault.is(Error::Need) => {
                need.extend(fault.need);
                continue;
            }
            Err(fault) => return Err(fault),
        };
        if opener.is_none() && number == 0 {
            let context = content::context(KIND, access.hash.as_bytes());
            opener = Some(Opener::new(
                &access.key,
                &context,
                sealed.get(..content::HEADER_LEN).unwrap_or_default(),
                layout,
            )?);
        }
        if let Some(opener) = &opener {
            let mut piece = opener.part(number, &sealed)?;
            pad::cut_piece(&mut piece, number * PIECE_LEN as u64, access.size)?;
            plain.extend_from_slice(&piece);
        }
    }
    if !need.is_empty() {
        return Err(Fault::need(need));
    }
    let head = TreeHead::of(&plain);
    if head.hash == access.hash && head.size == access.size {
        Ok(plain)
    } else {
        Err(chain::Error::Sealed.into())
    }
}
