//! Delegation: a grantee lets a colleague act under a grant, and tells the patient, who can stop it (`core/spec/grant.md`, DELEG rules).
//!
//! The delegate reads the same grant chain by a fetch key of his own, and signs receipts and records as himself. Invariant: the patient is
//! told before the delegate is; a wallet that was not told refuses whatever the delegate sends.

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::contact::{Contact, ContactCard};
use protocol::delegation::{self, Delegation, DelegationStatement};
use protocol::envelope::{self, Envelope, MessageKind};
use protocol::grant::{Grant, Permission, Right};
use protocol::id::{GrantId, StatementId};
use protocol::identity::Evidence;
use protocol::key::{PublicKey, Signer};
use protocol::relay::message::Capabilities;
use protocol::statement::Signed;
use protocol::time::{Period, Timestamp};

use super::{access, decode, hand_on, mailbox, status};
use crate::body::{Confirmation, DelegatedBody, DelegationBody, NoteBody};
use crate::chain;
use crate::crypto::hpke::RecipientSecret;
use crate::crypto::signing::SigningKey;
use crate::fault::{Error, Fault};
use crate::item::{AccessItem, Address, ChainName, DelegationItem, GrantItem, IntakeItem, Meta, Task, TaskKind};
use crate::state::{Read, Tx};

/// The contact card of a colleague, verified.
pub(super) fn colleague(card: &[u8]) -> Result<(ContactCard, Contact), Fault> {
    let card = ContactCard::parse(card)?;
    let contact = card.open(&card.url()?)?;
    Ok((card, contact))
}

/// Delegates rights under a grant received to the owner of a contact card, until a time.
///
/// # Errors
/// `delegation.*`, `contact.*`, `grant.revoked`, `vault.not_found`.
pub fn delegate(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    card: &[u8],
    rights: &[Right],
    until: Timestamp,
) -> Result<StatementId, Fault> {
    let item: AccessItem = tx.item(grant.as_bytes())?;
    if item.ended.is_some() {
        return Err(protocol::grant::Error::Revoked.into());
    }
    let (_, contact) = colleague(card)?;
    let meta = Meta::read(tx)?;
    let actor = meta.actor()?;
    let statement = Grant::verify(&item.grant)?;
    let from = tx.now.max(statement.time);
    let period = Period::new(from, Some(until)).map_err(|_| delegation::Error::Rule)?;
    let mut rights = rights.to_vec();
    rights.sort_unstable();
    rights.dedup();
    let delegation = DelegationStatement {
        version: 1,
        grant: *grant,
        patient: item.patient,
        delegate: contact.statement.owner,
        permissions: rights.into_iter().map(|right| Permission { right, period }).collect(),
        time: from,
        salt: tx.random(),
        actor: actor.device,
        delegator: actor.identity,
        authority: actor.authority,
    };
    delegation.check_under(grant, &statement)?;
    let signed = Signed::issue(delegation, &meta.device)?;
    let fetch = SigningKey::generate(tx.rng);
    let report = DelegationBody {
        delegation: signed.bytes().to_vec().into(),
        evidence: meta.evidence.clone(),
        card: card.to_vec().into(),
        fetch: fetch.public_key(),
        ended: None,
    };
    // The patient first: what the delegate sends is refused by a wallet that was not told.
    let recipient = (item.patient, item.mailbox_key.to_vec());
    let to = access::address(&item);
    let body = cbor::encode(&report);
    mailbox::send(tx, to, recipient, MessageKind::Delegation, &body, Some(*grant), None)?;
    let name = ChainName::Received(*grant);
    let keys = TaskKind::ChangeFetchKeys(*grant, vec![fetch.public_key()], Vec::new());
    Task::enqueue(tx, name.lane(), keys)?;
    hand_over(tx, &item, &signed, &contact, fetch)?;
    let note = NoteBody::Delegation(Box::new(report));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    let id = signed.id();
    tx.created = Some(id.to_string());
    tx.tell("show.delegation_sent", id, &[("name", &contact.statement.name)]);
    Ok(id)
}

/// Gives the delegate what is needed to read, sealed to the intake on the contact card.
fn hand_over(
    tx: &mut Tx<'_>,
    item: &AccessItem,
    delegation: &Delegation,
    contact: &Contact,
    fetch: SigningKey,
) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    let grant = Grant::verify(&item.grant)?;
    let body = DelegatedBody {
        delegation: delegation.bytes().to_vec().into(),
        evidence: meta.evidence,
        name: meta.name,
        confirmation: item.confirmation.clone(),
        fetch,
    };
    let intake = &contact.statement.intake;
    let to = Address {
        origin: intake.origin.clone(),
        mailbox: intake.mailbox,
        send: None,
    };
    let recipient = (contact.statement.owner, intake.sealing_key.to_vec());
    let body = cbor::encode(&body);
    mailbox::send(tx, to, recipient, MessageKind::Delegated, &body, Some(grant.id()), None)?;
    hand_on::all(tx, &grant.id(), intake, contact.statement.owner)
}

