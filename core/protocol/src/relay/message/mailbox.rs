//! Mailboxes on a relay.

use serde::{Deserialize, Serialize};

use crate::key::PublicKey;
use crate::relay::text::Bytes;
use crate::time::Timestamp;

/// Body of `PUT /v1/mailboxes/{id}`, signed by `read`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailboxSettings {
    /// Reads, acknowledges, changes and deletes.
    pub read: PublicKey,
    /// May send.
    #[serde(default)]
    pub send: Vec<PublicKey>,
    /// Whether everybody may send, within limits (first contact).
    #[serde(default)]
    pub intake: bool,
    /// Public contact of an intake mailbox.
    #[serde(default)]
    pub contact: Option<Bytes>,
}

/// Body of `PUT /v1/mailboxes/{id}/read`, signed by the key that reads until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailboxReader {
    /// Reads, acknowledges, changes and deletes from now on, instead of the key that signs.
    pub read: PublicKey,
}

/// Answer to `POST /v1/mailboxes/{id}/envelopes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// Place in the mailbox; the same envelope keeps its place.
    pub cursor: u64,
}

/// One waiting envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Place in the mailbox.
    pub cursor: u64,
    /// When it arrived.
    pub time: Timestamp,
    /// The sealed envelope.
    pub envelope: Bytes,
}

/// Answer to `GET /v1/mailboxes/{id}/envelopes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelopes {
    /// In order of arrival.
    pub envelopes: Vec<Envelope>,
    /// Whether there are more right now.
    pub more: bool,
}

/// Answer to `GET /v1/mailboxes/{id}/contact`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// As the owner put it.
    pub contact: Bytes,
}
