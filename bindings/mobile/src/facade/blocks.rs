//! The chain itself: every block as the block view draws it, and the check of them all.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::vault::Vault;

type BlockView = facade::BlockView;

crate::bulk::record!(BlockView {
    sequence,
    kind,
    time,
    hash,
    previous,
    promised,
    actor,
    body,
    failure,
    bytes: bytes
});

type Chain = facade::Chain;

/// The own chain.
#[uniffi::remote(Record)]
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

type Checked = facade::Checked;

/// The result of checking every block of the own chain.
#[uniffi::remote(Record)]
pub struct Checked {
    /// Blocks checked.
    pub blocks: u32,
    /// The first bad block.
    pub bad: Option<u32>,
    /// What is wrong with it: a code.
    pub code: Option<String>,
}

#[uniffi::export]
impl Vault {
    /// The own chain.
    ///
    /// # Errors
    /// `vault.not_ready`.
    pub fn chain(&self) -> Result<facade::Chain, VaultError> {
        Ok(self.inner()?.chain()?)
    }

    /// Blocks of the own chain from one on, at most `count`, without their bytes.
    ///
    /// # Errors
    /// `vault.not_ready`.
    pub fn blocks(&self, first: u32, count: u32) -> Result<Vec<facade::BlockView>, VaultError> {
        Ok(self.inner()?.blocks(first, count)?)
    }

    /// One block of the own chain with its exact bytes, verified afresh: signature, link, body and place in the index.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`. What is wrong with the block itself is its `failure`.
    pub fn block(&self, sequence: u32) -> Result<facade::BlockView, VaultError> {
        Ok(self.inner()?.block(sequence)?)
    }

    /// What a changed copy of a block would look like: the same checks over other bytes. Nothing is stored.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn inspect(&self, sequence: u32, bytes: Bytes) -> Result<facade::BlockView, VaultError> {
        Ok(self.inner()?.inspect(sequence, bytes.into())?)
    }

    /// Checks every block of the own chain strictly: signatures, keys, links and bodies; names the first bad one. Long chains are
    /// checked in steps: `Vault::start_check`.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_ready`.
    pub fn check_chain(&self) -> Result<facade::Checked, VaultError> {
        Ok(self.inner()?.check_chain()?)
    }
}

/// What `crate::bulk` carries over, as the other languages know it.
mod described {
    /// A block as the chain view draws it.
    #[derive(uniffi::Record)]
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
        pub bytes: Option<Vec<u8>>,
    }
}
