//! How a vault lies in a platform's store (`core/spec/entries.md`, ENTRY rules).
//!
//! A store is one header and many entries. The header is readable and wraps the random vault key under a passphrase and
//! under secrets that device keystores guard. Every entry is sealed singly under the vault key; its name is opaque, and
//! name and generation are bound in the seal. The manifest tells when a single entry was swapped for an older one.

mod changes;
mod copy;
mod header;
mod key;
mod manifest;
mod seal;

pub use changes::Changes;
pub use copy::{open_piece, plan_piece, seal_piece};
pub use header::Header;
pub use key::{Class, EntryKey, VaultKey};
pub use manifest::Manifest;
pub use seal::{open_entry, open_entry_at, seal_entry, stored_generation};

use protocol::coded_error;

coded_error! {
    /// Why a store cannot be opened or an entry is refused.
    pub enum Error {
        Passphrase = "entry.passphrase", "the passphrase does not open this vault";
        Device = "entry.device", "the device's secret does not open this vault";
        Damaged = "entry.damaged", "the stored data is damaged or out of place";
        Version = "entry.version", "the vault was written by a newer version";
        RolledBack = "entry.rolled_back", "stored data was replaced by an older copy";
        Key = "entry.key", "the name is not an entry's name";
        Name = "entry.name", "the device's name is empty, too long or taken";
        Weak = "entry.weak", "the passphrase is empty or too long";
    }
}
