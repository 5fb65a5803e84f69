//! CONTENT rules.

use serde_json::{Value, json};
use vault::crypto::content::{self, Layout};
use vault::crypto::secret::Secret32;

use crate::{Cases, flip, hex, pattern};

const KEY: [u8; 32] = [0x11; 32];
const SALT: [u8; 24] = [0x22; 24];

pub(crate) fn cases() -> Cases {
    let mut cases = Cases::default();
    whole(&mut cases);
    edited(&mut cases);
    layouts(&mut cases);
    cases
}

fn input(context: &[u8], len: usize) -> Value {
    json!({ "key": hex(&KEY), "salt": hex(&SALT), "context": hex(context), "pattern_len": len })
}

fn whole(cases: &mut Cases) {
    let key = Secret32::from_bytes(KEY);
    cases.accept(
        "CONTENT-2",
        "content.context",
        "kind and id",
        json!({ "kind": "record", "id": "0102" }),
        json!({ "context": hex(&content::context("record", &[1, 2])) }),
    );
    let context = content::context("record", &[0x33; 32]);
    for len in [0, 5, 16_383, 16_384, 40_000, 1_048_576] {
        let sealed = content::seal(&key, SALT, &context, &pattern(len));
        let digest = protocol::hash::sha256(&[&sealed]).to_string();
        let mut ok = json!({ "sealed_len": sealed.len(), "sealed_sha256": digest, "header": hex(&sealed[..56]) });
        if len < 100 {
            ok["sealed"] = json!(hex(&sealed));
        }
        cases.accept(
            "CONTENT-3",
            "content.seal",
            &format!("{len} bytes"),
            input(&context, len),
            ok,
        );
    }
    let sealed = content::seal(&key, SALT, &context, &pattern(20));
    let open = |key: &[u8], context: &[u8], sealed: &[u8]| json!({ "key": hex(key), "context": hex(context), "sealed": hex(sealed) });
    cases.accept(
        "CONTENT-6",
        "content.open",
        "20 bytes",
        open(&KEY, &context, &sealed),
        json!({ "plaintext": hex(&pattern(20)) }),
    );
    cases.refuse(
        "CONTENT-6",
        "content.open",
        "another key",
        open(&[0x12; 32], &context, &sealed),
        "crypto.commitment",
    );
    cases.refuse(
        "CONTENT-6",
        "content.open",
        "another context",
        open(&KEY, b"", &sealed),
        "crypto.commitment",
    );
    for bit in [0, 191, 192, 447] {
        let sealed = flip(&sealed, bit);
        cases.refuse(
            "CONTENT-6",
            "content.open",
            &format!("bit {bit} of the header"),
            open(&KEY, &context, &sealed),
            "crypto.commitment",
        );
    }
    for bit in [448, 500, 600, 608, 700, 735] {
        let sealed = flip(&sealed, bit);
        cases.refuse(
            "CONTENT-6",
            "content.open",
            &format!("bit {bit} of the chunk"),
            open(&KEY, &context, &sealed),
            "crypto.chunk",
        );
    }
    for len in [0, 24, 56, 71] {
        cases.refuse(
            "CONTENT-5",
            "content.open",
            &format!("cut to {len}"),
            open(&KEY, &context, &sealed[..len]),
            "crypto.length",
        );
    }
    cases.refuse(
        "CONTENT-6",
        "content.open",
        "cut by one",
        open(&KEY, &context, &sealed[..91]),
        "crypto.chunk",
    );
    cases.refuse(
        "CONTENT-6",
        "content.open",
        "a byte more",
        open(&KEY, &context, &[&sealed[..], &[0]].concat()),
        "crypto.chunk",
    );
}

/// What is sealed as described and then edited must not open.
fn edited(cases: &mut Cases) {
    let context = content::context("attachment", &[0x44; 32]);
    let len = 16_384 * 3 + 100;
    for (name, edit, code) in [
        (
            "first and second chunk exchanged",
            json!({ "exchange_chunks": [0, 1] }),
            "crypto.chunk",
        ),
        (
            "second and third chunk exchanged",
            json!({ "exchange_chunks": [1, 2] }),
            "crypto.chunk",
        ),
        ("first chunk missing", json!({ "drop_chunk": 0 }), "crypto.chunk"),
        ("third chunk missing", json!({ "drop_chunk": 2 }), "crypto.chunk"),
        ("last chunk missing", json!({ "drop_chunk": 3 }), "crypto.length"),
        (
            "cut inside the third chunk",
            json!({ "truncate": 56 + 2 * 16_400 + 50 }),
            "crypto.chunk",
        ),
        (
            "cut inside a tag",
            json!({ "truncate": 56 + 3 * 16_400 + 10 }),
            "crypto.length",
        ),
        ("cut to the header", json!({ "truncate": 56 }), "crypto.length"),
        ("trailing bytes", json!({ "append": "00".repeat(40) }), "crypto.chunk"),
        (
            "trailing full chunk",
            json!({ "append": "00".repeat(16_400 - 116) }),
            "crypto.length",
        ),
    ] {
        let mut input = input(&context, len);
        input["edit"] = edit;
        cases.refuse("CONTENT-6", "content.edited", name, input, code);
    }
}

fn layouts(cases: &mut Cases) {
    for len in [0u64, 16_384, 1_048_576, 5_000_000_000] {
        let layout = Layout::new(len).unwrap();
        let last = layout.parts() - 1;
        let (plain, sealed) = (layout.part_plain(last).unwrap(), layout.part_sealed(last).unwrap());
        cases.accept(
            "CONTENT-8",
            "content.layout",
            &format!("{len} bytes"),
            json!({ "plain_len": len }),
            json!({
                "sealed_len": layout.sealed_len(),
                "chunks": layout.chunks(),
                "parts": layout.parts(),
                "last_part_plain": [plain.start, plain.end],
                "last_part_sealed": [sealed.start, sealed.end],
            }),
        );
    }
    for sealed in [
        0u64,
        55,
        56,
        71,
        56 + 16_400,
        56 + 16_400 + 15,
        56 + 10 * 16_400,
        56 + 64 * 16_400 + 3,
    ] {
        let input = json!({ "sealed_len": sealed });
        cases.refuse(
            "CONTENT-5",
            "content.layout",
            &format!("{sealed} sealed bytes"),
            input,
            "crypto.length",
        );
    }
    let input = json!({ "plain_len": 1u64 << 52 });
    cases.refuse(
        "CONTENT-5",
        "content.layout",
        "too many chunks",
        input,
        "crypto.too_large",
    );
}
