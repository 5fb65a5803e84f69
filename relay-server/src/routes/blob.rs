//! Blobs: uploads hashed on their way to the disk, downloads in ranges.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use protocol::hash::{Hash, sha256};
use protocol::id::ResourceId;
use protocol::relay::link as permit;
use protocol::relay::message::{Addresses, Done, LinkBlobs};
use protocol::relay::problem;
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

use super::check_keys;
use crate::answer;
use crate::call::{Call, announced, id};
use crate::refusal::{Refusal, Result};
use crate::relay::{Relay, Shared};
use crate::store::{Outcome, Store, op};

/// Up to this size a blob lies in the store itself.
const INLINE: u64 = 64 * 1024;

/// A sender slower than this (bytes a second) is given up.
const SLOWEST: u64 = 2048;

pub(super) async fn put<S: Store>(
    State(relay): State<Shared<S>>,
    Path((path, address)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    let limit = relay.config.limits.blob;
    let pending = Call::new(request).pending(&relay)?;
    let (chain, address): (ResourceId, Hash) = (id(&path)?, id(&address)?);
    let Some(size) = announced(pending.caller.headers()) else {
        return Err(problem::Error::Malformed.into());
    };
    if size > limit {
        return Err(Refusal::too_large(limit));
    }
    // The signed digest must be the address itself; an empty body has no digest to sign.
    if pending.digest.unwrap_or_else(|| sha256(&[])) != address || (pending.digest.is_none() && size > 0) {
        return Err(problem::Error::Malformed.into());
    }
    let upload = op::CheckUpload {
        chain,
        by: pending.caller.key,
        address,
        size,
        room: relay.chain_room(),
    };
    if relay.store.check_upload(upload).await? == Outcome::Present {
        return answer::done(Outcome::Present);
    }
    let content = receive(&relay, pending.body, size, &address).await?;
    let file = match &content {
        op::Content::File(name) => Some(name.clone()),
        op::Content::Inline(_) => None,
    };
    let stored = relay.store.put_blob(op::PutBlob { upload, content }).await;
    if let (Some(file), false) = (file, matches!(stored, Ok(Outcome::Created))) {
        relay.files.remove(&file).await;
    }
    answer::done(stored?)
}

/// Takes exactly `size` bytes of this hash; large ones go to a durable file.
async fn receive<S: Store>(relay: &Relay<S>, mut body: Body, size: u64, address: &Hash) -> Result<op::Content> {
    let whole = Duration::from_secs(relay.config.body_seconds + size / SLOWEST);
    let pause = Duration::from_secs(relay.config.body_seconds);
    let received = tokio::time::timeout(whole, async {
        let mut inline = Vec::new();
        let mut upload = if size > INLINE {
            Some(relay.files.upload().await.map_err(|error| Refusal::file(&error))?)
        } else {
            None
        };
        let mut length = 0u64;
        while let Some(frame) = tokio::time::timeout(pause, body.frame())
            .await
            .map_err(|_| problem::Error::Timeout)?
        {
            let Ok(bytes) = frame.map_err(|_| problem::Error::Malformed)?.into_data() else {
                continue;
            };
            length += bytes.len() as u64;
            if length > size {
                return Err(problem::Error::Malformed.into());
            }
            match &mut upload {
                Some(upload) => upload.write(&bytes).await.map_err(|error| Refusal::file(&error))?,
                None => inline.extend_from_slice(&bytes),
            }
        }
        if length != size {
            return Err(problem::Error::Malformed.into());
        }
        match upload {
            Some(upload) => Ok(upload
                .finish(address)
                .await
                .map_err(|error| Refusal::file(&error))?
                .map(op::Content::File)),
            None => Ok((sha256(&[&inline]) == *address).then_some(op::Content::Inline(inline))),
        }
    });
    let content: Result<Option<op::Content>> = received.await.map_err(|_| Refusal::from(problem::Error::Timeout))?;
    content?.ok_or_else(|| problem::Error::Signature.into())
}

pub(super) async fn read<S: Store>(
    State(relay): State<Shared<S>>,
    Path((path, address)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    let headers = request.headers().clone();
    let (caller, _) = Call::new(request).maybe_signed(&relay, 0).await?;
    let (chain, address): (ResourceId, Hash) = (id(&path)?, id(&address)?);
    let blob = relay
        .store
        .blob(op::ReadBlob {
            chain,
            by: caller.as_ref().map(|caller| caller.key),
            address,
        })
        .await?;
    if let (true, Some(caller)) = (blob.record, &caller) {
        let access = caller.access(relay.now(), Some(address), None);
        relay.store.record_access(op::RecordAccess { chain, access }).await?;
    }
    let tag = format!("\"{address}\"");
    let tag = HeaderValue::from_str(&tag).map_err(Refusal::internal)?;
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let range = match range(&headers, &tag, blob.size) {
        Ok(range) => range,
        Err(()) => return Ok(outside(blob.size)),
    };
    let (first, length) = range.unwrap_or((0, blob.size));
    let body = match blob.content {
        op::Content::Inline(bytes) => {
            let first = usize::try_from(first).unwrap_or(usize::MAX);
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            Body::from(bytes.into_iter().skip(first).take(length).collect::<Vec<u8>>())
        }
        op::Content::File(name) => {
            let file = relay.files.read(&name, first).await.map_err(Refusal::internal)?;
            Body::from_stream(ReaderStream::with_capacity(file.take(length), 64 * 1024))
        }
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::ETAG, tag);
    if range.is_some() {
        let content_range = format!("bytes {first}-{}/{}", first + length - 1, blob.size);
        headers.insert(
            header::CONTENT_RANGE,
            HeaderValue::from_str(&content_range).map_err(Refusal::internal)?,
        );
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

fn outside(size: u64) -> Response {
    let mut response = Refusal::from(problem::Error::Range).into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}")) {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    response
}

/// First byte and length of a single range ([RFC 9110 §14.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.2)); none for the whole,
/// also where several ranges or an outdated `If-Range` are given. `Err` where the range lies outside.
fn range(headers: &HeaderMap, tag: &HeaderValue, size: u64) -> std::result::Result<Option<(u64, u64)>, ()> {
    if headers.get(header::IF_RANGE).is_some_and(|expected| expected != tag) {
        return Ok(None);
    }
    let Some(text) = headers.get(header::RANGE).and_then(|value| value.to_str().ok()) else {
        return Ok(None);
    };
    let Some((first, last)) = text
        .strip_prefix("bytes=")
        .filter(|text| !text.contains(','))
        .and_then(|text| text.split_once('-'))
    else {
        return Ok(None);
    };
    let (first, last) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last.min(size.saturating_sub(1))),
        (Ok(first), Err(_)) if last.is_empty() => (first, size.saturating_sub(1)),
        (Err(_), Ok(0)) if first.is_empty() => return Err(()),
        (Err(_), Ok(tail)) if first.is_empty() => (size.saturating_sub(tail), size.saturating_sub(1)),
        _ => return Ok(None),
    };
    if first >= size {
        Err(())
    } else {
        Ok(Some((first, last - first + 1)))
    }
}

pub(super) async fn remove<S: Store>(
    State(relay): State<Shared<S>>,
    Path((path, address)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    let (caller, chain) = Call::new(request).plain(&relay, &path).await?;
    let address = id(&address)?;
    if let Some(file) = relay
        .store
        .delete_blob(op::DeleteBlob {
            chain,
            once: caller.once,
            address,
        })
        .await?
    {
        relay.files.remove(&file).await;
    }
    answer::ok(&Done {})
}

pub(super) async fn remove_all<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, _) = Call::new(request).signed(&relay, 0).await?;
    let chain = id(&path)?;
    let files = relay
        .store
        .delete_blobs(op::DeleteBlobs {
            chain,
            once: caller.once,
        })
        .await?;
    for file in files {
        relay.files.remove(&file).await;
    }
    answer::ok(&Done {})
}

