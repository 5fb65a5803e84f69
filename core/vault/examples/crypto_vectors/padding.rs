//! PAD rules.

use serde_json::{Value, json};
use vault::crypto::pad;

use crate::{Cases, hex, pattern};

pub(crate) fn cases() -> Cases {
    let mut cases = Cases::default();
    let lengths = [0u64, 1, 1023, 1024, 1025, 1088, 1089, 65_537, 1_048_577, 5_000_000_000];
    let padded: Vec<Value> = lengths.iter().map(|len| json!([len, pad::padme(*len)])).collect();
    cases.accept(
        "PAD-1",
        "pad.padme",
        "lengths",
        json!({ "lengths": lengths }),
        json!({ "padded": padded }),
    );
    forms(&mut cases, "PAD-2", "small", |plain| pad::pad(plain).unwrap().to_vec());
    forms(&mut cases, "PAD-3", "envelope", |plain| {
        pad::pad_envelope(plain).unwrap().to_vec()
    });
    let too_large = json!({ "pattern_len": pad::MAX_ENVELOPE + 1 });
    cases.refuse(
        "PAD-3",
        "pad.envelope",
        "larger than the largest bucket",
        too_large,
        "crypto.too_large",
    );
    let cut = |piece: &[u8], offset: u64, signed_len: u64| json!({ "piece": hex(piece), "offset": offset, "signed_len": signed_len });
    cases.accept(
        "PAD-4",
        "pad.cut",
        "a piece with the end in it",
        cut(&[1, 2, 0, 0], 10, 12),
        json!({ "piece": "0102" }),
    );
    cases.refuse(
        "PAD-4",
        "pad.cut",
        "a hidden byte",
        cut(&[1, 2, 0, 3], 10, 12),
        "crypto.padding",
    );
    cases.refuse(
        "PAD-4",
        "pad.cut",
        "a hidden first byte",
        cut(&[1, 2, 3, 0], 10, 12),
        "crypto.padding",
    );
    cases.refuse(
        "PAD-4",
        "pad.cut",
        "a piece wholly of padding",
        cut(&[0, 0, 1], 100, 12),
        "crypto.padding",
    );
    cases
}

fn forms(cases: &mut Cases, rule: &str, form: &str, padded: impl Fn(&[u8]) -> Vec<u8>) {
    let op = |verb: &str| format!("{verb}.{form}");
    for len in [0, 5, 1020, 1021] {
        let bytes = padded(&pattern(len));
        let ok = json!({ "padded_len": bytes.len(), "padded_sha256": protocol::hash::sha256(&[&bytes]).to_string() });
        cases.accept(
            rule,
            &op("pad"),
            &format!("{len} bytes"),
            json!({ "pattern_len": len }),
            ok,
        );
    }
    let good = padded(b"small");
    let input = |bytes: &[u8]| json!({ "padded": hex(bytes) });
    cases.accept(
        rule,
        &op("unpad"),
        "five bytes",
        input(&good),
        json!({ "plaintext": hex(b"small") }),
    );
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    for (name, bytes) in [
        ("padding not zero at its start", with(9, 1)),
        ("padding not zero at its end", with(1023, 1)),
        ("padding not zero in the middle", with(500, 0x80)),
        ("length beyond the end", with(2, 0x04)),
        ("length of four gigabytes", with(0, 0xff)),
        ("length one less, so that a letter becomes padding", with(3, 4)),
        ("length in the other byte order", [b"\x05\0\0\0", &good[4..]].concat()),
        ("length with a bit too many", with(1, 1)),
        ("a byte short", good[..1023].to_vec()),
        ("a byte long", [&good[..], &[0]].concat()),
        ("padded to the next size", [&good[..], &[0; 64]].concat()),
        ("padded to the next bucket", [&good[..], &[0; 3072]].concat()),
        ("unpadded", b"\0\0\0\x05small".to_vec()),
        ("empty", Vec::new()),
        ("three bytes", vec![0; 3]),
        ("only a length", vec![0; 4]),
    ] {
        cases.refuse(rule, &op("unpad"), name, input(&bytes), "crypto.padding");
    }
}
