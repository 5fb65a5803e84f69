//! Request signatures: [RFC 9421](https://www.rfc-editor.org/rfc/rfc9421) with Ed25519 and
//! [RFC 9530](https://www.rfc-editor.org/rfc/rfc9530) digests in one strict profile (RELAY-10 to RELAY-16).
//!
//! Wallet and relay share this code. Invariant: exactly one text of each header is accepted for given values, so a signature covers
//! everything that the relay acts on: method, authority, path, query and, when there is one, the body.
//!
//! ```
//! use protocol::relay::auth::{Request, Unverified, sign};
//! # use protocol::{key::{PublicKey, Signature, Signer}, time::Timestamp};
//! # struct Key(ed25519_dalek::SigningKey);
//! # impl Signer for Key {
//! #     fn public_key(&self) -> PublicKey { PublicKey::new(self.0.verifying_key().to_bytes()).unwrap() }
//! #     fn sign(&self, m: &[u8]) -> Signature { use ed25519_dalek::Signer as _; Signature(self.0.sign(m).to_bytes()) }
//! # }
//! # let key = Key(ed25519_dalek::SigningKey::from_bytes(&[7; 32]));
//! let request = Request::new("POST", "relay.example", "/v1/offers/00/claim", "").with_body(b"{}");
//! let now = Timestamp::new(1_700_000_000)?;
//! let headers = sign(&request, now, [9; 16], &key);
//! let unverified = Unverified::parse(headers.iter().map(|(name, value)| (*name, value.as_str())))?;
//! assert_eq!(unverified.verify(&request, now, 30)?.key, key.public_key());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod base;
mod header;

use crate::coded_error;
use crate::hash::{Hash, sha256};
use crate::key::{PublicKey, Signature, Signer};
use crate::time::Timestamp;

coded_error! {
    /// Why a signed request is refused.
    pub enum Error {
        Missing = "auth.missing", "the request is not signed";
        Malformed = "auth.malformed", "a signature header is not of the one accepted form";
        Key = "auth.key", "the key id is not a valid key";
        Content = "auth.content", "the body is not the one that was signed";
        Clock = "auth.clock", "the request is too old or from the future";
        Signature = "auth.signature", "the signature does not verify";
    }
}

/// Header with the digest of the body.
pub const CONTENT_DIGEST: &str = "content-digest";
/// Header with what is covered and the parameters.
pub const SIGNATURE_INPUT: &str = "signature-input";
/// Header with the signature.
pub const SIGNATURE: &str = "signature";
/// Names the profile.
pub const TAG: &str = "satchel-relay-v1";
/// Seconds from `created` to `expires`.
pub const LIFETIME: u64 = 60;
/// Seconds by which a client's clock may be ahead of the relay's.
pub const SKEW: u64 = 30;

/// The `Content-Digest` of a body with this SHA-256.
pub fn content_digest(digest: &Hash) -> String {
    header::content_digest(digest)
}

/// What a signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    method: &'a str,
    authority: &'a str,
    path: &'a str,
    query: &'a str,
    content: Option<Hash>,
}

impl<'a> Request<'a> {
    /// A request without a body. `authority` is the host in lower case, with the port unless it is the scheme's own; `path` and
    /// `query` (without its question mark) are exactly as sent.
    pub const fn new(method: &'a str, authority: &'a str, path: &'a str, query: &'a str) -> Self {
        Self {
            method,
            authority,
            path,
            query,
            content: None,
        }
    }

    /// The same request with this body.
    #[must_use]
    pub fn with_body(self, body: &[u8]) -> Self {
        self.with_digest(sha256(&[body]))
    }

    /// The same request with a body of which only the SHA-256 is at hand.
    #[must_use]
    pub const fn with_digest(self, digest: Hash) -> Self {
        Self {
            content: Some(digest),
            ..self
        }
    }

    /// The signature base with these signature parameters.
    fn base(&self, parameters: &str) -> String {
        let query = format!("?{}", self.query);
        let digest = self.content.as_ref().map(header::content_digest);
        let mut components = vec![
            ("@method", self.method),
            ("@authority", self.authority),
            ("@path", self.path),
            ("@query", query.as_str()),
        ];
        if let Some(digest) = &digest {
            components.push((CONTENT_DIGEST, digest));
        }
        base::build(&components, parameters)
    }
}

/// Signs a request: the headers to send with it.
pub fn sign(
    request: &Request<'_>,
    created: Timestamp,
    nonce: [u8; 16],
    signer: &dyn Signer,
) -> Vec<(&'static str, String)> {
    sign_for(LIFETIME, request, created, nonce, signer)
}

