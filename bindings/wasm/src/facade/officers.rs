//! Officers of an organization: who acts for it, joining, and which officer did what.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{created, give, number};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("officers.ts");

#[wasm_bindgen]
impl Vault {
    /// Makes a vault for an officer who wants to join an organization: hand the request (`Vault::officer_request`) to an officer who is
    /// there already, and take the answer in with `Vault::accept_officer`.
    ///
    /// # Errors
    /// `vault.text`, `entry.weak`.
    #[wasm_bindgen(js_name = createOfficer, unchecked_return_type = "Created")]
    pub fn create_officer(name: &str, passphrase: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        let (vault, changes) = facade::Vault::create_officer(name, passphrase, now, &mut random()?)?;
        created(Self::around(vault), &changes)
    }

    /// The request of an officer who wants to join, as a file; it holds no secret.
    ///
    /// # Errors
    /// `vault.state` when this vault belongs to an organization already.
    #[wasm_bindgen(js_name = officerRequest)]
    pub fn officer_request(&self) -> Result<Vec<u8>, Thrown> {
        Ok(self.shared()?.officer_request()?)
    }

    /// Lets the officer behind a request join; `created` is the officer's device.
    ///
    /// # Errors
    /// `vault.role`, `officer.*`, `vault.text`.
    #[wasm_bindgen(js_name = addOfficer, unchecked_return_type = "Changes")]
    pub fn add_officer(&self, request: &[u8], now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.add_officer(request, now, &mut random()?)?)
    }

    /// The answer to an officer who was let in, as a file that only the vault which asked can open.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `device.gone`.
    #[wasm_bindgen(js_name = officerAnswer)]
    pub fn officer_answer(&self, officer: &str) -> Result<Vec<u8>, Thrown> {
        Ok(self.shared()?.officer_answer(officer, &mut random()?)?)
    }

    /// Takes the answer in: the organization's chain is read, then this officer can act.
    ///
    /// # Errors
    /// `officer.answer`, `vault.state`.
    #[wasm_bindgen(js_name = acceptOfficer, unchecked_return_type = "Changes")]
    pub fn accept_officer(&self, answer: &[u8], now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.accept_officer(answer, now, &mut random()?)?)
    }

    /// States under which name this vault's officer acts.
    ///
    /// # Errors
    /// `vault.role`, `vault.text`, `vault.not_ready`.
    #[wasm_bindgen(js_name = nameOfficer, unchecked_return_type = "Changes")]
    pub fn name_officer(&self, name: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.name_officer(name, now, &mut random()?)?)
    }

    /// Takes an officer out, with the words of the kit in force: both chains open a new epoch, and what acts for the organization is
    /// stated anew.
    ///
    /// # Errors
    /// `device.*`, `crypto.word`, `crypto.word_count`, `crypto.word_checksum`, `vault.role`, `vault.not_found`.
    #[wasm_bindgen(js_name = removeOfficer, unchecked_return_type = "Changes")]
    pub fn remove_officer(&self, officer: &str, words: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.remove_officer(officer, words, now, &mut random()?)?)
    }

    /// Puts the committed next key into force, by the words of the second kit. They are the first kit from then on, and `Vault::kit` shows
    /// the words of a new second kit once. With the old words the old kit is of no use any more; without them it still recovers the vault.
    ///
    /// # Errors
    /// `vault.role`, `identity.successor` for other words than those committed to, `device.other_words`, `recovery.pending`, `crypto.word`,
    /// `crypto.word_count`, `crypto.word_checksum`.
    #[wasm_bindgen(js_name = changeRootKey, unchecked_return_type = "Changes")]
    pub fn change_root_key(&self, next_words: &str, old_words: Option<String>, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .change_root_key(next_words, old_words.as_deref(), now, &mut random()?)?,
        )
    }

    /// Officers, in the order of joining.
    ///
    /// # Errors
    /// `vault.role`.
    #[wasm_bindgen(unchecked_return_type = "OfficerView[]")]
    pub fn officers(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.officers()?)
    }

    /// Everything that officers did in the public chain, oldest first, each by the device that signed it.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_found`.
    #[wasm_bindgen(js_name = officerActs, unchecked_return_type = "ActView[]")]
    pub fn officer_acts(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.officer_acts()?)
    }
}
