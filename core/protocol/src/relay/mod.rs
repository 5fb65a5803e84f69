//! What a wallet and a relay say to each other over HTTP (`core/spec/relay.md`, RELAY rules).
//!
//! Both sides use these very types: messages, request signatures, problems and limits. Nothing here performs a request. Invariant:
//! whatever crosses the wire is parsed strictly, is capped, and an unknown choice is refused.

pub mod auth;
pub mod limits;
pub mod link;
pub mod message;
pub mod problem;
pub mod text;

/// Header that carries a single-use token where a relay asks for one to create a chain.
pub const TOKEN_HEADER: &str = "satchel-token";

/// Longest time a long-poll may wait, in seconds.
pub const MAX_WAIT: u64 = 25;

/// Most entries or envelopes in one answer.
pub const MAX_PAGE: u64 = 256;
