//! The patient's wishes for care, the people to call, and who the patient is, as last entered.
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
const TYPES: &'static str = include_str!("writing_wish.ts");

#[wasm_bindgen]
impl Vault {
    /// Who the patient is, as last entered: to be changed and given to `Vault::set_demographics`.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_ready`.
    #[wasm_bindgen(unchecked_return_type = "PatientDraft")]
    pub fn demographics(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.demographics()?)
    }

    /// Adds somebody to call in an emergency: a new version of the personal details. `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `vault.need`, `build.*`.
    #[wasm_bindgen(js_name = addEmergencyContact, unchecked_return_type = "Changes")]
    pub fn add_emergency_contact(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ContactDraft")] contact: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let contact = read::<facade::ContactDraft>(contact)?;
        let now = number(now)?;
        give(&self.exclusive()?.add_emergency_contact(&contact, now, &mut random()?)?)
    }

    /// Files a wish for care; `created` is the record. A wish is read by people and permits no access.
    ///
    /// # Errors
    /// `vault.role`, `draft.wish`, `build.*`, `draft.correction`.
    #[wasm_bindgen(js_name = addWish, unchecked_return_type = "Changes")]
    pub fn add_wish(
        &self,
        #[wasm_bindgen(unchecked_param_type = "WishDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::WishDraft>(draft)?;
        let now = number(now)?;
        give(&self.exclusive()?.add_wish(&draft, now, &mut random()?)?)
    }
}
