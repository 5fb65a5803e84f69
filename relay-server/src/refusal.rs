//! Refusals as they leave the relay: problem details with a stable code (RELAY-3). Nothing of the inside shows.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::relay::auth;
use protocol::relay::problem::{self, Problem};
use protocol::time::Timestamp;

use crate::store;

/// Seconds after which a client tries a full disk again.
const STORAGE_RETRY: u64 = 30;

/// A refused request.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Problem>);

pub(crate) type Result<T> = std::result::Result<T, Refusal>;

impl Refusal {
    pub(crate) fn too_large(limit: u64) -> Self {
        Self(Box::new(Problem {
            limit: Some(limit),
            ..problem::Error::TooLarge.into()
        }))
    }

    pub(crate) fn rate_limited(retry_after: u64) -> Self {
        Self(Box::new(Problem {
            retry_after: Some(retry_after.max(1)),
            ..problem::Error::RateLimited.into()
        }))
    }

    pub(crate) fn unauthenticated(error: auth::Error, now: Timestamp) -> Self {
        match error {
            auth::Error::Clock => Self(Box::new(Problem {
                time: Some(now),
                ..problem::Error::Clock.into()
            })),
            _ => problem::Error::Signature.into(),
        }
    }

    /// Nothing was stored because the disk takes nothing; the relay goes on as soon as it does again.
    pub(crate) fn storage(reason: impl std::fmt::Display) -> Self {
        tracing::error!(%reason, "the disk is full or does not take writes; nothing of this request was stored");
        Self(Box::new(Problem {
            retry_after: Some(STORAGE_RETRY),
            ..problem::Error::Storage.into()
        }))
    }

    /// A file could not be written.
    pub(crate) fn file(error: &std::io::Error) -> Self {
        use std::io::ErrorKind as K;
        match error.kind() {
            K::StorageFull | K::QuotaExceeded | K::FileTooLarge | K::ReadOnlyFilesystem => Self::storage(error),
            _ => Self::internal(error),
        }
    }

    /// Something broke inside; the reason goes to the operator's log only.
    pub(crate) fn internal(reason: impl std::fmt::Display) -> Self {
        tracing::error!(%reason, "a request failed inside the relay");
        problem::Error::Internal.into()
    }
}

impl From<problem::Error> for Refusal {
    fn from(error: problem::Error) -> Self {
        Self(Box::new(error.into()))
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        use problem::Error as P;
        use store::Error as S;
        let problem = match error {
            S::NotFound => P::NotFound.into(),
            S::Exists => P::Exists.into(),
            S::Conflict { index, label, commit } => Problem {
                index,
                label: Some(label),
                commit: Some(commit),
                ..P::Conflict.into()
            },
            S::Version(version) => Problem {
                version: Some(version),
                ..P::Version.into()
            },
            S::Replayed => P::Replayed.into(),
            S::Token => P::Token.into(),
            S::Answered => P::Answered.into(),
            S::Expired => P::Expired.into(),
            S::Quota(limit) => Problem {
                limit: Some(limit),
                ..P::Quota.into()
            },
            S::Uploads(limit) => Problem {
                limit: Some(limit),
                ..P::Uploads.into()
            },
            S::Storage(reason) => return Self::storage(reason),
            S::Damaged(reason) => {
                tracing::error!(%reason, "the database is damaged: stop the relay, run `relay-server verify`, restore the last good backup");
                P::Damaged.into()
            }
            S::Refused(reason) | S::Failed(reason) => return Self::internal(reason),
        };
        Self(Box::new(problem))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self
            .0
            .retry_after
            .or((status == StatusCode::SERVICE_UNAVAILABLE).then_some(2));
        // A problem consists of texts and numbers; serialising it cannot fail.
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(problem::CONTENT_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
