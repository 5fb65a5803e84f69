//! A team's grants: whom the organization lets act, and which fetch key each member has under which grant.

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::id::{CredentialId, GrantId, IdentityId};
use protocol::key::PublicKey;
use protocol::time::Timestamp;

use crate::state::item;

/// A member of this organization's team; the id is the member's identity.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MemberItem {
    /// The member's contact card, exact bytes.
    #[n(0)]
    pub card: Bytes,
    /// The credential by which the member acts.
    #[n(1)]
    pub credential: CredentialId,
    /// The name vouched for.
    #[n(2)]
    pub name: String,
    /// Since when.
    #[n(3)]
    pub since: Timestamp,
    /// When the member was taken out of the team.
    #[n(4)]
    pub removed: Option<Timestamp>,
    /// When the member is to be taken out, where the credential is suspended or ends on a day to come.
    #[n(5)]
    pub leaves: Option<Timestamp>,
}

item!(MemberItem, "member");

/// A member's fetch key under one grant of the team; the id is grant || member.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MemberKeyItem {
    /// The grant.
    #[n(0)]
    pub grant: GrantId,
    /// The member.
    #[n(1)]
    pub member: IdentityId,
    /// The fetch key.
    #[n(2)]
    pub fetch: PublicKey,
    /// When the organization asked the relay to delete it.
    #[n(3)]
    pub removed: Option<Timestamp>,
    /// When the relay had confirmed that it is gone.
    #[n(4)]
    pub confirmed: Option<Timestamp>,
}

item!(MemberKeyItem, "member-key");

impl MemberKeyItem {
    /// The id of a member's key in a grant.
    pub fn id(grant: &GrantId, member: &IdentityId) -> Vec<u8> {
        [grant.as_bytes().as_slice(), member.as_bytes()].concat()
    }
}
