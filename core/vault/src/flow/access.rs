//! The reader's side of a grant: what is listed, fetching copies, opening them, receipts (FLOW-6).

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::chain::Head;
use protocol::envelope::MessageKind;
use protocol::grant::{Grant, Right};
use protocol::id::{GrantId, MailboxId, RecordId};
use protocol::package::{Package, VerifiedPackage};
use protocol::receipt::ReceiptStatement;
use protocol::statement::Signed;
use protocol::time::Timestamp;

use super::{decode, mailbox, record, share, status};
use crate::body::{AccessNote, Confirmation, NoteBody, ReceiptMessage, ShareBody};
use crate::chain::{self, open_blob};
use crate::crypto::hpke::RecipientSecret;
use crate::crypto::signing::SigningKey;
use crate::fault::{Error, Fault};
use crate::item::{
    AccessItem, Address, ChainItem, ChainName, MailboxItem, MailboxUse, Meta, SharedBody, SharedItem, Task, TaskKind,
};
use crate::state::{Read, Tx};

/// Access was noted in the own chain: the grant's chain can be read from now on.
pub(super) fn noted(tx: &mut Tx<'_>, note: &AccessNote) -> Result<(), Fault> {
    let confirmation: Confirmation = decode(&note.confirmation)?;
    let id = Grant::verify(&confirmation.grant)?.id();
    let (sealing, grantee) = (note.sealing.clone(), note.grantee.clone());
    let access = item_of(&note.confirmation, sealing, grantee, note.reply.mailbox)?;
    keep(tx, access, note.fetch.clone())?;
    let reply = MailboxItem {
        origin: note.reply.origin.clone(),
        purpose: MailboxUse::Reply(id),
        read: note.reply.read.clone(),
        sealing: note.reply.sealing.clone(),
        cursor: None,
        counters: Vec::new(),
        created: true,
    };
    tx.put(note.reply.mailbox.as_bytes(), &reply);
    Ok(())
}

/// What is kept of an access, from what the patient's wallet gave.
pub(super) fn item_of(
    bytes: &[u8],
    sealing: RecipientSecret,
    grantee: SigningKey,
    reply: MailboxId,
) -> Result<AccessItem, Fault> {
    let confirmation: Confirmation = decode(bytes)?;
    let grant = Grant::verify(&confirmation.grant)?;
    Ok(AccessItem {
        grant: confirmation.grant,
        patient: grant.patient,
        name: confirmation.name,
        sealing,
        grantee,
        origin: confirmation.origin,
        mailbox: confirmation.mailbox,
        send: confirmation.send,
        mailbox_key: confirmation.mailbox_key,
        reply,
        time: grant.time,
        ended: None,
        confirmation: bytes.to_vec().into(),
        delegation: None,
    })
}

/// Keeps an access and the chain it opens, which is read by `fetch` from now on.
pub(super) fn keep(tx: &mut Tx<'_>, access: AccessItem, fetch: SigningKey) -> Result<(), Fault> {
    let confirmation: Confirmation = decode(&access.confirmation)?;
    let id = Grant::verify(&confirmation.grant)?.id();
    tx.put(id.as_bytes(), &access);
    let name = ChainName::Received(id);
    if let Some(mut chain) = tx.get::<ChainItem>(&name.id())? {
        chain.read = Some(fetch);
        chain.write(tx, &name);
    } else {
        let chain = ChainItem {
            origin: confirmation.origin,
            resource: confirmation.resource,
            log_key: confirmation.log_key,
            epoch: confirmation.epoch,
            write: None,
            read: Some(fetch),
            log: confirmation.log,
            owner: access.patient,
            head: None::<Head>,
            cursor: None,
            devices: vec![confirmation.evidence],
            removals: Vec::new(),
            behind: false,
            checked: None,
            pending: 0,
            expected: Some(confirmation.chain),
            past: Vec::new(),
            roots: Vec::new(),
            spare: None,
            known: None,
            floor: 0,
        };
        chain.write(tx, &name);
    }
    Ok(())
}

