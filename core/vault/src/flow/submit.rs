//! Records on their way into a patient's chain: signed, timed, sent, filed or declined (FLOW-7).
//!
//! The sender keeps a submission until the wallet answers. The wallet decides by facts only: grant, subject, author, credential and time.

use protocol::block::BlockKind;
use protocol::category::Category;
use protocol::cbor;
use protocol::credential;
use protocol::envelope::{Envelope, MessageKind};
use protocol::grant::Right;
use protocol::hash::Hash;
use protocol::id::{GrantId, IdentityId, RecordId};
use protocol::organization::{Intake, Standing};
use protocol::package::Package;
use protocol::proven::{self, ProvenTime};
use protocol::record::Record;

use super::record::{Draft, logs, proven_time, sign, summarise};
use super::{access, appointment, attachment, copy, decode, found, holder, mailbox, order, record, status, upload};
use crate::body::{NoteBody, Notice, Submission};
use crate::chain;
use crate::crypto::pad;
use crate::fault::Fault;
use crate::item::{
    AccessItem, Address, AttachmentAccess, ChainItem, ChainName, GrantItem, Meta, RecordItem, Source, SubmissionItem,
    SubmissionStage, Task, TaskKind, WaitingRecord,
};
use crate::state::{Read, Tx};

/// The largest package without its proof of time that still fits an envelope.
const MAX_PACKAGE: usize = pad::MAX_ENVELOPE - 4096;

/// Signs a record for the patient of a grant; its time is logged first, then it is sent. With files the relay must have those first: then
/// this gives the id of what waits.
///
/// # Errors
/// `grant.right`, `grant.over`, `credential.role`, `clinical.*`, `record.*`.
pub fn create(tx: &mut Tx<'_>, grant: &GrantId, draft: Draft) -> Result<RecordId, Fault> {
    may_write(tx, grant, &draft.content)?;
    let files = core::mem::take(&mut tx.files);
    if !files.is_empty() {
        let waiting = WaitingRecord {
            uploads: Vec::new(),
            grant: Some(*grant),
            content: Some(draft.content.into()),
            replies_to: draft.replies_to,
            supersedes: draft.supersedes,
        };
        let id = upload::begin(tx, waiting, files)?;
        tx.created = Some(id.to_string());
        return Ok(RecordId::new(*id.as_bytes()));
    }
    let attachments = draft.attachments.clone();
    let (record, package, summary) = sign(tx, draft)?;
    // Said now, not when the proof of time has joined it: what does not fit an envelope can never be sent.
    if package.encode().len() + cbor::encode(&attachments).len() > MAX_PACKAGE {
        return Err(protocol::record::Error::TooLarge.into());
    }
    let id = record.id();
    let note = NoteBody::Written(*grant, package.encode().into(), attachments.clone());
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    let submission = SubmissionItem {
        grant: *grant,
        package: package.encode().into(),
        summary,
        stage: SubmissionStage::Signed,
        time: tx.now,
        reason: None,
        attempts: 0,
        attachments,
    };
    tx.put(id.as_bytes(), &submission);
    let (label, salt) = (tx.random(), tx.random());
    Task::enqueue(tx, lane(&id), TaskKind::LogTime(id, label, salt))?;
    tx.created = Some(id.to_string());
    Ok(id)
}

/// Whether a document may be sent under a grant now.
///
/// # Errors
/// `vault.not_found`, `grant.*`, `read.*`.
pub fn may_write(tx: &Tx<'_>, grant: &GrantId, content: &[u8]) -> Result<(), Fault> {
    let item: AccessItem = tx.item(grant.as_bytes())?;
    let (category, _) = summarise(content)?;
    item.allows(&Meta::read(tx)?.identity()?, right_for(category), tx.now)?;
    Ok(())
}

fn lane(record: &RecordId) -> String {
    format!("submit:{record}")
}

/// Requests need the right to order; everything else the right to append.
fn right_for(category: Category) -> Right {
    if category == Category::Order {
        Right::Order
    } else {
        Right::Append
    }
}

