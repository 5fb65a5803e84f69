//! Importing FHIR files, documents and pictures, with a preview and duplicates found.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number, read};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("import.ts");

#[wasm_bindgen]
impl Vault {
    /// What a FHIR file holds, and what of it is in the chain already.
    ///
    /// # Errors
    /// `import.*`, `read.*`.
    #[wasm_bindgen(js_name = previewImport, unchecked_return_type = "ImportCandidate[]")]
    pub fn preview_import(&self, file: &[u8]) -> Result<JsValue, Thrown> {
        give(&self.shared()?.preview_import(file)?)
    }

    /// Files the chosen candidates of a file, each with its exact bytes, marked as imported.
    ///
    /// # Errors
    /// `import.*`, `read.*`, `record.*`, `vault.not_found` for a place that the file does not have.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn import(
        &self,
        file: &[u8],
        #[wasm_bindgen(unchecked_param_type = "number[]")] chosen: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let chosen = read::<Vec<u32>>(chosen)?;
        let now = number(now)?;
        give(&self.exclusive()?.import(file, &chosen, now, &mut random()?)?)
    }

    /// Files a document or picture as an attachment with a FHIR DocumentReference that names it; `created` is the record.
    ///
    /// # Errors
    /// `vault.text`, `build.*`, `record.*`, `crypto.too_large`.
    #[wasm_bindgen(js_name = importFile, unchecked_return_type = "Changes")]
    pub fn import_file(&self, name: &str, media_type: &str, bytes: &[u8], now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .import_file(name, media_type, bytes, now, &mut random()?)?,
        )
    }
}
