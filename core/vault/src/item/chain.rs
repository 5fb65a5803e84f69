//! Chains as this vault knows them: its own, those of grants given and received, and organizations' public ones.

use minicbor::{Decode, Encode};
use protocol::block::BlockKind;
use protocol::cbor::Bytes;
use protocol::chain::{Head, Keys};
use protocol::hash::Hash;
use protocol::id::{BlockHash, GrantId, IdentityId, ResourceId};
use protocol::identity::Evidence;
use protocol::key::PublicKey;
use protocol::proven::Log;
use protocol::root::RootChange;
use protocol::time::Timestamp;

use crate::body::EpochMailbox;
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
    /// Devices taken out, by which block.
    #[n(11)]
    pub removals: Vec<ListedRemoval>,
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
    /// Epochs that are over, oldest first.
    #[n(16)]
    pub past: Vec<PastEpoch>,
    /// Changes of the owner's root key that this chain lists.
    #[n(17)]
    pub roots: Vec<RootChange>,
    /// The `write` capability to try when the relay no longer, or not yet, knows the one in force.
    #[n(18)]
    pub spare: Option<SigningKey>,
    /// The chain's capabilities as the relay last told them (JSON), read before they are replaced.
    #[n(19)]
    pub known: Option<Bytes>,
    /// A block that must be there at least: the recovery data name it.
    #[n(20)]
    pub floor: u32,
    /// Blocks that were erased before this vault read them, since the newest one it knows.
    #[n(21)]
    pub skipped: u32,
}

item!(ChainItem, "chain");

impl ChainItem {
    /// A chain of which nothing was read or written yet; capabilities are the caller's to add.
    pub fn unread(
        origin: String,
        resource: ResourceId,
        log_key: Secret32,
        epoch: Secret32,
        log: Log,
        owner: IdentityId,
    ) -> Self {
        Self {
            origin,
            resource,
            log_key,
            epoch,
            write: None,
            read: None,
            log,
            owner,
            head: None,
            cursor: None,
            devices: Vec::new(),
            removals: Vec::new(),
            behind: false,
            checked: None,
            pending: 0,
            expected: None,
            past: Vec::new(),
            roots: Vec::new(),
            spare: None,
            known: None,
            floor: 0,
            skipped: 0,
        }
    }
}

/// The keys of an epoch that is over: its blocks are read again with them.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct PastEpoch {
    /// Its last block: the `epoch` block that ended it.
    #[n(0)]
    pub last: u32,
    /// Its log key.
    #[n(1)]
    pub log_key: Secret32,
    /// Its epoch secret.
    #[n(2)]
    pub epoch: Secret32,
}

/// A removal and the block that lists it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ListedRemoval {
    /// Sequence number of the `epoch` block.
    #[n(0)]
    pub sequence: u32,
    /// The signed removal, exact bytes.
    #[n(1)]
    pub removal: Bytes,
}

/// Keys of an epoch that a chain has, or is about to have; the id is [`EpochItem::id`].
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct EpochItem {
    /// Whose.
    #[n(0)]
    pub name: ChainName,
    /// Its log key.
    #[n(1)]
    pub log_key: Secret32,
    /// Its epoch secret.
    #[n(2)]
    pub epoch: Secret32,
    /// Its `write` capability; only the owner has it.
    #[n(3)]
    pub write: Option<SigningKey>,
    /// Where the grantee's messages go from then on, in a grant received.
    #[n(4)]
    pub mailbox: Option<EpochMailbox>,
}

item!(EpochItem, "epoch");

impl EpochItem {
    /// The id: the chain, and what its `epoch` block commits to.
    pub fn id(name: &ChainName, log_key: &Hash) -> Vec<u8> {
        [name.id().as_slice(), log_key.as_bytes()].concat()
    }
}

/// A device of the owner, as the own chain lists it; the id is its statement's.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct DeviceItem {
    /// Its evidence.
    #[n(0)]
    pub evidence: Evidence,
    /// Its HPKE key.
    #[n(1)]
    pub sealing_key: Bytes,
    /// Its `read` capability for the own chain.
    #[n(2)]
    pub read: PublicKey,
    /// What the owner calls it.
    #[n(3)]
    pub name: String,
    /// The block that lists it.
    #[n(4)]
    pub sequence: u32,
    /// When that was.
    #[n(5)]
    pub since: Timestamp,
    /// The newest block it signed, and when.
    #[n(6)]
    pub last: Option<(u32, Timestamp)>,
    /// When it was taken out.
    #[n(7)]
    pub removed: Option<Timestamp>,
}

item!(DeviceItem, "device");

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
        // Devices, removals and changes of root were judged in their order when they were taken in.
        for evidence in &self.devices {
            keys.list(&self.owner, evidence)?;
        }
        for change in &self.roots {
            match keys.replace_root(change) {
                // A device certified since brought this change along.
                Ok(()) | Err(protocol::identity::Error::Counter) => {}
                Err(error) => return Err(error.into()),
            }
        }
        for listed in &self.removals {
            keys.note_removed(
                &protocol::statement::Signed::verify(&listed.removal)?,
                Some(listed.sequence),
            );
        }
        Ok(keys)
    }

    /// The log key under which the block of this number is labelled.
    pub fn log_key_at(&self, sequence: u32) -> &Secret32 {
        self.past
            .iter()
            .find(|past| sequence <= past.last)
            .map_or(&self.log_key, |past| &past.log_key)
    }

    /// The epoch secret under which the block of this number is sealed.
    pub fn epoch_at(&self, sequence: u32) -> &Secret32 {
        self.past
            .iter()
            .find(|past| sequence <= past.last)
            .map_or(&self.epoch, |past| &past.epoch)
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
