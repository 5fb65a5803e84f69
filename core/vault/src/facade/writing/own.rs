//! The patient's own entries: allergies, problems, medicines, measurements, immunizations, and who the patient is.

use clinical::build::allergy::AllergyIntolerance;
use clinical::build::condition::Condition;
use clinical::build::immunization::Immunization;
use clinical::build::medication::MedicationStatement;
use clinical::build::observation::{Component, Kind, Observation};
use clinical::build::patient::{Contact, Gender, Patient};
use clinical::build::{self, Concept, Identifier};
use clinical::facts::Party;
use protocol::id::{IdentityId, RecordId};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::{
    Author, DosageDraft, Error, concept, file, finding, given, level, loinc, moment, range, record_id, required, uuid,
};
use crate::facade::{Changes, Vault};
use crate::fault::{self, Fault};
use crate::item::{RecordItem, Role};
use crate::state::{Read, Tx};

/// An allergy or intolerance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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

/// A problem or diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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

/// A medicine that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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
    pub dosage: DosageDraft,
    /// Note.
    pub note: Option<String>,
    /// The own entry that this corrects.
    pub supersedes: Option<String>,
}

/// One part of a measurement, such as systolic pressure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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

/// A measurement: weight, blood pressure, blood group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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
    pub parts: Vec<MeasurementPart>,
    /// Note.
    pub note: Option<String>,
    /// The own entry that this corrects.
    pub supersedes: Option<String>,
}

/// An immunization.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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

/// Somebody to call in an emergency.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContactDraft {
    /// Name.
    pub name: String,
    /// Relationship in words.
    pub relationship: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
}

/// Who the patient is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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
    pub contacts: Vec<ContactDraft>,
}

/// The owner, who must be a patient.
pub(super) fn owner(tx: &Tx<'_>) -> Result<(Author, Party), Fault> {
    let author = Author::of(tx, &[Role::Patient])?;
    let party = author.party();
    Ok((author, party))
}

fn status(text: Option<&String>, usual: &str) -> String {
    given(text).unwrap_or_else(|| usual.to_owned())
}

impl Vault {
    /// Files an allergy; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    pub fn add_allergy(
        &mut self,
        draft: &AllergyDraft,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, crate::facade::Error> {
        self.change(now, rng, |tx, _| {
            let (author, patient) = owner(tx)?;
            let resource = AllergyIntolerance {
                id: Some(uuid(tx)),
                identifiers: Vec::new(),
                clinical_status: status(draft.status.as_ref(), "active"),
                verification: None,
                kind: given(draft.kind.as_ref()),
                criticality: given(draft.criticality.as_ref()),
                code: concept(&draft.substance, draft.system.as_ref(), draft.code.as_ref())?,
                patient: patient.clone(),
                onset: given(draft.onset.as_ref()),
                recorded: Some(moment(tx, None)?),
                recorder: Some(patient),
                reactions: draft
                    .reactions
                    .iter()
                    .filter_map(|text| given(Some(text)))
                    .map(|text| Concept::text(&text))
                    .collect(),
                severity: given(draft.severity.as_ref()),
                note: given(draft.note.as_ref()),
            };
            file(tx, &author, &resource, record_id(draft.supersedes.as_ref())?)
        })
    }

    /// Files a problem; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    pub fn add_condition(
        &mut self,
        draft: &ConditionDraft,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, crate::facade::Error> {
        self.change(now, rng, |tx, _| {
            let (author, patient) = owner(tx)?;
            let resource = Condition {
                id: Some(uuid(tx)),
                identifiers: Vec::new(),
                clinical_status: status(draft.status.as_ref(), "active"),
                verification: None,
                code: concept(&draft.name, draft.system.as_ref(), draft.code.as_ref())?,
                subject: patient.clone(),
                onset: given(draft.onset.as_ref()),
                abatement: given(draft.until.as_ref()),
                recorded: Some(moment(tx, None)?),
                recorder: Some(patient),
                note: given(draft.note.as_ref()),
            };
            file(tx, &author, &resource, record_id(draft.supersedes.as_ref())?)
        })
    }

    /// Files a medicine that is taken; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    pub fn add_medicine(
        &mut self,
        draft: &MedicineDraft,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, crate::facade::Error> {
        self.change(now, rng, |tx, _| {
            let (author, patient) = owner(tx)?;
            let resource = MedicationStatement {
                id: Some(uuid(tx)),
                status: status(draft.status.as_ref(), "active"),
                medication: concept(&draft.medicine, draft.system.as_ref(), draft.code.as_ref())?,
                subject: patient.clone(),
                since: given(draft.since.as_ref()),
                until: given(draft.until.as_ref()),
                asserted: Some(moment(tx, None)?),
                source: Some(patient),
                dosage: draft.dosage.build()?,
                note: given(draft.note.as_ref()),
            };
            file(tx, &author, &resource, record_id(draft.supersedes.as_ref())?)
        })
    }

    /// Files a measurement; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    pub fn add_measurement(
        &mut self,
        draft: &MeasurementDraft,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, crate::facade::Error> {
        self.change(now, rng, |tx, _| {
            let (author, patient) = owner(tx)?;
            let resource = measurement(tx, draft, &patient)?;
            file(tx, &author, &resource, record_id(draft.supersedes.as_ref())?)
        })
    }

