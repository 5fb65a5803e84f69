//! Signed objects put together by hand, so that they can also be put together wrongly.

use curve25519_dalek::scalar::{Scalar, clamp_integer};
use minicbor::{Encoder, data::Tag};
use protocol::cose::Unverified;
use protocol::key::Signer;
use protocol::label::Label;
use sha2::{Digest, Sha512};

use super::Key;

/// The protected header that this label demands.
pub fn protected(label: Label) -> Vec<u8> {
    let mut e = Encoder::new(Vec::new());
    e.map(2)
        .unwrap()
        .u8(1)
        .unwrap()
        .i64(-19)
        .unwrap()
        .u8(3)
        .unwrap()
        .str(label.as_str())
        .unwrap();
    e.into_writer()
}

/// The bytes under the signature.
pub fn to_be_signed(protected: &[u8], aad: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut e = Encoder::new(Vec::new());
    e.array(4)
        .unwrap()
        .str("Signature1")
        .unwrap()
        .bytes(protected)
        .unwrap()
        .bytes(aad)
        .unwrap()
        .bytes(payload)
        .unwrap();
    e.into_writer()
}

/// A COSE_Sign1 with any protected header and any additional data.
pub fn sign1(protected: &[u8], aad: &[u8], payload: &[u8], key: &Key) -> Vec<u8> {
    let signature = key.sign(&to_be_signed(protected, aad, payload)).0;
    assemble(protected, &[0xa0], payload, &signature)
}

/// The parts as they are; `unprotected` is CBOR.
pub fn assemble(protected: &[u8], unprotected: &[u8], payload: &[u8], signature: &[u8]) -> Vec<u8> {
    let mut e = Encoder::new(Vec::new());
    e.tag(Tag::new(18)).unwrap().array(4).unwrap().bytes(protected).unwrap();
    e.writer_mut().extend_from_slice(unprotected);
    e.bytes(payload).unwrap().bytes(signature).unwrap();
    e.into_writer()
}

/// A payload properly signed under a label.
pub fn signed(label: Label, payload: &[u8], key: &Key) -> Vec<u8> {
    sign1(&protected(label), label.as_str().as_bytes(), payload, key)
}

pub fn payload(label: Label, bytes: &[u8]) -> Vec<u8> {
    Unverified::parse(label, bytes).unwrap().payload().to_vec()
}

pub fn flip(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

/// The other signature of the same equation: S plus the order of the group.
pub fn malleable(signature: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut out = signature.to_vec();
    let mut carry = 0u16;
    for (byte, order) in out[32..].iter_mut().zip(ORDER) {
        carry += u16::from(*byte) + u16::from(order);
        *byte = carry as u8;
        carry >>= 8;
    }
    out
}

/// A signature whose R is the neutral point: it satisfies the equation, yet strict verification refuses it.
pub fn small_order_r(key: &Key, message: &[u8]) -> Vec<u8> {
    let mut r = [0u8; 32];
    r[0] = 1;
    let secret = Sha512::digest(key.0.to_bytes());
    let secret = Scalar::from_bytes_mod_order(clamp_integer(secret[..32].try_into().unwrap()));
    let hash = Sha512::new()
        .chain_update(r)
        .chain_update(key.public_key().as_bytes())
        .chain_update(message)
        .finalize();
    let challenge = Scalar::from_bytes_mod_order_wide(&hash.into());
    [r, (challenge * secret).to_bytes()].concat()
}

/// Lower-case hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
