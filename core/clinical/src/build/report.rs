//! DiagnosticReport and Specimen (FHIR R4).

use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::element::{self, Concept, Identifier, Object};
use super::{Error, Resource};
use crate::date;
use crate::facts::Party;

/// What kind of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Laboratory.
    Laboratory,
    /// Radiology.
    Radiology,
}

/// A report over results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiagnosticReport {
    /// FHIR id.
    pub id: Option<String>,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
    /// The request it answers.
    pub based_on: Option<Party>,
    /// `registered`, `partial`, `preliminary`, `final`, `amended`, `corrected`, `appended`, `cancelled`, …
    pub status: String,
    /// Section.
    pub section: Section,
    /// What was examined.
    pub code: Concept,
    /// Patient.
    pub subject: Party,
    /// When, a FHIR date.
    pub effective: String,
    /// When it was made known.
    pub issued: Option<Timestamp>,
    /// Who performed.
    pub performer: Option<Party>,
    /// Specimens, by reference.
    pub specimens: Vec<Party>,
    /// Observations, by reference.
    pub results: Vec<Party>,
    /// Conclusion in words.
    pub conclusion: Option<String>,
}

impl Resource for DiagnosticReport {
    fn value(&self) -> Result<Value, Error> {
        let mut out = Object::resource("DiagnosticReport", self.id.as_deref())?;
        out.identifiers(&self.identifiers)?;
        out.parties("basedOn", self.based_on.as_slice())?;
        out.code("status", &self.status)?;
        let (code, display) = match self.section {
            Section::Laboratory => ("LAB", "Laboratory"),
            Section::Radiology => ("RAD", "Radiology"),
        };
        out.put(
            "category",
            json!([element::coded(
                "http://terminology.hl7.org/CodeSystem/v2-0074",
                code,
                display
            )]),
        );
        out.concept("code", Some(&self.code))?;
        out.party("subject", Some(&self.subject))?;
        out.date("effectiveDateTime", Some(&self.effective))?;
        out.opt("issued", self.issued.map(|time| date::write(time).into()));
        out.parties("performer", self.performer.as_slice())?;
        out.parties("specimen", &self.specimens)?;
        out.parties("result", &self.results)?;
        out.text("conclusion", self.conclusion.as_deref())?;
        Ok(out.done())
    }
}

/// What was taken from the patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specimen {
    /// FHIR id.
    pub id: Option<String>,
    /// The lab's own number of it.
    pub number: Option<Identifier>,
    /// Kind of material.
    pub kind: Concept,
    /// Patient.
    pub subject: Party,
    /// The request it was taken for.
    pub request: Option<Party>,
    /// When it was taken, a FHIR date.
    pub collected: Option<String>,
    /// Why it cannot be used, if it cannot.
    pub rejected: Option<String>,
}

impl Resource for Specimen {
    fn value(&self) -> Result<Value, Error> {
        let mut out = Object::resource("Specimen", self.id.as_deref())?;
        out.opt(
            "accessionIdentifier",
            self.number.as_ref().map(element::identifier).transpose()?,
        );
        let usable = self.rejected.is_none();
        out.put("status", if usable { "available" } else { "unsatisfactory" });
        out.concept("type", Some(&self.kind))?;
        out.party("subject", Some(&self.subject))?;
        out.parties("request", self.request.as_slice())?;
        if let Some(collected) = &self.collected {
            date::parse(collected).map_err(|_| Error::Date)?;
            out.put("collection", json!({ "collectedDateTime": collected }));
        }
        out.notes(self.rejected.as_deref())?;
        Ok(out.done())
    }
}
