//! The holder's side: a patient asks, the holder deletes or says why not.

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::envelope::{self, Envelope, MessageKind};
use protocol::id::GrantId;

use super::{Error, purge};
use crate::body::{DeletionAnswer, DeletionAsked, DeletionDone, DeletionWanted, NoteBody, Notice, RefusalReason};
use crate::chain;
use crate::fault::{self, Fault};
use crate::flow::{check_text, mailbox, record};
use crate::item::{
    AccessItem, Address, ChainItem, ChainName, DeletionWantedItem, MailboxItem, MailboxUse, Meta, Task, TaskKind,
};
use crate::state::{Read, Tx};

/// Most bytes of what is said beside a refusal.
const MAX_TEXT: usize = 500;

/// A message asks. It must come from a device of the patient who gave the grant; one that joined later brings its evidence.
pub(in crate::flow) fn told(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    asked: &DeletionAsked,
    envelope: &Envelope,
) -> Result<(), Fault> {
    let access: AccessItem = tx.item(grant.as_bytes())?;
    let chain = ChainItem::read_named(tx, &ChainName::Received(*grant))?;
    let mut keys = chain.keys()?;
    let actor = asked.evidence.verify()?;
    let named = actor
        .check(&envelope.actor, &envelope.sender, &envelope.authority)
        .is_ok();
    if !named || envelope.sender != access.patient || envelope.grant != Some(*grant) {
        return Err(envelope::Error::Sender.into());
    }
    if !chain.devices.contains(&asked.evidence) {
        keys.add(&chain.owner, &asked.evidence)?;
    }
    if keys.removed(&actor.authority).is_some() {
        return Err(envelope::Error::Sender.into());
    }
    listed(tx, grant, asked)
}

/// The grant's chain asks, or a message did: noted once in the own chain. An older request than the newest known one changes nothing.
pub(in crate::flow) fn listed(tx: &mut Tx<'_>, grant: &GrantId, asked: &DeletionAsked) -> Result<(), Fault> {
    if asked.grant != *grant {
        return Err(Error::Other.into());
    }
    let Some(access) = tx.get::<AccessItem>(grant.as_bytes())? else {
        return Ok(());
    };
    let known = tx.get::<DeletionWantedItem>(grant.as_bytes())?;
    if known.is_some_and(|known| known.wanted.asked.request == asked.request || known.wanted.asked.time > asked.time) {
        return Ok(());
    }
    let name = access.name.clone();
    let note = NoteBody::DeletionWanted(Box::new(DeletionWanted {
        asked: asked.clone(),
        patient: access.patient,
        name: access.name,
    }));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    tx.tell("show.deletion_asked", grant, &[("name", &name)]);
    Ok(())
}

/// A patient asks, as the own chain says.
pub(in crate::flow) fn wanted(tx: &mut Tx<'_>, wanted: &DeletionWanted) -> Result<(), Fault> {
    let id = wanted.asked.grant;
    let known = tx.get::<DeletionWantedItem>(id.as_bytes())?;
    if known.is_none_or(|known| known.wanted.asked.request != wanted.asked.request) {
        let item = DeletionWantedItem {
            wanted: wanted.clone(),
            answered: None,
            refused: None,
            text: None,
        };
        tx.put(id.as_bytes(), &item);
    }
    Ok(())
}

/// Deletes everything that this vault holds of a grant: records, keys, files, here and in the own chain's bodies at the relay; then says so.
/// Not reached: what left this app before (prints, exports, another system).
///
/// # Errors
/// `deletion.none`, `deletion.pending`, `vault.need` with everything that must be looked through.
pub fn delete(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let wanted = pending(tx, grant)?;
    let access: AccessItem = tx.item(grant.as_bytes())?;
    let blocks = purge::blocks(tx, grant)?;
    let reply: Option<MailboxItem> = tx.get(access.reply.as_bytes())?;
    if let Some(reply) = reply.filter(|reply| reply.purpose == MailboxUse::Reply(*grant)) {
        let remove = TaskKind::RemoveMailbox(reply.origin, access.reply, reply.read);
        Task::enqueue(tx, format!("deletion:{}", access.reply), remove)?;
    }
    let own = ChainName::Own;
    for sequence in &blocks {
        Task::enqueue(tx, own.lane(), TaskKind::EraseBody(own, *sequence))?;
        Task::enqueue(tx, own.lane(), TaskKind::CheckBody(own, *sequence))?;
    }
    answer(tx, &wanted, None, None, blocks)?;
    tx.tell("show.deletion_done", grant, &[("name", &wanted.wanted.name)]);
    Ok(())
}

/// Says why nothing is deleted.
///
/// # Errors
/// `deletion.none`, `deletion.reason`, `vault.text`.
pub fn refuse(tx: &mut Tx<'_>, grant: &GrantId, reason: RefusalReason, text: Option<String>) -> Result<(), Fault> {
    let wanted = pending(tx, grant)?;
    match &text {
        Some(text) => check_text(text, MAX_TEXT)?,
        None if reason == RefusalReason::Other => return Err(Error::Reason.into()),
        None => {}
    }
    answer(tx, &wanted, Some(reason), text, Vec::new())
}

/// The request that is not answered, or was refused: whoever refused may still delete.
fn pending(tx: &Tx<'_>, grant: &GrantId) -> Result<DeletionWantedItem, Fault> {
    let item = tx.get::<DeletionWantedItem>(grant.as_bytes())?;
    item.filter(|item| item.answered.is_none() || item.refused.is_some())
        .ok_or_else(|| Error::None.into())
}

fn answer(
    tx: &mut Tx<'_>,
    item: &DeletionWantedItem,
    refused: Option<RefusalReason>,
    text: Option<String>,
    blocks: Vec<u32>,
) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    let asked = &item.wanted.asked;
    let access: AccessItem = tx.get(asked.grant.as_bytes())?.ok_or(fault::Error::NotFound)?;
    let credential = if access.is_holder(&meta.identity()?)? {
        None
    } else {
        record::newest_credential(tx)?
    };
    let done = DeletionDone {
        grant: asked.grant,
        request: asked.request,
        time: tx.now,
        refused,
        text: text.clone(),
        blocks,
    };
    let note = NoteBody::DeletionDone(Box::new(done));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    let notice = Notice::DeletionAnswer(Box::new(DeletionAnswer {
        grant: asked.grant,
        request: asked.request,
        refused,
        text,
        evidence: meta.evidence,
        credential,
    }));
    let to = Address {
        origin: asked.origin.clone(),
        mailbox: asked.mailbox,
        send: Some(asked.send.clone()),
    };
    let recipient = (item.wanted.patient, asked.key.to_vec());
    // Behind the erasing of the own chain's bodies: nothing is called deleted before the relay was asked to delete it.
    let lane = ChainName::Own.lane();
    let (body, grant) = (cbor::encode(&notice), Some(asked.grant));
    mailbox::send_in(tx, lane, to, recipient, MessageKind::Notice, &body, grant, None)
}

/// What was answered, as the own chain says: on each of the holder's devices everything of the grant goes.
pub(in crate::flow) fn done(tx: &mut Tx<'_>, done: &DeletionDone) -> Result<(), Fault> {
    if let Some(mut item) = tx.get::<DeletionWantedItem>(done.grant.as_bytes())?
        && item.wanted.asked.request == done.request
    {
        item.answered = Some(done.time);
        item.refused = done.refused;
        item.text.clone_from(&done.text);
        tx.put(done.grant.as_bytes(), &item);
    }
    match done.refused {
        None => purge::purge(tx, &done.grant, &done.blocks),
        Some(_) => Ok(()),
    }
}
