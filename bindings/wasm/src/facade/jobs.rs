//! Long work in steps: each step is short, so that a screen stays alive, shows how far it is, and a person can stop it.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("jobs.ts");

#[wasm_bindgen]
impl Vault {
    /// Begins the check of every block of the own chain, as `Vault::check_chain` does it in one go. The result is
    /// `Vault::take_checked`.
    ///
    /// # Errors
    /// `vault.not_ready`.
    #[wasm_bindgen(js_name = startCheck, unchecked_return_type = "JobView")]
    pub fn start_check(&self) -> Result<JsValue, Thrown> {
        give(&self.exclusive()?.start_check()?)
    }

    /// Begins a file of these records, as `Vault::export_records` makes it in one go. The result is `Vault::take_export`.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.not_ready`.
    #[wasm_bindgen(js_name = startExportRecords, unchecked_return_type = "JobView")]
    pub fn start_export_records(&self, records: Vec<String>) -> Result<JsValue, Thrown> {
        give(&self.exclusive()?.start_export_records(&records)?)
    }

    /// Begins a file of the whole chain, as `Vault::export_all` makes it in one go. The result is `Vault::take_export`.
    ///
    /// # Errors
    /// `vault.not_ready`.
    #[wasm_bindgen(js_name = startExportAll, unchecked_return_type = "JobView")]
    pub fn start_export_all(&self) -> Result<JsValue, Thrown> {
        give(&self.exclusive()?.start_export_all()?)
    }

    /// Begins the verification of a file, as `Vault::verify_export` does it in one go; nothing of this vault is asked. Its blocks
    /// are gone through four times, and counted so. The result is `Vault::take_verification`.
    ///
    /// # Errors
    /// `export.*` when the file cannot be read at all, `trust.*`.
    #[wasm_bindgen(js_name = startVerification, unchecked_return_type = "JobView")]
    pub fn start_verification(&self, file: &[u8], trusted: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.start_verification(file, trusted, now)?)
    }

    /// Does so many more blocks of a job. 50 of them take some milliseconds.
    ///
    /// # Errors
    /// `vault.need`: provide the entries and call again; `vault.not_found` for a job that was cancelled or taken; `vault.state` when
    /// blocks that were not sent yet have changed their place since the job began: begin anew; `sync.gone`.
    #[wasm_bindgen(js_name = stepJob, unchecked_return_type = "JobView")]
    pub fn step_job(&self, job: &str, blocks: u32) -> Result<JsValue, Thrown> {
        give(&self.exclusive()?.step_job(job, blocks)?)
    }

    /// What a finished check found; the job is over.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state` while it is not finished.
    #[wasm_bindgen(js_name = takeChecked, unchecked_return_type = "Checked")]
    pub fn take_checked(&self, job: &str) -> Result<JsValue, Thrown> {
        give(&self.exclusive()?.take_checked(job)?)
    }

    /// The finished file, signed now; the job is over.
    ///
    /// # Errors
    /// `vault.need`: provide the entries and call again; `vault.not_found`, `vault.state` while it is not finished,
    /// `export.too_large`.
    #[wasm_bindgen(js_name = takeExport)]
    pub fn take_export(&self, job: &str, now: f64) -> Result<Vec<u8>, Thrown> {
        let now = number(now)?;
        Ok(self.exclusive()?.take_export(job, now, &mut random()?)?)
    }

    /// What a finished verification found; the job is over.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state` while it is not finished.
    #[wasm_bindgen(js_name = takeVerification, unchecked_return_type = "Verification")]
    pub fn take_verification(&self, job: &str) -> Result<JsValue, Thrown> {
        give(&self.exclusive()?.take_verification(job)?)
    }

    /// Gives a job up, whatever it has done; one that is over already stays over.
    #[wasm_bindgen(js_name = cancelJob)]
    pub fn cancel_job(&self, job: &str) -> Result<(), Thrown> {
        self.exclusive()?.cancel_job(job);
        Ok(())
    }
}
