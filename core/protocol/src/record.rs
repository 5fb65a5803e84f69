//! Records: one author-signed clinical document about one patient (`core/spec/record.md`, REC rules).
//!
//! The FHIR bytes are signed verbatim. Links to other records are commitments, always present and random when empty, so that a
//! reader who was not given an opening learns nothing. Invariant: what the author's client logged to prove the time travels beside.

use minicbor::{Decode, Encode};

use crate::category::Category;
use crate::cbor::Bytes;
use crate::hash::Hash;
use crate::id::{IdentityId, RecordId, StatementId};
use crate::key::PublicKey;
use crate::label::HashLabel;
use crate::statement::Signed;
use crate::time::Timestamp;
use crate::{coded_error, refusals, statement};

coded_error! {
    /// Why a record is refused.
    pub enum Error {
        Malformed = "record.malformed", "the record is damaged";
        Kind = "record.kind", "the object is not a record";
        Version = "record.version", "the record is of an unknown version";
        Signature = "record.signature", "the record was not signed by the key it names";
        Rule = "record.rule", "the record breaks a rule of its format";
        TooLarge = "record.too_large", "the document is larger than a record may be; attach it instead";
        Attachments = "record.attachments", "the record has more attachments than permitted";
        Subject = "record.subject", "the record is about another patient";
        Author = "record.author", "the record does not come from the author it names";
        Link = "record.link", "the named record is not the one this record refers to";
    }
}
refusals!(Error);

/// The largest FHIR document inside a record; anything larger is an attachment.
pub const MAX_CONTENT: usize = 512 * 1024;
/// The largest signed record.
pub const MAX_BYTES: usize = MAX_CONTENT + 64 * 1024;
/// Most attachments of one record.
pub const MAX_ATTACHMENTS: usize = 64;

/// A file that belongs to a record, named by what it contains.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Attachment {
    /// RFC 6962 tree head over the SHA-256 of each 1 MiB piece of the plaintext.
    #[n(0)]
    pub hash: Hash,
    /// Bytes of plaintext.
    #[n(1)]
    pub size: u64,
    /// Media type, RFC 6838.
    #[n(2)]
    pub media_type: String,
}

/// What the author signs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct RecordStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// The patient.
    #[n(1)]
    pub subject: IdentityId,
    /// What it is about.
    #[n(2)]
    pub category: Category,
    /// FHIR R4 JSON, verbatim.
    #[n(3)]
    pub content: Bytes,
    /// Files.
    #[n(4)]
    pub attachments: Vec<Attachment>,
    /// Commitment to the record this one answers.
    #[n(5)]
    pub replies_to: Hash,
    /// Commitment to the record this one corrects.
    #[n(6)]
    pub supersedes: Hash,
    /// When the author says it was signed.
    #[n(7)]
    pub time: Timestamp,
    /// Random.
    #[n(8)]
    pub salt: Hash,
    /// The author's device key.
    #[n(9)]
    pub actor: PublicKey,
    /// The author.
    #[n(10)]
    pub author: IdentityId,
    /// The author's device statement.
    #[n(11)]
    pub authority: StatementId,
}

statement!(RecordStatement, Record, Record, MAX_BYTES, |record| {
    if record.content.len() > MAX_CONTENT {
        return Err(Error::TooLarge);
    }
    if record.attachments.len() > MAX_ATTACHMENTS {
        return Err(Error::Attachments);
    }
    let media_types_fit = record
        .attachments
        .iter()
        .all(|a| !a.media_type.is_empty() && a.media_type.len() <= 127);
    if media_types_fit && core::str::from_utf8(&record.content).is_ok() {
        Ok(())
    } else {
        Err(Error::Rule)
    }
});

/// A record whose author's signature verified.
pub type Record = Signed<RecordStatement>;

impl Record {
    /// The record's name.
    pub fn id(&self) -> RecordId {
        self.hash().into()
    }
}

/// What opens a commitment to another record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Opening {
    /// The other record.
    #[n(0)]
    pub record: RecordId,
    /// The commitment's salt.
    #[n(1)]
    pub salt: Hash,
}

impl Opening {
    /// SHA-256(label || record id || salt).
    pub fn commitment(&self) -> Hash {
        HashLabel::RecordLink.hash(&[self.record.as_bytes(), self.salt.as_bytes()])
    }

    /// Whether it opens this commitment.
    ///
    /// # Errors
    /// [`Error::Link`].
    pub fn check(&self, commitment: &Hash) -> Result<(), Error> {
        if self.commitment() == *commitment {
            Ok(())
        } else {
            Err(Error::Link)
        }
    }
}
