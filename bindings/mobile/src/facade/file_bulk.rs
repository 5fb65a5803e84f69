//! Pieces that a platform hashes and seals itself, as the core dictates (CONTENT-9).
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type SealingPlan = facade::SealingPlan;

crate::bulk::record!(SealingPlan {
    key_name,
    key: bytes,
    nonces: bytes,
    chunk,
    padded,
    header: bytes
});

type SealedPiece = facade::SealedPiece;

crate::bulk::record!(SealedPiece {
    index,
    length,
    hash,
    key_name,
    sealed: bytes,
    address
});

#[uniffi::export]
impl Vault {
    /// The SHA-256 of a piece that `Vault::next_request` asked for by `read` without `sealing`, instead of the piece.
    ///
    /// # Errors
    /// As `Vault::give_piece`.
    pub fn give_piece_hash(
        &self,
        upload: String,
        index: u64,
        length: u64,
        hash: String,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .give_piece_hash(&upload, index, length, &hash, now, &mut random()?)?)
    }

    /// How the platform seals a piece that was asked for with `sealing`; `hash` is the SHA-256 of what it read. With `keyed` the key of the
    /// file is in the plan.
    ///
    /// # Errors
    /// `file.changed` for another piece than that of the first pass, `file.piece`, `vault.not_found`, `vault.need`.
    pub fn plan_piece(
        &self,
        upload: String,
        index: u64,
        length: u64,
        hash: String,
        keyed: bool,
    ) -> Result<facade::SealingPlan, VaultError> {
        Ok(self.inner()?.plan_piece(&upload, index, length, &hash, keyed)?)
    }

    /// How the platform seals a piece of a chosen file itself, to be kept as `Vault::seal_piece` would make it. Each piece has a key of its own.
    ///
    /// # Errors
    /// `file.piece` for more than 1 MiB.
    pub fn plan_copy(&self, source: String, index: u64, length: u64) -> Result<facade::SealingPlan, VaultError> {
        Ok(self.inner()?.plan_copy(&source, index, length, &mut random()?)?)
    }

    /// Brings a piece that the platform sealed by `Vault::plan_piece`: header and chunks, and their SHA-256.
    ///
    /// # Errors
    /// As `Vault::give_piece`; `file.piece` for a part under another key, of another length or beginning than planned.
    pub fn give_sealed_piece(
        &self,
        upload: String,
        piece: facade::SealedPiece,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.give_sealed_piece(&upload, &piece, now, &mut random()?)?)
    }
}

/// What `crate::bulk` carries over, as the other languages know it.
mod described {
    /// How a piece is sealed: AES-256-GCM without associated data over each chunk, ciphertext and tag after ciphertext and tag, behind the header.
    #[derive(uniffi::Record)]
    pub struct SealingPlan {
        /// Names the key; a file that begins anew has another one.
        pub key_name: String,
        /// The AES-256 key of this file, when it was asked for, else empty: import it once, not extractable, and wipe these bytes.
        pub key: Vec<u8>,
        /// The nonces of the chunks, 12 bytes each, in order.
        pub nonces: Vec<u8>,
        /// Plaintext bytes of every chunk but the last.
        pub chunk: u64,
        /// Plaintext bytes of the whole piece: what it has less is filled up with zeros.
        pub padded: u64,
        /// What stands in front of the first chunk.
        pub header: Vec<u8>,
    }

    /// A piece as the platform sealed it.
    #[derive(uniffi::Record)]
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
        pub sealed: Vec<u8>,
        /// The SHA-256 of `sealed`.
        pub address: String,
    }
}
