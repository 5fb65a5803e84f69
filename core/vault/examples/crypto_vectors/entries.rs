//! ENTRY rules.

use serde_json::{Value, json};
use vault::crypto::passphrase::Cost;
use vault::crypto::secret::Secret32;
use vault::entry::{Class, EntryKey, Header, VaultKey, seal_entry};

use crate::{Cases, Counting, flip, hex};

const VAULT: [u8; 32] = [0x71; 32];

pub(crate) fn cases() -> Cases {
    let mut cases = Cases::default();
    let vault = VaultKey::from_secret(Secret32::from_bytes(VAULT));
    names(&mut cases, &vault);
    entries(&mut cases, &vault);
    manifests(&mut cases, &vault);
    headers(&mut cases);
    cases
}

fn names(cases: &mut Cases, vault: &VaultKey) {
    for (class, word) in [(Class::Index, "index"), (Class::Data, "data")] {
        let key = EntryKey::new(vault, class, b"meta");
        cases.accept(
            "ENTRY-3",
            "entry.key",
            word,
            json!({ "vault_key": hex(&VAULT), "class": word, "name": hex(b"meta") }),
            json!({ "key": key.as_str() }),
        );
    }
    let good = EntryKey::new(vault, Class::Index, b"meta");
    for (name, text) in [
        ("empty", String::new()),
        ("no class", good.as_str()[2..].to_owned()),
        ("unknown class", format!("x{}", &good.as_str()[1..])),
        ("upper case", good.as_str().to_uppercase()),
        ("too short", good.as_str()[..65].to_owned()),
        ("too long", format!("{good}0")),
        ("not hexadecimal", format!("{}g", &good.as_str()[..65])),
    ] {
        cases.refuse("ENTRY-3", "entry.parse", name, json!({ "key": text }), "entry.key");
    }
}

fn entries(cases: &mut Cases, vault: &VaultKey) {
    let key = EntryKey::new(vault, Class::Data, b"block 7");
    // The salt that the generator gives: 00, 01 … 17.
    let stored = seal_entry(vault, &key, 258, b"content of the entry", &mut Counting(0));
    let salt: Vec<u8> = (0..24).collect();
    cases.accept(
        "ENTRY-4",
        "entry.seal",
        "an entry",
        json!({ "vault_key": hex(&VAULT), "key": key.as_str(), "generation": 258, "salt": hex(&salt), "plaintext": hex(b"content of the entry") }),
        json!({ "stored": hex(&stored) }),
    );
    let open = |vault: &[u8], key: &EntryKey, stored: &[u8]| -> Value {
        json!({ "vault_key": hex(vault), "key": key.as_str(), "stored": hex(stored) })
    };
    cases.accept(
        "ENTRY-5",
        "entry.open",
        "the entry",
        open(&VAULT, &key, &stored),
        json!({ "generation": 258, "plaintext": hex(b"content of the entry") }),
    );
    let other = EntryKey::new(vault, Class::Data, b"block 8");
    let index = EntryKey::new(vault, Class::Index, b"block 7");
    cases.refuse(
        "ENTRY-5",
        "entry.open",
        "under another name",
        open(&VAULT, &other, &stored),
        "entry.damaged",
    );
    cases.refuse(
        "ENTRY-5",
        "entry.open",
        "under another class",
        open(&VAULT, &index, &stored),
        "entry.damaged",
    );
    cases.refuse(
        "ENTRY-5",
        "entry.open",
        "another vault",
        open(&[0x72; 32], &key, &stored),
        "entry.damaged",
    );
    for (name, at) in [
        ("generation, first byte", 1),
        ("generation, last byte", 8),
        ("salt", 9),
        ("commitment", 40),
        ("content", 66),
        ("tag", stored.len() - 1),
    ] {
        cases.refuse(
            "ENTRY-5",
            "entry.open",
            &format!("damaged {name}"),
            open(&VAULT, &key, &flip(&stored, at * 8)),
            "entry.damaged",
        );
    }
    let newer = [&[2], &stored[1..]].concat();
    cases.refuse(
        "ENTRY-4",
        "entry.open",
        "a newer version",
        open(&VAULT, &key, &newer),
        "entry.version",
    );
    for len in [0, 1, 8, 9, 64, stored.len() - 1] {
        cases.refuse(
            "ENTRY-5",
            "entry.open",
            &format!("cut to {len}"),
            open(&VAULT, &key, &stored[..len]),
            "entry.damaged",
        );
    }
}

