//! Opening and auditing a chain of 10 000 blocks, beside the raw rates of SHA-256 and strict Ed25519 in the same run:
//! `cargo bench -p vault --bench chain` (`SATCHEL_BLOCKS` changes the number).
//!
//! The vault is driven through its façade; a relay in miniature answers with real promises, so that every block is admitted and
//! stored as in life.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use getrandom::SysRng;
use protocol::chain::walk;
use protocol::hash::sha256;
use protocol::id::ResourceId;
use protocol::key::Signer;
use protocol::log_entry::map_key;
use protocol::promise::Promise;
use protocol::relay::message::{Admitted, NewBlock};
use protocol::relay::text::Bytes;
use protocol::time::Timestamp;
use rand_core::UnwrapErr;
use vault::crypto::signing::SigningKey;
use vault::facade::{Changes, Entry, RecordDraft, RecordQuery, Request, Setup, Vault};

const NOW: u64 = 1_790_000_000;
const ORIGIN: &str = "bench.example/log";

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// Answers what a founding vault asks, with promises under a log key of its own.
struct Relay {
    key: SigningKey,
    index: u64,
}

impl Relay {
    fn answer(&mut self, request: &Request) -> (u16, Vec<u8>) {
        let path = request.url.trim_start_matches("http://bench.example");
        if path == "/v1/relay" {
            let key = self.key.public_key();
            let limits = serde_json::to_value(protocol::relay::limits::Limits::default()).unwrap();
            let body = serde_json::json!({"success": true, "name": "bench", "version": "0", "public_url": null,
                "log": {"origin": ORIGIN, "key": key}, "mode": "open", "demo": false, "time": NOW, "limits": limits});
            return (200, serde_json::to_vec(&body).unwrap());
        }
        if !(path.ends_with("/blocks") && request.method == "POST") {
            return (201, br#"{"success":true}"#.to_vec());
        }
        let resource: ResourceId = path.split('/').nth(3).unwrap().parse().unwrap();
        let block: NewBlock = serde_json::from_slice(request.body.as_ref().unwrap()).unwrap();
        let promise = Promise {
            version: 1,
            origin: ORIGIN.into(),
            map_key: map_key(&resource, &block.label),
            commit: block.commit,
            time: Timestamp::new(NOW).unwrap(),
            salt: sha256(&[&self.index.to_be_bytes()]),
        };
        let admitted = Admitted {
            index: self.index,
            promise: Bytes(promise.issue(&self.key)),
            time: Timestamp::new(NOW).unwrap(),
        };
        self.index += 1;
        (201, serde_json::to_vec(&admitted).unwrap())
    }
}

struct Bench {
    vault: Vault,
    relay: Relay,
    store: BTreeMap<String, Vec<u8>>,
}

impl Bench {
    fn keep(&mut self, changes: &Changes) {
        if changes.is_empty() {
            return;
        }
        for put in &changes.puts {
            self.store.insert(put.key.clone(), put.value.clone());
        }
        for key in &changes.deletes {
            self.store.remove(key);
        }
        self.vault.stored(changes.generation).unwrap();
    }

    fn drain(&mut self) {
        loop {
            let request = self.vault.next_request(NOW, &mut rng()).unwrap();
            if request.kind != "send" || request.method == "GET" && request.url.contains("/blocks") {
                return;
            }
            let (status, body) = self.relay.answer(&request);
            let changes = self
                .vault
                .on_response(request.id, status, Vec::new(), body, NOW, &mut rng())
                .unwrap();
            self.keep(&changes);
        }
    }

    fn entries(&self, wanted: impl Fn(&str) -> bool) -> Vec<Entry> {
        let chosen = self.store.iter().filter(|(key, _)| wanted(key));
        chosen
            .map(|(key, value)| Entry {
                key: key.clone(),
                value: Some(value.clone()),
            })
            .collect()
    }
}

fn observation(number: usize) -> Vec<u8> {
    format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"718-7"}}]}},"effectiveDateTime":"2026-11-20","valueQuantity":{{"value":{}.{},"unit":"g/dL","system":"http://unitsofmeasure.org","code":"g/dL"}}}}"#,
        9 + number % 8,
        number % 10
    )
    .into_bytes()
}

