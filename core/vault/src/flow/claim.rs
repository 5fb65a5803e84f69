//! The claimant's side of a QR consent: code read, offer fetched, claim made, symbols compared, access received.
//!
//! Reading a code never claims; only [`create`] does, after a tap in the claimant's own app.

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::claim::{self, ClaimStatement, ReplyAddress, transcript};
use protocol::code::Coded;
use protocol::grant::{Grant, Purpose as Use};
use protocol::hash::Hash;
use protocol::id::{MailboxId, OfferId};
use protocol::key::Signer;
use protocol::offer::{self, Offer, OfferUrl};
use protocol::relay::message::OfferAnswer;
use protocol::relay::problem;
use protocol::statement::Signed;

use super::{decode, mailbox, organization, team};
use crate::body::{AccessNote, Answer, Confirmation, MailboxNote, NoteBody, SealedClaim};
use crate::chain;
use crate::crypto::hpke::{self, RecipientKey, RecipientSecret};
use crate::crypto::kdf::{self, Purpose};
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::crypto::{content, pad};
use crate::fault::{Error, Fault};
use crate::item::{
    ChainItem, ChainName, ClaimItem, ClaimStage, CredentialItem, MailboxItem, MailboxUse, Meta, Role, Task, TaskKind,
};
use crate::state::{Read, Tx};

fn lane(id: &OfferId) -> String {
    format!("claim:{id}")
}

/// Claims an offer.
///
/// # Errors
/// `offer.*` for a bad code, `vault.role`, `vault.state` when this code was claimed here before.
pub fn create(tx: &mut Tx<'_>, code: &str, purpose: Use) -> Result<OfferId, Fault> {
    let meta = Meta::read(tx)?;
    meta.require(&[Role::Practitioner, Role::Laboratory, Role::Organization])?;
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    let code = OfferUrl::parse(code)?;
    if tx.get::<ClaimItem>(code.offer.as_bytes())?.is_some() {
        return Err(Error::State.into());
    }
    let sealing = RecipientSecret::generate(tx.rng);
    let item = ClaimItem {
        stage: ClaimStage::Fetching,
        origin: code.origin.clone(),
        secret: Secret32::from_bytes(code.secret),
        hash: code.hash,
        purpose,
        sealing: sealing.clone(),
        grantee: SigningKey::generate(tx.rng),
        fetch: SigningKey::generate(tx.rng),
        mailbox: MailboxId::from(tx.random()),
        mailbox_send: SigningKey::generate(tx.rng),
        offer: None,
        claim: None,
        transcript: None,
        version: 0,
        grant: None,
        reason: None,
        expires: None,
        time: tx.now,
    };
    let reply = MailboxItem {
        origin: own.origin,
        purpose: MailboxUse::Claim(code.offer),
        read: SigningKey::generate(tx.rng),
        sealing,
        cursor: None,
        counters: Vec::new(),
        created: false,
    };
    tx.put(item.mailbox.as_bytes(), &reply);
    tx.put(code.offer.as_bytes(), &item);
    let send = vec![item.mailbox_send.public_key()];
    Task::enqueue(tx, lane(&code.offer), TaskKind::FetchOffer(code.offer))?;
    Task::enqueue(
        tx,
        lane(&code.offer),
        TaskKind::PutMailbox(item.mailbox, send, false, None),
    )?;
    tx.created = Some(code.offer.to_string());
    Ok(code.offer)
}

/// The offer arrived: the claim is signed, sealed and sent.
///
/// # Errors
/// `vault.damaged`; an offer that is not the code's ends the claim and is shown.
pub fn offered(tx: &mut Tx<'_>, id: &OfferId, bytes: &[u8]) -> Result<(), Fault> {
    match answer_offer(tx, id, bytes) {
        Ok(()) => Ok(()),
        Err(fault) => fail(tx, id, &fault.code),
    }
}

