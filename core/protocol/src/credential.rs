//! Credentials: an organization's signed statement "this key belongs to Dr X, role R, until T" (`core/spec/credential.md`, CRED rules).
//!
//! CWT claims ([RFC 8392](https://www.rfc-editor.org/rfc/rfc8392)) in COSE_Sign1. Whether a credential stands at a given time is the
//! organization's public chain's answer ([`crate::organization::StatusList`]), never the credential's own.

use minicbor::{Decode, Encode};

use crate::category::Category;
use crate::cbor::Bytes;
use crate::hash::Hash;
use crate::id::{CredentialId, IdentityId, StatementId};
use crate::identity::Evidence;
use crate::key::PublicKey;
use crate::organization::{OrganizationStatement, Standing, StatusList};
use crate::statement::{Refusal, Signed};
use crate::time::{Period, Timestamp};
use crate::{coded_error, name, refusals, statement};

coded_error! {
    /// Why a credential is refused.
    pub enum Error {
        Malformed = "credential.malformed", "the credential is damaged";
        Kind = "credential.kind", "the object is not a credential, or names an unknown role";
        Version = "credential.version", "the credential is of an unknown version";
        Signature = "credential.signature", "the credential was not signed by the key it names";
        Rule = "credential.rule", "the credential breaks a rule of its format";
        Issuer = "credential.issuer", "the credential does not come from the organization it names";
        Subject = "credential.subject", "the credential belongs to somebody else";
        NotYet = "credential.not_yet", "the credential is not valid yet";
        Expired = "credential.expired", "the credential has expired";
        Suspended = "credential.suspended", "the credential was suspended when this was signed";
        Unknown = "credential.unknown", "the organization never listed this credential";
        None = "credential.none", "nobody vouches for the author";
        Untrusted = "credential.untrusted", "the organization that vouches for the author is not on your list";
        Role = "credential.role", "the credential's role does not permit this kind of record";
    }
}
refusals!(Error);

/// A staff member's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// Doctor or other practitioner: reports, prescribes, orders.
    Practitioner,
    /// Laboratory staff: files results.
    Laboratory,
    /// Desk: appointments.
    Desk,
}

impl Role {
    /// All roles.
    pub const ALL: &'static [Self] = &[Self::Practitioner, Self::Laboratory, Self::Desk];

    /// The word on the wire and at every boundary.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Practitioner => "practitioner",
            Self::Laboratory => "laboratory",
            Self::Desk => "desk",
        }
    }

    /// The role with this word.
    ///
    /// # Errors
    /// [`Error::Kind`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::ALL
            .iter()
            .copied()
            .find(|role| role.as_str() == text)
            .ok_or(Error::Kind)
    }

    /// Whether a holder of this role may author records of this category.
    ///
    /// # Errors
    /// [`Error::Role`].
    pub fn may_author(self, category: Category) -> Result<(), Error> {
        let permitted = match self {
            Self::Practitioner => true,
            Self::Laboratory => matches!(category, Category::Laboratory | Category::Imaging | Category::Document),
            Self::Desk => matches!(category, Category::Appointment | Category::Document),
        };
        if permitted { Ok(()) } else { Err(Error::Role) }
    }
}

/// The claims, under the numbers of RFC 8392 and, for our own, numbers below -65536 (private use).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialStatement {
    /// Always 1 (carried by the label).
    pub version: u8,
    /// 1 `iss`: the organization.
    pub issuer: IdentityId,
    /// 2 `sub`: the staff member.
    pub subject: IdentityId,
    /// 5 `nbf` and 4 `exp`.
    pub validity: Period,
    /// 6 `iat`.
    pub issued: Timestamp,
    /// 7 `cti`: 32 random bytes.
    pub salt: Hash,
    /// -65537: name.
    pub name: String,
    /// -65538: role.
    pub role: Role,
    /// -65539: licence number, may be empty.
    pub licence: String,
    /// -65540: the organization's device key.
    pub actor: PublicKey,
    /// -65541: the device's statement.
    pub authority: StatementId,
}

statement!(CredentialStatement, Credential, Credential, 4096, |credential| {
    let named = name::fits(&credential.name) && credential.licence.len() <= 100 && name::is_plain(&credential.licence);
    if named && credential.validity.check().is_ok() && credential.validity.until.is_some() {
        Ok(())
    } else {
        Err(Error::Rule)
    }
});

const NAME: i64 = -65537;
const ROLE: i64 = -65538;
const LICENCE: i64 = -65539;
const ACTOR: i64 = -65540;
const AUTHORITY: i64 = -65541;

