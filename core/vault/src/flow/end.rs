//! Taking an ended grant away from its relay, and believing it only after looking (FLOW-12).
//!
//! First the fetch keys, the copies and the mailbox go, then, once the last block stands, every block before it. Then each of them is asked
//! for again. Only when all are gone the own chain notes that the grant has stopped; a relay that says "done" and is found not to
//! have done it is asked anew, and the grant goes on reading *stopping*.

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::hash::Hash;
use protocol::id::{GrantId, MailboxId, RecordId};
use protocol::key::{PublicKey, Signer};
use protocol::relay::message::{Capabilities, FetchKey};

use super::deletion;
use crate::body::{NoteBody, StoppedNote};
use crate::chain;
use crate::crypto::kdf::{self, Purpose};
use crate::crypto::signing::SigningKey;
use crate::fault::{self, Fault};
use crate::item::{
    BlockData, BlockIndex, ChainItem, ChainName, CopyItem, DeliveryItem, EndStep, GrantItem, MailboxItem, MailboxUse,
    OfferItem, Task, TaskKind,
};
use crate::state::{Read, Tx};

/// Seconds that the last block of an ended grant stays readable.
const AFTERLIFE: u64 = 30 * 24 * 3600;
/// Seconds after which another device of the owner takes over what the revoking one did not finish.
const TAKEOVER: u64 = 600;
/// Seconds until a relay that did not do what it said is asked again.
const PATIENCE: u64 = 300;
/// Addresses in one question.
pub(crate) const PAGE: usize = 4096;

/// The capability that reads what is left of a grant's chain after its end: both sides derive it, nobody sends it.
pub(crate) fn capability(chain: &ChainItem) -> SigningKey {
    let seed = kdf::derive(
        chain.epoch.as_bytes(),
        Purpose::EndedCapability,
        chain.resource.as_bytes(),
    );
    SigningKey::from_seed(&seed)
}

/// A grant was revoked here: what was on its way to it is dropped, and the relay is asked to take it away.
pub(super) fn begin(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let lane = ChainName::Given(*grant).lane();
    for (id, task) in tx.list::<Task>()? {
        let kept = matches!(
            task.kind,
            TaskKind::CreateChain(..) | TaskKind::PutMailbox(..) | TaskKind::Push(_) | TaskKind::Pull(_)
        );
        if task.lane == lane && !kept {
            tx.delete::<Task>(&id);
        }
    }
    queue(tx, grant, EndStep::ReadKeys)?;
    for (id, offer) in tx.list::<OfferItem>()? {
        if offer.grant == Some(*grant) {
            let id: [u8; 32] = id.try_into().map_err(|_| fault::Error::Damaged)?;
            Task::enqueue(tx, lane.clone(), TaskKind::DeleteOffer(id.into()))?;
        }
    }
    // Blocks that wait come after the keys are gone: a relay whose room is full must not hold up a revocation.
    if ChainItem::read_named(tx, &ChainName::Given(*grant))?.pending > 0 {
        chain::push(tx, &ChainName::Given(*grant))?;
    }
    Ok(())
}

/// Puts a step at the end of the grant's lane.
pub(super) fn queue(tx: &mut Tx<'_>, grant: &GrantId, step: EndStep) -> Result<(), Fault> {
    let lane = ChainName::Given(*grant).lane();
    Task::enqueue(tx, lane, TaskKind::EndGrant(*grant, step))
}

/// The capabilities of an ended grant's chain: nobody's fetch keys, and no one to add any.
pub(crate) fn closed(chain: &ChainItem, known: Capabilities) -> Capabilities {
    Capabilities {
        read: Vec::new(),
        fetch: vec![FetchKey {
            key: capability(chain).public_key(),
            upload: 0,
        }],
        grantee: None,
        paused: false,
        ..known
    }
}

/// Whether these are the capabilities of an ended grant's chain.
pub(crate) fn is_closed(chain: &ChainItem, known: &Capabilities) -> bool {
    let fetch: Vec<PublicKey> = known.fetch.iter().map(|fetch| fetch.key).collect();
    known.read.is_empty() && known.grantee.is_none() && fetch == [capability(chain).public_key()]
}

