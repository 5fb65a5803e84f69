//! The owner's devices: list, names, taking one out.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("devices.ts");

#[wasm_bindgen]
impl Vault {
    /// The owner's devices, in the order in which they were listed.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "DeviceView[]")]
    pub fn devices(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.devices()?)
    }

    /// Calls a device something.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.text`.
    #[wasm_bindgen(js_name = renameDevice, unchecked_return_type = "Changes")]
    pub fn rename_device(&self, id: &str, name: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.rename_device(id, name, now, &mut random()?)?)
    }

    /// Takes devices out: from the relay's confirmation on they write, read and open nothing that is new, here or in any share. Taking out
    /// one that may itself take out others needs the words of the kit.
    ///
    /// # Errors
    /// `device.*`, `crypto.word`, `crypto.word_count`, `crypto.word_checksum`, `vault.not_found`.
    #[wasm_bindgen(js_name = removeDevices, unchecked_return_type = "Changes")]
    pub fn remove_devices(&self, ids: Vec<String>, words: Option<String>, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .remove_devices(&ids, words.as_deref(), now, &mut random()?)?,
        )
    }
}
