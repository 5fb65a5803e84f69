//! Delegations: a grantee lets a colleague act under a grant; the patient sees it and can stop it.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type DelegationView = facade::DelegationView;

/// A delegation, as the patient and the grantee see it.
#[uniffi::remote(Record)]
pub struct DelegationView {
    /// Its id.
    pub id: String,
    /// Under which grant.
    pub grant: String,
    /// The delegate's name, as vouched for or as claimed.
    pub name: String,
    /// The delegate.
    pub delegate: String,
    /// Who vouches for the delegate.
    pub organization: Option<String>,
    /// The grantee's name; the patient's for the grantee's own list.
    pub under: String,
    /// Rights.
    pub permissions: Vec<facade::PermissionView>,
    /// When it was made.
    pub since: u64,
    /// `live`, `over`, `ended` (with the grant), `stopping` (the relay has not confirmed) or `stopped`.
    pub state: String,
    /// When the delegate last said to have opened something; only the patient knows.
    pub last_opened: Option<u64>,
    /// When it was stopped.
    pub stopped: Option<u64>,
}

#[uniffi::export]
impl Vault {
    /// This desk's contact card as a file: a colleague delegates to it, an organization adds its owner to the team. Open an intake first.
    ///
    /// # Errors
    /// `vault.not_found` before an intake was opened.
    pub fn contact_card(&self) -> Result<Bytes, VaultError> {
        Ok(self.inner()?.contact_card()?.into())
    }

    /// Lets the owner of a contact card act under a grant received, until a time; `created` is the delegation. `rights` are `read` and
    /// `append`.
    ///
    /// # Errors
    /// `delegation.*`, `contact.*`, `grant.*`, `vault.not_found`.
    pub fn delegate(
        &self,
        grant: String,
        contact_card: Bytes,
        rights: Vec<String>,
        until: u64,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .delegate(&grant, &contact_card, &rights, until, now, &mut random()?)?)
    }

    /// Stops a delegation, as the patient or as the grantee. It is stopped when the relay has confirmed.
    ///
    /// # Errors
    /// `vault.not_found`, `delegation.stopped`.
    pub fn stop_delegation(&self, delegation: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.stop_delegation(&delegation, now, &mut random()?)?)
    }

    /// Delegations reported to this patient, or made by this grantee, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn delegations(&self, now: u64) -> Result<Vec<facade::DelegationView>, VaultError> {
        Ok(self.inner()?.delegations(now)?)
    }
}
