//! What organizations say of their staff: public chains read, standings known, and who vouches for whom (`core/spec/credential.md`).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use protocol::claim::ClaimStatement;
use protocol::credential::{self, CredentialEvidence, Terms};
use protocol::id::IdentityId;
use protocol::organization::{OrganizationCard, OrganizationStatement, Status, StatusList};
use protocol::statement::Signed;
use protocol::time::Timestamp;

use super::{decode, mailbox};
use crate::crypto::secret::Secret32;
use crate::fault::Fault;
use crate::item::{ChainItem, ChainName, HeldItem, KnownOrganization, Task, TaskKind, TrustedItem};
use crate::state::{Read, Tx};

/// Who stands behind a claimant or an author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voucher {
    /// Nobody.
    None,
    /// An organization that is not on the owner's list.
    Unknown(Vouched),
    /// An organization on the owner's list.
    Trusted(Vouched),
    /// A credential that does not hold now, and why: a code.
    Refused(Vouched, &'static str),
}

/// What a credential says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The staff member's name.
    pub name: String,
    /// The role.
    pub role: &'static str,
    /// The organization.
    pub organization: IdentityId,
    /// Its name, as on the owner's list, else as it calls itself.
    pub organization_name: String,
    /// When its list was last read.
    pub checked: Option<Timestamp>,
}

impl Voucher {
    /// Whether an organization on the owner's list vouches now.
    pub fn is_trusted(&self) -> bool {
        matches!(self, Self::Trusted(_))
    }

    /// What the credential says, if there is one.
    pub fn vouched(&self) -> Option<&Vouched> {
        match self {
            Self::None => None,
            Self::Unknown(vouched) | Self::Trusted(vouched) | Self::Refused(vouched, _) => Some(vouched),
        }
    }

    /// The name to show: the vouched one, else the claimed one.
    pub fn name<'a>(&'a self, claimed: &'a str) -> &'a str {
        self.vouched().map_or(claimed, |vouched| &vouched.name)
    }
}

/// Who vouches for this holder now.
///
/// # Errors
/// `vault.damaged`; what the credential itself lacks is part of the answer.
pub fn voucher(tx: &Tx<'_>, evidence: Option<&CredentialEvidence>, holder: &IdentityId) -> Result<Voucher, Fault> {
    voucher_at(tx, evidence, holder, tx.now)
}

/// Who vouches for this holder at a time.
///
/// # Errors
/// As [`voucher`].
pub fn voucher_at(
    from: &impl Read,
    evidence: Option<&CredentialEvidence>,
    holder: &IdentityId,
    now: Timestamp,
) -> Result<Voucher, Fault> {
    let Some(evidence) = evidence else {
        return Ok(Voucher::None);
    };
    let credential = evidence.verify()?;
    let organization = credential.claims.issuer;
    let trusted = from.get::<TrustedItem>(organization.as_bytes())?;
    let known = from.get::<KnownOrganization>(organization.as_bytes())?;
    let vouched = Vouched {
        name: credential.claims.name.clone(),
        role: credential.claims.role.as_str(),
        organization,
        organization_name: trusted
            .as_ref()
            .map_or(credential.organization.name.clone(), |item| item.name.clone()),
        checked: known.as_ref().and_then(|known| known.checked),
    };
    let standing = credential.check_standing(holder, now, &standings(known.as_ref()));
    Ok(match standing {
        // A list that was never read says nothing for or against; it is not proof of standing either.
        Err(credential::Error::Unknown) if vouched.checked.is_none() => Voucher::Unknown(vouched),
        Err(error) => Voucher::Refused(vouched, protocol::code::Coded::code(&error)),
        Ok(()) if trusted.is_some() => Voucher::Trusted(vouched),
        Ok(()) => Voucher::Unknown(vouched),
    })
}

/// Who stands behind a claimant now: whoever vouches for a person, and an organization for its own team.
///
/// # Errors
/// As [`voucher`].
pub fn claimant(from: &impl Read, claimed: &ClaimStatement, now: Timestamp) -> Result<Voucher, Fault> {
    let Some(card) = &claimed.organization else {
        return voucher_at(from, claimed.credential.as_ref(), &claimed.claimant, now);
    };
    let statement = card.verify()?;
    let trusted = from.get::<TrustedItem>(claimed.claimant.as_bytes())?;
    let known = from.get::<KnownOrganization>(claimed.claimant.as_bytes())?;
    let name = trusted.as_ref().map_or(statement.name, |item| item.name.clone());
    let vouched = Vouched {
        name: name.clone(),
        role: "team",
        organization: claimed.claimant,
        organization_name: name,
        checked: known.and_then(|known| known.checked),
    };
    Ok(if trusted.is_some() {
        Voucher::Trusted(vouched)
    } else {
        Voucher::Unknown(vouched)
    })
}

