//! Team grants: the organization holds the grant, its certified members act by their own keys (`core/spec/grant.md`, TEAM rules).
//!
//! The organization's officer claims; every member gets a fetch key of his own and the grant's HPKE key, sealed to his intake. Whoever is
//! suspended loses the fetch key at once, and the patient is sent a new grant key ([`super::grant_key`]). A suspension on a day to come is
//! told at once too, with its key: on that day a sync of the patient is enough.

use std::collections::BTreeMap;

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::coded_error;
use protocol::contact::ContactCard;
use protocol::credential;
use protocol::envelope::{Envelope, MessageKind};
use protocol::grant::Grant;
use protocol::id::{CredentialId, GrantId, IdentityId};
use protocol::key::{PublicKey, Signer};
use protocol::organization::{Intake, Standing};
use protocol::time::Timestamp;

use super::{access, decode, grant_key, hand_on, mailbox};
use crate::body::{Confirmation, NoteBody, TeamAccessBody};
use crate::chain;
use crate::crypto::hpke::RecipientSecret;
use crate::crypto::signing::SigningKey;
use crate::fault::{self, Fault};
use crate::item::{
    AccessItem, Address, ChainName, CredentialItem, IntakeItem, IssuedItem, MemberItem, MemberKeyItem, Meta, Role,
    Task, TaskKind,
};
use crate::state::{Read, Tx};

