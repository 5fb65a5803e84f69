//! Making, opening and describing a vault.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{created, give, number, read};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("lifecycle.ts");

#[wasm_bindgen]
impl Vault {
    /// Makes a vault. Store the changes first; everything else waits for the relay.
    ///
    /// # Errors
    /// `vault.role`, `vault.text`, `vault.relay`, `entry.weak`.
    #[wasm_bindgen(unchecked_return_type = "Created")]
    pub fn create(
        #[wasm_bindgen(unchecked_param_type = "Setup")] setup: JsValue,
        passphrase: &str,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let setup = read::<facade::Setup>(setup)?;
        let now = number(now)?;
        let (vault, changes) = facade::Vault::create(&setup, passphrase, now, &mut random()?)?;
        created(Self::around(vault), &changes)
    }

    /// Makes a vault from the words of a recovery kit and the relay printed beside them; the chain is read from the relay.
    ///
    /// # Errors
    /// `crypto.word`, `crypto.word_count`, `crypto.word_checksum`, `vault.relay`, `entry.weak`.
    #[wasm_bindgen(unchecked_return_type = "Created")]
    pub fn join(words: &str, relay: &str, passphrase: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        let (vault, changes) = facade::Vault::join(words, relay, passphrase, now, &mut random()?)?;
        created(Self::around(vault), &changes)
    }

    /// As `Vault::join`, for a device that may not certify or take out others: it is taken out without the words.
    ///
    /// # Errors
    /// As `Vault::join`.
    #[wasm_bindgen(js_name = joinOrdinary, unchecked_return_type = "Created")]
    pub fn join_ordinary(words: &str, relay: &str, passphrase: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        let (vault, changes) = facade::Vault::join_ordinary(words, relay, passphrase, now, &mut random()?)?;
        created(Self::around(vault), &changes)
    }

    /// Opens a vault from its header and its index entries.
    ///
    /// # Errors
    /// `entry.passphrase`, `entry.damaged`, `entry.version`, `entry.rolled_back`, `vault.missing`.
    pub fn open(
        #[wasm_bindgen(unchecked_param_type = "Entry[]")] entries: JsValue,
        passphrase: &str,
    ) -> Result<Self, Thrown> {
        let entries = read::<Vec<facade::Entry>>(entries)?;
        Ok(Self::around(facade::Vault::open(entries, passphrase)?))
    }

    /// Gives stored data entries that a call asked for with `vault.need`; then the call is repeated.
    ///
    /// # Errors
    /// `entry.damaged`, `entry.key`.
    pub fn provide(&self, #[wasm_bindgen(unchecked_param_type = "Entry[]")] entries: JsValue) -> Result<(), Thrown> {
        let entries = read::<Vec<facade::Entry>>(entries)?;
        self.exclusive()?.provide(entries)?;
        Ok(())
    }

    /// Forgets data entries held in memory; they are asked for again when needed.
    pub fn forget(&self) -> Result<(), Thrown> {
        self.exclusive()?.forget();
        Ok(())
    }

    /// The words of the recovery kit, as long as this vault has been open since it was made. An organization has a second kit for its
    /// next root key, to be kept apart.
    ///
    /// # Errors
    /// `vault.kit` once the words are gone.
    pub fn kit(&self) -> Result<Vec<String>, Thrown> {
        Ok(self.shared()?.kit()?)
    }

    /// The person has written the words down: they are wiped from memory.
    #[wasm_bindgen(js_name = forgetKit)]
    pub fn forget_kit(&self) -> Result<(), Thrown> {
        self.exclusive()?.forget_kit();
        Ok(())
    }

    /// Changes the passphrase: gives the new header, to be written under the name `h`.
    ///
    /// # Errors
    /// `entry.weak`.
    #[wasm_bindgen(js_name = changePassphrase, unchecked_return_type = "Put")]
    pub fn change_passphrase(&self, passphrase: &str) -> Result<JsValue, Thrown> {
        give(&self.exclusive()?.change_passphrase(passphrase, &mut random()?)?)
    }

    /// Takes in more single-use tokens, separated by spaces, for a relay that asks for one with each new chain; chains
    /// that wait for one are tried again.
    ///
    /// # Errors
    /// `vault.busy`.
    #[wasm_bindgen(js_name = addTokens, unchecked_return_type = "Changes")]
    pub fn add_tokens(&self, tokens: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.add_tokens(tokens, now, &mut random()?)?)
    }

    /// Whose vault this is and how it stands.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "Profile")]
    pub fn profile(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.profile()?)
    }
}
