//! What the patient does to a grant that was given: pause, resume, renew, narrow, revoke (FLOW-11).
//!
//! A change is signed, noted in the own chain, and reaches the grant's chain and its holder once the own chain's order is settled, so that two
//! devices which change the same grant at the same moment never tell its holder two stories. What the relay must do is queued at once.

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::grant::{Error, Permission, Right, Scope, Standing};
use protocol::grant_change::{GrantChange, GrantChangeStatement, GrantState};
use protocol::id::GrantId;
use protocol::statement::Signed;

use super::{copy, decode, deletion, end, share, submit};
use crate::body::{ChangeBody, NoteBody, Notice};
use crate::chain;
use crate::fault::{self, Fault};
use crate::item::{ChainItem, ChainName, EndStep, GrantItem, Meta, OfferedRight, PauseStep, Task, TaskKind};
use crate::state::{Read, Tx};

/// Stops a grant for now: the relay refuses its fetch keys, nothing joins it, what its holder sends is declined.
///
/// # Errors
/// `vault.not_found`, `grant.revoked`, `grant.paused`.
pub fn pause(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let state = tx.item::<GrantItem>(grant.as_bytes())?.state()?;
    if state.standing() == Standing::Paused {
        return Err(Error::Paused.into());
    }
    let (scope, permissions) = (state.scope.clone(), state.permissions.clone());
    change(tx, &state, Standing::Paused, scope, permissions)?;
    tell_relay(tx, grant)
}

/// Lets a paused grant go on as it was.
///
/// # Errors
/// `vault.not_found`, `grant.revoked`, `vault.state` when it is not paused.
pub fn resume(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let state = tx.item::<GrantItem>(grant.as_bytes())?.state()?;
    if state.standing() == Standing::Live {
        return Err(fault::Error::State.into());
    }
    let (scope, permissions) = (state.scope.clone(), state.permissions.clone());
    change(tx, &state, Standing::Live, scope, permissions)?;
    tell_relay(tx, grant)?;
    share::settle(tx, grant)
}

/// Gives rights of a grant other periods, counted from now.
///
/// # Errors
/// `vault.not_found`, `grant.revoked`, `grant.right` for one that it does not have, `grant.rule`.
pub fn renew(tx: &mut Tx<'_>, grant: &GrantId, rights: &[OfferedRight]) -> Result<(), Fault> {
    let state = tx.item::<GrantItem>(grant.as_bytes())?.state()?;
    let mut permissions = state.permissions.clone();
    if rights.is_empty() {
        return Err(Error::Rule.into());
    }
    for renewed in rights {
        let permission = permissions
            .iter_mut()
            .find(|permission| permission.right == renewed.right)
            .ok_or(Error::Right)?;
        permission.period.until = renewed.seconds.map(|seconds| tx.now.plus(seconds));
    }
    change(tx, &state, state.standing(), state.scope.clone(), permissions)?;
    share::settle(tx, grant)
}

/// Leaves a grant fewer records or fewer rights; what is no longer covered is taken away from the relay.
///
/// # Errors
/// `vault.not_found`, `grant.revoked`, `grant.wider`, `grant.rule` when no right is left.
pub fn narrow(tx: &mut Tx<'_>, grant: &GrantId, scope: Scope, rights: &[Right]) -> Result<(), Fault> {
    let state = tx.item::<GrantItem>(grant.as_bytes())?.state()?;
    if rights
        .iter()
        .any(|right| state.permissions.iter().all(|own| own.right != *right))
    {
        return Err(Error::Wider.into());
    }
    let permissions: Vec<Permission> = state
        .permissions
        .iter()
        .filter(|permission| rights.contains(&permission.right))
        .copied()
        .collect();
    change(tx, &state, state.standing(), scope.normalised(), permissions)?;
    share::settle(tx, grant)
}

