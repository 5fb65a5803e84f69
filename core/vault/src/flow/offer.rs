//! The patient's side of a QR consent: offer, claim seen, nonce revealed, confirmed or declined (`core/spec/consent.md`).
//!
//! Nothing is shared before the patient confirmed with the claimant's name and the symbols on the screen. There is no auto-confirm; for a
//! claimant nobody trusted vouches for, the matching row of three must be picked.

use protocol::block::{Block, BlockKind};
use protocol::cbor;
use protocol::claim::{self, Claim, symbols, transcript};
use protocol::grant::{Grant, GrantStatement, Grantee, Permission, Scope};
use protocol::hash::Hash;
use protocol::id::{GrantId, IdentityId, MailboxId, OfferId, RecordId, ResourceId};
use protocol::key::Signer;
use protocol::offer::{Offer, OfferUrl};
use protocol::relay::message::OfferState;
use protocol::statement::Signed;
use protocol::time::Period;

use super::{decode, found, share, status};
use crate::body::{Answer, Confirmation, GrantBody, GrantGenesis, SealedClaim};
use crate::chain;
use crate::crypto::hpke::{self, RecipientKey, RecipientSecret};
use crate::crypto::kdf::{self, Purpose};
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::crypto::{content, pad};
use crate::fault::{Error, Fault};
use crate::item::{
    ChainItem, ChainName, GrantItem, MailboxItem, MailboxUse, Meta, OfferItem, OfferStage, OfferedRight, Role, Task,
    TaskKind,
};
use crate::state::{Read, Tx};

/// Seconds after the code's death in which a claim made in time may still be confirmed.
const GRACE: u64 = 900;

/// What the patient offers.
pub struct Draft {
    /// Which records.
    pub scope: Scope,
    /// Rights, and for how many seconds from confirmation.
    pub rights: Vec<OfferedRight>,
    /// Records kept out.
    pub hidden: Vec<RecordId>,
    /// Seconds until the code dies.
    pub lifetime: u64,
}

/// Makes an offer; its code can be shown at once and works as soon as the relay has the offer.
///
/// # Errors
/// `vault.role`, `vault.not_ready`, `grant.rule` without any right, `offer.too_long`.
pub fn create(tx: &mut Tx<'_>, draft: Draft) -> Result<OfferId, Fault> {
    let meta = Meta::read(tx)?;
    meta.require(&[Role::Patient])?;
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    if draft.rights.is_empty() || draft.lifetime == 0 {
        return Err(protocol::grant::Error::Rule.into());
    }
    let sealing = RecipientSecret::generate(tx.rng);
    let nonce = tx.random();
    let expires = tx.now.plus(draft.lifetime.min(7 * 24 * 3600));
    let offer = Offer {
        version: 1,
        suite: hpke::SUITE.to_vec().into(),
        sealing_key: sealing.public().as_bytes().to_vec().into(),
        origin: own.origin.clone(),
        expires,
        nonce: Offer::nonce_commitment(&nonce),
        salt: tx.random(),
    };
    let mut rights = draft.rights;
    rights.sort_by_key(|offered| offered.right);
    rights.dedup_by_key(|offered| offered.right);
    let id = OfferId::from(tx.random());
    let item = OfferItem {
        stage: OfferStage::Open,
        secret: Secret32::generate(tx.rng),
        offer: offer.encode().into(),
        sealing,
        nonce,
        owner: SigningKey::generate(tx.rng),
        origin: own.origin,
        expires,
        scope: draft.scope.normalised(),
        rights,
        hidden: draft.hidden,
        version: 0,
        attempts: 0,
        claim: None,
        reply_send: None,
        transcript: None,
        choices: Vec::new(),
        grant: None,
        files: None,
    };
    url(&id, &item)?;
    tx.put(id.as_bytes(), &item);
    Task::enqueue(tx, lane(&id), TaskKind::PutOffer(id))?;
    tx.created = Some(id.to_string());
    Ok(id)
}

