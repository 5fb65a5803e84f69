//! What blocks carry: the bodies, one type for each kind of block (`core/spec/chain.md`, BODY rules).
//!
//! Bodies hold secrets (capabilities, keys of copies), so they live here and not in `protocol`. A body is salt || content; the
//! content is deterministic CBOR. Bodies of the own chain are enough to build the whole vault again.

mod deletion;
mod epoch;
mod message;
mod share;

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::credential::CredentialEvidence;
use protocol::hash::Hash;
use protocol::id::{GrantId, IdentityId, MailboxId, RecordId, ResourceId};
use protocol::identity::Evidence;
use protocol::key::PublicKey;
use protocol::proven::Log;
use protocol::time::Timestamp;

use crate::crypto::hpke::RecipientSecret;
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::item::{AttachmentAccess, Role, Source};

pub use deletion::*;
pub use epoch::*;
pub use message::*;
pub use share::*;

/// Genesis of the owner's own chain.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct OwnGenesis {
    /// What the owner is.
    #[n(0)]
    pub role: Role,
    /// The owner's name.
    #[n(1)]
    pub name: String,
    /// Relay origin.
    #[n(2)]
    pub origin: String,
    /// The chain's name on the relay.
    #[n(3)]
    pub resource: ResourceId,
    /// `write` capability.
    #[n(4)]
    pub write: SigningKey,
    /// `read` capability of the first device; each further device brings its own.
    #[n(5)]
    pub read: PublicKey,
    /// Log key of epoch 0.
    #[n(6)]
    pub log_key: Secret32,
    /// Recovery HPKE key.
    #[n(7)]
    pub recovery_key: Bytes,
    /// `recover` capability.
    #[n(8)]
    pub recover: PublicKey,
    /// The first device.
    #[n(9)]
    pub evidence: Evidence,
    /// Its HPKE key.
    #[n(10)]
    pub sealing_key: Bytes,
}

/// A device joins, in the own chain and in every grant chain.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct DeviceBody {
    /// The device.
    #[n(0)]
    pub evidence: Evidence,
    /// Its HPKE key.
    #[n(1)]
    pub sealing_key: Bytes,
    /// Its `read` capability; in the own chain only.
    #[n(2)]
    pub read: Option<PublicKey>,
}

/// A record is filed.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct RecordBody {
    /// The package, exact bytes.
    #[n(0)]
    pub package: Bytes,
    /// Where it came from.
    #[n(1)]
    pub source: Source,
    /// How to fetch its attachments.
    #[n(2)]
    pub attachments: Vec<AttachmentAccess>,
}

/// A grant is given.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct GrantBody {
    /// The signed grant.
    #[n(0)]
    pub grant: Bytes,
    /// The signed claim.
    #[n(1)]
    pub claim: Bytes,
    /// Grant chain: relay origin.
    #[n(2)]
    pub origin: String,
    /// Grant chain: name on the relay.
    #[n(3)]
    pub resource: ResourceId,
    /// Grant chain: `write` capability.
    #[n(4)]
    pub write: SigningKey,
    /// Grant chain: log key.
    #[n(5)]
    pub log_key: Secret32,
    /// Grant chain: epoch secret.
    #[n(6)]
    pub epoch: Secret32,
    /// Grant chain: its log.
    #[n(7)]
    pub log: Log,
    /// Mailbox for the grantee's messages.
    #[n(8)]
    pub mailbox: MailboxId,
    /// Reads that mailbox.
    #[n(9)]
    pub mailbox_read: SigningKey,
    /// Opens its messages.
    #[n(10)]
    pub mailbox_sealing: RecipientSecret,
    /// Lets the patient write to the grantee.
    #[n(11)]
    pub reply_send: SigningKey,
    /// Records kept out.
    #[n(12)]
    pub hidden: Vec<RecordId>,
    /// Grant chain: seed of its `recover` capability, sealed to the recovery key.
    #[n(13)]
    pub recover: Bytes,
    /// How many bytes of files the holder may send, where the patient said so.
    #[n(14)]
    pub files: Option<u64>,
}

/// A record's body was erased.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct ErasureBody {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// The block whose body it was.
    #[n(1)]
    pub sequence: u32,
}

/// A relay confirmed that nothing of a grant is left there.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct StoppedNote {
    /// The grant.
    #[n(0)]
    pub grant: GrantId,
    /// When.
    #[n(1)]
    pub time: Timestamp,
    /// What had been delivered under it until then: record, when.
    #[n(2)]
    pub delivered: Vec<(RecordId, Timestamp)>,
}

