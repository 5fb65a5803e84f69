//! Ed25519 signing keys ([RFC 8032](https://www.rfc-editor.org/rfc/rfc8032), `core/spec/keys.md`, KEY-2).
//!
//! Invariant: the key is its 32-byte seed; the public half is always computed from it, never stored beside it.

use core::fmt;

use ed25519_dalek::Signer as _;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use protocol::key::{PublicKey, Signature, Signer};
use rand_core::CryptoRng;

use super::secret::Secret32;

/// A private Ed25519 key.
#[derive(Clone)]
pub struct SigningKey {
    key: Box<ed25519_dalek::SigningKey>,
    public: PublicKey,
}

impl SigningKey {
    /// A fresh random key.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self::from_seed(&Secret32::generate(rng))
    }

    /// The key of this seed.
    #[expect(
        clippy::expect_used,
        reason = "a point computed from a clamped scalar is canonical and of large order"
    )]
    pub fn from_seed(seed: &Secret32) -> Self {
        let key = Box::new(ed25519_dalek::SigningKey::from_bytes(seed.as_bytes()));
        let public = PublicKey::new(key.verifying_key().to_bytes()).expect("own public keys are valid");
        Self { key, public }
    }

    /// The seed, to be kept inside sealed state.
    pub fn seed(&self) -> Secret32 {
        Secret32::fill(|place| place.copy_from_slice(self.key.as_bytes()))
    }
}

impl Signer for SigningKey {
    fn public_key(&self) -> PublicKey {
        self.public
    }

    fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.key.sign(message).to_bytes())
    }
}

impl PartialEq for SigningKey {
    fn eq(&self, other: &Self) -> bool {
        self.seed() == other.seed()
    }
}

impl Eq for SigningKey {}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

impl<C> Encode<C> for SigningKey {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(self.key.as_bytes())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for SigningKey {
    fn decode(d: &mut Decoder<'b>, c: &mut C) -> Result<Self, decode::Error> {
        Ok(Self::from_seed(&Secret32::decode(d, c)?))
    }
}
