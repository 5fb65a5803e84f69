//! A desk's intake and its contact, and the patient's way to it (`core/spec/contact.md`).

use protocol::block::BlockKind;
use protocol::cbor::{self, Bytes};
use protocol::code::Coded;
use protocol::contact::{Contact, ContactCard, ContactUrl};
use protocol::credential;
use protocol::hash::Hash;
use protocol::id::MailboxId;
use protocol::organization::{ContactStatement, Intake};
use protocol::statement::Signed;

use super::super::status::{self, Voucher};
use super::{note_of, patient};
use crate::body::{MailboxNote, NoteBody};
use crate::chain;
use crate::crypto::hpke::RecipientSecret;
use crate::crypto::signing::SigningKey;
use crate::fault::{Error, Fault};
use crate::item::{
    AppointmentItem, AppointmentStage, ChainItem, ChainName, IntakeItem, MailboxItem, MailboxUse, Meta, Role, Task,
    TaskKind,
};
use crate::state::{Read, Tx};

/// Opens the desk's intake, or publishes its contact anew with the newest credential beside it.
///
/// # Errors
/// `vault.role`, `vault.not_ready`.
pub fn open_intake(tx: &mut Tx<'_>) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    meta.require(&[Role::Practitioner, Role::Laboratory, Role::Organization])?;
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    if tx.get::<IntakeItem>(b"")?.is_none() {
        let actor = meta.actor()?;
        let id = MailboxId::from(tx.random());
        let mailbox = MailboxItem {
            origin: own.origin,
            purpose: MailboxUse::Intake,
            read: SigningKey::generate(tx.rng),
            sealing: RecipientSecret::generate(tx.rng),
            cursor: None,
            counters: Vec::new(),
            created: false,
        };
        let sealing_key = mailbox.sealing.public().as_bytes().to_vec().into();
        let statement = ContactStatement {
            version: 1,
            owner: actor.identity,
            name: meta.name.clone(),
            intake: Intake {
                origin: mailbox.origin.clone(),
                mailbox: id,
                sealing_key,
            },
            time: tx.now,
            salt: tx.random(),
            actor: actor.device,
            authority: actor.authority,
        };
        let signed = Signed::issue(statement, &meta.device)?;
        let card = ContactCard {
            statement: signed.bytes().to_vec().into(),
            evidence: meta.evidence,
            credential: None,
        };
        tx.put(id.as_bytes(), &mailbox);
        let note = NoteBody::Intake(Box::new(note_of(id, &mailbox)), card.encode().into());
        chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    }
    publish(tx)
}

/// Puts the contact beside the intake mailbox, if there is one.
///
/// # Errors
/// `contact.*`, `vault.damaged`.
pub(in crate::flow) fn publish(tx: &mut Tx<'_>) -> Result<(), Fault> {
    let Some(item) = tx.get::<IntakeItem>(b"")? else {
        return Ok(());
    };
    let mut card = ContactCard::parse(&item.card)?;
    card.credential = crate::flow::record::newest_credential(tx)?;
    let mailbox = card.url()?.mailbox;
    let put = TaskKind::PutMailbox(mailbox, Vec::new(), true, Some(card.encode().into()));
    Task::enqueue(tx, format!("mailbox:{mailbox}"), put)
}

