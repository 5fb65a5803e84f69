//! Chains on a relay: entries, blobs' addresses, capabilities, accesses, locators.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::id::ResourceId;
use crate::key::PublicKey;
use crate::relay::text::Bytes;
use crate::time::Timestamp;

/// Body of `PUT /v1/chains/{id}`, signed by `write`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewChain {
    /// May append and replace.
    pub write: PublicKey,
    /// The owner's devices.
    #[serde(default)]
    pub read: Vec<PublicKey>,
    /// May replace `write` and `read` when all devices are lost.
    #[serde(default)]
    pub recover: Option<PublicKey>,
    /// Whether everybody may read (an organization's chain).
    #[serde(default)]
    pub public: bool,
}

/// Body of `POST /v1/chains/{id}/blocks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBlock {
    /// Label of the entry under the chain's log key.
    pub label: Hash,
    /// Commitment to the block.
    pub commit: Hash,
    /// The encrypted block.
    pub block: Bytes,
    /// Wrapped body key, deletable.
    #[serde(default)]
    pub slot: Option<Bytes>,
    /// Sealed body, deletable.
    #[serde(default)]
    pub body: Option<Bytes>,
    /// New capabilities that take effect with this very entry (an epoch).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Capabilities>,
}

/// Answer to an admitted block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admitted {
    /// Order of arrival in this chain, from 0.
    pub index: u64,
    /// The exact bytes of the signed promise.
    pub promise: Bytes,
    /// When the entry was admitted.
    pub time: Timestamp,
}

/// Body of `POST /v1/chains/{id}/entries`: an entry of the map without a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    /// Any label, random for proven time.
    pub label: Hash,
    /// What is committed to.
    pub commit: Hash,
}

/// Answer to an entry without a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// The exact bytes of the signed promise.
    pub promise: Bytes,
    /// When the entry was admitted.
    pub time: Timestamp,
}

/// One entry of a chain as it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Order of arrival in this chain, from 0.
    pub index: u64,
    /// Its label.
    pub label: Hash,
    /// Its commit.
    pub commit: Hash,
    /// The encrypted block; none after it was erased.
    pub block: Option<Bytes>,
    /// Wrapped body key; none when erased or never there.
    pub slot: Option<Bytes>,
    /// Sealed body; none when erased or never there.
    pub body: Option<Bytes>,
    /// The exact bytes of the signed promise.
    pub promise: Bytes,
    /// When the entry was admitted.
    pub time: Timestamp,
}

/// Answer to `GET /v1/chains/{id}/blocks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocks {
    /// In order of index.
    pub entries: Vec<Entry>,
    /// Whether there are more right now.
    pub more: bool,
}

/// Body of `POST /v1/chains/{id}/blobs/missing`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addresses {
    /// Addresses asked for.
    pub addresses: Vec<Hash>,
}

/// Body of `POST /v1/chains/{id}/blobs/link`: blobs of another chain of the same relay that this one has from now on too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkBlobs {
    /// The chain that has them.
    pub source: ResourceId,
    /// Which.
    pub addresses: Vec<Hash>,
    /// `Signature-Input` of a key that reads or writes the source ([`link`](crate::relay::link)).
    pub signature_input: String,
    /// `Signature` of that key.
    pub signature: String,
}

/// Answer to questions about addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Those that are not there, in the order asked.
    pub missing: Vec<Hash>,
}

/// One key of a grantee's device or member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FetchKey {
    /// The key.
    pub key: PublicKey,
    /// Bytes of blobs that all fetch keys of this chain together may have uploaded for this key to upload more.
    #[serde(default)]
    pub upload: u64,
}

/// Who may do what with a chain. Answer to `GET`, body and answer of `PUT /v1/chains/{id}/capabilities`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// In a request the version that is replaced, in an answer the present one.
    pub version: u64,
    /// May append and replace.
    pub write: PublicKey,
    /// The owner's devices.
    pub read: Vec<PublicKey>,
    /// The grantee's devices or members.
    pub fetch: Vec<FetchKey>,
    /// May add and remove fetch keys.
    #[serde(default)]
    pub grantee: Option<PublicKey>,
    /// May replace `write` and `read`; alone may replace itself.
    #[serde(default)]
    pub recover: Option<PublicKey>,
    /// Whether fetch keys are refused.
    pub paused: bool,
}

/// Body of `POST /v1/chains/{id}/fetch-keys`, signed by `grantee`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FetchKeyChange {
    /// Keys to add.
    #[serde(default)]
    pub add: Vec<PublicKey>,
    /// Keys to remove.
    #[serde(default)]
    pub remove: Vec<PublicKey>,
}

/// The first signed request of one fetch key for one blob or for one run of entries; signature base as in [`crate::relay::auth`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The fetch key.
    pub key: PublicKey,
    /// Address of the blob, or none where entries were read.
    pub address: Option<Hash>,
    /// Highest index that was handed out, where entries were read.
    pub through: Option<u64>,
    /// When, by the relay's clock.
    pub time: Timestamp,
    /// Method of the request.
    pub method: String,
    /// Authority that the request was signed for.
    pub authority: String,
    /// Path of the request.
    pub path: String,
    /// Query of the request without the question mark.
    pub query: String,
    /// Header `Signature-Input` as received.
    pub signature_input: String,
    /// Header `Signature` as received.
    pub signature: String,
}

/// Answer to `GET /v1/chains/{id}/accesses`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accesses {
    /// Oldest first.
    pub accesses: Vec<Access>,
    /// Whether there are more; then ask with `after` = the number of accesses read so far.
    pub more: bool,
}

/// Body of `PUT /v1/locators/{id}` and answer to its `GET`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Recovery data sealed to the owner.
    pub sealed: Bytes,
}
