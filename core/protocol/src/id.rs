//! Names of things: every id is a 32-byte value of its own type, so that no two kinds can be confused.
//!
//! Ids that are hashes are computed where the thing is defined; resource, mailbox and offer ids are random. Text form
//! is 64 lower-case hexadecimal digits (`core/spec/conventions.md`, ID rules).

use core::fmt;
use core::str::FromStr;

use crate::hash::{self, Hash};

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            /// Takes the bytes as they are.
            pub const fn new(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The 32 bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// The same bytes as a plain hash.
            pub const fn hash(&self) -> Hash {
                Hash::new(self.0)
            }

            /// Reads 64 lower-case hexadecimal digits.
            ///
            /// # Errors
            /// [`hash::Error::Text`] for any other text.
            pub fn parse(text: &str) -> Result<Self, hash::Error> {
                Hash::parse(text).map(|hash| Self(*hash.as_bytes()))
            }
        }

        impl From<Hash> for $name {
            fn from(hash: Hash) -> Self {
                Self(*hash.as_bytes())
            }
        }

        impl From<[u8; 32]> for $name {
            fn from(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.hash().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = hash::Error;
            fn from_str(text: &str) -> Result<Self, hash::Error> {
                Self::parse(text)
            }
        }

        hash::cbor_and_serde_for_bytes32!($name);
    )+};
}

ids! {
    /// Hash of a self-signed identity statement; names a party for ever.
    IdentityId;
    /// Hash of a device statement or removal: the `authority` of a device key.
    StatementId;
    /// Hash of a signed record.
    RecordId;
    /// Hash of a signed block.
    BlockHash;
    /// Hash of a chain's genesis block.
    ChainId;
    /// Hash of a signed grant.
    GrantId;
    /// Hash of a signed credential.
    CredentialId;
    /// Random name of a chain on a relay.
    ResourceId;
    /// Random name of a mailbox on a relay.
    MailboxId;
    /// Random name of an offer on a relay.
    OfferId;
    /// Where recovery data lies on a relay: hash of the `recover` public key.
    LocatorId;
}
