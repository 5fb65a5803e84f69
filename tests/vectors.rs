//! Replays the protocol's vectors: the same answer byte for byte, the same code for every refusal; and checks that rules, codes and vectors
//! know of each other.

use std::collections::BTreeSet;

use protocol::vector;
use serde_json::{Value, json};

const FILES: &[(&str, &str)] = &[
    ("conventions", include_str!("vectors/conventions.json")),
    ("identity", include_str!("vectors/identity.json")),
    ("record", include_str!("vectors/record.json")),
    ("package", include_str!("vectors/package.json")),
    ("block", include_str!("vectors/block.json")),
    ("chain", include_str!("vectors/chain.json")),
    ("epoch", include_str!("vectors/epoch.json")),
    ("grant", include_str!("vectors/grant.json")),
    ("delegation", include_str!("vectors/delegation.json")),
    ("grant_change", include_str!("vectors/grant_change.json")),
    ("copy_to", include_str!("vectors/copy_to.json")),
    ("offer", include_str!("vectors/offer.json")),
    ("claim", include_str!("vectors/claim.json")),
    ("envelope", include_str!("vectors/envelope.json")),
    ("receipt", include_str!("vectors/receipt.json")),
    ("credential", include_str!("vectors/credential.json")),
    ("organization", include_str!("vectors/organization.json")),
    ("promise", include_str!("vectors/promise.json")),
    ("proven", include_str!("vectors/proven.json")),
];

fn cases(file: &str, text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn word<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name].as_str().unwrap_or_else(|| panic!("{name} in {case}"))
}

#[test]
fn every_case_is_judged_as_written() {
    for (file, text) in FILES {
        let mut wrong = Vec::new();
        for case in cases(file, text) {
            let answer = match vector::run(word(&case, "op"), &case["input"]) {
                Ok(ok) => json!({ "ok": ok }),
                Err(code) => json!({ "code": code }),
            };
            if answer != case["expect"] {
                wrong.push(format!("{} {}: {}: {answer}", case["rule"], case["op"], case["name"]));
            }
        }
        assert!(wrong.is_empty(), "{file}:\n{}", wrong.join("\n"));
    }
}

#[test]
fn formats_have_three_refusals_for_every_acceptance() {
    let (mut accepted, mut refused) = (0, 0);
    for (file, text) in FILES {
        let cases = cases(file, text);
        // Computations such as a labelled hash or a transcript have nothing to refuse.
        let judged = |case: &&Value| match word(case, "op") {
            "hash.labelled" | "identity.fingerprint" | "claim.transcript" | "log.entry" | "offer.nonce" => false,
            "organization.status_name" => false,
            "category.parse" => case["expect"].get("ok").is_none(),
            _ => true,
        };
        let bad = cases.iter().filter(|case| case["expect"].get("code").is_some()).count();
        let good = cases.iter().filter(judged).count() - bad;
        assert!(good > 0 && bad >= 3 * good, "{file}: {good} accepted, {bad} refused");
        println!("{file}: {} accepted, {bad} refused", cases.len() - bad);
        (accepted, refused) = (accepted + cases.len() - bad, refused + bad);
    }
    println!("together: {accepted} accepted, {refused} refused");
}

/// Rules that say how something is meant or is done by the vault and the relay, which these vectors cannot try.
const WITHOUT_VECTOR: &[&str] = &[
    // How something is meant.
    "HASH-3", "ID-1", "LABEL-2", "PROM-3", "RCPT-3", "STMT-3",
    // What nobody may sign; `core/protocol/tests/statement.rs` tries it.
    "STMT-5", // Bodies and seals, which need the vault's secrets; the journeys play them.
    "BODY-1", "BODY-2", "BODY-3", "BODY-4", "BODY-5", "SEALB-1", "SEALB-2", "SEALB-3", "SEALB-4", "ENV-3",
    // Keys of epochs, kits and recovery: the vault's secrets too; `journeys/devices.rs` and `journeys/lost_phone.rs` play them.
    "EPOCH-1", "EPOCH-4", "EPOCH-5", "EPOCH-6", "EPOCH-7", "EPOCH-8", "EPOCH-9", "EPOCH-10", "EPOCH-11", "IDENT-13",
    "KIT-1", "KIT-2", "KIT-3", "KIT-4", "KIT-5", "RECOV-1", "RECOV-2", "RECOV-3",
    // What wallets do with a verified object, in the order of a journey.
    "CHAIN-6", "CLAIM-3", "CLAIM-5", "CLAIM-7", "CLAIM-8", "COPY-4", "COPY-5", "COPY-6", "COPY-7", "COPY-8", "DELEG-5",
    "DELEG-6", "ENV-5", "ENV-6", "GRANT-14", "GRANT-15", "GRANT-16", "GRANT-17", "OFFER-6", "PACK-3", "RCPT-2",
    "REC-6", "ORG-9", "ORG-10", "TEAM-1", "TEAM-2", "TEAM-3", "TEAM-4", "ORG-11",
    // `journeys/delegation.rs`, `journeys/team.rs`, `journeys/grant_keys.rs`, `journeys/deletion.rs`.
    "DELEG-7", "HAND-1", "HAND-2", "HAND-3", "HAND-4", "HAND-5", "DELETE-1", "DELETE-2", "DELETE-3", "DELETE-4",
    "DELETE-5", "DELETE-6",
];

