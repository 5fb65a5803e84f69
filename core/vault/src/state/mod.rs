//! The vault's state: typed items in a small table store, changed only in transactions (`core/spec/entries.md`, STATE rules).
//!
//! Every item lies in one sealed entry. Index items are in memory from the start; data items are brought by the platform when a
//! call asks for them. Invariant: a call either returns all its changes at once or leaves nothing behind.

mod store;
mod tx;

pub use store::{Read, Store};
pub(crate) use tx::Kept;
pub use tx::{Show, Tx};

use minicbor::{Decode, Encode};

pub use crate::entry::Class;

/// A kind of item: one table.
pub trait Item: Encode<()> + for<'b> Decode<'b, ()> {
    /// The table's name.
    const TABLE: &'static str;
    /// Whether it is in memory from the start.
    const CLASS: Class = Class::Index;
}

/// Declares the table of an item type.
macro_rules! item {
    ($type:ty, $table:literal) => {
        impl $crate::state::Item for $type {
            const TABLE: &'static str = $table;
        }
    };
    ($type:ty, $table:literal, data) => {
        impl $crate::state::Item for $type {
            const TABLE: &'static str = $table;
            const CLASS: $crate::state::Class = $crate::state::Class::Data;
        }
    };
}
pub(crate) use item;

/// An item's full name: table, zero byte, id.
pub(crate) fn name<T: Item>(id: &[u8]) -> Vec<u8> {
    let mut name = Vec::with_capacity(T::TABLE.len() + 1 + id.len());
    name.extend_from_slice(T::TABLE.as_bytes());
    name.push(0);
    name.extend_from_slice(id);
    name
}