pub(super) async fn missing<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, chain, Addresses { addresses }): (_, ResourceId, _) = Call::new(request).told(&relay, &path).await?;
    check_keys(addresses.len(), relay.config.limits.addresses)?;
    answer::ok(
        &relay
            .store
            .missing_blobs(op::MissingBlobs {
                chain,
                by: caller.key,
                addresses,
            })
            .await?,
    )
}

pub(super) async fn link<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, chain, asked): (_, ResourceId, LinkBlobs) = Call::new(request).told(&relay, &path).await?;
    check_keys(asked.addresses.len(), relay.config.limits.addresses)?;
    let source_by = permit::verify(
        caller.authority(),
        (&asked.source, &chain),
        &asked.addresses,
        (&asked.signature_input, &asked.signature),
        relay.now(),
    );
    // The permit is somebody else's and older than this request: its refusal says nothing about the caller's clock.
    let source_by = source_by.map_err(|_| problem::Error::Signature)?;
    let link = op::LinkBlobs {
        chain,
        by: caller.key,
        source: asked.source,
        source_by,
        addresses: asked.addresses,
        room: relay.chain_room(),
    };
    answer::ok(&relay.store.link_blobs(link).await?)
}

#[cfg(test)]
mod tests {
    use super::range;
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn single_ranges() {
        let tag = HeaderValue::from_static("\"a\"");
        let parse = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, HeaderValue::from_static(text));
            range(&headers, &tag, 100)
        };
        assert_eq!(parse("bytes=0-9"), Ok(Some((0, 10))));
        assert_eq!(parse("bytes=90-"), Ok(Some((90, 10))));
        assert_eq!(parse("bytes=90-200"), Ok(Some((90, 10))));
        assert_eq!(parse("bytes=-10"), Ok(Some((90, 10))));
        assert_eq!(parse("bytes=-500"), Ok(Some((0, 100))));
        assert_eq!(parse("bytes=100-"), Err(()));
        assert_eq!(parse("bytes=-0"), Err(()));
        for whole in [
            "bytes=5-4",
            "bytes=a-b",
            "bytes=0-1,3-4",
            "items=0-1",
            "bytes=",
            "bytes=-",
        ] {
            assert_eq!(parse(whole), Ok(None), "{whole}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-9"));
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"b\""));
        assert_eq!(range(&headers, &tag, 100), Ok(None));
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-"));
        headers.remove(header::IF_RANGE);
        assert_eq!(range(&headers, &tag, 0), Err(()));
    }
}
