//! Structured facts of a record (`core/spec/clinical.md`, CLIN-20 ff.): what an app shows, without finished sentences.
//!
//! Names, units and codes stay as entered, decimals keep their digits, dates keep their precision. Anything an app
//! says in its own words is a phrase key of the [`catalog`](crate::catalog).

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use protocol::category::Category;
use serde::{Deserialize, Serialize};

/// A code as entered.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Coding {
    /// Code system, a URI.
    pub system: Option<String>,
    /// Code.
    pub code: String,
    /// Name of the code as entered.
    pub display: Option<String>,
}

impl Coding {
    /// A code of a system, with its name.
    pub fn new(system: &str, code: &str, display: &str) -> Self {
        Self {
            system: Some(system.into()),
            code: code.into(),
            display: Some(display.into()),
        }
    }
}

/// A person, organization or thing named in a record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Party {
    /// Reference as written, such as `urn:uuid:…` or `Practitioner/12`.
    pub reference: Option<String>,
    /// Name as written, or found in the same Bundle.
    pub display: Option<String>,
}

impl Party {
    /// A party known only by reference.
    pub fn reference(reference: &str) -> Self {
        Self {
            reference: Some(reference.into()),
            display: None,
        }
    }

    /// A party known only by name.
    pub fn named(display: &str) -> Self {
        Self {
            reference: None,
            display: Some(display.into()),
        }
    }

    /// A party known by reference and name.
    pub fn new(reference: &str, display: &str) -> Self {
        Self {
            reference: Some(reference.into()),
            display: Some(display.into()),
        }
    }
}

/// How a value lies to its reference range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Level {
    /// Within the range.
    #[n(0)]
    Normal,
    /// Outside what is expected.
    #[n(1)]
    Abnormal,
    /// Below the range.
    #[n(2)]
    Low,
    /// Above the range.
    #[n(3)]
    High,
    /// Far outside what is expected: somebody must act.
    #[n(4)]
    Critical,
    /// So low that somebody must act.
    #[n(5)]
    CriticalLow,
    /// So high that somebody must act.
    #[n(6)]
    CriticalHigh,
}

impl Level {
    /// All levels, the mildest first.
    pub const ALL: &'static [Self] = &[
        Self::Normal,
        Self::Abnormal,
        Self::Low,
        Self::High,
        Self::Critical,
        Self::CriticalLow,
        Self::CriticalHigh,
    ];

    /// The code of HL7 v3 ObservationInterpretation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Normal => "N",
            Self::Abnormal => "A",
            Self::Low => "L",
            Self::High => "H",
            Self::Critical => "AA",
            Self::CriticalLow => "LL",
            Self::CriticalHigh => "HH",
        }
    }

    /// The level of an HL7 v3 (or v2) interpretation code; `None` for codes that say something else.
    pub fn of_code(code: &str) -> Option<Self> {
        Some(match code {
            "N" => Self::Normal,
            "A" => Self::Abnormal,
            "L" => Self::Low,
            "H" => Self::High,
            "AA" => Self::Critical,
            "LL" | "LU" => Self::CriticalLow,
            "HH" | "HU" => Self::CriticalHigh,
            _ => return None,
        })
    }

    /// Word at every boundary, also the end of its phrase key `level.…`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Abnormal => "abnormal",
            Self::Low => "low",
            Self::High => "high",
            Self::Critical => "critical",
            Self::CriticalLow => "critical_low",
            Self::CriticalHigh => "critical_high",
        }
    }

    /// Whether somebody must act at once.
    pub const fn is_critical(self) -> bool {
        matches!(self, Self::Critical | Self::CriticalLow | Self::CriticalHigh)
    }
}

/// A measured or observed value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Measurement {
    /// Name of what was measured, as entered.
    pub name: Option<String>,
    /// Its codes.
    pub codes: Vec<Coding>,
    /// Decimal text, or the text of a coded or written value.
    pub value: Option<String>,
    /// Whether `value` is a decimal.
    pub numeric: bool,
    /// `<`, `<=`, `>` or `>=` when the value is only a bound.
    pub comparator: Option<String>,
    /// Unit as written.
    pub unit: Option<String>,
    /// UCUM code of the unit.
    pub ucum: Option<String>,
    /// Lower end of the reference range, decimal text.
    pub low: Option<String>,
    /// Upper end of the reference range, decimal text.
    pub high: Option<String>,
    /// Reference range in words, when it has no numbers.
    pub range_text: Option<String>,
    /// Level: as stated by the author, else computed from the range.
    pub level: Option<Level>,
    /// Whether the author stated the level.
    pub level_stated: bool,
    /// Code of the reason why there is no value.
    pub absent: Option<String>,
    /// When it was observed, FHIR text.
    pub date: Option<String>,
}

/// A value put into a phrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Param {
    /// Text as entered.
    Text(String),
    /// Decimal text; under the name `count` it also chooses the plural.
    Number(String),
    /// FHIR date text.
    Date(String),
    /// A phrase key.
    Phrase(String),
}

/// One more thing a record says: a phrase key and what to put into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Phrase key, such as `fact.refills`.
    pub phrase: String,
    /// What stands in the phrase's braces.
    pub params: BTreeMap<String, Param>,
}

impl Fact {
    /// A fact with its params.
    pub fn new<const N: usize>(phrase: &str, params: [(&str, Param); N]) -> Self {
        Self {
            phrase: phrase.into(),
            params: params.into_iter().map(|(name, value)| (name.into(), value)).collect(),
        }
    }
}

/// What one resource, or one document, says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// FHIR resource type, such as `Observation`; for a Bundle its own type too.
    pub resource_type: String,
    /// Logical id in the file it came from.
    pub id: Option<String>,
    /// Category, as a grant's scope names it.
    pub category: Category,
    /// Phrase key of the kind of record, such as `record.laboratory_result`.
    pub kind: String,
    /// Name as entered: of the test, the medicine, the problem, the document.
    pub title: Option<String>,
    /// Codes of what the record is about.
    pub codes: Vec<Coding>,
    /// Effective date, FHIR text with its precision.
    pub date: Option<String>,
    /// End of the effective period, FHIR text.
    pub until: Option<String>,
    /// Status, a FHIR code; its phrase key is `status.` and the code.
    pub status: Option<String>,
    /// Who wrote, asked for or performed it.
    pub author: Option<Party>,
    /// Whom it is about.
    pub subject: Option<Party>,
    /// Values with units, ranges and levels.
    pub values: Vec<Measurement>,
    /// Everything else, in the order to show it.
    pub facts: Vec<Fact>,
    /// Plain text of the narrative, for search and for reading beside the facts.
    pub narrative: Option<String>,
    /// Facts of the entries of a document or result Bundle.
    pub parts: Vec<Facts>,
}

impl Facts {
    /// Facts that say only what kind of record this is.
    pub fn bare(resource_type: &str, category: Category, kind: &str) -> Self {
        Self {
            resource_type: resource_type.into(),
            id: None,
            category,
            kind: kind.into(),
            title: None,
            codes: Vec::new(),
            date: None,
            until: None,
            status: None,
            author: None,
            subject: None,
            values: Vec::new(),
            facts: Vec::new(),
            narrative: None,
            parts: Vec::new(),
        }
    }

    /// The level that most asks for attention, of this record and its parts.
    pub fn level(&self) -> Option<Level> {
        let own = self.values.iter().filter_map(|value| value.level);
        own.chain(self.parts.iter().filter_map(Self::level)).max()
    }
}
