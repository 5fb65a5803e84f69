//! Writes the vectors of content, sealing, keys, entries, padding and tree into the folder given as the only argument:
//! `cargo run -p vault --example crypto_vectors -- tests/vectors`.
//!
//! Everything is deterministic: the same run gives the same files. Inputs of accepted cases are made here; refusals are
//! written down with the code that the specification demands, never with the code that came out.
#![expect(clippy::unwrap_used, reason = "a generator may stop where it stands")]

mod content;
mod entries;
mod keys;
mod padding;
mod sealing;
mod tree;

use std::convert::Infallible;
use std::fmt::Write as _;

use rand_core::{TryCryptoRng, TryRng};
use serde_json::{Value, json};

/// The cases of one file.
#[derive(Default)]
struct Cases(Vec<Value>);

impl Cases {
    fn accept(&mut self, rule: &str, op: &str, name: &str, input: Value, ok: Value) {
        self.push(rule, op, name, input, json!({ "ok": ok }));
    }

    fn refuse(&mut self, rule: &str, op: &str, name: &str, input: Value, code: &str) {
        self.push(rule, op, name, input, json!({ "code": code }));
    }

    fn push(&mut self, rule: &str, op: &str, name: &str, input: Value, expect: Value) {
        self.0
            .push(json!({ "rule": rule, "op": op, "name": name, "input": input, "expect": expect }));
    }

    /// One case a line, so that a change shows as one line.
    fn text(&self) -> String {
        let lines: Vec<String> = self.0.iter().map(Value::to_string).collect();
        format!("[\n{}\n]\n", lines.join(",\n"))
    }
}

/// Gives out the bytes 0, 1, 2 … in order, or prescribed ones.
struct Counting(u8);

impl TryRng for Counting {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for byte in out {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
        Ok(())
    }
}

impl TryCryptoRng for Counting {}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Byte i is i modulo 251: a plaintext that a vector names by its length alone.
fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i % 251) as u8).collect()
}

fn flip(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "tests/vectors".to_owned());
    for (file, cases) in [
        ("content", content::cases()),
        ("sealing", sealing::cases()),
        ("keys", keys::cases()),
        ("entries", entries::cases()),
        ("padding", padding::cases()),
        ("tree", tree::cases()),
    ] {
        std::fs::write(format!("{folder}/{file}.json"), cases.text()).unwrap();
    }
}
