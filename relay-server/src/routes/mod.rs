//! Every address of the relay in one table; the API description is checked against it.

mod blob;
mod capability;
mod chain;
mod mailbox;
mod offer;
mod organization;
mod service;

use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use protocol::relay::{TOKEN_HEADER, auth, problem};
use tower_http::cors::{Any, CorsLayer};

use crate::refusal::Refusal;
use crate::relay::Shared;
use crate::store::{Sqlite, Store};

/// The API description (OpenAPI 3.1) as served.
pub const OPENAPI: &str = include_str!("../openapi.json");

type Row<S> = (&'static str, &'static str, MethodRouter<Shared<S>>);

/// Method, address, handler.
fn table<S: Store>() -> Vec<Row<S>> {
    vec![
        ("GET", "/", get(service::page::<S>)),
        ("GET", "/livez", get(service::live)),
        ("GET", "/readyz", get(service::ready::<S>)),
        ("GET", "/v1/openapi.json", get(service::openapi)),
        ("GET", "/v1/relay", get(service::information::<S>)),
        ("PUT", "/v1/chains/{id}", put(chain::create::<S>)),
        ("DELETE", "/v1/chains/{id}", delete(chain::remove::<S>)),
        ("POST", "/v1/chains/{id}/blocks", post(chain::append::<S>)),
        ("GET", "/v1/chains/{id}/blocks", get(chain::blocks::<S>)),
        ("DELETE", "/v1/chains/{id}/blocks", delete(chain::erase_through::<S>)),
        (
            "DELETE",
            "/v1/chains/{id}/blocks/{index}/body",
            delete(chain::erase_body::<S>),
        ),
        ("POST", "/v1/chains/{id}/entries", post(chain::enter::<S>)),
        ("PUT", "/v1/chains/{id}/blobs/{address}", put(blob::put::<S>)),
        ("GET", "/v1/chains/{id}/blobs/{address}", get(blob::read::<S>)),
        ("DELETE", "/v1/chains/{id}/blobs/{address}", delete(blob::remove::<S>)),
        ("POST", "/v1/chains/{id}/blobs/missing", post(blob::missing::<S>)),
        ("DELETE", "/v1/chains/{id}/blobs", delete(blob::remove_all::<S>)),
        ("POST", "/v1/chains/{id}/blobs/link", post(blob::link::<S>)),
        ("GET", "/v1/chains/{id}/capabilities", get(capability::read::<S>)),
        ("PUT", "/v1/chains/{id}/capabilities", put(capability::replace::<S>)),
        (
            "POST",
            "/v1/chains/{id}/fetch-keys",
            post(capability::change_fetch_keys::<S>),
        ),
        ("GET", "/v1/chains/{id}/accesses", get(capability::accesses::<S>)),
        ("PUT", "/v1/locators/{id}", put(organization::put_locator::<S>)),
        ("GET", "/v1/locators/{id}", get(organization::locator::<S>)),
        ("PUT", "/v1/mailboxes/{id}", put(mailbox::put::<S>)),
        ("DELETE", "/v1/mailboxes/{id}", delete(mailbox::remove::<S>)),
        ("PUT", "/v1/mailboxes/{id}/read", put(mailbox::set_reader::<S>)),
        ("POST", "/v1/mailboxes/{id}/envelopes", post(mailbox::deliver::<S>)),
        ("GET", "/v1/mailboxes/{id}/envelopes", get(mailbox::envelopes::<S>)),
        (
            "DELETE",
            "/v1/mailboxes/{id}/envelopes",
            delete(mailbox::acknowledge::<S>),
        ),
        ("GET", "/v1/mailboxes/{id}/contact", get(mailbox::contact::<S>)),
        ("PUT", "/v1/offers/{id}", put(offer::put::<S>)),
        ("GET", "/v1/offers/{id}", get(offer::content::<S>)),
        ("DELETE", "/v1/offers/{id}", delete(offer::remove::<S>)),
        ("POST", "/v1/offers/{id}/claim", post(offer::claim::<S>)),
        ("GET", "/v1/offers/{id}/state", get(offer::state::<S>)),
        ("PUT", "/v1/offers/{id}/reveal", put(offer::reveal::<S>)),
        ("PUT", "/v1/offers/{id}/answer", put(offer::answer::<S>)),
        ("GET", "/v1/offers/{id}/answer", get(offer::answers::<S>)),
        ("PUT", "/v1/organizations/{id}", put(organization::put::<S>)),
        ("GET", "/v1/organizations/{id}", get(organization::read::<S>)),
    ]
}

/// Method and address of everything the relay serves.
pub fn addresses() -> Vec<(&'static str, &'static str)> {
    table::<Sqlite>()
        .into_iter()
        .map(|(method, path, _)| (method, path))
        .collect()
}

pub(crate) fn router<S: Store>(relay: Shared<S>) -> Router {
    table::<S>()
        .into_iter()
        .fold(Router::new(), |router, (_, path, handler)| router.route(path, handler))
        .fallback(service::elsewhere::<S>)
        .method_not_allowed_fallback(service::wrong_method)
        .layer(from_fn_with_state(relay.clone(), around::<S>))
        .layer(cors())
        .with_state(relay)
}

/// Rate limit, numbers and headers around every request.
async fn around<S: Store>(State(relay): State<Shared<S>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    };
    let (parts, body) = request.into_parts();
    let response = match relay.rates.any(crate::call::address(&relay, &parts)) {
        Ok(()) => {
            let (body, remainder) = crate::remainder::lend(body);
            let response = next.run(Request::from_parts(parts, body)).await;
            // Whoever was given up for slowness is not waited for again.
            if response.status() != StatusCode::REQUEST_TIMEOUT {
                remainder.discard().await;
            }
            response
        }
        Err(refusal) => refusal.into_response(),
    };
    let (status, time) = (response.status().as_u16(), started.elapsed());
    relay.metrics.request(&route, method, status, time);
    tracing::debug!(
        route,
        method,
        status,
        milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    let mut response = response;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if *relay.stopping.borrow() {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Portals of other origins may speak to this relay; nothing rides on cookies.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::PUT, Method::POST, Method::DELETE])
        .allow_headers([
            HeaderName::from_static(auth::CONTENT_DIGEST),
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
            header::IF_RANGE,
            header::RANGE,
            HeaderName::from_static(auth::SIGNATURE),
            HeaderName::from_static(auth::SIGNATURE_INPUT),
            HeaderName::from_static(TOKEN_HEADER),
        ])
        .expose_headers([
            header::ETAG,
            header::RETRY_AFTER,
            header::CONTENT_RANGE,
            header::ACCEPT_RANGES,
        ])
        .max_age(Duration::from_secs(86_400))
}

/// Keys of one kind, within the limit.
fn check_keys(count: usize, limit: u64) -> Result<(), Refusal> {
    if count as u64 <= limit {
        Ok(())
    } else {
        Err(Refusal::too_large(limit))
    }
}

/// A missing member of the query.
fn required(value: Option<u64>) -> Result<u64, Refusal> {
    value.ok_or_else(|| problem::Error::Malformed.into())
}
