//! Appointments: asked at a desk's intake, answered with times, accepted, moved, called off (`core/spec/appointment.md`, APPT rules).
//!
//! The desk has the last word: each of its messages has a number and states how things are; the patient's messages are wishes that name
//! the newest number seen, so that one that crossed a message of the desk is not mistaken for an answer to it. Only calling off always
//! counts. Invariant: every message is from the very party of the appointment, by a device whose evidence travels with it.

mod contact;
mod desk;
mod document;
pub mod message;
mod patient;

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::coded_error;
use protocol::envelope::{self, Envelope, MessageKind};
use protocol::hash::Hash;
use protocol::id::MailboxId;

pub use contact::{card, contact_url, contacted, gone, intake, open_intake};
pub use desk::offer;
pub use patient::ask;

use self::document::Names;
use self::message::{AppointmentAct, AppointmentAnswer, ReplyBox};
use super::{check_text, decode, mailbox};
use crate::body::{MailboxNote, NoteBody};
use crate::chain;
use crate::fault::Fault;
use crate::item::{
    Address, AppointmentItem, AppointmentSide, AppointmentStage, ChainName, MailboxItem, MailboxUse, Meta, Span,
};
use crate::state::{Read, Tx};

pub(super) use contact::{intake_noted, publish};

coded_error! {
    /// Why a step of an appointment is refused.
    pub enum Error {
        Unknown = "appointment.unknown", "the message is about an appointment that does not exist here";
        Sender = "appointment.sender", "the message does not come from the other side of this appointment";
        Reply = "appointment.reply", "the mailbox for answers already serves another appointment";
        Crossed = "appointment.crossed", "the message crossed a newer one and no longer counts";
        Step = "appointment.step", "this step is not possible now";
        Time = "appointment.time", "the time was not offered, ends before it begins, or has passed";
        Taken = "appointment.taken", "another appointment is booked at that time";
        Document = "appointment.document", "the message does not hold the document that belongs to this step";
        TooMany = "appointment.too_many", "there are more times or more open requests than permitted";
    }
}

/// Most times in one offer, and most wishes.
pub const MAX_TIMES: usize = 20;
/// Longest reason, comment or explanation, in bytes.
const MAX_TEXT: usize = 500;

/// Stores what an appointment has become, as a note in the own chain.
fn save(tx: &mut Tx<'_>, id: &Hash, mut item: AppointmentItem, mailbox: Option<MailboxNote>) -> Result<(), Fault> {
    item.time = tx.now;
    let note = NoteBody::Appointment(*id, Box::new(item), mailbox.map(Box::new));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    Ok(())
}

/// An appointment changed, as the own chain says.
pub(super) fn noted(
    tx: &mut Tx<'_>,
    id: &Hash,
    item: &AppointmentItem,
    mailbox: Option<&MailboxNote>,
) -> Result<(), Fault> {
    let before = tx.get::<AppointmentItem>(id.as_bytes())?;
    if before.is_none_or(|before| (before.step, before.time) <= (item.step, item.time)) {
        tx.put(id.as_bytes(), item);
    }
    if let Some(note) = mailbox
        && tx.get::<MailboxItem>(note.mailbox.as_bytes())?.is_none()
    {
        let mailbox = MailboxItem {
            origin: note.origin.clone(),
            purpose: MailboxUse::Appointment(*id),
            read: note.read.clone(),
            sealing: note.sealing.clone(),
            cursor: None,
            counters: Vec::new(),
            created: true,
        };
        tx.put(note.mailbox.as_bytes(), &mailbox);
    }
    Ok(())
}

/// Whether a mailbox need not be asked any more: its appointment is over.
///
/// # Errors
/// `vault.damaged`.
pub fn is_over(from: &impl Read, purpose: &MailboxUse) -> Result<bool, Fault> {
    let MailboxUse::Appointment(id) = purpose else {
        return Ok(false);
    };
    Ok(from
        .get::<AppointmentItem>(id.as_bytes())?
        .is_none_or(|item| item.stage.is_over()))
}

/// A message about an appointment arrived.
pub(super) fn arrived(tx: &mut Tx<'_>, purpose: &MailboxUse, envelope: &Envelope) -> Result<(), Fault> {
    match (purpose, envelope.kind) {
        (MailboxUse::Intake, MessageKind::AppointmentRequest) => desk::asked(tx, envelope),
        (MailboxUse::Intake | MailboxUse::Appointment(_), MessageKind::AppointmentAnswer) => {
            answered(tx, purpose, envelope)
        }
        _ => Err(envelope::Error::Kind.into()),
    }
}

