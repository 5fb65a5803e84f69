//! What becomes of a grant: paused, resumed, renewed, narrowed, ended (`core/spec/grant.md`, GRANT-9 to GRANT-13).
//!
//! A change is the patient's signed statement of everything that holds from now on. It names the state it follows, so saying it again
//! changes nothing. Permission is what the newest change allows: [`GrantState`]. Invariant: a change never gives more records or more
//! rights than there were before; only the periods of rights may grow. More than that takes a new consent.

use core::ops::Deref;

use minicbor::{Decode, Encode};

use crate::grant::{Error, Grant, GrantStatement, MAX_BYTES, Permission, Right, Scope, Standing, check_terms};
use crate::hash::Hash;
use crate::id::{GrantId, IdentityId, StatementId};
use crate::key::PublicKey;
use crate::statement;
use crate::statement::Signed;
use crate::time::Timestamp;

/// What the patient signs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct GrantChangeStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// Whose records.
    #[n(1)]
    pub patient: IdentityId,
    /// The grant it changes.
    #[n(2)]
    pub grant: GrantId,
    /// The state it follows: the hash of the grant itself, or of the change before.
    #[n(3)]
    pub follows: Hash,
    /// Whether the grant is in force from now on.
    #[n(4)]
    pub standing: Standing,
    /// Which records from now on.
    #[n(5)]
    pub scope: Scope,
    /// What and when from now on, ascending by right, each once.
    #[n(6)]
    pub permissions: Vec<Permission>,
    /// When.
    #[n(7)]
    pub time: Timestamp,
    /// Random.
    #[n(8)]
    pub salt: Hash,
    /// The patient's device key.
    #[n(9)]
    pub actor: PublicKey,
    /// The device's statement.
    #[n(10)]
    pub authority: StatementId,
}

statement!(GrantChangeStatement, GrantChange, GrantChange, MAX_BYTES, |change| {
    check_terms(&change.scope, &change.permissions)
});

/// A change whose signature verified.
pub type GrantChange = Signed<GrantChangeStatement>;

/// A grant as it stands: its own terms, or those of the newest change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantState {
    id: GrantId,
    name: Hash,
    standing: Standing,
    terms: GrantStatement,
}

impl GrantState {
    /// The state that the grant itself begins.
    pub fn begin(grant: &Grant) -> Self {
        Self {
            id: grant.id(),
            name: grant.hash(),
            standing: Standing::Live,
            terms: (**grant).clone(),
        }
    }

    /// The state after a change that was accepted before.
    ///
    /// # Errors
    /// [`Error::Other`].
    pub fn restore(grant: &Grant, newest: Option<&GrantChange>) -> Result<Self, Error> {
        let state = Self::begin(grant);
        match newest {
            None => Ok(state),
            Some(change) => state.check_about(change).map(|()| state.after(change)),
        }
    }

    /// The grant's name.
    pub const fn id(&self) -> GrantId {
        self.id
    }

    /// The name of this state, which the next change must name.
    pub const fn name(&self) -> Hash {
        self.name
    }

    /// Whether the grant is in force.
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    fn check_about(&self, change: &GrantChange) -> Result<(), Error> {
        if change.grant == self.id && change.patient == self.terms.patient {
            Ok(())
        } else {
            Err(Error::Other)
        }
    }

    fn after(&self, change: &GrantChange) -> Self {
        Self {
            id: self.id,
            name: change.hash(),
            standing: change.standing,
            terms: GrantStatement {
                scope: change.scope.clone(),
                permissions: change.permissions.clone(),
                ..self.terms.clone()
            },
        }
    }

    /// The state after a change. An end is an end whatever came before it; everything else must follow this very state and may not give
    /// more records or rights than it.
    ///
    /// # Errors
    /// [`Error::Other`], [`Error::Revoked`] after an end, [`Error::State`], [`Error::Wider`].
    pub fn accept(&self, change: &GrantChange) -> Result<Self, Error> {
        self.check_about(change)?;
        if self.standing == Standing::Ended {
            return Err(Error::Revoked);
        }
        if change.standing == Standing::Ended {
            return Ok(self.after(change));
        }
        if change.follows != self.name {
            return Err(Error::State);
        }
        let rights = change
            .permissions
            .iter()
            .all(|own| self.terms.permissions.iter().any(|limit| limit.right == own.right));
        if rights && change.scope.within(&self.terms.scope) {
            Ok(self.after(change))
        } else {
            Err(Error::Wider)
        }
    }

    /// Whether the grant is in force at all.
    ///
    /// # Errors
    /// [`Error::Revoked`] after the end, [`Error::Paused`].
    pub const fn in_force(&self) -> Result<(), Error> {
        match self.standing {
            Standing::Ended => Err(Error::Revoked),
            Standing::Paused => Err(Error::Paused),
            Standing::Live => Ok(()),
        }
    }

    /// Whether this grantee has this right now.
    ///
    /// # Errors
    /// [`Error::Revoked`] after the end, [`Error::Paused`], and those of [`GrantStatement::allows`].
    pub fn allows(&self, grantee: &IdentityId, right: Right, now: Timestamp) -> Result<(), Error> {
        self.in_force()?;
        self.terms.allows(grantee, right, now)
    }
}

impl Deref for GrantState {
    type Target = GrantStatement;
    fn deref(&self) -> &GrantStatement {
        &self.terms
    }
}
