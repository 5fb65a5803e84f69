//! Epochs: new keys for a chain, so that who was taken out opens nothing that comes later (`core/spec/chain.md`, EPOCH rules).
//!
//! The `epoch` block is the last under the old keys and commits to the new log key. Its body lies under the old epoch secret, which a
//! removed device has; so the new keys are sealed once to each reader who remains: the owner's other devices and the recovery key in the
//! own chain, the grantee's HPKE key in a grant chain. Of a grant chain's new keys the owner's other devices learn by a note in the own chain,
//! which is itself under the own chain's newest epoch. `write`, readers and mailboxes change on the relay in the same request or in the
//! chain's lane right behind it.
//!
//! Whom the grantee lets read under the grant, and to whom nothing is sealed, gets the new keys from it: [`super::hand_on`].
//!
//! To give a grant chain new keys for any other reason (another grant key of the grantee, say), call [`open_next`] with
//! [`Opening::recipient`] set: nothing else is needed, the other devices and the words follow by themselves.

mod open;

use protocol::block::{Block, BlockKind, LogCommitment};
use protocol::cbor::Bytes;
use protocol::chain::Keys;
use protocol::epoch::EpochBody;
use protocol::grant::Grant;
use protocol::hash::Hash;
use protocol::id::{GrantId, StatementId};
use protocol::identity::DeviceRemoval;
use protocol::key::{PublicKey, Signer};
use protocol::relay::message::Capabilities;
use protocol::root::RootChange;
use protocol::statement::Signed;

use super::{decode, device, mailbox};
use crate::body::{ComingKey, DeviceBody, EpochKeys, EpochMailbox, EpochNote};
use crate::chain;
use crate::crypto::hpke::{self, RecipientSecret};
use crate::fault::{Error, Fault};
use crate::item::{
    AccessItem, ChainItem, ChainName, DeviceItem, EpochItem, GrantItem, ListedRemoval, MailboxItem, MailboxUse, Meta,
    PastEpoch, Task, TaskKind,
};
use crate::state::{Read, Tx};

pub(super) use open::remember;
pub use open::{Opening, open_next};
use open::{info, removed_by};

/// Another chain's next epoch was noted in the own chain.
pub(super) fn noted(tx: &mut Tx<'_>, note: &EpochNote) -> Result<(), Fault> {
    let keys = EpochKeys {
        log_key: note.log_key.clone(),
        epoch: note.epoch.clone(),
        write: Some(note.write.clone()),
        mailbox: None,
    };
    remember(tx, &note.name, &keys);
    if let Some(mut chain) = tx.get::<ChainItem>(&note.name.id())?
        && chain.write.is_some()
        && chain
            .write
            .as_ref()
            .is_none_or(|write| write.public_key() != note.write.public_key())
    {
        chain.spare = Some(note.write.clone());
        chain.write(tx, &note.name);
    }
    let (ChainName::Given(grant), Some(mailbox)) = (note.name, &note.mailbox) else {
        return Ok(());
    };
    if let Some(mut item) = tx.get::<GrantItem>(grant.as_bytes())? {
        // What was to come has come.
        let key = |coming: &ComingKey| Some(&coming.key) == note.recipient.as_ref();
        if let Some(place) = item.coming.iter().position(key) {
            item.coming.drain(..=place);
        }
        item.recipient.clone_from(&note.recipient);
        item.mailbox = mailbox.mailbox;
        tx.put(grant.as_bytes(), &item);
    }
    if tx.get::<MailboxItem>(mailbox.mailbox.as_bytes())?.is_none() {
        let item = MailboxItem {
            origin: mailbox.origin.clone(),
            purpose: MailboxUse::Grant(grant),
            read: mailbox.read.clone(),
            sealing: mailbox.sealing.clone(),
            cursor: None,
            counters: Vec::new(),
            created: true,
        };
        tx.put(mailbox.mailbox.as_bytes(), &item);
    }
    Ok(())
}

