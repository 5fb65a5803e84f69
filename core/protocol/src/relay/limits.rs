//! Sizes and counts that a relay grants (`core/spec/relay.md`, RELAY-60): told to every client in `GET /v1/relay`.
//!
//! The defaults are those of version 1; an operator may set others, so clients read them from the answer and never assume.

use serde::{Deserialize, Serialize};

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
const GIB: u64 = 1024 * MIB;
const DAY: u64 = 86_400;

/// What one relay allows. Sizes are bytes, times are seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Largest JSON request.
    pub request: u64,
    /// Largest encrypted block of an entry.
    pub block: u64,
    /// Largest wrapped key slot of an entry.
    pub slot: u64,
    /// Largest sealed body of an entry.
    pub body: u64,
    /// Largest blob.
    pub blob: u64,
    /// Largest envelope.
    pub envelope: u64,
    /// Largest contact of an intake mailbox.
    pub contact: u64,
    /// Largest sealed content of a locator.
    pub sealed: u64,
    /// Largest offer, claim, reveal or answer.
    pub offer: u64,
    /// Largest statement of an organization.
    pub statement: u64,
    /// Bytes that one chain may hold, blobs included.
    pub chain_bytes: u64,
    /// Entries and blobs that one chain may hold.
    pub chain_items: u64,
    /// Keys of one kind on one resource.
    pub keys: u64,
    /// Envelopes waiting in one mailbox.
    pub pending: u64,
    /// Bytes waiting in one mailbox.
    pub pending_bytes: u64,
    /// Time an envelope is kept.
    pub envelope_time: u64,
    /// Longest life of an offer.
    pub offer_time: u64,
    /// Addresses in one question for missing blobs.
    pub addresses: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request: 2 * MIB,
            block: 64 * KIB,
            slot: 4 * KIB,
            body: MIB,
            blob: 64 * MIB,
            envelope: 256 * KIB,
            contact: 16 * KIB,
            sealed: 64 * KIB,
            offer: 64 * KIB,
            statement: 64 * KIB,
            chain_bytes: GIB,
            chain_items: 1_000_000,
            keys: 256,
            pending: 1000,
            pending_bytes: 64 * MIB,
            envelope_time: 30 * DAY,
            offer_time: 7 * DAY,
            addresses: 4096,
        }
    }
}
