//! What was corrected or withdrawn: by whom, why, when, and who had read the old version.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::vault::Vault;

type CorrectionReader = facade::CorrectionReader;

/// Somebody who opened the old version.
#[uniffi::remote(Record)]
pub struct CorrectionReader {
    /// Under which grant.
    pub grant: String,
    /// Name.
    pub name: String,
    /// When the old version was opened.
    pub opened: u64,
    /// Whether the correction is in that grant's share: it is told there.
    pub told: bool,
    /// When the correction was opened.
    pub read: Option<u64>,
}

type CorrectionView = facade::CorrectionView;

/// A correction.
#[uniffi::remote(Record)]
pub struct CorrectionView {
    /// The old version: still there, marked.
    pub old: String,
    /// The version that counts.
    pub new: String,
    /// The grant under which both are shared with this vault; absent in the patient's own chain.
    pub grant: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// Whether the old version was withdrawn and nothing stands in its place.
    pub withdrawn: bool,
    /// Who corrected it.
    pub author: String,
    /// Who vouches for the author.
    pub organization: Option<String>,
    /// Why, in the author's words.
    pub reason: Option<String>,
    /// When it was signed.
    pub time: u64,
    /// When this reader opened the old version; only for shared records.
    pub opened: Option<u64>,
    /// Who opened the old version; only for the patient.
    pub readers: Vec<facade::CorrectionReader>,
}

#[uniffi::export]
impl Vault {
    /// Records that were corrected or withdrawn by their authors, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn corrections(&self) -> Result<Vec<facade::CorrectionView>, VaultError> {
        Ok(self.inner()?.corrections()?)
    }
}
