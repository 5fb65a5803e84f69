//! The conformance vectors of `tests/vectors`, replayed in WebAssembly.

use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

/// Runs one operation of a vector: `{"ok": …}` or `{"code": "…"}`, all as JSON texts.
#[wasm_bindgen(js_name = runVector)]
pub fn run_vector(op: &str, json: &str) -> String {
    let outcome = serde_json::from_str::<Value>(json)
        .map_err(|_| protocol::vector::INPUT)
        .and_then(|input| protocol::vector::run(op, &input));
    match outcome {
        Ok(value) => json!({ "ok": value }).to_string(),
        Err(code) => json!({ "code": code }).to_string(),
    }
}
