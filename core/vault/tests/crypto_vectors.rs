//! Replays `tests/vectors/{content,sealing,keys,entries,padding,tree}.json`: byte-equal answers and exact codes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests say what they expect by failing")]

mod crypto_support;

use crypto_support::operations;
use serde_json::{Value, json};

fn replay(file: &str, text: &str) {
    let cases: Vec<Value> = serde_json::from_str(text).unwrap();
    let (mut accepted, mut refused) = (0, 0);
    for case in &cases {
        let (op, input, expect) = (case["op"].as_str().unwrap(), &case["input"], &case["expect"]);
        let answer = match operations::run(op, input).unwrap_or_else(|| panic!("unknown operation {op}")) {
            Ok(ok) => json!({ "ok": ok }),
            Err(code) => json!({ "code": code }),
        };
        assert_eq!(&answer, expect, "{file}: {} {op}: {}", case["rule"], case["name"]);
        // A false answer to a yes-or-no question is a refusal too.
        if expect.get("code").is_some() || expect["ok"] == false {
            refused += 1
        } else {
            accepted += 1
        }
    }
    assert!(
        accepted > 0 && refused >= 3 * accepted,
        "{file}: {accepted} accepted, {refused} refused"
    );
}

#[test]
fn content_vectors() {
    replay("content", include_str!("../../../tests/vectors/content.json"));
}

#[test]
fn sealing_vectors() {
    replay("sealing", include_str!("../../../tests/vectors/sealing.json"));
}

#[test]
fn keys_vectors() {
    replay("keys", include_str!("../../../tests/vectors/keys.json"));
}

#[test]
fn entries_vectors() {
    replay("entries", include_str!("../../../tests/vectors/entries.json"));
}

#[test]
fn padding_vectors() {
    replay("padding", include_str!("../../../tests/vectors/padding.json"));
}

#[test]
fn tree_vectors() {
    replay("tree", include_str!("../../../tests/vectors/tree.json"));
}
