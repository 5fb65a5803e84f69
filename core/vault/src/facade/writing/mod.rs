//! What people write: plain drafts become checked FHIR R4 and are signed (`core/spec/clinical.md`, CLIN-60 ff.).
//!
//! A patient's entries are filed in the own chain; a practitioner's or lab's are signed for the patient of a grant and sent. Invariant: a
//! draft that says too little, or contradicts itself, is refused by its code before anything is signed.

mod batch;
mod own;
mod progress;
mod result;
mod revise;
mod visit;
mod wish;

use clinical::build::medication::{Dosage, TimeUnit};
use clinical::build::observation::{Finding, Range};
use clinical::build::{self, Concept, Quantity, Resource};
use clinical::facts::{Coding, Level, Party};
use clinical::{date, decimal};
use protocol::coded_error;
use protocol::hash::Hash;
use protocol::id::{GrantId, IdentityId, RecordId};
use serde::{Deserialize, Serialize};

pub use own::{
    AllergyDraft, ConditionDraft, ContactDraft, ImmunizationDraft, MeasurementDraft, MeasurementPart, MedicineDraft,
    PatientDraft,
};
pub use progress::OrderStateDraft;
pub use result::{ResultDraft, ResultValue, SpecimenDraft};
pub use visit::{LabRequestDraft, PrescriptionDraft, ReportDraft, TestDraft};
pub use wish::WishDraft;

use crate::fault::{self, Fault};
use crate::flow::record::{self, Draft};
use crate::flow::submit;
use crate::item::{AccessItem, CredentialItem, Meta, RecordItem, Role, SharedItem, Source, SubmissionItem};
use crate::state::{Read, Tx};

coded_error! {
    /// Why a draft is not written, beyond what FHIR demands (`build.*`).
    pub enum Error {
        Correction = "draft.correction", "only the author of a record can correct it, and only once";
        Request = "draft.request", "the record that this answers is not a request";
        Unit = "draft.unit", "the unit of time is not h, d, wk or mo";
        Level = "draft.level", "the level is not a known word";
        Priority = "draft.priority", "the priority is not routine, urgent, asap or stat";
        Gender = "draft.gender", "the gender is not female, male, other or unknown";
        Wish = "draft.wish", "a wish is about organ-donation, resuscitation or directive";
        Kind = "draft.kind", "the kind of measurement is not known";
        Reason = "draft.reason", "a correction says why";
        Specimen = "draft.specimen", "a value names a specimen that is not there or was rejected";
        Both = "draft.both", "a value stands beside the reason why there is none";
    }
}

/// How a medicine is taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DosageDraft {
    /// Instruction in words.
    pub instruction: Option<String>,
    /// How much at a time, decimal text.
    pub dose: Option<String>,
    /// Its unit as people write it, such as `tablet`.
    pub dose_unit: Option<String>,
    /// UCUM code of that unit, such as `mg`.
    pub dose_ucum: Option<String>,
    /// Route, such as `by mouth`.
    pub route: Option<String>,
    /// How often in a period.
    pub frequency: Option<u32>,
    /// Length of the period, decimal text; 1 when left out.
    pub period: Option<String>,
    /// `h`, `d`, `wk` or `mo`; `d` when left out.
    pub period_unit: Option<String>,
    /// Codes of HL7 EventTiming, such as `AC` before a meal or `HS` before sleep.
    pub when: Vec<String>,
    /// Only when needed.
    pub as_needed: bool,
    /// For how long, decimal text.
    pub duration: Option<String>,
    /// `h`, `d`, `wk` or `mo`; `d` when left out.
    pub duration_unit: Option<String>,
}

/// LOINC.
const LOINC: &str = "http://loinc.org";

/// A text that says something; forms send empty ones for fields left out.
fn given(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim())
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// A text that must say something.
fn required(text: &str) -> Result<String, Fault> {
    match text.trim() {
        "" => Err(build::Error::Missing.into()),
        text => Ok(text.to_owned()),
    }
}

/// A name as entered, with its code if there is one.
fn concept(name: &str, system: Option<&String>, code: Option<&String>) -> Result<Concept, Fault> {
    let name = required(name)?;
    let codings = given(code)
        .map(|code| Coding {
            system: given(system),
            code,
            display: Some(name.clone()),
        })
        .into_iter()
        .collect();
    Ok(Concept {
        codings,
        text: Some(name),
    })
}

/// The same for laboratory and measured values, whose codes are LOINC unless another system is named.
fn loinc(name: &str, system: Option<&String>, code: Option<&String>) -> Result<Concept, Fault> {
    let system = given(system).unwrap_or_else(|| LOINC.to_owned());
    concept(name, Some(&system), code)
}

