//! Sharing: each grant has its own chain, and its own copy of every record under its own key and address (FLOW-5).
//!
//! A grantee learns of a record only by a share block that lists it; hidden records leave neither gap nor count.

use std::collections::BTreeSet;

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::grant::Right;
use protocol::grant_change::GrantState;
use protocol::id::{GrantId, RecordId};
use protocol::package::Package;

use super::{attachment, end, grant_key, record, withdraw};
use crate::body::{ShareBody, SharedRecord};
use crate::chain::{self, seal_blob};
use crate::entry::EntryKey;
use crate::fault::{self, Fault};
use crate::item::{ChainItem, ChainName, CopyItem, ErasedItem, GrantItem, RecordItem, Task, TaskKind};
use crate::state::{Read, Tx};

/// Most records listed in one share block.
pub(super) const MAX_LISTED: usize = 32;
/// Parts of files listed in one share block of several records: their addresses must fit it.
const MAX_LISTED_PARTS: usize = 10_000;

/// Kind of the sealed copies, part of what they are bound to.
pub(crate) const COPY: &str = "shared-record";

/// The records a new grant covers now, newest first.
///
/// # Errors
/// `vault.damaged`.
pub fn in_scope(
    from: &impl Read,
    scope: &protocol::grant::Scope,
    hidden: &[RecordId],
) -> Result<Vec<(RecordId, RecordItem)>, Fault> {
    let mut all = Vec::new();
    for (id, item) in from.list::<RecordItem>()? {
        let id = RecordId::new(id.try_into().map_err(|_| fault::Error::Damaged)?);
        all.push((id, item));
    }
    all.sort_by_key(|(_, item)| item.sequence);
    let known: BTreeSet<RecordId> = all.iter().map(|(id, _)| *id).collect();
    let mut chosen = BTreeSet::new();
    let mut found = Vec::new();
    for (id, item) in all {
        let named = scope.records.binary_search(&id).is_ok();
        // A correction is as visible as what it corrects, unless it was chosen by itself.
        let covered = match item.supersedes.filter(|old| known.contains(old)) {
            Some(old) if !named => chosen.contains(&old),
            _ => scope.covers(&id, item.summary.category, item.time),
        };
        if covered && !item.hidden && !hidden.contains(&id) {
            chosen.insert(id);
            found.push((id, item));
        }
    }
    found.reverse();
    Ok(found)
}

/// Copies records for a grant and lists them in its chain, newest first.
///
/// # Errors
/// `vault.need` with everything that must be brought first.
pub fn share(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    records: &[(RecordId, RecordItem)],
    seen: &[RecordId],
) -> Result<(), Fault> {
    let bodies = gather(tx, records)?;
    let name = ChainName::Given(*grant);
    grant_key::due(tx, grant)?;
    let mut visible: Vec<RecordId> = seen.to_vec();
    visible.extend(records.iter().map(|(id, _)| *id));
    let mut listed = Vec::new();
    for ((id, item), (package, attachments)) in records.iter().zip(bodies) {
        let strip =
            |opening: Option<protocol::record::Opening>| opening.filter(|opening| visible.contains(&opening.record));
        let package = Package {
            replies_to: strip(package.replies_to),
            supersedes: strip(package.supersedes),
            ..package
        };
        let supersedes = package.supersedes.as_ref().map(|opening| opening.record);
        let replies_to = package.replies_to.as_ref().map(|opening| opening.record);
        let context = [grant.as_bytes().as_slice(), id.as_bytes()].concat();
        let (key, address, sealed) = seal_blob(COPY, &context, &package.encode(), tx.rng)?;
        Task::enqueue(tx, name.lane(), TaskKind::PutBlob(name, address, sealed))?;
        let attachments = attachment::pass_on(tx, (ChainName::Own, name), &attachments, &name.lane())?;
        listed.push(SharedRecord {
            record: *id,
            address,
            key,
            summary: item.summary.clone(),
            author_name: item.author_name.clone(),
            organization: item.organization.clone(),
            time: item.time,
            attachments,
            supersedes,
            replies_to,
            reason: item.reason.clone(),
            author: Some(item.author),
        });
    }
    let mut body = ShareBody {
        records: Vec::new(),
        withdrawn: Vec::new(),
    };
    let mut parts = 0;
    for record in listed {
        let more = record
            .attachments
            .iter()
            .map(|access| access.parts.len())
            .sum::<usize>();
        if body.records.len() == MAX_LISTED || (parts + more > MAX_LISTED_PARTS && !body.records.is_empty()) {
            chain::append(tx, &name, BlockKind::Share, &cbor::encode(&body))?;
            (body.records, parts) = (Vec::new(), 0);
        }
        body.records.push(record);
        parts += more;
    }
    if !body.records.is_empty() {
        chain::append(tx, &name, BlockKind::Share, &cbor::encode(&body))?;
    }
    Ok(())
}

