//! A record together with everything that travels beside it (`core/spec/record.md`, PACK rules).
//!
//! Nothing here is signed as a whole: each part proves itself, and [`Package::verify`] checks that the parts belong together.
//! Openings of links travel only to readers who hold both records.

use minicbor::{Decode, Encode};

use crate::cbor::{self, Bytes};
use crate::credential::{Credential, CredentialEvidence};
use crate::id::RecordId;
use crate::identity::{Actor, Evidence};
use crate::proven::ProvenTime;
use crate::record::{self, Opening, Record};
use crate::{coded_error, credential};

coded_error! {
    /// Why a package is refused.
    pub enum Error {
        Malformed = "package.malformed", "the record and its evidence are damaged";
        Author = "package.author", "the record was not signed by a device of the author it names";
        Credential = "package.credential", "the credential beside the record belongs to somebody else";
    }
}

/// The largest package.
pub const MAX_BYTES: usize = record::MAX_BYTES + 64 * 1024;

/// A record and its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Package {
    /// The signed record, exact bytes.
    #[n(0)]
    pub record: Bytes,
    /// For whom the author's key acts.
    #[n(1)]
    pub evidence: Evidence,
    /// Who vouches for the author, if anybody does.
    #[n(2)]
    pub credential: Option<CredentialEvidence>,
    /// When it was signed, if that was logged.
    #[n(3)]
    pub proven: Option<ProvenTime>,
    /// Opens `replies_to`.
    #[n(4)]
    pub replies_to: Option<Opening>,
    /// Opens `supersedes`.
    #[n(5)]
    pub supersedes: Option<Opening>,
}

/// A package whose signatures verified and whose parts belong together. Whether the credential stood when the record was
/// signed is a separate question with a separate answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedPackage {
    /// The record.
    pub record: Record,
    /// The author's key.
    pub author: Actor,
    /// The author's credential.
    pub credential: Option<Credential>,
    /// The record it answers, when opened.
    pub replies_to: Option<RecordId>,
    /// The record it corrects, when opened.
    pub supersedes: Option<RecordId>,
}

/// What can go wrong inside a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The parts do not belong together.
    Package(Error),
    /// The record itself.
    Record(record::Error),
    /// The credential itself.
    Credential(credential::Error),
}

impl core::fmt::Display for Failure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Package(error) => error.fmt(f),
            Self::Record(error) => error.fmt(f),
            Self::Credential(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Failure {}

impl crate::code::Coded for Failure {
    fn code(&self) -> &'static str {
        match self {
            Self::Package(error) => error.code(),
            Self::Record(error) => error.code(),
            Self::Credential(error) => error.code(),
        }
    }
}

impl From<record::Error> for Failure {
    fn from(error: record::Error) -> Self {
        Self::Record(error)
    }
}

impl Package {
    /// The exact bytes.
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads a package from its bytes.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        cbor::decode(bytes, MAX_BYTES).map_err(|_| Error::Malformed)
    }

    /// Verifies the record, its author, its credential and its links.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn verify(&self) -> Result<VerifiedPackage, Failure> {
        let record = Record::verify(&self.record)?;
        let author = self.evidence.verify().map_err(|_| Failure::Package(Error::Author))?;
        author
            .check(&record.actor, &record.author, &record.authority)
            .map_err(|_| Failure::Package(Error::Author))?;
        let credential = match &self.credential {
            Some(evidence) => {
                let credential = evidence.verify().map_err(Failure::Credential)?;
                if credential.claims.subject != record.author {
                    return Err(Failure::Package(Error::Credential));
                }
                Some(credential)
            }
            None => None,
        };
        if let Some(opening) = &self.replies_to {
            opening.check(&record.replies_to)?;
        }
        if let Some(opening) = &self.supersedes {
            opening.check(&record.supersedes)?;
        }
        Ok(VerifiedPackage {
            record,
            author,
            credential,
            replies_to: self.replies_to.as_ref().map(|opening| opening.record),
            supersedes: self.supersedes.as_ref().map(|opening| opening.record),
        })
    }
}
