//! Changes of an identity's root key (`core/spec/identity.md`, IDENT-9 to IDENT-13): a new kit takes the place of the old one, the id stays.
//!
//! A change is named by its counter and by what it follows, so of two changes made from the same state only one can ever stand: the
//! one that the owner's chain lists first. Invariant: a [`Root`] is reached only by changes that each followed the one before.

use minicbor::{Decode, Encode};

use crate::cbor::Bytes;
use crate::hash::{Hash, sha256};
use crate::id::IdentityId;
use crate::identity::{Error, Identity};
use crate::key::PublicKey;
use crate::statement;
use crate::statement::Signed;
use crate::time::Timestamp;

/// Most changes of one identity's root key that travel together.
pub const MAX_ROOTS: usize = 16;

/// Another root key takes the place of the one in force. Signed by the key in force, or, where a next key was committed to, by that key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct RootStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// Whose root.
    #[n(1)]
    pub identity: IdentityId,
    /// 1 for the first change, one more for each further one.
    #[n(2)]
    pub counter: u32,
    /// The change before it; for the first the identity statement.
    #[n(3)]
    pub previous: Hash,
    /// The new root key.
    #[n(4)]
    pub root: PublicKey,
    /// SHA-256 of the key committed to for the change after this one; only where the identity statement commits to one.
    #[n(5)]
    pub next: Option<Hash>,
    /// When.
    #[n(6)]
    pub time: Timestamp,
    /// Random.
    #[n(7)]
    pub salt: Hash,
    /// The key that signs.
    #[n(8)]
    pub actor: PublicKey,
}

statement!(RootStatement, Root, Statement, 1024, |root| {
    if root.counter == 0 { Err(Error::Rule) } else { Ok(()) }
});

/// The new root key agrees: nobody can be made the root of an identity with somebody else's key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct RootAcceptance {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// The change that is accepted.
    #[n(1)]
    pub change: Hash,
    /// Random.
    #[n(2)]
    pub salt: Hash,
    /// The new root key.
    #[n(3)]
    pub actor: PublicKey,
}

statement!(RootAcceptance, RootAcceptance, Statement, 512, |_| Ok(()));

/// A change of root key as it travels: signed by the old key and by the new one.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct RootChange {
    /// The signed statement, exact bytes.
    #[n(0)]
    pub statement: Bytes,
    /// The new key's signed acceptance, exact bytes; left out where the new key signed the statement itself.
    #[n(1)]
    pub acceptance: Option<Bytes>,
}

/// The root in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Whose.
    pub identity: IdentityId,
    /// The key.
    pub key: PublicKey,
    /// Number of changes so far.
    pub counter: u32,
    /// What the next change must name as the state it follows.
    pub state: Hash,
    /// SHA-256 of the key that alone may make the next change; if none, the key in force may.
    pub next: Option<Hash>,
}

impl Root {
    /// The root of an identity whose key was never changed.
    pub fn of(identity: &Identity) -> Self {
        Self {
            identity: identity.id(),
            key: identity.actor,
            counter: 0,
            state: identity.hash(),
            next: identity.next,
        }
    }

    /// The root after a change.
    ///
    /// # Errors
    /// [`Error::Other`], [`Error::Counter`] for a change of an earlier state, [`Error::Follows`], [`Error::Successor`], and those of the
    /// two statements.
    pub fn follow(&self, change: &RootChange) -> Result<Self, Error> {
        let statement = Signed::<RootStatement>::verify(&change.statement)?;
        if statement.identity != self.identity {
            return Err(Error::Other);
        }
        if statement.counter <= self.counter {
            return Err(Error::Counter);
        }
        if statement.counter != self.counter + 1 || statement.previous != self.state {
            return Err(Error::Follows);
        }
        match (self.next, &change.acceptance) {
            (None, Some(acceptance)) => {
                let acceptance = Signed::<RootAcceptance>::verify(acceptance)?;
                let agreed = acceptance.actor == statement.root && acceptance.change == statement.hash();
                // An identity that committed to no next key cannot begin to: its kit says that whoever holds it is the owner.
                if statement.actor != self.key || !agreed || statement.next.is_some() {
                    return Err(Error::Successor);
                }
            }
            (Some(committed), None) => {
                let named = statement.actor == statement.root && sha256(&[statement.root.as_bytes()]) == committed;
                if !named || statement.next.is_none() {
                    return Err(Error::Successor);
                }
            }
            _ => return Err(Error::Successor),
        }
        Ok(Self {
            identity: self.identity,
            key: statement.root,
            counter: statement.counter,
            state: statement.hash(),
            next: statement.next,
        })
    }
}