coded_error! {
    /// Why somebody is not a member of a team.
    pub enum Error {
        Credential = "team.credential", "a member of the team needs a credential of this organization that stands";
        Known = "team.known", "this person is a member of the team already";
        Epoch = "team.epoch", "the team's organization has not handed on its new key yet";
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
        leaves: None,
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

fn members(from: &impl Read, now: Timestamp) -> Result<Vec<IdentityId>, Fault> {
    let mut found = Vec::new();
    for (id, item) in from.list::<MemberItem>()? {
        if item.removed.is_none() && item.leaves.is_none_or(|leaves| leaves > now) {
            found.push(IdentityId::new(id.try_into().map_err(|_| fault::Error::Damaged)?));
        }
    }
    Ok(found)
}

/// A patient gave the team a grant: every member gets it.
pub(super) fn received(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    for member in members(tx, tx.now)? {
        hand_over(tx, grant, &member)?;
    }
    // Whoever leaves on a day to come leaves this grant too.
    if !leaving(tx, grant)?.is_empty() {
        grant_key::renew(tx, grant, false, None)?;
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
    let access: AccessItem = tx.item(grant.as_bytes())?;
    tell_member(tx, grant, member, Some(fetch), vec![access.sealing])?;
    hand_on::all(tx, grant, &intake_of(tx, member)?, *member)
}

fn intake_of(from: &impl Read, member: &IdentityId) -> Result<Intake, Fault> {
    let item: MemberItem = from.item(member.as_bytes())?;
    let card = ContactCard::parse(&item.card)?;
    Ok(card.open(&card.url()?)?.statement.intake)
}

fn tell_member(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    member: &IdentityId,
    fetch: Option<SigningKey>,
    mut keys: Vec<RecipientSecret>,
) -> Result<(), Fault> {
    if keys.is_empty() {
        return Ok(());
    }
    let access: AccessItem = tx.item(grant.as_bytes())?;
    let intake = intake_of(tx, member)?;
    let sealing = keys.remove(0);
    let body = TeamAccessBody {
        evidence: Meta::read(tx)?.evidence,
        confirmation: access.confirmation,
        sealing,
        fetch,
        later: keys,
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
        for sealing in core::iter::once(&body.sealing).chain(&body.later) {
            grant_key::replace_key(&mut item, sealing);
        }
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
    let mut item = access::item_of(&body.confirmation, body.sealing.clone(), grantee, reply)?;
    for sealing in &body.later {
        grant_key::replace_key(&mut item, sealing);
    }
    access::keep(tx, item, fetch.clone())
}

/// A member came or went, as the own chain says.
pub(super) fn member(tx: &mut Tx<'_>, id: &IdentityId, item: &MemberItem) {
    tx.put(id.as_bytes(), item);
}

/// A member's fetch key came or went, as the own chain says.
pub(super) fn member_key(tx: &mut Tx<'_>, item: &MemberKeyItem) {
    tx.put(&MemberKeyItem::id(&item.grant, &item.member), item);
}

/// Whoever acts by this credential is taken out of the team: now, or on a day to come.
///
/// # Errors
/// As [`remove`].
pub(super) fn suspended(tx: &mut Tx<'_>, credential: &CredentialId, from: Timestamp) -> Result<(), Fault> {
    for (id, mut item) in tx.list::<MemberItem>()? {
        if item.credential != *credential || item.removed.is_some() {
            continue;
        }
        let id = IdentityId::new(id.try_into().map_err(|_| fault::Error::Damaged)?);
        if from <= tx.now {
            remove(tx, &id)?;
            continue;
        }
        item.leaves = Some(from);
        note_member(tx, &id, item)?;
        for grant in shared_with(tx, &id)? {
            grant_key::renew(tx, &grant, false, None)?;
        }
    }
    Ok(())
}

/// Whoever acts by this credential does not leave after all: new keys that are his too take the place of those to come.
///
/// # Errors
/// `vault.damaged`.
pub(super) fn reinstated(tx: &mut Tx<'_>, credential: &CredentialId) -> Result<(), Fault> {
    for (id, mut item) in tx.list::<MemberItem>()? {
        if item.credential != *credential || item.removed.is_some() || item.leaves.is_none_or(|leaves| leaves <= tx.now)
        {
            continue;
        }
        let id = IdentityId::new(id.try_into().map_err(|_| fault::Error::Damaged)?);
        item.leaves = None;
        note_member(tx, &id, item)?;
        for grant in shared_with(tx, &id)? {
            grant_key::renew(tx, &grant, true, None)?;
        }
    }
    Ok(())
}

/// The day of whoever was to leave has come: the fetch keys go. The patient was told long before.
///
/// # Errors
/// As [`remove`].
pub(super) fn depart(tx: &mut Tx<'_>) -> Result<(), Fault> {
    for (id, mut item) in tx.list::<MemberItem>()? {
        if item.removed.is_none() && item.leaves.is_some_and(|leaves| leaves <= tx.now) {
            let id = IdentityId::new(id.try_into().map_err(|_| fault::Error::Damaged)?);
            item.removed = item.leaves;
            let name = item.name.clone();
            note_member(tx, &id, item)?;
            drop_keys(tx, &id)?;
            tx.tell("show.member_removed", id, &[("name", &name)]);
        }
    }
    Ok(())
}

fn note_member(tx: &mut Tx<'_>, id: &IdentityId, item: MemberItem) -> Result<(), Fault> {
    let note = NoteBody::Member(*id, Box::new(item));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    Ok(())
}

/// Live grants under which a member has a fetch key.
fn shared_with(from: &impl Read, member: &IdentityId) -> Result<Vec<GrantId>, Fault> {
    let keys = from.list::<MemberKeyItem>()?;
    let of = |(_, key): (_, MemberKeyItem)| (key.member == *member && key.removed.is_none()).then_some(key.grant);
    Ok(keys.into_iter().filter_map(of).collect())
}

/// Members who have a fetch key of a grant.
pub(super) fn reading(tx: &Tx<'_>, grant: &GrantId) -> Result<Vec<IdentityId>, Fault> {
    let mut found = members(tx, tx.now)?;
    let mut keys = Vec::new();
    for (_, key) in tx.list::<MemberKeyItem>()? {
        if key.grant == *grant && key.removed.is_none() {
            keys.push(key.member);
        }
    }
    found.retain(|member| keys.contains(member));
    Ok(found)
}

/// The days to come on which members leave, ascending, and the fetch keys that go with them.
pub(super) fn leaving(tx: &Tx<'_>, grant: &GrantId) -> Result<Vec<(Timestamp, Vec<PublicKey>)>, Fault> {
    let mut days: BTreeMap<Timestamp, Vec<PublicKey>> = BTreeMap::new();
    for member in reading(tx, grant)? {
        let item: MemberItem = tx.item(member.as_bytes())?;
        if let Some(leaves) = item.leaves {
            let key: MemberKeyItem = tx.item(&MemberKeyItem::id(grant, &member))?;
            days.entry(leaves).or_default().push(key.fetch);
        }
    }
    Ok(days.into_iter().collect())
}

/// Each member gets the keys that come into force before he leaves.
pub(super) fn tell_keys(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    keys: &[(Option<Timestamp>, RecipientSecret)],
) -> Result<(), Fault> {
    for member in reading(tx, grant)? {
        let leaves = tx.item::<MemberItem>(member.as_bytes())?.leaves;
        let before = |from: &Option<Timestamp>| leaves.is_none_or(|leaves| from.is_none_or(|from| from < leaves));
        let theirs = keys
            .iter()
            .filter(|(from, _)| before(from))
            .map(|(_, key)| key.clone())
            .collect();
        tell_member(tx, grant, &member, None, theirs)?;
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
    note_member(tx, member, item)?;
    for grant in drop_keys(tx, member)? {
        grant_key::renew(tx, &grant, true, None)?;
    }
    tx.tell("show.member_removed", member, &[("name", &name)]);
    Ok(())
}

/// Takes a member's fetch keys away; gives the grants they were for.
fn drop_keys(tx: &mut Tx<'_>, member: &IdentityId) -> Result<Vec<GrantId>, Fault> {
    let mut grants = Vec::new();
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
        grants.push(grant);
    }
    Ok(grants)
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