/// An organization showed its card: its chain is read from now on.
///
/// # Errors
/// `organization.*`.
pub(super) fn meet(tx: &mut Tx<'_>, card: &OrganizationCard) -> Result<(), Fault> {
    let statement = card.verify()?;
    let name = ChainName::Public(statement.organization);
    if tx.get::<ChainItem>(&name.id())?.is_none() {
        know(tx, &card.statement, &statement, card.evidence.clone())?;
    }
    Task::enqueue(tx, name.lane(), TaskKind::Pull(name))
}

/// Who is heard in a matter of credentials: the organizations of many rows, each read once.
#[derive(Default)]
pub struct Bench(BTreeMap<IdentityId, (bool, StatusList)>);

impl Bench {
    /// Whether an organization on the owner's list vouched for this holder at a time.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn vouches(
        &mut self,
        from: &impl Read,
        terms: &Terms,
        holder: &IdentityId,
        time: Timestamp,
    ) -> Result<bool, Fault> {
        let (trusted, list) = match self.0.entry(terms.issuer) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let trusted = from.get::<TrustedItem>(terms.issuer.as_bytes())?.is_some();
                entry.insert((trusted, list(from, &terms.issuer)?))
            }
        };
        Ok(*trusted && terms.check_standing(holder, time, list).is_ok())
    }
}

fn standings(known: Option<&KnownOrganization>) -> StatusList {
    let mut list = StatusList::default();
    for (credential, standing, from) in known.map(|known| known.standings.as_slice()).unwrap_or_default() {
        list.add(Status {
            credential: *credential,
            standing: *standing,
            from: *from,
        });
    }
    list
}

/// The standings of an organization, as far as they were read.
///
/// # Errors
/// `vault.damaged`.
pub fn list(from: &impl Read, organization: &IdentityId) -> Result<StatusList, Fault> {
    Ok(standings(
        from.get::<KnownOrganization>(organization.as_bytes())?.as_ref(),
    ))
}

/// Makes sure that the organization behind a credential is known, and asks for news of its chain: who was suspended a moment ago
/// must not be judged by yesterday's list. Gives the organization whose answer should be awaited.
///
/// # Errors
/// `credential.*`.
pub fn want(tx: &mut Tx<'_>, evidence: &CredentialEvidence) -> Result<Option<IdentityId>, Fault> {
    let credential = evidence.verify()?;
    let organization = credential.claims.issuer;
    let name = ChainName::Public(organization);
    match tx.get::<ChainItem>(&name.id())? {
        // The organization's own vault knows its chain best.
        Some(chain) if chain.write.is_some() => return Ok(None),
        Some(_) => {}
        None => know(
            tx,
            &evidence.organization,
            &credential.organization,
            evidence.organization_evidence.clone(),
        )?,
    }
    let queued = tx
        .list::<Task>()?
        .into_iter()
        .any(|(_, task)| matches!(task.kind, TaskKind::Pull(pull) if pull == name));
    if !queued {
        Task::enqueue(tx, name.lane(), TaskKind::Pull(name))?;
    }
    Ok(Some(organization))
}

/// How far the reading of an organization's list has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Asked for, not answered yet.
    Asking,
    /// Its relay did not answer, or refused.
    Unreached,
}

impl Reading {
    /// Its word in views.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Unreached => "unreached",
        }
    }
}

/// Whether an organization's list is being read; nothing once it was.
///
/// # Errors
/// `vault.damaged`.
pub fn reading(from: &impl Read, organization: &IdentityId) -> Result<Option<Reading>, Fault> {
    let name = ChainName::Public(*organization);
    let asked = from
        .list::<Task>()?
        .into_iter()
        .find(|(_, task)| matches!(task.kind, TaskKind::Pull(pull) if pull == name));
    Ok(asked.map(|(_, task)| {
        if task.attempts == 0 && task.stopped.is_none() {
            Reading::Asking
        } else {
            Reading::Unreached
        }
    }))
}

/// What the own chain says names an organization: on a device that joined later, its chain is read from now on (TRUST-5).
///
/// # Errors
/// `credential.*`.
pub(super) fn acquaint(tx: &mut Tx<'_>, evidence: &CredentialEvidence) -> Result<(), Fault> {
    let organization = evidence.verify()?.claims.issuer;
    if tx.get::<ChainItem>(&ChainName::Public(organization).id())?.is_none() {
        want(tx, evidence)?;
    }
    Ok(())
}

