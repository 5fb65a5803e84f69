//! Bodies of a grant chain: its first block, what is shared, how it changed, who else acts under it.

use clinical::summary::Summary;
use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::hash::Hash;
use protocol::id::{GrantId, IdentityId, RecordId};
use protocol::identity::Evidence;
use protocol::key::PublicKey;
use protocol::time::Timestamp;

use super::DeletionAsked;
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::item::AttachmentAccess;

/// A grant changes: in the own chain, in the grant chain and in the notice to the holder.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ChangeBody {
    /// The signed change.
    #[n(0)]
    pub change: Bytes,
    /// The patient's device.
    #[n(1)]
    pub evidence: Evidence,
    /// Beside an end in the grant's chain: the patient asks for deletion.
    #[n(2)]
    pub deletion: Option<DeletionAsked>,
}

/// What the patient is told of a delegation; both sides keep it.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct DelegationBody {
    /// The signed delegation.
    #[n(0)]
    pub delegation: Bytes,
    /// The grantee's device.
    #[n(1)]
    pub evidence: Evidence,
    /// The delegate's contact card.
    #[n(2)]
    pub card: Bytes,
    /// The delegate's fetch key.
    #[n(3)]
    pub fetch: PublicKey,
    /// When the grantee ended it, if that is what is told.
    #[n(4)]
    pub ended: Option<Timestamp>,
}

/// What a delegate receives from the grantee.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct DelegatedBody {
    /// The signed delegation.
    #[n(0)]
    pub delegation: Bytes,
    /// The grantee's device.
    #[n(1)]
    pub evidence: Evidence,
    /// The grantee's name, as the grantee gives it.
    #[n(2)]
    pub name: String,
    /// Exact bytes of the confirmation that the grantee got.
    #[n(3)]
    pub confirmation: Bytes,
    /// The delegate's fetch key.
    #[n(4)]
    pub fetch: SigningKey,
}

/// What a patient is told when a grant gets new HPKE keys.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct GrantKeysBody {
    /// The grantee's device.
    #[n(0)]
    pub evidence: Evidence,
    /// All keys that are to come, ascending by time; they take the place of those told before that are still to come.
    #[n(1)]
    pub keys: Vec<ComingKey>,
}

/// An HPKE key that the next epoch of a grant chain is to be sealed to.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ComingKey {
    /// From when on; absent for at once.
    #[n(0)]
    pub from: Option<Timestamp>,
    /// The public half.
    #[n(1)]
    pub key: Bytes,
    /// Fetch keys that go with the epoch: of members who leave then.
    #[n(2)]
    pub drop: Vec<PublicKey>,
    /// When a device of the grantee was taken out.
    #[n(3)]
    pub access: Option<ComingAccess>,
}

/// What a grantee whose device was taken out replaces besides the HPKE key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ComingAccess {
    /// The new capability over the fetch keys.
    #[n(0)]
    pub grantee: PublicKey,
    /// All fetch keys that are the grantee's: any other was added by the device that is gone.
    #[n(1)]
    pub fetch: Vec<PublicKey>,
    /// The signed removals, exact bytes.
    #[n(2)]
    pub removals: Vec<Bytes>,
}

/// The grantee's own note of that: what its other devices need.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub struct AccessKeysNote {
    /// The grant.
    #[n(0)]
    pub grant: GrantId,
    /// The new capability over the fetch keys, in force from the next epoch on.
    #[n(1)]
    pub grantee: SigningKey,
    /// The new fetch key.
    #[n(2)]
    pub fetch: SigningKey,
}

/// Genesis of a grant chain.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct GrantGenesis {
    /// The signed grant.
    #[n(0)]
    pub grant: Bytes,
    /// The patient's device.
    #[n(1)]
    pub evidence: Evidence,
}

/// Records are shared.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct ShareBody {
    /// The records.
    #[n(0)]
    pub records: Vec<SharedRecord>,
    /// Records that are shared no more; those listed here anew had their keys beside one of them.
    #[n(1)]
    pub withdrawn: Vec<RecordId>,
}

/// One shared record: where its copy lies and how to open it.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(array)]
pub struct SharedRecord {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// Address of the sealed copy in the grant chain's resource.
    #[n(1)]
    pub address: Hash,
    /// Key of the sealed copy.
    #[n(2)]
    pub key: Secret32,
    /// What lists and searches need.
    #[n(3)]
    pub summary: Summary,
    /// The author's name.
    #[n(4)]
    pub author_name: String,
    /// Who vouches for the author.
    #[n(5)]
    pub organization: Option<String>,
    /// When the author says it was signed.
    #[n(6)]
    pub time: Timestamp,
    /// Files that belong to it.
    #[n(7)]
    pub attachments: Vec<AttachmentAccess>,
    /// The record it corrects, if that is shared too.
    #[n(8)]
    pub supersedes: Option<RecordId>,
    /// The record it answers, if that is shared too.
    #[n(9)]
    pub replies_to: Option<RecordId>,
    /// Why it corrects, withdraws or rejects, in the author's words.
    #[n(10)]
    pub reason: Option<String>,
    /// The author.
    #[n(11)]
    pub author: Option<IdentityId>,
}