/// The day, as a FHIR date, from `now` or as entered.
fn moment(tx: &Tx<'_>, text: Option<&String>) -> Result<String, Fault> {
    match given(text) {
        Some(text) => {
            date::parse(&text).map_err(|_| build::Error::Date)?;
            Ok(text)
        }
        None => Ok(date::write(tx.now)),
    }
}

/// What was found: a decimal with its unit, else words.
fn finding(
    value: &str,
    comparator: Option<&String>,
    unit: Option<&String>,
    ucum: Option<&String>,
) -> Result<Finding, Fault> {
    let value = required(value)?;
    let unit = given(unit);
    if unit.is_none() && given(comparator).is_none() && decimal::check(&value).is_err() {
        return Ok(Finding::Text(value));
    }
    let unit = unit.ok_or(build::Error::Unit)?;
    let ucum = given(ucum).unwrap_or_else(|| unit.clone());
    Ok(Finding::Quantity(
        Quantity {
            value,
            unit,
            ucum: Some(ucum),
        },
        given(comparator),
    ))
}

fn range(low: Option<&String>, high: Option<&String>, text: Option<&String>) -> Option<Range> {
    let range = Range {
        low: given(low),
        high: given(high),
        text: given(text),
    };
    (range != Range::default()).then_some(range)
}

fn level(text: Option<&String>) -> Result<Option<Level>, Fault> {
    let Some(text) = given(text) else { return Ok(None) };
    let known = Level::ALL.iter().copied().find(|level| level.as_str() == text);
    Ok(Some(known.ok_or(Error::Level)?))
}

fn time_unit(text: Option<&String>) -> Result<TimeUnit, Fault> {
    match given(text).as_deref() {
        None | Some("d") => Ok(TimeUnit::Day),
        Some("h") => Ok(TimeUnit::Hour),
        Some("wk") => Ok(TimeUnit::Week),
        Some("mo") => Ok(TimeUnit::Month),
        Some(_) => Err(Error::Unit.into()),
    }
}

impl DosageDraft {
    fn build(&self) -> Result<Dosage, Fault> {
        let dose = match given(self.dose.as_ref()) {
            Some(value) => {
                let unit = given(self.dose_unit.as_ref()).ok_or(build::Error::Unit)?;
                Some(Quantity {
                    value,
                    unit,
                    ucum: given(self.dose_ucum.as_ref()),
                })
            }
            None => None,
        };
        let period = given(self.period.as_ref());
        let timing = match (self.frequency, period) {
            (None, None) => None,
            (frequency, period) => {
                let unit = time_unit(self.period_unit.as_ref())?;
                Some((frequency.unwrap_or(1), period.unwrap_or_else(|| "1".to_owned()), unit))
            }
        };
        let duration = match given(self.duration.as_ref()) {
            Some(value) => Some((value, time_unit(self.duration_unit.as_ref())?)),
            None => None,
        };
        Ok(Dosage {
            text: given(self.instruction.as_ref()),
            dose,
            route: given(self.route.as_ref()).map(|route| Concept::text(&route)),
            timing,
            when: self.when.iter().filter_map(|code| given(Some(code))).collect(),
            as_needed: self.as_needed,
            duration,
        })
    }
}

/// A random UUID (RFC 9562, version 4) from the platform's randomness.
fn uuid(tx: &mut Tx<'_>) -> String {
    uuid_of(&tx.random(), 4)
}

/// The UUID of a party inside a document: the first bytes of its identity id (RFC 9562, version 8), the same in every document.
fn uuid_of_identity(id: &IdentityId) -> String {
    uuid_of(&id.hash(), 8)
}

fn uuid_of(bytes: &Hash, version: u8) -> String {
    let mut b = [0u8; 16];
    b.copy_from_slice(&bytes.as_bytes()[..16]);
    b[6] = b[6] & 0x0f | version << 4;
    b[8] = b[8] & 0x3f | 0x80;
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!(
        "{}-{}-{}-{}-{}",
        hex(&b[..4]),
        hex(&b[4..6]),
        hex(&b[6..8]),
        hex(&b[8..10]),
        hex(&b[10..])
    )
}

/// A party by reference and, where known, by name.
fn party(id: &IdentityId, name: &str) -> Party {
    let reference = format!("urn:satchel:identity:{id}");
    match name.trim() {
        "" => Party::reference(&reference),
        name => Party::new(&reference, name),
    }
}

/// Who writes: name and organization as vouched for, else the name as given.
struct Author {
    id: IdentityId,
    name: String,
    organization: Option<(IdentityId, String)>,
}

impl Author {
    fn of(tx: &Tx<'_>, roles: &[Role]) -> Result<Self, Fault> {
        let meta = Meta::read(tx)?;
        meta.require(roles)?;
        let id = meta.identity()?;
        let credential = match tx.list::<CredentialItem>()?.into_iter().next_back() {
            Some((_, item)) => Some(item.evidence.verify()?),
            None => None,
        };
        Ok(match credential {
            Some(credential) => Self {
                id,
                name: credential.claims.name,
                organization: Some((credential.claims.issuer, credential.organization.name)),
            },
            None => Self {
                id,
                name: meta.name,
                organization: None,
            },
        })
    }