/// Records were listed in a grant received.
pub(super) fn listed(tx: &mut Tx<'_>, grant: &GrantId, time: Timestamp, body: ShareBody) -> Result<(), Fault> {
    let count = body.records.len().to_string();
    for record in body.records {
        let id = SharedItem::id(grant, &record.record);
        if let Some(old) = record.supersedes
            && let Some(mut item) = tx.get::<SharedItem>(&SharedItem::id(grant, &old))?
            && item.author == record.author
        {
            let news = item.superseded_by != Some(record.record);
            item.superseded_by = Some(record.record);
            tx.put(&SharedItem::id(grant, &old), &item);
            if news && item.opened.is_some() {
                let reason = record.reason.clone().unwrap_or_default();
                let by = record.author_name.clone();
                tx.tell(
                    "show.read_corrected",
                    record.record,
                    &[("name", &by), ("text", &reason)],
                );
            }
        }
        let before = tx.get::<SharedItem>(&id)?;
        let item = SharedItem {
            summary: record.summary,
            address: record.address,
            key: record.key,
            author_name: record.author_name,
            organization: record.organization,
            time: record.time,
            listed: time,
            fetched: false,
            opened: before.as_ref().and_then(|item| item.opened),
            attachments: record.attachments,
            superseded_by: before.and_then(|item| item.superseded_by),
            replies_to: record.replies_to,
            reason: record.reason,
            author: record.author,
            supersedes: record.supersedes,
        };
        tx.put(&id, &item);
    }
    tx.tell("show.records_listed", grant, &[("count", &count)]);
    Ok(())
}

/// The grant's chain says that it ended.
pub(super) fn ended(tx: &mut Tx<'_>, grant: &GrantId, time: Timestamp) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<AccessItem>(grant.as_bytes())? else {
        return Ok(());
    };
    item.ended = Some(time);
    tx.put(grant.as_bytes(), &item);
    tx.tell("show.access_ended", grant, &[("name", &item.name)]);
    Ok(())
}

/// The relay refuses this reader: paused, ended, or the relay's own doing. Said once.
///
/// # Errors
/// `vault.damaged`.
pub fn unreachable(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let mut chain = ChainItem::read_named(tx, &ChainName::Received(*grant))?;
    if !chain.behind {
        chain.behind = true;
        chain.write(tx, &ChainName::Received(*grant));
        tx.tell("show.access_unreachable", grant, &[]);
    }
    Ok(())
}

/// Asks for copies that are not on this device yet.
///
/// # Errors
/// `vault.not_found`, `grant.right`, `grant.over`.
pub fn fetch(tx: &mut Tx<'_>, grant: &GrantId, records: &[RecordId]) -> Result<(), Fault> {
    may_read(tx, grant)?;
    for record in records {
        let item: SharedItem = tx.item(&SharedItem::id(grant, record))?;
        if !item.fetched {
            Task::enqueue(tx, format!("fetch:{record}"), TaskKind::FetchShared(*grant, *record))?;
        }
    }
    Ok(())
}

/// Whether the grant allows reading now.
///
/// # Errors
/// `grant.*`.
pub fn may_read(from: &Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let access: AccessItem = from.item(grant.as_bytes())?;
    if access.ended.is_some() {
        return Err(protocol::grant::Error::Revoked.into());
    }
    access.allows(&Meta::read(from)?.identity()?, Right::Read, from.now)
}

