//! Facts to lines a person reads (`core/spec/clinical.md`, CLIN-53), through the catalog of a language.
//!
//! The first line is the record in one sentence; values follow one a line, then everything else. A screen may lay
//! the same facts out differently: nothing is said here that the facts do not hold.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::facts::{Fact, Facts, Level, Measurement, Param};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Text in the catalog's language.
    pub text: String,
    /// Level of the value in the line, for colour and order; the text says it too.
    pub level: Option<Level>,
    /// How deep the line stands below the first: 0 heading, 1 its facts, 2 facts of its parts.
    pub indent: u8,
}

/// Phrases that join the name of a medicine in its first line.
const INLINE: &[&str] = &[
    "fact.dose",
    "timing.per_day",
    "timing.per_week",
    "timing.every",
    "timing.times_every",
    "fact.as_needed",
    "fact.as_needed_for",
    "fact.when",
    "fact.duration",
    "fact.doses",
    "fact.take_until",
    "fact.refills",
];

/// The lines of a record.
pub fn lines(facts: &Facts, catalog: &Catalog) -> Vec<Line> {
    let mut out = Vec::new();
    write(facts, catalog, 0, &mut out);
    out
}

/// One measurement: `Hemoglobin 9.8 g/dL (low; normal 12 to 15.5)`.
pub fn measurement(value: &Measurement, catalog: &Catalog) -> String {
    let name = value
        .name
        .clone()
        .or_else(|| value.codes.first().map(|coding| coding.code.clone()));
    let name = name.unwrap_or_else(|| catalog.fill("value.unnamed", &BTreeMap::new()));
    let none = BTreeMap::new();
    let shown = match (&value.value, &value.absent) {
        (Some(number), _) if value.numeric => {
            let unit = value.unit.clone().unwrap_or_default();
            format!("{}{number} {unit}", value.comparator.as_deref().unwrap_or_default())
                .trim_end()
                .to_owned()
        }
        (Some(text), _) if matches!(text.as_str(), "true" | "false") => catalog.fill(&format!("value.{text}"), &none),
        (Some(text), _) => text.clone(),
        (None, Some(reason)) => catalog.fill(&format!("absent.{reason}"), &none),
        (None, None) => catalog.fill("value.none", &none),
    };
    let level = value
        .level
        .map(|level| catalog.fill(&format!("level.{}", level.as_str()), &none));
    let notes: Vec<String> = level.into_iter().chain(range(value, catalog)).collect();
    let notes = if notes.is_empty() {
        String::new()
    } else {
        format!(" ({})", notes.join("; "))
    };
    format!("{name} {shown}{notes}")
}

/// The reference range in words.
fn range(value: &Measurement, catalog: &Catalog) -> Option<String> {
    let texts = |pairs: &[(&str, &String)]| -> BTreeMap<String, Param> {
        pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), Param::Text((*text).clone())))
            .collect()
    };
    Some(match (&value.low, &value.high, &value.range_text) {
        (Some(low), Some(high), _) => catalog.fill("range.between", &texts(&[("low", low), ("high", high)])),
        (Some(low), None, _) => catalog.fill("range.from", &texts(&[("low", low)])),
        (None, Some(high), _) => catalog.fill("range.up_to", &texts(&[("high", high)])),
        (None, None, Some(text)) => catalog.fill("range.text", &texts(&[("text", text)])),
        (None, None, None) => return None,
    })
}

fn write(facts: &Facts, catalog: &Catalog, indent: u8, out: &mut Vec<Line>) {
    let none = BTreeMap::new();
    let kind = catalog.fill(&facts.kind, &none);
    let title = facts.title.clone();
    let (inline, others): (Vec<&Fact>, Vec<&Fact>) = facts
        .facts
        .iter()
        .partition(|fact| INLINE.contains(&fact.phrase.as_str()));
    // A single value is the whole record: name, value and level in one line.
    let single = match facts.values.as_slice() {
        [one] if facts.resource_type == "Observation" => Some(one),
        _ => None,
    };
    let mut first = match (single, title) {
        (Some(value), _) => measurement(value, catalog),
        (None, Some(title)) => title,
        (None, None) => kind.clone(),
    };
    if !inline.is_empty() {
        first = format!("{first}, {}", medicine(&inline, catalog));
    }
    let date = facts.date.clone().map(|date| format!(" · {date}")).unwrap_or_default();
    let status = facts
        .status
        .as_ref()
        .map(|status| format!(" · {}", catalog.fill(&format!("status.{status}"), &none)));
    let kind = if first == kind {
        String::new()
    } else {
        format!("{kind}: ")
    };
    let text = format!("{kind}{first}{date}{}", status.unwrap_or_default());
    out.push(Line {
        text,
        level: single.and_then(|value| value.level),
        indent,
    });
    let below = indent.saturating_add(1);
    if let Some(author) = facts.author.as_ref().and_then(|party| party.display.clone()) {
        let author = BTreeMap::from([("text".to_owned(), Param::Text(author))]);
        out.push(Line {
            text: catalog.fill("fact.author", &author),
            level: None,
            indent: below,
        });
    }
    if single.is_none() {
        out.extend(facts.values.iter().map(|value| Line {
            text: measurement(value, catalog),
            level: value.level,
            indent: below,
        }));
    }
    out.extend(others.into_iter().map(|fact| Line {
        text: catalog.fill(&fact.phrase, &fact.params),
        level: None,
        indent: below,
    }));
    facts.parts.iter().for_each(|part| write(part, catalog, below, out));
}

/// Dose and timing belong together; everything else is set apart by commas.
fn medicine(facts: &[&Fact], catalog: &Catalog) -> String {
    let mut out = String::new();
    let mut before = "";
    for fact in facts {
        if !out.is_empty() {
            let joined = before == "fact.dose" && fact.phrase.starts_with("timing.");
            out.push_str(if joined { " " } else { ", " });
        }
        out.push_str(&catalog.fill(&fact.phrase, &fact.params));
        before = &fact.phrase;
    }
    out
}
