//! Offers and the URL of the QR code (`core/spec/consent.md`, OFFER rules).
//!
//! The URL names the relay and carries everything secret in its `#fragment`: version, offer id, secret and the hash of the whole
//! offer. The offer itself lies on the relay and says nothing about the patient. Invariant: no URL exceeds 300 characters.

use minicbor::{Decode, Encode};

use crate::cbor::{self, Bytes};
use crate::coded_error;
use crate::hash::Hash;
use crate::id::OfferId;
use crate::label::HashLabel;
use crate::link;
use crate::time::Timestamp;

coded_error! {
    /// Why a code or an offer is refused.
    pub enum Error {
        Scheme = "offer.scheme", "this is not a Satchel consent code";
        Version = "offer.version", "the code is of a newer version; update the app";
        Url = "offer.url", "the code is damaged or incomplete";
        TooLong = "offer.too_long", "the code is longer than a consent code may be";
        Malformed = "offer.malformed", "the offer is damaged";
        Hash = "offer.hash", "the offer is not the one the code was made for";
        Origin = "offer.origin", "the offer names another relay than the code";
        Expired = "offer.expired", "the code has expired; ask for a new one";
        Claimed = "offer.claimed", "the code was already used by somebody else; ask for a new one";
    }
}
link::refusals!(Error);

/// The longest URL.
pub const MAX_URL: usize = link::MAX_LEN;
/// The largest offer.
pub const MAX_BYTES: usize = 4096;
/// What stands between the origin and the fragment.
const NAME: &str = "offer";

/// What the code points to. It is not signed: the code carries its hash.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Offer {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// The sealing suite, see `core/spec/sealing.md`.
    #[n(1)]
    pub suite: Bytes,
    /// HPKE key to which the claim is sealed.
    #[n(2)]
    pub sealing_key: Bytes,
    /// The relay's origin.
    #[n(3)]
    pub origin: String,
    /// When the code dies.
    #[n(4)]
    pub expires: Timestamp,
    /// Commitment to the patient's nonce.
    #[n(5)]
    pub nonce: Hash,
    /// Random.
    #[n(6)]
    pub salt: Hash,
}

impl Offer {
    /// The exact bytes.
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// SHA-256(label || exact bytes).
    pub fn hash(bytes: &[u8]) -> Hash {
        HashLabel::Offer.hash(&[bytes])
    }

    /// Reads the offer that a code was made for.
    ///
    /// # Errors
    /// [`Error::Hash`], [`Error::Malformed`], [`Error::Version`], [`Error::Origin`] or [`Error::Expired`].
    pub fn open(bytes: &[u8], code: &OfferUrl, now: Timestamp) -> Result<Self, Error> {
        if Self::hash(bytes) != code.hash {
            return Err(Error::Hash);
        }
        let offer: Self = cbor::decode(bytes, MAX_BYTES).map_err(|_| Error::Malformed)?;
        if offer.version != 1 {
            return Err(Error::Version);
        }
        if offer.origin != code.origin {
            return Err(Error::Origin);
        }
        if now >= offer.expires {
            return Err(Error::Expired);
        }
        Ok(offer)
    }

    /// The commitment to a nonce.
    pub fn nonce_commitment(nonce: &Hash) -> Hash {
        HashLabel::Nonce.hash(&[nonce.as_bytes()])
    }
}

/// What a QR code says. The secret never appears in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct OfferUrl {
    /// The relay's origin, such as `https://relay.example`.
    pub origin: String,
    /// The offer.
    pub offer: OfferId,
    /// The secret.
    pub secret: [u8; 32],
    /// Hash of the whole offer.
    pub hash: Hash,
}

impl core::fmt::Debug for OfferUrl {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OfferUrl")
            .field("origin", &self.origin)
            .field("offer", &self.offer)
            .finish_non_exhaustive()
    }
}

impl OfferUrl {
    /// The text of the QR code.
    ///
    /// # Errors
    /// [`Error::TooLong`] when the relay's origin is too long.
    pub fn to_text(&self) -> Result<String, Error> {
        let parts = [self.offer.as_bytes(), &self.secret, self.hash.as_bytes()];
        Ok(link::write(&self.origin, NAME, &parts)?)
    }

    /// Reads a scanned or pasted text.
    ///
    /// # Errors
    /// [`Error::Scheme`], [`Error::Version`], [`Error::Url`] or [`Error::TooLong`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (origin, [offer, secret, hash]) = link::read(text, NAME)?;
        Ok(Self {
            origin,
            offer: offer.into(),
            secret,
            hash: hash.into(),
        })
    }
}
