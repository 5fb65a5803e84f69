//! The conformance vectors of `tests/vectors`, replayed on phones.

use serde_json::{Value, json};

/// Runs one operation of a vector: `{"ok": …}` or `{"code": "…"}`, all as JSON texts.
#[uniffi::export]
pub fn run_vector(op: String, json: String) -> String {
    let outcome = serde_json::from_str::<Value>(&json)
        .map_err(|_| protocol::vector::INPUT)
        .and_then(|input| protocol::vector::run(&op, &input));
    match outcome {
        Ok(value) => json!({ "ok": value }).to_string(),
        Err(code) => json!({ "code": code }).to_string(),
    }
}
