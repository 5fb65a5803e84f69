//! Sealing and opening part by part (`core/spec/content.md`, CONTENT-8 to CONTENT-10).
//!
//! Invariant: a sealer or opener knows the whole length from the start, so every part has one permitted length and its
//! chunks one permitted number. Parts may come in any order and any number of times: the bytes are always the same.

use zeroize::Zeroizing;

use super::{BulkPlan, CHUNK_LEN, Derived, HEADER_LEN, Layout, SALT_LEN, open_chunks, seal_chunk};
use crate::crypto::Error;
use crate::crypto::secret::Secret32;

/// Seals one plaintext of known length, part by part.
pub struct Sealer {
    derived: Derived,
    layout: Layout,
}

impl Sealer {
    /// A sealer for a plaintext of this layout. The caller vouches that key and salt serve no other plaintext.
    pub fn new(key: &Secret32, salt: [u8; SALT_LEN], context: &[u8], layout: Layout) -> Self {
        Self {
            derived: Derived::new(key, salt, context),
            layout,
        }
    }

    /// The layout.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Seals a part, whose plaintext is exactly [`Layout::part_plain`] long.
    ///
    /// # Errors
    /// [`Error::Part`] for an unknown part or another length.
    pub fn part(&self, part: u64, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let plan = self.plan(part)?;
        if plaintext.len() != plan.plain_len {
            return Err(Error::Part);
        }
        let cipher = self.derived.cipher();
        let mut out = Vec::with_capacity(plan.sealed_len());
        out.extend_from_slice(&plan.header);
        for chunk in plan.chunks() {
            seal_chunk(&cipher, chunk.nonce, &plaintext[chunk.plain], &mut out);
        }
        Ok(out)
    }

    /// How a platform seals a part itself.
    ///
    /// # Errors
    /// [`Error::Part`] for an unknown part.
    pub fn plan(&self, part: u64) -> Result<BulkPlan, Error> {
        plan(&self.derived, self.layout, part)
    }

    /// Takes the chunks that a platform sealed by [`Sealer::plan`] (ciphertext and tag each, in order) and puts the
    /// header in front of part 0.
    ///
    /// # Errors
    /// [`Error::Part`] for an unknown part or another length.
    pub fn accept(&self, part: u64, sealed_chunks: &[u8]) -> Result<Vec<u8>, Error> {
        let plan = self.plan(part)?;
        if plan.header.len() + sealed_chunks.len() != plan.sealed_len() {
            return Err(Error::Part);
        }
        Ok([&plan.header, sealed_chunks].concat())
    }
}

/// Opens one object, part by part or any run of chunks.
pub struct Opener {
    derived: Derived,
    layout: Layout,
}

impl Opener {
    /// Reads the header (the first 56 bytes of part 0) and checks the commitment.
    ///
    /// The layout comes from a signed length. One that comes from a stored length is only a claim until the last part
    /// or chunk opened.
    ///
    /// # Errors
    /// [`Error::Length`] for a short header, [`Error::Commitment`] for another key or context.
    pub fn new(key: &Secret32, context: &[u8], header: &[u8], layout: Layout) -> Result<Self, Error> {
        let header = header.first_chunk::<HEADER_LEN>().ok_or(Error::Length)?;
        Ok(Self {
            derived: Derived::check(key, context, header)?,
            layout,
        })
    }

    /// The layout.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Opens a part, whose bytes are exactly [`Layout::part_sealed`] long; part 0 begins with the header.
    ///
    /// # Errors
    /// [`Error::Part`] for an unknown part or another length, [`Error::Commitment`] when part 0 has another header,
    /// [`Error::Chunk`] when a chunk does not authenticate.
    pub fn part(&self, part: u64, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let plan = self.plan(part)?;
        if sealed.len() != plan.sealed_len() {
            return Err(Error::Part);
        }
        let chunks = sealed.strip_prefix(plan.header.as_slice()).ok_or(Error::Commitment)?;
        let mut out = Zeroizing::new(Vec::with_capacity(plan.plain_len));
        open_chunks(&self.derived, plan.first_chunk, chunks, &mut out)?;
        Ok(out)
    }

    /// Opens a run of whole chunks beginning with chunk `first`: random access.
    ///
    /// # Errors
    /// [`Error::Part`] when the bytes do not end where a chunk ends, [`Error::Chunk`] when a chunk does not authenticate.
    pub fn chunks(&self, first: u64, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        if first >= self.layout.chunks() {
            return Err(Error::Part);
        }
        let start = self.layout.chunk_sealed(first).start;
        let end = start.checked_add(sealed.len() as u64).ok_or(Error::Part)?;
        let whole = (end - start).is_multiple_of(super::SEALED_CHUNK_LEN as u64);
        let fits = end == self.layout.sealed_len() || (whole && end < self.layout.sealed_len());
        if sealed.is_empty() || !fits {
            return Err(Error::Part);
        }
        let mut out = Zeroizing::new(Vec::with_capacity(sealed.len()));
        open_chunks(&self.derived, first, sealed, &mut out)?;
        Ok(out)
    }

    /// How a platform opens a part itself. It must refuse the part when any chunk does not authenticate.
    ///
    /// # Errors
    /// [`Error::Part`] for an unknown part.
    pub fn plan(&self, part: u64) -> Result<BulkPlan, Error> {
        plan(&self.derived, self.layout, part)
    }
}

fn plan(derived: &Derived, layout: Layout, part: u64) -> Result<BulkPlan, Error> {
    let chunks = layout.part_chunks(part)?;
    let plain = layout.part_plain(part)?;
    debug_assert!(plain.end - plain.start <= (64 * CHUNK_LEN) as u64);
    Ok(BulkPlan {
        key: derived.key.clone(),
        base_nonce: derived.base_nonce,
        first_chunk: chunks.start,
        chunk_count: chunks.end - chunks.start,
        plain_len: usize::try_from(plain.end - plain.start).map_err(|_| Error::TooLarge)?,
        header: if part == 0 {
            derived.header().to_vec()
        } else {
            Vec::new()
        },
    })
}
