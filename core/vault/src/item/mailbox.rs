//! Mailboxes that this vault reads.

use minicbor::{Decode, Encode};
use protocol::hash::Hash;
use protocol::id::{GrantId, OfferId, StatementId};
use protocol::key::PublicKey;

use crate::crypto::hpke::RecipientSecret;
use crate::crypto::signing::SigningKey;
use crate::state::item;

/// What a mailbox is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum MailboxUse {
    /// The holder of a grant writes to the patient.
    #[n(0)]
    Grant(#[n(0)] GrantId),
    /// The patient answers the holder of a grant.
    #[n(1)]
    Reply(#[n(0)] GrantId),
    /// As [`MailboxUse::Reply`], before the grant exists.
    #[n(2)]
    Claim(#[n(0)] OfferId),
    /// Anybody writes to a desk.
    #[n(3)]
    Intake,
    /// The other side of an appointment answers.
    #[n(4)]
    Appointment(#[n(0)] Hash),
    /// A lab sends copies of a result that the patient permitted.
    #[n(20)]
    Copy(#[n(0)] StatementId),
    /// Whoever holds a grant answers the wish that it be deleted.
    #[n(21)]
    Deletion(#[n(0)] GrantId),
}

/// A mailbox.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct MailboxItem {
    /// Relay origin.
    #[n(0)]
    pub origin: String,
    /// What it is for.
    #[n(1)]
    pub purpose: MailboxUse,
    /// Reads and acknowledges.
    #[n(2)]
    pub read: SigningKey,
    /// Opens messages.
    #[n(3)]
    pub sealing: RecipientSecret,
    /// Newest message read.
    #[n(4)]
    pub cursor: Option<u64>,
    /// Highest counter seen of each sending device.
    #[n(5)]
    pub counters: Vec<(PublicKey, u32)>,
    /// Whether the relay has it.
    #[n(6)]
    pub created: bool,
}

item!(MailboxItem, "mailbox");
