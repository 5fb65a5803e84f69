//! Every parser meets its seeds and many changed copies of them, in every test run; the same parsers are fuzzed for hours by
//! `cargo xtask deep`.
//!
//! The changes are seeded by the run's number of copies, so a failure comes again. What is checked: no panic, and what
//! `fuzz/parsers.rs` demands of whatever is accepted.

#[path = "fuzz/parsers.rs"]
mod parsers;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use parsers::PARSERS;
use rand_core::{Rng, SeedableRng};

/// Changed copies of each seed.
const COPIES: usize = 400;
/// No single input may hold a parser up.
const LONGEST: Duration = Duration::from_secs(2);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = folder().join("corpus").join(name);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files.iter().map(|file| fs::read(file).expect("a seed")).collect()
}

#[test]
fn every_parser_has_a_target_and_seeds() {
    let targets = fs::read_dir(folder().join("fuzz_targets")).expect("the targets");
    let mut names: Vec<String> = targets
        .map(|entry| {
            entry
                .expect("an entry")
                .path()
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    assert_eq!(names, PARSERS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    let manifest = fs::read_to_string(folder().join("Cargo.toml")).expect("the manifest");
    for name in names {
        assert!(seeds(&name).iter().any(|seed| !seed.is_empty()), "{name} has no seed");
        assert!(
            manifest.contains(&format!("name = \"{name}\"")),
            "{name} is not in the manifest"
        );
    }
}

#[test]
fn parsers_survive_their_seeds_and_changed_copies() {
    let mut rng = chacha20::ChaCha12Rng::seed_from_u64(COPIES as u64);
    for (name, parser) in PARSERS {
        let seeds = seeds(name);
        for seed in &seeds {
            run(name, *parser, seed);
            // Long documents cost more and have more of the same.
            let copies = if seed.len() > 4096 { COPIES / 10 } else { COPIES };
            for _ in 0..copies {
                run(name, *parser, &changed(seed, &seeds, &mut rng));
            }
        }
        run(name, *parser, &[]);
        run(name, *parser, &vec![0xff; 1 << 16]);
        run(name, *parser, &vec![0x81; 1 << 16]);
        run(name, *parser, "[".repeat(1 << 16).as_bytes());
    }
}

fn run(name: &str, parser: fn(&[u8]), data: &[u8]) {
    let begun = Instant::now();
    parser(data);
    let took = begun.elapsed();
    assert!(took < LONGEST, "{name} took {took:?} for {} bytes", data.len());
}

/// One to four changes: a bit, a byte, a cut, a doubled or foreign piece, a length set high.
fn changed(seed: &[u8], seeds: &[Vec<u8>], rng: &mut impl Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=rng.next_u32() % 4 {
        let len = bytes.len().max(1);
        let place = rng.next_u32() as usize % len;
        match rng.next_u32() % 7 {
            0 if place < bytes.len() => bytes[place] ^= 1 << (rng.next_u32() % 8),
            1 if place < bytes.len() => bytes[place] = rng.next_u32() as u8,
            2 => bytes.truncate(place),
            3 => bytes.insert(place.min(bytes.len()), rng.next_u32() as u8),
            4 => {
                let other = &seeds[rng.next_u32() as usize % seeds.len()];
                let from = rng.next_u32() as usize % other.len().max(1);
                let piece: Vec<u8> = other.iter().skip(from).take(64).copied().collect();
                bytes.splice(place.min(bytes.len())..place.min(bytes.len()), piece);
            }
            5 if place < bytes.len() => {
                let end = bytes.len().min(place + 8);
                bytes.drain(place..end);
            }
            _ => {
                let end = bytes.len().min(place + 4);
                if let Some(piece) = bytes.get_mut(place..end) {
                    piece.fill(0xff);
                }
            }
        }
    }
    bytes
}
