//! The patient's side: asking, taking a time, and the record of what was booked.

use protocol::cbor::{self, Bytes};
use protocol::contact::{Contact, ContactCard, ContactUrl};
use protocol::envelope::MessageKind;
use protocol::hash::Hash;
use protocol::id::MailboxId;
use protocol::key::Signer;

use super::document::{self, Document, Names};
use super::message::{AppointmentAct, AppointmentAnswer, AppointmentRequest, ReplyBox};
use super::{Error, MAX_TEXT, MAX_TIMES, check_future, follow, note_of, save, shown, tell};
use crate::crypto::hpke::RecipientSecret;
use crate::crypto::signing::SigningKey;
use crate::fault::Fault;
use crate::flow::record::{self, Draft};
use crate::flow::{check_text, mailbox};
use crate::item::{
    Address, AppointmentItem, AppointmentSide, AppointmentStage, ChainItem, ChainName, MailboxItem, MailboxUse, Meta,
    Role, Source, Span, Task, TaskKind,
};
use crate::state::{Read, Tx};

/// Asks a desk for an appointment: its contact is fetched first, so that only the desk that was meant is told anything.
///
/// # Errors
/// `contact.*` for a bad link, `vault.text`, `appointment.time`, `appointment.too_many`, `vault.role`.
pub fn ask(tx: &mut Tx<'_>, link: &str, reason: &str, comment: Option<&str>, wishes: Vec<Span>) -> Result<Hash, Fault> {
    Meta::read(tx)?.require(&[Role::Patient])?;
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    let url = ContactUrl::parse(link)?;
    check_text(reason, MAX_TEXT)?;
    if let Some(comment) = comment {
        check_text(comment, MAX_TEXT)?;
    }
    if wishes.len() > MAX_TIMES {
        return Err(Error::TooMany.into());
    }
    for span in &wishes {
        check_future(tx, *span)?;
    }
    let id = tx.random();
    let reply = MailboxId::from(tx.random());
    let mailbox = MailboxItem {
        origin: own.origin,
        purpose: MailboxUse::Appointment(id),
        read: SigningKey::generate(tx.rng),
        sealing: RecipientSecret::generate(tx.rng),
        cursor: None,
        counters: Vec::new(),
        created: false,
    };
    let send = SigningKey::generate(tx.rng);
    tx.put(reply.as_bytes(), &mailbox);
    let lane = format!("appointment:{id}");
    // Answers have somewhere to go before anybody is asked.
    Task::enqueue(
        tx,
        lane.clone(),
        TaskKind::PutMailbox(reply, vec![send.public_key()], false, None),
    )?;
    Task::enqueue(tx, lane, TaskKind::FetchContact(url.origin.clone(), url.mailbox))?;
    let item = AppointmentItem {
        side: AppointmentSide::Patient,
        name: String::new(),
        other: None,
        stage: AppointmentStage::Fetching,
        reason: reason.trim().to_owned(),
        comment: comment.map(str::to_owned),
        wishes,
        times: Vec::new(),
        mine: false,
        chosen: None,
        booked: None,
        resource: Bytes::from(Vec::new()),
        origin: url.origin,
        mailbox: url.mailbox,
        sealing_key: Bytes::from(Vec::new()),
        send: None,
        reply: Some(reply),
        reply_send: Some(send),
        step: 0,
        contact: Some(url.hash),
        credential: None,
        explanation: None,
        failure: None,
        record: None,
        time: tx.now,
    };
    tx.put(id.as_bytes(), &item);
    tx.created = Some(id.to_string());
    Ok(id)
}

/// The contact is the linked one: asks.
pub(super) fn request(
    tx: &mut Tx<'_>,
    id: &Hash,
    mut item: AppointmentItem,
    card: ContactCard,
    contact: Contact,
) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    item.other = Some(contact.statement.owner);
    item.name = contact.statement.name;
    item.sealing_key = contact.statement.intake.sealing_key;
    item.credential = card.credential;
    item.stage = AppointmentStage::Asked;
    item.resource = document::appointment(id, &item, &Names::of(&item, &meta.name), "proposed", tx.now)?;
    let reply = item.reply.ok_or(Error::Step)?;
    let own: MailboxItem = tx.item(reply.as_bytes())?;
    let message = AppointmentRequest {
        appointment: *id,
        name: meta.name,
        evidence: meta.evidence,
        reply: ReplyBox {
            origin: own.origin.clone(),
            mailbox: reply,
            sealing_key: own.sealing.public().as_bytes().to_vec().into(),
            send: item.reply_send.clone().ok_or(Error::Step)?,
        },
        resource: item.resource.clone(),
    };
    let to = Address {
        origin: item.origin.clone(),
        mailbox: item.mailbox,
        send: None,
    };
    let recipient = (contact.statement.owner, item.sealing_key.to_vec());
    mailbox::send(
        tx,
        to,
        recipient,
        MessageKind::AppointmentRequest,
        &cbor::encode(&message),
        None,
        None,
    )?;
    tx.tell("show.appointment_sent", id, &[("name", &item.name)]);
    save(tx, id, item, Some(note_of(reply, &own)))
}

