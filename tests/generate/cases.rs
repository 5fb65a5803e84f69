//! The cases of one file, and the refusals that every signed object has in common.

use protocol::cbor;
use protocol::hash::Hash;
use protocol::key::Signer;
use protocol::label::Label;
use protocol::vector;
use serde_json::{Value, json};

use crate::specimen::raw::{self, hex};
use crate::specimen::{Key, key};

/// The cases of one file.
#[derive(Default)]
pub struct Cases(Vec<Value>);

impl Cases {
    /// Something that must be accepted. What comes out is written down; the Python check computes it a second time.
    pub fn accept(&mut self, rule: &str, op: &str, name: &str, input: Value) -> Value {
        match vector::run(op, &input) {
            Ok(ok) => {
                self.push(rule, op, name, input, json!({ "ok": ok }));
                ok
            }
            Err(code) => panic!("{rule} {op}: {name}: refused with {code}"),
        }
    }

    /// Something that must be refused with this code, whatever the program says today.
    pub fn refuse(&mut self, rule: &str, op: &str, name: &str, input: Value, code: &str) {
        if vector::run(op, &input) != Err(code) {
            eprintln!("{rule} {op}: {name}: wanted {code}, got {:?}", vector::run(op, &input));
        }
        self.push(rule, op, name, input, json!({ "code": code }));
    }

    fn push(&mut self, rule: &str, op: &str, name: &str, input: Value, expect: Value) {
        self.0
            .push(json!({ "rule": rule, "op": op, "name": name, "input": input, "expect": expect }));
    }

