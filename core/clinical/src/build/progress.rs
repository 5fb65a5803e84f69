//! How far a laboratory's work on a request has come (FHIR R4 Task), with the specimens taken: a collection Bundle that stays one record.
//!
//! The status words are Task's own: `accepted` once material was collected, `in-progress`, `rejected`. That a result was filed or corrected
//! is said by the result itself and by no status.

use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::element::{self, Concept, Object};
use super::lab::Sample;
use super::{Error, Resource};
use crate::date;
use crate::facts::Party;
use crate::order::Progress;

/// A step of the work on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderProgress {
    /// UUID of the Bundle.
    pub uuid: String,
    /// UUID of the Task.
    pub task: String,
    /// How far the work has come.
    pub state: Progress,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// The request.
    pub order: Party,
    /// Patient.
    pub subject: Party,
    /// The lab.
    pub owner: Party,
    /// When.
    pub time: Timestamp,
    /// Specimens taken, usable or not.
    pub samples: Vec<Sample>,
}

impl Resource for OrderProgress {
    fn value(&self) -> Result<Value, Error> {
        let mut task = Object::resource("Task", Some(&self.task))?;
        task.parties("basedOn", core::slice::from_ref(&self.order))?;
        task.put("status", self.state.task());
        let reason = self.reason.as_deref().map(Concept::text);
        task.concept("statusReason", reason.as_ref())?;
        task.concept("businessStatus", Some(&Concept::text(self.state.display())))?;
        task.put("intent", "order");
        let system = "http://hl7.org/fhir/CodeSystem/task-code";
        task.put("code", element::coded(system, "fulfill", "Fulfill the focal request"));
        task.party("focus", Some(&self.order))?;
        task.party("for", Some(&self.subject))?;
        task.instant("authoredOn", self.time);
        task.instant("lastModified", self.time);
        task.party("owner", Some(&self.owner))?;
        let mut outputs = Vec::with_capacity(self.samples.len());
        let mut entries = Vec::with_capacity(self.samples.len() + 1);
        for sample in &self.samples {
            let urn = element::urn(&sample.uuid)?;
            outputs.push(json!({ "type": { "text": "Specimen" }, "valueReference": { "reference": urn } }));
            let specimen = sample.specimen(&self.subject, Some(&self.order));
            entries.push(element::entry(&sample.uuid, specimen.value()?)?);
        }
        task.list("output", outputs);
        entries.insert(0, element::entry(&self.task, task.done())?);
        Ok(json!({
            "resourceType": "Bundle",
            "identifier": { "system": "urn:ietf:rfc:3986", "value": element::urn(&self.uuid)? },
            "type": "collection",
            "timestamp": date::write(self.time),
            "entry": entries,
        }))
    }
}
