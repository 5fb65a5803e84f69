//! The web portal, served by the relay itself: files that were built before the relay was, or those of a folder.
//!
//! Invariants: a file is served only under the exact name that it has in the build; every answer carries the policy of its kind; nothing
//! here looks at or leads to anything that the relay keeps.

mod negotiate;
mod policy;
mod source;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

pub(crate) use policy::Reach;

/// The page that the portal's own addresses lead to.
const PAGE: &str = "index.html";
/// Names below here carry a hash of their content.
const HASHED: &str = "assets/";

/// A file of the portal.
struct File {
    content: Bytes,
    /// The same by brotli, when that is smaller.
    brotli: Option<Bytes>,
    kind: &'static str,
    /// SHA-256 of the content, its first half in hexadecimal.
    hash: String,
}

/// Everything that was built; empty when the relay was built without a portal.
pub(crate) struct Portal {
    files: BTreeMap<String, File>,
    reach: Reach,
}

impl Portal {
    /// The files of a folder, or those that this program was built with.
    pub(crate) fn open(folder: Option<&Path>, reach: Reach) -> io::Result<Self> {
        let mut plain = match folder {
            Some(folder) => source::folder(folder)?,
            None => source::built()?,
        };
        let mut files = BTreeMap::new();
        for name in plain.keys().cloned().collect::<Vec<_>>() {
            let (Some(kind), Some(content)) = (policy::kind(&name), plain.get(&name).cloned()) else {
                continue;
            };
            let brotli = plain.remove(&format!("{name}.br"));
            let hash = negotiate::hash(&content);
            files.insert(
                name,
                File {
                    content,
                    brotli,
                    kind,
                    hash,
                },
            );
        }
        Ok(Self { files, reach })
    }

    /// Whether there is a portal.
    pub(crate) fn is_there(&self) -> bool {
        self.files.contains_key(PAGE)
    }

    /// The answer to a request for a file or for one of the portal's own addresses; `None` when it is neither.
    pub(crate) fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<Response> {
        if !matches!(*method, Method::GET | Method::HEAD) || !self.is_there() {
            return None;
        }
        let name = match path.strip_prefix('/')? {
            "" => PAGE,
            // The page has one address.
            PAGE => return None,
            name => name,
        };
        match self.files.get_key_value(name) {
            Some((name, file)) => Some(self.give(name, file, headers)),
            // A file that is gone must not look like a page, and the relay's own addresses never do.
            None if name.starts_with(HASHED) || name.starts_with("v1/") => None,
            None if negotiate::wants_page(headers) => Some(self.give(PAGE, self.files.get(PAGE)?, headers)),
            None => None,
        }
    }

    fn give(&self, name: &str, file: &File, request: &HeaderMap) -> Response {
        let packed = file.brotli.as_ref().filter(|_| negotiate::takes_brotli(request));
        let tag = match packed {
            Some(_) => format!("\"{}-br\"", file.hash),
            None => format!("\"{}\"", file.hash),
        };
        let known = negotiate::knows(request, &tag);
        let body = if known {
            &Bytes::new()
        } else {
            packed.unwrap_or(&file.content)
        };
        let mut response = Response::new(Body::from(body.clone()));
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = response.headers_mut();
        policy::guard(name, &self.reach, headers);
        let fixed = if name.starts_with(HASHED) {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(fixed));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        // Quotes and hexadecimal digits are always a valid value.
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        if packed.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        response
    }
}
