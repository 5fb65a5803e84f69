//! Devices of the owner: listed by the own chain, named, taken out (`core/spec/identity.md`, `core/spec/chain.md`, EPOCH-8).
//!
//! Who may take a device out is the rule of [`protocol::chain::Keys`]; this side refuses early what every reader would refuse.

use protocol::block::{Block, BlockKind};
use protocol::cbor::{self, Bytes};
use protocol::coded_error;
use protocol::id::StatementId;
use protocol::identity::{DeviceRemoval, Evidence};
use protocol::key::{PublicKey, Signer};
use protocol::statement::Signed;
use protocol::time::Timestamp;

use super::check_text;
use super::epoch::{self, Opening};
use super::grant_key;
use crate::body::{NoteBody, OwnGenesis};
use crate::chain;
use crate::crypto::root::RootSecret;
use crate::fault::{self, Fault};
use crate::item::{ChainItem, ChainName, DeviceItem, Meta};
use crate::state::{Read, Tx};

coded_error! {
    /// Why a device is not taken out.
    pub enum Error {
        Itself = "device.self", "a device cannot take itself out; use another one";
        Words = "device.words", "this needs the 24 words of the recovery kit";
        OtherWords = "device.other_words", "these are not the words of the kit in force";
        Gone = "device.gone", "the device was taken out before";
        Admin = "device.admin", "this device may not take out others; use the words of the recovery kit";
    }
}

/// The first device, as genesis lists it.
pub(super) fn first(tx: &mut Tx<'_>, block: &Block, genesis: &OwnGenesis) -> Result<(), Fault> {
    listed(tx, block, &genesis.evidence, genesis.sealing_key.clone(), genesis.read)
}

/// A device that the own chain lists.
pub(super) fn listed(
    tx: &mut Tx<'_>,
    block: &Block,
    evidence: &Evidence,
    sealing_key: Bytes,
    read: PublicKey,
) -> Result<(), Fault> {
    let actor = evidence.verify()?;
    if crate::crypto::hpke::RecipientKey::new(&sealing_key)?.hash() != actor.sealing_key {
        return Err(protocol::chain::Error::Key.into());
    }
    let item = DeviceItem {
        evidence: evidence.clone(),
        sealing_key,
        read,
        name: String::new(),
        sequence: block.sequence,
        since: block.time,
        last: Some((block.sequence, block.time)),
        removed: None,
    };
    tx.put(actor.authority.as_bytes(), &item);
    Ok(())
}

/// A device signed a block of the own chain.
pub(super) fn signed(tx: &mut Tx<'_>, block: &Block) -> Result<(), Fault> {
    if let Some(mut item) = tx.get::<DeviceItem>(block.authority.as_bytes())? {
        item.last = Some((block.sequence, block.time));
        tx.put(block.authority.as_bytes(), &item);
    }
    Ok(())
}

/// The own chain says that a device was taken out, or takes that back.
pub(super) fn removed(tx: &mut Tx<'_>, device: &StatementId, time: Option<Timestamp>) -> Result<(), Fault> {
    if let Some(mut item) = tx.get::<DeviceItem>(device.as_bytes())? {
        item.removed = time;
        tx.put(device.as_bytes(), &item);
    }
    Ok(())
}

/// The own chain says what a device is called.
pub(super) fn named(tx: &mut Tx<'_>, device: &StatementId, name: &str) -> Result<(), Fault> {
    if let Some(mut item) = tx.get::<DeviceItem>(device.as_bytes())? {
        name.clone_into(&mut item.name);
        tx.put(device.as_bytes(), &item);
    }
    Ok(())
}

/// The relay does not know this device's reading key any more: it was taken out, or the relay says so. Told once a session of silence.
///
/// # Errors
/// `vault.not_ready`.
pub fn unreachable(tx: &mut Tx<'_>) -> Result<(), Fault> {
    let mut chain = ChainItem::read_named(tx, &ChainName::Own)?;
    // While a change of capabilities is under way the next request settles it.
    if !chain.behind && chain.spare.is_none() {
        chain.behind = true;
        chain.write(tx, &ChainName::Own);
        tx.tell("show.device_unreachable", "", &[]);
    }
    Ok(())
}

/// Calls a device something.
///
/// # Errors
/// `vault.not_found`, `vault.text`.
pub fn rename(tx: &mut Tx<'_>, device: &StatementId, name: &str) -> Result<(), Fault> {
    check_text(name, 100)?;
    let _: DeviceItem = tx.item(device.as_bytes())?;
    let note = NoteBody::DeviceNamed(*device, name.trim().to_owned());
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    Ok(())
}

/// Takes devices out: one new epoch in the own chain and in every live grant's chain.
///
/// # Errors
/// `device.*`, `vault.not_found`, `vault.state`.
pub fn remove(tx: &mut Tx<'_>, devices: &[StatementId], root: Option<&RootSecret>) -> Result<(), Fault> {
    let removals = removals(tx, devices, root)?;
    if removals.is_empty() {
        return Err(fault::Error::NotFound.into());
    }
    let opening = Opening {
        removals,
        ..Opening::default()
    };
    let removals = opening.removals.clone();
    epoch::open_next(tx, &ChainName::Own, opening)?;
    epoch::follow_all(tx)?;
    grant_key::device_removed(tx, &removals)
}

/// The signed removals of these devices.
pub(super) fn removals(
    tx: &mut Tx<'_>,
    devices: &[StatementId],
    root: Option<&RootSecret>,
) -> Result<Vec<Bytes>, Fault> {
    let meta = Meta::read(tx)?;
    let me = meta.actor()?;
    let mut keys = ChainItem::read_named(tx, &ChainName::Own)?.keys()?;
    let root = root.map(RootSecret::signing);
    if let (Some(root), Some(known)) = (&root, keys.root())
        && root.public_key() != known.key
    {
        return Err(Error::OtherWords.into());
    }
    let mut removals = Vec::with_capacity(devices.len());
    for device in devices {
        let item: DeviceItem = tx.item(device.as_bytes())?;
        if *device == me.authority {
            return Err(Error::Itself.into());
        }
        if item.removed.is_some() {
            return Err(Error::Gone.into());
        }
        let admin = item.evidence.verify()?.admin;
        let statement = |actor, authority, salt| DeviceRemoval {
            version: 1,
            identity: me.identity,
            device: *device,
            time: tx.now,
            salt,
            actor,
            authority,
        };
        let salt = {
            let mut bytes = [0u8; 32];
            tx.rng.fill_bytes(&mut bytes);
            protocol::hash::Hash::new(bytes)
        };
        let removal = match &root {
            Some(root) => Signed::issue(statement(root.public_key(), None, salt), root)?,
            None if admin => return Err(Error::Words.into()),
            None if !me.admin => return Err(Error::Admin.into()),
            None => Signed::issue(statement(me.device, Some(me.authority), salt), &meta.device)?,
        };
        keys.remove(&removal, None)?;
        removals.push(removal.bytes().to_vec().into());
    }
    Ok(removals)
}
