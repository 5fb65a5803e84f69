//! One laboratory result: report, observations and specimen in a collection Bundle that stays one record.

use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::element::{self, Concept, Identifier};
use super::observation::{Finding, Kind, Observation, Range};
use super::report::{DiagnosticReport, Section, Specimen};
use super::{Error, Resource};
use crate::date;
use crate::facts::{Level, Party};

/// One value of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// UUID of its Observation.
    pub uuid: String,
    /// What was measured.
    pub code: Concept,
    /// What was found.
    pub finding: Finding,
    /// Reference range, in the unit of the value.
    pub range: Option<Range>,
    /// Level, when the lab states one (critical ones must be stated); else computed from the range.
    pub level: Option<Level>,
    /// Critical limits, in the unit of the value: outside them somebody must act.
    pub critical: Option<Range>,
    /// Which of the samples it was measured in, counted from 0; the only one when left out.
    pub sample: Option<usize>,
    /// Note.
    pub note: Option<String>,
}

/// What was taken from the patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// UUID of its Specimen.
    pub uuid: String,
    /// The lab's own number of it.
    pub number: Option<Identifier>,
    /// Kind of material.
    pub kind: Concept,
    /// When it was taken, a FHIR date.
    pub collected: Option<String>,
    /// Why it cannot be used, if it cannot.
    pub rejected: Option<String>,
}

impl Sample {
    /// The Specimen of a patient, taken for a request.
    pub(super) fn specimen(&self, subject: &Party, request: Option<&Party>) -> Specimen {
        Specimen {
            id: Some(self.uuid.clone()),
            number: self.number.clone(),
            kind: self.kind.clone(),
            subject: subject.clone(),
            request: request.cloned(),
            collected: self.collected.clone(),
            rejected: self.rejected.clone(),
        }
    }
}

/// A laboratory result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabResult {
    /// UUID of the Bundle.
    pub uuid: String,
    /// UUID of the DiagnosticReport.
    pub report: String,
    /// The lab's own number of the report, if any.
    pub number: Option<Identifier>,
    /// `partial`, `preliminary`, `final`, `corrected`, `amended`, `cancelled`, …
    pub status: String,
    /// What was examined: a panel or one test.
    pub code: Concept,
    /// Patient.
    pub subject: Party,
    /// The lab.
    pub performer: Party,
    /// The request it answers.
    pub order: Option<Party>,
    /// When the specimen was taken or the value measured, a FHIR date.
    pub effective: String,
    /// When the result was made known.
    pub issued: Timestamp,
    /// Specimens.
    pub samples: Vec<Sample>,
    /// Values; at least one, unless the report was cancelled.
    pub tests: Vec<Test>,
    /// Conclusion in words.
    pub conclusion: Option<String>,
}

impl Resource for LabResult {
    fn value(&self) -> Result<Value, Error> {
        if self.tests.is_empty() && self.status != "cancelled" {
            return Err(Error::Missing);
        }
        let specimens: Vec<Party> = self
            .samples
            .iter()
            .map(|sample| Ok(Party::reference(&element::urn(&sample.uuid)?)))
            .collect::<Result<_, Error>>()?;
        let observations: Vec<Observation> = self
            .tests
            .iter()
            .map(|test| Ok(self.observation(test, measured_in(test, &specimens)?)))
            .collect::<Result<_, Error>>()?;
        let urns: Vec<String> = self
            .tests
            .iter()
            .map(|test| element::urn(&test.uuid))
            .collect::<Result<_, _>>()?;
        let report = DiagnosticReport {
            id: Some(self.report.clone()),
            identifiers: self.number.iter().cloned().collect(),
            based_on: self.order.clone(),
            status: self.status.clone(),
            section: Section::Laboratory,
            code: self.code.clone(),
            subject: self.subject.clone(),
            effective: self.effective.clone(),
            issued: Some(self.issued),
            performer: Some(self.performer.clone()),
            specimens,
            results: urns.iter().map(|urn| Party::reference(urn)).collect(),
            conclusion: self.conclusion.clone(),
        };
        let mut entries = vec![element::entry(&self.report, report.value()?)?];
        for (test, observation) in self.tests.iter().zip(&observations) {
            entries.push(element::entry(&test.uuid, observation.value()?)?);
        }
        for sample in &self.samples {
            // A ServiceRequest is what Specimen.request names; the result's own link says the same.
            let specimen = sample.specimen(&self.subject, self.order.as_ref());
            entries.push(element::entry(&sample.uuid, specimen.value()?)?);
        }
        Ok(json!({
            "resourceType": "Bundle",
            "identifier": { "system": "urn:ietf:rfc:3986", "value": element::urn(&self.uuid)? },
            "type": "collection",
            "timestamp": date::write(self.issued),
            "entry": entries,
        }))
    }
}

/// The specimen of a value: as named, else the only one.
fn measured_in(test: &Test, specimens: &[Party]) -> Result<Option<Party>, Error> {
    match (test.sample, specimens) {
        (Some(place), all) => all.get(place).cloned().map(Some).ok_or(Error::Reference),
        (None, [only]) => Ok(Some(only.clone())),
        (None, _) => Ok(None),
    }
}

impl LabResult {
    fn observation(&self, test: &Test, specimen: Option<Party>) -> Observation {
        // A report's status is wider than a value's: a partial report holds preliminary values.
        let status = match self.status.as_str() {
            "partial" => "preliminary",
            "appended" => "amended",
            other => other,
        };
        Observation {
            id: Some(test.uuid.clone()),
            status: status.into(),
            kind: Kind::Laboratory,
            code: test.code.clone(),
            subject: self.subject.clone(),
            effective: self.effective.clone(),
            issued: Some(self.issued),
            performer: Some(self.performer.clone()),
            based_on: self.order.clone(),
            finding: Some(test.finding.clone()),
            range: test.range.clone(),
            critical: test.critical.clone(),
            level: test.level,
            specimen,
            note: test.note.clone(),
            components: Vec::new(),
        }
    }
}
