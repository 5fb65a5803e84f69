//! Every operation of `tests/vectors`, those on secrets too.

#[path = "../../../../core/vault/tests/crypto_support"]
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "tests say what they expect by failing; shared with the vault's own"
)]
mod support {
    #[path = "plain.rs"]
    mod plain;
    pub(super) use plain::{Prescribed, hex, unhex};
    #[path = "operations.rs"]
    pub(super) mod operations;
}

use serde_json::{Value, json};

/// What the binding's own function answers, or the vault's operation where that knows none.
pub(crate) fn run(op: &str, json: &str) -> String {
    let answer = serde_json::from_str::<Value>(json)
        .ok()
        .and_then(|input| support::operations::run(op, &input));
    match answer {
        Some(Ok(ok)) => json!({ "ok": ok }).to_string(),
        Some(Err(code)) => json!({ "code": code }).to_string(),
        None => satchel::run_vector(op.to_owned(), json.to_owned()),
    }
}
