//! Joining by the words of the recovery kit: a new device reads the owner's chain from the relay (FLOW-2).
//!
//! It is ready only when the chain was read to its end; until then nothing is written.

use protocol::block::{BlockKind, LogCommitment};
use protocol::cbor;
use protocol::id::IdentityId;
use protocol::identity::{Evidence, Identity};
use protocol::key::Signer;

use super::{found, kit};
use crate::body::{DeviceBody, Locator, OwnGenesis};
use crate::chain;
use crate::crypto::hpke::RecipientSecret;
use crate::crypto::root::RootSecret;
use crate::crypto::signing::SigningKey;
use crate::fault::{Error, Fault};
use crate::item::{ChainItem, ChainName, EpochItem, Meta, Role, RootKeys, Stage, Task, TaskKind};
use crate::state::{Read, Tx};

/// Begins with the words and the relay printed beside them.
///
/// # Errors
/// `vault.relay`.
pub fn create(tx: &mut Tx<'_>, relay: &str, root: &RootSecret, admin: bool) -> Result<(), Fault> {
    let keys = RootKeys {
        signing: root.signing(),
        recovery: root.recovery(),
        recover: root.recover(),
    };
    let meta = Meta {
        role: Role::Patient,
        name: String::new(),
        stage: Stage::Joining,
        origin: found::origin(relay)?,
        log: None,
        evidence: Evidence {
            identity: Vec::new().into(),
            devices: Vec::new(),
            roots: None,
        },
        device: SigningKey::generate(tx.rng),
        sealing: RecipientSecret::generate(tx.rng),
        recovery_key: keys.recovery.public().as_bytes().to_vec().into(),
        recover: keys.recover.public_key(),
        root: Some(keys),
        next_task: 0,
        messages: 0,
        epoch: None,
        tokens: Vec::new(),
        last_synced: None,
        read: SigningKey::generate(tx.rng),
        admin,
    };
    tx.put(b"", &meta);
    Task::enqueue(tx, ChainName::Own.lane(), TaskKind::RelayInformation)
}

/// The relay is known: fetches where the chain lies.
pub(super) fn locate(tx: &mut Tx<'_>) -> Result<(), Fault> {
    Task::enqueue(tx, ChainName::Own.lane(), TaskKind::FetchLocator)
}

/// Recovery data arrived.
///
/// # Errors
/// `crypto.*` when it is not sealed to these words, `identity.mismatch` when the identity has another root.
pub fn located(tx: &mut Tx<'_>, sealed: &[u8]) -> Result<(), Fault> {
    let mut meta = Meta::read(tx)?;
    let root = meta.root.clone().ok_or(Error::State)?;
    let locator = kit::open_locator(&root, sealed)?;
    let identity = Identity::verify(&locator.identity)?;
    // With a later kit the chain says which root is in force; that is judged when it was read.
    if locator.later.is_empty() && identity.actor != root.signing.public_key() {
        return Err(protocol::identity::Error::Mismatch.into());
    }
    meta.evidence.identity = locator.identity.clone();
    meta.log = Some(locator.log.clone());
    meta.origin = locator.origin.clone();
    tx.put(b"", &meta);
    read_back(tx, locator, identity.id(), root.recover)
}

/// The own chain as a locator or an officer's answer describes it, to be read from its start.
pub(super) fn read_back(tx: &mut Tx<'_>, locator: Locator, owner: IdentityId, read: SigningKey) -> Result<(), Fault> {
    let item = ChainItem {
        read: Some(read),
        floor: locator.later.last().map_or(0, |later| later.sequence),
        ..ChainItem::unread(
            locator.origin,
            locator.resource,
            locator.log_key,
            locator.epoch,
            locator.log,
            owner,
        )
    };
    item.write(tx, &ChainName::Own);
    for later in locator.later {
        let log_key = LogCommitment::of(later.log_key.as_bytes());
        let epoch = EpochItem {
            name: ChainName::Own,
            log_key: later.log_key,
            epoch: later.epoch,
            write: later.write,
            mailbox: None,
        };
        tx.put(&EpochItem::id(&ChainName::Own, &log_key), &epoch);
    }
    Task::enqueue(tx, ChainName::Own.lane(), TaskKind::Pull(ChainName::Own))
}

/// The first block of the own chain: who the owner is, and the chain's capabilities.
pub(super) fn own_genesis(tx: &mut Tx<'_>, genesis: &OwnGenesis) -> Result<(), Fault> {
    let mut meta = Meta::read(tx)?;
    if meta.stage != Stage::Joining {
        return Ok(());
    }
    meta.role = genesis.role;
    meta.name = genesis.name.clone();
    tx.put(b"", &meta);
    let mut chain = ChainItem::read_named(tx, &ChainName::Own)?;
    chain.write = Some(genesis.write.clone());
    chain.write(tx, &ChainName::Own);
    Ok(())
}

/// The chain was read to its end: the root certifies this device, and the root keys are forgotten.
pub(super) fn finish(tx: &mut Tx<'_>) -> Result<(), Fault> {
    let mut meta = Meta::read(tx)?;
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    let head = own.head.as_ref().ok_or(Error::Recovery)?;
    // The recovery data name a block that was there when the kit was made: a relay that ends before it shows an older chain.
    if head.sequence < own.floor {
        return Err(protocol::chain::Error::Older.into());
    }
    // An officer's device was certified by another officer before it read anything.
    if let Some(root) = &meta.root {
        let words = root.signing.public_key();
        if own.keys()?.root().is_none_or(|root| root.key != words) {
            return Err(protocol::identity::Error::Mismatch.into());
        }
        meta.evidence.roots = (!own.roots.is_empty()).then(|| own.roots.clone());
        found::certify(tx, &mut meta)?;
    }
    let by_words = meta.root.is_some();
    meta.stage = Stage::Ready;
    meta.root = None;
    tx.put(b"", &meta);
    introduce(tx, &ChainName::Own)?;
    if by_words && meta.admin {
        super::recovered::ask(tx)?;
    }
    for (_, grant) in tx.list::<crate::item::GrantItem>()? {
        let id = protocol::grant::Grant::verify(&grant.grant)?.id();
        Task::enqueue(tx, ChainName::Given(id).lane(), TaskKind::Pull(ChainName::Given(id)))?;
    }
    let public = ChainName::Public(meta.identity()?);
    if tx
        .get::<ChainItem>(&public.id())?
        .is_some_and(|chain| chain.write.is_some())
    {
        Task::enqueue(tx, public.lane(), TaskKind::Pull(public))?;
    }
    tx.tell("show.joined", meta.identity()?, &[("name", &meta.name)]);
    Ok(())
}

/// Makes this device known in a chain that does not list it yet.
pub(super) fn introduce(tx: &mut Tx<'_>, name: &ChainName) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    let chain = ChainItem::read_named(tx, name)?;
    let ended = chain.head.as_ref().is_none_or(|head| head.ended);
    if meta.stage != Stage::Ready || ended || chain.devices.contains(&meta.evidence) {
        return Ok(());
    }
    // The root, not a listed device, certified this one; the chain's own keys accept it by its evidence alone.
    let mut own = chain;
    own.devices.push(meta.evidence.clone());
    own.write(tx, name);
    let body = DeviceBody {
        evidence: meta.evidence,
        sealing_key: meta.sealing.public().as_bytes().to_vec().into(),
        // Only the owner's own devices need to know how this one reads.
        read: (*name == ChainName::Own).then(|| meta.read.public_key()),
    };
    chain::append(tx, name, BlockKind::Device, &cbor::encode(&body))?;
    Ok(())
}