fn answered(tx: &mut Tx<'_>, purpose: &MailboxUse, envelope: &Envelope) -> Result<(), Fault> {
    let answer: AppointmentAnswer = decode(&envelope.body)?;
    let id = answer.appointment;
    if matches!(purpose, MailboxUse::Appointment(own) if *own != id) {
        return Err(Error::Unknown.into());
    }
    let item: AppointmentItem = tx.get(id.as_bytes())?.ok_or(Error::Unknown)?;
    let actor = answer.evidence.verify()?;
    let named = actor
        .check(&envelope.actor, &envelope.sender, &envelope.authority)
        .is_ok();
    if !named || item.other != Some(envelope.sender) {
        return Err(Error::Sender.into());
    }
    if item.stage.is_over() {
        return Ok(());
    }
    match item.side {
        AppointmentSide::Patient => patient::answered(tx, &id, item, &answer),
        AppointmentSide::Desk => desk::answered(tx, &id, item, &answer),
    }
}

/// Tells the other side.
fn tell(tx: &mut Tx<'_>, id: &Hash, item: &AppointmentItem, act: AppointmentAct) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    let own: MailboxItem = tx.item(item.reply.ok_or(Error::Step)?.as_bytes())?;
    let reply = ReplyBox {
        origin: own.origin,
        mailbox: item.reply.ok_or(Error::Step)?,
        sealing_key: own.sealing.public().as_bytes().to_vec().into(),
        send: item.reply_send.clone().ok_or(Error::Step)?,
    };
    let answer = AppointmentAnswer {
        appointment: *id,
        step: item.step,
        evidence: meta.evidence,
        reply,
        act,
    };
    let to = Address {
        origin: item.origin.clone(),
        mailbox: item.mailbox,
        send: item.send.clone(),
    };
    let recipient = (item.other.ok_or(Error::Step)?, item.sealing_key.to_vec());
    mailbox::send(
        tx,
        to,
        recipient,
        MessageKind::AppointmentAnswer,
        &cbor::encode(&answer),
        None,
        None,
    )
}

/// Takes in where the other side is written to from now on.
fn follow(tx: &Tx<'_>, id: &Hash, item: &mut AppointmentItem, reply: &ReplyBox) -> Result<(), Fault> {
    check_reply(tx, id, reply)?;
    item.origin = reply.origin.clone();
    item.mailbox = reply.mailbox;
    item.sealing_key = reply.sealing_key.clone();
    item.send = Some(reply.send.clone());
    Ok(())
}

/// A mailbox for answers must be usable and serve no other appointment.
fn check_reply(tx: &Tx<'_>, id: &Hash, reply: &ReplyBox) -> Result<(), Fault> {
    if super::found::origin(&reply.origin)? != reply.origin {
        return Err(crate::fault::Error::Relay.into());
    }
    crate::crypto::hpke::RecipientKey::new(&reply.sealing_key)?;
    let used = tx
        .list::<AppointmentItem>()?
        .into_iter()
        .any(|(other, item)| other.as_slice() != id.as_bytes() && item.send.is_some() && item.mailbox == reply.mailbox);
    if used { Err(Error::Reply.into()) } else { Ok(()) }
}

/// Takes one of the times on offer, or agrees to the time that the other side proposes.
///
/// # Errors
/// `appointment.step`, `appointment.time`, `appointment.taken`, `vault.not_found`.
pub fn accept(tx: &mut Tx<'_>, id: &Hash, index: u32) -> Result<(), Fault> {
    let item: AppointmentItem = tx.item(id.as_bytes())?;
    let waits = matches!(item.stage, AppointmentStage::Offered | AppointmentStage::Moved) && !item.mine;
    if !waits {
        return Err(Error::Step.into());
    }
    let place = usize::try_from(index).map_err(|_| Error::Time)?;
    let span = *item.times.get(place).ok_or(Error::Time)?;
    if span.start <= tx.now {
        return Err(Error::Time.into());
    }
    match item.side {
        AppointmentSide::Patient => patient::accept(tx, id, item, span),
        AppointmentSide::Desk => desk::book(tx, id, item, span),
    }
}

