//! Team grants: the organization holds the grant, its certified members act by their own keys (`core/spec/grant.md`, TEAM rules).
//!
//! The organization's officer claims; every member gets a fetch key of his own and the grant's HPKE key, sealed to his intake. Whoever is
//! suspended loses the fetch key at once, and the patient is sent a new grant key, to which the grant chain's next epoch is sealed when a
//! device of the patient next syncs. Until then only the relay keeps him out, and [`is_waiting`] says so.

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::coded_error;
use protocol::contact::ContactCard;
use protocol::credential;
use protocol::envelope::{self, Envelope, MessageKind};
use protocol::grant::Grant;
use protocol::id::{CredentialId, GrantId, IdentityId};
use protocol::key::{PublicKey, Signer};
use protocol::organization::Standing;

use super::epoch::{self, Opening};
use super::{access, decode, mailbox};
use crate::body::{Confirmation, NoteBody, TeamAccessBody, TeamKeyBody};
use crate::chain;
use crate::crypto::hpke::{RecipientKey, RecipientSecret};
use crate::crypto::signing::SigningKey;
use crate::fault::{self, Fault};
use crate::item::{
    AccessItem, Address, ChainItem, ChainName, CredentialItem, GrantItem, IntakeItem, IssuedItem, MemberItem,
    MemberKeyItem, Meta, Role, Task, TaskKind,
};
use crate::state::{Read, Tx};

coded_error! {
    /// Why somebody is not a member of a team.
    pub enum Error {
        Credential = "team.credential", "a member of the team needs a credential of this organization that stands";
        Known = "team.known", "this person is a member of the team already";
        Officer = "team.officer", "the message does not come from an officer of the team's organization";
    }
}

/// Takes the owner of a contact card into the team; every live grant of the team is handed over.
///
/// # Errors
/// `vault.role`, `contact.*`, `team.*`.
pub fn add(tx: &mut Tx<'_>, card: &[u8]) -> Result<IdentityId, Fault> {
    let meta = Meta::read(tx)?;
    meta.require(&[Role::Organization])?;
    let parsed = ContactCard::parse(card)?;
    let contact = parsed.open(&parsed.url()?)?;
    let member = contact.statement.owner;
    let vouched = contact.credential.ok_or(Error::Credential)?;
    let issued = tx.get::<IssuedItem>(vouched.id.as_bytes())?;
    let stands = issued
        .is_some_and(|issued| issued.subject == member && issued.standing == Standing::Active && issued.until > tx.now);
    if vouched.claims.issuer != meta.identity()? || !stands {
        return Err(Error::Credential.into());
    }
    if tx
        .get::<MemberItem>(member.as_bytes())?
        .is_some_and(|known| known.removed.is_none())
    {
        return Err(Error::Known.into());
    }
    let item = MemberItem {
        card: card.to_vec().into(),
        credential: vouched.id,
        name: vouched.claims.name.clone(),
        since: tx.now,
        removed: None,
    };
    let note = NoteBody::Member(member, Box::new(item));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    for grant in grants(tx)? {
        hand_over(tx, &grant, &member)?;
    }
    tx.created = Some(member.to_string());
    tx.tell("show.member_added", member, &[("name", &vouched.claims.name)]);
    Ok(member)
}

/// Live grants of this organization's team.
fn grants(from: &impl Read) -> Result<Vec<GrantId>, Fault> {
    let mut found = Vec::new();
    for (_, item) in from.list::<AccessItem>()? {
        let grant = Grant::verify(&item.grant)?;
        if grant.grantee.team().is_some() && item.ended.is_none() {
            found.push(grant.id());
        }
    }
    Ok(found)
}

fn members(from: &impl Read) -> Result<Vec<IdentityId>, Fault> {
    let mut found = Vec::new();
    for (id, item) in from.list::<MemberItem>()? {
        if item.removed.is_none() {
            found.push(IdentityId::new(id.try_into().map_err(|_| fault::Error::Damaged)?));
        }
    }
    Ok(found)
}

/// A patient gave the team a grant: every member gets it.
pub(super) fn received(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    for member in members(tx)? {
        hand_over(tx, grant, &member)?;
    }
    Ok(())
}

/// A fetch key for one member under one grant, registered at the relay and handed over with the grant's own keys.
fn hand_over(tx: &mut Tx<'_>, grant: &GrantId, member: &IdentityId) -> Result<(), Fault> {
    let fetch = SigningKey::generate(tx.rng);
    let item = MemberKeyItem {
        grant: *grant,
        member: *member,
        fetch: fetch.public_key(),
        removed: None,
        confirmed: None,
    };
    let note = NoteBody::MemberKey(item);
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    let keys = TaskKind::ChangeFetchKeys(*grant, vec![fetch.public_key()], Vec::new());
    Task::enqueue(tx, ChainName::Received(*grant).lane(), keys)?;
    tell_member(tx, grant, member, Some(fetch))
}

