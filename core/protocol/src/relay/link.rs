//! Blobs that one chain shares with another without being sent again (RELAY-38).
//!
//! The request is made on the chain that gets them and signed by a key that may upload there. Beside the addresses it carries a second
//! signature, the permit, by a key of the chain that has them, over the same request profile: `POST` to that chain's own address, with the
//! other chain in the query and the addresses as the body. A permit lives for [`LIFETIME`]: who gets the blobs may be away for a while. Invariant: nobody gets a blob into a chain of theirs without a key of the chain it
//! lies in, and nobody fills a chain without its own.

use crate::hash::{Hash, sha256};
use crate::id::ResourceId;
use crate::key::{PublicKey, Signer};
use crate::time::Timestamp;

use super::auth::{self, Error, Request, SIGNATURE, SIGNATURE_INPUT, Unverified};

/// Seconds from its signing for which a permit counts.
pub const LIFETIME: u64 = 30 * 24 * 3600;

/// What the owner of the source says: path and query as signed.
struct Place {
    path: String,
    query: String,
    digest: Hash,
}

impl Place {
    fn new(source: &ResourceId, target: &ResourceId, addresses: &[Hash]) -> Self {
        let parts: Vec<&[u8]> = addresses.iter().map(|address| address.as_bytes().as_slice()).collect();
        Self {
            path: format!("/v1/chains/{source}/blobs/link"),
            query: format!("to={target}"),
            digest: sha256(&parts),
        }
    }

    fn request<'a>(&'a self, authority: &'a str) -> Request<'a> {
        Request::new("POST", authority, &self.path, &self.query).with_digest(self.digest)
    }
}

/// Signs that `target` may have these blobs of `source`: the values of `signature_input` and `signature`.
pub fn sign(
    authority: &str,
    (source, target): (&ResourceId, &ResourceId),
    addresses: &[Hash],
    (created, nonce): (Timestamp, [u8; 16]),
    signer: &dyn Signer,
) -> (String, String) {
    let place = Place::new(source, target, addresses);
    let (mut input, mut signature) = (String::new(), String::new());
    for (name, value) in auth::sign_for(LIFETIME, &place.request(authority), created, nonce, signer) {
        match name {
            SIGNATURE_INPUT => input = value,
            SIGNATURE => signature = value,
            _ => {}
        }
    }
    (input, signature)
}

/// The key that signed for the source. Whether it may read there is the relay's to look up.
///
/// # Errors
/// Those of [`Unverified::parse`] and [`Unverified::verify`]; [`Error::Clock`] after [`LIFETIME`].
pub fn verify(
    authority: &str,
    (source, target): (&ResourceId, &ResourceId),
    addresses: &[Hash],
    (input, signature): (&str, &str),
    now: Timestamp,
) -> Result<PublicKey, Error> {
    let place = Place::new(source, target, addresses);
    let request = place.request(authority);
    let digest = auth::content_digest(&place.digest);
    let headers = [
        (auth::CONTENT_DIGEST, digest.as_str()),
        (SIGNATURE_INPUT, input),
        (SIGNATURE, signature),
    ];
    Ok(Unverified::parse_for(LIFETIME, headers)?
        .verify(&request, now, auth::SKEW)?
        .key)
}