/// Every address under which the grant's chain held something.
///
/// # Errors
/// `vault.damaged`.
pub(crate) fn addresses(from: &impl Read, grant: &GrantId) -> Result<Vec<Hash>, Fault> {
    let mut all: Vec<Hash> = from
        .list::<CopyItem>()?
        .into_iter()
        .filter(|(id, _)| id.starts_with(grant.as_bytes()))
        .flat_map(|(_, copy)| copy.parts.into_iter().chain([copy.address]))
        .collect();
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// A mailbox that an earlier epoch of this grant had, the present one last: all of them go.
///
/// # Errors
/// `vault.damaged`.
pub(crate) fn next_mailbox(from: &impl Read, grant: &GrantId) -> Result<MailboxId, Fault> {
    let present = from.item::<GrantItem>(grant.as_bytes())?.mailbox;
    for (id, item) in from.list::<MailboxItem>()? {
        if item.purpose == MailboxUse::Grant(*grant) && id != present.as_bytes() {
            let id: [u8; 32] = id.try_into().map_err(|_| fault::Error::Damaged)?;
            return Ok(id.into());
        }
    }
    Ok(present)
}

/// A mailbox of the grant was deleted. Gives whether there is another one; the present one is kept here until it was looked for.
pub(crate) fn mailbox_gone(tx: &mut Tx<'_>, grant: &GrantId) -> Result<bool, Fault> {
    let gone = next_mailbox(tx, grant)?;
    if gone == tx.item::<GrantItem>(grant.as_bytes())?.mailbox {
        return Ok(false);
    }
    tx.delete::<MailboxItem>(gone.as_bytes());
    Ok(true)
}

/// The relay was found not to have done what it said: everything once more, later.
pub(crate) fn denied(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let code = protocol::code::Coded::code(&protocol::grant::Error::NotStopped);
    tx.tell("show.grant_not_stopped", grant, &[("code", code)]);
    let later = Some(tx.now.plus(PATIENCE));
    queue(tx, grant, EndStep::ReadKeys)?;
    queue(tx, grant, EndStep::Blocks)?;
    for (id, mut task) in tx.list::<Task>()? {
        if matches!(&task.kind, TaskKind::EndGrant(other, _) if other == grant) {
            task.not_before = later;
            tx.put(&id, &task);
        }
    }
    Ok(())
}

/// Everything was looked for and nothing found.
pub(crate) fn finish(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let item: GrantItem = tx.item(grant.as_bytes())?;
    if item.stopped.is_some() {
        return Ok(());
    }
    let mut delivered = Vec::new();
    for (id, delivery) in tx.list::<DeliveryItem>()? {
        if let Some(record) = id.strip_prefix(grant.as_bytes().as_slice()) {
            let record: [u8; 32] = record.try_into().map_err(|_| fault::Error::Damaged)?;
            delivered.push((RecordId::new(record), delivery.time));
        }
    }
    let note = NoteBody::Stopped(Box::new(StoppedNote {
        grant: *grant,
        time: tx.now,
        delivered,
    }));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    tx.tell("show.grant_stopped", grant, &[("name", &item.name)]);
    Ok(())
}

/// The end of a grant was confirmed, as the own chain says: what this device keeps of its copies goes too.
pub(super) fn stopped(tx: &mut Tx<'_>, note: &StoppedNote) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<GrantItem>(note.grant.as_bytes())? else {
        return Ok(());
    };
    let name = ChainName::Given(note.grant);
    let head = ChainItem::read_named(tx, &name)?.head;
    for sequence in 0..=head.map_or(0, |head| head.sequence) {
        if tx
            .get::<BlockIndex>(&name.block(sequence))?
            .is_some_and(|index| index.kind == BlockKind::Share)
        {
            forget_body(tx, &name, sequence)?;
        }
    }
    for (id, _) in tx.list::<CopyItem>()? {
        if id.starts_with(note.grant.as_bytes()) {
            tx.delete::<CopyItem>(&id);
        }
    }
    for (record, time) in &note.delivered {
        let id = [note.grant.as_bytes().as_slice(), record.as_bytes()].concat();
        if tx.get::<DeliveryItem>(&id)?.is_none() {
            let delivery = DeliveryItem {
                time: *time,
                claimed: false,
            };
            tx.put(&id, &delivery);
        }
    }
    tx.delete::<MailboxItem>(item.mailbox.as_bytes());
    for (id, task) in tx.list::<Task>()? {
        if matches!(&task.kind, TaskKind::EndGrant(other, _) if *other == note.grant) {
            tx.delete::<Task>(&id);
        }
    }
    item.stopped = Some(note.time);
    tx.put(note.grant.as_bytes(), &item);
    Ok(())
}