    /// One case a line, so that a change shows as one line.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.0.iter().map(Value::to_string).collect();
        format!("[\n{}\n]\n", lines.join(",\n"))
    }

    /// Every way in which a signed object can be put together wrongly.
    pub fn damage(&mut self, object: &Object<'_>) {
        let Object {
            op,
            label,
            key: signer,
            bytes,
            ..
        } = object;
        let code = |word: &str| object.code(word);
        let payload = raw::payload(*label, bytes);
        let (protected, aad) = (raw::protected(*label), label.as_str().as_bytes());
        let signature = &bytes[bytes.len() - 64..];
        let again = |payload: &[u8]| raw::signed(*label, payload, signer);
        let mut refuse = |rule: &str, name: &str, bytes: Vec<u8>, word: &str| {
            let mut input = json!({ "bytes": hex(&bytes) });
            if let Some(key) = object.parameter {
                input["key"] = json!(key.public_key());
            }
            self.refuse(rule, op, name, input, &code(word));
        };
        refuse(
            "COSE-3",
            "a bit of the signature flipped",
            raw::flip(bytes, (bytes.len() - 10) * 8),
            "signature",
        );
        let inside = bytes
            .windows(32)
            .position(|window| window == object.salt.as_bytes())
            .expect("the salt is there");
        refuse(
            "COSE-3",
            "a bit of the payload flipped",
            raw::flip(bytes, inside * 8 + 3),
            "signature",
        );
        refuse(
            "SIG-2",
            "the other S of the same signature",
            raw::assemble(&protected, &[0xa0], &payload, &raw::malleable(signature)),
            "signature",
        );
        let message = raw::to_be_signed(&protected, aad, &payload);
        refuse(
            "SIG-2",
            "R of small order",
            raw::assemble(&protected, &[0xa0], &payload, &raw::small_order_r(signer, &message)),
            "signature",
        );
        refuse(
            "STMT-1",
            "signed by another key",
            raw::signed(*label, &payload, &key("stranger")),
            "signature",
        );
        refuse(
            "COSE-3",
            "signed without the label as additional data",
            raw::sign1(&protected, b"", &payload, signer),
            "signature",
        );
        let other = if *label == Label::Move {
            Label::Root
        } else {
            Label::Move
        };
        refuse(
            "LABEL-1",
            "signed under another label",
            raw::signed(other, &payload, signer),
            "kind",
        );
        refuse("COSE-1", "a byte too many", [*bytes, &[0]].concat(), "malformed");
        refuse(
            "COSE-1",
            "a byte too few",
            bytes[..bytes.len() - 1].to_vec(),
            "malformed",
        );
        refuse("COSE-1", "without the tag", bytes[1..].to_vec(), "malformed");
        refuse("COSE-1", "nothing", Vec::new(), "malformed");
        refuse(
            "COSE-1",
            "an unprotected header",
            raw::assemble(&protected, &[0xa1, 0x04, 0x40], &payload, signature),
            "malformed",
        );
        let header = |parts: &[&[u8]]| {
            let protected = parts.concat();
            raw::sign1(&protected, aad, &payload, signer)
        };
        let text = cbor::encode(&label.as_str().to_owned());
        refuse(
            "COSE-2",
            "algorithm EdDSA (-8)",
            header(&[&[0xa2, 0x01, 0x27, 0x03], &text]),
            "malformed",
        );
        refuse("COSE-2", "no algorithm", header(&[&[0xa1, 0x03], &text]), "malformed");
        refuse(
            "COSE-2",
            "a key id in the header",
            header(&[&[0xa3, 0x01, 0x32, 0x03], &text, &[0x04, 0x40]]),
            "malformed",
        );
        refuse(
            "COSE-2",
            "header in another order",
            header(&[&[0xa2, 0x03], &text, &[0x01, 0x32]]),
            "malformed",
        );
        let detached = [
            &[0xd2, 0x84][..],
            &cbor::encode(&cbor::Bytes::from(protected.clone())),
            &[0xa0, 0xf6, 0x58, 0x40],
            signature,
        ];
        refuse("COSE-1", "a detached payload", detached.concat(), "malformed");
        refuse(
            "CBOR-1",
            "payload of unknown length",
            again(&[&[payload[0] | 0x1f][..], &payload[1..], &[0xff]].concat()),
            "malformed",
        );
        refuse(
            "CBOR-1",
            "payload followed by a byte",
            again(&[&payload[..], &[0x00]].concat()),
            "malformed",
        );
        let extra: &[u8] = if payload[0] >> 5 == 4 {
            &[0xf6]
        } else {
            &[0x39, 0xff, 0xff, 0xf6]
        };
        refuse(
            object.extra,
            "a member more, null",
            again(&[&[payload[0] + 1][..], &payload[1..], extra].concat()),
            "malformed",
        );
        if payload[0] >> 5 == 4 {
            let rest = &payload[2..];
            refuse(
                "STMT-2",
                "version 2",
                again(&[&[payload[0], 2][..], rest].concat()),
                "version",
            );
            refuse(
                "CBOR-1",
                "version 1 in two bytes",
                again(&[&[payload[0], 0x18, 1][..], rest].concat()),
                "malformed",
            );
            refuse(
                "CBOR-2",
                "a map instead of an array",
                again(&[&[payload[0] ^ 0x20][..], &payload[1..]].concat()),
                "malformed",
            );
        }
        let actor = signer.public_key();
        if let Some(place) = payload.windows(32).rposition(|window| window == actor.as_bytes()) {
            let mut weak = payload.clone();
            weak[place..place + 32].fill(0);
            refuse("SIG-1", "an actor of small order", again(&weak), "malformed");
        }
    }
}

/// A good object to be damaged.
pub struct Object<'a> {
    pub op: &'a str,
    pub label: Label,
    pub key: &'a Key,
    pub bytes: &'a [u8],
    /// First word of the module's codes.
    pub module: &'a str,
    /// Its salt, where any bit may be another.
    pub salt: Hash,
    /// The rule that forbids one more member.
    pub extra: &'a str,
    /// A key that the operation takes beside the bytes.
    pub parameter: Option<&'a Key>,
}

impl Object<'_> {
    fn code(&self, word: &str) -> String {
        // A promise is read under one label only, so it has no word for another kind.
        let word = if self.module == "promise" && word == "kind" {
            "malformed"
        } else {
            word
        };
        format!("{}.{word}", self.module)
    }
}
