//! After a recovery each grant that stands is kept or stopped by the person (FLOW-31).
//!
//! Whoever lost a phone no longer knows who holds what. The device that the words brought back notes in the own chain which grants stood
//! then; they read undecided on every device, after every restart, until each is kept or revoked.

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::grant::Error;
use protocol::id::GrantId;
use protocol::time::Timestamp;

use crate::body::NoteBody;
use crate::chain;
use crate::fault::{self, Fault};
use crate::item::{ChainName, GrantItem};
use crate::state::{Read, Tx};

/// Notes which grants stand.
pub(super) fn ask(tx: &mut Tx<'_>) -> Result<(), Fault> {
    let mut standing = Vec::new();
    for (id, item) in tx.list::<GrantItem>()? {
        if item.ended.is_none() {
            standing.push(GrantId::new(id.try_into().map_err(|_| fault::Error::Damaged)?));
        }
    }
    if standing.is_empty() {
        return Ok(());
    }
    let count = standing.len().to_string();
    let note = NoteBody::Recovered(tx.now, standing);
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    tx.tell("show.grants_undecided", "", &[("count", &count)]);
    Ok(())
}

/// Grants are undecided, as the own chain says.
pub(super) fn noted(tx: &mut Tx<'_>, time: Timestamp, grants: &[GrantId]) -> Result<(), Fault> {
    for grant in grants {
        if let Some(mut item) = tx.get::<GrantItem>(grant.as_bytes())? {
            item.undecided = Some(time);
            tx.put(grant.as_bytes(), &item);
        }
    }
    Ok(())
}

/// Keeps a grant that stood at a recovery.
///
/// # Errors
/// `vault.not_found`, `grant.revoked`, `vault.state` when nothing is to be decided about it.
pub fn keep(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let item: GrantItem = tx.item(grant.as_bytes())?;
    if item.ended.is_some() {
        return Err(Error::Revoked.into());
    }
    let since = item.undecided.ok_or(fault::Error::State)?;
    let note = NoteBody::Kept(*grant, since);
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    Ok(())
}

/// A grant is kept, as the own chain says: the answer to the recovery of that time, not to a later one.
pub(super) fn kept(tx: &mut Tx<'_>, grant: &GrantId, since: Timestamp) -> Result<(), Fault> {
    if let Some(mut item) = tx.get::<GrantItem>(grant.as_bytes())?
        && item.undecided == Some(since)
    {
        item.undecided = None;
        tx.put(grant.as_bytes(), &item);
    }
    Ok(())
}
