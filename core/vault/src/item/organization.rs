//! Organizations, credentials and appointments.

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::credential::CredentialEvidence;
use protocol::id::{IdentityId, MailboxId};
use protocol::organization::Standing;
use protocol::time::Timestamp;

use crate::crypto::signing::SigningKey;
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

/// An appointment as either side sees it.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct AppointmentItem {
    /// The other side's name.
    #[n(0)]
    pub name: String,
    /// The other side, once known.
    #[n(1)]
    pub other: Option<IdentityId>,
    /// `asked`, `offered`, `booked`, `moved`, `declined` or `cancelled`.
    #[n(2)]
    pub stage: String,
    /// Why the visit is wanted.
    #[n(3)]
    pub reason: String,
    /// Times on offer: start and end as FHIR instants.
    #[n(4)]
    pub times: Vec<(String, String)>,
    /// The time agreed on, as a place in `times`.
    #[n(5)]
    pub chosen: Option<u32>,
    /// FHIR Appointment as last exchanged.
    #[n(6)]
    pub resource: Bytes,
    /// Where the other side is written to: relay origin.
    #[n(7)]
    pub origin: String,
    /// Where the other side is written to.
    #[n(8)]
    pub mailbox: MailboxId,
    /// HPKE key of that mailbox.
    #[n(9)]
    pub sealing_key: Bytes,
    /// Lets this side write to it; none for an intake.
    #[n(10)]
    pub send: Option<SigningKey>,
    /// Own mailbox for answers.
    #[n(11)]
    pub reply: Option<MailboxId>,
    /// Last change.
    #[n(12)]
    pub time: Timestamp,
}

item!(AppointmentItem, "appointment");
