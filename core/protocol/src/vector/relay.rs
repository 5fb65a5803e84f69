//! Operations on requests to a relay (`core/spec/relay.md`, RELAY-10 to RELAY-16, RELAY-38).

use core::cell::RefCell;

use serde_json::{Value, json};

use super::input::Input;
use super::{Code, INPUT, UNKNOWN, code};
use crate::hash::Hash;
use crate::id::ResourceId;
use crate::key::{PublicKey, Signature, Signer};
use crate::relay::auth::{CONTENT_DIGEST, Request, SIGNATURE_INPUT, Unverified, sign};
use crate::relay::link;

pub(super) fn run(op: &str, input: &Input<'_>) -> Result<Value, Code> {
    match op {
        "request.base" => base(input),
        "request.verify" => verify(input),
        "link.permit" => permit(input),
        "link.verify" => permitted(input),
        _ => Err(UNKNOWN),
    }
}

/// Keeps what it is asked to sign.
struct Asked {
    key: PublicKey,
    message: RefCell<Vec<u8>>,
}

impl Signer for Asked {
    fn public_key(&self) -> PublicKey {
        self.key
    }
    fn sign(&self, message: &[u8]) -> Signature {
        *self.message.borrow_mut() = message.to_vec();
        Signature([0; 64])
    }
}

fn request<'a>(input: &Input<'a>) -> Result<Request<'a>, Code> {
    let request = Request::new(
        input.text("method")?,
        input.text("authority")?,
        input.text("path")?,
        input.text("query")?,
    );
    Ok(match input.0.get("body") {
        None | Some(Value::Null) => request,
        Some(_) => request.with_body(&input.bytes("body")?),
    })
}

/// The headers but the signature, and the bytes to sign.
fn base(input: &Input<'_>) -> Result<Value, Code> {
    let asked = Asked {
        key: input.key("key")?,
        message: RefCell::default(),
    };
    let headers = sign(&request(input)?, input.time("created")?, input.array("nonce")?, &asked);
    let header = |name| {
        headers
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| value.as_str())
    };
    let base = String::from_utf8(asked.message.take()).map_err(|_| INPUT)?;
    Ok(json!({ "content_digest": header(CONTENT_DIGEST), "signature_input": header(SIGNATURE_INPUT), "base": base }))
}

/// Source, target and addresses of a permit to link.
type Linked = (ResourceId, ResourceId, Vec<Hash>);

fn linked(input: &Input<'_>) -> Result<Linked, Code> {
    let addresses = input
        .byte_list("addresses")?
        .into_iter()
        .map(|bytes| Ok(Hash::new(bytes.try_into().map_err(|_| INPUT)?)))
        .collect::<Result<_, Code>>()?;
    Ok((input.hash("source")?, input.hash("target")?, addresses))
}

/// What the owner of the source signs.
fn permit(input: &Input<'_>) -> Result<Value, Code> {
    let asked = Asked {
        key: input.key("key")?,
        message: RefCell::default(),
    };
    let (source, target, addresses) = linked(input)?;
    let moment = (input.time("created")?, input.array("nonce")?);
    let (signature_input, _) = link::sign(input.text("authority")?, (&source, &target), &addresses, moment, &asked);
    let base = String::from_utf8(asked.message.take()).map_err(|_| INPUT)?;
    Ok(json!({ "signature_input": signature_input, "base": base }))
}

/// Who permits, at a time.
fn permitted(input: &Input<'_>) -> Result<Value, Code> {
    let (source, target, addresses) = linked(input)?;
    let signed = (input.text("signature_input")?, input.text("signature")?);
    let now = input.time("now")?;
    link::verify(input.text("authority")?, (&source, &target), &addresses, signed, now)
        .map(|key| json!({ "key": key }))
        .map_err(code)
}

/// Headers as received, a list of `{name, value}`, checked against the request at a time.
fn verify(input: &Input<'_>) -> Result<Value, Code> {
    let headers: Vec<_> = input
        .list("headers")?
        .map(|header| Ok((header.text("name")?, header.text("value")?)))
        .collect::<Result<_, Code>>()?;
    let unverified = Unverified::parse(headers).map_err(code)?;
    let skew = crate::relay::auth::SKEW;
    let authenticated = unverified
        .verify(&request(input)?, input.time("now")?, skew)
        .map_err(code)?;
    let nonce: String = authenticated.nonce.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(json!({ "key": authenticated.key, "created": authenticated.created, "nonce": nonce }))
}
