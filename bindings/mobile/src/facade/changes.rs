//! What a call changed, for the platform to store in one transaction (DESIGN §9, `core/spec/entries.md`).
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

type Entry = facade::Entry;

crate::bulk::record!(Entry { key, value: bytes });

type Put = facade::Put;

crate::bulk::record!(Put { key, value: bytes });

type Param = facade::Param;

/// A named word for a sentence.
#[uniffi::remote(Record)]
pub struct Param {
    /// Name of the placeholder.
    pub name: String,
    /// The word.
    pub value: String,
}

type Show = facade::Show;

/// Something to show: a phrase key, what it is about, and the words it names.
#[uniffi::remote(Record)]
pub struct Show {
    /// Phrase key, such as `show.record_filed`.
    pub kind: String,
    /// Id of what it is about, or empty.
    pub subject: String,
    /// Words for the phrase; a refusal carries its `code`.
    pub params: Vec<facade::Param>,
}

type Changes = facade::Changes;

/// What to store, atomically and with compare-and-swap on `generation`, and what to show.
#[uniffi::remote(Record)]
pub struct Changes {
    /// The store's generation afterwards; unchanged when nothing is to be stored.
    pub generation: u64,
    /// Entries to write.
    pub puts: Vec<facade::Put>,
    /// Entries to delete.
    pub deletes: Vec<String>,
    /// Id of what the call made, if anything.
    pub created: Option<String>,
    /// What to show.
    pub show: Vec<facade::Show>,
}

/// What `crate::bulk` carries over, as the other languages know it.
mod described {
    /// A stored entry, or the answer that there is none.
    #[derive(uniffi::Record)]
    pub struct Entry {
        /// Opaque name; names that begin with `i` or `h` are given to `open`, those with `d` only when asked for.
        pub key: String,
        /// Sealed bytes; absent when the store has no such entry.
        pub value: Option<Vec<u8>>,
    }

    /// An entry to write.
    #[derive(uniffi::Record)]
    pub struct Put {
        /// Opaque name.
        pub key: String,
        /// Sealed bytes.
        pub value: Vec<u8>,
    }
}