/// Takes an organization's verified statement in.
pub(super) fn know(
    tx: &mut Tx<'_>,
    bytes: &[u8],
    statement: &OrganizationStatement,
    evidence: protocol::identity::Evidence,
) -> Result<(), Fault> {
    let id = statement.organization;
    let known = KnownOrganization {
        statement: bytes.to_vec().into(),
        name: statement.name.clone(),
        standings: Vec::new(),
        checked: None,
    };
    tx.put(id.as_bytes(), &known);
    let chain = ChainItem {
        devices: vec![evidence],
        expected: Some(statement.chain),
        ..ChainItem::unread(
            statement.origin.clone(),
            statement.resource,
            Secret32::from_bytes(*statement.log_key.as_bytes()),
            Secret32::from_bytes(*statement.epoch.as_bytes()),
            statement.log.clone(),
            id,
        )
    };
    chain.write(tx, &ChainName::Public(id));
    Ok(())
}

/// An organization's statement was fetched by its id.
///
/// # Errors
/// `organization.*`.
pub fn described(tx: &mut Tx<'_>, origin: &str, id: &IdentityId, bytes: &[u8]) -> Result<(), Fault> {
    let (card, statement) = OrganizationCard::open(bytes)?;
    let Some(mut known) = tx.get::<KnownOrganization>(id.as_bytes())? else {
        return Ok(());
    };
    let chain = ChainItem::read_named(tx, &ChainName::Public(*id))?;
    let same = chain.head.as_ref().is_some_and(|head| head.chain == statement.chain)
        && (statement.origin.as_str(), statement.resource) == (origin, chain.resource);
    // Whoever was taken out, or was certified by a root key that was replaced, speaks for the organization no more.
    let entitled = chain.keys()?.iter().any(|(actor, removed)| {
        actor.authority == statement.authority && actor.device == statement.actor && removed.is_none()
    });
    if statement.organization != *id || !same || !entitled {
        return Err(protocol::organization::Error::Other.into());
    }
    let before = Signed::<OrganizationStatement>::verify(&known.statement)?;
    if before.time <= statement.time {
        known.statement = card.statement;
        known.name = statement.name;
        tx.put(id.as_bytes(), &known);
    }
    Ok(())
}

/// A status block joined an organization's public chain.
pub(super) fn stated(tx: &mut Tx<'_>, organization: &IdentityId, content: &[u8]) -> Result<(), Fault> {
    let status: Status = decode(content)?;
    let mut known: KnownOrganization = tx.item(organization.as_bytes())?;
    known.standings.push((status.credential, status.standing, status.from));
    tx.put(organization.as_bytes(), &known);
    Ok(())
}

/// Takes back what [`stated`] did for a block that must be signed again.
pub(super) fn unstated(tx: &mut Tx<'_>, organization: &IdentityId, content: &[u8]) -> Result<(), Fault> {
    let status: Status = decode(content)?;
    let mut known: KnownOrganization = tx.item(organization.as_bytes())?;
    let stated = (status.credential, status.standing, status.from);
    if let Some(place) = known.standings.iter().rposition(|standing| *standing == stated) {
        known.standings.remove(place);
    }
    tx.put(organization.as_bytes(), &known);
    Ok(())
}

/// An organization's public chain was read to its end: what waited for it is judged.
pub(super) fn caught_up(tx: &mut Tx<'_>, organization: &IdentityId) -> Result<(), Fault> {
    if let Some(mut known) = tx.get::<KnownOrganization>(organization.as_bytes())? {
        known.checked = Some(tx.now);
        tx.put(organization.as_bytes(), &known);
        // What it says of itself may be newer than its card: its officers, its intake.
        let chain = ChainItem::read_named(tx, &ChainName::Public(*organization))?;
        let asked = |(_, task): &(Vec<u8>, Task)| matches!(&task.kind, TaskKind::FetchOrganization(_, id) if id == organization);
        if chain.write.is_none() && !tx.list::<Task>()?.iter().any(asked) {
            let lane = format!("organization:{organization}");
            Task::enqueue(tx, lane, TaskKind::FetchOrganization(chain.origin, *organization))?;
        }
    }
    for (id, held) in tx.list::<HeldItem>()? {
        if held.organization == *organization {
            tx.delete::<HeldItem>(&id);
            if let Err(fault) = mailbox::release(tx, &held) {
                tx.tell("show.message_refused", held.mailbox, &[("code", &fault.code)]);
            }
        }
    }
    Ok(())
}