fn lane(id: &OfferId) -> String {
    format!("offer:{id}")
}

/// The text of an offer's QR code.
///
/// # Errors
/// `offer.too_long`.
pub fn url(id: &OfferId, item: &OfferItem) -> Result<String, Fault> {
    let code = OfferUrl {
        origin: item.origin.clone(),
        offer: *id,
        secret: *item.secret.as_bytes(),
        hash: Offer::hash(&item.offer),
    };
    Ok(code.to_text()?)
}

/// The relay told the offer's state.
///
/// # Errors
/// `vault.damaged`; a bad claim ends the offer and is shown, never an error here.
pub fn progress(tx: &mut Tx<'_>, id: &OfferId, state: &OfferState) -> Result<(), Fault> {
    let mut item: OfferItem = tx.item(id.as_bytes())?;
    let news = state.version != item.version || state.attempts != item.attempts;
    if !news {
        return expire(tx, id, item);
    }
    item.version = state.version;
    if state.attempts > item.attempts {
        item.attempts = state.attempts;
        tx.tell("show.second_claim", id, &[("code", "offer.claimed")]);
    }
    if let (OfferStage::Open, Some(sealed)) = (item.stage, &state.claim) {
        match open_claim(tx, &mut item, &sealed.0) {
            Ok(reveal) => {
                item.stage = OfferStage::Claimed;
                Task::enqueue(tx, lane(id), TaskKind::PutReveal(*id, reveal.into()))?;
                tx.tell("show.claimed", id, &[]);
            }
            Err(fault) => {
                item.stage = OfferStage::Declined;
                tx.tell("show.claim_refused", id, &[("code", &fault.code)]);
            }
        }
    }
    tx.put(id.as_bytes(), &item);
    Ok(())
}

fn expire(tx: &mut Tx<'_>, id: &OfferId, mut item: OfferItem) -> Result<(), Fault> {
    if item.stage == OfferStage::Open && tx.now >= item.expires {
        item.stage = OfferStage::Expired;
        tx.put(id.as_bytes(), &item);
        tx.tell("show.offer_expired", id, &[("code", "offer.expired")]);
    }
    Ok(())
}

/// The relay no longer has the offer.
///
/// # Errors
/// `vault.damaged`.
pub fn gone(tx: &mut Tx<'_>, id: &OfferId) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<OfferItem>(id.as_bytes())? else {
        return Ok(());
    };
    // A relay that was just asked to take the offer may not have it yet.
    if item.stage == OfferStage::Open && tx.now >= item.expires {
        item.stage = OfferStage::Expired;
        tx.put(id.as_bytes(), &item);
    }
    Ok(())
}

/// Opens and checks a claim; gives the sealed reveal.
fn open_claim(tx: &mut Tx<'_>, item: &mut OfferItem, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    let offer = Offer::hash(&item.offer);
    let padded = hpke::open(&item.sealing, &content::context("claim", offer.as_bytes()), sealed)?;
    let opened: SealedClaim = decode(&pad::unpad(&padded)?)?;
    let mac_key = kdf::derive(item.secret.as_bytes(), Purpose::ClaimMac, b"");
    if !kdf::mac_matches(&mac_key, &[&opened.claim], &opened.mac) {
        return Err(claim::Error::Mac.into());
    }
    let claimed = verify(&opened.claim, &offer)?;
    let transcript = transcript(&hpke::SUITE, &offer, item.secret.as_bytes(), &opened.claim, &item.nonce);
    // Three rows, the true one at a place nobody can foresee.
    let place = usize::from(tx.random().as_bytes()[0] % 3);
    item.choices = (0..3)
        .map(|row| if row == place { transcript } else { tx.random() })
        .collect();
    item.transcript = Some(transcript);
    item.claim = Some(opened.claim);
    item.reply_send = Some(opened.send);
    if let Some(credential) = &claimed.credential {
        status::want(tx, credential)?;
    }
    if let Some(card) = &claimed.organization {
        status::meet(tx, card)?;
    }
    let key = RecipientKey::new(&claimed.sealing_key)?;
    Ok(hpke::seal(
        &key,
        &content::context("reveal", offer.as_bytes()),
        item.nonce.as_bytes(),
        tx.rng,
    )?)
}

