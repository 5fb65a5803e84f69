//! Drafts of forms: saved while a person writes, sealed on this device, listed, changed and discarded; nothing of them is ever sent.
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
const TYPES: &'static str = include_str!("drafts.ts");

#[wasm_bindgen]
impl Vault {
    /// Saves a draft, anew or over the one named `id`. `created` is its name.
    ///
    /// # Errors
    /// `draft.form`, `draft.content`, `draft.many`, `vault.not_found`.
    #[wasm_bindgen(js_name = saveDraft, unchecked_return_type = "Changes")]
    pub fn save_draft(
        &self,
        id: Option<String>,
        #[wasm_bindgen(unchecked_param_type = "DraftContent")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::DraftContent>(draft)?;
        let now = number(now)?;
        give(&self.exclusive()?.save_draft(id, &draft, now, &mut random()?)?)
    }

    /// Drafts on this device, the newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "DraftView[]")]
    pub fn drafts(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.drafts()?)
    }

    /// A draft as it was last saved.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(unchecked_return_type = "DraftContent")]
    pub fn draft(&self, id: &str) -> Result<JsValue, Thrown> {
        give(&self.shared()?.draft(id)?)
    }

    /// Discards a draft.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(js_name = discardDraft, unchecked_return_type = "Changes")]
    pub fn discard_draft(&self, id: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.discard_draft(id, now, &mut random()?)?)
    }
}
