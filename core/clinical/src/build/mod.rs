//! Typed builders that write FHIR R4 JSON (`core/spec/clinical.md`, CLIN-60 ff.), one file a resource.
//!
//! The same input gives the same bytes. Ids and times are given by the caller. What a builder writes has passed
//! [`check`]: a mistake is an error here, not a bad record in somebody's chain.

mod element;

pub mod allergy;
pub mod appointment;
pub mod audit;
pub mod condition;
pub mod consent;
pub mod file;
pub mod immunization;
pub mod lab;
pub mod medication;
pub mod observation;
pub mod order;
pub mod patient;
pub mod progress;
pub mod provenance;
pub mod report;
pub mod revise;
pub mod schedule;
pub mod visit;
pub mod wish;

pub use element::{Concept, Identifier, Quantity};

use protocol::coded_error;
use serde_json::Value;

use crate::check;

coded_error! {
    /// Why a resource is not built.
    pub enum Error {
        Missing = "build.missing", "a required field is empty";
        Date = "build.date", "a date is not a FHIR date, or an end lies before its start";
        Decimal = "build.decimal", "a value is not a decimal number";
        Unit = "build.unit", "a value has no unit, or its unit is not UCUM";
        Range = "build.range", "the low end of a range lies above its high end";
        Id = "build.id", "an id is not a UUID or a FHIR id";
        Code = "build.code", "a code is empty, holds spaces or is not allowed here";
        Text = "build.text", "a text is empty, too long or holds control characters";
        Reference = "build.reference", "a reference has neither target nor name";
        Invalid = "build.invalid", "the resource would break a rule of FHIR";
        TooLarge = "build.too_large", "the resource would be larger than the limit";
    }
}

/// A resource that can be written.
pub trait Resource {
    /// The resource as JSON, not yet checked.
    ///
    /// # Errors
    /// Any of [`Error`].
    fn value(&self) -> Result<Value, Error>;

    /// The resource as bytes, checked.
    ///
    /// # Errors
    /// Any of [`Error`].
    fn bytes(&self) -> Result<Vec<u8>, Error> {
        let value = self.value()?;
        if !check::of_value(&value).is_empty() {
            return Err(Error::Invalid);
        }
        let bytes = value.to_string().into_bytes();
        if bytes.len() > crate::read::MAX_DOCUMENT {
            Err(Error::TooLarge)
        } else {
            Ok(bytes)
        }
    }
}
