//! The relay itself: who it is, whether it lives, what it offers.

use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use protocol::relay::message::{Done, RelayInformation};
use protocol::relay::problem;

use crate::answer;
use crate::refusal::{Refusal, Result};
use crate::relay::Shared;
use crate::store::Store;

const PAGE: &str = include_str!("../page.html");

/// The portal, or where it was not built a page that says so.
pub(super) async fn page<S: Store>(State(relay): State<Shared<S>>, method: Method, headers: HeaderMap) -> Response {
    relay.portal.answer(&method, "/", &headers).unwrap_or_else(|| {
        (
            [(
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'unsafe-inline'",
            )],
            Html(PAGE),
        )
            .into_response()
    })
}

pub(super) async fn live() -> Result<Response> {
    answer::ok(&Done {})
}

pub(super) async fn ready<S: Store>(State(relay): State<Shared<S>>) -> Result<Response> {
    if *relay.stopping.borrow() {
        return Err(problem::Error::Unavailable.into());
    }
    relay.store.ready(()).await.map_err(|error| {
        tracing::error!(%error, "not ready");
        Refusal::from(problem::Error::Unavailable)
    })?;
    answer::ok(&Done {})
}

pub(super) async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], super::OPENAPI)
}

pub(super) async fn information<S: Store>(State(relay): State<Shared<S>>) -> Result<Response> {
    let config = &relay.config;
    let information = RelayInformation {
        name: "satchel-relay".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        public_url: config.public_url.clone(),
        log: relay.log.clone(),
        mode: config.mode,
        demo: config.demo,
        time: relay.now(),
        limits: config.limits,
    };
    answer::ok(&information)
}

/// Files of the portal and the addresses that it routes by itself; everything else is nothing.
pub(super) async fn elsewhere<S: Store>(
    State(relay): State<Shared<S>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response> {
    let answer = relay.portal.answer(&method, uri.path(), &headers);
    answer.ok_or_else(|| problem::Error::NotFound.into())
}

pub(super) async fn wrong_method() -> Refusal {
    problem::Error::Method.into()
}
