//! Claims, the transcript of a consent and its four symbols (`core/spec/consent.md`, CLAIM rules).
//!
//! The claimant fixes identity, keys, purpose and nonce first; only then does the wallet reveal its nonce, which the claimant checks
//! against the offer. Both sides derive the same four symbols from everything said so far, so neither can steer them.

use minicbor::{Decode, Encode};

use crate::cbor::Bytes;
use crate::code::Coded;
use crate::credential::{Credential, CredentialEvidence};
use crate::grant::Purpose;
use crate::hash::Hash;
use crate::id::{IdentityId, MailboxId, StatementId};
use crate::identity::{Actor, Evidence};
use crate::key::PublicKey;
use crate::label::HashLabel;
use crate::organization::{OrganizationCard, OrganizationStatement};
use crate::statement::Signed;
use crate::time::Timestamp;
use crate::{coded_error, credential, name, refusals, statement};

coded_error! {
    /// Why a claim is refused.
    pub enum Error {
        Malformed = "claim.malformed", "the claim is damaged";
        Kind = "claim.kind", "the object is not a claim";
        Version = "claim.version", "the claim is of an unknown version";
        Signature = "claim.signature", "the claim was not signed by the key it names";
        Rule = "claim.rule", "the claim breaks a rule of its format";
        Offer = "claim.offer", "the claim answers another offer";
        Mac = "claim.mac", "the claim was not made by somebody who saw the code";
        Identity = "claim.identity", "the claimant's identity does not verify";
        Organization = "claim.organization", "the organization's statement beside the claim is not the claimant's own";
        Credential = "claim.credential", "the claimant's credential belongs to somebody else";
        Nonce = "claim.nonce", "the wallet revealed another nonce than it had committed to";
        Unvouched = "claim.unvouched", "nobody you trust vouches for this person; compare the symbols and pick the matching row";
        Symbols = "claim.symbols", "the symbols do not match; stop and ask for a new code";
    }
}
refusals!(Error);

/// Where a patient's wallet reaches the grantee: the mailbox for notices.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ReplyAddress {
    /// Relay origin.
    #[n(0)]
    pub origin: String,
    /// Mailbox there.
    #[n(1)]
    pub mailbox: MailboxId,
}

/// What the claimant signs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ClaimStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// Hash of the offer.
    #[n(1)]
    pub offer: Hash,
    /// The claimant's identity and device.
    #[n(2)]
    pub evidence: Evidence,
    /// Who vouches, if anybody does.
    #[n(3)]
    pub credential: Option<CredentialEvidence>,
    /// The name the claimant gives; shown as a mere claim unless a credential says the same.
    #[n(4)]
    pub name: String,
    /// HPKE key made for this grant.
    #[n(5)]
    pub sealing_key: Bytes,
    /// Capability that manages the grantee's fetch keys.
    #[n(6)]
    pub grantee: PublicKey,
    /// Fetch keys of the claimant's devices.
    #[n(7)]
    pub fetch: Vec<PublicKey>,
    /// Where notices go.
    #[n(8)]
    pub reply: ReplyAddress,
    /// Why access is asked for.
    #[n(9)]
    pub purpose: Purpose,
    /// The claimant's nonce.
    #[n(10)]
    pub nonce: Hash,
    /// When.
    #[n(11)]
    pub time: Timestamp,
    /// The claimant's device key.
    #[n(12)]
    pub actor: PublicKey,
    /// The claimant.
    #[n(13)]
    pub claimant: IdentityId,
    /// The claimant's device statement.
    #[n(14)]
    pub authority: StatementId,
    /// There when an organization claims for a team: what it says of itself. The grant then is the team's.
    #[n(15)]
    pub organization: Option<OrganizationCard>,
}

/// The largest claim.
pub const MAX_BYTES: usize = 48 * 1024;

statement!(ClaimStatement, Claim, Transcript, MAX_BYTES, |claim| {
    let sized =
        name::may_be_empty(&claim.name) && (1..=16).contains(&claim.fetch.len()) && claim.reply.origin.len() <= 200;
    if sized { Ok(()) } else { Err(Error::Rule) }
});

/// A claim whose signature verified.
pub type Claim = Signed<ClaimStatement>;

/// A claim that answers an offer and whose parts belong together. Whether the voucher is trusted is the patient's question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The claim.
    pub claim: Claim,
    /// The claimant's key.
    pub actor: Actor,
    /// Who vouches.
    pub credential: Option<Credential>,
    /// The organization that claims for its team.
    pub team: Option<OrganizationStatement>,
}

/// What can go wrong inside a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The claim itself.
    Claim(Error),
    /// The credential itself.
    Credential(credential::Error),
}

