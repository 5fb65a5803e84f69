//! What a practitioner writes at a visit: report, prescription, laboratory request.

use clinical::build::medication::MedicationRequest;
use clinical::build::order::{LabOrder, Priority, Test};
use clinical::build::patient::Patient;
use clinical::build::visit::{Named, Section, VisitReport};
use clinical::build::{self, Concept, Identifier, Quantity, Resource};
use clinical::facts::{Coding, Party};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::{
    Author, DosageDraft, Error, LOINC, access, concept, correction, given, loinc, party, required, send, uuid,
    uuid_of_identity,
};
use crate::facade::{Changes, Vault};
use crate::fault::Fault;
use crate::item::Role;

/// A visit report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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

/// A prescription.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PrescriptionDraft {
    /// Medicine.
    pub medicine: String,
    /// Code system of `code`, a URI.
    pub system: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// How it is taken.
    pub dosage: DosageDraft,
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

/// One test asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TestDraft {
    /// Code system of `code`, LOINC when left out.
    pub system: Option<String>,
    /// Code.
    pub code: Option<String>,
    /// Its name.
    pub display: String,
}

/// A laboratory request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LabRequestDraft {
    /// Tests; at least one.
    pub tests: Vec<TestDraft>,
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

impl Vault {
    /// Signs a visit report for the patient of a grant and sends it; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `grant.*`, `build.*`, `draft.correction`, `credential.role`.
    pub fn write_report(
        &mut self,
        grant: &str,
        draft: &ReportDraft,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, crate::facade::Error> {
        self.change(now, rng, |tx, _| {
            let author = Author::of(tx, &[Role::Practitioner])?;
            let (grant, access) = access(tx, grant)?;
            let correction = correction(draft.supersedes.as_ref(), draft.correction.as_ref())?;
            let patient = Patient {
                id: Some(uuid_of_identity(&access.patient)),
                identifiers: vec![Identifier {
                    system: "urn:satchel:identity".to_owned(),
                    value: access.patient.to_string(),
                }],
                name: Some(required(&access.name)?),
                ..Patient::default()
            };
            let report = VisitReport {
                uuid: uuid(tx),
                composition: uuid(tx),
                status: if correction.is_some() { "amended" } else { "final" }.to_owned(),
                kind: kind(draft.kind.as_ref()),
                title: required(&draft.title)?,
                date: tx.now,
                patient: (uuid_of_identity(&access.patient), patient),
                author: Named {
                    uuid: uuid_of_identity(&author.id),
                    name: author.name.clone(),
                },
                custodian: author.organization.as_ref().map(|(id, name)| Named {
                    uuid: uuid_of_identity(id),
                    name: name.clone(),
                }),
                sections: sections(draft),
                entries: Vec::new(),
            };
            send(tx, &grant, &access, report.bytes()?, None, correction)
        })
    }

    /// Signs a prescription for the patient of a grant and sends it; `created` is the record.
    ///
    /// # Errors
    /// As [`Vault::write_report`], and `draft.unit`.
    pub fn write_prescription(
        &mut self,
        grant: &str,
        draft: &PrescriptionDraft,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, crate::facade::Error> {
        self.change(now, rng, |tx, _| {
            let author = Author::of(tx, &[Role::Practitioner])?;
            let (grant, access) = access(tx, grant)?;
            let correction = correction(draft.supersedes.as_ref(), draft.correction.as_ref())?;
            let quantity = match given(draft.quantity.as_ref()) {
                Some(value) => {
                    let unit = given(draft.quantity_unit.as_ref()).ok_or(build::Error::Unit)?;
                    Some(Quantity {
                        value,
                        unit,
                        ucum: None,
                    })
                }
                None => None,
            };
            let validity = match (given(draft.valid_from.as_ref()), given(draft.valid_until.as_ref())) {
                (Some(from), Some(until)) => Some((from, until)),
                (None, None) => None,
                _ => return Err(build::Error::Missing.into()),
            };
            let prescription = MedicationRequest {
                id: Some(uuid(tx)),
                identifiers: Vec::new(),
                status: "active".to_owned(),
                medication: concept(&draft.medicine, draft.system.as_ref(), draft.code.as_ref())?,
                subject: party(&access.patient, &access.name),
                requester: author.party(),
                authored: tx.now,
                reasons: reasons(draft.reason.as_ref()),
                dosage: draft.dosage.build()?,
                quantity,
                refills: draft.refills,
                validity,
                substitution: draft.substitution,
                note: given(draft.note.as_ref()),
            };
            send(tx, &grant, &access, prescription.bytes()?, None, correction)
        })
    }

    /// Signs a laboratory request for the patient of a grant and sends it; `created` is the record.
    ///
    /// # Errors
    /// As [`Vault::write_report`], and `draft.priority`.
    pub fn write_lab_request(
        &mut self,
        grant: &str,
        draft: &LabRequestDraft,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, crate::facade::Error> {
        self.change(now, rng, |tx, _| {
            let author = Author::of(tx, &[Role::Practitioner])?;
            let (grant, access) = access(tx, grant)?;
            let correction = correction(draft.supersedes.as_ref(), draft.correction.as_ref())?;
            let mut tests = Vec::with_capacity(draft.tests.len());
            for (place, test) in draft.tests.iter().enumerate() {
                let code = loinc(&test.display, test.system.as_ref(), test.code.as_ref())
                    .map_err(|fault| fault.with("number", place + 1))?;
                tests.push(Test { uuid: uuid(tx), code });
            }
            let order = LabOrder {
                requisition: Identifier {
                    system: "urn:ietf:rfc:3986".to_owned(),
                    value: format!("urn:uuid:{}", uuid(tx)),
                },
                status: "active".to_owned(),
                priority: priority(draft.priority.as_ref())?,
                tests,
                subject: party(&access.patient, &access.name),
                requester: author.party(),
                performer: given(draft.laboratory.as_ref()).map(|name| Party::named(&name)),
                authored: tx.now,
                wanted: given(draft.wanted.as_ref()),
                reasons: reasons(draft.reason.as_ref()),
                instruction: given(draft.instruction.as_ref()),
                note: given(draft.note.as_ref()),
            };
            send(tx, &grant, &access, order.bytes()?, None, correction)
        })
    }
}

/// The kind of report; the names are LOINC's own.
fn kind(code: Option<&String>) -> Concept {
    match given(code).as_deref() {
        None | Some("11488-4") => Concept::loinc("11488-4", "Consult note"),
        Some("11506-3") => Concept::loinc("11506-3", "Progress note"),
        Some("18842-5") => Concept::loinc("18842-5", "Discharge summary"),
        Some("34117-2") => Concept::loinc("34117-2", "History and physical note"),
        Some(other) => Concept {
            codings: vec![Coding {
                system: Some(LOINC.to_owned()),
                code: other.to_owned(),
                display: None,
            }],
            text: None,
        },
    }
}

fn sections(draft: &ReportDraft) -> Vec<Section> {
    let all = [
        (&draft.reason, "Reason for visit", "29299-5", "Reason for visit"),
        (&draft.findings, "Findings", "29545-1", "Physical findings"),
        (&draft.assessment, "Assessment", "51848-0", "Evaluation note"),
        (&draft.plan, "Plan", "18776-5", "Plan of care note"),
    ];
    all.into_iter()
        .filter_map(|(text, title, code, name)| {
            given(text.as_ref()).map(|text| Section {
                title: title.to_owned(),
                code: Some(Coding::new(LOINC, code, name)),
                text: Some(text),
                ..Section::default()
            })
        })
        .collect()
}

fn reasons(reason: Option<&String>) -> Vec<Concept> {
    given(reason).map(|text| Concept::text(&text)).into_iter().collect()
}

fn priority(text: Option<&String>) -> Result<Priority, Fault> {
    Ok(match given(text).as_deref() {
        None | Some("routine") => Priority::Routine,
        Some("urgent") => Priority::Urgent,
        Some("asap") => Priority::Asap,
        Some("stat") => Priority::Stat,
        Some(_) => return Err(Error::Priority.into()),
    })
}
