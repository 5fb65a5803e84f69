//! The three headers, written and read in their one accepted form (RELAY-11).
//!
//! Reading takes the few variable parts out, writes the header anew from them and compares: whatever is not byte for byte what we
//! would have written is refused, so there is no second way to say the same.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};

use super::{Error, TAG};
use crate::hash::Hash;
use crate::key::Signature;

const COVERED: &str = "(\"@method\" \"@authority\" \"@path\" \"@query\")";
const COVERED_WITH_CONTENT: &str = "(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\")";

/// Longest header that is looked at.
const MAX_HEADER: usize = 512;

/// The variable parts of `Signature-Input`.
#[derive(Debug, Clone)]
pub(super) struct Input {
    pub(super) key: [u8; 32],
    pub(super) created: u64,
    /// Seconds from `created` to `expires`: given by what is signed, never by who signs.
    pub(super) lifetime: u64,
    pub(super) nonce: [u8; 16],
    pub(super) content: bool,
}

impl Input {
    /// Inner list and parameters, as signed.
    pub(super) fn parameters(&self) -> String {
        let covered = if self.content { COVERED_WITH_CONTENT } else { COVERED };
        let (created, expires) = (self.created, self.created.saturating_add(self.lifetime));
        let nonce = Base64UrlUnpadded::encode_string(&self.nonce);
        let key = Base64UrlUnpadded::encode_string(&self.key);
        format!(
            "{covered};created={created};expires={expires};nonce=\"{nonce}\";keyid=\"{key}\";alg=\"ed25519\";tag=\"{TAG}\""
        )
    }

    pub(super) fn parse(text: &str, lifetime: u64) -> Result<Self, Error> {
        if text.len() > MAX_HEADER {
            return Err(Error::Malformed);
        }
        let parameters = text.strip_prefix("s=").ok_or(Error::Malformed)?;
        let (content, rest) = match parameters.strip_prefix(COVERED_WITH_CONTENT) {
            Some(rest) => (true, rest),
            None => (false, parameters.strip_prefix(COVERED).ok_or(Error::Malformed)?),
        };
        let (created, rest) = between(rest, ";created=", ";expires=")?;
        let (_, rest) = between(rest, "", ";nonce=\"")?;
        let (nonce, rest) = between(rest, "", "\";keyid=\"")?;
        let (key, _) = between(rest, "", "\";alg=")?;
        let input = Self {
            key: fixed::<32>(Base64UrlUnpadded::decode_vec(key))?,
            created: created.parse().map_err(|_| Error::Malformed)?,
            lifetime,
            nonce: fixed::<16>(Base64UrlUnpadded::decode_vec(nonce))?,
            content,
        };
        if input.created >= 1 << 53 || input.parameters() != parameters {
            return Err(Error::Malformed);
        }
        Ok(input)
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Result<(&'a str, &'a str), Error> {
    text.strip_prefix(before)
        .and_then(|text| text.split_once(after))
        .ok_or(Error::Malformed)
}

fn fixed<const N: usize>(bytes: Result<Vec<u8>, base64ct::Error>) -> Result<[u8; N], Error> {
    bytes
        .map_err(|_| Error::Malformed)?
        .try_into()
        .map_err(|_| Error::Malformed)
}

/// `Content-Digest` of a body with this SHA-256.
pub(super) fn content_digest(digest: &Hash) -> String {
    format!("sha-256=:{}:", Base64::encode_string(digest.as_bytes()))
}

pub(super) fn parse_content_digest(text: &str) -> Result<Hash, Error> {
    let bytes = colons(text, "sha-256=:")?;
    fixed::<32>(Base64::decode_vec(bytes)).map(Hash::new)
}

/// `Signature` with these bytes.
pub(super) fn signature(signature: &Signature) -> String {
    format!("s=:{}:", Base64::encode_string(&signature.0))
}

pub(super) fn parse_signature(text: &str) -> Result<Signature, Error> {
    let bytes = colons(text, "s=:")?;
    fixed::<64>(Base64::decode_vec(bytes)).map(Signature)
}

fn colons<'a>(text: &'a str, before: &str) -> Result<&'a str, Error> {
    if text.len() > MAX_HEADER {
        return Err(Error::Malformed);
    }
    text.strip_prefix(before)
        .and_then(|text| text.strip_suffix(':'))
        .ok_or(Error::Malformed)
}
