//! Delegations: a grantee lets a colleague act under a grant, narrower and dated (`core/spec/grant.md`, DELEG rules).
//!
//! Only the holder of the grant delegates; nobody passes a delegation on. It never outlives the grant and never reaches further.

use minicbor::{Decode, Encode};

use crate::grant::{self, GrantStatement, Grantee, Permission, Right};
use crate::hash::Hash;
use crate::id::{GrantId, IdentityId, StatementId};
use crate::key::PublicKey;
use crate::statement::Signed;
use crate::time::Timestamp;
use crate::{coded_error, refusals, statement};

coded_error! {
    /// Why a delegation is refused or does not allow something.
    pub enum Error {
        Malformed = "delegation.malformed", "the delegation is damaged";
        Kind = "delegation.kind", "the object is not a delegation";
        Version = "delegation.version", "the delegation is of an unknown version";
        Signature = "delegation.signature", "the delegation was not signed by the key it names";
        Rule = "delegation.rule", "a delegation passes on reading or writing, never ordering, and ends on a day";
        Grant = "delegation.grant", "the delegation is about another grant";
        Delegator = "delegation.delegator", "only the holder of a grant can delegate; a delegation cannot be passed on";
        Wider = "delegation.wider", "a delegation can only be narrower than the grant";
        Delegate = "delegation.delegate", "the delegation was given to somebody else";
        Right = "delegation.right", "the delegation does not include this right";
        NotYet = "delegation.not_yet", "the delegation does not allow this yet";
        Over = "delegation.over", "the time of this delegation is over";
        Stopped = "delegation.stopped", "the delegation was stopped";
        Epoch = "delegation.epoch", "the holder of the grant has not handed on its new keys yet";
    }
}
refusals!(Error);

/// What the grantee signs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct DelegationStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// Under which grant.
    #[n(1)]
    pub grant: GrantId,
    /// Whose records.
    #[n(2)]
    pub patient: IdentityId,
    /// Who may.
    #[n(3)]
    pub delegate: IdentityId,
    /// What and when, ascending by right, each once, each with an end.
    #[n(4)]
    pub permissions: Vec<Permission>,
    /// When.
    #[n(5)]
    pub time: Timestamp,
    /// Random.
    #[n(6)]
    pub salt: Hash,
    /// The grantee's device key.
    #[n(7)]
    pub actor: PublicKey,
    /// The grantee.
    #[n(8)]
    pub delegator: IdentityId,
    /// The grantee's device statement.
    #[n(9)]
    pub authority: StatementId,
}

statement!(DelegationStatement, Delegation, Statement, 4096, |delegation| {
    let permissions = &delegation.permissions;
    let ascending = permissions.windows(2).all(|pair| pair[0].right < pair[1].right);
    let dated = permissions
        .iter()
        .all(|own| own.right != Right::Order && own.period.until.is_some() && own.period.check().is_ok());
    if !permissions.is_empty() && ascending && dated && delegation.delegate != delegation.delegator {
        Ok(())
    } else {
        Err(Error::Rule)
    }
});

/// A delegation whose signature verified.
pub type Delegation = Signed<DelegationStatement>;

impl Delegation {
    /// The delegation's name.
    pub fn id(&self) -> StatementId {
        self.hash().into()
    }
}

impl DelegationStatement {
    /// Whether the holder of this very grant passed on no more than it allows.
    ///
    /// # Errors
    /// [`Error::Grant`], [`Error::Delegator`], [`Error::Wider`].
    pub fn check_under(&self, id: &GrantId, grant: &GrantStatement) -> Result<(), Error> {
        if self.grant != *id || self.patient != grant.patient {
            return Err(Error::Grant);
        }
        // Members of a team each have the organization's word already; they pass nothing on.
        if !matches!(grant.grantee, Grantee::Identity(holder) if holder == self.delegator) {
            return Err(Error::Delegator);
        }
        let narrower = self.permissions.iter().all(|own| {
            grant
                .permissions
                .iter()
                .any(|limit| limit.right == own.right && own.period.within(&limit.period))
        });
        if narrower && self.delegate != grant.patient {
            Ok(())
        } else {
            Err(Error::Wider)
        }
    }

    /// Whether the delegate has this right now, by the delegation and by the grant itself.
    ///
    /// # Errors
    /// [`Error::Delegate`], [`Error::Right`], [`Error::NotYet`], [`Error::Over`].
    pub fn allows(
        &self,
        delegate: &IdentityId,
        right: Right,
        grant: &GrantStatement,
        now: Timestamp,
    ) -> Result<(), Error> {
        if self.delegate != *delegate {
            return Err(Error::Delegate);
        }
        let own = self
            .permissions
            .iter()
            .find(|own| own.right == right)
            .ok_or(Error::Right)?;
        if now < own.period.from {
            return Err(Error::NotYet);
        }
        if !own.period.contains(now) {
            return Err(Error::Over);
        }
        grant.allows(&self.delegator, right, now).map_err(|error| match error {
            grant::Error::NotYet => Error::NotYet,
            grant::Error::Over => Error::Over,
            grant::Error::Right => Error::Right,
            _ => Error::Delegator,
        })
    }
}
