//! Grants given and received, records read under them, submissions and receipts.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type PermissionView = facade::PermissionView;

/// One right of a grant.
#[uniffi::remote(Record)]
pub struct PermissionView {
    /// `read`, `append` or `order`.
    pub right: String,
    /// From when.
    pub from: u64,
    /// Until when, if it ends.
    pub until: Option<u64>,
}

type GrantView = facade::GrantView;

/// A grant this patient gave: a row of the access list.
#[uniffi::remote(Record)]
pub struct GrantView {
    /// Its id.
    pub id: String,
    /// The holder's name.
    pub name: String,
    /// The holder.
    pub grantee: String,
    /// Who vouches for the holder.
    pub organization: Option<String>,
    /// `live`, `over`, `paused`, `stopping` or `ended`. It reads `stopping` from the revocation until the relay confirmed that keys, copies,
    /// earlier blocks and mailbox are gone; only then `ended`.
    pub state: String,
    /// HL7 purpose of use.
    pub purpose: String,
    /// Whole categories in scope.
    pub categories: Vec<String>,
    /// Single records in scope.
    pub records: Vec<String>,
    /// Only records signed from this time on.
    pub from: Option<u64>,
    /// Only records signed before this time.
    pub until: Option<u64>,
    /// Whether records filed later join.
    pub ongoing: bool,
    /// Rights.
    pub permissions: Vec<facade::PermissionView>,
    /// When it was given.
    pub since: u64,
    /// Records shared so far.
    pub shared: u32,
    /// Whether everything shared, changed or taken away has reached the relay.
    pub sent: bool,
    /// Records that were fetched without a receipt, as far as the relay showed: "delivered, opening not confirmed".
    pub unconfirmed: u32,
    /// When the holder last said to have opened something.
    pub last_opened: Option<u64>,
    /// When it was revoked.
    pub ended: Option<u64>,
    /// When the relay had confirmed the end.
    pub stopped: Option<u64>,
    /// Whether it stood when the words brought a device back and nobody has kept or stopped it since: when that was.
    pub undecided: Option<u64>,
    /// Whether its holder is asked to delete what it gave: `asked`, `deleted` (as the holder says) or `refused`.
    pub deletion: Option<String>,
    /// Bytes of files that the holder may send, all together.
    pub files: u64,
}

type AccessView = facade::AccessView;

/// A grant this practitioner or lab received.
#[uniffi::remote(Record)]
pub struct AccessView {
    /// The grant.
    pub id: String,
    /// The patient's name, as the patient gives it.
    pub name: String,
    /// The patient.
    pub patient: String,
    /// `live`, `over`, `paused`, `unreachable` or `ended`.
    pub state: String,
    /// HL7 purpose of use.
    pub purpose: String,
    /// Rights.
    pub permissions: Vec<facade::PermissionView>,
    /// When it was given.
    pub since: u64,
    /// Records listed.
    pub records: u32,
    /// Records not opened yet.
    pub unopened: u32,
    /// Latest: blocks of the share seen so far.
    pub blocks: u32,
    /// Latest: when the patient's wallet last changed the share.
    pub updated: Option<u64>,
    /// Latest: when the relay was last asked.
    pub checked: Option<u64>,
    /// Latest: how far that can be believed, a phrase key: `latest.relay_only`.
    pub witness: String,
    /// How this vault holds it: `holder`, `delegate` or `team`.
    pub capacity: String,
    /// Until when this vault's own part of it holds, for a delegate.
    pub until: Option<u64>,
    /// When the patient asked that it be deleted, where that is not answered.
    pub deletion: Option<u64>,
    /// A device, or a member of the team, was taken out and the patient's device has not opened the next epoch yet: until then only the
    /// relay keeps it out.
    pub only_the_relay: bool,
}

type ReceiptView = facade::ReceiptView;

/// A receipt in the patient's chain.
#[uniffi::remote(Record)]
pub struct ReceiptView {
    /// Under which grant.
    pub grant: String,
    /// The reader's name.
    pub name: String,
    /// The reader.
    pub reader: String,
    /// Which records.
    pub records: Vec<String>,
    /// When, in the reader's words.
    pub time: u64,
}

