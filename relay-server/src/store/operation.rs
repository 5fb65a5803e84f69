//! The inputs and outputs of [`super::Store`]'s operations.
//!
//! `by` is the key that signed the request; the operation itself decides whether that key may.

use protocol::hash::Hash;
use protocol::id::{IdentityId, LocatorId, MailboxId, OfferId, ResourceId};
use protocol::key::PublicKey;
use protocol::relay::message::{
    Access, Blocks, Capabilities, FetchKeyChange, MailboxSettings, NewBlock, NewChain, NewEntry, NewOffer,
    NewOrganization,
};
use protocol::time::Timestamp;

/// A request that must not be carried out twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Once {
    /// Who signed it.
    pub key: PublicKey,
    /// Its nonce.
    pub nonce: [u8; 16],
    /// When the signature ends, after which the nonce may be forgotten.
    pub expires: Timestamp,
}

/// See [`super::Store::create_chain`].
#[derive(Debug, Clone)]
pub struct CreateChain {
    /// Its id.
    pub id: ResourceId,
    /// Its first capabilities.
    pub new: NewChain,
    /// Hash of the token to spend, if one was asked for.
    pub token: Option<Hash>,
}

/// Room that a chain has.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Bytes.
    pub bytes: u64,
    /// Entries and blobs.
    pub items: u64,
}

/// See [`super::Store::append`].
#[derive(Debug, Clone)]
pub struct Append {
    /// Where.
    pub chain: ResourceId,
    /// Signer.
    pub by: PublicKey,
    /// What.
    pub block: NewBlock,
    /// Promise for it, handed out only if the entry is new.
    pub promise: Vec<u8>,
    /// The promise's time.
    pub now: Timestamp,
    /// Room of the chain.
    pub room: Room,
}

/// See [`super::Store::enter`].
#[derive(Debug, Clone)]
pub struct Enter {
    /// Where.
    pub chain: ResourceId,
    /// Signer.
    pub by: PublicKey,
    /// What.
    pub entry: NewEntry,
    /// Promise for it, handed out only if the entry is new.
    pub promise: Vec<u8>,
    /// The promise's time.
    pub now: Timestamp,
    /// Room of the chain.
    pub room: Room,
}

/// See [`super::Store::blocks`].
#[derive(Debug, Clone, Copy)]
pub struct ReadBlocks {
    /// Where.
    pub chain: ResourceId,
    /// Signer; none suffices for a public chain.
    pub by: Option<PublicKey>,
    /// Entries behind this index.
    pub after: Option<u64>,
    /// At most so many.
    pub limit: u64,
    /// Stop when so many bytes are together.
    pub max_bytes: u64,
}

/// Answer to [`ReadBlocks`].
#[derive(Debug, Clone)]
pub struct BlockPage {
    /// The entries.
    pub blocks: Blocks,
    /// Whether a fetch key asked and these entries are new to it, so that the access is to be kept.
    pub record: bool,
}

/// What of an entry goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Slot and body of this entry.
    Body(u64),
    /// Block, slot and body of all entries up to this one.
    Through(u64),
}

/// See [`super::Store::erase`].
#[derive(Debug, Clone, Copy)]
pub struct Erase {
    /// Where.
    pub chain: ResourceId,
    /// Signer.
    pub once: Once,
    /// What.
    pub span: Span,
}

/// See [`super::Store::delete_chain`].
#[derive(Debug, Clone, Copy)]
pub struct DeleteChain {
    /// Which.
    pub chain: ResourceId,
    /// Signer.
    pub once: Once,
}

/// See [`super::Store::capabilities`].
#[derive(Debug, Clone, Copy)]
pub struct ReadCapabilities {
    /// Where.
    pub chain: ResourceId,
    /// Signer.
    pub by: PublicKey,
}

/// See [`super::Store::replace_capabilities`].
#[derive(Debug, Clone)]
pub struct ReplaceCapabilities {
    /// Where.
    pub chain: ResourceId,
    /// Signer.
    pub once: Once,
    /// The new ones, with the version they replace.
    pub capabilities: Capabilities,
}

