//! The owner's records: lists, search, details, own entries, attachments.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type RecordDraft = facade::RecordDraft;

crate::bulk::record!(RecordDraft {
    fhir: bytes,
    replies_to,
    supersedes
});

type RecordQuery = facade::RecordQuery;

/// What to look for; an empty query finds everything.
#[uniffi::remote(Record)]
pub struct RecordQuery {
    /// Words.
    pub text: Option<String>,
    /// `system|code` or `code`.
    pub code: Option<String>,
    /// Any of these categories.
    pub categories: Vec<String>,
    /// FHIR date.
    pub from: Option<String>,
    /// FHIR date.
    pub until: Option<String>,
    /// Part of the author's name.
    pub author: Option<String>,
}

type RecordSummary = facade::RecordSummary;

/// A row of a list of records.
#[uniffi::remote(Record)]
pub struct RecordSummary {
    /// The record.
    pub id: String,
    /// The block that files it; absent for shared records.
    pub sequence: Option<u32>,
    /// Its category.
    pub category: String,
    /// Phrase key of the kind of record.
    pub kind: String,
    /// FHIR resource type.
    pub resource_type: String,
    /// What it is called.
    pub title: Option<String>,
    /// Effective date, FHIR text.
    pub date: Option<String>,
    /// The same as Unix seconds, for sorting; may be before 1970.
    pub date_time: Option<i64>,
    /// Status, a FHIR code.
    pub status: Option<String>,
    /// The level that most asks for attention.
    pub level: Option<String>,
    /// The signer's name.
    pub author: String,
    /// Who vouches for the signer.
    pub organization: Option<String>,
    /// `own`, `imported`, `received`, `shared`, `copy` or `sent`.
    pub source: String,
    /// Phrase key of what must stand beside it when no professional signed it: `mark.own`, `mark.imported` or `mark.patient`.
    pub mark: Option<String>,
    /// Why it corrects, withdraws or rejects, in its author's words.
    pub reason: Option<String>,
    /// When it was signed, in the signer's words.
    pub time: u64,
    /// The record that corrects it.
    pub superseded_by: Option<String>,
    /// The record it corrects.
    pub supersedes: Option<String>,
    /// The record it answers.
    pub replies_to: Option<String>,
    /// Number of attachments.
    pub attachments: u32,
    /// Kept out of every share.
    pub hidden: bool,
    /// Shared records: whether the copy is here.
    pub fetched: bool,
    /// When it was first opened here: shared records, and received ones of the own chain.
    pub opened: Option<u64>,
    /// What the signature is worth by the lists that are known here, for records of the own chain: `authentic` or `not_proven`; the
    /// record itself says why.
    pub authentic: Option<String>,
}

#[uniffi::export]
impl Vault {
    /// Records in the own chain that fit, newest first.
    ///
    /// # Errors
    /// `category.unknown`, `vault.damaged`.
    pub fn records(&self, query: facade::RecordQuery) -> Result<Vec<facade::RecordSummary>, VaultError> {
        Ok(self.inner()?.records(&query)?)
    }

    /// A record in full.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    pub fn record(&self, id: String, now: u64) -> Result<facade::RecordView, VaultError> {
        Ok(self.inner()?.record(&id, now)?)
    }

    /// Files an own FHIR document; `created` is the record.
    ///
    /// # Errors
    /// `read.*`, `record.*`, `vault.not_ready`.
    pub fn add_record(&self, draft: facade::RecordDraft, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.add_record(&draft, now, &mut random()?)?)
    }

    /// Notes that a record of the own chain was looked at on this device. Nobody else learns of it, no other device either.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn note_opened(&self, id: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.note_opened(&id, now, &mut random()?)?)
    }

    /// Keeps a record out of shares made from now on, or lets it in again.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn hide_record(&self, id: String, hidden: bool, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.hide_record(&id, hidden, now, &mut random()?)?)
    }

    /// Asks for the parts of an attachment that are not on this device.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    pub fn fetch_attachment(&self, record: String, index: u32, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.fetch_attachment(&record, index, now, &mut random()?)?)
    }

    /// An attachment whose parts are all here, checked against its signed hash.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_found`, `crypto.*`.
    pub fn attachment(&self, record: String, index: u32) -> Result<Bytes, VaultError> {
        Ok(self.inner()?.attachment(&record, index)?.into())
    }
}

/// What `crate::bulk` carries over, as the other languages know it.
mod described {
    /// A FHIR document to file or to send.
    #[derive(uniffi::Record)]
    pub struct RecordDraft {
        /// FHIR R4 JSON.
        pub fhir: Vec<u8>,
        /// The record it answers.
        pub replies_to: Option<String>,
        /// The record it corrects.
        pub supersedes: Option<String>,
    }
}
