//! `copy_to`: the ordering practitioner reads a result while the patient's phone is off (FLOW-28; `core/spec/grant.md`, COPY rules).
//!
//! The patient signs the permission, makes a mailbox for nothing but these copies, and gives the lab its `send` and the practitioner its `read`
//! capability. Invariant: what arrives there is a result of that lab, about that patient, in answer to that request, in that time, or it is
//! refused; and whenever either grant ends, the patient's wallet removes the mailbox.

use protocol::block::BlockKind;
use protocol::category::Category;
use protocol::cbor;
use protocol::claim::Claim;
use protocol::copy_to::{CopyTo, CopyToStatement, Error};
use protocol::envelope::{self, Envelope, MessageKind};
use protocol::grant::Grant;
use protocol::hash::Hash;
use protocol::id::{GrantId, IdentityId, MailboxId, RecordId, ResourceId, StatementId};
use protocol::key::Signer;
use protocol::package::Package;
use protocol::relay::link;
use protocol::statement::Signed;
use protocol::time::{Period, Timestamp};

use super::attachment::LINKED_AT_ONCE;
use super::record::summarise;
use super::{access, attachment, decode, mailbox, order, status, upload};
use crate::body::{CopyBody, FilePermits, NoteBody, Notice, Submission};
use crate::chain;
use crate::crypto::hpke::RecipientKey;
use crate::crypto::signing::SigningKey;
use crate::fault::{self, Fault};
use crate::item::{
    AccessItem, Address, AttachmentAccess, ChainItem, ChainName, CopiedItem, CopyToItem, GrantItem, MailboxItem,
    MailboxUse, Meta, RecordItem, SharedItem, Source, SubmissionItem, Task, TaskKind,
};
use crate::state::{Read, Tx};

const DAY: u64 = 24 * 3600;

/// Lets the holder of one grant send the result of a request to the holder of another, who wrote the request.
///
/// # Errors
/// `vault.not_found`, `grant.revoked`, `copy_to.order`, `copy_to.recipient`, `copy_to.lab`, `copy_to.rule`.
pub fn allow(tx: &mut Tx<'_>, lab: &GrantId, request: &RecordId, recipient: &GrantId, days: u32) -> Result<(), Fault> {
    let (given, theirs): (GrantItem, GrantItem) = (tx.item(lab.as_bytes())?, tx.item(recipient.as_bytes())?);
    if given.ended.is_some() || theirs.ended.is_some() {
        return Err(protocol::grant::Error::Revoked.into());
    }
    let item: RecordItem = tx.item(request.as_bytes())?;
    if !order::is_order(&item.summary) || !given.shared.contains(request) {
        return Err(Error::Order.into());
    }
    let holder = |grant: &GrantItem| -> Result<Option<IdentityId>, Fault> {
        Ok(Grant::verify(&grant.grant)?.grantee.identity())
    };
    let lab_is = holder(&given)?.ok_or(Error::Lab)?;
    // Nobody but the author of the request is the one who ordered.
    let recipient_is = holder(&theirs)?
        .filter(|holder| *holder == item.author)
        .ok_or(Error::Recipient)?;
    let meta = Meta::read(tx)?;
    let actor = meta.actor()?;
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    let (send, read) = (SigningKey::generate(tx.rng), SigningKey::generate(tx.rng));
    let statement = CopyToStatement {
        version: 1,
        patient: actor.identity,
        grant: *lab,
        lab: lab_is,
        order: *request,
        recipient: recipient_is,
        recipient_grant: *recipient,
        sealing_key: match &theirs.recipient {
            Some(newer) => newer.clone(),
            None => Claim::verify(&theirs.claim)?.sealing_key.clone(),
        },
        origin: own.origin,
        mailbox: MailboxId::from(tx.random()),
        send: send.public_key(),
        period: Period {
            from: tx.now,
            until: Some(tx.now.plus(u64::from(days.min(3650)) * DAY)),
        },
        time: tx.now,
        salt: tx.random(),
        actor: actor.device,
        authority: actor.authority,
    };
    let signed = Signed::issue(statement, &meta.device)?;
    let lane = format!("copy:{}", signed.mailbox);
    let make = TaskKind::MakeMailbox(signed.origin.clone(), signed.mailbox, read.clone(), send.public_key());
    Task::enqueue(tx, lane, make)?;
    let body = |send: Option<SigningKey>, read: Option<SigningKey>, target| CopyBody {
        statement: signed.bytes().to_vec().into(),
        evidence: meta.evidence.clone(),
        send,
        read,
        target,
    };
    let (from, to) = (
        ChainItem::read_named(tx, &ChainName::Given(*lab))?,
        ChainItem::read_named(tx, &ChainName::Given(*recipient))?,
    );
    // Files are passed on within one relay; otherwise they come with the record once it is filed.
    let target = (from.origin == to.origin).then_some(to.resource);
    let both = body(Some(send.clone()), Some(read.clone()), target);
    note(tx, &NoteBody::CopyTo(Box::new(both)))?;
    tell(tx, lab, &Notice::CopyTo(Box::new(body(Some(send), None, target))))?;
    tell(tx, recipient, &Notice::CopyTo(Box::new(body(None, Some(read), None))))?;
    tx.created = Some(signed.id().to_string());
    Ok(())
}

