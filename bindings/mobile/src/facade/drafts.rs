//! Drafts of forms: saved while a person writes, sealed on this device, listed, changed and discarded; nothing of them is ever sent.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type DraftContent = facade::DraftContent;

/// A draft as it is saved.
#[uniffi::remote(Record)]
pub struct DraftContent {
    /// The form: `allergy`, `condition`, `medicine`, `measurement`, `immunization`, `person`, `contact`, `wish`, `report`, `prescription`,
    /// `lab_request`, `result`, `order_state`, `appointment` (a request for one), `delegation` or `credential`.
    pub kind: String,
    /// For the patient of this grant; left out for an own entry.
    pub grant: Option<String>,
    /// The record that it will answer.
    pub request: Option<String>,
    /// The form's content: a JSON object of the form's members, as far as they are filled in.
    pub json: String,
}

type DraftView = facade::DraftView;

/// A row of the list of drafts.
#[uniffi::remote(Record)]
pub struct DraftView {
    /// Its name on this device.
    pub id: String,
    /// The form.
    pub kind: String,
    /// For the patient of this grant.
    pub grant: Option<String>,
    /// The patient's name.
    pub patient: Option<String>,
    /// When it was begun.
    pub begun: u64,
    /// When it was last saved.
    pub saved: u64,
}

#[uniffi::export]
impl Vault {
    /// Saves a draft, anew or over the one named `id`. `created` is its name.
    ///
    /// # Errors
    /// `draft.form`, `draft.content`, `draft.many`, `vault.not_found`.
    pub fn save_draft(
        &self,
        id: Option<String>,
        draft: facade::DraftContent,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.save_draft(id, &draft, now, &mut random()?)?)
    }

    /// Drafts on this device, the newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn drafts(&self) -> Result<Vec<facade::DraftView>, VaultError> {
        Ok(self.inner()?.drafts()?)
    }

    /// A draft as it was last saved.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn draft(&self, id: String) -> Result<facade::DraftContent, VaultError> {
        Ok(self.inner()?.draft(&id)?)
    }

    /// Discards a draft.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn discard_draft(&self, id: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.discard_draft(&id, now, &mut random()?)?)
    }
}
