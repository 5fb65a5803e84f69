//! The operations on secrets of `tests/vectors/{content,sealing,keys,entries,padding,tree}.json`.
//!
//! Shared by the replay in Rust and by the probe through which Kotlin and Swift replay the same files.

use protocol::code::Coded;
use protocol::hash::{Hash, sha256};
use protocol::key::Signer;
use protocol::tree;
use serde_json::{Value, json};
use vault::crypto::hpke::{RecipientKey, RecipientSecret};
use vault::crypto::kdf::{self, Purpose};
use vault::crypto::passphrase::{self, Cost};
use vault::crypto::root::{self, RootSecret};
use vault::crypto::secret::Secret32;
use vault::crypto::{content, hpke, pad};
use vault::entry::{Class, EntryKey, Header, Manifest, VaultKey, open_entry, seal_entry};
use zeroize::Zeroizing;

use super::{Prescribed, hex, unhex};

/// The answer, or the code of the refusal.
pub(crate) type Answer = Result<Value, &'static str>;

/// Runs one operation; `None` when it is none of these.
pub(crate) fn run(op: &str, input: &Value) -> Option<Answer> {
    let (group, _) = op.split_once('.')?;
    let run = match group {
        "content" => content_op,
        "sealing" => sealing_op,
        "kdf" | "root" | "passphrase" => keys_op,
        "entry" | "header" | "manifest" => entries_op,
        "pad" | "unpad" => padding_op,
        "tree" => tree_op,
        _ => return None,
    };
    Some(run(op, input))
}

fn code<E: Coded>(error: E) -> &'static str {
    error.code()
}

fn text<'a>(input: &'a Value, name: &str) -> &'a str {
    input[name].as_str().unwrap_or_else(|| panic!("member {name}"))
}

fn bytes(input: &Value, name: &str) -> Vec<u8> {
    unhex(text(input, name))
}

fn number(input: &Value, name: &str) -> u64 {
    input[name].as_u64().unwrap_or_else(|| panic!("member {name}"))
}

fn secret(input: &Value, name: &str) -> Secret32 {
    Secret32::from_bytes(bytes(input, name).try_into().unwrap())
}

fn pattern(input: &Value) -> Vec<u8> {
    (0..number(input, "pattern_len")).map(|i| (i % 251) as u8).collect()
}

fn content_op(op: &str, input: &Value) -> Answer {
    match op {
        "content.context" => Ok(json!({ "context": hex(&content::context(text(input, "kind"), &bytes(input, "id"))) })),
        "content.seal" => {
            let plain = pattern(input);
            let sealed = content::seal(
                &secret(input, "key"),
                bytes(input, "salt").try_into().unwrap(),
                &bytes(input, "context"),
                &plain,
            );
            let mut ok = json!({ "sealed_len": sealed.len(), "sealed_sha256": sha256(&[&sealed]).to_string(), "header": hex(&sealed[..56]) });
            if plain.len() < 100 {
                ok["sealed"] = json!(hex(&sealed));
            }
            Ok(ok)
        }
        "content.open" => content::open(&secret(input, "key"), &bytes(input, "context"), &bytes(input, "sealed"))
            .map(|plain| json!({ "plaintext": hex(&plain) }))
            .map_err(code),
        "content.edited" => {
            let (key, context) = (secret(input, "key"), bytes(input, "context"));
            let sealed = content::seal(
                &key,
                bytes(input, "salt").try_into().unwrap(),
                &context,
                &pattern(input),
            );
            content::open(&key, &context, &edit(sealed, &input["edit"]))
                .map(|_| json!(true))
                .map_err(code)
        }
        "content.layout" => {
            let layout = match input.get("plain_len") {
                Some(_) => content::Layout::new(number(input, "plain_len")),
                None => content::Layout::from_sealed_len(number(input, "sealed_len")),
            }
            .map_err(code)?;
            let last = layout.parts() - 1;
            let (plain, sealed) = (layout.part_plain(last).unwrap(), layout.part_sealed(last).unwrap());
            Ok(json!({
                "sealed_len": layout.sealed_len(),
                "chunks": layout.chunks(),
                "parts": layout.parts(),
                "last_part_plain": [plain.start, plain.end],
                "last_part_sealed": [sealed.start, sealed.end],
            }))
        }
        _ => panic!("unknown operation {op}"),
    }
}

