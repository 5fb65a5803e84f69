//! Asking the holder of a grant to delete what it gave, and the holder's answer.

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::credential::CredentialEvidence;
use protocol::hash::Hash;
use protocol::id::{GrantId, IdentityId, MailboxId};
use protocol::identity::Evidence;
use protocol::time::Timestamp;

use super::MailboxNote;
use crate::crypto::signing::SigningKey;

/// The patient asks: in a message to the holder, in a note of the grant's chain, or beside its end.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct DeletionAsked {
    /// Which grant.
    #[n(0)]
    pub grant: GrantId,
    /// Names this request: random.
    #[n(1)]
    pub request: Hash,
    /// When.
    #[n(2)]
    pub time: Timestamp,
    /// The patient's device: it may be younger than the grant's chain.
    #[n(3)]
    pub evidence: Evidence,
    /// Where the answer goes: relay origin.
    #[n(4)]
    pub origin: String,
    /// Where the answer goes; the grant's own mailbox goes with the grant.
    #[n(5)]
    pub mailbox: MailboxId,
    /// Lets the holder write to it.
    #[n(6)]
    pub send: SigningKey,
    /// Its HPKE key.
    #[n(7)]
    pub key: Bytes,
}

/// What the patient's own devices keep of a request.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct DeletionNote {
    /// What was asked.
    #[n(0)]
    pub asked: DeletionAsked,
    /// The mailbox for answers.
    #[n(1)]
    pub mailbox: MailboxNote,
}

/// Why somebody does not delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum RefusalReason {
    /// Duty to keep records.
    #[n(1)]
    Retention,
    /// The treatment goes on.
    #[n(2)]
    Treatment,
    /// A legal claim that is open.
    #[n(3)]
    Claim,
    /// Another reason, in words.
    #[n(4)]
    Other,
}

impl RefusalReason {
    /// All reasons.
    pub const ALL: &'static [Self] = &[Self::Retention, Self::Treatment, Self::Claim, Self::Other];

    /// The word at every boundary.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retention => "retention",
            Self::Treatment => "treatment",
            Self::Claim => "claim",
            Self::Other => "other",
        }
    }
}

/// The holder answers, in a message that its device signs: deleted, or refused and why.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct DeletionAnswer {
    /// Which grant.
    #[n(0)]
    pub grant: GrantId,
    /// Which request.
    #[n(1)]
    pub request: Hash,
    /// Why it was not deleted; none when it was.
    #[n(2)]
    pub refused: Option<RefusalReason>,
    /// What else the holder says.
    #[n(3)]
    pub text: Option<String>,
    /// The device that answers.
    #[n(4)]
    pub evidence: Evidence,
    /// Who vouches for a member of a team.
    #[n(5)]
    pub credential: Option<CredentialEvidence>,
}

/// An answer in the patient's own chain: the signed message itself, and what its sender is called.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct AnsweredNote {
    /// The signed message, exact bytes.
    #[n(0)]
    pub envelope: Bytes,
    /// The sender's name, as vouched for or as claimed.
    #[n(1)]
    pub name: String,
    /// Whether nobody else holds the grant: then the mailbox for answers goes.
    #[n(2)]
    pub last: bool,
}

/// The holder's own chain says what was answered; if everything was deleted, which of its blocks lost their bodies.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct DeletionDone {
    /// Which grant.
    #[n(0)]
    pub grant: GrantId,
    /// Which request.
    #[n(1)]
    pub request: Hash,
    /// When.
    #[n(2)]
    pub time: Timestamp,
    /// Why it was not deleted; none when it was.
    #[n(3)]
    pub refused: Option<RefusalReason>,
    /// What else was said.
    #[n(4)]
    pub text: Option<String>,
    /// Blocks of the own chain whose bodies held keys or records of the grant.
    #[n(5)]
    pub blocks: Vec<u32>,
}

/// The holder's own chain says that a patient asks.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct DeletionWanted {
    /// What is asked.
    #[n(0)]
    pub asked: DeletionAsked,
    /// The patient.
    #[n(1)]
    pub patient: IdentityId,
    /// The patient's name, as given with the grant.
    #[n(2)]
    pub name: String,
}
