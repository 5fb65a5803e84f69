//! Appointments as either side sees them.

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::credential::CredentialEvidence;
use protocol::hash::Hash;
use protocol::id::{IdentityId, MailboxId, RecordId};
use protocol::time::Timestamp;

use crate::crypto::signing::SigningKey;
use crate::state::item;

/// Whose side this vault is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum AppointmentSide {
    /// Asks.
    #[n(0)]
    Patient,
    /// Offers times, and has the last word on what is booked.
    #[n(1)]
    Desk,
}

/// How far an appointment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum AppointmentStage {
    /// The desk's contact is being fetched; nothing was sent.
    #[n(0)]
    Fetching,
    /// Asked, not answered.
    #[n(1)]
    Asked,
    /// The desk offers times.
    #[n(2)]
    Offered,
    /// The patient took a time; the desk has not booked it yet.
    #[n(3)]
    Accepted,
    /// Booked.
    #[n(4)]
    Booked,
    /// Booked, and one side proposes another time.
    #[n(5)]
    Moved,
    /// Never came about.
    #[n(6)]
    Declined,
    /// Called off.
    #[n(7)]
    Cancelled,
    /// The desk could not be asked.
    #[n(8)]
    Failed,
}

impl AppointmentStage {
    /// The word at every boundary.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fetching => "fetching",
            Self::Asked => "asked",
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Booked => "booked",
            Self::Moved => "moved",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// Whether nothing can follow.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Declined | Self::Cancelled | Self::Failed)
    }
}

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(array)]
pub struct Span {
    /// First moment.
    #[n(0)]
    pub start: Timestamp,
    /// First moment after it.
    #[n(1)]
    pub end: Timestamp,
}

impl Span {
    /// Whether two spans share a moment.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// An appointment; the id is a random number that the patient chose.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct AppointmentItem {
    /// Which side this vault is on.
    #[n(0)]
    pub side: AppointmentSide,
    /// The other side's name, as it gives it.
    #[n(1)]
    pub name: String,
    /// The other side, once known.
    #[n(2)]
    pub other: Option<IdentityId>,
    /// How far it has come.
    #[n(3)]
    pub stage: AppointmentStage,
    /// Why the visit is wanted.
    #[n(4)]
    pub reason: String,
    /// What else the patient said.
    #[n(5)]
    pub comment: Option<String>,
    /// Times that the patient would like.
    #[n(6)]
    pub wishes: Vec<Span>,
    /// Times on offer, or the one time to move to.
    #[n(7)]
    pub times: Vec<Span>,
    /// Whether this side proposed `times`.
    #[n(8)]
    pub mine: bool,
    /// The time the patient took and the desk has not booked yet.
    #[n(9)]
    pub chosen: Option<Span>,
    /// The time that is booked.
    #[n(10)]
    pub booked: Option<Span>,
    /// FHIR Appointment as last exchanged.
    #[n(11)]
    pub resource: Bytes,
    /// Where the other side is written to: relay origin.
    #[n(12)]
    pub origin: String,
    /// Where the other side is written to.
    #[n(13)]
    pub mailbox: MailboxId,
    /// HPKE key of that mailbox.
    #[n(14)]
    pub sealing_key: Bytes,
    /// Lets this side write to it; none for an intake.
    #[n(15)]
    pub send: Option<SigningKey>,
    /// Own mailbox for answers.
    #[n(16)]
    pub reply: Option<MailboxId>,
    /// Lets the other side write to that mailbox.
    #[n(17)]
    pub reply_send: Option<SigningKey>,
    /// The desk's messages so far; the patient's side holds the newest it has seen.
    #[n(18)]
    pub step: u32,
    /// Hash of the desk's contact statement, from the link.
    #[n(19)]
    pub contact: Option<Hash>,
    /// Who vouches for the desk, if anybody does.
    #[n(20)]
    pub credential: Option<CredentialEvidence>,
    /// Why it was declined or called off, in the words of the side that did.
    #[n(21)]
    pub explanation: Option<String>,
    /// Why the desk could not be asked: a code.
    #[n(22)]
    pub failure: Option<String>,
    /// The patient's record of it.
    #[n(23)]
    pub record: Option<RecordId>,
    /// Last change.
    #[n(24)]
    pub time: Timestamp,
}

item!(AppointmentItem, "appointment");
