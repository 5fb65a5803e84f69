//! Answers as they arrive: what they change, and what happens when they are not what was hoped for.

use protocol::code::Coded;
use protocol::relay::message::{Blocks, Envelopes, OfferAnswer, OfferState};
use protocol::relay::problem::{self, Problem};
use protocol::time::Timestamp;
use serde::de::DeserializeOwned;

use super::{InFlight, PollName, Session, Target, backoff, task};
use crate::chain;
use crate::fault::{Error, Fault};
use crate::flow;
use crate::item::{ChainItem, ChainName, Meta, Task};
use crate::state::{Read, Tx};

/// A relay's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// HTTP status.
    pub status: u16,
    /// Headers, lower-case names.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Incoming {
    /// Whether the relay did what was asked.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The message in the body.
    pub(super) fn message<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_slice(&self.body).map_err(|_| Error::Answer.into())
    }

    /// The refusal in the body; an answer without one is named by its status.
    pub(super) fn problem(&self) -> Problem {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| {
            let mut problem = Problem::from(problem::Error::Internal);
            problem.status = self.status;
            if self.status == 404 {
                problem.code = problem::Error::NotFound.code().to_owned();
            }
            problem
        })
    }
}

/// Seconds from which a clock that differs is worth a word.
const CLOCK_WRONG: u64 = 120;

/// How a refusal is met.
pub(super) enum Meeting {
    /// Try again after this many seconds.
    Later(u64),
    /// Try again at once.
    Again,
    /// Give up with this code.
    Stop(Fault),
}

impl Session {
    /// Takes in an answer.
    ///
    /// # Errors
    /// What the answer is refused for; then nothing of it was taken in, and the caller says so to the person.
    pub fn respond(&mut self, tx: &mut Tx<'_>, id: u64, incoming: &Incoming) -> Result<(), Fault> {
        let Some(flight) = self.in_flight.get(&id).cloned() else {
            return Ok(());
        };
        if self.silent.remove(&flight.origin) {
            tx.tell("show.relay_back", "", &[("relay", &flight.origin)]);
        }
        let target = flight.target.clone();
        let result = self.take_in(tx, flight, incoming);
        // The platform brings what is needed and tells the same answer again.
        if !result.as_ref().is_err_and(|fault| fault.is(Error::Need)) {
            self.in_flight.remove(&id);
            if let (Err(_), Target::Transfer(errand)) = (&result, &target) {
                self.transfer_failed(errand, tx.now);
            }
        }
        result
    }

    fn take_in(&mut self, tx: &mut Tx<'_>, flight: InFlight, incoming: &Incoming) -> Result<(), Fault> {
        if let Target::Transfer(errand) = &flight.target {
            return self.transferred(tx, &flight, errand, incoming);
        }
        if incoming.is_success() {
            note_contact(tx)?;
            return match flight.target {
                Target::Task(number) => task::done(tx, number, incoming),
                Target::Poll(name) => {
                    let (more, news) =
                        done(tx, &name, incoming, flight.recheck).inspect_err(|_| self.poll_failed(name, tx.now))?;
                    // A first poll asked for what is known; the next one asks for news at once.
                    self.poll_done(name, tx.now, more || flight.recheck);
                    if news {
                        self.messages_came();
                    }
                    Ok(())
                }
                Target::Transfer(_) => Ok(()),
            };
        }
        let problem = incoming.problem();
        let known = self.clocks.get(&flight.origin).copied();
        let meeting = self.meet(&problem, incoming, &flight.origin, tx.now);
        self.tell_clock(tx, &flight.origin, known, &problem);
        match flight.target {
            Target::Task(number) => task::refused(tx, number, &problem, meeting),
            Target::Poll(name) => {
                let before = self.polls.get(&name).is_some_and(|state| state.refused);
                self.poll_failed(name, tx.now);
                let state = self.polls.entry(name).or_default();
                state.refused = matches!(name, PollName::Received(_)) && problem.status == 404 && !before;
                if state.refused || matches!(meeting, Meeting::Again) {
                    state.due = 0;
                }
                refused(tx, &name, &problem)
            }
            Target::Transfer(_) => Ok(()),
        }
    }

    /// The request could not be sent or was not answered; `unreached` unless this side gave up waiting.
    ///
    /// # Errors
    /// When stored state is damaged.
    pub fn fail(&mut self, tx: &mut Tx<'_>, id: u64, unreached: bool) -> Result<(), Fault> {
        let Some(flight) = self.in_flight.remove(&id) else {
            return Ok(());
        };
        // Said once, by name: of several relays one may be gone while the others go on.
        if unreached && self.silent.insert(flight.origin.clone()) {
            tx.tell("show.relay_unreachable", "", &[("relay", &flight.origin)]);
        }
        match flight.target {
            Target::Task(number) => {
                let Some(mut task) = tx.get::<Task>(&Task::id(number))? else {
                    return Ok(());
                };
                task.attempts += 1;
                task.delayed = None;
                task.not_before = Some(tx.now.plus(backoff(task.attempts)));
                tx.put(&Task::id(number), &task);
            }
            Target::Poll(name) => self.poll_failed(name, tx.now),
            Target::Transfer(errand) => self.transfer_failed(&errand, tx.now),
        }
        Ok(())
    }

