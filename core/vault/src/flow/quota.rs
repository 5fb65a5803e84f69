//! How many bytes of files the holder of a grant may send (FILE-9): set by the patient, kept by the relay.
//!
//! The relay counts what fetch keys of the grant's chain upload, all together. What is taken back counts no more.

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::grant::{Error, Right};
use protocol::hash::Hash;
use protocol::id::GrantId;

use super::upload;
use crate::body::NoteBody;
use crate::chain;
use crate::fault::{self, Fault};
use crate::item::{ChainName, GrantItem, OfferItem, OfferStage, PauseStep, Task, TaskKind};
use crate::state::{Read, Tx};

/// Bytes that are allowed where the patient says nothing: 4 GiB.
pub const DEFAULT: u64 = 4 << 30;
/// Bytes that can be allowed at most: 1 TiB.
pub const MOST: u64 = 1 << 40;

/// Sets how many bytes may be sent: under an offer before it is confirmed, or under a grant.
///
/// # Errors
/// `vault.not_found`, `vault.state` for an offer that is over, `grant.revoked`, `file.too_large` above [`MOST`].
pub fn allow(tx: &mut Tx<'_>, id: &[u8], bytes: u64) -> Result<(), Fault> {
    if bytes > MOST {
        return Err(upload::Error::TooLarge.into());
    }
    if let Some(mut offer) = tx.get::<OfferItem>(id)? {
        if !matches!(offer.stage, OfferStage::Open | OfferStage::Claimed) {
            return Err(fault::Error::State.into());
        }
        offer.files = Some(bytes);
        tx.put(id, &offer);
        return Ok(());
    }
    let item: GrantItem = tx.item(id)?;
    if item.ended.is_some() {
        return Err(Error::Revoked.into());
    }
    let id: [u8; 32] = id.try_into().map_err(|_| fault::Error::Damaged)?;
    let grant = GrantId::from(Hash::new(id));
    let note = NoteBody::FilesAllowed(grant, bytes);
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    let lane = ChainName::Given(grant).lane();
    Task::enqueue(tx, lane, TaskKind::PauseGrant(grant, PauseStep::Read))
}

/// The patient set it, as the own chain says.
pub(super) fn allowed(tx: &mut Tx<'_>, grant: &GrantId, bytes: u64) -> Result<(), Fault> {
    if let Some(mut item) = tx.get::<GrantItem>(grant.as_bytes())? {
        item.files = Some(bytes);
        tx.put(grant.as_bytes(), &item);
    }
    Ok(())
}

/// Bytes that the fetch keys of a chain may upload together: none unless the grant lets its holder write.
///
/// # Errors
/// `vault.damaged`.
pub fn upload_quota(from: &impl Read, name: &ChainName) -> Result<u64, Fault> {
    let ChainName::Given(grant) = name else {
        return Ok(0);
    };
    from.get::<GrantItem>(grant.as_bytes())?
        .map_or(Ok(0), |item| of_grant(&item))
}

/// As [`upload_quota`], of a grant.
///
/// # Errors
/// `grant.*` when a stored statement is damaged.
pub fn of_grant(item: &GrantItem) -> Result<u64, Fault> {
    let grant = protocol::grant::Grant::verify(&item.grant)?;
    // Who may order receives results as copies, and their files within the same quota.
    let writes = grant
        .permissions
        .iter()
        .any(|permission| matches!(permission.right, Right::Append | Right::Order));
    Ok(if writes { item.files.unwrap_or(DEFAULT) } else { 0 })
}
