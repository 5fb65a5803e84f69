//! Organizations: their own side, their staff's side, and whom the owner trusts.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("organization.ts");

#[wasm_bindgen]
impl Vault {
    /// What this organization says of itself.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found` before the relay was reached.
    #[wasm_bindgen(unchecked_return_type = "OrganizationView")]
    pub fn organization(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.organization()?)
    }

    /// The organization's statement as a file for staff and patients, who take it in with `Vault::trust_card`.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found` before the relay was reached.
    #[wasm_bindgen(js_name = organizationCard)]
    pub fn organization_card(&self) -> Result<Vec<u8>, Thrown> {
        Ok(self.shared()?.organization_card()?)
    }

    /// States anew what the organization is, with an intake for first messages or without, and publishes it on the relay.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_ready`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn publish(&self, intake: bool, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.publish(intake, now, &mut random()?)?)
    }

    /// Vouches for the staff member behind a request; `created` is the credential. `role` is `practitioner`, `laboratory` or `desk`.
    ///
    /// # Errors
    /// `vault.role`, `credential_request.*`, `credential.kind`, `staff.term`, `staff.licence`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn vouch(
        &self,
        request: &[u8],
        role: &str,
        licence: &str,
        valid_days: u32,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .vouch(request, role, licence, valid_days, now, &mut random()?)?,
        )
    }

    /// A credential with its evidence, as a file for the staff member.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`.
    pub fn credential(&self, credential: &str) -> Result<Vec<u8>, Thrown> {
        Ok(self.shared()?.credential(credential)?)
    }

    /// Suspends a credential from a time on, which may lie in the past.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `staff.ended`, `staff.time`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn suspend(&self, credential: &str, from: f64, now: f64) -> Result<JsValue, Thrown> {
        let from = number(from)?;
        let now = number(now)?;
        give(&self.exclusive()?.suspend(credential, from, now, &mut random()?)?)
    }

    /// Lets a suspended credential stand again from a time on.
    ///
    /// # Errors
    /// As `Vault::suspend`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn reinstate(&self, credential: &str, from: f64, now: f64) -> Result<JsValue, Thrown> {
        let from = number(from)?;
        let now = number(now)?;
        give(&self.exclusive()?.reinstate(credential, from, now, &mut random()?)?)
    }

    /// Ends a credential for good.
    ///
    /// # Errors
    /// As `Vault::suspend`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn end(&self, credential: &str, from: f64, now: f64) -> Result<JsValue, Thrown> {
        let from = number(from)?;
        let now = number(now)?;
        give(&self.exclusive()?.end(credential, from, now, &mut random()?)?)
    }

    /// Credentials that this organization issued, newest first.
    ///
    /// # Errors
    /// `vault.role`.
    #[wasm_bindgen(unchecked_return_type = "StaffView[]")]
    pub fn staff(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.staff()?)
    }

    /// A signed request for a credential, as a file for the organization's officer.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_ready`.
    #[wasm_bindgen(js_name = credentialRequest)]
    pub fn credential_request(&self, now: f64) -> Result<Vec<u8>, Thrown> {
        let now = number(now)?;
        Ok(self.shared()?.credential_request(now, &mut random()?)?)
    }

    /// Takes in a credential that an organization handed over; `created` is its id.
    ///
    /// # Errors
    /// `vault.role`, `credential.*`.
    #[wasm_bindgen(js_name = acceptCredential, unchecked_return_type = "Changes")]
    pub fn accept_credential(&self, credential: &[u8], now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.accept_credential(credential, now, &mut random()?)?)
    }

    /// Credentials that this practitioner or lab holds, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "CredentialView[]")]
    pub fn credentials(&self, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.shared()?.credentials(now)?)
    }

    /// Trusts an organization to vouch for people.
    ///
    /// # Errors
    /// `vault.not_found` for a text that is no id, `vault.text`, `vault.not_ready`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn trust(&self, organization: &str, name: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.trust(organization, name, now, &mut random()?)?)
    }

    /// Trusts the organization whose file this is; `created` is its id.
    ///
    /// # Errors
    /// `organization.*`, `vault.not_ready`.
    #[wasm_bindgen(js_name = trustCard, unchecked_return_type = "Changes")]
    pub fn trust_card(&self, card: &[u8], now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.trust_card(card, now, &mut random()?)?)
    }

    /// Trusts every organization of a list: lines `organization ID NAME`, comments begin with `#`. All of it is taken, or nothing.
    ///
    /// # Errors
    /// `trust.line` and `trust.repeated` with the number of the line, `trust.too_large`, `vault.not_ready`.
    #[wasm_bindgen(js_name = trustList, unchecked_return_type = "Changes")]
    pub fn trust_list(&self, text: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.trust_list(text, now, &mut random()?)?)
    }

    /// Trusts an organization no more.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn untrust(&self, organization: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.untrust(organization, now, &mut random()?)?)
    }

    /// Organizations on the owner's list, by name.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "TrustedView[]")]
    pub fn trusted(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.trusted()?)
    }
}
