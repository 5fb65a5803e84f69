//! Content encryption: C2SP chunked-encryption, instantiation Cobblestone-256 (`core/spec/content.md`, CONTENT rules).
//!
//! One format for records, bodies, attachments, snapshots and local entries. It commits to its key, every chunk has a
//! place, and the last chunk is the only short one, so that nothing can be cut, reordered or opened under another key.
//! Invariant: the same key and salt are never used for two plaintexts; no chunk is released before its tag verified.

mod bulk;
mod layout;
mod stream;

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use hmac::{Hmac, Mac};
use minicbor::Encoder;
use rand_core::CryptoRng;
use sha2::Sha512;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

pub use bulk::{BulkPlan, Chunk};
pub use layout::{CHUNK_LEN, HEADER_LEN, Layout, PART_LEN, SEALED_CHUNK_LEN, TAG_LEN};
pub use stream::{Opener, Sealer};

use super::Error;
use super::secret::Secret32;

/// Length of the salt.
pub const SALT_LEN: usize = 24;

/// A fresh random salt.
pub fn salt(rng: &mut dyn CryptoRng) -> [u8; SALT_LEN] {
    let mut salt = [0u8; SALT_LEN];
    rng.fill_bytes(&mut salt);
    salt
}

/// What an object is bound to: the deterministic CBOR array of its kind (text) and its id (bytes).
pub fn context(kind: &str, id: &[u8]) -> Vec<u8> {
    let mut out = Encoder::new(Vec::with_capacity(kind.len() + id.len() + 12));
    // Writing into memory cannot fail.
    let written = out.array(2).and_then(|e| e.str(kind)).and_then(|e| e.bytes(id)).is_ok();
    debug_assert!(written);
    out.into_writer()
}

/// Length of the sealed form.
pub const fn sealed_len(plain_len: u64) -> u64 {
    layout::sealed_len(plain_len)
}

/// Seals a whole plaintext.
pub fn seal(key: &Secret32, salt: [u8; SALT_LEN], context: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let derived = Derived::new(key, salt, context);
    let cipher = derived.cipher();
    let mut out = Vec::with_capacity(HEADER_LEN + plaintext.len() + (plaintext.len() / CHUNK_LEN + 1) * TAG_LEN);
    out.extend_from_slice(&derived.header());
    let mut full = plaintext.chunks_exact(CHUNK_LEN);
    let mut number = 0;
    for chunk in full.by_ref() {
        seal_chunk(&cipher, derived.nonce(number), chunk, &mut out);
        number += 1;
    }
    seal_chunk(&cipher, derived.nonce(number), full.remainder(), &mut out);
    out
}

/// Opens a whole sealed object.
///
/// # Errors
/// [`Error::Length`] for a length that no plaintext has, [`Error::Commitment`] for another key or context,
/// [`Error::Chunk`] for a chunk that does not authenticate.
pub fn open(key: &Secret32, context: &[u8], bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let layout = Layout::from_sealed_len(bytes.len() as u64)?;
    let (header, chunks) = bytes.split_first_chunk::<HEADER_LEN>().ok_or(Error::Length)?;
    let derived = Derived::check(key, context, header)?;
    let plain_len = usize::try_from(layout.plain_len()).map_err(|_| Error::TooLarge)?;
    let mut out = Zeroizing::new(Vec::with_capacity(plain_len));
    open_chunks(&derived, 0, chunks, &mut out)?;
    Ok(out)
}

/// What the key, the salt and the context give: the cipher's key, the first nonce and the commitment.
struct Derived {
    salt: [u8; SALT_LEN],
    key: Secret32,
    base_nonce: [u8; 12],
    commitment: [u8; 32],
}

impl Derived {
    /// HKDF-Expand with SHA-512; written over HMAC because the 32-byte pseudorandom key is shorter than the hash,
    /// which the `hkdf` crate refuses.
    fn new(input: &Secret32, salt: [u8; SALT_LEN], context: &[u8]) -> Self {
        let mut block = Zeroizing::new([0u8; 128]);
        block[..32].copy_from_slice(input.as_bytes());
        let keyed = Hmac::<Sha512>::new((&*block).into());
        let info = [
            b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0".as_slice(),
            &salt,
            context,
        ];
        let round = |previous: &[u8], counter: u8| -> Zeroizing<[u8; 64]> {
            let mut mac = keyed.clone();
            mac.update(previous);
            info.iter().for_each(|part| mac.update(part));
            mac.update(&[counter]);
            Zeroizing::new(mac.finalize().into_bytes().into())
        };
        let first = round(b"", 1);
        let second = round(&*first, 2);
        let mut base_nonce = [0u8; 12];
        base_nonce.copy_from_slice(&first[32..44]);
        let mut commitment = [0u8; 32];
        commitment[..20].copy_from_slice(&first[44..]);
        commitment[20..].copy_from_slice(&second[..12]);
        Self {
            salt,
            key: Secret32::fill(|out| out.copy_from_slice(&first[..32])),
            base_nonce,
            commitment,
        }
    }

    /// Derives from a received header and compares the commitment before anything else happens.
    fn check(input: &Secret32, context: &[u8], header: &[u8; HEADER_LEN]) -> Result<Self, Error> {
        let (salt, commitment) = header.split_first_chunk::<SALT_LEN>().ok_or(Error::Length)?;
        let derived = Self::new(input, *salt, context);
        if bool::from(derived.commitment.as_slice().ct_eq(commitment)) {
            Ok(derived)
        } else {
            Err(Error::Commitment)
        }
    }

    fn header(&self) -> [u8; HEADER_LEN] {
        let mut header = [0u8; HEADER_LEN];
        header[..SALT_LEN].copy_from_slice(&self.salt);
        header[SALT_LEN..].copy_from_slice(&self.commitment);
        header
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(self.key.as_bytes().into())
    }

    fn nonce(&self, chunk: u64) -> [u8; 12] {
        nonce(self.base_nonce, chunk)
    }
}

/// The base nonce with the chunk's number, big-endian, added by exclusive or to its last eight bytes.
fn nonce(mut base: [u8; 12], chunk: u64) -> [u8; 12] {
    for (byte, number) in base[4..].iter_mut().zip(chunk.to_be_bytes()) {
        *byte ^= number;
    }
    base
}

#[expect(
    clippy::expect_used,
    reason = "AES-GCM refuses only inputs of many gigabytes; a chunk has at most 16 KiB"
)]
fn seal_chunk(cipher: &Aes256Gcm, nonce: [u8; 12], plaintext: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(plaintext);
    let tag = cipher
        .encrypt_inout_detached(&nonce.into(), b"", (&mut out[start..]).into())
        .expect("16 KiB");
    out.extend_from_slice(&tag);
}

/// Opens consecutive chunks; each but the last given one is full.
fn open_chunks(derived: &Derived, first: u64, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    let cipher = derived.cipher();
    for (number, chunk) in (first..).zip(sealed.chunks(SEALED_CHUNK_LEN)) {
        let (ciphertext, tag) = chunk.split_last_chunk::<TAG_LEN>().ok_or(Error::Length)?;
        let start = out.len();
        out.extend_from_slice(ciphertext);
        let opened = cipher.decrypt_inout_detached(
            &derived.nonce(number).into(),
            b"",
            (&mut out[start..]).into(),
            tag.into(),
        );
        if opened.is_err() {
            out.truncate(start);
            return Err(Error::Chunk);
        }
    }
    Ok(())
}
