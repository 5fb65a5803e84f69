//! Connections: accepting, TLS, time-outs, the cap, and an orderly end.
//!
//! hyper is driven directly because the time to send a header, the number of streams and the number of connections must have a bound.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::call::Peer;
use crate::config::{Config, Tls};
use crate::relay::Shared;
use crate::store::Store;

/// Serves until the relay stops, then lets running requests finish.
pub(crate) async fn serve<S: Store>(listener: TcpListener, router: Router, relay: Shared<S>, tls: Option<TlsAcceptor>) {
    let builder = Arc::new(http(&relay.config));
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(relay.config.connections));
    let patience = Duration::from_secs(relay.config.header_seconds);
    let mut stopping = relay.stopping.clone();
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            _ = stopping.changed() => break,
        };
        let Ok(place) = place else { break };
        let (stream, address) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of descriptors, most likely: others must end before a new one can begin.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            _ = stopping.changed() => break,
        };
        let (router, tls, relay) = (router.clone(), tls.clone(), Arc::clone(&relay));
        let (builder, watcher) = (Arc::clone(&builder), graceful.watcher());
        tokio::spawn(async move {
            let _counted = relay.metrics.connection();
            let _place = place;
            drop(stream.set_nodelay(true));
            match tls {
                None => drive(&builder, stream, router, peer(address, false), watcher).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(patience, tls.accept(stream)).await {
                        drive(&builder, stream, router, peer(address, true), watcher).await;
                    }
                }
            }
        });
    }
    drop(listener);
    let drain = Duration::from_secs(relay.config.drain_seconds);
    if tokio::time::timeout(drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests still ran when the time to finish was over");
    }
}

fn peer(address: SocketAddr, tls: bool) -> Peer {
    Peer {
        address: address.ip(),
        tls,
    }
}

fn http(config: &Config) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(config.header_seconds))
        .max_buf_size(64 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}

async fn drive<I>(
    builder: &Builder<TokioExecutor>,
    stream: I,
    router: Router,
    peer: Peer,
    watcher: hyper_util::server::graceful::Watcher,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request)
    });
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    // A connection that broke has nobody left to be told.
    drop(watcher.watch(connection).await);
}

/// Reads certificate and key.
///
/// # Errors
/// When the files cannot be read or do not fit each other.
pub(crate) fn acceptor(tls: &Tls) -> std::io::Result<TlsAcceptor> {
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::ring;
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

    let invalid = |error: String| std::io::Error::new(std::io::ErrorKind::InvalidInput, error);
    let certificates = CertificateDer::pem_file_iter(&tls.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| invalid(format!("certificate: {error}")))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|error| invalid(format!("key: {error}")))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| invalid(error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(|error| invalid(error.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
