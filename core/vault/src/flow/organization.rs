//! An organization's own side: its public chain, credentials issued, suspended, reinstated and ended (`core/spec/credential.md`).
//!
//! The own chain keeps who was vouched for; the public chain says of each credential, by a name that tells nothing, whether it stands.

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::coded_error;
use protocol::credential::{self, CredentialEvidence, CredentialStatement};
use protocol::credential_request::CredentialRequest;
use protocol::id::{CredentialId, IdentityId, ResourceId, StatementId};
use protocol::identity::Evidence;
use protocol::key::PublicKey;
use protocol::organization::{Intake, OrganizationCard, OrganizationStatement, Standing, Status, status_name};
use protocol::statement::Signed;
use protocol::time::{Period, Timestamp};

use super::{appointment, found, officer, team};
use crate::body::{FoundedNote, NoteBody, PublicGenesis};
use crate::chain;
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::fault::{self, Fault};
use crate::item::{ChainItem, ChainName, IssuedItem, KnownOrganization, Meta, Role, Task, TaskKind};
use crate::state::{Read, Tx};

coded_error! {
    /// Why an organization cannot vouch, suspend or reinstate.
    pub enum Error {
        Term = "staff.term", "a credential is valid for 1 to 3660 days";
        Time = "staff.time", "the time lies before the credential was issued or after it ends";
        Ended = "staff.ended", "the credential has ended for good";
        Licence = "staff.licence", "a licence number is at most 100 bytes long and has no control characters";
    }
}

const DAY: u64 = 86_400;
/// Longest validity, in days.
const MAX_DAYS: u32 = 3660;

/// Founds the public chain: whoever is told its address may read all of it.
pub(super) fn found(tx: &mut Tx<'_>) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    let me = meta.identity()?;
    let name = ChainName::Public(me);
    let resource = ResourceId::from(tx.random());
    let write = SigningKey::generate(tx.rng);
    let (log_key, epoch) = (Secret32::generate(tx.rng), Secret32::generate(tx.rng));
    let item = ChainItem {
        write: Some(write.clone()),
        devices: vec![meta.evidence.clone()],
        ..ChainItem::unread(
            meta.origin.clone(),
            resource,
            log_key.clone(),
            epoch.clone(),
            meta.log.clone().ok_or(fault::Error::State)?,
            me,
        )
    };
    let token = found::token(tx)?;
    let create = TaskKind::CreateChain(name, Vec::new(), None, true, token);
    Task::enqueue(tx, name.lane(), create)?;
    let genesis = chain::begin(
        tx,
        &name,
        item,
        &cbor::encode(&PublicGenesis {
            evidence: meta.evidence,
        }),
    )?;
    chain::push(tx, &name)?;
    let statement = state(tx, None)?;
    let note = FoundedNote {
        resource,
        write,
        log_key,
        epoch,
        genesis: genesis.bytes().to_vec().into(),
        statement: statement.bytes().to_vec().into(),
    };
    chain::append(
        tx,
        &ChainName::Own,
        BlockKind::Note,
        &cbor::encode(&NoteBody::Founded(Box::new(note))),
    )?;
    put(tx)
}

/// Signs what the organization says of itself now.
fn state(tx: &mut Tx<'_>, intake: Option<Intake>) -> Result<Signed<OrganizationStatement>, Fault> {
    let meta = Meta::read(tx)?;
    let actor = meta.actor()?;
    let chain = ChainItem::read_named(tx, &ChainName::Public(actor.identity))?;
    let public = |secret: &Secret32| protocol::hash::Hash::new(*secret.as_bytes());
    let statement = OrganizationStatement {
        version: 1,
        organization: actor.identity,
        name: meta.name.clone(),
        origin: chain.origin,
        resource: chain.resource,
        chain: chain.head.ok_or(fault::Error::State)?.chain,
        log_key: public(&chain.log_key),
        epoch: public(&chain.epoch),
        log: chain.log,
        time: tx.now,
        salt: tx.random(),
        actor: actor.device,
        authority: actor.authority,
        intake,
        officers: officer::serving(tx)?,
    };
    Ok(Signed::issue(statement, &meta.device)?)
}

/// Publishes the newest statement on the relay, after the chain it names.
fn put(tx: &mut Tx<'_>) -> Result<(), Fault> {
    let me = Meta::read(tx)?.identity()?;
    let name = ChainName::Public(me);
    let resource = ChainItem::read_named(tx, &name)?.resource;
    let card = card(tx)?;
    Task::enqueue(
        tx,
        name.lane(),
        TaskKind::PutOrganization(resource, card.encode().into()),
    )
}

