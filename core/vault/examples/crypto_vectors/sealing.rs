//! SEAL rules.

use serde_json::{Value, json};
use vault::crypto::hpke::{self, RecipientSecret};
use vault::crypto::secret::Secret32;

use crate::{Cases, Counting, flip, hex};

pub(crate) fn cases() -> Cases {
    let mut cases = Cases::default();
    let seed = [0x51; 32];
    let secret = RecipientSecret::derive(&Secret32::from_bytes(seed));
    let public = secret.public();
    cases.accept(
        "SEAL-2",
        "sealing.key",
        "key of a seed",
        json!({ "seed": hex(&seed) }),
        json!({ "public": hex(public.as_bytes()), "hash": public.hash().to_string() }),
    );
    public_keys(&mut cases, public.as_bytes());

    // The 64 bytes that an encapsulation takes from the generator: 00, 01 … 3f.
    let randomness: Vec<u8> = (0..64).collect();
    let sealed = hpke::seal(&public, b"info", b"a sealed message", &mut Counting(0)).unwrap();
    cases.accept(
        "SEAL-4",
        "sealing.seal",
        "with prescribed randomness",
        json!({ "public": hex(public.as_bytes()), "info": hex(b"info"), "plaintext": hex(b"a sealed message"), "randomness": hex(&randomness) }),
        json!({ "sealed": hex(&sealed) }),
    );
    let open = |sealed: &[u8], info: &[u8]| -> Value {
        json!({ "seed": hex(&seed), "info": hex(info), "sealed": hex(sealed) })
    };
    cases.accept(
        "SEAL-5",
        "sealing.open",
        "the message",
        open(&sealed, b"info"),
        json!({ "plaintext": hex(b"a sealed message") }),
    );
    cases.refuse(
        "SEAL-5",
        "sealing.open",
        "other info",
        open(&sealed, b"inf0"),
        "crypto.sealed",
    );
    for (name, id) in [
        ("X25519", [0x00, 0x20, 0, 1, 0, 2]),
        ("SHA-512", [0x64, 0x7a, 0, 3, 0, 2]),
        ("AES-128-GCM", [0x64, 0x7a, 0, 1, 0, 1]),
        ("export only", [0x64, 0x7a, 0, 1, 0xff, 0xff]),
        ("zeros", [0; 6]),
    ] {
        let bytes = [&id, &sealed[6..]].concat();
        cases.refuse(
            "SEAL-1",
            "sealing.open",
            &format!("another suite: {name}"),
            open(&bytes, b"info"),
            "crypto.suite",
        );
    }
    for (name, at) in [
        ("ML-KEM half", 6),
        ("X25519 half", 6 + 1088),
        ("ciphertext", 1126),
        ("tag", sealed.len() - 1),
    ] {
        cases.refuse(
            "SEAL-5",
            "sealing.open",
            &format!("damaged {name}"),
            open(&flip(&sealed, at * 8), b"info"),
            "crypto.sealed",
        );
    }
    for len in [0, 5, 6, 1126, 1141] {
        cases.refuse(
            "SEAL-5",
            "sealing.open",
            &format!("cut to {len}"),
            open(&sealed[..len], b"info"),
            "crypto.length",
        );
    }
    for (name, point) in low_order() {
        let mut bytes = sealed.clone();
        bytes[6 + 1088..1126].copy_from_slice(&point);
        cases.refuse(
            "SEAL-3",
            "sealing.open",
            &format!("encapsulated point {name}"),
            open(&bytes, b"info"),
            "crypto.encapsulation",
        );
    }
    cases
}

fn public_keys(cases: &mut Cases, public: &[u8]) {
    let input = |bytes: &[u8]| json!({ "public": hex(bytes) });
    for (name, point) in low_order() {
        let bytes = [&public[..1184], &point].concat();
        cases.refuse(
            "SEAL-3",
            "sealing.key",
            &format!("X25519 half {name}"),
            input(&bytes),
            "crypto.public_key",
        );
    }
    let large = [&[0xff, 0xff, 0xff], &public[3..]].concat();
    cases.refuse(
        "SEAL-2",
        "sealing.key",
        "coefficient above the modulus",
        input(&large),
        "crypto.public_key",
    );
    cases.refuse(
        "SEAL-2",
        "sealing.key",
        "a byte short",
        input(&public[..1215]),
        "crypto.public_key",
    );
    cases.refuse(
        "SEAL-2",
        "sealing.key",
        "a byte long",
        input(&[public, &[0]].concat()),
        "crypto.public_key",
    );
    cases.refuse("SEAL-2", "sealing.key", "empty", input(&[]), "crypto.public_key");
}

fn low_order() -> [(&'static str, [u8; 32]); 3] {
    let (mut one, mut p_minus_one) = ([0; 32], [0xff; 32]);
    one[0] = 1;
    p_minus_one[0] = 0xec;
    p_minus_one[31] = 0x7f;
    [("0", [0; 32]), ("1", one), ("p - 1", p_minus_one)]
}
