//! Organizations: their own side, their staff's side, and whom the owner trusts.

use protocol::credential::{self, Role};
use protocol::id::{CredentialId, IdentityId};
use protocol::identity::fingerprint;
use protocol::organization::Standing as Stands;
use protocol::statement::Signed;
use protocol::time::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::fault::Fault;
use crate::flow::{officer, organization, staff, status, trust};
use crate::item::{
    ChainItem, ChainName, CredentialItem, IssuedItem, KnownOrganization, Meta, Role as VaultRole, TrustedItem,
};
use crate::state::Read;

/// What this organization says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A credential that this organization issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A credential that this practitioner or lab holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// An organization on the owner's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

impl Vault {
    /// What this organization says of itself.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found` before the relay was reached.
    pub fn organization(&self) -> Result<OrganizationView, Error> {
        let meta = self.officer()?;
        let card = organization::card(&self.store)?;
        let statement =
            Signed::<protocol::organization::OrganizationStatement>::verify(&card.statement).map_err(Fault::from)?;
        let chain = ChainItem::read_named(&self.store, &ChainName::Public(meta.identity()?))?;
        Ok(OrganizationView {
            id: statement.organization.to_string(),
            fingerprint: fingerprint(&statement.organization),
            name: statement.name.clone(),
            relay: statement.origin.clone(),
            chain: statement.chain.to_string(),
            blocks: chain.head.map_or(0, |head| head.sequence + 1),
            pending: chain.pending,
            intake: statement.intake.is_some(),
            line: trust::line(&statement.organization, &statement.name),
            officers: officer::stated(&card.statement)?,
        })
    }

    fn officer(&self) -> Result<Meta, Error> {
        let meta = self.meta()?;
        meta.require(&[VaultRole::Organization])?;
        Ok(meta)
    }

