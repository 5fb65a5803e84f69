//! What was corrected or withdrawn: by whom, why, when, and who had read the old version.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::thrown::Thrown;
use crate::value::give;
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("corrections.ts");

#[wasm_bindgen]
impl Vault {
    /// Records that were corrected or withdrawn by their authors, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "CorrectionView[]")]
    pub fn corrections(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.corrections()?)
    }
}
