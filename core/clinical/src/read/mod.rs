//! Bytes to facts (`core/spec/clinical.md`, CLIN-20 ff.): every resource gives facts, unknown types too.
//!
//! Reading is lenient where [`check`](crate::check) is strict: what can be read is shown, and nothing is guessed.
//! Names of authors and medicines that stand elsewhere in the same Bundle are looked up there.

mod bundle;
mod category;
pub(crate) mod element;
mod lookup;
mod medication;
mod observation;
mod other;
mod visit;

use protocol::coded_error;
use serde_json::Value;

use crate::facts::Facts;
use crate::json;

pub(crate) use bundle::{is_order, is_result};
pub use category::of as category;
pub(crate) use lookup::Lookup;
pub(crate) use observation::{computed, level};

coded_error! {
    /// Why bytes are no FHIR resource.
    pub enum Error {
        TooLarge = "read.too_large", "the record is larger than the limit";
        TooDeep = "read.too_deep", "the record is nested too deeply";
        Json = "read.json", "the record is not valid JSON";
        Duplicate = "read.duplicate_member", "a member name occurs twice in the record";
        ResourceType = "read.resource_type", "the record does not say what FHIR resource it is";
    }
}

impl From<json::Error> for Error {
    fn from(error: json::Error) -> Self {
        match error {
            json::Error::TooLarge => Self::TooLarge,
            json::Error::TooDeep => Self::TooDeep,
            json::Error::Duplicate => Self::Duplicate,
            json::Error::Syntax | json::Error::Reserved => Self::Json,
            json::Error::NotObject => Self::ResourceType,
        }
    }
}

/// Largest record that is read, in bytes.
pub const MAX_DOCUMENT: usize = 8 * 1024 * 1024;
/// Most entries of a Bundle that become parts of its facts.
pub const MAX_PARTS: usize = 1000;

/// Reads one record: a resource, or a Bundle that is one record.
///
/// # Errors
/// Any of [`Error`].
pub fn read(bytes: &[u8]) -> Result<Facts, Error> {
    let value = json::parse(bytes, MAX_DOCUMENT)?;
    read_in(&value, &Lookup::of(&value))
}

/// Reads a resource whose references are looked up in `lookup`.
pub(crate) fn read_in(resource: &Value, lookup: &Lookup<'_>) -> Result<Facts, Error> {
    let name = resource
        .get("resourceType")
        .and_then(Value::as_str)
        .filter(|name| !name.is_empty() && name.len() <= 64);
    let name = name.ok_or(Error::ResourceType)?;
    let mut facts = Facts::bare(name, category::of(resource), category::kind(resource));
    facts.id = element::text(resource, "id");
    facts.status = element::text(resource, "status");
    facts.narrative = element::narrative(resource);
    other::common(resource, lookup, &mut facts);
    match name {
        "Observation" => observation::observation(resource, lookup, &mut facts),
        "DiagnosticReport" => observation::report(resource, lookup, &mut facts),
        "MedicationRequest"
        | "MedicationStatement"
        | "MedicationDispense"
        | "MedicationAdministration"
        | "Medication" => {
            medication::read(resource, lookup, &mut facts);
        }
        "Appointment" | "AppointmentResponse" | "Schedule" | "Slot" => visit::appointment(resource, lookup, &mut facts),
        "ServiceRequest" => visit::order(resource, &mut facts),
        "Composition" => visit::composition(resource, &mut facts),
        "Encounter" => visit::encounter(resource, lookup, &mut facts),
        "Bundle" => bundle::read(resource, lookup, &mut facts),
        _ => other::read(resource, lookup, &mut facts),
    }
    Ok(facts)
}