fn note(tx: &mut Tx<'_>, note: &NoteBody) -> Result<(), Fault> {
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(note))?;
    Ok(())
}

/// Tells the holder of a grant.
fn tell(tx: &mut Tx<'_>, grant: &GrantId, notice: &Notice) -> Result<(), Fault> {
    super::submit::answer(tx, grant, None, notice)
}

/// A permission is known on this side, as the own chain says.
pub(super) fn noted(tx: &mut Tx<'_>, body: &CopyBody) -> Result<(), Fault> {
    let statement = CopyTo::verify(&body.statement)?;
    let id = statement.id();
    if tx.get::<CopyToItem>(id.as_bytes())?.is_some() {
        return Ok(());
    }
    let item = CopyToItem {
        statement: body.statement.clone(),
        send: body.send.clone(),
        read: body.read.clone(),
        ended: None,
        target: body.target,
    };
    tx.put(id.as_bytes(), &item);
    let me = Meta::read(tx)?.identity()?;
    if let (true, Some(read)) = (statement.recipient == me, &body.read) {
        let access: AccessItem = tx.item(statement.recipient_grant.as_bytes())?;
        let mailbox = MailboxItem {
            origin: statement.origin.clone(),
            purpose: MailboxUse::Copy(id),
            read: read.clone(),
            sealing: access.sealing,
            cursor: None,
            counters: Vec::new(),
            created: true,
        };
        tx.put(statement.mailbox.as_bytes(), &mailbox);
    }
    Ok(())
}

/// The patient of a grant permits copies: to this lab, or for this recipient.
pub(super) fn permitted(tx: &mut Tx<'_>, grant: &GrantId, body: &CopyBody) -> Result<(), Fault> {
    let statement = CopyTo::verify(&body.statement)?;
    let access: AccessItem = tx.item(grant.as_bytes())?;
    let signer = body.evidence.verify()?;
    signer.check(&statement.actor, &statement.patient, &statement.authority)?;
    let me = Meta::read(tx)?.identity()?;
    let sends = body.send.as_ref().is_some_and(|key| key.public_key() == statement.send);
    let as_lab = statement.lab == me && statement.grant == *grant && sends;
    let own_key =
        RecipientKey::new(&statement.sealing_key).is_ok_and(|key| key.hash() == access.sealing.public().hash());
    let as_recipient =
        statement.recipient == me && statement.recipient_grant == *grant && own_key && body.read.is_some();
    if statement.patient != access.patient || !(as_lab || as_recipient) {
        return Err(Error::Recipient.into());
    }
    let ordered = tx.get::<SubmissionItem>(statement.order.as_bytes())?.is_some();
    let seen = tx
        .get::<SharedItem>(&SharedItem::id(grant, &statement.order))?
        .is_some();
    if !(ordered || as_lab && seen) {
        return Err(Error::Order.into());
    }
    note(tx, &NoteBody::CopyTo(Box::new(body.clone())))?;
    if as_recipient {
        tx.tell("show.copy_permitted", statement.order, &[("name", &access.name)]);
    }
    Ok(())
}

