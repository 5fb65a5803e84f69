//! Teams: an organization's members act under its grants by their own keys.

use protocol::grant::Grant;
use protocol::id::IdentityId;
use protocol::time::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::fault::{self, Fault};
use crate::flow::{grant_key, team};
use crate::item::{AccessItem, MemberItem, MemberKeyItem, Role};
use crate::state::Read;

/// A member of the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A grant of the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

impl Vault {
    /// Takes the owner of a contact card into the team; `created` is the member. The card must bear a credential of this organization
    /// that stands.
    ///
    /// # Errors
    /// `vault.role`, `contact.*`, `team.credential`, `team.known`.
    pub fn add_member(&mut self, contact_card: &[u8], now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| team::add(tx, contact_card).map(|_| ()))
    }

    /// Takes a member out of the team; suspending or ending the credential does it too.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`.
    pub fn remove_member(&mut self, member: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| team::remove(tx, &parse(member)?))
    }

    /// The team, by name.
    ///
    /// # Errors
    /// `vault.role`.
    pub fn members(&self) -> Result<Vec<MemberView>, Error> {
        self.meta()?.require(&[Role::Organization])?;
        let keys = self.store.list::<MemberKeyItem>()?;
        let mut all = Vec::new();
        for (id, item) in self.store.list::<MemberItem>()? {
            let id = IdentityId::new(id.try_into().map_err(|_| Fault::from(fault::Error::Damaged))?);
            all.push(MemberView {
                id: id.to_string(),
                name: item.name,
                credential: item.credential.to_string(),
                since: item.since.seconds(),
                removed: item.removed.map(u64::from),
                leaves: item.leaves.map(u64::from),
                locked_out: item.removed.is_some()
                    && keys.iter().all(|(_, key)| key.member != id || key.confirmed.is_some()),
            });
        }
        all.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(all)
    }

    /// Grants of the team and who of it can read.
    ///
    /// # Errors
    /// `vault.role`.
    pub fn team_grants(&self, now: u64) -> Result<Vec<TeamGrantView>, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        self.meta()?.require(&[Role::Organization])?;
        let keys = self.store.list::<MemberKeyItem>()?;
        let mut all = Vec::new();
        for (_, item) in self.store.list::<AccessItem>()? {
            let grant = Grant::verify(&item.grant).map_err(Fault::from)?;
            if grant.grantee.team().is_none() {
                continue;
            }
            let mut members = Vec::new();
            for (_, key) in &keys {
                if key.grant == grant.id() && key.removed.is_none() {
                    let member: MemberItem = self.store.item(key.member.as_bytes())?;
                    members.push(member.name);
                }
            }
            members.sort();
            all.push(TeamGrantView {
                id: grant.id().to_string(),
                only_the_relay: grant_key::is_waiting(&item, now),
                name: item.name,
                members,
                ended: item.ended.map(u64::from),
            });
        }
        Ok(all)
    }
}
