//! The owner's records: lists, search, details, import, and the chain itself.
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

    /// Keeps a record out of shares made from now on, or lets it in again.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(js_name = hideRecord, unchecked_return_type = "Changes")]
    pub fn hide_record(&self, id: &str, hidden: bool, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.hide_record(id, hidden, now, &mut random()?)?)
    }

    /// What a FHIR file holds, and what of it is in the chain already.
    ///
    /// # Errors
    /// `import.*`, `read.*`.
    #[wasm_bindgen(js_name = previewImport, unchecked_return_type = "ImportCandidate[]")]
    pub fn preview_import(&self, file: &[u8]) -> Result<JsValue, Thrown> {
        give(&self.shared()?.preview_import(file)?)
    }

    /// Files the chosen candidates of a file, each with its exact bytes, marked as imported.
    ///
    /// # Errors
    /// `import.*`, `read.*`, `record.*`, `vault.not_found` for a place that the file does not have.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn import(
        &self,
        file: &[u8],
        #[wasm_bindgen(unchecked_param_type = "number[]")] chosen: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let chosen = read::<Vec<u32>>(chosen)?;
        let now = number(now)?;
        give(&self.exclusive()?.import(file, &chosen, now, &mut random()?)?)
    }

    /// Files a document or picture as an attachment with a FHIR DocumentReference that names it; `created` is the record.
    ///
    /// # Errors
    /// `vault.text`, `build.*`, `record.*`, `crypto.too_large`.
    #[wasm_bindgen(js_name = importFile, unchecked_return_type = "Changes")]
    pub fn import_file(&self, name: &str, media_type: &str, bytes: &[u8], now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .import_file(name, media_type, bytes, now, &mut random()?)?,
        )
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

    /// The own chain.
    ///
    /// # Errors
    /// `vault.not_ready`.
    #[wasm_bindgen(unchecked_return_type = "Chain")]
    pub fn chain(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.chain()?)
    }

    /// Blocks of the own chain from one on, at most `count`, without their bytes.
    ///
    /// # Errors
    /// `vault.not_ready`.
    #[wasm_bindgen(unchecked_return_type = "BlockView[]")]
    pub fn blocks(&self, first: u32, count: u32) -> Result<JsValue, Thrown> {
        give(&self.shared()?.blocks(first, count)?)
    }

    /// One block of the own chain with its exact bytes, verified afresh: signature, link, body and place in the index.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`. What is wrong with the block itself is its `failure`.
    #[wasm_bindgen(unchecked_return_type = "BlockView")]
    pub fn block(&self, sequence: u32) -> Result<JsValue, Thrown> {
        give(&self.shared()?.block(sequence)?)
    }

    /// What a changed copy of a block would look like: the same checks over other bytes. Nothing is stored.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(unchecked_return_type = "BlockView")]
    pub fn inspect(&self, sequence: u32, bytes: Vec<u8>) -> Result<JsValue, Thrown> {
        give(&self.shared()?.inspect(sequence, bytes)?)
    }

    /// Checks every block of the own chain strictly: signatures, keys, links and bodies; names the first bad one. Long chains: the
    /// entries needed are named with `vault.need`.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_ready`.
    #[wasm_bindgen(js_name = checkChain, unchecked_return_type = "Checked")]
    pub fn check_chain(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.check_chain()?)
    }
}