fn manifests(cases: &mut Cases, vault: &VaultKey) {
    let key = |name: &str| EntryKey::new(vault, Class::Data, name.as_bytes());
    let list = |entries: &[(&str, u64)]| -> Value {
        entries
            .iter()
            .map(|(name, generation)| json!([key(name).as_str(), generation]))
            .collect()
    };
    let live = [("a", 1u64), ("b", 2), ("c", 3)];
    let mut manifest = vault::entry::Manifest::new();
    for (name, generation) in live {
        manifest.add(vault, &key(name), generation);
    }
    let stated = hex(&protocol::cbor::encode(&manifest));
    let input = |found: &[(&str, u64)]| json!({ "vault_key": hex(&VAULT), "manifest": stated, "entries": list(found) });
    cases.accept(
        "ENTRY-6",
        "manifest.verify",
        "what is stored",
        input(&[("c", 3), ("a", 1), ("b", 2)]),
        json!(true),
    );
    for (name, found) in [
        ("an older entry", &[("a", 1), ("b", 1), ("c", 3)][..]),
        ("a missing entry", &[("a", 1), ("c", 3)]),
        ("an entry too many", &[("a", 1), ("b", 2), ("c", 3), ("d", 3)]),
        ("an entry twice", &[("a", 1), ("b", 2), ("c", 3), ("c", 3)]),
        ("generations exchanged", &[("a", 2), ("b", 1), ("c", 3)]),
        ("an empty store", &[]),
    ] {
        cases.refuse("ENTRY-7", "manifest.verify", name, input(found), "entry.rolled_back");
    }
}

fn headers(cases: &mut Cases) {
    let (bytes, vault) = Header::create_with(b"opens it", Cost::LEAST, &mut Counting(0)).unwrap();
    let probe = EntryKey::new(&vault, Class::Index, b"probe");
    let unlock = |bytes: &[u8], passphrase: &[u8]| json!({ "header": hex(bytes), "passphrase": hex(passphrase) });
    let ok = json!({ "vault_key": hex(&(0..32).collect::<Vec<u8>>()), "probe": probe.as_str() });
    cases.accept(
        "ENTRY-11",
        "header.unlock",
        "the passphrase",
        unlock(&bytes, b"opens it"),
        ok.clone(),
    );
    cases.refuse(
        "ENTRY-11",
        "header.unlock",
        "another passphrase",
        unlock(&bytes, b"opens it not"),
        "entry.passphrase",
    );
    cases.refuse(
        "ENTRY-11",
        "header.unlock",
        "no passphrase",
        unlock(&bytes, b""),
        "entry.passphrase",
    );
    for at in [3, 20, 40, bytes.len() - 40, bytes.len() - 1] {
        cases.refuse(
            "ENTRY-10",
            "header.unlock",
            &format!("damaged byte {at}"),
            unlock(&flip(&bytes, at * 8), b"opens it"),
            "entry.damaged",
        );
    }
    for len in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        cases.refuse(
            "ENTRY-10",
            "header.unlock",
            &format!("cut to {len}"),
            unlock(&bytes[..len], b"opens it"),
            "entry.damaged",
        );
    }
    cases.refuse(
        "ENTRY-10",
        "header.unlock",
        "a byte more",
        unlock(&[&bytes[..], &[0]].concat(), b"opens it"),
        "entry.damaged",
    );
    let newer = [&bytes[..1], &[2], &bytes[2..]].concat();
    cases.refuse(
        "ENTRY-9",
        "header.unlock",
        "a newer version",
        unlock(&newer, b"opens it"),
        "entry.version",
    );

    let secret = Secret32::from_bytes([0x73; 32]);
    let two = Header::add_device(&bytes, &vault, "phone", &secret, &mut Counting(0x80)).unwrap();
    let device = |name: &str, secret: &[u8]| json!({ "header": hex(&two), "device": name, "secret": hex(secret) });
    cases.accept(
        "ENTRY-12",
        "header.unlock_device",
        "the device's secret",
        device("phone", &[0x73; 32]),
        ok,
    );
    cases.refuse(
        "ENTRY-12",
        "header.unlock_device",
        "another secret",
        device("phone", &[0x74; 32]),
        "entry.device",
    );
    cases.refuse(
        "ENTRY-12",
        "header.unlock_device",
        "another name",
        device("Phone", &[0x73; 32]),
        "entry.device",
    );
    cases.refuse(
        "ENTRY-12",
        "header.unlock_device",
        "no name",
        device("", &[0x73; 32]),
        "entry.device",
    );
}
