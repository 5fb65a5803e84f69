//! Exports: chosen records, or a whole chain, in one file that proves itself without any relay (`core/spec/export.md`, EXP rules).
//!
//! A file is signed by its owner's device as it was handed out, and holds the exact bytes of everything that was signed before. Bodies with
//! capabilities or attachment keys are left out; whatever stands in the file may be seen by whoever gets it.
//! [`parse`] reads the form alone; [`crate::audit`] says what it proves.

use minicbor::{Decode, Encode};

use crate::block::BODY_SALT;
use crate::cbor::{self, Bytes};
use crate::credential::CredentialEvidence;
use crate::hash::Hash;
use crate::id::{BlockHash, IdentityId, ResourceId, StatementId};
use crate::identity::Evidence;
use crate::key::PublicKey;
use crate::label::HashLabel;
use crate::root::RootChange;
use crate::statement::Unverified;
use crate::time::Timestamp;
use crate::{coded_error, refusals, statement};

coded_error! {
    /// Why a file is not an export.
    pub enum Error {
        Magic = "export.magic", "the file is not a Satchel export";
        Version = "export.version", "the export is of an unknown version";
        Truncated = "export.truncated", "the file is cut off";
        Trailing = "export.trailing", "the file goes on after its end";
        TooLarge = "export.too_large", "the file is larger than an export may be";
        Malformed = "export.malformed", "the file is damaged";
        Kind = "export.kind", "the file was signed as something else";
        Signature = "export.signature", "the file was not signed by the key it names";
        Rule = "export.rule", "the file breaks a rule of its format";
        Contents = "export.contents", "what the file holds is not what its owner signed";
        Exporter = "export.exporter", "the file was not signed by a device of the owner it names";
    }
}
refusals!(Error);

/// What every export begins with; the last character is the version.
pub const MAGIC: &[u8; 16] = b"satchel-export-1";
/// The largest file.
pub const MAX_BYTES: usize = 256 << 20;

/// What an export is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Kind {
    /// Chosen records; the rest of the chain is not shown.
    #[n(1)]
    Selection,
    /// The whole chain up to the head named.
    #[n(2)]
    Chain,
}

impl Kind {
    /// The word at every boundary.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Selection => "selection",
            Self::Chain => "chain",
        }
    }
}

/// The newest block of the owner's chain when the file was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Place {
    /// Its sequence number.
    #[n(0)]
    pub sequence: u32,
    /// Its hash.
    #[n(1)]
    pub hash: BlockHash,
}

/// What the owner's device signs of a file.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ExportStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// What the file is meant to be.
    #[n(1)]
    pub kind: Kind,
    /// Newest block of the chain; in a selection absent, so that it tells nothing of the rest.
    #[n(2)]
    pub head: Option<Place>,
    /// Number of records in the file.
    #[n(3)]
    pub records: u32,
    /// Number of receipts in the file.
    #[n(4)]
    pub receipts: u32,
    /// SHA-256(label || contents).
    #[n(5)]
    pub contents: Hash,
    /// When.
    #[n(6)]
    pub time: Timestamp,
    /// Random.
    #[n(7)]
    pub salt: Hash,
    /// The device key that signs.
    #[n(8)]
    pub actor: PublicKey,
    /// Whose file.
    #[n(9)]
    pub owner: IdentityId,
    /// The device's statement.
    #[n(10)]
    pub authority: StatementId,
}

statement!(ExportStatement, Export, Statement, 1024, |export| {
    if (export.kind == Kind::Chain) == export.head.is_some() {
        Ok(())
    } else {
        Err(Error::Rule)
    }
});

/// Everything that the owner's device signed by its hash.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Contents {
    /// The owner's devices.
    #[n(0)]
    pub devices: Vec<Evidence>,
    /// Devices taken out of service, exact bytes.
    #[n(1)]
    pub removals: Vec<Bytes>,
    /// The chain's name on the relay; with a whole chain only.
    #[n(2)]
    pub resource: Option<ResourceId>,
    /// Blocks of the owner's chain, ascending.
    #[n(3)]
    pub blocks: Vec<ExportedBlock>,
    /// Packages that are in no block of this chain: records written for others.
    #[n(4)]
    pub loose: Vec<Bytes>,
    /// Organizations that vouch for authors.
    #[n(5)]
    pub organizations: Vec<ExportedOrganization>,
}