/// A record was written, as the own chain says: what a new device knows of it.
pub(super) fn written(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    package: &[u8],
    attachments: &[AttachmentAccess],
) -> Result<(), Fault> {
    let parsed = Package::parse(package)?;
    let record = Record::verify(&parsed.record)?;
    if tx.get::<SubmissionItem>(record.id().as_bytes())?.is_some() {
        return Ok(());
    }
    let item = SubmissionItem {
        grant: *grant,
        package: package.to_vec().into(),
        summary: summarise(&record.content)?.1,
        stage: SubmissionStage::Sent,
        time: record.time,
        reason: None,
        attempts: 0,
        attachments: attachments.to_vec(),
    };
    tx.put(record.id().as_bytes(), &item);
    Ok(())
}

/// The log admitted the record: the proof joins it, and it is sent.
///
/// # Errors
/// `proven.*` when the promise is about something else.
pub fn timed(tx: &mut Tx<'_>, id: &RecordId, label: Hash, salt: Hash, promise: Vec<u8>) -> Result<(), Fault> {
    let mut item: SubmissionItem = tx.item(id.as_bytes())?;
    if item.stage == SubmissionStage::Cancelled {
        return Ok(());
    }
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    let proof = ProvenTime {
        resource: own.resource,
        label,
        salt,
        promise: promise.into(),
    };
    proof.verify(id, &[own.log])?;
    let mut package = Package::parse(&item.package)?;
    package.proven = Some(proof);
    item.package = package.encode().into();
    item.stage = SubmissionStage::Sent;
    item.attempts += 1;
    tx.put(id.as_bytes(), &item);
    copy::forward(tx, &item)?;
    transmit(tx, id, &item)
}

fn transmit(tx: &mut Tx<'_>, id: &RecordId, item: &SubmissionItem) -> Result<(), Fault> {
    let access: AccessItem = tx.item(item.grant.as_bytes())?;
    let holder = access.is_holder(&Meta::read(tx)?.identity()?)?;
    let body = cbor::encode(&Submission {
        package: item.package.clone(),
        reply: if holder { None } else { Some(appointment::intake(tx)?) },
        attachments: item.attachments.clone(),
        permits: None,
    });
    let recipient = (access.patient, access.mailbox_key.to_vec());
    let to = access::address(&access);
    mailbox::send(
        tx,
        to,
        recipient,
        MessageKind::Submission,
        &body,
        Some(item.grant),
        Some(*id),
    )
}

/// Sends a submission once more that the wallet has not answered.
///
/// # Errors
/// `vault.state` when it was answered.
pub fn resend(tx: &mut Tx<'_>, id: &RecordId) -> Result<(), Fault> {
    let mut item: SubmissionItem = tx.item(id.as_bytes())?;
    if !matches!(
        item.stage,
        SubmissionStage::Sent | SubmissionStage::Delivered | SubmissionStage::Failed
    ) {
        return Err(crate::fault::Error::State.into());
    }
    item.attempts += 1;
    item.stage = SubmissionStage::Sent;
    tx.put(id.as_bytes(), &item);
    transmit(tx, id, &item)
}

/// The patient opened a new mailbox for this grant: what was not answered yet goes there, and what still waits for the old one does not.
///
/// # Errors
/// As [`mailbox::send`].
pub(super) fn send_again(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    for (id, mut item) in tx.list::<SubmissionItem>()? {
        let open = matches!(
            item.stage,
            SubmissionStage::Sent | SubmissionStage::Delivered | SubmissionStage::Failed
        );
        if item.grant != *grant || !open {
            continue;
        }
        let id = RecordId::new(id.try_into().map_err(|_| crate::fault::Error::Damaged)?);
        for (number, task) in tx.list::<Task>()? {
            if matches!(task.kind, TaskKind::Send(_, _, Some(record)) if record == id) {
                tx.delete::<Task>(&number);
            }
        }
        item.stage = SubmissionStage::Sent;
        tx.put(id.as_bytes(), &item);
        transmit(tx, &id, &item)?;
    }
    Ok(())
}

