//! Handing out records as a file, and checking such a file without any vault (`core/spec/export.md`).
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type AuditFact = facade::AuditFact;

/// One line of a verification.
#[uniffi::remote(Record)]
pub struct AuditFact {
    /// What it is about: `file`, or the id of a chain, record, receipt, grant or organization.
    pub subject: String,
    /// The question; its phrase is `fact.` and this name.
    pub name: String,
    /// `pass`, `fail` or `not_claimed`.
    pub outcome: String,
    /// Why it fails or is not claimed: a code.
    pub code: Option<String>,
    /// Words for the phrase.
    pub params: Vec<facade::FactParam>,
}

type ExportedRecord = facade::ExportedRecord;

crate::bulk::record!(ExportedRecord {
    id,
    category,
    patient,
    author,
    author_name,
    organization,
    time,
    promised,
    log,
    sequence,
    replies_to,
    supersedes,
    superseded_by,
    attachments,
    fhir: bytes
});

type ExportedReceipt = facade::ExportedReceipt;

/// A receipt of a verified file.
#[uniffi::remote(Record)]
pub struct ExportedReceipt {
    /// Its hash.
    pub id: String,
    /// Under which grant.
    pub grant: String,
    /// Who read.
    pub reader: String,
    /// What was opened.
    pub records: Vec<String>,
    /// When, in the reader's words.
    pub time: u64,
    /// The block that files it.
    pub sequence: u32,
}

type Verification = facade::Verification;

/// What a file proves.
#[uniffi::remote(Record)]
pub struct Verification {
    /// `selection` or `chain`.
    pub kind: String,
    /// Whose file.
    pub owner: String,
    /// When it was made, in the owner's words.
    pub exported: u64,
    /// Blocks in the file.
    pub blocks: u32,
    /// Facts that fail.
    pub failures: u32,
    /// Line by line.
    pub facts: Vec<facade::AuditFact>,
    /// Records.
    pub records: Vec<facade::ExportedRecord>,
    /// Receipts.
    pub receipts: Vec<facade::ExportedReceipt>,
}

impl Vault {
    /// Verifies a file without network, relay or vault. `trusted` is a list of organizations as
    /// `Vault::trust_list` takes it.
    ///
    /// # Errors
    /// `export.*` when the file cannot be read at all, `trust.*`. What is wrong inside is part of the answer.
    pub fn verify_export(file: Bytes, trusted: String, now: u64) -> Result<facade::Verification, VaultError> {
        Ok(facade::Vault::verify_export(&file, &trusted, now)?)
    }
}

#[uniffi::export]
impl Vault {
    /// A file of these records that anybody can verify offline. Attached files and their keys are not in it.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_found`, `vault.not_ready`, `sync.gone`, `export.too_large`.
    pub fn export_records(&self, records: Vec<String>, now: u64) -> Result<Bytes, VaultError> {
        Ok(self.inner()?.export_records(&records, now, &mut random()?)?.into())
    }

    /// A file of the whole chain: every block, all records and receipts, grants as signed; no attached files and no keys.
    ///
    /// # Errors
    /// As `Vault::export_records`.
    pub fn export_all(&self, now: u64) -> Result<Bytes, VaultError> {
        Ok(self.inner()?.export_all(now, &mut random()?)?.into())
    }
}

/// Verifies a file without network, relay or vault. `trusted` is a list of organizations as
/// `Vault::trust_list` takes it.
///
/// # Errors
/// `export.*` when the file cannot be read at all, `trust.*`. What is wrong inside is part of the answer.
#[uniffi::export]
pub fn verify_export(file: Bytes, trusted: String, now: u64) -> Result<facade::Verification, VaultError> {
    Vault::verify_export(file, trusted, now)
}

/// What `crate::bulk` carries over, as the other languages know it.
mod described {
    use vault::facade;

    /// A record of a verified file; what it is worth is said by the facts about its id.
    #[derive(uniffi::Record)]
    pub struct ExportedRecord {
        /// The record.
        pub id: String,
        /// Its category.
        pub category: String,
        /// The patient.
        pub patient: String,
        /// Who signed.
        pub author: String,
        /// The author's name, as vouched for.
        pub author_name: Option<String>,
        /// Who vouches.
        pub organization: Option<String>,
        /// When it was signed, in the author's words.
        pub time: u64,
        /// When a log promised it.
        pub promised: Option<u64>,
        /// That log's origin.
        pub log: Option<String>,
        /// The block that files it.
        pub sequence: Option<u32>,
        /// The record it answers.
        pub replies_to: Option<String>,
        /// The record it corrects.
        pub supersedes: Option<String>,
        /// The record in the file that corrects it.
        pub superseded_by: Option<String>,
        /// Files that belong to it, as signed; they are not in the file.
        pub attachments: Vec<facade::AttachmentView>,
        /// The signed FHIR bytes, verbatim.
        pub fhir: Vec<u8>,
    }
}
