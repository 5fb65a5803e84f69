//! The patient's own entries: allergies, problems, medicines, measurements, immunizations, and who the patient is.
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
const TYPES: &'static str = include_str!("writing_own.ts");

#[wasm_bindgen]
impl Vault {
    /// Files an allergy; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    #[wasm_bindgen(js_name = addAllergy, unchecked_return_type = "Changes")]
    pub fn add_allergy(
        &self,
        #[wasm_bindgen(unchecked_param_type = "AllergyDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::AllergyDraft>(draft)?;
        let now = number(now)?;
        give(&self.exclusive()?.add_allergy(&draft, now, &mut random()?)?)
    }

    /// Files a problem; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    #[wasm_bindgen(js_name = addCondition, unchecked_return_type = "Changes")]
    pub fn add_condition(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ConditionDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::ConditionDraft>(draft)?;
        let now = number(now)?;
        give(&self.exclusive()?.add_condition(&draft, now, &mut random()?)?)
    }

    /// Files a medicine that is taken; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    #[wasm_bindgen(js_name = addMedicine, unchecked_return_type = "Changes")]
    pub fn add_medicine(
        &self,
        #[wasm_bindgen(unchecked_param_type = "MedicineDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::MedicineDraft>(draft)?;
        let now = number(now)?;
        give(&self.exclusive()?.add_medicine(&draft, now, &mut random()?)?)
    }

    /// Files a measurement; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    #[wasm_bindgen(js_name = addMeasurement, unchecked_return_type = "Changes")]
    pub fn add_measurement(
        &self,
        #[wasm_bindgen(unchecked_param_type = "MeasurementDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::MeasurementDraft>(draft)?;
        let now = number(now)?;
        give(&self.exclusive()?.add_measurement(&draft, now, &mut random()?)?)
    }

    /// Files an immunization; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    #[wasm_bindgen(js_name = addImmunization, unchecked_return_type = "Changes")]
    pub fn add_immunization(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ImmunizationDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::ImmunizationDraft>(draft)?;
        let now = number(now)?;
        give(&self.exclusive()?.add_immunization(&draft, now, &mut random()?)?)
    }

    /// Says who the patient is; a former Patient record is superseded. `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.gender`.
    #[wasm_bindgen(js_name = setDemographics, unchecked_return_type = "Changes")]
    pub fn set_demographics(
        &self,
        #[wasm_bindgen(unchecked_param_type = "PatientDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::PatientDraft>(draft)?;
        let now = number(now)?;
        give(&self.exclusive()?.set_demographics(&draft, now, &mut random()?)?)
    }
}
