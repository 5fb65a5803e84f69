//! Claims, the transcript of a consent and its four symbols (`core/spec/consent.md`, CLAIM rules).
//!
//! The claimant fixes identity, keys, purpose and nonce first; only then does the wallet reveal its nonce, which the claimant checks
//! against the offer. Both sides derive the same four symbols from everything said so far, so neither can steer them.

use minicbor::{Decode, Encode};

use crate::cbor::Bytes;
use crate::credential::CredentialEvidence;
use crate::grant::Purpose;
use crate::hash::Hash;
use crate::id::{IdentityId, MailboxId, StatementId};
use crate::identity::Evidence;
use crate::key::PublicKey;
use crate::label::HashLabel;
use crate::statement::Signed;
use crate::time::Timestamp;
use crate::{coded_error, refusals, statement};

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
}

/// The largest claim.
pub const MAX_BYTES: usize = 48 * 1024;

statement!(ClaimStatement, Claim, Transcript, MAX_BYTES, |claim| {
    let sized = claim.name.len() <= 200 && (1..=16).contains(&claim.fetch.len()) && claim.reply.origin.len() <= 200;
    if sized { Ok(()) } else { Err(Error::Rule) }
});

/// A claim whose signature verified.
pub type Claim = Signed<ClaimStatement>;

/// SHA-256(label || suite || offer hash || secret || SHA-256(exact claim bytes) || patient's nonce) (CLAIM-6).
pub fn transcript(suite: &[u8], offer: &Hash, secret: &[u8; 32], claim: &[u8], nonce: &Hash) -> Hash {
    let claim = crate::hash::sha256(&[claim]);
    HashLabel::Transcript.hash(&[suite, offer.as_bytes(), secret, claim.as_bytes(), nonce.as_bytes()])
}

/// The names of the 64 symbols, fixed for ever; catalogues translate `symbol.<name>`.
pub const SYMBOLS: [(&str, &str); 64] = [
    ("anchor", "⚓"), ("apple", "🍎"), ("balloon", "🎈"), ("banana", "🍌"), ("bear", "🐻"), ("bee", "🐝"), ("bell", "🔔"), ("bicycle", "🚲"),
    ("boat", "⛵"), ("book", "📖"), ("bread", "🍞"), ("butterfly", "🦋"), ("cactus", "🌵"), ("camel", "🐫"), ("candle", "🕯"), ("car", "🚗"),
    ("carrot", "🥕"), ("cat", "🐱"), ("chair", "🪑"), ("cherry", "🍒"), ("clock", "⏰"), ("cloud", "☁"), ("corn", "🌽"), ("cow", "🐮"),
    ("crab", "🦀"), ("crown", "👑"), ("cup", "☕"), ("dog", "🐶"), ("dolphin", "🐬"), ("door", "🚪"), ("drum", "🥁"), ("duck", "🦆"),
    ("elephant", "🐘"), ("fish", "🐟"), ("flag", "🚩"), ("flower", "🌸"), ("fox", "🦊"), ("frog", "🐸"), ("gift", "🎁"), ("grapes", "🍇"),
    ("guitar", "🎸"), ("hammer", "🔨"), ("hat", "🎩"), ("heart", "❤"), ("house", "🏠"), ("key", "🔑"), ("kite", "🪁"), ("lemon", "🍋"),
    ("lion", "🦁"), ("lock", "🔒"), ("moon", "🌙"), ("mushroom", "🍄"), ("owl", "🦉"), ("pencil", "✏"), ("piano", "🎹"), ("rabbit", "🐰"),
    ("rocket", "🚀"), ("scissors", "✂"), ("snail", "🐌"), ("star", "⭐"), ("sun", "☀"), ("tree", "🌳"), ("umbrella", "☂"), ("whale", "🐳"),
];

/// The four symbols of a transcript: its first 24 bits, six at a time, as places in [`SYMBOLS`].
pub fn symbols(transcript: &Hash) -> [usize; 4] {
    let b = transcript.as_bytes();
    let bits = u32::from(b[0]) << 16 | u32::from(b[1]) << 8 | u32::from(b[2]);
    [18, 12, 6, 0].map(|shift| (bits >> shift & 63) as usize)
}
