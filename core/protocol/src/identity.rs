//! Identities, the device keys they certify, and the evidence that a key acts for an identity (`core/spec/identity.md`, IDENT rules).
//!
//! An identity is a root key and its self-signed statement; its id is the hash of that statement and stays for ever. Devices are
//! certified by the root or by an `admin` device. Invariant: an [`Actor`] exists only when every statement of the evidence verified.

use minicbor::{Decode, Encode};

use crate::cbor::{self, Bytes};
use crate::hash::Hash;
use crate::id::{IdentityId, StatementId};
use crate::key::PublicKey;
use crate::root::{MAX_ROOTS, Root, RootChange};
use crate::statement::Signed;
use crate::time::Timestamp;
use crate::{coded_error, refusals, statement};

coded_error! {
    /// Why an identity, a device statement or the evidence of a signer is refused.
    pub enum Error {
        Malformed = "identity.malformed", "the identity statement is damaged";
        Kind = "identity.kind", "the statement is of another kind";
        Version = "identity.version", "the identity statement is of an unknown version";
        Signature = "identity.signature", "the identity statement was not signed by the key it names";
        Rule = "identity.rule", "the identity statement asks for something this version does not know";
        Root = "identity.root", "the first device was not certified by the root key";
        Authority = "identity.authority", "the device was not certified by a device that may do so";
        Other = "identity.other", "the device belongs to another identity";
        Empty = "identity.empty", "there is no device statement";
        TooLong = "identity.too_long", "there are more device statements than permitted";
        Mismatch = "identity.mismatch", "the statement was not signed by the key it should come from";
        Removed = "identity.removed", "the device was removed from its identity";
        Counter = "identity.counter", "another root key took this place before";
        Follows = "identity.follows", "the change of root key does not follow the one before it";
        Successor = "identity.successor", "the change of root key was not signed by a key that may make it";
    }
}
refusals!(Error);

/// Recovery with a delay or with approvals; version 1 permits neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Default)]
#[cbor(array)]
pub struct RecoveryPolicy {
    /// Seconds to wait.
    #[n(0)]
    pub delay: u64,
    /// Approvals needed.
    #[n(1)]
    pub approvals: u8,
}

/// A party's root key, signed by itself.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct IdentityStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// The root key.
    #[n(1)]
    pub actor: PublicKey,
    /// Recovery policy.
    #[n(2)]
    pub recovery: RecoveryPolicy,
    /// Random.
    #[n(3)]
    pub salt: Hash,
    /// SHA-256 of the committed next root key; organizations only.
    #[n(4)]
    pub next: Option<Hash>,
}

statement!(IdentityStatement, Identity, Identity, 1024, |statement| {
    if statement.recovery == RecoveryPolicy::default() {
        Ok(())
    } else {
        Err(Error::Rule)
    }
});

/// A verified identity statement.
pub type Identity = Signed<IdentityStatement>;

impl Identity {
    /// The identity's name for ever.
    pub fn id(&self) -> IdentityId {
        self.hash().into()
    }
}

/// A device key certified by the root or by an admin device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct DeviceStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// Whose device.
    #[n(1)]
    pub identity: IdentityId,
    /// The device's signing key.
    #[n(2)]
    pub device: PublicKey,
    /// Hash of the device's HPKE key.
    #[n(3)]
    pub sealing_key: Hash,
    /// Whether it may certify others.
    #[n(4)]
    pub admin: bool,
    /// When.
    #[n(5)]
    pub time: Timestamp,
    /// Random.
    #[n(6)]
    pub salt: Hash,
    /// Root key or admin device that certifies.
    #[n(7)]
    pub actor: PublicKey,
    /// The certifying device's statement; absent when the root certifies.
    #[n(8)]
    pub authority: Option<StatementId>,
}

statement!(DeviceStatement, Device, Statement, 2048, |_| Ok(()));

