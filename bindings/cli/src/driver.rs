//! The driver: asks the vault what to send, sends it, tells the answer, stores what changed before anything else is sent.
//!
//! Several requests are under way at once, each in a thread; everything that touches vault and folder happens here, in order.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use getrandom::SysRng;
use rand_core::{CryptoRng, UnwrapErr};
use vault::facade::{self, Changes, PieceRequest, Request, Show, Vault};

use crate::clock::Clock;
use crate::error::Error;
use crate::folder::Folder;
use crate::pieces::Reader;
use crate::transport::{Response, Transport};

type Answer = (u64, Result<Response, &'static str>);

/// Failures after which a drain gives up.
const PATIENCE: u32 = 3;

/// What a drain came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drained {
    /// Requests answered.
    pub answered: u32,
    /// What there is to show.
    pub show: Vec<Show>,
    /// Whether something waits for a later time.
    pub waiting: bool,
}

/// Drives one vault over a transport.
pub struct Driver {
    transport: Arc<dyn Transport>,
    clock: Clock,
    sender: Sender<Answer>,
    receiver: Receiver<Answer>,
    in_flight: Vec<u64>,
    reader: Reader,
}

/// Work beside the conversation, done after every step: files are written as they arrive. `false` ends it.
pub(crate) type Work<'w> = &'w mut dyn FnMut(&mut Vault) -> Result<bool, Error>;

impl std::fmt::Debug for Driver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Driver")
            .field("in_flight", &self.in_flight.len())
            .finish_non_exhaustive()
    }
}

impl Driver {
    /// A driver over a transport.
    pub fn new(transport: Arc<dyn Transport>, clock: Clock) -> Self {
        let (sender, receiver) = channel();
        Self {
            transport,
            clock,
            sender,
            receiver,
            in_flight: Vec::new(),
            reader: Reader::default(),
        }
    }

    /// What time the vault is told.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Another clock from now on.
    pub fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// Sends until nothing is left to send or `limit` has passed. With `watch` it stays for news until the limit; `seen` is told what
    /// there is to show as it comes and ends the watch by `false`.
    ///
    /// # Errors
    /// `cli.network` when the relay cannot be reached, `cli.store`, `vault.damaged`.
    pub fn drain(
        &mut self,
        vault: &mut Vault,
        folder: &mut Folder,
        limit: Duration,
        watch: bool,
        seen: &mut dyn FnMut(&Show) -> bool,
    ) -> Result<Drained, Error> {
        self.work(vault, folder, limit, watch, seen, &mut |_| Ok(true))
    }

