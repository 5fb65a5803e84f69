//! The conversation with relays, as the platform drives it (DESIGN §9, Sync).
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
const TYPES: &'static str = include_str!("network.ts");

#[wasm_bindgen]
impl Vault {
    /// What to send next. Requests are signed for this moment and never stored.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(js_name = nextRequest, unchecked_return_type = "Request")]
    pub fn next_request(&self, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.next_request(now, &mut random()?)?)
    }

    /// A request was answered. An answer that this side refuses changes nothing but is shown, with its code.
    ///
    /// # Errors
    /// `vault.busy`, `vault.damaged`.
    #[wasm_bindgen(js_name = onResponse, unchecked_return_type = "Changes")]
    pub fn on_response(
        &self,
        id: f64,
        status: u16,
        #[wasm_bindgen(unchecked_param_type = "Header[]")] headers: JsValue,
        body: Vec<u8>,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let id = number(id)?;
        let headers = read::<Vec<facade::Header>>(headers)?;
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .on_response(id, status, headers, body, now, &mut random()?)?,
        )
    }

    /// A request could not be sent, or no answer came: `kind` is `network`, `timeout` or `cancelled`.
    ///
    /// # Errors
    /// `vault.busy`, `vault.damaged`.
    #[wasm_bindgen(js_name = onFailure, unchecked_return_type = "Changes")]
    pub fn on_failure(&self, id: f64, kind: &str, now: f64) -> Result<JsValue, Thrown> {
        let id = number(id)?;
        let now = number(now)?;
        give(&self.exclusive()?.on_failure(id, kind, now, &mut random()?)?)
    }

    /// Asks for all news now.
    pub fn refresh(&self) -> Result<(), Thrown> {
        self.exclusive()?.refresh();
        Ok(())
    }

    /// Waits for news at the relay for up to this many seconds a request, instead of asking now and then; 0 asks once.
    pub fn watch(&self, seconds: f64) -> Result<(), Thrown> {
        let seconds = number(seconds)?;
        self.exclusive()?.watch(seconds);
        Ok(())
    }

    /// Tries again what stopped, files included.
    ///
    /// # Errors
    /// `vault.busy`, `vault.need`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn retry(&self, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.retry(now, &mut random()?)?)
    }
}
