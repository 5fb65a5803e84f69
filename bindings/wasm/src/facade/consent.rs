//! QR consent on both sides: offers and claims, symbols, confirm and decline.
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
const TYPES: &'static str = include_str!("consent.ts");

#[wasm_bindgen]
impl Vault {
    /// Makes an offer; `created` is its id.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_ready`, `category.unknown`, `grant.kind`, `grant.rule`, `offer.too_long`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn offer(
        &self,
        #[wasm_bindgen(unchecked_param_type = "OfferRequest")] request: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let request = read::<facade::OfferRequest>(request)?;
        let now = number(now)?;
        give(&self.exclusive()?.offer(&request, now, &mut random()?)?)
    }

    /// All offers, newest codes last to die first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "OfferView[]")]
    pub fn offers(&self, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.shared()?.offers(now)?)
    }

    /// The patient agrees. `symbols` are the four names read on the claimant's screen; they may be left out only when an organization
    /// that the patient trusts vouches for the claimant. `created` is the grant. Symbols that differ end the offer:
    /// `show.symbols_differ`.
    ///
    /// # Errors
    /// `claim.unvouched`, `claim.symbols` for names that are no symbols, `offer.expired`, `vault.state`, `vault.need`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn confirm(&self, offer: &str, symbols: Option<Vec<String>>, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.confirm(offer, symbols, now, &mut random()?)?)
    }

    /// The patient says no, or withdraws the offer.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn decline(&self, offer: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.decline(offer, now, &mut random()?)?)
    }

    /// What a scanned text is. Nothing is sent and nothing is claimed.
    ///
    /// # Errors
    /// `offer.scheme`, `offer.version`, `offer.url`, `offer.too_long`.
    #[wasm_bindgen(js_name = previewCode, unchecked_return_type = "Preview")]
    pub fn preview_code(&self, text: &str) -> Result<JsValue, Thrown> {
        give(&self.shared()?.preview_code(text)?)
    }

    /// Claims an offer; `created` is its id.
    ///
    /// # Errors
    /// `offer.*`, `grant.kind` for an unknown purpose, `vault.role`, `vault.state`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn claim(&self, code: &str, purpose: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.claim(code, purpose, now, &mut random()?)?)
    }

    /// All claims, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "ClaimView[]")]
    pub fn claims(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.claims()?)
    }
}