/// One block and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ExportedBlock {
    /// The signed block, exact bytes.
    #[n(0)]
    pub block: Bytes,
    /// The log's promise; absent while it was not admitted.
    #[n(1)]
    pub admission: Option<Admission>,
    /// What its body holds, as far as it may be shown.
    #[n(2)]
    pub content: Content,
}

/// The log's word that it admitted a block.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Admission {
    /// The block's label; with a whole chain only.
    #[n(0)]
    pub label: Option<Hash>,
    /// The salt of its commit.
    #[n(1)]
    pub salt: Hash,
    /// The promise, exact bytes.
    #[n(2)]
    pub promise: Bytes,
}

/// What is shown of a body.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Content {
    /// Nothing: it holds secrets, or was erased.
    #[n(0)]
    LeftOut,
    /// A record's package, exact bytes, and what rebuilds the body when that holds no attachment keys.
    #[n(1)]
    Record(#[n(0)] Bytes, #[n(1)] Option<RecordOpening>),
    /// A receipt's exact bytes, its reader's device, the salt that rebuilds the body, and in a whole chain what lets this reader act who is
    /// not the holder of the grant.
    #[n(2)]
    Receipt(
        #[n(0)] Bytes,
        #[n(1)] Evidence,
        #[n(2)] Hash,
        #[n(3)] Option<Box<Entitlement>>,
    ),
    /// The signed grant, exact bytes; the body itself holds capabilities.
    #[n(3)]
    Grant(#[n(0)] Bytes),
    /// What an epoch block lists: removals and changes of the owner's root key, exact bytes. The keys in it stay at home.
    #[n(4)]
    Epoch(#[n(0)] Vec<Bytes>, #[n(1)] Vec<RootChange>),
    /// The device that a device block lists; in a whole chain only.
    #[n(5)]
    Device(#[n(0)] Evidence),
}

/// What lets somebody act under a grant who is not its holder.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Entitlement {
    /// The holder's delegation, exact bytes, and the device that signed it.
    #[n(0)]
    Delegation(#[n(0)] Bytes, #[n(1)] Evidence),
    /// The credential of a member of the team that holds the grant.
    #[n(1)]
    Member(#[n(0)] CredentialEvidence),
}

/// What rebuilds the body of a record block: `salt || [package, source, []]` (EXP-7).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct RecordOpening {
    /// The body's salt.
    #[n(0)]
    pub salt: Hash,
    /// Where the record came from: the second member of the body, one CBOR item.
    #[n(1)]
    pub source: Bytes,
}

impl RecordOpening {
    /// The body that holds this package and no attachment keys; `None` when `source` is not exactly one CBOR item.
    pub fn body(&self, package: &[u8]) -> Option<Vec<u8>> {
        let mut decoder = minicbor::Decoder::new(&self.source);
        decoder
            .skip()
            .ok()
            .filter(|()| decoder.position() == self.source.len())?;
        let mut body = Vec::with_capacity(BODY_SALT + package.len() + self.source.len() + 16);
        body.extend_from_slice(self.salt.as_bytes());
        body.push(0x83);
        body.extend_from_slice(&cbor::encode(&Bytes::from(package.to_vec())));
        body.extend_from_slice(&self.source);
        body.push(0x80);
        Some(body)
    }
}

/// The body of a receipt block: `salt || [receipt, evidence]` (EXP-8).
pub fn receipt_body(receipt: &Bytes, evidence: &Evidence, salt: &Hash) -> Vec<u8> {
    let mut body = salt.as_bytes().to_vec();
    body.push(0x82);
    body.extend_from_slice(&cbor::encode(receipt));
    body.extend_from_slice(&cbor::encode(evidence));
    body
}

/// An organization: its statement and its public chain as far as the owner had read it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ExportedOrganization {
    /// The statement, exact bytes.
    #[n(0)]
    pub statement: Bytes,
    /// The device that signed it.
    #[n(1)]
    pub evidence: Evidence,
    /// The public chain from its first block.
    #[n(2)]
    pub blocks: Vec<PublicBlock>,
    /// When the owner read it last, in the owner's words.
    #[n(3)]
    pub read: Option<Timestamp>,
}

/// One block of a public chain.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct PublicBlock {
    /// The signed block, exact bytes.
    #[n(0)]
    pub block: Bytes,
    /// Its body, until erased.
    #[n(1)]
    pub body: Option<Bytes>,
    /// The promise, exact bytes.
    #[n(2)]
    pub promise: Bytes,
}

/// What follows magic and length.
#[derive(Encode, Decode)]
#[cbor(array)]
struct File {
    #[n(0)]
    statement: Bytes,
    #[n(1)]
    evidence: Evidence,
    #[n(2)]
    contents: Bytes,
}

/// A file read by its form; nothing in it is proven yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// What the owner's device signed.
    pub statement: Unverified<ExportStatement>,
    /// The device that signed.
    pub evidence: Evidence,
    /// Everything else.
    pub contents: Contents,
    /// SHA-256(label || exact bytes of the contents).
    pub hash: Hash,
}

