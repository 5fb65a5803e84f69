//! Beginning a chain's next epoch: who gets the new keys, and what is signed.

use protocol::block::{BlockKind, LogCommitment};
use protocol::cbor::{self, Bytes};
use protocol::claim::Claim;
use protocol::epoch::{EpochBody, RecoveryKeys, SealedEpoch};
use protocol::hash::Hash;
use protocol::id::{GrantId, MailboxId, StatementId};
use protocol::identity::DeviceRemoval;
use protocol::key::Signer;
use protocol::root::RootChange;
use protocol::statement::Signed;

use crate::body::{EpochKeys, EpochMailbox, EpochNote, MailboxNote, NoteBody};
use crate::chain;
use crate::crypto::content;
use crate::crypto::hpke::{self, RecipientKey, RecipientSecret};
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::fault::{Error, Fault};
use crate::item::{ChainItem, ChainName, DeviceItem, EpochItem, GrantItem, MailboxItem, Meta, Task, TaskKind};
use crate::state::{Read, Tx};

/// Why a new epoch begins, and what changes with it.
#[derive(Clone, Default)]
pub struct Opening {
    /// Devices taken out, signed removals.
    pub removals: Vec<Bytes>,
    /// Changes of the owner's root key.
    pub roots: Vec<RootChange>,
    /// In the own chain: the public halves of a new kit.
    pub recovery: Option<RecoveryKeys>,
    /// In a grant chain: the grantee's new HPKE key; otherwise the one in force stays.
    pub recipient: Option<Bytes>,
}

/// Begins a chain's next epoch: signs the `epoch` block and everything that goes with it. The chain must be known to its end as far as
/// this device can know, and be one that this vault writes.
///
/// # Errors
/// `vault.state` for a chain that has ended, was not read yet or is not this vault's; `chain.key` for a removal by one who may not.
pub fn open_next(tx: &mut Tx<'_>, name: &ChainName, opening: Opening) -> Result<(), Fault> {
    match name {
        ChainName::Own => own(tx, opening),
        ChainName::Given(grant) => given(tx, grant, opening),
        ChainName::Public(_) => public(tx, name, opening),
        ChainName::Received(_) => Err(Error::State.into()),
    }
}

fn writable(tx: &Tx<'_>, name: &ChainName) -> Result<ChainItem, Fault> {
    let chain = ChainItem::read_named(tx, name)?;
    let open = chain.head.as_ref().is_some_and(|head| !head.ended);
    if open && chain.write.is_some() {
        Ok(chain)
    } else {
        Err(Error::State.into())
    }
}

/// What a sealed set of keys is bound to.
pub(super) fn info(chain: &ChainItem, log_key: &Hash) -> Vec<u8> {
    let id = chain
        .head
        .as_ref()
        .map(|head| *head.chain.as_bytes())
        .unwrap_or_default();
    content::context("epoch", &[id.as_slice(), log_key.as_bytes()].concat())
}

fn seal(tx: &mut Tx<'_>, chain: &ChainItem, to: &[u8], keys: &EpochKeys) -> Result<SealedEpoch, Fault> {
    let key = RecipientKey::new(to)?;
    let info = info(chain, &LogCommitment::of(keys.log_key.as_bytes()));
    Ok(SealedEpoch {
        recipient: key.hash(),
        sealed: hpke::seal(&key, &info, &cbor::encode(keys), tx.rng)?.into(),
    })
}

fn fresh(tx: &mut Tx<'_>, mailbox: Option<EpochMailbox>) -> EpochKeys {
    EpochKeys {
        log_key: Secret32::generate(tx.rng),
        epoch: Secret32::generate(tx.rng),
        write: Some(SigningKey::generate(tx.rng)),
        mailbox,
    }
}

/// Remembers the keys under what the block will commit to, and signs the block.
fn sign(tx: &mut Tx<'_>, name: &ChainName, keys: &EpochKeys, body: &EpochBody) -> Result<(), Fault> {
    remember(tx, name, keys);
    let mut chain = ChainItem::read_named(tx, name)?;
    chain.spare.clone_from(&keys.write);
    chain.known = None;
    chain.write(tx, name);
    let log_key = LogCommitment::of(keys.log_key.as_bytes());
    chain::open_epoch(tx, name, log_key, &cbor::encode(body))
}

pub(in crate::flow) fn remember(tx: &mut Tx<'_>, name: &ChainName, keys: &EpochKeys) {
    let log_key = LogCommitment::of(keys.log_key.as_bytes());
    let item = EpochItem {
        name: *name,
        log_key: keys.log_key.clone(),
        epoch: keys.epoch.clone(),
        write: keys.write.clone(),
        mailbox: match name {
            ChainName::Received(_) => keys.mailbox.clone(),
            _ => None,
        },
    };
    tx.put(&EpochItem::id(name, &log_key), &item);
}

