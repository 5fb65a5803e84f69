//! New HPKE keys for a grant: a member of the team goes, now or on a day to come, or a device of the grantee was taken out
//! (`core/spec/grant.md`, KEY rules).
//!
//! The grantee makes the keys and sends their public halves to the patient, each with the time from which it counts. A device of the
//! patient opens the grant chain's next epoch, sealed to the key, before it lists anything that comes after that time; the same request
//! takes away the fetch keys of who is gone. Until then only the relay keeps them out, and [`is_waiting`] says so.

use protocol::block::BlockKind;
use protocol::cbor::{self, Bytes};
use protocol::delegation::Delegation;
use protocol::envelope::{self, Envelope, MessageKind};
use protocol::grant::Grant;
use protocol::id::GrantId;
use protocol::identity::{Actor, DeviceRemoval};
use protocol::key::{PublicKey, Signer};
use protocol::relay::message::{Capabilities, FetchKey};
use protocol::statement::Signed;
use protocol::time::Timestamp;

use super::epoch::{self, Opening};
use super::{access, copy, decode, delegation, mailbox, team};
use crate::body::{AccessKeysNote, ComingAccess, ComingKey, GrantKeysBody, NoteBody};
use crate::chain;
use crate::crypto::hpke::{RecipientKey, RecipientSecret};
use crate::crypto::signing::SigningKey;
use crate::fault::{Error, Fault};
use crate::item::{AccessItem, ChainItem, ChainName, DelegationItem, GrantItem, MemberKeyItem, Meta, Task, TaskKind};
use crate::state::{Read, Tx};

/// Most keys that are to come for one grant.
const MAX_COMING: usize = 64;

/// The grantee makes new keys: one at once if asked for, one for each day on which members leave. Whoever remains by then gets it.
///
/// # Errors
/// `vault.not_found`.
pub(super) fn renew(tx: &mut Tx<'_>, grant: &GrantId, at_once: bool, removals: Option<&[Bytes]>) -> Result<(), Fault> {
    let before: AccessItem = tx.item(grant.as_bytes())?;
    if before.ended.is_some() {
        return Ok(());
    }
    let mut coming = Vec::new();
    let mut secrets: Vec<(Option<Timestamp>, RecipientSecret)> = Vec::new();
    if at_once {
        let access = removals
            .map(|removals| replace_access(tx, grant, removals))
            .transpose()?;
        make(tx, grant, None, Vec::new(), access, (&mut coming, &mut secrets))?;
    }
    for (from, drop) in team::leaving(tx, grant)? {
        make(tx, grant, Some(from), drop, None, (&mut coming, &mut secrets))?;
    }
    let body = GrantKeysBody {
        evidence: Meta::read(tx)?.evidence,
        keys: coming,
    };
    let recipient = (before.patient, before.mailbox_key.to_vec());
    let message = cbor::encode(&body);
    let to = access::address(&before);
    mailbox::send(tx, to, recipient, MessageKind::GrantKeys, &message, Some(*grant), None)?;
    team::tell_keys(tx, grant, &secrets)
}

type Made<'a> = (
    &'a mut Vec<ComingKey>,
    &'a mut Vec<(Option<Timestamp>, RecipientSecret)>,
);

fn make(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    from: Option<Timestamp>,
    drop: Vec<PublicKey>,
    access: Option<ComingAccess>,
    (coming, secrets): Made<'_>,
) -> Result<(), Fault> {
    let sealing = RecipientSecret::generate(tx.rng);
    coming.push(ComingKey {
        from,
        key: sealing.public().as_bytes().to_vec().into(),
        drop,
        access,
    });
    note(tx, &NoteBody::Rekeyed(*grant, sealing.clone(), from.unwrap_or(tx.now)))?;
    secrets.push((from, sealing));
    Ok(())
}

fn note(tx: &mut Tx<'_>, note: &NoteBody) -> Result<(), Fault> {
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(note))?;
    Ok(())
}

/// A device of this grantee was taken out: whatever it had of the grants received is replaced.
///
/// # Errors
/// As [`renew`].
pub(super) fn device_removed(tx: &mut Tx<'_>, removals: &[Bytes]) -> Result<(), Fault> {
    let me = Meta::read(tx)?.identity()?;
    for (_, item) in tx.list::<AccessItem>()? {
        let grant = Grant::verify(&item.grant)?;
        // Who acts by delegation or for a team holds no key that epochs are sealed to for it to replace.
        if grant.grantee.identity() == Some(me) && item.ended.is_none() {
            renew(tx, &grant.id(), true, Some(removals))?;
        }
    }
    Ok(())
}

