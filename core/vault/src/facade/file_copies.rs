//! Sealed copies of chosen files, for platforms that cannot read a chosen file again after a restart: browsers.

use protocol::tree::PIECE_LEN;
use rand_core::CryptoRng;

use super::{Error, Vault};
use crate::entry;
use crate::fault::Fault;
use crate::flow::upload;

impl Vault {
    /// Seals a piece of a chosen file, at most 1 MiB, to be kept under this source and number until it is uploaded.
    ///
    /// # Errors
    /// `file.piece` for a larger one.
    pub fn seal_piece(
        &self,
        source: &str,
        index: u64,
        bytes: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, Error> {
        if bytes.len() > PIECE_LEN {
            return Err(Fault::from(upload::Error::Piece).into());
        }
        Ok(entry::seal_piece(self.store.key(), source, index, bytes, rng))
    }

    /// Opens a piece that was kept.
    ///
    /// # Errors
    /// `entry.damaged`, also for a piece of another source or place.
    pub fn open_piece(&self, source: &str, index: u64, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let piece = entry::open_piece(self.store.key(), source, index, sealed).map_err(Fault::from)?;
        Ok(piece.to_vec())
    }
}
