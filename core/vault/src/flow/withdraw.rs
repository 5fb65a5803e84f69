//! Taking single records out of a share: copy, key and listing go; what was seen counts as seen.
//!
//! The key of a copy lies in the body of a block together with the keys of others. So those others are listed once more in a new block, which
//! also names what is withdrawn, and the old body is erased. A holder's app drops what is withdrawn.

use std::collections::BTreeSet;

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::hash::Hash;
use protocol::id::{GrantId, RecordId};

use super::share::{MAX_LISTED, copy_id};
use super::{decode, end, record};
use crate::body::{ShareBody, SharedRecord};
use crate::chain;
use crate::fault::Fault;
use crate::item::{ChainItem, ChainName, CopyItem, GrantItem, Task, TaskKind};
use crate::state::{Read, Tx};

/// Withdraws records from a grant. While one of them is still on its way to the relay, all of this waits until it was admitted.
///
/// # Errors
/// `vault.need`.
pub(super) fn withdraw(tx: &mut Tx<'_>, grant: &GrantId, records: &[RecordId]) -> Result<(), Fault> {
    let name = ChainName::Given(*grant);
    let chain = ChainItem::read_named(tx, &name)?;
    let newest = chain.head.as_ref().map_or(0, |head| head.sequence);
    let mut item: GrantItem = tx.item(grant.as_bytes())?;
    let mut sequences = BTreeSet::new();
    let mut addresses = Vec::new();
    for id in records {
        if let Some(copy) = tx.get::<CopyItem>(&copy_id(grant, id))? {
            if copy.sequence + chain.pending > newest {
                item.unsettled = true;
                tx.put(grant.as_bytes(), &item);
                return Ok(());
            }
            sequences.insert(copy.sequence);
            addresses.extend(copy.parts.into_iter().chain([copy.address]));
        }
    }
    let mut kept = Vec::new();
    for sequence in &sequences {
        kept.extend(still_shared(tx, grant, *sequence, records)?);
    }
    let used: Vec<Hash> = in_use(tx, grant, &item, records)?;
    addresses.retain(|address| !used.contains(address));
    addresses.sort_unstable();
    addresses.dedup();
    remove(tx, &name, &addresses)?;
    let mut withdrawn = records.to_vec();
    let mut pages: Vec<Vec<SharedRecord>> = kept.chunks(MAX_LISTED).map(<[SharedRecord]>::to_vec).collect();
    if pages.is_empty() {
        pages.push(Vec::new());
    }
    for records in pages {
        let body = ShareBody {
            records,
            withdrawn: std::mem::take(&mut withdrawn),
        };
        chain::append(tx, &name, BlockKind::Share, &cbor::encode(&body))?;
    }
    for sequence in sequences {
        end::forget_body(tx, &name, sequence)?;
        Task::enqueue(tx, name.lane(), TaskKind::EraseBody(name, sequence))?;
        Task::enqueue(tx, name.lane(), TaskKind::CheckBody(name, sequence))?;
    }
    for page in addresses.chunks(end::PAGE) {
        Task::enqueue(tx, name.lane(), TaskKind::CheckBlobs(name, page.to_vec()))?;
    }
    Ok(())
}

/// Deletes blobs of a chain; those that are still on their way are not sent at all.
pub(super) fn remove(tx: &mut Tx<'_>, name: &ChainName, addresses: &[Hash]) -> Result<(), Fault> {
    for (id, task) in tx.list::<Task>()? {
        if matches!(&task.kind, TaskKind::PutBlob(chain, address, _) if chain == name && addresses.contains(address)) {
            tx.delete::<Task>(&id);
        }
    }
    for address in addresses {
        Task::enqueue(tx, name.lane(), TaskKind::DeleteBlob(*name, *address))?;
    }
    Ok(())
}

/// What a block lists that stays shared by it.
fn still_shared(
    tx: &Tx<'_>,
    grant: &GrantId,
    sequence: u32,
    withdrawn: &[RecordId],
) -> Result<Vec<SharedRecord>, Fault> {
    let body: ShareBody = decode(&record::block_body(tx, &ChainName::Given(*grant), sequence)?)?;
    let mut kept = Vec::new();
    for mut shared in body.records {
        let here = tx
            .get::<CopyItem>(&copy_id(grant, &shared.record))?
            .is_some_and(|copy| copy.sequence == sequence);
        if here && !withdrawn.contains(&shared.record) {
            shared.supersedes = shared.supersedes.filter(|old| !withdrawn.contains(old));
            kept.push(shared);
        }
    }
    Ok(kept)
}

/// Addresses that records which stay shared need.
fn in_use(tx: &Tx<'_>, grant: &GrantId, item: &GrantItem, withdrawn: &[RecordId]) -> Result<Vec<Hash>, Fault> {
    let mut used = Vec::new();
    for id in item.shared.iter().filter(|id| !withdrawn.contains(id)) {
        if let Some(copy) = tx.get::<CopyItem>(&copy_id(grant, id))? {
            used.extend(copy.parts.into_iter().chain([copy.address]));
        }
    }
    Ok(used)
}
