//! Who waits for what: long-polls by the 32-byte id of their resource.
//!
//! Invariant: a waiter registers before it reads, so a change between reading and waiting is never missed. An id without waiters takes
//! no memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

const SHARDS: usize = 64;

type Shard = Mutex<HashMap<[u8; 32], Arc<Notify>>>;

/// All waiting long-polls of this process.
#[derive(Debug)]
pub(crate) struct Watch {
    shards: Vec<Shard>,
}

/// One waiter's registration.
#[derive(Debug)]
pub(crate) struct Waiter<'a> {
    shard: &'a Shard,
    id: [u8; 32],
    notify: Arc<Notify>,
}

impl Watch {
    pub(crate) fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        }
    }

    fn shard(&self, id: &[u8; 32]) -> &Shard {
        &self.shards[usize::from(id[0]) % SHARDS]
    }

    pub(crate) fn register(&self, id: [u8; 32]) -> Waiter<'_> {
        let shard = self.shard(&id);
        let notify = Arc::clone(
            shard
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(id)
                .or_default(),
        );
        Waiter { shard, id, notify }
    }

    /// Wakes everybody who waits for this id.
    pub(crate) fn wake(&self, id: &[u8; 32]) {
        if let Some(notify) = self.shard(id).lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            notify.notify_waiters();
        }
    }
}

impl Waiter<'_> {
    pub(crate) fn notify(&self) -> &Notify {
        &self.notify
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut shard = self.shard.lock().unwrap_or_else(PoisonError::into_inner);
        // This waiter and the table: nobody else holds it.
        if Arc::strong_count(&self.notify) <= 2 {
            shard.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Watch;

    #[tokio::test]
    async fn registered_waiters_are_woken_and_forgotten() {
        let watch = Watch::new();
        let (one, two) = (watch.register([1; 32]), watch.register([1; 32]));
        let (mut first, mut second) = (Box::pin(one.notify().notified()), Box::pin(two.notify().notified()));
        first.as_mut().enable();
        second.as_mut().enable();
        watch.wake(&[2; 32]);
        watch.wake(&[1; 32]);
        first.await;
        second.await;
        drop((one, two));
        assert!(watch.shards.iter().all(|shard| shard.lock().unwrap().is_empty()));
    }
}
