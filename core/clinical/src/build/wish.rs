//! A patient's wish for care (FHIR R4 Consent, scope advance directive): entered by the patient, never an access permission.

use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::element::{self, Concept, Object};
use super::{Error, Resource};
use crate::facts::Party;

/// What a wish is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Organ and tissue donation.
    OrganDonation,
    /// Resuscitation.
    Resuscitation,
    /// A living will or another directive for care.
    Directive,
}

impl Subject {
    /// The subject with this word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "organ-donation" => Some(Self::OrganDonation),
            "resuscitation" => Some(Self::Resuscitation),
            "directive" => Some(Self::Directive),
            _ => None,
        }
    }

    const fn display(self) -> &'static str {
        match self {
            Self::OrganDonation => "Organ donation",
            Self::Resuscitation => "Resuscitation",
            Self::Directive => "Directive for care",
        }
    }
}

/// A wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// FHIR id.
    pub id: Option<String>,
    /// What it is about.
    pub subject: Subject,
    /// Whether it is agreed to or refused; left out when only words say it.
    pub permit: Option<bool>,
    /// The wish in the patient's own words.
    pub words: String,
    /// Patient.
    pub patient: Party,
    /// When it was written.
    pub time: Timestamp,
}

impl Resource for Wish {
    fn value(&self) -> Result<Value, Error> {
        let mut out = Object::resource("Consent", self.id.as_deref())?;
        out.put("text", element::narrative_of(&self.words)?);
        out.put("status", "active");
        let scope = "http://terminology.hl7.org/CodeSystem/consentscope";
        out.put("scope", element::coded(scope, "adr", "Advanced Care Directive"));
        let category = "http://terminology.hl7.org/CodeSystem/consentcategorycodes";
        let (code, name) = match self.subject {
            Subject::Resuscitation => ("dnr", "Do Not Resuscitate"),
            Subject::OrganDonation | Subject::Directive => ("acd", "Advance Directive"),
        };
        // Agreeing to resuscitation is a directive, not its opposite.
        let (code, name) = if self.permit == Some(true) {
            ("acd", "Advance Directive")
        } else {
            (code, name)
        };
        out.put(
            "category",
            json!([{
                "coding": [{ "system": category, "code": code, "display": name }],
                "text": self.subject.display(),
            }]),
        );
        out.party("patient", Some(&self.patient))?;
        out.instant("dateTime", self.time);
        out.parties("performer", core::slice::from_ref(&self.patient))?;
        out.concept("policyRule", Some(&Concept::text(&self.words)))?;
        if let Some(permit) = self.permit {
            let code = Concept::text(self.subject.display());
            let mut provision = Object::new();
            provision.put("type", if permit { "permit" } else { "deny" });
            provision.concepts("code", core::slice::from_ref(&code))?;
            out.put("provision", provision.done());
        }
        Ok(out.done())
    }
}
