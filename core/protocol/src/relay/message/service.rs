//! The relay itself, and organizations published on it.

use serde::{Deserialize, Serialize};

use crate::id::ResourceId;
use crate::key::PublicKey;
use crate::relay::limits::Limits;
use crate::relay::text::Bytes;
use crate::time::Timestamp;

/// Who may create chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everybody, within rate limits.
    Open,
    /// Whoever shows a token that the operator printed.
    InviteOnly,
}

/// The log's origin line and public key; they never change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogIdentity {
    /// Origin line of the log.
    pub origin: String,
    /// The key that signs promises, later checkpoints.
    pub key: PublicKey,
}

/// Answer to `GET /v1/relay`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayInformation {
    /// Name of the software.
    pub name: String,
    /// Version of the software.
    pub version: String,
    /// Where clients reach the relay, if the operator said so.
    pub public_url: Option<String>,
    /// The log.
    pub log: LogIdentity,
    /// Who may create chains.
    pub mode: Mode,
    /// Whether invented people on sample data live here.
    pub demo: bool,
    /// The relay's clock.
    pub time: Timestamp,
    /// Sizes and counts.
    pub limits: Limits,
}

/// Body of `PUT /v1/organizations/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrganization {
    /// The organization's signed statement.
    pub statement: Bytes,
    /// Its public chain on this relay.
    pub chain: ResourceId,
}

/// Answer to `GET /v1/organizations/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// The organization's signed statement.
    pub statement: Bytes,
    /// Its public chain on this relay.
    pub chain: ResourceId,
}

/// Answer where there is nothing to say but that it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}
