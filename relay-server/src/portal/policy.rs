//! What browsers may do with the portal's files: types, content security policy, isolation.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Scripts below here run as workers; the core runs there, and only there WebAssembly may be compiled.
const WORKERS: &str = "assets/worker/";

const PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; \
    connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html satchel-url";
const WORKER: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' https:";
/// On the machine that the relay runs on, relays speak plain HTTP; several of them meet here while somebody tries things out.
const WORKER_HERE: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    connect-src 'self' https: http://localhost:* http://127.0.0.1:*";
const SERVICE_WORKER: &str = "default-src 'none'; script-src 'self'; connect-src 'self'";

const SAME: [(&str, &str); 5] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("origin-agent-cluster", "?1"),
    (
        "permissions-policy",
        "camera=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), microphone=(), geolocation=(), \
         payment=(), usb=()",
    ),
];

/// From where the relay is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// From this machine only.
    Here,
    /// From other machines, by its public address.
    Public,
}

/// Sets what browsers obey.
pub(super) fn guard(name: &str, reach: &Reach, headers: &mut HeaderMap) {
    let policy = match (name, reach) {
        ("sw.js", _) => SERVICE_WORKER,
        (name, Reach::Here) if name.starts_with(WORKERS) => WORKER_HERE,
        (name, Reach::Public) if name.starts_with(WORKERS) => WORKER,
        _ => PAGE,
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    for (name, value) in SAME {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

/// The media type of a file, by its ending; anything else is not served.
pub(super) fn kind(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => return None,
    })
}
