//! The relay's signed promise that it admitted an entry (`core/spec/log.md`, PROM rules).
//!
//! A promise is the winner of a race made durable: it names map key, commit and time under the log's key. Until the log exists
//! it is the only evidence of time and order, and is worth as much as this relay's word.

use minicbor::{Decode, Encode};

use crate::cbor;
use crate::coded_error;
use crate::cose;
use crate::hash::Hash;
use crate::key::{PublicKey, Signer};
use crate::label::Label;
use crate::time::Timestamp;

coded_error! {
    /// Why a promise is refused.
    pub enum Error {
        Malformed = "promise.malformed", "the promise is damaged";
        Signature = "promise.signature", "the promise was not signed by this log";
        Version = "promise.version", "the promise is of an unknown version";
    }
}

/// The largest promise.
pub const MAX_BYTES: usize = 1024;

/// What the log promised.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Promise {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// The log's origin line.
    #[n(1)]
    pub origin: String,
    /// Key in the map.
    #[n(2)]
    pub map_key: Hash,
    /// Value in the map.
    #[n(3)]
    pub commit: Hash,
    /// When the entry was made durable.
    #[n(4)]
    pub time: Timestamp,
    /// Random.
    #[n(5)]
    pub salt: Hash,
}

impl Promise {
    /// Signs the promise: the exact bytes that the relay hands out.
    pub fn issue(&self, signer: &dyn Signer) -> Vec<u8> {
        cose::sign(Label::Promise, &cbor::encode(self), signer)
    }

    /// Reads a promise and checks it against the log's key.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn verify(bytes: &[u8], log_key: &PublicKey) -> Result<Self, Error> {
        if bytes.len() > MAX_BYTES {
            return Err(Error::Malformed);
        }
        let signed = cose::Unverified::parse(Label::Promise, bytes).map_err(|_| Error::Malformed)?;
        let verified = signed.verify(log_key).map_err(|_| Error::Signature)?;
        let promise: Self = cbor::decode(verified.payload(), MAX_BYTES).map_err(|_| Error::Malformed)?;
        if promise.version != 1 {
            return Err(Error::Version);
        }
        Ok(promise)
    }
}
