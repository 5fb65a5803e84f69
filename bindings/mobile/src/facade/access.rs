//! What the patient does with grants given: pause, resume, renew, narrow, revoke; and what was fetched under them.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type NarrowRequest = facade::NarrowRequest;

/// What a grant is narrowed to: everything that is to hold from now on.
#[uniffi::remote(Record)]
pub struct NarrowRequest {
    /// Whole categories that stay.
    pub categories: Vec<String>,
    /// Single records that stay.
    pub records: Vec<String>,
    /// Only records signed from this time on.
    pub from: Option<u64>,
    /// Only records signed before this time.
    pub until: Option<u64>,
    /// Whether records filed later go on joining.
    pub ongoing: bool,
    /// Rights that stay: `read`, `append`, `order`.
    pub rights: Vec<String>,
}

type DeliveryView = facade::DeliveryView;

/// A record that was delivered under a grant.
#[uniffi::remote(Record)]
pub struct DeliveryView {
    /// The record.
    pub record: String,
    /// When its copy was first fetched, by the reader's signed request.
    pub time: u64,
    /// Whether the request was signed by a key that the holder named in the claim; other keys are known from the relay alone.
    pub claimed: bool,
    /// When the reader said to have opened it; without that it reads "delivered, opening not confirmed".
    pub opened: Option<u64>,
}

type ErasureView = facade::ErasureView;

/// A record that was erased.
#[uniffi::remote(Record)]
pub struct ErasureView {
    /// The record's id; nothing else is left of it.
    pub record: String,
    /// The block that filed it; it stays.
    pub sequence: u32,
    /// When.
    pub time: u64,
    /// `erasing` until the relay was asked and looked at, then `erased`.
    pub state: String,
    /// Names of holders of grants who opened or fetched it: they may keep their copies.
    pub holders: Vec<String>,
}

#[uniffi::export]
impl Vault {
    /// Ends a grant for ever. Its state reads `stopping` until the relay confirmed that keys, copies, earlier blocks and mailbox are gone,
    /// then `ended`. What its holder has seen counts as seen.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`.
    pub fn revoke_grant(&self, grant: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.revoke_grant(&grant, now, &mut random()?)?)
    }

    /// Stops a grant for now: the relay refuses its readers, and what its holder sends is declined.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `grant.paused`.
    pub fn pause_grant(&self, grant: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.pause_grant(&grant, now, &mut random()?)?)
    }

    /// Lets a paused grant go on as it was.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `vault.state` when it is not paused.
    pub fn resume_grant(&self, grant: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.resume_grant(&grant, now, &mut random()?)?)
    }

    /// Gives rights that a grant has other periods, counted in seconds from now; the others stay as they are.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `grant.right`, `grant.rule`.
    pub fn renew_grant(
        &self,
        grant: String,
        rights: Vec<facade::OfferRight>,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.renew_grant(&grant, &rights, now, &mut random()?)?)
    }

    /// Leaves a grant fewer records or fewer rights. Copies of what it no longer covers are taken away from the relay.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `grant.wider`, `grant.rule`, `category.unknown`.
    pub fn narrow_grant(
        &self,
        grant: String,
        request: facade::NarrowRequest,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.narrow_grant(&grant, &request, now, &mut random()?)?)
    }

    /// Erases a record for ever: from this device, from the relay and from every grant; the owner's other devices follow. Its block stays, so
    /// the chain stays valid. Not reached: copies that holders of a grant fetched, and a backup of the relay that is older, together with
    /// the words.
    ///
    /// # Errors
    /// `vault.not_found`, `erasure.pending`, `vault.need`.
    pub fn erase_record(&self, record: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.erase_record(&record, now, &mut random()?)?)
    }

    /// Records that were erased, newest first, and who may still hold a copy.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn erasures(&self) -> Result<Vec<facade::ErasureView>, VaultError> {
        Ok(self.inner()?.erasures()?)
    }

    /// Asks the relay what was fetched under a grant; the answer shows in `Vault::deliveries`.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn fetch_deliveries(&self, grant: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.fetch_deliveries(&grant, now, &mut random()?)?)
    }

    /// What was fetched under a grant, newest first, as far as the relay showed signed requests.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn deliveries(&self, grant: String) -> Result<Vec<facade::DeliveryView>, VaultError> {
        Ok(self.inner()?.deliveries(&grant)?)
    }
}
