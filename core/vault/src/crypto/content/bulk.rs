//! What a platform needs to do the bulk AES-256-GCM itself (`core/spec/content.md`, CONTENT-9).
//!
//! Invariant: the plan dictates key, nonces, places and order; the result is byte-equal to the core's own. Only the key
//! derived for this one object leaves the core, never the content key it came from.

use core::ops::Range;

use super::nonce;
use super::{CHUNK_LEN, SEALED_CHUNK_LEN};
use crate::crypto::secret::Secret32;

/// How to seal or open one part: an AES-256-GCM call without associated data for every chunk.
#[derive(Debug, Clone)]
pub struct BulkPlan {
    /// The AES-256 key of this object; import it once, not extractable, and wipe the bytes.
    pub key: Secret32,
    /// Nonce of chunk 0.
    pub base_nonce: [u8; 12],
    /// Number of the part's first chunk.
    pub first_chunk: u64,
    /// How many chunks the part has.
    pub chunk_count: u64,
    /// Plaintext bytes of the part.
    pub plain_len: usize,
    /// Sealed bytes in front of the part's first chunk: the 56-byte header in part 0, else nothing.
    pub header: Vec<u8>,
}

/// One call of the plan. Ranges are within the part's plaintext and within the part's sealed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Number within the object.
    pub number: u64,
    /// The 96-bit nonce.
    pub nonce: [u8; 12],
    /// Where its plaintext lies.
    pub plain: Range<usize>,
    /// Where its ciphertext and tag lie.
    pub sealed: Range<usize>,
}

impl BulkPlan {
    /// Length of the part's sealed bytes, header included.
    pub fn sealed_len(&self) -> usize {
        self.chunks().last().map_or(self.header.len(), |chunk| chunk.sealed.end)
    }

    /// The calls, in order.
    pub fn chunks(&self) -> impl Iterator<Item = Chunk> + '_ {
        (0..self.chunk_count).zip(0usize..).map(|(number, index)| {
            let plain = index * CHUNK_LEN..self.plain_len.min((index + 1) * CHUNK_LEN);
            let start = self.header.len() + index * SEALED_CHUNK_LEN;
            let sealed = start..start + plain.len() + super::TAG_LEN;
            let number = self.first_chunk + number;
            Chunk {
                number,
                nonce: nonce(self.base_nonce, number),
                plain,
                sealed,
            }
        })
    }
}
