//! What a laboratory writes: structured results that answer a request.
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
const TYPES: &'static str = include_str!("writing_result.ts");

#[wasm_bindgen]
impl Vault {
    /// Signs a result for the patient of a grant and sends it; `request` is the shared record that it answers. `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `vault.need`, `grant.*`, `credential.role`; `build.*`, `draft.*` and `result.*`, those of a value with
    /// its `number` and what was `expected`.
    #[wasm_bindgen(js_name = writeResult, unchecked_return_type = "Changes")]
    pub fn write_result(
        &self,
        grant: &str,
        request: Option<String>,
        #[wasm_bindgen(unchecked_param_type = "ResultDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::ResultDraft>(draft)?;
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .write_result(grant, request, &draft, now, &mut random()?)?,
        )
    }
}
