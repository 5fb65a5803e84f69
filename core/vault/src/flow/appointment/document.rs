//! The FHIR documents of an appointment: written here, and read from the other side (`core/spec/appointment.md`, APPT-10).
//!
//! The documents are the only place where times stand; what the other side sent is checked as FHIR before anything is believed of it.

use clinical::build::appointment::{Appointment, AppointmentResponse, Participant};
use clinical::build::schedule::Slot;
use clinical::build::{Concept, Resource};
use clinical::facts::Party;
use clinical::{check, date, json};
use protocol::cbor::Bytes;
use protocol::hash::Hash;
use protocol::time::Timestamp;
use serde_json::Value;

use super::Error;
use crate::fault::Fault;
use crate::item::{AppointmentItem, AppointmentSide, Span};

/// The largest document of one message.
const MAX_BYTES: usize = 16 * 1024;

/// The two names that every document needs.
pub(super) struct Names<'a> {
    pub(super) patient: &'a str,
    pub(super) desk: &'a str,
}

impl<'a> Names<'a> {
    pub(super) fn of(item: &'a AppointmentItem, own: &'a str) -> Self {
        match item.side {
            AppointmentSide::Patient => Self {
                patient: own,
                desk: &item.name,
            },
            AppointmentSide::Desk => Self {
                patient: &item.name,
                desk: own,
            },
        }
    }
}

/// The Appointment itself: `proposed` without a time, `booked` with one, or `cancelled`.
pub(super) fn appointment(
    id: &Hash,
    item: &AppointmentItem,
    names: &Names<'_>,
    status: &str,
    now: Timestamp,
) -> Result<Bytes, Fault> {
    let desk = if status == "proposed" {
        "needs-action"
    } else {
        "accepted"
    };
    let participant = |name: &str, status: &str| Participant {
        actor: Party::named(name),
        status: status.to_owned(),
    };
    let cancelled = status == "cancelled";
    let document = Appointment {
        id: Some(id.to_string()),
        status: status.to_owned(),
        cancellation_reason: item.explanation.as_deref().filter(|_| cancelled).map(Concept::text),
        reason: Some(Concept::text(&item.reason)),
        description: Some(item.reason.clone()),
        time: item.booked.map(|span| (span.start, span.end)),
        created: Some(now),
        comment: item.comment.clone(),
        participants: vec![participant(names.patient, "accepted"), participant(names.desk, desk)],
        wishes: item
            .wishes
            .iter()
            .map(|span| (date::write(span.start), date::write(span.end)))
            .collect(),
        ..Appointment::default()
    };
    Ok(document.bytes()?.into())
}

/// A free time.
pub(super) fn slot(span: Span, desk: &str) -> Result<Bytes, Fault> {
    let document = Slot {
        id: None,
        schedule: Party::named(desk),
        status: "free".to_owned(),
        start: span.start,
        end: span.end,
        comment: None,
    };
    Ok(document.bytes()?.into())
}

/// An answer: `accepted`, `tentative` with another time, or `declined`.
pub(super) fn response(
    id: &Hash,
    who: &str,
    status: &str,
    span: Option<Span>,
    comment: Option<&str>,
) -> Result<Bytes, Fault> {
    let document = AppointmentResponse {
        id: None,
        appointment: Party::reference(&format!("Appointment/{id}")),
        actor: Party::named(who),
        status: status.to_owned(),
        time: span.map(|span| (span.start, span.end)),
        comment: comment.map(str::to_owned),
    };
    Ok(document.bytes()?.into())
}

/// A document from the other side, checked.
pub(super) struct Document(Value);

impl Document {
    /// Reads a resource of this type and status.
    pub(super) fn read(bytes: &[u8], resource_type: &str, status: &str) -> Result<Self, Fault> {
        if bytes.len() > MAX_BYTES {
            return Err(Error::Document.into());
        }
        check::check(bytes)?;
        let value = json::parse(bytes, MAX_BYTES).map_err(|_| Error::Document)?;
        let named = if resource_type == "AppointmentResponse" {
            "participantStatus"
        } else {
            "status"
        };
        let fits = value["resourceType"] == *resource_type && value[named] == *status;
        if fits {
            Ok(Self(value))
        } else {
            Err(Error::Document.into())
        }
    }

    /// An answer to this very appointment.
    pub(super) fn response(bytes: &[u8], id: &Hash, status: &str) -> Result<Self, Fault> {
        let document = Self::read(bytes, "AppointmentResponse", status)?;
        let about = document.0["appointment"]["reference"] == *format!("Appointment/{id}");
        if about {
            Ok(document)
        } else {
            Err(Error::Document.into())
        }
    }

    /// This very appointment.
    pub(super) fn appointment(bytes: &[u8], id: &Hash, status: &str) -> Result<Self, Fault> {
        let document = Self::read(bytes, "Appointment", status)?;
        if document.0["id"] == *id.to_string() {
            Ok(document)
        } else {
            Err(Error::Document.into())
        }
    }

    /// Start and end.
    pub(super) fn span(&self) -> Result<Span, Fault> {
        span(self.0["start"].as_str(), self.0["end"].as_str())
    }

    /// Times that the patient would like.
    pub(super) fn wishes(&self) -> Result<Vec<Span>, Fault> {
        let periods = self.0["requestedPeriod"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        if periods.len() > super::MAX_TIMES {
            return Err(Error::Document.into());
        }
        periods
            .iter()
            .map(|period| span(period["start"].as_str(), period["end"].as_str()))
            .collect()
    }

    /// Why the visit is wanted.
    pub(super) fn reason(&self) -> Option<&str> {
        self.0["reasonCode"][0]["text"].as_str()
    }

    /// What else was said.
    pub(super) fn comment(&self) -> Option<&str> {
        self.0["comment"].as_str()
    }

    /// Why it was called off.
    pub(super) fn cancellation(&self) -> Option<&str> {
        self.0["cancelationReason"]["text"].as_str()
    }
}

fn span(start: Option<&str>, end: Option<&str>) -> Result<Span, Fault> {
    let moment = |text: Option<&str>| -> Result<Timestamp, Fault> {
        let read = date::instant(text.ok_or(Error::Document)?)?;
        Ok(Timestamp::new(u64::try_from(read.from).map_err(|_| Error::Document)?)?)
    };
    let (start, end) = (moment(start)?, moment(end)?);
    if start < end {
        Ok(Span { start, end })
    } else {
        Err(Error::Time.into())
    }
}