impl Contents {
    /// The exact bytes.
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// SHA-256(label || exact bytes).
    pub fn hash(bytes: &[u8]) -> Hash {
        HashLabel::Export.hash(&[bytes])
    }

    /// Number of records.
    pub fn records(&self) -> usize {
        self.loose.len() + self.count(|content| matches!(content, Content::Record(..)))
    }

    /// Number of receipts.
    pub fn receipts(&self) -> usize {
        self.count(|content| matches!(content, Content::Receipt(..)))
    }

    fn count(&self, wanted: impl Fn(&Content) -> bool) -> usize {
        self.blocks.iter().filter(|block| wanted(&block.content)).count()
    }
}

/// Puts a file together: magic, length, signed statement, device, contents.
///
/// # Errors
/// [`Error::TooLarge`].
pub fn assemble(statement: Vec<u8>, evidence: Evidence, contents: Vec<u8>) -> Result<Vec<u8>, Error> {
    let file = cbor::encode(&File {
        statement: statement.into(),
        evidence,
        contents: contents.into(),
    });
    let length = u32::try_from(file.len())
        .ok()
        .filter(|_| file.len() <= MAX_BYTES)
        .ok_or(Error::TooLarge)?;
    let mut out = Vec::with_capacity(file.len() + MAGIC.len() + 4);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&file);
    Ok(out)
}

/// Reads a file; no signature is checked and nothing is believed.
///
/// # Errors
/// See [`Error`].
pub fn parse(bytes: &[u8]) -> Result<Export, Error> {
    let body = frame(bytes)?;
    let file: File = cbor::decode(body, MAX_BYTES).map_err(|_| Error::Malformed)?;
    let statement = Unverified::<ExportStatement>::parse(&file.statement)?;
    let contents: Contents = cbor::decode(&file.contents, MAX_BYTES).map_err(|_| Error::Malformed)?;
    let whole = statement.statement().kind == Kind::Chain;
    let labelled = contents.blocks.iter().filter_map(|block| block.admission.as_ref());
    let entitled = |block: &ExportedBlock| matches!(&block.content, Content::Receipt(_, _, _, Some(_)));
    // Where a chain lies, and who is let in by whom, is shown only with the whole of it.
    if contents.resource.is_some() != whole
        || labelled.into_iter().any(|admission| admission.label.is_some() != whole)
        || !whole && contents.blocks.iter().any(entitled)
    {
        return Err(Error::Rule);
    }
    Ok(Export {
        statement,
        evidence: file.evidence,
        hash: Contents::hash(&file.contents),
        contents,
    })
}

/// What magic and length enclose.
fn frame(bytes: &[u8]) -> Result<&[u8], Error> {
    let (kind, rest) = match bytes.split_at_checked(MAGIC.len()) {
        Some(parts) => parts,
        None if MAGIC.starts_with(bytes) => return Err(Error::Truncated),
        None => return Err(Error::Magic),
    };
    if kind != MAGIC {
        let name = MAGIC.len() - 1;
        return Err(if kind[..name] == MAGIC[..name] {
            Error::Version
        } else {
            Error::Magic
        });
    }
    let (length, body) = rest.split_at_checked(4).ok_or(Error::Truncated)?;
    let length = length.iter().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte));
    if length > MAX_BYTES {
        return Err(Error::TooLarge);
    }
    match body.len().cmp(&length) {
        core::cmp::Ordering::Less => Err(Error::Truncated),
        core::cmp::Ordering::Greater => Err(Error::Trailing),
        core::cmp::Ordering::Equal => Ok(body),
    }
}