/// Ends a grant for ever. It counts as ended here at once; whether the relay has done its part is another fact.
///
/// # Errors
/// `vault.not_found`, `grant.revoked`.
pub fn revoke(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let state = tx.item::<GrantItem>(grant.as_bytes())?.state()?;
    let (scope, permissions) = (state.scope.clone(), state.permissions.clone());
    change(tx, &state, Standing::Ended, scope, permissions)?;
    end::begin(tx, grant)
}

fn change(
    tx: &mut Tx<'_>,
    state: &GrantState,
    standing: Standing,
    scope: Scope,
    permissions: Vec<Permission>,
) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    let actor = meta.actor()?;
    let statement = GrantChangeStatement {
        version: 1,
        patient: actor.identity,
        grant: state.id(),
        follows: state.name(),
        standing,
        scope,
        permissions,
        time: tx.now,
        salt: tx.random(),
        actor: actor.device,
        authority: actor.authority,
    };
    let signed = Signed::issue(statement, &meta.device)?;
    state.accept(&signed)?;
    let body = ChangeBody {
        change: signed.bytes().to_vec().into(),
        evidence: meta.evidence,
        deletion: None,
    };
    if standing == Standing::Ended {
        chain::append(tx, &ChainName::Own, BlockKind::Revocation, &cbor::encode(&body))?;
    } else {
        let note = NoteBody::Changed(Box::new(body));
        chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    }
    Ok(())
}

/// The signed change in a body, by a device of its patient.
///
/// # Errors
/// `grant.*`, `identity.*`.
pub(super) fn verify(body: &ChangeBody) -> Result<GrantChange, Fault> {
    let change = GrantChange::verify(&body.change)?;
    body.evidence
        .verify()?
        .check(&change.actor, &change.patient, &change.authority)?;
    Ok(change)
}

/// The content of a last block must be the patient's signed end of this grant; its device is one of the patient's.
///
/// # Errors
/// `grant.*`, `chain.key`.
pub(crate) fn check_end(grant: &GrantId, chain: &mut ChainItem, content: &[u8]) -> Result<(), Fault> {
    let body: ChangeBody = decode(content)?;
    let change = verify(&body)?;
    if change.grant != *grant || change.patient != chain.owner {
        return Err(Error::Other.into());
    }
    if change.standing != Standing::Ended {
        return Err(Error::Rule.into());
    }
    if !chain.devices.contains(&body.evidence) {
        chain.keys()?.add(&chain.owner, &body.evidence)?;
        chain.devices.push(body.evidence);
    }
    Ok(())
}

/// The kind of block that says this.
pub(super) fn kind(standing: Standing) -> BlockKind {
    match standing {
        Standing::Live => BlockKind::Renewed,
        Standing::Paused => BlockKind::Paused,
        _ => BlockKind::Ended,
    }
}

/// A change joined the own chain. One that another device's change overtook follows nothing any more and changes nothing.
pub(super) fn changed(tx: &mut Tx<'_>, body: &ChangeBody) -> Result<(), Fault> {
    let change = verify(body)?;
    let Some(mut item) = tx.get::<GrantItem>(change.grant.as_bytes())? else {
        return Ok(());
    };
    if item.changes.contains(&body.change) {
        return Ok(());
    }
    if let Err(error) = item.state()?.accept(&change) {
        let code = protocol::code::Coded::code(&error);
        tx.tell("show.change_overtaken", change.grant, &[("code", code)]);
        return Ok(());
    }
    item.changes.push(body.change.clone());
    item.unpublished.push(body.clone());
    refresh(tx, &change.grant, item)
}

/// A change is taken back before it is signed again behind another device's block.
pub(super) fn unchanged(tx: &mut Tx<'_>, body: &ChangeBody) -> Result<(), Fault> {
    let change = verify(body)?;
    let Some(mut item) = tx.get::<GrantItem>(change.grant.as_bytes())? else {
        return Ok(());
    };
    item.changes.retain(|known| *known != body.change);
    item.unpublished.retain(|known| known != body);
    refresh(tx, &change.grant, item)
}

