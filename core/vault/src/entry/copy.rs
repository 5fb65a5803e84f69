//! Pieces of a chosen file that a platform must keep until they are sent (`core/spec/entries.md`, ENTRY-13).
//!
//! Invariant: a piece opens only under the source and in the place that it was sealed for.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{Error, VaultKey};
use crate::crypto::content::{self, BulkPlan, Layout, Sealer};

/// Seals a piece in the content format under a fresh salt.
pub fn seal_piece(vault: &VaultKey, source: &str, index: u64, piece: &[u8], rng: &mut dyn CryptoRng) -> Vec<u8> {
    content::seal(vault.content(), content::salt(rng), &context(source, index), piece)
}

/// How a platform seals a piece of this length itself, to the same form: key, nonces and header of this one piece.
///
/// # Errors
/// [`Error::Damaged`] for a length that no piece has.
pub fn plan_piece(
    vault: &VaultKey,
    source: &str,
    index: u64,
    length: usize,
    rng: &mut dyn CryptoRng,
) -> Result<BulkPlan, Error> {
    let layout = Layout::new(length as u64).map_err(|_| Error::Damaged)?;
    let sealer = Sealer::new(vault.content(), content::salt(rng), &context(source, index), layout);
    let mut plan = sealer.plan(0).map_err(|_| Error::Damaged)?;
    // A copy is not sent in parts: its last chunk, empty when the piece is full, follows the others.
    (plan.chunk_count, plan.plain_len) = (layout.chunks(), length);
    Ok(plan)
}

/// Opens a piece that was kept under this source and number.
///
/// # Errors
/// [`Error::Damaged`] when it does not authenticate.
pub fn open_piece(vault: &VaultKey, source: &str, index: u64, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    content::open(vault.content(), &context(source, index), sealed).map_err(|_| Error::Damaged)
}

fn context(source: &str, index: u64) -> Vec<u8> {
    let mut id = index.to_be_bytes().to_vec();
    id.extend_from_slice(source.as_bytes());
    content::context("file-copy", &id)
}