/// An intake was opened, as the own chain says.
pub(in crate::flow) fn intake_noted(tx: &mut Tx<'_>, note: &MailboxNote, card: &[u8]) -> Result<(), Fault> {
    tx.put(
        b"",
        &IntakeItem {
            card: Bytes::from(card.to_vec()),
        },
    );
    if tx.get::<MailboxItem>(note.mailbox.as_bytes())?.is_none() {
        let mailbox = MailboxItem {
            origin: note.origin.clone(),
            purpose: MailboxUse::Intake,
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

/// The link to this desk's contact.
///
/// # Errors
/// `vault.not_found` before an intake was opened.
pub fn contact_url(from: &impl Read) -> Result<String, Fault> {
    let item: IntakeItem = from.item(b"")?;
    Ok(ContactCard::parse(&item.card)?.url()?.to_text()?)
}

/// This desk's contact with the newest credential beside it, for a file.
///
/// # Errors
/// `vault.not_found` before an intake was opened.
pub fn card(from: &impl Read) -> Result<Vec<u8>, Fault> {
    let item: IntakeItem = from.item(b"")?;
    let mut card = ContactCard::parse(&item.card)?;
    card.credential = crate::flow::record::newest_credential(from)?;
    Ok(card.encode())
}

/// The intake as an organization's statement names it.
///
/// # Errors
/// `vault.not_found` before an intake was opened.
pub fn intake(from: &impl Read) -> Result<Intake, Fault> {
    let item: IntakeItem = from.item(b"")?;
    let card = ContactCard::parse(&item.card)?;
    Ok(Signed::<ContactStatement>::verify(&card.statement)?
        .into_statement()
        .intake)
}

/// Appointments that wait for the contact of this intake.
fn waiting(tx: &Tx<'_>, origin: &str, mailbox: &MailboxId) -> Result<Vec<(Hash, AppointmentItem)>, Fault> {
    let mut found = Vec::new();
    for (id, item) in tx.list::<AppointmentItem>()? {
        if item.stage == AppointmentStage::Fetching && item.origin == origin && item.mailbox == *mailbox {
            let id: [u8; 32] = id.try_into().map_err(|_| Error::Damaged)?;
            found.push((Hash::new(id), item));
        }
    }
    Ok(found)
}

/// A desk's contact arrived: whoever waits for it is asked for, or told why not.
///
/// # Errors
/// `vault.damaged`; a contact that is not the linked one fails the appointment and is shown.
pub fn contacted(tx: &mut Tx<'_>, origin: &str, mailbox: &MailboxId, bytes: &[u8]) -> Result<(), Fault> {
    for (id, item) in waiting(tx, origin, mailbox)? {
        let kept = item.clone();
        match open(tx, &item, bytes).and_then(|(card, contact)| patient::request(tx, &id, item, card, contact)) {
            Ok(()) => {}
            Err(fault) => fail(tx, &id, kept, &fault.code),
        }
    }
    Ok(())
}

fn open(tx: &mut Tx<'_>, item: &AppointmentItem, bytes: &[u8]) -> Result<(ContactCard, Contact), Fault> {
    let hash = item.contact.ok_or(Error::Missing)?;
    let card = ContactCard::parse(bytes)?;
    let contact = card.open(&ContactUrl {
        origin: item.origin.clone(),
        mailbox: item.mailbox,
        hash,
    })?;
    if let Some(evidence) = &card.credential {
        // A list that is not the newest says nothing against a newer credential; expiry and a suspension count at once.
        let voucher = status::voucher(tx, Some(evidence), &contact.statement.owner)?;
        for error in [credential::Error::Expired, credential::Error::Suspended] {
            if matches!(voucher, Voucher::Refused(_, code) if code == error.code()) {
                return Err(error.into());
            }
        }
        status::want(tx, evidence)?;
    }
    Ok((card, contact))
}

/// The contact cannot be had.
///
/// # Errors
/// `vault.damaged`.
pub fn gone(tx: &mut Tx<'_>, origin: &str, mailbox: &MailboxId, code: &str) -> Result<(), Fault> {
    for (id, item) in waiting(tx, origin, mailbox)? {
        fail(tx, &id, item, code);
    }
    Ok(())
}

fn fail(tx: &mut Tx<'_>, id: &Hash, mut item: AppointmentItem, code: &str) {
    item.stage = AppointmentStage::Failed;
    item.failure = Some(code.to_owned());
    item.time = tx.now;
    tx.put(id.as_bytes(), &item);
    tx.tell("show.appointment_failed", id, &[("code", code)]);
}