impl core::fmt::Display for Failure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Claim(error) => error.fmt(f),
            Self::Credential(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Failure {}

impl Coded for Failure {
    fn code(&self) -> &'static str {
        match self {
            Self::Claim(error) => error.code(),
            Self::Credential(error) => error.code(),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Claim(error)
    }
}

/// Verifies a claim: signature, offer, identity, credential (CLAIM-4).
///
/// # Errors
/// See [`Failure`].
pub fn check(bytes: &[u8], offer: &Hash) -> Result<Checked, Failure> {
    let claim = Claim::verify(bytes)?;
    if claim.offer != *offer {
        return Err(Error::Offer.into());
    }
    let actor = claim.evidence.verify().map_err(|_| Error::Identity)?;
    actor
        .check(&claim.actor, &claim.claimant, &claim.authority)
        .map_err(|_| Error::Identity)?;
    let credential = claim
        .credential
        .as_ref()
        .map(|evidence| evidence.verify())
        .transpose()
        .map_err(Failure::Credential)?;
    if credential
        .as_ref()
        .is_some_and(|credential| credential.claims.subject != claim.claimant)
    {
        return Err(Error::Credential.into());
    }
    let team = match &claim.organization {
        None => None,
        Some(card) => {
            let statement = card.verify().map_err(|_| Error::Organization)?;
            // Nobody vouches for a team but the organization itself.
            if statement.organization != claim.claimant || credential.is_some() {
                return Err(Error::Organization.into());
            }
            Some(statement)
        }
    };
    Ok(Checked {
        claim,
        actor,
        credential,
        team,
    })
}

/// SHA-256(label || suite || offer hash || secret || SHA-256(exact claim bytes) || patient's nonce) (CLAIM-6).
pub fn transcript(suite: &[u8], offer: &Hash, secret: &[u8; 32], claim: &[u8], nonce: &Hash) -> Hash {
    let claim = crate::hash::sha256(&[claim]);
    HashLabel::Transcript.hash(&[suite, offer.as_bytes(), secret, claim.as_bytes(), nonce.as_bytes()])
}

/// The names of the 64 symbols, fixed for ever; catalogues translate `symbol.<name>`.
pub const SYMBOLS: [(&str, &str); 64] = [
    ("anchor", "⚓"),
    ("apple", "🍎"),
    ("balloon", "🎈"),
    ("banana", "🍌"),
    ("bear", "🐻"),
    ("bee", "🐝"),
    ("bell", "🔔"),
    ("bicycle", "🚲"),
    ("boat", "⛵"),
    ("book", "📖"),
    ("bread", "🍞"),
    ("butterfly", "🦋"),
    ("cactus", "🌵"),
    ("camel", "🐫"),
    ("candle", "🕯"),
    ("car", "🚗"),
    ("carrot", "🥕"),
    ("cat", "🐱"),
    ("chair", "🪑"),
    ("cherry", "🍒"),
    ("clock", "⏰"),
    ("cloud", "☁"),
    ("corn", "🌽"),
    ("cow", "🐮"),
    ("crab", "🦀"),
    ("crown", "👑"),
    ("cup", "☕"),
    ("dog", "🐶"),
    ("dolphin", "🐬"),
    ("door", "🚪"),
    ("drum", "🥁"),
    ("duck", "🦆"),
    ("elephant", "🐘"),
    ("fish", "🐟"),
    ("flag", "🚩"),
    ("flower", "🌸"),
    ("fox", "🦊"),
    ("frog", "🐸"),
    ("gift", "🎁"),
    ("grapes", "🍇"),
    ("guitar", "🎸"),
    ("hammer", "🔨"),
    ("hat", "🎩"),
    ("heart", "❤"),
    ("house", "🏠"),
    ("key", "🔑"),
    ("kite", "🪁"),
    ("lemon", "🍋"),
    ("lion", "🦁"),
    ("lock", "🔒"),
    ("moon", "🌙"),
    ("mushroom", "🍄"),
    ("owl", "🦉"),
    ("pencil", "✏"),
    ("piano", "🎹"),
    ("rabbit", "🐰"),
    ("rocket", "🚀"),
    ("scissors", "✂"),
    ("snail", "🐌"),
    ("star", "⭐"),
    ("sun", "☀"),
    ("tree", "🌳"),
    ("umbrella", "☂"),
    ("whale", "🐳"),
];

/// The four symbols of a transcript: its first 24 bits, six at a time, as places in [`SYMBOLS`].
pub fn symbols(transcript: &Hash) -> [usize; 4] {
    let b = transcript.as_bytes();
    let bits = u32::from(b[0]) << 16 | u32::from(b[1]) << 8 | u32::from(b[2]);
    [18, 12, 6, 0].map(|shift| (bits >> shift & 63) as usize)
}
