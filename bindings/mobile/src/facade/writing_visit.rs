//! What a practitioner writes at a visit: report, prescription, laboratory request.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type ReportDraft = facade::ReportDraft;

/// A visit report.
#[uniffi::remote(Record)]
pub struct ReportDraft {
    /// Title.
    pub title: String,
    /// LOINC code of the kind of report; 11488-4 (consult note) when left out.
    pub kind: Option<String>,
    /// Why the patient came.
    pub reason: Option<String>,
    /// What was found.
    pub findings: Option<String>,
    /// What it is judged to be.
    pub assessment: Option<String>,
    /// What is to be done.
    pub plan: Option<String>,
    /// The own report that this corrects.
    pub supersedes: Option<String>,
    /// Why it is corrected; needed with `supersedes`.
    pub correction: Option<String>,
}

type PrescriptionDraft = facade::PrescriptionDraft;

/// A prescription.
#[uniffi::remote(Record)]
pub struct PrescriptionDraft {
    /// Medicine.
    pub medicine: String,
    /// Code system of `code`, a URI.
    pub system: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// How it is taken.
    pub dosage: facade::DosageDraft,
    /// How much to dispense at a time, decimal text.
    pub quantity: Option<String>,
    /// Its unit as people write it.
    pub quantity_unit: Option<String>,
    /// How often it may be dispensed again.
    pub refills: Option<u32>,
    /// From when it may be dispensed, a FHIR date; only with `valid_until`.
    pub valid_from: Option<String>,
    /// Until when it may be dispensed, a FHIR date; only with `valid_from`.
    pub valid_until: Option<String>,
    /// Whether the pharmacy may give another product.
    pub substitution: Option<bool>,
    /// Why.
    pub reason: Option<String>,
    /// Notes.
    pub note: Option<String>,
    /// The own prescription that this corrects.
    pub supersedes: Option<String>,
    /// Why it is corrected; needed with `supersedes`.
    pub correction: Option<String>,
}

type TestDraft = facade::TestDraft;

/// One test asked for.
#[uniffi::remote(Record)]
pub struct TestDraft {
    /// Code system of `code`, LOINC when left out.
    pub system: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// Its name.
    pub display: String,
}

type LabRequestDraft = facade::LabRequestDraft;

/// A laboratory request.
#[uniffi::remote(Record)]
pub struct LabRequestDraft {
    /// Tests; at least one.
    pub tests: Vec<facade::TestDraft>,
    /// `routine`, `urgent`, `asap` or `stat`; `routine` when left out.
    pub priority: Option<String>,
    /// Which lab, by name, if one was chosen.
    pub laboratory: Option<String>,
    /// When it is wanted, a FHIR date.
    pub wanted: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// What the patient should do, such as fasting.
    pub instruction: Option<String>,
    /// Note to the lab.
    pub note: Option<String>,
    /// The own request that this corrects.
    pub supersedes: Option<String>,
    /// Why it is corrected; needed with `supersedes`.
    pub correction: Option<String>,
}

#[uniffi::export]
impl Vault {
    /// Signs a visit report for the patient of a grant and sends it; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `grant.*`, `build.*`, `draft.correction`, `credential.role`.
    pub fn write_report(
        &self,
        grant: String,
        draft: facade::ReportDraft,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.write_report(&grant, &draft, now, &mut random()?)?)
    }

    /// Signs a prescription for the patient of a grant and sends it; `created` is the record.
    ///
    /// # Errors
    /// As `Vault::write_report`, and `draft.unit`.
    pub fn write_prescription(
        &self,
        grant: String,
        draft: facade::PrescriptionDraft,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.write_prescription(&grant, &draft, now, &mut random()?)?)
    }

    /// Signs a laboratory request for the patient of a grant and sends it; `created` is the record.
    ///
    /// # Errors
    /// As `Vault::write_report`, and `draft.priority`.
    pub fn write_lab_request(
        &self,
        grant: String,
        draft: facade::LabRequestDraft,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.write_lab_request(&grant, &draft, now, &mut random()?)?)
    }
}