/// The message lies in the patient's mailbox.
///
/// # Errors
/// `vault.damaged`.
pub fn delivered(tx: &mut Tx<'_>, record: Option<&RecordId>) -> Result<(), Fault> {
    let Some(id) = record else { return Ok(()) };
    let Some(mut item) = tx.get::<SubmissionItem>(id.as_bytes())? else {
        return Ok(());
    };
    if item.stage == SubmissionStage::Sent {
        item.stage = SubmissionStage::Delivered;
        tx.put(id.as_bytes(), &item);
    }
    Ok(())
}

/// The message could not be delivered.
///
/// # Errors
/// `vault.damaged`.
pub fn failed(tx: &mut Tx<'_>, id: &RecordId, code: &str) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<SubmissionItem>(id.as_bytes())? else {
        return Ok(());
    };
    item.stage = SubmissionStage::Failed;
    item.reason = Some(code.to_owned());
    tx.put(id.as_bytes(), &item);
    tx.tell("show.submission_failed", id, &[("code", code)]);
    Ok(())
}

/// The wallet answered.
pub(super) fn answered(tx: &mut Tx<'_>, notice: &Notice) -> Result<(), Fault> {
    let (id, reason) = match notice {
        Notice::Filed(id) => (*id, None),
        Notice::Declined(id, code) => (*id, Some(code.clone())),
        // Told to the holder of a grant, never an answer to a record.
        Notice::Changed(_)
        | Notice::CopyTo(_)
        | Notice::CopyEnded(_)
        | Notice::DeletionAsked(_)
        | Notice::DeletionAnswer(_) => return Ok(()),
    };
    let Some(item) = tx.get::<SubmissionItem>(id.as_bytes())? else {
        return Ok(());
    };
    // Filed is the last word: a refused copy of the same record changes nothing, before or after.
    if item.stage == SubmissionStage::Filed || item.stage == SubmissionStage::Declined && reason.is_some() {
        return Ok(());
    }
    let note = NoteBody::Answered(id, reason.is_none(), reason.clone());
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    match reason {
        None => tx.tell("show.submission_filed", id, &[]),
        Some(code) => tx.tell("show.submission_declined", id, &[("code", &code)]),
    }
    Ok(())
}

/// The grant ended: what was not answered will not be.
pub(super) fn give_up(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let code = protocol::code::Coded::code(&protocol::grant::Error::Revoked);
    for (id, item) in tx.list::<SubmissionItem>()? {
        let waits = matches!(
            item.stage,
            SubmissionStage::Signed | SubmissionStage::Sent | SubmissionStage::Delivered
        );
        if item.grant == *grant && waits {
            let id: [u8; 32] = id.try_into().map_err(|_| crate::fault::Error::Damaged)?;
            answered(tx, &Notice::Declined(id.into(), code.to_owned()))?;
        }
    }
    Ok(())
}

/// The answer, as the own chain says.
pub(super) fn settled(tx: &mut Tx<'_>, id: &RecordId, filed: bool, reason: Option<&String>) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<SubmissionItem>(id.as_bytes())? else {
        return Ok(());
    };
    // What was filed stays filed: a refusal of a second, damaged copy is about that copy.
    if item.stage == SubmissionStage::Filed && !filed {
        return Ok(());
    }
    item.stage = if filed {
        SubmissionStage::Filed
    } else {
        SubmissionStage::Declined
    };
    item.reason = reason.cloned();
    tx.put(id.as_bytes(), &item);
    Ok(())
}

