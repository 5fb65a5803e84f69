//! Numbers for the operator, as Prometheus text on an address of their own. No label ever holds an id, a key or an address.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use crate::store::op;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    route: String,
    method: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

/// The relay's counters.
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Request, Counter>,
    seconds: Histogram,
    connections: Gauge,
    waiting: Gauge,
    expired: Family<Kind, Counter>,
    expired_bytes: Counter,
    stored: Family<Kind, Gauge>,
}

/// Counts something down when it ends.
pub(crate) struct Running(Gauge);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("satchel_relay");
        let requests = Family::default();
        let seconds = Histogram::new(exponential_buckets(0.000_25, 2.0, 18));
        let (connections, waiting) = (Gauge::default(), Gauge::default());
        let (expired, expired_bytes, stored) = (Family::default(), Counter::default(), Family::default());
        registry.register(
            "requests",
            "Requests by route template, method and status",
            requests.clone(),
        );
        registry.register(
            "request_seconds",
            "Time to answer, long-polls included",
            seconds.clone(),
        );
        registry.register("connections", "Open connections", connections.clone());
        registry.register("waiting", "Long-polls that wait", waiting.clone());
        registry.register("expired", "Things removed because their time was over", expired.clone());
        registry.register(
            "expired_bytes",
            "Bytes of envelopes removed because their time was over",
            expired_bytes.clone(),
        );
        registry.register("stored", "Things stored", stored.clone());
        Self {
            registry: Arc::new(registry),
            requests,
            seconds,
            connections,
            waiting,
            expired,
            expired_bytes,
            stored,
        }
    }

    pub(crate) fn request(&self, route: &str, method: &str, status: u16, time: Duration) {
        let labels = Request {
            route: route.to_owned(),
            method: method.to_owned(),
            status,
        };
        self.requests.get_or_create(&labels).inc();
        self.seconds.observe(time.as_secs_f64());
    }

    pub(crate) fn connection(&self) -> Running {
        self.connections.inc();
        Running(self.connections.clone())
    }

    pub(crate) fn waiting(&self) -> Running {
        self.waiting.inc();
        Running(self.waiting.clone())
    }

    pub(crate) fn expired(&self, expired: &op::Expired) {
        for (kind, count) in [
            ("envelope", expired.envelopes),
            ("offer", expired.offers),
            ("nonce", expired.nonces),
        ] {
            self.expired.get_or_create(&Kind { kind }).inc_by(count);
        }
        self.expired_bytes.inc_by(expired.envelope_bytes);
    }

    pub(crate) fn stored(&self, usage: &op::Usage) {
        for (kind, count) in [
            ("entry", usage.entries),
            ("chain", usage.chains),
            ("chain_byte", usage.chain_bytes),
            ("mailbox", usage.mailboxes),
            ("envelope", usage.pending),
            ("offer", usage.offers),
        ] {
            self.stored
                .get_or_create(&Kind { kind })
                .set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    /// The page for the metrics address.
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/metrics", get(page))
            .with_state(Arc::clone(&self.registry))
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

async fn page(State(registry): State<Arc<Registry>>) -> impl IntoResponse {
    let mut body = String::new();
    // Writing to a string cannot fail.
    _ = text::encode(&mut body, &registry);
    (
        [(
            header::CONTENT_TYPE,
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        )],
        body,
    )
}
