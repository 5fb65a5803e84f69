//! What a practitioner writes at a visit: report, prescription, laboratory request.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number, read};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("writing_visit.ts");

#[wasm_bindgen]
impl Vault {
    /// Signs a visit report for the patient of a grant and sends it; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `grant.*`, `build.*`, `draft.correction`, `credential.role`.
    #[wasm_bindgen(js_name = writeReport, unchecked_return_type = "Changes")]
    pub fn write_report(
        &self,
        grant: &str,
        #[wasm_bindgen(unchecked_param_type = "ReportDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::ReportDraft>(draft)?;
        let now = number(now)?;
        give(&self.exclusive()?.write_report(grant, &draft, now, &mut random()?)?)
    }

    /// Signs a prescription for the patient of a grant and sends it; `created` is the record.
    ///
    /// # Errors
    /// As `Vault::write_report`, and `draft.unit`.
    #[wasm_bindgen(js_name = writePrescription, unchecked_return_type = "Changes")]
    pub fn write_prescription(
        &self,
        grant: &str,
        #[wasm_bindgen(unchecked_param_type = "PrescriptionDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::PrescriptionDraft>(draft)?;
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .write_prescription(grant, &draft, now, &mut random()?)?,
        )
    }

    /// Signs a laboratory request for the patient of a grant and sends it; `created` is the record.
    ///
    /// # Errors
    /// As `Vault::write_report`, and `draft.priority`.
    #[wasm_bindgen(js_name = writeLabRequest, unchecked_return_type = "Changes")]
    pub fn write_lab_request(
        &self,
        grant: &str,
        #[wasm_bindgen(unchecked_param_type = "LabRequestDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::LabRequestDraft>(draft)?;
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .write_lab_request(grant, &draft, now, &mut random()?)?,
        )
    }
}
