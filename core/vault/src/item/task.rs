//! The outbox: what must still be sent. Tasks are stored, requests never are; a request is signed when it is asked for.

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::hash::Hash;
use protocol::id::{GrantId, IdentityId, MailboxId, OfferId, RecordId, ResourceId, StatementId};
use protocol::key::PublicKey;
use protocol::time::Timestamp;

use crate::crypto::signing::SigningKey;
use crate::fault::Fault;
use crate::item::{ChainName, Meta};
use crate::state::{Tx, item};

/// Where a message goes.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Address {
    /// Relay origin.
    #[n(0)]
    pub origin: String,
    /// Mailbox.
    #[n(1)]
    pub mailbox: MailboxId,
    /// `send` capability; none for an intake.
    #[n(2)]
    pub send: Option<SigningKey>,
}

/// One thing to send.
#[derive(Clone, Encode, Decode)]
pub enum TaskKind {
    /// Ask the home relay who it is.
    #[n(0)]
    RelayInformation,
    /// Create a chain: readers, `recover`, whether it is public, and a single-use token where the relay asks for one.
    #[n(1)]
    CreateChain(
        #[n(0)] ChainName,
        #[n(1)] Vec<PublicKey>,
        #[n(2)] Option<PublicKey>,
        #[n(3)] bool,
        #[n(4)] Option<String>,
    ),
    /// Set the fetch keys and the grantee capability of a grant chain: keys, grantee, recover, paused, version
    /// replaced.
    #[n(2)]
    SetCapabilities(
        #[n(0)] ChainName,
        #[n(1)] Vec<PublicKey>,
        #[n(2)] Option<PublicKey>,
        #[n(3)] Option<PublicKey>,
        #[n(4)] bool,
        #[n(5)] u64,
    ),
    /// Send the oldest pending block of a chain, again and again until none is left.
    #[n(3)]
    Push(#[n(0)] ChainName),
    /// Upload a sealed blob.
    #[n(4)]
    PutBlob(#[n(0)] ChainName, #[n(1)] Hash, #[n(2)] Bytes),
    /// Log that a record exists, then send it: record, label, salt.
    #[n(5)]
    LogTime(#[n(0)] RecordId, #[n(1)] Hash, #[n(2)] Hash),
    /// Store what the recovery kit needs.
    #[n(6)]
    PutLocator(#[n(0)] SigningKey, #[n(1)] Bytes),
    /// Fetch what the recovery kit needs.
    #[n(7)]
    FetchLocator,
    /// Create or change a mailbox: senders, intake, contact.
    #[n(8)]
    PutMailbox(
        #[n(0)] MailboxId,
        #[n(1)] Vec<PublicKey>,
        #[n(2)] bool,
        #[n(3)] Option<Bytes>,
    ),
    /// Send an envelope, and what it carries if that is a submission.
    #[n(9)]
    Send(#[n(0)] Address, #[n(1)] Bytes, #[n(2)] Option<RecordId>),
    /// Tell the relay that messages were read.
    #[n(10)]
    Acknowledge(#[n(0)] MailboxId, #[n(1)] u64),
    /// Publish an offer.
    #[n(11)]
    PutOffer(#[n(0)] OfferId),
    /// Reveal the nonce to the claimant.
    #[n(12)]
    PutReveal(#[n(0)] OfferId, #[n(1)] Bytes),
    /// Answer the claimant.
    #[n(13)]
    PutAnswer(#[n(0)] OfferId, #[n(1)] Bytes),
    /// Withdraw an offer.
    #[n(14)]
    DeleteOffer(#[n(0)] OfferId),
    /// Fetch an offer.
    #[n(15)]
    FetchOffer(#[n(0)] OfferId),
    /// Claim an offer.
    #[n(16)]
    PutClaim(#[n(0)] OfferId, #[n(1)] Bytes),
    /// Fetch a shared record.
    #[n(17)]
    FetchShared(#[n(0)] GrantId, #[n(1)] RecordId),
    /// Fetch one part of an attachment of the own chain or of a grant.
    #[n(18)]
    FetchPart(#[n(0)] ChainName, #[n(1)] Hash),
    /// Publish the organization's statement.
    #[n(19)]
    PutOrganization(#[n(0)] ResourceId, #[n(1)] Bytes),
    /// Fetch an organization's statement: relay origin, organization.
    #[n(20)]
    FetchOrganization(#[n(0)] String, #[n(1)] IdentityId),
    /// Read a public chain.
    #[n(21)]
    Pull(#[n(0)] ChainName),
    /// Fetch a desk's contact: relay origin, intake mailbox.
    #[n(22)]
    FetchContact(#[n(0)] String, #[n(1)] MailboxId),
    /// Add and remove fetch keys of a grant received, by the `grantee` capability.
    #[n(50)]
    ChangeFetchKeys(#[n(0)] GrantId, #[n(1)] Vec<PublicKey>, #[n(2)] Vec<PublicKey>),
    /// Take a delegate's fetch key away: first read the chain's capabilities, then replace them (JSON) without it.
    #[n(51)]
    DropFetchKey(#[n(0)] StatementId, #[n(1)] Option<Bytes>),
    /// Replace a chain's `recover` capability: by which, with which, and the capabilities to put once the relay told them.
    #[n(23)]
    ReplaceRecover(
        #[n(0)] ChainName,
        #[n(1)] SigningKey,
        #[n(2)] PublicKey,
        #[n(3)] Option<Bytes>,
    ),
    /// Take everything of an ended grant away from its relay, step by step, and look whether it is gone.
    #[n(30)]
    EndGrant(#[n(0)] GrantId, #[n(1)] EndStep),
    /// Tell the relay whether a grant's fetch keys may read now, and look whether it took it in.
    #[n(31)]
    PauseGrant(#[n(0)] GrantId, #[n(1)] PauseStep),
    /// Delete a blob.
    #[n(32)]
    DeleteBlob(#[n(0)] ChainName, #[n(1)] Hash),
    /// Erase the body of a block.
    #[n(33)]
    EraseBody(#[n(0)] ChainName, #[n(1)] u32),
    /// Look whether these blobs are gone: those not looked for yet.
    #[n(34)]
    CheckBlobs(#[n(0)] ChainName, #[n(1)] Vec<Hash>),
    /// Look whether the body of a block is gone.
    #[n(35)]
    CheckBody(#[n(0)] ChainName, #[n(1)] u32),
    /// Ask what a grant's fetch keys fetched, from this place of the list on.
    #[n(36)]
    FetchAccesses(#[n(0)] GrantId, #[n(1)] u64),
    /// Make a mailbox that others read: relay origin, its name, who reads and removes it, who sends.
    #[n(40)]
    MakeMailbox(#[n(0)] String, #[n(1)] MailboxId, #[n(2)] SigningKey, #[n(3)] PublicKey),
    /// Give a mailbox of the owner's another reading key.
    #[n(42)]
    SetReader(#[n(0)] MailboxId, #[n(1)] SigningKey),
    /// Remove a mailbox with everything in it.
    #[n(41)]
    RemoveMailbox(#[n(0)] String, #[n(1)] MailboxId, #[n(2)] SigningKey),
    /// Delete a grant's chain with everything in it.
    #[n(37)]
    DeleteChain(#[n(0)] GrantId),
    /// Let a chain have blobs of another one too: from, to, which.
    #[n(60)]
    LinkBlobs(#[n(0)] ChainName, #[n(1)] ChainName, #[n(2)] Vec<Hash>),
    /// Take parts of a copy's files into a grant received: the chain that has them, which, and the permit.
    #[n(61)]
    TakeBlobs(
        #[n(0)] GrantId,
        #[n(1)] ResourceId,
        #[n(2)] Vec<Hash>,
        #[n(3)] (String, String),
    ),
}

/// How far taking a grant away from its relay has come.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum EndStep {
    /// Read the capabilities.
    #[n(0)]
    ReadKeys,
    /// Replace these capabilities: no fetch keys any more.
    #[n(1)]
    CloseKeys(#[n(0)] Bytes),
    /// Ask what was fetched, from this place of the list on.
    #[n(2)]
    Accesses(#[n(0)] u64),
    /// Delete all copies.
    #[n(3)]
    Blobs,
    /// Delete the mailbox.
    #[n(4)]
    Mailbox,
    /// Erase all blocks before the last one.
    #[n(5)]
    Blocks,
    /// Look whether the fetch keys are gone.
    #[n(6)]
    CheckKeys,
    /// Look whether the copies are gone, from this place of their list on.
    #[n(7)]
    CheckBlobs(#[n(0)] u32),
    /// Look whether the blocks are gone, after this index.
    #[n(8)]
    CheckBlocks(#[n(0)] Option<u64>),
    /// Look whether the mailbox is gone.
    #[n(9)]
    CheckMailbox,
}

/// How far pausing or resuming at the relay has come.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum PauseStep {
    /// Read the capabilities.
    #[n(0)]
    Read,
    /// Replace these capabilities.
    #[n(1)]
    Write(#[n(0)] Bytes),
    /// Look whether it took them.
    #[n(2)]
    Check,
}

/// A task in the outbox; the id is its number.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct Task {
    /// What to send.
    #[n(0)]
    pub kind: TaskKind,
    /// Tasks of one lane are done one after another.
    #[n(1)]
    pub lane: String,
    /// Failed attempts so far.
    #[n(2)]
    pub attempts: u32,
    /// Not before.
    #[n(3)]
    pub not_before: Option<Timestamp>,
    /// Code of the refusal that stopped it; a stopped task waits for the person.
    #[n(4)]
    pub stopped: Option<String>,
    /// When it was put here.
    #[n(5)]
    pub since: Timestamp,
    /// Code of the last refusal, where it is tried again by itself: a full disk, a full chain or mailbox.
    #[n(6)]
    pub delayed: Option<String>,
}

item!(Task, "task");

impl Task {
    /// The id of a number.
    pub fn id(number: u64) -> [u8; 8] {
        number.to_be_bytes()
    }

    /// Puts a task at the end of its lane.
    ///
    /// # Errors
    /// `vault.missing`.
    pub fn enqueue(tx: &mut Tx<'_>, lane: impl Into<String>, kind: TaskKind) -> Result<(), Fault> {
        let mut meta = Meta::read(tx)?;
        let number = meta.next_task;
        meta.next_task += 1;
        tx.put(b"", &meta);
        let since = tx.now;
        tx.put(
            &Self::id(number),
            &Self {
                kind,
                lane: lane.into(),
                attempts: 0,
                not_before: None,
                stopped: None,
                since,
                delayed: None,
            },
        );
        Ok(())
    }
}
