//! Long work in steps: each step is short, so that a screen stays alive, shows how far it is, and a person can stop it.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type JobView = facade::JobView;

/// How far a job is.
#[uniffi::remote(Record)]
pub struct JobView {
    /// Its name.
    pub id: String,
    /// `check`, `export` or `verify`.
    pub kind: String,
    /// Blocks done; in a `verify` job each block counts four times.
    pub done: u32,
    /// Blocks in all.
    pub total: u32,
    /// Whether nothing is left to do: the result can be taken.
    pub finished: bool,
}

#[uniffi::export]
impl Vault {
    /// Begins the check of every block of the own chain, as `Vault::check_chain` does it in one go. The result is
    /// `Vault::take_checked`.
    ///
    /// # Errors
    /// `vault.not_ready`.
    pub fn start_check(&self) -> Result<facade::JobView, VaultError> {
        Ok(self.inner()?.start_check()?)
    }

    /// Begins a file of these records, as `Vault::export_records` makes it in one go. The result is `Vault::take_export`.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.not_ready`.
    pub fn start_export_records(&self, records: Vec<String>) -> Result<facade::JobView, VaultError> {
        Ok(self.inner()?.start_export_records(&records)?)
    }

    /// Begins a file of the whole chain, as `Vault::export_all` makes it in one go. The result is `Vault::take_export`.
    ///
    /// # Errors
    /// `vault.not_ready`.
    pub fn start_export_all(&self) -> Result<facade::JobView, VaultError> {
        Ok(self.inner()?.start_export_all()?)
    }

    /// Begins the verification of a file, as `Vault::verify_export` does it in one go; nothing of this vault is asked. Its blocks
    /// are gone through four times, and counted so. The result is `Vault::take_verification`.
    ///
    /// # Errors
    /// `export.*` when the file cannot be read at all, `trust.*`.
    pub fn start_verification(&self, file: Vec<u8>, trusted: String, now: u64) -> Result<facade::JobView, VaultError> {
        Ok(self.inner()?.start_verification(&file, &trusted, now)?)
    }

    /// Does so many more blocks of a job. 50 of them take some milliseconds.
    ///
    /// # Errors
    /// `vault.need`: provide the entries and call again; `vault.not_found` for a job that was cancelled or taken; `vault.state` when
    /// blocks that were not sent yet have changed their place since the job began: begin anew; `sync.gone`.
    pub fn step_job(&self, job: String, blocks: u32) -> Result<facade::JobView, VaultError> {
        Ok(self.inner()?.step_job(&job, blocks)?)
    }

    /// What a finished check found; the job is over.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state` while it is not finished.
    pub fn take_checked(&self, job: String) -> Result<facade::Checked, VaultError> {
        Ok(self.inner()?.take_checked(&job)?)
    }

    /// The finished file, signed now; the job is over.
    ///
    /// # Errors
    /// `vault.need`: provide the entries and call again; `vault.not_found`, `vault.state` while it is not finished,
    /// `export.too_large`.
    pub fn take_export(&self, job: String, now: u64) -> Result<Vec<u8>, VaultError> {
        Ok(self.inner()?.take_export(&job, now, &mut random()?)?)
    }

    /// What a finished verification found; the job is over.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state` while it is not finished.
    pub fn take_verification(&self, job: String) -> Result<facade::Verification, VaultError> {
        Ok(self.inner()?.take_verification(&job)?)
    }

    /// Gives a job up, whatever it has done; one that is over already stays over.
    pub fn cancel_job(&self, job: String) -> Result<(), VaultError> {
        self.inner()?.cancel_job(&job);
        Ok(())
    }
}
