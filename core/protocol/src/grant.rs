//! Grants: the patient's signed consent for one grantee (`core/spec/grant.md`, GRANT rules).
//!
//! Authenticity (who signed) and permission (does it allow this, now) are two questions: [`crate::statement::Signed`] answers the
//! first, [`GrantStatement::allows`] the second. A grant may only be narrowed, never widened, by whoever passes it on.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::category::Category;
use crate::hash::Hash;
use crate::id::{GrantId, IdentityId, RecordId, StatementId};
use crate::key::PublicKey;
use crate::statement::Signed;
use crate::time::{Period, Timestamp};
use crate::{coded_error, refusals, statement};

coded_error! {
    /// Why a grant is refused or does not allow something.
    pub enum Error {
        Malformed = "grant.malformed", "the grant is damaged";
        Kind = "grant.kind", "the object is not a grant, or one of an unknown kind of grantee or right";
        Version = "grant.version", "the grant is of an unknown version";
        Signature = "grant.signature", "the grant was not signed by the key it names";
        Rule = "grant.rule", "the grant breaks a rule of its format";
        Grantee = "grant.grantee", "the grant was given to somebody else";
        Right = "grant.right", "the grant does not include this right";
        NotYet = "grant.not_yet", "the grant does not allow this yet";
        Over = "grant.over", "the time of this grant is over";
        Scope = "grant.scope", "the grant does not cover this record";
        Wider = "grant.wider", "a grant can be narrowed but not widened";
        Revoked = "grant.revoked", "the grant was revoked";
        Paused = "grant.paused", "the grant is paused";
        Other = "grant.other", "the change is about another grant";
        State = "grant.state", "the change follows another state of the grant";
        NotStopped = "grant.not_stopped", "the relay said that the grant was taken away, and it was not";
    }
}
refusals!(Error);

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $number:literal, $text:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// All values, in order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The number on the wire.
            pub const fn number(self) -> u8 {
                match self { $(Self::$variant => $number,)+ }
            }

            /// The word used at every boundary.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The value with this word.
            ///
            /// # Errors
            /// [`Error::Kind`].
            pub fn parse(text: &str) -> Result<Self, Error> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or(Error::Kind)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.u8(self.number())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let number = d.u8()?;
                Self::ALL
                    .iter()
                    .copied()
                    .find(|value| value.number() == number)
                    .ok_or_else(|| minicbor::decode::Error::message("unknown value"))
            }
        }
    };
}

words! {
    /// What a grantee may do.
    Right {
        /// Read the records in scope.
        Read = 1, "read";
        /// Send records into the patient's chain.
        Append = 2, "append";
        /// Send requests that others carry out.
        Order = 3, "order";
    }
}

words! {
    /// Whether a grant is in force.
    Standing {
        /// In force: its rights hold in their periods.
        Live = 1, "live";
        /// Allows nothing for now.
        Paused = 2, "paused";
        /// Allows nothing any more.
        Ended = 3, "ended";
    }
}

words! {
    /// Purpose of use, HL7 v3 ActReason.
    Purpose {
        /// Treatment.
        Treatment = 1, "TREAT";
        /// Emergency treatment.
        Emergency = 2, "ETREAT";
        /// At the patient's request.
        PatientRequest = 3, "PATRQT";
        /// Care management.
        CareManagement = 4, "CAREMGT";
        /// Payment.
        Payment = 5, "HPAYMT";
        /// Research.
        Research = 6, "HRESCH";
        /// Family and carers.
        Family = 7, "FAMRQT";
    }
}

/// Who receives a grant. Bearers come with later versions; an unknown tag is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grantee {
    /// A practitioner, lab or carer.
    Identity(IdentityId),
    /// An organization whose certified members act by their own keys.
    Team(IdentityId),
}

impl Grantee {
    /// The identity that holds the grant: the person, or the organization of the team.
    pub const fn identity(&self) -> Option<IdentityId> {
        match self {
            Self::Identity(id) | Self::Team(id) => Some(*id),
        }
    }

    /// The organization, if its members share the grant.
    pub const fn team(&self) -> Option<IdentityId> {
        match self {
            Self::Identity(_) => None,
            Self::Team(id) => Some(*id),
        }
    }
}

impl<C> Encode<C> for Grantee {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        let (tag, id) = match self {
            Self::Identity(id) => (1, id),
            Self::Team(id) => (2, id),
        };
        e.array(2)?.u8(tag)?;
        id.encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Grantee {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        match (d.array()?, d.u8()?) {
            (Some(2), 1) => Ok(Self::Identity(IdentityId::decode(d, ctx)?)),
            (Some(2), 2) => Ok(Self::Team(IdentityId::decode(d, ctx)?)),
            _ => Err(minicbor::decode::Error::message("unknown grantee")),
        }
    }
}

/// One right and when it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(array)]
pub struct Permission {
    /// The right.
    #[n(0)]
    pub right: Right,
    /// When it holds.
    #[n(1)]
    pub period: Period,
}

