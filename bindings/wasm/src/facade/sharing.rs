//! Grants given and received, records read under them, submissions and receipts.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number, read};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("sharing.ts");

#[wasm_bindgen]
impl Vault {
    /// Who has access: every grant given, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "GrantView[]")]
    pub fn grants(&self, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.shared()?.grants(now)?)
    }

    /// Receipts in the chain, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "ReceiptView[]")]
    pub fn receipts(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.receipts()?)
    }

    /// Patients who gave access, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "AccessView[]")]
    pub fn accesses(&self, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.shared()?.accesses(now)?)
    }

    /// Records shared under a grant received, newest first.
    ///
    /// # Errors
    /// `vault.not_found`, `category.unknown`.
    #[wasm_bindgen(js_name = sharedRecords, unchecked_return_type = "RecordSummary[]")]
    pub fn shared_records(
        &self,
        grant: &str,
        #[wasm_bindgen(unchecked_param_type = "RecordQuery")] query: JsValue,
    ) -> Result<JsValue, Thrown> {
        let query = read::<facade::RecordQuery>(query)?;
        give(&self.shared()?.shared_records(grant, &query)?)
    }

    /// Asks for copies of shared records that are not on this device yet; they arrive with the next answers.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.*`.
    #[wasm_bindgen(js_name = fetchShared, unchecked_return_type = "Changes")]
    pub fn fetch_shared(&self, grant: &str, record_ids: Vec<String>, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .fetch_shared(grant, &record_ids, now, &mut random()?)?,
        )
    }

    /// Opens shared records that were fetched: a receipt is signed and sent for those not opened before. Call it before showing
    /// `Vault::shared_record`.
    ///
    /// # Errors
    /// `grant.*`, `vault.state` when a copy was not fetched yet.
    #[wasm_bindgen(js_name = openShared, unchecked_return_type = "Changes")]
    pub fn open_shared(&self, grant: &str, record_ids: Vec<String>, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.open_shared(grant, &record_ids, now, &mut random()?)?)
    }

    /// A shared record that was opened.
    ///
    /// # Errors
    /// `vault.need`, `vault.state` before it was opened.
    #[wasm_bindgen(js_name = sharedRecord, unchecked_return_type = "RecordView")]
    pub fn shared_record(&self, grant: &str, record: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.shared()?.shared_record(grant, record, now)?)
    }

    /// Asks for the parts of an attachment of a shared record.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    #[wasm_bindgen(js_name = fetchSharedAttachment, unchecked_return_type = "Changes")]
    pub fn fetch_shared_attachment(&self, grant: &str, record: &str, index: u32, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .fetch_shared_attachment(grant, record, index, now, &mut random()?)?,
        )
    }

    /// An attachment of a shared record whose parts are all here.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_found`, `crypto.*`.
    #[wasm_bindgen(js_name = sharedAttachment)]
    pub fn shared_attachment(&self, grant: &str, record: &str, index: u32) -> Result<Vec<u8>, Thrown> {
        Ok(self.shared()?.shared_attachment(grant, record, index)?)
    }

    /// Signs a FHIR document for the patient of a grant and sends it; `created` is the record.
    ///
    /// # Errors
    /// `grant.*`, `credential.role`, `read.*`, `record.*`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn submit(
        &self,
        grant: &str,
        #[wasm_bindgen(unchecked_param_type = "RecordDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::RecordDraft>(draft)?;
        let now = number(now)?;
        give(&self.exclusive()?.submit(grant, &draft, now, &mut random()?)?)
    }

    /// Records written for patients, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "SubmissionView[]")]
    pub fn submissions(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.submissions()?)
    }

    /// A record written for a patient, as it was signed: to be read again, or corrected.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(js_name = submittedRecord, unchecked_return_type = "RecordView")]
    pub fn submitted_record(&self, record: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.shared()?.submitted_record(record, now)?)
    }

    /// Sends a record once more that the patient's wallet has not answered.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn resend(&self, record: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.resend(record, now, &mut random()?)?)
    }
}
