//! Chains: blocks linked by sequence number and hash (`core/spec/chain.md`, CHAIN rules).
//!
//! A [`Head`] accepts exactly the next block and names what is wrong with any other. Who may sign is the owner's business:
//! [`Keys`] collects the device statements and refuses a block by a key that the identity never certified or has removed.

use std::collections::BTreeMap;

use crate::block::{Block, BlockKind, BlockStatement, LogCommitment};
use crate::coded_error;
use crate::id::{BlockHash, ChainId, IdentityId, StatementId};
use crate::identity::{Actor, DeviceRemoval, Evidence};
use crate::root::{Root, RootChange};
use crate::statement::{Signed, Unverified};
use crate::time::Timestamp;

coded_error! {
    /// Why a block does not continue a chain.
    pub enum Error {
        Genesis = "chain.genesis", "the chain does not begin with a first block";
        Chain = "chain.other", "the block belongs to another chain";
        Gap = "chain.gap", "blocks are missing before this one";
        Fork = "chain.fork", "another block already stands at this place";
        Link = "chain.link", "the block does not follow the one before it";
        Owner = "chain.owner", "the block belongs to another owner";
        Key = "chain.key", "the block was signed by a key that may not write this chain";
        Ended = "chain.ended", "the chain has ended";
        Older = "chain.older", "an older state of the chain was offered";
    }
}

/// The newest block of a chain, as far as known.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct Head {
    /// The chain.
    #[n(0)]
    pub chain: ChainId,
    /// Whose chain.
    #[n(1)]
    pub owner: IdentityId,
    /// Sequence number of the newest block.
    #[n(2)]
    pub sequence: u32,
    /// Its hash.
    #[n(3)]
    pub hash: BlockHash,
    /// Its time.
    #[n(4)]
    pub time: Timestamp,
    /// The log and the commitment to the log key now in force.
    #[n(5)]
    pub log: LogCommitment,
    /// Whether the last block ended the chain.
    #[n(6)]
    pub ended: bool,
}

impl Head {
    /// Begins a chain with its first block.
    ///
    /// # Errors
    /// [`Error::Genesis`].
    pub fn begin(block: &Block) -> Result<Self, Error> {
        match (&block.kind, &block.log) {
            (BlockKind::Genesis, Some(log)) => Ok(Self {
                chain: block.chain_id(),
                owner: block.owner,
                sequence: 0,
                hash: block.block_hash(),
                time: block.time,
                log: log.clone(),
                ended: false,
            }),
            _ => Err(Error::Genesis),
        }
    }

    /// Checks the link alone, for walking many blocks before the head's signature is verified.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn follow(&self, block: &BlockStatement, hash: BlockHash) -> Result<Self, Error> {
        if block.owner != self.owner {
            return Err(Error::Owner);
        }
        if block.chain != Some(self.chain) {
            return Err(Error::Chain);
        }
        if self.ended {
            return Err(Error::Ended);
        }
        if block.sequence <= self.sequence {
            return Err(Error::Fork);
        }
        if block.sequence != self.sequence + 1 {
            return Err(Error::Gap);
        }
        if block.previous != Some(self.hash) {
            return Err(Error::Link);
        }
        Ok(Self {
            chain: self.chain,
            owner: self.owner,
            sequence: block.sequence,
            hash,
            time: block.time,
            log: block.log.clone().unwrap_or_else(|| self.log.clone()),
            ended: block.kind == BlockKind::Ended,
        })
    }

    /// Accepts the next block.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn accept(&self, block: &Block) -> Result<Self, Error> {
        self.follow(block, block.block_hash())
    }
}

/// When a device was taken out: the time the removal names, and the block that lists it, if that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// From when, for statements outside the chain.
    pub time: Timestamp,
    /// The block that lists the removal; no later block by the device counts, whatever time it says.
    pub sequence: Option<u32>,
}

#[derive(Debug, Clone)]
struct Device {
    actor: Actor,
    certifiers: Vec<StatementId>,
    removed: Option<Removed>,
}

/// The device keys that may write a chain, and the root that certifies them.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    devices: BTreeMap<StatementId, Device>,
    root: Option<Root>,
}

impl Keys {
    /// Adds a device of this owner that introduces itself now: the root in force certified it, and no device on the way was removed.
    ///
    /// # Errors
    /// [`Error::Key`] when the evidence does not verify, is of another identity, or rests on a removed device or a replaced root.
    pub fn add(&mut self, owner: &IdentityId, evidence: &Evidence) -> Result<Actor, Error> {
        let path = evidence.path().map_err(|_| Error::Key)?;
        let root = evidence.root().map_err(|_| Error::Key)?;
        let in_force = self.root.as_ref().is_none_or(|known| *known == root);
        let sound = path.iter().all(|actor| {
            self.devices
                .get(&actor.authority)
                .is_none_or(|known| known.removed.is_none())
        });
        if in_force && sound {
            self.list(owner, evidence)
        } else {
            Err(Error::Key)
        }
    }

