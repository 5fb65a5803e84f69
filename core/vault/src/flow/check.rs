//! The strict check of the own chain, block by block (`core/spec/chain.md`, CHAIN-7): signatures, keys, links and bodies.
//!
//! What is checked is the chain as it stood when the check began; blocks that come meanwhile are the next check's.

use protocol::block::{Block, check_body};
use protocol::chain::{Head, Keys};

use crate::fault::{self, Fault};
use crate::item::{BlockData, BlockIndex, ChainItem, ChainName, PendingBlock};
use crate::state::Read;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Blocks checked.
    pub blocks: u32,
    /// The first bad block, and the code of what is wrong with it.
    pub bad: Option<(u32, String)>,
}

/// A check under way.
pub struct Check {
    keys: Keys,
    /// The newest block when the check began.
    newest: Head,
    next: u32,
    head: Option<Head>,
    bad: Option<(u32, String)>,
}

impl Check {
    /// Begins at the first block.
    ///
    /// # Errors
    /// `vault.not_ready`.
    pub fn begin(from: &impl Read) -> Result<Self, Fault> {
        let chain = ChainItem::read_named(from, &ChainName::Own)?;
        Ok(Self {
            keys: chain.keys()?,
            newest: chain.head.ok_or(fault::Error::NotReady)?,
            next: 0,
            head: None,
            bad: None,
        })
    }

    /// Blocks checked, and how many there are.
    pub fn progress(&self) -> (u32, u32) {
        (self.next, self.newest.sequence + 1)
    }

    /// The newest block when the check began.
    pub fn newest(&self) -> &Head {
        &self.newest
    }

    /// What was found, once the last block or a bad one was reached.
    pub fn checked(&self) -> Option<Checked> {
        (self.bad.is_some() || self.next > self.newest.sequence).then(|| Checked {
            blocks: self.next,
            bad: self.bad.clone(),
        })
    }

    /// Checks so many more blocks. What is missing among them is named at once, and nothing is checked until it is there.
    ///
    /// # Errors
    /// `vault.need`; `vault.state` when a block that was not admitted yet has changed its place since the check began.
    pub fn step(&mut self, from: &impl Read, count: usize) -> Result<(), Fault> {
        if self.checked().is_some() {
            return Ok(());
        }
        let index: BlockIndex = from.item(&ChainName::Own.block(self.newest.sequence))?;
        if index.hash != self.newest.hash {
            return Err(fault::Error::State.into());
        }
        let mut parts = Vec::new();
        let mut need = Vec::new();
        for sequence in (self.next..=self.newest.sequence).take(count) {
            match block_parts(from, sequence) {
                Ok(found) => parts.push((sequence, found)),
                Err(fault) if fault.is(fault::Error::Need) => need.extend(fault.need),
                Err(fault) => return Err(fault),
            }
        }
        if !need.is_empty() {
            return Err(Fault::need(need));
        }
        for (sequence, (bytes, body)) in parts {
            self.next = sequence + 1;
            if let Err(fault) = self.block(&bytes, body.as_deref()) {
                self.bad = Some((sequence, fault.code));
                return Ok(());
            }
        }
        Ok(())
    }

    fn block(&mut self, bytes: &[u8], body: Option<&[u8]>) -> Result<(), Fault> {
        let block = Block::verify(bytes)?;
        let next = match &self.head {
            Some(head) => head.accept(&block)?,
            None => Head::begin(&block)?,
        };
        self.keys.check(&block)?;
        if let Some(body) = body {
            check_body(&block, body)?;
        }
        self.head = Some(next);
        Ok(())
    }
}

fn block_parts(from: &impl Read, sequence: u32) -> Result<(Vec<u8>, Option<Vec<u8>>), Fault> {
    let id = ChainName::Own.block(sequence);
    if let Some(pending) = from.get::<PendingBlock>(&id)? {
        return Ok((pending.block.to_vec(), Some(pending.body.as_bytes().to_vec())));
    }
    let data: BlockData = from.item(&id)?;
    Ok((data.block.to_vec(), data.body.map(|body| body.as_bytes().to_vec())))
}
