//! COSE_Sign1 ([RFC 9052 §4.2](https://www.rfc-editor.org/rfc/rfc9052#section-4.2)) in one strict shape
//! (`core/spec/conventions.md`, COSE rules); the one place that checks signatures of objects.
//!
//! Shape: tag 18, `[protected, {}, payload, signature]`; protected header exactly `{1: -19, 3: label}` (Ed25519 of
//! [RFC 9864](https://www.rfc-editor.org/rfc/rfc9864), content type); unprotected header empty; `external_aad` = the label.
//! Invariant: the signature is checked over the exact received bytes, and [`Verified`] is made nowhere else.

use minicbor::data::{Int, Tag};
use minicbor::{Decoder, Encoder};

use crate::coded_error;
use crate::key::{PublicKey, Signature, Signer};
use crate::label::Label;

coded_error! {
    /// Why bytes are not a signed object of the wanted kind.
    pub enum Error {
        TooLarge = "cose.too_large", "the signed object is larger than permitted";
        Malformed = "cose.malformed", "the signed object is damaged";
        Algorithm = "cose.algorithm", "the signature algorithm is not known";
        Label = "cose.label", "the signed object is of another kind";
        Header = "cose.header", "the signed object carries headers that are not permitted";
        Signature = "cose.signature", "the signature does not verify";
    }
}

/// The largest signed object.
pub const MAX_BYTES: usize = 4 << 20;

const ED25519: i64 = -19;

/// Signs a payload: the exact bytes of the object.
pub fn sign(label: Label, payload: &[u8], signer: &dyn Signer) -> Vec<u8> {
    let signature = signer.sign(&to_be_signed(label, payload));
    assemble(label, payload, &signature)
}

/// A parsed object whose signature nobody has checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified {
    label: Label,
    bytes: Vec<u8>,
    payload: Vec<u8>,
    signature: [u8; 64],
}

impl Unverified {
    /// Parses an object of this kind; any other kind, header or encoding is refused.
    ///
    /// # Errors
    /// See [`Error`]; never [`Error::Signature`].
    pub fn parse(label: Label, bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_BYTES {
            return Err(Error::TooLarge);
        }
        let Parts {
            protected,
            payload,
            signature,
        } = split(bytes)?;
        check_protected(protected, label)?;
        let object = Self {
            label,
            bytes: bytes.to_vec(),
            payload: payload.to_vec(),
            signature,
        };
        // The header was judged by meaning; comparing with a fresh assembly refuses every other encoding of it.
        if assemble(label, payload, &Signature(signature)) != bytes {
            return Err(Error::Malformed);
        }
        Ok(object)
    }

    /// The payload, still unproven.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The exact received bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Checks the signature strictly.
    ///
    /// # Errors
    /// [`Error::Signature`] when the key did not sign exactly these bytes.
    pub fn verify(self, key: &PublicKey) -> Result<Verified, Error> {
        key.verify(&to_be_signed(self.label, &self.payload), &Signature(self.signature))
            .map_err(|_| Error::Signature)?;
        Ok(Verified {
            bytes: self.bytes,
            payload: self.payload,
            key: *key,
        })
    }
}

/// An object whose signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    bytes: Vec<u8>,
    payload: Vec<u8>,
    key: PublicKey,
}

impl Verified {
    /// The exact bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The signed payload.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The key that signed.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }
}

/// The Sig_structure of RFC 9052 §4.4: `["Signature1", protected, external_aad, payload]`.
fn to_be_signed(label: Label, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() + 160);
    let mut e = Encoder::new(&mut out);
    let written = e
        .array(4)
        .and_then(|e| e.str("Signature1"))
        .and_then(|e| e.bytes(&protected(label)))
        .and_then(|e| e.bytes(label.as_str().as_bytes()))
        .and_then(|e| e.bytes(payload))
        .map(|_| ());
    debug_assert!(written.is_ok());
    out
}

fn protected(label: Label) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    let mut e = Encoder::new(&mut out);
    let written = e
        .map(2)
        .and_then(|e| e.u8(1))
        .and_then(|e| e.i64(ED25519))
        .and_then(|e| e.u8(3))
        .and_then(|e| e.str(label.as_str()))
        .map(|_| ());
    debug_assert!(written.is_ok());
    out
}

fn assemble(label: Label, payload: &[u8], signature: &Signature) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() + 160);
    let mut e = Encoder::new(&mut out);
    let written = e
        .tag(Tag::new(18))
        .and_then(|e| e.array(4))
        .and_then(|e| e.bytes(&protected(label)))
        .and_then(|e| e.map(0))
        .and_then(|e| e.bytes(payload))
        .and_then(|e| e.bytes(&signature.0))
        .map(|_| ());
    debug_assert!(written.is_ok());
    out
}

struct Parts<'a> {
    protected: &'a [u8],
    payload: &'a [u8],
    signature: [u8; 64],
}

fn split(bytes: &[u8]) -> Result<Parts<'_>, Error> {
    fn start(d: &mut Decoder<'_>) -> Result<Option<u64>, minicbor::decode::Error> {
        if d.tag()? != Tag::new(18) {
            return Err(minicbor::decode::Error::message("not COSE_Sign1"));
        }
        d.array()
    }
    let mut d = Decoder::new(bytes);
    if start(&mut d).map_err(|_| Error::Malformed)? != Some(4) {
        return Err(Error::Malformed);
    }
    let protected = d.bytes().map_err(|_| Error::Malformed)?;
    match d.map() {
        Ok(Some(0)) => {}
        Ok(_) => return Err(Error::Header),
        Err(_) => return Err(Error::Malformed),
    }
    let payload = d.bytes().map_err(|_| Error::Malformed)?;
    let signature = d
        .bytes()
        .map_err(|_| Error::Malformed)?
        .try_into()
        .map_err(|_| Error::Malformed)?;
    if d.position() != bytes.len() {
        return Err(Error::Malformed);
    }
    Ok(Parts {
        protected,
        payload,
        signature,
    })
}

fn check_protected(protected: &[u8], label: Label) -> Result<(), Error> {
    let mut d = Decoder::new(protected);
    let entries = d.map().map_err(|_| Error::Malformed)?.ok_or(Error::Malformed)?;
    let mut seen_algorithm = false;
    let mut seen_type = false;
    for _ in 0..entries {
        match i64::try_from(d.int().unwrap_or(Int::from(0))).unwrap_or(0) {
            1 => {
                if d.i64().map_err(|_| Error::Algorithm)? != ED25519 {
                    return Err(Error::Algorithm);
                }
                seen_algorithm = true;
            }
            3 => {
                if d.str().map_err(|_| Error::Label)? != label.as_str() {
                    return Err(Error::Label);
                }
                seen_type = true;
            }
            _ => return Err(Error::Header),
        }
    }
    if seen_algorithm && seen_type && d.position() == protected.len() {
        Ok(())
    } else {
        Err(Error::Header)
    }
}