    /// As [`Driver::drain`], with work beside it.
    ///
    /// # Errors
    /// As [`Driver::drain`], and those of the work.
    pub(crate) fn work(
        &mut self,
        vault: &mut Vault,
        folder: &mut Folder,
        limit: Duration,
        watch: bool,
        seen: &mut dyn FnMut(&Show) -> bool,
        work: Work<'_>,
    ) -> Result<Drained, Error> {
        let end = Instant::now() + limit;
        let mut drained = Drained::default();
        let mut failures = 0;
        loop {
            let request = call(vault, folder, |vault| {
                vault.next_request(self.clock.now(), &mut random())
            })?;
            if request.kind == "send" {
                self.send(request);
                continue;
            }
            if let Some(piece) = &request.piece {
                drained.show.extend(self.bring(vault, folder, piece)?.show);
                // Between two pieces answers are taken in, so that reading and sending go side by side.
                let stopped = !work(vault)? || Instant::now() >= end;
                if stopped {
                    self.abandon(vault, folder)?;
                    return Ok(drained);
                }
                if self.in_flight.is_empty() {
                    continue;
                }
            }
            let left = end.saturating_duration_since(Instant::now());
            let due = if request.piece.is_some() {
                Duration::ZERO
            } else {
                Duration::from_secs(request.until.saturating_sub(self.clock.now())).max(Duration::from_millis(50))
            };
            if self.in_flight.is_empty() {
                // A relay that was never reached is not waited for.
                if failures > 0 && drained.answered == 0 && !watch {
                    return Err(Error::new("cli.network", ""));
                }
                let stays = watch || request.kind == "wait" && due <= left;
                if !stays || left.is_zero() {
                    drained.waiting = request.kind == "wait";
                    return Ok(drained);
                }
                thread::sleep(due.min(left));
                continue;
            }
            let (id, answer) = match self.receiver.recv_timeout(left.min(due)) {
                Ok(answer) => answer,
                Err(RecvTimeoutError::Timeout) if Instant::now() < end => continue,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    self.abandon(vault, folder)?;
                    drained.waiting = !watch;
                    return Ok(drained);
                }
            };
            self.in_flight.retain(|other| *other != id);
            let reached = answer.is_ok();
            let changes = self.tell(vault, folder, id, answer)?;
            let mut go_on = true;
            for show in &changes.show {
                go_on &= seen(show);
            }
            drained.show.extend(changes.show);
            go_on &= work(vault)?;
            if reached {
                (failures, drained.answered) = (0, drained.answered + 1);
            } else {
                failures += 1;
            }
            if failures >= PATIENCE {
                self.abandon(vault, folder)?;
                // One relay of several is gone: what the others had to say was taken in, and the person was told which it is.
                if drained.answered > 0 && !watch {
                    drained.waiting = true;
                    return Ok(drained);
                }
                return Err(Error::new("cli.network", ""));
            }
            if !go_on {
                self.abandon(vault, folder)?;
                return Ok(drained);
            }
        }
    }

    /// Reads a piece of a file and brings it. A file that changed is begun anew; one that cannot be read waits for the person.
    fn bring(&mut self, vault: &mut Vault, folder: &mut Folder, piece: &PieceRequest) -> Result<Changes, Error> {
        let now = self.clock.now();
        let bytes = self.reader.read(piece);
        let code = match bytes {
            Ok(bytes) => {
                let given = change(vault, folder, |vault| {
                    vault.give_piece(&piece.upload, piece.index, &bytes, now, &mut random())
                });
                match given {
                    Err(error) if error.code == "file.changed" => "file.changed",
                    other => return other,
                }
            }
            Err(code) => code,
        };
        let size = std::fs::metadata(&piece.source).map(|file| file.len());
        if let ("file.changed", Ok(size)) = (code, size) {
            let again = change(vault, folder, |vault| {
                vault.restart_file(&piece.upload, size, now, &mut random())
            });
            match again {
                Err(error) if error.code == "file.changed" => {}
                other => return other,
            }
        }
        change(vault, folder, |vault| {
            vault.stop_file(&piece.upload, code, now, &mut random())
        })
    }

    fn send(&mut self, request: Request) {
        self.in_flight.push(request.id);
        let (transport, sender) = (Arc::clone(&self.transport), self.sender.clone());
        thread::spawn(move || {
            let answer = transport.send(&request);
            // The driver may have gone meanwhile; then nobody waits for the answer.
            let _ = sender.send((request.id, answer));
        });
    }

    fn tell(
        &self,
        vault: &mut Vault,
        folder: &mut Folder,
        id: u64,
        answer: Result<Response, &str>,
    ) -> Result<Changes, Error> {
        let now = self.clock.now();
        change(vault, folder, |vault| match &answer {
            Ok(response) => {
                let (headers, body) = (response.headers.clone(), response.body.clone());
                vault.on_response(id, response.status, headers, body, now, &mut random())
            }
            Err(kind) => vault.on_failure(id, kind, now, &mut random()),
        })
    }

    /// Stops waiting for what is under way; answers that still come belong to nobody.
    fn abandon(&mut self, vault: &mut Vault, folder: &mut Folder) -> Result<(), Error> {
        for id in std::mem::take(&mut self.in_flight) {
            self.tell(vault, folder, id, Err("cancelled"))?;
        }
        (self.sender, self.receiver) = channel();
        Ok(())
    }
}

/// Randomness of the operating system; without any, nothing may go on.
pub fn random() -> impl CryptoRng {
    UnwrapErr(SysRng)
}

/// Calls the vault, loading the entries it asks for.
///
/// # Errors
/// The call's own, and `cli.store`.
pub(crate) fn call<T>(
    vault: &mut Vault,
    folder: &Folder,
    mut ask: impl FnMut(&mut Vault) -> Result<T, facade::Error>,
) -> Result<T, Error> {
    loop {
        match ask(vault) {
            Ok(value) => return Ok(value),
            Err(error) if error.code == "vault.need" && !error.need.is_empty() => {
                vault.provide(folder.load(&error.need)?)?
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Runs a command and stores what it changed.
///
/// # Errors
/// The command's own, `vault.conflict`, `cli.store`.
pub(crate) fn change(
    vault: &mut Vault,
    folder: &mut Folder,
    command: impl FnMut(&mut Vault) -> Result<Changes, facade::Error>,
) -> Result<Changes, Error> {
    let changes = call(vault, folder, command)?;
    keep(vault, folder, &changes)?;
    Ok(changes)
}

/// Stores a change and tells the vault.
///
/// # Errors
/// `vault.conflict`, `cli.store`.
pub(crate) fn keep(vault: &mut Vault, folder: &mut Folder, changes: &Changes) -> Result<(), Error> {
    if changes.is_empty() {
        return Ok(());
    }
    match folder.store(changes) {
        Ok(()) => Ok(vault.stored(changes.generation)?),
        Err(error) => {
            let reason = if error.code == "vault.conflict" {
                "conflict"
            } else {
                "store"
            };
            vault.failed(reason)?;
            Err(error)
        }
    }
}
