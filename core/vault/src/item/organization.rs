//! Organizations, trust, credentials, and messages that wait for an organization's chain.

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::credential::{Credential, CredentialEvidence};
use protocol::id::{IdentityId, MailboxId};
use protocol::organization::Standing;
use protocol::time::Timestamp;

use crate::state::item;

/// An organization that the owner trusts to vouch for people.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct TrustedItem {
    /// Its name as the owner's list has it.
    #[n(0)]
    pub name: String,
}

item!(TrustedItem, "trusted");

/// An organization whose public chain this vault has read.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct KnownOrganization {
    /// Its statement, exact bytes.
    #[n(0)]
    pub statement: Bytes,
    /// Its name.
    #[n(1)]
    pub name: String,
    /// Standings in order: salted credential name, standing, from when.
    #[n(2)]
    pub standings: Vec<(protocol::hash::Hash, Standing, Timestamp)>,
    /// When its chain was last read to the end.
    #[n(3)]
    pub checked: Option<Timestamp>,
}

item!(KnownOrganization, "organization");

/// A credential that this vault holds.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CredentialItem {
    /// The credential and its evidence.
    #[n(0)]
    pub evidence: CredentialEvidence,
}

item!(CredentialItem, "credential");

impl CredentialItem {
    /// The id: time of issue, then the credential's name, so that the newest is the last.
    pub fn id(credential: &Credential) -> Vec<u8> {
        let mut id = credential.claims.issued.seconds().to_be_bytes().to_vec();
        id.extend_from_slice(credential.id.as_bytes());
        id
    }
}

/// A credential that this organization issued.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct IssuedItem {
    /// The credential, exact bytes.
    #[n(0)]
    pub credential: Bytes,
    /// For whom.
    #[n(1)]
    pub subject: IdentityId,
    /// Name.
    #[n(2)]
    pub name: String,
    /// Role.
    #[n(3)]
    pub role: String,
    /// Licence.
    #[n(4)]
    pub licence: String,
    /// Until when.
    #[n(5)]
    pub until: Timestamp,
    /// Its standing now.
    #[n(6)]
    pub standing: Standing,
    /// Since when.
    #[n(7)]
    pub since: Timestamp,
}

item!(IssuedItem, "issued");

/// A message that waits for an organization's chain to be read before it is judged; the id is mailbox || cursor.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct HeldItem {
    /// Where it arrived.
    #[n(0)]
    pub mailbox: MailboxId,
    /// The signed message, exact bytes.
    #[n(1)]
    pub envelope: Bytes,
    /// Which organization's chain is awaited.
    #[n(2)]
    pub organization: IdentityId,
    /// Since when.
    #[n(3)]
    pub since: Timestamp,
}

item!(HeldItem, "held");

/// The desk's intake; there is at most one.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct IntakeItem {
    /// The contact card without a credential, exact bytes.
    #[n(0)]
    pub card: Bytes,
}

item!(IntakeItem, "intake");
