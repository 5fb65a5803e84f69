//! How many bytes of files the holder of a grant may send: set by the patient with the offer or later, kept by the relay.

use protocol::hash::Hash;
use rand_core::CryptoRng;

use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::flow::quota;
use crate::item::{Meta, Role};

impl Vault {
    /// Sets how many bytes of files may be sent, all together: by the claimant of an offer that is not confirmed yet, or by the holder of a
    /// grant. Without it that is 4 GiB; 0 allows none. What was sent before stays.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `vault.state` for an offer that is over, `grant.revoked`, `file.too_large` above 1 TiB.
    pub fn allow_files(
        &mut self,
        offer_or_grant: &str,
        bytes: u64,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            Meta::read(tx)?.require(&[Role::Patient])?;
            let id: Hash = parse(offer_or_grant)?;
            quota::allow(tx, id.as_bytes(), bytes)
        })
    }
}
