//! Pieces that a platform hashes and seals itself, as the core dictates (CONTENT-9).
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
const TYPES: &'static str = include_str!("file_bulk.ts");

#[wasm_bindgen]
impl Vault {
    /// The SHA-256 of a piece that `Vault::next_request` asked for by `read` without `sealing`, instead of the piece.
    ///
    /// # Errors
    /// As `Vault::give_piece`.
    #[wasm_bindgen(js_name = givePieceHash, unchecked_return_type = "Changes")]
    pub fn give_piece_hash(
        &self,
        upload: &str,
        index: f64,
        length: f64,
        hash: &str,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let index = number(index)?;
        let length = number(length)?;
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .give_piece_hash(upload, index, length, hash, now, &mut random()?)?,
        )
    }

    /// How the platform seals a piece that was asked for with `sealing`; `hash` is the SHA-256 of what it read. With `keyed` the key of the
    /// file is in the plan.
    ///
    /// # Errors
    /// `file.changed` for another piece than that of the first pass, `file.piece`, `vault.not_found`, `vault.need`.
    #[wasm_bindgen(js_name = planPiece, unchecked_return_type = "SealingPlan")]
    pub fn plan_piece(
        &self,
        upload: &str,
        index: f64,
        length: f64,
        hash: &str,
        keyed: bool,
    ) -> Result<JsValue, Thrown> {
        let index = number(index)?;
        let length = number(length)?;
        give(&self.shared()?.plan_piece(upload, index, length, hash, keyed)?)
    }

    /// How the platform seals a piece of a chosen file itself, to be kept as `Vault::seal_piece` would make it. Each piece has a key of its own.
    ///
    /// # Errors
    /// `file.piece` for more than 1 MiB.
    #[wasm_bindgen(js_name = planCopy, unchecked_return_type = "SealingPlan")]
    pub fn plan_copy(&self, source: &str, index: f64, length: f64) -> Result<JsValue, Thrown> {
        let index = number(index)?;
        let length = number(length)?;
        give(&self.shared()?.plan_copy(source, index, length, &mut random()?)?)
    }

    /// Brings a piece that the platform sealed by `Vault::plan_piece`: header and chunks, and their SHA-256.
    ///
    /// # Errors
    /// As `Vault::give_piece`; `file.piece` for a part under another key, of another length or beginning than planned.
    #[wasm_bindgen(js_name = giveSealedPiece, unchecked_return_type = "Changes")]
    pub fn give_sealed_piece(
        &self,
        upload: &str,
        #[wasm_bindgen(unchecked_param_type = "SealedPiece")] piece: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let piece = read::<facade::SealedPiece>(piece)?;
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .give_sealed_piece(upload, &piece, now, &mut random()?)?,
        )
    }
}
