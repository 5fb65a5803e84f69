//! Everything that a vault holds of a grant it received, found and deleted.
//!
//! Invariant: afterwards neither a key of the grant, nor a copy, nor a file of it is in an item of this vault or in a body of its own chain.

use std::collections::BTreeSet;

use protocol::block::BlockKind;
use protocol::copy_to::CopyTo;
use protocol::grant::Grant;
use protocol::hash::Hash;
use protocol::id::{GrantId, RecordId, StatementId};

use super::Error;
use crate::body::{Confirmation, NoteBody};
use crate::chain;
use crate::entry::EntryKey;
use crate::fault::{self, Fault};
use crate::flow::attachment::PartItem;
use crate::flow::{decode, end, outbox, record, upload};
use crate::item::{
    AccessItem, BlockData, BlockIndex, ChainItem, ChainName, ClaimItem, CopiedItem, CopyToItem, DelegationItem,
    DraftItem, EpochItem, MailboxItem, MailboxUse, MemberKeyItem, SharedBody, SharedItem, SubmissionItem, Task,
    TaskKind, UploadItem, WaitingRecord,
};
use crate::state::{Read, Tx};

/// Blocks of the own chain whose bodies hold keys or records of a grant.
///
/// # Errors
/// `vault.need` with all bodies to look through, `deletion.pending` when one of them has not reached the relay.
pub(super) fn blocks(tx: &Tx<'_>, grant: &GrantId) -> Result<Vec<u32>, Fault> {
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    let next = own.head.as_ref().map_or(0, |head| head.sequence + 1);
    let admitted = next - own.pending.min(next);
    let mut need: Vec<EntryKey> = Vec::new();
    let mut found = Vec::new();
    for sequence in 0..next {
        let index: BlockIndex = tx.item(&ChainName::Own.block(sequence))?;
        if index.kind != BlockKind::Note {
            continue;
        }
        match record::block_body(tx, &ChainName::Own, sequence) {
            Ok(body) if concerns(tx, grant, &decode(&body)?)? => {
                if sequence >= admitted {
                    return Err(Error::Pending.into());
                }
                found.push(sequence);
            }
            Ok(_) => {}
            Err(fault) if fault.is(fault::Error::Need) => need.extend(fault.need),
            // Erased before.
            Err(fault) if fault.is(chain::Error::Gone) => {}
            Err(fault) => return Err(fault),
        }
    }
    if need.is_empty() {
        Ok(found)
    } else {
        Err(Fault::need(need))
    }
}

fn concerns(tx: &Tx<'_>, grant: &GrantId, note: &NoteBody) -> Result<bool, Fault> {
    let confirmed = |bytes: &[u8]| -> Result<bool, Fault> {
        let confirmation: Confirmation = decode(bytes)?;
        Ok(Grant::verify(&confirmation.grant)?.id() == *grant)
    };
    Ok(match note {
        NoteBody::Access(note) => confirmed(&note.confirmation)?,
        NoteBody::Delegated(body) => confirmed(&body.confirmation)?,
        NoteBody::TeamAccess(body) => confirmed(&body.confirmation)?,
        NoteBody::Rekeyed(id, ..) | NoteBody::Epochs(id, _) | NoteBody::Written(id, ..) => id == grant,
        NoteBody::AccessKeys(note) => note.grant == *grant,
        NoteBody::CopyTo(body) => is_copy(&body.statement, grant)?,
        NoteBody::Copied(permission, _, _) => match tx.get::<CopyToItem>(permission.as_bytes())? {
            Some(item) => is_copy(&item.statement, grant)?,
            None => false,
        },
        _ => false,
    })
}

fn is_copy(statement: &[u8], grant: &GrantId) -> Result<bool, Fault> {
    let statement = CopyTo::verify(statement)?;
    Ok(statement.grant == *grant || statement.recipient_grant == *grant)
}

/// Deletes it all.
pub(super) fn purge(tx: &mut Tx<'_>, grant: &GrantId, blocks: &[u32]) -> Result<(), Fault> {
    for sequence in blocks {
        end::forget_body(tx, &ChainName::Own, *sequence)?;
    }
    let mailbox = tx.get::<AccessItem>(grant.as_bytes())?.map(|access| access.mailbox);
    let mut parts = records(tx, grant)?;
    parts.extend(written(tx, grant)?);
    copies(tx, grant)?;
    let kept = parts_in_use(tx)?;
    for part in parts.difference(&kept) {
        tx.delete::<PartItem>(part.as_bytes());
    }
    share(tx, grant)?;
    tx.delete::<AccessItem>(grant.as_bytes());
    for (id, item) in tx.list::<ClaimItem>()? {
        if item.grant == Some(*grant) {
            tx.delete::<ClaimItem>(&id);
        }
    }
    for (id, item) in tx.list::<MailboxItem>()? {
        if item.purpose == MailboxUse::Reply(*grant) {
            tx.delete::<MailboxItem>(&id);
        }
    }
    for (id, item) in tx.list::<DelegationItem>()? {
        if item.grant == *grant {
            tx.delete::<DelegationItem>(&id);
        }
    }
    for (id, item) in tx.list::<MemberKeyItem>()? {
        if item.grant == *grant {
            tx.delete::<MemberKeyItem>(&id);
        }
    }
    for (id, item) in tx.list::<DraftItem>()? {
        if item.grant == Some(*grant) {
            tx.delete::<DraftItem>(&id);
        }
    }
    let lane = ChainName::Received(*grant).lane();
    for (id, task) in tx.list::<Task>()? {
        let stale = match &task.kind {
            TaskKind::FetchShared(other, _) => other == grant,
            TaskKind::FetchPart(name, _) => *name == ChainName::Received(*grant),
            // The reply mailbox is not known here any more; the relay is asked to remove it.
            TaskKind::Acknowledge(id, _) | TaskKind::PutMailbox(id, ..) => {
                tx.get::<MailboxItem>(id.as_bytes())?.is_none()
            }
            TaskKind::Send(to, ..) => Some(to.mailbox) == mailbox,
            _ => task.lane.starts_with(&lane),
        };
        if stale {
            tx.delete::<Task>(&id);
        }
    }
    Ok(())
}

