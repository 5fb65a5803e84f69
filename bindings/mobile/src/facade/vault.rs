//! The object itself: one store, one session, at most one change that is not stored yet.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use crate::error::VaultError;
use crate::vault::Vault;

#[uniffi::export]
impl Vault {
    /// The platform stored the changes of this generation.
    ///
    /// # Errors
    /// `vault.generation` when another change is waited for.
    pub fn stored(&self, generation: u64) -> Result<(), VaultError> {
        self.inner()?.stored(generation)?;
        Ok(())
    }

    /// The platform could not store the changes: they never happened. After a conflict (`reason` is `conflict`) the vault must be
    /// opened again from the store.
    ///
    /// # Errors
    /// `vault.conflict` after a conflict.
    pub fn failed(&self, reason: String) -> Result<(), VaultError> {
        self.inner()?.failed(&reason)?;
        Ok(())
    }

    /// Whether a change waits to be stored.
    pub fn is_busy(&self) -> Result<bool, VaultError> {
        Ok(self.inner()?.is_busy())
    }

    /// The store's generation.
    pub fn generation(&self) -> Result<u64, VaultError> {
        Ok(self.inner()?.generation())
    }
}
