//! Replays the vectors of exports, and checks that rules, codes and phrases know of each other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;

use protocol::{audit, export, vector};
use serde_json::{Value, json};

const PAGE: &str = include_str!("../../spec/export.md");

fn cases() -> Vec<Value> {
    serde_json::from_str(include_str!("../../../tests/vectors/export.json")).unwrap()
}

#[test]
fn every_case_is_judged_as_written() {
    for case in cases() {
        let answer = match vector::run(case["op"].as_str().unwrap(), &case["input"]) {
            Ok(ok) => json!({ "ok": ok }),
            Err(code) => json!({ "code": code }),
        };
        assert_eq!(answer, case["expect"], "{} {}", case["rule"], case["name"]);
    }
    let refused = cases()
        .iter()
        .filter(|case| case["expect"].get("code").is_some())
        .count();
    assert!(refused >= 3 * (cases().len() - refused));
}

#[test]
fn rules_codes_and_facts_stand_on_the_page() {
    let rules: BTreeSet<&str> = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("**")?.split_once(".**").map(|(rule, _)| rule))
        .collect();
    for case in cases() {
        assert!(rules.contains(case["rule"].as_str().unwrap()), "{}", case["rule"]);
    }
    for code in [export::Error::CODES, audit::Error::CODES].concat() {
        assert!(PAGE.contains(&format!("`{code}`")), "{code}");
    }
    let catalog: Value = serde_json::from_str(include_str!("../../clinical/catalog/en.json")).unwrap();
    for name in audit::NAMES {
        assert!(PAGE.contains(&format!("`{name}`")), "{name}");
        let phrase = |key: String| catalog[key].as_str().is_some_and(|phrase| !phrase.is_empty());
        assert!(
            phrase(format!("fact.{name}")) || phrase(format!("fact.{name}.other")),
            "{name}"
        );
    }
}
