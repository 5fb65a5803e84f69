//! What a relay keeps, behind one narrow trait: every operation is one transaction (`core/spec/relay.md`, RELAY-50 to RELAY-53).
//!
//! Invariants every implementation keeps, checked by the contract suite in `tests/store.rs`: an operation that answered is durable;
//! who may do what is decided inside the same transaction; missing and forbidden are the same [`Error::NotFound`]; a map key once taken
//! keeps its commit for ever.

pub mod operation;
pub mod sqlite;

use std::fmt;
use std::future::Future;

use protocol::hash::Hash;
use protocol::id::{LocatorId, MailboxId};
use protocol::relay::message::{
    Accesses, Admitted, Capabilities, Entered, Envelopes, LogIdentity, Missing, OfferAnswer, OfferContent, OfferState,
    Organization,
};

pub use operation as op;
pub use sqlite::Sqlite;

/// Why an operation did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// Not there, or not for this key.
    NotFound,
    /// The id is taken by something else.
    Exists,
    /// The label is taken by another commit.
    Conflict {
        /// Index of the entry in its chain; none where the entry has no block.
        index: Option<u64>,
        /// The label.
        label: Hash,
        /// The commit that holds it.
        commit: Hash,
    },
    /// The capabilities have this version now.
    Version(u64),
    /// The same signed request was carried out before.
    Replayed,
    /// The token is spent.
    Token,
    /// The offer was answered differently.
    Answered,
    /// The offer is over.
    Expired,
    /// The resource's quota is used up.
    Quota(u64),
    /// What the fetch keys of a chain may upload is used up: the number of bytes.
    Uploads(u64),
    /// The disk is full or does not take writes; nothing was stored.
    Storage(String),
    /// The database is damaged.
    Damaged(String),
    /// The store must not be used as it is; the text tells the operator what to do.
    Refused(String),
    /// The store itself failed; the text is for the operator's log.
    Failed(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "not there, or not for this key",
            Self::Exists => "the id is taken by something else",
            Self::Conflict { .. } => "the label is taken by another commit",
            Self::Version(_) => "the capabilities changed meanwhile",
            Self::Replayed => "the same request was carried out before",
            Self::Token => "the token is spent",
            Self::Answered => "the offer was answered differently",
            Self::Expired => "the offer is over",
            Self::Quota(_) => "the quota is used up",
            Self::Uploads(_) => "the bytes that fetch keys may upload are used up",
            Self::Storage(reason) => return write!(f, "the disk is full or does not take writes: {reason}"),
            Self::Damaged(reason) => {
                return write!(
                    f,
                    "the database is damaged ({reason}). Stop the relay, keep a copy of the data directory, see what is wrong with \
                     `relay-server verify`, and put the last good backup into an empty folder with `relay-server restore`"
                );
            }
            Self::Refused(reason) => return f.write_str(reason),
            Self::Failed(reason) => return write!(f, "the store failed: {reason}"),
        })
    }
}

impl std::error::Error for Error {}

/// Result of an operation.
pub type Result<T> = std::result::Result<T, Error>;

/// Whether an idempotent creation made something new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// New.
    Created,
    /// The same was there before, or it was replaced by its owner.
    Present,
}

/// An answer together with whether something new was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made<T> {
    /// New or there before.
    pub outcome: Outcome,
    /// The answer.
    pub answer: T,
}

