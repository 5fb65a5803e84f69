//! Receipts: the reader's signed statement "I opened these records at this time" (`core/spec/receipt.md`, RCPT rules).
//!
//! A receipt proves opening; its absence proves nothing.

use minicbor::{Decode, Encode};

use crate::hash::Hash;
use crate::id::{GrantId, IdentityId, RecordId, StatementId};
use crate::key::PublicKey;
use crate::statement::Signed;
use crate::time::Timestamp;
use crate::{coded_error, refusals, statement};

coded_error! {
    /// Why a receipt is refused.
    pub enum Error {
        Malformed = "receipt.malformed", "the receipt is damaged";
        Kind = "receipt.kind", "the object is not a receipt";
        Version = "receipt.version", "the receipt is of an unknown version";
        Signature = "receipt.signature", "the receipt was not signed by the key it names";
        Rule = "receipt.rule", "the receipt breaks a rule of its format";
        Grant = "receipt.grant", "the receipt is about another grant";
        Reader = "receipt.reader", "the receipt was not signed by the holder of the grant";
    }
}
refusals!(Error);

/// Most records in one receipt.
pub const MAX_RECORDS: usize = 1024;

/// What the reader signs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ReceiptStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// Under which grant.
    #[n(1)]
    pub grant: GrantId,
    /// Whose records.
    #[n(2)]
    pub patient: IdentityId,
    /// Which records, in order of opening.
    #[n(3)]
    pub records: Vec<RecordId>,
    /// When.
    #[n(4)]
    pub time: Timestamp,
    /// Random.
    #[n(5)]
    pub salt: Hash,
    /// The reader's device key.
    #[n(6)]
    pub actor: PublicKey,
    /// The reader.
    #[n(7)]
    pub reader: IdentityId,
    /// The reader's device statement.
    #[n(8)]
    pub authority: StatementId,
}

statement!(ReceiptStatement, Receipt, Statement, 64 * 1024, |receipt| {
    if (1..=MAX_RECORDS).contains(&receipt.records.len()) {
        Ok(())
    } else {
        Err(Error::Rule)
    }
});

/// A receipt whose signature verified.
pub type Receipt = Signed<ReceiptStatement>;
