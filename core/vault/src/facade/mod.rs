//! The one façade that every app calls (`bindings/README.md` gives the translation rules).
//!
//! [`Vault`] is an object of commands and queries. A command gives [`Changes`], which the platform stores in one transaction and then
//! acknowledges with [`Vault::stored`]; a query gives plain values. Everything that crosses is a plain value: text, numbers, bytes,
//! lists, optional members. Times are Unix seconds, ids lower-case hex, words such as roles fixed text.
//!
//! At most one `Changes` is outstanding; meanwhile commands answer `vault.busy` and [`Vault::next_request`] says wait.

mod access;
mod appointments;
mod blocks;
mod changes;
mod consent;
mod copies;
mod corrections;
mod delegation;
mod deletion;
mod devices;
mod drafts;
mod error;
mod export;
mod file_bulk;
mod file_copies;
mod file_quota;
mod files;
mod handed;
mod import;
mod jobs;
mod keystores;
mod lifecycle;
mod network;
mod officers;
mod orders;
mod organization;
mod outbox;
mod record_view;
mod records;
mod recovery;
mod sharing;
mod team;
mod vault;
mod writing;

pub use access::{DeliveryView, ErasureView, NarrowRequest};
pub use appointments::{AppointmentRequest, AppointmentTime, AppointmentView};
pub use blocks::{BlockView, Chain, Checked};
pub use changes::{Changes, Entry, Param, Put, Show};
pub use consent::{ClaimView, Claimant, OfferRequest, OfferRight, OfferView, Preview, SymbolView};
pub use copies::{CopyPermissionView, CopyView};
pub use corrections::{CorrectionReader, CorrectionView};
pub use delegation::DelegationView;
pub use deletion::{DeletionAnswerView, DeletionRequestView, DeletionView};
pub use devices::DeviceView;
pub use drafts::{DraftContent, DraftView};
pub use error::Error;
pub use export::{AuditFact, ExportedReceipt, ExportedRecord, Verification};
pub use file_bulk::{SealedPiece, SealingPlan};
pub use files::{DownloadView, FileDraft, FilePiece, FileView, PieceRequest};
pub use handed::HandedView;
pub use import::{FoundDuplicate, ImportCandidate};
pub use jobs::JobView;
pub use lifecycle::{Profile, Setup};
pub use network::{Header, Request};
pub use officers::{ActView, OfficerView};
pub use orders::{OrderEventView, OrderView, SpecimenView};
pub use organization::{CredentialView, OrganizationView, StaffView, TrustedView};
pub use outbox::OutboxView;
pub use record_view::{AttachmentView, CodeView, FactParam, FactView, PartView, RecordView, Standing, ValueView};
pub use records::{RecordDraft, RecordQuery, RecordSummary};
pub use recovery::{RecoveredFile, RecoveredRecord, Recovery};
pub use sharing::{AccessView, GrantView, PermissionView, ReceiptView, SubmissionView};
pub use team::{MemberView, TeamGrantView};
pub use vault::Vault;
pub use writing::{
    AllergyDraft, ConditionDraft, ContactDraft, DosageDraft, ImmunizationDraft, LabRequestDraft, MeasurementDraft,
    MeasurementPart, MedicineDraft, OrderStateDraft, PatientDraft, PrescriptionDraft, ReportDraft, ResultDraft,
    ResultValue, SpecimenDraft, TestDraft, WishDraft,
};
