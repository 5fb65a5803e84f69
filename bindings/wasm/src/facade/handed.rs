//! What a file from hand to hand is, and whose, before anything is done with it: officers and colleagues look first and act then.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::thrown::Thrown;
use crate::value::{give, number};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("handed.ts");

#[wasm_bindgen]
impl Vault {
    /// What a file is that somebody handed over, and whose; its signatures are verified. Nothing is stored and nobody is told.
    ///
    /// # Errors
    /// `handed.kind` for any other file, also for one whose signatures do not verify.
    #[wasm_bindgen(js_name = previewFile, unchecked_return_type = "HandedView")]
    pub fn preview_file(&self, file: &[u8], now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.shared()?.preview_file(file, now)?)
    }
}
