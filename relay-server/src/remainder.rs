//! The rest of a body that a handler did not want.
//!
//! An answer that comes while the client still sends is often lost: the connection is reset before the client reads. So a bounded rest is
//! read and thrown away first.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};

/// Most bytes that are thrown away; beyond that the connection is cut.
const MOST: usize = 4 * 1024 * 1024;
/// Longest time that is spent on it.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is left of a body after the handler is done.
pub(crate) struct Remainder(Arc<Mutex<Body>>);

struct Lent(Arc<Mutex<Body>>);

/// The body for the handler, and the right to what it leaves.
pub(crate) fn lend(body: Body) -> (Body, Remainder) {
    let shared = Arc::new(Mutex::new(body));
    (Body::new(Lent(Arc::clone(&shared))), Remainder(shared))
}

impl Remainder {
    /// Reads and forgets, within bounds.
    pub(crate) async fn discard(self) {
        let mut body = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if body.is_end_stream() {
            return;
        }
        let reading = async {
            let mut length = 0;
            while let Some(Ok(frame)) = body.frame().await {
                length += frame.data_ref().map_or(0, Bytes::len);
                if length > MOST {
                    return;
                }
            }
        };
        // Too slow: the connection is cut, as it would be without this.
        _ = tokio::time::timeout(PATIENCE, reading).await;
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}