/// Which records a grant covers: those of the categories, plus single records, minus hidden ones (which are never named here).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(array)]
pub struct Scope {
    /// Whole categories, ascending, each once.
    #[n(0)]
    pub categories: Vec<Category>,
    /// Single records, ascending, each once.
    #[n(1)]
    pub records: Vec<RecordId>,
    /// Only records signed in this period, if given.
    #[n(2)]
    pub period: Option<Period>,
    /// Whether records filed after the grant join it ("from now on"); otherwise it stays as of the day it was given.
    #[n(3)]
    pub ongoing: bool,
}

impl Scope {
    /// Brings categories and records into their one permitted order.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        self.categories.sort_unstable();
        self.categories.dedup();
        self.records.sort_unstable();
        self.records.dedup();
        self
    }

    /// Whether a record with these facts is covered.
    pub fn covers(&self, record: &RecordId, category: Category, time: Timestamp) -> bool {
        self.records.binary_search(record).is_ok()
            || self.categories.binary_search(&category).is_ok()
                && self.period.is_none_or(|period| period.contains(time))
    }

    /// Whether everything `self` covers is covered by `outer`.
    pub fn within(&self, outer: &Self) -> bool {
        let period_narrows = match (&self.period, &outer.period) {
            (_, None) => true,
            (None, Some(_)) => self.categories.is_empty(),
            (Some(own), Some(limit)) => own.within(limit),
        };
        self.categories
            .iter()
            .all(|category| outer.categories.contains(category))
            && self.records.iter().all(|record| outer.records.contains(record))
            && period_narrows
            && (outer.ongoing || !self.ongoing)
    }
}

/// What the patient signs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct GrantStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// Whose records.
    #[n(1)]
    pub patient: IdentityId,
    /// Who may.
    #[n(2)]
    pub grantee: Grantee,
    /// Hash of the grantee's HPKE key for this grant.
    #[n(3)]
    pub sealing_key: Hash,
    /// Which records.
    #[n(4)]
    pub scope: Scope,
    /// What and when, ascending by right, each once.
    #[n(5)]
    pub permissions: Vec<Permission>,
    /// Why.
    #[n(6)]
    pub purpose: Purpose,
    /// Transcript of the consent.
    #[n(7)]
    pub transcript: Hash,
    /// When.
    #[n(8)]
    pub time: Timestamp,
    /// Random.
    #[n(9)]
    pub salt: Hash,
    /// The patient's device key.
    #[n(10)]
    pub actor: PublicKey,
    /// The device's statement.
    #[n(11)]
    pub authority: StatementId,
}

/// Most single records in one scope.
pub const MAX_RECORDS: usize = 4096;
/// The largest grant.
pub const MAX_BYTES: usize = 192 * 1024;

statement!(GrantStatement, Grant, Grant, MAX_BYTES, |grant| {
    check_terms(&grant.scope, &grant.permissions)
});

/// The rules of scope and rights (GRANT-3, GRANT-4).
pub(crate) fn check_terms(scope: &Scope, permissions: &[Permission]) -> Result<(), Error> {
    let ascending = scope.categories.windows(2).all(|pair| pair[0] < pair[1])
        && scope.records.windows(2).all(|pair| pair[0] < pair[1])
        && permissions.windows(2).all(|pair| pair[0].right < pair[1].right);
    let periods = permissions
        .iter()
        .map(|permission| &permission.period)
        .chain(scope.period.as_ref());
    let sound = periods.into_iter().all(|period| period.check().is_ok());
    let sized = !permissions.is_empty() && scope.records.len() <= MAX_RECORDS;
    if ascending && sound && sized {
        Ok(())
    } else {
        Err(Error::Rule)
    }
}

/// A grant whose signature verified.
pub type Grant = Signed<GrantStatement>;

impl Grant {
    /// The grant's name.
    pub fn id(&self) -> GrantId {
        self.hash().into()
    }
}

impl GrantStatement {
    /// Whether this grantee has this right now.
    ///
    /// # Errors
    /// [`Error::Grantee`], [`Error::Right`], [`Error::NotYet`] or [`Error::Over`].
    pub fn allows(&self, grantee: &IdentityId, right: Right, now: Timestamp) -> Result<(), Error> {
        if self.grantee.identity() != Some(*grantee) {
            return Err(Error::Grantee);
        }
        let permission = self
            .permissions
            .iter()
            .find(|permission| permission.right == right)
            .ok_or(Error::Right)?;
        if now < permission.period.from {
            return Err(Error::NotYet);
        }
        if permission.period.contains(now) {
            Ok(())
        } else {
            Err(Error::Over)
        }
    }

    /// Whether this grant is no wider than another in scope, rights and periods.
    ///
    /// # Errors
    /// [`Error::Wider`].
    pub fn check_narrower(&self, outer: &Self) -> Result<(), Error> {
        let rights = self.permissions.iter().all(|own| {
            outer
                .permissions
                .iter()
                .any(|limit| limit.right == own.right && own.period.within(&limit.period))
        });
        if self.patient == outer.patient && rights && self.scope.within(&outer.scope) {
            Ok(())
        } else {
            Err(Error::Wider)
        }
    }
}
