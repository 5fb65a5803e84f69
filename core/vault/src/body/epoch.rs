//! New keys and how they are found again: epochs, the locator of the recovery kit.

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::epoch::RecoveryKeys;
use protocol::id::{MailboxId, ResourceId};
use protocol::identity::Evidence;
use protocol::key::Signer;
use protocol::proven::Log;
use protocol::time::Timestamp;

use super::MailboxNote;
use crate::crypto::root::RootSecret;
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::item::ChainName;

/// What opens an epoch.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct EpochKeys {
    /// The log key.
    #[n(0)]
    pub log_key: Secret32,
    /// The epoch secret.
    #[n(1)]
    pub epoch: Secret32,
    /// `write` capability, for the owner's devices.
    #[n(2)]
    pub write: Option<SigningKey>,
    /// Where the grantee's messages go from now on, for the grantee.
    #[n(3)]
    pub mailbox: Option<EpochMailbox>,
}

/// A grant's new mailbox, as its grantee sees it.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct EpochMailbox {
    /// The mailbox.
    #[n(0)]
    pub mailbox: MailboxId,
    /// Lets the grantee write to it.
    #[n(1)]
    pub send: SigningKey,
    /// Its HPKE key.
    #[n(2)]
    pub key: Bytes,
}

/// Keys of a grant chain's epochs, handed on by its grantee.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct EpochsBody {
    /// The grantee's device.
    #[n(0)]
    pub evidence: Evidence,
    /// The keys, as they were sealed to the grantee.
    #[n(1)]
    pub epochs: Vec<EpochKeys>,
}

/// What the recovery data say under words that were replaced.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct KitReplaced {
    /// When.
    #[n(0)]
    pub time: Timestamp,
}

/// The public halves of a kit.
pub fn recovery_keys(root: &RootSecret) -> RecoveryKeys {
    RecoveryKeys {
        key: root.recovery().public().as_bytes().to_vec().into(),
        recover: root.recover().public_key(),
    }
}

/// The keys of a new epoch of another chain, for the owner's other devices.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct EpochNote {
    /// Which chain.
    #[n(0)]
    pub name: ChainName,
    /// The log key.
    #[n(1)]
    pub log_key: Secret32,
    /// The epoch secret.
    #[n(2)]
    pub epoch: Secret32,
    /// `write` capability.
    #[n(3)]
    pub write: SigningKey,
    /// The grantee's HPKE key that it is sealed to.
    #[n(4)]
    pub recipient: Option<Bytes>,
    /// A grant's new mailbox.
    #[n(5)]
    pub mailbox: Option<MailboxNote>,
}

/// What recovery needs, sealed to the recovery HPKE key.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct Locator {
    /// Relay origin of the own chain.
    #[n(0)]
    pub origin: String,
    /// The chain's name on the relay.
    #[n(1)]
    pub resource: ResourceId,
    /// Secret of epoch 0.
    #[n(2)]
    pub epoch: Secret32,
    /// The identity statement.
    #[n(3)]
    pub identity: Bytes,
    /// The log.
    #[n(4)]
    pub log: Log,
    /// Log key of epoch 0.
    #[n(5)]
    pub log_key: Secret32,
    /// Later epochs, when the kit is newer than they are.
    #[n(6)]
    pub later: Vec<LaterEpoch>,
}

/// An epoch that began before the kit was made.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct LaterEpoch {
    /// The `epoch` block that opened it.
    #[n(0)]
    pub sequence: u32,
    /// Its log key.
    #[n(1)]
    pub log_key: Secret32,
    /// Its epoch secret.
    #[n(2)]
    pub epoch: Secret32,
    /// Its `write` capability.
    #[n(3)]
    pub write: Option<SigningKey>,
}
