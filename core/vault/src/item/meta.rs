//! Who this vault belongs to, and its keys.

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::id::IdentityId;
use protocol::identity::{Actor, Evidence};
use protocol::key::PublicKey;
use protocol::proven::Log;
use protocol::time::Timestamp;

use crate::crypto::hpke::RecipientSecret;
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::fault::{Error, Fault};
use crate::state::{Read, item};

/// What the owner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, serde::Serialize, serde::Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Holds a health record.
    #[n(1)]
    Patient,
    /// Doctor or other practitioner.
    #[n(2)]
    Practitioner,
    /// Laboratory.
    #[n(3)]
    Laboratory,
    /// Vouches for staff.
    #[n(4)]
    Organization,
    /// Checks records.
    #[n(5)]
    Auditor,
}

impl Role {
    /// All roles.
    pub const ALL: &'static [Self] = &[
        Self::Patient,
        Self::Practitioner,
        Self::Laboratory,
        Self::Organization,
        Self::Auditor,
    ];

    /// The word at every boundary.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Practitioner => "practitioner",
            Self::Laboratory => "laboratory",
            Self::Organization => "organization",
            Self::Auditor => "auditor",
        }
    }

    /// The role with this word.
    ///
    /// # Errors
    /// `vault.role`.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        Self::ALL
            .iter()
            .copied()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| Error::Role.into())
    }
}

/// How far setting up has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Stage {
    /// Keys exist; the relay was not reached yet.
    #[n(0)]
    Founding,
    /// Words were given; the chain is being read from the relay.
    #[n(1)]
    Joining,
    /// The own chain exists.
    #[n(2)]
    Ready,
}

/// What is needed until the first block exists; deleted afterwards.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct RootKeys {
    /// Root signing key.
    #[n(0)]
    pub signing: SigningKey,
    /// Recovery HPKE key.
    #[n(1)]
    pub recovery: RecipientSecret,
    /// `recover` capability.
    #[n(2)]
    pub recover: SigningKey,
}

/// The owner's identity, this device's keys and the relay.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct Meta {
    /// What the owner is.
    #[n(0)]
    pub role: Role,
    /// The owner's name.
    #[n(1)]
    pub name: String,
    /// How far setting up has come.
    #[n(2)]
    pub stage: Stage,
    /// The home relay's origin.
    #[n(3)]
    pub origin: String,
    /// The home log, once known.
    #[n(4)]
    pub log: Option<Log>,
    /// This device's evidence; without device statements while joining.
    #[n(5)]
    pub evidence: Evidence,
    /// This device's signing key.
    #[n(6)]
    pub device: SigningKey,
    /// This device's HPKE key.
    #[n(7)]
    pub sealing: RecipientSecret,
    /// Public half of the recovery HPKE key.
    #[n(8)]
    pub recovery_key: Bytes,
    /// Public half of the `recover` capability.
    #[n(9)]
    pub recover: PublicKey,
    /// Root keys, only while founding or joining.
    #[n(10)]
    pub root: Option<RootKeys>,
    /// Next task number.
    #[n(11)]
    pub next_task: u64,
    /// Counter of messages sent.
    #[n(12)]
    pub messages: u32,
    /// Epoch-0 secret while founding.
    #[n(13)]
    pub epoch: Option<Secret32>,
    /// Single-use tokens for a relay that asks for one with each new chain.
    #[n(14)]
    pub tokens: Vec<String>,
    /// When this device last heard from its relay.
    #[n(15)]
    pub last_synced: Option<Timestamp>,
    /// This device's own `read` capability for the own chain.
    #[n(16)]
    pub read: SigningKey,
    /// Whether this device may certify and remove others once it joined.
    #[n(17)]
    pub admin: bool,
}

item!(Meta, "meta");

impl Meta {
    /// The vault's own description.
    ///
    /// # Errors
    /// `vault.missing`.
    pub fn read(from: &impl Read) -> Result<Self, Fault> {
        from.get(b"")?.ok_or_else(|| Error::Missing.into())
    }

    /// This device as an actor.
    ///
    /// # Errors
    /// `vault.not_ready` before the device was certified.
    pub fn actor(&self) -> Result<Actor, Fault> {
        self.evidence.verify().map_err(|_| Error::NotReady.into())
    }

    /// The owner's identity.
    ///
    /// # Errors
    /// `identity.*` when the stored statement does not verify.
    pub fn identity(&self) -> Result<IdentityId, Fault> {
        Ok(protocol::identity::Identity::verify(&self.evidence.identity)?.id())
    }

    /// Takes a token for one new chain, if there is one.
    pub fn take_token(&mut self) -> Option<String> {
        if self.tokens.is_empty() {
            None
        } else {
            Some(self.tokens.remove(0))
        }
    }

    /// Checks the role.
    ///
    /// # Errors
    /// `vault.role`.
    pub fn require(&self, roles: &[Role]) -> Result<(), Fault> {
        if roles.contains(&self.role) {
            Ok(())
        } else {
            Err(Error::Role.into())
        }
    }
}
