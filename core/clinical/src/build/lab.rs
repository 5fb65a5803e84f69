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
    /// Note.
    pub note: Option<String>,
}

/// What was examined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// UUID of its Specimen.
    pub uuid: String,
    /// Kind of material.
    pub kind: Concept,
    /// When it was taken, a FHIR date.
    pub collected: Option<String>,
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
    /// Specimen.
    pub sample: Option<Sample>,
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
        let specimen = self
            .sample
            .as_ref()
            .map(|sample| element::urn(&sample.uuid))
            .transpose()?
            .map(|urn| Party::reference(&urn));
        let observations: Vec<Observation> = self
            .tests
            .iter()
            .map(|test| self.observation(test, specimen.clone()))
            .collect();
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
            specimen,
            results: urns.iter().map(|urn| Party::reference(urn)).collect(),
            conclusion: self.conclusion.clone(),
        };
        let mut entries = vec![element::entry(&self.report, report.value()?)?];
        for (test, observation) in self.tests.iter().zip(&observations) {
            entries.push(element::entry(&test.uuid, observation.value()?)?);
        }
        if let Some(sample) = &self.sample {
            let specimen = Specimen {
                id: Some(sample.uuid.clone()),
                kind: sample.kind.clone(),
                subject: self.subject.clone(),
                collected: sample.collected.clone(),
            };
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
            level: test.level,
            specimen,
            note: test.note.clone(),
            components: Vec::new(),
        }
    }
}
