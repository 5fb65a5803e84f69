//! The chain itself: every block as the block view draws it, and the check of them all.

use protocol::block::{Block, BlockStatement};
use protocol::statement::Statement;
use serde::{Deserialize, Serialize};

use super::{Error, Vault};
use crate::fault::{self, Fault};
use crate::flow::check::{self, Check};
use crate::flow::record;
use crate::item::{BlockIndex, ChainItem, ChainName};
use crate::state::Read;

/// A block as the chain view draws it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockView {
    /// Sequence number; 0 is genesis.
    pub sequence: u32,
    /// What it is for.
    pub kind: String,
    /// When.
    pub time: u64,
    /// The hash of its bytes, whatever the chain says it should be.
    pub hash: String,
    /// Hash of the block before; absent in genesis.
    pub previous: Option<String>,
    /// When the log promised it; absent while it is not admitted.
    pub promised: Option<u64>,
    /// The signing device.
    pub actor: Option<String>,
    /// Hash of the body commitment.
    pub body: Option<String>,
    /// Code of what is wrong with it; absent when it verified.
    pub failure: Option<String>,
    /// The signed bytes, when asked for one block.
    #[serde(default, with = "serde_bytes")]
    pub bytes: Option<Vec<u8>>,
}

/// The own chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// Its id: the hash of genesis.
    pub id: String,
    /// Number of blocks.
    pub blocks: u32,
    /// Hash of the newest.
    pub head: String,
    /// Blocks not admitted yet.
    pub pending: u32,
    /// When the relay was last asked.
    pub checked: Option<u64>,
}

/// The result of checking every block of the own chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Blocks checked.
    pub blocks: u32,
    /// The first bad block.
    pub bad: Option<u32>,
    /// What is wrong with it: a code.
    pub code: Option<String>,
}

impl From<check::Checked> for Checked {
    fn from(checked: check::Checked) -> Self {
        let (bad, code) = checked.bad.unzip();
        Self {
            blocks: checked.blocks,
            bad,
            code,
        }
    }
}

impl Vault {
    /// The own chain.
    ///
    /// # Errors
    /// `vault.not_ready`.
    pub fn chain(&self) -> Result<Chain, Error> {
        let chain = ChainItem::read_named(&self.store, &ChainName::Own)?;
        let head = chain.head.ok_or_else(|| Fault::from(fault::Error::NotReady))?;
        Ok(Chain {
            id: head.chain.to_string(),
            blocks: head.sequence + 1,
            head: head.hash.to_string(),
            pending: chain.pending,
            checked: chain.checked.map(u64::from),
        })
    }

    /// Blocks of the own chain from one on, at most `count`, without their bytes.
    ///
    /// # Errors
    /// `vault.not_ready`.
    pub fn blocks(&self, first: u32, count: u32) -> Result<Vec<BlockView>, Error> {
        let total = self.chain()?.blocks;
        let mut previous = match first.checked_sub(1) {
            Some(before) => self
                .store
                .get::<BlockIndex>(&ChainName::Own.block(before))?
                .map(|index| index.hash.to_string()),
            None => None,
        };
        let mut all = Vec::new();
        for sequence in first..total.min(first.saturating_add(count)) {
            let index: BlockIndex = self.store.item(&ChainName::Own.block(sequence))?;
            let hash = index.hash.to_string();
            all.push(BlockView {
                sequence,
                kind: index.kind.as_str().to_owned(),
                time: index.time.seconds(),
                hash: hash.clone(),
                previous: previous.replace(hash),
                promised: index.promised.map(u64::from),
                actor: None,
                body: None,
                failure: None,
                bytes: None,
            });
        }
        Ok(all)
    }

    /// One block of the own chain with its exact bytes, verified afresh: signature, link, body and place in the index.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`. What is wrong with the block itself is its `failure`.
    pub fn block(&self, sequence: u32) -> Result<BlockView, Error> {
        let name = ChainName::Own;
        let index: BlockIndex = self.store.item(&name.block(sequence))?;
        let (bytes, _) = record::block_bytes(&self.store, &name, sequence)?;
        self.inspect_block(sequence, &index, bytes.to_vec())
    }

    /// What a changed copy of a block would look like: the same checks over other bytes. Nothing is stored.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn inspect(&self, sequence: u32, bytes: Vec<u8>) -> Result<BlockView, Error> {
        let index: BlockIndex = self.store.item(&ChainName::Own.block(sequence))?;
        self.inspect_block(sequence, &index, bytes)
    }

    fn inspect_block(&self, sequence: u32, index: &BlockIndex, bytes: Vec<u8>) -> Result<BlockView, Error> {
        let chain = ChainItem::read_named(&self.store, &ChainName::Own)?;
        let before = match sequence.checked_sub(1) {
            Some(before) => self
                .store
                .get::<BlockIndex>(&ChainName::Own.block(before))?
                .map(|index| index.hash),
            None => None,
        };
        let mut seen = BlockView {
            sequence,
            kind: index.kind.as_str().to_owned(),
            time: index.time.seconds(),
            hash: BlockStatement::HASH.hash(&[&bytes]).to_string(),
            previous: before.map(|hash| hash.to_string()),
            promised: index.promised.map(u64::from),
            actor: None,
            body: None,
            failure: None,
            bytes: None,
        };
        let checked = Block::verify(&bytes).map_err(Fault::from).and_then(|block| {
            seen.actor = Some(block.actor.to_string());
            seen.body = Some(block.body.to_string());
            if block.previous != before {
                return Err(protocol::chain::Error::Link.into());
            }
            if block.sequence != sequence || block.block_hash() != index.hash {
                return Err(protocol::chain::Error::Fork.into());
            }
            Ok(chain.keys()?.check(&block)?)
        });
        seen.failure = checked.err().map(|fault| fault.code);
        seen.bytes = Some(bytes);
        Ok(seen)
    }

    /// Checks every block of the own chain strictly: signatures, keys, links and bodies; names the first bad one. Long chains are
    /// checked in steps: [`Vault::start_check`].
    ///
    /// # Errors
    /// `vault.need`, `vault.not_ready`.
    pub fn check_chain(&self) -> Result<Checked, Error> {
        let mut check = Check::begin(&self.store)?;
        check.step(&self.store, usize::MAX)?;
        Ok(check.checked().ok_or_else(|| Fault::from(fault::Error::State))?.into())
    }
}
