//! Files on their way to the relay: what a restart needs to go on where it was (`core/spec/flows.md`, FILE rules).
//!
//! Invariant: key and salt of an upload serve one plaintext. A piece is sealed under them only while its hash is the one of the first
//! pass; anything else gets a new key.

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::hash::Hash;
use protocol::id::{GrantId, RecordId};
use protocol::time::Timestamp;

use super::ChainName;
use crate::crypto::secret::Secret32;
use crate::state::item;

/// Pieces or parts in one stored group.
pub const GROUP: u64 = 256;

/// A file that is being read and sent.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct UploadItem {
    /// The record that waits for it.
    #[n(0)]
    pub waiting: Hash,
    /// File name, as given.
    #[n(1)]
    pub name: String,
    /// Media type.
    #[n(2)]
    pub media_type: String,
    /// Bytes.
    #[n(3)]
    pub size: u64,
    /// Where the platform finds it, in the platform's words.
    #[n(4)]
    pub source: String,
    /// In whose resource its parts are stored.
    #[n(5)]
    pub chain: ChainName,
    /// File key.
    #[n(6)]
    pub key: Secret32,
    /// Salt.
    #[n(7)]
    pub salt: Bytes,
    /// Pieces hashed and stored so far.
    #[n(8)]
    pub hashed: u64,
    /// Hash of the whole file, once the first pass is over.
    #[n(9)]
    pub hash: Option<Hash>,
    /// Parts that the relay has.
    #[n(10)]
    pub stored: u64,
    /// Why it stopped; it waits for the person.
    #[n(11)]
    pub stopped: Option<String>,
    /// How often it began anew because the file changed.
    #[n(12)]
    pub restarts: u32,
    /// When it was begun.
    #[n(13)]
    pub since: Timestamp,
}

item!(UploadItem, "upload");

/// Hashes of a group of pieces; the id is upload || number of the group.
#[derive(Clone, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct UploadPieces(#[n(0)] pub Vec<Hash>);

item!(UploadPieces, "upload-pieces");

/// Addresses of those parts of a group that the relay has; the id is upload || number of the group.
#[derive(Clone, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct UploadParts(#[n(0)] pub Vec<Option<Hash>>);

item!(UploadParts, "upload-parts");

/// A record that is signed when all its files are stored.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct WaitingRecord {
    /// Its files, in order.
    #[n(0)]
    pub uploads: Vec<Hash>,
    /// Under which grant it is sent; none for a document of the owner's.
    #[n(1)]
    pub grant: Option<GrantId>,
    /// FHIR R4 JSON; a document of the owner's is made when its file is known.
    #[n(2)]
    pub content: Option<Bytes>,
    /// The record it answers.
    #[n(3)]
    pub replies_to: Option<RecordId>,
    /// The record it corrects.
    #[n(4)]
    pub supersedes: Option<RecordId>,
}

item!(WaitingRecord, "waiting-record");
