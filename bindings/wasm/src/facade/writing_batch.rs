//! Results from a laboratory's own system: a whole FHIR document, matched to the request it names, signed as it is, and never twice.
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
    /// Signs a laboratory result from the lab's own system, exactly these bytes, for the patient whose request it names (`basedOn`), and sends
    /// it. A result of status `corrected` or `amended` supersedes the lab's newest one for that request. The same bytes are signed only once:
    /// a second call changes nothing. `created` is the record either way.
    ///
    /// # Errors
    /// `result.*`, `vault.role`, `vault.need`, `record.too_large`, `read.*`, `grant.*`, `credential.role`, `draft.correction`, `draft.reason`.
    #[wasm_bindgen(js_name = fileResult, unchecked_return_type = "Changes")]
    pub fn file_result(&self, fhir: Vec<u8>, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.file_result(fhir, now, &mut random()?)?)
    }
}
