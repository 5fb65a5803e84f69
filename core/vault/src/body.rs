//! What blocks carry: the bodies, one type for each kind of block (`core/spec/chain.md`, BODY rules).
//!
//! Bodies hold secrets (capabilities, keys of copies), so they live here and not in `protocol`. A body is salt || content; the
//! content is deterministic CBOR. Bodies of the own chain are enough to build the whole vault again.

use clinical::summary::Summary;
use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::credential::CredentialEvidence;
use protocol::epoch::RecoveryKeys;
use protocol::hash::Hash;
use protocol::id::{ChainId, GrantId, IdentityId, MailboxId, RecordId, ResourceId};
use protocol::identity::Evidence;
use protocol::key::{PublicKey, Signer};
use protocol::organization::Intake;
use protocol::proven::Log;
use protocol::time::Timestamp;

use crate::crypto::hpke::RecipientSecret;
use crate::crypto::root::RootSecret;
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::item::{AttachmentAccess, ChainName, Role, Source};

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

/// What opens an epoch.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct EpochKeys {
    /// The log key.
    #[n(0)]
    pub log_key: Secret32,
    /// The epoch secret.
    #[n(1)]
    pub epoch: Secret32,
    /// `write` capability, for the owner's devices.
    #[n(2)]
    pub write: Option<SigningKey>,
    /// Where the grantee's messages go from now on, for the grantee.
    #[n(3)]
    pub mailbox: Option<EpochMailbox>,
}

/// A grant's new mailbox, as its grantee sees it.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct EpochMailbox {
    /// The mailbox.
    #[n(0)]
    pub mailbox: MailboxId,
    /// Lets the grantee write to it.
    #[n(1)]
    pub send: SigningKey,
    /// Its HPKE key.
    #[n(2)]
    pub key: Bytes,
}

/// What the recovery data say under words that were replaced.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct KitReplaced {
    /// When.
    #[n(0)]
    pub time: Timestamp,
}

/// The public halves of a kit.
pub fn recovery_keys(root: &RootSecret) -> RecoveryKeys {
    RecoveryKeys {
        key: root.recovery().public().as_bytes().to_vec().into(),
        recover: root.recover().public_key(),
    }
}

/// The keys of a new epoch of another chain, for the owner's other devices.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct EpochNote {
    /// Which chain.
    #[n(0)]
    pub name: ChainName,
    /// The log key.
    #[n(1)]
    pub log_key: Secret32,
    /// The epoch secret.
    #[n(2)]
    pub epoch: Secret32,
    /// `write` capability.
    #[n(3)]
    pub write: SigningKey,
    /// The grantee's HPKE key that it is sealed to.
    #[n(4)]
    pub recipient: Option<Bytes>,
    /// A grant's new mailbox.
    #[n(5)]
    pub mailbox: Option<MailboxNote>,
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
}

/// A grant changes: in the own chain, in the grant chain and in the notice to the holder.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ChangeBody {
    /// The signed change.
    #[n(0)]
    pub change: Bytes,
    /// The patient's device.
    #[n(1)]
    pub evidence: Evidence,
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
    /// A grant of the organization's team has a new HPKE key.
    #[n(56)]
    TeamRekeyed(#[n(0)] GrantId, #[n(1)] RecipientSecret, #[n(2)] Timestamp),
    /// Access by a team was received, or its new HPKE key.
    #[n(57)]
    TeamAccess(#[n(0)] Box<TeamAccessBody>),
    /// Who vouches for the reader of a receipt, by the receipt's hash.
    #[n(53)]
    Reader(#[n(0)] Hash, #[n(1)] CredentialEvidence),
}

/// What the patient is told of a delegation; both sides keep it.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct DelegationBody {
    /// The signed delegation.
    #[n(0)]
    pub delegation: Bytes,
    /// The grantee's device.
    #[n(1)]
    pub evidence: Evidence,
    /// The delegate's contact card.
    #[n(2)]
    pub card: Bytes,
    /// The delegate's fetch key.
    #[n(3)]
    pub fetch: PublicKey,
    /// When the grantee ended it, if that is what is told.
    #[n(4)]
    pub ended: Option<Timestamp>,
}

/// What a delegate receives from the grantee.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct DelegatedBody {
    /// The signed delegation.
    #[n(0)]
    pub delegation: Bytes,
    /// The grantee's device.
    #[n(1)]
    pub evidence: Evidence,
    /// The grantee's name, as the grantee gives it.
    #[n(2)]
    pub name: String,
    /// Exact bytes of the confirmation that the grantee got.
    #[n(3)]
    pub confirmation: Bytes,
    /// The delegate's fetch key.
    #[n(4)]
    pub fetch: SigningKey,
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
}

