//! A receipt as FHIR shows it (FHIR R4 AuditEvent): who opened which records, when and why.

use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::element::{self, Object};
use super::{Error, Resource};
use crate::facts::Party;

/// A receipt's projection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// FHIR id.
    pub id: Option<String>,
    /// When the records were opened.
    pub recorded: Timestamp,
    /// Who opened them.
    pub reader: Party,
    /// Who wrote the event down: the patient's wallet.
    pub observer: Party,
    /// Grant that allowed it, a URI.
    pub grant: String,
    /// Code of HL7 v3 ActReason such as `TREAT`.
    pub purpose: String,
    /// Records opened, by reference; at least one.
    pub records: Vec<Party>,
}

impl Resource for AuditEvent {
    fn value(&self) -> Result<Value, Error> {
        if self.records.is_empty() {
            return Err(Error::Missing);
        }
        let mut out = Object::resource("AuditEvent", self.id.as_deref())?;
        let dicom = "http://dicom.nema.org/resources/ontology/DCM";
        out.put(
            "type",
            json!({ "system": dicom, "code": "110106", "display": "Export" }),
        );
        out.put(
            "subtype",
            json!([{ "system": "http://hl7.org/fhir/restful-interaction", "code": "read", "display": "read" }]),
        );
        out.put("action", "R");
        out.instant("recorded", self.recorded);
        out.put("outcome", "0");
        let reason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
        out.put(
            "purposeOfEvent",
            json!([element::coded_only(reason, element::code(&self.purpose)?)]),
        );
        out.put(
            "agent",
            json!([{
                "type": element::coded(dicom, "110152", "Destination Role ID"),
                "who": element::reference(&self.reader)?,
                "requestor": true,
                "policy": [element::uri(&self.grant)?],
            }]),
        );
        out.put("source", json!({ "observer": element::reference(&self.observer)? }));
        let records = self
            .records
            .iter()
            .map(|record| Ok(json!({ "what": element::reference(record)? })));
        out.list("entity", records.collect::<Result<_, Error>>()?);
        Ok(out.done())
    }
}
