//! The owner's records: lists, search, details, own entries, attachments.
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
const TYPES: &'static str = include_str!("records.ts");

#[wasm_bindgen]
impl Vault {
    /// Records in the own chain that fit, newest first.
    ///
    /// # Errors
    /// `category.unknown`, `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "RecordSummary[]")]
    pub fn records(
        &self,
        #[wasm_bindgen(unchecked_param_type = "RecordQuery")] query: JsValue,
    ) -> Result<JsValue, Thrown> {
        let query = read::<facade::RecordQuery>(query)?;
        give(&self.shared()?.records(&query)?)
    }

    /// A record in full.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    #[wasm_bindgen(unchecked_return_type = "RecordView")]
    pub fn record(&self, id: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.shared()?.record(id, now)?)
    }

    /// Files an own FHIR document; `created` is the record.
    ///
    /// # Errors
    /// `read.*`, `record.*`, `vault.not_ready`.
    #[wasm_bindgen(js_name = addRecord, unchecked_return_type = "Changes")]
    pub fn add_record(
        &self,
        #[wasm_bindgen(unchecked_param_type = "RecordDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::RecordDraft>(draft)?;
        let now = number(now)?;
        give(&self.exclusive()?.add_record(&draft, now, &mut random()?)?)
    }

    /// Notes that a record of the own chain was looked at on this device. Nobody else learns of it, no other device either.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(js_name = noteOpened, unchecked_return_type = "Changes")]
    pub fn note_opened(&self, id: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.note_opened(id, now, &mut random()?)?)
    }

    /// Keeps a record out of shares made from now on, or lets it in again.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(js_name = hideRecord, unchecked_return_type = "Changes")]
    pub fn hide_record(&self, id: &str, hidden: bool, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.hide_record(id, hidden, now, &mut random()?)?)
    }

    /// Asks for the parts of an attachment that are not on this device.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    #[wasm_bindgen(js_name = fetchAttachment, unchecked_return_type = "Changes")]
    pub fn fetch_attachment(&self, record: &str, index: u32, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.fetch_attachment(record, index, now, &mut random()?)?)
    }

    /// An attachment whose parts are all here, checked against its signed hash.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_found`, `crypto.*`.
    pub fn attachment(&self, record: &str, index: u32) -> Result<Vec<u8>, Thrown> {
        Ok(self.shared()?.attachment(record, index)?)
    }
}
