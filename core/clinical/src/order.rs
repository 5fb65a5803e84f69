//! Requests and what answers them: how far the work has come, by which names a request is known, and which of them a result gives
//! (`core/spec/clinical.md`, CLIN-73 ff.).

use serde_json::Value;

use crate::json;
use crate::read::{self, element};

/// How far a laboratory says its work on a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Material was collected.
    Collected,
    /// The work is under way.
    InProgress,
    /// The lab will not do it, or cannot.
    Rejected,
}

impl Progress {
    /// All steps.
    pub const ALL: &'static [Self] = &[Self::Collected, Self::InProgress, Self::Rejected];

    /// The word at every boundary.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Collected => "collected",
            Self::InProgress => "in_progress",
            Self::Rejected => "rejected",
        }
    }

    /// The code of FHIR Task.
    pub const fn task(self) -> &'static str {
        match self {
            Self::Collected => "accepted",
            Self::InProgress => "in-progress",
            Self::Rejected => "rejected",
        }
    }

    /// The words that stand in the Task.
    pub(crate) const fn display(self) -> &'static str {
        match self {
            Self::Collected => "Specimen collected",
            Self::InProgress => "In progress",
            Self::Rejected => "Rejected",
        }
    }

    /// The step with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == word)
    }

    /// The step that a Task's status stands for.
    pub fn of_task(status: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.task() == status)
    }
}

/// A specimen as a status or a result names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specimen {
    /// The lab's own number of it.
    pub number: Option<String>,
    /// Kind of material.
    pub kind: Option<String>,
    /// When it was taken, FHIR text.
    pub collected: Option<String>,
    /// Whether it can be used.
    pub usable: bool,
    /// Why it cannot.
    pub reason: Option<String>,
}

fn parsed(content: &[u8]) -> Option<Value> {
    json::parse(content, read::MAX_DOCUMENT).ok()
}

fn resources(document: &Value) -> Vec<&Value> {
    match document.get("entry") {
        Some(_) => element::items(document, "entry")
            .iter()
            .filter_map(|entry| entry.get("resource"))
            .collect(),
        None => vec![document],
    }
}

fn of_type<'a>(document: &'a Value, name: &str) -> Vec<&'a Value> {
    let all = resources(document).into_iter();
    all.filter(|resource| resource.get("resourceType").and_then(Value::as_str) == Some(name))
        .collect()
}

/// The specimens in a document.
pub fn specimens(content: &[u8]) -> Vec<Specimen> {
    let Some(document) = parsed(content) else {
        return Vec::new();
    };
    let all = of_type(&document, "Specimen").into_iter();
    all.map(|specimen| Specimen {
        number: specimen
            .get("accessionIdentifier")
            .and_then(|identifier| element::text(identifier, "value")),
        kind: element::name(specimen.get("type")),
        collected: specimen
            .get("collection")
            .and_then(|collection| element::when(collection, "collected").0),
        usable: element::text(specimen, "status").as_deref() != Some("unsatisfactory"),
        reason: element::items(specimen, "note")
            .first()
            .and_then(|note| element::text(note, "text")),
    })
    .collect()
}

/// Why a document says that it corrects, withdraws or rejects.
pub fn reason(content: &[u8]) -> Option<String> {
    let document = parsed(content)?;
    let head = resources(&document).into_iter().next()?;
    reason_of(head)
}

pub(crate) fn reason_of(resource: &Value) -> Option<String> {
    let extension = element::items(resource, "extension")
        .iter()
        .find(|extension| element::text(extension, "url").as_deref() == Some(crate::build::revise::REASON));
    extension
        .and_then(|extension| element::name(extension.get("valueCodeableConcept")))
        .or_else(|| element::name(resource.get("statusReason")))
}

/// Every name by which the requests in a document are known: `urn:uuid:…`, `ServiceRequest/…`, `system|value`.
pub fn names(content: &[u8]) -> Vec<String> {
    let Some(document) = parsed(content) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    for request in of_type(&document, "ServiceRequest") {
        if let Some(id) = element::text(request, "id") {
            names.push(format!("urn:uuid:{id}"));
            names.push(format!("ServiceRequest/{id}"));
        }
        names.extend(element::items(request, "identifier").iter().filter_map(identifier));
        names.extend(request.get("requisition").and_then(identifier));
    }
    let entries = element::items(&document, "entry").iter();
    names.extend(entries.filter_map(|entry| element::text(entry, "fullUrl")));
    names.extend(document.get("identifier").and_then(identifier));
    names
}

fn identifier(identifier: &Value) -> Option<String> {
    let value = element::text(identifier, "value")?;
    Some(format!(
        "{}|{value}",
        element::text(identifier, "system").unwrap_or_default()
    ))
}

/// Every name of a request that a result says it answers.
pub fn answered(content: &[u8]) -> Vec<String> {
    let Some(document) = parsed(content) else {
        return Vec::new();
    };
    let mut names: Vec<String> = Vec::new();
    for resource in resources(&document) {
        for link in element::items(resource, "basedOn") {
            names.extend(element::text(link, "reference"));
            names.extend(link.get("identifier").and_then(identifier));
        }
    }
    names.sort();
    names.dedup();
    names
}

/// References to the patient that a document holds.
pub fn subjects(content: &[u8]) -> Vec<String> {
    let Some(document) = parsed(content) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for resource in resources(&document) {
        for key in ["subject", "patient", "for"] {
            if let Some(party) = resource.get(key) {
                all.extend(element::text(party, "reference"));
                all.extend(party.get("identifier").and_then(identifier));
            }
        }
        if resource.get("resourceType").and_then(Value::as_str) == Some("Patient") {
            all.extend(element::items(resource, "identifier").iter().filter_map(identifier));
        }
    }
    all.sort();
    all.dedup();
    all
}
