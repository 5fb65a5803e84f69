//! The patient asks whoever holds a grant to delete what it gave (FLOW-30; `core/spec/grant.md`, DELETE rules).
//!
//! The request reaches the holder by a message, and everybody who reads the grant's chain by a block: a note while the grant lives, its last
//! block when it ends with the wish. The answer is a message signed by the holder and stays in the patient's chain as it was signed.
//! Invariant: an answer is what somebody says; nothing here calls it proof.

mod holder;
mod purge;

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::coded_error;
use protocol::credential;
use protocol::envelope::{self, Envelope};
use protocol::grant::Grant;
use protocol::id::{GrantId, MailboxId};
use protocol::key::Signer;

use super::{change, decode, holder as acting, submit};
use crate::body::{AnsweredNote, DeletionAsked, DeletionNote, MailboxNote, NoteBody, Notice};
use crate::chain;
use crate::crypto::hpke::RecipientSecret;
use crate::crypto::signing::SigningKey;
use crate::fault::Fault;
use crate::item::{
    AnswerItem, ChainItem, ChainName, DelegationItem, DeletionItem, GrantItem, MailboxItem, MailboxUse, Meta, Task,
    TaskKind,
};
use crate::state::{Read, Tx};

pub use holder::{delete, refuse};
pub(super) use holder::{done, listed, told, wanted};

coded_error! {
    /// Why a request to delete, or its answer, does not count.
    pub enum Error {
        Asked = "deletion.asked", "this was asked already and is not answered yet";
        None = "deletion.none", "nobody asks for this to be deleted, or it was deleted already";
        Other = "deletion.other", "the message is about another grant or another request";
        Pending = "deletion.pending", "some of it has not reached the relay yet; connect first, then delete it";
        Reason = "deletion.reason", "this is no reason from the list, or the other reason was not said in words";
    }
}

/// Seconds after which the mailbox for answers goes, whoever has not answered by then.
const PATIENCE: u64 = 90 * 24 * 3600;

/// Asks whoever holds a grant to delete what it gave, and with `revoke` ends the grant in the same step.
///
/// # Errors
/// `vault.not_found`, `deletion.asked`, `grant.revoked` when it is to be ended and has ended already.
pub fn ask(tx: &mut Tx<'_>, grant: &GrantId, revoke: bool) -> Result<(), Fault> {
    let item: GrantItem = tx.item(grant.as_bytes())?;
    if open(tx, grant)?.is_some() {
        return Err(Error::Asked.into());
    }
    let meta = Meta::read(tx)?;
    let send = SigningKey::generate(tx.rng);
    let mailbox = MailboxNote {
        origin: ChainItem::read_named(tx, &ChainName::Own)?.origin,
        mailbox: MailboxId::from(tx.random()),
        read: SigningKey::generate(tx.rng),
        sealing: RecipientSecret::generate(tx.rng),
    };
    let asked = DeletionAsked {
        grant: *grant,
        request: tx.random(),
        time: tx.now,
        evidence: meta.evidence,
        origin: mailbox.origin.clone(),
        mailbox: mailbox.mailbox,
        send: send.clone(),
        key: mailbox.sealing.public().as_bytes().to_vec().into(),
    };
    let id = mailbox.mailbox;
    let note = NoteBody::DeletionAsked(Box::new(DeletionNote {
        asked: asked.clone(),
        mailbox,
    }));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    let mut made: MailboxItem = tx.item(id.as_bytes())?;
    made.created = false;
    tx.put(id.as_bytes(), &made);
    let put = TaskKind::PutMailbox(id, vec![send.public_key()], false, None);
    Task::enqueue(tx, format!("deletion:{id}"), put)?;
    submit::answer(tx, grant, None, &Notice::DeletionAsked(Box::new(asked.clone())))?;
    if revoke {
        // The last block of the grant's chain will say it too.
        return change::revoke(tx, grant);
    }
    let name = ChainName::Given(*grant);
    let head = ChainItem::read_named(tx, &name)?.head;
    if item.ended.is_none() && head.is_some_and(|head| !head.ended) {
        chain::append(tx, &name, BlockKind::Note, &cbor::encode(&asked))?;
    }
    Ok(())
}

/// The request of a grant that nobody has answered yet.
///
/// # Errors
/// `vault.damaged`.
pub(super) fn open(from: &impl Read, grant: &GrantId) -> Result<Option<DeletionAsked>, Fault> {
    let item = from.get::<DeletionItem>(grant.as_bytes())?;
    Ok(item.filter(|item| item.answers.is_empty()).map(|item| item.asked))
}

/// A request, as the own chain says.
pub(super) fn noted(tx: &mut Tx<'_>, note: &DeletionNote) -> Result<(), Fault> {
    let grant = note.asked.grant;
    if let Some(before) = tx.get::<DeletionItem>(grant.as_bytes())? {
        if before.asked == note.asked {
            return Ok(());
        }
        close(tx, &before)?;
    }
    let item = DeletionItem {
        asked: note.asked.clone(),
        answers: Vec::new(),
        closed: false,
    };
    tx.put(grant.as_bytes(), &item);
    let mailbox = MailboxItem {
        origin: note.mailbox.origin.clone(),
        purpose: MailboxUse::Deletion(grant),
        read: note.mailbox.read.clone(),
        sealing: note.mailbox.sealing.clone(),
        cursor: None,
        counters: Vec::new(),
        created: true,
    };
    tx.put(note.mailbox.mailbox.as_bytes(), &mailbox);
    Ok(())
}