fn own(tx: &mut Tx<'_>, opening: Opening) -> Result<(), Fault> {
    let name = ChainName::Own;
    let chain = writable(tx, &name)?;
    let keys = fresh(tx, None);
    let gone = removed_by(&opening.removals)?;
    let recovery = match &opening.recovery {
        Some(recovery) => recovery.key.clone(),
        None => Meta::read(tx)?.recovery_key,
    };
    let mut readers: Vec<Bytes> = Vec::new();
    for (id, device) in tx.list::<DeviceItem>()? {
        if device.removed.is_none() && !gone.iter().any(|gone| gone.as_bytes() == id.as_slice()) {
            readers.push(device.sealing_key);
        }
    }
    readers.push(recovery);
    let mut sealed = Vec::with_capacity(readers.len());
    for reader in readers {
        sealed.push(seal(tx, &chain, &reader, &keys)?);
    }
    let body = EpochBody {
        removals: opening.removals,
        roots: opening.roots,
        devices: Vec::new(),
        sealed,
        recovery: opening.recovery,
    };
    sign(tx, &name, &keys, &body)
}

/// The devices that signed removals name.
pub(super) fn removed_by(removals: &[Bytes]) -> Result<Vec<StatementId>, Fault> {
    let device = |bytes: &Bytes| Ok(Signed::<DeviceRemoval>::verify(bytes)?.device);
    removals.iter().map(device).collect()
}

fn given(tx: &mut Tx<'_>, grant: &GrantId, opening: Opening) -> Result<(), Fault> {
    let name = ChainName::Given(*grant);
    let chain = writable(tx, &name)?;
    let mut item: GrantItem = tx.item(grant.as_bytes())?;
    let recipient = match (opening.recipient, &item.recipient) {
        (Some(new), _) => new,
        (None, Some(before)) => before.clone(),
        (None, None) => Claim::verify(&item.claim)?.sealing_key.clone(),
    };
    // Whoever was taken out must neither read nor open what arrives from now on, so the mailbox is another one.
    let old = item.mailbox;
    let mailbox = MailboxNote {
        origin: chain.origin.clone(),
        mailbox: MailboxId::from(tx.random()),
        read: SigningKey::generate(tx.rng),
        sealing: RecipientSecret::generate(tx.rng),
    };
    let send = SigningKey::generate(tx.rng);
    let keys = fresh(
        tx,
        Some(EpochMailbox {
            mailbox: mailbox.mailbox,
            send: send.clone(),
            key: mailbox.sealing.public().as_bytes().to_vec().into(),
        }),
    );
    item.recipient = Some(recipient.clone());
    tx.put(grant.as_bytes(), &item);
    let note = EpochNote {
        name,
        log_key: keys.log_key.clone(),
        epoch: keys.epoch.clone(),
        write: keys.write.clone().ok_or(Error::State)?,
        recipient: Some(recipient.clone()),
        mailbox: Some(mailbox.clone()),
    };
    let note = NoteBody::Epoch(Box::new(note));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    let mut created: MailboxItem = tx.item(mailbox.mailbox.as_bytes())?;
    created.created = false;
    tx.put(mailbox.mailbox.as_bytes(), &created);
    let settings = TaskKind::PutMailbox(mailbox.mailbox, vec![send.public_key()], false, None);
    Task::enqueue(tx, name.lane(), settings)?;
    // The grantee learns the public part of the keys only: who writes the chain stays the patient's business.
    let theirs = EpochKeys {
        write: None,
        ..keys.clone()
    };
    let sealed = vec![seal(tx, &chain, &recipient, &theirs)?];
    let body = EpochBody {
        removals: opening.removals,
        roots: opening.roots,
        devices: every_device(tx)?,
        sealed,
        recovery: None,
    };
    sign(tx, &name, &keys, &body)?;
    // The old mailbox takes nothing in from now on, so nobody who reads it gets anything new.
    Task::enqueue(tx, name.lane(), TaskKind::PutMailbox(old, Vec::new(), false, None))
}

/// A public chain's keys are public: only who writes it changes.
pub(super) fn public(tx: &mut Tx<'_>, name: &ChainName, opening: Opening) -> Result<(), Fault> {
    let chain = writable(tx, name)?;
    let keys = EpochKeys {
        log_key: chain.log_key.clone(),
        epoch: chain.epoch.clone(),
        write: Some(SigningKey::generate(tx.rng)),
        mailbox: None,
    };
    let note = EpochNote {
        name: *name,
        log_key: keys.log_key.clone(),
        epoch: keys.epoch.clone(),
        write: keys.write.clone().ok_or(Error::State)?,
        recipient: None,
        mailbox: None,
    };
    let note = NoteBody::Epoch(Box::new(note));
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    let body = EpochBody {
        removals: opening.removals,
        roots: opening.roots,
        devices: every_device(tx)?,
        sealed: Vec::new(),
        recovery: None,
    };
    sign(tx, name, &keys, &body)
}

fn every_device(tx: &Tx<'_>) -> Result<Vec<protocol::identity::Evidence>, Fault> {
    let mut devices = tx.list::<DeviceItem>()?;
    devices.sort_by_key(|(_, device)| device.sequence);
    Ok(devices.into_iter().map(|(_, device)| device.evidence).collect())
}
