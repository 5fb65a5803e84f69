//! What travels sealed between a patient and those who read or write: confirmations, answers, notices, submissions.

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::credential::CredentialEvidence;
use protocol::id::{ChainId, MailboxId, RecordId, ResourceId};
use protocol::identity::Evidence;
use protocol::organization::Intake;
use protocol::proven::Log;

use super::{ChangeBody, DeletionAnswer, DeletionAsked};
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::item::AttachmentAccess;

/// A receipt on its way, with the reader's credential where the reader is not the holder of the grant.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct ReceiptMessage {
    /// The signed receipt.
    #[n(0)]
    pub receipt: Bytes,
    /// The reader.
    #[n(1)]
    pub evidence: Evidence,
    /// Who vouches for the reader.
    #[n(2)]
    pub credential: Option<CredentialEvidence>,
}

/// What a confirmed consent gives to the claimant; travels sealed to the claimant's key.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct Confirmation {
    /// The signed grant.
    #[n(0)]
    pub grant: Bytes,
    /// The patient's device.
    #[n(1)]
    pub evidence: Evidence,
    /// The patient's name, as the patient gives it.
    #[n(2)]
    pub name: String,
    /// Relay origin of chain and mailbox.
    #[n(3)]
    pub origin: String,
    /// Grant chain on the relay.
    #[n(4)]
    pub resource: ResourceId,
    /// The grant chain.
    #[n(5)]
    pub chain: ChainId,
    /// Its log key.
    #[n(6)]
    pub log_key: Secret32,
    /// Its epoch secret.
    #[n(7)]
    pub epoch: Secret32,
    /// Its log.
    #[n(8)]
    pub log: Log,
    /// Where the grantee's messages go.
    #[n(9)]
    pub mailbox: MailboxId,
    /// Lets the grantee write to it.
    #[n(10)]
    pub send: SigningKey,
    /// HPKE key of that mailbox.
    #[n(11)]
    pub mailbox_key: Bytes,
}

/// The wallet's answer to a claim.
#[derive(Clone, Encode, Decode)]
pub enum Answer {
    /// Access is given: exact bytes of a [`Confirmation`].
    #[n(0)]
    Confirmed(#[n(0)] Bytes),
    /// Access is not given.
    #[n(1)]
    Declined,
}

/// What lies under the HPKE seal of a claim.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct SealedClaim {
    /// The signed claim.
    #[n(0)]
    pub claim: Bytes,
    /// HMAC under the key from the code's secret.
    #[n(1)]
    pub mac: Bytes,
    /// Lets the patient write to the claimant's mailbox.
    #[n(2)]
    pub send: SigningKey,
}

/// A short answer from a wallet to the sender of a submission.
#[derive(Debug, Clone, Encode, Decode)]
pub enum Notice {
    /// The record is in the patient's chain.
    #[n(0)]
    Filed(#[n(0)] RecordId),
    /// It is not, and why: a code.
    #[n(1)]
    Declined(#[n(0)] RecordId, #[n(1)] String),
    /// The grant changed.
    #[n(2)]
    Changed(#[n(0)] Box<ChangeBody>),
    /// The patient permits copies of a result.
    #[n(3)]
    CopyTo(#[n(0)] Box<CopyBody>),
    /// The patient ended such a permission.
    #[n(4)]
    CopyEnded(#[n(0)] protocol::id::StatementId),
    /// The patient asks for deletion.
    #[n(5)]
    DeletionAsked(#[n(0)] Box<DeletionAsked>),
    /// The holder answers that, to the patient.
    #[n(6)]
    DeletionAnswer(#[n(0)] Box<DeletionAnswer>),
}

/// A permission to copy, and what its holder needs to use it.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct CopyBody {
    /// The signed statement, exact bytes.
    #[n(0)]
    pub statement: Bytes,
    /// The patient's device.
    #[n(1)]
    pub evidence: Evidence,
    /// Sends to its mailbox: for the lab.
    #[n(2)]
    pub send: Option<SigningKey>,
    /// Reads its mailbox: for the recipient.
    #[n(3)]
    pub read: Option<SigningKey>,
    /// The recipient's grant chain on the relay, where files of copies go: for the lab.
    #[n(4)]
    pub target: Option<ResourceId>,
}

/// What a submission carries.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct Submission {
    /// The package, exact bytes.
    #[n(0)]
    pub package: Bytes,
    /// Where the sender is answered, where that is not where the holder of the grant is.
    #[n(1)]
    pub reply: Option<Intake>,
    /// How to fetch its files, in the order in which it names them; they lie in the grant's resource.
    #[n(2)]
    pub attachments: Vec<AttachmentAccess>,
    /// In a copy: lets the recipient have the files in the resource of its own grant.
    #[n(3)]
    pub permits: Option<FilePermits>,
}

/// Permits for the parts of a copy's files, RELAY-38: one for each [`crate::flow::attachment::LINKED_AT_ONCE`] parts.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct FilePermits {
    /// The chain that has the parts.
    #[n(0)]
    pub source: ResourceId,
    /// `Signature-Input` and `Signature` of each.
    #[n(1)]
    pub signatures: Vec<(String, String)>,
}