/// An answer arrived. It counts if a device of somebody who holds the grant signed it, for this very request.
pub(super) fn answered(tx: &mut Tx<'_>, grant: &GrantId, envelope: &Envelope) -> Result<(), Fault> {
    let Notice::DeletionAnswer(body) = decode::<Notice>(&envelope.body)? else {
        return Err(envelope::Error::Kind.into());
    };
    let item: DeletionItem = tx.item(grant.as_bytes())?;
    if body.grant != *grant || envelope.grant != Some(*grant) || body.request != item.asked.request {
        return Err(Error::Other.into());
    }
    let actor = body.evidence.verify()?;
    if actor
        .check(&envelope.actor, &envelope.sender, &envelope.authority)
        .is_err()
    {
        return Err(envelope::Error::Sender.into());
    }
    let given: GrantItem = tx.item(grant.as_bytes())?;
    let statement = Grant::verify(&given.grant)?;
    let team = statement.grantee.team();
    let (name, last) = if team == Some(envelope.sender) {
        (given.name.clone(), false)
    } else {
        match acting::acting(tx, grant, &statement, &envelope.sender, body.credential.as_ref())? {
            acting::Acting::Holder => (given.name.clone(), !delegated(tx, grant)?),
            acting::Acting::Delegate(delegation) => {
                let delegate: DelegationItem = tx.item(delegation.id().as_bytes())?;
                (delegate.name, false)
            }
            acting::Acting::Member(_) => {
                let credential = body.credential.as_ref().ok_or(credential::Error::None)?;
                (credential.verify()?.claims.name, false)
            }
        }
    };
    let last = last && body.refused.is_none();
    let note = NoteBody::DeletionAnswered(Box::new(AnsweredNote {
        envelope: envelope.bytes().to_vec().into(),
        name: name.clone(),
        last,
    }));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    match body.refused {
        None => tx.tell("show.deletion_said", grant, &[("name", &name)]),
        Some(_) => tx.tell("show.deletion_refused", grant, &[("name", &name)]),
    }
    Ok(())
}

fn delegated(tx: &Tx<'_>, grant: &GrantId) -> Result<bool, Fault> {
    let delegations = tx.list::<DelegationItem>()?;
    Ok(delegations.iter().any(|(_, item)| item.grant == *grant))
}

/// An answer, as the own chain says.
pub(super) fn answer_noted(tx: &mut Tx<'_>, note: &AnsweredNote) -> Result<(), Fault> {
    let envelope = Envelope::verify(&note.envelope)?;
    let Notice::DeletionAnswer(body) = decode::<Notice>(&envelope.body)? else {
        return Err(envelope::Error::Kind.into());
    };
    let Some(mut item) = tx.get::<DeletionItem>(body.grant.as_bytes())? else {
        return Ok(());
    };
    if item.asked.request != body.request {
        return Ok(());
    }
    item.answers.retain(|answer| answer.who != envelope.sender);
    item.answers.push(AnswerItem {
        who: envelope.sender,
        name: note.name.clone(),
        time: envelope.time,
        refused: body.refused,
        text: body.text.clone(),
    });
    if note.last {
        close(tx, &item)?;
        item.closed = true;
    }
    tx.put(body.grant.as_bytes(), &item);
    Ok(())
}

/// The mailbox for answers goes, at the relay too.
fn close(tx: &mut Tx<'_>, item: &DeletionItem) -> Result<(), Fault> {
    let id = item.asked.mailbox;
    let Some(mailbox) = tx.get::<MailboxItem>(id.as_bytes())? else {
        return Ok(());
    };
    super::mailbox::close(tx, &id)?;
    let remove = TaskKind::RemoveMailbox(mailbox.origin, id, mailbox.read);
    Task::enqueue(tx, format!("deletion:{id}"), remove)
}

/// Removes mailboxes for answers that waited long enough.
///
/// # Errors
/// `vault.damaged`.
pub(super) fn look_after(tx: &mut Tx<'_>) -> Result<(), Fault> {
    for (id, mut item) in tx.list::<DeletionItem>()? {
        if !item.closed && item.asked.time.plus(PATIENCE) <= tx.now {
            close(tx, &item)?;
            item.closed = true;
            tx.put(&id, &item);
        }
    }
    Ok(())
}

/// How a request stands: `asked`, `refused` if anybody refuses, `deleted` if those who answered say so.
pub fn standing(item: &DeletionItem) -> &'static str {
    match item.answers.iter().any(|answer| answer.refused.is_some()) {
        _ if item.answers.is_empty() => "asked",
        true => "refused",
        false => "deleted",
    }
}

/// Reads a typed reason.
///
/// # Errors
/// [`Error::Reason`].
pub fn reason(text: &str) -> Result<crate::body::RefusalReason, Fault> {
    crate::body::RefusalReason::ALL
        .iter()
        .copied()
        .find(|reason| reason.as_str() == text)
        .ok_or_else(|| Error::Reason.into())
}
