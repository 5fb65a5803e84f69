//! Observations and diagnostic reports: values, units, ranges, levels (CLIN-22 to CLIN-24).

use core::cmp::Ordering;

use serde_json::Value;

use super::element::{self, items, name, text};
use super::lookup::Lookup;
use crate::decimal;
use crate::facts::{Facts, Level, Measurement};

pub(super) fn observation(resource: &Value, lookup: &Lookup<'_>, facts: &mut Facts) {
    facts.title = name(resource.get("code"));
    facts.values.extend(measurements(resource));
    facts
        .facts
        .extend(element::said("fact.method", name(resource.get("method"))));
    facts
        .facts
        .extend(element::said("fact.body_site", name(resource.get("bodySite"))));
    specimen(resource, lookup, facts);
}

pub(super) fn report(resource: &Value, lookup: &Lookup<'_>, facts: &mut Facts) {
    facts.title = name(resource.get("code"));
    for reference in items(resource, "result") {
        if let Some(found) = lookup.follow(Some(reference)) {
            facts.values.extend(measurements(found));
        } else {
            facts
                .facts
                .extend(element::said("fact.result_elsewhere", text(reference, "display")));
        }
    }
    specimen(resource, lookup, facts);
    facts
        .facts
        .extend(element::said("fact.conclusion", text(resource, "conclusion")));
    for form in items(resource, "presentedForm") {
        facts.facts.extend(element::said(
            "fact.file",
            text(form, "title").or_else(|| text(form, "contentType")),
        ));
    }
}

fn specimen(resource: &Value, lookup: &Lookup<'_>, facts: &mut Facts) {
    let reference = items(resource, "specimen").first();
    let found = lookup.follow(reference);
    let kind = found.and_then(|found| name(found.get("type")));
    facts.facts.extend(element::said(
        "fact.specimen",
        kind.or_else(|| reference.and_then(|r| text(r, "display"))),
    ));
    let collected = found
        .and_then(|found| found.get("collection"))
        .and_then(|collection| element::when(collection, "collected").0);
    facts.facts.extend(element::dated("fact.collected", collected));
}

/// The values of an Observation: its own, then those of its components.
pub(super) fn measurements(resource: &Value) -> Vec<Measurement> {
    let date = element::when(resource, "effective").0;
    let own = value(resource);
    let components: Vec<Measurement> = items(resource, "component").iter().map(value).collect();
    let keep = own.value.is_some() || own.absent.is_some() || components.is_empty();
    let mut all: Vec<Measurement> = keep.then_some(own).into_iter().chain(components).collect();
    all.iter_mut()
        .for_each(|measurement| measurement.date.clone_from(&date));
    all
}

fn value(holder: &Value) -> Measurement {
    let mut out = element::measurement(holder);
    if let Some(quantity) = element::quantity(holder.get("valueQuantity")) {
        out.value = Some(quantity.value);
        out.numeric = true;
        out.comparator = quantity.comparator;
        out.unit = quantity.unit;
        out.ucum = quantity.ucum;
    } else if let Some(number) = element::decimal(holder.get("valueInteger")) {
        out.value = Some(number);
        out.numeric = true;
    } else {
        out.value = worded(holder);
    }
    out.absent = items(holder, "dataAbsentReason")
        .first()
        .and_then(|reason| element::codes(Some(reason)).first().map(|c| c.code.clone()));
    range(holder, &mut out);
    let stated = element::codes(holder.get("interpretation"))
        .iter()
        .find_map(|coding| Level::of_code(&coding.code));
    out.level_stated = stated.is_some();
    out.level = stated.or_else(|| computed(&out));
    out
}

