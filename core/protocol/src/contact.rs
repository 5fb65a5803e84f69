//! Contacts: how to reach a desk for the first time, and the link that names one (`core/spec/contact.md`, CONTACT rules).
//!
//! The link carries the hash of the signed contact statement, so whoever got it from the desk itself (a door, a letter, a web page) is
//! told by nobody else where to write. Evidence and credential travel beside the statement and prove themselves.

use minicbor::{Decode, Encode};

use crate::cbor::{self, Bytes};
use crate::coded_error;
use crate::credential::{Credential, CredentialEvidence};
use crate::hash::Hash;
use crate::id::MailboxId;
use crate::identity::Evidence;
use crate::link;
use crate::organization::{self, ContactStatement};
use crate::statement::{Signed, Statement};

coded_error! {
    /// Why a contact or its link is refused.
    pub enum Error {
        Scheme = "contact.scheme", "the text is not a contact link";
        Version = "contact.version", "the contact link is of an unknown version";
        Url = "contact.url", "the contact link is damaged";
        TooLong = "contact.too_long", "the contact link is too long";
        Hash = "contact.hash", "the contact is not the one that the link was made for";
        Malformed = "contact.malformed", "the contact is damaged";
        Signature = "contact.signature", "the contact was not signed by the key it names";
        Mailbox = "contact.mailbox", "the contact names another mailbox than the link";
        Owner = "contact.owner", "the contact was not signed by a device of the desk it names";
        Credential = "contact.credential", "the credential beside the contact does not verify or belongs to somebody else";
    }
}
link::refusals!(Error);

/// The longest link.
pub const MAX_URL: usize = link::MAX_LEN;
/// The largest contact.
pub const MAX_BYTES: usize = 16 * 1024;
/// What stands between the origin and the fragment.
const NAME: &str = "contact";

/// What a contact link says. There is no secret in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactUrl {
    /// Relay origin.
    pub origin: String,
    /// The intake mailbox there.
    pub mailbox: MailboxId,
    /// Hash of the contact statement.
    pub hash: Hash,
}

impl ContactUrl {
    /// The text of the link (CONTACT-2).
    ///
    /// # Errors
    /// [`Error::TooLong`] when the relay's origin is too long.
    pub fn to_text(&self) -> Result<String, Error> {
        let parts = [self.mailbox.as_bytes(), self.hash.as_bytes()];
        Ok(link::write(&self.origin, NAME, &parts)?)
    }

    /// Reads a scanned or pasted text.
    ///
    /// # Errors
    /// [`Error::Scheme`], [`Error::Version`], [`Error::Url`] or [`Error::TooLong`].
    ///
    /// ```
    /// use protocol::contact::{ContactUrl, Error};
    ///
    /// let url = ContactUrl { origin: "https://relay.example".into(), mailbox: [1; 32].into(), hash: [2; 32].into() };
    /// assert_eq!(ContactUrl::parse(&url.to_text()?), Ok(url));
    /// assert_eq!(ContactUrl::parse("https://relay.example/offer#1.AA.AA"), Err(Error::Scheme));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (origin, [mailbox, hash]) = link::read(text, NAME)?;
        Ok(Self {
            origin,
            mailbox: mailbox.into(),
            hash: hash.into(),
        })
    }
}

/// What a desk publishes beside its intake mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ContactCard {
    /// The contact statement, exact bytes.
    #[n(0)]
    pub statement: Bytes,
    /// The device that signed it.
    #[n(1)]
    pub evidence: Evidence,
    /// Who vouches for the desk, if anybody does.
    #[n(2)]
    pub credential: Option<CredentialEvidence>,
}

/// A contact whose signatures verified and which is the one that was linked. Whether the credential stands is another question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Whose desk, and where.
    pub statement: ContactStatement,
    /// Who vouches.
    pub credential: Option<Credential>,
}

impl ContactCard {
    /// The encoding.
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads a card; nothing is verified.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        cbor::decode(bytes, MAX_BYTES).map_err(|_| Error::Malformed)
    }

    /// The link to this card (CONTACT-1).
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::Signature`].
    pub fn url(&self) -> Result<ContactUrl, Error> {
        let statement = self.statement()?;
        let hash = statement.hash();
        let intake = statement.into_statement().intake;
        Ok(ContactUrl {
            origin: intake.origin,
            mailbox: intake.mailbox,
            hash,
        })
    }

    fn statement(&self) -> Result<Signed<ContactStatement>, Error> {
        Signed::verify(&self.statement).map_err(|error| match error {
            organization::Error::Signature => Error::Signature,
            _ => Error::Malformed,
        })
    }

    /// Verifies everything, in the order of the rules (CONTACT-3 to CONTACT-6).
    ///
    /// # Errors
    /// See [`Error`].
    pub fn open(&self, url: &ContactUrl) -> Result<Contact, Error> {
        if ContactStatement::HASH.hash(&[&self.statement]) != url.hash {
            return Err(Error::Hash);
        }
        let statement = self.statement()?;
        if statement.intake.mailbox != url.mailbox || statement.intake.origin != url.origin {
            return Err(Error::Mailbox);
        }
        let actor = self.evidence.verify().map_err(|_| Error::Owner)?;
        actor
            .check(&statement.actor, &statement.owner, &statement.authority)
            .map_err(|_| Error::Owner)?;
        let credential = match &self.credential {
            Some(evidence) => {
                let credential = evidence.verify().map_err(|_| Error::Credential)?;
                if credential.claims.subject != statement.owner {
                    return Err(Error::Credential);
                }
                Some(credential)
            }
            None => None,
        };
        Ok(Contact {
            statement: statement.into_statement(),
            credential,
        })
    }
}
