//! `conventions.json`: hashes, times, keys, signatures, CBOR and COSE.

use curve25519_dalek::constants::EIGHT_TORSION;
use protocol::key::Signer;
use protocol::label::{HashLabel, Label};
use serde_json::json;

use crate::cases::Cases;
use crate::specimen::raw::{self, hex};
use crate::specimen::{NOW, key, random};

pub fn cases() -> Cases {
    let mut cases = Cases::default();
    hashes(&mut cases);
    times(&mut cases);
    keys(&mut cases);
    cbor(&mut cases);
    cose(&mut cases);
    cases
}

fn hashes(cases: &mut Cases) {
    let text = random("text").to_string();
    cases.accept("HASH-1", "hash.parse", "64 digits", json!({ "text": text }));
    for (name, refused) in [
        ("upper case", text.to_uppercase()),
        ("63 digits", text[1..].to_owned()),
        ("65 digits", format!("{text}0")),
        ("a space in front", format!(" {}", &text[1..])),
        ("another letter", format!("g{}", &text[1..])),
        ("with a prefix", format!("0x{}", &text[2..])),
        ("two bytes in one letter", format!("é{}", &text[2..])),
        ("empty", String::new()),
    ] {
        cases.refuse("HASH-1", "hash.parse", name, json!({ "text": refused }), "hash.text");
    }
    for label in HashLabel::ALL {
        let name = String::from_utf8_lossy(label.as_bytes())
            .trim_end_matches('\0')
            .to_owned();
        let input = json!({ "label": name, "parts": ["00", hex(random("part").as_bytes())] });
        cases.accept("HASH-2", "hash.labelled", &name, input);
    }
}

fn times(cases: &mut Cases) {
    for seconds in [0, NOW, (1 << 53) - 1] {
        cases.accept(
            "TIME-1",
            "time.check",
            &format!("{seconds} seconds"),
            json!({ "seconds": seconds }),
        );
    }
    for seconds in [1u64 << 53, (1 << 53) + 1, u64::from(u32::MAX) << 32, u64::MAX] {
        cases.refuse(
            "TIME-1",
            "time.check",
            &format!("{seconds} seconds"),
            json!({ "seconds": seconds }),
            "time.range",
        );
    }
    cases.accept(
        "TIME-2",
        "period.check",
        "a second",
        json!({ "from": NOW, "until": NOW + 1 }),
    );
    cases.accept("TIME-2", "period.check", "open", json!({ "from": NOW }));
    for (name, from, until) in [
        ("nothing", NOW, NOW),
        ("backwards", NOW, NOW - 1),
        ("backwards by far", NOW, 0),
        ("at zero", 0, 0),
    ] {
        cases.refuse(
            "TIME-2",
            "period.check",
            name,
            json!({ "from": from, "until": until }),
            "time.period",
        );
    }
}

fn keys(cases: &mut Cases) {
    let good = key("conventions");
    let public = good.public_key();
    cases.accept("SIG-1", "key.check", "a key", json!({ "key": public }));
    for (place, point) in EIGHT_TORSION.iter().enumerate() {
        let name = format!("point {place} of the eight of small order");
        cases.refuse(
            "SIG-1",
            "key.check",
            &name,
            json!({ "key": hex(&point.compress().to_bytes()) }),
            "key.weak",
        );
    }
    let not_canonical = |low: u8| {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (low, 0x7f);
        hex(&bytes)
    };
    // y = p + 3 and y = p + 4 are points of large order, written in a second way.
    for (name, bytes) in [
        ("not a point", hex(&[[2].as_slice(), &[0; 31]].concat())),
        ("y not reduced, p + 3", not_canonical(0xf0)),
        ("y not reduced, p + 4", not_canonical(0xf1)),
    ] {
        cases.refuse("SIG-1", "key.check", name, json!({ "key": bytes }), "key.encoding");
    }
    let message = b"a message";
    let signature = good.sign(message).0;
    let input = |key: String, message: &[u8], signature: &[u8]| json!({ "key": key, "message": hex(message), "signature": hex(signature) });
    cases.accept(
        "SIG-2",
        "signature.verify",
        "a signature",
        input(public.to_string(), message, &signature),
    );
    for (name, key, message, signature) in [
        ("another message", public, &message[1..], signature.to_vec()),
        (
            "another key",
            key("stranger").public_key(),
            &message[..],
            signature.to_vec(),
        ),
        ("a bit of R flipped", public, &message[..], raw::flip(&signature, 3)),
        (
            "a bit of S flipped",
            public,
            &message[..],
            raw::flip(&signature, 256 + 3),
        ),
        ("S plus the order", public, &message[..], raw::malleable(&signature)),
        (
            "R of small order, equation true",
            public,
            &message[..],
            raw::small_order_r(&good, message),
        ),
        ("all zero", public, &message[..], vec![0; 64]),
    ] {
        cases.refuse(
            "SIG-2",
            "signature.verify",
            name,
            input(key.to_string(), message, &signature),
            "key.signature",
        );
    }
}