/// Packages and attachments of records; names all missing entries at once, so that the platform is asked only once.
fn gather(
    tx: &Tx<'_>,
    records: &[(RecordId, RecordItem)],
) -> Result<Vec<(Package, Vec<crate::item::AttachmentAccess>)>, Fault> {
    let mut need: Vec<EntryKey> = Vec::new();
    let mut found = Vec::new();
    for (_, item) in records {
        match record::body_of(tx, item) {
            Ok(body) => {
                need.extend(attachment::needed(tx, &body.attachments)?);
                found.push((Package::parse(&body.package)?, body.attachments));
            }
            Err(fault) if fault.is(fault::Error::Need) => need.extend(fault.need),
            Err(fault) => return Err(fault),
        }
    }
    if need.is_empty() {
        Ok(found)
    } else {
        Err(Fault::need(need))
    }
}

/// A record was filed: it joins every grant that says "from now on" and covers it, or that shows what it corrects.
///
/// # Errors
/// `vault.damaged`.
pub(super) fn propagate(tx: &mut Tx<'_>, id: &RecordId) -> Result<(), Fault> {
    let item: RecordItem = tx.item(id.as_bytes())?;
    for (grant_id, grant) in tx.list::<GrantItem>()? {
        let grant_id = GrantId::new(grant_id.try_into().map_err(|_| fault::Error::Damaged)?);
        // A grant of another device whose chain was not read yet gets the record when it was: [`complete`].
        let known = ChainItem::read_named(tx, &ChainName::Given(grant_id))?.head.is_some();
        if known && joins(tx, &grant, &grant.state()?, id, &item)? {
            share(tx, &grant_id, &[(*id, item.clone())], &grant.shared)?;
        }
    }
    Ok(())
}

/// Whether a record belongs in a grant and is not in it: covered ("as of that day" only if it was there then), or visible with one that is.
fn joins(tx: &Tx<'_>, grant: &GrantItem, state: &GrantState, id: &RecordId, item: &RecordItem) -> Result<bool, Fault> {
    let holder = state.grantee.identity();
    let reads = holder.is_some_and(|holder| state.allows(&holder, Right::Read, tx.now.max(state.time)).is_ok());
    let corrected = match item.supersedes {
        Some(old) => tx.get::<RecordItem>(old.as_bytes())?.map(|_| old),
        None => None,
    };
    let in_time = state.scope.ongoing || item.sequence <= grant.sequence;
    let covered = match corrected {
        // A correction is as visible as what it corrects.
        Some(old) => grant.shared.contains(&old),
        None => in_time && state.scope.covers(id, item.summary.category, item.time) || is_progress(grant, state, item),
    };
    let is_hidden = grant.hidden.contains(id) || corrected.is_some_and(|old| grant.hidden.contains(&old));
    let kept_out = item.hidden || is_hidden || grant.shared.contains(id);
    Ok(reads && covered && !kept_out)
}

/// The state of a request is as visible as the request; its author knows it already.
fn is_progress(grant: &GrantItem, state: &GrantState, item: &RecordItem) -> bool {
    super::order::is_progress(&item.summary)
        && state.grantee.identity() != Some(item.author)
        && item.replies_to.is_some_and(|order| grant.shared.contains(&order))
}

/// Records that belong in a grant and are not in it.
fn missing(tx: &Tx<'_>, grant: &GrantItem) -> Result<Vec<(RecordId, RecordItem)>, Fault> {
    let state = grant.state()?;
    let mut all = Vec::new();
    for (id, item) in tx.list::<RecordItem>()? {
        all.push((RecordId::new(id.try_into().map_err(|_| fault::Error::Damaged)?), item));
    }
    all.sort_by_key(|(_, item)| item.sequence);
    let mut grant = grant.clone();
    let mut found = Vec::new();
    for (id, item) in all {
        if joins(tx, &grant, &state, &id, &item)? {
            // What joins now counts for the corrections behind it.
            grant.shared.push(id);
            found.push((id, item));
        }
    }
    Ok(found)
}

/// Another device wrote to the own chain: reads the chains of grants it gave, and of those that lack a record it filed.
///
/// # Errors
/// `vault.damaged`.
pub(crate) fn look_after(tx: &mut Tx<'_>) -> Result<(), Fault> {
    for (grant_id, grant) in tx.list::<GrantItem>()? {
        let name = ChainName::Given(GrantId::new(grant_id.try_into().map_err(|_| fault::Error::Damaged)?));
        let queued = |(_, task): &(Vec<u8>, Task)| matches!(task.kind, TaskKind::Pull(pull) if pull == name);
        if grant.stopped.is_some() {
            continue;
        }
        let state = grant.state()?;
        let mut unread = ChainItem::read_named(tx, &name)?.head.is_none() || !grant.unpublished.is_empty();
        for id in &grant.shared {
            unread |= !stays(tx, &grant, &state, id)?;
        }
        if (unread || !missing(tx, &grant)?.is_empty()) && !tx.list::<Task>()?.iter().any(queued) {
            Task::enqueue(tx, name.lane(), TaskKind::Pull(name))?;
        }
    }
    Ok(())
}