/// The public chain was founded, as the own chain says.
pub(super) fn noted(tx: &mut Tx<'_>, note: &FoundedNote) -> Result<(), Fault> {
    let statement = Signed::<OrganizationStatement>::verify(&note.statement)?;
    let name = ChainName::Public(statement.organization);
    if tx.get::<ChainItem>(&name.id())?.is_none() {
        // Another device founded it: its first block brings the devices, the relay brings the rest.
        let item = ChainItem {
            write: Some(note.write.clone()),
            expected: Some(statement.chain),
            ..ChainItem::unread(
                statement.origin.clone(),
                note.resource,
                note.log_key.clone(),
                note.epoch.clone(),
                statement.log.clone(),
                statement.organization,
            )
        };
        item.write(tx, &name);
    }
    published(tx, &note.statement)
}

/// The statement was published anew, as the own chain says.
pub(super) fn published(tx: &mut Tx<'_>, bytes: &[u8]) -> Result<(), Fault> {
    let statement = Signed::<OrganizationStatement>::verify(bytes)?;
    let id = statement.organization;
    let before = tx.get::<KnownOrganization>(id.as_bytes())?;
    let known = KnownOrganization {
        statement: bytes.to_vec().into(),
        name: statement.name.clone(),
        standings: before.map(|known| known.standings).unwrap_or_default(),
        // Nobody knows this chain better than its owner.
        checked: Some(tx.now),
    };
    tx.put(id.as_bytes(), &known);
    Ok(())
}

/// States anew what the organization is, with an intake for first messages or without, and publishes it.
///
/// # Errors
/// `vault.role`, `vault.not_ready`.
pub fn publish(tx: &mut Tx<'_>, intake: bool) -> Result<(), Fault> {
    Meta::read(tx)?.require(&[Role::Organization])?;
    let intake = if intake {
        appointment::open_intake(tx)?;
        Some(appointment::intake(tx)?)
    } else {
        None
    };
    let statement = state(tx, intake)?;
    let note = NoteBody::Published(statement.bytes().to_vec().into());
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    put(tx)
}

/// States anew what the organization is, with the intake it has.
pub(super) fn state_anew(tx: &mut Tx<'_>) -> Result<(), Fault> {
    let me = Meta::read(tx)?.identity()?;
    let known: KnownOrganization = tx.item(me.as_bytes())?;
    let before = Signed::<OrganizationStatement>::verify(&known.statement)?;
    let statement = state(tx, before.intake.clone())?;
    let note = NoteBody::Published(statement.bytes().to_vec().into());
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    put(tx)
}

/// The organization's statement and the device that signed it, for a file.
///
/// # Errors
/// `vault.not_found` before the public chain was founded.
pub fn card(from: &impl Read) -> Result<OrganizationCard, Fault> {
    let me = Meta::read(from)?.identity()?;
    let known: KnownOrganization = from.item(me.as_bytes())?;
    let statement = Signed::<OrganizationStatement>::verify(&known.statement)?;
    let evidence = evidence(from, &statement.actor, &statement.authority)?;
    Ok(OrganizationCard {
        statement: known.statement,
        evidence,
    })
}

/// The evidence of the own device that signed something.
fn evidence(from: &impl Read, actor: &PublicKey, authority: &StatementId) -> Result<Evidence, Fault> {
    let meta = Meta::read(from)?;
    let me = meta.identity()?;
    let mut known = vec![meta.evidence];
    for name in [ChainName::Public(me), ChainName::Own] {
        known.extend(ChainItem::read_named(from, &name)?.devices);
    }
    let signed = |evidence: &Evidence| {
        evidence
            .verify()
            .is_ok_and(|own| own.check(actor, &me, authority).is_ok())
    };
    known
        .into_iter()
        .find(signed)
        .ok_or_else(|| fault::Error::Missing.into())
}

