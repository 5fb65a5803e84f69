//! The reader's side of a grant: what is listed, fetching copies, opening them, receipts (FLOW-6).

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::chain::Head;
use protocol::envelope::MessageKind;
use protocol::grant::{Grant, Right, Standing};
use protocol::id::{GrantId, MailboxId, RecordId};
use protocol::package::{Package, VerifiedPackage};
use protocol::receipt::ReceiptStatement;
use protocol::statement::Signed;
use protocol::time::Timestamp;

use super::{change, copy, decode, deletion, mailbox, record, share, status, submit};
use crate::body::{AccessNote, ChangeBody, Confirmation, DeletionAsked, NoteBody, ReceiptMessage, ShareBody};
use crate::chain::{self, open_blob};
use crate::crypto::hpke::RecipientSecret;
use crate::crypto::signing::SigningKey;
use crate::fault::{Error, Fault};
use crate::item::{
    AccessItem, Address, ChainItem, ChainName, CopiedItem, MailboxItem, MailboxUse, Meta, SharedBody, SharedItem, Task,
    TaskKind,
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
        older: Vec::new(),
        awaited: Vec::new(),
        next_grantee: None,
        changes: Vec::new(),
        paused: false,
    })
}

/// Keeps an access and the chain it opens, which is read by `fetch` from now on.
pub(super) fn keep(tx: &mut Tx<'_>, mut access: AccessItem, fetch: SigningKey) -> Result<(), Fault> {
    let confirmation: Confirmation = decode(&access.confirmation)?;
    let id = Grant::verify(&confirmation.grant)?.id();
    // What became of the grant since is not undone by receiving it again.
    if let Some(before) = tx.get::<AccessItem>(id.as_bytes())? {
        (access.changes, access.paused, access.ended) = (before.changes, before.paused, before.ended);
        // Nor does it lead back to a mailbox that nobody reads any more.
        (access.mailbox, access.send, access.mailbox_key) = (before.mailbox, before.send, before.mailbox_key);
    }
    tx.put(id.as_bytes(), &access);
    let name = ChainName::Received(id);
    if let Some(mut chain) = tx.get::<ChainItem>(&name.id())? {
        chain.read = Some(fetch);
        chain.write(tx, &name);
    } else {
        let chain = ChainItem {
            read: Some(fetch),
            head: None::<Head>,
            devices: vec![confirmation.evidence],
            expected: Some(confirmation.chain),
            ..ChainItem::unread(
                confirmation.origin,
                confirmation.resource,
                confirmation.log_key,
                confirmation.epoch,
                confirmation.log,
                access.patient,
            )
        };
        chain.write(tx, &name);
    }
    Ok(())
}

/// Records were listed in a grant received.
pub(super) fn listed(tx: &mut Tx<'_>, grant: &GrantId, time: Timestamp, body: ShareBody) -> Result<(), Fault> {
    withdrawn(tx, grant, &body)?;
    let mut news = 0;
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
        news += usize::from(before.is_none());
        let item = SharedItem {
            summary: record.summary,
            address: record.address,
            key: record.key,
            author_name: record.author_name,
            organization: record.organization,
            time: record.time,
            listed: time,
            // Listed once more under the same key is still here.
            fetched: before
                .as_ref()
                .is_some_and(|item| item.fetched && item.address == record.address),
            // What was read as a copy before it was filed was read.
            opened: before
                .as_ref()
                .and_then(|item| item.opened)
                .or(tx.get::<CopiedItem>(&id)?.and_then(|copy| copy.opened)),
            attachments: record.attachments,
            superseded_by: before.and_then(|item| item.superseded_by),
            replies_to: record.replies_to,
            reason: record.reason,
            author: record.author,
            supersedes: record.supersedes,
        };
        tx.put(&id, &item);
    }
    if news > 0 {
        tx.tell("show.records_listed", grant, &[("count", &news.to_string())]);
    }
    Ok(())
}

