//! Mailboxes: sealed messages in and out (`core/spec/envelope.md`).
//!
//! Every message that arrives is judged alone: one that is damaged, misdirected, replayed or from a stranger is refused and shown, and never
//! holds up the next.

use protocol::cbor::{self, Bytes};
use protocol::credential::CredentialEvidence;
use protocol::envelope::{self, Envelope, EnvelopeStatement, MessageKind};
use protocol::grant::Grant;
use protocol::id::{GrantId, IdentityId, MailboxId, RecordId};
use protocol::identity::Evidence;
use protocol::label::Label;
use protocol::package::Package;
use protocol::relay::message::Envelopes;
use protocol::statement::Signed;

use super::{
    access, appointment, copy, decode, delegation, deletion, grant_key, hand_on, holder, receipt, status, submit, team,
};
use crate::body::{Notice, ReceiptMessage, Submission};
use crate::crypto::hpke::{self, RecipientKey};
use crate::crypto::kdf::{self, Purpose};
use crate::crypto::pad;
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::fault::{Error, Fault};
use crate::item::{
    AccessItem, Address, ChainItem, ChainName, GrantItem, HeldItem, MailboxItem, MailboxUse, Meta, Task, TaskKind,
};
use crate::state::{Read, Tx};

/// Seconds a message stays useful; relays keep it as long.
const LIFETIME: u64 = 30 * 24 * 3600;
/// Most sending devices remembered per mailbox.
const MAX_SENDERS: usize = 256;

/// What HPKE binds besides the key: suite, label, version, mailbox (ENV-3).
fn info(mailbox: &MailboxId) -> Vec<u8> {
    let parts = (
        Bytes::from(hpke::SUITE.to_vec()),
        Label::Envelope.as_str().to_owned(),
        1u8,
        Bytes::from(mailbox.as_bytes().to_vec()),
    );
    cbor::encode(&parts)
}

/// Signs, seals and queues a message.
///
/// # Errors
/// `crypto.too_large` when it does not fit an envelope.
pub(crate) fn send(
    tx: &mut Tx<'_>,
    to: Address,
    (recipient, key): (IdentityId, Vec<u8>),
    kind: MessageKind,
    body: &[u8],
    grant: Option<GrantId>,
    record: Option<RecordId>,
) -> Result<(), Fault> {
    let lane = format!("send:{}", to.mailbox);
    send_in(tx, lane, to, (recipient, key), kind, body, grant, record)
}

/// As [`send`], in a lane of the caller's.
#[expect(clippy::too_many_arguments, reason = "as the message itself")]
pub(super) fn send_in(
    tx: &mut Tx<'_>,
    lane: String,
    to: Address,
    (recipient, key): (IdentityId, Vec<u8>),
    kind: MessageKind,
    body: &[u8],
    grant: Option<GrantId>,
    record: Option<RecordId>,
) -> Result<(), Fault> {
    let mut meta = Meta::read(tx)?;
    let actor = meta.actor()?;
    meta.messages += 1;
    tx.put(b"", &meta);
    let key = RecipientKey::new(&key)?;
    let statement = EnvelopeStatement {
        version: 1,
        kind,
        mailbox: to.mailbox,
        recipient,
        recipient_key: key.hash(),
        sequence: meta.messages,
        expires: tx.now.plus(LIFETIME),
        body: body.to_vec().into(),
        time: tx.now,
        salt: tx.random(),
        actor: actor.device,
        sender: actor.identity,
        authority: actor.authority,
        grant,
    };
    let signed = Signed::issue(statement, &meta.device)?;
    let sealed = hpke::seal(&key, &info(&to.mailbox), &pad::pad_envelope(signed.bytes())?, tx.rng)?;
    Task::enqueue(tx, lane, TaskKind::Send(to, sealed.into(), record))
}

/// The mailboxes that the owner's devices share outside grants: whom an epoch of the own chain took out reads none of them any more (EPOCH-11).
///
/// # Errors
/// `vault.damaged`.
pub(super) fn close_to_removed(tx: &mut Tx<'_>, epoch: &Secret32) -> Result<(), Fault> {
    for (id, item) in tx.list::<MailboxItem>()? {
        let id = MailboxId::from(<[u8; 32]>::try_from(id.as_slice()).map_err(|_| Error::Damaged)?);
        if is_shared(&item.purpose) && !appointment::is_over(tx, &item.purpose)? {
            Task::enqueue(tx, format!("mailbox:{id}"), TaskKind::SetReader(id, reader(epoch, &id)))?;
        }
    }
    Ok(())
}

fn is_shared(purpose: &MailboxUse) -> bool {
    match purpose {
        MailboxUse::Reply(_) | MailboxUse::Intake | MailboxUse::Appointment(_) | MailboxUse::Deletion(_) => true,
        // A grant's mailbox is another one in each epoch, a claim's is known to this device alone, one for copies has two owners.
        MailboxUse::Grant(_) | MailboxUse::Claim(_) | MailboxUse::Copy(_) => false,
    }
}

