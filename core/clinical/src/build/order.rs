//! Laboratory request (FHIR R4 ServiceRequest): one test is one resource, several tests of one requisition are a
//! collection Bundle that stays one record.

use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::element::{self, Concept, Identifier, Object};
use super::{Error, Resource};
use crate::date;
use crate::facts::Party;

/// How soon it is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Priority {
    /// In the usual time.
    #[default]
    Routine,
    /// Before routine requests.
    Urgent,
    /// As soon as possible.
    Asap,
    /// At once.
    Stat,
}

impl Priority {
    /// The FHIR code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Routine => "routine",
            Self::Urgent => "urgent",
            Self::Asap => "asap",
            Self::Stat => "stat",
        }
    }
}

/// One test or panel asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// UUID of its ServiceRequest.
    pub uuid: String,
    /// What to test.
    pub code: Concept,
}

/// A laboratory request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabOrder {
    /// Number of the requisition: names the order in results and copies.
    pub requisition: Identifier,
    /// `draft`, `active`, `on-hold`, `revoked`, `completed`, `entered-in-error` or `unknown`.
    pub status: String,
    /// Priority.
    pub priority: Priority,
    /// Tests; at least one.
    pub tests: Vec<Test>,
    /// Patient.
    pub subject: Party,
    /// Who asks.
    pub requester: Party,
    /// Which lab, if one was chosen.
    pub performer: Option<Party>,
    /// When it was written.
    pub authored: Timestamp,
    /// When it is wanted, a FHIR date.
    pub wanted: Option<String>,
    /// Why.
    pub reasons: Vec<Concept>,
    /// What the patient should do, such as fasting.
    pub instruction: Option<String>,
    /// Note to the lab.
    pub note: Option<String>,
}

impl Resource for LabOrder {
    fn value(&self) -> Result<Value, Error> {
        match self.tests.as_slice() {
            [] => Err(Error::Missing),
            [one] => self.request(one),
            several => {
                let entries: Vec<Value> = several
                    .iter()
                    .map(|test| element::entry(&test.uuid, self.request(test)?))
                    .collect::<Result<_, _>>()?;
                Ok(json!({
                    "resourceType": "Bundle",
                    "identifier": element::identifier(&self.requisition)?,
                    "type": "collection",
                    "timestamp": date::write(self.authored),
                    "entry": entries,
                }))
            }
        }
    }
}

impl LabOrder {
    fn request(&self, test: &Test) -> Result<Value, Error> {
        let mut out = Object::resource("ServiceRequest", Some(&test.uuid))?;
        out.put("requisition", element::identifier(&self.requisition)?);
        out.code("status", &self.status)?;
        out.put("intent", "order");
        out.put(
            "category",
            json!([element::coded(
                "http://snomed.info/sct",
                "108252007",
                "Laboratory procedure"
            )]),
        );
        out.put("priority", self.priority.code());
        out.concept("code", Some(&test.code))?;
        out.party("subject", Some(&self.subject))?;
        out.date("occurrenceDateTime", self.wanted.as_deref())?;
        out.instant("authoredOn", self.authored);
        out.party("requester", Some(&self.requester))?;
        out.parties("performer", self.performer.as_slice())?;
        out.concepts("reasonCode", &self.reasons)?;
        out.notes(self.note.as_deref())?;
        out.text("patientInstruction", self.instruction.as_deref())?;
        Ok(out.done())
    }
}
