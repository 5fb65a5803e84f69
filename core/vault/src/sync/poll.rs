//! What is asked for news, and how.

use protocol::id::{GrantId, MailboxId, OfferId};
use protocol::time::Timestamp;

use super::request::{Asked, claim_capability, pull};
use crate::fault::Fault;
use crate::flow;
use crate::item::{
    AccessItem, ChainItem, ChainName, ClaimItem, ClaimStage, MailboxItem, Meta, OfferItem, OfferStage, Stage,
};
use crate::state::{Read, Store};

/// One thing to ask for news of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PollName {
    /// The own chain.
    Own,
    /// An offer this patient made.
    Offer(OfferId),
    /// A claim this practitioner or lab made.
    Claim(OfferId),
    /// A mailbox.
    Mailbox(MailboxId),
    /// A grant received.
    Received(GrantId),
}

impl PollName {
    /// The lane; a chain's poll shares the lane of its other requests.
    pub(super) fn lane(&self) -> String {
        match self {
            Self::Own => ChainName::Own.lane(),
            Self::Offer(id) => format!("poll-offer:{id}"),
            Self::Claim(id) => format!("poll-claim:{id}"),
            Self::Mailbox(id) => format!("poll-mailbox:{id}"),
            Self::Received(id) => ChainName::Received(*id).lane(),
        }
    }
}

/// Everything that should be asked for news now and then. Seconds after an offer's death it is still asked for once, so that a claim
/// in the last moment is seen.
pub(super) fn all(store: &Store, now: Timestamp) -> Result<Vec<PollName>, Fault> {
    let mut names = Vec::new();
    if Meta::read(store)?.stage == Stage::Founding {
        return Ok(names);
    }
    for (id, offer) in store.list::<OfferItem>()? {
        let waits = offer.stage == OfferStage::Open || offer.stage == OfferStage::Claimed && offer.expires > now;
        if waits {
            names.push(PollName::Offer(name(&id)?.into()));
        }
    }
    for (id, claim) in store.list::<ClaimItem>()? {
        if matches!(claim.stage, ClaimStage::Waiting | ClaimStage::Comparing) {
            names.push(PollName::Claim(name(&id)?.into()));
        }
    }
    for (id, mailbox) in store.list::<MailboxItem>()? {
        if mailbox.created && !flow::appointment::is_over(store, &mailbox.purpose)? {
            names.push(PollName::Mailbox(name(&id)?.into()));
        }
    }
    for (id, access) in store.list::<AccessItem>()? {
        if access.ended.is_none() {
            names.push(PollName::Received(name(&id)?.into()));
        }
    }
    if let Some(own) = store.get::<ChainItem>(&ChainName::Own.id())? {
        // Until the first block is admitted there is nothing to read.
        if own.cursor.is_some() || Meta::read(store)?.stage == Stage::Joining {
            names.push(PollName::Own);
        }
    }
    Ok(names)
}

fn name(id: &[u8]) -> Result<[u8; 32], Fault> {
    id.try_into().map_err(|_| crate::fault::Error::Damaged.into())
}

/// The request of a poll. The first of a session asks for the newest known entry again, so that an older state is noticed. A grant's chain
/// that refused this reader is asked once more by the key that reads what is left after its end.
pub(super) fn request(store: &Store, name: &PollName, wait: u64, recheck: bool, refused: bool) -> Result<Asked, Fault> {
    Ok(match name {
        PollName::Own => pull(&ChainItem::read_named(store, &ChainName::Own)?, recheck, wait),
        PollName::Received(grant) => {
            let mut chain = ChainItem::read_named(store, &ChainName::Received(*grant))?;
            if refused {
                chain.read = Some(flow::end::capability(&chain));
            }
            pull(&chain, recheck, wait)
        }
        PollName::Offer(id) => {
            let item: OfferItem = store.item(id.as_bytes())?;
            Asked::get(&item.origin, format!("/v1/offers/{id}/state"))
                .query(format!("after={}&wait={wait}", item.version))
                .signed(Some(item.owner))
        }
        PollName::Claim(id) => {
            let item: ClaimItem = store.item(id.as_bytes())?;
            Asked::get(&item.origin, format!("/v1/offers/{id}/answer"))
                .query(format!("after={}&wait={wait}", item.version))
                .signed(Some(claim_capability(&item.secret)))
        }
        PollName::Mailbox(id) => {
            let item: MailboxItem = store.item(id.as_bytes())?;
            let after = item.cursor.map_or(String::new(), |cursor| format!("after={cursor}&"));
            Asked::get(&item.origin, format!("/v1/mailboxes/{id}/envelopes"))
                .query(format!("{after}limit=64&wait={wait}"))
                .signed(Some(item.read))
        }
    })
}
