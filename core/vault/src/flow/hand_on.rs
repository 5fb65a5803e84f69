//! Keys of a grant chain's epochs, handed on by the grantee to those it lets read under the grant (`core/spec/grant.md`, DELEG-7, TEAM-2).
//!
//! The patient seals an epoch to the grantee's HPKE key alone. A delegate has no such key, and a member may lack an older one; so the
//! grantee's app passes the opened keys on, sealed to their intakes. Invariant: whoever was stopped, taken out or is over gets none.

use protocol::block::{BlockKind, LogCommitment};
use protocol::cbor;
use protocol::contact::ContactCard;
use protocol::delegation::Delegation;
use protocol::envelope::{self, Envelope, MessageKind};
use protocol::grant::Grant;
use protocol::id::{GrantId, IdentityId};
use protocol::organization::Intake;

use super::{decode, delegation, epoch, mailbox, team};
use crate::body::{DelegationBody, EpochKeys, EpochsBody, NoteBody};
use crate::chain;
use crate::crypto::hpke::RecipientSecret;
use crate::fault::Fault;
use crate::item::{AccessItem, Address, ChainName, DelegationItem, EpochItem, MemberItem, Meta};
use crate::state::{Read, Tx};

fn send(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    epochs: Vec<EpochKeys>,
    intake: &Intake,
    to: IdentityId,
) -> Result<(), Fault> {
    let body = EpochsBody {
        evidence: Meta::read(tx)?.evidence,
        epochs,
    };
    let address = Address {
        origin: intake.origin.clone(),
        mailbox: intake.mailbox,
        send: None,
    };
    let recipient = (to, intake.sealing_key.to_vec());
    let body = cbor::encode(&body);
    mailbox::send(tx, address, recipient, MessageKind::Epochs, &body, Some(*grant), None)
}

/// Hands on every epoch known of a grant's chain: to somebody who is new.
pub(super) fn all(tx: &mut Tx<'_>, grant: &GrantId, intake: &Intake, to: IdentityId) -> Result<(), Fault> {
    let name = ChainName::Received(*grant);
    let mut epochs = Vec::new();
    for (_, item) in tx.list::<EpochItem>()? {
        if item.name == name {
            epochs.push(EpochKeys {
                log_key: item.log_key,
                epoch: item.epoch,
                write: None,
                mailbox: item.mailbox,
            });
        }
    }
    if epochs.is_empty() {
        return Ok(());
    }
    send(tx, grant, epochs, intake, to)
}

/// This vault opened an epoch of a grant's chain: its live delegates get the keys, and members who may lack the key it was sealed to.
pub(super) fn entered(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    secret: &RecipientSecret,
    keys: &EpochKeys,
) -> Result<(), Fault> {
    let me = Meta::read(tx)?.identity()?;
    let access: AccessItem = tx.item(grant.as_bytes())?;
    let theirs = EpochKeys {
        write: None,
        ..keys.clone()
    };
    for (_, item) in tx.list::<DelegationItem>()? {
        let made = Delegation::verify(&item.delegation)?;
        let mine = item.grant == *grant && made.delegator == me;
        if mine && item.stopped.is_none() && !delegation::is_over(&made, tx.now) {
            let report: DelegationBody = decode(&item.report)?;
            let (_, contact) = delegation::colleague(&report.card)?;
            send(
                tx,
                grant,
                vec![theirs.clone()],
                &contact.statement.intake,
                made.delegate,
            )?;
        }
    }
    if access.sealing.public().hash() == secret.public().hash() {
        return Ok(());
    }
    for member in team::reading(tx, grant)? {
        let item: MemberItem = tx.item(member.as_bytes())?;
        let card = ContactCard::parse(&item.card)?;
        let intake = card.open(&card.url()?)?.statement.intake;
        send(tx, grant, vec![theirs.clone()], &intake, member)?;
    }
    Ok(())
}

/// The holder of a grant, or a team's organization, hands keys on to this vault.
pub(super) fn handed(tx: &mut Tx<'_>, envelope: &Envelope) -> Result<(), Fault> {
    let body: EpochsBody = decode(&envelope.body)?;
    let grant = envelope.grant.ok_or(envelope::Error::Sender)?;
    let access: AccessItem = tx.item(grant.as_bytes())?;
    let giver = match &access.delegation {
        Some(bytes) => Some(Delegation::verify(bytes)?.delegator),
        None => Grant::verify(&access.grant)?.grantee.team(),
    };
    let actor = body.evidence.verify()?;
    let named = actor
        .check(&envelope.actor, &envelope.sender, &envelope.authority)
        .is_ok();
    if !named || giver != Some(envelope.sender) {
        return Err(envelope::Error::Sender.into());
    }
    let name = ChainName::Received(grant);
    let mut news = Vec::new();
    for keys in body.epochs {
        let id = EpochItem::id(&name, &LogCommitment::of(keys.log_key.as_bytes()));
        if tx.get::<EpochItem>(&id)?.is_none() {
            news.push(EpochKeys { write: None, ..keys });
        }
    }
    if news.is_empty() {
        return Ok(());
    }
    let note = NoteBody::Epochs(grant, news);
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    Ok(())
}

/// Keys were handed on, as the own chain says: they open the epoch when its block is read.
pub(super) fn noted(tx: &mut Tx<'_>, grant: &GrantId, epochs: &[EpochKeys]) {
    for keys in epochs {
        epoch::remember(tx, &ChainName::Received(*grant), keys);
    }
}