type SubmissionView = facade::SubmissionView;

/// A record this practitioner or lab sent to a patient.
#[uniffi::remote(Record)]
pub struct SubmissionView {
    /// The record.
    pub id: String,
    /// Under which grant.
    pub grant: String,
    /// The patient's name.
    pub patient: String,
    /// Phrase key of the kind of record.
    pub kind: String,
    /// What it is called.
    pub title: Option<String>,
    /// Its category.
    pub category: String,
    /// `signed`, `sent`, `delivered`, `filed`, `declined`, `failed` or `cancelled`.
    pub stage: String,
    /// Why it was declined or failed: a code.
    pub reason: Option<String>,
    /// When it was signed.
    pub time: u64,
}

#[uniffi::export]
impl Vault {
    /// Who has access: every grant given, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn grants(&self, now: u64) -> Result<Vec<facade::GrantView>, VaultError> {
        Ok(self.inner()?.grants(now)?)
    }

    /// Receipts in the chain, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn receipts(&self) -> Result<Vec<facade::ReceiptView>, VaultError> {
        Ok(self.inner()?.receipts()?)
    }

    /// Patients who gave access, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn accesses(&self, now: u64) -> Result<Vec<facade::AccessView>, VaultError> {
        Ok(self.inner()?.accesses(now)?)
    }

    /// Records shared under a grant received, newest first.
    ///
    /// # Errors
    /// `vault.not_found`, `category.unknown`.
    pub fn shared_records(
        &self,
        grant: String,
        query: facade::RecordQuery,
    ) -> Result<Vec<facade::RecordSummary>, VaultError> {
        Ok(self.inner()?.shared_records(&grant, &query)?)
    }

    /// Asks for copies of shared records that are not on this device yet; they arrive with the next answers.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.*`.
    pub fn fetch_shared(
        &self,
        grant: String,
        record_ids: Vec<String>,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.fetch_shared(&grant, &record_ids, now, &mut random()?)?)
    }

    /// Opens shared records that were fetched: a receipt is signed and sent for those not opened before. Call it before showing
    /// `Vault::shared_record`.
    ///
    /// # Errors
    /// `grant.*`, `vault.state` when a copy was not fetched yet.
    pub fn open_shared(&self, grant: String, record_ids: Vec<String>, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.open_shared(&grant, &record_ids, now, &mut random()?)?)
    }

    /// A shared record that was opened.
    ///
    /// # Errors
    /// `vault.need`, `vault.state` before it was opened.
    pub fn shared_record(&self, grant: String, record: String, now: u64) -> Result<facade::RecordView, VaultError> {
        Ok(self.inner()?.shared_record(&grant, &record, now)?)
    }

    /// Asks for the parts of an attachment of a shared record.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    pub fn fetch_shared_attachment(
        &self,
        grant: String,
        record: String,
        index: u32,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .fetch_shared_attachment(&grant, &record, index, now, &mut random()?)?)
    }

    /// An attachment of a shared record whose parts are all here.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_found`, `crypto.*`.
    pub fn shared_attachment(&self, grant: String, record: String, index: u32) -> Result<Bytes, VaultError> {
        Ok(self.inner()?.shared_attachment(&grant, &record, index)?.into())
    }

    /// Signs a FHIR document for the patient of a grant and sends it; `created` is the record.
    ///
    /// # Errors
    /// `grant.*`, `credential.role`, `read.*`, `record.*`.
    pub fn submit(&self, grant: String, draft: facade::RecordDraft, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.submit(&grant, &draft, now, &mut random()?)?)
    }

    /// Records written for patients, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn submissions(&self) -> Result<Vec<facade::SubmissionView>, VaultError> {
        Ok(self.inner()?.submissions()?)
    }

    /// A record written for a patient, as it was signed: to be read again, or corrected.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn submitted_record(&self, record: String, now: u64) -> Result<facade::RecordView, VaultError> {
        Ok(self.inner()?.submitted_record(&record, now)?)
    }

    /// Sends a record once more that the patient's wallet has not answered.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state`.
    pub fn resend(&self, record: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.resend(&record, now, &mut random()?)?)
    }
}
