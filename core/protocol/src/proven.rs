//! Proven time: evidence that a record existed when a log admitted an entry for it (`core/spec/log.md`, TIME-P rules).
//!
//! On signing, the author's client logs SHA-256(label || record id || salt) under a random label in a chain of its own. Salt, label and
//! the log's promise travel beside the record. A stolen key cannot go back and log an entry in the past.

use minicbor::{Decode, Encode};

use crate::cbor::Bytes;
use crate::coded_error;
use crate::hash::Hash;
use crate::id::{RecordId, ResourceId};
use crate::key::PublicKey;
use crate::label::HashLabel;
use crate::log_entry;
use crate::promise::{self, Promise};
use crate::time::Timestamp;

coded_error! {
    /// Why evidence of time is refused.
    pub enum Error {
        Missing = "proven.missing", "there is no evidence of when the record was signed";
        Log = "proven.log", "the evidence of time comes from a log that is not trusted for it";
        Promise = "proven.promise", "the log's promise does not verify";
        Entry = "proven.entry", "the log's promise is about something else";
    }
}

/// Evidence of time beside a record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ProvenTime {
    /// The author's chain on the relay.
    #[n(0)]
    pub resource: ResourceId,
    /// The random label.
    #[n(1)]
    pub label: Hash,
    /// The commitment's salt.
    #[n(2)]
    pub salt: Hash,
    /// The log's promise, exact bytes.
    #[n(3)]
    pub promise: Bytes,
}

/// A log whose word counts here.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Log {
    /// Its origin line.
    #[n(0)]
    pub origin: String,
    /// Its key.
    #[n(1)]
    pub key: PublicKey,
}

/// What is logged for a record.
pub fn commitment(record: &RecordId, salt: &Hash) -> Hash {
    HashLabel::ProvenTime.hash(&[record.as_bytes(), salt.as_bytes()])
}

impl ProvenTime {
    /// The time at which one of these logs admitted the record.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn verify(&self, record: &RecordId, logs: &[Log]) -> Result<Timestamp, Error> {
        let mut last = Error::Log;
        for log in logs {
            match Promise::verify(&self.promise, &log.key) {
                Ok(promise) if promise.origin == log.origin => {
                    let entry = (
                        log_entry::map_key(&self.resource, &self.label),
                        commitment(record, &self.salt),
                    );
                    return if (promise.map_key, promise.commit) == entry {
                        Ok(promise.time)
                    } else {
                        Err(Error::Entry)
                    };
                }
                Ok(_) | Err(promise::Error::Signature) => {}
                Err(_) => last = Error::Promise,
            }
        }
        Err(last)
    }
}
