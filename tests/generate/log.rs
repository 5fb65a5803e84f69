//! `promise.json` and `proven.json`: labels and commits, the log's promise, proven time.

use protocol::block::LogCommitment;
use protocol::cbor;
use protocol::hash::Hash;
use protocol::key::Signer;
use protocol::label::Label;
use protocol::log_entry;
use protocol::promise::Promise;
use protocol::proven::{ProvenTime, commitment};
use serde_json::{Value, json};

use crate::cases::{Cases, Object};
use crate::specimen::raw::{self, hex};
use crate::specimen::{NOW, key, log, random, time};

fn promise(map_key: Hash, commit: Hash) -> Promise {
    Promise {
        version: 1,
        origin: log().origin,
        map_key,
        commit,
        time: time(NOW + 5),
        salt: random("promise"),
    }
}

pub fn promises() -> Cases {
    let mut cases = Cases::default();
    let input = |sequence: u32| json!({ "log_key": random("log key"), "sequence": sequence, "block": random("block"), "resource": random("resource") });
    for (rule, sequence) in [("LOG-1", 0), ("LOG-2", 1), ("LOG-3", 256), ("LOG-4", u32::MAX)] {
        cases.accept(rule, "log.entry", &format!("block {sequence}"), input(sequence));
    }
    let label = json!({ "label": "satchel log key v1", "parts": [random("log key")] });
    let out = cases.accept("LOG-5", "hash.labelled", "the commitment to a log key", label);
    assert_eq!(out["hash"], json!(LogCommitment::of(random("log key").as_bytes())));
    let signer = key("log");
    let good = promise(random("map key"), random("commit"));
    let bytes = good.issue(&signer);
    cases.accept(
        "PROM-1",
        "promise.verify",
        "a promise",
        json!({ "bytes": hex(&bytes), "key": signer.public_key() }),
    );
    cases.damage(&Object {
        op: "promise.verify",
        label: Label::Promise,
        key: &signer,
        bytes: &bytes,
        module: "promise",
        salt: good.salt,
        extra: "CBOR-2",
        parameter: Some(&signer),
    });
    let other = json!({ "bytes": hex(&bytes), "key": key("another log").public_key() });
    cases.refuse(
        "PROM-2",
        "promise.verify",
        "another log's key",
        other,
        "promise.signature",
    );
    let long = Promise {
        origin: "a".repeat(1024),
        ..good
    }
    .issue(&signer);
    cases.refuse(
        "PROM-1",
        "promise.verify",
        "larger than a promise may be",
        json!({ "bytes": hex(&long), "key": signer.public_key() }),
        "promise.malformed",
    );
    cases
}

pub fn proofs() -> Cases {
    let mut cases = Cases::default();
    let record = random("record");
    let (resource, label, salt) = (random("author's resource"), random("label"), random("salt"));
    let entry = (
        log_entry::map_key(&resource.into(), &label),
        commitment(&record.into(), &salt),
    );
    let proof = |promise: Vec<u8>| ProvenTime {
        resource: resource.into(),
        label,
        salt,
        promise: promise.into(),
    };
    let good = proof(promise(entry.0, entry.1).issue(&key("log")));
    let trusted = json!([{ "origin": "other.example/log", "key": key("other log").public_key() }, { "origin": log().origin, "key": log().key }]);
    let input = |proof: &ProvenTime, record: &Hash, logs: &Value| json!({ "evidence": hex(&cbor::encode(proof)), "record": record, "logs": logs });
    cases.accept(
        "TIME-P-2",
        "proven.verify",
        "the second of two logs",
        input(&good, &record, &trusted),
    );
    let wrong_origin = json!([{ "origin": "another.example/log", "key": log().key }]);
    let forged = proof(promise(entry.0, entry.1).issue(&key("stranger")));
    let mislabelled = proof(raw::signed(
        Label::Receipt,
        &cbor::encode(&promise(entry.0, entry.1)),
        &key("log"),
    ));
    let mut version = raw::payload(Label::Promise, &good.promise);
    version[1] = 2;
    let newer = proof(raw::signed(Label::Promise, &version, &key("log")));
    for (name, refused, code) in [
        ("no log is trusted", input(&good, &record, &json!([])), "proven.log"),
        (
            "only another log is trusted",
            input(
                &good,
                &record,
                &json!([{ "origin": "other.example/log", "key": key("other log").public_key() }]),
            ),
            "proven.log",
        ),
        (
            "the key under another origin",
            input(&good, &record, &wrong_origin),
            "proven.log",
        ),
        ("a forged promise", input(&forged, &record, &trusted), "proven.log"),
        (
            "another record",
            input(&good, &random("another record"), &trusted),
            "proven.entry",
        ),
        (
            "another label",
            input(
                &ProvenTime {
                    label: random("another"),
                    ..good.clone()
                },
                &record,
                &trusted,
            ),
            "proven.entry",
        ),
        (
            "another salt",
            input(
                &ProvenTime {
                    salt: random("another"),
                    ..good.clone()
                },
                &record,
                &trusted,
            ),
            "proven.entry",
        ),
        (
            "another resource",
            input(
                &ProvenTime {
                    resource: random("another").into(),
                    ..good.clone()
                },
                &record,
                &trusted,
            ),
            "proven.entry",
        ),
        (
            "a receipt instead of a promise",
            input(&mislabelled, &record, &trusted),
            "proven.promise",
        ),
        (
            "a promise of version 2",
            input(&newer, &record, &trusted),
            "proven.promise",
        ),
        (
            "no promise",
            input(&proof(Vec::new()), &record, &trusted),
            "proven.promise",
        ),
    ] {
        cases.refuse("TIME-P-2", "proven.verify", name, refused, code);
    }
    let bytes = cbor::encode(&good);
    let behind = json!({ "evidence": hex(&[&bytes[..], &[0]].concat()), "record": record, "logs": trusted });
    cases.refuse(
        "TIME-P-1",
        "proven.verify",
        "a byte behind",
        behind,
        "cbor.not_deterministic",
    );
    cases
}
