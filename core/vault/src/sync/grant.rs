//! What is asked of a relay when a grant is paused, ends, or gives less, and what the answers mean (SYNC-9).
//!
//! Deleting is asked for, then looked for: a relay's "done" alone is not believed.

use protocol::code::Coded;
use protocol::hash::Hash;
use protocol::id::GrantId;
use protocol::relay::message::{Accesses, Addresses, Blocks, Capabilities, Missing};
use protocol::relay::problem::{self, Problem};

use super::request::{Asked, chain_path};
use super::respond::Incoming;
use crate::fault::{Error, Fault};
use crate::flow::{delivery, end, quota};
use crate::item::{ChainItem, ChainName, EndStep, GrantItem, MailboxItem, PauseStep, Task, TaskKind};
use crate::state::{Read, Store, Tx};

/// Most seconds until a relay that did not do what it said is asked again.
const PATIENCE: u64 = 300;

fn given(from: &impl Read, grant: &GrantId) -> Result<ChainItem, Fault> {
    ChainItem::read_named(from, &ChainName::Given(*grant))
}

fn capabilities(chain: &ChainItem) -> Asked {
    Asked::get(&chain.origin, chain_path(&chain.resource, "/capabilities")).signed(chain.write.clone())
}

fn replace(chain: &ChainItem, bytes: &[u8]) -> Result<Asked, Fault> {
    let message: Capabilities = serde_json::from_slice(bytes).map_err(|_| Error::Damaged)?;
    Ok(
        Asked::new(&chain.origin, "PUT", chain_path(&chain.resource, "/capabilities"))
            .json(&message)?
            .signed(chain.write.clone()),
    )
}

/// First fetches, from this place of their list on.
pub(super) fn accesses(chain: &ChainItem, after: u64) -> Asked {
    Asked::get(&chain.origin, chain_path(&chain.resource, "/accesses"))
        .query(format!("after={after}&limit=256"))
        .signed(chain.write.clone())
}

/// Which of these the chain lacks.
pub(super) fn missing(chain: &ChainItem, addresses: Vec<Hash>) -> Result<Asked, Fault> {
    let path = chain_path(&chain.resource, "/blobs/missing");
    Ok(Asked::new(&chain.origin, "POST", path)
        .json(&Addresses { addresses })?
        .signed(chain.write.clone().or(chain.read.clone())))
}

/// Entries after an index.
pub(super) fn entries(chain: &ChainItem, after: Option<u64>, limit: u64) -> Asked {
    let after = after.map_or(String::new(), |after| format!("after={after}&"));
    Asked::get(&chain.origin, chain_path(&chain.resource, "/blocks"))
        .query(format!("{after}limit={limit}&wait=0"))
        .signed(chain.write.clone())
}

/// Where the relay lists an admitted block: entries of one chain follow each other.
pub(super) fn index_of(chain: &ChainItem, sequence: u32) -> Result<u64, Fault> {
    let head = chain.head.as_ref().ok_or(Error::Missing)?;
    let newest = head.sequence - chain.pending.min(head.sequence);
    let cursor = chain.cursor.ok_or(Error::State)?;
    let back = newest.checked_sub(sequence).ok_or(Error::State)?;
    cursor.checked_sub(u64::from(back)).ok_or_else(|| Error::State.into())
}

/// The request of one step of an end.
pub(super) fn end(store: &Store, grant: &GrantId, step: &EndStep) -> Result<Asked, Fault> {
    let chain = given(store, grant)?;
    let delete =
        |path: &str| Asked::new(&chain.origin, "DELETE", chain_path(&chain.resource, path)).signed(chain.write.clone());
    let mailbox = || -> Result<(String, MailboxItem), Fault> {
        let id = end::next_mailbox(store, grant)?;
        Ok((format!("/v1/mailboxes/{id}"), store.item(id.as_bytes())?))
    };
    Ok(match step {
        EndStep::ReadKeys | EndStep::CheckKeys => capabilities(&chain),
        EndStep::CloseKeys(bytes) => replace(&chain, bytes)?,
        EndStep::Accesses(after) => accesses(&chain, *after),
        EndStep::Blobs => delete("/blobs"),
        EndStep::Blocks => match chain.cursor.and_then(|cursor| cursor.checked_sub(1)) {
            Some(through) => delete("/blocks").query(format!("through={through}")),
            // Nothing stands before the end; the next look says so.
            None => capabilities(&chain),
        },
        EndStep::Mailbox => {
            let (path, item) = mailbox()?;
            Asked::new(&item.origin, "DELETE", path).signed(Some(item.read))
        }
        EndStep::CheckMailbox => {
            let (path, item) = mailbox()?;
            Asked::get(&item.origin, format!("{path}/envelopes"))
                .query("limit=1&wait=0")
                .signed(Some(item.read))
        }
        EndStep::CheckBlobs(page) => missing(&chain, page_of(store, grant, *page)?)?,
        EndStep::CheckBlocks(after) => entries(&chain, *after, protocol::relay::MAX_PAGE),
    })
}

