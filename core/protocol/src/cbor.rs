//! Deterministic CBOR ([RFC 8949 §4.2](https://www.rfc-editor.org/rfc/rfc8949#section-4.2)): the only encoding of signed objects
//! (`core/spec/conventions.md`, CBOR rules).
//!
//! Invariant: what decodes here was encoded deterministically: the value is encoded afresh and compared with the received
//! bytes, so longer integers, indefinite lengths, trailing bytes and unknown extra members are all refused.

use minicbor::{Decode, Encode};

use crate::coded_error;

pub use minicbor::bytes::{ByteArray, ByteVec as Bytes};

coded_error! {
    /// Why bytes are not the deterministic CBOR of the wanted type.
    pub enum Error {
        Malformed = "cbor.malformed", "the data is damaged or of another kind";
        NotDeterministic = "cbor.not_deterministic", "the data is not in its one permitted encoding";
        TooLarge = "cbor.too_large", "the data is larger than permitted";
        TooDeep = "cbor.too_deep", "the data is nested more deeply than permitted";
    }
}

/// Nesting beyond this is refused before anything is decoded.
pub const MAX_DEPTH: usize = 16;

/// Encodes a value. Encoding into memory cannot fail.
pub fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing to a Vec is infallible; a custom Encode of ours never returns an error of its own.
    let written = minicbor::encode(value, &mut out);
    debug_assert!(written.is_ok());
    out
}

/// Decodes a value of at most `cap` bytes and refuses every encoding but the deterministic one.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::TooDeep`], [`Error::Malformed`] or [`Error::NotDeterministic`].
///
/// ```
/// assert_eq!(protocol::cbor::decode::<u64>(&[0x18, 0x18], 16), Ok(24));
/// assert!(protocol::cbor::decode::<u64>(&[0x19, 0x00, 0x18], 16).is_err());
/// ```
pub fn decode<T>(bytes: &[u8], cap: usize) -> Result<T, Error>
where
    T: for<'b> Decode<'b, ()> + Encode<()>,
{
    if bytes.len() > cap {
        return Err(Error::TooLarge);
    }
    check_depth(bytes)?;
    let value: T = minicbor::decode(bytes).map_err(|_| Error::Malformed)?;
    if encode(&value) != bytes {
        return Err(Error::NotDeterministic);
    }
    Ok(value)
}

/// Walks the items without recursion, so that a hostile nesting cannot exhaust the stack.
fn check_depth(bytes: &[u8]) -> Result<(), Error> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let mut open: Vec<u64> = Vec::new();
    loop {
        while open.last() == Some(&0) {
            open.pop();
        }
        if decoder.position() >= bytes.len() {
            break;
        }
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        use minicbor::data::Type;
        match decoder.datatype().map_err(|_| Error::Malformed)? {
            Type::Array => {
                let n = decoder
                    .array()
                    .map_err(|_| Error::Malformed)?
                    .ok_or(Error::NotDeterministic)?;
                open.push(n);
            }
            Type::Map => {
                let n = decoder
                    .map()
                    .map_err(|_| Error::Malformed)?
                    .ok_or(Error::NotDeterministic)?;
                open.push(n.checked_mul(2).ok_or(Error::Malformed)?);
            }
            Type::Tag => {
                decoder.tag().map_err(|_| Error::Malformed)?;
                open.push(1);
            }
            Type::ArrayIndef | Type::MapIndef | Type::BytesIndef | Type::StringIndef => {
                return Err(Error::NotDeterministic);
            }
            _ => decoder.skip().map_err(|_| Error::Malformed)?,
        }
        if open.len() > MAX_DEPTH {
            return Err(Error::TooDeep);
        }
    }
    Ok(())
}
