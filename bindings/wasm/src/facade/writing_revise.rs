//! Corrections and withdrawals of what was written before: by its author alone, with the reason, beside the old version and never instead.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number};
use crate::vault::Vault;

#[wasm_bindgen]
impl Vault {
    /// Corrects a record that this practitioner or lab wrote: `fhir` is the whole document as it should have been. The old version stays, marked;
    /// whoever read it is told. `created` is the correction.
    ///
    /// # Errors
    /// `draft.correction`, `draft.reason`, `vault.role`, `grant.*`, `credential.role`, `build.*`, `result.*`, `read.*`.
    #[wasm_bindgen(js_name = correctRecord, unchecked_return_type = "Changes")]
    pub fn correct_record(&self, record: &str, fhir: Vec<u8>, reason: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .correct_record(record, fhir, reason, now, &mut random()?)?,
        )
    }

    /// Withdraws a record that this practitioner or lab wrote (FHIR `entered-in-error`). The old version stays, marked; whoever read it is told.
    /// `created` is the withdrawal.
    ///
    /// # Errors
    /// `draft.correction`, `draft.reason`, `vault.role`, `grant.*`, `credential.role`, `build.invalid`.
    #[wasm_bindgen(js_name = withdrawRecord, unchecked_return_type = "Changes")]
    pub fn withdraw_record(&self, record: &str, reason: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.withdraw_record(record, reason, now, &mut random()?)?)
    }

    /// Marks an own entry as entered in error. The entry stays, marked. `created` is the record that says so.
    ///
    /// # Errors
    /// `draft.correction` for what somebody else signed or what was corrected already, `draft.reason`, `vault.need`, `build.invalid`.
    #[wasm_bindgen(js_name = markEnteredInError, unchecked_return_type = "Changes")]
    pub fn mark_entered_in_error(&self, record: &str, reason: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .mark_entered_in_error(record, reason, now, &mut random()?)?,
        )
    }
}
