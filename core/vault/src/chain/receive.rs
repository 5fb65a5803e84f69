//! Reading a chain from a relay: the owner's other devices, grants received, organizations.

use protocol::block::{self, Block, BlockKind, LogCommitment};
use protocol::chain::Head;
use protocol::log_entry;
use protocol::promise::Promise;
use protocol::relay::message::Entry;
use protocol::time::Timestamp;

use super::{Error, append, open_block, resign};
use crate::fault::{self, Fault};
use crate::flow;
use crate::item::{BlockData, BlockIndex, ChainItem, ChainName, Meta, PendingBlock, Stage};
use crate::state::{Read, Tx};

/// Takes in entries that a relay listed, in order. Own pending blocks are recognised; if another device's block came first, the
/// pending ones are signed again behind it, and nothing of either is lost.
///
/// # Errors
/// `sync.*`, `chain.*`, `block.*`, `promise.*`.
pub fn receive(tx: &mut Tx<'_>, name: &ChainName, entries: &[Entry]) -> Result<(), Fault> {
    let mut drafts = Vec::new();
    let mut news = false;
    for entry in entries {
        let mut chain = ChainItem::read_named(tx, name)?;
        if chain.cursor.is_some_and(|cursor| entry.index <= cursor) {
            check_known(tx, name, &chain, entry)?;
            continue;
        }
        let sequence = chain.head.as_ref().map_or(0, |head| head.sequence + 1) - chain.pending + chain.skipped;
        let promised = check_promise(&chain, sequence, entry)?;
        if entry.block.is_none() && chain.pending == 0 && matches!(name, ChainName::Given(_) | ChainName::Received(_)) {
            // What came before the end of a grant is erased with it; that there is such an end is checked when all was read.
            chain.skipped += 1;
            chain.cursor = Some(entry.index);
            chain.write(tx, name);
            continue;
        }
        let id = name.block(sequence);
        if chain.pending > 0 {
            let pending: PendingBlock = tx.get(&id)?.ok_or(fault::Error::Missing)?;
            let own = Block::verify(&pending.block)?;
            if log_entry::commit(
                &own.block_hash(),
                &log_entry::salt(chain.log_key_at(sequence).as_bytes(), sequence),
            ) == entry.commit
            {
                admit(
                    tx,
                    name,
                    &mut chain,
                    sequence,
                    entry.index,
                    promised,
                    entry.promise.0.clone(),
                )?;
                continue;
            }
            drafts = resign(tx, name, &mut chain)?;
            chain.write(tx, name);
        }
        accept(tx, name, chain, sequence, entry, promised)?;
        news = true;
    }
    for (kind, content) in drafts {
        if kind == BlockKind::Epoch {
            flow::epoch::again(tx, name, &content)?;
        } else if flow::still_wanted(tx, name, kind, &content)? {
            append(tx, name, kind, &content)?;
        }
    }
    if news && *name == ChainName::Own && Meta::read(tx)?.stage == Stage::Ready {
        flow::share::look_after(tx)?;
    }
    Ok(())
}

/// A pending block was admitted.
///
/// # Errors
/// `vault.missing`.
pub(crate) fn admit(
    tx: &mut Tx<'_>,
    name: &ChainName,
    chain: &mut ChainItem,
    sequence: u32,
    index: u64,
    promised: Timestamp,
    promise: Vec<u8>,
) -> Result<(), Fault> {
    let id = name.block(sequence);
    let pending: PendingBlock = tx.get(&id)?.ok_or(fault::Error::Missing)?;
    let mut block: BlockIndex = tx.item(&id)?;
    block.promised = Some(promised);
    let own = pending.block.clone();
    tx.put(&id, &block);
    tx.put(
        &id,
        &BlockData {
            block: pending.block,
            body: Some(pending.body),
            promise: promise.into(),
        },
    );
    tx.delete::<PendingBlock>(&id);
    let own = Block::verify(&own)?;
    flow::epoch::admitted(tx, name, chain, &own)?;
    flow::grant_key::carried_out(tx, name, own.kind)?;
    chain.pending -= 1;
    chain.cursor = Some(index);
    chain.write(tx, name);
    if chain.pending == 0 {
        flow::settled(tx, name)?;
        *chain = ChainItem::read_named(tx, name)?;
    }
    Ok(())
}

