//! Pieces of a chosen file that a platform must keep until they are sent (`core/spec/entries.md`, ENTRY-13).
//!
//! Invariant: a piece opens only under the source and in the place that it was sealed for.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{Error, VaultKey};
use crate::crypto::content;

/// Seals a piece in the content format under a fresh salt.
pub fn seal_piece(vault: &VaultKey, source: &str, index: u64, piece: &[u8], rng: &mut dyn CryptoRng) -> Vec<u8> {
    content::seal(vault.content(), content::salt(rng), &context(source, index), piece)
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
