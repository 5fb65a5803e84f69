//! Allergy or intolerance (FHIR R4 AllergyIntolerance).

use serde_json::{Value, json};

use super::element::{self, Concept, Identifier, Object};
use super::{Error, Resource};
use crate::facts::Party;

/// An allergy or intolerance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllergyIntolerance {
    /// FHIR id.
    pub id: Option<String>,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
    /// `active`, `inactive` or `resolved`.
    pub clinical_status: String,
    /// `unconfirmed`, `confirmed` or `refuted`.
    pub verification: Option<String>,
    /// `food`, `medication`, `environment` or `biologic`.
    pub kind: Option<String>,
    /// `low`, `high` or `unable-to-assess`.
    pub criticality: Option<String>,
    /// What it is to.
    pub code: Concept,
    /// Patient.
    pub patient: Party,
    /// Since when, a FHIR date.
    pub onset: Option<String>,
    /// When it was written down, a FHIR date.
    pub recorded: Option<String>,
    /// Who says so.
    pub recorder: Option<Party>,
    /// What happens.
    pub reactions: Vec<Concept>,
    /// `mild`, `moderate` or `severe`; only with a reaction.
    pub severity: Option<String>,
    /// Note.
    pub note: Option<String>,
}

impl Resource for AllergyIntolerance {
    fn value(&self) -> Result<Value, Error> {
        let mut out = Object::resource("AllergyIntolerance", self.id.as_deref())?;
        out.identifiers(&self.identifiers)?;
        let clinical = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
        out.put(
            "clinicalStatus",
            element::one_of(clinical, &self.clinical_status, &["active", "inactive", "resolved"])?,
        );
        if let Some(verification) = &self.verification {
            let system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";
            out.put(
                "verificationStatus",
                element::one_of(system, verification, &["unconfirmed", "confirmed", "refuted"])?,
            );
        }
        out.list(
            "category",
            self.kind
                .iter()
                .map(|kind| element::code(kind).map(Value::from))
                .collect::<Result<_, _>>()?,
        );
        if let Some(criticality) = &self.criticality {
            out.code("criticality", criticality)?;
        }
        out.concept("code", Some(&self.code))?;
        out.party("patient", Some(&self.patient))?;
        out.date("onsetDateTime", self.onset.as_deref())?;
        out.date("recordedDate", self.recorded.as_deref())?;
        out.party("recorder", self.recorder.as_ref())?;
        out.notes(self.note.as_deref())?;
        if !self.reactions.is_empty() {
            let mut reaction = Object::new();
            reaction.concepts("manifestation", &self.reactions)?;
            if let Some(severity) = &self.severity {
                reaction.code("severity", severity)?;
            }
            out.put("reaction", json!([reaction.done()]));
        } else if self.severity.is_some() {
            return Err(Error::Missing);
        }
        Ok(out.done())
    }
}