/// Takes a device key out of service.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct DeviceRemoval {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// Whose device.
    #[n(1)]
    pub identity: IdentityId,
    /// The statement that ends.
    #[n(2)]
    pub device: StatementId,
    /// From when.
    #[n(3)]
    pub time: Timestamp,
    /// Random.
    #[n(4)]
    pub salt: Hash,
    /// Root key or admin device that removes.
    #[n(5)]
    pub actor: PublicKey,
    /// The removing device's statement; absent when the root removes.
    #[n(6)]
    pub authority: Option<StatementId>,
}

statement!(DeviceRemoval, DeviceRemoval, Statement, 2048, |_| Ok(()));

/// What travels beside a signed object so that anybody can see for whom its key acts: the identity statement, then device
/// statements, the first by the root, each further one by the one before it, the last for the acting device. Where the root key was
/// replaced before the first device was certified, the changes travel too.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Evidence {
    /// The identity statement.
    #[n(0)]
    pub identity: Bytes,
    /// Device statements.
    #[n(1)]
    pub devices: Vec<Bytes>,
    /// Changes of the root key since, in order; the last root certifies the first device. Absent when there are none.
    #[n(2)]
    pub roots: Option<Vec<RootChange>>,
}

/// Most device statements in one evidence.
pub const MAX_DEVICES: usize = 8;

/// A key proven to act for an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The identity.
    pub identity: IdentityId,
    /// Its root key.
    pub root: PublicKey,
    /// The acting device key.
    pub device: PublicKey,
    /// The device's statement.
    pub authority: StatementId,
    /// Hash of the device's HPKE key.
    pub sealing_key: Hash,
    /// Whether the device may certify others.
    pub admin: bool,
}

impl Evidence {
    /// Reads evidence from its bytes.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        cbor::decode(bytes, 32 * 1024).map_err(|_| Error::Malformed)
    }

    /// Verifies every statement and the path from root to device.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn verify(&self) -> Result<Actor, Error> {
        self.path()?.pop().ok_or(Error::Empty)
    }

    /// The root in force for these devices: that of the identity statement, after the changes that travel with it.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn root(&self) -> Result<Root, Error> {
        let mut root = Root::of(&Identity::verify(&self.identity)?);
        match &self.roots {
            Some(changes) if changes.len() > MAX_ROOTS => return Err(Error::TooLong),
            // One form for one meaning: no change is said by leaving the list out.
            Some(changes) if changes.is_empty() => return Err(Error::Malformed),
            Some(changes) => {
                for change in changes {
                    root = root.follow(change)?;
                }
            }
            None => {}
        }
        Ok(root)
    }

    /// Every device from the one that the root certified to the one that acts.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn path(&self) -> Result<Vec<Actor>, Error> {
        if self.devices.len() > MAX_DEVICES {
            return Err(Error::TooLong);
        }
        let root = self.root()?;
        let mut path: Vec<Actor> = Vec::with_capacity(self.devices.len());
        for bytes in &self.devices {
            let device = Signed::<DeviceStatement>::verify(bytes)?;
            if device.identity != root.identity {
                return Err(Error::Other);
            }
            match path.last() {
                None if device.actor != root.key || device.authority.is_some() => return Err(Error::Root),
                Some(before)
                    if !before.admin || device.actor != before.device || device.authority != Some(before.authority) =>
                {
                    return Err(Error::Authority);
                }
                _ => {}
            }
            path.push(Actor {
                identity: root.identity,
                root: root.key,
                device: device.device,
                authority: device.hash().into(),
                sealing_key: device.sealing_key,
                admin: device.admin,
            });
        }
        Ok(path)
    }
}

impl Actor {
    /// Whether a statement's three names are this actor's.
    ///
    /// # Errors
    /// [`Error::Mismatch`].
    pub fn check(&self, actor: &PublicKey, identity: &IdentityId, authority: &StatementId) -> Result<(), Error> {
        if self.device == *actor && self.identity == *identity && self.authority == *authority {
            Ok(())
        } else {
            Err(Error::Mismatch)
        }
    }
}

/// The short form of an identity id, only for eyes: its first eight bytes in four groups.
pub fn fingerprint(id: &IdentityId) -> String {
    let text = id.to_string();
    format!("{} {} {} {}", &text[..4], &text[4..8], &text[8..12], &text[12..16])
}
