//! The chain itself: every block as the block view draws it, and the check of them all.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::thrown::Thrown;
use crate::value::give;
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("blocks.ts");

#[wasm_bindgen]
impl Vault {
    /// The own chain.
    ///
    /// # Errors
    /// `vault.not_ready`.
    #[wasm_bindgen(unchecked_return_type = "Chain")]
    pub fn chain(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.chain()?)
    }

    /// Blocks of the own chain from one on, at most `count`, without their bytes.
    ///
    /// # Errors
    /// `vault.not_ready`.
    #[wasm_bindgen(unchecked_return_type = "BlockView[]")]
    pub fn blocks(&self, first: u32, count: u32) -> Result<JsValue, Thrown> {
        give(&self.shared()?.blocks(first, count)?)
    }

    /// One block of the own chain with its exact bytes, verified afresh: signature, link, body and place in the index.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`. What is wrong with the block itself is its `failure`.
    #[wasm_bindgen(unchecked_return_type = "BlockView")]
    pub fn block(&self, sequence: u32) -> Result<JsValue, Thrown> {
        give(&self.shared()?.block(sequence)?)
    }

    /// What a changed copy of a block would look like: the same checks over other bytes. Nothing is stored.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(unchecked_return_type = "BlockView")]
    pub fn inspect(&self, sequence: u32, bytes: Vec<u8>) -> Result<JsValue, Thrown> {
        give(&self.shared()?.inspect(sequence, bytes)?)
    }

    /// Checks every block of the own chain strictly: signatures, keys, links and bodies; names the first bad one. Long chains are
    /// checked in steps: `Vault::start_check`.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_ready`.
    #[wasm_bindgen(js_name = checkChain, unchecked_return_type = "Checked")]
    pub fn check_chain(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.check_chain()?)
    }
}
