//! How many bytes of files the holder of a grant may send: set by the patient with the offer or later, kept by the relay.
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
    /// Sets how many bytes of files may be sent, all together: by the claimant of an offer that is not confirmed yet, or by the holder of a
    /// grant. Without it that is 4 GiB; 0 allows none. What was sent before stays.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `vault.state` for an offer that is over, `grant.revoked`, `file.too_large` above 1 TiB.
    #[wasm_bindgen(js_name = allowFiles, unchecked_return_type = "Changes")]
    pub fn allow_files(&self, offer_or_grant: &str, bytes: f64, now: f64) -> Result<JsValue, Thrown> {
        let bytes = number(bytes)?;
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .allow_files(offer_or_grant, bytes, now, &mut random()?)?,
        )
    }
}