fn found() -> Bench {
    let setup = Setup {
        role: "patient".into(),
        name: "Bench".into(),
        relay: "http://bench.example".into(),
        token: None,
    };
    let (vault, changes) = Vault::create(&setup, "bench", NOW, &mut rng()).unwrap();
    let relay = Relay {
        key: SigningKey::generate(&mut rng()),
        index: 0,
    };
    let mut bench = Bench {
        vault,
        relay,
        store: BTreeMap::new(),
    };
    bench.keep(&changes);
    bench.drain();
    bench
}

/// The median of several runs.
fn median(runs: usize, mut work: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..runs).map(|_| work()).collect();
    times.sort();
    times[runs / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn main() {
    let blocks: usize = std::env::var("SATCHEL_BLOCKS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_000);
    let mut bench = found();
    let began = Instant::now();
    for number in 1..blocks {
        let draft = RecordDraft {
            fhir: observation(number),
            replies_to: None,
            supersedes: None,
        };
        let changes = bench.vault.add_record(&draft, NOW, &mut rng()).unwrap();
        bench.keep(&changes);
        bench.drain();
    }
    let written = began.elapsed();

    let small = found().entries(|key| !key.starts_with('d'));
    let unlock = median(5, || {
        let entries = small.clone();
        let began = Instant::now();
        Vault::open(entries, "bench").unwrap();
        began.elapsed()
    });
    let index = bench.entries(|key| !key.starts_with('d'));
    let open = median(3, || {
        let entries = index.clone();
        let began = Instant::now();
        Vault::open(entries, "bench").unwrap();
        began.elapsed()
    });
    let list = median(3, || {
        let began = Instant::now();
        assert_eq!(bench.vault.records(&RecordQuery::default()).unwrap().len(), blocks - 1);
        began.elapsed()
    });
    bench.vault.provide(bench.entries(|key| key.starts_with('d'))).unwrap();
    let audit = median(3, || {
        let began = Instant::now();
        let checked = bench.vault.check_chain().unwrap();
        assert_eq!((checked.bad, checked.blocks as usize), (None, blocks));
        began.elapsed()
    });

    let bytes: Vec<Vec<u8>> = (0..blocks)
        .map(|sequence| {
            bench
                .vault
                .block(u32::try_from(sequence).unwrap())
                .unwrap()
                .bytes
                .unwrap()
        })
        .collect();
    let links = median(5, || {
        let began = Instant::now();
        walk(bytes.iter().map(Vec::as_slice)).unwrap();
        began.elapsed()
    });
    let size: usize = bytes.iter().map(Vec::len).sum();
    let hashing = median(5, || {
        let began = Instant::now();
        for block in &bytes {
            std::hint::black_box(sha256(&[block]));
        }
        began.elapsed()
    });
    let key = SigningKey::generate(&mut rng());
    let signatures: Vec<_> = bytes.iter().map(|block| key.sign(block)).collect();
    let verifying = median(3, || {
        let began = Instant::now();
        for (block, signature) in bytes.iter().zip(&signatures) {
            key.public_key().verify(block, signature).unwrap();
        }
        began.elapsed()
    });

    println!(
        "\nchain of {blocks} blocks, {} KiB of signed bytes (one core; medians)\n",
        size / 1024
    );
    println!("| step | time | beside it, same run |");
    println!("| --- | --- | --- |");
    println!(
        "| write: sign, seal, store and send each | {:.2} ms a block | |",
        millis(written) / blocks as f64
    );
    println!("| unlock (Argon2id, 64 MiB, 3 passes) | {:.0} ms | |", millis(unlock));
    println!(
        "| open the index after unlocking | {:.0} ms | {} entries |",
        millis(open.saturating_sub(unlock)),
        index.len()
    );
    println!("| list all records | {:.0} ms | |", millis(list));
    println!(
        "| walk links, verify the head | {:.1} ms | SHA-256 of the same bytes {:.1} ms: ratio {:.1} |",
        millis(links),
        millis(hashing),
        millis(links) / millis(hashing)
    );
    println!(
        "| audit: every signature strict, links, bodies | {:.0} ms | strict Ed25519 alone {:.0} ms: ratio {:.2} |",
        millis(audit),
        millis(verifying),
        millis(audit) / millis(verifying)
    );
}
