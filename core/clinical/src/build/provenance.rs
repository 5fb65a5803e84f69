//! A signature as FHIR shows it (FHIR R4 Provenance): a projection; what counts is the signature itself.

use base64ct::{Base64, Encoding};
use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::element::{self, Object};
use super::{Error, Resource};
use crate::date;
use crate::facts::Party;

/// A signature's projection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// FHIR id.
    pub id: Option<String>,
    /// What was signed, by reference; at least one.
    pub targets: Vec<Party>,
    /// When this was written down.
    pub recorded: Timestamp,
    /// When the author signed.
    pub signed: Timestamp,
    /// Who signed.
    pub author: Party,
    /// For whom, such as the hospital.
    pub on_behalf_of: Option<Party>,
    /// The COSE_Sign1 bytes.
    pub signature: Vec<u8>,
}

impl Resource for Provenance {
    fn value(&self) -> Result<Value, Error> {
        if self.targets.is_empty() || self.signature.is_empty() {
            return Err(Error::Missing);
        }
        let mut out = Object::resource("Provenance", self.id.as_deref())?;
        out.parties("target", &self.targets)?;
        out.instant("occurredDateTime", self.signed);
        out.instant("recorded", self.recorded);
        out.put(
            "activity",
            element::coded(
                "http://terminology.hl7.org/CodeSystem/v3-DataOperation",
                "CREATE",
                "create",
            ),
        );
        let mut agent = Object::new();
        let role = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
        agent.put("type", element::coded(role, "author", "Author"));
        agent.party("who", Some(&self.author))?;
        agent.party("onBehalfOf", self.on_behalf_of.as_ref())?;
        out.put("agent", json!([agent.done()]));
        let kind = json!({ "system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1", "display": "Author's Signature" });
        out.put(
            "signature",
            json!([{
                "type": [kind],
                "when": date::write(self.signed),
                "who": element::reference(&self.author)?,
                "sigFormat": "application/cose; cose-type=\"cose-sign1\"",
                "data": Base64::encode_string(&self.signature),
            }]),
        );
        Ok(out.done())
    }
}
