//! Opening by a secret that the device guards instead of the passphrase (`core/spec/entries.md`, ENTRY-11, ENTRY-12).
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use std::sync::Arc;

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

#[uniffi::export]
impl Vault {
    /// Opens a vault from its header and its index entries by the secret of this name.
    ///
    /// # Errors
    /// `entry.device` when the name is unknown or the secret another, `entry.damaged`, `entry.version`, `entry.rolled_back`,
    /// `vault.missing`.
    #[uniffi::constructor]
    pub fn open_by_key(entries: Vec<facade::Entry>, name: String, key: Vec<u8>) -> Result<Arc<Self>, VaultError> {
        Ok(Self::around(facade::Vault::open_by_key(entries, &name, key)?))
    }

    /// Lets a secret of 32 bytes open this vault too: gives the new header, to be written under the name `h`.
    ///
    /// # Errors
    /// `entry.name` for a name that is taken or not 1 to 64 bytes long, `entry.device` for a secret of another length.
    pub fn add_key(&self, name: String, key: Vec<u8>) -> Result<facade::Put, VaultError> {
        Ok(self.inner()?.add_key(&name, key, &mut random()?)?)
    }

    /// The secret of this name opens this vault no longer: gives the new header. A copy of the old header opens as before.
    ///
    /// # Errors
    /// `entry.name` for an unknown name.
    pub fn remove_key(&self, name: String) -> Result<facade::Put, VaultError> {
        Ok(self.inner()?.remove_key(&name)?)
    }

    /// Names of the secrets that open this vault beside the passphrase.
    ///
    /// # Errors
    /// `entry.damaged`.
    pub fn keys(&self) -> Result<Vec<String>, VaultError> {
        Ok(self.inner()?.keys()?)
    }
}
