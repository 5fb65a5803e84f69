//! What an `epoch` block carries (`core/spec/chain.md`, EPOCH rules): who was taken out, and the next keys for those who remain.
//!
//! Invariant: nothing in this body opens anything for somebody to whom it is not sealed; a removed device may read it.

use minicbor::{Decode, Encode};

use crate::block::BlockStatement;
use crate::cbor::Bytes;
use crate::chain::{self, Keys};
use crate::code::Coded;
use crate::hash::Hash;
use crate::identity::{self, DeviceRemoval, Evidence};
use crate::key::PublicKey;
use crate::root::RootChange;
use crate::statement::Signed;

/// A new epoch begins behind this block. The body itself is still sealed under the old epoch, which a removed device can open; so
/// everything new lies sealed to those who remain.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct EpochBody {
    /// Devices taken out from this block on, exact bytes.
    #[n(0)]
    pub removals: Vec<Bytes>,
    /// Changes of the owner's root key.
    #[n(1)]
    pub roots: Vec<RootChange>,
    /// In chains that others read: every device of the owner, so that each removal can be judged.
    #[n(2)]
    pub devices: Vec<Evidence>,
    /// The next epoch's keys, sealed once to each reader who remains.
    #[n(3)]
    pub sealed: Vec<SealedEpoch>,
    /// In the own chain, when the kit is replaced: where recovery seals to from now on.
    #[n(4)]
    pub recovery: Option<RecoveryKeys>,
}

/// The next epoch's keys for one reader.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct SealedEpoch {
    /// Hash of the reader's HPKE key.
    #[n(0)]
    pub recipient: Hash,
    /// The new keys (`EpochKeys` of the vault) sealed to it.
    #[n(1)]
    pub sealed: Bytes,
}

/// The public halves that a new kit brings.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct RecoveryKeys {
    /// Recovery HPKE key.
    #[n(0)]
    pub key: Bytes,
    /// `recover` capability.
    #[n(1)]
    pub recover: PublicKey,
}

/// Why what an `epoch` block lists is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// By the rules of chains.
    Chain(chain::Error),
    /// By the rules of identities.
    Identity(identity::Error),
}

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Chain(error) => error.code(),
            Self::Identity(error) => error.code(),
        }
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Chain(error) => error.fmt(f),
            Self::Identity(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Error {}

impl From<chain::Error> for Error {
    fn from(error: chain::Error) -> Self {
        Self::Chain(error)
    }
}

impl From<identity::Error> for Error {
    fn from(error: identity::Error) -> Self {
        Self::Identity(error)
    }
}

impl EpochBody {
    /// Judges what an `epoch` block lists: devices, then removals and changes of root; a removal may be signed by the root in force before
    /// those changes or after them. The block itself must have been checked against the keys before.
    ///
    /// # Errors
    /// `chain.key`, `identity.*`.
    pub fn list(&self, keys: &mut Keys, block: &BlockStatement) -> Result<(), Error> {
        for evidence in &self.devices {
            // Each stands on its own evidence; the signer of this block vouches that it was listed in the own chain.
            keys.list(&block.owner, evidence)?;
        }
        let mut later = Vec::new();
        for bytes in &self.removals {
            let removal = Signed::<DeviceRemoval>::verify(bytes)?;
            if removal.device == block.authority {
                return Err(chain::Error::Key.into());
            }
            if keys.remove(&removal, Some(block.sequence)).is_err() {
                later.push(removal);
            }
        }
        for change in &self.roots {
            keys.replace_root(change)?;
        }
        for removal in later {
            keys.remove(&removal, Some(block.sequence))?;
        }
        Ok(())
    }
}