/// Shared records, their keys and copies; gives the addresses of the parts of their files.
fn records(tx: &mut Tx<'_>, grant: &GrantId) -> Result<BTreeSet<Hash>, Fault> {
    let mut parts = BTreeSet::new();
    for (id, item) in tx.list::<SharedItem>()? {
        if id.starts_with(grant.as_bytes()) {
            parts.extend(
                item.attachments
                    .iter()
                    .flat_map(|access| &access.parts)
                    .map(|part| part.address),
            );
            tx.delete::<SharedItem>(&id);
            tx.delete::<SharedBody>(&id);
        }
    }
    Ok(parts)
}

/// What this vault wrote under the grant: sent, waiting, or with files on their way.
fn written(tx: &mut Tx<'_>, grant: &GrantId) -> Result<BTreeSet<Hash>, Fault> {
    let mut parts = BTreeSet::new();
    for (id, item) in tx.list::<SubmissionItem>()? {
        if item.grant != *grant {
            continue;
        }
        parts.extend(
            item.attachments
                .iter()
                .flat_map(|access| &access.parts)
                .map(|part| part.address),
        );
        let record = RecordId::new(id.as_slice().try_into().map_err(|_| fault::Error::Damaged)?);
        for (number, task) in tx.list::<Task>()? {
            if outbox::record_of(&task.kind) == Some(record) {
                tx.delete::<Task>(&number);
            }
        }
        tx.delete::<SubmissionItem>(&id);
    }
    for (id, item) in tx.list::<UploadItem>()? {
        let waiting: Option<WaitingRecord> = tx.get(item.waiting.as_bytes())?;
        if waiting.is_some_and(|waiting| waiting.grant == Some(*grant)) {
            upload::cancel(tx, &Hash::new(id.try_into().map_err(|_| fault::Error::Damaged)?), &[])?;
        }
    }
    Ok(parts)
}

/// Permissions to copy that need the grant, and what arrived by them.
fn copies(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    for (id, item) in tx.list::<CopyToItem>()? {
        if is_copy(&item.statement, grant)? {
            let permission = StatementId::from(<[u8; 32]>::try_from(id.as_slice()).map_err(|_| fault::Error::Damaged)?);
            for (mailbox, item) in tx.list::<MailboxItem>()? {
                if item.purpose == MailboxUse::Copy(permission) {
                    tx.delete::<MailboxItem>(&mailbox);
                }
            }
            tx.delete::<CopyToItem>(&id);
        }
    }
    for (id, _) in tx.list::<CopiedItem>()? {
        if id.starts_with(grant.as_bytes()) {
            tx.delete::<CopiedItem>(&id);
        }
    }
    Ok(())
}

/// Parts of files that something else needs: the same file may be shared by another grant too.
fn parts_in_use(tx: &Tx<'_>) -> Result<BTreeSet<Hash>, Fault> {
    let shared = tx.list::<SharedItem>()?.into_iter().map(|(_, item)| item.attachments);
    let written = tx
        .list::<SubmissionItem>()?
        .into_iter()
        .map(|(_, item)| item.attachments);
    Ok(shared
        .chain(written)
        .flatten()
        .flat_map(|access| access.parts)
        .map(|part| part.address)
        .collect())
}

/// The grant's chain as it was read: its share blocks hold the keys of all copies.
fn share(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let name = ChainName::Received(*grant);
    if let Some(chain) = tx.get::<ChainItem>(&name.id())? {
        for sequence in 0..=chain.head.map_or(0, |head| head.sequence) {
            tx.delete::<BlockIndex>(&name.block(sequence));
            tx.delete::<BlockData>(&name.block(sequence));
        }
        tx.delete::<ChainItem>(&name.id());
    }
    for (id, item) in tx.list::<EpochItem>()? {
        if item.name == name {
            tx.delete::<EpochItem>(&id);
        }
    }
    Ok(())
}
