//! Offers and claims under way; they live on this device only and end with the consent.

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::grant::{Purpose, Right, Scope};
use protocol::hash::Hash;
use protocol::id::{GrantId, MailboxId};
use protocol::time::Timestamp;

use crate::crypto::hpke::RecipientSecret;
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::state::item;

/// How far an offer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum OfferStage {
    /// Waits for a claim.
    #[n(0)]
    Open,
    /// Somebody claimed it; the patient decides.
    #[n(1)]
    Claimed,
    /// The patient agreed.
    #[n(2)]
    Confirmed,
    /// The patient said no, or the symbols did not match.
    #[n(3)]
    Declined,
    /// Nobody claimed it in time, or it was withdrawn.
    #[n(4)]
    Expired,
}

impl OfferStage {
    /// The word at every boundary.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Expired => "expired",
        }
    }
}

/// An offer this patient made.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct OfferItem {
    /// How far it has come.
    #[n(0)]
    pub stage: OfferStage,
    /// Secret in the code.
    #[n(1)]
    pub secret: Secret32,
    /// The offer, exact bytes.
    #[n(2)]
    pub offer: Bytes,
    /// Opens the claim.
    #[n(3)]
    pub sealing: RecipientSecret,
    /// The nonce committed to.
    #[n(4)]
    pub nonce: Hash,
    /// Manages the offer on the relay.
    #[n(5)]
    pub owner: SigningKey,
    /// Relay origin.
    #[n(6)]
    pub origin: String,
    /// When the code dies.
    #[n(7)]
    pub expires: Timestamp,
    /// What would be shared.
    #[n(8)]
    pub scope: Scope,
    /// Rights and, for each, seconds from confirmation.
    #[n(9)]
    pub rights: Vec<OfferedRight>,
    /// Records kept out.
    #[n(10)]
    pub hidden: Vec<protocol::id::RecordId>,
    /// State of the offer on the relay, last seen.
    #[n(11)]
    pub version: u64,
    /// Attempts to claim it after the first.
    #[n(12)]
    pub attempts: u64,
    /// The claim, exact bytes of the signed statement.
    #[n(13)]
    pub claim: Option<Bytes>,
    /// Lets the patient write to the claimant's mailbox.
    #[n(14)]
    pub reply_send: Option<SigningKey>,
    /// Transcript, once claimed.
    #[n(15)]
    pub transcript: Option<Hash>,
    /// The three rows shown for an unvouched claimant; one is the true one.
    #[n(16)]
    pub choices: Vec<Hash>,
    /// The grant, once confirmed.
    #[n(17)]
    pub grant: Option<GrantId>,
    /// How many bytes of files the claimant may send, where the patient said so.
    #[n(18)]
    pub files: Option<u64>,
}

item!(OfferItem, "offer");

/// One right in an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct OfferedRight {
    /// The right.
    #[n(0)]
    pub right: Right,
    /// Seconds from confirmation; absent for open end.
    #[n(1)]
    pub seconds: Option<u64>,
}

/// How far a claim has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum ClaimStage {
    /// The offer is being fetched.
    #[n(0)]
    Fetching,
    /// The claim is on its way.
    #[n(1)]
    Claiming,
    /// The relay took the claim; the wallet's nonce is awaited.
    #[n(2)]
    Waiting,
    /// The symbols can be compared; the patient decides.
    #[n(3)]
    Comparing,
    /// Access was given.
    #[n(4)]
    Confirmed,
    /// The patient said no.
    #[n(5)]
    Declined,
    /// It failed; see the reason.
    #[n(6)]
    Failed,
}

impl ClaimStage {
    /// The word at every boundary.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fetching => "fetching",
            Self::Claiming => "claiming",
            Self::Waiting => "waiting",
            Self::Comparing => "comparing",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Failed => "failed",
        }
    }
}

/// A claim this practitioner or lab made.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct ClaimItem {
    /// How far it has come.
    #[n(0)]
    pub stage: ClaimStage,
    /// Relay origin in the code.
    #[n(1)]
    pub origin: String,
    /// Secret in the code.
    #[n(2)]
    pub secret: Secret32,
    /// Hash of the offer, in the code.
    #[n(3)]
    pub hash: Hash,
    /// Why access is asked for.
    #[n(4)]
    pub purpose: Purpose,
    /// HPKE key for the grant.
    #[n(5)]
    pub sealing: RecipientSecret,
    /// Capability over the fetch keys.
    #[n(6)]
    pub grantee: SigningKey,
    /// This device's fetch key.
    #[n(7)]
    pub fetch: SigningKey,
    /// Mailbox for notices.
    #[n(8)]
    pub mailbox: MailboxId,
    /// Lets the patient write to it.
    #[n(9)]
    pub mailbox_send: SigningKey,
    /// The offer, exact bytes.
    #[n(10)]
    pub offer: Option<Bytes>,
    /// The claim, exact bytes of the signed statement.
    #[n(11)]
    pub claim: Option<Bytes>,
    /// Transcript, once the nonce was revealed.
    #[n(12)]
    pub transcript: Option<Hash>,
    /// State of the answer on the relay, last seen.
    #[n(13)]
    pub version: u64,
    /// The grant, once given.
    #[n(14)]
    pub grant: Option<GrantId>,
    /// Code of what failed.
    #[n(15)]
    pub reason: Option<String>,
    /// When the code dies, once known.
    #[n(16)]
    pub expires: Option<Timestamp>,
    /// When it was made here.
    #[n(17)]
    pub time: Timestamp,
}

item!(ClaimItem, "claim");
