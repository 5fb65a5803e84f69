//! The tree over an attachment's pieces ([RFC 6962 §2.1](https://www.rfc-editor.org/rfc/rfc6962#section-2.1),
//! `core/spec/content.md`, TREE rules).
//!
//! Invariant: an attachment is named by the tree head over the SHA-256 of each 1 MiB piece of its plaintext together
//! with its size, so one file has one name however it is encrypted, and a damaged piece is found by itself.

use crate::coded_error;
use crate::hash::{Hash, sha256};

/// Bytes of every piece but the last, which has 1 to this many.
pub const PIECE_LEN: usize = 1 << 20;

coded_error! {
    /// Why pieces do not make a file.
    pub enum Error {
        Piece = "tree.piece", "a piece is empty, too long, or follows a short one";
        Count = "tree.count", "the number of pieces does not fit the size";
    }
}

/// The name of an attachment: tree head and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TreeHead {
    /// The head over the pieces' hashes.
    pub hash: Hash,
    /// Bytes of the plaintext.
    pub size: u64,
}

impl TreeHead {
    /// The name of a file in memory.
    pub fn of(bytes: &[u8]) -> Self {
        let pieces: Vec<Hash> = bytes.chunks(PIECE_LEN).map(|piece| sha256(&[piece])).collect();
        Self {
            hash: head(&pieces),
            size: bytes.len() as u64,
        }
    }

    /// The name of a file whose pieces have these hashes.
    ///
    /// # Errors
    /// [`Error::Count`] when the size needs another number of pieces.
    pub fn from_pieces(pieces: &[Hash], size: u64) -> Result<Self, Error> {
        if piece_count(size) != pieces.len() as u64 {
            return Err(Error::Count);
        }
        Ok(Self {
            hash: head(pieces),
            size,
        })
    }
}

/// How many pieces a file of this size has.
pub const fn piece_count(size: u64) -> u64 {
    size.div_ceil(PIECE_LEN as u64)
}

/// RFC 6962 tree head whose entries are the pieces' 32-byte hashes; without entries SHA-256 of nothing.
pub fn head(pieces: &[Hash]) -> Hash {
    let mut peaks = Peaks::default();
    for piece in pieces {
        peaks.push(piece);
    }
    peaks.head()
}

/// Builds a [`TreeHead`] piece by piece, holding one hash per level and no piece.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    peaks: Peaks,
    size: u64,
}

impl Builder {
    /// A builder without pieces.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next piece and gives its SHA-256.
    ///
    /// # Errors
    /// [`Error::Piece`] when it is empty, longer than [`PIECE_LEN`] or follows a short one.
    pub fn piece(&mut self, bytes: &[u8]) -> Result<Hash, Error> {
        let hash = sha256(&[bytes]);
        self.piece_hash(&hash, bytes.len())?;
        Ok(hash)
    }

    /// Adds the next piece by its hash and length.
    ///
    /// # Errors
    /// As [`Builder::piece`].
    pub fn piece_hash(&mut self, hash: &Hash, len: usize) -> Result<(), Error> {
        if len == 0 || len > PIECE_LEN || !self.size.is_multiple_of(PIECE_LEN as u64) {
            return Err(Error::Piece);
        }
        self.peaks.push(hash);
        self.size += len as u64;
        Ok(())
    }

    /// The name of what was added so far.
    pub fn finish(&self) -> TreeHead {
        TreeHead {
            hash: self.peaks.head(),
            size: self.size,
        }
    }
}

/// The heads of the complete subtrees, largest first: their sizes are the binary digits of the count.
#[derive(Debug, Clone, Default)]
struct Peaks {
    count: u64,
    heads: Vec<Hash>,
}

impl Peaks {
    fn push(&mut self, entry: &Hash) {
        let mut node = sha256(&[&[0], entry.as_bytes()]);
        // Each trailing one of the count is a subtree as large as the new one.
        for _ in 0..self.count.trailing_ones() {
            if let Some(left) = self.heads.pop() {
                node = parent(&left, &node);
            }
        }
        self.heads.push(node);
        self.count += 1;
    }

    fn head(&self) -> Hash {
        self.heads
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| parent(&left, &right))
            .unwrap_or_else(|| sha256(&[]))
    }
}

fn parent(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left.as_bytes(), right.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6962's own recursive definition, to compare with.
    fn by_definition(entries: &[Hash]) -> Hash {
        match entries {
            [] => sha256(&[]),
            [one] => sha256(&[&[0], one.as_bytes()]),
            many => {
                let (left, right) = many.split_at((many.len() as u64).next_power_of_two() as usize / 2);
                parent(&by_definition(left), &by_definition(right))
            }
        }
    }

    #[test]
    fn equals_the_definition() {
        let entries: Vec<Hash> = (0u8..70).map(|i| sha256(&[&[i]])).collect();
        for n in 0..=entries.len() {
            assert_eq!(head(&entries[..n]), by_definition(&entries[..n]), "{n} entries");
        }
    }

    #[test]
    fn builder_equals_whole_and_refuses_misplaced_pieces() {
        let file: Vec<u8> = (0..PIECE_LEN * 2 + 5).map(|i| (i % 251) as u8).collect();
        let mut builder = Builder::new();
        for piece in file.chunks(PIECE_LEN) {
            builder.piece(piece).unwrap();
        }
        assert_eq!(builder.finish(), TreeHead::of(&file));
        assert_eq!(builder.piece(b"x"), Err(Error::Piece));
        assert_eq!(Builder::new().piece(b""), Err(Error::Piece));
        assert_eq!(TreeHead::from_pieces(&[], 1), Err(Error::Count));
        assert_eq!(Builder::new().finish(), TreeHead::of(b""));
    }
}
