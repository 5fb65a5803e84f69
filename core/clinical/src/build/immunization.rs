//! Immunization (FHIR R4 Immunization).

use serde_json::{Value, json};

use super::element::{Concept, Identifier, Object};
use super::{Error, Resource};
use crate::facts::Party;

/// An immunization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Immunization {
    /// FHIR id.
    pub id: Option<String>,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
    /// `completed`, `entered-in-error` or `not-done`.
    pub status: String,
    /// Vaccine.
    pub vaccine: Concept,
    /// Patient.
    pub patient: Party,
    /// When, a FHIR date.
    pub occurrence: String,
    /// Lot number.
    pub lot: Option<String>,
    /// Who gave it.
    pub performer: Option<Party>,
    /// Which dose of the series.
    pub dose: Option<u32>,
    /// Note.
    pub note: Option<String>,
}

impl Resource for Immunization {
    fn value(&self) -> Result<Value, Error> {
        let mut out = Object::resource("Immunization", self.id.as_deref())?;
        out.identifiers(&self.identifiers)?;
        out.code("status", &self.status)?;
        out.concept("vaccineCode", Some(&self.vaccine))?;
        out.party("patient", Some(&self.patient))?;
        out.date("occurrenceDateTime", Some(&self.occurrence))?;
        out.text("lotNumber", self.lot.as_deref())?;
        if let Some(performer) = &self.performer {
            out.put("performer", json!([{ "actor": super::element::reference(performer)? }]));
        }
        out.notes(self.note.as_deref())?;
        out.opt(
            "protocolApplied",
            self.dose.map(|dose| json!([{ "doseNumberPositiveInt": dose }])),
        );
        Ok(out.done())
    }
}
