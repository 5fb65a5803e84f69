//! Replays `tests/vectors/request.json`, which `tests/relay/request_vectors.py` makes from the specification with another Ed25519.

use serde_json::Value;

#[test]
fn signed_requests() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../../tests/vectors/request.json")).unwrap();
    let mut refusals = 0;
    for case in &cases {
        let found = protocol::vector::run(case["op"].as_str().unwrap(), &case["input"]);
        let name = &case["name"];
        match case["expect"].get("ok") {
            Some(expected) => assert_eq!(found.as_ref(), Ok(expected), "{name}"),
            None => {
                refusals += 1;
                assert_eq!(found.err(), case["expect"]["code"].as_str(), "{name}");
            }
        }
    }
    assert!(refusals * 2 > cases.len() && cases.len() > 40);
}
