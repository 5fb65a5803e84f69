//! Datatypes read leniently: what is not of the expected type reads as absent.

use serde_json::Value;

use crate::facts::{Coding, Fact, Measurement, Param, Party};
use crate::narrative as xhtml;

/// Longest text taken from one element.
const MAX_TEXT: usize = 4000;

/// A non-empty text member.
pub(crate) fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).and_then(clean)
}

fn clean(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.chars().take(MAX_TEXT).collect())
}

/// The items of a list, or the one value where FHIR has no list.
pub(crate) fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    match value.get(key) {
        Some(Value::Array(items)) => items,
        Some(one) if !one.is_null() => core::slice::from_ref(one),
        _ => &[],
    }
}

/// All codings of a CodeableConcept, of a Coding, or of a list of either.
pub(super) fn codes(value: Option<&Value>) -> Vec<Coding> {
    match value {
        Some(Value::Array(items)) => items.iter().flat_map(|item| codes(Some(item))).collect(),
        Some(concept @ Value::Object(_)) => match concept.get("coding") {
            Some(Value::Array(codings)) => codings.iter().filter_map(coding).collect(),
            _ => coding(concept).into_iter().collect(),
        },
        _ => Vec::new(),
    }
}

fn coding(value: &Value) -> Option<Coding> {
    Some(Coding {
        system: text(value, "system"),
        code: text(value, "code")?,
        display: text(value, "display"),
    })
}

/// Name of a concept as entered: its text, else the first display, else the first code.
pub(crate) fn name(value: Option<&Value>) -> Option<String> {
    let value = match value {
        Some(Value::Array(items)) => items.first(),
        other => other,
    }?;
    if let Some(text) = text(value, "text") {
        return Some(text);
    }
    let codings = codes(Some(value));
    let display = codings.iter().find_map(|coding| coding.display.clone());
    display.or_else(|| codings.first().map(|coding| coding.code.clone()))
}

/// A Reference as a party; a list gives its first.
pub(super) fn party(value: Option<&Value>) -> Option<Party> {
    let value = match value {
        Some(Value::Array(items)) => items.first(),
        other => other,
    }?;
    let party = Party {
        reference: text(value, "reference"),
        display: text(value, "display"),
    };
    (party.reference.is_some() || party.display.is_some()).then_some(party)
}

/// Decimal text of a JSON number, digits as written.
pub(super) fn decimal(value: Option<&Value>) -> Option<String> {
    match value {
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    }
}

/// A Quantity: value, unit as written (else its code), UCUM code, comparator.
pub(super) struct Quantity {
    pub(super) value: String,
    pub(super) unit: Option<String>,
    pub(super) ucum: Option<String>,
    pub(super) comparator: Option<String>,
}

pub(super) fn quantity(value: Option<&Value>) -> Option<Quantity> {
    let value = value?;
    let is_ucum = value.get("system").and_then(Value::as_str) == Some("http://unitsofmeasure.org");
    let code = text(value, "code");
    Some(Quantity {
        value: decimal(value.get("value"))?,
        unit: text(value, "unit").or_else(|| code.clone()),
        ucum: code.filter(|_| is_ucum),
        comparator: text(value, "comparator").filter(|c| matches!(c.as_str(), "<" | "<=" | ">" | ">=")),
    })
}

/// The dates of `…DateTime`, `…Period`, `…Instant` or a plain element: start and end.
pub(crate) fn when(value: &Value, base: &str) -> (Option<String>, Option<String>) {
    for suffix in ["DateTime", "Instant", "Date", ""] {
        if let Some(date) = text(value, &format!("{base}{suffix}")) {
            return (Some(date), None);
        }
    }
    for suffix in ["Period", ""] {
        if let Some(period) = value.get(format!("{base}{suffix}")).filter(|period| period.is_object()) {
            return (
                text(period, "start").or_else(|| text(period, "end")),
                text(period, "end"),
            );
        }
    }
    (None, None)
}

/// Plain text of the resource's narrative.
pub(super) fn narrative(value: &Value) -> Option<String> {
    let div = value
        .get("text")
        .and_then(|text| text.get("div"))
        .and_then(Value::as_str)?;
    xhtml::text(div).as_deref().and_then(clean)
}

/// Name of a person: the text, else given and family names.
pub(super) fn human_name(value: &Value) -> Option<String> {
    let names = items(value, "name");
    let best = names
        .iter()
        .find(|name| text(name, "use").as_deref() == Some("official"))
        .or_else(|| names.first())?;
    // Organizations and locations have a plain text here.
    if let Some(plain) = best.as_str() {
        return clean(plain);
    }
    if let Some(text) = text(best, "text") {
        return Some(text);
    }
    let list = |key| items(best, key).iter().filter_map(Value::as_str);
    let family = best.get("family").and_then(Value::as_str);
    let words: Vec<&str> = list("prefix")
        .chain(list("given"))
        .chain(family)
        .chain(list("suffix"))
        .collect();
    clean(&words.join(" "))
}

/// A fact with one text, if there is one.
pub(super) fn said(phrase: &str, text: Option<String>) -> Option<Fact> {
    text.map(|text| Fact::new(phrase, [("text", Param::Text(text))]))
}

/// A fact with one date, if there is one.
pub(super) fn dated(phrase: &str, date: Option<String>) -> Option<Fact> {
    date.map(|date| Fact::new(phrase, [("date", Param::Date(date))]))
}

/// A fact whose text is a FHIR code with a phrase of its own, if it has one.
pub(super) fn coded(phrase: &str, group: &str, code: Option<String>) -> Option<Fact> {
    code.map(|code| Fact::new(phrase, [("text", Param::Phrase(format!("{group}.{code}")))]))
}

/// The notes of a resource: Annotation texts.
pub(super) fn notes(value: &Value) -> impl Iterator<Item = Fact> {
    items(value, "note")
        .iter()
        .filter_map(|note| said("fact.note", text(note, "text")))
}

/// A measurement that only has a name and codes yet.
pub(super) fn measurement(value: &Value) -> Measurement {
    Measurement {
        name: name(value.get("code")),
        codes: codes(value.get("code")),
        ..Measurement::default()
    }
}
