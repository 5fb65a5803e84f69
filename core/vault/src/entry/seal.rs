//! One sealed entry (`core/spec/entries.md`, ENTRY-4 and ENTRY-5).
//!
//! Invariant: the generation can be read without a key, but the entry opens only under the name and the generation it
//! was sealed with.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{EntryKey, Error, VaultKey};
use crate::crypto::content;

/// First byte of a stored entry.
const VERSION: u8 = 1;

/// Seals an entry: version byte || generation (8 bytes, big-endian) || content format under a fresh salt.
pub fn seal_entry(
    vault: &VaultKey,
    key: &EntryKey,
    generation: u64,
    plaintext: &[u8],
    rng: &mut dyn CryptoRng,
) -> Vec<u8> {
    let sealed = content::seal(
        vault.content(),
        content::salt(rng),
        &context(key, generation),
        plaintext,
    );
    let mut out = Vec::with_capacity(9 + sealed.len());
    out.push(VERSION);
    out.extend_from_slice(&generation.to_be_bytes());
    out.extend_from_slice(&sealed);
    out
}

/// Opens an entry that lay under this name and tells its generation.
///
/// # Errors
/// [`Error::Version`] for an unknown version byte, [`Error::Damaged`] when it does not authenticate.
pub fn open_entry(vault: &VaultKey, key: &EntryKey, bytes: &[u8]) -> Result<(u64, Zeroizing<Vec<u8>>), Error> {
    let generation = stored_generation(bytes)?;
    let sealed = bytes.get(9..).ok_or(Error::Damaged)?;
    let plaintext = content::open(vault.content(), &context(key, generation), sealed).map_err(|_| Error::Damaged)?;
    Ok((generation, plaintext))
}

/// Opens an entry whose generation is known from elsewhere.
///
/// # Errors
/// As [`open_entry`]; [`Error::RolledBack`] for a genuine entry of another generation.
pub fn open_entry_at(
    vault: &VaultKey,
    key: &EntryKey,
    generation: u64,
    bytes: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (found, plaintext) = open_entry(vault, key, bytes)?;
    if found == generation {
        Ok(plaintext)
    } else {
        Err(Error::RolledBack)
    }
}

/// The generation that stored bytes state. Only a successful opening or the manifest proves it.
///
/// # Errors
/// [`Error::Version`] or [`Error::Damaged`].
pub fn stored_generation(bytes: &[u8]) -> Result<u64, Error> {
    let (version, rest) = bytes.split_first().ok_or(Error::Damaged)?;
    if *version != VERSION {
        return Err(Error::Version);
    }
    rest.first_chunk()
        .map(|bytes| u64::from_be_bytes(*bytes))
        .ok_or(Error::Damaged)
}

fn context(key: &EntryKey, generation: u64) -> Vec<u8> {
    let mut id = key.as_str().as_bytes().to_vec();
    id.extend_from_slice(&generation.to_be_bytes());
    content::context("entry", &id)
}