fn reader(epoch: &Secret32, id: &MailboxId) -> SigningKey {
    SigningKey::from_seed(&kdf::derive(epoch.as_bytes(), Purpose::MailboxRead, id.as_bytes()))
}

/// The relay knows this key as the mailbox's reader.
///
/// # Errors
/// `vault.damaged`.
pub(crate) fn reader_set(tx: &mut Tx<'_>, id: &MailboxId, read: SigningKey) -> Result<(), Fault> {
    if let Some(mut item) = tx.get::<MailboxItem>(id.as_bytes())? {
        item.read = read;
        tx.put(id.as_bytes(), &item);
    }
    Ok(())
}

/// The relay does not know the reader: another device closed the mailbox to one that was removed. The newest epoch's key is tried next.
///
/// # Errors
/// `vault.damaged`.
pub(crate) fn unreachable(tx: &mut Tx<'_>, id: &MailboxId) -> Result<(), Fault> {
    let Some(own) = tx.get::<ChainItem>(&ChainName::Own.id())? else {
        return Ok(());
    };
    match tx.get::<MailboxItem>(id.as_bytes())? {
        Some(item) if is_shared(&item.purpose) && !own.past.is_empty() => reader_set(tx, id, reader(&own.epoch, id)),
        _ => Ok(()),
    }
}

/// Messages arrived.
///
/// # Errors
/// `vault.damaged`.
pub fn progress(tx: &mut Tx<'_>, id: &MailboxId, messages: &Envelopes) -> Result<(), Fault> {
    for message in &messages.envelopes {
        // A message may close the mailbox it came by.
        let Some(mut item) = tx.get::<MailboxItem>(id.as_bytes())? else {
            return Ok(());
        };
        if item.cursor.is_some_and(|cursor| message.cursor <= cursor) {
            continue;
        }
        item.cursor = Some(message.cursor);
        tx.put(id.as_bytes(), &item);
        match open(tx, id, &mut item, &message.envelope.0) {
            Ok(envelope) => {
                tx.put(id.as_bytes(), &item);
                if let Err(fault) = handle(tx, id, &item.purpose, &envelope) {
                    if fault.is(Error::Need) {
                        return Err(fault);
                    }
                    tx.tell("show.message_refused", id, &[("code", &fault.code)]);
                }
            }
            Err(fault) => tx.tell("show.message_refused", id, &[("code", &fault.code)]),
        }
    }
    if let Some(last) = messages.envelopes.last()
        && tx.get::<MailboxItem>(id.as_bytes())?.is_some()
    {
        let lane = format!("acknowledge:{id}");
        Task::enqueue(tx, lane, TaskKind::Acknowledge(*id, last.cursor))?;
    }
    Ok(())
}

fn open(tx: &Tx<'_>, id: &MailboxId, item: &mut MailboxItem, sealed: &[u8]) -> Result<Envelope, Fault> {
    let padded = hpke::open(&item.sealing, &info(id), sealed)?;
    let envelope = Envelope::verify(&pad::unpad_envelope(&padded)?)?;
    let me = Meta::read(tx)?.identity()?;
    envelope.check_address(id, &me, &item.sealing.public().hash(), tx.now)?;
    match item.counters.iter().position(|(device, _)| *device == envelope.actor) {
        Some(place) if envelope.sequence <= item.counters[place].1 => return Err(envelope::Error::Replayed.into()),
        Some(place) => item.counters[place].1 = envelope.sequence,
        None => {
            if item.counters.len() >= MAX_SENDERS {
                item.counters.remove(0);
            }
            item.counters.push((envelope.actor, envelope.sequence));
        }
    }
    Ok(envelope)
}