/// Says no: to the request, to the times on offer, or to another time, which leaves the booking as it is.
///
/// # Errors
/// `appointment.step`, `vault.text`, `vault.not_found`.
pub fn decline(tx: &mut Tx<'_>, id: &Hash, explanation: Option<&str>) -> Result<(), Fault> {
    let mut item: AppointmentItem = tx.item(id.as_bytes())?;
    if let Some(text) = explanation {
        check_text(text, MAX_TEXT)?;
    }
    let own = Meta::read(tx)?.name;
    match (item.stage, item.side, item.mine) {
        (AppointmentStage::Asked | AppointmentStage::Offered, AppointmentSide::Desk, _)
        | (AppointmentStage::Offered, AppointmentSide::Patient, _) => {
            item.stage = AppointmentStage::Declined;
            item.explanation = explanation.map(str::to_owned);
        }
        (AppointmentStage::Moved, AppointmentSide::Desk, false) => {
            let booked = item.booked.ok_or(Error::Step)?;
            return desk::book(tx, id, item, booked);
        }
        (AppointmentStage::Moved, AppointmentSide::Patient, false) => {
            item.stage = AppointmentStage::Booked;
            item.times.clear();
        }
        _ => return Err(Error::Step.into()),
    }
    let note = desk::number(tx, id, &mut item)?;
    let response = document::response(id, &own, "declined", None, explanation)?;
    tell(tx, id, &item, AppointmentAct::Declined(response))?;
    save(tx, id, item, note)
}

/// Proposes another time for what is booked; the booking stands until the other side agrees.
///
/// # Errors
/// `appointment.step`, `appointment.time`, `appointment.taken`, `vault.not_found`.
pub fn propose(tx: &mut Tx<'_>, id: &Hash, span: Span) -> Result<(), Fault> {
    let mut item: AppointmentItem = tx.item(id.as_bytes())?;
    let again = item.stage == AppointmentStage::Moved && item.mine;
    if item.stage != AppointmentStage::Booked && !again {
        return Err(Error::Step.into());
    }
    check_future(tx, span)?;
    if item.booked == Some(span) {
        return Err(Error::Time.into());
    }
    if item.side == AppointmentSide::Desk && desk::is_taken(tx, id, &span)? {
        return Err(Error::Taken.into());
    }
    item.stage = AppointmentStage::Moved;
    item.mine = true;
    item.times = vec![span];
    let note = desk::number(tx, id, &mut item)?;
    let own = Meta::read(tx)?.name;
    let response = document::response(id, &own, "tentative", Some(span), None)?;
    tell(tx, id, &item, AppointmentAct::Moved(response))?;
    save(tx, id, item, note)
}

/// Calls it off.
///
/// # Errors
/// `appointment.step` when it is over, `vault.text`, `vault.not_found`.
pub fn cancel(tx: &mut Tx<'_>, id: &Hash, explanation: Option<&str>) -> Result<(), Fault> {
    let mut item: AppointmentItem = tx.item(id.as_bytes())?;
    if item.stage.is_over() {
        return Err(Error::Step.into());
    }
    if let Some(text) = explanation {
        check_text(text, MAX_TEXT)?;
    }
    item.explanation = explanation.map(str::to_owned);
    let known = item.stage != AppointmentStage::Fetching;
    item.stage = AppointmentStage::Cancelled;
    if !known {
        // Nobody was asked yet, so nobody need be told and the chain need not know.
        item.time = tx.now;
        tx.put(id.as_bytes(), &item);
        return Ok(());
    }
    let own = Meta::read(tx)?.name;
    item.resource = document::appointment(id, &item, &Names::of(&item, &own), "cancelled", tx.now)?;
    let note = desk::number(tx, id, &mut item)?;
    tell(tx, id, &item, AppointmentAct::Cancelled(item.resource.clone()))?;
    patient::file(tx, &mut item)?;
    save(tx, id, item, note)
}

/// Times proposed must lie ahead.
fn check_future(tx: &Tx<'_>, span: Span) -> Result<(), Fault> {
    if tx.now < span.start && span.start < span.end {
        Ok(())
    } else {
        Err(Error::Time.into())
    }
}

/// A text that the other side wrote: kept only as far as it can be shown.
fn shown(text: Option<&str>) -> Option<String> {
    text.filter(|text| check_text(text, MAX_TEXT).is_ok())
        .map(str::to_owned)
}

/// What the own chain keeps of a mailbox.
fn note_of(id: MailboxId, item: &MailboxItem) -> MailboxNote {
    MailboxNote {
        origin: item.origin.clone(),
        mailbox: id,
        read: item.read.clone(),
        sealing: item.sealing.clone(),
    }
}
