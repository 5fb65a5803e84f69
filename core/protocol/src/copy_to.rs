//! `copy_to`: the patient lets a lab send the result of one request to the practitioner who ordered it, too (`core/spec/grant.md`, COPY rules).
//!
//! The lab can send nothing else by it: [`CopyToStatement::check`] asks for the very request, lab, patient and time.

use minicbor::{Decode, Encode};

use crate::cbor::Bytes;
use crate::hash::Hash;
use crate::id::{GrantId, IdentityId, MailboxId, RecordId, StatementId};
use crate::key::PublicKey;
use crate::statement::Signed;
use crate::time::{Period, Timestamp};
use crate::{coded_error, refusals, statement};

coded_error! {
    /// Why a permission to copy is refused or does not allow something.
    pub enum Error {
        Malformed = "copy_to.malformed", "the permission to copy is damaged";
        Kind = "copy_to.kind", "the object is not a permission to copy";
        Version = "copy_to.version", "the permission to copy is of an unknown version";
        Signature = "copy_to.signature", "the permission to copy was not signed by the key it names";
        Rule = "copy_to.rule", "the permission to copy breaks a rule of its format";
        Recipient = "copy_to.recipient", "the permission to copy is not for this recipient, or not by this patient";
        Lab = "copy_to.lab", "the copy does not come from the lab that may send it";
        Patient = "copy_to.patient", "the copy is about another patient";
        Order = "copy_to.order", "the copy does not answer the request it may be sent for";
        Content = "copy_to.content", "the copy is not a laboratory result";
        NotYet = "copy_to.not_yet", "copies are not permitted yet";
        Over = "copy_to.over", "the time in which copies were permitted is over";
    }
}
refusals!(Error);

/// What the patient signs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CopyToStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// Whose result.
    #[n(1)]
    pub patient: IdentityId,
    /// The lab's grant.
    #[n(2)]
    pub grant: GrantId,
    /// The lab.
    #[n(3)]
    pub lab: IdentityId,
    /// The request whose result may be copied.
    #[n(4)]
    pub order: RecordId,
    /// Who receives the copy.
    #[n(5)]
    pub recipient: IdentityId,
    /// The recipient's grant.
    #[n(6)]
    pub recipient_grant: GrantId,
    /// The recipient's HPKE key of that grant.
    #[n(7)]
    pub sealing_key: Bytes,
    /// Relay origin of the mailbox.
    #[n(8)]
    pub origin: String,
    /// A mailbox for nothing but these copies.
    #[n(9)]
    pub mailbox: MailboxId,
    /// The `send` capability of that mailbox.
    #[n(10)]
    pub send: PublicKey,
    /// When copies may be sent; always with an end.
    #[n(11)]
    pub period: Period,
    /// When it was signed.
    #[n(12)]
    pub time: Timestamp,
    /// Random.
    #[n(13)]
    pub salt: Hash,
    /// The patient's device key.
    #[n(14)]
    pub actor: PublicKey,
    /// The device's statement.
    #[n(15)]
    pub authority: StatementId,
}

/// Bytes of an X-Wing public key.
const SEALING_KEY: usize = 1216;
/// The longest relay origin.
const MAX_ORIGIN: usize = 256;

statement!(CopyToStatement, CopyTo, Statement, 4096, |copy| {
    let parties = copy.lab != copy.recipient && copy.grant != copy.recipient_grant && copy.patient != copy.recipient;
    let dated = copy.period.until.is_some() && copy.period.check().is_ok();
    let addressed = !copy.origin.is_empty() && copy.origin.len() <= MAX_ORIGIN;
    if parties && dated && addressed && copy.sealing_key.len() == SEALING_KEY {
        Ok(())
    } else {
        Err(Error::Rule)
    }
});

/// A permission whose signature verified.
pub type CopyTo = Signed<CopyToStatement>;

impl CopyTo {
    /// The permission's name.
    pub fn id(&self) -> StatementId {
        self.hash().into()
    }
}

impl CopyToStatement {
    /// Whether a record by this author, about this patient, in answer to this request may be copied now. That it is a laboratory result is
    /// asked by those who read FHIR.
    ///
    /// # Errors
    /// [`Error::Lab`], [`Error::Patient`], [`Error::Order`], [`Error::NotYet`], [`Error::Over`].
    pub fn check(
        &self,
        author: &IdentityId,
        patient: &IdentityId,
        replies_to: Option<&RecordId>,
        now: Timestamp,
    ) -> Result<(), Error> {
        if self.lab != *author {
            return Err(Error::Lab);
        }
        if self.patient != *patient {
            return Err(Error::Patient);
        }
        if replies_to != Some(&self.order) {
            return Err(Error::Order);
        }
        if now < self.period.from {
            return Err(Error::NotYet);
        }
        if self.period.contains(now) {
            Ok(())
        } else {
            Err(Error::Over)
        }
    }
}
