//! The patient's wishes for care, the people to call, and who the patient is, as last entered.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type WishDraft = facade::WishDraft;

/// A wish for care.
#[uniffi::remote(Record)]
pub struct WishDraft {
    /// `organ-donation`, `resuscitation` or `directive`.
    pub subject: String,
    /// Whether it is agreed to or refused; left out when only words say it.
    pub permit: Option<bool>,
    /// The wish in the patient's own words.
    pub words: String,
    /// The own wish that this replaces.
    pub supersedes: Option<String>,
}

#[uniffi::export]
impl Vault {
    /// Who the patient is, as last entered: to be changed and given to `Vault::set_demographics`.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_ready`.
    pub fn demographics(&self) -> Result<facade::PatientDraft, VaultError> {
        Ok(self.inner()?.demographics()?)
    }

    /// Adds somebody to call in an emergency: a new version of the personal details. `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `vault.need`, `build.*`.
    pub fn add_emergency_contact(
        &self,
        contact: facade::ContactDraft,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.add_emergency_contact(&contact, now, &mut random()?)?)
    }

    /// Files a wish for care; `created` is the record. A wish is read by people and permits no access.
    ///
    /// # Errors
    /// `vault.role`, `draft.wish`, `build.*`, `draft.correction`.
    pub fn add_wish(&self, draft: facade::WishDraft, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.add_wish(&draft, now, &mut random()?)?)
    }
}
