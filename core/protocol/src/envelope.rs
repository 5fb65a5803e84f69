//! Envelopes: sealed messages to one recipient's mailbox (`core/spec/envelope.md`, ENV rules).
//!
//! This is the signed inside; sealing and padding are the vault's. The statement repeats mailbox, recipient and key, so that an
//! envelope moved to another mailbox is refused by the one who opens it.

use minicbor::{Decode, Encode};

use crate::cbor::Bytes;
use crate::hash::Hash;
use crate::id::{GrantId, IdentityId, MailboxId, StatementId};
use crate::key::PublicKey;
use crate::statement::Signed;
use crate::time::Timestamp;
use crate::{coded_error, refusals, statement};

coded_error! {
    /// Why an envelope is refused.
    pub enum Error {
        Malformed = "envelope.malformed", "the message is damaged";
        Kind = "envelope.kind", "the message is of an unknown kind";
        Version = "envelope.version", "the message is of an unknown version";
        Signature = "envelope.signature", "the message was not signed by the key it names";
        Rule = "envelope.rule", "the message breaks a rule of its format";
        Mailbox = "envelope.mailbox", "the message was meant for another mailbox";
        Recipient = "envelope.recipient", "the message was meant for somebody else";
        Expired = "envelope.expired", "the message has expired";
        Replayed = "envelope.replayed", "the message was already received";
        Sender = "envelope.sender", "the message does not come from the holder of this grant";
    }
}
refusals!(Error);

/// What a message is for. Unknown numbers are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessageKind {
    /// A signed record on its way into the patient's chain.
    Submission,
    /// "I opened these records".
    Receipt,
    /// `filed` or `declined`, and other short answers.
    Notice,
    /// Asks for an appointment.
    AppointmentRequest,
    /// Offers times, accepts, moves or declines.
    AppointmentAnswer,
    /// A grantee passes a part of a grant on: to the delegate.
    Delegated,
    /// A grantee tells the patient of a delegation, or that it ended.
    Delegation,
    /// A team's organization hands a member the access to a grant.
    TeamAccess,
    /// A grantee tells the patient the key that the next epoch is to be sealed to.
    GrantKeys,
    /// A grantee hands the keys of a grant chain's epochs on: to a delegate or a member.
    Epochs,
}

impl MessageKind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[
        Self::Submission,
        Self::Receipt,
        Self::Notice,
        Self::AppointmentRequest,
        Self::AppointmentAnswer,
        Self::Delegated,
        Self::Delegation,
        Self::TeamAccess,
        Self::GrantKeys,
        Self::Epochs,
    ];

    /// The number on the wire.
    pub const fn number(self) -> u8 {
        match self {
            Self::Submission => 1,
            Self::Receipt => 2,
            Self::Notice => 3,
            Self::AppointmentRequest => 4,
            Self::AppointmentAnswer => 5,
            Self::Delegated => 16,
            Self::Delegation => 17,
            Self::TeamAccess => 18,
            Self::GrantKeys => 19,
            Self::Epochs => 20,
        }
    }
}

impl<C> Encode<C> for MessageKind {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u8(self.number())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for MessageKind {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let number = d.u8()?;
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.number() == number)
            .ok_or_else(|| minicbor::decode::Error::message("unknown message kind"))
    }
}

/// What the sender signs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct EnvelopeStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// What it is for.
    #[n(1)]
    pub kind: MessageKind,
    /// The mailbox it was sent to.
    #[n(2)]
    pub mailbox: MailboxId,
    /// For whom.
    #[n(3)]
    pub recipient: IdentityId,
    /// Hash of the HPKE key it was sealed to.
    #[n(4)]
    pub recipient_key: Hash,
    /// The sender's counter for this mailbox.
    #[n(5)]
    pub sequence: u32,
    /// When it may be dropped.
    #[n(6)]
    pub expires: Timestamp,
    /// What it says, by kind.
    #[n(7)]
    pub body: Bytes,
    /// When.
    #[n(8)]
    pub time: Timestamp,
    /// Random.
    #[n(9)]
    pub salt: Hash,
    /// The sender's device key.
    #[n(10)]
    pub actor: PublicKey,
    /// The sender.
    #[n(11)]
    pub sender: IdentityId,
    /// The sender's device statement.
    #[n(12)]
    pub authority: StatementId,
    /// The grant it is sent under, if any.
    #[n(13)]
    pub grant: Option<GrantId>,
}

/// The largest signed message.
pub const MAX_BYTES: usize = 900 * 1024;

statement!(EnvelopeStatement, Envelope, Transcript, MAX_BYTES, |envelope| {
    if envelope.expires > envelope.time {
        Ok(())
    } else {
        Err(Error::Rule)
    }
});

/// A message whose signature verified.
pub type Envelope = Signed<EnvelopeStatement>;

impl EnvelopeStatement {
    /// Whether it was meant for this mailbox, this recipient and this key, and still holds.
    ///
    /// # Errors
    /// [`Error::Mailbox`], [`Error::Recipient`] or [`Error::Expired`].
    pub fn check_address(
        &self,
        mailbox: &MailboxId,
        recipient: &IdentityId,
        recipient_key: &Hash,
        now: Timestamp,
    ) -> Result<(), Error> {
        if self.mailbox != *mailbox {
            return Err(Error::Mailbox);
        }
        if self.recipient != *recipient || self.recipient_key != *recipient_key {
            return Err(Error::Recipient);
        }
        if now >= self.expires {
            Err(Error::Expired)
        } else {
            Ok(())
        }
    }
}