fn tell_member(tx: &mut Tx<'_>, grant: &GrantId, member: &IdentityId, fetch: Option<SigningKey>) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    let item: MemberItem = tx.item(member.as_bytes())?;
    let access: AccessItem = tx.item(grant.as_bytes())?;
    let card = ContactCard::parse(&item.card)?;
    let intake = card.open(&card.url()?)?.statement.intake;
    let body = TeamAccessBody {
        evidence: meta.evidence,
        confirmation: access.confirmation,
        sealing: access.sealing,
        fetch,
    };
    let to = Address {
        origin: intake.origin,
        mailbox: intake.mailbox,
        send: None,
    };
    let recipient = (*member, intake.sealing_key.to_vec());
    let body = cbor::encode(&body);
    mailbox::send(tx, to, recipient, MessageKind::TeamAccess, &body, Some(*grant), None)
}

/// An organization hands this member the access to a grant of its team, or the grant's new key.
pub(super) fn handed(tx: &mut Tx<'_>, envelope: &Envelope) -> Result<(), Fault> {
    let body: TeamAccessBody = decode(&envelope.body)?;
    let actor = body.evidence.verify()?;
    actor
        .check(&envelope.actor, &envelope.sender, &envelope.authority)
        .map_err(|_| Error::Officer)?;
    let confirmation: Confirmation = decode(&body.confirmation)?;
    let grant = Grant::verify(&confirmation.grant)?;
    let patient = confirmation.evidence.verify()?;
    patient.check(&grant.actor, &grant.patient, &grant.authority)?;
    if grant.grantee.team() != Some(envelope.sender) {
        return Err(protocol::grant::Error::Grantee.into());
    }
    let mut mine = false;
    for (_, item) in tx.list::<CredentialItem>()? {
        mine |= item.evidence.verify()?.claims.issuer == envelope.sender;
    }
    if !mine {
        return Err(credential::Error::Issuer.into());
    }
    let known = tx.get::<AccessItem>(grant.id().as_bytes())?;
    if known.is_none() && body.fetch.is_none() {
        return Err(fault::Error::NotFound.into());
    }
    let note = NoteBody::TeamAccess(Box::new(body));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    if known.is_none() {
        tx.tell("show.access_received", grant.id(), &[("name", &confirmation.name)]);
    }
    Ok(())
}

/// A member received access or a new grant key, as the own chain says.
pub(super) fn noted(tx: &mut Tx<'_>, body: &TeamAccessBody) -> Result<(), Fault> {
    let confirmation: Confirmation = decode(&body.confirmation)?;
    let id = Grant::verify(&confirmation.grant)?.id();
    if let Some(mut item) = tx.get::<AccessItem>(id.as_bytes())? {
        replace_key(&mut item, &body.sealing);
        tx.put(id.as_bytes(), &item);
        if let Some(fetch) = &body.fetch {
            access::keep(tx, item, fetch.clone())?;
        }
        return Ok(());
    }
    let Some(fetch) = &body.fetch else { return Ok(()) };
    let reply = match tx.get::<IntakeItem>(b"")? {
        Some(item) => ContactCard::parse(&item.card)?.url()?.mailbox,
        None => confirmation.mailbox,
    };
    // Only the organization's officers manage fetch keys: a member's own capability opens nothing.
    let grantee = SigningKey::generate(tx.rng);
    let item = access::item_of(&body.confirmation, body.sealing.clone(), grantee, reply)?;
    access::keep(tx, item, fetch.clone())
}

fn replace_key(item: &mut AccessItem, sealing: &RecipientSecret) {
    if item.sealing.public().hash() != sealing.public().hash() {
        let old = core::mem::replace(&mut item.sealing, sealing.clone());
        item.older.push(old);
    }
}

/// A member came or went, as the own chain says.
pub(super) fn member(tx: &mut Tx<'_>, id: &IdentityId, item: &MemberItem) {
    tx.put(id.as_bytes(), item);
}

/// A member's fetch key came or went, as the own chain says.
pub(super) fn member_key(tx: &mut Tx<'_>, item: &MemberKeyItem) {
    tx.put(&MemberKeyItem::id(&item.grant, &item.member), item);
}

/// Takes whoever acts by this credential out of the team, if it is a member.
///
/// # Errors
/// As [`remove`].
pub(super) fn suspended(tx: &mut Tx<'_>, credential: &CredentialId) -> Result<(), Fault> {
    for (id, item) in tx.list::<MemberItem>()? {
        if item.credential == *credential && item.removed.is_none() {
            let id = IdentityId::new(id.try_into().map_err(|_| fault::Error::Damaged)?);
            remove(tx, &id)?;
        }
    }
    Ok(())
}

