//! Appointments, orders, compositions, encounters (CLIN-26).

use serde_json::Value;

use super::element::{self, items, name, text};
use super::lookup::Lookup;
use crate::facts::{Fact, Facts, Param};
use crate::narrative;

pub(super) fn appointment(resource: &Value, lookup: &Lookup<'_>, facts: &mut Facts) {
    let service = name(resource.get("serviceType")).or_else(|| name(resource.get("specialty")));
    facts.title = service.or_else(|| text(resource, "description"));
    facts.date = text(resource, "start").or_else(|| facts.date.take());
    facts.until = text(resource, "end");
    if let Some(horizon) = resource.get("planningHorizon") {
        facts.date = text(horizon, "start");
        facts.until = text(horizon, "end");
    }
    if facts.resource_type == "AppointmentResponse" {
        facts.status = text(resource, "participantStatus");
    }
    if let Some(active) = resource.get("active").and_then(Value::as_bool) {
        facts.status = Some(if active { "active" } else { "inactive" }.into());
    }
    for participant in items(resource, "participant") {
        let person = lookup.named(element::party(participant.get("actor")));
        let Some(shown) = person.and_then(|party| party.display.or(party.reference)) else {
            continue;
        };
        let status = text(participant, "status").unwrap_or_else(|| "needs-action".into());
        facts.facts.push(Fact::new(
            "fact.participant",
            [
                ("text", Param::Text(shown)),
                ("status", Param::Phrase(format!("participation.{status}"))),
            ],
        ));
    }
    for reason in items(resource, "reasonCode") {
        facts.facts.extend(element::said("fact.reason", name(Some(reason))));
    }
    if facts.title.as_deref() != text(resource, "description").as_deref() {
        facts
            .facts
            .extend(element::said("fact.description", text(resource, "description")));
    }
    facts
        .facts
        .extend(element::said("fact.instruction", text(resource, "patientInstruction")));
    facts
        .facts
        .extend(element::said("fact.note", text(resource, "comment")));
}

pub(super) fn order(resource: &Value, facts: &mut Facts) {
    facts.title = name(resource.get("code"));
    facts
        .facts
        .extend(element::coded("fact.priority", "priority", text(resource, "priority")));
    for detail in items(resource, "orderDetail") {
        facts.facts.extend(element::said("fact.test", name(Some(detail))));
    }
    for reason in items(resource, "reasonCode") {
        facts.facts.extend(element::said("fact.reason", name(Some(reason))));
    }
    let (date, _) = element::when(resource, "occurrence");
    facts.facts.extend(element::dated("fact.wanted_by", date));
    facts
        .facts
        .extend(element::said("fact.instruction", text(resource, "patientInstruction")));
    facts.facts.extend(element::notes(resource));
}

pub(super) fn composition(resource: &Value, facts: &mut Facts) {
    facts.title = text(resource, "title").or_else(|| name(resource.get("type")));
    sections(resource, facts, 0);
}

/// Each section as its title and plain text; a section that is empty for a reason says so.
fn sections(holder: &Value, facts: &mut Facts, depth: u8) {
    for section in items(holder, "section") {
        let title = text(section, "title")
            .or_else(|| name(section.get("code")))
            .unwrap_or_default();
        let div = section
            .get("text")
            .and_then(|text| text.get("div"))
            .and_then(Value::as_str);
        let reason = element::codes(section.get("emptyReason"))
            .first()
            .map(|coding| coding.code.clone());
        if let Some(plain) = div.and_then(narrative::text) {
            facts.facts.push(Fact::new(
                "fact.section",
                [("title", Param::Text(title)), ("text", Param::Text(plain))],
            ));
        } else if let Some(reason) = reason {
            let reason = Param::Phrase(format!("empty.{reason}"));
            facts.facts.push(Fact::new(
                "fact.section",
                [("title", Param::Text(title)), ("text", reason)],
            ));
        } else {
            facts
                .facts
                .push(Fact::new("fact.section_title", [("title", Param::Text(title))]));
        }
        if depth < 8 {
            sections(section, facts, depth + 1);
        }
    }
}

pub(super) fn encounter(resource: &Value, lookup: &Lookup<'_>, facts: &mut Facts) {
    facts.title = name(resource.get("type"))
        .or_else(|| name(resource.get("serviceType")))
        .or_else(|| name(resource.get("class")));
    for reason in items(resource, "reasonCode") {
        facts.facts.extend(element::said("fact.reason", name(Some(reason))));
    }
    let place = lookup.named(element::party(resource.get("serviceProvider")));
    facts
        .facts
        .extend(element::said("fact.place", place.and_then(|party| party.display)));
}
