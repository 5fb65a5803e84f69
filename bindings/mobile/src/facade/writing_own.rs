//! The patient's own entries: allergies, problems, medicines, measurements, immunizations, and who the patient is.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type AllergyDraft = facade::AllergyDraft;

/// An allergy or intolerance.
#[uniffi::remote(Record)]
pub struct AllergyDraft {
    /// What it is to.
    pub substance: String,
    /// Code system of `code`, a URI.
    pub system: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// `active`, `inactive` or `resolved`; `active` when left out.
    pub status: Option<String>,
    /// `food`, `medication`, `environment` or `biologic`.
    pub kind: Option<String>,
    /// `low`, `high` or `unable-to-assess`.
    pub criticality: Option<String>,
    /// What happens, in words.
    pub reactions: Vec<String>,
    /// `mild`, `moderate` or `severe`; only with a reaction.
    pub severity: Option<String>,
    /// Since when, a FHIR date.
    pub onset: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// The own entry that this corrects.
    pub supersedes: Option<String>,
}

type ConditionDraft = facade::ConditionDraft;

/// A problem or diagnosis.
#[uniffi::remote(Record)]
pub struct ConditionDraft {
    /// What it is.
    pub name: String,
    /// Code system of `code`, a URI.
    pub system: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// `active`, `recurrence`, `relapse`, `inactive`, `remission` or `resolved`; `active` when left out.
    pub status: Option<String>,
    /// Since when, a FHIR date.
    pub onset: Option<String>,
    /// Until when, a FHIR date.
    pub until: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// The own entry that this corrects.
    pub supersedes: Option<String>,
}

type MedicineDraft = facade::MedicineDraft;

/// A medicine that is taken.
#[uniffi::remote(Record)]
pub struct MedicineDraft {
    /// What it is.
    pub medicine: String,
    /// Code system of `code`, a URI.
    pub system: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// `active`, `completed`, `intended`, `stopped`, `on-hold` or `not-taken`; `active` when left out.
    pub status: Option<String>,
    /// Since when, a FHIR date.
    pub since: Option<String>,
    /// Until when, a FHIR date.
    pub until: Option<String>,
    /// How it is taken.
    pub dosage: facade::DosageDraft,
    /// Note.
    pub note: Option<String>,
    /// The own entry that this corrects.
    pub supersedes: Option<String>,
}

type MeasurementPart = facade::MeasurementPart;

/// One part of a measurement, such as systolic pressure.
#[uniffi::remote(Record)]
pub struct MeasurementPart {
    /// What was measured.
    pub name: String,
    /// Code system of `code`, LOINC when left out.
    pub system: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// Decimal text, or words.
    pub value: String,
    /// Unit as written.
    pub unit: Option<String>,
    /// Its UCUM code, when that is written otherwise.
    pub ucum: Option<String>,
    /// Lower end of the reference range.
    pub low: Option<String>,
    /// Upper end of the reference range.
    pub high: Option<String>,
}

type MeasurementDraft = facade::MeasurementDraft;

/// A measurement: weight, blood pressure, blood group.
#[uniffi::remote(Record)]
pub struct MeasurementDraft {
    /// What was measured.
    pub name: String,
    /// Code system of `code`, LOINC when left out.
    pub system: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// `vital-signs`, `laboratory`, `social-history` or `exam`; `vital-signs` when left out.
    pub kind: Option<String>,
    /// Decimal text, or words; left out when there are parts.
    pub value: Option<String>,
    /// Unit as written.
    pub unit: Option<String>,
    /// Its UCUM code, when that is written otherwise.
    pub ucum: Option<String>,
    /// Lower end of the reference range.
    pub low: Option<String>,
    /// Upper end of the reference range.
    pub high: Option<String>,
    /// Level as the owner states it, else computed from the range.
    pub level: Option<String>,
    /// When, a FHIR date; now when left out.
    pub date: Option<String>,
    /// Parts.
    pub parts: Vec<facade::MeasurementPart>,
    /// Note.
    pub note: Option<String>,
    /// The own entry that this corrects.
    pub supersedes: Option<String>,
}

type ImmunizationDraft = facade::ImmunizationDraft;

/// An immunization.
#[uniffi::remote(Record)]
pub struct ImmunizationDraft {
    /// Vaccine.
    pub vaccine: String,
    /// Code system of `code`, a URI.
    pub system: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// When, a FHIR date.
    pub date: String,
    /// Lot number.
    pub lot: Option<String>,
    /// Which dose of the series.
    pub dose: Option<u32>,
    /// Who gave it, in words.
    pub performer: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// The own entry that this corrects.
    pub supersedes: Option<String>,
}

type ContactDraft = facade::ContactDraft;

/// Somebody to call in an emergency.
#[uniffi::remote(Record)]
pub struct ContactDraft {
    /// Name.
    pub name: String,
    /// Relationship in words.
    pub relationship: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
}

type PatientDraft = facade::PatientDraft;

/// Who the patient is.
#[uniffi::remote(Record)]
pub struct PatientDraft {
    /// Whole name, when it does not split.
    pub name: Option<String>,
    /// Family name.
    pub family: Option<String>,
    /// Given names.
    pub given: Vec<String>,
    /// `female`, `male`, `other` or `unknown`.
    pub gender: Option<String>,
    /// Birth date: year, month or day.
    pub birth_date: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Lines of the address.
    pub address: Vec<String>,
    /// Town.
    pub city: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// Preferred language, a BCP 47 tag.
    pub language: Option<String>,
    /// People to call.
    pub contacts: Vec<facade::ContactDraft>,
}

#[uniffi::export]
impl Vault {
    /// Files an allergy; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    pub fn add_allergy(&self, draft: facade::AllergyDraft, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.add_allergy(&draft, now, &mut random()?)?)
    }

    /// Files a problem; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    pub fn add_condition(&self, draft: facade::ConditionDraft, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.add_condition(&draft, now, &mut random()?)?)
    }

    /// Files a medicine that is taken; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    pub fn add_medicine(&self, draft: facade::MedicineDraft, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.add_medicine(&draft, now, &mut random()?)?)
    }

    /// Files a measurement; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    pub fn add_measurement(&self, draft: facade::MeasurementDraft, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.add_measurement(&draft, now, &mut random()?)?)
    }

    /// Files an immunization; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    pub fn add_immunization(&self, draft: facade::ImmunizationDraft, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.add_immunization(&draft, now, &mut random()?)?)
    }

    /// Says who the patient is; a former Patient record is superseded. `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.gender`.
    pub fn set_demographics(&self, draft: facade::PatientDraft, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.set_demographics(&draft, now, &mut random()?)?)
    }
}
