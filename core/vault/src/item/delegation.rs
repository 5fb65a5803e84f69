//! Delegations, as the patient, the grantee and nobody else keep them; the delegate keeps an access.

use minicbor::{Decode, Encode};
use protocol::cbor::Bytes;
use protocol::id::GrantId;
use protocol::key::PublicKey;
use protocol::time::Timestamp;

use crate::state::item;

/// A delegation reported to this patient, or made by this grantee; the id is the delegation's.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DelegationItem {
    /// Under which grant.
    #[n(0)]
    pub grant: GrantId,
    /// The signed delegation, exact bytes.
    #[n(1)]
    pub delegation: Bytes,
    /// The delegate's name, as vouched for or as claimed.
    #[n(2)]
    pub name: String,
    /// Who vouches for the delegate.
    #[n(3)]
    pub organization: Option<String>,
    /// The delegate's fetch key.
    #[n(4)]
    pub fetch: PublicKey,
    /// When it was stopped, by the patient or by the grantee.
    #[n(5)]
    pub stopped: Option<Timestamp>,
    /// When the relay had confirmed that the delegate's fetch key is gone.
    #[n(6)]
    pub confirmed: Option<Timestamp>,
    /// What the patient was told, exact bytes.
    #[n(7)]
    pub report: Bytes,
}

item!(DelegationItem, "delegation");
