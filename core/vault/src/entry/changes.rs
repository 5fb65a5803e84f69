//! What a call changed in the store (`core/spec/entries.md`, ENTRY-8).
//!
//! Invariant: a platform stores all of it in one transaction, and only when the store's generation is the one before.

use super::EntryKey;

/// Entries to write and to delete, all in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The store's generation afterwards: one more than before.
    pub generation: u64,
    /// Sealed entries to write, each name at most once.
    pub puts: Vec<(EntryKey, Vec<u8>)>,
    /// Entries to delete, none of them among `puts`.
    pub deletes: Vec<EntryKey>,
}
