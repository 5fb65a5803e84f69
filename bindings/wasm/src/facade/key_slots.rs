//! Opening by a secret that the device guards instead of the passphrase (`core/spec/entries.md`, ENTRY-11, ENTRY-12).
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
    /// Opens a vault from its header and its index entries by the secret of this name.
    ///
    /// # Errors
    /// `entry.device` when the name is unknown or the secret another, `entry.damaged`, `entry.version`, `entry.rolled_back`,
    /// `vault.missing`.
    #[wasm_bindgen(js_name = openByKey)]
    pub fn open_by_key(
        #[wasm_bindgen(unchecked_param_type = "Entry[]")] entries: JsValue,
        name: &str,
        key: Vec<u8>,
    ) -> Result<Self, Thrown> {
        let entries = read::<Vec<facade::Entry>>(entries)?;
        Ok(Self::around(facade::Vault::open_by_key(entries, name, key)?))
    }

    /// Lets a secret of 32 bytes open this vault too: gives the new header, to be written under the name `h`.
    ///
    /// # Errors
    /// `entry.name` for a name that is taken or not 1 to 64 bytes long, `entry.device` for a secret of another length.
    #[wasm_bindgen(js_name = addKey, unchecked_return_type = "Put")]
    pub fn add_key(&self, name: &str, key: Vec<u8>) -> Result<JsValue, Thrown> {
        give(&self.exclusive()?.add_key(name, key, &mut random()?)?)
    }

    /// The secret of this name opens this vault no longer: gives the new header. A copy of the old header opens as before.
    ///
    /// # Errors
    /// `entry.name` for an unknown name.
    #[wasm_bindgen(js_name = removeKey, unchecked_return_type = "Put")]
    pub fn remove_key(&self, name: &str) -> Result<JsValue, Thrown> {
        give(&self.exclusive()?.remove_key(name)?)
    }

    /// Names of the secrets that open this vault beside the passphrase.
    ///
    /// # Errors
    /// `entry.damaged`.
    pub fn keys(&self) -> Result<Vec<String>, Thrown> {
        Ok(self.shared()?.keys()?)
    }
}