fn answer_offer(tx: &mut Tx<'_>, id: &OfferId, bytes: &[u8]) -> Result<(), Fault> {
    let mut item: ClaimItem = tx.item(id.as_bytes())?;
    let meta = Meta::read(tx)?;
    let actor = meta.actor()?;
    let code = OfferUrl {
        origin: item.origin.clone(),
        offer: *id,
        secret: *item.secret.as_bytes(),
        hash: item.hash,
    };
    let offer = Offer::open(bytes, &code, tx.now)?;
    if offer.suite.as_slice() != hpke::SUITE {
        return Err(offer::Error::Version.into());
    }
    let reply: MailboxItem = tx.item(item.mailbox.as_bytes())?;
    let credential = tx
        .list::<CredentialItem>()?
        .into_iter()
        .next_back()
        .map(|(_, item)| item.evidence);
    let statement = ClaimStatement {
        version: 1,
        offer: item.hash,
        evidence: meta.evidence.clone(),
        credential,
        name: meta.name.clone(),
        sealing_key: item.sealing.public().as_bytes().to_vec().into(),
        grantee: item.grantee.public_key(),
        fetch: vec![item.fetch.public_key()],
        reply: ReplyAddress {
            origin: reply.origin,
            mailbox: item.mailbox,
        },
        purpose: item.purpose,
        nonce: tx.random(),
        time: tx.now,
        actor: actor.device,
        claimant: actor.identity,
        authority: actor.authority,
        // An organization claims for its team; nobody vouches for it but itself.
        organization: if meta.role == Role::Organization {
            Some(organization::card(tx)?)
        } else {
            None
        },
    };
    let signed = Signed::issue(statement, &meta.device)?;
    let mac_key = kdf::derive(item.secret.as_bytes(), Purpose::ClaimMac, b"");
    let mac = kdf::mac(&mac_key, &[signed.bytes()]);
    let claim = SealedClaim {
        claim: signed.bytes().to_vec().into(),
        mac: mac.to_vec().into(),
        send: item.mailbox_send.clone(),
    };
    let key = RecipientKey::new(&offer.sealing_key)?;
    let padded = pad::pad(&cbor::encode(&claim))?;
    let sealed = hpke::seal(&key, &content::context("claim", item.hash.as_bytes()), &padded, tx.rng)?;
    item.offer = Some(bytes.to_vec().into());
    item.claim = Some(claim.claim);
    item.expires = Some(offer.expires);
    item.stage = ClaimStage::Claiming;
    tx.put(id.as_bytes(), &item);
    Task::enqueue(tx, lane(id), TaskKind::PutClaim(*id, sealed.into()))
}

/// The relay took the claim.
///
/// # Errors
/// `vault.damaged`.
pub fn taken(tx: &mut Tx<'_>, id: &OfferId) -> Result<(), Fault> {
    let mut item: ClaimItem = tx.item(id.as_bytes())?;
    item.stage = ClaimStage::Waiting;
    tx.put(id.as_bytes(), &item);
    Ok(())
}

/// The wallet revealed its nonce, or answered.
///
/// # Errors
/// `vault.damaged`; whatever does not fit ends the claim and is shown.
pub fn progress(tx: &mut Tx<'_>, id: &OfferId, answer: &OfferAnswer) -> Result<(), Fault> {
    match advance(tx, id, answer) {
        Ok(()) => Ok(()),
        Err(fault) => fail(tx, id, &fault.code),
    }
}

