//! What the two sides of an appointment tell each other (`core/spec/appointment.md`, APPT-1 to APPT-3).

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::hash::Hash;
use protocol::id::MailboxId;
use protocol::identity::Evidence;

use crate::crypto::signing::SigningKey;

/// Where one side of an appointment is written to.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct ReplyBox {
    /// Relay origin.
    #[n(0)]
    pub origin: String,
    /// The mailbox; it serves this one appointment.
    #[n(1)]
    pub mailbox: MailboxId,
    /// Its HPKE key.
    #[n(2)]
    pub sealing_key: Bytes,
    /// Lets the other side write to it.
    #[n(3)]
    pub send: SigningKey,
}

/// Asks a desk for an appointment.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct AppointmentRequest {
    /// Random name of the appointment.
    #[n(0)]
    pub appointment: Hash,
    /// The patient's name, as the patient gives it.
    #[n(1)]
    pub name: String,
    /// The patient's device.
    #[n(2)]
    pub evidence: Evidence,
    /// Where answers go.
    #[n(3)]
    pub reply: ReplyBox,
    /// FHIR Appointment, `proposed`.
    #[n(4)]
    pub resource: Bytes,
}

/// Carries an appointment on.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct AppointmentAnswer {
    /// Which appointment.
    #[n(0)]
    pub appointment: Hash,
    /// From the desk: the number of this message. From the patient: the newest number seen.
    #[n(1)]
    pub step: u32,
    /// The sender's device.
    #[n(2)]
    pub evidence: Evidence,
    /// Where the sender is written to.
    #[n(3)]
    pub reply: ReplyBox,
    /// What it says.
    #[n(4)]
    pub act: AppointmentAct,
}

/// What one side of an appointment tells the other.
#[derive(Debug, Clone, Encode, Decode)]
pub enum AppointmentAct {
    /// The desk offers times: FHIR Slots.
    #[n(0)]
    Offered(#[n(0)] Vec<Bytes>),
    /// The patient takes a time: FHIR AppointmentResponse, `accepted`.
    #[n(1)]
    Accepted(#[n(0)] Bytes),
    /// The desk has booked: FHIR Appointment, `booked`.
    #[n(2)]
    Booked(#[n(0)] Bytes),
    /// Either side proposes another time: FHIR AppointmentResponse, `tentative`.
    #[n(3)]
    Moved(#[n(0)] Bytes),
    /// Either side says no to what was asked, offered or proposed: FHIR AppointmentResponse, `declined`.
    #[n(4)]
    Declined(#[n(0)] Bytes),
    /// Either side calls it off: FHIR Appointment, `cancelled`.
    #[n(5)]
    Cancelled(#[n(0)] Bytes),
}