/// Records are shared no more: this app keeps neither their keys nor their copies.
fn withdrawn(tx: &mut Tx<'_>, grant: &GrantId, body: &ShareBody) -> Result<(), Fault> {
    let mut count = 0;
    for record in &body.withdrawn {
        let id = SharedItem::id(grant, record);
        if let Some(item) = tx.get::<SharedItem>(&id)? {
            for part in item.attachments.iter().flat_map(|access| &access.parts) {
                tx.delete::<super::attachment::PartItem>(part.address.as_bytes());
            }
            tx.delete::<SharedItem>(&id);
            tx.delete::<SharedBody>(&id);
            count += 1;
        }
        // Listed here anew, it is still shared.
        if body.records.iter().all(|listed| listed.record != *record) {
            tx.delete::<CopiedItem>(&id);
        }
        for (number, task) in tx.list::<Task>()? {
            if matches!(&task.kind, TaskKind::FetchShared(g, r) if g == grant && r == record) {
                tx.delete::<Task>(&number);
            }
        }
    }
    if count > 0 {
        tx.tell("show.records_withdrawn", grant, &[("count", &count.to_string())]);
    }
    Ok(())
}

/// The grant's chain holds a change. What does not follow the present state changes nothing and is shown.
pub(super) fn changed(tx: &mut Tx<'_>, grant: &GrantId, kind: BlockKind, body: &ChangeBody) -> Result<(), Fault> {
    if let Err(fault) = accept(tx, grant, Some(kind), body) {
        tx.tell("show.change_refused", grant, &[("code", &fault.code)]);
    }
    match &body.deletion {
        Some(asked) if kind == BlockKind::Ended => self::asked(tx, grant, asked),
        _ => Ok(()),
    }
}

/// The patient asks in the grant's chain for deletion.
pub(super) fn asked(tx: &mut Tx<'_>, grant: &GrantId, asked: &DeletionAsked) -> Result<(), Fault> {
    if let Err(fault) = deletion::listed(tx, grant, asked) {
        tx.tell("show.change_refused", grant, &[("code", &fault.code)]);
    }
    Ok(())
}

/// The patient's wallet told of a change directly.
pub(super) fn noticed(tx: &mut Tx<'_>, grant: &GrantId, body: &ChangeBody) -> Result<(), Fault> {
    accept(tx, grant, None, body)
}

fn accept(tx: &mut Tx<'_>, grant: &GrantId, kind: Option<BlockKind>, body: &ChangeBody) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<AccessItem>(grant.as_bytes())? else {
        return Ok(());
    };
    // The same change again, by the chain or by a message, is no change.
    if item.changes.contains(&body.change) {
        return Ok(());
    }
    let change = change::verify(body)?;
    if kind.is_some_and(|kind| kind != change::kind(change.standing)) {
        return Err(protocol::grant::Error::Rule.into());
    }
    let state = item.state()?.accept(&change)?;
    item.changes.push(body.change.clone());
    let was_paused = item.paused;
    item.paused = state.standing() == Standing::Paused;
    let name = item.name.clone();
    let show = match state.standing() {
        Standing::Live if was_paused => "show.access_resumed",
        Standing::Paused => "show.access_paused",
        Standing::Ended => "show.access_ended",
        _ => "show.access_changed",
    };
    if state.standing() == Standing::Ended {
        item.ended = Some(change.time);
    }
    tx.put(grant.as_bytes(), &item);
    tx.tell(show, grant, &[("name", &name)]);
    if state.standing() == Standing::Ended {
        submit::give_up(tx, grant)?;
        copy::grant_ended(tx, grant, change.time)?;
    }
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
    receipt(tx, grant, fresh)
}

/// Signs a receipt for records, sends it to the patient, notes it in the own chain.
pub(super) fn receipt(tx: &mut Tx<'_>, grant: &GrantId, fresh: Vec<RecordId>) -> Result<(), Fault> {
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
        copy::opened(tx, grant, record, time)?;
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
