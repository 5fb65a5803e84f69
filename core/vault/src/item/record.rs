//! Records in the index, their attachments, and records on their way into somebody's chain.

use clinical::summary::Summary;
use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::credential::Terms;
use protocol::hash::Hash;
use protocol::id::{GrantId, IdentityId, RecordId};
use protocol::time::Timestamp;

use crate::crypto::secret::Secret32;
use crate::state::item;

/// Where a record came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Source {
    /// Entered by the owner.
    #[n(0)]
    Own,
    /// Imported from a file; nobody signed it but the owner.
    #[n(1)]
    Imported,
    /// Sent by the holder of a grant.
    #[n(2)]
    Received(#[n(0)] GrantId),
}

impl Source {
    /// The word at every boundary.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Imported => "imported",
            Self::Received(_) => "received",
        }
    }
}

/// What is in memory of every record in the own chain.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RecordItem {
    /// The block that files it.
    #[n(0)]
    pub sequence: u32,
    /// What lists and searches need.
    #[n(1)]
    pub summary: Summary,
    /// Who signed.
    #[n(2)]
    pub author: IdentityId,
    /// The author's name, as vouched for or as claimed.
    #[n(3)]
    pub author_name: String,
    /// Who vouches for the author.
    #[n(4)]
    pub organization: Option<String>,
    /// Where it came from.
    #[n(5)]
    pub source: Source,
    /// When the author says it was signed.
    #[n(6)]
    pub time: Timestamp,
    /// When the log admitted it, according to the log alone.
    #[n(7)]
    pub proven: Option<Timestamp>,
    /// The record it corrects.
    #[n(8)]
    pub supersedes: Option<RecordId>,
    /// The record it answers.
    #[n(9)]
    pub replies_to: Option<RecordId>,
    /// The record that corrects it.
    #[n(10)]
    pub superseded_by: Option<RecordId>,
    /// Number of attachments.
    #[n(11)]
    pub attachments: u32,
    /// Kept out of every share.
    #[n(12)]
    pub hidden: bool,
    /// Why it corrects, withdraws or rejects, in the author's words.
    #[n(13)]
    pub reason: Option<String>,
    /// What decides whether the author's credential stands.
    #[n(14)]
    pub terms: Option<Terms>,
    /// When its owner first looked at it on this device. No other device learns of it.
    #[n(15)]
    pub opened: Option<Timestamp>,
}

item!(RecordItem, "record");

/// A record that was erased: only that it was, and where. The id is the record's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ErasedItem {
    /// The block that filed it.
    #[n(0)]
    pub sequence: u32,
    /// When it was erased.
    #[n(1)]
    pub time: Timestamp,
}

item!(ErasedItem, "erased");

/// Which record corrects another, kept by the id of the corrected one: it may arrive first.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CorrectionItem {
    /// The record that corrects.
    #[n(0)]
    pub by: RecordId,
    /// Its author: it counts only if that is the author of the corrected one too.
    #[n(1)]
    pub author: IdentityId,
}

item!(CorrectionItem, "correction");

/// One stored part of an attachment: 64 chunks of the sealed file.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct AttachmentPart {
    /// SHA-256 of the sealed bytes: their address.
    #[n(0)]
    pub address: Hash,
    /// Length of the sealed bytes.
    #[n(1)]
    pub size: u64,
}

/// How to fetch and open an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct AttachmentAccess {
    /// Hash in the signed record.
    #[n(0)]
    pub hash: Hash,
    /// Bytes of plaintext.
    #[n(1)]
    pub size: u64,
    /// File key.
    #[n(2)]
    pub key: Secret32,
    /// Parts in order.
    #[n(3)]
    pub parts: Vec<AttachmentPart>,
    /// File name, as given; not signed.
    #[n(4)]
    pub name: String,
}

/// How far a record sent to a patient has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum SubmissionStage {
    /// Signed; its time is being logged.
    #[n(0)]
    Signed,
    /// On its way.
    #[n(1)]
    Sent,
    /// In the patient's mailbox.
    #[n(2)]
    Delivered,
    /// In the patient's chain.
    #[n(3)]
    Filed,
    /// The wallet declined it.
    #[n(4)]
    Declined,
    /// It cannot be sent.
    #[n(5)]
    Failed,
    /// Its author took it back before it was sent.
    #[n(6)]
    Cancelled,
}

impl SubmissionStage {
    /// The word at every boundary.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Filed => "filed",
            Self::Declined => "declined",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A record that this practitioner or lab wrote for a patient.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SubmissionItem {
    /// Under which grant.
    #[n(0)]
    pub grant: GrantId,
    /// The package, exact bytes; the proof of time joins it before it is sent.
    #[n(1)]
    pub package: Bytes,
    /// What lists need.
    #[n(2)]
    pub summary: Summary,
    /// How far it has come.
    #[n(3)]
    pub stage: SubmissionStage,
    /// When it was signed.
    #[n(4)]
    pub time: Timestamp,
    /// Why it was declined or failed.
    #[n(5)]
    pub reason: Option<String>,
    /// Times it was sent.
    #[n(6)]
    pub attempts: u32,
    /// How to fetch its files.
    #[n(7)]
    pub attachments: Vec<AttachmentAccess>,
}

item!(SubmissionItem, "submission");
