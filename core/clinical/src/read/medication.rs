//! Medicines: name, dose, route, timing, duration, refills (CLIN-25).

use serde_json::Value;

use super::element::{self, items, name, text};
use super::lookup::Lookup;
use crate::facts::{Fact, Facts, Param};

pub(super) fn read(resource: &Value, lookup: &Lookup<'_>, facts: &mut Facts) {
    let concept = resource.get("medicationCodeableConcept");
    let reference = resource.get("medicationReference");
    let product = lookup.follow(reference);
    let coded = concept
        .or_else(|| product.and_then(|product| product.get("code")))
        .or_else(|| resource.get("code"));
    facts.title = name(coded).or_else(|| reference.and_then(|r| text(r, "display")));
    if facts.codes.is_empty() {
        facts.codes = element::codes(coded);
    }
    let dosages = if resource.get("dosageInstruction").is_some() {
        "dosageInstruction"
    } else {
        "dosage"
    };
    for dosage in items(resource, dosages) {
        facts.facts.extend(self::dosage(dosage));
    }
    if let Some(dispense) = resource.get("dispenseRequest") {
        if let Some(quantity) = element::quantity(dispense.get("quantity")) {
            facts.facts.push(amount("fact.quantity", quantity));
        }
        if let Some(refills) = element::decimal(dispense.get("numberOfRepeatsAllowed")) {
            facts
                .facts
                .push(Fact::new("fact.refills", [("count", Param::Number(refills))]));
        }
        let validity = dispense.get("validityPeriod");
        facts.facts.extend(element::dated(
            "fact.valid_until",
            validity.and_then(|period| text(period, "end")),
        ));
    }
    if let Some(no) = resource
        .get("substitution")
        .and_then(|s| s.get("allowedBoolean"))
        .and_then(Value::as_bool)
    {
        facts.facts.extend((!no).then(|| Fact::new("fact.no_substitution", [])));
    }
    for reason in items(resource, "reasonCode") {
        facts.facts.extend(element::said("fact.reason", name(Some(reason))));
    }
    facts.facts.extend(element::notes(resource));
}

/// Dose, route, timing, duration, and the instruction as written.
fn dosage(dosage: &Value) -> Vec<Fact> {
    let mut out = Vec::new();
    let rate = items(dosage, "doseAndRate").first();
    let dose = rate
        .and_then(|rate| element::quantity(rate.get("doseQuantity")))
        .or_else(|| element::quantity(dosage.get("doseQuantity")));
    out.extend(dose.map(|dose| amount("fact.dose", dose)));
    let repeat = dosage.get("timing").and_then(|timing| timing.get("repeat"));
    let needed = dosage.get("asNeededBoolean").and_then(Value::as_bool).unwrap_or(false);
    out.extend(repeat.and_then(timing));
    for when in repeat
        .into_iter()
        .flat_map(|repeat| items(repeat, "when"))
        .filter_map(Value::as_str)
    {
        out.push(Fact::new(
            "fact.when",
            [("text", Param::Phrase(format!("when.{when}")))],
        ));
    }
    if needed || dosage.get("asNeededCodeableConcept").is_some() {
        let reason = name(dosage.get("asNeededCodeableConcept"));
        out.push(element::said("fact.as_needed_for", reason).unwrap_or_else(|| Fact::new("fact.as_needed", [])));
    }
    out.extend(element::said("fact.route", name(dosage.get("route"))));
    out.extend(repeat.and_then(duration));
    out.extend(element::said("fact.instruction", text(dosage, "text")));
    out.extend(element::said("fact.instruction", text(dosage, "patientInstruction")));
    out
}

fn amount(phrase: &str, quantity: element::Quantity) -> Fact {
    let unit = Param::Text(quantity.unit.unwrap_or_default());
    Fact::new(phrase, [("count", Param::Number(quantity.value)), ("unit", unit)])
}

/// Phrase key of a UCUM time unit.
fn unit(code: &str) -> Option<String> {
    matches!(code, "s" | "min" | "h" | "d" | "wk" | "mo" | "a").then(|| format!("unit.{code}"))
}

fn timing(repeat: &Value) -> Option<Fact> {
    let frequency = element::decimal(repeat.get("frequency"));
    let period = element::decimal(repeat.get("period"))?;
    let code = text(repeat, "periodUnit")?;
    let times = frequency.unwrap_or_else(|| "1".into());
    let fact = match (times.as_str(), period.as_str(), code.as_str()) {
        (_, "1", "d") => Fact::new("timing.per_day", [("count", Param::Number(times))]),
        (_, "1", "wk") => Fact::new("timing.per_week", [("count", Param::Number(times))]),
        ("1", _, _) => Fact::new(
            "timing.every",
            [("count", Param::Number(period)), ("unit", Param::Phrase(unit(&code)?))],
        ),
        _ => Fact::new(
            "timing.times_every",
            [
                ("times", Param::Number(times)),
                ("count", Param::Number(period)),
                ("unit", Param::Phrase(unit(&code)?)),
            ],
        ),
    };
    Some(fact)
}

fn duration(repeat: &Value) -> Option<Fact> {
    if let Some(bounds) = repeat.get("boundsDuration") {
        let value = element::decimal(bounds.get("value"))?;
        let shown = text(bounds, "code").and_then(|code| unit(&code)).map(Param::Phrase);
        let shown = shown.or_else(|| text(bounds, "unit").map(Param::Text))?;
        return Some(Fact::new(
            "fact.duration",
            [("count", Param::Number(value)), ("unit", shown)],
        ));
    }
    if let Some(period) = repeat.get("boundsPeriod") {
        return element::dated("fact.take_until", text(period, "end"));
    }
    let count = element::decimal(repeat.get("count"))?;
    Some(Fact::new("fact.doses", [("count", Param::Number(count))]))
}
