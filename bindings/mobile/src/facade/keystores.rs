//! Opening by a secret that a device's keystore guards, beside the passphrase: a passkey (WebAuthn PRF), Android Keystore, Secure Enclave.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use std::sync::Arc;

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

#[uniffi::export]
impl Vault {
    /// Opens a vault from its header and its index entries by the secret (32 bytes) that a device's keystore guards under this name.
    ///
    /// # Errors
    /// `entry.device`, and those of `Vault::open`.
    #[uniffi::constructor]
    pub fn open_by_keystore(entries: Vec<facade::Entry>, name: String, secret: Bytes) -> Result<Arc<Self>, VaultError> {
        Ok(Self::around(facade::Vault::open_by_keystore(entries, &name, &secret)?))
    }

    /// Adds a secret (32 bytes) that a device's keystore guards under this name: gives the new header, to be written under the name `h`.
    ///
    /// # Errors
    /// `entry.name` when the name is taken, empty or too long; `entry.device` for a secret of another length.
    pub fn add_keystore(&self, name: String, secret: Bytes) -> Result<facade::Put, VaultError> {
        Ok(self.inner()?.add_keystore(&name, &secret, &mut random()?)?)
    }

    /// Takes the secret of this name away: gives the new header, to be written under the name `h`.
    ///
    /// # Errors
    /// `entry.name` when there is none of this name.
    pub fn remove_keystore(&self, name: String) -> Result<facade::Put, VaultError> {
        Ok(self.inner()?.remove_keystore(&name)?)
    }

    /// Names under which devices' keystores hold a secret.
    ///
    /// # Errors
    /// `entry.damaged`.
    pub fn keystores(&self) -> Result<Vec<String>, VaultError> {
        Ok(self.inner()?.keystores()?)
    }
}
