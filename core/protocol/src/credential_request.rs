//! Requests for a credential: what a staff member hands to the organization (`core/spec/credential.md`, REQ rules).
//!
//! The signature proves that whoever asks holds the key; that it is really Dr X is for the officer to see who takes the file.

use minicbor::{Decode, Encode};

use crate::cbor::{self, Bytes};
use crate::hash::Hash;
use crate::id::{IdentityId, StatementId};
use crate::identity::Evidence;
use crate::key::PublicKey;
use crate::statement::Signed;
use crate::time::Timestamp;
use crate::{coded_error, name, refusals, statement};

coded_error! {
    /// Why a request for a credential is refused.
    pub enum Error {
        Malformed = "credential_request.malformed", "the request for a credential is damaged";
        Kind = "credential_request.kind", "the file is not a request for a credential";
        Version = "credential_request.version", "the request for a credential is of an unknown version";
        Signature = "credential_request.signature", "the request was not signed by the key it names";
        Rule = "credential_request.rule", "the request for a credential breaks a rule of its format";
        Subject = "credential_request.subject", "the request was not signed by a device of the person it names";
    }
}
refusals!(Error);

/// What the staff member signs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CredentialRequestStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// Who asks.
    #[n(1)]
    pub subject: IdentityId,
    /// The name to be vouched for.
    #[n(2)]
    pub name: String,
    /// When.
    #[n(3)]
    pub time: Timestamp,
    /// Random.
    #[n(4)]
    pub salt: Hash,
    /// The device key.
    #[n(5)]
    pub actor: PublicKey,
    /// The device's statement.
    #[n(6)]
    pub authority: StatementId,
}

statement!(
    CredentialRequestStatement,
    CredentialRequest,
    Statement,
    2048,
    |request| {
        if name::fits(&request.name) {
            Ok(())
        } else {
            Err(Error::Rule)
        }
    }
);

/// The file: a signed request and who signed it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CredentialRequest {
    /// The statement, exact bytes.
    #[n(0)]
    pub statement: Bytes,
    /// The device that signed it.
    #[n(1)]
    pub evidence: Evidence,
}

impl CredentialRequest {
    /// The encoding.
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads and verifies a file.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn open(bytes: &[u8]) -> Result<CredentialRequestStatement, Error> {
        let file: Self = cbor::decode(bytes, 16 * 1024).map_err(|_| Error::Malformed)?;
        let request = Signed::<CredentialRequestStatement>::verify(&file.statement)?;
        let actor = file.evidence.verify().map_err(|_| Error::Subject)?;
        actor
            .check(&request.actor, &request.subject, &request.authority)
            .map_err(|_| Error::Subject)?;
        Ok(request.into_statement())
    }
}