/// The fetch key is replaced at the relay at once; the capability over the fetch keys by the patient, with the next epoch.
fn replace_access(tx: &mut Tx<'_>, grant: &GrantId, removals: &[Bytes]) -> Result<ComingAccess, Fault> {
    let name = ChainName::Received(*grant);
    let old = ChainItem::read_named(tx, &name)?.read.ok_or(Error::State)?;
    let (fetch, grantee) = (SigningKey::generate(tx.rng), SigningKey::generate(tx.rng));
    let keys = TaskKind::ChangeFetchKeys(*grant, vec![fetch.public_key()], vec![old.public_key()]);
    Task::enqueue(tx, name.lane(), keys)?;
    let mut all = vec![fetch.public_key()];
    for (_, item) in tx.list::<DelegationItem>()? {
        let over = delegation::is_over(&*Delegation::verify(&item.delegation)?, tx.now);
        if item.grant == *grant && item.stopped.is_none() && !over {
            all.push(item.fetch);
        }
    }
    for (_, item) in tx.list::<MemberKeyItem>()? {
        if item.grant == *grant && item.removed.is_none() {
            all.push(item.fetch);
        }
    }
    let access = ComingAccess {
        grantee: grantee.public_key(),
        fetch: all,
        removals: removals.to_vec(),
    };
    let keys = AccessKeysNote {
        grant: *grant,
        grantee,
        fetch,
    };
    note(tx, &NoteBody::AccessKeys(Box::new(keys)))?;
    Ok(access)
}

/// Fetch key and capability of a grant received are new, as the own chain says.
pub(super) fn replaced(tx: &mut Tx<'_>, note: &AccessKeysNote) -> Result<(), Fault> {
    if let Some(mut item) = tx.get::<AccessItem>(note.grant.as_bytes())? {
        item.next_grantee = Some(note.grantee.clone());
        tx.put(note.grant.as_bytes(), &item);
    }
    let name = ChainName::Received(note.grant);
    if let Some(mut chain) = tx.get::<ChainItem>(&name.id())? {
        chain.read = Some(note.fetch.clone());
        chain.write(tx, &name);
    }
    Ok(())
}

/// The relay does not know the capability over the fetch keys: the patient has put the next one in its place. Gives whether there is one.
pub(crate) fn other_capability(tx: &mut Tx<'_>, grant: &GrantId) -> Result<bool, Fault> {
    let mut item: AccessItem = tx.item(grant.as_bytes())?;
    let Some(next) = item.next_grantee.take() else {
        return Ok(false);
    };
    item.grantee = next;
    tx.put(grant.as_bytes(), &item);
    Ok(true)
}

/// A grant received has a new key, as the own chain says.
pub(super) fn rekeyed(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    sealing: &RecipientSecret,
    from: Timestamp,
) -> Result<(), Fault> {
    if let Some(mut item) = tx.get::<AccessItem>(grant.as_bytes())? {
        replace_key(&mut item, sealing);
        item.awaited.push((sealing.public().hash(), from));
        tx.put(grant.as_bytes(), &item);
    }
    Ok(())
}

pub(super) fn replace_key(item: &mut AccessItem, sealing: &RecipientSecret) {
    let hash = sealing.public().hash();
    let known = item.older.iter().any(|older| older.public().hash() == hash);
    if item.sealing.public().hash() != hash && !known {
        let old = core::mem::replace(&mut item.sealing, sealing.clone());
        item.older.push(old);
    }
}

/// The grant chain opened an epoch under a key of this vault: whoever was gone when the key was made opens nothing that follows.
pub(super) fn entered(tx: &mut Tx<'_>, grant: &GrantId, secret: &RecipientSecret) -> Result<(), Fault> {
    let mut item: AccessItem = tx.item(grant.as_bytes())?;
    let hash = secret.public().hash();
    if let Some(place) = item.awaited.iter().position(|(key, _)| *key == hash) {
        item.awaited.drain(..=place);
        if let Some(next) = item.next_grantee.take() {
            item.grantee = next;
        }
        tx.put(grant.as_bytes(), &item);
    }
    Ok(())
}

/// Whether only the relay keeps somebody out who is gone: the patient's device has not opened the next epoch yet.
pub fn is_waiting(item: &AccessItem, now: Timestamp) -> bool {
    item.ended.is_none() && item.awaited.iter().any(|(_, from)| *from <= now)
}

/// The grantee sends this patient the keys that the next epochs are to be sealed to.
pub(super) fn told(tx: &mut Tx<'_>, grant: &GrantId, envelope: &Envelope) -> Result<(), Fault> {
    let body: GrantKeysBody = decode(&envelope.body)?;
    let item: GrantItem = tx.item(grant.as_bytes())?;
    if item.ended.is_some() {
        return Err(protocol::grant::Error::Revoked.into());
    }
    let grantee = Grant::verify(&item.grant)?.grantee;
    let actor = body.evidence.verify()?;
    let named = actor
        .check(&envelope.actor, &envelope.sender, &envelope.authority)
        .is_ok();
    // Whoever was an officer and was taken out is not one any more.
    let removed = match tx.get::<ChainItem>(&ChainName::Public(envelope.sender).id())? {
        Some(chain) => chain.keys()?.removed(&actor.authority).is_some(),
        None => false,
    };
    if !named || grantee.identity() != Some(envelope.sender) || envelope.grant != Some(*grant) || removed {
        return Err(envelope::Error::Sender.into());
    }
    let ascending = body.keys.windows(2).all(|pair| pair[0].from < pair[1].from);
    let dated = body.keys.iter().any(|key| key.from.is_some());
    if !ascending || body.keys.len() > MAX_COMING || dated && grantee.team().is_none() {
        return Err(protocol::grant::Error::Rule.into());
    }
    for key in &body.keys {
        RecipientKey::new(&key.key)?;
        for removal in key.access.iter().flat_map(|access| &access.removals) {
            check_removal(removal, &actor, &body)?;
        }
    }
    note(tx, &NoteBody::GrantKeys(*grant, Box::new(body)))?;
    due(tx, grant)
}

