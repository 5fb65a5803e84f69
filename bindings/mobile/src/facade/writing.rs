//! What people write: plain drafts become checked FHIR R4 and are signed (`core/spec/clinical.md`, CLIN-60 ff.).
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

type DosageDraft = facade::DosageDraft;

/// How a medicine is taken.
#[uniffi::remote(Record)]
pub struct DosageDraft {
    /// Instruction in words.
    pub instruction: Option<String>,
    /// How much at a time, decimal text.
    pub dose: Option<String>,
    /// Its unit as people write it, such as `tablet`.
    pub dose_unit: Option<String>,
    /// UCUM code of that unit, such as `mg`.
    pub dose_ucum: Option<String>,
    /// Route, such as `by mouth`.
    pub route: Option<String>,
    /// How often in a period.
    pub frequency: Option<u32>,
    /// Length of the period, decimal text; 1 when left out.
    pub period: Option<String>,
    /// `h`, `d`, `wk` or `mo`; `d` when left out.
    pub period_unit: Option<String>,
    /// Codes of HL7 EventTiming, such as `AC` before a meal or `HS` before sleep.
    pub when: Vec<String>,
    /// Only when needed.
    pub as_needed: bool,
    /// For how long, decimal text.
    pub duration: Option<String>,
    /// `h`, `d`, `wk` or `mo`; `d` when left out.
    pub duration_unit: Option<String>,
}