/// Deletes the body of an admitted block from this device.
///
/// # Errors
/// `vault.need`.
pub(super) fn forget_body(tx: &mut Tx<'_>, name: &ChainName, sequence: u32) -> Result<(), Fault> {
    let id = name.block(sequence);
    if let Some(mut data) = tx.get::<BlockData>(&id)?
        && data.body.is_some()
    {
        data.body = None;
        tx.put(&id, &data);
    }
    Ok(())
}

/// Looks after ended grants: takes over what another device left unfinished, and deletes chains whose last block was readable long
/// enough.
///
/// # Errors
/// `vault.damaged`.
pub(super) fn look_after(tx: &mut Tx<'_>, joined: bool) -> Result<(), Fault> {
    deletion::look_after(tx)?;
    for (id, item) in tx.list::<GrantItem>()? {
        let grant = GrantId::new(id.try_into().map_err(|_| fault::Error::Damaged)?);
        let queued = tx.list::<Task>()?.iter().any(|(_, task)| {
            matches!(&task.kind, TaskKind::EndGrant(other, _) | TaskKind::DeleteChain(other) if *other == grant)
        });
        if queued {
            continue;
        }
        match (item.ended, item.stopped) {
            (Some(ended), None) if joined || ended.plus(TAKEOVER) <= tx.now => take_over(tx, &grant)?,
            (_, Some(stopped)) if stopped.plus(AFTERLIFE) <= tx.now && !item.removed => {
                let lane = ChainName::Given(grant).lane();
                Task::enqueue(tx, lane, TaskKind::DeleteChain(grant))?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn take_over(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let name = ChainName::Given(*grant);
    begin(tx, grant)?;
    let chain = ChainItem::read_named(tx, &name)?;
    let closed = chain.head.as_ref().is_some_and(|head| head.ended) && chain.pending == 0;
    if closed {
        queue(tx, grant, EndStep::Blocks)
    } else {
        Task::enqueue(tx, name.lane(), TaskKind::Pull(name))
    }
}

/// The grant's chain was read to its end: if that end is the grant's own, what came before it goes.
pub(super) fn caught_up(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let Some(item) = tx.get::<GrantItem>(grant.as_bytes())? else {
        return Ok(());
    };
    let chain = ChainItem::read_named(tx, &ChainName::Given(*grant))?;
    let last = |task: &Task| matches!(&task.kind, TaskKind::EndGrant(other, step) if other == grant && *step != EndStep::ReadKeys);
    let queued = tx.list::<Task>()?.iter().any(|(_, task)| last(task));
    let ended = chain.head.as_ref().is_some_and(|head| head.ended) && chain.pending == 0;
    if item.ended.is_some() && item.stopped.is_none() && ended && !queued {
        queue(tx, grant, EndStep::Blocks)?;
    }
    Ok(())
}

/// The relay deleted the chain of a grant that ended long ago.
pub(crate) fn removed(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    if let Some(mut item) = tx.get::<GrantItem>(grant.as_bytes())? {
        item.removed = true;
        tx.put(grant.as_bytes(), &item);
    }
    Ok(())
}
