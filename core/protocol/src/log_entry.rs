//! Labels and commits of the log (`core/spec/log.md`, LOG rules): what a chain shows the world of one block.
//!
//! Whoever holds the chain's log key K computes labels and recognises commits; everybody else sees random bytes.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::hash::{Hash, sha256};
use crate::id::{BlockHash, ResourceId};

fn mac(key: &[u8; 32], word: &[u8], sequence: u64) -> Hash {
    // HMAC takes keys of any length, so construction cannot fail; an all-zero result would simply never match.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Hash::new([0; 32]);
    };
    mac.update(word);
    mac.update(&sequence.to_be_bytes());
    Hash::new(mac.finalize().into_bytes().into())
}

/// `label_k = HMAC-SHA256(K, "label" || k)`, k as 8 bytes big-endian (LOG-1).
pub fn label(log_key: &[u8; 32], sequence: u32) -> Hash {
    mac(log_key, b"label", u64::from(sequence))
}

/// `salt_k = HMAC-SHA256(K, "salt" || k)` (LOG-2).
pub fn salt(log_key: &[u8; 32], sequence: u32) -> Hash {
    mac(log_key, b"salt", u64::from(sequence))
}

/// `commit_k = SHA-256("head" || block hash || salt_k)` (LOG-3).
pub fn commit(block: &BlockHash, salt: &Hash) -> Hash {
    sha256(&[b"head", block.as_bytes(), salt.as_bytes()])
}

/// `map key = SHA-256("map" || resource id || label)`, computed by the relay (LOG-4).
pub fn map_key(resource: &ResourceId, label: &Hash) -> Hash {
    sha256(&[b"map", resource.as_bytes(), label.as_bytes()])
}
