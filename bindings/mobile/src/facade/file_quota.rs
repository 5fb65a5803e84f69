//! How many bytes of files the holder of a grant may send: set by the patient with the offer or later, kept by the relay.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

#[uniffi::export]
impl Vault {
    /// Sets how many bytes of files may be sent, all together: by the claimant of an offer that is not confirmed yet, or by the holder of a
    /// grant. Without it that is 4 GiB; 0 allows none. What was sent before stays.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `vault.state` for an offer that is over, `grant.revoked`, `file.too_large` above 1 TiB.
    pub fn allow_files(&self, offer_or_grant: String, bytes: u64, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.allow_files(&offer_or_grant, bytes, now, &mut random()?)?)
    }
}
