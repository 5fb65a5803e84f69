//! Corrections and withdrawals of what was written before: by its author alone, with the reason, beside the old version and never instead.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

#[uniffi::export]
impl Vault {
    /// Corrects a record that this practitioner or lab wrote: `fhir` is the whole document as it should have been. The old version stays, marked;
    /// whoever read it is told. `created` is the correction.
    ///
    /// # Errors
    /// `draft.correction`, `draft.reason`, `vault.role`, `grant.*`, `credential.role`, `build.*`, `result.*`, `read.*`.
    pub fn correct_record(
        &self,
        record: String,
        fhir: Bytes,
        reason: String,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .correct_record(&record, fhir.into(), &reason, now, &mut random()?)?)
    }

    /// Withdraws a record that this practitioner or lab wrote (FHIR `entered-in-error`). The old version stays, marked; whoever read it is told.
    /// `created` is the withdrawal.
    ///
    /// # Errors
    /// `draft.correction`, `draft.reason`, `vault.role`, `grant.*`, `credential.role`, `build.invalid`.
    pub fn withdraw_record(&self, record: String, reason: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.withdraw_record(&record, &reason, now, &mut random()?)?)
    }

    /// Marks an own entry as entered in error. The entry stays, marked. `created` is the record that says so.
    ///
    /// # Errors
    /// `draft.correction` for what somebody else signed or what was corrected already, `draft.reason`, `vault.need`, `build.invalid`.
    pub fn mark_entered_in_error(
        &self,
        record: String,
        reason: String,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .mark_entered_in_error(&record, &reason, now, &mut random()?)?)
    }
}
