//! How far a laboratory's work on a request has come: set by the lab, seen by patient and practitioner.
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
const TYPES: &'static str = include_str!("writing_progress.ts");

#[wasm_bindgen]
impl Vault {
    /// Says how far the work on a shared request has come; the signed state goes to the patient and, by the patient's shares, to whoever sees
    /// the request. `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `vault.need`, `grant.*`, `credential.role`, `order.*`, `build.*`, `draft.request`.
    #[wasm_bindgen(js_name = setOrderState, unchecked_return_type = "Changes")]
    pub fn set_order_state(
        &self,
        grant: &str,
        request: &str,
        #[wasm_bindgen(unchecked_param_type = "OrderStateDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::OrderStateDraft>(draft)?;
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .set_order_state(grant, request, &draft, now, &mut random()?)?,
        )
    }
}
