//! The relay: carries ciphertext between wallets, admits blocks, signs promises (`core/spec/relay.md`).
//!
//! It depends on `protocol` alone: it can verify signatures of requests and nothing else, and has no code that could open what it stores.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`config`], [`command`] | settings, and where they come from |
//! | `connection`, `call`, `routes` | from a socket to a checked request to an answer |
//! | [`store`] | everything kept, behind one trait; SQLite with group commit |
//! | `files` | large blobs |
//! | `portal` | the web portal's files, under their policies |
//! | [`keys`], [`token`] | the log's key, tokens of invite-only relays |
//! | `watch`, `rates`, `metrics`, `upkeep` | long-polls, rate limits, numbers, expiry |
//! | [`operate`] | backup, verify, restore, retention, check-config, health |

mod answer;
mod authority;
mod call;
pub mod command;
pub mod config;
mod connection;
mod files;
pub mod keys;
mod metrics;
pub mod operate;
mod place;
mod portal;
mod query;
mod rates;
mod refusal;
mod relay;
mod remainder;
mod routes;
pub mod store;
pub mod token;
mod upkeep;
mod watch;

use std::future::Future;
use std::io;
use std::sync::Arc;

use protocol::key::Signer;
use protocol::relay::message::{LogIdentity, Mode};
use tokio::net::TcpListener;

pub use config::Config;
pub use routes::{OPENAPI, addresses};
use store::Store;

/// Serves until `shutdown` resolves, then ends long-polls, lets running requests finish and closes the store.
///
/// # Errors
/// When the data directory, the certificate or the metrics address cannot be used.
pub async fn serve<S: Store>(
    listener: TcpListener,
    config: Config,
    store: S,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let metrics = config.metrics;
    let prepared = prepare(config, store).await?;
    let metrics = match metrics {
        Some(address) => Some(TcpListener::bind(address).await?),
        None => None,
    };
    prepared.serve(listener, metrics, shutdown).await
}

/// A relay whose keys, settings and data were found in order; it only has to be let loose on listeners.
pub struct Prepared<S> {
    relay: relay::Shared<S>,
    tls: Option<tokio_rustls::TlsAcceptor>,
    stop: tokio::sync::watch::Sender<bool>,
}

/// Checks everything that can keep a relay from serving, before anybody is told that it listens.
///
/// # Errors
/// As [`serve`].
pub async fn prepare<S: Store>(config: Config, store: S) -> io::Result<Prepared<S>> {
    let invalid = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
    config.check().map_err(invalid)?;
    let tls = config.tls.as_ref().map(connection::acceptor).transpose()?;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    Ok(Prepared {
        relay: Arc::new(start(config, store, stopping).await?),
        tls,
        stop,
    })
}

impl<S: Store> Prepared<S> {
    /// Serves until `shutdown` resolves; metrics on a listener of their own.
    ///
    /// # Errors
    /// When the store cannot be closed in order.
    pub async fn serve(
        self,
        listener: TcpListener,
        metrics: Option<TcpListener>,
        shutdown: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let Self { relay, tls, stop } = self;
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(upkeep::run(Arc::clone(&relay)));
        if let Some(listener) = metrics {
            let (router, mut stopping) = (relay.metrics.router(), relay.stopping.clone());
            tasks.spawn(async move {
                let stopped = async move { drop(stopping.changed().await) };
                drop(axum::serve(listener, router).with_graceful_shutdown(stopped).await);
            });
        }
        let router = routes::router(Arc::clone(&relay));
        let serving = connection::serve(listener, router, Arc::clone(&relay), tls);
        tokio::pin!(serving);
        tokio::select! {
            () = &mut serving => {}
            () = shutdown => {
                tracing::info!("stopping");
                // Everybody who listens is part of this very process; nobody left to tell is fine.
                _ = stop.send(true);
                serving.await;
            }
        }
        tasks.shutdown().await;
        relay.store.close(()).await.map_err(io::Error::other)
    }
}

async fn start<S: Store>(
    config: Config,
    store: S,
    stopping: tokio::sync::watch::Receiver<bool>,
) -> io::Result<relay::Relay<S>> {
    let log_key = keys::LogKey::open(&config.data)?;
    let first = LogIdentity {
        origin: log_key.first_origin(config.public_url.as_deref()),
        key: log_key.public_key(),
    };
    let log = store.pin_log(first).await.map_err(io::Error::other)?;
    if log.key != log_key.public_key() {
        return Err(io::Error::other(
            "the key file does not belong to this database: put the right log.key back",
        ));
    }
    let token_key = match config.mode {
        Mode::InviteOnly => Some(token::TokenKey::open(&config.data)?),
        Mode::Open => None,
    };
    let authority = config.public_url.as_deref().and_then(authority::of_url);
    let reach = match &authority {
        Some(name) if !authority::is_loopback(name) => portal::Reach::Public,
        _ => portal::Reach::Here,
    };
    Ok(relay::Relay {
        portal: portal::Portal::open(config.portal.as_deref(), reach)?,
        authority,
        log,
        log_key,
        token_key,
        files: files::Files::open(&config.data)?,
        watch: watch::Watch::new(),
        rates: rates::RateLimits::new(&config.rates),
        metrics: metrics::Metrics::new(),
        stopping,
        store,
        config,
    })
}

pub use place::DataDirectory;
