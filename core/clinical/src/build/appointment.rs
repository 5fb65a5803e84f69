//! Appointment and the answer to it (FHIR R4 Appointment, AppointmentResponse).

use protocol::time::Timestamp;
use serde_json::Value;

use super::element::{self, Concept, Identifier, Object};
use super::{Error, Resource};
use crate::date;
use crate::facts::Party;

/// One who takes part, and the answer so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Patient, practitioner or place.
    pub actor: Party,
    /// `accepted`, `declined`, `tentative` or `needs-action`.
    pub status: String,
}

/// An appointment asked for or booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// FHIR id.
    pub id: Option<String>,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
    /// `proposed`, `pending`, `booked`, `arrived`, `fulfilled`, `cancelled`, `noshow`, …
    pub status: String,
    /// Why it was cancelled; only with status `cancelled` or `noshow`.
    pub cancellation_reason: Option<Concept>,
    /// What is asked for.
    pub service: Option<Concept>,
    /// Medical field.
    pub specialty: Option<Concept>,
    /// Why.
    pub reason: Option<Concept>,
    /// A line about it.
    pub description: Option<String>,
    /// Start and end; both or neither.
    pub time: Option<(Timestamp, Timestamp)>,
    /// Free time it takes, a reference to a Slot.
    pub slot: Option<Party>,
    /// When it was asked for.
    pub created: Option<Timestamp>,
    /// Comment.
    pub comment: Option<String>,
    /// What the patient should do before.
    pub instruction: Option<String>,
    /// Who takes part; at least one.
    pub participants: Vec<Participant>,
    /// Days or times the patient would like: start and end, FHIR dates.
    pub wishes: Vec<(String, String)>,
}

impl Default for Appointment {
    fn default() -> Self {
        Self {
            id: None,
            identifiers: Vec::new(),
            status: "proposed".into(),
            cancellation_reason: None,
            service: None,
            specialty: None,
            reason: None,
            description: None,
            time: None,
            slot: None,
            created: None,
            comment: None,
            instruction: None,
            participants: Vec::new(),
            wishes: Vec::new(),
        }
    }
}

impl Resource for Appointment {
    fn value(&self) -> Result<Value, Error> {
        if self.participants.is_empty() {
            return Err(Error::Missing);
        }
        let mut out = Object::resource("Appointment", self.id.as_deref())?;
        out.identifiers(&self.identifiers)?;
        out.code("status", &self.status)?;
        out.concept("cancelationReason", self.cancellation_reason.as_ref())?;
        out.concepts("serviceType", self.service.as_slice())?;
        out.concepts("specialty", self.specialty.as_slice())?;
        out.concepts("reasonCode", self.reason.as_slice())?;
        out.text("description", self.description.as_deref())?;
        times(&mut out, self.time)?;
        out.parties("slot", self.slot.as_slice())?;
        out.opt("created", self.created.map(|time| date::write(time).into()));
        out.text("comment", self.comment.as_deref())?;
        out.text("patientInstruction", self.instruction.as_deref())?;
        out.list(
            "participant",
            self.participants.iter().map(participant).collect::<Result<_, _>>()?,
        );
        let wishes = self
            .wishes
            .iter()
            .map(|(start, end)| element::period(Some(start), Some(end)));
        out.list(
            "requestedPeriod",
            wishes.filter_map(Result::transpose).collect::<Result<_, _>>()?,
        );
        Ok(out.done())
    }
}

fn participant(participant: &Participant) -> Result<Value, Error> {
    let mut out = Object::new();
    out.party("actor", Some(&participant.actor))?;
    out.code("status", &participant.status)?;
    Ok(out.done())
}

fn times(out: &mut Object, time: Option<(Timestamp, Timestamp)>) -> Result<(), Error> {
    if let Some((start, end)) = time {
        if end <= start {
            return Err(Error::Date);
        }
        out.instant("start", start);
        out.instant("end", end);
    }
    Ok(())
}

/// An answer to an appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppointmentResponse {
    /// FHIR id.
    pub id: Option<String>,
    /// The appointment, by reference.
    pub appointment: Party,
    /// Who answers.
    pub actor: Party,
    /// `accepted`, `declined`, `tentative` or `needs-action`.
    pub status: String,
    /// Start and end, when another time is offered.
    pub time: Option<(Timestamp, Timestamp)>,
    /// Comment.
    pub comment: Option<String>,
}

impl Resource for AppointmentResponse {
    fn value(&self) -> Result<Value, Error> {
        let mut out = Object::resource("AppointmentResponse", self.id.as_deref())?;
        out.party("appointment", Some(&self.appointment))?;
        times(&mut out, self.time)?;
        out.party("actor", Some(&self.actor))?;
        out.code("participantStatus", &self.status)?;
        out.text("comment", self.comment.as_deref())?;
        Ok(out.done())
    }
}
