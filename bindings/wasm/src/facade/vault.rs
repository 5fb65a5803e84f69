//! The object itself: one store, one session, at most one change that is not stored yet.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::thrown::Thrown;
use crate::value::{number, plain};
use crate::vault::Vault;

#[wasm_bindgen]
impl Vault {
    /// The platform stored the changes of this generation.
    ///
    /// # Errors
    /// `vault.generation` when another change is waited for.
    pub fn stored(&self, generation: f64) -> Result<(), Thrown> {
        let generation = number(generation)?;
        self.exclusive()?.stored(generation)?;
        Ok(())
    }

    /// The platform could not store the changes: they never happened. After a conflict (`reason` is `conflict`) the vault must be
    /// opened again from the store.
    ///
    /// # Errors
    /// `vault.conflict` after a conflict.
    pub fn failed(&self, reason: &str) -> Result<(), Thrown> {
        self.exclusive()?.failed(reason)?;
        Ok(())
    }

    /// Whether a change waits to be stored.
    #[wasm_bindgen(js_name = isBusy)]
    pub fn is_busy(&self) -> Result<bool, Thrown> {
        Ok(self.shared()?.is_busy())
    }

    /// The store's generation.
    pub fn generation(&self) -> Result<f64, Thrown> {
        Ok(plain(self.shared()?.generation()))
    }
}
