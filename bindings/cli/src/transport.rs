//! How a request leaves this machine. The shipped way is HTTP by `reqwest`; tests put a recorder or a liar in its place.

use std::time::Duration;

use reqwest::Method;
use reqwest::blocking::Client;
use reqwest::redirect::Policy;
use vault::facade::{Header, Request};

use crate::error::Error;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<Header>,
    /// Body.
    pub body: Vec<u8>,
}

/// Sends one request and waits for its answer; called from several threads at once. The error is what
/// [`Vault::on_failure`](vault::facade::Vault::on_failure) takes: `network` or `timeout`.
pub trait Transport: Send + Sync {
    /// Sends.
    ///
    /// # Errors
    /// `network` when nothing was reached, `timeout` when no answer came in time.
    fn send(&self, request: &Request) -> Result<Response, &'static str>;
}

/// Most bytes of an answer that are read.
const MAX_BODY: u64 = 64 << 20;

/// HTTP/1.1 by `reqwest`, TLS by rustls.
#[derive(Debug, Clone)]
pub struct Http(Client);

impl Http {
    /// A client that follows no redirects: a relay answers itself or not at all.
    ///
    /// # Errors
    /// `cli.tls` when TLS cannot be set up.
    pub fn new() -> Result<Self, Error> {
        // A second call finds the provider installed, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(10))
            // Longer than the longest wait for news at a relay.
            .timeout(Duration::from_secs(90))
            .build();
        client
            .map(Self)
            .map_err(|error| Error::new("cli.tls", error.without_url().to_string()))
    }
}

impl Transport for Http {
    fn send(&self, request: &Request) -> Result<Response, &'static str> {
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| "network")?;
        let mut builder = self.0.request(method, &request.url);
        for header in &request.headers {
            builder = builder.header(&header.name, &header.value);
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let word = |error: &reqwest::Error| if error.is_timeout() { "timeout" } else { "network" };
        let response = builder.send().map_err(|error| word(&error))?;
        let status = response.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| Header {
                name: name.as_str().to_owned(),
                value: text(value),
            })
            .collect();
        let mut body = Vec::new();
        let mut capped = std::io::Read::take(response, MAX_BODY);
        std::io::Read::read_to_end(&mut capped, &mut body).map_err(|_| "network")?;
        Ok(Response { status, headers, body })
    }
}
