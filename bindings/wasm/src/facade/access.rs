//! What the patient does with grants given: pause, resume, renew, narrow, revoke; and what was fetched under them.
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
const TYPES: &'static str = include_str!("access.ts");

#[wasm_bindgen]
impl Vault {
    /// Ends a grant for ever. Its state reads `stopping` until the relay confirmed that keys, copies, earlier blocks and mailbox are gone,
    /// then `ended`. What its holder has seen counts as seen.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`.
    #[wasm_bindgen(js_name = revokeGrant, unchecked_return_type = "Changes")]
    pub fn revoke_grant(&self, grant: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.revoke_grant(grant, now, &mut random()?)?)
    }

    /// Stops a grant for now: the relay refuses its readers, and what its holder sends is declined.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `grant.paused`.
    #[wasm_bindgen(js_name = pauseGrant, unchecked_return_type = "Changes")]
    pub fn pause_grant(&self, grant: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.pause_grant(grant, now, &mut random()?)?)
    }

    /// Lets a paused grant go on as it was.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `vault.state` when it is not paused.
    #[wasm_bindgen(js_name = resumeGrant, unchecked_return_type = "Changes")]
    pub fn resume_grant(&self, grant: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.resume_grant(grant, now, &mut random()?)?)
    }

    /// Gives rights that a grant has other periods, counted in seconds from now; the others stay as they are.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `grant.right`, `grant.rule`.
    #[wasm_bindgen(js_name = renewGrant, unchecked_return_type = "Changes")]
    pub fn renew_grant(
        &self,
        grant: &str,
        #[wasm_bindgen(unchecked_param_type = "OfferRight[]")] rights: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let rights = read::<Vec<facade::OfferRight>>(rights)?;
        let now = number(now)?;
        give(&self.exclusive()?.renew_grant(grant, &rights, now, &mut random()?)?)
    }

    /// Leaves a grant fewer records or fewer rights. Copies of what it no longer covers are taken away from the relay.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `grant.wider`, `grant.rule`, `category.unknown`.
    #[wasm_bindgen(js_name = narrowGrant, unchecked_return_type = "Changes")]
    pub fn narrow_grant(
        &self,
        grant: &str,
        #[wasm_bindgen(unchecked_param_type = "NarrowRequest")] request: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let request = read::<facade::NarrowRequest>(request)?;
        let now = number(now)?;
        give(&self.exclusive()?.narrow_grant(grant, &request, now, &mut random()?)?)
    }

    /// Erases a record for ever: from this device, from the relay and from every grant; the owner's other devices follow. Its block stays, so
    /// the chain stays valid. Not reached: copies that holders of a grant fetched, and a backup of the relay that is older, together with
    /// the words.
    ///
    /// # Errors
    /// `vault.not_found`, `erasure.pending`, `vault.need`.
    #[wasm_bindgen(js_name = eraseRecord, unchecked_return_type = "Changes")]
    pub fn erase_record(&self, record: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.erase_record(record, now, &mut random()?)?)
    }

    /// Records that were erased, newest first, and who may still hold a copy.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "ErasureView[]")]
    pub fn erasures(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.erasures()?)
    }

    /// Asks the relay what was fetched under a grant; the answer shows in `Vault::deliveries`.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(js_name = fetchDeliveries, unchecked_return_type = "Changes")]
    pub fn fetch_deliveries(&self, grant: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.fetch_deliveries(grant, now, &mut random()?)?)
    }

    /// What was fetched under a grant, newest first, as far as the relay showed signed requests.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(unchecked_return_type = "DeliveryView[]")]
    pub fn deliveries(&self, grant: &str) -> Result<JsValue, Thrown> {
        give(&self.shared()?.deliveries(grant)?)
    }
}
