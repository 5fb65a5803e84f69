//! What the patient does with grants given: pause, resume, renew, narrow, revoke; and what was fetched under them.

use protocol::category::Category;
use protocol::grant::{Right, Scope};
use protocol::id::{GrantId, RecordId};
use protocol::time::{Period, Timestamp};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::consent::OfferRight;
use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::fault::{self, Fault};
use crate::flow::{change, delivery, erase};
use crate::item::{
    ChainName, CopyItem, DeliveryItem, ErasedItem, GrantItem, OfferedRight, ReceiptItem, Task, TaskKind,
};
use crate::state::Read;

/// What a grant is narrowed to: everything that is to hold from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A record that was delivered under a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A record that was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

fn right(request: &OfferRight) -> Result<OfferedRight, Fault> {
    Ok(OfferedRight {
        right: Right::parse(&request.right)?,
        seconds: request.seconds,
    })
}

fn scope(request: &NarrowRequest) -> Result<Scope, Fault> {
    let categories: Result<_, _> = request.categories.iter().map(|text| Category::parse(text)).collect();
    let records: Result<Vec<RecordId>, Fault> = request.records.iter().map(|text| parse(text)).collect();
    let period = match (request.from, request.until) {
        (None, None) => None,
        (from, until) => Some(Period::new(
            Timestamp::new(from.unwrap_or(0))?,
            until.map(Timestamp::new).transpose()?,
        )?),
    };
    Ok(Scope {
        categories: categories?,
        records: records?,
        period,
        ongoing: request.ongoing,
    })
}

impl Vault {
    /// Ends a grant for ever. Its state reads `stopping` until the relay confirmed that keys, copies, earlier blocks and mailbox are gone,
    /// then `ended`. What its holder has seen counts as seen.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`.
    pub fn revoke_grant(&mut self, grant: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| change::revoke(tx, &parse(grant)?))
    }

    /// Stops a grant for now: the relay refuses its readers, and what its holder sends is declined.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `grant.paused`.
    pub fn pause_grant(&mut self, grant: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| change::pause(tx, &parse(grant)?))
    }

    /// Lets a paused grant go on as it was.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `vault.state` when it is not paused.
    pub fn resume_grant(&mut self, grant: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| change::resume(tx, &parse(grant)?))
    }

    /// Gives rights that a grant has other periods, counted in seconds from now; the others stay as they are.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `grant.right`, `grant.rule`.
    pub fn renew_grant(
        &mut self,
        grant: &str,
        rights: &[OfferRight],
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let rights = rights.iter().map(right).collect::<Result<Vec<_>, _>>()?;
            change::renew(tx, &parse(grant)?, &rights)
        })
    }

    /// Leaves a grant fewer records or fewer rights. Copies of what it no longer covers are taken away from the relay.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `grant.wider`, `grant.rule`, `category.unknown`.
    pub fn narrow_grant(
        &mut self,
        grant: &str,
        request: &NarrowRequest,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let rights = request
                .rights
                .iter()
                .map(|text| Right::parse(text))
                .collect::<Result<Vec<_>, _>>()?;
            change::narrow(tx, &parse(grant)?, scope(request)?, &rights)
        })
    }

    /// Erases a record for ever: from this device, from the relay and from every grant; the owner's other devices follow. Its block stays, so
    /// the chain stays valid. Not reached: copies that holders of a grant fetched, and a backup of the relay that is older, together with
    /// the words.
    ///
    /// # Errors
    /// `vault.not_found`, `erasure.pending`, `vault.need`.
    pub fn erase_record(&mut self, record: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| erase::erase(tx, &parse(record)?))
    }

    /// Records that were erased, newest first, and who may still hold a copy.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn erasures(&self) -> Result<Vec<ErasureView>, Error> {
        let tasks = self.store.list::<Task>()?;
        let mut all = Vec::new();
        for (id, item) in self.store.list::<ErasedItem>()? {
            let id: [u8; 32] = id.try_into().map_err(|_| Fault::from(fault::Error::Damaged))?;
            let record = RecordId::new(id);
            let own = tasks.iter().any(|(_, task)| {
                matches!(&task.kind,
                    TaskKind::EraseBody(ChainName::Own, sequence) | TaskKind::CheckBody(ChainName::Own, sequence)
                        if *sequence == item.sequence)
            });
            let mut holders = Vec::new();
            let mut shared = false;
            for (grant, given) in self.store.list::<GrantItem>()? {
                let copy = [grant.as_slice(), record.as_bytes()].concat();
                shared |= given.shared.contains(&record) && given.stopped.is_none();
                let lane = format!(
                    "given:{}",
                    GrantId::new(grant.as_slice().try_into().unwrap_or_default())
                );
                shared |= self.store.get::<CopyItem>(&copy)?.is_some()
                    && tasks.iter().any(|(_, task)| task.lane.starts_with(&lane));
                let opened = self.store.list::<ReceiptItem>()?.iter().any(|(_, receipt)| {
                    receipt.grant.as_bytes().as_slice() == grant && receipt.records.contains(&record)
                });
                if opened || self.store.get::<DeliveryItem>(&copy)?.is_some() {
                    holders.push(given.name);
                }
            }
            holders.sort();
            holders.dedup();
            all.push(ErasureView {
                record: record.to_string(),
                sequence: item.sequence,
                time: item.time.seconds(),
                state: if own || shared { "erasing" } else { "erased" }.to_owned(),
                holders,
            });
        }
        all.sort_by_key(|erasure| core::cmp::Reverse(erasure.time));
        Ok(all)
    }

    /// Asks the relay what was fetched under a grant; the answer shows in [`Vault::deliveries`].
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn fetch_deliveries(&mut self, grant: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| delivery::ask(tx, &parse(grant)?))
    }

    /// What was fetched under a grant, newest first, as far as the relay showed signed requests.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn deliveries(&self, grant: &str) -> Result<Vec<DeliveryView>, Error> {
        let id: GrantId = parse(grant)?;
        self.store.item::<GrantItem>(id.as_bytes())?;
        let receipts = self.store.list::<ReceiptItem>()?;
        let opened = |record: &RecordId| {
            receipts
                .iter()
                .filter(|(_, receipt)| receipt.grant == id && receipt.records.contains(record))
                .map(|(_, receipt)| receipt.time.seconds())
                .min()
        };
        let mut all: Vec<DeliveryView> = delivery::of_grant(&self.store, &id)?
            .into_iter()
            .map(|(record, delivery)| DeliveryView {
                record: record.to_string(),
                time: delivery.time.seconds(),
                claimed: delivery.claimed,
                opened: opened(&record),
            })
            .collect();
        all.sort_by_key(|delivery| core::cmp::Reverse(delivery.time));
        Ok(all)
    }
}
