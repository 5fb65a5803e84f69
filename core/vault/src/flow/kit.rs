//! A new recovery kit in the place of the old one: the root key changes, the identity stays (`core/spec/identity.md`, IDENT-9 to IDENT-13).
//!
//! The own chain's next epoch lists the change and is sealed to the new recovery key; the relay learns the new `recover` capabilities from
//! the old ones, which alone may replace them. Under the old words there is then only the statement that they were replaced.

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::coded_error;
use protocol::id::{GrantId, StatementId};
use protocol::key::{PublicKey, Signer};
use protocol::relay::message::Capabilities;
use protocol::root::{RootAcceptance, RootChange, RootStatement};
use protocol::statement::Signed;
use protocol::time::Timestamp;

use super::epoch::{self, Opening};
use super::{decode, device, grant_key};
use crate::body::{KitReplaced, LaterEpoch, Locator, NoteBody};
use crate::chain;
use crate::crypto::hpke::{self, RecipientKey};
use crate::crypto::root::RootSecret;
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::crypto::{content, pad};
use crate::fault::{self, Fault};
use crate::item::{ChainItem, ChainName, EpochItem, GrantItem, Meta, Stage, Task, TaskKind};
use crate::state::{Read, Tx};

coded_error! {
    /// Why a kit is of no use, or cannot be replaced.
    pub enum Error {
        Replaced = "recovery.replaced", "this recovery kit was replaced by a newer one";
        Committed = "recovery.committed", "an organization's next main key is fixed; its second kit takes over instead";
        Pending = "recovery.pending", "the kit can be replaced only after everything before has reached the relay";
    }
}

/// What lies behind words that were replaced: HPKE `info` and plaintext of a locator.
pub(super) fn sealed_for(
    key: &RecipientKey,
    recover: &PublicKey,
    plain: &[u8],
    tx: &mut Tx<'_>,
) -> Result<Vec<u8>, Fault> {
    let info = content::context("locator", recover.as_bytes());
    Ok(hpke::seal(key, &info, &pad::pad(plain)?, tx.rng)?)
}

/// Reads what lies behind words.
///
/// # Errors
/// [`Error::Replaced`], `crypto.*`.
pub(super) fn open_locator(root: &crate::item::RootKeys, sealed: &[u8]) -> Result<Locator, Fault> {
    let info = content::context("locator", root.recover.public_key().as_bytes());
    let padded = hpke::open(&root.recovery, &info, sealed)?;
    let plain = pad::unpad(&padded)?;
    decode::<Locator>(&plain).map_err(|fault| match decode::<KitReplaced>(&plain) {
        Ok(replaced) => Fault::from(Error::Replaced).with("time", replaced.time.seconds()),
        Err(_) => fault,
    })
}

/// Replaces the kit, and takes out devices in the same step.
///
/// # Errors
/// `device.other_words`, `device.*` of the devices, [`Error::Committed`], [`Error::Pending`], `vault.not_ready`, `vault.need`.
pub fn replace(tx: &mut Tx<'_>, old: &RootSecret, new: &RootSecret, devices: &[StatementId]) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    if meta.stage != Stage::Ready {
        return Err(fault::Error::NotReady.into());
    }
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    if own.pending > 0 {
        return Err(Error::Pending.into());
    }
    let root = own.keys()?.root().cloned().ok_or(fault::Error::Missing)?;
    if root.next.is_some() {
        return Err(Error::Committed.into());
    }
    if root.key != old.signing().public_key() {
        return Err(device::Error::OtherWords.into());
    }
    let removals = if devices.is_empty() {
        Vec::new()
    } else {
        device::removals(tx, devices, Some(old))?
    };
    let taken_out = removals.clone();
    let change = change(tx, &root, old, new)?;
    let opening = Opening {
        removals,
        roots: vec![change],
        recovery: Some(crate::body::recovery_keys(new)),
        recipient: None,
    };
    epoch::open_next(tx, &ChainName::Own, opening)?;
    locators(tx, Some(old), new)?;
    let lane = ChainName::Own.lane();
    let (from, to) = (old.recover(), new.recover().public_key());
    Task::enqueue(tx, lane, TaskKind::ReplaceRecover(ChainName::Own, from, to, None))?;
    grants(tx, old, new)?;
    epoch::follow_all(tx)?;
    if taken_out.is_empty() {
        Ok(())
    } else {
        grant_key::device_removed(tx, &taken_out)
    }
}

/// The signed change: by the old root, accepted by the new one.
fn change(
    tx: &mut Tx<'_>,
    root: &protocol::root::Root,
    old: &RootSecret,
    new: &RootSecret,
) -> Result<RootChange, Fault> {
    let (old, new) = (old.signing(), new.signing());
    let statement = RootStatement {
        version: 1,
        identity: root.identity,
        counter: root.counter + 1,
        previous: root.state,
        root: new.public_key(),
        next: None,
        time: tx.now,
        salt: tx.random(),
        actor: old.public_key(),
    };
    let statement = Signed::issue(statement, &old)?;
    let acceptance = RootAcceptance {
        version: 1,
        change: statement.hash(),
        salt: tx.random(),
        actor: new.public_key(),
    };
    Ok(RootChange {
        acceptance: Some(Signed::issue(acceptance, &new)?.bytes().to_vec().into()),
        statement: statement.bytes().to_vec().into(),
    })
}