fn page_of(from: &impl Read, grant: &GrantId, page: u32) -> Result<Vec<Hash>, Fault> {
    let all = end::addresses(from, grant)?;
    let start = usize::try_from(page).unwrap_or(usize::MAX).saturating_mul(end::PAGE);
    Ok(all.into_iter().skip(start).take(end::PAGE).collect())
}

/// A step was answered.
pub(super) fn ended(
    tx: &mut Tx<'_>,
    (number, task): (u64, Task),
    grant: &GrantId,
    step: &EndStep,
    incoming: &Incoming,
) -> Result<(), Fault> {
    let chain = given(tx, grant)?;
    let next = match step {
        EndStep::ReadKeys => {
            let known: Capabilities = incoming.message()?;
            let bytes = serde_json::to_vec(&end::closed(&chain, known)).map_err(|_| Error::Damaged)?;
            EndStep::CloseKeys(bytes.into())
        }
        EndStep::CloseKeys(_) => EndStep::Accesses(0),
        EndStep::Accesses(after) => {
            let message: Accesses = incoming.message()?;
            delivery::listed(tx, grant, &message.accesses)?;
            match message.accesses.len() as u64 {
                count if message.more && count > 0 => EndStep::Accesses(after + count),
                _ => EndStep::Blobs,
            }
        }
        EndStep::Blobs => EndStep::Mailbox,
        EndStep::Mailbox if end::mailbox_gone(tx, grant)? => EndStep::Mailbox,
        EndStep::Mailbox => return Ok(()),
        EndStep::Blocks => EndStep::CheckKeys,
        EndStep::CheckKeys if end::is_closed(&chain, &incoming.message()?) => EndStep::CheckBlobs(0),
        EndStep::CheckBlobs(page) => {
            let message: Missing = incoming.message()?;
            let asked = page_of(tx, grant, *page)?;
            if asked.iter().any(|address| !message.missing.contains(address)) {
                return end::denied(tx, grant);
            }
            if asked.len() == end::PAGE {
                EndStep::CheckBlobs(page + 1)
            } else {
                EndStep::CheckBlocks(None)
            }
        }
        EndStep::CheckBlocks(_) => {
            let message: Blocks = incoming.message()?;
            let left = message.entries.iter().any(|entry| {
                chain.cursor != Some(entry.index)
                    && (entry.block.is_some() || entry.slot.is_some() || entry.body.is_some())
            });
            if left {
                return end::denied(tx, grant);
            }
            match message.entries.last() {
                Some(last) if message.more => EndStep::CheckBlocks(Some(last.index)),
                _ => EndStep::CheckMailbox,
            }
        }
        // A mailbox that still answers, or keys that are still there.
        EndStep::CheckKeys | EndStep::CheckMailbox => return end::denied(tx, grant),
    };
    first(tx, number, task, TaskKind::EndGrant(*grant, next))
}

/// The next step takes the place of this one, before anything that waits behind it.
fn first(tx: &mut Tx<'_>, number: u64, task: Task, kind: TaskKind) -> Result<(), Fault> {
    let task = Task {
        kind,
        attempts: 0,
        not_before: None,
        ..task
    };
    tx.put(&Task::id(number), &task);
    Ok(())
}

