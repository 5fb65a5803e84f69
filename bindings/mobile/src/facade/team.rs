//! Teams: an organization's members act under its grants by their own keys.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type MemberView = facade::MemberView;

/// A member of the team.
#[uniffi::remote(Record)]
pub struct MemberView {
    /// The member.
    pub id: String,
    /// The name vouched for.
    pub name: String,
    /// The credential by which the member acts.
    pub credential: String,
    /// Since when.
    pub since: u64,
    /// When the member was taken out.
    pub removed: Option<u64>,
    /// When the member is to be taken out: the day from which the credential is suspended or has ended.
    pub leaves: Option<u64>,
    /// Whether every relay has confirmed that the member's fetch keys are gone.
    pub locked_out: bool,
}

type TeamGrantView = facade::TeamGrantView;

/// A grant of the team.
#[uniffi::remote(Record)]
pub struct TeamGrantView {
    /// The grant.
    pub id: String,
    /// The patient's name.
    pub name: String,
    /// Members who have a fetch key, by name.
    pub members: Vec<String>,
    /// A member was taken out and the patient's device has not opened the next epoch yet: until then only the relay keeps the former
    /// member out.
    pub only_the_relay: bool,
    /// When it ended.
    pub ended: Option<u64>,
}

#[uniffi::export]
impl Vault {
    /// Takes the owner of a contact card into the team; `created` is the member. The card must bear a credential of this organization
    /// that stands.
    ///
    /// # Errors
    /// `vault.role`, `contact.*`, `team.credential`, `team.known`.
    pub fn add_member(&self, contact_card: Bytes, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.add_member(&contact_card, now, &mut random()?)?)
    }

    /// Takes a member out of the team; suspending or ending the credential does it too.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`.
    pub fn remove_member(&self, member: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.remove_member(&member, now, &mut random()?)?)
    }

    /// The team, by name.
    ///
    /// # Errors
    /// `vault.role`.
    pub fn members(&self) -> Result<Vec<facade::MemberView>, VaultError> {
        Ok(self.inner()?.members()?)
    }

    /// Grants of the team and who of it can read.
    ///
    /// # Errors
    /// `vault.role`.
    pub fn team_grants(&self, now: u64) -> Result<Vec<facade::TeamGrantView>, VaultError> {
        Ok(self.inner()?.team_grants(now)?)
    }
}
