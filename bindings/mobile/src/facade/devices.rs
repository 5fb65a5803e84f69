//! The owner's devices: list, names, taking one out.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type DeviceView = facade::DeviceView;

/// A device of the owner.
#[uniffi::remote(Record)]
pub struct DeviceView {
    /// The device: the hash of the statement that certifies it.
    pub id: String,
    /// What the owner calls it; empty until it is named.
    pub name: String,
    /// When it was listed in the chain.
    pub since: u64,
    /// The newest block of the own chain that it signed.
    pub last_block: Option<u32>,
    /// When that was.
    pub last_signed: Option<u64>,
    /// Whether it may certify and take out others.
    pub admin: bool,
    /// Whether it is the one in use.
    pub this: bool,
    /// When it was taken out.
    pub removed: Option<u64>,
    /// Whether the relay has confirmed that it was taken out; until then it may still write and read.
    pub removal_confirmed: bool,
}

#[uniffi::export]
impl Vault {
    /// The owner's devices, in the order in which they were listed.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn devices(&self) -> Result<Vec<facade::DeviceView>, VaultError> {
        Ok(self.inner()?.devices()?)
    }

    /// Calls a device something.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.text`.
    pub fn rename_device(&self, id: String, name: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.rename_device(&id, &name, now, &mut random()?)?)
    }

    /// Takes devices out: from the relay's confirmation on they write, read and open nothing that is new, here or in any share. Taking out
    /// one that may itself take out others needs the words of the kit.
    ///
    /// # Errors
    /// `device.*`, `crypto.word`, `crypto.word_count`, `crypto.word_checksum`, `vault.not_found`.
    pub fn remove_devices(
        &self,
        ids: Vec<String>,
        words: Option<String>,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .remove_devices(&ids, words.as_deref(), now, &mut random()?)?)
    }
}