/// The new words lead to the chain, then the old ones to the statement that they were replaced.
pub(super) fn locators(tx: &mut Tx<'_>, old: Option<&RootSecret>, new: &RootSecret) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    let first = own.past.first().ok_or(fault::Error::Missing)?;
    let mut later = Vec::with_capacity(own.past.len());
    let keys = own.past.iter().skip(1).map(|past| (&past.log_key, &past.epoch));
    let keys = keys.chain(core::iter::once((&own.log_key, &own.epoch)));
    for (opened, (log_key, epoch)) in own.past.iter().zip(keys) {
        let commitment = protocol::block::LogCommitment::of(log_key.as_bytes());
        let write = tx
            .get::<EpochItem>(&EpochItem::id(&ChainName::Own, &commitment))?
            .and_then(|item| item.write);
        later.push(LaterEpoch {
            sequence: opened.last,
            log_key: log_key.clone(),
            epoch: epoch.clone(),
            write,
        });
    }
    let locator = Locator {
        origin: own.origin.clone(),
        resource: own.resource,
        epoch: first.epoch.clone(),
        identity: meta.evidence.identity,
        log: own.log.clone(),
        log_key: first.log_key.clone(),
        later,
    };
    let lane = ChainName::Own.lane();
    let recover = new.recover();
    let sealed = sealed_for(
        &new.recovery().public(),
        &recover.public_key(),
        &cbor::encode(&locator),
        tx,
    )?;
    Task::enqueue(tx, lane.clone(), TaskKind::PutLocator(recover, sealed.into()))?;
    let Some(old) = old else { return Ok(()) };
    let recover = old.recover();
    let notice = cbor::encode(&KitReplaced { time: tx.now });
    let sealed = sealed_for(&old.recovery().public(), &recover.public_key(), &notice, tx)?;
    Task::enqueue(tx, lane, TaskKind::PutLocator(recover, sealed.into()))
}

/// Every live grant's chain gets a new `recover` capability, sealed to the new recovery key.
fn grants(tx: &mut Tx<'_>, old: &RootSecret, new: &RootSecret) -> Result<(), Fault> {
    let (secret, key) = (old.recovery(), new.recovery().public());
    for (id, grant) in tx.list::<GrantItem>()? {
        if grant.ended.is_some() {
            continue;
        }
        let id = GrantId::new(id.try_into().map_err(|_| fault::Error::Damaged)?);
        let name = ChainName::Given(id);
        let info = recover_info(&ChainItem::read_named(tx, &name)?);
        let seed = hpke::open(&secret, &info, &grant.recover)?;
        let seed: [u8; 32] = seed.as_slice().try_into().map_err(|_| fault::Error::Damaged)?;
        let before = SigningKey::from_seed(&Secret32::from_bytes(seed));
        let after = SigningKey::generate(tx.rng);
        let sealed = hpke::seal(&key, &info, after.seed().as_bytes(), tx.rng)?;
        let note = NoteBody::GrantRecover(id, sealed.into());
        chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
        let task = TaskKind::ReplaceRecover(name, before, after.public_key(), None);
        Task::enqueue(tx, name.lane(), task)?;
    }
    Ok(())
}

fn recover_info(chain: &ChainItem) -> Vec<u8> {
    content::context("grant-recover", chain.resource.as_bytes())
}

/// A grant chain's `recover` capability changed.
pub(super) fn noted(tx: &mut Tx<'_>, grant: &GrantId, sealed: &cbor::Bytes) -> Result<(), Fault> {
    if let Some(mut item) = tx.get::<GrantItem>(grant.as_bytes())? {
        item.recover = sealed.clone();
        tx.put(grant.as_bytes(), &item);
    }
    Ok(())
}

/// The relay told a chain's capabilities to its `recover` capability: now that may be replaced. Gives the next step, if there is one.
///
/// # Errors
/// `vault.answer`.
pub(crate) fn step(task: &TaskKind, answer: &[u8]) -> Result<Option<TaskKind>, Fault> {
    let TaskKind::ReplaceRecover(name, from, to, None) = task else {
        return Ok(None);
    };
    let mut capabilities: Capabilities = serde_json::from_slice(answer).map_err(|_| fault::Error::Answer)?;
    capabilities.recover = Some(*to);
    let message = serde_json::to_vec(&capabilities).map_err(|_| fault::Error::Damaged)?;
    Ok(Some(TaskKind::ReplaceRecover(
        *name,
        from.clone(),
        *to,
        Some(message.into()),
    )))
}

/// When the kit in force was made, if it is not the first.
///
/// # Errors
/// `vault.damaged`.
pub fn replaced(from: &impl Read) -> Result<Option<Timestamp>, Fault> {
    let own = ChainItem::read_named(from, &ChainName::Own)?;
    let last = own.roots.last();
    Ok(match last {
        Some(change) => Some(Signed::<RootStatement>::verify(&change.statement)?.time),
        None => None,
    })
}