fn refresh(tx: &mut Tx<'_>, id: &GrantId, mut item: GrantItem) -> Result<(), Fault> {
    let standing = item.state()?.standing();
    item.paused = standing == Standing::Paused;
    item.ended = match item.changes.last() {
        Some(change) if standing == Standing::Ended => Some(GrantChange::verify(change)?.time),
        _ => None,
    };
    let ended = item.ended;
    tx.put(id.as_bytes(), &item);
    match ended {
        Some(time) => copy::grant_ended(tx, id, time),
        None => Ok(()),
    }
}

/// Whether a change that must be signed again still follows the state of its grant.
pub(super) fn still_wanted(tx: &Tx<'_>, body: &ChangeBody) -> Result<bool, Fault> {
    let change = verify(body)?;
    match tx.get::<GrantItem>(change.grant.as_bytes())? {
        Some(item) => Ok(item.state()?.accept(&change).is_ok()),
        None => Ok(true),
    }
}

/// The own chain's order is settled: changes go on to the grants' chains and to their holders.
pub(crate) fn publish(tx: &mut Tx<'_>) -> Result<(), Fault> {
    for (id, item) in tx.list::<GrantItem>()? {
        if item.unpublished.is_empty() {
            continue;
        }
        let id = GrantId::new(id.try_into().map_err(|_| fault::Error::Damaged)?);
        let name = ChainName::Given(id);
        // A chain that was not read yet gets them when it was.
        let Some(head) = ChainItem::read_named(tx, &name)?.head else {
            continue;
        };
        if head.ended {
            continue;
        }
        for body in item.unpublished {
            let standing = verify(&body)?.standing;
            // An end says the wish to delete too: it stays readable when everything before it is gone.
            let deletion = match standing {
                Standing::Ended => deletion::open(tx, &id)?,
                _ => None,
            };
            let listed = ChangeBody {
                deletion,
                ..body.clone()
            };
            chain::append(tx, &name, kind(standing), &cbor::encode(&listed))?;
            submit::answer(tx, &id, None, &Notice::Changed(Box::new(body)))?;
            if standing == Standing::Ended {
                end::queue(tx, &id, EndStep::Blocks)?;
            }
        }
    }
    Ok(())
}

/// A change joined the grant's chain.
pub(super) fn published(tx: &mut Tx<'_>, grant: &GrantId, body: &ChangeBody) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<GrantItem>(grant.as_bytes())? else {
        return Ok(());
    };
    item.unpublished.retain(|known| known.change != body.change);
    tx.put(grant.as_bytes(), &item);
    Ok(())
}

/// A change is taken back from the grant's chain before it is signed again there.
pub(super) fn unpublished(tx: &mut Tx<'_>, grant: &GrantId, body: &ChangeBody) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<GrantItem>(grant.as_bytes())? else {
        return Ok(());
    };
    if item.changes.contains(&body.change) && !lacks(&item, body) {
        item.unpublished.push(ChangeBody {
            deletion: None,
            ..body.clone()
        });
        tx.put(grant.as_bytes(), &item);
    }
    Ok(())
}

/// Whether the grant's chain still lacks a change.
pub(super) fn is_news(tx: &Tx<'_>, grant: &GrantId, body: &ChangeBody) -> Result<bool, Fault> {
    Ok(tx
        .get::<GrantItem>(grant.as_bytes())?
        .is_some_and(|item| lacks(&item, body)))
}

fn lacks(item: &GrantItem, body: &ChangeBody) -> bool {
    item.unpublished.iter().any(|known| known.change == body.change)
}

/// Asks the relay to refuse the fetch keys, or to let them in again.
fn tell_relay(tx: &mut Tx<'_>, grant: &GrantId) -> Result<(), Fault> {
    let asked = |task: &Task| matches!(&task.kind, TaskKind::PauseGrant(id, _) if id == grant);
    for (id, task) in tx.list::<Task>()? {
        if asked(&task) {
            tx.delete::<Task>(&id);
        }
    }
    let lane = ChainName::Given(*grant).lane();
    Task::enqueue(tx, lane, TaskKind::PauseGrant(*grant, PauseStep::Read))
}