    /// The organization's statement as a file for staff and patients, who take it in with [`Vault::trust_card`].
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found` before the relay was reached.
    pub fn organization_card(&self) -> Result<Vec<u8>, Error> {
        self.officer()?;
        Ok(organization::card(&self.store)?.encode())
    }

    /// States anew what the organization is, with an intake for first messages or without, and publishes it on the relay.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_ready`.
    pub fn publish(&mut self, intake: bool, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| organization::publish(tx, intake))
    }

    /// Vouches for the staff member behind a request; `created` is the credential. `role` is `practitioner`, `laboratory` or `desk`.
    ///
    /// # Errors
    /// `vault.role`, `credential_request.*`, `credential.kind`, `staff.term`, `staff.licence`.
    pub fn vouch(
        &mut self,
        request: &[u8],
        role: &str,
        licence: &str,
        valid_days: u32,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            organization::vouch(tx, request, Role::parse(role)?, licence, valid_days).map(|_| ())
        })
    }

    /// A credential with its evidence, as a file for the staff member.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`.
    pub fn credential(&self, credential: &str) -> Result<Vec<u8>, Error> {
        self.officer()?;
        let id: CredentialId = parse(credential)?;
        Ok(protocol::cbor::encode(&organization::credential(&self.store, &id)?))
    }

    /// Suspends a credential from a time on, which may lie in the past.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `staff.ended`, `staff.time`.
    pub fn suspend(
        &mut self,
        credential: &str,
        from: u64,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.stand(credential, Stands::Suspended, from, now, rng)
    }

    /// Lets a suspended credential stand again from a time on.
    ///
    /// # Errors
    /// As [`Vault::suspend`].
    pub fn reinstate(
        &mut self,
        credential: &str,
        from: u64,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.stand(credential, Stands::Active, from, now, rng)
    }

    /// Ends a credential for good.
    ///
    /// # Errors
    /// As [`Vault::suspend`].
    pub fn end(&mut self, credential: &str, from: u64, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.stand(credential, Stands::Ended, from, now, rng)
    }

    fn stand(
        &mut self,
        credential: &str,
        standing: Stands,
        from: u64,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            organization::stand(tx, &parse(credential)?, standing, Timestamp::new(from)?)
        })
    }

    /// Credentials that this organization issued, newest first.
    ///
    /// # Errors
    /// `vault.role`.
    pub fn staff(&self) -> Result<Vec<StaffView>, Error> {
        self.officer()?;
        let mut all = self.store.list::<IssuedItem>()?;
        all.sort_by_key(|(_, item)| core::cmp::Reverse(item.since));
        all.into_iter()
            .map(|(id, item)| {
                let officer = officer::issuer(&self.store, &item)?;
                Ok(StaffView {
                    id: hex(id)?,
                    subject: item.subject.to_string(),
                    name: item.name,
                    role: item.role,
                    licence: item.licence,
                    until: item.until.seconds(),
                    standing: match item.standing {
                        Stands::Active => "active",
                        Stands::Suspended => "suspended",
                        _ => "ended",
                    }
                    .to_owned(),
                    since: item.since.seconds(),
                    officer,
                })
            })
            .collect()
    }

    /// A signed request for a credential, as a file for the organization's officer.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_ready`.
    pub fn credential_request(&self, now: u64, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        Ok(staff::request(&self.store, now, rng)?)
    }

    /// Takes in a credential that an organization handed over; `created` is its id.
    ///
    /// # Errors
    /// `vault.role`, `credential.*`.
    pub fn accept_credential(
        &mut self,
        credential: &[u8],
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| staff::accept(tx, credential).map(|_| ()))
    }

    /// Credentials that this practitioner or lab holds, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn credentials(&self, now: u64) -> Result<Vec<CredentialView>, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let mut views = Vec::new();
        for (_, item) in self.store.list::<CredentialItem>()?.into_iter().rev() {
            let credential = item.evidence.verify().map_err(Fault::from)?;
            let claims = &credential.claims;
            let known = self.store.get::<KnownOrganization>(claims.issuer.as_bytes())?;
            let checked = known.and_then(|known| known.checked);
            let standing = credential.check_standing(&claims.subject, now, &status::list(&self.store, &claims.issuer)?);
            views.push(CredentialView {
                id: credential.id.to_string(),
                organization: claims.issuer.to_string(),
                organization_name: credential.organization.name.clone(),
                name: claims.name.clone(),
                role: claims.role.as_str().to_owned(),
                licence: claims.licence.clone(),
                from: claims.validity.from.seconds(),
                until: claims.validity.until.unwrap_or(Timestamp::MAX).seconds(),
                stands: standing.is_ok(),
                // A list that was never read says nothing for or against.
                reason: standing
                    .err()
                    .filter(|error| checked.is_some() || !matches!(error, credential::Error::Unknown))
                    .map(|error| protocol::code::Coded::code(&error).to_owned()),
                checked: checked.map(u64::from),
                in_use: views.is_empty(),
            });
        }
        Ok(views)
    }

    /// Trusts an organization to vouch for people.
    ///
    /// # Errors
    /// `vault.not_found` for a text that is no id, `vault.text`, `vault.not_ready`.
    pub fn trust(
        &mut self,
        organization: &str,
        name: &str,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| trust::trust(tx, &parse(organization)?, name))
    }

    /// Trusts the organization whose file this is; `created` is its id.
    ///
    /// # Errors
    /// `organization.*`, `vault.not_ready`.
    pub fn trust_card(&mut self, card: &[u8], now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| trust::trust_card(tx, card))
    }

    /// Trusts every organization of a list: lines `organization ID NAME`, comments begin with `#`. All of it is taken, or nothing.
    ///
    /// # Errors
    /// `trust.line` and `trust.repeated` with the number of the line, `trust.too_large`, `vault.not_ready`.
    pub fn trust_list(&mut self, text: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| trust::trust_list(tx, text))
    }

    /// Trusts an organization no more.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn untrust(&mut self, organization: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| trust::untrust(tx, &parse(organization)?))
    }

    /// Organizations on the owner's list, by name.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn trusted(&self) -> Result<Vec<TrustedView>, Error> {
        let mut views = Vec::new();
        for (id, item) in self.store.list::<TrustedItem>()? {
            let known = self.store.get::<KnownOrganization>(&id)?;
            let id: IdentityId = parse(&hex(id)?)?;
            views.push(TrustedView {
                id: id.to_string(),
                fingerprint: fingerprint(&id),
                name: item.name,
                own_name: known.as_ref().map(|known| known.name.clone()),
                checked: known.as_ref().and_then(|known| known.checked).map(u64::from),
                officers: known
                    .map(|known| officer::stated(&known.statement))
                    .transpose()?
                    .unwrap_or_default(),
            });
        }
        views.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        Ok(views)
    }
}

/// The text of an item's id.
pub(super) fn hex(id: Vec<u8>) -> Result<String, Error> {
    let id: [u8; 32] = id.try_into().map_err(|_| Fault::from(crate::fault::Error::Damaged))?;
    Ok(protocol::hash::Hash::new(id).to_string())
}