fn sealing_op(op: &str, input: &Value) -> Answer {
    match op {
        "sealing.key" => {
            let key = match input.get("seed") {
                Some(_) => RecipientSecret::derive(&secret(input, "seed")).public(),
                None => RecipientKey::new(&bytes(input, "public")).map_err(code)?,
            };
            Ok(json!({ "public": hex(key.as_bytes()), "hash": key.hash().to_string() }))
        }
        "sealing.seal" => {
            let key = RecipientKey::new(&bytes(input, "public")).map_err(code)?;
            let mut randomness = Prescribed(bytes(input, "randomness"));
            hpke::seal(&key, &bytes(input, "info"), &bytes(input, "plaintext"), &mut randomness)
                .map(|sealed| json!({ "sealed": hex(&sealed) }))
                .map_err(code)
        }
        "sealing.open" => {
            let secret = RecipientSecret::derive(&secret(input, "seed"));
            hpke::open(&secret, &bytes(input, "info"), &bytes(input, "sealed"))
                .map(|plain| json!({ "plaintext": hex(&plain) }))
                .map_err(code)
        }
        _ => panic!("unknown operation {op}"),
    }
}

fn keys_op(op: &str, input: &Value) -> Answer {
    match op {
        "kdf.derive" => {
            let labels = input["labels"].as_array().unwrap();
            assert_eq!(labels.len(), Purpose::ALL.len());
            let derive = |label: &Value| {
                let label = unhex(label.as_str().unwrap());
                let purpose = Purpose::ALL.iter().find(|purpose| purpose.as_bytes() == label).unwrap();
                hex(kdf::derive(&bytes(input, "secret"), *purpose, &bytes(input, "context")).as_bytes())
            };
            Ok(json!({ "keys": labels.iter().map(derive).collect::<Vec<String>>() }))
        }
        "kdf.mac_matches" => Ok(json!(kdf::mac_matches(
            &secret(input, "key"),
            &[&bytes(input, "message")],
            &bytes(input, "code")
        ))),
        "root.parse" => {
            let root = RootSecret::parse(text(input, "words")).map_err(|error| {
                if let root::Error::Word { position } = error {
                    assert!(
                        input
                            .get("position")
                            .is_none_or(|expected| *expected == json!(position))
                    );
                }
                error.code()
            })?;
            Ok(json!({
                "entropy": hex(root.entropy().as_bytes()),
                "root_signing": root.signing().public_key().to_string(),
                "recovery_seed": hex(root.recovery().seed().as_bytes()),
                "recovery_hash": root.recovery().public().hash().to_string(),
                "recover": root.recover().public_key().to_string(),
            }))
        }
        "passphrase.derive" => {
            let member = |name| u32::try_from(number(input, name)).unwrap();
            let cost = Cost {
                memory: member("memory"),
                passes: member("passes"),
                lanes: member("lanes"),
            };
            passphrase::derive(
                &bytes(input, "passphrase"),
                &bytes(input, "salt").try_into().unwrap(),
                cost,
            )
            .map(|key| json!({ "key": hex(key.as_bytes()) }))
            .map_err(code)
        }
        _ => panic!("unknown operation {op}"),
    }
}

fn entries_op(op: &str, input: &Value) -> Answer {
    let vault = || VaultKey::from_secret(secret(input, "vault_key"));
    let unlocked = |vault: VaultKey| {
        let probe = EntryKey::new(&vault, Class::Index, b"probe");
        let stated = VaultKey::from_secret(Secret32::from_bytes(core::array::from_fn(|i| i as u8)));
        assert_eq!(vault, stated);
        json!({ "vault_key": hex(&(0..32).collect::<Vec<u8>>()), "probe": probe.as_str() })
    };
    match op {
        "entry.key" => {
            let class = if text(input, "class") == "index" {
                Class::Index
            } else {
                Class::Data
            };
            Ok(json!({ "key": EntryKey::new(&vault(), class, &bytes(input, "name")).as_str() }))
        }
        "entry.parse" => EntryKey::parse(text(input, "key")).map(|_| json!(true)).map_err(code),
        "entry.seal" => {
            let key = EntryKey::parse(text(input, "key")).unwrap();
            let mut salt = Prescribed(bytes(input, "salt"));
            let stored = seal_entry(
                &vault(),
                &key,
                number(input, "generation"),
                &bytes(input, "plaintext"),
                &mut salt,
            );
            Ok(json!({ "stored": hex(&stored) }))
        }
        "entry.open" => {
            let key = EntryKey::parse(text(input, "key")).unwrap();
            open_entry(&vault(), &key, &bytes(input, "stored"))
                .map(|(generation, plain)| json!({ "generation": generation, "plaintext": hex(&plain) }))
                .map_err(code)
        }
        "manifest.verify" => {
            let manifest: Manifest = protocol::cbor::decode(&bytes(input, "manifest"), 64).unwrap();
            let entries: Vec<(EntryKey, u64)> = input["entries"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| {
                    (
                        EntryKey::parse(entry[0].as_str().unwrap()).unwrap(),
                        entry[1].as_u64().unwrap(),
                    )
                })
                .collect();
            manifest
                .verify(&vault(), entries.iter().map(|(key, generation)| (key, *generation)))
                .map(|()| json!(true))
                .map_err(code)
        }
        "header.unlock" => Header::unlock(&bytes(input, "header"), &bytes(input, "passphrase"))
            .map(unlocked)
            .map_err(code),
        "header.unlock_device" => {
            Header::unlock_device(&bytes(input, "header"), text(input, "device"), &secret(input, "secret"))
                .map(unlocked)
                .map_err(code)
        }
        _ => panic!("unknown operation {op}"),
    }
}

