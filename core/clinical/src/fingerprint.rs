//! When two resources are the same (`core/spec/clinical.md`, CLIN-12): for finding duplicates, never for trust.
//!
//! `identity` hashes what a resource is (type, identifiers or id, codes, date, value); `content` hashes everything it
//! says, independent of white space and member order. Equal content is a copy; equal identity with other content is
//! another version.

use minicbor::{Decode, Encode};
use protocol::hash::{Hash, sha256};
use serde_json::Value;

use crate::json;

const IDENTITY: &[u8] = b"satchel clinical identity 1";
const CONTENT: &[u8] = b"satchel clinical content 1";

/// What a resource is, and what it says, as two hashes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, serde::Serialize, serde::Deserialize,
)]
#[cbor(array)]
pub struct Fingerprint {
    /// Hash of what the resource is.
    #[n(0)]
    pub identity: Hash,
    /// Hash of everything it says.
    #[n(1)]
    pub content: Hash,
}

/// The fingerprint of one resource.
///
/// # Errors
/// Any of [`json::Error`].
pub fn of(bytes: &[u8]) -> Result<Fingerprint, json::Error> {
    json::parse(bytes, crate::read::MAX_DOCUMENT).map(|value| of_value(&value))
}

pub(crate) fn of_value(resource: &Value) -> Fingerprint {
    let mut parts = Parts::default();
    parts.text(resource.get("resourceType").and_then(Value::as_str).unwrap_or_default());
    let mut names = identifiers(resource);
    if names.is_empty() {
        names.extend(resource.get("id").and_then(Value::as_str).map(|id| format!("#{id}")));
    }
    parts.list(names);
    parts.list(
        ["code", "vaccineCode", "medicationCodeableConcept", "type"]
            .iter()
            .filter_map(|key| resource.get(*key))
            .flat_map(codes)
            .collect(),
    );
    parts.list(
        DATES
            .iter()
            .filter_map(|key| resource.get(*key))
            .map(canonical)
            .collect(),
    );
    parts.list(values(resource));
    Fingerprint {
        identity: sha256(&[IDENTITY, &parts.0]),
        content: content(resource),
    }
}

fn content(resource: &Value) -> Hash {
    sha256(&[CONTENT, canonical(resource).as_bytes()])
}

const DATES: &[&str] = &[
    "effectiveDateTime",
    "effectivePeriod",
    "effectiveInstant",
    "occurrenceDateTime",
    "occurrencePeriod",
    "onsetDateTime",
    "performedDateTime",
    "performedPeriod",
    "authoredOn",
    "date",
    "dateTime",
    "recorded",
    "start",
    "period",
    "birthDate",
    "recordedDate",
    "timestamp",
];

/// Length-prefixed texts, so that no two lists of texts give the same bytes.
#[derive(Default)]
struct Parts(Vec<u8>);

impl Parts {
    fn text(&mut self, text: &str) {
        self.0.extend((text.len() as u64).to_be_bytes());
        self.0.extend(text.as_bytes());
    }

    fn list(&mut self, mut texts: Vec<String>) {
        texts.sort();
        texts.dedup();
        self.0.extend((texts.len() as u64).to_be_bytes());
        texts.iter().for_each(|text| self.text(text));
    }
}

/// `system|value` of every identifier; a Bundle's is a single object.
fn identifiers(resource: &Value) -> Vec<String> {
    let found = match resource.get("identifier") {
        Some(Value::Array(items)) => items.as_slice(),
        Some(item @ Value::Object(_)) => core::slice::from_ref(item),
        _ => &[],
    };
    found
        .iter()
        .filter_map(|item| {
            let value = item.get("value").and_then(Value::as_str)?;
            Some(format!(
                "{}|{value}",
                item.get("system").and_then(Value::as_str).unwrap_or_default()
            ))
        })
        .collect()
}

/// `system|code` of a concept or coding, else its folded text.
fn codes(concept: &Value) -> Vec<String> {
    let coded = |coding: &Value| {
        let code = coding.get("code").and_then(Value::as_str)?;
        Some(format!(
            "{}|{code}",
            coding.get("system").and_then(Value::as_str).unwrap_or_default()
        ))
    };
    let listed: Vec<String> = concept
        .get("coding")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(coded)
        .collect();
    if !listed.is_empty() {
        return listed;
    }
    let text = concept.get("text").and_then(Value::as_str).map(crate::text::fold);
    coded(concept)
        .or(text)
        .or_else(|| concept.as_str().map(Into::into))
        .into_iter()
        .collect()
}

fn values(resource: &Value) -> Vec<String> {
    let Some(members) = resource.as_object() else {
        return Vec::new();
    };
    members
        .iter()
        .filter(|(key, _)| key.starts_with("value"))
        .map(|(key, value)| format!("{key}={}", canonical(value)))
        .collect()
}

/// The value with sorted members and no white space; numbers keep their digits.
fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(key, _)| key.as_str());
            out.push('{');
            for (at, (key, member)) in sorted.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
}
