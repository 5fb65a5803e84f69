//! Sealing to a public key: HPKE base mode with X-Wing ([RFC 9180](https://www.rfc-editor.org/rfc/rfc9180),
//! `core/spec/sealing.md`, SEAL rules).
//!
//! Invariants: exactly one suite exists and its id leads every sealed object; keys and encapsulations whose X25519 half
//! is a point of low order are refused, so both halves of the hybrid always contribute.

use core::fmt;

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use protocol::hash::Hash;
use protocol::label::HashLabel;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::Error;
use super::secret::Secret32;

/// X-Wing (0x647a), HKDF-SHA256 (0x0001), AES-256-GCM (0x0002): the three ids, big-endian, as they lead sealed bytes.
pub const SUITE: [u8; 6] = [0x64, 0x7a, 0x00, 0x01, 0x00, 0x02];
/// Length of a public key.
pub const PUBLIC_KEY_LEN: usize = 1216;
/// Length of an encapsulated key.
pub const ENCAPSULATED_LEN: usize = 1120;
/// What sealing adds to a plaintext: suite, encapsulated key and tag.
pub const OVERHEAD: usize = SUITE.len() + ENCAPSULATED_LEN + 16;

/// Both halves of X-Wing end with the 32 bytes of X25519.
const X25519_LEN: usize = 32;

/// A private X-Wing key: its 32-byte seed.
#[derive(Clone, PartialEq, Eq)]
pub struct RecipientSecret(Secret32);

impl RecipientSecret {
    /// A fresh random key.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self(Secret32::generate(rng))
    }

    /// The key of this seed (X-Wing's own key generation from 32 bytes).
    pub fn derive(seed: &Secret32) -> Self {
        Self(seed.clone())
    }

    /// The seed.
    pub fn seed(&self) -> &Secret32 {
        &self.0
    }

    /// The public half.
    pub fn public(&self) -> RecipientKey {
        let mut bytes = Box::new([0u8; PUBLIC_KEY_LEN]);
        XWing::sk_to_pk(&self.private()).write_exact(&mut *bytes);
        RecipientKey(bytes)
    }

    #[expect(clippy::expect_used, reason = "every 32 bytes are a private X-Wing key")]
    fn private(&self) -> <XWing as Kem>::PrivateKey {
        <XWing as Kem>::PrivateKey::from_bytes(self.0.as_bytes()).expect("32 bytes")
    }
}

impl fmt::Debug for RecipientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecipientSecret")
    }
}

impl<C> Encode<C> for RecipientSecret {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, c: &mut C) -> Result<(), encode::Error<W::Error>> {
        self.0.encode(e, c)
    }
}

impl<'b, C> Decode<'b, C> for RecipientSecret {
    fn decode(d: &mut Decoder<'b>, c: &mut C) -> Result<Self, decode::Error> {
        Secret32::decode(d, c).map(Self)
    }
}

/// A checked public X-Wing key.
#[derive(Clone, PartialEq, Eq)]
pub struct RecipientKey(Box<[u8; PUBLIC_KEY_LEN]>);

impl RecipientKey {
    /// Checks length, the ML-KEM half (coefficients below the modulus) and the X25519 half (no point of low order).
    ///
    /// # Errors
    /// [`Error::PublicKey`].
    pub fn new(bytes: &[u8]) -> Result<Self, Error> {
        let bytes: Box<[u8; PUBLIC_KEY_LEN]> = bytes
            .to_vec()
            .into_boxed_slice()
            .try_into()
            .map_err(|_| Error::PublicKey)?;
        <XWing as Kem>::PublicKey::from_bytes(&*bytes).map_err(|_| Error::PublicKey)?;
        if !contributes(&bytes[PUBLIC_KEY_LEN - X25519_LEN..]) {
            return Err(Error::PublicKey);
        }
        Ok(Self(bytes))
    }

    /// The 1216 bytes.
    pub fn as_bytes(&self) -> &[u8; PUBLIC_KEY_LEN] {
        &self.0
    }

    /// The name of the key: SHA-256 over the label of sealing keys and the bytes.
    pub fn hash(&self) -> Hash {
        HashLabel::SealingKey.hash(&[&*self.0])
    }
}

impl fmt::Debug for RecipientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecipientKey({})", self.hash())
    }
}

impl<C> Encode<C> for RecipientKey {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&*self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for RecipientKey {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::new(d.bytes()?).map_err(|_| decode::Error::message("the sealing key is not valid"))
    }
}

/// Seals to one recipient: suite || encapsulated key || ciphertext and tag. Every call makes a new encapsulation.
///
/// # Errors
/// [`Error::PublicKey`] when the key cannot be used.
pub fn seal(to: &RecipientKey, info: &[u8], plaintext: &[u8], mut rng: &mut dyn CryptoRng) -> Result<Vec<u8>, Error> {
    let key = <XWing as Kem>::PublicKey::from_bytes(&*to.0).map_err(|_| Error::PublicKey)?;
    let (encapsulated, ciphertext) = hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, XWing>(
        &OpModeS::Base,
        &key,
        info,
        plaintext,
        b"",
        &mut rng,
    )
    .map_err(|_| Error::PublicKey)?;
    let mut out = Vec::with_capacity(OVERHEAD + plaintext.len());
    out.extend_from_slice(&SUITE);
    out.extend_from_slice(&encapsulated.to_bytes());
    out.extend_from_slice(&ciphertext);
    Ok(out)
}

/// Opens what [`seal`] made for the same `info`.
///
/// # Errors
/// [`Error::Suite`] for another suite, [`Error::Length`] when too short, [`Error::Encapsulation`] for a point of low
/// order, [`Error::Sealed`] when it does not authenticate.
pub fn open(secret: &RecipientSecret, info: &[u8], bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (suite, rest) = bytes.split_first_chunk().ok_or(Error::Length)?;
    if *suite != SUITE {
        return Err(Error::Suite);
    }
    if bytes.len() < OVERHEAD {
        return Err(Error::Length);
    }
    let (encapsulated, ciphertext) = rest.split_at(ENCAPSULATED_LEN);
    if !contributes(&encapsulated[ENCAPSULATED_LEN - X25519_LEN..]) {
        return Err(Error::Encapsulation);
    }
    let encapsulated = <XWing as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| Error::Encapsulation)?;
    hpke::single_shot_open::<AesGcm256, HkdfSha256, XWing>(
        &OpModeR::Base,
        &secret.private(),
        &encapsulated,
        info,
        ciphertext,
        b"",
    )
    .map(Zeroizing::new)
    .map_err(|_| Error::Sealed)
}

/// Whether a received X25519 point gives a shared secret that depends on the other side's key.
///
/// X-Wing as implemented accepts points of low order (its draft left the question open). A clamped scalar is a multiple
/// of the cofactor and smaller than eight times the order, so the product is zero exactly for points of low order, and
/// one fixed scalar decides.
fn contributes(point: &[u8]) -> bool {
    let Ok(point) = <[u8; X25519_LEN]>::try_from(point) else {
        return false;
    };
    let probe = x25519_dalek::StaticSecret::from([1u8; 32]);
    probe
        .diffie_hellman(&x25519_dalek::PublicKey::from(point))
        .was_contributory()
}