    /// What was under way under this number, before its answer is taken in.
    pub(crate) fn task_of(&self, id: u64) -> Option<u64> {
        match self.in_flight.get(&id)?.target {
            Target::Task(number) => Some(number),
            Target::Poll(_) | Target::Transfer(_) => None,
        }
    }

    /// Says once for each relay that the clocks differ, and by which time: dates of records and accesses come from this device's clock.
    fn tell_clock(&self, tx: &mut Tx<'_>, origin: &str, known: Option<i64>, problem: &Problem) {
        let (Some(offset), Some(time)) = (self.clocks.get(origin), problem.time) else {
            return;
        };
        if known.is_none_or(|known| known.abs_diff(*offset) > CLOCK_WRONG) && offset.unsigned_abs() > CLOCK_WRONG {
            let time = clinical::date::write(time);
            tx.tell("show.clock", "", &[("origin", origin), ("time", &time)]);
        }
    }

    pub(super) fn meet(&mut self, problem: &Problem, incoming: &Incoming, origin: &str, now: Timestamp) -> Meeting {
        if problem.code == problem::Error::Clock.code()
            && let Some(time) = problem.time
        {
            let (theirs, ours) = (i64::try_from(time.seconds()), i64::try_from(now.seconds()));
            if let (Ok(theirs), Ok(ours)) = (theirs, ours) {
                self.clocks.insert(origin.to_owned(), theirs - ours);
                return Meeting::Again;
            }
        }
        if problem.code == problem::Error::Replayed.code() {
            return Meeting::Again;
        }
        let asked = incoming
            .headers
            .iter()
            .find(|(name, _)| name == "retry-after")
            .and_then(|(_, value)| value.parse().ok());
        match incoming.status {
            408 | 429 | 500..=599 => Meeting::Later(problem.retry_after.or(asked).unwrap_or(0)),
            _ => Meeting::Stop(Fault::from_code(&problem.code, &problem.detail)),
        }
    }
}

fn note_contact(tx: &mut Tx<'_>) -> Result<(), Fault> {
    let mut meta = Meta::read(tx)?;
    // Written at most once a minute: an empty poll should not cost a store write.
    if meta
        .last_synced
        .is_none_or(|time| time.plus(60) <= tx.now || time > tx.now)
    {
        meta.last_synced = Some(tx.now);
        tx.put(b"", &meta);
    }
    Ok(())
}

/// A poll was answered; gives whether there is more to ask for at once, and whether messages came.
fn done(tx: &mut Tx<'_>, name: &PollName, incoming: &Incoming, recheck: bool) -> Result<(bool, bool), Fault> {
    let more = match name {
        PollName::Own => entries(tx, &ChainName::Own, incoming, recheck)?,
        PollName::Received(grant) => entries(tx, &ChainName::Received(*grant), incoming, recheck)?,
        PollName::Offer(id) => {
            let state: OfferState = incoming.message()?;
            flow::offer::progress(tx, id, &state).map(|()| false)?
        }
        PollName::Claim(id) => {
            let answer: OfferAnswer = incoming.message()?;
            flow::claim::progress(tx, id, &answer).map(|()| false)?
        }
        PollName::Mailbox(id) => {
            let messages: Envelopes = incoming.message()?;
            flow::mailbox::progress(tx, id, &messages)?;
            return Ok((messages.more, !messages.envelopes.is_empty()));
        }
    };
    Ok((more, false))
}

/// Entries of a chain. With `recheck` the newest known entry was asked for again; an answer without it is an older state.
pub(super) fn entries(tx: &mut Tx<'_>, name: &ChainName, incoming: &Incoming, recheck: bool) -> Result<bool, Fault> {
    let message: Blocks = incoming.message()?;
    let known = ChainItem::read_named(tx, name)?.cursor;
    if recheck && known.is_some_and(|cursor| message.entries.first().is_none_or(|entry| entry.index != cursor)) {
        return Err(protocol::chain::Error::Older.into());
    }
    chain::receive(tx, name, &message.entries)?;
    flow::caught_up(tx, name, message.more)?;
    Ok(message.more)
}

/// A poll was refused.
fn refused(tx: &mut Tx<'_>, name: &PollName, problem: &Problem) -> Result<(), Fault> {
    match name {
        PollName::Offer(id) if matches!(problem.status, 404 | 410) => flow::offer::gone(tx, id),
        PollName::Claim(id) if matches!(problem.status, 404 | 410) => flow::claim::gone(tx, id, &problem.code),
        PollName::Own if problem.status == 404 => flow::device::unreachable(tx),
        PollName::Received(grant) if problem.status == 404 => flow::access::unreachable(tx, grant),
        PollName::Mailbox(id) if problem.status == 404 => flow::mailbox::unreachable(tx, id),
        _ => Ok(()),
    }
}
