//! Who acts under a grant, as the patient's wallet judges it: its holder, somebody the holder delegated to, or a member of the team
//! (`core/spec/grant.md`, GRANT-2, DELEG-3, TEAM-1).
//!
//! Invariant: nobody acts under a grant whom neither the patient, nor the holder by a reported delegation, nor the team's own organization
//! by a credential named.

use protocol::credential::{self, CredentialEvidence};
use protocol::delegation::{self, Delegation};
use protocol::envelope;
use protocol::grant::{GrantStatement, Grantee, Right};
use protocol::id::{GrantId, IdentityId};
use protocol::time::Timestamp;

use crate::fault::Fault;
use crate::item::DelegationItem;
use crate::state::Read;

/// In which capacity somebody acts.
pub(super) enum Acting {
    /// As the person whom the patient named.
    Holder,
    /// By a delegation.
    Delegate(Box<Delegation>),
    /// As a member of this organization's team.
    Member(IdentityId),
}

/// Finds the capacity in which somebody acts under a grant.
///
/// # Errors
/// `envelope.sender` for a stranger, `delegation.stopped`, `credential.none` for a member without a credential, `credential.issuer` for a
/// credential of another organization, `credential.subject` for somebody else's.
pub(super) fn acting(
    from: &impl Read,
    id: &GrantId,
    grant: &GrantStatement,
    who: &IdentityId,
    credential: Option<&CredentialEvidence>,
) -> Result<Acting, Fault> {
    match grant.grantee {
        Grantee::Identity(holder) if holder == *who => Ok(Acting::Holder),
        Grantee::Identity(_) => delegate(from, id, grant, who),
        Grantee::Team(team) => {
            let credential = credential.ok_or(credential::Error::None)?.verify()?;
            if credential.claims.issuer != team {
                return Err(credential::Error::Issuer.into());
            }
            if credential.claims.subject != *who {
                return Err(credential::Error::Subject.into());
            }
            Ok(Acting::Member(team))
        }
        _ => Err(envelope::Error::Sender.into()),
    }
}

fn delegate(from: &impl Read, id: &GrantId, grant: &GrantStatement, who: &IdentityId) -> Result<Acting, Fault> {
    let mut stopped = false;
    let mut newest: Option<Delegation> = None;
    for (_, item) in from.list::<DelegationItem>()? {
        let delegation = Delegation::verify(&item.delegation)?;
        if item.grant != *id || delegation.delegate != *who {
            continue;
        }
        stopped |= item.stopped.is_some();
        if item.stopped.is_none() && newest.as_ref().is_none_or(|before| before.time <= delegation.time) {
            newest = Some(delegation);
        }
    }
    match newest {
        Some(delegation) => {
            delegation.check_under(id, grant)?;
            Ok(Acting::Delegate(Box::new(delegation)))
        }
        None if stopped => Err(delegation::Error::Stopped.into()),
        None => Err(envelope::Error::Sender.into()),
    }
}

impl Acting {
    /// Whether this right holds now in this capacity. Whether the grant itself is in force is the caller's first question.
    ///
    /// # Errors
    /// `grant.*`, `delegation.*`.
    pub(super) fn allows(
        &self,
        grant: &GrantStatement,
        who: &IdentityId,
        right: Right,
        now: Timestamp,
    ) -> Result<(), Fault> {
        match self {
            Self::Holder => Ok(grant.allows(who, right, now)?),
            Self::Delegate(delegation) => Ok(delegation.allows(who, right, grant, now)?),
            Self::Member(team) => Ok(grant.allows(team, right, now)?),
        }
    }
}
