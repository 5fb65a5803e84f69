//! Generators for tests: one seeded, one that gives out prescribed bytes.
#![allow(dead_code, unused_imports, reason = "each test file uses what it needs")]

pub(crate) mod operations;
mod plain;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
pub(crate) use plain::{Prescribed, hex, unhex};

/// A generator with a seed.
pub(crate) fn seeded(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}
