//! Pieces that a platform hashes and seals itself, as the core dictates (CONTENT-9).
//!
//! For browsers: their own AES-256-GCM and SHA-256 are many times faster than any that runs in WebAssembly. Who cannot brings pieces with
//! [`Vault::give_piece`]; the bytes are the same.

use protocol::hash::{Hash, sha256};
use protocol::tree::PIECE_LEN;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::crypto::content::{BulkPlan, CHUNK_LEN};
use crate::entry;
use crate::fault::Fault;
use crate::flow::upload::{self, Told};
use crate::item::UploadItem;
use crate::state::Read;
use crate::sync::Sealed;

/// How a piece is sealed: AES-256-GCM without associated data over each chunk, ciphertext and tag after ciphertext and tag, behind the header.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealingPlan {
    /// Names the key; a file that begins anew has another one.
    pub key_name: String,
    /// The AES-256 key of this file, when it was asked for, else empty: import it once, not extractable, and wipe these bytes.
    #[serde(with = "serde_bytes")]
    pub key: Vec<u8>,
    /// The nonces of the chunks, 12 bytes each, in order.
    #[serde(with = "serde_bytes")]
    pub nonces: Vec<u8>,
    /// Plaintext bytes of every chunk but the last.
    pub chunk: u64,
    /// Plaintext bytes of the whole piece: what it has less is filled up with zeros.
    pub padded: u64,
    /// What stands in front of the first chunk.
    #[serde(with = "serde_bytes")]
    pub header: Vec<u8>,
}

/// A piece as the platform sealed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedPiece {
    /// Its number.
    pub index: u64,
    /// Bytes of the file in it.
    pub length: u64,
    /// Their SHA-256.
    pub hash: String,
    /// Names the key of the plan.
    pub key_name: String,
    /// Header and chunks.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
    /// The SHA-256 of `sealed`.
    pub address: String,
}

/// What is in it is never shown: the key is a secret.
impl core::fmt::Debug for SealingPlan {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str("SealingPlan")
    }
}

impl SealingPlan {
    fn of(key_name: Hash, plan: &BulkPlan, keyed: bool) -> Self {
        Self {
            key_name: key_name.to_string(),
            key: if keyed {
                plan.key.as_bytes().to_vec()
            } else {
                Vec::new()
            },
            nonces: plan.chunks().flat_map(|chunk| chunk.nonce).collect(),
            chunk: CHUNK_LEN as u64,
            padded: plan.plain_len as u64,
            header: plan.header.clone(),
        }
    }
}

impl Vault {
    /// The SHA-256 of a piece that [`Vault::next_request`] asked for by `read` without `sealing`, instead of the piece.
    ///
    /// # Errors
    /// As [`Vault::give_piece`].
    pub fn give_piece_hash(
        &mut self,
        upload: &str,
        index: u64,
        length: u64,
        hash: &str,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, session| {
            let hash = parse(hash)?;
            let told = Told {
                number: index,
                length,
                hash,
            };
            session.take_hash(tx, &parse(upload)?, &told)
        })
    }

    /// How the platform seals a piece that was asked for with `sealing`; `hash` is the SHA-256 of what it read. With `keyed` the key of the
    /// file is in the plan.
    ///
    /// # Errors
    /// `file.changed` for another piece than that of the first pass, `file.piece`, `vault.not_found`, `vault.need`.
    pub fn plan_piece(
        &self,
        upload: &str,
        index: u64,
        length: u64,
        hash: &str,
        keyed: bool,
    ) -> Result<SealingPlan, Error> {
        let (id, hash) = (parse(upload)?, parse(hash)?);
        let item: UploadItem = self.store.item(Hash::as_bytes(&id))?;
        let told = Told {
            number: index,
            length,
            hash,
        };
        let plan = upload::plan(&self.store, &id, &item, &told)?;
        Ok(SealingPlan::of(upload::key_name(&item), &plan, keyed))
    }

    /// How the platform seals a piece of a chosen file itself, to be kept as [`Vault::seal_piece`] would make it. Each piece has a key of its own.
    ///
    /// # Errors
    /// `file.piece` for more than 1 MiB.
    pub fn plan_copy(
        &self,
        source: &str,
        index: u64,
        length: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<SealingPlan, Error> {
        let length = usize::try_from(length).ok().filter(|length| *length <= PIECE_LEN);
        let length = length.ok_or_else(|| Fault::from(upload::Error::Piece))?;
        let plan = entry::plan_piece(self.store.key(), source, index, length, rng).map_err(Fault::from)?;
        Ok(SealingPlan::of(sha256(&[&plan.header]), &plan, true))
    }

    /// Brings a piece that the platform sealed by [`Vault::plan_piece`]: header and chunks, and their SHA-256.
    ///
    /// # Errors
    /// As [`Vault::give_piece`]; `file.piece` for a part under another key, of another length or beginning than planned.
    pub fn give_sealed_piece(
        &mut self,
        upload: &str,
        piece: &SealedPiece,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, session| {
            let told = Told {
                number: piece.index,
                length: piece.length,
                hash: parse(&piece.hash)?,
            };
            let sealed = Sealed {
                key_name: parse(&piece.key_name)?,
                bytes: &piece.sealed,
                address: parse(&piece.address)?,
            };
            session.take_sealed(tx, &parse(upload)?, &told, &sealed)
        })
    }
}