    fn party(&self) -> Party {
        party(&self.id, &self.name)
    }
}

fn record_id(text: Option<&String>) -> Result<Option<RecordId>, Fault> {
    given(text).map(|text| super::vault::parse(&text)).transpose()
}

/// Files an entry of the owner.
fn file(tx: &mut Tx<'_>, owner: &Author, resource: &dyn Resource, supersedes: Option<RecordId>) -> Result<(), Fault> {
    if let Some(old) = supersedes {
        let item: RecordItem = tx.item(old.as_bytes())?;
        if item.author != owner.id || item.superseded_by.is_some() {
            return Err(Error::Correction.into());
        }
    }
    let draft = Draft {
        subject: owner.id,
        content: resource.bytes()?,
        attachments: Vec::new(),
        media_types: Vec::new(),
        replies_to: None,
        supersedes,
    };
    let id = record::file_own(tx, draft, Source::Own)?;
    tx.created = Some(id.to_string());
    Ok(())
}

/// What a professional's record corrects, and why.
struct Correction {
    record: RecordId,
    reason: String,
}

/// A correction names its reason.
fn correction(record: Option<&String>, reason: Option<&String>) -> Result<Option<Correction>, Fault> {
    match (record_id(record)?, given(reason)) {
        (None, _) => Ok(None),
        (Some(record), Some(reason)) => Ok(Some(Correction { record, reason })),
        (Some(_), None) => Err(Error::Reason.into()),
    }
}

/// Signs a record for the patient of a grant and sends it.
fn send(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    access: &AccessItem,
    content: Vec<u8>,
    replies_to: Option<RecordId>,
    correction: Option<Correction>,
) -> Result<(), Fault> {
    let content = match &correction {
        Some(correction) => build::revise::corrected(&content, &correction.reason)?,
        None => content,
    };
    let supersedes = correction.map(|correction| correction.record);
    deliver(tx, grant, access, content, replies_to, supersedes)
}

/// As [`send`], for a document that is complete.
fn deliver(
    tx: &mut Tx<'_>,
    grant: &GrantId,
    access: &AccessItem,
    content: Vec<u8>,
    replies_to: Option<RecordId>,
    supersedes: Option<RecordId>,
) -> Result<(), Fault> {
    may_correct(tx, grant, supersedes.as_ref(), &content)?;
    let draft = Draft {
        subject: access.patient,
        content,
        attachments: Vec::new(),
        media_types: Vec::new(),
        replies_to,
        supersedes,
    };
    submit::create(tx, grant, draft).map(drop)
}

/// A professional's record corrects only what its author wrote under the same grant, once, and says why.
pub(super) fn may_correct(
    tx: &Tx<'_>,
    grant: &GrantId,
    supersedes: Option<&RecordId>,
    content: &[u8],
) -> Result<(), Fault> {
    let Some(old) = supersedes else { return Ok(()) };
    let written = tx
        .get::<SubmissionItem>(old.as_bytes())?
        .is_some_and(|item| item.grant == *grant);
    let corrected = correction_of(tx, old)?.is_some()
        || tx
            .get::<SharedItem>(&SharedItem::id(grant, old))?
            .is_some_and(|item| item.superseded_by.is_some());
    if !written || corrected {
        return Err(Error::Correction.into());
    }
    match clinical::order::reason(content) {
        Some(_) => Ok(()),
        None => Err(Error::Reason.into()),
    }
}

/// The record written here that corrects another.
pub(super) fn correction_of(store: &impl Read, old: &RecordId) -> Result<Option<RecordId>, Fault> {
    for (id, item) in store.list::<SubmissionItem>()? {
        if corrects(&item, old) {
            let id: [u8; 32] = id.try_into().map_err(|_| fault::Error::Damaged)?;
            return Ok(Some(RecordId::new(id)));
        }
    }
    Ok(None)
}

/// Whether a record on its way corrects another, and was not turned away.
fn corrects(item: &SubmissionItem, old: &RecordId) -> bool {
    use crate::item::SubmissionStage::{Cancelled, Declined, Failed};
    !matches!(item.stage, Cancelled | Declined | Failed)
        && protocol::package::Package::parse(&item.package)
            .is_ok_and(|package| package.supersedes.is_some_and(|opening| opening.record == *old))
}

/// The grant and what is known of its patient.
fn access(tx: &Tx<'_>, grant: &str) -> Result<(GrantId, AccessItem), Fault> {
    let grant: GrantId = super::vault::parse(grant)?;
    let item = tx.item(grant.as_bytes()).map_err(|_| fault::Error::NotFound)?;
    Ok((grant, item))
}
