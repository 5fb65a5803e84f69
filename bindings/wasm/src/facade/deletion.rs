//! Asking for deletion and answering it; keeping or stopping what stood at a recovery.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("deletion.ts");

#[wasm_bindgen]
impl Vault {
    /// Asks whoever holds a grant to delete what it gave; the grant may have ended. With `revoke` it ends in the same step, and its last block
    /// says the wish for 30 days.
    ///
    /// # Errors
    /// `vault.not_found`, `deletion.asked`, `grant.revoked`.
    #[wasm_bindgen(js_name = askDeletion, unchecked_return_type = "Changes")]
    pub fn ask_deletion(&self, grant: &str, revoke: bool, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.ask_deletion(grant, revoke, now, &mut random()?)?)
    }

    /// What this patient asked to be deleted, newest first, and what was answered.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "DeletionView[]")]
    pub fn deletions(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.deletions()?)
    }

    /// What patients ask this holder to delete, newest first; those that were answered stay in the list.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(js_name = deletionRequests, unchecked_return_type = "DeletionRequestView[]")]
    pub fn deletion_requests(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.deletion_requests()?)
    }

    /// Deletes everything that this vault holds of a grant whose patient asks for it: records, keys and files, on each of the owner's devices
    /// and in the own chain at the relay; then tells the patient. Not reached: what left this app before.
    ///
    /// # Errors
    /// `deletion.none`, `deletion.pending`, `vault.need`.
    #[wasm_bindgen(js_name = deleteAccess, unchecked_return_type = "Changes")]
    pub fn delete_access(&self, grant: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.delete_access(grant, now, &mut random()?)?)
    }

    /// Tells the patient why nothing is deleted: `retention`, `treatment`, `claim`, or `other` with words.
    ///
    /// # Errors
    /// `deletion.none`, `deletion.reason`, `vault.text`.
    #[wasm_bindgen(js_name = refuseDeletion, unchecked_return_type = "Changes")]
    pub fn refuse_deletion(
        &self,
        grant: &str,
        reason: &str,
        text: Option<String>,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .refuse_deletion(grant, reason, text, now, &mut random()?)?,
        )
    }

    /// Keeps a grant that stood when the words brought a device back; the other answer is `Vault::revoke_grant`.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `vault.state`.
    #[wasm_bindgen(js_name = keepGrant, unchecked_return_type = "Changes")]
    pub fn keep_grant(&self, grant: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.keep_grant(grant, now, &mut random()?)?)
    }
}
