//! One running relay: what all requests share.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::HeaderMap;
use protocol::hash::Hash;
use protocol::id::ResourceId;
use protocol::log_entry::map_key;
use protocol::relay::message::{LogIdentity, Mode};
use protocol::relay::{TOKEN_HEADER, problem};
use protocol::time::Timestamp;
use tokio::sync::watch;

use crate::config::Config;
use crate::files::Files;
use crate::keys::LogKey;
use crate::metrics::Metrics;
use crate::portal::Portal;
use crate::rates::RateLimits;
use crate::refusal::{Refusal, Result};
use crate::store::{Store, op};
use crate::token::TokenKey;
use crate::watch::Watch;

/// What all requests share.
pub(crate) struct Relay<S> {
    pub(crate) store: S,
    pub(crate) config: Config,
    /// The name requests are signed for, where the operator fixed one.
    pub(crate) authority: Option<String>,
    pub(crate) log: LogIdentity,
    pub(crate) log_key: LogKey,
    pub(crate) token_key: Option<TokenKey>,
    pub(crate) files: Files,
    pub(crate) portal: Portal,
    pub(crate) watch: Watch,
    pub(crate) rates: RateLimits,
    pub(crate) metrics: Metrics,
    pub(crate) stopping: watch::Receiver<bool>,
}

pub(crate) type Shared<S> = Arc<Relay<S>>;

impl<S: Store> Relay<S> {
    /// The relay's clock.
    pub(crate) fn now(&self) -> Timestamp {
        let seconds = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |elapsed| elapsed.as_secs());
        Timestamp::new(seconds).unwrap_or(Timestamp::MAX)
    }

    /// A signed promise for an entry that is about to be admitted; it leaves the relay only if it is.
    pub(crate) fn promise(&self, chain: &ResourceId, label: &Hash, commit: Hash, now: Timestamp) -> Result<Vec<u8>> {
        self.log_key
            .promise(&self.log.origin, map_key(chain, label), commit, now)
            .map_err(Refusal::internal)
    }

    pub(crate) fn chain_room(&self) -> op::Room {
        op::Room {
            bytes: self.config.limits.chain_bytes,
            items: self.config.limits.chain_items,
        }
    }

    /// The spent form of the token that this relay asks for, if it asks.
    pub(crate) fn token(&self, headers: &HeaderMap) -> Result<Option<Hash>> {
        let (Mode::InviteOnly, Some(key)) = (self.config.mode, &self.token_key) else {
            return Ok(None);
        };
        let token = headers.get(TOKEN_HEADER).and_then(|value| value.to_str().ok());
        token
            .and_then(|token| key.accept(token))
            .map(Some)
            .ok_or_else(|| problem::Error::Token.into())
    }

    /// Reads until there is something to say, the wait is over, or the relay stops.
    pub(crate) async fn poll<T, F: Future<Output = Result<T>>>(
        &self,
        id: &[u8; 32],
        wait: u64,
        read: impl Fn() -> F,
        enough: impl Fn(&T) -> bool,
    ) -> Result<T> {
        if wait == 0 {
            return read().await;
        }
        let deadline = tokio::time::sleep(Duration::from_secs(wait));
        tokio::pin!(deadline);
        let mut stopping = self.stopping.clone();
        let waiter = self.watch.register(*id);
        loop {
            let changed = waiter.notify().notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let found = read().await?;
            if enough(&found) || *stopping.borrow() {
                return Ok(found);
            }
            let _waiting = self.metrics.waiting();
            tokio::select! {
                () = &mut changed => {}
                () = &mut deadline => return Ok(found),
                _ = stopping.changed() => return Ok(found),
            }
        }
    }
}