/// An entry that was read before must not have changed.
fn check_known(tx: &Tx<'_>, name: &ChainName, chain: &ChainItem, entry: &Entry) -> Result<(), Fault> {
    let Some(head) = &chain.head else { return Ok(()) };
    let known = head.sequence - chain.pending.min(head.sequence);
    if chain.cursor != Some(entry.index) {
        return Ok(());
    }
    let index: BlockIndex = tx.item(&name.block(known))?;
    let commit = log_entry::commit(&index.hash, &log_entry::salt(chain.log_key_at(known).as_bytes(), known));
    if entry.commit == commit {
        Ok(())
    } else {
        Err(Error::Conflict.into())
    }
}

/// Label and promise belong to this place of this chain.
pub(crate) fn check_promise(chain: &ChainItem, sequence: u32, entry: &Entry) -> Result<Timestamp, Fault> {
    if entry.label != log_entry::label(chain.log_key_at(sequence).as_bytes(), sequence) {
        return Err(Error::Label.into());
    }
    let promise = Promise::verify(&entry.promise.0, &chain.log.key)?;
    let named = promise.map_key == log_entry::map_key(&chain.resource, &entry.label)
        && promise.commit == entry.commit
        && promise.origin == chain.log.origin;
    if named {
        Ok(promise.time)
    } else {
        Err(Error::Promise.into())
    }
}

/// The last block of a grant's chain, read when blocks before it were erased already: nothing links it to what is known, so it must
/// carry the patient's own signed end of this very grant.
fn end_after_gap(
    name: &ChainName,
    chain: &mut ChainItem,
    block: &Block,
    sequence: u32,
    content: Option<&[u8]>,
) -> Result<Head, Fault> {
    let (ChainName::Given(grant) | ChainName::Received(grant)) = name else {
        return Err(Error::Gone.into());
    };
    let (BlockKind::Ended, Some(content), Some(id)) = (block.kind, content, block.chain) else {
        return Err(Error::Gone.into());
    };
    let known = chain.head.as_ref().map(|head| head.chain).or(chain.expected);
    if known.is_some_and(|known| known != id) {
        return Err(protocol::chain::Error::Chain.into());
    }
    if block.owner != chain.owner || block.sequence != sequence {
        return Err(protocol::chain::Error::Owner.into());
    }
    flow::change::check_end(grant, chain, content)?;
    Ok(Head {
        chain: id,
        owner: block.owner,
        sequence,
        hash: block.block_hash(),
        time: block.time,
        log: LogCommitment {
            log_key: LogCommitment::of(chain.log_key.as_bytes()),
            log: chain.log.clone(),
        },
        ended: true,
    })
}

fn accept(
    tx: &mut Tx<'_>,
    name: &ChainName,
    mut chain: ChainItem,
    sequence: u32,
    entry: &Entry,
    promised: Timestamp,
) -> Result<(), Fault> {
    let part = |bytes: &Option<protocol::relay::text::Bytes>| bytes.as_ref().map(|bytes| bytes.0.clone());
    let (sealed, slot, sealed_body) = (part(&entry.block), part(&entry.slot), part(&entry.body));
    let (bytes, body) = open_block(
        chain.epoch_at(sequence),
        &entry.label,
        sealed.as_deref(),
        slot.as_deref(),
        sealed_body.as_deref(),
    )?;
    let block = Block::verify(&bytes)?;
    if log_entry::commit(
        &block.block_hash(),
        &log_entry::salt(chain.log_key_at(sequence).as_bytes(), sequence),
    ) != entry.commit
    {
        return Err(Error::Commit.into());
    }
    let content = match &body {
        Some(body) => Some(block::check_body(&block, body.as_bytes())?.to_vec()),
        None => None,
    };
    let head = match &chain.head {
        _ if chain.skipped > 0 => end_after_gap(name, &mut chain, &block, sequence, content.as_deref())?,
        Some(head) => head.accept(&block)?,
        None => {
            let head = Head::begin(&block)?;
            flow::check_genesis(name, &mut chain, &block, content.as_deref())?;
            head
        }
    };
    flow::check_device(&mut chain, &block, content.as_deref())?;
    chain.keys()?.check(&block)?;
    if block.kind == BlockKind::Epoch {
        flow::epoch::enter(tx, name, &mut chain, &block, content.as_deref())?;
        flow::epoch::admitted(tx, name, &mut chain, &block)?;
    }
    chain.head = Some(head);
    chain.skipped = 0;
    chain.cursor = Some(entry.index);
    chain.write(tx, name);
    let id = name.block(sequence);
    let index = BlockIndex {
        hash: block.block_hash(),
        kind: block.kind,
        time: block.time,
        promised: Some(promised),
    };
    tx.put(&id, &index);
    tx.put(
        &id,
        &BlockData {
            block: bytes.into(),
            body,
            promise: entry.promise.0.clone().into(),
        },
    );
    flow::apply(tx, name, &block, content.as_deref())
}
