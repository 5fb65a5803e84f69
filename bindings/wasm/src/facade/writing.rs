//! What people write: plain drafts become checked FHIR R4 and are signed (`core/spec/clinical.md`, CLIN-60 ff.).
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("writing.ts");
