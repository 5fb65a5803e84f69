//! Asking for deletion and answering it; keeping or stopping what stood at a recovery.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type DeletionView = facade::DeletionView;

/// A request to delete that this patient made.
#[uniffi::remote(Record)]
pub struct DeletionView {
    /// The grant.
    pub grant: String,
    /// The holder's name.
    pub name: String,
    /// When it was asked.
    pub asked: u64,
    /// `asked`, `refused` when anybody refuses, or `deleted`: whoever answered says to have deleted. That is no proof.
    pub state: String,
    /// What was answered, oldest first.
    pub answers: Vec<facade::DeletionAnswerView>,
}

type DeletionAnswerView = facade::DeletionAnswerView;

/// What somebody said about a request to delete.
#[uniffi::remote(Record)]
pub struct DeletionAnswerView {
    /// The name, as vouched for or as claimed.
    pub name: String,
    /// Whoever says it.
    pub who: String,
    /// When, in the sender's words.
    pub time: u64,
    /// `deleted` or `refused`.
    pub answer: String,
    /// Why not: `retention`, `treatment`, `claim` or `other`; its phrase is `deletion.<reason>`.
    pub reason: Option<String>,
    /// What else was said.
    pub text: Option<String>,
}

type DeletionRequestView = facade::DeletionRequestView;

/// A request to delete that a patient made to this holder.
#[uniffi::remote(Record)]
pub struct DeletionRequestView {
    /// The grant.
    pub grant: String,
    /// The patient's name, as given with the grant.
    pub name: String,
    /// The patient.
    pub patient: String,
    /// When it was asked.
    pub asked: u64,
    /// `asked`, `deleted` or `refused`.
    pub state: String,
    /// When it was answered.
    pub answered: Option<u64>,
    /// Why it was not deleted.
    pub reason: Option<String>,
    /// What else was said.
    pub text: Option<String>,
}

#[uniffi::export]
impl Vault {
    /// Asks whoever holds a grant to delete what it gave; the grant may have ended. With `revoke` it ends in the same step, and its last block
    /// says the wish for 30 days.
    ///
    /// # Errors
    /// `vault.not_found`, `deletion.asked`, `grant.revoked`.
    pub fn ask_deletion(&self, grant: String, revoke: bool, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.ask_deletion(&grant, revoke, now, &mut random()?)?)
    }

    /// What this patient asked to be deleted, newest first, and what was answered.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn deletions(&self) -> Result<Vec<facade::DeletionView>, VaultError> {
        Ok(self.inner()?.deletions()?)
    }

    /// What patients ask this holder to delete, newest first; those that were answered stay in the list.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn deletion_requests(&self) -> Result<Vec<facade::DeletionRequestView>, VaultError> {
        Ok(self.inner()?.deletion_requests()?)
    }

    /// Deletes everything that this vault holds of a grant whose patient asks for it: records, keys and files, on each of the owner's devices
    /// and in the own chain at the relay; then tells the patient. Not reached: what left this app before.
    ///
    /// # Errors
    /// `deletion.none`, `deletion.pending`, `vault.need`.
    pub fn delete_access(&self, grant: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.delete_access(&grant, now, &mut random()?)?)
    }

    /// Tells the patient why nothing is deleted: `retention`, `treatment`, `claim`, or `other` with words.
    ///
    /// # Errors
    /// `deletion.none`, `deletion.reason`, `vault.text`.
    pub fn refuse_deletion(
        &self,
        grant: String,
        reason: String,
        text: Option<String>,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .refuse_deletion(&grant, &reason, text, now, &mut random()?)?)
    }

    /// Keeps a grant that stood when the words brought a device back; the other answer is `Vault::revoke_grant`.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `vault.state`.
    pub fn keep_grant(&self, grant: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.keep_grant(&grant, now, &mut random()?)?)
    }
}
