//! Sealed copies of chosen files, for platforms that cannot read a chosen file again after a restart: browsers.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::number;
use crate::vault::Vault;

#[wasm_bindgen]
impl Vault {
    /// Seals a piece of a chosen file, at most 1 MiB, to be kept under this source and number until it is uploaded.
    ///
    /// # Errors
    /// `file.piece` for a larger one.
    #[wasm_bindgen(js_name = sealPiece)]
    pub fn seal_piece(&self, source: &str, index: f64, bytes: &[u8]) -> Result<Vec<u8>, Thrown> {
        let index = number(index)?;
        Ok(self.shared()?.seal_piece(source, index, bytes, &mut random()?)?)
    }

    /// Opens a piece that was kept.
    ///
    /// # Errors
    /// `entry.damaged`, also for a piece of another source or place.
    #[wasm_bindgen(js_name = openPiece)]
    pub fn open_piece(&self, source: &str, index: f64, sealed: &[u8]) -> Result<Vec<u8>, Thrown> {
        let index = number(index)?;
        Ok(self.shared()?.open_piece(source, index, sealed)?)
    }
}