/// Takes the chain over into the epoch that this block opens: judges what it lists, then finds the keys.
///
/// # Errors
/// `chain.key`, `identity.*`, `sync.log_key` when the keys are not those that the block commits to, `identity.removed` when nothing is
/// sealed to this device.
pub(crate) fn enter(
    tx: &mut Tx<'_>,
    name: &ChainName,
    chain: &mut ChainItem,
    block: &Block,
    content: Option<&[u8]>,
) -> Result<(), Fault> {
    let commitment = block.log.as_ref().ok_or(chain::Error::LogKey)?;
    if commitment.log != chain.log {
        return Err(chain::Error::LogKey.into());
    }
    let body: EpochBody = decode(content.ok_or(chain::Error::Gone)?)?;
    let mut keys = chain.keys()?;
    list(&mut keys, chain, block, &body)?;
    let next = keys_of(tx, name, chain, &commitment.log_key, &body)?;
    if LogCommitment::of(next.log_key.as_bytes()) != commitment.log_key {
        return Err(chain::Error::LogKey.into());
    }
    let past = PastEpoch {
        last: block.sequence,
        log_key: core::mem::replace(&mut chain.log_key, next.log_key),
        epoch: core::mem::replace(&mut chain.epoch, next.epoch),
    };
    chain.past.push(past);
    Ok(())
}

fn list(keys: &mut Keys, chain: &mut ChainItem, block: &Block, body: &EpochBody) -> Result<(), Fault> {
    body.list(keys, block)?;
    for evidence in &body.devices {
        if !chain.devices.contains(evidence) {
            chain.devices.push(evidence.clone());
        }
    }
    chain.roots.extend(body.roots.iter().cloned());
    chain.removals.extend(body.removals.iter().map(|removal| ListedRemoval {
        sequence: block.sequence,
        removal: removal.clone(),
    }));
    Ok(())
}

/// The next epoch's keys: made here, noted in the own chain, named by the recovery data, or sealed to a key of this vault.
fn keys_of(
    tx: &mut Tx<'_>,
    name: &ChainName,
    chain: &ChainItem,
    log_key: &Hash,
    body: &EpochBody,
) -> Result<EpochItem, Fault> {
    if let Some(item) = tx.get::<EpochItem>(&EpochItem::id(name, log_key))? {
        if let (ChainName::Received(grant), Some(mailbox)) = (name, item.mailbox.clone()) {
            follow_mailbox(tx, grant, mailbox)?;
        }
        return Ok(item);
    }
    if matches!(name, ChainName::Public(_)) {
        return Ok(EpochItem {
            name: *name,
            log_key: chain.log_key.clone(),
            epoch: chain.epoch.clone(),
            write: None,
            mailbox: None,
        });
    }
    for secret in secrets(tx, name)? {
        let hash = secret.public().hash();
        let Some(sealed) = body.sealed.iter().find(|sealed| sealed.recipient == hash) else {
            continue;
        };
        let keys: EpochKeys = decode(&hpke::open(&secret, &info(chain, log_key), &sealed.sealed)?)?;
        remember(tx, name, &keys);
        if let ChainName::Received(grant) = name {
            super::grant_key::entered(tx, grant, &secret)?;
            super::hand_on::entered(tx, grant, &secret, &keys)?;
        }
        if let (ChainName::Received(grant), Some(mailbox)) = (name, keys.mailbox) {
            follow_mailbox(tx, grant, mailbox)?;
        }
        return tx.item(&EpochItem::id(name, log_key));
    }
    // No epoch is ever sealed to a delegate, and a member's key comes from the organization: it may be on its way.
    if let ChainName::Received(grant) = name {
        let access: AccessItem = tx.item(grant.as_bytes())?;
        if access.delegation.is_some() {
            return Err(protocol::delegation::Error::Epoch.into());
        }
        let team = Grant::verify(&access.grant)?.grantee.team();
        if team.is_some() && team != Some(Meta::read(tx)?.identity()?) {
            return Err(super::team::Error::Epoch.into());
        }
    }
    Err(protocol::identity::Error::Removed.into())
}

/// The HPKE keys of this vault to which a chain's epochs may be sealed.
pub(super) fn secrets(tx: &Tx<'_>, name: &ChainName) -> Result<Vec<RecipientSecret>, Fault> {
    Ok(match name {
        ChainName::Own => {
            let meta = Meta::read(tx)?;
            let recovery = meta.root.as_ref().map(|root| root.recovery.clone());
            core::iter::once(meta.sealing).chain(recovery).collect()
        }
        ChainName::Received(grant) => {
            let access: AccessItem = tx.item(grant.as_bytes())?;
            core::iter::once(access.sealing).chain(access.older).collect()
        }
        ChainName::Given(_) | ChainName::Public(_) => Vec::new(),
    })
}

/// The patient's new mailbox for this grant. What could not be delivered to the old one is sent again.
fn follow_mailbox(tx: &mut Tx<'_>, grant: &GrantId, mailbox: EpochMailbox) -> Result<(), Fault> {
    let mut access: AccessItem = tx.item(grant.as_bytes())?;
    access.mailbox = mailbox.mailbox;
    access.send = mailbox.send;
    access.mailbox_key = mailbox.key;
    tx.put(grant.as_bytes(), &access);
    super::submit::send_again(tx, grant)
}