fn cbor(cases: &mut Cases) {
    for (name, bytes) in [
        ("open period", "811a6955b900"),
        ("closed period", "821a6955b9001a6955b901"),
        ("smallest numbers", "820001"),
    ] {
        cases.accept("CBOR-1", "cbor.period", name, json!({ "bytes": bytes }));
    }
    for (rule, name, bytes, code) in [
        (
            "CBOR-1",
            "a number longer than needed",
            "8118 17",
            "cbor.not_deterministic",
        ),
        (
            "CBOR-1",
            "a number in eight bytes",
            "811b000000006955b900",
            "cbor.not_deterministic",
        ),
        (
            "CBOR-1",
            "a length longer than needed",
            "980100",
            "cbor.not_deterministic",
        ),
        ("CBOR-1", "an array without length", "9f00ff", "cbor.not_deterministic"),
        ("CBOR-1", "a byte behind", "810000", "cbor.not_deterministic"),
        (
            "CBOR-3",
            "an absent last member written as null",
            "8200f6",
            "cbor.not_deterministic",
        ),
        ("CBOR-2", "a member too many", "83000101", "cbor.not_deterministic"),
        ("CBOR-2", "a member too few", "80", "cbor.malformed"),
        ("CBOR-2", "a map", "a10000", "cbor.malformed"),
        ("CBOR-2", "a text instead of a number", "816130", "cbor.malformed"),
        ("CBOR-2", "a negative number", "8120", "cbor.malformed"),
        ("CBOR-2", "a float", "81fb0000000000000000", "cbor.malformed"),
        ("CBOR-2", "a tag in front", "c18100", "cbor.malformed"),
        (
            "CBOR-2",
            "a time out of range",
            "811b0020000000000000",
            "cbor.malformed",
        ),
        ("CBOR-2", "cut in a number", "811a6955", "cbor.malformed"),
        ("CBOR-2", "nothing", "", "cbor.malformed"),
        (
            "CBOR-4",
            "17 arrays deep",
            "818181818181818181818181818181818100",
            "cbor.too_deep",
        ),
        (
            "CBOR-4",
            "longer than permitted",
            &format!("8258{:02x}{}", 80, "00".repeat(80)),
            "cbor.too_large",
        ),
    ] {
        cases.refuse(
            rule,
            "cbor.period",
            name,
            json!({ "bytes": bytes.replace(' ', "") }),
            code,
        );
    }
}

