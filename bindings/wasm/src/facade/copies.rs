//! Copies of results: permitted by the patient, read by who ordered them while the patient's phone is off.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("copies.ts");

#[wasm_bindgen]
impl Vault {
    /// Lets the holder of one grant (a lab) send the result of a request to the holder of another (who wrote the request), for some days.
    /// `created` is the permission.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `grant.revoked`, `copy_to.*`.
    #[wasm_bindgen(js_name = allowCopy, unchecked_return_type = "Changes")]
    pub fn allow_copy(
        &self,
        lab_grant: &str,
        request: &str,
        recipient_grant: &str,
        days: u32,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .allow_copy(lab_grant, request, recipient_grant, days, now, &mut random()?)?,
        )
    }

    /// Ends a permission: its mailbox is removed and both sides are told.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `copy_to.over`.
    #[wasm_bindgen(js_name = endCopy, unchecked_return_type = "Changes")]
    pub fn end_copy(&self, permission: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.end_copy(permission, now, &mut random()?)?)
    }

    /// Permissions given or received.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(js_name = copyPermissions, unchecked_return_type = "CopyPermissionView[]")]
    pub fn copy_permissions(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.copy_permissions()?)
    }

    /// Results that arrived by copies, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "CopyView[]")]
    pub fn copies(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.copies()?)
    }

    /// Opens a copy: a receipt is signed and sent. Call it before showing `Vault::copied_record`.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.*`.
    #[wasm_bindgen(js_name = openCopy, unchecked_return_type = "Changes")]
    pub fn open_copy(&self, grant: &str, record: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.open_copy(grant, record, now, &mut random()?)?)
    }

    /// A copy that was opened.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state` before it was opened.
    #[wasm_bindgen(js_name = copiedRecord, unchecked_return_type = "RecordView")]
    pub fn copied_record(&self, grant: &str, record: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.shared()?.copied_record(grant, record, now)?)
    }
}
