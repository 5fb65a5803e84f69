//! What the answer to each kind of task means.

use protocol::code::Coded;
use protocol::log_entry;
use protocol::relay::message::{
    Admitted, Blocks, Capabilities, Contact, Entered, Entry, Missing, OfferContent, Organization, RelayInformation,
    Sealed,
};
use protocol::relay::problem::{self, Problem};

use super::backoff;
use super::respond::{Incoming, Meeting, entries};
use crate::chain;
use crate::fault::{Error, Fault};
use crate::flow;
use crate::item::{ChainItem, ChainName, MailboxItem, PauseStep, Task, TaskKind};
use crate::state::{Read, Tx};
use crate::sync::grant;

/// A task was carried out.
pub(super) fn done(tx: &mut Tx<'_>, number: u64, incoming: &Incoming) -> Result<(), Fault> {
    let id = Task::id(number);
    let Some(task) = tx.get::<Task>(&id)? else {
        return Ok(());
    };
    if let TaskKind::LinkBlobs(..) | TaskKind::TakeBlobs(..) = task.kind {
        return linked(tx, &id, task, incoming);
    }
    // Push and Pull stay until nothing is left; everything else ends here.
    if !matches!(task.kind, TaskKind::Push(_) | TaskKind::Pull(_)) {
        tx.delete::<Task>(&id);
    }
    if let Some(next) = flow::kit::step(&task.kind, &incoming.body)? {
        let task = Task {
            kind: next,
            attempts: 0,
            ..task
        };
        put_back(tx, &id, &task);
        return Ok(());
    }
    match task.kind {
        TaskKind::RelayInformation => flow::found::relay_known(tx, &incoming.message::<RelayInformation>()?),
        TaskKind::Push(name) => pushed(tx, &id, task, name, incoming),
        TaskKind::Pull(name) => {
            if !entries(tx, &name, incoming, false)? {
                tx.delete::<Task>(&id);
            }
            Ok(())
        }
        TaskKind::FetchShared(grant, record) => flow::access::fetched(tx, &grant, &record, &incoming.body),
        TaskKind::FetchPart(name, address) => flow::attachment::fetched(tx, &name, &address, &incoming.body),
        TaskKind::LogTime(record, label, salt) => {
            flow::submit::timed(tx, &record, label, salt, incoming.message::<Entered>()?.promise.0)
        }
        TaskKind::FetchLocator => flow::join::located(tx, &incoming.message::<Sealed>()?.sealed.0),
        TaskKind::PutMailbox(mailbox, ..) => {
            let mut item: MailboxItem = tx.item(mailbox.as_bytes())?;
            item.created = true;
            tx.put(mailbox.as_bytes(), &item);
            Ok(())
        }
        TaskKind::SetReader(mailbox, next) => flow::mailbox::reader_set(tx, &mailbox, next),
        TaskKind::Send(_, _, record) => flow::submit::delivered(tx, record.as_ref()),
        TaskKind::FetchOffer(offer) => flow::claim::offered(tx, &offer, &incoming.message::<OfferContent>()?.offer.0),
        TaskKind::PutClaim(offer, _) => flow::claim::taken(tx, &offer),
        TaskKind::FetchOrganization(origin, organization) => flow::status::described(
            tx,
            &origin,
            &organization,
            &incoming.message::<Organization>()?.statement.0,
        ),
        TaskKind::ChangeFetchKeys(_, _, removed) => flow::delegation::removed(tx, &removed),
        TaskKind::DropFetchKey(delegation, _) => {
            flow::delegation::dropped(tx, &delegation, incoming.message::<Capabilities>()?, &task.lane)
        }
        TaskKind::FetchContact(origin, mailbox) => {
            flow::appointment::contacted(tx, &origin, &mailbox, &incoming.message::<Contact>()?.contact.0)
        }
        TaskKind::EndGrant(grant, ref step) => {
            let step = step.clone();
            grant::ended(tx, (number, task), &grant, &step, incoming)
        }
        TaskKind::PauseGrant(grant, ref step) => {
            let step = step.clone();
            grant::paused(tx, (number, task), &grant, &step, incoming)
        }
        TaskKind::FetchAccesses(grant, after) => grant::accessed(tx, (number, task), &grant, after, incoming),
        TaskKind::DeleteChain(grant) => flow::end::removed(tx, &grant),
        TaskKind::CheckBlobs(name, asked) => grant::looked_for_blobs(tx, (number, &task.lane), &name, &asked, incoming),
        TaskKind::CheckBody(name, sequence) => {
            grant::looked_for_body(tx, (number, &task.lane), &name, sequence, incoming)
        }
        TaskKind::DeleteBlob(..) | TaskKind::EraseBody(..) => Ok(()),
        TaskKind::LinkBlobs(..)
        | TaskKind::TakeBlobs(..)
        | TaskKind::CreateChain(..)
        | TaskKind::SetCapabilities(..)
        | TaskKind::PutBlob(..)
        | TaskKind::MakeMailbox(..)
        | TaskKind::RemoveMailbox(..)
        | TaskKind::PutLocator(..)
        | TaskKind::Acknowledge(..)
        | TaskKind::PutOffer(_)
        | TaskKind::PutReveal(..)
        | TaskKind::PutAnswer(..)
        | TaskKind::DeleteOffer(_)
        | TaskKind::ReplaceRecover(..)
        | TaskKind::PutOrganization(..) => Ok(()),
    }
}