macro_rules! store {
    ($($(#[$meta:meta])* $name:ident($input:ty) -> $output:ty;)+) => {
        /// The relay's memory. Each method takes one value and is one transaction.
        pub trait Store: Send + Sync + 'static {
            $($(#[$meta])* fn $name(&self, input: $input) -> impl Future<Output = Result<$output>> + Send;)+
        }
    };
}

store! {
    /// Stores the log's identity at the first start; later answers what was stored then.
    pin_log(LogIdentity) -> LogIdentity;

    /// Makes a chain.
    create_chain(op::CreateChain) -> Outcome;
    /// Inserts an entry if its label is free, with its block.
    append(op::Append) -> Made<Admitted>;
    /// Inserts an entry without a block if its label is free.
    enter(op::Enter) -> Made<Entered>;
    /// Entries in order.
    blocks(op::ReadBlocks) -> op::BlockPage;
    /// Erases contents of entries; the entries stay.
    erase(op::Erase) -> ();
    /// Deletes everything of a chain but its map entries; answers the blob files that nothing refers to any more.
    delete_chain(op::DeleteChain) -> Vec<String>;

    /// Who may do what.
    capabilities(op::ReadCapabilities) -> Capabilities;
    /// Replaces capabilities if the version is still the named one.
    replace_capabilities(op::ReplaceCapabilities) -> Capabilities;
    /// Adds and removes fetch keys.
    change_fetch_keys(op::ChangeFetchKeys) -> ();
    /// Keeps a fetch key's first request for a thing.
    record_access(op::RecordAccess) -> ();
    /// First requests of fetch keys.
    accesses(op::ReadAccesses) -> Accesses;

    /// Whether an upload would be taken, before its body arrives.
    check_upload(op::CheckUpload) -> Outcome;
    /// Adds a blob whose content is already durable.
    put_blob(op::PutBlob) -> Outcome;
    /// A blob's place.
    blob(op::ReadBlob) -> op::Blob;
    /// Deletes a blob; answers the file that nothing refers to any more.
    delete_blob(op::DeleteBlob) -> Option<String>;
    /// Deletes all blobs of a chain and what is known of who fetched them; answers the files that nothing refers to any more.
    delete_blobs(op::DeleteBlobs) -> Vec<String>;
    /// Which of these addresses this chain lacks.
    missing_blobs(op::MissingBlobs) -> Missing;
    /// Gives blobs of one chain to another, all or none; answers which the first one lacks.
    link_blobs(op::LinkBlobs) -> Missing;
    /// Which of these files no blob refers to.
    orphans(Vec<String>) -> Vec<String>;

    /// Stores recovery data.
    put_locator(op::PutLocator) -> Outcome;
    /// Recovery data.
    locator(LocatorId) -> Vec<u8>;

    /// Makes or changes a mailbox.
    put_mailbox(op::PutMailbox) -> Outcome;
    /// Gives a mailbox another reading key.
    set_reader(op::SetReader) -> ();
    /// Adds an envelope; the same envelope keeps its cursor.
    deliver(op::Deliver) -> Made<u64>;
    /// Waiting envelopes.
    envelopes(op::ReadEnvelopes) -> Envelopes;
    /// Forgets envelopes up to a cursor.
    acknowledge(op::Acknowledge) -> ();
    /// The public contact of an intake mailbox.
    contact(MailboxId) -> Vec<u8>;
    /// Deletes a mailbox with everything in it.
    delete_mailbox(op::DeleteMailbox) -> ();

    /// Makes an offer.
    put_offer(op::PutOffer) -> Outcome;
    /// The offer for its claimant.
    offer(op::ReadOffer) -> OfferContent;
    /// Fixes the first claim; counts every other one.
    claim_offer(op::ClaimOffer) -> op::Claimed;
    /// What happened to an offer, for its owner.
    offer_state(op::ReadOffer) -> OfferState;
    /// Adds reveal or answer, once.
    answer_offer(op::AnswerOffer) -> Outcome;
    /// Reveal and answer, for the claimant.
    offer_answer(op::ReadOffer) -> OfferAnswer;
    /// Deletes an offer.
    delete_offer(op::DeleteOffer) -> ();

    /// Publishes an organization.
    put_organization(op::PutOrganization) -> Outcome;
    /// A published organization.
    organization(protocol::id::IdentityId) -> Organization;

    /// Removes what is past its time.
    expire(op::Expire) -> op::Expired;
    /// How much is stored.
    usage(()) -> op::Usage;
    /// Whether the store takes writes: found out by one that means nothing.
    ready(()) -> ();
    /// Makes the store tidy before the process ends.
    close(()) -> ();
}
