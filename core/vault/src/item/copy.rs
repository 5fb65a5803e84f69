//! Permissions to copy a result to the ordering practitioner, and the copies that arrived.

use clinical::summary::Summary;
use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::id::{GrantId, RecordId, ResourceId, StatementId};
use protocol::time::Timestamp;

use crate::crypto::signing::SigningKey;
use crate::item::AttachmentAccess;
use crate::state::item;

/// A permission to copy, on any of its three sides; the id is the statement's.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct CopyToItem {
    /// The signed statement, exact bytes.
    #[n(0)]
    pub statement: Bytes,
    /// Sends to its mailbox: the patient's and the lab's side.
    #[n(1)]
    pub send: Option<SigningKey>,
    /// Reads and removes its mailbox: the patient's and the recipient's side.
    #[n(2)]
    pub read: Option<SigningKey>,
    /// When the patient ended it, or one of its grants ended.
    #[n(3)]
    pub ended: Option<Timestamp>,
    /// The recipient's grant chain on the relay: the patient's and the lab's side.
    #[n(4)]
    pub target: Option<ResourceId>,
}

item!(CopyToItem, "copy-to");

/// A result that arrived by a copy; the id is grant || record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CopiedItem {
    /// By which permission.
    #[n(0)]
    pub permission: StatementId,
    /// The package, exact bytes.
    #[n(1)]
    pub package: Bytes,
    /// What lists need.
    #[n(2)]
    pub summary: Summary,
    /// The author's name, as vouched for.
    #[n(3)]
    pub author_name: String,
    /// Who vouches for the author.
    #[n(4)]
    pub organization: Option<String>,
    /// When it was signed.
    #[n(5)]
    pub time: Timestamp,
    /// When it was first opened here.
    #[n(6)]
    pub opened: Option<Timestamp>,
    /// The request that it answers.
    #[n(7)]
    pub order: RecordId,
    /// Files that belong to it; they lie in the resource of this grant.
    #[n(8)]
    pub attachments: Vec<AttachmentAccess>,
}

item!(CopiedItem, "copied");

impl CopiedItem {
    /// The id of a record in a grant.
    pub fn id(grant: &GrantId, record: &RecordId) -> Vec<u8> {
        [grant.as_bytes().as_slice(), record.as_bytes()].concat()
    }
}
