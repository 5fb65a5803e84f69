//! What a laboratory writes: structured results that answer a request.

use clinical::build::lab::{LabResult, Sample, Test};
use clinical::build::observation::Finding;
use clinical::build::{Concept, Identifier, Resource};
use clinical::facts::Party;
use protocol::category::Category;
use protocol::id::{GrantId, RecordId};
use protocol::record::Record;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::{
    Author, Error, access, correction, finding, given, level, loinc, moment, party, range, record_id, required, send,
    uuid,
};
use crate::facade::{Changes, Vault};
use crate::fault::Fault;
use crate::flow;
use crate::item::{Role, SharedItem, SubmissionItem};
use crate::state::{Read, Tx};

/// One value of a result.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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

/// What was taken from the patient.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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

/// A laboratory result.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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
    pub specimens: Vec<SpecimenDraft>,
    /// When it was taken or measured, a FHIR date; now when left out.
    pub collected: Option<String>,
    /// Values.
    pub values: Vec<ResultValue>,
    /// Conclusion in words.
    pub conclusion: Option<String>,
    /// The own result that this corrects.
    pub supersedes: Option<String>,
    /// Why it is corrected; needed with `supersedes`.
    pub correction: Option<String>,
}

impl Vault {
    /// Signs a result for the patient of a grant and sends it; `request` is the shared record that it answers. `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `vault.need`, `grant.*`, `credential.role`; `build.*`, `draft.*` and `result.*`, those of a value with
    /// its `number` and what was `expected`.
    pub fn write_result(
        &mut self,
        grant: &str,
        request: Option<String>,
        draft: &ResultDraft,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, crate::facade::Error> {
        self.change(now, rng, |tx, _| {
            let author = Author::of(tx, &[Role::Laboratory, Role::Practitioner])?;
            let (grant, access) = access(tx, grant)?;
            let correction = correction(draft.supersedes.as_ref(), draft.correction.as_ref())?;
            let request = match (record_id(request.as_ref())?, &correction) {
                // A correction answers what the corrected result answered.
                (None, Some(correction)) => answered(tx, &correction.record)?,
                (request, _) => request,
            };
            let order = request.map(|request| order(tx, &grant, &request)).transpose()?;
            let performer = match &author.organization {
                Some((id, name)) => party(id, name),
                None => author.party(),
            };
            let usual = if correction.is_some() { "corrected" } else { "final" };
            let collected = moment(tx, draft.collected.as_ref())?;
            let samples = samples(tx, draft, &author, &collected)?;
            let mut tests = Vec::with_capacity(draft.values.len());
            for (place, value) in draft.values.iter().enumerate() {
                tests.push(test(tx, value, &samples).map_err(|fault| fault.with("number", place + 1))?);
            }
            let result = LabResult {
                uuid: uuid(tx),
                report: uuid(tx),
                number: given(draft.number.as_ref()).map(|value| Identifier {
                    system: format!("urn:satchel:identity:{}", author.id),
                    value,
                }),
                status: given(draft.status.as_ref()).unwrap_or_else(|| usual.to_owned()),
                code: loinc(&draft.panel, draft.system.as_ref(), draft.code.as_ref())?,
                subject: party(&access.patient, &access.name),
                performer,
                order,
                effective: collected,
                issued: tx.now,
                samples,
                tests,
                conclusion: given(draft.conclusion.as_ref()),
            };
            let bytes = bytes(&result)?;
            plausible(&bytes)?;
            send(tx, &grant, &access, bytes, request, correction)
        })
    }
}

/// The request that an own result answered.
fn answered(tx: &Tx<'_>, result: &RecordId) -> Result<Option<RecordId>, Fault> {
    let Some(item) = tx.get::<SubmissionItem>(result.as_bytes())? else {
        return Ok(None);
    };
    let package = protocol::package::Package::parse(&item.package)?;
    Ok(package.replies_to.map(|opening| opening.record))
}

/// Refuses a value that cannot be what it says, and names it.
pub(in crate::facade) fn plausible(content: &[u8]) -> Result<(), Fault> {
    let facts = clinical::read::read(content)?;
    match clinical::plausible::first(&facts) {
        None => Ok(()),
        Some(found) => Err(Fault::from(found.error)
            .with("number", found.number)
            .with("expected", found.expected)),
    }
}

/// The specimens, as numbered by the lab.
fn samples(tx: &mut Tx<'_>, draft: &ResultDraft, author: &Author, collected: &str) -> Result<Vec<Sample>, Fault> {
    let single = given(draft.specimen.as_ref()).map(|kind| SpecimenDraft {
        kind,
        collected: Some(collected.to_owned()),
        ..SpecimenDraft::default()
    });
    let all: Vec<SpecimenDraft> = single.into_iter().chain(draft.specimens.iter().cloned()).collect();
    all.iter().map(|specimen| sample(tx, specimen, author)).collect()
}

/// A specimen.
pub(in crate::facade) fn sample(tx: &mut Tx<'_>, draft: &SpecimenDraft, author: &Author) -> Result<Sample, Fault> {
    Ok(Sample {
        uuid: uuid(tx),
        number: given(draft.number.as_ref()).map(|value| Identifier {
            system: format!("urn:satchel:identity:{}", author.id),
            value,
        }),
        kind: Concept::text(&required(&draft.kind)?),
        collected: Some(moment(tx, draft.collected.as_ref())?),
        rejected: given(draft.rejected.as_ref()),
    })
}

/// The result's bytes; a refusal names the value that caused it.
fn bytes(result: &LabResult) -> Result<Vec<u8>, Fault> {
    let error = match result.bytes() {
        Ok(bytes) => return Ok(bytes),
        Err(error) => error,
    };
    let alone = |test: &Test| {
        LabResult {
            tests: vec![test.clone()],
            ..result.clone()
        }
        .bytes()
        .err()
    };
    let culprit = result.tests.iter().position(|test| alone(test) == Some(error));
    let fault = Fault::from(error);
    // When each value alone fails in the same way, the fault is the report's own.
    match culprit {
        Some(place) if result.tests.iter().any(|test| alone(test).is_none()) || result.tests.len() == 1 => {
            Err(fault.with("number", place + 1))
        }
        _ => Err(fault),
    }
}

fn test(tx: &mut Tx<'_>, value: &ResultValue, samples: &[Sample]) -> Result<Test, Fault> {
    let found = match (given(value.value.as_ref()), given(value.absent.as_ref())) {
        (Some(_), Some(_)) => return Err(Error::Both.into()),
        (None, Some(reason)) => Finding::Absent(reason),
        (text, None) => finding(
            &text.unwrap_or_default(),
            value.comparator.as_ref(),
            value.unit.as_ref(),
            value.ucum.as_ref(),
        )?,
    };
    let sample = match value.specimen {
        None => None,
        Some(number) => {
            let place = usize::try_from(number).unwrap_or_default().checked_sub(1);
            let usable = place.and_then(|place| samples.get(place).filter(|sample| sample.rejected.is_none()));
            usable.ok_or(Error::Specimen)?;
            place
        }
    };
    Ok(Test {
        uuid: uuid(tx),
        code: loinc(&value.name, value.system.as_ref(), value.code.as_ref())?,
        finding: found,
        range: range(value.low.as_ref(), value.high.as_ref(), value.range_text.as_ref()),
        critical: range(value.critical_low.as_ref(), value.critical_high.as_ref(), None),
        level: level(value.level.as_ref())?,
        sample,
        note: given(value.note.as_ref()),
    })
}

/// How the result's FHIR names the request: by the reference of its first ServiceRequest.
pub(in crate::facade) fn order(tx: &Tx<'_>, grant: &GrantId, request: &RecordId) -> Result<Party, Fault> {
    let item: SharedItem = tx.item(&SharedItem::id(grant, request))?;
    if item.summary.category != Category::Order {
        return Err(Error::Request.into());
    }
    let package = flow::access::package(tx, grant, request)?;
    let content = Record::verify(&package.record)?.into_statement().content;
    let document: serde_json::Value = serde_json::from_slice(&content).map_err(|_| Error::Request)?;
    let single = document["id"].as_str().map(|id| format!("urn:uuid:{id}"));
    let reference = match document["resourceType"].as_str() {
        Some("ServiceRequest") => single,
        _ => document["entry"][0]["fullUrl"].as_str().map(str::to_owned),
    };
    Ok(Party {
        reference,
        display: item.summary.title.or_else(|| Some("Request".to_owned())),
    })
}
