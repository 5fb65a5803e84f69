//! Importing FHIR files, documents and pictures, with a preview and duplicates found.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type FoundDuplicate = facade::FoundDuplicate;

/// How an import candidate repeats something.
#[uniffi::remote(Record)]
pub struct FoundDuplicate {
    /// Whether everything it says is the same.
    pub exact: bool,
    /// The record it repeats, if that is in the chain already.
    pub record: Option<String>,
    /// The candidate it repeats, if that stands in the same file.
    pub candidate: Option<u32>,
}

type ImportCandidate = facade::ImportCandidate;

/// One record that could be imported.
#[uniffi::remote(Record)]
pub struct ImportCandidate {
    /// Its place in the file.
    pub index: u32,
    /// Its category.
    pub category: String,
    /// Phrase key of the kind.
    pub kind: String,
    /// What it is called.
    pub title: Option<String>,
    /// Effective date.
    pub date: Option<String>,
    /// Where the file says it comes from.
    pub source: Option<String>,
    /// Whether it repeats another.
    pub duplicate: Option<facade::FoundDuplicate>,
    /// Codes of what is wrong with it.
    pub issues: Vec<String>,
    /// Whether it only supports others and is no record to list.
    pub supporting: bool,
}

#[uniffi::export]
impl Vault {
    /// What a FHIR file holds, and what of it is in the chain already.
    ///
    /// # Errors
    /// `import.*`, `read.*`.
    pub fn preview_import(&self, file: Bytes) -> Result<Vec<facade::ImportCandidate>, VaultError> {
        Ok(self.inner()?.preview_import(&file)?)
    }

    /// Files the chosen candidates of a file, each with its exact bytes, marked as imported.
    ///
    /// # Errors
    /// `import.*`, `read.*`, `record.*`, `vault.not_found` for a place that the file does not have.
    pub fn import(&self, file: Bytes, chosen: Vec<u32>, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.import(&file, &chosen, now, &mut random()?)?)
    }

    /// Files a document or picture as an attachment with a FHIR DocumentReference that names it; `created` is the record.
    ///
    /// # Errors
    /// `vault.text`, `build.*`, `record.*`, `crypto.too_large`.
    pub fn import_file(
        &self,
        name: String,
        media_type: String,
        bytes: Bytes,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .import_file(&name, &media_type, &bytes, now, &mut random()?)?)
    }
}