    /// Files an immunization; `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.*`.
    pub fn add_immunization(
        &mut self,
        draft: &ImmunizationDraft,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, crate::facade::Error> {
        self.change(now, rng, |tx, _| {
            let (author, patient) = owner(tx)?;
            let resource = Immunization {
                id: Some(uuid(tx)),
                identifiers: Vec::new(),
                status: "completed".to_owned(),
                vaccine: concept(&draft.vaccine, draft.system.as_ref(), draft.code.as_ref())?,
                patient,
                occurrence: required(&draft.date)?,
                lot: given(draft.lot.as_ref()),
                performer: given(draft.performer.as_ref()).map(|name| Party::named(&name)),
                dose: draft.dose,
                note: given(draft.note.as_ref()),
            };
            file(tx, &author, &resource, record_id(draft.supersedes.as_ref())?)
        })
    }

    /// Says who the patient is; a former Patient record is superseded. `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `build.*`, `draft.gender`.
    pub fn set_demographics(
        &mut self,
        draft: &PatientDraft,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, crate::facade::Error> {
        self.change(now, rng, |tx, _| {
            let (author, _) = owner(tx)?;
            let (former, count) = former(tx, &author.id)?;
            let resource = demographics(tx, draft, &author.id, count + 1)?;
            file(tx, &author, &resource, former)
        })
    }
}

fn measurement(tx: &mut Tx<'_>, draft: &MeasurementDraft, patient: &Party) -> Result<Observation, Fault> {
    let kind = match given(draft.kind.as_ref()).as_deref() {
        None | Some("vital-signs") => Kind::VitalSigns,
        Some("laboratory") => Kind::Laboratory,
        Some("social-history") => Kind::SocialHistory,
        Some("exam") => Kind::Exam,
        Some(_) => return Err(Error::Kind.into()),
    };
    let mut components = Vec::with_capacity(draft.parts.len());
    for (place, part) in draft.parts.iter().enumerate() {
        let component = || -> Result<Component, Fault> {
            Ok(Component {
                code: loinc(&part.name, part.system.as_ref(), part.code.as_ref())?,
                finding: finding(&part.value, None, part.unit.as_ref(), part.ucum.as_ref())?,
                range: range(part.low.as_ref(), part.high.as_ref(), None),
                level: None,
            })
        };
        components.push(component().map_err(|fault| fault.with("number", place + 1))?);
    }
    let found = match given(draft.value.as_ref()) {
        Some(value) => Some(finding(&value, None, draft.unit.as_ref(), draft.ucum.as_ref())?),
        None => None,
    };
    Ok(Observation {
        id: Some(uuid(tx)),
        status: "final".to_owned(),
        kind,
        code: loinc(&draft.name, draft.system.as_ref(), draft.code.as_ref())?,
        subject: patient.clone(),
        effective: moment(tx, draft.date.as_ref())?,
        issued: None,
        performer: Some(patient.clone()),
        based_on: None,
        finding: found,
        range: range(draft.low.as_ref(), draft.high.as_ref(), None),
        critical: None,
        level: level(draft.level.as_ref())?,
        specimen: None,
        note: given(draft.note.as_ref()),
        components,
    })
}

/// The Patient record in force, and how many there were.
pub(super) fn former(tx: &impl Read, owner: &IdentityId) -> Result<(Option<RecordId>, u32), Fault> {
    let mut count = 0;
    let mut newest: Option<(u32, RecordId)> = None;
    for (id, item) in tx.list::<RecordItem>()? {
        if item.summary.resource_type != "Patient" || item.author != *owner {
            continue;
        }
        count += 1;
        let id = RecordId::new(id.try_into().map_err(|_| fault::Error::Damaged)?);
        if item.superseded_by.is_none() && newest.is_none_or(|(sequence, _)| item.sequence > sequence) {
            newest = Some((item.sequence, id));
        }
    }
    Ok((newest.map(|(_, id)| id), count))
}

pub(super) fn demographics(
    tx: &Tx<'_>,
    draft: &PatientDraft,
    owner: &IdentityId,
    version: u32,
) -> Result<Patient, Fault> {
    let gender = match given(draft.gender.as_ref()).as_deref() {
        None => None,
        Some("female") => Some(Gender::Female),
        Some("male") => Some(Gender::Male),
        Some("other") => Some(Gender::Other),
        Some("unknown") => Some(Gender::Unknown),
        Some(_) => return Err(Error::Gender.into()),
    };
    let mut contacts = Vec::with_capacity(draft.contacts.len());
    for contact in &draft.contacts {
        contacts.push(Contact {
            name: required(&contact.name)?,
            relationship: given(contact.relationship.as_ref()).map(|text| Concept::text(&text)),
            phone: given(contact.phone.as_ref()),
        });
    }
    let texts = |texts: &[String]| {
        texts
            .iter()
            .filter_map(|text| given(Some(text)))
            .collect::<Vec<String>>()
    };
    let patient = Patient {
        id: Some(super::uuid_of_identity(owner)),
        version: Some(version),
        updated: Some(tx.now),
        identifiers: vec![Identifier {
            system: "urn:satchel:identity".to_owned(),
            value: owner.to_string(),
        }],
        family: given(draft.family.as_ref()),
        given: texts(&draft.given),
        name: given(draft.name.as_ref()),
        gender,
        birth_date: given(draft.birth_date.as_ref()),
        phone: given(draft.phone.as_ref()),
        email: given(draft.email.as_ref()),
        address: texts(&draft.address),
        city: given(draft.city.as_ref()),
        postal_code: given(draft.postal_code.as_ref()),
        country: given(draft.country.as_ref()),
        language: given(draft.language.as_ref()),
        contacts,
    };
    if patient.name.is_none() && patient.family.is_none() && patient.given.is_empty() {
        return Err(build::Error::Missing.into());
    }
    Ok(patient)
}