fn advance(tx: &mut Tx<'_>, id: &OfferId, answer: &OfferAnswer) -> Result<(), Fault> {
    let mut item: ClaimItem = tx.item(id.as_bytes())?;
    if answer.version == item.version {
        return Ok(());
    }
    item.version = answer.version;
    if let (None, Some(reveal)) = (item.transcript, &answer.reveal) {
        let opened = hpke::open(
            &item.sealing,
            &content::context("reveal", item.hash.as_bytes()),
            &reveal.0,
        )?;
        let nonce: [u8; 32] = opened.as_slice().try_into().map_err(|_| claim::Error::Nonce)?;
        let nonce = Hash::new(nonce);
        let offer: Offer = decode(item.offer.as_ref().ok_or(Error::Missing)?)?;
        if Offer::nonce_commitment(&nonce) != offer.nonce {
            return Err(claim::Error::Nonce.into());
        }
        let claim = item.claim.as_ref().ok_or(Error::Missing)?;
        item.transcript = Some(transcript(
            &hpke::SUITE,
            &item.hash,
            item.secret.as_bytes(),
            claim,
            &nonce,
        ));
        item.stage = ClaimStage::Comparing;
        tx.tell("show.compare_symbols", id, &[]);
    }
    tx.put(id.as_bytes(), &item);
    let Some(sealed) = &answer.answer else { return Ok(()) };
    let padded = hpke::open(
        &item.sealing,
        &content::context("answer", item.hash.as_bytes()),
        &sealed.0,
    )?;
    match decode::<Answer>(&pad::unpad(&padded)?)? {
        Answer::Confirmed(bytes) => receive(tx, id, item, &bytes),
        Answer::Declined => {
            item.stage = ClaimStage::Declined;
            tx.put(id.as_bytes(), &item);
            tx.tell("show.declined", id, &[]);
            Ok(())
        }
    }
}

/// Access was given: checked against what was agreed, then noted in the own chain.
fn receive(tx: &mut Tx<'_>, id: &OfferId, mut item: ClaimItem, bytes: &[u8]) -> Result<(), Fault> {
    let confirmation: Confirmation = decode(bytes)?;
    let grant = Grant::verify(&confirmation.grant)?;
    let patient = confirmation.evidence.verify()?;
    patient.check(&grant.actor, &grant.patient, &grant.authority)?;
    if Some(grant.transcript) != item.transcript {
        return Err(claim::Error::Symbols.into());
    }
    let meta = Meta::read(tx)?;
    if grant.grantee.identity() != Some(meta.identity()?) || grant.sealing_key != item.sealing.public().hash() {
        return Err(protocol::grant::Error::Grantee.into());
    }
    let reply: MailboxItem = tx.item(item.mailbox.as_bytes())?;
    let note = AccessNote {
        confirmation: bytes.to_vec().into(),
        sealing: item.sealing.clone(),
        grantee: item.grantee.clone(),
        fetch: item.fetch.clone(),
        reply: MailboxNote {
            origin: reply.origin,
            mailbox: item.mailbox,
            read: reply.read,
            sealing: reply.sealing,
        },
    };
    chain::append(
        tx,
        &ChainName::Own,
        BlockKind::Note,
        &cbor::encode(&NoteBody::Access(Box::new(note))),
    )?;
    if grant.grantee.team().is_some() {
        team::received(tx, &grant.id())?;
    }
    item.stage = ClaimStage::Confirmed;
    item.grant = Some(grant.id());
    tx.put(id.as_bytes(), &item);
    tx.tell("show.access_received", grant.id(), &[("name", &confirmation.name)]);
    Ok(())
}

/// The offer can no longer be claimed, or its answer no longer be had.
///
/// # Errors
/// `vault.damaged`.
pub fn gone(tx: &mut Tx<'_>, id: &OfferId, code: &str) -> Result<(), Fault> {
    let code = match code {
        code if code == problem::Error::Claimed.code() => offer::Error::Claimed.code(),
        code if code == problem::Error::Expired.code() => offer::Error::Expired.code(),
        other => other,
    };
    fail(tx, id, code)
}

fn fail(tx: &mut Tx<'_>, id: &OfferId, code: &str) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<ClaimItem>(id.as_bytes())? else {
        return Ok(());
    };
    item.stage = ClaimStage::Failed;
    item.reason = Some(code.to_owned());
    tx.put(id.as_bytes(), &item);
    tx.tell("show.claim_failed", id, &[("code", code)]);
    // The mailbox made for this claim will never be used.
    mailbox::close(tx, &item.mailbox)
}
