//! What a file from hand to hand is, and whose, before anything is done with it: officers and colleagues look first and act then.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::vault::Vault;

type HandedView = facade::HandedView;

/// A file that somebody handed over.
#[uniffi::remote(Record)]
pub struct HandedView {
    /// `request` for a credential, `credential`, `contact`, `organization`, or `officer` who wants to join.
    pub kind: String,
    /// The name in it: the vouched one, else the one it gives.
    pub name: String,
    /// Whose it is; an officer who wants to join has no identity yet.
    pub identity: Option<String>,
    /// The identity's short form, to be compared with the one on the other screen.
    pub fingerprint: Option<String>,
    /// Who vouches for the name: `trusted`, `unknown`, `refused` or `none`.
    pub vouched: String,
    /// The organization that vouches.
    pub organization: Option<String>,
}

#[uniffi::export]
impl Vault {
    /// What a file is that somebody handed over, and whose; its signatures are verified. Nothing is stored and nobody is told.
    ///
    /// # Errors
    /// `handed.kind` for any other file, also for one whose signatures do not verify.
    pub fn preview_file(&self, file: Bytes, now: u64) -> Result<facade::HandedView, VaultError> {
        Ok(self.inner()?.preview_file(&file, now)?)
    }
}
