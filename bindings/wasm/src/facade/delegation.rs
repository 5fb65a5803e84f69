//! Delegations: a grantee lets a colleague act under a grant; the patient sees it and can stop it.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("delegation.ts");

#[wasm_bindgen]
impl Vault {
    /// This desk's contact card as a file: a colleague delegates to it, an organization adds its owner to the team. Open an intake first.
    ///
    /// # Errors
    /// `vault.not_found` before an intake was opened.
    #[wasm_bindgen(js_name = contactCard)]
    pub fn contact_card(&self) -> Result<Vec<u8>, Thrown> {
        Ok(self.shared()?.contact_card()?)
    }

    /// Lets the owner of a contact card act under a grant received, until a time; `created` is the delegation. `rights` are `read` and
    /// `append`.
    ///
    /// # Errors
    /// `delegation.*`, `contact.*`, `grant.*`, `vault.not_found`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn delegate(
        &self,
        grant: &str,
        contact_card: &[u8],
        rights: Vec<String>,
        until: f64,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let until = number(until)?;
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .delegate(grant, contact_card, &rights, until, now, &mut random()?)?,
        )
    }

    /// Stops a delegation, as the patient or as the grantee. It is stopped when the relay has confirmed.
    ///
    /// # Errors
    /// `vault.not_found`, `delegation.stopped`.
    #[wasm_bindgen(js_name = stopDelegation, unchecked_return_type = "Changes")]
    pub fn stop_delegation(&self, delegation: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.stop_delegation(delegation, now, &mut random()?)?)
    }

    /// Delegations reported to this patient, or made by this grantee, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "DelegationView[]")]
    pub fn delegations(&self, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.shared()?.delegations(now)?)
    }
}
