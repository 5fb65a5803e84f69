//! A new vault: keys, identity, first device, and, once the relay is known, the first block (FLOW-1).

use protocol::cbor;
use protocol::id::ResourceId;
use protocol::identity::{DeviceStatement, Evidence, IdentityStatement, RecoveryPolicy};
use protocol::key::Signer;
use protocol::proven::Log;
use protocol::relay::message::RelayInformation;
use protocol::statement::Signed;

use super::{check_text, join, organization};
use crate::body::{Locator, OwnGenesis};
use crate::chain;
use crate::crypto::content;
use crate::crypto::hpke::{self, RecipientKey, RecipientSecret};
use crate::crypto::root::RootSecret;
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::fault::{Error, Fault};
use crate::item::{ChainItem, ChainName, Meta, Role, RootKeys, Stage, Task, TaskKind};
use crate::state::{Read, Tx};

/// A relay's address without path or trailing slash.
///
/// # Errors
/// `vault.relay`.
pub fn origin(url: &str) -> Result<String, Fault> {
    let url = url.trim().trim_end_matches('/');
    let authority = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .ok_or(Error::Relay)?;
    let plain = !authority.is_empty() && authority.len() <= 128 && !authority.contains(['/', '?', '#', '@', ' ']);
    if plain && authority.is_ascii() {
        Ok(url.to_ascii_lowercase())
    } else {
        Err(Error::Relay.into())
    }
}

/// Makes keys and identity. The root secret is not kept: only its three key pairs, until the first block exists.
///
/// # Errors
/// `vault.text`, `vault.relay`.
pub fn create(
    tx: &mut Tx<'_>,
    role: Role,
    name: &str,
    relay: &str,
    token: Option<&str>,
    root: &RootSecret,
    next: Option<&RootSecret>,
) -> Result<(), Fault> {
    check_text(name, 200)?;
    let origin = origin(relay)?;
    let signing = root.signing();
    let next = next.map(|next| protocol::hash::sha256(&[next.signing().public_key().as_bytes()]));
    let statement = IdentityStatement {
        version: 1,
        actor: signing.public_key(),
        recovery: RecoveryPolicy::default(),
        salt: tx.random(),
        next,
    };
    let identity = Signed::issue(statement, &signing)?;
    let device = SigningKey::generate(tx.rng);
    let sealing = RecipientSecret::generate(tx.rng);
    let root = RootKeys {
        signing,
        recovery: root.recovery(),
        recover: root.recover(),
    };
    let evidence = Evidence {
        identity: identity.bytes().to_vec().into(),
        devices: Vec::new(),
        roots: None,
    };
    let mut meta = Meta {
        role,
        name: name.trim().to_owned(),
        stage: Stage::Founding,
        origin,
        log: None,
        evidence,
        device,
        sealing,
        recovery_key: root.recovery.public().as_bytes().to_vec().into(),
        recover: root.recover.public_key(),
        epoch: Some(Secret32::generate(tx.rng)),
        root: Some(root),
        next_task: 0,
        messages: 0,
        tokens: tokens(token.unwrap_or_default()),
        last_synced: None,
        read: SigningKey::generate(tx.rng),
        admin: true,
    };
    certify(tx, &mut meta)?;
    tx.put(b"", &meta);
    Task::enqueue(tx, ChainName::Own.lane(), TaskKind::RelayInformation)
}

