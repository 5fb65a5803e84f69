//! Delegations: a grantee lets a colleague act under a grant; the patient sees it and can stop it.

use protocol::delegation::Delegation;
use protocol::grant::Right;
use protocol::id::{GrantId, StatementId};
use protocol::time::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::sharing::{PermissionView, permissions_of};
use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::fault::Fault;
use crate::flow::{appointment, delegation};
use crate::item::{AccessItem, DelegationItem, GrantItem, ReceiptItem};
use crate::state::Read;

/// A delegation, as the patient and the grantee see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    pub permissions: Vec<PermissionView>,
    /// When it was made.
    pub since: u64,
    /// `live`, `over`, `ended` (with the grant), `stopping` (the relay has not confirmed) or `stopped`.
    pub state: String,
    /// When the delegate last said to have opened something; only the patient knows.
    pub last_opened: Option<u64>,
    /// When it was stopped.
    pub stopped: Option<u64>,
}

impl Vault {
    /// This desk's contact card as a file: a colleague delegates to it, an organization adds its owner to the team. Open an intake first.
    ///
    /// # Errors
    /// `vault.not_found` before an intake was opened.
    pub fn contact_card(&self) -> Result<Vec<u8>, Error> {
        Ok(appointment::card(&self.store)?)
    }

    /// Lets the owner of a contact card act under a grant received, until a time; `created` is the delegation. `rights` are `read` and
    /// `append`.
    ///
    /// # Errors
    /// `delegation.*`, `contact.*`, `grant.*`, `vault.not_found`.
    pub fn delegate(
        &mut self,
        grant: &str,
        contact_card: &[u8],
        rights: &[String],
        until: u64,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let rights = rights
                .iter()
                .map(|right| Right::parse(right).map_err(Fault::from))
                .collect::<Result<Vec<Right>, _>>()?;
            delegation::delegate(tx, &parse(grant)?, contact_card, &rights, Timestamp::new(until)?).map(|_| ())
        })
    }

    /// Stops a delegation, as the patient or as the grantee. It is stopped when the relay has confirmed.
    ///
    /// # Errors
    /// `vault.not_found`, `delegation.stopped`.
    pub fn stop_delegation(&mut self, delegation: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| delegation::stop(tx, &parse(delegation)?))
    }

    /// Delegations reported to this patient, or made by this grantee, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn delegations(&self, now: u64) -> Result<Vec<DelegationView>, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let receipts = self.store.list::<ReceiptItem>()?;
        let mut all = Vec::new();
        for (_, item) in self.store.list::<DelegationItem>()? {
            let delegation = Delegation::verify(&item.delegation).map_err(Fault::from)?;
            let id: StatementId = delegation.id();
            let (under, ended) = self.under(&item.grant)?;
            let state = match (item.stopped, item.confirmed) {
                (Some(_), Some(_)) => "stopped",
                (Some(_), None) => "stopping",
                _ if ended => "ended",
                _ if delegation::is_over(&delegation, now) => "over",
                _ => "live",
            };
            let opened = receipts
                .iter()
                .filter(|(_, receipt)| receipt.grant == item.grant && receipt.reader == delegation.delegate)
                .map(|(_, receipt)| receipt.time.seconds());
            all.push(DelegationView {
                id: id.to_string(),
                grant: item.grant.to_string(),
                name: item.name,
                delegate: delegation.delegate.to_string(),
                organization: item.organization,
                under,
                permissions: permissions_of(&delegation.permissions),
                since: delegation.time.seconds(),
                state: state.to_owned(),
                last_opened: opened.max(),
                stopped: item.stopped.map(u64::from),
            });
        }
        all.sort_by_key(|delegation| core::cmp::Reverse(delegation.since));
        Ok(all)
    }

    /// The other party of a grant, and whether it has ended.
    fn under(&self, grant: &GrantId) -> Result<(String, bool), Error> {
        if let Some(item) = self.store.get::<GrantItem>(grant.as_bytes())? {
            return Ok((item.name, item.ended.is_some()));
        }
        let access = self.store.get::<AccessItem>(grant.as_bytes())?;
        Ok(access.map_or_else(Default::default, |item| (item.name, item.ended.is_some())))
    }
}
