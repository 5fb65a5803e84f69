//! The conversation with relays, ask-and-tell (`core/spec/relay.md`, SYNC rules).
//!
//! [`Session::next`] says what to send next or how long to wait; the platform sends it and tells the answer. What is left to send is
//! stored as tasks, never as requests: a request is signed when it is asked for. Back-off, paging, polling, clock repair and retry
//! live here. Invariant: an answer changes the state only together with everything that follows from it, in one transaction.

mod grant;
mod poll;
mod request;
mod respond;
mod task;
mod transfer;

use std::collections::{BTreeMap, BTreeSet};

use protocol::time::Timestamp;
use rand_core::CryptoRng;

use crate::fault::Fault;
use crate::item::{Meta, Task};
use crate::state::{Read, Store};

pub use poll::PollName;
pub use request::Outgoing;
pub use respond::Incoming;
pub(crate) use task::distrust;
pub use transfer::Wanted;
pub(crate) use transfer::{Download, Sealed, Transfers};

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Send this request and tell the answer under its number.
    Send(u64, Outgoing),
    /// Read this piece of a file and bring it.
    Read(Wanted),
    /// Nothing to send before this time: requests are under way or must be repeated later.
    Wait(Timestamp),
    /// Nothing is left to send; news may be asked for at this time.
    Idle(Timestamp),
}

/// What a request under way was for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    Task(u64),
    Poll(PollName),
    Transfer(transfer::Errand),
}

#[derive(Debug, Clone)]
struct InFlight {
    target: Target,
    lane: String,
    origin: String,
    /// Whether the newest known entry was asked for again.
    recheck: bool,
}

/// What is known of a poll in this session.
#[derive(Debug, Clone, Copy, Default)]
struct PollState {
    due: u64,
    checked: bool,
    failures: u32,
    /// The relay does not know this reader; it is asked once by the key that reads what is left after a grant's end.
    refused: bool,
}

/// Seconds between two rounds of polling when nothing is watched.
const POLL_SECONDS: u64 = 20;
/// Longest pause between two attempts.
const MAX_BACKOFF: u64 = 300;
/// Most requests under way at once.
const MAX_IN_FLIGHT: usize = 6;

/// The part of the conversation that lives in memory only.
#[derive(Debug, Default)]
pub struct Session {
    next_id: u64,
    in_flight: BTreeMap<u64, InFlight>,
    polls: BTreeMap<PollName, PollState>,
    clocks: BTreeMap<String, i64>,
    /// Relays that did not answer when last asked.
    silent: BTreeSet<String>,
    wait: u64,
    pub(crate) transfers: Transfers,
}

impl Session {
    /// Long-polls for up to this many seconds instead of asking now and then; 0 asks once.
    pub fn watch(&mut self, seconds: u64) {
        self.wait = seconds.min(protocol::relay::MAX_WAIT);
    }

    /// Whether a task was handed to the platform and not answered yet.
    pub(crate) fn is_under_way(&self, number: u64) -> bool {
        self.in_flight
            .values()
            .any(|flight| flight.target == Target::Task(number))
    }

    /// Makes every poll due now.
    pub fn refresh(&mut self) {
        for poll in self.polls.values_mut() {
            poll.due = 0;
        }
    }