fn handle(tx: &mut Tx<'_>, id: &MailboxId, purpose: &MailboxUse, envelope: &Envelope) -> Result<(), Fault> {
    if let MailboxUse::Grant(grant) = purpose
        && tx
            .get::<GrantItem>(grant.as_bytes())?
            .is_some_and(|item| item.gone.contains(&envelope.authority))
    {
        return Err(envelope::Error::Sender.into());
    }
    match (purpose, envelope.kind) {
        (MailboxUse::Grant(grant), MessageKind::Submission) => {
            let package = Package::parse(&decode::<Submission>(&envelope.body)?.package)?;
            holds(tx, grant, envelope, &package.evidence, package.credential.as_ref())?;
            // A vouched author is judged by the organization's chain as it is now, not as it was when last looked at.
            if let Some(credential) = &package.credential
                && let Some(organization) = status::want(tx, credential)?
            {
                let held = HeldItem {
                    mailbox: *id,
                    envelope: envelope.bytes().to_vec().into(),
                    organization,
                    since: tx.now,
                };
                let key = tx.random();
                tx.put(key.as_bytes(), &held);
                return Ok(());
            }
            submit::arrived(tx, grant, envelope)
        }
        (MailboxUse::Grant(grant), MessageKind::Receipt) => {
            let body: ReceiptMessage = decode(&envelope.body)?;
            holds(tx, grant, envelope, &body.evidence, body.credential.as_ref())?;
            receipt::arrived(tx, grant, &body)
        }
        (MailboxUse::Grant(grant), MessageKind::Delegation) => delegation::reported(tx, grant, envelope),
        (MailboxUse::Grant(grant), MessageKind::GrantKeys) => grant_key::told(tx, grant, envelope),
        (MailboxUse::Intake, MessageKind::Epochs) => hand_on::handed(tx, envelope),
        (MailboxUse::Intake, MessageKind::TeamAccess) => team::handed(tx, envelope),
        (MailboxUse::Intake, MessageKind::Delegated) => delegation::handed(tx, envelope),
        (MailboxUse::Intake, MessageKind::Notice) => {
            let grant = envelope.grant.ok_or(envelope::Error::Sender)?;
            from_patient(tx, &grant, envelope)?;
            submit::answered(tx, &decode::<Notice>(&envelope.body)?)
        }
        (MailboxUse::Reply(grant), MessageKind::Notice) => {
            let notice = decode::<Notice>(&envelope.body)?;
            // The device that asks may be younger than the grant's chain, and brings its evidence.
            if let Notice::DeletionAsked(asked) = &notice {
                return deletion::told(tx, grant, asked, envelope);
            }
            from_patient(tx, grant, envelope)?;
            match notice {
                Notice::Changed(body) => access::noticed(tx, grant, &body),
                Notice::CopyTo(body) => copy::permitted(tx, grant, &body),
                Notice::CopyEnded(permission) => copy::told_ended(tx, grant, &permission),
                notice => submit::answered(tx, &notice),
            }
        }
        (MailboxUse::Deletion(grant), MessageKind::Notice) => deletion::answered(tx, grant, envelope),
        (MailboxUse::Copy(permission), MessageKind::Submission) => copy::arrived(tx, permission, envelope),
        (MailboxUse::Intake | MailboxUse::Appointment(_), _) => appointment::arrived(tx, purpose, envelope),
        _ => Err(envelope::Error::Kind.into()),
    }
}

/// Judges a message again that waited for an organization's chain.
pub(super) fn release(tx: &mut Tx<'_>, held: &HeldItem) -> Result<(), Fault> {
    let item: MailboxItem = tx.item(held.mailbox.as_bytes())?;
    let envelope = Envelope::verify(&held.envelope)?;
    match item.purpose {
        MailboxUse::Grant(grant) => submit::arrived(tx, &grant, &envelope),
        _ => Ok(()),
    }
}

/// The sender must be the holder of this grant, a delegate or a member of the team, by a device whose evidence travels with the message.
fn holds(
    tx: &Tx<'_>,
    grant: &GrantId,
    envelope: &Envelope,
    evidence: &Evidence,
    credential: Option<&CredentialEvidence>,
) -> Result<(), Fault> {
    let item: GrantItem = tx.item(grant.as_bytes())?;
    let statement = Grant::verify(&item.grant)?;
    let actor = evidence.verify()?;
    let named = actor
        .check(&envelope.actor, &envelope.sender, &envelope.authority)
        .is_ok();
    if named && envelope.grant == Some(*grant) {
        holder::acting(tx, grant, &statement, &envelope.sender, credential).map(|_| ())
    } else {
        Err(envelope::Error::Sender.into())
    }
}

/// The sender must be a device of the patient who gave this grant.
fn from_patient(tx: &Tx<'_>, grant: &GrantId, envelope: &Envelope) -> Result<(), Fault> {
    let access: AccessItem = tx.item(grant.as_bytes())?;
    let chain = ChainItem::read_named(tx, &ChainName::Received(*grant))?;
    let known = chain.keys()?.iter().any(|(actor, removed)| {
        removed.is_none()
            && actor
                .check(&envelope.actor, &envelope.sender, &envelope.authority)
                .is_ok()
    });
    let patient = envelope.sender == access.patient && envelope.grant == Some(*grant);
    if known && patient {
        Ok(())
    } else {
        Err(envelope::Error::Sender.into())
    }
}

/// Forgets a mailbox that will never be used; the relay lets it expire.
pub(super) fn close(tx: &mut Tx<'_>, id: &MailboxId) -> Result<(), Fault> {
    tx.delete::<MailboxItem>(id.as_bytes());
    for (number, task) in tx.list::<Task>()? {
        if matches!(&task.kind, TaskKind::PutMailbox(mailbox, ..) if mailbox == id) {
            tx.delete::<Task>(&number);
        }
    }
    Ok(())
}