/// As [`sign`], for another lifetime in seconds.
pub(super) fn sign_for(
    lifetime: u64,
    request: &Request<'_>,
    created: Timestamp,
    nonce: [u8; 16],
    signer: &dyn Signer,
) -> Vec<(&'static str, String)> {
    let input = header::Input {
        key: *signer.public_key().as_bytes(),
        created: created.seconds(),
        lifetime,
        nonce,
        content: request.content.is_some(),
    };
    let parameters = input.parameters();
    let signature = signer.sign(request.base(&parameters).as_bytes());
    let mut headers = Vec::with_capacity(3);
    if let Some(digest) = &request.content {
        headers.push((CONTENT_DIGEST, header::content_digest(digest)));
    }
    headers.push((SIGNATURE_INPUT, format!("s={parameters}")));
    headers.push((SIGNATURE, header::signature(&signature)));
    headers
}

/// Signature headers of the accepted form, nothing proven yet.
#[derive(Clone)]
pub struct Unverified {
    input: header::Input,
    key: PublicKey,
    signature: Signature,
    digest: Option<Hash>,
}

impl Unverified {
    /// Reads the three headers among all headers of a request; names are compared without regard to case.
    ///
    /// # Errors
    /// [`Error::Missing`] when the request carries no signature header at all, [`Error::Malformed`] for any header that is doubled or
    /// not of the one accepted form, [`Error::Key`] for a key id that is no strict Ed25519 key.
    pub fn parse<'h>(headers: impl IntoIterator<Item = (&'h str, &'h str)>) -> Result<Self, Error> {
        Self::parse_for(LIFETIME, headers)
    }

    /// As [`Unverified::parse`], for what is signed for another lifetime in seconds: the two are never taken for each other.
    pub(super) fn parse_for<'h>(
        lifetime: u64,
        headers: impl IntoIterator<Item = (&'h str, &'h str)>,
    ) -> Result<Self, Error> {
        let (mut input, mut signature, mut digest) = (None, None, None);
        for (name, value) in headers {
            let place = match name {
                n if n.eq_ignore_ascii_case(SIGNATURE_INPUT) => &mut input,
                n if n.eq_ignore_ascii_case(SIGNATURE) => &mut signature,
                n if n.eq_ignore_ascii_case(CONTENT_DIGEST) => &mut digest,
                _ => continue,
            };
            if place.replace(value).is_some() {
                return Err(Error::Malformed);
            }
        }
        let (input, signature) = match (input, signature) {
            (None, None) => return Err(Error::Missing),
            (Some(input), Some(signature)) => (
                header::Input::parse(input, lifetime)?,
                header::parse_signature(signature)?,
            ),
            _ => return Err(Error::Malformed),
        };
        let digest = digest.map(header::parse_content_digest).transpose()?;
        if digest.is_some() != input.content {
            return Err(Error::Malformed);
        }
        let key = PublicKey::new(input.key).map_err(|_| Error::Key)?;
        Ok(Self {
            input,
            key,
            signature,
            digest,
        })
    }

    /// The digest that the body must have; none when there must be no body.
    pub const fn digest(&self) -> Option<Hash> {
        self.digest
    }

    /// Verifies signature and time. The caller of [`Request::with_digest`] still compares the digest with the body that arrives.
    ///
    /// # Errors
    /// [`Error::Content`] when the body's digest is not the signed one, [`Error::Signature`] when the signature does not verify,
    /// [`Error::Clock`] when `created` is more than `skew` seconds ahead of `now` or the lifetime is over.
    pub fn verify(&self, request: &Request<'_>, now: Timestamp, skew: u64) -> Result<Authenticated, Error> {
        if request.content != self.digest {
            return Err(Error::Content);
        }
        let base = request.base(&self.input.parameters());
        self.key
            .verify(base.as_bytes(), &self.signature)
            .map_err(|_| Error::Signature)?;
        let created = Timestamp::new(self.input.created).map_err(|_| Error::Malformed)?;
        let expires = created.plus(self.input.lifetime);
        if created > now.plus(skew) || expires < now {
            return Err(Error::Clock);
        }
        Ok(Authenticated {
            key: self.key,
            created,
            expires,
            nonce: self.input.nonce,
        })
    }
}

/// Who signed a request, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authenticated {
    /// The capability.
    pub key: PublicKey,
    /// When it was signed.
    pub created: Timestamp,
    /// After this moment the signature is refused.
    pub expires: Timestamp,
    /// Sixteen random bytes.
    pub nonce: [u8; 16],
}

#[cfg(test)]
mod tests;
