//! Opening by a secret that a device's keystore guards, beside the passphrase: a passkey (WebAuthn PRF), Android Keystore, Secure Enclave.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, read};
use crate::vault::Vault;

#[wasm_bindgen]
impl Vault {
    /// Opens a vault from its header and its index entries by the secret (32 bytes) that a device's keystore guards under this name.
    ///
    /// # Errors
    /// `entry.device`, and those of `Vault::open`.
    #[wasm_bindgen(js_name = openByKeystore)]
    pub fn open_by_keystore(
        #[wasm_bindgen(unchecked_param_type = "Entry[]")] entries: JsValue,
        name: &str,
        secret: &[u8],
    ) -> Result<Self, Thrown> {
        let entries = read::<Vec<facade::Entry>>(entries)?;
        Ok(Self::around(facade::Vault::open_by_keystore(entries, name, secret)?))
    }

    /// Adds a secret (32 bytes) that a device's keystore guards under this name: gives the new header, to be written under the name `h`.
    ///
    /// # Errors
    /// `entry.name` when the name is taken, empty or too long; `entry.device` for a secret of another length.
    #[wasm_bindgen(js_name = addKeystore, unchecked_return_type = "Put")]
    pub fn add_keystore(&self, name: &str, secret: &[u8]) -> Result<JsValue, Thrown> {
        give(&self.exclusive()?.add_keystore(name, secret, &mut random()?)?)
    }

    /// Takes the secret of this name away: gives the new header, to be written under the name `h`.
    ///
    /// # Errors
    /// `entry.name` when there is none of this name.
    #[wasm_bindgen(js_name = removeKeystore, unchecked_return_type = "Put")]
    pub fn remove_keystore(&self, name: &str) -> Result<JsValue, Thrown> {
        give(&self.exclusive()?.remove_keystore(name)?)
    }

    /// Names under which devices' keystores hold a secret.
    ///
    /// # Errors
    /// `entry.damaged`.
    pub fn keystores(&self) -> Result<Vec<String>, Thrown> {
        Ok(self.shared()?.keystores()?)
    }
}