/// Verifies a claim: signature, offer, identity, credential.
///
/// # Errors
/// `claim.*`.
pub fn verify(bytes: &[u8], offer: &Hash) -> Result<Claim, Fault> {
    Ok(claim::check(bytes, offer)?.claim)
}

/// The patient agrees. `picked` are the four symbols read on the claimant's screen; they may be left out only when an organization that
/// the patient trusts vouches for the claimant.
///
/// # Errors
/// `claim.unvouched`, `offer.expired`, `vault.state`, `vault.need`. Symbols that differ end the offer, which is shown.
pub fn confirm(tx: &mut Tx<'_>, id: &OfferId, picked: Option<[usize; 4]>) -> Result<(), Fault> {
    let mut item: OfferItem = tx.item(id.as_bytes())?;
    let (OfferStage::Claimed, Some(bytes), Some(agreed)) = (item.stage, item.claim.clone(), item.transcript) else {
        return Err(Error::State.into());
    };
    if tx.now >= item.expires.plus(GRACE) {
        return Err(protocol::offer::Error::Expired.into());
    }
    let claimed = verify(&bytes, &Offer::hash(&item.offer))?;
    let voucher = status::claimant(tx, &claimed, tx.now)?;
    match picked {
        None if !voucher.is_trusted() => return Err(claim::Error::Unvouched.into()),
        Some(picked) if picked != symbols(&agreed) => {
            decline(tx, id)?;
            tx.tell("show.symbols_differ", id, &[("code", "claim.symbols")]);
            return Ok(());
        }
        _ => {}
    }
    let records = share::in_scope(tx, &item.scope, &item.hidden)?;
    let (grant, confirmation, recover) = give(tx, &item, &claimed, &bytes, agreed)?;
    share::share(tx, &grant, &records, &[])?;
    let answer = seal_answer(
        tx,
        &item,
        &claimed,
        &Answer::Confirmed(cbor::encode(&confirmation).into()),
    )?;
    let name = ChainName::Given(grant);
    let fetch = claimed.fetch.clone();
    Task::enqueue(
        tx,
        name.lane(),
        TaskKind::SetCapabilities(name, fetch, Some(claimed.grantee), Some(recover), false, 1),
    )?;
    Task::enqueue(tx, name.lane(), TaskKind::PutAnswer(*id, answer.into()))?;
    item.stage = OfferStage::Confirmed;
    item.grant = Some(grant);
    tx.put(id.as_bytes(), &item);
    tx.created = Some(grant.to_string());
    tx.tell("show.granted", grant, &[("name", voucher.name(&claimed.name))]);
    Ok(())
}

/// The patient says no.
///
/// # Errors
/// `vault.state`.
pub fn decline(tx: &mut Tx<'_>, id: &OfferId) -> Result<(), Fault> {
    let mut item: OfferItem = tx.item(id.as_bytes())?;
    match item.stage {
        OfferStage::Open => Task::enqueue(tx, lane(id), TaskKind::DeleteOffer(*id))?,
        OfferStage::Claimed => {
            let bytes = item.claim.clone().ok_or(Error::Missing)?;
            let claimed = verify(&bytes, &Offer::hash(&item.offer))?;
            let answer = seal_answer(tx, &item, &claimed, &Answer::Declined)?;
            Task::enqueue(tx, lane(id), TaskKind::PutAnswer(*id, answer.into()))?;
        }
        _ => return Err(Error::State.into()),
    }
    item.stage = OfferStage::Declined;
    tx.put(id.as_bytes(), &item);
    Ok(())
}

