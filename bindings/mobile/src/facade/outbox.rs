//! The outbox: what waits to be sent, and taking it back before it is.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type OutboxView = facade::OutboxView;

/// Something that waits to be sent to somebody.
#[uniffi::remote(Record)]
pub struct OutboxView {
    /// Name of it for `Vault::cancel_outbox`.
    pub id: String,
    /// `record` for a signed record, `message` for receipts, answers and notices.
    pub kind: String,
    /// What it is called, for a record.
    pub title: Option<String>,
    /// Phrase key of the kind of record.
    pub record_kind: Option<String>,
    /// To whom, where that is known.
    pub to: Option<String>,
    /// Since when it waits.
    pub since: u64,
    /// `waiting`, `sending` or `stopped`.
    pub state: String,
    /// Why it stopped, or why it is tried again by itself: a code.
    pub reason: Option<String>,
    /// Whether it can be taken back now.
    pub cancellable: bool,
}

#[uniffi::export]
impl Vault {
    /// What waits to be sent to other people, the oldest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn outbox(&self) -> Result<Vec<facade::OutboxView>, VaultError> {
        Ok(self.inner()?.outbox()?)
    }

    /// Takes back a record that was signed and has not been sent.
    ///
    /// # Errors
    /// `outbox.sent` once it was sent, `outbox.sending` while it is, `outbox.kept` for receipts and answers, `vault.not_found`.
    pub fn cancel_outbox(&self, id: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.cancel_outbox(&id, now, &mut random()?)?)
    }
}
