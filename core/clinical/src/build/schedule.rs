//! Schedule and Slot: when a practitioner can be booked (FHIR R4 Schedule, Slot).

use protocol::time::Timestamp;
use serde_json::Value;

use super::element::{Concept, Object};
use super::{Error, Resource};
use crate::date;
use crate::facts::Party;

/// A calendar that slots belong to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedule {
    /// FHIR id.
    pub id: Option<String>,
    /// Whether it is in use.
    pub active: bool,
    /// What can be booked.
    pub service: Option<Concept>,
    /// Medical field.
    pub specialty: Option<Concept>,
    /// Whose calendar; at least one.
    pub actors: Vec<Party>,
    /// From when to when slots are given.
    pub horizon: Option<(Timestamp, Timestamp)>,
    /// Comment.
    pub comment: Option<String>,
}

impl Resource for Schedule {
    fn value(&self) -> Result<Value, Error> {
        if self.actors.is_empty() {
            return Err(Error::Missing);
        }
        let mut out = Object::resource("Schedule", self.id.as_deref())?;
        out.put("active", self.active);
        out.concepts("serviceType", self.service.as_slice())?;
        out.concepts("specialty", self.specialty.as_slice())?;
        out.parties("actor", &self.actors)?;
        if let Some((start, end)) = self.horizon {
            let (start, end) = (date::write(start), date::write(end));
            out.opt("planningHorizon", super::element::period(Some(&start), Some(&end))?);
        }
        out.text("comment", self.comment.as_deref())?;
        Ok(out.done())
    }
}

/// A time that is free or taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// FHIR id.
    pub id: Option<String>,
    /// The schedule, by reference.
    pub schedule: Party,
    /// `free`, `busy`, `busy-unavailable`, `busy-tentative` or `entered-in-error`.
    pub status: String,
    /// Start.
    pub start: Timestamp,
    /// End, after the start.
    pub end: Timestamp,
    /// Comment.
    pub comment: Option<String>,
}

impl Resource for Slot {
    fn value(&self) -> Result<Value, Error> {
        if self.end <= self.start {
            return Err(Error::Date);
        }
        let mut out = Object::resource("Slot", self.id.as_deref())?;
        out.party("schedule", Some(&self.schedule))?;
        out.code("status", &self.status)?;
        out.instant("start", self.start);
        out.instant("end", self.end);
        out.text("comment", self.comment.as_deref())?;
        Ok(out.done())
    }
}
