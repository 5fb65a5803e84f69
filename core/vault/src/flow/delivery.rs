//! What a grant's readers fetched: their own signed requests, which the relay keeps and cannot invent (RELAY-33).
//!
//! A fetch is no opening: without a receipt it reads "delivered, opening not confirmed".

use protocol::claim::Claim;
use protocol::hash::Hash;
use protocol::id::GrantId;
use protocol::relay::auth;
use protocol::relay::message::Access;

use crate::fault::{self, Fault};
use crate::item::{ChainItem, ChainName, CopyItem, DeliveryItem, GrantItem, Task, TaskKind};
use crate::state::{Read, Tx};

/// Asks the relay what was fetched under a grant.
///
/// # Errors
/// `vault.not_found`.
pub fn ask(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let item: GrantItem = tx.item(grant.as_bytes())?;
    let queued = |task: &Task| matches!(&task.kind, TaskKind::FetchAccesses(id, _) if id == grant);
    if item.stopped.is_some() || tx.list::<Task>()?.iter().any(|(_, task)| queued(task)) {
        return Ok(());
    }
    let lane = format!("accesses:{grant}");
    Task::enqueue(tx, lane, TaskKind::FetchAccesses(*grant, 0))
}

/// Takes in what the relay listed. Only what a reader's key signed for this very chain and address is believed.
///
/// # Errors
/// `vault.damaged`; an invented access is shown and left out.
pub(crate) fn listed(tx: &mut Tx<'_>, grant: &GrantId, accesses: &[Access]) -> Result<(), Fault> {
    let Some(item) = tx.get::<GrantItem>(grant.as_bytes())? else {
        return Ok(());
    };
    let chain = ChainItem::read_named(tx, &ChainName::Given(*grant))?;
    let claimed = Claim::verify(&item.claim)?.fetch.clone();
    let copies: Vec<(Vec<u8>, CopyItem)> = tx
        .list::<CopyItem>()?
        .into_iter()
        .filter(|(id, _)| id.starts_with(grant.as_bytes()))
        .collect();
    for access in accesses {
        // Reading the list of blocks shows nothing; only a copy counts.
        let Some(address) = access.address else { continue };
        let time = match verify(&chain, &address, access) {
            Ok(time) => time,
            Err(error) => {
                let code = protocol::code::Coded::code(&error);
                tx.tell("show.access_invented", grant, &[("code", code)]);
                continue;
            }
        };
        for (id, _) in copies.iter().filter(|(_, copy)| copy.address == address) {
            let known = tx.get::<DeliveryItem>(id)?;
            if known.is_none_or(|known| time < known.time) {
                let delivery = DeliveryItem {
                    time,
                    claimed: claimed.contains(&access.key),
                };
                tx.put(id, &delivery);
            }
        }
    }
    Ok(())
}

/// The signed request itself: this chain, this blob, this key, at a time that the relay's own agrees with.
fn verify(chain: &ChainItem, address: &Hash, access: &Access) -> Result<protocol::time::Timestamp, auth::Error> {
    let authority = chain
        .origin
        .split_once("://")
        .map_or(chain.origin.as_str(), |(_, authority)| authority);
    let path = format!("/v1/chains/{}/blobs/{address}", chain.resource);
    if access.method != "GET" || access.authority != authority || access.path != path {
        return Err(auth::Error::Content);
    }
    let headers = [
        (auth::SIGNATURE_INPUT, access.signature_input.as_str()),
        (auth::SIGNATURE, access.signature.as_str()),
    ];
    let request = auth::Request::new("GET", authority, &path, &access.query);
    let signed = auth::Unverified::parse(headers)?.verify(&request, access.time, auth::SKEW)?;
    if signed.key == access.key {
        Ok(signed.created)
    } else {
        Err(auth::Error::Key)
    }
}

/// The ids of records delivered under a grant, with when.
///
/// # Errors
/// `vault.damaged`.
pub fn of_grant(from: &impl Read, grant: &GrantId) -> Result<Vec<(protocol::id::RecordId, DeliveryItem)>, Fault> {
    let mut all = Vec::new();
    for (id, item) in from.list::<DeliveryItem>()? {
        if let Some(record) = id.strip_prefix(grant.as_bytes().as_slice()) {
            let record: [u8; 32] = record.try_into().map_err(|_| fault::Error::Damaged)?;
            all.push((record.into(), item));
        }
    }
    Ok(all)
}