    /// What to send next.
    ///
    /// # Errors
    /// When stored state is damaged.
    pub fn next(&mut self, store: &Store, now: Timestamp, rng: &mut dyn CryptoRng) -> Result<Next, Fault> {
        let mut blocked: Vec<String> = self.in_flight.values().map(|flight| flight.lane.clone()).collect();
        let mut wait: Option<u64> = None;
        // Parts of files have their own small number, so that a large file does not stand in the way of a small message.
        let busy = |flight: &&InFlight| !matches!(flight.target, Target::Transfer(_));
        if self.in_flight.values().filter(busy).count() < MAX_IN_FLIGHT {
            for (id, task) in store.list::<Task>()? {
                if blocked.contains(&task.lane) {
                    continue;
                }
                blocked.push(task.lane.clone());
                if task.stopped.is_some() {
                    continue;
                }
                match task.not_before {
                    Some(time) if time > now => wait = Some(wait.map_or(time.seconds(), |w| w.min(time.seconds()))),
                    _ => {
                        let number = u64::from_be_bytes(id.as_slice().try_into().unwrap_or_default());
                        let asked = request::for_task(store, &task)?;
                        return Ok(self.send(asked, Target::Task(number), task.lane, false, now, rng));
                    }
                }
            }
            if let Some(next) = self.next_poll(store, now, &blocked, rng)? {
                return Ok(next);
            }
        }
        if let Some(next) = self.next_transfer(store, now, &mut wait, rng)? {
            return Ok(next);
        }
        if let Some(time) = wait {
            return Ok(Next::Wait(Timestamp::new(time)?));
        }
        if !self.in_flight.is_empty() {
            return Ok(Next::Wait(now.plus(1)));
        }
        let due = self
            .polls
            .values()
            .map(|poll| poll.due)
            .min()
            .unwrap_or(now.seconds() + POLL_SECONDS);
        Ok(Next::Idle(Timestamp::new(due.max(now.seconds()))?))
    }

    fn next_poll(
        &mut self,
        store: &Store,
        now: Timestamp,
        blocked: &[String],
        rng: &mut dyn CryptoRng,
    ) -> Result<Option<Next>, Fault> {
        if store.get::<Meta>(b"")?.is_none() {
            return Ok(None);
        }
        let names = poll::all(store, now)?;
        self.polls.retain(|name, _| names.contains(name));
        for name in names {
            let lane = name.lane();
            let state = *self.polls.entry(name).or_default();
            if state.due > now.seconds() || blocked.contains(&lane) {
                continue;
            }
            let refused = state.refused;
            let recheck = !state.checked && !refused && matches!(name, PollName::Own | PollName::Received(_));
            let asked = poll::request(store, &name, self.wait, recheck, refused)?;
            return Ok(Some(self.send(asked, Target::Poll(name), lane, recheck, now, rng)));
        }
        Ok(None)
    }

    fn send(
        &mut self,
        asked: request::Asked,
        target: Target,
        lane: String,
        recheck: bool,
        now: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Next {
        self.next_id += 1;
        let offset = self.clocks.get(&asked.origin).copied().unwrap_or(0);
        let signed_at = if offset < 0 {
            now.minus(offset.unsigned_abs())
        } else {
            now.plus(offset.unsigned_abs())
        };
        self.in_flight.insert(
            self.next_id,
            InFlight {
                target,
                lane,
                origin: asked.origin.clone(),
                recheck,
            },
        );
        Next::Send(self.next_id, asked.sign(signed_at, rng))
    }

    fn poll_done(&mut self, name: PollName, now: Timestamp, more: bool) {
        let pause = if more || self.wait > 0 { 0 } else { POLL_SECONDS };
        self.polls.insert(
            name,
            PollState {
                due: now.seconds() + pause,
                checked: true,
                failures: 0,
                refused: false,
            },
        );
    }

    /// Messages came: a grant's chain that could not be read may be readable by the keys they brought.
    fn messages_came(&mut self) {
        for (name, state) in &mut self.polls {
            if matches!(name, PollName::Received(_)) && state.failures > 0 {
                (state.due, state.refused) = (0, false);
            }
        }
    }

    fn poll_failed(&mut self, name: PollName, now: Timestamp) {
        let state = self.polls.entry(name).or_default();
        state.failures += 1;
        state.refused = false;
        state.due = now.seconds() + backoff(state.failures).max(POLL_SECONDS);
    }
}

/// Seconds to wait after this many failures.
fn backoff(failures: u32) -> u64 {
    (1u64 << failures.min(9)).min(MAX_BACKOFF)
}