/// An `epoch` block of this vault was admitted: its `write` capability is in force.
pub(crate) fn admitted(tx: &mut Tx<'_>, name: &ChainName, chain: &mut ChainItem, block: &Block) -> Result<(), Fault> {
    chain.known = None;
    if block.kind == BlockKind::Device
        && *name == ChainName::Own
        && block.authority == Meta::read(tx)?.actor()?.authority
    {
        chain.read = Some(Meta::read(tx)?.read);
    }
    let (BlockKind::Epoch, Some(log)) = (block.kind, &block.log) else {
        return Ok(());
    };
    if *name == ChainName::Own {
        mailbox::close_to_removed(tx, chain.epoch_at(block.sequence + 1))?;
    }
    let Some(item) = tx.get::<EpochItem>(&EpochItem::id(name, &log.log_key))? else {
        return Ok(());
    };
    let Some(write) = item.write else { return Ok(()) };
    if chain
        .spare
        .as_ref()
        .is_some_and(|spare| spare.public_key() == write.public_key())
    {
        chain.spare = None;
    }
    if matches!(name, ChainName::Given(_)) {
        chain.read = Some(write.clone());
    }
    chain.write = Some(write);
    Ok(())
}

/// The relay does not know the key: tries the other one, if a change of keys is under way. Gives whether there is another.
///
/// # Errors
/// `vault.not_found`.
pub(crate) fn other_key(tx: &mut Tx<'_>, name: &ChainName) -> Result<bool, Fault> {
    let mut chain = ChainItem::read_named(tx, name)?;
    let Some(spare) = chain.spare.take() else {
        return Ok(false);
    };
    chain.spare = chain.write.replace(spare);
    if matches!(name, ChainName::Given(_)) {
        chain.read.clone_from(&chain.write);
    }
    chain.write(tx, name);
    Ok(true)
}

/// What a block changes at the relay together with its admission: everything else stays as the relay last told it.
///
/// # Errors
/// `vault.damaged`.
pub(crate) fn change(
    from: &impl Read,
    name: &ChainName,
    block: &Block,
    content: &[u8],
    known: &Capabilities,
) -> Result<Option<Capabilities>, Fault> {
    let mut next = known.clone();
    match (name, block.kind) {
        (ChainName::Own, BlockKind::Device) => {
            let read = decode::<DeviceBody>(content)?.read;
            next.read.extend(read.filter(|read| !known.read.contains(read)));
        }
        (_, BlockKind::Epoch) => {
            let log = block.log.as_ref().ok_or(Error::Missing)?;
            let item: EpochItem = from.item(&EpochItem::id(name, &log.log_key))?;
            next.write = item.write.ok_or(Error::Missing)?.public_key();
            if let ChainName::Given(grant) = name {
                super::grant_key::replace(&from.item(grant.as_bytes())?, &mut next);
            }
            if *name == ChainName::Own {
                next.read = readers(from, &removed_by(&decode::<EpochBody>(content)?.removals)?)?;
            }
        }
        _ => return Ok(None),
    }
    Ok(Some(next))
}

/// Whether a block changes capabilities, so that those in force must be known first.
pub(crate) fn changes(name: &ChainName, kind: BlockKind) -> bool {
    kind == BlockKind::Epoch || *name == ChainName::Own && kind == BlockKind::Device
}

/// The `read` capabilities of the devices that remain.
fn readers(from: &impl Read, gone: &[StatementId]) -> Result<Vec<PublicKey>, Fault> {
    let mut readers = Vec::new();
    for (id, device) in from.list::<DeviceItem>()? {
        if device.removed.is_none() && !gone.iter().any(|gone| gone.as_bytes() == id.as_slice()) {
            readers.push(device.read);
        }
    }
    Ok(readers)
}

/// An `epoch` block joined a chain.
pub(super) fn opened(tx: &mut Tx<'_>, name: &ChainName, block: &Block, body: &EpochBody) -> Result<(), Fault> {
    if *name != ChainName::Own {
        return Ok(());
    }
    for device in removed_by(&body.removals)? {
        device::removed(tx, &device, Some(block.time))?;
    }
    if let Some(recovery) = &body.recovery {
        let mut meta = Meta::read(tx)?;
        meta.recovery_key = recovery.key.clone();
        meta.recover = recovery.recover;
        tx.put(b"", &meta);
    }
    Ok(())
}