/// See [`super::Store::change_fetch_keys`].
#[derive(Debug, Clone)]
pub struct ChangeFetchKeys {
    /// Where.
    pub chain: ResourceId,
    /// Signer.
    pub once: Once,
    /// What.
    pub change: FetchKeyChange,
    /// Most keys afterwards.
    pub max_keys: u64,
}

/// See [`super::Store::record_access`].
#[derive(Debug, Clone)]
pub struct RecordAccess {
    /// Where.
    pub chain: ResourceId,
    /// The first request.
    pub access: Access,
}

/// See [`super::Store::accesses`].
#[derive(Debug, Clone, Copy)]
pub struct ReadAccesses {
    /// Where.
    pub chain: ResourceId,
    /// Signer.
    pub by: PublicKey,
    /// Skip so many.
    pub after: u64,
    /// At most so many.
    pub limit: u64,
}

/// See [`super::Store::check_upload`].
#[derive(Debug, Clone, Copy)]
pub struct CheckUpload {
    /// Where.
    pub chain: ResourceId,
    /// Signer.
    pub by: PublicKey,
    /// Address of the blob.
    pub address: Hash,
    /// Its announced size.
    pub size: u64,
    /// Room of the chain.
    pub room: Room,
}

/// Where a blob's bytes lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// In the store.
    Inline(Vec<u8>),
    /// In a file of this name.
    File(String),
}

/// See [`super::Store::put_blob`].
#[derive(Debug, Clone)]
pub struct PutBlob {
    /// Where, who, which and how large.
    pub upload: CheckUpload,
    /// Its bytes or their place.
    pub content: Content,
}

/// See [`super::Store::blob`].
#[derive(Debug, Clone, Copy)]
pub struct ReadBlob {
    /// Where.
    pub chain: ResourceId,
    /// Signer; none suffices for a public chain.
    pub by: Option<PublicKey>,
    /// Which.
    pub address: Hash,
}

/// Answer to [`ReadBlob`].
#[derive(Debug, Clone)]
pub struct Blob {
    /// Its size.
    pub size: u64,
    /// Its bytes or their place.
    pub content: Content,
    /// Whether a fetch key asks for it for the first time.
    pub record: bool,
}

/// See [`super::Store::delete_blob`].
#[derive(Debug, Clone, Copy)]
pub struct DeleteBlob {
    /// Where.
    pub chain: ResourceId,
    /// Signer.
    pub once: Once,
    /// Which.
    pub address: Hash,
}

/// See [`super::Store::delete_blobs`].
#[derive(Debug, Clone, Copy)]
pub struct DeleteBlobs {
    /// Where.
    pub chain: ResourceId,
    /// Signer.
    pub once: Once,
}

/// See [`super::Store::missing_blobs`].
#[derive(Debug, Clone)]
pub struct MissingBlobs {
    /// Where.
    pub chain: ResourceId,
    /// Signer.
    pub by: PublicKey,
    /// Which.
    pub addresses: Vec<Hash>,
}

/// See [`super::Store::link_blobs`].
#[derive(Debug, Clone)]
pub struct LinkBlobs {
    /// The chain that gets them.
    pub chain: ResourceId,
    /// Signer.
    pub by: PublicKey,
    /// The chain that has them.
    pub source: ResourceId,
    /// Who signed for it.
    pub source_by: PublicKey,
    /// Which.
    pub addresses: Vec<Hash>,
    /// Room of the chain that gets them.
    pub room: Room,
}

/// See [`super::Store::put_locator`].
#[derive(Debug, Clone)]
pub struct PutLocator {
    /// Which.
    pub id: LocatorId,
    /// Signer, whose key's hash is the id.
    pub once: Once,
    /// What.
    pub sealed: Vec<u8>,
}

/// See [`super::Store::put_mailbox`].
#[derive(Debug, Clone)]
pub struct PutMailbox {
    /// Which.
    pub id: MailboxId,
    /// Signer.
    pub once: Once,
    /// What.
    pub settings: MailboxSettings,
}

/// See [`super::Store::set_reader`].
#[derive(Debug, Clone, Copy)]
pub struct SetReader {
    /// Which.
    pub mailbox: MailboxId,
    /// Signer: who reads until now.
    pub once: Once,
    /// Who reads from now on.
    pub read: PublicKey,
}

