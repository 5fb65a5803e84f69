//! An organization's root key replaced by the one it committed to (`core/spec/identity.md`, IDENT-9 to IDENT-13; `credential.md`, ORG-11).
//!
//! The committed key signs alone; whoever stole the old one cannot stop it. Both chains list the change with an epoch of new keys, so what
//! was promised before stays valid and nothing that rests on the old key joins them afterwards.

use protocol::key::Signer;
use protocol::root::{RootChange, RootStatement};
use protocol::statement::Signed;

use super::epoch::{self, Opening};
use super::{device, kit, organization};
use crate::crypto::root::RootSecret;
use crate::fault::{self, Fault};
use crate::item::{ChainItem, ChainName, Meta, Role, Stage, Task, TaskKind};
use crate::state::Tx;

/// Puts the committed key into force and commits to another. With the old words the relay's `recover` capability goes over too; without
/// them whoever has the old words can still take the chain's capabilities, which is said.
///
/// # Errors
/// `vault.role`, `vault.not_ready`, `recovery.pending`, `identity.successor`, `device.other_words`.
pub fn change(tx: &mut Tx<'_>, next: &RootSecret, after: &RootSecret, old: Option<&RootSecret>) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    meta.require(&[Role::Organization])?;
    if meta.stage != Stage::Ready {
        return Err(fault::Error::NotReady.into());
    }
    let own = ChainItem::read_named(tx, &ChainName::Own)?;
    if own.pending > 0 {
        return Err(kit::Error::Pending.into());
    }
    let root = own.keys()?.root().cloned().ok_or(fault::Error::Missing)?;
    if old.is_some_and(|old| old.signing().public_key() != root.key) {
        return Err(device::Error::OtherWords.into());
    }
    let signer = next.signing();
    let statement = RootStatement {
        version: 1,
        identity: root.identity,
        counter: root.counter + 1,
        previous: root.state,
        root: signer.public_key(),
        next: Some(protocol::hash::sha256(&[after.signing().public_key().as_bytes()])),
        time: tx.now,
        salt: tx.random(),
        actor: signer.public_key(),
    };
    let change = RootChange {
        statement: Signed::issue(statement, &signer)?.bytes().to_vec().into(),
        acceptance: None,
    };
    // What every reader would refuse is not written.
    root.follow(&change)?;
    let opening = Opening {
        roots: vec![change],
        recovery: Some(crate::body::recovery_keys(next)),
        ..Opening::default()
    };
    epoch::open_next(tx, &ChainName::Own, opening)?;
    kit::locators(tx, old, next)?;
    match old {
        Some(old) => {
            let (from, to) = (old.recover(), next.recover().public_key());
            let task = TaskKind::ReplaceRecover(ChainName::Own, from, to, None);
            Task::enqueue(tx, ChainName::Own.lane(), task)?;
        }
        None => tx.tell("show.old_kit_recovers", root.identity, &[]),
    }
    epoch::follow_all(tx)?;
    organization::state_anew(tx)?;
    tx.tell("show.root_changed", root.identity, &[]);
    Ok(())
}
