//! How far a laboratory's work on a request has come: set by the lab, seen by patient and practitioner.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type OrderStateDraft = facade::OrderStateDraft;

/// A new state of a request.
#[uniffi::remote(Record)]
pub struct OrderStateDraft {
    /// `collected`, `in_progress` or `rejected`. That a result was filed or corrected follows from the result.
    pub state: String,
    /// Why it was rejected; needed then.
    pub reason: Option<String>,
    /// What was collected, usable or not; needed with `collected`.
    pub specimens: Vec<facade::SpecimenDraft>,
}

#[uniffi::export]
impl Vault {
    /// Says how far the work on a shared request has come; the signed state goes to the patient and, by the patient's shares, to whoever sees
    /// the request. `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `vault.need`, `grant.*`, `credential.role`, `order.*`, `build.*`, `draft.request`.
    pub fn set_order_state(
        &self,
        grant: String,
        request: String,
        draft: facade::OrderStateDraft,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .set_order_state(&grant, &request, &draft, now, &mut random()?)?)
    }
}