/// See [`super::Store::deliver`].
#[derive(Debug, Clone)]
pub struct Deliver {
    /// Where.
    pub mailbox: MailboxId,
    /// A listed sender; none for anybody, which only an intake mailbox takes.
    pub by: Option<PublicKey>,
    /// What.
    pub envelope: Vec<u8>,
    /// When.
    pub now: Timestamp,
    /// Room of the mailbox.
    pub room: Room,
}

/// See [`super::Store::envelopes`].
#[derive(Debug, Clone, Copy)]
pub struct ReadEnvelopes {
    /// Where.
    pub mailbox: MailboxId,
    /// Signer.
    pub by: PublicKey,
    /// Envelopes behind this cursor.
    pub after: u64,
    /// At most so many.
    pub limit: u64,
    /// Stop when so many bytes are together.
    pub max_bytes: u64,
}

/// See [`super::Store::acknowledge`].
#[derive(Debug, Clone, Copy)]
pub struct Acknowledge {
    /// Where.
    pub mailbox: MailboxId,
    /// Signer.
    pub once: Once,
    /// Up to this cursor.
    pub through: u64,
}

/// See [`super::Store::delete_mailbox`].
#[derive(Debug, Clone, Copy)]
pub struct DeleteMailbox {
    /// Which.
    pub mailbox: MailboxId,
    /// Signer.
    pub once: Once,
}

/// See [`super::Store::put_offer`].
#[derive(Debug, Clone)]
pub struct PutOffer {
    /// Which.
    pub id: OfferId,
    /// What.
    pub offer: NewOffer,
}

/// See [`super::Store::offer`], [`super::Store::offer_state`] and [`super::Store::offer_answer`].
#[derive(Debug, Clone, Copy)]
pub struct ReadOffer {
    /// Which.
    pub id: OfferId,
    /// Signer.
    pub by: PublicKey,
    /// When.
    pub now: Timestamp,
}

/// See [`super::Store::claim_offer`].
#[derive(Debug, Clone)]
pub struct ClaimOffer {
    /// Which, who and when.
    pub offer: ReadOffer,
    /// What.
    pub claim: Vec<u8>,
}

/// Answer to [`ClaimOffer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// This claim is the first.
    First,
    /// This very claim was there before.
    Same,
    /// Another claim was first; the attempt is counted.
    Other,
}

/// One of the two steps of an offer's owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The patient's nonce.
    Reveal,
    /// Confirmation or refusal.
    Answer,
}

/// See [`super::Store::answer_offer`].
#[derive(Debug, Clone)]
pub struct AnswerOffer {
    /// Which.
    pub id: OfferId,
    /// Signer.
    pub by: PublicKey,
    /// Which step.
    pub step: Step,
    /// What.
    pub content: Vec<u8>,
}

/// See [`super::Store::delete_offer`].
#[derive(Debug, Clone, Copy)]
pub struct DeleteOffer {
    /// Which.
    pub id: OfferId,
    /// Signer.
    pub once: Once,
}

/// See [`super::Store::put_organization`].
#[derive(Debug, Clone)]
pub struct PutOrganization {
    /// Which.
    pub id: IdentityId,
    /// Signer.
    pub once: Once,
    /// What.
    pub organization: NewOrganization,
}

/// See [`super::Store::expire`].
#[derive(Debug, Clone, Copy)]
pub struct Expire {
    /// Now.
    pub now: Timestamp,
    /// Seconds that an envelope is kept.
    pub envelope_time: u64,
}

/// What [`Expire`] removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Envelopes.
    pub envelopes: u64,
    /// Their bytes.
    pub envelope_bytes: u64,
    /// Offers.
    pub offers: u64,
    /// Nonces.
    pub nonces: u64,
}

/// How much is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Entries of the map.
    pub entries: u64,
    /// Chains.
    pub chains: u64,
    /// Bytes of chains, blobs included.
    pub chain_bytes: u64,
    /// Mailboxes.
    pub mailboxes: u64,
    /// Envelopes waiting.
    pub pending: u64,
    /// Offers.
    pub offers: u64,
}
