//! Everything that touches a secret, and the one façade that every app calls.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`crypto`] | keys, sealing, content encryption, passphrases |
//! | [`entry`], [`state`], [`item`] | sealed entries, transactions, and what the vault keeps |
//! | [`body`], [`chain`] | what blocks carry; writing and reading chains |
//! | [`sync`] | the conversation with relays, ask-and-tell |
//! | [`flow`] | what people do: found, consent, share, submit, read, vouch |
//! | [`facade`] | the one object that apps call |
//!
//! Synchronous and pure: time and randomness are parameters, state leaves as [`facade::Changes`], and the network is somebody else's.

pub mod body;
pub mod chain;
pub mod crypto;
pub mod entry;
pub mod facade;
pub mod fault;
pub mod flow;
pub mod item;
pub mod state;
pub mod sync;
