//! The desk's side: requests taken in, times offered, what is booked.

use protocol::cbor::Bytes;
use protocol::envelope::Envelope;
use protocol::hash::Hash;
use protocol::id::MailboxId;
use protocol::key::Signer;

use super::document::{self, Document, Names};
use super::message::{AppointmentAct, AppointmentAnswer, AppointmentRequest};
use super::{Error, MAX_TIMES, check_future, check_reply, follow, note_of, save, shown, tell};
use crate::body::MailboxNote;
use crate::crypto::hpke::RecipientSecret;
use crate::crypto::signing::SigningKey;
use crate::fault::Fault;
use crate::flow::{check_text, decode};
use crate::item::{
    AppointmentItem, AppointmentSide, AppointmentStage, ChainItem, ChainName, MailboxItem, MailboxUse, Meta, Span,
    Task, TaskKind,
};
use crate::state::{Read, Tx};

/// Most requests that wait for an answer, of all patients and of one.
const MAX_WAITING: (usize, usize) = (500, 5);

/// A request arrived at the intake.
pub(super) fn asked(tx: &mut Tx<'_>, envelope: &Envelope) -> Result<(), Fault> {
    let request: AppointmentRequest = decode(&envelope.body)?;
    let id = request.appointment;
    let actor = request.evidence.verify()?;
    actor
        .check(&envelope.actor, &envelope.sender, &envelope.authority)
        .map_err(|_| Error::Sender)?;
    if let Some(item) = tx.get::<AppointmentItem>(id.as_bytes())? {
        return if item.other == Some(envelope.sender) {
            Ok(())
        } else {
            Err(Error::Sender.into())
        };
    }
    check_text(&request.name, 200)?;
    check_reply(tx, &id, &request.reply)?;
    let document = Document::appointment(&request.resource, &id, "proposed")?;
    let waiting: Vec<AppointmentItem> = tx
        .list::<AppointmentItem>()?
        .into_iter()
        .filter_map(|(_, item)| (item.stage == AppointmentStage::Asked).then_some(item))
        .collect();
    let of_sender = waiting
        .iter()
        .filter(|item| item.other == Some(envelope.sender))
        .count();
    if waiting.len() >= MAX_WAITING.0 || of_sender >= MAX_WAITING.1 {
        return Err(Error::TooMany.into());
    }
    let item = AppointmentItem {
        side: AppointmentSide::Desk,
        name: request.name,
        other: Some(envelope.sender),
        stage: AppointmentStage::Asked,
        reason: shown(document.reason()).ok_or(Error::Document)?,
        comment: shown(document.comment()),
        wishes: document.wishes()?,
        times: Vec::new(),
        mine: false,
        chosen: None,
        booked: None,
        resource: request.resource,
        origin: request.reply.origin,
        mailbox: request.reply.mailbox,
        sealing_key: request.reply.sealing_key,
        send: Some(request.reply.send),
        reply: None,
        reply_send: None,
        step: 0,
        contact: None,
        credential: None,
        explanation: None,
        failure: None,
        record: None,
        time: tx.now,
    };
    tx.tell("show.appointment_asked", id, &[("name", &item.name)]);
    save(tx, &id, item, None)
}

/// Offers times, in place of those offered before.
///
/// # Errors
/// `appointment.step`, `appointment.time`, `appointment.taken`, `appointment.too_many`, `vault.not_found`.
pub fn offer(tx: &mut Tx<'_>, id: &Hash, times: Vec<Span>) -> Result<(), Fault> {
    let item: AppointmentItem = tx.item(id.as_bytes())?;
    let open = matches!(item.stage, AppointmentStage::Asked | AppointmentStage::Offered);
    if item.side != AppointmentSide::Desk || !open {
        return Err(Error::Step.into());
    }
    if times.is_empty() || times.len() > MAX_TIMES {
        return Err(Error::TooMany.into());
    }
    for (place, span) in times.iter().enumerate() {
        check_future(tx, *span)?;
        if times[..place].contains(span) {
            return Err(Error::Time.into());
        }
        if is_taken(tx, id, span)? {
            return Err(Error::Taken.into());
        }
    }
    put_on_offer(tx, id, item, times)
}

fn put_on_offer(tx: &mut Tx<'_>, id: &Hash, mut item: AppointmentItem, times: Vec<Span>) -> Result<(), Fault> {
    let own = Meta::read(tx)?.name;
    let slots = times
        .iter()
        .map(|span| document::slot(*span, &own))
        .collect::<Result<Vec<Bytes>, Fault>>()?;
    item.stage = if times.is_empty() {
        AppointmentStage::Asked
    } else {
        AppointmentStage::Offered
    };
    item.mine = true;
    item.times = times;
    let note = number(tx, id, &mut item)?;
    tell(tx, id, &item, AppointmentAct::Offered(slots))?;
    save(tx, id, item, note)
}

/// Books a time and says so; also how a wish to move is turned down, by booking the old time again.
pub(super) fn book(tx: &mut Tx<'_>, id: &Hash, mut item: AppointmentItem, span: Span) -> Result<(), Fault> {
    if is_taken(tx, id, &span)? {
        return Err(Error::Taken.into());
    }
    let own = Meta::read(tx)?.name;
    item.stage = AppointmentStage::Booked;
    item.booked = Some(span);
    item.times.clear();
    item.mine = false;
    item.resource = document::appointment(id, &item, &Names::of(&item, &own), "booked", tx.now)?;
    let note = number(tx, id, &mut item)?;
    tell(tx, id, &item, AppointmentAct::Booked(item.resource.clone()))?;
    save(tx, id, item, note)
}