fn padding_op(op: &str, input: &Value) -> Answer {
    let padded = |bytes: Result<Zeroizing<Vec<u8>>, vault::crypto::Error>| -> Answer {
        let bytes = bytes.map_err(code)?;
        Ok(json!({ "padded_len": bytes.len(), "padded_sha256": sha256(&[&bytes]).to_string() }))
    };
    match op {
        "pad.padme" => {
            let lengths = input["lengths"].as_array().unwrap();
            let padded: Vec<Value> = lengths
                .iter()
                .map(|len| json!([len, pad::padme(len.as_u64().unwrap())]))
                .collect();
            Ok(json!({ "padded": padded }))
        }
        "pad.small" => padded(pad::pad(&pattern(input))),
        "pad.envelope" => padded(pad::pad_envelope(&pattern(input))),
        "unpad.small" => pad::unpad(&bytes(input, "padded"))
            .map(|plain| json!({ "plaintext": hex(&plain) }))
            .map_err(code),
        "unpad.envelope" => pad::unpad_envelope(&bytes(input, "padded"))
            .map(|plain| json!({ "plaintext": hex(&plain) }))
            .map_err(code),
        "pad.cut" => {
            let mut piece = Zeroizing::new(bytes(input, "piece"));
            pad::cut_piece(&mut piece, number(input, "offset"), number(input, "signed_len")).map_err(code)?;
            Ok(json!({ "piece": hex(&piece) }))
        }
        _ => panic!("unknown operation {op}"),
    }
}

fn tree_op(op: &str, input: &Value) -> Answer {
    match op {
        "tree.file" => {
            let (plain, mut builder) = (pattern(input), tree::Builder::new());
            for piece in plain.chunks(tree::PIECE_LEN) {
                builder.piece(piece).map_err(code)?;
            }
            let head = builder.finish();
            assert_eq!(head, tree::TreeHead::of(&plain));
            Ok(json!({ "hash": head.hash.to_string(), "size": head.size }))
        }
        "tree.pieces" => {
            let pieces: Vec<Hash> = input["pieces"]
                .as_array()
                .unwrap()
                .iter()
                .map(|piece| Hash::parse(piece.as_str().unwrap()).unwrap())
                .collect();
            tree::TreeHead::from_pieces(&pieces, number(input, "size"))
                .map(|head| json!({ "hash": head.hash.to_string() }))
                .map_err(code)
        }
        "tree.lengths" => {
            let mut builder = tree::Builder::new();
            for len in input["lengths"].as_array().unwrap() {
                builder
                    .piece_hash(&Hash::new([0; 32]), usize::try_from(len.as_u64().unwrap()).unwrap())
                    .map_err(code)?;
            }
            Ok(json!(true))
        }
        _ => panic!("unknown operation {op}"),
    }
}

fn edit(mut sealed: Vec<u8>, edit: &Value) -> Vec<u8> {
    let place = |n: &Value, len: usize| {
        let start = 56 + usize::try_from(n.as_u64().unwrap()).unwrap() * 16_400;
        start..len.min(start + 16_400)
    };
    if let Some(pair) = edit.get("exchange_chunks") {
        let (a, b) = (place(&pair[0], sealed.len()), place(&pair[1], sealed.len()));
        let first = sealed[a.clone()].to_vec();
        sealed.copy_within(b.clone(), a.start);
        sealed[b].copy_from_slice(&first);
    } else if let Some(n) = edit.get("drop_chunk") {
        sealed.drain(place(n, sealed.len()));
    } else if let Some(len) = edit.get("truncate") {
        sealed.truncate(usize::try_from(len.as_u64().unwrap()).unwrap());
    } else {
        sealed.extend(bytes(edit, "append"));
    }
    sealed
}
