//! The common shape of everything that is signed (`core/spec/conventions.md`, STMT rules).
//!
//! A [`Statement`] names the key that signed it (`actor`), the identity it acts for and the statement that permits it
//! (`authority`). [`Unverified`] holds a parsed statement; only checking the actor's signature over the exact received bytes
//! makes a [`Signed`] one. Whether the actor was *entitled* is a second question, answered by [`crate::identity::Actor`].

use core::ops::Deref;

use minicbor::{Decode, Encode};

use crate::cbor;
use crate::code::Coded;
use crate::cose;
use crate::hash::Hash;
use crate::key::{PublicKey, Signer};
use crate::label::{HashLabel, Label};

/// What can be wrong with any signed statement; each module maps it to its own codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Damaged, too large or not deterministic.
    Malformed,
    /// Signed as another kind of object.
    Kind,
    /// A version this program does not know.
    Version,
    /// The signature does not verify.
    Signature,
    /// Contents that contradict the rules of the format.
    Rule,
}

/// One kind of signed statement.
pub trait Statement: Encode<()> + for<'b> Decode<'b, ()> {
    /// The label it is signed under.
    const LABEL: Label;
    /// The label its id is hashed under.
    const HASH: HashLabel;
    /// The largest encoding.
    const MAX_BYTES: usize;
    /// The module's error.
    type Error: Coded + From<Refusal>;

    /// The version field.
    fn version(&self) -> u8;

    /// The key that must have signed.
    fn actor(&self) -> &PublicKey;

    /// Rules beyond the encoding.
    ///
    /// # Errors
    /// The module's own.
    fn check(&self) -> Result<(), Self::Error>;
}

/// A statement with a checked signature and its exact bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<T> {
    statement: T,
    bytes: Vec<u8>,
}

impl<T: Statement> Signed<T> {
    /// Checks and signs a statement.
    ///
    /// # Errors
    /// The module's rules, [`Refusal::Signature`] when `signer` is not the actor, [`Refusal::Rule`] when it became too large.
    pub fn issue(statement: T, signer: &dyn Signer) -> Result<Self, T::Error> {
        statement.check()?;
        if signer.public_key() != *statement.actor() {
            return Err(Refusal::Signature.into());
        }
        let bytes = cose::sign(T::LABEL, &cbor::encode(&statement), signer);
        // What no reader would accept must not be signed.
        if bytes.len() > T::MAX_BYTES {
            return Err(Refusal::Rule.into());
        }
        Ok(Self { statement, bytes })
    }

    /// Parses and checks the actor's signature.
    ///
    /// # Errors
    /// The module's own, with one code for each [`Refusal`].
    pub fn verify(bytes: &[u8]) -> Result<Self, T::Error> {
        Unverified::<T>::parse(bytes)?.verify()
    }

    /// The exact bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256(label || exact bytes): the statement's name.
    pub fn hash(&self) -> Hash {
        T::HASH.hash(&[&self.bytes])
    }

    /// Takes the statement out.
    pub fn into_statement(self) -> T {
        self.statement
    }
}

impl<T> Deref for Signed<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.statement
    }
}

/// A parsed statement whose signature nobody has checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified<T> {
    statement: T,
    signed: cose::Unverified,
}

impl<T: Statement> Unverified<T> {
    /// Parses bytes of this kind.
    ///
    /// # Errors
    /// The module's own; never for the signature.
    pub fn parse(bytes: &[u8]) -> Result<Self, T::Error> {
        if bytes.len() > T::MAX_BYTES {
            return Err(Refusal::Malformed.into());
        }
        let signed = cose::Unverified::parse(T::LABEL, bytes).map_err(|error| match error {
            cose::Error::Label => Refusal::Kind,
            _ => Refusal::Malformed,
        })?;
        let statement: T = cbor::decode(signed.payload(), T::MAX_BYTES).map_err(|_| Refusal::Malformed)?;
        if statement.version() != 1 {
            return Err(Refusal::Version.into());
        }
        statement.check()?;
        Ok(Self { statement, signed })
    }

    /// The statement, still unproven.
    pub fn statement(&self) -> &T {
        &self.statement
    }

    /// SHA-256(label || exact bytes).
    pub fn hash(&self) -> Hash {
        T::HASH.hash(&[self.signed.bytes()])
    }

    /// Checks the actor's signature.
    ///
    /// # Errors
    /// [`Refusal::Signature`] in the module's words.
    pub fn verify(self) -> Result<Signed<T>, T::Error> {
        let verified = self
            .signed
            .verify(self.statement.actor())
            .map_err(|_| Refusal::Signature)?;
        Ok(Signed {
            statement: self.statement,
            bytes: verified.bytes().to_vec(),
        })
    }
}

/// Declares how a payload struct is a [`Statement`], and maps refusals to the module's error variants of the same names.
#[macro_export]
macro_rules! statement {
    ($type:ty, $label:ident, $hash:ident, $max:expr, $check:expr) => {
        impl $crate::statement::Statement for $type {
            const LABEL: $crate::label::Label = $crate::label::Label::$label;
            const HASH: $crate::label::HashLabel = $crate::label::HashLabel::$hash;
            const MAX_BYTES: usize = $max;
            type Error = Error;
            fn version(&self) -> u8 {
                self.version
            }
            fn actor(&self) -> &$crate::key::PublicKey {
                &self.actor
            }
            fn check(&self) -> Result<(), Error> {
                let rules: fn(&$type) -> Result<(), Error> = $check;
                rules(self)
            }
        }
    };
}

/// Maps [`Refusal`] to the variants of the same names in a module's `Error`.
#[macro_export]
macro_rules! refusals {
    ($error:ty) => {
        impl From<$crate::statement::Refusal> for $error {
            fn from(refusal: $crate::statement::Refusal) -> Self {
                match refusal {
                    $crate::statement::Refusal::Malformed => Self::Malformed,
                    $crate::statement::Refusal::Kind => Self::Kind,
                    $crate::statement::Refusal::Version => Self::Version,
                    $crate::statement::Refusal::Signature => Self::Signature,
                    $crate::statement::Refusal::Rule => Self::Rule,
                }
            }
        }
    };
}
