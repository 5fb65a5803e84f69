//! What the relay does by itself: removing what is past its time, sweeping files without a row, counting.

use std::time::Duration;

use crate::relay::Shared;
use crate::store::{Store, op};

/// How often things past their time are removed.
const PERIOD: Duration = Duration::from_secs(60);

/// Runs until the relay stops.
pub(crate) async fn run<S: Store>(relay: Shared<S>) {
    let mut stopping = relay.stopping.clone();
    let mut directory = 0u8;
    loop {
        expire(&relay).await;
        // A few directories each time: all 256 in about an hour.
        for _ in 0..4 {
            sweep(&relay, directory).await;
            directory = directory.wrapping_add(1);
        }
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => {}
            _ = stopping.changed() => return,
        }
    }
}

async fn expire<S: Store>(relay: &Shared<S>) {
    relay.rates.forget();
    let due = op::Expire {
        now: relay.now(),
        envelope_time: relay.config.limits.envelope_time,
    };
    match relay.store.expire(due).await {
        Ok(expired) => relay.metrics.expired(&expired),
        Err(error) => tracing::error!(%error, "expiry failed"),
    }
    match relay.store.usage(()).await {
        Ok(usage) => relay.metrics.stored(&usage),
        Err(error) => tracing::error!(%error, "counting failed"),
    }
}

async fn sweep<S: Store>(relay: &Shared<S>, directory: u8) {
    let names = match relay.files.settled(directory).await {
        Ok(names) if names.is_empty() => return,
        Ok(names) => names,
        Err(error) => return tracing::error!(%error, "blob files could not be listed"),
    };
    match relay.store.orphans(names).await {
        Ok(orphans) => {
            for name in orphans {
                relay.files.remove(&name).await;
            }
        }
        Err(error) => tracing::error!(%error, "blob files could not be compared"),
    }
}