/// A grant's chain was read to its end: what no device has shared yet joins it.
///
/// # Errors
/// `vault.need` with everything that must be brought first.
pub(super) fn complete(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let Some(item) = tx.get::<GrantItem>(grant.as_bytes())? else {
        return Ok(());
    };
    let records = missing(tx, &item)?;
    if records.is_empty() {
        Ok(())
    } else {
        share(tx, grant, &records, &item.shared)
    }
}

/// Compares what a grant shares with what it may share now: withdraws what is too much, adds what is missing.
///
/// # Errors
/// `vault.need` with everything that must be brought first.
pub(crate) fn settle(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let Some(item) = tx.get::<GrantItem>(grant.as_bytes())? else {
        return Ok(());
    };
    let head = ChainItem::read_named(tx, &ChainName::Given(*grant))?.head;
    if item.ended.is_some() || head.is_none_or(|head| head.ended) {
        return Ok(());
    }
    let state = item.state()?;
    let mut excess = Vec::new();
    for id in &item.shared {
        if !stays(tx, &item, &state, id)? {
            excess.push(*id);
        }
    }
    if !excess.is_empty() {
        withdraw::withdraw(tx, grant, &excess)?;
    }
    complete(tx, grant)
}

/// As [`settle`], for a grant whose shares were still on their way when they should have been withdrawn.
pub(super) fn settle_again(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    match tx.get::<GrantItem>(grant.as_bytes())? {
        Some(mut item) if item.unsettled => {
            item.unsettled = false;
            tx.put(grant.as_bytes(), &item);
            settle(tx, grant)
        }
        _ => Ok(()),
    }
}

/// Whether a shared record may stay shared.
fn stays(tx: &Tx<'_>, grant: &GrantItem, state: &GrantState, id: &RecordId) -> Result<bool, Fault> {
    if tx.get::<ErasedItem>(id.as_bytes())?.is_some() {
        return Ok(false);
    }
    // One that another device filed and this one has not read yet is not this device's to judge.
    let Some(item) = tx.get::<RecordItem>(id.as_bytes())? else {
        return Ok(true);
    };
    let covered = state.scope.covers(id, item.summary.category, item.time);
    let follows = item.supersedes.is_some_and(|old| grant.shared.contains(&old));
    Ok(!item.hidden && (grant.changes.is_empty() || covered || follows || is_progress(grant, state, &item)))
}

/// A share block joined a given grant's chain.
pub(super) fn listed(tx: &mut Tx<'_>, grant: &GrantId, sequence: u32, body: &ShareBody) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<GrantItem>(grant.as_bytes())? else {
        return Ok(());
    };
    item.shared.retain(|shared| !body.withdrawn.contains(shared));
    for record in &body.withdrawn {
        if let Some(copy) = tx.get::<CopyItem>(&copy_id(grant, record))? {
            end::forget_body(tx, &ChainName::Given(*grant), copy.sequence)?;
        }
    }
    for record in &body.records {
        if !item.shared.contains(&record.record) {
            item.shared.push(record.record);
        }
        let parts = record.attachments.iter().flat_map(|access| &access.parts);
        let copy = CopyItem {
            address: record.address,
            sequence,
            parts: parts.map(|part| part.address).collect(),
        };
        tx.put(&copy_id(grant, &record.record), &copy);
    }
    tx.put(grant.as_bytes(), &item);
    Ok(())
}

/// The id of a record's copy in a grant.
pub(super) fn copy_id(grant: &GrantId, record: &RecordId) -> Vec<u8> {
    [grant.as_bytes().as_slice(), record.as_bytes()].concat()
}

/// A share block is taken back before it is signed again.
pub(super) fn unlisted(tx: &mut Tx<'_>, grant: &GrantId, body: &ShareBody) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<GrantItem>(grant.as_bytes())? else {
        return Ok(());
    };
    item.shared
        .retain(|shared| body.records.iter().all(|record| record.record != *shared));
    item.shared.extend(&body.withdrawn);
    tx.put(grant.as_bytes(), &item);
    Ok(())
}

/// Whether a share block still says something that another device has not said meanwhile.
pub(super) fn is_news(tx: &Tx<'_>, grant: &GrantId, body: &ShareBody) -> Result<bool, Fault> {
    let item: GrantItem = tx.item(grant.as_bytes())?;
    Ok(!body.withdrawn.is_empty() || body.records.iter().any(|record| !item.shared.contains(&record.record)))
}