/// A receipt is filed.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct ReceiptBody {
    /// The signed receipt.
    #[n(0)]
    pub receipt: Bytes,
    /// The reader.
    #[n(1)]
    pub evidence: Evidence,
}

/// The owner's own notes.
#[derive(Clone, Encode, Decode)]
pub enum NoteBody {
    /// Access was received.
    #[n(0)]
    Access(#[n(0)] Box<AccessNote>),
    /// A credential was received.
    #[n(1)]
    Credential(#[n(0)] CredentialEvidence),
    /// An organization is trusted from now on.
    #[n(2)]
    Trusted(#[n(0)] IdentityId, #[n(1)] String),
    /// An organization is trusted no more.
    #[n(3)]
    Untrusted(#[n(0)] IdentityId),
    /// A record was written for a patient: grant, package, how to fetch its files.
    #[n(4)]
    Written(#[n(0)] GrantId, #[n(1)] Bytes, #[n(2)] Vec<AttachmentAccess>),
    /// A patient's wallet answered: record, filed or not, reason.
    #[n(5)]
    Answered(#[n(0)] RecordId, #[n(1)] bool, #[n(2)] Option<String>),
    /// Records were opened: grant, records, when.
    #[n(6)]
    Opened(#[n(0)] GrantId, #[n(1)] Vec<RecordId>, #[n(2)] Timestamp),
    /// A mailbox was opened for first messages, with its contact card.
    #[n(7)]
    Intake(#[n(0)] Box<MailboxNote>, #[n(1)] Bytes),
    /// An appointment changed.
    #[n(8)]
    Appointment(
        #[n(0)] Hash,
        #[n(1)] Box<crate::item::AppointmentItem>,
        #[n(2)] Option<Box<MailboxNote>>,
    ),
    /// This organization's public chain was founded.
    #[n(9)]
    Founded(#[n(0)] Box<FoundedNote>),
    /// A credential was issued.
    #[n(10)]
    Issued(#[n(0)] Bytes),
    /// A credential's standing changed: credential, standing, from when.
    #[n(11)]
    Standing(
        #[n(0)] protocol::id::CredentialId,
        #[n(1)] protocol::organization::Standing,
        #[n(2)] Timestamp,
    ),
    /// A device is called something: device statement, name.
    #[n(12)]
    DeviceNamed(#[n(0)] protocol::id::StatementId, #[n(1)] String),
    /// Another chain of this owner begins a new epoch.
    #[n(13)]
    Epoch(#[n(0)] Box<EpochNote>),
    /// A permission to copy a result, given or received.
    #[n(41)]
    CopyTo(#[n(0)] Box<CopyBody>),
    /// A result arrived by a copy: permission, package, how to fetch its files.
    #[n(42)]
    Copied(
        #[n(0)] protocol::id::StatementId,
        #[n(1)] Bytes,
        #[n(2)] Vec<AttachmentAccess>,
    ),
    /// A permission to copy ended.
    #[n(43)]
    CopyEnded(#[n(0)] protocol::id::StatementId, #[n(1)] Timestamp),
    /// A record that was signed is not sent after all.
    #[n(40)]
    Cancelled(#[n(0)] RecordId),
    /// A grant chain's `recover` capability changed: grant, its seed sealed to the recovery key.
    #[n(14)]
    GrantRecover(#[n(0)] GrantId, #[n(1)] Bytes),
    /// This organization's statement was published anew, exact bytes.
    #[n(20)]
    Published(#[n(0)] Bytes),
    /// A grant was paused, resumed, renewed or narrowed.
    #[n(30)]
    Changed(#[n(0)] Box<ChangeBody>),
    /// A record is kept out of every share, or let in again.
    #[n(31)]
    Hidden(#[n(0)] RecordId, #[n(1)] bool),
    /// The relay confirmed the end of a grant.
    #[n(32)]
    Stopped(#[n(0)] Box<StoppedNote>),
    /// A delegation was made here, or reported by a grantee, or ended by its maker.
    #[n(50)]
    Delegation(#[n(0)] Box<DelegationBody>),
    /// A delegation was received.
    #[n(51)]
    Delegated(#[n(0)] Box<DelegatedBody>),
    /// A delegation was stopped here: when, and whether the relay has confirmed.
    #[n(52)]
    DelegationStopped(#[n(0)] protocol::id::StatementId, #[n(1)] Timestamp, #[n(2)] bool),
    /// A member of the organization's team came or went.
    #[n(54)]
    Member(#[n(0)] IdentityId, #[n(1)] Box<crate::item::MemberItem>),
    /// A member's fetch key under a grant came or went.
    #[n(55)]
    MemberKey(#[n(0)] crate::item::MemberKeyItem),
    /// A grant received has a new HPKE key, from this time on.
    #[n(56)]
    Rekeyed(#[n(0)] GrantId, #[n(1)] RecipientSecret, #[n(2)] Timestamp),
    /// Access by a team was received, or its new HPKE key.
    #[n(57)]
    TeamAccess(#[n(0)] Box<TeamAccessBody>),
    /// The holder of a grant is asked to delete what it gave.
    #[n(60)]
    DeletionAsked(#[n(0)] Box<DeletionNote>),
    /// Somebody answered that.
    #[n(61)]
    DeletionAnswered(#[n(0)] Box<AnsweredNote>),
    /// A patient asks this holder to delete.
    #[n(62)]
    DeletionWanted(#[n(0)] Box<DeletionWanted>),
    /// What this holder answered.
    #[n(63)]
    DeletionDone(#[n(0)] Box<DeletionDone>),
    /// The words brought a device back: when, and which grants stood then. Each is to be kept or stopped.
    #[n(64)]
    Recovered(#[n(0)] Timestamp, #[n(1)] Vec<GrantId>),
    /// A grant that stood at a recovery is kept.
    #[n(65)]
    Kept(#[n(0)] GrantId, #[n(1)] Timestamp),
    /// A grantee told the keys that the next epochs of a grant's chain are to be sealed to.
    #[n(58)]
    GrantKeys(#[n(0)] GrantId, #[n(1)] Box<GrantKeysBody>),
    /// Keys of a grant chain's epochs were handed on to this vault.
    #[n(59)]
    Epochs(#[n(0)] GrantId, #[n(1)] Vec<EpochKeys>),
    /// Fetch key and capability over the fetch keys of a grant received are new.
    #[n(66)]
    AccessKeys(#[n(0)] Box<AccessKeysNote>),
    /// How many bytes of files the holder of a grant may send.
    #[n(70)]
    FilesAllowed(#[n(0)] GrantId, #[n(1)] u64),
    /// Who vouches for the reader of a receipt, by the receipt's hash.
    #[n(53)]
    Reader(#[n(0)] Hash, #[n(1)] CredentialEvidence),
}

/// What a member of a team receives from its organization.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct TeamAccessBody {
    /// The officer's device.
    #[n(0)]
    pub evidence: Evidence,
    /// Exact bytes of the confirmation that the organization got.
    #[n(1)]
    pub confirmation: Bytes,
    /// The grant's HPKE key.
    #[n(2)]
    pub sealing: RecipientSecret,
    /// The member's fetch key; absent when only the HPKE key is new.
    #[n(3)]
    pub fetch: Option<SigningKey>,
    /// HPKE keys that come into force after that one.
    #[n(4)]
    pub later: Vec<RecipientSecret>,
}

/// Access that was received.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct AccessNote {
    /// What the patient's wallet answered, exact bytes of the confirmation.
    #[n(0)]
    pub confirmation: Bytes,
    /// HPKE key of the grant.
    #[n(1)]
    pub sealing: RecipientSecret,
    /// Capability over the fetch keys.
    #[n(2)]
    pub grantee: SigningKey,
    /// This device's fetch key.
    #[n(3)]
    pub fetch: SigningKey,
    /// Own mailbox for notices.
    #[n(4)]
    pub reply: MailboxNote,
}

/// A mailbox of the owner.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct MailboxNote {
    /// Relay origin.
    #[n(0)]
    pub origin: String,
    /// Its name on the relay.
    #[n(1)]
    pub mailbox: MailboxId,
    /// Reads it.
    #[n(2)]
    pub read: SigningKey,
    /// Opens its messages.
    #[n(3)]
    pub sealing: RecipientSecret,
}

/// An organization's public chain.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct FoundedNote {
    /// Its name on the relay.
    #[n(0)]
    pub resource: ResourceId,
    /// `write` capability.
    #[n(1)]
    pub write: SigningKey,
    /// The public log key.
    #[n(2)]
    pub log_key: Secret32,
    /// The public epoch secret.
    #[n(3)]
    pub epoch: Secret32,
    /// The genesis block, exact bytes.
    #[n(4)]
    pub genesis: Bytes,
    /// The statement, exact bytes.
    #[n(5)]
    pub statement: Bytes,
}

/// Genesis of an organization's public chain.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct PublicGenesis {
    /// The organization's device.
    #[n(0)]
    pub evidence: Evidence,
}
