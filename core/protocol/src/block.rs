//! Blocks: one signed entry of a chain, and what it commits to (`core/spec/block.md`, BLOCK rules).
//!
//! A block names its chain, its sequence number, the hash of the block before it and a commitment to its body. In genesis chain and
//! previous hash are absent: the chain's id *is* the hash of that block. The body is `salt (32) || content`; deleting it leaves the
//! block, and so the chain, valid.

use minicbor::{Decode, Encode};

use crate::hash::Hash;
use crate::id::{BlockHash, ChainId, IdentityId, StatementId};
use crate::key::PublicKey;
use crate::label::HashLabel;
use crate::proven::Log;
use crate::statement::Signed;
use crate::time::Timestamp;
use crate::{coded_error, refusals, statement};

coded_error! {
    /// Why a block is refused.
    pub enum Error {
        Malformed = "block.malformed", "the block is damaged";
        Kind = "block.kind", "the object is not a block, or a block of an unknown kind";
        Version = "block.version", "the block is of an unknown version";
        Signature = "block.signature", "the block was not signed by the key it names";
        Rule = "block.rule", "the block breaks a rule of its format";
        Genesis = "block.genesis", "only the first block may and must stand without a chain and a previous block";
        Log = "block.log", "only a first block or an epoch block may and must name the log";
        Body = "block.body", "the body is not the one that the block commits to";
    }
}
refusals!(Error);

macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident = $number:literal, $text:literal;)+) => {
        /// What a block is for. Numbers are fixed for ever; an unknown number is refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum BlockKind { $($(#[$meta])* $name,)+ }

        impl BlockKind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The number on the wire.
            pub const fn number(self) -> u8 {
                match self { $(Self::$name => $number,)+ }
            }

            /// The word used at every boundary.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

kinds! {
    /// The first block.
    Genesis = 0, "genesis";
    /// A device joins.
    Device = 1, "device";
    /// A new epoch: keys change.
    Epoch = 2, "epoch";
    /// A record is filed.
    Record = 3, "record";
    /// A grant is given.
    Grant = 4, "grant";
    /// A grant is revoked.
    Revocation = 5, "revocation";
    /// A reader's receipt is filed.
    Receipt = 6, "receipt";
    /// A body was erased.
    Erasure = 7, "erasure";
    /// The owner's own notes: settings, access received, credentials.
    Note = 8, "note";
    /// Records shared in a grant chain.
    Share = 10, "share";
    /// A grant's periods changed.
    Renewed = 11, "renewed";
    /// A grant is paused.
    Paused = 12, "paused";
    /// A grant has ended.
    Ended = 13, "ended";
    /// An organization states the standing of a credential.
    Status = 14, "status";
}

impl<C> Encode<C> for BlockKind {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u8(self.number())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for BlockKind {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let number = d.u8()?;
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.number() == number)
            .ok_or_else(|| minicbor::decode::Error::message("unknown block kind"))
    }
}

/// Which log the chain's heads are admitted to, and under which log key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct LogCommitment {
    /// SHA-256(label || K) of the log key that labels the blocks after this one.
    #[n(0)]
    pub log_key: Hash,
    /// The home log.
    #[n(1)]
    pub log: Log,
}

impl LogCommitment {
    /// The commitment to a log key.
    pub fn of(log_key: &[u8; 32]) -> Hash {
        HashLabel::LogKey.hash(&[log_key])
    }
}

/// What is signed of a block.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct BlockStatement {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// The chain; absent in genesis.
    #[n(1)]
    pub chain: Option<ChainId>,
    /// 0 in genesis.
    #[n(2)]
    pub sequence: u32,
    /// Hash of the block before; absent in genesis.
    #[n(3)]
    pub previous: Option<BlockHash>,
    /// When.
    #[n(4)]
    pub time: Timestamp,
    /// What for.
    #[n(5)]
    pub kind: BlockKind,
    /// Commitment to the body.
    #[n(6)]
    pub body: Hash,
    /// Random.
    #[n(7)]
    pub salt: Hash,
    /// The device key that signs.
    #[n(8)]
    pub actor: PublicKey,
    /// Whose chain.
    #[n(9)]
    pub owner: IdentityId,
    /// The device's statement.
    #[n(10)]
    pub authority: StatementId,
    /// The log; in genesis and epoch blocks only.
    #[n(11)]
    pub log: Option<LogCommitment>,
}

/// The largest signed block.
pub const MAX_BYTES: usize = 2048;

statement!(BlockStatement, Block, Block, MAX_BYTES, |block| {
    let genesis = block.kind == BlockKind::Genesis;
    if genesis != (block.sequence == 0) || genesis != block.chain.is_none() || genesis != block.previous.is_none() {
        return Err(Error::Genesis);
    }
    if matches!(block.kind, BlockKind::Genesis | BlockKind::Epoch) != block.log.is_some() {
        return Err(Error::Log);
    }
    Ok(())
});

/// A block whose signature verified.
pub type Block = Signed<BlockStatement>;

impl Block {
    /// SHA-256(label || exact bytes).
    pub fn block_hash(&self) -> BlockHash {
        self.hash().into()
    }

    /// The chain this block belongs to.
    pub fn chain_id(&self) -> ChainId {
        self.chain.unwrap_or_else(|| self.hash().into())
    }
}

/// Bytes of salt before a body's content.
pub const BODY_SALT: usize = 32;

/// SHA-256(label || body), the body being `salt || content` (BLOCK-7).
pub fn body_commitment(body: &[u8]) -> Hash {
    HashLabel::Body.hash(&[body])
}

/// The content of a body that the block commits to.
///
/// # Errors
/// [`Error::Body`].
pub fn check_body<'a>(block: &BlockStatement, body: &'a [u8]) -> Result<&'a [u8], Error> {
    if body.len() < BODY_SALT || body_commitment(body) != block.body {
        return Err(Error::Body);
    }
    Ok(&body[BODY_SALT..])
}
