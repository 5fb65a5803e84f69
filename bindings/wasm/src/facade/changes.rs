//! What a call changed, for the platform to store in one transaction (DESIGN §9, `core/spec/entries.md`).
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("changes.ts");
