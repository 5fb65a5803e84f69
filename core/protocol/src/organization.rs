//! An organization's public statement and the public chain of its credentials' standing (`core/spec/credential.md`, ORG rules).
//!
//! The organization's chain is the one whose log key and body keys are public: it names credentials only by salted hash, with
//! status and time. Names and licences travel with the credential itself.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use crate::block::{Block, BlockKind};
use crate::cbor::{self, Bytes};
use crate::hash::Hash;
use crate::id::{ChainId, CredentialId, IdentityId, MailboxId, ResourceId, StatementId};
use crate::identity::Evidence;
use crate::key::PublicKey;
use crate::label::HashLabel;
use crate::proven::Log;
use crate::statement::Signed;
use crate::time::Timestamp;
use crate::{coded_error, name, refusals, statement};

coded_error! {
    /// Why an organization's statement, contact or status is refused.
    pub enum Error {
        Malformed = "organization.malformed", "the organization's statement is damaged";
        Kind = "organization.kind", "the object is not an organization's statement";
        Version = "organization.version", "the organization's statement is of an unknown version";
        Signature = "organization.signature", "the organization's statement was not signed by the key it names";
        Rule = "organization.rule", "the organization's statement breaks a rule of its format";
        Other = "organization.other", "the statement belongs to another organization";
        Status = "organization.status", "the status entry is damaged";
    }
}
refusals!(Error);

/// Where anybody may send a first message.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Intake {
    /// Relay origin.
    #[n(0)]
    pub origin: String,
    /// The intake mailbox there.
    #[n(1)]
    pub mailbox: MailboxId,
    /// HPKE key of the desk.
    #[n(2)]
    pub sealing_key: Bytes,
}

/// Somebody who acts for an organization by an own device key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Officer {
    /// The name.
    #[n(0)]
    pub name: String,
    /// The statement of the officer's device.
    #[n(1)]
    pub device: StatementId,
}

/// Most officers of one organization.
pub const MAX_OFFICERS: usize = 16;

/// What an organization says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct OrganizationStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// The organization.
    #[n(1)]
    pub organization: IdentityId,
    /// Its name.
    #[n(2)]
    pub name: String,
    /// Relay origin of its chain.
    #[n(3)]
    pub origin: String,
    /// Its chain on that relay.
    #[n(4)]
    pub resource: ResourceId,
    /// Its chain.
    #[n(5)]
    pub chain: ChainId,
    /// The chain's log key, public.
    #[n(6)]
    pub log_key: Hash,
    /// The chain's epoch secret, public.
    #[n(7)]
    pub epoch: Hash,
    /// The log that admits its entries.
    #[n(8)]
    pub log: Log,
    /// When.
    #[n(9)]
    pub time: Timestamp,
    /// Random.
    #[n(10)]
    pub salt: Hash,
    /// The organization's device key.
    #[n(11)]
    pub actor: PublicKey,
    /// The device's statement.
    #[n(12)]
    pub authority: StatementId,
    /// Its desk, if it has one.
    #[n(13)]
    pub intake: Option<Intake>,
    /// Who acts for it, each by a device of its own; each device once.
    #[n(14)]
    pub officers: Vec<Officer>,
}

statement!(OrganizationStatement, Organization, Statement, 8 * 1024, |statement| {
    let officers = &statement.officers;
    let once = |(place, officer): (usize, &Officer)| {
        name::fits(&officer.name) && officers.iter().take(place).all(|other| other.device != officer.device)
    };
    if name::fits(&statement.name) && officers.len() <= MAX_OFFICERS && officers.iter().enumerate().all(once) {
        Ok(())
    } else {
        Err(Error::Rule)
    }
});

/// An organization's statement as a file, for staff and patients: the statement and the device that signed it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct OrganizationCard {
    /// The statement, exact bytes.
    #[n(0)]
    pub statement: Bytes,
    /// The device that signed it.
    #[n(1)]
    pub evidence: Evidence,
}