#[test]
fn every_rule_of_the_specification_has_vectors() {
    let pages = pages();
    let rules: BTreeSet<&str> = pages.iter().flat_map(|(_, text)| rules(text)).collect();
    let mut tried = BTreeSet::new();
    for (file, text) in FILES {
        tried.extend(cases(file, text).iter().map(|case| word(case, "rule").to_owned()));
    }
    let unknown: Vec<_> = tried.iter().filter(|rule| !rules.contains(rule.as_str())).collect();
    assert!(unknown.is_empty(), "vectors for rules that no page has: {unknown:?}");
    let untried: Vec<_> = rules
        .iter()
        .filter(|rule| !tried.contains(**rule) && !WITHOUT_VECTOR.contains(rule))
        .collect();
    assert!(untried.is_empty(), "rules without a vector: {untried:?}");
    let idle: Vec<_> = WITHOUT_VECTOR
        .iter()
        .filter(|rule| tried.contains(**rule) || !rules.contains(*rule))
        .collect();
    assert!(idle.is_empty(), "excused for no reason: {idle:?}");
}

#[test]
fn every_rule_has_a_name_of_its_own() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/spec");
    let mut seen = BTreeSet::new();
    for page in std::fs::read_dir(folder).expect("the pages") {
        let page = page.expect("a page").path();
        if page.extension().is_some_and(|ending| ending == "md") {
            for rule in rules(&std::fs::read_to_string(&page).expect("text")) {
                assert!(
                    seen.insert(rule.to_owned()),
                    "{rule} stands twice, again in {}",
                    page.display()
                );
            }
        }
    }
}

#[test]
fn every_code_of_the_protocol_stands_in_the_specification() {
    let pages = pages().into_iter().map(|(_, text)| text).collect::<String>();
    let lists = [
        protocol::block::Error::CODES,
        protocol::category::Error::CODES,
        protocol::cbor::Error::CODES,
        protocol::chain::Error::CODES,
        protocol::claim::Error::CODES,
        protocol::copy_to::Error::CODES,
        protocol::cose::Error::CODES,
        protocol::credential::Error::CODES,
        protocol::delegation::Error::CODES,
        protocol::envelope::Error::CODES,
        protocol::grant::Error::CODES,
        protocol::hash::Error::CODES,
        protocol::identity::Error::CODES,
        protocol::key::Error::CODES,
        protocol::offer::Error::CODES,
        protocol::organization::Error::CODES,
        protocol::package::Error::CODES,
        protocol::promise::Error::CODES,
        protocol::proven::Error::CODES,
        protocol::receipt::Error::CODES,
        protocol::record::Error::CODES,
        protocol::time::Error::CODES,
    ];
    let silent: Vec<_> = lists
        .concat()
        .into_iter()
        .filter(|code| !pages.contains(&format!("`{code}`")))
        .collect();
    assert!(silent.is_empty(), "codes that no page names: {silent:?}");
}

/// The pages whose rules these vectors try; the others have their own.
fn pages() -> Vec<(&'static str, String)> {
    let names = [
        "README",
        "conventions",
        "identity",
        "record",
        "block",
        "chain",
        "grant",
        "consent",
        "envelope",
        "receipt",
        "credential",
        "log",
    ];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/spec");
    let read = |name: &'static str| {
        let text =
            std::fs::read_to_string(format!("{folder}/{name}.md")).unwrap_or_else(|error| panic!("{name}.md: {error}"));
        (name, text)
    };
    names.into_iter().map(read).collect()
}

/// A rule begins a line: `**NAME-1.**`.
fn rules(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("**")?.split_once(".**").map(|(rule, _)| rule))
}
