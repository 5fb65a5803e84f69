//! What entries a store must hold, in 40 bytes (`core/spec/entries.md`, ENTRY-6 and ENTRY-7).
//!
//! A keyed, additive multiset hash: the sum modulo 2^256 of HMAC-SHA256(key, entry's name || generation) over all live
//! entries. Adding and removing cost one code each, so a change pays for what it touches and never for the store's size.
//! Invariant: the manifest itself is kept sealed, so an attacker never sees a code or a sum. Exchanging, adding or
//! leaving out an entry changes the sum; finding two sets with the same one means breaking HMAC.

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use super::{EntryKey, Error, VaultKey};
use crate::crypto::kdf;

/// The running sum over a store's live entries.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Manifest {
    #[n(0)]
    count: u64,
    #[n(1)]
    sum: ByteArray<32>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            count: 0,
            sum: ByteArray::from([0; 32]),
        }
    }
}

impl Manifest {
    /// The manifest of an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of live entries.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Counts an entry in. When it replaces one, [`Manifest::remove`] the old generation as well.
    pub fn add(&mut self, vault: &VaultKey, key: &EntryKey, generation: u64) {
        self.count = self.count.saturating_add(1);
        self.shift(code(vault, key, generation));
    }

    /// Counts an entry out.
    ///
    /// # Errors
    /// [`Error::RolledBack`] when the manifest counts no entry at all.
    pub fn remove(&mut self, vault: &VaultKey, key: &EntryKey, generation: u64) -> Result<(), Error> {
        self.count = self.count.checked_sub(1).ok_or(Error::RolledBack)?;
        self.shift(negate(code(vault, key, generation)));
        Ok(())
    }

    /// Compares with what the store holds: each entry's name and stated generation.
    ///
    /// # Errors
    /// [`Error::RolledBack`] when an entry is missing, added, or of another generation.
    pub fn verify<'a>(
        &self,
        vault: &VaultKey,
        entries: impl IntoIterator<Item = (&'a EntryKey, u64)>,
    ) -> Result<(), Error> {
        let mut found = Self::new();
        for (key, generation) in entries {
            found.add(vault, key, generation);
        }
        if found == *self { Ok(()) } else { Err(Error::RolledBack) }
    }

    /// Adds a number modulo 2^256, big-endian.
    fn shift(&mut self, number: [u8; 32]) {
        let mut carry = 0u16;
        for (byte, add) in self.sum.iter_mut().zip(number).rev() {
            let sum = u16::from(*byte) + u16::from(add) + carry;
            let [high, low] = sum.to_be_bytes();
            *byte = low;
            carry = u16::from(high);
        }
    }
}

fn code(vault: &VaultKey, key: &EntryKey, generation: u64) -> [u8; 32] {
    kdf::mac(vault.manifest(), &[key.as_str().as_bytes(), &generation.to_be_bytes()])
}

/// The number that adds up to 2^256 with the given one: all bits inverted, plus one.
fn negate(mut number: [u8; 32]) -> [u8; 32] {
    let mut carry = true;
    for byte in number.iter_mut().rev() {
        (*byte, carry) = (!*byte).overflowing_add(u8::from(carry));
    }
    number
}
