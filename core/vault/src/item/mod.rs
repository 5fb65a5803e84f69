//! What the vault keeps, one type an item (`core/spec/entries.md`, STATE rules).
//!
//! Everything here except tasks, offers and claims under way follows from the owner's own chain and can be built again from it.

mod appointment;
mod chain;
mod consent;
mod copy;
mod delegation;
mod deletion;
mod draft;
mod file;
mod grant;
mod mailbox;
mod meta;
mod organization;
mod record;
mod task;
mod team;

pub use appointment::{AppointmentItem, AppointmentSide, AppointmentStage, Span};
pub use chain::{
    BlockData, BlockIndex, ChainItem, ChainName, DeviceItem, EpochItem, ListedRemoval, PastEpoch, PendingBlock,
};
pub use consent::{ClaimItem, ClaimStage, OfferItem, OfferStage, OfferedRight};
pub use copy::{CopiedItem, CopyToItem};
pub use delegation::DelegationItem;
pub use deletion::{AnswerItem, DeletionItem, DeletionWantedItem};
pub use draft::DraftItem;
pub use file::{GROUP, UploadItem, UploadParts, UploadPieces, WaitingRecord};
pub use grant::{AccessItem, CopyItem, DeliveryItem, GrantItem, ReaderItem, ReceiptItem, SharedBody, SharedItem};
pub use mailbox::{MailboxItem, MailboxUse};
pub use meta::{Meta, Role, RootKeys, Stage};
pub use organization::{CredentialItem, HeldItem, IntakeItem, IssuedItem, KnownOrganization, TrustedItem};
pub use record::{
    AttachmentAccess, AttachmentPart, CorrectionItem, ErasedItem, RecordItem, Source, SubmissionItem, SubmissionStage,
};
pub use task::{Address, EndStep, PauseStep, Task, TaskKind};
pub use team::{MemberItem, MemberKeyItem};