    /// Lists a device that was accepted before, whatever happened since to those that certified it.
    ///
    /// # Errors
    /// [`Error::Key`] when the evidence does not verify or is of another identity.
    pub fn list(&mut self, owner: &IdentityId, evidence: &Evidence) -> Result<Actor, Error> {
        let mut path = evidence.path().map_err(|_| Error::Key)?;
        let root = evidence.root().map_err(|_| Error::Key)?;
        let actor = path.pop().ok_or(Error::Key)?;
        if actor.identity != *owner {
            return Err(Error::Key);
        }
        if self.root.as_ref().is_none_or(|known| known.counter < root.counter) {
            self.root = Some(root);
        }
        self.devices.entry(actor.authority).or_insert_with(|| Device {
            actor: actor.clone(),
            certifiers: path.iter().map(|actor| actor.authority).collect(),
            removed: None,
        });
        Ok(actor)
    }

    /// Another root key takes the place of the one in force; of two that follow the same state the first listed stands.
    ///
    /// # Errors
    /// `identity.*`.
    pub fn replace_root(&mut self, change: &RootChange) -> Result<(), crate::identity::Error> {
        let root = self.root.as_ref().ok_or(crate::identity::Error::Empty)?;
        self.root = Some(root.follow(change)?);
        Ok(())
    }

    /// The root in force, once a device is known.
    pub fn root(&self) -> Option<&Root> {
        self.root.as_ref()
    }

    /// Takes a device out: from the block that lists the removal on, or, where that is not known, from the time it names.
    /// Removing an admin needs the root.
    ///
    /// # Errors
    /// [`Error::Key`] when the removal was not signed by one who may.
    pub fn remove(&mut self, removal: &Signed<DeviceRemoval>, sequence: Option<u32>) -> Result<(), Error> {
        let target = &self.devices.get(&removal.device).ok_or(Error::Key)?.actor;
        let by_root = self.root.as_ref().is_some_and(|root| root.key == removal.actor) && removal.authority.is_none();
        let by_admin = removal
            .authority
            .and_then(|authority| self.devices.get(&authority))
            .is_some_and(|device| {
                device.actor.admin && device.removed.is_none() && device.actor.device == removal.actor
            });
        if removal.identity != target.identity || !(by_root || by_admin && !target.admin) {
            return Err(Error::Key);
        }
        self.note_removed(removal, sequence);
        Ok(())
    }

    /// Notes a removal that was judged before, when it was taken in.
    pub fn note_removed(&mut self, removal: &Signed<DeviceRemoval>, sequence: Option<u32>) {
        if let Some(device) = self.devices.get_mut(&removal.device) {
            // Of several removals the earliest counts: nobody can prolong a device's life by removing it again.
            let time = device
                .removed
                .map_or(removal.time, |before| before.time.min(removal.time));
            let sequence = device.removed.and_then(|before| before.sequence).or(sequence);
            device.removed = Some(Removed { time, sequence });
        }
    }

    /// Whether this block's signer may write.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn check(&self, block: &BlockStatement) -> Result<(), Error> {
        let device = self.devices.get(&block.authority).ok_or(Error::Key)?;
        let named = device.actor.device == block.actor && device.actor.identity == block.owner;
        let serving = match device.removed {
            None => true,
            Some(Removed {
                sequence: Some(listed), ..
            }) => block.sequence < listed,
            Some(Removed { sequence: None, time }) => block.time < time,
        };
        if named && serving { Ok(()) } else { Err(Error::Key) }
    }

    /// The devices, with when each was taken out.
    pub fn iter(&self) -> impl Iterator<Item = (&Actor, &Option<Removed>)> {
        self.devices.values().map(|device| (&device.actor, &device.removed))
    }

    /// When a device was taken out.
    pub fn removed(&self, device: &StatementId) -> Option<Removed> {
        self.devices.get(device).and_then(|device| device.removed)
    }

    /// The devices on the way from the root to this one.
    pub fn certifiers(&self, device: &StatementId) -> &[StatementId] {
        self.devices.get(device).map_or(&[], |device| &device.certifiers)
    }
}

/// Walks links and hashes of stored blocks without checking signatures but the last (opening one's own chain).
///
/// # Errors
/// The index of the first bad block and its code.
pub fn walk<'a>(blocks: impl IntoIterator<Item = &'a [u8]>) -> Result<Option<Head>, (usize, &'static str)> {
    use crate::code::Coded;
    let mut head: Option<Head> = None;
    let mut last = None;
    for (index, bytes) in blocks.into_iter().enumerate() {
        let block = Unverified::<BlockStatement>::parse(bytes).map_err(|error| (index, error.code()))?;
        head = Some(match &head {
            None => match &block.statement().log {
                Some(log) if block.statement().sequence == 0 => Head {
                    chain: block.hash().into(),
                    owner: block.statement().owner,
                    sequence: 0,
                    hash: block.hash().into(),
                    time: block.statement().time,
                    log: log.clone(),
                    ended: false,
                },
                _ => return Err((index, Error::Genesis.code())),
            },
            Some(head) => head
                .follow(block.statement(), block.hash().into())
                .map_err(|error| (index, error.code()))?,
        });
        last = Some((index, block));
    }
    if let Some((index, block)) = last {
        block.verify().map_err(|error| (index, error.code()))?;
    }
    Ok(head)
}
