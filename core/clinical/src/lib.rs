//! What records say: HL7 FHIR R4 in and out (`core/spec/clinical.md`).
//!
//! | module | what it is |
//! | --- | --- |
//! | [`build`] | typed builders, one file a resource, that write checked FHIR R4 JSON |
//! | [`check`] | structural rules, value sets, invariants: what is wrong with received bytes, and where |
//! | [`read`], [`facts`] | bytes to structured facts: names, decimal text, units, ranges, levels, phrase keys |
//! | [`import`], [`fingerprint`] | a file to verbatim candidates, with duplicates found |
//! | [`summary`], [`search`], [`trend`] | what an index stores of a record, and what runs over it |
//! | [`plausible`], [`order`] | values checked before they are signed; which request a result answers, how far the work has come |
//! | [`catalog`], [`words`] | phrases of one language, and the lines a person reads |
//! | [`narrative`] | what XHTML may stand in a record, and its plain text |
//! | [`date`], [`decimal`], [`json`], [`text`] | dates with their precision, decimals with their digits, capped parsing, folding |
//!
//! Invariants: received bytes are never re-serialised; every parser is a plain function of bytes with caps; nothing
//! here reads a clock, draws randomness or does I/O; no finished sentence leaves [`read`].

pub mod build;
pub mod catalog;
pub mod check;
pub mod date;
pub mod decimal;
pub mod facts;
pub mod fingerprint;
pub mod import;
pub mod json;
pub mod narrative;
pub mod order;
pub mod plausible;
pub mod read;
pub mod search;
pub mod summary;
pub mod text;
pub mod trend;
pub mod words;
