//! What an index keeps of one record (`core/spec/clinical.md`, CLIN-41): enough to list, search, warn and draw trends.
//!
//! A summary is computed from [`Facts`] on the owner's device, stored sealed, and never signed: it can always be
//! computed again from the record's bytes. Numbered fields are never reused.

use minicbor::{Decode, Encode};
use protocol::category::Category;
use serde::{Deserialize, Serialize};

use crate::facts::{Facts, Level, Measurement};
use crate::fingerprint::Fingerprint;
use crate::{date, text};

/// A code without its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(array)]
pub struct Code {
    /// Code system, a URI; empty when none was given.
    #[n(0)]
    pub system: String,
    /// Code.
    #[n(1)]
    pub code: String,
}

/// One numeric value of a record, as a trend needs it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(array)]
pub struct Point {
    /// Name of what was measured, as entered.
    #[n(0)]
    pub name: Option<String>,
    /// Its codes.
    #[n(1)]
    pub codes: Vec<Code>,
    /// Decimal text.
    #[n(2)]
    pub value: String,
    /// `<`, `<=`, `>` or `>=` when the value is only a bound.
    #[n(3)]
    pub comparator: Option<String>,
    /// Unit: the UCUM code, else as written.
    #[n(4)]
    pub unit: Option<String>,
    /// Lower end of the reference range.
    #[n(5)]
    pub low: Option<String>,
    /// Upper end of the reference range.
    #[n(6)]
    pub high: Option<String>,
    /// Level.
    #[n(7)]
    pub level: Option<Level>,
    /// When it was observed, FHIR text.
    #[n(8)]
    pub date: Option<String>,
}

/// What the index keeps of one record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(array)]
pub struct Summary {
    /// FHIR resource type.
    #[n(0)]
    pub resource_type: String,
    /// Category.
    #[n(1)]
    pub category: Category,
    /// Phrase key of the kind of record.
    #[n(2)]
    pub kind: String,
    /// Name as entered.
    #[n(3)]
    pub title: Option<String>,
    /// Codes of the record and its parts.
    #[n(4)]
    pub codes: Vec<Code>,
    /// Effective date, FHIR text.
    #[n(5)]
    pub date: Option<String>,
    /// Author's name.
    #[n(6)]
    pub author: Option<String>,
    /// Subject's reference.
    #[n(7)]
    pub subject: Option<String>,
    /// Status, a FHIR code.
    #[n(8)]
    pub status: Option<String>,
    /// The level that most asks for attention.
    #[n(9)]
    pub level: Option<Level>,
    /// Folded text that search looks in.
    #[n(10)]
    pub text: String,
    /// Numeric values.
    #[n(11)]
    pub points: Vec<Point>,
    /// For finding duplicates at the next import.
    #[n(12)]
    pub fingerprint: Option<Fingerprint>,
}

/// Longest folded text kept, in bytes.
pub const MAX_TEXT: usize = 8 * 1024;
/// Most codes and most points kept.
pub const MAX_ITEMS: usize = 512;

impl Summary {
    /// Summarises the facts of one record.
    pub fn of(facts: &Facts, fingerprint: Option<Fingerprint>) -> Self {
        let mut gathered = Gathered::default();
        gathered.add(facts);
        gathered.codes.sort();
        gathered.codes.dedup();
        gathered.codes.truncate(MAX_ITEMS);
        gathered.points.truncate(MAX_ITEMS);
        Self {
            resource_type: facts.resource_type.clone(),
            category: facts.category,
            kind: facts.kind.clone(),
            title: facts.title.clone(),
            codes: gathered.codes,
            date: facts.date.clone(),
            author: facts.author.as_ref().and_then(|party| party.display.clone()),
            subject: facts
                .subject
                .as_ref()
                .and_then(|party| party.reference.clone().or_else(|| party.display.clone())),
            status: facts.status.clone(),
            level: facts.level(),
            text: cut(text::fold(&gathered.words.join(" "))),
            points: gathered.points,
            fingerprint,
        }
    }

    /// First second of the effective date, for sorting; `None` when the record has no date.
    pub fn time(&self) -> Option<i64> {
        self.date
            .as_deref()
            .and_then(|text| date::parse(text).ok())
            .map(|date| date.from)
    }
}

#[derive(Default)]
struct Gathered {
    codes: Vec<Code>,
    points: Vec<Point>,
    words: Vec<String>,
}

impl Gathered {
    fn add(&mut self, facts: &Facts) {
        self.words.extend(facts.title.clone());
        for coding in facts
            .codes
            .iter()
            .chain(facts.values.iter().flat_map(|value| &value.codes))
        {
            self.codes.push(Code {
                system: coding.system.clone().unwrap_or_default(),
                code: coding.code.clone(),
            });
            self.words.extend(coding.display.clone());
        }
        for value in &facts.values {
            self.words.extend(value.name.clone());
            if !value.numeric {
                self.words.extend(value.value.clone());
            }
            self.points.extend(point(value, facts.date.as_deref()));
        }
        for party in [&facts.author, &facts.subject].into_iter().flatten() {
            self.words.extend(party.display.clone());
        }
        for fact in &facts.facts {
            for param in fact.params.values() {
                if let crate::facts::Param::Text(text) = param {
                    self.words.push(text.clone());
                }
            }
        }
        self.words.extend(facts.narrative.clone());
        facts.parts.iter().for_each(|part| self.add(part));
    }
}

fn point(value: &Measurement, date: Option<&str>) -> Option<Point> {
    let number = value.value.clone().filter(|_| value.numeric)?;
    let codes = value.codes.iter();
    Some(Point {
        name: value.name.clone(),
        codes: codes
            .map(|c| Code {
                system: c.system.clone().unwrap_or_default(),
                code: c.code.clone(),
            })
            .collect(),
        value: number,
        comparator: value.comparator.clone(),
        unit: value.ucum.clone().or_else(|| value.unit.clone()),
        low: value.low.clone(),
        high: value.high.clone(),
        level: value.level,
        date: value.date.clone().or_else(|| date.map(Into::into)),
    })
}

/// Cuts at the last character that fits.
fn cut(mut text: String) -> String {
    let mut end = MAX_TEXT.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}
