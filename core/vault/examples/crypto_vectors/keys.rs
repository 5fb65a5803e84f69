//! KEY rules.

use protocol::key::Signer;
use serde_json::{Value, json};
use vault::crypto::kdf::{self, Purpose};
use vault::crypto::passphrase::{self, Cost};
use vault::crypto::root::RootSecret;
use vault::crypto::secret::Secret32;

use crate::{Cases, hex};

pub(crate) fn cases() -> Cases {
    let mut cases = Cases::default();
    derivations(&mut cases);
    roots(&mut cases);
    passphrases(&mut cases);
    cases
}

fn derivations(cases: &mut Cases) {
    let labels: Vec<String> = Purpose::ALL.iter().map(|purpose| hex(purpose.as_bytes())).collect();
    let keys: Vec<String> = Purpose::ALL
        .iter()
        .map(|purpose| hex(kdf::derive(&[0x61; 32], *purpose, &[10, 11]).as_bytes()))
        .collect();
    let input = json!({ "secret": hex(&[0x61; 32]), "labels": labels, "context": "0a0b" });
    cases.accept("KEY-3", "kdf.derive", "every purpose", input, json!({ "keys": keys }));
    let key = Secret32::from_bytes([0x62; 32]);
    let code = kdf::mac(&key, &[b"claim"]);
    let input =
        |message: &[u8], code: &[u8]| json!({ "key": hex(&[0x62; 32]), "message": hex(message), "code": hex(code) });
    cases.accept(
        "KEY-4",
        "kdf.mac_matches",
        "code of a message",
        input(b"claim", &code),
        json!(true),
    );
    for (name, message, code) in [
        ("another message", b"clain".as_slice(), code.to_vec()),
        ("a bit flipped", b"claim", crate::flip(&code, 0)),
        ("cut", b"claim", code[..31].to_vec()),
        ("empty", b"claim", Vec::new()),
    ] {
        cases.accept("KEY-4", "kdf.mac_matches", name, input(message, &code), json!(false));
    }
}

fn roots(cases: &mut Cases) {
    let root = RootSecret::from_entropy(Secret32::from_bytes([0x7f; 32]));
    let words = root.words().to_string();
    let input = |words: &str| json!({ "words": words });
    let ok: Value = json!({
        "entropy": hex(root.entropy().as_bytes()),
        "root_signing": root.signing().public_key().to_string(),
        "recovery_seed": hex(root.recovery().seed().as_bytes()),
        "recovery_hash": root.recovery().public().hash().to_string(),
        "recover": root.recover().public_key().to_string(),
    });
    cases.accept("KEY-5", "root.parse", "a kit", input(&words), ok.clone());
    cases.accept(
        "KEY-5",
        "root.parse",
        "upper case and line breaks",
        input(&words.to_uppercase().replace(' ', "\n ")),
        ok,
    );
    let list: Vec<&str> = words.split(' ').collect();
    for count in [0, 1, 12, 15, 18, 21, 23] {
        cases.refuse(
            "KEY-5",
            "root.parse",
            &format!("{count} words"),
            input(&list[..count].join(" ")),
            "crypto.word_count",
        );
    }
    cases.refuse(
        "KEY-5",
        "root.parse",
        "25 words",
        input(&format!("{words} able")),
        "crypto.word_count",
    );
    for position in [1, 2, 12, 23, 24] {
        let mut bad = list.clone();
        bad[position - 1] = "wordlike";
        let mut value = input(&bad.join(" "));
        value["position"] = json!(position);
        cases.refuse(
            "KEY-5",
            "root.parse",
            &format!("word {position} unknown"),
            value,
            "crypto.word",
        );
    }
    let mut shortened = list.clone();
    shortened[3] = "yea";
    cases.refuse(
        "KEY-5",
        "root.parse",
        "a shortened word",
        input(&shortened.join(" ")),
        "crypto.word",
    );
    for (a, b) in [(0, 1), (2, 3), (20, 23)] {
        let mut swapped = list.clone();
        swapped.swap(a, b);
        cases.refuse(
            "KEY-5",
            "root.parse",
            &format!("words {} and {} exchanged", a + 1, b + 1),
            input(&swapped.join(" ")),
            "crypto.word_checksum",
        );
    }
}

fn passphrases(cases: &mut Cases) {
    let salt = [0x5a; 16];
    let input = |passphrase: &[u8], memory: u32, passes: u32, lanes: u32| json!({ "passphrase": hex(passphrase), "salt": hex(&salt), "memory": memory, "passes": passes, "lanes": lanes });
    let phrase = "correct horse battery staple ✓".as_bytes();
    for (name, cost) in [("standard cost", Cost::STANDARD), ("least cost", Cost::LEAST)] {
        let key = passphrase::derive(phrase, &salt, cost).unwrap();
        let input = input(phrase, cost.memory, cost.passes, cost.lanes);
        cases.accept(
            "KEY-7",
            "passphrase.derive",
            name,
            input,
            json!({ "key": hex(key.as_bytes()) }),
        );
    }
    cases.refuse(
        "KEY-7",
        "passphrase.derive",
        "empty",
        input(b"", 65_536, 3, 1),
        "crypto.passphrase",
    );
    cases.refuse(
        "KEY-7",
        "passphrase.derive",
        "too long",
        input(&[b'a'; 1025], 65_536, 3, 1),
        "crypto.passphrase",
    );
    for (name, memory, passes, lanes) in [
        ("4 TiB", u32::MAX, 3, 1),
        ("a KiB too much", 262_145, 3, 1),
        ("a KiB too little", 7167, 16, 1),
        ("too little work", 7168, 4, 1),
        ("too much work", 262_144, 5, 1),
        ("no pass", 65_536, 0, 1),
        ("17 passes", 7168, 17, 1),
        ("no lane", 65_536, 3, 0),
        ("five lanes", 65_536, 3, 5),
    ] {
        cases.refuse(
            "KEY-7",
            "passphrase.derive",
            name,
            input(phrase, memory, passes, lanes),
            "crypto.parameters",
        );
    }
}
