//! Chains as this vault knows them: its own, those of grants given and received, and organizations' public ones.

use minicbor::{Decode, Encode};
use protocol::block::BlockKind;
use protocol::cbor::Bytes;
use protocol::chain::{Head, Keys};
use protocol::hash::Hash;
use protocol::id::{BlockHash, GrantId, IdentityId, ResourceId};
use protocol::identity::Evidence;
use protocol::proven::Log;
use protocol::time::Timestamp;

use crate::crypto::secret::{Secret32, SecretBytes};
use crate::crypto::signing::SigningKey;
use crate::fault::{Error, Fault};
use crate::state::{Read, Tx, item};

/// Which chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
pub enum ChainName {
    /// The owner's own chain.
    #[n(0)]
    Own,
    /// A grant this patient gave.
    #[n(1)]
    Given(#[n(0)] GrantId),
    /// A grant this practitioner or lab received.
    #[n(2)]
    Received(#[n(0)] GrantId),
    /// An organization's public chain.
    #[n(3)]
    Public(#[n(0)] IdentityId),
}

impl ChainName {
    /// The name's bytes: one letter and the id.
    pub fn id(&self) -> Vec<u8> {
        let (letter, id): (u8, &[u8]) = match self {
            Self::Own => (b'o', &[]),
            Self::Given(id) => (b'g', id.as_bytes()),
            Self::Received(id) => (b'r', id.as_bytes()),
            Self::Public(id) => (b'p', id.as_bytes()),
        };
        let mut out = vec![letter];
        out.extend_from_slice(id);
        out
    }

    /// The name of one block.
    pub fn block(&self, sequence: u32) -> Vec<u8> {
        let mut id = self.id();
        id.extend_from_slice(&sequence.to_be_bytes());
        id
    }

    /// The lane in which this chain's requests are sent one after another.
    pub fn lane(&self) -> String {
        match self {
            Self::Own => "own".to_owned(),
            Self::Given(id) => format!("given:{id}"),
            Self::Received(id) => format!("received:{id}"),
            Self::Public(id) => format!("public:{id}"),
        }
    }
}

/// A chain: where it lies, its keys, and how far it was read.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct ChainItem {
    /// Relay origin.
    #[n(0)]
    pub origin: String,
    /// Its name on the relay.
    #[n(1)]
    pub resource: ResourceId,
    /// The log key in force.
    #[n(2)]
    pub log_key: Secret32,
    /// The epoch secret in force.
    #[n(3)]
    pub epoch: Secret32,
    /// `write` capability; only the owner has it.
    #[n(4)]
    pub write: Option<SigningKey>,
    /// Capability for reading: `read`, `fetch` or `recover`; none for public chains.
    #[n(5)]
    pub read: Option<SigningKey>,
    /// The log that admits its blocks.
    #[n(6)]
    pub log: Log,
    /// Whose chain.
    #[n(7)]
    pub owner: IdentityId,
    /// Newest block known, own pending ones included.
    #[n(8)]
    pub head: Option<Head>,
    /// Newest index read from the relay.
    #[n(9)]
    pub cursor: Option<u64>,
    /// Devices that may write.
    #[n(10)]
    pub devices: Vec<Evidence>,
    /// Removals, exact bytes.
    #[n(11)]
    pub removals: Vec<Bytes>,
    /// Whether somebody else's block must be read before the next of ours is sent.
    #[n(12)]
    pub behind: bool,
    /// When the relay was last asked for news.
    #[n(13)]
    pub checked: Option<Timestamp>,
    /// Blocks not admitted yet.
    #[n(14)]
    pub pending: u32,
    /// The chain it must turn out to be, when that was said before it was read.
    #[n(15)]
    pub expected: Option<protocol::id::ChainId>,
}

item!(ChainItem, "chain");

impl ChainItem {
    /// The chain of this name.
    ///
    /// # Errors
    /// `vault.not_ready` for the own chain before it exists, `vault.not_found` for others.
    pub fn read_named(from: &impl Read, name: &ChainName) -> Result<Self, Fault> {
        from.get(&name.id())?.ok_or_else(|| {
            if *name == ChainName::Own {
                Error::NotReady.into()
            } else {
                Error::NotFound.into()
            }
        })
    }

    /// Stores the chain.
    pub fn write(&self, tx: &mut Tx<'_>, name: &ChainName) {
        tx.put(&name.id(), self);
    }

    /// The keys that may write.
    ///
    /// # Errors
    /// `chain.key`.
    pub fn keys(&self) -> Result<Keys, Fault> {
        let mut keys = Keys::default();
        for evidence in &self.devices {
            keys.add(&self.owner, evidence)?;
        }
        for removal in &self.removals {
            keys.remove(&protocol::statement::Signed::verify(removal)?)?;
        }
        Ok(keys)
    }
}

/// What is in memory of every block.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct BlockIndex {
    /// Its hash.
    #[n(0)]
    pub hash: BlockHash,
    /// What it is for.
    #[n(1)]
    pub kind: BlockKind,
    /// When.
    #[n(2)]
    pub time: Timestamp,
    /// When the log promised it; absent while it is not admitted.
    #[n(3)]
    pub promised: Option<Timestamp>,
}

item!(BlockIndex, "block");

/// A block's exact bytes and its body, brought when asked for.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct BlockData {
    /// The signed block.
    #[n(0)]
    pub block: Bytes,
    /// The body, until erased.
    #[n(1)]
    pub body: Option<SecretBytes>,
    /// The promise, exact bytes.
    #[n(2)]
    pub promise: Bytes,
}

item!(BlockData, "block-data", data);

/// A block signed here and not admitted yet; always in memory.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct PendingBlock {
    /// The signed block.
    #[n(0)]
    pub block: Bytes,
    /// The body.
    #[n(1)]
    pub body: SecretBytes,
    /// The body's key.
    #[n(2)]
    pub key: Secret32,
    /// Label under which it was offered, for recognising it when it comes back.
    #[n(3)]
    pub label: Hash,
}

item!(PendingBlock, "pending");