/// A step was refused. Gives whether that is all there is to it.
pub(super) fn end_refused(tx: &mut Tx<'_>, id: &[u8], task: &Task, problem: &Problem) -> Result<bool, Fault> {
    let TaskKind::EndGrant(grant, step) = &task.kind else {
        return Ok(false);
    };
    match step {
        EndStep::CloseKeys(_) if problem.code == problem::Error::Version.code() => {
            let again = Task {
                kind: TaskKind::EndGrant(*grant, EndStep::ReadKeys),
                ..task.clone()
            };
            tx.put(id, &again);
            Ok(true)
        }
        // Deleted before, or never made.
        EndStep::Mailbox if problem.status == 404 => {
            if end::mailbox_gone(tx, grant)? {
                tx.put(id, task);
            } else {
                tx.delete::<Task>(id);
            }
            Ok(true)
        }
        EndStep::CheckMailbox if problem.status == 404 => {
            tx.delete::<Task>(id);
            end::finish(tx, grant)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// The request of one step of pausing or resuming.
pub(super) fn pause(store: &Store, grant: &GrantId, step: &PauseStep) -> Result<Asked, Fault> {
    let chain = given(store, grant)?;
    match step {
        PauseStep::Read | PauseStep::Check => Ok(capabilities(&chain)),
        PauseStep::Write(bytes) => replace(&chain, bytes),
    }
}

/// A step of pausing or resuming was answered.
pub(super) fn paused(
    tx: &mut Tx<'_>,
    (number, task): (u64, Task),
    grant: &GrantId,
    step: &PauseStep,
    incoming: &Incoming,
) -> Result<(), Fault> {
    let wanted = tx.item::<GrantItem>(grant.as_bytes())?.paused;
    let next = match step {
        PauseStep::Read => {
            let known: Capabilities = incoming.message()?;
            let upload = quota::upload_quota(tx, &ChainName::Given(*grant))?;
            let mut message = Capabilities {
                paused: wanted,
                ..known
            };
            for fetch in &mut message.fetch {
                fetch.upload = upload;
            }
            let bytes = serde_json::to_vec(&message).map_err(|_| Error::Damaged)?;
            PauseStep::Write(bytes.into())
        }
        PauseStep::Write(_) => PauseStep::Check,
        PauseStep::Check => {
            let known: Capabilities = incoming.message()?;
            if known.paused == wanted {
                return Ok(());
            }
            let code = protocol::grant::Error::NotStopped.code();
            tx.tell("show.grant_not_stopped", grant, &[("code", code)]);
            let task = Task {
                not_before: Some(tx.now.plus(PATIENCE)),
                kind: TaskKind::PauseGrant(*grant, PauseStep::Read),
                ..task
            };
            tx.put(&Task::id(number), &task);
            return Ok(());
        }
    };
    first(tx, number, task, TaskKind::PauseGrant(*grant, next))
}

/// A list of first fetches arrived.
pub(super) fn accessed(
    tx: &mut Tx<'_>,
    (number, task): (u64, Task),
    grant: &GrantId,
    after: u64,
    incoming: &Incoming,
) -> Result<(), Fault> {
    let message: Accesses = incoming.message()?;
    delivery::listed(tx, grant, &message.accesses)?;
    match message.accesses.len() as u64 {
        count if message.more && count > 0 => first(tx, number, task, TaskKind::FetchAccesses(*grant, after + count)),
        _ => Ok(()),
    }
}

/// Blobs were looked for: those that are still there are deleted once more, later.
pub(super) fn looked_for_blobs(
    tx: &mut Tx<'_>,
    task: (u64, &str),
    name: &ChainName,
    asked: &[Hash],
    incoming: &Incoming,
) -> Result<(), Fault> {
    let message: Missing = incoming.message()?;
    let left: Vec<Hash> = asked
        .iter()
        .filter(|address| !message.missing.contains(address))
        .copied()
        .collect();
    if left.is_empty() {
        return Ok(());
    }
    let deletes = left.iter().map(|address| TaskKind::DeleteBlob(*name, *address));
    again(
        tx,
        name,
        deletes.chain([TaskKind::CheckBlobs(*name, left.clone())]).collect(),
        task,
    )
}

/// The body of a block was looked for: if it is still there it is erased once more, later.
pub(super) fn looked_for_body(
    tx: &mut Tx<'_>,
    task: (u64, &str),
    name: &ChainName,
    sequence: u32,
    incoming: &Incoming,
) -> Result<(), Fault> {
    let message: Blocks = incoming.message()?;
    let index = index_of(&ChainItem::read_named(tx, name)?, sequence)?;
    let left = message
        .entries
        .iter()
        .any(|entry| entry.index == index && (entry.slot.is_some() || entry.body.is_some()));
    if !left {
        return Ok(());
    }
    let kinds = vec![
        TaskKind::EraseBody(*name, sequence),
        TaskKind::CheckBody(*name, sequence),
    ];
    again(tx, name, kinds, task)
}

/// In a lane of its own, so that a relay which does not do its part holds up nothing else. The first times soon: what was under way when it
/// was deleted may have arrived behind the deletion.
fn again(tx: &mut Tx<'_>, name: &ChainName, kinds: Vec<TaskKind>, (number, before): (u64, &str)) -> Result<(), Fault> {
    let code = protocol::grant::Error::NotStopped.code();
    tx.tell("show.not_erased", "", &[("code", code)]);
    let again = format!("{}:again:", name.lane());
    let round = before.strip_prefix(&again).and_then(|rest| rest.split(':').next());
    let round: u32 = round.and_then(|round| round.parse().ok()).unwrap_or(0);
    let lane = format!("{again}{}:{number}", round.saturating_add(1));
    let due = tx.now.plus((2u64 << round.min(10)).min(PATIENCE));
    for kind in kinds {
        Task::enqueue(tx, lane.clone(), kind)?;
    }
    for (id, mut queued) in tx.list::<Task>()? {
        if queued.lane == lane {
            queued.not_before = Some(due);
            tx.put(&id, &queued);
        }
    }
    Ok(())
}