/// A submission arrived in the patient's mailbox: filed or declined, and answered either way.
pub(super) fn arrived(tx: &mut Tx<'_>, grant: &GrantId, envelope: &Envelope) -> Result<(), Fault> {
    let submission: Submission = decode(&envelope.body)?;
    let package = Package::parse(&submission.package)?;
    let id: RecordId = Record::verify(&package.record)?.id();
    let reply = submission.reply.map(|intake| (envelope.sender, intake));
    match judge(tx, grant, envelope, &package).and_then(|record| {
        attachment::check_listed(&record.attachments, &submission.attachments)?;
        Ok(record)
    }) {
        Ok(record) => {
            if tx.get::<RecordItem>(id.as_bytes())?.is_none() {
                // The files lie in the grant's resource and stay there; the own chain has them too, before it names them to anybody.
                let files = attachment::accept(
                    tx,
                    (ChainName::Given(*grant), ChainName::Own),
                    &id,
                    submission.attachments,
                )?;
                record::file(tx, &record, &package, Source::Received(*grant), files)?;
                tx.tell("show.record_filed", id, &[]);
                order::tell(tx, &id)?;
            }
            answer(tx, grant, reply, &Notice::Filed(id))
        }
        Err(fault) => {
            tx.tell("show.submission_refused", id, &[("code", &fault.code)]);
            let notice = match tx.get::<RecordItem>(id.as_bytes())? {
                Some(_) => Notice::Filed(id),
                None => Notice::Declined(id, fault.code),
            };
            answer(tx, grant, reply, &notice)
        }
    }
}

fn judge(tx: &Tx<'_>, grant: &GrantId, envelope: &Envelope, package: &Package) -> Result<Record, Fault> {
    let item: GrantItem = tx.item(grant.as_bytes())?;
    let statement = item.state()?;
    statement.in_force()?;
    let verified = package.verify()?;
    let record = &verified.record;
    if record.subject != Meta::read(tx)?.identity()? {
        return Err(protocol::record::Error::Subject.into());
    }
    // Authenticity was checked above; permission is the second question: whose grant, which right, when.
    if record.author != envelope.sender {
        return Err(protocol::record::Error::Author.into());
    }
    holder::acting(tx, grant, &statement, &record.author, package.credential.as_ref())?.allows(
        &statement,
        &record.author,
        right_for(record.category),
        tx.now,
    )?;
    let (category, summary) = summarise(&record.content)?;
    if category != record.category {
        return Err(protocol::record::Error::Rule.into());
    }
    order::check(tx, grant, &item, &verified, &summary)?;
    if let Some(old) = verified.supersedes
        && let Some(old) = tx.get::<RecordItem>(old.as_bytes())?
        && old.author != record.author
    {
        return Err(order::Error::Author.into());
    }
    if let Some(credential) = &verified.credential {
        credential.claims.role.may_author(record.category)?;
        let list = status::list(tx, &credential.claims.issuer)?;
        let time = proven_time(package.proven.as_ref(), &record.id(), &logs(tx, &verified)?);
        let stands_now = matches!(list.newest(&credential.id), Some((Standing::Active, _)));
        match time {
            Ok(time) => credential.check_standing(&record.author, time, &list)?,
            // Without proof of time only a credential that was never taken away can count.
            Err(proven::Error::Missing) if stands_now => credential.check_standing(&record.author, tx.now, &list)?,
            Err(proven::Error::Missing) if list.newest(&credential.id).is_none() => {
                return Err(credential::Error::Unknown.into());
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(verified.record)
}

/// Tells the sender what became of a submission.
pub(super) fn answer(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    reply: Option<(IdentityId, Intake)>,
    notice: &Notice,
) -> Result<(), Fault> {
    let (to, recipient) = match reply {
        Some((sender, intake)) => (
            Address {
                origin: found::origin(&intake.origin)?,
                mailbox: intake.mailbox,
                send: None,
            },
            (sender, intake.sealing_key.to_vec()),
        ),
        None => {
            let item: GrantItem = tx.item(grant.as_bytes())?;
            let claimed = protocol::claim::Claim::verify(&item.claim)?;
            let to = Address {
                origin: item.reply_origin.clone(),
                mailbox: item.reply_mailbox,
                send: Some(item.reply_send.clone()),
            };
            (to, (claimed.claimant, claimed.sealing_key.to_vec()))
        }
    };
    mailbox::send(
        tx,
        to,
        recipient,
        MessageKind::Notice,
        &cbor::encode(notice),
        Some(*grant),
        None,
    )
}
