//! Writing a chain: a block is signed and applied at once, and sent when the relay can be reached.

use protocol::block::{Block, BlockKind, BlockStatement, LogCommitment, body_commitment};
use protocol::chain::Head;
use protocol::hash::Hash;
use protocol::log_entry;
use protocol::statement::Signed;

use crate::crypto::secret::{Secret32, SecretBytes};
use crate::fault::{Error, Fault};
use crate::flow;
use crate::item::{BlockData, BlockIndex, ChainItem, ChainName, EndStep, Meta, PendingBlock, Task, TaskKind};
use crate::state::{Read, Tx};

/// Signs the first block of a chain whose item has no head yet; stores chain and block.
///
/// # Errors
/// `vault.not_ready`, `block.*`.
pub fn begin(tx: &mut Tx<'_>, name: &ChainName, mut chain: ChainItem, content: &[u8]) -> Result<Block, Fault> {
    let log = LogCommitment {
        log_key: LogCommitment::of(chain.log_key.as_bytes()),
        log: chain.log.clone(),
    };
    let block = sign(tx, &mut chain, name, BlockKind::Genesis, content, Some(log))?;
    flow::apply(tx, name, &block, Some(content))?;
    Ok(block)
}

/// Signs the next block of a chain that this vault may write.
///
/// # Errors
/// `vault.not_ready`, `vault.state`, `chain.ended`.
pub fn append(tx: &mut Tx<'_>, name: &ChainName, kind: BlockKind, content: &[u8]) -> Result<Block, Fault> {
    let mut chain = ChainItem::read_named(tx, name)?;
    if chain.head.is_none() || chain.write.is_none() {
        return Err(Error::State.into());
    }
    let block = sign(tx, &mut chain, name, kind, content, None)?;
    flow::apply(tx, name, &block, Some(content))?;
    push(tx, name)?;
    Ok(block)
}

/// Signs an `epoch` block, whose keys the flow has stored under what it commits to; everything behind it is under those.
///
/// # Errors
/// As [`append`].
pub fn open_epoch(tx: &mut Tx<'_>, name: &ChainName, log_key: Hash, content: &[u8]) -> Result<(), Fault> {
    let mut chain = ChainItem::read_named(tx, name)?;
    if chain.head.is_none() || chain.write.is_none() {
        return Err(Error::State.into());
    }
    let log = LogCommitment {
        log_key,
        log: chain.log.clone(),
    };
    let block = sign(tx, &mut chain, name, BlockKind::Epoch, content, Some(log))?;
    flow::epoch::enter(tx, name, &mut chain, &block, Some(content))?;
    chain.write(tx, name);
    flow::apply(tx, name, &block, Some(content))?;
    push(tx, name)
}

fn sign(
    tx: &mut Tx<'_>,
    chain: &mut ChainItem,
    name: &ChainName,
    kind: BlockKind,
    content: &[u8],
    log: Option<LogCommitment>,
) -> Result<Block, Fault> {
    let meta = Meta::read(tx)?;
    let actor = meta.actor()?;
    let mut body = tx.random().as_bytes().to_vec();
    body.extend_from_slice(content);
    let sequence = chain.head.as_ref().map_or(0, |head| head.sequence + 1);
    let statement = BlockStatement {
        version: 1,
        chain: chain.head.as_ref().map(|head| head.chain),
        sequence,
        previous: chain.head.as_ref().map(|head| head.hash),
        time: tx.now,
        kind,
        body: body_commitment(&body),
        salt: tx.random(),
        actor: actor.device,
        owner: actor.identity,
        authority: actor.authority,
        log,
    };
    let block = Signed::issue(statement, &meta.device)?;
    chain.head = Some(match &chain.head {
        Some(head) => head.accept(&block)?,
        None => Head::begin(&block)?,
    });
    if chain.devices.is_empty() {
        chain.devices.push(meta.evidence);
    }
    chain.pending += 1;
    let id = name.block(sequence);
    let index = BlockIndex {
        hash: block.block_hash(),
        kind,
        time: block.time,
        promised: None,
    };
    tx.put(&id, &index);
    let label = log_entry::label(chain.log_key.as_bytes(), sequence);
    let key = Secret32::generate(tx.rng);
    let body = SecretBytes::new(body);
    tx.put(
        &id,
        &PendingBlock {
            block: block.bytes().to_vec().into(),
            body,
            key,
            label,
        },
    );
    chain.write(tx, name);
    Ok(block)
}

/// Makes sure that pending blocks are sent after everything that is already in the chain's lane.
///
/// # Errors
/// `vault.missing`.
pub fn push(tx: &mut Tx<'_>, name: &ChainName) -> Result<(), Fault> {
    for (id, task) in tx.list::<Task>()? {
        if matches!(&task.kind, TaskKind::Push(chain) if chain == name) {
            tx.delete::<Task>(&id);
        }
    }
    Task::enqueue(tx, name.lane(), TaskKind::Push(*name))?;
    // What takes the blocks before the end away waits until the end stands, also when that has to be signed again.
    for (id, task) in tx.list::<Task>()? {
        if matches!(&task.kind, TaskKind::EndGrant(grant, EndStep::Blocks) if ChainName::Given(*grant) == *name) {
            tx.delete::<Task>(&id);
            Task::enqueue(tx, task.lane, task.kind)?;
        }
    }
    Ok(())
}

/// Somebody else's block took the place of the oldest pending one: takes all pending blocks off and gives back kinds and contents, so
/// that they can be appended again after the other block was accepted.
///
/// # Errors
/// `vault.missing`, `block.*`.
pub fn resign(tx: &mut Tx<'_>, name: &ChainName, chain: &mut ChainItem) -> Result<Vec<(BlockKind, Vec<u8>)>, Fault> {
    let head = chain.head.clone().ok_or(Error::Missing)?;
    let first = head.sequence + 1 - chain.pending;
    let mut drafts = Vec::new();
    for sequence in first..=head.sequence {
        let id = name.block(sequence);
        let pending: PendingBlock = tx.get(&id)?.ok_or(Error::Missing)?;
        let block = Block::verify(&pending.block)?;
        let content = pending.body.as_bytes().get(32..).unwrap_or_default().to_vec();
        flow::undo(tx, name, block.kind, &content)?;
        if block.kind == BlockKind::Epoch {
            flow::epoch::close(chain, sequence, &content)?;
        }
        drafts.push((block.kind, content));
        tx.delete::<PendingBlock>(&id);
        tx.delete::<BlockIndex>(&id);
        tx.delete::<BlockData>(&id);
    }
    chain.pending = 0;
    chain.head = match first.checked_sub(1) {
        Some(last) => {
            let index: BlockIndex = tx.item(&name.block(last))?;
            Some(Head {
                sequence: last,
                hash: index.hash,
                time: index.time,
                ended: index.kind == BlockKind::Ended,
                log: LogCommitment {
                    log_key: LogCommitment::of(chain.log_key.as_bytes()),
                    log: chain.log.clone(),
                },
                ..head
            })
        }
        None => None,
    };
    Ok(drafts)
}