/// A removal that a grantee shows: by its root, or by the admin device that tells of it, and never of itself.
fn check_removal(bytes: &[u8], actor: &Actor, body: &GrantKeysBody) -> Result<(), Fault> {
    let removal = Signed::<DeviceRemoval>::verify(bytes)?;
    let by_device = removal.actor == actor.device && removal.authority == Some(actor.authority) && actor.admin;
    let by_root = removal.authority.is_none() && removal.actor == body.evidence.root()?.key;
    if removal.identity == actor.identity && removal.device != actor.authority && (by_device || by_root) {
        Ok(())
    } else {
        Err(envelope::Error::Sender.into())
    }
}

/// Keys are to come, as the own chain says.
pub(super) fn noted(tx: &mut Tx<'_>, grant: &GrantId, body: &GrantKeysBody) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<GrantItem>(grant.as_bytes())? else {
        return Ok(());
    };
    item.coming.clone_from(&body.keys);
    for removal in body
        .keys
        .iter()
        .filter_map(|key| key.access.as_ref())
        .flat_map(|access| &access.removals)
    {
        let device = Signed::<DeviceRemoval>::verify(removal)?.device;
        if !item.gone.contains(&device) {
            item.gone.push(device);
        }
    }
    tx.put(grant.as_bytes(), &item);
    Ok(())
}

/// Opens a grant chain's next epoch, if a key has come to its time. A chain that was not read yet is looked after when it was.
///
/// # Errors
/// As [`epoch::open_next`].
pub(super) fn due(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let mut item: GrantItem = tx.item(grant.as_bytes())?;
    let now = tx.now;
    let has_come = |key: &ComingKey| key.from.is_none_or(|from| from <= now);
    let Some(place) = item.coming.iter().rposition(has_come) else {
        return Ok(());
    };
    let name = ChainName::Given(*grant);
    let chain = ChainItem::read_named(tx, &name)?;
    let open = chain.head.as_ref().is_some_and(|head| !head.ended) && chain.write.is_some();
    if item.ended.is_some() || !open {
        return Ok(());
    }
    let come: Vec<ComingKey> = item.coming.drain(..=place).collect();
    let mut recipient = None;
    let mut lost_device = false;
    for key in come {
        item.drop.extend(key.drop);
        if let Some(access) = key.access {
            lost_device = true;
            item.access = Some(access);
        }
        recipient = Some(key.key);
    }
    let name_of = item.name.clone();
    tx.put(grant.as_bytes(), &item);
    let opening = Opening {
        recipient,
        ..Opening::default()
    };
    epoch::open_next(tx, &name, opening)?;
    if lost_device {
        copy::rekeyed(tx, grant)?;
        tx.tell("show.grantee_device_removed", grant, &[("name", &name_of)]);
    } else {
        tx.tell("show.team_changed", grant, &[("name", &name_of)]);
    }
    Ok(())
}

/// Looks after all grants given.
///
/// # Errors
/// As [`due`].
pub(super) fn look_after(tx: &mut Tx<'_>) -> Result<(), Fault> {
    for (id, item) in tx.list::<GrantItem>()? {
        if !item.coming.is_empty() && item.ended.is_none() {
            due(tx, &GrantId::new(id.try_into().map_err(|_| Error::Damaged)?))?;
        }
    }
    Ok(())
}

/// What the epoch's own request changes of who may fetch.
pub(super) fn replace(item: &GrantItem, next: &mut Capabilities) {
    if let Some(access) = &item.access {
        let upload = next.fetch.iter().map(|known| known.upload).max().unwrap_or(0);
        next.fetch = access.fetch.iter().map(|key| FetchKey { key: *key, upload }).collect();
        next.grantee = Some(access.grantee);
    }
    next.fetch.retain(|known| !item.drop.contains(&known.key));
}

/// The relay admitted a block: what went with an epoch is done.
pub(crate) fn carried_out(tx: &mut Tx<'_>, name: &ChainName, kind: BlockKind) -> Result<(), Fault> {
    let (ChainName::Given(grant), BlockKind::Epoch) = (name, kind) else {
        return Ok(());
    };
    let mut item: GrantItem = tx.item(grant.as_bytes())?;
    if item.access.is_some() || !item.drop.is_empty() {
        item.access = None;
        item.drop.clear();
        tx.put(grant.as_bytes(), &item);
    }
    Ok(())
}
