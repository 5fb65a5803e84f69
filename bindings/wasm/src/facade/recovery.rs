//! Recovery that proves itself before it says recovered, and the new kit that follows.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("recovery.ts");

#[wasm_bindgen]
impl Vault {
    /// Fetches what recovery must open to prove itself: one file. Afterwards `Vault::recovery` says how it went.
    ///
    /// # Errors
    /// `vault.not_ready`, `vault.need`.
    #[wasm_bindgen(js_name = proveRecovery, unchecked_return_type = "Changes")]
    pub fn prove_recovery(&self, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.prove_recovery(now, &mut random()?)?)
    }

    /// What recovery opened: the oldest record, the newest and one file, after every block was verified (by a finished
    /// `Vault::start_check`, else now). Only when `recovered` is true may a
    /// screen say so; otherwise the parts say what failed.
    ///
    /// # Errors
    /// `vault.need`.
    #[wasm_bindgen(unchecked_return_type = "Recovery")]
    pub fn recovery(&self, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.shared()?.recovery(now)?)
    }

    /// 24 new words, made by this device. Nothing changes until `Vault::replace_kit` is told that they were written down.
    ///
    /// # Errors
    /// None at present.
    #[wasm_bindgen(js_name = newKit)]
    pub fn new_kit(&self) -> Result<String, Thrown> {
        Ok(self.shared()?.new_kit(&mut random()?)?)
    }

    /// Replaces the kit: `words` are those in force, `new_words` those of `Vault::new_kit`, written down before; `devices` are taken out in
    /// the same step. Once the relay has it, the old words open nothing.
    ///
    /// # Errors
    /// `device.other_words`, `recovery.*`, `device.*`, `crypto.word`, `crypto.word_count`, `crypto.word_checksum`, `vault.need`.
    #[wasm_bindgen(js_name = replaceKit, unchecked_return_type = "Changes")]
    pub fn replace_kit(&self, words: &str, new_words: &str, devices: Vec<String>, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .replace_kit(words, new_words, &devices, now, &mut random()?)?,
        )
    }
}