/// The sender must be the delegator; a new delegation by the device that signed it.
fn by(envelope: &Envelope, evidence: &Evidence, delegation: &Delegation, new: bool) -> Result<(), Fault> {
    let actor = evidence.verify()?;
    let sender = actor
        .check(&envelope.actor, &envelope.sender, &envelope.authority)
        .is_ok();
    let signed = actor
        .check(&delegation.actor, &delegation.delegator, &delegation.authority)
        .is_ok();
    if sender && envelope.sender == delegation.delegator && (signed || !new) {
        Ok(())
    } else {
        Err(envelope::Error::Sender.into())
    }
}

/// A delegation was handed to this vault.
pub(super) fn handed(tx: &mut Tx<'_>, envelope: &Envelope) -> Result<(), Fault> {
    let body: DelegatedBody = decode(&envelope.body)?;
    let delegation = Delegation::verify(&body.delegation)?;
    by(envelope, &body.evidence, &delegation, true)?;
    check_handed(tx, &body, &delegation)?;
    let known = tx.get::<AccessItem>(delegation.grant.as_bytes())?;
    // The holder of a grant, or the bearer of a newer delegation, is not made a lesser one.
    if let Some(known) = known {
        let newer = match &known.delegation {
            None => true,
            Some(before) => Delegation::verify(before)?.time > delegation.time,
        };
        if newer {
            return Err(delegation::Error::Delegate.into());
        }
    }
    let note = NoteBody::Delegated(Box::new(body));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    let access: AccessItem = tx.item(delegation.grant.as_bytes())?;
    tx.tell("show.delegation_received", delegation.grant, &[("name", &access.name)]);
    Ok(())
}

fn check_handed(tx: &Tx<'_>, body: &DelegatedBody, delegation: &Delegation) -> Result<(), Fault> {
    let confirmation: Confirmation = decode(&body.confirmation)?;
    let grant = Grant::verify(&confirmation.grant)?;
    let patient = confirmation.evidence.verify()?;
    patient.check(&grant.actor, &grant.patient, &grant.authority)?;
    delegation.check_under(&grant.id(), &grant)?;
    if delegation.delegate != Meta::read(tx)?.identity()? {
        return Err(delegation::Error::Delegate.into());
    }
    if is_over(delegation, tx.now) {
        return Err(delegation::Error::Over.into());
    }
    Ok(())
}

/// Whether nothing of a delegation holds any more.
pub fn is_over(delegation: &DelegationStatement, now: Timestamp) -> bool {
    delegation
        .permissions
        .iter()
        .all(|own| own.period.until.is_some_and(|until| until <= now))
}

/// A delegation was received, as the own chain says.
pub(super) fn received(tx: &mut Tx<'_>, body: &DelegatedBody) -> Result<(), Fault> {
    let confirmation: Confirmation = decode(&body.confirmation)?;
    let reply = match tx.get::<IntakeItem>(b"")? {
        Some(item) => ContactCard::parse(&item.card)?.url()?.mailbox,
        None => confirmation.mailbox,
    };
    // Epochs are sealed to the holder's key; a delegate gets their keys from the holder, so none of his own ever opens one.
    let (sealing, grantee) = (RecipientSecret::generate(tx.rng), SigningKey::generate(tx.rng));
    let item = AccessItem {
        delegation: Some(body.delegation.clone()),
        ..access::item_of(&body.confirmation, sealing, grantee, reply)?
    };
    access::keep(tx, item, body.fetch.clone())
}

/// A grantee tells this patient of a delegation, or that it ended.
pub(super) fn reported(tx: &mut Tx<'_>, grant: &GrantId, envelope: &Envelope) -> Result<(), Fault> {
    let body: DelegationBody = decode(&envelope.body)?;
    let delegation = Delegation::verify(&body.delegation)?;
    let item: GrantItem = tx.item(grant.as_bytes())?;
    if item.ended.is_some() {
        return Err(protocol::grant::Error::Revoked.into());
    }
    let statement = Grant::verify(&item.grant)?;
    delegation.check_under(grant, &statement)?;
    let known = tx.get::<DelegationItem>(delegation.id().as_bytes())?;
    by(envelope, &body.evidence, &delegation, known.is_none())?;
    let (card, contact) = colleague(&body.card)?;
    if contact.statement.owner != delegation.delegate {
        return Err(delegation::Error::Delegate.into());
    }
    let id = delegation.id();
    match (known, body.ended) {
        (Some(known), None) if known.stopped.is_some() => return Err(delegation::Error::Stopped.into()),
        (Some(known), Some(_)) if known.stopped.is_some() => return Ok(()),
        (Some(_), None) => return Ok(()),
        (None, None) if is_over(&delegation, tx.now) => return Err(delegation::Error::Over.into()),
        _ => {}
    }
    if let Some(evidence) = &card.credential {
        status::want(tx, evidence)?;
    }
    let ended = body.ended.is_some();
    let note = NoteBody::Delegation(Box::new(body));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    let filed: DelegationItem = tx.item(id.as_bytes())?;
    let kind = if ended {
        "show.delegation_ended"
    } else {
        "show.delegated"
    };
    tx.tell(kind, id, &[("name", &filed.name), ("by", &item.name)]);
    Ok(())
}