/// A copy arrived.
///
/// # Errors
/// `sync.sealed`, `package.*`, `record.*`.
pub fn fetched(tx: &mut Tx<'_>, grant: &GrantId, record: &RecordId, sealed: &[u8]) -> Result<(), Fault> {
    let id = SharedItem::id(grant, record);
    let mut item: SharedItem = tx.item(&id)?;
    let plain = open_blob(share::COPY, &id, &item.key, &item.address, sealed)?;
    let package = Package::parse(&plain)?;
    let access: AccessItem = tx.item(grant.as_bytes())?;
    let verified = package.verify()?;
    check(&verified, record, &access)?;
    if let Some(evidence) = &package.credential {
        status::want(tx, evidence)?;
    }
    item.fetched = true;
    tx.put(&id, &item);
    tx.put(&id, &SharedBody(plain.into()));
    tx.tell("show.record_fetched", record, &[]);
    Ok(())
}

/// A copy must be the record that was listed, about the patient who shared it.
pub(crate) fn check(verified: &VerifiedPackage, record: &RecordId, access: &AccessItem) -> Result<(), Fault> {
    if verified.record.id() != *record {
        return Err(chain::Error::Sealed.into());
    }
    if verified.record.subject != access.patient {
        return Err(protocol::record::Error::Subject.into());
    }
    Ok(())
}

/// Opens records: signs a receipt for those not opened before, sends it to the patient, notes it in the own chain.
///
/// # Errors
/// `grant.*`, `vault.state` when a copy was not fetched yet.
pub fn open(tx: &mut Tx<'_>, grant: &GrantId, records: &[RecordId]) -> Result<(), Fault> {
    may_read(tx, grant)?;
    let mut fresh = Vec::new();
    for record in records {
        let id = SharedItem::id(grant, record);
        let mut item: SharedItem = tx.item(&id)?;
        if !item.fetched {
            return Err(Error::State.into());
        }
        if item.opened.is_none() && !fresh.contains(record) {
            item.opened = Some(tx.now);
            tx.put(&id, &item);
            fresh.push(*record);
        }
    }
    if fresh.is_empty() {
        return Ok(());
    }
    let meta = Meta::read(tx)?;
    let actor = meta.actor()?;
    let access: AccessItem = tx.item(grant.as_bytes())?;
    let statement = ReceiptStatement {
        version: 1,
        grant: *grant,
        patient: access.patient,
        records: fresh.clone(),
        time: tx.now,
        salt: tx.random(),
        actor: actor.device,
        reader: actor.identity,
        authority: actor.authority,
    };
    let receipt = Signed::issue(statement, &meta.device)?;
    let body = ReceiptMessage {
        receipt: receipt.bytes().to_vec().into(),
        evidence: meta.evidence,
        credential: if access.is_holder(&actor.identity)? {
            None
        } else {
            record::newest_credential(tx)?
        },
    };
    let to = address(&access);
    let recipient = (access.patient, access.mailbox_key.to_vec());
    mailbox::send(
        tx,
        to,
        recipient,
        MessageKind::Receipt,
        &cbor::encode(&body),
        Some(*grant),
        None,
    )?;
    let note = NoteBody::Opened(*grant, fresh, tx.now);
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    Ok(())
}

/// Where the patient of a grant is written to.
pub(crate) fn address(access: &AccessItem) -> Address {
    Address {
        origin: access.origin.clone(),
        mailbox: access.mailbox,
        send: Some(access.send.clone()),
    }
}

/// Records were opened, as the own chain says.
pub(super) fn opened(tx: &mut Tx<'_>, grant: &GrantId, records: &[RecordId], time: Timestamp) -> Result<(), Fault> {
    for record in records {
        let id = SharedItem::id(grant, record);
        if let Some(mut item) = tx.get::<SharedItem>(&id)? {
            item.opened = item.opened.or(Some(time));
            tx.put(&id, &item);
        }
    }
    Ok(())
}

/// The opened copy of a shared record.
///
/// # Errors
/// `vault.need`, `vault.not_found` before it was fetched.
pub fn package(from: &impl Read, grant: &GrantId, record: &RecordId) -> Result<Package, Fault> {
    let body: SharedBody = from.item(&SharedItem::id(grant, record))?;
    Ok(Package::parse(body.0.as_bytes())?)
}