/// The tokens in a text, as an operator hands them out: separated by spaces or lines.
fn tokens(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// A token for one new chain, if there is one; each is used once.
pub(super) fn token(tx: &mut Tx<'_>) -> Result<Option<String>, Fault> {
    let mut meta = Meta::read(tx)?;
    let token = meta.take_token();
    if token.is_some() {
        tx.put(b"", &meta);
    }
    Ok(token)
}

/// The operator handed out more tokens: chains that wait for one are tried again, each with its own.
///
/// # Errors
/// `vault.damaged`.
pub fn add_tokens(tx: &mut Tx<'_>, text: &str) -> Result<(), Fault> {
    let mut meta = Meta::read(tx)?;
    meta.tokens.extend(tokens(text));
    for (id, mut task) in tx.list::<Task>()? {
        if let (TaskKind::CreateChain(.., token), Some(_)) = (&mut task.kind, &task.stopped)
            && let Some(fresh) = meta.take_token()
        {
            *token = Some(fresh);
            task.stopped = None;
            task.attempts = 0;
            tx.put(&id, &task);
        }
    }
    tx.put(b"", &meta);
    Ok(())
}

/// The root certifies this device as an admin.
///
/// # Errors
/// `vault.state` without root keys.
pub(super) fn certify(tx: &mut Tx<'_>, meta: &mut Meta) -> Result<(), Fault> {
    let root = meta.root.as_ref().ok_or(Error::State)?;
    let statement = DeviceStatement {
        version: 1,
        identity: meta.identity()?,
        device: meta.device.public_key(),
        sealing_key: meta.sealing.public().hash(),
        admin: meta.admin,
        time: tx.now,
        salt: tx.random(),
        actor: root.signing.public_key(),
        authority: None,
    };
    let signed = Signed::issue(statement, &root.signing)?;
    meta.evidence.devices = vec![signed.bytes().to_vec().into()];
    Ok(())
}

/// The home relay said who it is.
///
/// # Errors
/// `vault.answer`.
pub fn relay_known(tx: &mut Tx<'_>, relay: &RelayInformation) -> Result<(), Fault> {
    let mut meta = Meta::read(tx)?;
    if let Some(url) = &relay.public_url {
        meta.origin = origin(url)?;
    }
    meta.log = Some(Log {
        origin: relay.log.origin.clone(),
        key: relay.log.key,
    });
    tx.put(b"", &meta);
    match meta.stage {
        Stage::Founding => begin(tx),
        Stage::Joining => join::locate(tx),
        Stage::Ready => Ok(()),
    }
}

fn begin(tx: &mut Tx<'_>) -> Result<(), Fault> {
    let mut meta = Meta::read(tx)?;
    let root = meta.root.take().ok_or(Error::State)?;
    let epoch = meta.epoch.take().ok_or(Error::State)?;
    let log = meta.log.clone().ok_or(Error::State)?;
    let resource = ResourceId::from(tx.random());
    let (write, read) = (SigningKey::generate(tx.rng), meta.read.clone());
    let log_key = Secret32::generate(tx.rng);
    meta.stage = Stage::Ready;
    tx.put(b"", &meta);
    let item = ChainItem {
        write: Some(write.clone()),
        read: Some(read.clone()),
        devices: vec![meta.evidence.clone()],
        ..ChainItem::unread(
            meta.origin.clone(),
            resource,
            log_key.clone(),
            epoch.clone(),
            log.clone(),
            meta.identity()?,
        )
    };
    item.write(tx, &ChainName::Own);
    let lane = ChainName::Own.lane();
    let token = token(tx)?;
    let create = TaskKind::CreateChain(
        ChainName::Own,
        vec![read.public_key()],
        Some(meta.recover),
        false,
        token,
    );
    Task::enqueue(tx, lane.clone(), create)?;
    let locator = Locator {
        origin: meta.origin.clone(),
        resource,
        epoch,
        identity: meta.evidence.identity.clone(),
        log,
        log_key: log_key.clone(),
        later: Vec::new(),
    };
    let key = RecipientKey::new(&meta.recovery_key)?;
    let info = content::context("locator", meta.recover.as_bytes());
    let sealed = hpke::seal(&key, &info, &crate::crypto::pad::pad(&cbor::encode(&locator))?, tx.rng)?;
    Task::enqueue(tx, lane, TaskKind::PutLocator(root.recover, sealed.into()))?;
    let genesis = OwnGenesis {
        role: meta.role,
        name: meta.name.clone(),
        origin: meta.origin.clone(),
        resource,
        write,
        read: read.public_key(),
        log_key,
        recovery_key: meta.recovery_key.clone(),
        recover: meta.recover,
        evidence: meta.evidence.clone(),
        sealing_key: meta.sealing.public().as_bytes().to_vec().into(),
    };
    chain::begin(tx, &ChainName::Own, item, &cbor::encode(&genesis))?;
    chain::push(tx, &ChainName::Own)?;
    tx.tell("show.founded", meta.identity()?, &[("name", &meta.name)]);
    if meta.role == Role::Organization {
        organization::found(tx)
    } else {
        Ok(())
    }
}
