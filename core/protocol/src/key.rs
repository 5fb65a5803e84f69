//! Ed25519 keys and signatures under one strict notion of validity (`core/spec/conventions.md`, SIG rules).
//!
//! Invariant: a [`PublicKey`] is canonically encoded and of large order, and a signature is valid if and only if
//! `verify_strict` accepts it ([RFC 8032 §5.1.7](https://www.rfc-editor.org/rfc/rfc8032#section-5.1.7) without cofactor).

use core::fmt;
use core::str::FromStr;

use ed25519_dalek::VerifyingKey;

use crate::coded_error;
use crate::hash::{self, Hash};

coded_error! {
    /// Why a key or a signature is refused.
    pub enum Error {
        Encoding = "key.encoding", "the public key is not a canonical curve point";
        Weak = "key.weak", "the public key has a small order";
        Signature = "key.signature", "the signature does not verify";
    }
}

/// An Ed25519 signature, 64 bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

/// A checked Ed25519 public key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Checks the encoding and the order of the point.
    ///
    /// # Errors
    /// [`Error::Encoding`] for bytes that are no point or not the point's canonical bytes, [`Error::Weak`] for a small order.
    pub fn new(bytes: [u8; 32]) -> Result<Self, Error> {
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| Error::Encoding)?;
        if key.is_weak() {
            return Err(Error::Weak);
        }
        // from_bytes reduces y modulo p; the recompressed point shows whether the received bytes were canonical.
        if key.to_edwards().compress().to_bytes() != bytes {
            return Err(Error::Encoding);
        }
        Ok(Self(bytes))
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Strict verification over exactly these bytes.
    ///
    /// # Errors
    /// [`Error::Signature`] when `verify_strict` refuses.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), Error> {
        let key = VerifyingKey::from_bytes(&self.0).map_err(|_| Error::Encoding)?;
        key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&signature.0))
            .map_err(|_| Error::Signature)
    }
}

impl TryFrom<[u8; 32]> for PublicKey {
    type Error = Error;
    fn try_from(bytes: [u8; 32]) -> Result<Self, Error> {
        Self::new(bytes)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hash::new(self.0).fmt(f)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl FromStr for PublicKey {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let hash = Hash::parse(text).map_err(|_| Error::Encoding)?;
        Self::new(*hash.as_bytes())
    }
}

hash::cbor_and_serde_for_bytes32!(PublicKey);

/// Whoever holds a signing key: the vault's device keys, the relay's log key. This crate never holds one itself.
pub trait Signer {
    /// The public half.
    fn public_key(&self) -> PublicKey;
    /// Signs exactly these bytes.
    fn sign(&self, message: &[u8]) -> Signature;
}
