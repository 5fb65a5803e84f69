//! One request on its way in: its name, its signature, its body (RELAY-10 to RELAY-16).
//!
//! Invariant: a handler sees a [`Caller`] only after signature, time and body digest were checked, and before any resource was looked at.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use protocol::hash::{Hash, sha256};
use protocol::key::PublicKey;
use protocol::relay::auth::{self, SKEW, Unverified};
use protocol::relay::message::Access;
use protocol::relay::problem;
use protocol::time::Timestamp;
use serde::de::DeserializeOwned;

use crate::authority;
use crate::refusal::{Refusal, Result};
use crate::relay::Relay;
use crate::store::{Store, op};

/// Where a request came from, as the connection says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    pub(crate) tls: bool,
}

/// A request of which nothing is proven yet.
pub(crate) struct Call {
    parts: Parts,
    body: Body,
}

/// A request whose signature, time and body were checked.
pub(crate) struct Caller {
    pub(crate) key: PublicKey,
    pub(crate) once: op::Once,
    authority: String,
    parts: Parts,
}

/// A request whose signature and time were checked; its body, still to come, must have this digest.
pub(crate) struct Pending {
    pub(crate) caller: Caller,
    pub(crate) digest: Option<Hash>,
    pub(crate) body: Body,
}

impl Call {
    pub(crate) fn new(request: Request) -> Self {
        let (parts, body) = request.into_parts();
        Self { parts, body }
    }

    /// The client's address, for rate limits only.
    pub(crate) fn address<S: Store>(&self, relay: &Relay<S>) -> IpAddr {
        address(relay, &self.parts)
    }

    /// A signed request with its body in memory.
    pub(crate) async fn signed<S: Store>(self, relay: &Relay<S>, limit: u64) -> Result<(Caller, Bytes)> {
        let Pending { caller, digest, body } = self.pending(relay)?;
        let bytes = read(relay, &caller.parts.headers, body, limit).await?;
        check_digest(digest, &bytes)?;
        Ok((caller, bytes))
    }

    /// A signed request without a body, and the id in its address.
    pub(crate) async fn plain<S: Store, I: FromStr>(self, relay: &Relay<S>, path: &str) -> Result<(Caller, I)> {
        let (caller, _) = self.signed(relay, 0).await?;
        Ok((caller, id(path)?))
    }

    /// A signed request with a message, and the id in its address.
    pub(crate) async fn told<S, I, T>(self, relay: &Relay<S>, path: &str) -> Result<(Caller, I, T)>
    where
        S: Store,
        I: FromStr,
        T: DeserializeOwned,
    {
        let (caller, bytes) = self.signed(relay, relay.config.limits.request).await?;
        Ok((caller, id(path)?, body(&bytes)?))
    }

    /// A request that need not be signed; if it is, everything holds that holds for signed ones.
    pub(crate) async fn maybe_signed<S: Store>(self, relay: &Relay<S>, limit: u64) -> Result<(Option<Caller>, Bytes)> {
        let headers = &self.parts.headers;
        if headers.contains_key(auth::SIGNATURE_INPUT) || headers.contains_key(auth::SIGNATURE) {
            let (caller, bytes) = self.signed(relay, limit).await?;
            return Ok((Some(caller), bytes));
        }
        Ok((None, read(relay, &self.parts.headers, self.body, limit).await?))
    }

    /// Checks everything but the body, which is left to be streamed.
    pub(crate) fn pending<S: Store>(self, relay: &Relay<S>) -> Result<Pending> {
        let now = relay.now();
        let authority = self.authority(relay)?;
        let headers = self
            .parts
            .headers
            .iter()
            .filter_map(|(name, value)| value.to_str().ok().map(|value| (name.as_str(), value)));
        let refuse = |error| Refusal::unauthenticated(error, now);
        let unverified = Unverified::parse(headers).map_err(refuse)?;
        let uri = &self.parts.uri;
        let request = auth::Request::new(
            self.parts.method.as_str(),
            &authority,
            uri.path(),
            uri.query().unwrap_or_default(),
        );
        let request = match unverified.digest() {
            Some(digest) => request.with_digest(digest),
            None => request,
        };
        let signer = unverified.verify(&request, now, SKEW).map_err(refuse)?;
        relay.rates.capability(signer.key.as_bytes())?;
        let once = op::Once {
            key: signer.key,
            nonce: signer.nonce,
            expires: signer.expires,
        };
        let caller = Caller {
            key: signer.key,
            once,
            authority,
            parts: self.parts,
        };
        Ok(Pending {
            caller,
            digest: unverified.digest(),
            body: self.body,
        })
    }

