//! Problem or diagnosis (FHIR R4 Condition).

use serde_json::{Value, json};

use super::element::{self, Concept, Identifier, Object};
use super::{Error, Resource};
use crate::facts::Party;

/// A problem or diagnosis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// FHIR id.
    pub id: Option<String>,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
    /// `active`, `recurrence`, `relapse`, `inactive`, `remission` or `resolved`.
    pub clinical_status: String,
    /// `unconfirmed`, `provisional`, `differential`, `confirmed` or `refuted`.
    pub verification: Option<String>,
    /// What it is.
    pub code: Concept,
    /// Patient.
    pub subject: Party,
    /// Since when, a FHIR date.
    pub onset: Option<String>,
    /// Until when, a FHIR date.
    pub abatement: Option<String>,
    /// When it was written down, a FHIR date.
    pub recorded: Option<String>,
    /// Who says so.
    pub recorder: Option<Party>,
    /// Note.
    pub note: Option<String>,
}

impl Resource for Condition {
    fn value(&self) -> Result<Value, Error> {
        let mut out = Object::resource("Condition", self.id.as_deref())?;
        out.identifiers(&self.identifiers)?;
        let clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical";
        const CLINICAL: &[&str] = &["active", "recurrence", "relapse", "inactive", "remission", "resolved"];
        out.put(
            "clinicalStatus",
            element::one_of(clinical, &self.clinical_status, CLINICAL)?,
        );
        if let Some(verification) = &self.verification {
            let system = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
            const KNOWN: &[&str] = &["unconfirmed", "provisional", "differential", "confirmed", "refuted"];
            out.put("verificationStatus", element::one_of(system, verification, KNOWN)?);
        }
        let system = "http://terminology.hl7.org/CodeSystem/condition-category";
        out.put(
            "category",
            json!([element::coded(system, "problem-list-item", "Problem List Item")]),
        );
        out.concept("code", Some(&self.code))?;
        out.party("subject", Some(&self.subject))?;
        element::period(self.onset.as_deref(), self.abatement.as_deref())?;
        out.date("onsetDateTime", self.onset.as_deref())?;
        out.date("abatementDateTime", self.abatement.as_deref())?;
        out.date("recordedDate", self.recorded.as_deref())?;
        out.party("recorder", self.recorder.as_ref())?;
        out.notes(self.note.as_deref())?;
        Ok(out.done())
    }
}
