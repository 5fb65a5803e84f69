//! Results from a laboratory's own system: a whole FHIR document, matched to the request it names, signed as it is, and never twice.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

#[uniffi::export]
impl Vault {
    /// Signs a laboratory result from the lab's own system, exactly these bytes, for the patient whose request it names (`basedOn`), and sends
    /// it. A result of status `corrected` or `amended` supersedes the lab's newest one for that request. The same bytes are signed only once:
    /// a second call changes nothing. `created` is the record either way.
    ///
    /// # Errors
    /// `result.*`, `vault.role`, `vault.need`, `record.too_large`, `read.*`, `grant.*`, `credential.role`, `draft.correction`, `draft.reason`.
    pub fn file_result(&self, fhir: Bytes, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.file_result(fhir.into(), now, &mut random()?)?)
    }
}