/// A result goes to the patient: where permitted, a copy goes to who ordered it.
pub(super) fn forward(tx: &mut Tx<'_>, item: &SubmissionItem) -> Result<(), Fault> {
    let package = Package::parse(&item.package)?;
    let verified = package.verify()?;
    if !order::is_result(&item.summary) {
        return Ok(());
    }
    for (_, copy) in tx.list::<CopyToItem>()? {
        let (Some(send), None) = (copy.send, copy.ended) else {
            continue;
        };
        let statement = CopyTo::verify(&copy.statement)?;
        let record = &verified.record;
        let allowed = statement.check(&record.author, &record.subject, verified.replies_to.as_ref(), tx.now);
        if statement.grant != item.grant || allowed.is_err() {
            continue;
        }
        let to = Address {
            origin: statement.origin.clone(),
            mailbox: statement.mailbox,
            send: Some(send),
        };
        let recipient = (statement.recipient, statement.sealing_key.to_vec());
        let body = cbor::encode(&Submission {
            package: item.package.clone(),
            reply: None,
            attachments: item.attachments.clone(),
            permits: permits(tx, &statement.grant, copy.target.as_ref(), &item.attachments)?,
        });
        let grant = Some(statement.grant);
        mailbox::send(tx, to, recipient, MessageKind::Submission, &body, grant, None)?;
    }
    Ok(())
}

/// Addresses of all parts of files, as they are permitted: page by page.
fn pages(files: &[AttachmentAccess]) -> Vec<Vec<Hash>> {
    let all: Vec<Hash> = files
        .iter()
        .flat_map(|file| &file.parts)
        .map(|part| part.address)
        .collect();
    all.chunks(LINKED_AT_ONCE).map(<[Hash]>::to_vec).collect()
}

/// Lets the recipient's grant have the parts of a result's files, which this lab put into its own.
fn permits(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    target: Option<&ResourceId>,
    files: &[AttachmentAccess],
) -> Result<Option<FilePermits>, Fault> {
    let (Some(target), false) = (target, files.is_empty()) else {
        return Ok(None);
    };
    let chain = ChainItem::read_named(tx, &ChainName::Received(*grant))?;
    let key = chain.read.ok_or(fault::Error::State)?;
    let authority = chain.origin.split_once("://").map_or("", |(_, authority)| authority);
    let mut signatures = Vec::new();
    for page in pages(files) {
        let mut nonce = [0; 16];
        tx.rng.fill_bytes(&mut nonce);
        let chains = (&chain.resource, target);
        signatures.push(link::sign(authority, chains, &page, (tx.now, nonce), &key));
    }
    Ok(Some(FilePermits {
        source: chain.resource,
        signatures,
    }))
}

/// Takes the parts of a copy's files into the resource of this grant. What is not permitted comes once the patient has filed the record.
fn take(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    record: &RecordId,
    files: &[AttachmentAccess],
    permits: Option<FilePermits>,
) -> Result<(), Fault> {
    let Some(permits) = permits else { return Ok(()) };
    for (page, permit) in pages(files).into_iter().zip(permits.signatures) {
        let take = TaskKind::TakeBlobs(*grant, permits.source, page, permit);
        Task::enqueue(tx, format!("copy-files:{record}"), take)?;
    }
    Ok(())
}