fn seal_answer(tx: &mut Tx<'_>, item: &OfferItem, claimed: &Claim, answer: &Answer) -> Result<Vec<u8>, Fault> {
    let offer = Offer::hash(&item.offer);
    let key = RecipientKey::new(&claimed.sealing_key)?;
    let padded = pad::pad(&cbor::encode(answer))?;
    Ok(hpke::seal(
        &key,
        &content::context("answer", offer.as_bytes()),
        &padded,
        tx.rng,
    )?)
}

/// Signs the grant and founds its chain and its mailbox.
fn give(
    tx: &mut Tx<'_>,
    item: &OfferItem,
    claimed: &Claim,
    claim_bytes: &[u8],
    agreed: Hash,
) -> Result<(GrantId, Confirmation, protocol::key::PublicKey), Fault> {
    let meta = Meta::read(tx)?;
    let actor = meta.actor()?;
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    let now = tx.now;
    let permissions = item.rights.iter().map(|offered| Permission {
        right: offered.right,
        period: Period {
            from: now,
            until: offered.seconds.map(|seconds| now.plus(seconds)),
        },
    });
    let statement = GrantStatement {
        version: 1,
        patient: actor.identity,
        grantee: if claimed.organization.is_some() {
            Grantee::Team(claimed.claimant)
        } else {
            Grantee::Identity(claimed.claimant)
        },
        sealing_key: RecipientKey::new(&claimed.sealing_key)?.hash(),
        scope: item.scope.clone(),
        permissions: permissions.collect(),
        purpose: claimed.purpose,
        transcript: agreed,
        time: now,
        salt: tx.random(),
        actor: actor.device,
        authority: actor.authority,
    };
    let grant = Signed::issue(statement, &meta.device)?;
    let id = grant.id();
    let name = ChainName::Given(id);
    let body = GrantBody {
        grant: grant.bytes().to_vec().into(),
        claim: claim_bytes.to_vec().into(),
        origin: own.origin.clone(),
        resource: ResourceId::from(tx.random()),
        write: SigningKey::generate(tx.rng),
        log_key: Secret32::generate(tx.rng),
        epoch: Secret32::generate(tx.rng),
        log: own.log.clone(),
        mailbox: MailboxId::from(tx.random()),
        mailbox_read: SigningKey::generate(tx.rng),
        mailbox_sealing: RecipientSecret::generate(tx.rng),
        reply_send: item.reply_send.clone().ok_or(Error::Missing)?,
        hidden: item.hidden.clone(),
        recover: Vec::new().into(),
        files: item.files,
    };
    let recover = SigningKey::generate(tx.rng);
    let recovery_key = RecipientKey::new(&meta.recovery_key)?;
    let info = content::context("grant-recover", body.resource.as_bytes());
    let body = GrantBody {
        recover: hpke::seal(&recovery_key, &info, recover.seed().as_bytes(), tx.rng)?.into(),
        ..body
    };
    chain::append(tx, &ChainName::Own, BlockKind::Grant, &cbor::encode(&body))?;
    let token = found::token(tx)?;
    Task::enqueue(
        tx,
        name.lane(),
        TaskKind::CreateChain(name, Vec::new(), Some(recover.public_key()), false, token),
    )?;
    let send = SigningKey::generate(tx.rng);
    let settings = TaskKind::PutMailbox(body.mailbox, vec![send.public_key()], false, None);
    Task::enqueue(tx, name.lane(), settings)?;
    let item = ChainItem::read_named(tx, &name)?;
    let genesis = GrantGenesis {
        grant: body.grant.clone(),
        evidence: meta.evidence.clone(),
    };
    let begun = chain::begin(tx, &name, item, &cbor::encode(&genesis))?;
    chain::push(tx, &name)?;
    let mut mailbox: MailboxItem = tx.item(body.mailbox.as_bytes())?;
    mailbox.created = false;
    tx.put(body.mailbox.as_bytes(), &mailbox);
    let confirmation = Confirmation {
        grant: body.grant,
        evidence: meta.evidence,
        name: meta.name,
        origin: body.origin,
        resource: body.resource,
        chain: begun.chain_id(),
        log_key: body.log_key,
        epoch: body.epoch,
        log: body.log,
        mailbox: body.mailbox,
        send,
        mailbox_key: body.mailbox_sealing.public().as_bytes().to_vec().into(),
    };
    Ok((id, confirmation, recover.public_key()))
}