/// A task goes on at its place in its lane.
fn put_back(tx: &mut Tx<'_>, id: &[u8; 8], task: &Task) {
    tx.put(id, task);
}

/// Times that a link is tried while its parts are still on their way.
const LINK_ATTEMPTS: u32 = 8;

/// Blobs were linked, or some were not there: then they may still be on their way.
fn linked(tx: &mut Tx<'_>, id: &[u8; 8], mut task: Task, incoming: &Incoming) -> Result<(), Fault> {
    let lacks = !incoming.message::<Missing>()?.missing.is_empty();
    if lacks && task.attempts < LINK_ATTEMPTS {
        task.attempts += 1;
        task.not_before = Some(tx.now.plus(backoff(task.attempts)));
        tx.put(id, &task);
        return Ok(());
    }
    tx.delete::<Task>(id);
    if lacks {
        let code = flow::upload::Error::Part.code();
        tx.tell("show.task_stopped", "", &[("code", code)]);
    }
    Ok(())
}

/// A block was admitted, or the news that got in its way arrived.
fn pushed(tx: &mut Tx<'_>, id: &[u8; 8], mut task: Task, name: ChainName, incoming: &Incoming) -> Result<(), Fault> {
    if incoming.message::<Blocks>().is_ok() {
        entries(tx, &name, incoming, false)?;
    } else if incoming.message::<Capabilities>().is_ok() {
        let mut chain = ChainItem::read_named(tx, &name)?;
        chain.known = Some(incoming.body.clone().into());
        chain.write(tx, &name);
    } else {
        let admitted: Admitted = incoming.message()?;
        let mut chain = ChainItem::read_named(tx, &name)?;
        let head = chain.head.clone().ok_or(Error::Missing)?;
        let sequence = head.sequence + 1 - chain.pending;
        let block: crate::item::BlockIndex = tx.item(&name.block(sequence))?;
        let key = chain.log_key_at(sequence).as_bytes();
        let entry = Entry {
            index: admitted.index,
            label: log_entry::label(key, sequence),
            commit: log_entry::commit(&block.hash, &log_entry::salt(key, sequence)),
            block: None,
            slot: None,
            body: None,
            promise: admitted.promise,
            time: admitted.time,
        };
        let promised = chain::check_promise(&chain, sequence, &entry)?;
        chain::admit(
            tx,
            &name,
            &mut chain,
            sequence,
            admitted.index,
            promised,
            entry.promise.0,
        )?;
    }
    let chain = ChainItem::read_named(tx, &name)?;
    // A conflict made the task anew behind the appended blocks; then this one is gone already.
    if tx.get::<Task>(id)?.is_some() {
        if chain.pending == 0 && !chain.behind {
            tx.delete::<Task>(id);
        } else {
            task.attempts = 0;
            task.delayed = None;
            tx.put(id, &task);
        }
    }
    Ok(())
}

/// A task was refused.
pub(super) fn refused(tx: &mut Tx<'_>, number: u64, problem: &Problem, meeting: Meeting) -> Result<(), Fault> {
    let id = Task::id(number);
    let Some(mut task) = tx.get::<Task>(&id)? else {
        return Ok(());
    };
    task.attempts += 1;
    match meeting {
        Meeting::Again if task.attempts < 4 => {
            tx.put(&id, &task);
            Ok(())
        }
        Meeting::Again => {
            task.not_before = Some(tx.now.plus(backoff(task.attempts)));
            tx.put(&id, &task);
            Ok(())
        }
        Meeting::Later(seconds) => {
            // A full disk or mailbox is emptied without this person, who is told meanwhile why it waits.
            task.delayed = (problem.status >= 500).then(|| problem.code.clone());
            task.not_before = Some(tx.now.plus(seconds.max(backoff(task.attempts))));
            tx.put(&id, &task);
            Ok(())
        }
        Meeting::Stop(fault) => stopped(tx, &id, task, problem, fault),
    }
}