/// Takes a member out of the team: the fetch keys go at once, and each patient is sent a new grant key.
///
/// # Errors
/// `vault.role`, `vault.not_found`.
pub fn remove(tx: &mut Tx<'_>, member: &IdentityId) -> Result<(), Fault> {
    Meta::read(tx)?.require(&[Role::Organization])?;
    let mut item: MemberItem = tx.item(member.as_bytes())?;
    item.removed = Some(tx.now);
    let name = item.name.clone();
    let note = NoteBody::Member(*member, Box::new(item));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    for (_, mut key) in tx.list::<MemberKeyItem>()? {
        if key.member != *member || key.removed.is_some() {
            continue;
        }
        let (grant, fetch) = (key.grant, key.fetch);
        key.removed = Some(tx.now);
        let note = NoteBody::MemberKey(key);
        chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
        let keys = TaskKind::ChangeFetchKeys(grant, Vec::new(), vec![fetch]);
        Task::enqueue(tx, ChainName::Received(grant).lane(), keys)?;
        rekey(tx, &grant)?;
    }
    tx.tell("show.member_removed", member, &[("name", &name)]);
    Ok(())
}

/// A new HPKE key for a grant: the patient is told its public half, the remaining members the whole of it.
fn rekey(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let access: AccessItem = tx.item(grant.as_bytes())?;
    if access.ended.is_some() {
        return Ok(());
    }
    let meta = Meta::read(tx)?;
    let sealing = RecipientSecret::generate(tx.rng);
    let body = TeamKeyBody {
        evidence: meta.evidence,
        key: sealing.public().as_bytes().to_vec().into(),
    };
    let recipient = (access.patient, access.mailbox_key.to_vec());
    let to = access::address(&access);
    let message = cbor::encode(&body);
    mailbox::send(tx, to, recipient, MessageKind::TeamKey, &message, Some(*grant), None)?;
    let note = NoteBody::TeamRekeyed(*grant, sealing, tx.now);
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    for member in members(tx)? {
        if tx
            .get::<MemberKeyItem>(&MemberKeyItem::id(grant, &member))?
            .is_some_and(|key| key.removed.is_none())
        {
            tell_member(tx, grant, &member, None)?;
        }
    }
    Ok(())
}

/// A grant of the team has a new key, as the own chain says.
pub(super) fn rekeyed(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    sealing: &RecipientSecret,
    time: protocol::time::Timestamp,
) -> Result<(), Fault> {
    if let Some(mut item) = tx.get::<AccessItem>(grant.as_bytes())? {
        replace_key(&mut item, sealing);
        item.rekey = Some(time);
        tx.put(grant.as_bytes(), &item);
    }
    Ok(())
}

/// The grant chain opened an epoch under a key of this vault: if it is the newest, nobody who was taken out opens what follows.
pub(super) fn entered(tx: &mut Tx<'_>, grant: &GrantId, secret: &RecipientSecret) -> Result<(), Fault> {
    let mut item: AccessItem = tx.item(grant.as_bytes())?;
    if item.rekey.is_some() && item.sealing.public().hash() == secret.public().hash() {
        item.rekey = None;
        tx.put(grant.as_bytes(), &item);
    }
    Ok(())
}

/// Whether only the relay keeps a former member out: the patient's device has not opened the next epoch yet.
pub fn is_waiting(item: &AccessItem) -> bool {
    item.rekey.is_some() && item.ended.is_none()
}

/// The relay took fetch keys away, as the organization asked.
pub(super) fn dropped(tx: &mut Tx<'_>, keys: &[PublicKey]) -> Result<(), Fault> {
    for (_, mut item) in tx.list::<MemberKeyItem>()? {
        if item.removed.is_some() && item.confirmed.is_none() && keys.contains(&item.fetch) {
            item.confirmed = Some(tx.now);
            let note = NoteBody::MemberKey(item);
            chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
        }
    }
    Ok(())
}

/// The team's organization sends this patient a new grant key: the grant chain's next epoch is sealed to it, now.
pub(super) fn rekey_asked(tx: &mut Tx<'_>, grant: &GrantId, envelope: &Envelope) -> Result<(), Fault> {
    let body: TeamKeyBody = decode(&envelope.body)?;
    let item: GrantItem = tx.item(grant.as_bytes())?;
    if item.ended.is_some() {
        return Err(protocol::grant::Error::Revoked.into());
    }
    let team = Grant::verify(&item.grant)?.grantee.team();
    let actor = body.evidence.verify()?;
    let named = actor
        .check(&envelope.actor, &envelope.sender, &envelope.authority)
        .is_ok();
    // Whoever was an officer and was taken out is not one any more.
    let removed = match tx.get::<ChainItem>(&ChainName::Public(envelope.sender).id())? {
        Some(chain) => chain.keys()?.removed(&actor.authority).is_some(),
        None => false,
    };
    if !named || team != Some(envelope.sender) || envelope.grant != Some(*grant) || removed {
        return Err(envelope::Error::Sender.into());
    }
    RecipientKey::new(&body.key)?;
    let opening = Opening {
        recipient: Some(body.key),
        ..Opening::default()
    };
    epoch::open_next(tx, &ChainName::Given(*grant), opening)?;
    tx.tell("show.team_changed", grant, &[("name", &item.name)]);
    Ok(())
}