/// A copy arrived.
pub(super) fn arrived(tx: &mut Tx<'_>, id: &StatementId, envelope: &Envelope) -> Result<(), Fault> {
    let copy: CopyToItem = tx.item(id.as_bytes())?;
    let statement = CopyTo::verify(&copy.statement)?;
    let access: AccessItem = tx.item(statement.recipient_grant.as_bytes())?;
    if copy.ended.is_some() || access.ended.is_some() {
        return Err(Error::Over.into());
    }
    let submission: Submission = decode(&envelope.body)?;
    let package = Package::parse(&submission.package)?;
    let verified = package.verify()?;
    let record = &verified.record;
    let by_lab = verified
        .author
        .check(&envelope.actor, &envelope.sender, &envelope.authority)
        .is_ok();
    if !by_lab || envelope.grant != Some(statement.grant) {
        return Err(envelope::Error::Sender.into());
    }
    statement.check(&record.author, &record.subject, verified.replies_to.as_ref(), tx.now)?;
    let (category, summary) = summarise(&record.content)?;
    if record.category != Category::Laboratory || category != record.category || !order::is_result(&summary) {
        return Err(Error::Content.into());
    }
    attachment::check_listed(&record.attachments, &submission.attachments)?;
    let key = CopiedItem::id(&statement.recipient_grant, &record.id());
    if tx.get::<CopiedItem>(&key)?.is_some() {
        return Err(envelope::Error::Replayed.into());
    }
    if let Some(evidence) = &package.credential {
        status::want(tx, evidence)?;
    }
    let files = submission.attachments;
    take(tx, &statement.recipient_grant, &record.id(), &files, submission.permits)?;
    note(tx, &NoteBody::Copied(*id, package.encode().into(), files))?;
    tx.tell("show.copy_arrived", record.id(), &[("name", &access.name)]);
    Ok(())
}

/// A copy arrived, as the own chain says.
pub(super) fn kept(tx: &mut Tx<'_>, id: &StatementId, package: &[u8], files: &[AttachmentAccess]) -> Result<(), Fault> {
    let copy: CopyToItem = tx.item(id.as_bytes())?;
    let statement = CopyTo::verify(&copy.statement)?;
    let parsed = Package::parse(package)?;
    let verified = parsed.verify()?;
    let (name, organization) = match verified.credential {
        Some(credential) => (credential.claims.name, Some(credential.organization.name)),
        None => (String::new(), None),
    };
    let item = CopiedItem {
        permission: *id,
        package: package.to_vec().into(),
        summary: summarise(&verified.record.content)?.1,
        author_name: name,
        organization,
        time: verified.record.time,
        opened: None,
        order: statement.order,
        attachments: files.to_vec(),
    };
    let key = CopiedItem::id(&statement.recipient_grant, &verified.record.id());
    if tx.get::<CopiedItem>(&key)?.is_none() {
        tx.put(&key, &item);
    }
    Ok(())
}

/// A record is erased: parts of its files go from the grants that hold them beside those it was shared under: the author's, who put them
/// there, and a recipient's, into which they came by a copy.
pub(super) fn erase(tx: &mut Tx<'_>, record: &RecordItem, parts: &[Hash]) -> Result<(), Fault> {
    let mut holders = Vec::new();
    if let Source::Received(grant) = &record.source {
        holders.push(*grant);
    }
    for (_, item) in tx.list::<CopyToItem>()? {
        let statement = CopyTo::verify(&item.statement)?;
        if record.replies_to == Some(statement.order) {
            holders.push(statement.recipient_grant);
        }
    }
    for grant in holders {
        let live = tx
            .get::<GrantItem>(grant.as_bytes())?
            .is_some_and(|grant| grant.ended.is_none());
        if live {
            upload::discard(tx, &ChainName::Given(grant), parts)?;
        }
    }
    Ok(())
}

/// Opens a copy: the same receipt as for a shared record.
///
/// # Errors
/// `vault.not_found`, `grant.*`.
pub fn open(tx: &mut Tx<'_>, grant: &GrantId, record: &RecordId) -> Result<(), Fault> {
    access::may_read(tx, grant)?;
    let key = CopiedItem::id(grant, record);
    let item: CopiedItem = tx.get(&key)?.ok_or(fault::Error::NotFound)?;
    if item.opened.is_some() {
        return Ok(());
    }
    access::receipt(tx, grant, vec![*record])
}

/// A copy was opened, as the own chain says.
pub(super) fn opened(tx: &mut Tx<'_>, grant: &GrantId, record: &RecordId, time: Timestamp) -> Result<(), Fault> {
    let key = CopiedItem::id(grant, record);
    if let Some(mut item) = tx.get::<CopiedItem>(&key)? {
        item.opened = item.opened.or(Some(time));
        tx.put(&key, &item);
    }
    Ok(())
}

