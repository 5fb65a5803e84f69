//! The outbox: what waits to be sent, and taking it back before it is.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("outbox.ts");

#[wasm_bindgen]
impl Vault {
    /// What waits to be sent to other people, the oldest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "OutboxView[]")]
    pub fn outbox(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.outbox()?)
    }

    /// Takes back a record that was signed and has not been sent.
    ///
    /// # Errors
    /// `outbox.sent` once it was sent, `outbox.sending` while it is, `outbox.kept` for receipts and answers, `vault.not_found`.
    #[wasm_bindgen(js_name = cancelOutbox, unchecked_return_type = "Changes")]
    pub fn cancel_outbox(&self, id: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.cancel_outbox(id, now, &mut random()?)?)
    }
}
