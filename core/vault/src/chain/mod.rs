//! Writing and reading chains: signed blocks in, sealed entries out, and back (`core/spec/chain.md`, SEALB rules).
//!
//! A relay stores for each block its label, its commit, one padded ciphertext, one wrapped body key and one padded body. Invariant:
//! nothing read from a relay is believed before label, commit, promise, link, signer and body were checked, in that order.

mod append;
mod receive;
mod seal;

pub use append::{append, begin, open_epoch, push, resign};
pub use receive::receive;
pub(crate) use receive::{admit, check_promise};
pub use seal::{Sealed, open_blob, open_block, seal_blob, seal_block};

use protocol::coded_error;

coded_error! {
    /// Why what a relay lists is not the chain.
    pub enum Error {
        Label = "sync.label", "the relay lists an entry that does not belong to this place of the chain";
        Commit = "sync.commit", "the relay's entry commits to another block than it delivers";
        Promise = "sync.promise", "the relay's promise is about another entry";
        Sealed = "sync.sealed", "the relay's copy of a block does not open with the chain's key";
        Gone = "sync.gone", "the relay no longer has a block that the chain needs";
        Gap = "sync.gap", "the relay left out entries";
        LogKey = "sync.log_key", "the chain was begun under another log key or log";
        Conflict = "sync.conflict", "the log holds another block than this chain at the same place";
    }
}