/// A delegation was made, reported or ended, as the own chain says.
pub(super) fn noted(tx: &mut Tx<'_>, body: &DelegationBody) -> Result<(), Fault> {
    let delegation = Delegation::verify(&body.delegation)?;
    let id = delegation.id();
    let known = tx.get::<DelegationItem>(id.as_bytes())?;
    let (_, contact) = colleague(&body.card)?;
    let item = DelegationItem {
        grant: delegation.grant,
        delegation: body.delegation.clone(),
        name: contact.credential.as_ref().map_or_else(
            || contact.statement.name.clone(),
            |credential| credential.claims.name.clone(),
        ),
        organization: contact.credential.map(|credential| credential.organization.name),
        fetch: body.fetch,
        stopped: known.as_ref().and_then(|known| known.stopped).or(body.ended),
        confirmed: known.as_ref().and_then(|known| known.confirmed).or(body.ended),
        // Its end may be told by another device; the first report brings the one that signed.
        report: known.map_or_else(|| cbor::encode(body).into(), |known| known.report),
    };
    tx.put(id.as_bytes(), &item);
    Ok(())
}

/// Stops a delegation: the patient takes the fetch key away at the relay, the grantee takes it away and tells the patient.
///
/// # Errors
/// `vault.not_found`, `delegation.stopped`.
pub fn stop(tx: &mut Tx<'_>, id: &StatementId) -> Result<(), Fault> {
    let item: DelegationItem = tx.item(id.as_bytes())?;
    if item.stopped.is_some() {
        return Err(delegation::Error::Stopped.into());
    }
    if tx.get::<GrantItem>(item.grant.as_bytes())?.is_some() {
        let name = ChainName::Given(item.grant);
        note_stopped(tx, id, false)?;
        return Task::enqueue(tx, name.lane(), TaskKind::DropFetchKey(*id, None));
    }
    let access: AccessItem = tx.item(item.grant.as_bytes())?;
    let name = ChainName::Received(item.grant);
    let keys = TaskKind::ChangeFetchKeys(item.grant, Vec::new(), vec![item.fetch]);
    Task::enqueue(tx, name.lane(), keys)?;
    let mut report: DelegationBody = decode(&item.report)?;
    report.evidence = Meta::read(tx)?.evidence;
    report.ended = Some(tx.now);
    let recipient = (access.patient, access.mailbox_key.to_vec());
    let to = access::address(&access);
    let body = cbor::encode(&report);
    mailbox::send(
        tx,
        to,
        recipient,
        MessageKind::Delegation,
        &body,
        Some(item.grant),
        None,
    )?;
    note_stopped(tx, id, false)
}

fn note_stopped(tx: &mut Tx<'_>, id: &StatementId, confirmed: bool) -> Result<(), Fault> {
    let note = NoteBody::DelegationStopped(*id, tx.now, confirmed);
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    Ok(())
}

/// A delegation was stopped, as the own chain says.
pub(super) fn stopped(tx: &mut Tx<'_>, id: &StatementId, time: Timestamp, confirmed: bool) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<DelegationItem>(id.as_bytes())? else {
        return Ok(());
    };
    item.stopped = item.stopped.or(Some(time));
    if confirmed {
        item.confirmed = item.confirmed.or(Some(time));
    }
    tx.put(id.as_bytes(), &item);
    Ok(())
}

/// The relay told the capabilities of a grant's chain: they are replaced without the delegate's key, or that was done.
///
/// # Errors
/// `vault.damaged`.
pub fn dropped(tx: &mut Tx<'_>, id: &StatementId, mut known: Capabilities, lane: &str) -> Result<(), Fault> {
    let item: DelegationItem = tx.item(id.as_bytes())?;
    let before = known.fetch.len();
    known.fetch.retain(|fetch| fetch.key != item.fetch);
    if known.fetch.len() == before {
        // What the relay has now holds no such key: this is its confirmation.
        note_stopped(tx, id, true)?;
        tx.tell("show.delegation_stopped", id, &[("name", &item.name)]);
        return Ok(());
    }
    let message = serde_json::to_vec(&known).map_err(|_| Error::Damaged)?;
    Task::enqueue(tx, lane, TaskKind::DropFetchKey(*id, Some(message.into())))
}

/// The relay took fetch keys away, as this grantee asked.
///
/// # Errors
/// `vault.damaged`.
pub fn removed(tx: &mut Tx<'_>, keys: &[PublicKey]) -> Result<(), Fault> {
    super::team::dropped(tx, keys)?;
    for (id, item) in tx.list::<DelegationItem>()? {
        if item.stopped.is_some() && item.confirmed.is_none() && keys.contains(&item.fetch) {
            let id = StatementId::new(id.try_into().map_err(|_| Error::Damaged)?);
            note_stopped(tx, &id, true)?;
            tx.tell("show.delegation_stopped", id, &[("name", &item.name)]);
        }
    }
    Ok(())
}
