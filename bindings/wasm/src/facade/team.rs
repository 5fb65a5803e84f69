//! Teams: an organization's members act under its grants by their own keys.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("team.ts");

#[wasm_bindgen]
impl Vault {
    /// Takes the owner of a contact card into the team; `created` is the member. The card must bear a credential of this organization
    /// that stands.
    ///
    /// # Errors
    /// `vault.role`, `contact.*`, `team.credential`, `team.known`.
    #[wasm_bindgen(js_name = addMember, unchecked_return_type = "Changes")]
    pub fn add_member(&self, contact_card: &[u8], now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.add_member(contact_card, now, &mut random()?)?)
    }

    /// Takes a member out of the team; suspending or ending the credential does it too.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`.
    #[wasm_bindgen(js_name = removeMember, unchecked_return_type = "Changes")]
    pub fn remove_member(&self, member: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.remove_member(member, now, &mut random()?)?)
    }

    /// The team, by name.
    ///
    /// # Errors
    /// `vault.role`.
    #[wasm_bindgen(unchecked_return_type = "MemberView[]")]
    pub fn members(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.members()?)
    }

    /// Grants of the team and who of it can read.
    ///
    /// # Errors
    /// `vault.role`.
    #[wasm_bindgen(js_name = teamGrants, unchecked_return_type = "TeamGrantView[]")]
    pub fn team_grants(&self, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.shared()?.team_grants(now)?)
    }
}
