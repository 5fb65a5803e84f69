//! A file to records (`core/spec/clinical.md`, CLIN-10 ff.): each candidate keeps its bytes exactly as they came.
//!
//! A document, one laboratory result and one order of several tests stay whole; any other Bundle gives one candidate
//! an entry. Nothing is imported here: the patient sees the candidates, their issues and duplicates, and chooses.

use std::collections::HashMap;

use protocol::coded_error;
use protocol::hash::Hash;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::check::{self, Issue};
use crate::facts::Facts;
use crate::fingerprint::{self, Fingerprint};
use crate::json;
use crate::read::{self, Lookup};
use crate::summary::Summary;

coded_error! {
    /// Why a file cannot be imported.
    pub enum Error {
        TooLarge = "import.too_large", "the file is larger than the limit";
        TooDeep = "import.too_deep", "the file is nested too deeply";
        Json = "import.json", "the file is not valid JSON";
        Duplicate = "import.duplicate_member", "a member name occurs twice in the file";
        ResourceType = "import.resource_type", "the file is not FHIR: it does not say what resource it is";
        BundleType = "import.bundle_type", "a Bundle of this type holds no records";
        TooMany = "import.too_many", "the file holds more entries than the limit";
        Empty = "import.empty", "the file holds no records";
    }
}

impl From<json::Error> for Error {
    fn from(error: json::Error) -> Self {
        match error {
            json::Error::TooLarge => Self::TooLarge,
            json::Error::TooDeep => Self::TooDeep,
            json::Error::Syntax | json::Error::Reserved => Self::Json,
            json::Error::Duplicate => Self::Duplicate,
            json::Error::NotObject => Self::ResourceType,
        }
    }
}

/// Largest file, in bytes.
pub const MAX_FILE: usize = 32 * 1024 * 1024;
/// Most entries of a Bundle.
pub const MAX_ENTRIES: usize = 10_000;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview<'a> {
    /// Type of the Bundle, or none for a single resource.
    pub bundle_type: Option<String>,
    /// Where the file says it comes from: `meta.source`, a custodian, an organization in it.
    pub source: Option<String>,
    /// Candidates in the order of the file.
    pub candidates: Vec<Candidate<'a>>,
    /// Entries without a resource, such as the deletions of a transaction.
    pub skipped: u32,
}

/// One record that could be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// The resource exactly as it stands in the file.
    pub bytes: &'a [u8],
    /// `fullUrl` of its entry.
    pub full_url: Option<String>,
    /// What it says.
    pub facts: Facts,
    /// What the index would keep of it.
    pub summary: Summary,
    /// For finding duplicates.
    pub fingerprint: Fingerprint,
    /// Whether the same was found before.
    pub duplicate: Option<Duplicate>,
    /// What is wrong with it; it can still be imported and is shown with these.
    pub issues: Vec<Issue>,
    /// Whether it only supports others (practitioner, organization, place, product) and is no record to list.
    pub supporting: bool,
}

/// How a candidate repeats another record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicate {
    /// Whether everything it says is the same; otherwise it is another version.
    pub exact: bool,
    /// What it repeats.
    pub of: Original,
}

/// What a candidate repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "index", rename_all = "snake_case")]
pub enum Original {
    /// An earlier candidate of the same file, by position.
    Candidate(u32),
    /// One of the known records, by position in the given list.
    Known(u32),
}

/// Lists what a file holds and what of it is known already.
///
/// # Errors
/// Any of [`Error`].
pub fn preview<'a>(bytes: &'a [u8], known: &[Fingerprint]) -> Result<Preview<'a>, Error> {
    // Windows programs put a byte order mark before JSON; it belongs to no resource.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    let value = json::parse(bytes, MAX_FILE)?;
    let name = value
        .get("resourceType")
        .and_then(Value::as_str)
        .ok_or(Error::ResourceType)?;
    let mut found = Found::new(known);
    let lookup = Lookup::of(&value);
    if name != "Bundle" {
        found.add(bytes, None, &value, &lookup)?;
        return Ok(Preview {
            bundle_type: None,
            source: source(&value, &found.candidates),
            candidates: found.candidates,
            skipped: 0,
        });
    }
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    let mut skipped = 0u32;
    match kind {
        "document" => found.add(bytes, None, &value, &lookup)?,
        "collection" if read::is_result(&value) || read::is_order(&value) => found.add(bytes, None, &value, &lookup)?,
        "collection"
        | "transaction"
        | "batch"
        | "searchset"
        | "history"
        | "transaction-response"
        | "batch-response" => {
            let raw: Bundle<'_> = serde_json::from_slice(bytes).map_err(|_| Error::Json)?;
            if raw.entry.len() > MAX_ENTRIES {
                return Err(Error::TooMany);
            }
            let parsed = value
                .get("entry")
                .and_then(Value::as_array)
                .map(Vec::as_slice)
                .unwrap_or_default();
            for (raw, entry) in raw.entry.iter().zip(parsed) {
                let (Some(raw), Some(resource)) = (raw.resource, entry.get("resource")) else {
                    skipped += 1;
                    continue;
                };
                let url = entry.get("fullUrl").and_then(Value::as_str);
                if found.add(raw.get().as_bytes(), url, resource, &lookup).is_err() {
                    skipped += 1;
                }
            }
        }
        _ => return Err(Error::BundleType),
    }
    if found.candidates.is_empty() {
        return Err(Error::Empty);
    }
    let source = source(&value, &found.candidates);
    Ok(Preview {
        bundle_type: Some(kind.into()),
        source,
        candidates: found.candidates,
        skipped,
    })
}

