//! Corrected and withdrawn documents (`core/spec/clinical.md`, CLIN-76 ff.): the whole document again, with FHIR's own status and the reason.
//!
//! The reason stands in the extension `event-statusReason` of the resource that speaks for the document. A withdrawn document keeps everything
//! it said; each of its resources says `entered-in-error`, and no other status may stand beside that (FHIR ait-2, con-5).

use serde_json::{Map, Value, json};

use super::{Error, Resource, element};
use crate::{date, json as parse, read};
use protocol::time::Timestamp;

/// HL7's extension for the reason of a status.
pub(crate) const REASON: &str = "http://hl7.org/fhir/StructureDefinition/event-statusReason";

/// A document that is ready, to pass the check that every builder's output passes.
struct Ready(Value);

impl Resource for Ready {
    fn value(&self) -> Result<Value, Error> {
        Ok(self.0.clone())
    }
}

/// The document with the reason why it corrects another.
///
/// # Errors
/// [`Error::Text`] for an empty reason, [`Error::Invalid`] for a document that is none.
pub fn corrected(content: &[u8], reason: &str) -> Result<Vec<u8>, Error> {
    let mut document = parse::parse(content, read::MAX_DOCUMENT).map_err(|_| Error::Invalid)?;
    say(&mut document, reason)?;
    Ready(document).bytes()
}

/// The document withdrawn: every resource in it says `entered-in-error`, the first one why.
///
/// # Errors
/// [`Error::Text`] for an empty reason, [`Error::Invalid`] for a document without a status of its own, such as a Patient.
pub fn withdrawn(content: &[u8], reason: &str, now: Timestamp) -> Result<Vec<u8>, Error> {
    let mut document = parse::parse(content, read::MAX_DOCUMENT).map_err(|_| Error::Invalid)?;
    say(&mut document, reason)?;
    let mut changed = false;
    if let Some(entries) = document.get_mut("entry").and_then(Value::as_array_mut) {
        for entry in entries {
            if let Some(Value::Object(resource)) = entry.get_mut("resource") {
                changed |= void(resource);
            }
        }
        document["timestamp"] = date::write(now).into();
    } else if let Value::Object(resource) = &mut document {
        changed = void(resource);
    }
    if changed {
        Ready(document).bytes()
    } else {
        Err(Error::Invalid)
    }
}

/// Marks one resource; gives whether it has a status that says so.
fn void(resource: &mut Map<String, Value>) -> bool {
    let name = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    let system = match name {
        "AllergyIntolerance" => "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
        "Condition" => "http://terminology.hl7.org/CodeSystem/condition-ver-status",
        "Observation"
        | "DiagnosticReport"
        | "MedicationRequest"
        | "MedicationStatement"
        | "MedicationDispense"
        | "MedicationAdministration"
        | "Immunization"
        | "ServiceRequest"
        | "Composition"
        | "DocumentReference"
        | "Consent"
        | "Procedure"
        | "Specimen"
        | "Task"
        | "Appointment"
        | "CarePlan"
        | "ClinicalImpression"
        | "ImagingStudy"
        | "Encounter"
        | "FamilyMemberHistory" => {
            resource.insert("status".to_owned(), "entered-in-error".into());
            return true;
        }
        _ => return false,
    };
    resource.remove("clinicalStatus");
    resource.insert(
        "verificationStatus".to_owned(),
        element::coded_only(system, "entered-in-error"),
    );
    true
}

/// Puts the reason into the resource that speaks for the document.
fn say(document: &mut Value, reason: &str) -> Result<(), Error> {
    let reason = element::text(reason.trim())?.to_owned();
    let head = match document.get_mut("entry").and_then(Value::as_array_mut) {
        Some(entries) => entries.first_mut().and_then(|entry| entry.get_mut("resource")),
        None => Some(document),
    };
    let head = head.and_then(Value::as_object_mut).ok_or(Error::Invalid)?;
    let said = json!({ "url": REASON, "valueCodeableConcept": { "text": reason } });
    let extensions = head.entry("extension").or_insert_with(|| json!([]));
    let list = extensions.as_array_mut().ok_or(Error::Invalid)?;
    list.retain(|extension| extension.get("url").and_then(Value::as_str) != Some(REASON));
    list.push(said);
    Ok(())
}