/// What a patient is told when a team's grant has a new HPKE key.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct TeamKeyBody {
    /// The officer's device.
    #[n(0)]
    pub evidence: Evidence,
    /// The public half.
    #[n(1)]
    pub key: Bytes,
}

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

/// Genesis of a grant chain.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct GrantGenesis {
    /// The signed grant.
    #[n(0)]
    pub grant: Bytes,
    /// The patient's device.
    #[n(1)]
    pub evidence: Evidence,
}

/// Records are shared.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct ShareBody {
    /// The records.
    #[n(0)]
    pub records: Vec<SharedRecord>,
    /// Records that are shared no more; those listed here anew had their keys beside one of them.
    #[n(1)]
    pub withdrawn: Vec<RecordId>,
}

/// One shared record: where its copy lies and how to open it.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct SharedRecord {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// Address of the sealed copy in the grant chain's resource.
    #[n(1)]
    pub address: Hash,
    /// Key of the sealed copy.
    #[n(2)]
    pub key: Secret32,
    /// What lists and searches need.
    #[n(3)]
    pub summary: Summary,
    /// The author's name.
    #[n(4)]
    pub author_name: String,
    /// Who vouches for the author.
    #[n(5)]
    pub organization: Option<String>,
    /// When the author says it was signed.
    #[n(6)]
    pub time: Timestamp,
    /// Files that belong to it.
    #[n(7)]
    pub attachments: Vec<AttachmentAccess>,
    /// The record it corrects, if that is shared too.
    #[n(8)]
    pub supersedes: Option<RecordId>,
    /// The record it answers, if that is shared too.
    #[n(9)]
    pub replies_to: Option<RecordId>,
    /// Why it corrects, withdraws or rejects, in the author's words.
    #[n(10)]
    pub reason: Option<String>,
    /// The author.
    #[n(11)]
    pub author: Option<IdentityId>,
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
    Changed(#[n(0)] ChangeBody),
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
}

/// What recovery needs, sealed to the recovery HPKE key.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct Locator {
    /// Relay origin of the own chain.
    #[n(0)]
    pub origin: String,
    /// The chain's name on the relay.
    #[n(1)]
    pub resource: ResourceId,
    /// Secret of epoch 0.
    #[n(2)]
    pub epoch: Secret32,
    /// The identity statement.
    #[n(3)]
    pub identity: Bytes,
    /// The log.
    #[n(4)]
    pub log: Log,
    /// Log key of epoch 0.
    #[n(5)]
    pub log_key: Secret32,
    /// Later epochs, when the kit is newer than they are.
    #[n(6)]
    pub later: Vec<LaterEpoch>,
}

/// An epoch that began before the kit was made.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct LaterEpoch {
    /// The `epoch` block that opened it.
    #[n(0)]
    pub sequence: u32,
    /// Its log key.
    #[n(1)]
    pub log_key: Secret32,
    /// Its epoch secret.
    #[n(2)]
    pub epoch: Secret32,
    /// Its `write` capability.
    #[n(3)]
    pub write: Option<SigningKey>,
}