/// An `epoch` block is taken back before the epoch is opened again behind another device's block.
pub(crate) fn close(chain: &mut ChainItem, sequence: u32, content: &[u8]) -> Result<(), Fault> {
    let body: EpochBody = decode(content)?;
    if let Some(past) = chain.past.pop_if(|past| past.last == sequence) {
        chain.log_key = past.log_key;
        chain.epoch = past.epoch;
    }
    chain.removals.retain(|listed| listed.sequence != sequence);
    chain.roots.retain(|change| !body.roots.contains(change));
    chain.spare = None;
    Ok(())
}

pub(super) fn unopened(tx: &mut Tx<'_>, name: &ChainName, content: &[u8]) -> Result<(), Fault> {
    if *name == ChainName::Own {
        for device in removed_by(&decode::<EpochBody>(content)?.removals)? {
            device::removed(tx, &device, None)?;
        }
    }
    Ok(())
}

/// An epoch that lost its place is opened again, as far as what it was for still needs doing: its keys were sealed to those who remained
/// then, and another device may have changed who that is.
///
/// # Errors
/// As [`open_next`].
pub(crate) fn again(tx: &mut Tx<'_>, name: &ChainName, content: &[u8]) -> Result<(), Fault> {
    let body: EpochBody = decode(content)?;
    let keys = ChainItem::read_named(tx, name)?.keys()?;
    let mut removals = Vec::new();
    for bytes in body.removals {
        let removal = Signed::<DeviceRemoval>::verify(&bytes)?;
        if keys.removed(&removal.device).is_none() && keys.clone().remove(&removal, None).is_ok() {
            removals.push(bytes);
        }
    }
    let mut state = keys.clone();
    let roots: Vec<RootChange> = body
        .roots
        .into_iter()
        .filter(|change| state.replace_root(change).is_ok())
        .collect();
    let recovery = body.recovery.filter(|_| !roots.is_empty());
    // A grant chain's epoch may have been for another grant key, which the body does not tell apart: it is opened again anyway.
    if removals.is_empty() && roots.is_empty() && !matches!(name, ChainName::Given(_)) {
        return Ok(());
    }
    let opening = Opening {
        removals,
        roots,
        recovery,
        recipient: None,
    };
    open_next(tx, name, opening)
}

/// Opens a new epoch in a chain that does not list a removal or a change of root yet which the own chain lists.
///
/// # Errors
/// As [`open_next`].
pub(super) fn follow(tx: &mut Tx<'_>, name: &ChainName) -> Result<(), Fault> {
    let chain = ChainItem::read_named(tx, name)?;
    if chain.write.is_none() || chain.head.as_ref().is_none_or(|head| head.ended) {
        return Ok(());
    }
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    // Whoever was taken out before a grant was given never had anything of it.
    let since = match name {
        ChainName::Given(grant) => tx.item::<GrantItem>(grant.as_bytes())?.sequence,
        _ => 0,
    };
    let removals: Vec<Bytes> = own
        .removals
        .iter()
        .filter(|listed| listed.sequence > since)
        .map(|listed| &listed.removal)
        .filter(|removal| chain.removals.iter().all(|listed| listed.removal != **removal))
        .cloned()
        .collect();
    let mut keys = chain.keys()?;
    let roots: Vec<RootChange> = own
        .roots
        .iter()
        .filter(|change| keys.replace_root(change).is_ok())
        .cloned()
        .collect();
    if removals.is_empty() && roots.is_empty() {
        return Ok(());
    }
    let opening = Opening {
        removals,
        roots,
        ..Opening::default()
    };
    open_next(tx, name, opening)
}

/// The own chain opened an epoch: every live grant's chain and a public chain follow, those not read yet when they were.
///
/// # Errors
/// As [`open_next`].
pub(super) fn follow_all(tx: &mut Tx<'_>) -> Result<(), Fault> {
    let mut names = Vec::new();
    for (id, grant) in tx.list::<GrantItem>()? {
        if grant.ended.is_none() {
            names.push(ChainName::Given(GrantId::new(
                id.try_into().map_err(|_| Error::Damaged)?,
            )));
        }
    }
    let public = ChainName::Public(Meta::read(tx)?.identity()?);
    if tx.get::<ChainItem>(&public.id())?.is_some() {
        names.push(public);
    }
    for name in names {
        if ChainItem::read_named(tx, &name)?.head.is_some() {
            follow(tx, &name)?;
        } else {
            Task::enqueue(tx, name.lane(), TaskKind::Pull(name))?;
        }
    }
    Ok(())
}
