//! The vault key and the opaque names of entries (`core/spec/entries.md`, ENTRY-1 to ENTRY-3).
//!
//! Invariant: a name tells its class (index or data) and nothing else; names of two vaults have nothing in common.

use core::fmt;

use protocol::hash::Hash;
use rand_core::CryptoRng;

use super::Error;
use crate::crypto::kdf::{self, Purpose};
use crate::crypto::secret::Secret32;

/// The random key of one store, with what is derived from it.
#[derive(Clone)]
pub struct VaultKey {
    key: Secret32,
    names: Secret32,
    content: Secret32,
    manifest: Secret32,
}

impl VaultKey {
    /// A fresh random key.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self::from_secret(Secret32::generate(rng))
    }

    /// The key of these bytes.
    pub fn from_secret(key: Secret32) -> Self {
        let derive = |purpose| kdf::derive(key.as_bytes(), purpose, b"");
        Self {
            names: derive(Purpose::EntryNames),
            content: derive(Purpose::EntryContent),
            manifest: derive(Purpose::EntryManifest),
            key,
        }
    }

    /// A further key for another purpose, such as the checkpoint of a chain.
    pub fn derive(&self, purpose: Purpose, context: &[u8]) -> Secret32 {
        kdf::derive(self.key.as_bytes(), purpose, context)
    }

    pub(super) fn secret(&self) -> &Secret32 {
        &self.key
    }

    pub(super) fn content(&self) -> &Secret32 {
        &self.content
    }

    pub(super) fn manifest(&self) -> &Secret32 {
        &self.manifest
    }
}

impl PartialEq for VaultKey {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for VaultKey {}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultKey")
    }
}

/// Whether an entry is read when the store opens, or on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Read at once.
    Index,
    /// Read when a call needs it.
    Data,
}

impl Class {
    const fn letter(self) -> u8 {
        match self {
            Self::Index => b'i',
            Self::Data => b'd',
        }
    }
}

/// The name of an entry in the platform's store: `i-` or `d-` and 64 lower-case hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryKey(String);

impl EntryKey {
    /// The name of what the vault calls `name`.
    pub fn new(vault: &VaultKey, class: Class, name: &[u8]) -> Self {
        let digest = Hash::new(kdf::mac(&vault.names, &[&[class.letter()], name]));
        Self(format!("{}-{digest}", char::from(class.letter())))
    }

    /// Reads a name as the store lists it.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let digits = text
            .strip_prefix("i-")
            .or_else(|| text.strip_prefix("d-"))
            .ok_or(Error::Key)?;
        Hash::parse(digits).map_err(|_| Error::Key)?;
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The class.
    pub fn class(&self) -> Class {
        if self.0.starts_with('i') {
            Class::Index
        } else {
            Class::Data
        }
    }
}

impl fmt::Display for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
