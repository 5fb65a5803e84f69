//! Handing out records as a file, and checking such a file without any vault (`core/spec/export.md`).
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("export.ts");

#[wasm_bindgen]
impl Vault {
    /// A file of these records that anybody can verify offline. Attached files and their keys are not in it.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_found`, `vault.not_ready`, `sync.gone`, `export.too_large`.
    #[wasm_bindgen(js_name = exportRecords)]
    pub fn export_records(&self, records: Vec<String>, now: f64) -> Result<Vec<u8>, Thrown> {
        let now = number(now)?;
        Ok(self.shared()?.export_records(&records, now, &mut random()?)?)
    }

    /// A file of the whole chain: every block, all records and receipts, grants as signed; no attached files and no keys.
    ///
    /// # Errors
    /// As `Vault::export_records`.
    #[wasm_bindgen(js_name = exportAll)]
    pub fn export_all(&self, now: f64) -> Result<Vec<u8>, Thrown> {
        let now = number(now)?;
        Ok(self.shared()?.export_all(now, &mut random()?)?)
    }

    /// Verifies a file without network, relay or vault. `trusted` is a list of organizations as
    /// `Vault::trust_list` takes it.
    ///
    /// # Errors
    /// `export.*` when the file cannot be read at all, `trust.*`. What is wrong inside is part of the answer.
    #[wasm_bindgen(js_name = verifyExport, unchecked_return_type = "Verification")]
    pub fn verify_export(file: &[u8], trusted: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&facade::Vault::verify_export(file, trusted, now)?)
    }
}