impl<C> Encode<C> for CredentialStatement {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        let until = self.validity.until.unwrap_or(Timestamp::MAX);
        e.map(11)?
            .u8(1)?
            .str(&self.issuer.to_string())?
            .u8(2)?
            .str(&self.subject.to_string())?;
        e.u8(4)?
            .u64(until.seconds())?
            .u8(5)?
            .u64(self.validity.from.seconds())?
            .u8(6)?
            .u64(self.issued.seconds())?;
        e.u8(7)?.bytes(self.salt.as_bytes())?;
        e.i64(NAME)?
            .str(&self.name)?
            .i64(ROLE)?
            .str(self.role.as_str())?
            .i64(LICENCE)?
            .str(&self.licence)?;
        e.i64(ACTOR)?;
        self.actor.encode(e, ctx)?;
        e.i64(AUTHORITY)?;
        self.authority.encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for CredentialStatement {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        fn refused(_: impl core::error::Error) -> minicbor::decode::Error {
            minicbor::decode::Error::message("refused claim")
        }
        fn key(d: &mut minicbor::Decoder<'_>, wanted: i64) -> Result<(), minicbor::decode::Error> {
            if d.i64()? == wanted {
                Ok(())
            } else {
                Err(minicbor::decode::Error::message("unknown or missing claim"))
            }
        }
        if d.map()? != Some(11) {
            return Err(minicbor::decode::Error::message("wrong number of claims"));
        }
        key(d, 1)?;
        let issuer = d.str()?.parse().map_err(refused)?;
        key(d, 2)?;
        let subject = d.str()?.parse().map_err(refused)?;
        key(d, 4)?;
        let until = Timestamp::decode(d, ctx)?;
        key(d, 5)?;
        let from = Timestamp::decode(d, ctx)?;
        key(d, 6)?;
        let issued = Timestamp::decode(d, ctx)?;
        key(d, 7)?;
        let salt = Hash::decode(d, ctx)?;
        key(d, NAME)?;
        let name = d.str()?.to_owned();
        key(d, ROLE)?;
        let role = Role::parse(d.str()?).map_err(refused)?;
        key(d, LICENCE)?;
        let licence = d.str()?.to_owned();
        key(d, ACTOR)?;
        let actor = PublicKey::decode(d, ctx)?;
        key(d, AUTHORITY)?;
        let authority = StatementId::decode(d, ctx)?;
        let validity = Period {
            from,
            until: Some(until),
        };
        Ok(Self {
            version: 1,
            issuer,
            subject,
            validity,
            issued,
            salt,
            name,
            role,
            licence,
            actor,
            authority,
        })
    }
}

/// What travels beside a credential: who issued it, and what the organization says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CredentialEvidence {
    /// The credential, exact bytes.
    #[n(0)]
    pub credential: Bytes,
    /// The organization's identity and the device that signed the credential.
    #[n(1)]
    pub issuer: Evidence,
    /// The organization's statement, exact bytes.
    #[n(2)]
    pub organization: Bytes,
    /// The device that signed the organization's statement.
    #[n(3)]
    pub organization_evidence: Evidence,
}

/// A credential whose signatures all verified. Whether it stands is [`Credential::check_standing`]'s answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The credential's name.
    pub id: CredentialId,
    /// The claims.
    pub claims: CredentialStatement,
    /// What the organization says of itself.
    pub organization: OrganizationStatement,
}

impl CredentialEvidence {
    /// Verifies signatures and that all parts belong together.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn verify(&self) -> Result<Credential, Error> {
        let credential = Signed::<CredentialStatement>::verify(&self.credential)?;
        let issuer = self.issuer.verify().map_err(|_| Error::Issuer)?;
        issuer
            .check(&credential.actor, &credential.issuer, &credential.authority)
            .map_err(|_| Error::Issuer)?;
        let organization = organization(&self.organization, &self.organization_evidence).map_err(|_| Error::Issuer)?;
        if organization.organization != credential.issuer {
            return Err(Error::Issuer);
        }
        Ok(Credential {
            id: credential.hash().into(),
            claims: credential.into_statement(),
            organization,
        })
    }
}

/// Verifies an organization's statement and the device that signed it.
///
/// # Errors
/// [`Error::Issuer`] when the device does not belong to the organization, otherwise the statement's own failure.
pub fn organization(bytes: &[u8], evidence: &Evidence) -> Result<OrganizationStatement, Error> {
    let statement = Signed::<OrganizationStatement>::verify(bytes).map_err(|_| Refusal::Signature)?;
    let actor = evidence.verify().map_err(|_| Error::Issuer)?;
    actor
        .check(&statement.actor, &statement.organization, &statement.authority)
        .map_err(|_| Error::Issuer)?;
    Ok(statement.into_statement())
}

impl Credential {
    /// What decides whether it stands.
    pub fn terms(&self) -> Terms {
        Terms {
            id: self.id,
            issuer: self.claims.issuer,
            subject: self.claims.subject,
            validity: self.claims.validity,
        }
    }

    /// As [`Terms::check_standing`].
    ///
    /// # Errors
    /// As [`Terms::check_standing`].
    pub fn check_standing(&self, holder: &IdentityId, time: Timestamp, list: &StatusList) -> Result<(), Error> {
        self.terms().check_standing(holder, time, list)
    }
}

/// What of a verified credential decides whether it stands: enough to ask again, without its signatures, when its organization's
/// list says something new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Terms {
    /// The credential's name.
    #[n(0)]
    pub id: CredentialId,
    /// Who issued it.
    #[n(1)]
    pub issuer: IdentityId,
    /// For whom.
    #[n(2)]
    pub subject: IdentityId,
    /// When it holds by its own words.
    #[n(3)]
    pub validity: Period,
}

impl Terms {
    /// Whether the credential stood for this holder at a time, by its own validity and by the organization's list.
    ///
    /// # Errors
    /// [`Error::Subject`], [`Error::NotYet`], [`Error::Expired`], [`Error::Unknown`] or [`Error::Suspended`].
    pub fn check_standing(&self, holder: &IdentityId, time: Timestamp, list: &StatusList) -> Result<(), Error> {
        if self.subject != *holder {
            return Err(Error::Subject);
        }
        if time < self.validity.from {
            return Err(Error::NotYet);
        }
        if !self.validity.contains(time) {
            return Err(Error::Expired);
        }
        match list.at(&self.id, time) {
            Some(Standing::Active) => Ok(()),
            Some(_) => Err(Error::Suspended),
            None => Err(Error::Unknown),
        }
    }
}
