//! Writes one file for each resource that the builders make, one for each entry of their Bundles, and the broken
//! copies, for validators of others: `cargo run -p clinical --example produce -- DIRECTORY`.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "an example that feeds tests"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::Path;
use std::{env, fs};

fn main() {
    let directory = env::args().nth(1).expect_or_exit("usage: produce DIRECTORY");
    let directory = Path::new(&directory);
    let (valid, broken) = (directory.join("valid"), directory.join("broken"));
    fs::create_dir_all(&valid).unwrap();
    fs::create_dir_all(&broken).unwrap();
    for (name, bytes) in common::all() {
        fs::write(valid.join(format!("{name}.json")), &bytes).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        for (at, entry) in value["entry"].as_array().into_iter().flatten().enumerate() {
            fs::write(
                valid.join(format!("{name}.entry{at}.json")),
                entry["resource"].to_string(),
            )
            .unwrap();
        }
    }
    for (name, _, bytes) in common::mutants() {
        fs::write(broken.join(format!("{name}.json")), bytes).unwrap();
    }
}

trait OrExit<T> {
    fn expect_or_exit(self, message: &str) -> T;
}

impl<T> OrExit<T> for Option<T> {
    fn expect_or_exit(self, message: &str) -> T {
        self.unwrap_or_else(|| {
            eprintln!("{message}");
            std::process::exit(2)
        })
    }
}
