//! Drafts: what a person has begun to write and not signed. They lie sealed on this device only, like every other entry of the vault.

use minicbor::{Decode, Encode};
use protocol::id::{GrantId, RecordId};
use protocol::time::Timestamp;

use crate::crypto::secret::SecretBytes;
use crate::state::item;

/// A draft; the id is random.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct DraftItem {
    /// What it will become: a word of the façade such as `allergy` or `report`.
    #[n(0)]
    pub kind: String,
    /// For the patient of this grant; absent for an own entry.
    #[n(1)]
    pub grant: Option<GrantId>,
    /// The record that it will answer.
    #[n(2)]
    pub request: Option<RecordId>,
    /// The form's content, JSON.
    #[n(3)]
    pub content: SecretBytes,
    /// When it was begun.
    #[n(4)]
    pub begun: Timestamp,
    /// When it was last saved.
    #[n(5)]
    pub saved: Timestamp,
}

item!(DraftItem, "draft");