/// Takes a time; the desk books it.
pub(super) fn accept(tx: &mut Tx<'_>, id: &Hash, mut item: AppointmentItem, span: Span) -> Result<(), Fault> {
    let own = Meta::read(tx)?.name;
    item.chosen = Some(span);
    item.stage = AppointmentStage::Accepted;
    let response = document::response(id, &own, "accepted", Some(span), None)?;
    tell(tx, id, &item, AppointmentAct::Accepted(response))?;
    save(tx, id, item, None)
}

/// The desk says how things are.
pub(super) fn answered(
    tx: &mut Tx<'_>,
    id: &Hash,
    mut item: AppointmentItem,
    answer: &AppointmentAnswer,
) -> Result<(), Fault> {
    if answer.step <= item.step {
        // Seen before: delivered twice, or read again after recovery.
        return Ok(());
    }
    follow(tx, id, &mut item, &answer.reply)?;
    item.step = answer.step;
    let word = match &answer.act {
        AppointmentAct::Offered(slots) if item.booked.is_none() => {
            if slots.len() > MAX_TIMES {
                return Err(Error::TooMany.into());
            }
            item.times = slots
                .iter()
                .map(|slot| Document::read(slot, "Slot", "free")?.span())
                .collect::<Result<_, Fault>>()?;
            item.stage = if slots.is_empty() {
                AppointmentStage::Asked
            } else {
                AppointmentStage::Offered
            };
            item.chosen = None;
            item.mine = false;
            "show.appointment_offered"
        }
        AppointmentAct::Booked(resource) => {
            let span = Document::appointment(resource, id, "booked")?.span()?;
            let proposed = if item.mine { item.times.as_slice() } else { &[] };
            let agreed = item.chosen == Some(span) || item.booked == Some(span) || proposed.contains(&span);
            if !agreed {
                return Err(Error::Time.into());
            }
            let news = item.booked != Some(span);
            item.booked = Some(span);
            item.stage = AppointmentStage::Booked;
            item.times.clear();
            (item.chosen, item.mine) = (None, false);
            item.resource = resource.clone();
            if news {
                file(tx, &mut item)?;
                "show.appointment_booked"
            } else {
                "show.appointment_kept"
            }
        }
        AppointmentAct::Moved(response) if item.booked.is_some() => {
            item.times = vec![Document::response(response, id, "tentative")?.span()?];
            item.stage = AppointmentStage::Moved;
            (item.chosen, item.mine) = (None, false);
            "show.appointment_moved"
        }
        AppointmentAct::Declined(response) if item.booked.is_none() => {
            let document = Document::response(response, id, "declined")?;
            item.explanation = shown(document.comment());
            item.stage = AppointmentStage::Declined;
            "show.appointment_declined"
        }
        AppointmentAct::Cancelled(resource) => {
            let document = Document::appointment(resource, id, "cancelled")?;
            item.explanation = shown(document.cancellation());
            item.resource = resource.clone();
            item.stage = AppointmentStage::Cancelled;
            file(tx, &mut item)?;
            "show.appointment_cancelled"
        }
        _ => return Err(Error::Step.into()),
    };
    tx.tell(word, id, &[("name", &item.name)]);
    save(tx, id, item, None)
}

/// Files what was booked as the patient's own record, so that it stands in the timeline; a later booking or calling it off corrects
/// that record. What never was booked is no record.
pub(super) fn file(tx: &mut Tx<'_>, item: &mut AppointmentItem) -> Result<(), Fault> {
    if item.side != AppointmentSide::Patient || item.booked.is_none() {
        return Ok(());
    }
    let draft = Draft {
        subject: Meta::read(tx)?.identity()?,
        content: item.resource.to_vec(),
        attachments: Vec::new(),
        media_types: Vec::new(),
        replies_to: None,
        supersedes: item.record,
    };
    item.record = Some(record::file_own(tx, draft, Source::Own)?);
    Ok(())
}
