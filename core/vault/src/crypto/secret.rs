//! Secrets in memory (`core/spec/keys.md`, KEY-1).
//!
//! Invariant: the bytes live in one heap place, are wiped on drop, compared in constant time and never formatted.

use core::fmt;

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// 32 secret bytes: a key, a seed or an entropy.
///
/// Boxed, so that moving the value copies a pointer and not the secret.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret32(Box<[u8; 32]>);

impl Secret32 {
    /// 32 fresh random bytes.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self::fill(|bytes| rng.fill_bytes(bytes))
    }

    /// Takes the bytes; the caller's copy is the caller's to wipe.
    pub fn from_bytes(mut bytes: [u8; 32]) -> Self {
        let secret = Self::fill(|place| place.copy_from_slice(&bytes));
        bytes.zeroize();
        secret
    }

    /// Lets a function write the bytes in place.
    pub(crate) fn fill(write: impl FnOnce(&mut [u8; 32])) -> Self {
        let mut bytes = Box::new([0u8; 32]);
        write(&mut bytes);
        Self(bytes)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for Secret32 {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&*other.0).into()
    }
}

impl Eq for Secret32 {}

impl fmt::Debug for Secret32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret32")
    }
}

impl<C> Encode<C> for Secret32 {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(self.as_bytes())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Secret32 {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let bytes: &[u8; 32] = d
            .bytes()?
            .try_into()
            .map_err(|_| decode::Error::message("expected 32 bytes"))?;
        Ok(Self::fill(|place| place.copy_from_slice(bytes)))
    }
}

/// Secret bytes of any length.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// Takes ownership of the bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Zeroizing<Vec<u8>>> for SecretBytes {
    fn from(mut bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(core::mem::take(&mut *bytes))
    }
}

impl PartialEq for SecretBytes {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretBytes {}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes")
    }
}

impl<C> Encode<C> for SecretBytes {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for SecretBytes {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Ok(Self(d.bytes()?.to_vec()))
    }
}
