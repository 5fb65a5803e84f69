//! The one writer: a thread that commits whatever is queued as one transaction, then answers everybody.
//!
//! Invariant: nobody is answered before the commit that holds the operation is durable. An operation that fails leaves no trace (a
//! savepoint of its own) and does not disturb its neighbours. While one commit waits for the disk the next group gathers by itself.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{Semaphore, oneshot};

use crate::operate::mark::Mark;
use crate::store::{Error, Result};

/// Most operations in one commit.
const GROUP: usize = 256;
/// Most operations that wait.
const QUEUE: usize = 4096;
/// After so long without work the write-ahead log is folded into the database.
const IDLE: Duration = Duration::from_secs(5);
/// The same after something was deleted for good: the log still holds it until then.
const SOON: Duration = Duration::from_millis(200);
/// Longest time for which what was deleted stays in the log while there is always work.
const LATEST: Duration = Duration::from_secs(2);

thread_local! {
    /// Whether something was deleted for good since the log was last folded in; the writer's thread only.
    static WIPED: Cell<bool> = const { Cell::new(false) };
}

/// Something was deleted that must not stay in the write-ahead log.
pub(super) fn wiped() {
    WIPED.set(true);
}

type Answer = Box<dyn FnOnce(Option<&Error>) + Send>;
type Job = Box<dyn FnOnce(&Connection) -> Answer + Send>;

pub(super) struct Writer {
    queue: Mutex<Option<Sender<Job>>>,
    places: Semaphore,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, mark: Mark) -> Result<Self> {
        let (sender, receiver) = channel();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(&connection, &receiver, mark))
            .map_err(|error| Error::Failed(error.to_string()))?;
        Ok(Self {
            queue: Mutex::new(Some(sender)),
            places: Semaphore::new(QUEUE),
            thread: Mutex::new(Some(thread)),
        })
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _place = self.places.acquire().await.map_err(|_| closed())?;
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |db| {
            let result = in_savepoint(db, operation);
            Box::new(move |failure| {
                let result = match failure {
                    Some(error) => Err(error.clone()),
                    None => result,
                };
                // The asker may have gone; what was committed stays committed.
                drop(sender.send(result));
            })
        });
        self.queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .ok_or_else(closed)?
            .send(job)
            .map_err(|_| closed())?;
        receiver.await.map_err(|_| closed())?
    }

    /// Carries out what is queued, folds the write-ahead log in and ends the thread.
    pub(super) async fn close(&self) -> Result<()> {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            tokio::task::spawn_blocking(move || thread.join())
                .await
                .map_err(|error| Error::Failed(error.to_string()))?
                .map_err(|_| closed())?;
        }
        Ok(())
    }
}

fn closed() -> Error {
    Error::Failed("the store is closed".to_owned())
}

fn run(db: &Connection, queue: &Receiver<Job>, mut mark: Mark) {
    let mut dirty = true;
    let mut folded = Instant::now();
    loop {
        let wiped = WIPED.get();
        match queue.recv_timeout(if wiped { SOON } else { IDLE }) {
            Ok(first) => {
                commit_group(db, first, queue, &mut mark);
                dirty = true;
                if !(WIPED.get() && folded.elapsed() >= LATEST) {
                    continue;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        WIPED.set(false);
        if std::mem::take(&mut dirty) {
            checkpoint(db);
            mark.settle();
            folded = Instant::now();
        }
    }
    checkpoint(db);
    mark.settle();
}

fn commit_group(db: &Connection, first: Job, queue: &Receiver<Job>, mark: &mut Mark) {
    let (mut answers, before) = (Vec::new(), db.total_changes());
    let begun = db.execute_batch("BEGIN IMMEDIATE");
    let mut next = Some(first);
    while let Some(job) = next.take() {
        answers.push(job(db));
        if answers.len() < GROUP {
            next = queue.try_recv().ok();
        }
    }
    // A full disk ends the transaction by itself, under all its operations.
    let broken = begun.is_ok() && db.is_autocommit();
    let changed = !broken && db.total_changes() != before;
    let counted = if changed { mark.advance(db) } else { Ok(()) };
    let failure = begun
        .and(counted)
        .and_then(|()| db.execute_batch("COMMIT"))
        .err()
        .map(|error| {
            tracing::error!(%error, "a commit failed");
            if !db.is_autocommit() {
                drop(db.execute_batch("ROLLBACK"));
            }
            if broken {
                Error::Storage("the transaction was ended by a write that failed".to_owned())
            } else {
                Error::from(error)
            }
        });
    if failure.is_none() && changed {
        mark.follow();
    }
    for answer in answers {
        answer(failure.as_ref());
    }
}

fn in_savepoint<T>(db: &Connection, operation: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    if db.is_autocommit() {
        return Err(Error::Failed("no transaction could be begun".to_owned()));
    }
    db.prepare_cached("SAVEPOINT operation")?.execute([])?;
    // A panic in one operation must neither end the writer nor leave half of the operation behind.
    let result = catch_unwind(AssertUnwindSafe(|| operation(db)))
        .unwrap_or_else(|_| Err(Error::Failed("an operation panicked".to_owned())));
    if result.is_err() {
        db.prepare_cached("ROLLBACK TO operation")?.execute([])?;
    }
    db.prepare_cached("RELEASE operation")?.execute([])?;
    result
}

fn checkpoint(db: &Connection) {
    let result = db
        .execute_batch("PRAGMA incremental_vacuum(1000);")
        .and_then(|()| db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
    if let Err(error) = result {
        tracing::warn!(%error, "the write-ahead log could not be folded in");
    }
}
