//! Copies of results: permitted by the patient, read by who ordered them while the patient's phone is off.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type CopyPermissionView = facade::CopyPermissionView;

/// A permission to copy a result.
#[uniffi::remote(Record)]
pub struct CopyPermissionView {
    /// Its id.
    pub id: String,
    /// The request.
    pub request: String,
    /// The lab's grant.
    pub lab_grant: String,
    /// The recipient's grant.
    pub recipient_grant: String,
    /// Until when copies may be sent.
    pub until: Option<u64>,
    /// When it ended before that.
    pub ended: Option<u64>,
}

type CopyView = facade::CopyView;

/// A result that arrived by a copy.
#[uniffi::remote(Record)]
pub struct CopyView {
    /// The record.
    pub record: String,
    /// The grant of its patient.
    pub grant: String,
    /// The patient's name.
    pub patient: String,
    /// The request that it answers.
    pub request: String,
    /// What was examined.
    pub title: Option<String>,
    /// The level that most asks for attention.
    pub level: Option<String>,
    /// Who signed it.
    pub author: String,
    /// When it was signed.
    pub time: u64,
    /// `not_yet_filed` until the patient's wallet has filed and shared it, then `filed`.
    pub state: String,
    /// When it was first opened here.
    pub opened: Option<u64>,
}

#[uniffi::export]
impl Vault {
    /// Lets the holder of one grant (a lab) send the result of a request to the holder of another (who wrote the request), for some days.
    /// `created` is the permission.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `grant.revoked`, `copy_to.*`.
    pub fn allow_copy(
        &self,
        lab_grant: String,
        request: String,
        recipient_grant: String,
        days: u32,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .allow_copy(&lab_grant, &request, &recipient_grant, days, now, &mut random()?)?)
    }

    /// Ends a permission: its mailbox is removed and both sides are told.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `copy_to.over`.
    pub fn end_copy(&self, permission: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.end_copy(&permission, now, &mut random()?)?)
    }

    /// Permissions given or received.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn copy_permissions(&self) -> Result<Vec<facade::CopyPermissionView>, VaultError> {
        Ok(self.inner()?.copy_permissions()?)
    }

    /// Results that arrived by copies, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn copies(&self) -> Result<Vec<facade::CopyView>, VaultError> {
        Ok(self.inner()?.copies()?)
    }

    /// Opens a copy: a receipt is signed and sent. Call it before showing `Vault::copied_record`.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.*`.
    pub fn open_copy(&self, grant: String, record: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.open_copy(&grant, &record, now, &mut random()?)?)
    }

    /// A copy that was opened.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state` before it was opened.
    pub fn copied_record(&self, grant: String, record: String, now: u64) -> Result<facade::RecordView, VaultError> {
        Ok(self.inner()?.copied_record(&grant, &record, now)?)
    }
}
