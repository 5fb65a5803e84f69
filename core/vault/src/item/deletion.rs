//! Requests to delete what a grant gave, on the patient's side and on the holder's.

use minicbor::{Decode, Encode};
use protocol::id::IdentityId;
use protocol::time::Timestamp;

use crate::body::{DeletionAsked, DeletionWanted, RefusalReason};
use crate::state::item;

/// What the patient asked; the id is the grant's. The newest request counts.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(map)]
pub struct DeletionItem {
    /// The request.
    #[n(0)]
    pub asked: DeletionAsked,
    /// What was answered, one answer a person.
    #[n(1)]
    pub answers: Vec<AnswerItem>,
    /// Whether the mailbox for answers is gone.
    #[n(2)]
    pub closed: bool,
}

item!(DeletionItem, "deletion");

/// What somebody said about a request.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct AnswerItem {
    /// Who.
    #[n(0)]
    pub who: IdentityId,
    /// The name, as vouched for or as claimed.
    #[n(1)]
    pub name: String,
    /// When, in the sender's words.
    #[n(2)]
    pub time: Timestamp,
    /// Why it was not deleted; none when it was, as the sender says.
    #[n(3)]
    pub refused: Option<RefusalReason>,
    /// What else was said.
    #[n(4)]
    pub text: Option<String>,
}

/// What a patient asks of this holder; the id is the grant's. It stays when everything else of the grant is gone.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(map)]
pub struct DeletionWantedItem {
    /// What is asked, and by whom.
    #[n(0)]
    pub wanted: DeletionWanted,
    /// When it was answered.
    #[n(1)]
    pub answered: Option<Timestamp>,
    /// Why it was not deleted; none when it was.
    #[n(2)]
    pub refused: Option<RefusalReason>,
    /// What else was said.
    #[n(3)]
    pub text: Option<String>,
}

item!(DeletionWantedItem, "deletion-wanted");