/// Whether something else is booked at that time.
pub(super) fn is_taken(tx: &Tx<'_>, id: &Hash, span: &Span) -> Result<bool, Fault> {
    Ok(tx.list::<AppointmentItem>()?.into_iter().any(|(other, item)| {
        let live = item.side == AppointmentSide::Desk && !item.stage.is_over();
        live && other.as_slice() != id.as_bytes() && item.booked.is_some_and(|booked| booked.overlaps(span))
    }))
}

/// Numbers the desk's next message and makes its own mailbox for this appointment when it needs one. The patient's side numbers nothing.
pub(super) fn number(tx: &mut Tx<'_>, id: &Hash, item: &mut AppointmentItem) -> Result<Option<MailboxNote>, Fault> {
    if item.side != AppointmentSide::Desk {
        return Ok(None);
    }
    item.step += 1;
    if item.reply.is_some() {
        return Ok(None);
    }
    let reply = MailboxId::from(tx.random());
    let send = SigningKey::generate(tx.rng);
    let mailbox = MailboxItem {
        origin: ChainItem::read_named(tx, &ChainName::Own)?.origin,
        purpose: MailboxUse::Appointment(*id),
        read: SigningKey::generate(tx.rng),
        sealing: RecipientSecret::generate(tx.rng),
        cursor: None,
        counters: Vec::new(),
        created: false,
    };
    tx.put(reply.as_bytes(), &mailbox);
    // Same lane as the message that names the mailbox, and before it.
    let put = TaskKind::PutMailbox(reply, vec![send.public_key()], false, None);
    Task::enqueue(tx, format!("send:{}", item.mailbox), put)?;
    item.reply = Some(reply);
    item.reply_send = Some(send);
    Ok(Some(note_of(reply, &mailbox)))
}

/// The patient answers.
pub(super) fn answered(
    tx: &mut Tx<'_>,
    id: &Hash,
    mut item: AppointmentItem,
    answer: &AppointmentAnswer,
) -> Result<(), Fault> {
    if answer.step > item.step {
        return Err(Error::Step.into());
    }
    follow(tx, id, &mut item, &answer.reply)?;
    match &answer.act {
        AppointmentAct::Cancelled(resource) => {
            let document = Document::appointment(resource, id, "cancelled")?;
            item.explanation = shown(document.cancellation());
            item.resource = resource.clone();
            item.stage = AppointmentStage::Cancelled;
            tx.tell("show.appointment_cancelled", id, &[("name", &item.name)]);
            save(tx, id, item, None)
        }
        AppointmentAct::Declined(response) if item.booked.is_none() => {
            let document = Document::response(response, id, "declined")?;
            item.explanation = shown(document.comment());
            item.stage = AppointmentStage::Declined;
            tx.tell("show.appointment_declined", id, &[("name", &item.name)]);
            save(tx, id, item, None)
        }
        // Everything else answers one particular message.
        _ if answer.step < item.step => Err(Error::Crossed.into()),
        AppointmentAct::Declined(response) if item.stage == AppointmentStage::Moved && item.mine => {
            Document::response(response, id, "declined")?;
            item.stage = AppointmentStage::Booked;
            item.times.clear();
            item.mine = false;
            tx.tell("show.appointment_kept", id, &[("name", &item.name)]);
            save(tx, id, item, None)
        }
        AppointmentAct::Accepted(response) => accepted(tx, id, item, response),
        AppointmentAct::Moved(response) => {
            let span = Document::response(response, id, "tentative")?.span()?;
            let free = item.stage == AppointmentStage::Booked || item.stage == AppointmentStage::Moved && !item.mine;
            if !free {
                return Err(Error::Step.into());
            }
            item.stage = AppointmentStage::Moved;
            item.times = vec![span];
            item.mine = false;
            tx.tell("show.appointment_moved", id, &[("name", &item.name)]);
            save(tx, id, item, None)
        }
        _ => Err(Error::Step.into()),
    }
}

/// The patient took a time: booked, unless somebody else has it by now.
fn accepted(tx: &mut Tx<'_>, id: &Hash, item: AppointmentItem, response: &[u8]) -> Result<(), Fault> {
    let waits = matches!(item.stage, AppointmentStage::Offered | AppointmentStage::Moved) && item.mine;
    if !waits {
        return Err(Error::Step.into());
    }
    let span = Document::response(response, id, "accepted")?.span()?;
    if !item.times.contains(&span) {
        return Err(Error::Time.into());
    }
    let name = item.name.clone();
    if !is_taken(tx, id, &span)? {
        tx.tell("show.appointment_booked", id, &[("name", &name)]);
        return book(tx, id, item, span);
    }
    tx.tell("show.appointment_taken", id, &[("name", &name)]);
    if let Some(booked) = item.booked {
        return book(tx, id, item, booked);
    }
    let mut left = Vec::new();
    for other in &item.times {
        if tx.now < other.start && !is_taken(tx, id, other)? {
            left.push(*other);
        }
    }
    put_on_offer(tx, id, item, left)
}
