//! Sealed copies of chosen files, for platforms that cannot read a chosen file again after a restart: browsers.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

#[uniffi::export]
impl Vault {
    /// Seals a piece of a chosen file, at most 1 MiB, to be kept under this source and number until it is uploaded.
    ///
    /// # Errors
    /// `file.piece` for a larger one.
    pub fn seal_piece(&self, source: String, index: u64, bytes: Bytes) -> Result<Bytes, VaultError> {
        Ok(self.inner()?.seal_piece(&source, index, &bytes, &mut random()?)?.into())
    }

    /// Opens a piece that was kept.
    ///
    /// # Errors
    /// `entry.damaged`, also for a piece of another source or place.
    pub fn open_piece(&self, source: String, index: u64, sealed: Bytes) -> Result<Bytes, VaultError> {
        Ok(self.inner()?.open_piece(&source, index, &sealed)?.into())
    }
}