fn stopped(tx: &mut Tx<'_>, id: &[u8; 8], mut task: Task, problem: &Problem, fault: Fault) -> Result<(), Fault> {
    if grant::end_refused(tx, id, &task, problem)? {
        return Ok(());
    }
    match &task.kind {
        TaskKind::PauseGrant(grant, PauseStep::Write(_)) if problem.code == problem::Error::Version.code() => {
            task.kind = TaskKind::PauseGrant(*grant, PauseStep::Read);
            tx.put(id, &task);
            return Ok(());
        }
        // What is not there any more needs no deleting; the look that follows makes sure.
        TaskKind::DeleteBlob(..) | TaskKind::EraseBody(..) if problem.status == 404 => {
            tx.delete::<Task>(id);
            return Ok(());
        }
        // The grant is over: the patient's wallet takes away what lies there.
        TaskKind::CheckBlobs(ChainName::Received(_), _) if problem.status == 404 => {
            tx.delete::<Task>(id);
            return Ok(());
        }
        TaskKind::DeleteChain(grant) if problem.status == 404 => {
            flow::end::removed(tx, &grant.clone())?;
            tx.delete::<Task>(id);
            return Ok(());
        }
        // Another device was first; or the mailbox is gone, and then no key is wrong.
        TaskKind::SetReader(mailbox, next) if problem.status == 404 => {
            flow::mailbox::reader_set(tx, mailbox, next.clone())?;
            tx.delete::<Task>(id);
            return Ok(());
        }
        TaskKind::RemoveMailbox(..) if problem.status == 404 => {
            tx.delete::<Task>(id);
            return Ok(());
        }
        TaskKind::FetchAccesses(..) => {
            tx.delete::<Task>(id);
            return Ok(());
        }
        TaskKind::Push(name) if problem.code == problem::Error::Conflict.code() => {
            let mut chain = ChainItem::read_named(tx, name)?;
            chain.behind = true;
            chain.write(tx, name);
            tx.put(id, &task);
            return Ok(());
        }
        // Somebody else changed the capabilities meanwhile: they are read again.
        TaskKind::Push(name) if problem.code == problem::Error::Version.code() => {
            let mut chain = ChainItem::read_named(tx, name)?;
            chain.known = None;
            chain.write(tx, name);
            tx.put(id, &task);
            return Ok(());
        }
        TaskKind::Push(name) | TaskKind::Pull(name)
            if problem.status == 404 && task.attempts < 4 && flow::epoch::other_key(tx, name)? =>
        {
            tx.put(id, &task);
            return Ok(());
        }
        TaskKind::SetCapabilities(name, fetch, grantee, recover, paused, _)
            if problem.code == problem::Error::Version.code() =>
        {
            let version = problem.version.unwrap_or(0);
            task.kind = TaskKind::SetCapabilities(*name, fetch.clone(), *grantee, *recover, *paused, version);
            tx.put(id, &task);
            return Ok(());
        }
        TaskKind::ReplaceRecover(name, from, to, Some(_)) if problem.code == problem::Error::Version.code() => {
            task.kind = TaskKind::ReplaceRecover(*name, from.clone(), *to, None);
            put_back(tx, id, &task);
            return Ok(());
        }
        TaskKind::FetchOffer(offer) | TaskKind::PutClaim(offer, _) => {
            flow::claim::gone(tx, &offer.clone(), &fault.code)?;
            tx.delete::<Task>(id);
            return Ok(());
        }
        TaskKind::FetchContact(origin, mailbox) => {
            flow::appointment::gone(tx, origin, mailbox, &fault.code)?;
            tx.delete::<Task>(id);
            return Ok(());
        }
        // The capabilities changed meanwhile: they are read again.
        TaskKind::DropFetchKey(delegation, Some(_)) if problem.code == problem::Error::Version.code() => {
            task.kind = TaskKind::DropFetchKey(*delegation, None);
            tx.put(id, &task);
            return Ok(());
        }
        TaskKind::ChangeFetchKeys(grant, ..)
            if problem.status == 404 && flow::grant_key::other_capability(tx, &grant.clone())? =>
        {
            tx.put(id, &task);
            return Ok(());
        }
        TaskKind::Send(_, _, Some(record)) => flow::submit::failed(tx, record, &fault.code)?,
        TaskKind::FetchLocator if problem.status == 404 => {
            task.stopped = Some(Error::Recovery.code().to_owned());
            tx.put(id, &task);
            tx.tell("show.recovery_failed", "", &[("code", Error::Recovery.code())]);
            return Ok(());
        }
        TaskKind::Acknowledge(..) | TaskKind::DeleteOffer(_) => {
            tx.delete::<Task>(id);
            return Ok(());
        }
        // Files that cannot be linked must not keep the blocks behind them.
        TaskKind::LinkBlobs(..) | TaskKind::TakeBlobs(..) => {
            tx.tell("show.task_stopped", "", &[("code", &fault.code)]);
            tx.delete::<Task>(id);
            return Ok(());
        }
        TaskKind::FetchOrganization(..) => {
            // The organization's relay has no statement of it; what its card said stands.
            tx.delete::<Task>(id);
            return Ok(());
        }
        _ => {}
    }
    tx.tell("show.task_stopped", "", &[("code", &fault.code)]);
    task.stopped = Some(fault.code);
    tx.put(id, &task);
    Ok(())
}

/// An answer was refused by this side: the task waits for the person instead of asking for ever.
pub(crate) fn distrust(tx: &mut Tx<'_>, number: u64, fault: &Fault) -> Result<(), Fault> {
    let id = Task::id(number);
    if let Some(mut task) = tx.get::<Task>(&id)? {
        task.stopped = Some(fault.code.clone());
        tx.put(&id, &task);
    }
    Ok(())
}