#[derive(Deserialize)]
struct Bundle<'a> {
    #[serde(borrow, default)]
    entry: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    resource: Option<&'a RawValue>,
}

struct Found<'a> {
    /// Known records, by content and by identity.
    contents: HashMap<Hash, usize>,
    identities: HashMap<Hash, usize>,
    /// Candidates so far, by identity.
    seen: HashMap<Hash, usize>,
    candidates: Vec<Candidate<'a>>,
}

impl<'a> Found<'a> {
    fn new(known: &[Fingerprint]) -> Self {
        let by = |hash: fn(&Fingerprint) -> Hash| {
            known
                .iter()
                .map(hash)
                .enumerate()
                .map(|(at, hash)| (hash, at))
                .collect()
        };
        Self {
            contents: by(|f| f.content),
            identities: by(|f| f.identity),
            seen: HashMap::new(),
            candidates: Vec::new(),
        }
    }

    fn add(&mut self, bytes: &'a [u8], url: Option<&str>, resource: &Value, lookup: &Lookup<'_>) -> Result<(), Error> {
        if bytes.len() > read::MAX_DOCUMENT {
            return Err(Error::TooLarge);
        }
        let facts = if resource.get("contained").is_some() {
            // Contained resources are named only within their own resource.
            read::read_in(resource, &lookup.with_contained(resource))
        } else {
            read::read_in(resource, lookup)
        };
        let facts = facts.map_err(|_| Error::ResourceType)?;
        let fingerprint = fingerprint::of_value(resource);
        let duplicate = self.duplicate(&fingerprint);
        self.seen.entry(fingerprint.identity).or_insert(self.candidates.len());
        self.candidates.push(Candidate {
            bytes,
            full_url: url.map(Into::into),
            summary: Summary::of(&facts, Some(fingerprint)),
            supporting: is_supporting(&facts.resource_type),
            issues: check::of_value(resource),
            fingerprint,
            duplicate,
            facts,
        });
        Ok(())
    }

    /// The original among known records first, an exact copy before another version.
    fn duplicate(&self, fingerprint: &Fingerprint) -> Option<Duplicate> {
        let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let known = |exact: bool| {
            let at = if exact {
                self.contents.get(&fingerprint.content)
            } else {
                self.identities.get(&fingerprint.identity)
            };
            at.map(|&at| Duplicate {
                exact,
                of: Original::Known(index(at)),
            })
        };
        known(true).or_else(|| known(false)).or_else(|| {
            let at = *self.seen.get(&fingerprint.identity)?;
            let exact = self
                .candidates
                .get(at)
                .is_some_and(|other| other.fingerprint.content == fingerprint.content);
            Some(Duplicate {
                exact,
                of: Original::Candidate(index(at)),
            })
        })
    }
}

fn is_supporting(name: &str) -> bool {
    matches!(
        name,
        "Practitioner"
            | "PractitionerRole"
            | "Organization"
            | "Location"
            | "HealthcareService"
            | "Medication"
            | "Device"
            | "Substance"
            | "Endpoint"
            | "OperationOutcome"
            | "Specimen"
            | "Group"
    )
}

fn source(value: &Value, candidates: &[Candidate<'_>]) -> Option<String> {
    let stated = value
        .get("meta")
        .and_then(|meta| meta.get("source"))
        .and_then(Value::as_str)
        .map(Into::into);
    let document = candidates.iter().find_map(|candidate| {
        let parts = candidate
            .facts
            .parts
            .iter()
            .find(|part| part.resource_type == "Organization")
            .and_then(|part| part.title.clone());
        parts.or_else(|| {
            candidate
                .facts
                .author
                .as_ref()
                .filter(|_| candidates.len() == 1)
                .and_then(|party| party.display.clone())
        })
    });
    let organization = candidates
        .iter()
        .find(|candidate| candidate.facts.resource_type == "Organization");
    stated
        .or(document)
        .or_else(|| organization.and_then(|candidate| candidate.facts.title.clone()))
}
