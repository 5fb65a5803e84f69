//! Where chunks and parts lie (`core/spec/content.md`, CONTENT-5 and CONTENT-8). Pure arithmetic over 64-bit lengths.
//!
//! Invariant: a plaintext length and a sealed length determine each other, and the parts of one file follow each other
//! without gap: part i holds the 64 chunks 64·i … 64·i + 63 (fewer at the end), the header leads part 0.

use core::ops::Range;

use super::super::Error;

/// Plaintext bytes of a full chunk.
pub const CHUNK_LEN: usize = 16_384;
/// Bytes of a full chunk with its tag.
pub const SEALED_CHUNK_LEN: usize = CHUNK_LEN + TAG_LEN;
/// Bytes of a tag.
pub const TAG_LEN: usize = 16;
/// Salt and commitment in front of the first chunk.
pub const HEADER_LEN: usize = 56;
/// Plaintext bytes of a full part: 1 MiB.
pub const PART_LEN: usize = 64 * CHUNK_LEN;

const PART_CHUNKS: u64 = 64;
/// Chunk numbers are below 2^38.
const MAX_PLAIN_LEN: u64 = (1 << 52) - 1;

/// The places of one plaintext's chunks and parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    plain_len: u64,
}

impl Layout {
    /// The layout of a plaintext of this length (for attachments: of the padded length).
    ///
    /// # Errors
    /// [`Error::TooLarge`] at 2^52 bytes and above.
    pub const fn new(plain_len: u64) -> Result<Self, Error> {
        if plain_len > MAX_PLAIN_LEN {
            Err(Error::TooLarge)
        } else {
            Ok(Self { plain_len })
        }
    }

    /// The layout of an attachment of this signed length: padded by [`crate::crypto::pad::padme`].
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub const fn of_attachment(signed_len: u64) -> Result<Self, Error> {
        Self::new(crate::crypto::pad::padme(signed_len))
    }

    /// The layout behind a sealed length.
    ///
    /// # Errors
    /// [`Error::Length`] for a length that no plaintext has, [`Error::TooLarge`].
    pub fn from_sealed_len(sealed: u64) -> Result<Self, Error> {
        let chunks = sealed.checked_sub(HEADER_LEN as u64).ok_or(Error::Length)?;
        let full = chunks / SEALED_CHUNK_LEN as u64;
        let last = (chunks % SEALED_CHUNK_LEN as u64)
            .checked_sub(TAG_LEN as u64)
            .ok_or(Error::Length)?;
        Self::new(full * CHUNK_LEN as u64 + last)
    }

    /// Length of the plaintext.
    pub const fn plain_len(self) -> u64 {
        self.plain_len
    }

    /// Length of the whole sealed form.
    pub const fn sealed_len(self) -> u64 {
        sealed_len(self.plain_len)
    }

    /// Number of chunks, at least one.
    pub const fn chunks(self) -> u64 {
        self.plain_len / CHUNK_LEN as u64 + 1
    }

    /// Number of parts, at least one.
    pub const fn parts(self) -> u64 {
        self.chunks().div_ceil(PART_CHUNKS)
    }

    /// Numbers of a part's chunks.
    ///
    /// # Errors
    /// [`Error::Part`] when there is no such part.
    pub fn part_chunks(self, part: u64) -> Result<Range<u64>, Error> {
        if part >= self.parts() {
            return Err(Error::Part);
        }
        let first = part * PART_CHUNKS;
        Ok(first..self.chunks().min(first + PART_CHUNKS))
    }

    /// The plaintext bytes of a part; empty when only the empty last chunk is left for it.
    ///
    /// # Errors
    /// [`Error::Part`] when there is no such part.
    pub fn part_plain(self, part: u64) -> Result<Range<u64>, Error> {
        let chunks = self.part_chunks(part)?;
        Ok(chunks.start * CHUNK_LEN as u64..self.plain_len.min(chunks.end * CHUNK_LEN as u64))
    }

    /// The sealed bytes of a part; part 0 begins with the header.
    ///
    /// # Errors
    /// [`Error::Part`] when there is no such part.
    pub fn part_sealed(self, part: u64) -> Result<Range<u64>, Error> {
        let chunks = self.part_chunks(part)?;
        let start = if part == 0 {
            0
        } else {
            self.chunk_sealed(chunks.start).start
        };
        Ok(start..self.chunk_sealed(chunks.end - 1).end)
    }

    /// The sealed bytes of a chunk; the last one is short.
    pub fn chunk_sealed(self, chunk: u64) -> Range<u64> {
        let start = HEADER_LEN as u64 + chunk * SEALED_CHUNK_LEN as u64;
        start..self.sealed_len().min(start + SEALED_CHUNK_LEN as u64)
    }
}

pub(super) const fn sealed_len(plain_len: u64) -> u64 {
    HEADER_LEN as u64 + plain_len + TAG_LEN as u64 * (plain_len / CHUNK_LEN as u64 + 1)
}
