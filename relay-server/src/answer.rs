//! Answers as JSON objects that begin with `"success": true` (RELAY-2).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::relay::message::Done;
use serde::Serialize;

use crate::refusal::{Refusal, Result};
use crate::store::Outcome;

/// An answer of this status.
pub(crate) fn json(status: StatusCode, answer: &impl Serialize) -> Result<Response> {
    let mut body = br#"{"success":true,"#.to_vec();
    let start = body.len() - 1;
    serde_json::to_writer(Tail(&mut body, false), answer).map_err(Refusal::internal)?;
    // The object's own opening brace gave way to the comma; an empty object leaves that comma over.
    if body.len() == start + 2 {
        body.remove(start);
    }
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

pub(crate) fn ok(answer: &impl Serialize) -> Result<Response> {
    json(StatusCode::OK, answer)
}

/// 201 where something new was made, 200 where the same was there.
pub(crate) fn made(outcome: Outcome, answer: &impl Serialize) -> Result<Response> {
    json(status(outcome), answer)
}

pub(crate) fn done(outcome: Outcome) -> Result<Response> {
    made(outcome, &Done {})
}

fn status(outcome: Outcome) -> StatusCode {
    match outcome {
        Outcome::Created => StatusCode::CREATED,
        Outcome::Present => StatusCode::OK,
    }
}

/// Writes everything but the first byte, the object's opening brace.
struct Tail<'a>(&'a mut Vec<u8>, bool);

impl std::io::Write for Tail<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let skip = usize::from(!self.1 && !bytes.is_empty());
        self.1 |= skip == 1;
        self.0.extend_from_slice(&bytes[skip..]);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{done, ok};
    use crate::store::Outcome;
    use protocol::relay::message::Delivered;

    async fn text(response: axum::response::Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn success_comes_first() {
        assert_eq!(
            text(ok(&Delivered { cursor: 7 }).unwrap()).await,
            r#"{"success":true,"cursor":7}"#
        );
        assert_eq!(text(done(Outcome::Created).unwrap()).await, r#"{"success":true}"#);
    }
}
