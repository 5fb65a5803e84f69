//! A grant as FHIR shows it (FHIR R4 Consent): a projection for other systems, never the permission itself.

use protocol::time::{Period, Timestamp};
use serde_json::{Value, json};

use super::element::{self, Identifier, Object};
use super::{Error, Resource};
use crate::date;
use crate::facts::Party;

/// A grant's projection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// FHIR id.
    pub id: Option<String>,
    /// Grant id.
    pub grant: Identifier,
    /// `active`, `inactive`, `rejected`, `proposed`, `draft` or `entered-in-error`.
    pub status: String,
    /// Patient.
    pub patient: Party,
    /// When it was given.
    pub date: Timestamp,
    /// Who may see.
    pub grantee: Party,
    /// Codes of HL7 v3 ActReason such as `TREAT`.
    pub purposes: Vec<String>,
    /// When it holds.
    pub period: Period,
    /// FHIR resource types in scope; empty means all.
    pub resource_types: Vec<String>,
    /// Single records in scope, by reference.
    pub records: Vec<Party>,
}

impl Resource for Consent {
    fn value(&self) -> Result<Value, Error> {
        let mut out = Object::resource("Consent", self.id.as_deref())?;
        out.identifiers(core::slice::from_ref(&self.grant))?;
        out.code("status", &self.status)?;
        out.put(
            "scope",
            element::coded(
                "http://terminology.hl7.org/CodeSystem/consentscope",
                "patient-privacy",
                "Privacy Consent",
            ),
        );
        out.put(
            "category",
            json!([element::coded("http://loinc.org", "59284-0", "Patient Consent")]),
        );
        out.party("patient", Some(&self.patient))?;
        out.instant("dateTime", self.date);
        out.parties("performer", core::slice::from_ref(&self.patient))?;
        out.put(
            "policyRule",
            element::coded("http://terminology.hl7.org/CodeSystem/v3-ActCode", "OPTIN", "opt-in"),
        );
        out.put("provision", self.provision()?);
        Ok(out.done())
    }
}

impl Consent {
    fn provision(&self) -> Result<Value, Error> {
        let mut out = Object::new();
        out.put("type", "permit");
        let until = self.period.until.map(date::write);
        out.opt(
            "period",
            element::period(Some(&date::write(self.period.from)), until.as_deref())?,
        );
        let role = element::coded(
            "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
            "IRCP",
            "information recipient",
        );
        out.put(
            "actor",
            json!([{ "role": role, "reference": element::reference(&self.grantee)? }]),
        );
        out.put(
            "action",
            json!([element::coded(
                "http://terminology.hl7.org/CodeSystem/consentaction",
                "access",
                "Access"
            )]),
        );
        let reason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
        out.list(
            "purpose",
            self.purposes
                .iter()
                .map(|code| Ok(json!({ "system": reason, "code": element::code(code)? })))
                .collect::<Result<_, Error>>()?,
        );
        let types = "http://hl7.org/fhir/resource-types";
        out.list(
            "class",
            self.resource_types
                .iter()
                .map(|code| Ok(json!({ "system": types, "code": element::code(code)? })))
                .collect::<Result<_, Error>>()?,
        );
        let records = self
            .records
            .iter()
            .map(|record| Ok(json!({ "meaning": "instance", "reference": element::reference(record)? })));
        out.list("data", records.collect::<Result<_, Error>>()?);
        Ok(out.done())
    }
}
