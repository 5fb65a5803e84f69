//! Organizations: their own side, their staff's side, and whom the owner trusts.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type OrganizationView = facade::OrganizationView;

/// What this organization says of itself.
#[uniffi::remote(Record)]
pub struct OrganizationView {
    /// Its identity.
    pub id: String,
    /// The identity's short form, only for eyes.
    pub fingerprint: String,
    /// Its name.
    pub name: String,
    /// Relay of its public chain.
    pub relay: String,
    /// Its public chain.
    pub chain: String,
    /// Blocks of the public chain.
    pub blocks: u32,
    /// Of these, blocks that the relay has not admitted yet.
    pub pending: u32,
    /// Whether its statement names an intake for first messages.
    pub intake: bool,
    /// Its line for lists of trusted organizations.
    pub line: String,
    /// Who acts for it, as its statement says.
    pub officers: Vec<String>,
}

type StaffView = facade::StaffView;

/// A credential that this organization issued.
#[uniffi::remote(Record)]
pub struct StaffView {
    /// The credential.
    pub id: String,
    /// The staff member.
    pub subject: String,
    /// Name.
    pub name: String,
    /// `practitioner`, `laboratory` or `desk`.
    pub role: String,
    /// Licence number, may be empty.
    pub licence: String,
    /// Until when it is valid.
    pub until: u64,
    /// `active`, `suspended` or `ended`, as last stated.
    pub standing: String,
    /// From when that holds.
    pub since: u64,
    /// The officer who issued it, by name.
    pub officer: String,
}

type CredentialView = facade::CredentialView;

/// A credential that this practitioner or lab holds.
#[uniffi::remote(Record)]
pub struct CredentialView {
    /// The credential.
    pub id: String,
    /// The organization.
    pub organization: String,
    /// Its name.
    pub organization_name: String,
    /// Name vouched for.
    pub name: String,
    /// `practitioner`, `laboratory` or `desk`.
    pub role: String,
    /// Licence number, may be empty.
    pub licence: String,
    /// From when it is valid.
    pub from: u64,
    /// Until when it is valid.
    pub until: u64,
    /// Whether it stands now, as far as the organization's list was read.
    pub stands: bool,
    /// Why it does not: a code. Nothing while the organization's list was never read.
    pub reason: Option<String>,
    /// When the organization's list was last read.
    pub checked: Option<u64>,
    /// Whether it goes with what is claimed and written from now on: the newest does.
    pub in_use: bool,
}

type TrustedView = facade::TrustedView;

/// An organization on the owner's list.
#[uniffi::remote(Record)]
pub struct TrustedView {
    /// The organization.
    pub id: String,
    /// The identity's short form, only for eyes.
    pub fingerprint: String,
    /// Its name on the list.
    pub name: String,
    /// The name it gives itself, once known.
    pub own_name: Option<String>,
    /// When its list of credentials was last read.
    pub checked: Option<u64>,
    /// Who acts for it, as it says itself.
    pub officers: Vec<String>,
}

#[uniffi::export]
impl Vault {
    /// What this organization says of itself.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found` before the relay was reached.
    pub fn organization(&self) -> Result<facade::OrganizationView, VaultError> {
        Ok(self.inner()?.organization()?)
    }

    /// The organization's statement as a file for staff and patients, who take it in with `Vault::trust_card`.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found` before the relay was reached.
    pub fn organization_card(&self) -> Result<Bytes, VaultError> {
        Ok(self.inner()?.organization_card()?.into())
    }

    /// States anew what the organization is, with an intake for first messages or without, and publishes it on the relay.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_ready`.
    pub fn publish(&self, intake: bool, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.publish(intake, now, &mut random()?)?)
    }

    /// Vouches for the staff member behind a request; `created` is the credential. `role` is `practitioner`, `laboratory` or `desk`.
    ///
    /// # Errors
    /// `vault.role`, `credential_request.*`, `credential.kind`, `staff.term`, `staff.licence`.
    pub fn vouch(
        &self,
        request: Bytes,
        role: String,
        licence: String,
        valid_days: u32,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .vouch(&request, &role, &licence, valid_days, now, &mut random()?)?)
    }

    /// A credential with its evidence, as a file for the staff member.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`.
    pub fn credential(&self, credential: String) -> Result<Bytes, VaultError> {
        Ok(self.inner()?.credential(&credential)?.into())
    }

    /// Suspends a credential from a time on, which may lie in the past.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `staff.ended`, `staff.time`.
    pub fn suspend(&self, credential: String, from: u64, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.suspend(&credential, from, now, &mut random()?)?)
    }

    /// Lets a suspended credential stand again from a time on.
    ///
    /// # Errors
    /// As `Vault::suspend`.
    pub fn reinstate(&self, credential: String, from: u64, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.reinstate(&credential, from, now, &mut random()?)?)
    }

    /// Ends a credential for good.
    ///
    /// # Errors
    /// As `Vault::suspend`.
    pub fn end(&self, credential: String, from: u64, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.end(&credential, from, now, &mut random()?)?)
    }

    /// Credentials that this organization issued, newest first.
    ///
    /// # Errors
    /// `vault.role`.
    pub fn staff(&self) -> Result<Vec<facade::StaffView>, VaultError> {
        Ok(self.inner()?.staff()?)
    }

    /// A signed request for a credential, as a file for the organization's officer.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_ready`.
    pub fn credential_request(&self, now: u64) -> Result<Bytes, VaultError> {
        Ok(self.inner()?.credential_request(now, &mut random()?)?.into())
    }

    /// Takes in a credential that an organization handed over; `created` is its id.
    ///
    /// # Errors
    /// `vault.role`, `credential.*`.
    pub fn accept_credential(&self, credential: Bytes, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.accept_credential(&credential, now, &mut random()?)?)
    }

    /// Credentials that this practitioner or lab holds, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn credentials(&self, now: u64) -> Result<Vec<facade::CredentialView>, VaultError> {
        Ok(self.inner()?.credentials(now)?)
    }

    /// Trusts an organization to vouch for people.
    ///
    /// # Errors
    /// `vault.not_found` for a text that is no id, `vault.text`, `vault.not_ready`.
    pub fn trust(&self, organization: String, name: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.trust(&organization, &name, now, &mut random()?)?)
    }

    /// Trusts the organization whose file this is; `created` is its id.
    ///
    /// # Errors
    /// `organization.*`, `vault.not_ready`.
    pub fn trust_card(&self, card: Bytes, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.trust_card(&card, now, &mut random()?)?)
    }

    /// Trusts every organization of a list: lines `organization ID NAME`, comments begin with `#`. All of it is taken, or nothing.
    ///
    /// # Errors
    /// `trust.line` and `trust.repeated` with the number of the line, `trust.too_large`, `vault.not_ready`.
    pub fn trust_list(&self, text: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.trust_list(&text, now, &mut random()?)?)
    }

    /// Trusts an organization no more.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn untrust(&self, organization: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.untrust(&organization, now, &mut random()?)?)
    }

    /// Organizations on the owner's list, by name.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn trusted(&self) -> Result<Vec<facade::TrustedView>, VaultError> {
        Ok(self.inner()?.trusted()?)
    }
}