fn cose(cases: &mut Cases) {
    let signer = key("conventions");
    for label in Label::ALL.iter().filter(|label| !label.as_str().contains("-draft")) {
        let bytes = raw::signed(*label, b"payload", &signer);
        let input = json!({ "label": label.as_str(), "bytes": hex(&bytes), "key": signer.public_key() });
        cases.accept("COSE-1", "cose.verify", label.as_str(), input);
        let mislabelled = raw::sign1(&raw::protected(*label), b"", b"payload", &signer);
        let input = json!({ "label": label.as_str(), "bytes": hex(&mislabelled), "key": signer.public_key() });
        cases.refuse(
            "COSE-3",
            "cose.verify",
            "the label is not in the additional data",
            input,
            "cose.signature",
        );
        let stranger = key("stranger");
        let input = json!({ "label": label.as_str(), "bytes": hex(&bytes), "key": stranger.public_key() });
        cases.refuse("COSE-1", "cose.verify", "another key", input, "cose.signature");
    }
    let label = Label::Block;
    let (protected, aad) = (raw::protected(label), label.as_str().as_bytes());
    let good = raw::signed(label, b"payload", &signer);
    let signature = &good[good.len() - 64..];
    let mut text = vec![0x78, u8::try_from(aad.len()).unwrap()];
    text.extend_from_slice(aad);
    let header = |parts: &[&[u8]]| raw::sign1(&parts.concat(), aad, b"payload", &signer);
    let mut refuse = |rule: &str, name: &str, bytes: Vec<u8>, code: &str| {
        let input = json!({ "label": label.as_str(), "bytes": hex(&bytes), "key": signer.public_key() });
        cases.refuse(rule, "cose.verify", name, input, code);
    };
    refuse(
        "COSE-4",
        "another kind",
        raw::signed(Label::Record, b"payload", &signer),
        "cose.label",
    );
    refuse(
        "COSE-4",
        "the content type is a number",
        header(&[&[0xa2, 0x01, 0x32, 0x03, 0x18, 0x3c]]),
        "cose.label",
    );
    refuse(
        "COSE-4",
        "algorithm EdDSA (-8)",
        header(&[&[0xa2, 0x01, 0x27, 0x03], &text]),
        "cose.algorithm",
    );
    refuse(
        "COSE-4",
        "algorithm ES256 (-7)",
        header(&[&[0xa2, 0x01, 0x26, 0x03], &text]),
        "cose.algorithm",
    );
    refuse(
        "COSE-4",
        "the algorithm is a text",
        header(&[&[0xa2, 0x01, 0x61, 0x41, 0x03], &text]),
        "cose.algorithm",
    );
    refuse("COSE-4", "no algorithm", header(&[&[0xa1, 0x03], &text]), "cose.header");
    refuse(
        "COSE-4",
        "no content type",
        header(&[&[0xa1, 0x01, 0x32]]),
        "cose.header",
    );
    refuse(
        "COSE-4",
        "the algorithm twice",
        header(&[&[0xa3, 0x01, 0x32, 0x01, 0x32, 0x03], &text]),
        "cose.malformed",
    );
    refuse(
        "COSE-4",
        "a third header",
        header(&[&[0xa3, 0x01, 0x32, 0x03], &text, &[0x04, 0x40]]),
        "cose.header",
    );
    refuse(
        "COSE-4",
        "an empty protected header",
        raw::sign1(b"", aad, b"payload", &signer),
        "cose.malformed",
    );
    refuse(
        "COSE-1",
        "an unprotected header",
        raw::assemble(&protected, &[0xa1, 0x04, 0x40], b"payload", signature),
        "cose.header",
    );
    refuse(
        "COSE-1",
        "a short signature",
        raw::assemble(&protected, &[0xa0], b"payload", &signature[1..]),
        "cose.malformed",
    );
    refuse(
        "COSE-1",
        "tag 98, many signers",
        [&[0xd8, 0x62][..], &good[1..]].concat(),
        "cose.malformed",
    );
    refuse("COSE-1", "without the tag", good[1..].to_vec(), "cose.malformed");
    refuse(
        "COSE-1",
        "the tag in two bytes",
        [&[0xd8, 0x12][..], &good[1..]].concat(),
        "cose.malformed",
    );
    refuse("COSE-1", "a byte behind", [&good[..], &[0]].concat(), "cose.malformed");
    refuse(
        "COSE-3",
        "another payload",
        raw::assemble(&protected, &[0xa0], b"paylaod", signature),
        "cose.signature",
    );
}
