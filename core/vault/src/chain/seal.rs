//! What a relay stores of a block, and of a shared record: ciphertexts of padded sizes.

use protocol::cbor::Bytes;
use protocol::hash::{Hash, sha256};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::Error;
use crate::crypto::secret::{Secret32, SecretBytes};
use crate::crypto::{content, pad};
use crate::fault::Fault;

/// A block as the relay stores it.
pub struct Sealed {
    /// The signed block under the epoch secret.
    pub block: Vec<u8>,
    /// The body's key under the epoch secret: the deletable slot.
    pub slot: Vec<u8>,
    /// The body under its key.
    pub body: Vec<u8>,
}

/// Seals a block and its body (SEALB-1 to SEALB-3).
///
/// # Errors
/// `crypto.too_large`.
pub fn seal_block(
    epoch: &Secret32,
    label: &Hash,
    block: &[u8],
    body: &SecretBytes,
    key: &Secret32,
    rng: &mut dyn CryptoRng,
) -> Result<Sealed, Fault> {
    let context = |kind| content::context(kind, label.as_bytes());
    Ok(Sealed {
        block: content::seal(epoch, content::salt(rng), &context("block"), &pad::pad(block)?),
        slot: content::seal(epoch, content::salt(rng), &context("slot"), key.as_bytes()),
        body: content::seal(key, content::salt(rng), &context("body"), &pad::pad(body.as_bytes())?),
    })
}

/// Opens a block and, if it is still there, its body.
///
/// # Errors
/// `sync.sealed`, `sync.gone`.
pub fn open_block(
    epoch: &Secret32,
    label: &Hash,
    block: Option<&[u8]>,
    slot: Option<&[u8]>,
    body: Option<&[u8]>,
) -> Result<(Vec<u8>, Option<SecretBytes>), Error> {
    let context = |kind| content::context(kind, label.as_bytes());
    let open = |key: &Secret32, kind, sealed| content::open(key, &context(kind), sealed).map_err(|_| Error::Sealed);
    let block = open(epoch, "block", block.ok_or(Error::Gone)?)?;
    let block = pad::unpad(&block).map_err(|_| Error::Sealed)?.to_vec();
    let (Some(slot), Some(body)) = (slot, body) else {
        return Ok((block, None));
    };
    let key = open(epoch, "slot", slot)?;
    let key: [u8; 32] = key.as_slice().try_into().map_err(|_| Error::Sealed)?;
    let body = open(&Secret32::from_bytes(key), "body", body)?;
    let body = pad::unpad(&body).map_err(|_| Error::Sealed)?;
    Ok((block, Some(body.into())))
}

/// Seals a copy of a record for one grant, under a fresh key: key, address and sealed bytes (SEALB-4).
///
/// # Errors
/// `crypto.too_large`.
pub fn seal_blob(
    kind: &str,
    id: &[u8],
    plain: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<(Secret32, Hash, Bytes), Fault> {
    let key = Secret32::generate(rng);
    let sealed = content::seal(&key, content::salt(rng), &content::context(kind, id), &pad::pad(plain)?);
    Ok((key, sha256(&[&sealed]), sealed.into()))
}

/// Opens what [`seal_blob`] made, after its address was checked.
///
/// # Errors
/// `sync.sealed`.
pub fn open_blob(
    kind: &str,
    id: &[u8],
    key: &Secret32,
    address: &Hash,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    if sha256(&[sealed]) != *address {
        return Err(Error::Sealed);
    }
    let padded = content::open(key, &content::context(kind, id), sealed).map_err(|_| Error::Sealed)?;
    pad::unpad(&padded).map_err(|_| Error::Sealed)
}