/// The patient ends a permission: the mailbox goes, both sides are told.
///
/// # Errors
/// `vault.not_found`, `copy_to.over`.
pub fn end(tx: &mut Tx<'_>, id: &StatementId) -> Result<(), Fault> {
    let item: CopyToItem = tx.get(id.as_bytes())?.ok_or(fault::Error::NotFound)?;
    let statement = CopyTo::verify(&item.statement)?;
    if statement.patient != Meta::read(tx)?.identity()? {
        return Err(fault::Error::Role.into());
    }
    if item.ended.is_some() {
        return Err(Error::Over.into());
    }
    note(tx, &NoteBody::CopyEnded(*id, tx.now))?;
    for grant in [statement.grant, statement.recipient_grant] {
        let live = tx
            .get::<GrantItem>(grant.as_bytes())?
            .is_some_and(|item| item.ended.is_none());
        if live {
            tell(tx, &grant, &Notice::CopyEnded(*id))?;
        }
    }
    Ok(())
}

/// The patient of a grant ended a permission.
pub(super) fn told_ended(tx: &mut Tx<'_>, grant: &GrantId, id: &StatementId) -> Result<(), Fault> {
    let Some(item) = tx.get::<CopyToItem>(id.as_bytes())? else {
        return Ok(());
    };
    let statement = CopyTo::verify(&item.statement)?;
    if statement.grant != *grant && statement.recipient_grant != *grant {
        return Err(Error::Recipient.into());
    }
    note(tx, &NoteBody::CopyEnded(*id, tx.now))
}

/// A permission ended, as the own chain says: nothing is sent or taken by it any more.
pub(super) fn ended(tx: &mut Tx<'_>, id: &StatementId, time: Timestamp) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<CopyToItem>(id.as_bytes())? else {
        return Ok(());
    };
    if item.ended.is_some() {
        return Ok(());
    }
    let statement = CopyTo::verify(&item.statement)?;
    if let (true, Some(read)) = (statement.patient == Meta::read(tx)?.identity()?, &item.read) {
        let lane = format!("copy:{}", statement.mailbox);
        let remove = TaskKind::RemoveMailbox(statement.origin.clone(), statement.mailbox, read.clone());
        Task::enqueue(tx, lane, remove)?;
    }
    tx.delete::<MailboxItem>(statement.mailbox.as_bytes());
    item.ended = Some(time);
    tx.put(id.as_bytes(), &item);
    Ok(())
}

/// The recipient of copies has a new key, because a device was taken out: what that device could open takes nothing in any more, and the
/// permissions are given anew for the time that is left.
pub(super) fn rekeyed(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let me = Meta::read(tx)?.identity()?;
    for (id, item) in tx.list::<CopyToItem>()? {
        let statement = CopyTo::verify(&item.statement)?;
        if statement.patient != me || statement.recipient_grant != *grant || item.ended.is_some() {
            continue;
        }
        let id: [u8; 32] = id.try_into().map_err(|_| fault::Error::Damaged)?;
        end(tx, &StatementId::from(id))?;
        let left = statement
            .period
            .until
            .map_or(0, |until| until.seconds().saturating_sub(tx.now.seconds()));
        let days = u32::try_from(left / DAY).unwrap_or(0);
        if days > 0 {
            allow(tx, &statement.grant, &statement.order, grant, days)?;
        }
    }
    Ok(())
}

/// A grant ended: every permission that needs it ends with it.
pub(super) fn grant_ended(tx: &mut Tx<'_>, grant: &GrantId, time: Timestamp) -> Result<(), Fault> {
    for (id, item) in tx.list::<CopyToItem>()? {
        let statement = CopyTo::verify(&item.statement)?;
        if statement.grant == *grant || statement.recipient_grant == *grant {
            let id: [u8; 32] = id.try_into().map_err(|_| fault::Error::Damaged)?;
            ended(tx, &StatementId::from(id), time)?;
        }
    }
    Ok(())
}
