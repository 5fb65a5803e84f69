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

use super::{Author, Error, access, finding, given, level, loinc, moment, party, range, record_id, send, uuid};
use crate::facade::{Changes, Vault};
use crate::fault::Fault;
use crate::flow;
use crate::item::{Role, SharedItem};
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
    /// Why there is no value: a code of data-absent-reason such as `not-performed`.
    pub absent: Option<String>,
    /// Note.
    pub note: Option<String>,
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
    /// Kind of material, such as `blood`.
    pub specimen: Option<String>,
    /// When it was taken or measured, a FHIR date; now when left out.
    pub collected: Option<String>,
    /// Values.
    pub values: Vec<ResultValue>,
    /// Conclusion in words.
    pub conclusion: Option<String>,
    /// The own result that this corrects.
    pub supersedes: Option<String>,
}

impl Vault {
    /// Signs a result for the patient of a grant and sends it; `request` is the shared record that it answers. `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `vault.need`, `grant.*`, `build.*` and `draft.*` (of a value with its `number`), `credential.role`.
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
            let supersedes = record_id(draft.supersedes.as_ref())?;
            let request = record_id(request.as_ref())?;
            let order = request.map(|request| order(tx, &grant, &request)).transpose()?;
            let performer = match &author.organization {
                Some((id, name)) => party(id, name),
                None => author.party(),
            };
            let usual = if supersedes.is_some() { "corrected" } else { "final" };
            let collected = moment(tx, draft.collected.as_ref())?;
            let sample = given(draft.specimen.as_ref()).map(|kind| Sample {
                uuid: uuid(tx),
                kind: Concept::text(&kind),
                collected: Some(collected.clone()),
            });
            let mut tests = Vec::with_capacity(draft.values.len());
            for (place, value) in draft.values.iter().enumerate() {
                tests.push(test(tx, value).map_err(|fault| fault.with("number", place + 1))?);
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
                sample,
                tests,
                conclusion: given(draft.conclusion.as_ref()),
            };
            send(tx, &grant, &access, bytes(&result)?, request, supersedes)
        })
    }
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

fn test(tx: &mut Tx<'_>, value: &ResultValue) -> Result<Test, Fault> {
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
    Ok(Test {
        uuid: uuid(tx),
        code: loinc(&value.name, value.system.as_ref(), value.code.as_ref())?,
        finding: found,
        range: range(value.low.as_ref(), value.high.as_ref(), value.range_text.as_ref()),
        level: level(value.level.as_ref())?,
        note: given(value.note.as_ref()),
    })
}

/// How the result's FHIR names the request: by the reference of its first ServiceRequest.
fn order(tx: &Tx<'_>, grant: &GrantId, request: &RecordId) -> Result<Party, Fault> {
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