impl OrganizationCard {
    /// The encoding.
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads and verifies a file.
    ///
    /// # Errors
    /// [`Error::Other`] when the device does not belong to the organization, otherwise the statement's own failure.
    pub fn open(bytes: &[u8]) -> Result<(Self, OrganizationStatement), Error> {
        let card: Self = cbor::decode(bytes, 32 * 1024).map_err(|_| Error::Malformed)?;
        let statement = card.verify()?;
        Ok((card, statement))
    }

    /// Verifies the statement and that its signer belongs to the organization.
    ///
    /// # Errors
    /// As [`OrganizationCard::open`].
    pub fn verify(&self) -> Result<OrganizationStatement, Error> {
        let statement = Signed::<OrganizationStatement>::verify(&self.statement)?;
        let actor = self.evidence.verify().map_err(|_| Error::Other)?;
        actor
            .check(&statement.actor, &statement.organization, &statement.authority)
            .map_err(|_| Error::Other)?;
        Ok(statement.into_statement())
    }
}

/// How to reach a desk for the first time: a practitioner's or an organization's intake.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ContactStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// Whose desk.
    #[n(1)]
    pub owner: IdentityId,
    /// Its name.
    #[n(2)]
    pub name: String,
    /// Where messages go.
    #[n(3)]
    pub intake: Intake,
    /// When.
    #[n(4)]
    pub time: Timestamp,
    /// Random.
    #[n(5)]
    pub salt: Hash,
    /// The owner's device key.
    #[n(6)]
    pub actor: PublicKey,
    /// The device's statement.
    #[n(7)]
    pub authority: StatementId,
}

statement!(ContactStatement, Contact, Statement, 8 * 1024, |contact| {
    if name::fits(&contact.name) {
        Ok(())
    } else {
        Err(Error::Rule)
    }
});

/// Whether a credential stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, serde::Serialize, serde::Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Standing {
    /// It stands.
    #[n(1)]
    Active,
    /// It does not, for now.
    #[n(2)]
    Suspended,
    /// It never will again.
    #[n(3)]
    Ended,
}

/// The content of a status block's body.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Status {
    /// The credential, by salted hash.
    #[n(0)]
    pub credential: Hash,
    /// Its standing.
    #[n(1)]
    pub standing: Standing,
    /// From when.
    #[n(2)]
    pub from: Timestamp,
}

/// The name of a credential in its organization's chain. The credential itself holds 32 random bytes, so the name tells nothing.
pub fn status_name(credential: &CredentialId) -> Hash {
    HashLabel::CredentialStatus.hash(&[credential.as_bytes()])
}

/// The standings that an organization's chain states, as far as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatusList {
    entries: BTreeMap<Hash, Vec<(Standing, Timestamp)>>,
}

impl StatusList {
    /// Takes in one status block whose signature, place and body were checked.
    ///
    /// # Errors
    /// [`Error::Status`].
    pub fn accept(&mut self, block: &Block, content: &[u8]) -> Result<(), Error> {
        if block.kind != BlockKind::Status {
            return Ok(());
        }
        self.add(cbor::decode(content, 256).map_err(|_| Error::Status)?);
        Ok(())
    }

    /// Takes in a status that was accepted before.
    pub fn add(&mut self, status: Status) {
        self.entries
            .entry(status.credential)
            .or_default()
            .push((status.standing, status.from));
    }

    /// The standing of a credential at a time: what the last entry that reached that time says, and `Ended` for good (ORG-6). `None` when
    /// never named.
    pub fn at(&self, credential: &CredentialId, time: Timestamp) -> Option<Standing> {
        let entries = self.entries.get(&status_name(credential))?;
        // What has ended does not begin again, whatever is stated later.
        if entries
            .iter()
            .any(|(standing, from)| *standing == Standing::Ended && *from <= time)
        {
            return Some(Standing::Ended);
        }
        entries
            .iter()
            .rev()
            .find(|(_, from)| *from <= time)
            .map(|(standing, _)| *standing)
    }

    /// Whether nothing was stated yet.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The newest standing.
    pub fn newest(&self, credential: &CredentialId) -> Option<(Standing, Timestamp)> {
        self.entries.get(&status_name(credential))?.last().copied()
    }
}