/// Vouches for a staff member who asked: a credential, listed as standing from now on.
///
/// # Errors
/// `vault.role`, `credential_request.*`, `credential.kind` for an unknown role, `staff.term`, `staff.licence`.
pub fn vouch(
    tx: &mut Tx<'_>,
    request: &[u8],
    role: credential::Role,
    licence: &str,
    valid_days: u32,
) -> Result<CredentialId, Fault> {
    let meta = Meta::read(tx)?;
    meta.require(&[Role::Organization])?;
    let actor = meta.actor()?;
    let request = CredentialRequest::open(request)?;
    if valid_days == 0 || valid_days > MAX_DAYS {
        return Err(Error::Term.into());
    }
    if licence.len() > 100 || !protocol::name::is_plain(licence) {
        return Err(Error::Licence.into());
    }
    let until = tx.now.plus(u64::from(valid_days) * DAY);
    let statement = CredentialStatement {
        version: 1,
        issuer: actor.identity,
        subject: request.subject,
        validity: Period::new(tx.now, Some(until))?,
        issued: tx.now,
        salt: tx.random(),
        name: request.name,
        role,
        licence: licence.to_owned(),
        actor: actor.device,
        authority: actor.authority,
    };
    let signed = Signed::issue(statement, &meta.device)?;
    let id = CredentialId::from(signed.hash());
    list(tx, &actor.identity, &id, Standing::Active, tx.now)?;
    let note = NoteBody::Issued(signed.bytes().to_vec().into());
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    tx.created = Some(id.to_string());
    Ok(id)
}

/// Appends a standing to the public chain.
fn list(
    tx: &mut Tx<'_>,
    me: &IdentityId,
    credential: &CredentialId,
    standing: Standing,
    from: Timestamp,
) -> Result<(), Fault> {
    let status = Status {
        credential: status_name(credential),
        standing,
        from,
    };
    chain::append(tx, &ChainName::Public(*me), BlockKind::Status, &cbor::encode(&status))?;
    Ok(())
}

/// Says from when on a credential stands, is suspended or has ended.
///
/// # Errors
/// `vault.role`, `vault.not_found`, `staff.ended`, `staff.time`.
pub fn stand(tx: &mut Tx<'_>, id: &CredentialId, standing: Standing, from: Timestamp) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    meta.require(&[Role::Organization])?;
    let item: IssuedItem = tx.item(id.as_bytes())?;
    if item.standing == Standing::Ended {
        return Err(Error::Ended.into());
    }
    let issued = Signed::<CredentialStatement>::verify(&item.credential)?.issued;
    if from < issued || from >= item.until {
        return Err(Error::Time.into());
    }
    if (item.standing, item.since) == (standing, from) {
        return Ok(());
    }
    list(tx, &meta.identity()?, id, standing, from)?;
    let note = NoteBody::Standing(*id, standing, from);
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    // Whoever no longer stands leaves the team on that day; one who has left and stands again is taken in anew.
    match standing {
        Standing::Active => team::reinstated(tx, id),
        _ => team::suspended(tx, id, from),
    }
}

/// A credential was issued, as the own chain says.
pub(super) fn issued(tx: &mut Tx<'_>, bytes: &[u8]) -> Result<(), Fault> {
    let signed = Signed::<CredentialStatement>::verify(bytes)?;
    let id = CredentialId::from(signed.hash());
    let item = IssuedItem {
        credential: bytes.to_vec().into(),
        subject: signed.subject,
        name: signed.name.clone(),
        role: signed.role.as_str().to_owned(),
        licence: signed.licence.clone(),
        until: signed.validity.until.unwrap_or(Timestamp::MAX),
        standing: Standing::Active,
        since: signed.issued,
    };
    tx.put(id.as_bytes(), &item);
    Ok(())
}

/// A credential's standing changed, as the own chain says.
pub(super) fn standing(tx: &mut Tx<'_>, id: &CredentialId, standing: Standing, from: Timestamp) -> Result<(), Fault> {
    let mut item: IssuedItem = tx.item(id.as_bytes())?;
    item.standing = standing;
    item.since = from;
    tx.put(id.as_bytes(), &item);
    Ok(())
}

/// A credential with everything that travels beside it, for the staff member.
///
/// # Errors
/// `vault.not_found`.
pub fn credential(from: &impl Read, id: &CredentialId) -> Result<CredentialEvidence, Fault> {
    let item: IssuedItem = from.item(id.as_bytes())?;
    let statement = Signed::<CredentialStatement>::verify(&item.credential)?;
    let card = card(from)?;
    Ok(CredentialEvidence {
        issuer: evidence(from, &statement.actor, &statement.authority)?,
        credential: item.credential,
        organization: card.statement,
        organization_evidence: card.evidence,
    })
}
