//! What a call changed, for the platform to store in one transaction (DESIGN §9, `core/spec/entries.md`).

use serde::{Deserialize, Serialize};

/// A stored entry, or the answer that there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Opaque name; names that begin with `i` or `h` are given to `open`, those with `d` only when asked for.
    pub key: String,
    /// Sealed bytes; absent when the store has no such entry.
    #[serde(default, with = "serde_bytes")]
    pub value: Option<Vec<u8>>,
}

/// An entry to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Put {
    /// Opaque name.
    pub key: String,
    /// Sealed bytes.
    #[serde(with = "serde_bytes")]
    pub value: Vec<u8>,
}

/// A named word for a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Param {
    /// Name of the placeholder.
    pub name: String,
    /// The word.
    pub value: String,
}

/// Something to show: a phrase key, what it is about, and the words it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// Phrase key, such as `show.record_filed`.
    pub kind: String,
    /// Id of what it is about, or empty.
    pub subject: String,
    /// Words for the phrase; a refusal carries its `code`.
    pub params: Vec<Param>,
}

/// What to store, atomically and with compare-and-swap on `generation`, and what to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// The store's generation afterwards; unchanged when nothing is to be stored.
    pub generation: u64,
    /// Entries to write.
    pub puts: Vec<Put>,
    /// Entries to delete.
    pub deletes: Vec<String>,
    /// Id of what the call made, if anything.
    pub created: Option<String>,
    /// What to show.
    pub show: Vec<Show>,
}

impl Changes {
    /// Whether there is anything to store and acknowledge.
    pub fn is_empty(&self) -> bool {
        self.puts.is_empty() && self.deletes.is_empty()
    }
}
