//! What a laboratory writes: structured results that answer a request.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type ResultValue = facade::ResultValue;

/// One value of a result.
#[uniffi::remote(Record)]
pub struct ResultValue {
    /// What was measured.
    pub name: String,
    /// Code system of `code`, LOINC when left out.
    pub system: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// Decimal text, or words; left out only with `absent`.
    pub value: Option<String>,
    /// `<`, `<=`, `>` or `>=` when the value is only a bound.
    pub comparator: Option<String>,
    /// Unit as written.
    pub unit: Option<String>,
    /// Its UCUM code, when that is written otherwise.
    pub ucum: Option<String>,
    /// Lower end of the reference range, in the same unit.
    pub low: Option<String>,
    /// Upper end of the reference range, in the same unit.
    pub high: Option<String>,
    /// Reference range in words.
    pub range_text: Option<String>,
    /// Level as the lab states it; critical ones must be stated, others are computed from the range.
    pub level: Option<String>,
    /// Lower critical limit, in the same unit: a value below it is critically low.
    pub critical_low: Option<String>,
    /// Upper critical limit, in the same unit.
    pub critical_high: Option<String>,
    /// Which of the result's specimens it was measured in, counted from 1; needed only when there are several.
    pub specimen: Option<u32>,
    /// Why there is no value: a code of data-absent-reason such as `not-performed`.
    pub absent: Option<String>,
    /// Note.
    pub note: Option<String>,
}

type SpecimenDraft = facade::SpecimenDraft;

/// What was taken from the patient.
#[uniffi::remote(Record)]
pub struct SpecimenDraft {
    /// Kind of material, such as `blood`.
    pub kind: String,
    /// The lab's own number of it.
    pub number: Option<String>,
    /// When it was taken, a FHIR date; now when left out.
    pub collected: Option<String>,
    /// Why it cannot be used, if it cannot.
    pub rejected: Option<String>,
}

type ResultDraft = facade::ResultDraft;

/// A laboratory result.
#[uniffi::remote(Record)]
pub struct ResultDraft {
    /// What was examined: a panel or one test.
    pub panel: String,
    /// Code system of `code`, LOINC when left out.
    pub system: Option<String>,
    /// Code of the panel.
    pub code: Option<String>,
    /// `partial`, `preliminary`, `final` or `cancelled`; `final`, for a correction `corrected`, when left out.
    pub status: Option<String>,
    /// The lab's own number of the report.
    pub number: Option<String>,
    /// Kind of material, such as `blood`, when there is only one specimen and nothing more to say of it.
    pub specimen: Option<String>,
    /// Specimens.
    pub specimens: Vec<facade::SpecimenDraft>,
    /// When it was taken or measured, a FHIR date; now when left out.
    pub collected: Option<String>,
    /// Values.
    pub values: Vec<facade::ResultValue>,
    /// Conclusion in words.
    pub conclusion: Option<String>,
    /// The own result that this corrects.
    pub supersedes: Option<String>,
    /// Why it is corrected; needed with `supersedes`.
    pub correction: Option<String>,
}

#[uniffi::export]
impl Vault {
    /// Signs a result for the patient of a grant and sends it; `request` is the shared record that it answers. `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `vault.need`, `grant.*`, `credential.role`; `build.*`, `draft.*` and `result.*`, those of a value with
    /// its `number` and what was `expected`.
    pub fn write_result(
        &self,
        grant: String,
        request: Option<String>,
        draft: facade::ResultDraft,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .write_result(&grant, request, &draft, now, &mut random()?)?)
    }
}
