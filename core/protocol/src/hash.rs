//! SHA-256 digests as a type of their own (`core/spec/conventions.md`, HASH rules).
//!
//! Invariant: text form is always 64 lower-case hexadecimal digits; anything else is refused.

use core::fmt;
use core::str::FromStr;

use sha2::{Digest, Sha256};

use crate::coded_error;

coded_error! {
    /// Why a text is not a hash.
    pub enum Error {
        Text = "hash.text", "expected 64 lower-case hexadecimal digits";
    }
}

/// A 32-byte SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Takes the bytes as they are.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`Error::Text`] for any other text, upper case included.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut out = [0u8; 32];
        read_hex(text, &mut out)?;
        Ok(Self(out))
    }
}

fn read_hex(text: &str, out: &mut [u8; 32]) -> Result<(), Error> {
    fn digit(c: u8) -> Result<u8, Error> {
        match c {
            b'0'..=b'9' => Ok(c - b'0'),
            b'a'..=b'f' => Ok(c - b'a' + 10),
            _ => Err(Error::Text),
        }
    }
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return Err(Error::Text);
    }
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Ok(())
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Hash {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

/// SHA-256 over the concatenation of the parts.
///
/// ```
/// let digest = protocol::hash::sha256(&[b"ab", b"c"]);
/// assert_eq!(digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
/// ```
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    Hash(hasher.finalize().into())
}

macro_rules! cbor_and_serde_for_bytes32 {
    ($type:ty) => {
        impl<C> minicbor::Encode<C> for $type {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(self.as_bytes())?.ok()
            }
        }
        impl<'b, C> minicbor::Decode<'b, C> for $type {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let bytes = d.bytes()?;
                let bytes: [u8; 32] = bytes
                    .try_into()
                    .map_err(|_| minicbor::decode::Error::message("expected 32 bytes"))?;
                <$type>::try_from(bytes).map_err(|_| minicbor::decode::Error::message("refused value"))
            }
        }
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use cbor_and_serde_for_bytes32;

impl From<[u8; 32]> for Hash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

cbor_and_serde_for_bytes32!(Hash);