/// A value that is no single number.
fn worded(holder: &Value) -> Option<String> {
    if let Some(concept) = holder.get("valueCodeableConcept") {
        return name(Some(concept));
    }
    for key in ["valueString", "valueDateTime", "valueTime"] {
        if let Some(text) = text(holder, key) {
            return Some(text);
        }
    }
    if let Some(yes) = holder.get("valueBoolean").and_then(Value::as_bool) {
        return Some(if yes { "true" } else { "false" }.into());
    }
    let plain = |value: Option<&Value>| {
        element::quantity(value).map(|q| {
            q.unit
                .map_or_else(|| q.value.clone(), |unit| format!("{} {unit}", q.value))
        })
    };
    if let Some(range) = holder.get("valueRange") {
        return match (plain(range.get("low")), plain(range.get("high"))) {
            (Some(low), Some(high)) => Some(format!("{low} – {high}")),
            (Some(low), None) => Some(format!("≥ {low}")),
            (None, high) => high.map(|high| format!("≤ {high}")),
        };
    }
    if let Some(ratio) = holder.get("valueRatio") {
        return Some(format!(
            "{} : {}",
            plain(ratio.get("numerator"))?,
            plain(ratio.get("denominator"))?
        ));
    }
    holder.get("valuePeriod").and_then(|period| text(period, "start"))
}

/// The normal range: one marked `normal`, else the first that carries no other meaning.
fn range(holder: &Value, out: &mut Measurement) {
    let meaning = |range: &Value| {
        element::codes(range.get("type"))
            .first()
            .map(|coding| coding.code.clone())
    };
    let ranges = items(holder, "referenceRange");
    let normal = ranges.iter().find(|range| meaning(range).as_deref() == Some("normal"));
    let Some(range) = normal.or_else(|| ranges.iter().find(|range| meaning(range).is_none())) else {
        return;
    };
    // A bound in another unit than the value must not be compared with it, nor shown as if it were.
    let same = |bound: &element::Quantity| match (&bound.ucum, &out.ucum) {
        (Some(bound), Some(value)) => bound == value,
        _ => bound.unit.is_none() || bound.unit == out.unit,
    };
    let low = element::quantity(range.get("low"));
    let high = element::quantity(range.get("high"));
    if low.iter().chain(&high).all(same) {
        out.low = low.map(|bound| bound.value);
        out.high = high.map(|bound| bound.value);
    } else {
        let plain = |bound: Option<element::Quantity>| {
            bound.map(|b| format!("{} {}", b.value, b.unit.unwrap_or_default()).trim().to_owned())
        };
        let parts: Vec<String> = [plain(low), plain(high)].into_iter().flatten().collect();
        out.range_text = Some(parts.join(" – "));
    }
    if let Some(text) = text(range, "text") {
        out.range_text = Some(text);
    }
}

/// The level that value and range give; none for a value that is only a bound and might be either.
pub(crate) fn computed(value: &Measurement) -> Option<Level> {
    level(
        value.value.as_deref().filter(|_| value.numeric)?,
        value.comparator.as_deref(),
        value.low.as_deref(),
        value.high.as_deref(),
    )
}

/// The level of a decimal within a range of decimals.
pub(crate) fn level(value: &str, comparator: Option<&str>, low: Option<&str>, high: Option<&str>) -> Option<Level> {
    let at_low = low
        .map(|low| decimal::compare(value, low))
        .map_or(Some(None), |o| o.map(Some))?;
    let at_high = high
        .map(|high| decimal::compare(value, high))
        .map_or(Some(None), |o| o.map(Some))?;
    if at_low.is_none() && at_high.is_none() {
        return None;
    }
    let is_low = at_low == Some(Ordering::Less);
    let is_high = at_high == Some(Ordering::Greater);
    match comparator {
        None if is_low => Some(Level::Low),
        None if is_high => Some(Level::High),
        None => Some(Level::Normal),
        // "< 5" with a lower end of 5 or more is low for certain; "> 5" mirrors it.
        Some("<") if matches!(at_low, Some(Ordering::Less | Ordering::Equal)) => Some(Level::Low),
        Some("<=") if is_low => Some(Level::Low),
        Some(">") if matches!(at_high, Some(Ordering::Greater | Ordering::Equal)) => Some(Level::High),
        Some(">=") if is_high => Some(Level::High),
        // "< 5" with no lower end and an upper end of 5 or more is normal for certain.
        Some("<" | "<=") if at_low.is_none() && !is_high => Some(Level::Normal),
        Some(">" | ">=") if at_high.is_none() && !is_low => Some(Level::Normal),
        Some(_) => None,
    }
}
