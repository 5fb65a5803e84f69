//! Erasing a record: its body goes from every device, from the relay and from every grant; its block stays, so the chain stays valid (FLOW-14).
//!
//! Not reached: what holders of a grant fetched already, and the words together with a relay's backup that is older than the erasure.

use protocol::block::{Block, BlockKind};
use protocol::cbor;
use protocol::coded_error;
use protocol::id::RecordId;

use super::{attachment, copy, end, record, share, withdraw};
use crate::body::ErasureBody;
use crate::chain;
use crate::fault::{self, Fault};
use crate::item::{ChainItem, ChainName, CorrectionItem, ErasedItem, GrantItem, RecordItem, Task, TaskKind};
use crate::state::{Read, Tx};

coded_error! {
    /// Why a record is not erased.
    pub enum Error {
        Pending = "erasure.pending", "this record has not reached the relay yet; connect first, then erase it";
    }
}

/// Erases a record of the own chain.
///
/// # Errors
/// `vault.not_found`, [`Error::Pending`], `vault.need`.
pub fn erase(tx: &mut Tx<'_>, id: &RecordId) -> Result<(), Fault> {
    let item: RecordItem = tx.item(id.as_bytes())?;
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    if own.head.is_none_or(|head| item.sequence + own.pending > head.sequence) {
        return Err(Error::Pending.into());
    }
    let parts: Vec<_> = record::body_of(tx, &item)?
        .attachments
        .iter()
        .flat_map(|access| access.parts.iter().map(|part| part.address))
        .collect();
    let body = ErasureBody {
        record: *id,
        sequence: item.sequence,
    };
    let name = ChainName::Own;
    // What is not sent yet must not be sent any more; what was sent is deleted before anything else happens.
    withdraw::remove(tx, &name, &parts)?;
    Task::enqueue(tx, name.lane(), TaskKind::EraseBody(name, item.sequence))?;
    Task::enqueue(tx, name.lane(), TaskKind::CheckBody(name, item.sequence))?;
    for page in parts.chunks(end::PAGE) {
        Task::enqueue(tx, name.lane(), TaskKind::CheckBlobs(name, page.to_vec()))?;
    }
    copy::erase(tx, &item, &parts)?;
    chain::append(tx, &name, BlockKind::Erasure, &cbor::encode(&body))?;
    for (grant, _) in tx.list::<GrantItem>()? {
        let grant: [u8; 32] = grant.try_into().map_err(|_| fault::Error::Damaged)?;
        share::settle(tx, &grant.into())?;
    }
    Ok(())
}

/// An erasure joined the own chain: this device keeps nothing of the record but that it was.
pub(super) fn erased(tx: &mut Tx<'_>, block: &Block, body: &ErasureBody) -> Result<(), Fault> {
    let tombstone = ErasedItem {
        sequence: body.sequence,
        time: block.time,
    };
    if let Some(item) = tx.get::<RecordItem>(body.record.as_bytes())? {
        match record::body_of(tx, &item) {
            Ok(kept) => {
                for part in kept.attachments.iter().flat_map(|access| &access.parts) {
                    tx.delete::<attachment::PartItem>(part.address.as_bytes());
                }
            }
            Err(fault) if fault.is(fault::Error::Need) => return Err(fault),
            // The relay erased it before this device read it.
            Err(_) => {}
        }
        if let Some(old) = item.supersedes {
            tx.delete::<CorrectionItem>(old.as_bytes());
            if let Some(mut corrected) = tx.get::<RecordItem>(old.as_bytes())? {
                corrected.superseded_by = None;
                tx.put(old.as_bytes(), &corrected);
            }
        }
        tx.delete::<RecordItem>(body.record.as_bytes());
        end::forget_body(tx, &ChainName::Own, body.sequence)?;
    }
    tx.put(body.record.as_bytes(), &tombstone);
    Ok(())
}