    /// The relay's name as this request must be signed for it.
    fn authority<S: Store>(&self, relay: &Relay<S>) -> Result<String> {
        if let Some(fixed) = &relay.authority {
            return Ok(fixed.clone());
        }
        let host = self.parts.uri.authority().map(axum::http::uri::Authority::as_str);
        let host = host
            .or_else(|| self.parts.headers.get(header::HOST)?.to_str().ok())
            .ok_or(problem::Error::Authority)?;
        let tls = self.parts.extensions.get::<Peer>().is_some_and(|peer| peer.tls);
        let authority = authority::of_host(host, tls);
        if authority::is_loopback(&authority) {
            Ok(authority)
        } else {
            Err(problem::Error::Authority.into())
        }
    }
}

impl Caller {
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The relay's name as the request was signed for it.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    pub(crate) fn query(&self) -> &str {
        self.parts.uri.query().unwrap_or_default()
    }

    pub(crate) fn address<S: Store>(&self, relay: &Relay<S>) -> IpAddr {
        address(relay, &self.parts)
    }

    /// This request as evidence of an access.
    pub(crate) fn access(&self, time: Timestamp, address: Option<Hash>, through: Option<u64>) -> Access {
        let header = |name| {
            self.parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        Access {
            key: self.key,
            address,
            through,
            time,
            method: self.parts.method.to_string(),
            authority: self.authority.clone(),
            path: self.parts.uri.path().to_owned(),
            query: self.query().to_owned(),
            signature_input: header(auth::SIGNATURE_INPUT),
            signature: header(auth::SIGNATURE),
        }
    }
}

pub(crate) fn address<S: Store>(relay: &Relay<S>, parts: &Parts) -> IpAddr {
    let peer = parts
        .extensions
        .get::<Peer>()
        .map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.address);
    if !relay.config.behind_proxy {
        return peer;
    }
    let forwarded = parts
        .headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok());
    forwarded
        .and_then(|list| list.rsplit(',').next()?.trim().parse().ok())
        .unwrap_or(peer)
}

fn check_digest(digest: Option<Hash>, body: &[u8]) -> Result<()> {
    let right = match digest {
        Some(digest) => sha256(&[body]) == digest,
        None => body.is_empty(),
    };
    if right {
        Ok(())
    } else {
        Err(problem::Error::Signature.into())
    }
}

async fn read<S: Store>(relay: &Relay<S>, headers: &HeaderMap, body: Body, limit: u64) -> Result<Bytes> {
    if announced(headers).is_some_and(|length| length > limit) {
        return Err(Refusal::too_large(limit));
    }
    let limited = Limited::new(body, usize::try_from(limit).unwrap_or(usize::MAX));
    let patience = Duration::from_secs(relay.config.body_seconds);
    match tokio::time::timeout(patience, limited.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refusal::too_large(limit)),
        Ok(Err(_)) => Err(problem::Error::Malformed.into()),
        Err(_) => Err(problem::Error::Timeout.into()),
    }
}

/// The announced length of the body.
pub(crate) fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A JSON body of the one expected form.
fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|_| problem::Error::Malformed.into())
}

/// An id in the address; anything else is not found.
pub(crate) fn id<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| problem::Error::NotFound.into())
}

/// Bytes that must not be longer than this.
pub(crate) fn at_most(length: usize, limit: u64) -> Result<()> {
    if length as u64 <= limit {
        Ok(())
    } else {
        Err(Refusal::too_large(limit))
    }
}