/// A grant block joined the own chain: the grant, its chain and its mailbox are known.
pub(super) fn given(tx: &mut Tx<'_>, block: &Block, body: &GrantBody) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    let grant = Grant::verify(&body.grant)?;
    let claimed = Claim::verify(&body.claim)?;
    let owner: IdentityId = meta.identity()?;
    if grant.patient != owner {
        return Err(protocol::record::Error::Subject.into());
    }
    let id = grant.id();
    let credential = claimed
        .credential
        .as_ref()
        .map(|evidence| evidence.verify())
        .transpose()?;
    let item = GrantItem {
        grant: body.grant.clone(),
        claim: body.claim.clone(),
        name: credential
            .as_ref()
            .map_or_else(|| claimed.name.clone(), |credential| credential.claims.name.clone()),
        organization: credential.map(|credential| credential.organization.name),
        reply_origin: claimed.reply.origin.clone(),
        reply_mailbox: claimed.reply.mailbox,
        reply_send: body.reply_send.clone(),
        mailbox: body.mailbox,
        hidden: body.hidden.clone(),
        shared: Vec::new(),
        last_opened: None,
        ended: None,
        paused: false,
        sequence: block.sequence,
        recipient: None,
        recover: body.recover.clone(),
        changes: Vec::new(),
        unpublished: Vec::new(),
        stopped: None,
        unsettled: false,
        removed: false,
        undecided: None,
        coming: Vec::new(),
        drop: Vec::new(),
        access: None,
        gone: Vec::new(),
        files: body.files,
    };
    // A grant block that is signed again behind another device's block must reset neither what was shared nor the grant chain.
    if tx.get::<GrantItem>(id.as_bytes())?.is_none() {
        tx.put(id.as_bytes(), &item);
    }
    let chain = ChainItem {
        write: Some(body.write.clone()),
        read: Some(body.write.clone()),
        ..ChainItem::unread(
            body.origin.clone(),
            body.resource,
            body.log_key.clone(),
            body.epoch.clone(),
            body.log.clone(),
            owner,
        )
    };
    let name = ChainName::Given(id);
    if tx.get::<ChainItem>(&name.id())?.is_none() {
        chain.write(tx, &name);
    }
    let mailbox = MailboxItem {
        origin: body.origin.clone(),
        purpose: MailboxUse::Grant(id),
        read: body.mailbox_read.clone(),
        sealing: body.mailbox_sealing.clone(),
        cursor: None,
        counters: Vec::new(),
        created: true,
    };
    if tx.get::<MailboxItem>(body.mailbox.as_bytes())?.is_none() {
        tx.put(body.mailbox.as_bytes(), &mailbox);
    }
    acquainted(tx, &claimed)
}

/// Whoever stands behind the holder: on a device that joined later, its chain is read from now on.
fn acquainted(tx: &mut Tx<'_>, claimed: &claim::ClaimStatement) -> Result<(), Fault> {
    if let Some(evidence) = &claimed.credential {
        status::acquaint(tx, evidence)?;
    }
    match &claimed.organization {
        Some(card)
            if tx
                .get::<ChainItem>(&ChainName::Public(claimed.claimant).id())?
                .is_none() =>
        {
            status::meet(tx, card)
        }
        _ => Ok(()),
    }
}
