//! What all resources share, and the resources with few facts of their own (CLIN-21, CLIN-27).

use serde_json::Value;

use super::element::{self, items, name, party, text};
use super::lookup::Lookup;
use crate::facts::{Fact, Facts, Param};

/// Where a resource says who wrote or did it, the best first.
#[rustfmt::skip]
const AUTHORS: &[&str] = &[
    "author", "requester", "recorder", "asserter", "informationSource", "performer", "actor", "assessor", "participant", "provider",
    "performerActor",
];
const SUBJECTS: &[&str] = &["subject", "patient", "beneficiary"];
/// Elements that hold the date a record is about, the best first.
#[rustfmt::skip]
const DATES: &[&str] = &[
    "effective", "occurrence", "performed", "onset", "authoredOn", "dateTime", "date", "recordedDate", "period", "occurred", "recorded",
    "issued", "dateAsserted", "created", "started", "timestamp", "whenHandedOver", "billablePeriod", "assertedDate",
];

/// Codes, date, author and subject.
pub(super) fn common(resource: &Value, lookup: &Lookup<'_>, facts: &mut Facts) {
    let coded = ["code", "vaccineCode", "medicationCodeableConcept", "type"]
        .iter()
        .find_map(|key| resource.get(*key));
    facts.codes = element::codes(coded);
    for base in DATES {
        let (date, until) = element::when(resource, base);
        if date.is_some() {
            (facts.date, facts.until) = (date, until);
            break;
        }
    }
    let who = AUTHORS.iter().find_map(|key| {
        let first = items(resource, key).first()?;
        // Performers of procedures, immunizations and encounters stand one level deeper.
        party(Some(first))
            .or_else(|| party(first.get("actor")))
            .or_else(|| party(first.get("individual")))
    });
    facts.author = lookup.named(who);
    facts
        .facts
        .extend(element::said("fact.revision_reason", crate::order::reason_of(resource)));
    facts.subject = lookup.named(SUBJECTS.iter().find_map(|key| party(resource.get(*key))));
}

pub(super) fn read(resource: &Value, lookup: &Lookup<'_>, facts: &mut Facts) {
    match facts.resource_type.as_str() {
        "Patient" | "RelatedPerson" | "Person" => patient(resource, facts),
        "Condition" => condition(resource, facts),
        "AllergyIntolerance" => allergy(resource, facts),
        "Immunization" => immunization(resource, facts),
        "DocumentReference" => file(resource, lookup, facts),
        "Consent" => consent(resource, lookup, facts),
        "AuditEvent" => audit(resource, lookup, facts),
        "Provenance" => provenance(resource, lookup, facts),
        "Task" => {
            facts.title = name(resource.get("businessStatus")).or_else(|| text(resource, "description"));
            facts.author = lookup.named(party(resource.get("owner")));
            facts.subject = lookup.named(party(resource.get("for")));
            facts.date = text(resource, "lastModified").or_else(|| text(resource, "authoredOn"));
            facts.facts.extend(element::notes(resource));
        }
        "Specimen" => {
            facts.facts.extend(element::said(
                "fact.specimen_number",
                resource
                    .get("accessionIdentifier")
                    .and_then(|number| text(number, "value")),
            ));
            facts.facts.extend(element::notes(resource));
            facts.title = name(resource.get("type"));
            let collected = resource
                .get("collection")
                .and_then(|collection| element::when(collection, "collected").0);
            facts.date = collected.or_else(|| text(resource, "receivedTime"));
        }
        _ => generic(resource, facts),
    }
}

fn patient(resource: &Value, facts: &mut Facts) {
    facts.title = element::human_name(resource);
    facts.date = None;
    let add = &mut facts.facts;
    add.extend(element::dated("fact.birth_date", text(resource, "birthDate")));
    add.extend(element::coded("fact.gender", "gender", text(resource, "gender")));
    for identifier in items(resource, "identifier") {
        add.extend(element::said("fact.identifier", text(identifier, "value")));
    }
    for telecom in items(resource, "telecom") {
        let phrase = match text(telecom, "system").as_deref() {
            Some("email") => "fact.email",
            Some("phone" | "sms") => "fact.phone",
            _ => "fact.contact_point",
        };
        add.extend(element::said(phrase, text(telecom, "value")));
    }
    for address in items(resource, "address") {
        let lines = items(address, "line").iter().filter_map(Value::as_str);
        let rest = ["postalCode", "city", "state", "country"]
            .iter()
            .filter_map(|key| address.get(*key).and_then(Value::as_str));
        let whole = lines.chain(rest).collect::<Vec<_>>().join(", ");
        add.extend(element::said(
            "fact.address",
            text(address, "text").or(Some(whole).filter(|whole| !whole.is_empty())),
        ));
    }
    for contact in items(resource, "contact") {
        let person = contact
            .get("name")
            .and_then(|name| element::human_name(&serde_json::json!({ "name": [name] })));
        let reach = items(contact, "telecom")
            .iter()
            .find_map(|telecom| text(telecom, "value"));
        let shown = [person, name(contact.get("relationship")), reach]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ");
        add.extend(element::said(
            "fact.emergency_contact",
            Some(shown).filter(|shown| !shown.is_empty()),
        ));
    }
}

/// The status of problems and allergies is a concept.
fn concept_status(resource: &Value, facts: &mut Facts) {
    let first = |key: &str| {
        element::codes(resource.get(key))
            .first()
            .map(|coding| coding.code.clone())
    };
    facts.status = first("clinicalStatus").or_else(|| first("verificationStatus"));
    if let Some(verification) = first("verificationStatus") {
        facts.facts.push(Fact::new(
            "fact.verification",
            [("text", Param::Phrase(format!("verification.{verification}")))],
        ));
    }
}

fn condition(resource: &Value, facts: &mut Facts) {
    facts.title = name(resource.get("code"));
    concept_status(resource, facts);
    facts.until = element::when(resource, "abatement").0;
    facts
        .facts
        .extend(element::said("fact.onset", text(resource, "onsetString")));
    facts
        .facts
        .extend(element::said("fact.severity", name(resource.get("severity"))));
    facts
        .facts
        .extend(element::said("fact.body_site", name(resource.get("bodySite"))));
    facts.facts.extend(element::notes(resource));
}

fn allergy(resource: &Value, facts: &mut Facts) {
    let reactions = items(resource, "reaction");
    facts.title =
        name(resource.get("code")).or_else(|| reactions.iter().find_map(|reaction| name(reaction.get("substance"))));
    concept_status(resource, facts);
    facts.facts.extend(element::coded(
        "fact.criticality",
        "criticality",
        text(resource, "criticality"),
    ));
    for reaction in reactions {
        for manifestation in items(reaction, "manifestation") {
            facts
                .facts
                .extend(element::said("fact.reaction", name(Some(manifestation))));
        }
        facts.facts.extend(element::coded(
            "fact.reaction_severity",
            "severity",
            text(reaction, "severity"),
        ));
    }
    facts.facts.extend(element::notes(resource));
}

fn immunization(resource: &Value, facts: &mut Facts) {
    facts.title = name(resource.get("vaccineCode"));
    facts
        .facts
        .extend(element::said("fact.lot", text(resource, "lotNumber")));
    for protocol in items(resource, "protocolApplied") {
        let dose =
            element::decimal(protocol.get("doseNumberPositiveInt")).or_else(|| text(protocol, "doseNumberString"));
        facts.facts.extend(element::said("fact.dose_number", dose));
    }
    if facts.date.is_none() {
        facts
            .facts
            .extend(element::said("fact.onset", text(resource, "occurrenceString")));
    }
    facts.facts.extend(element::notes(resource));
}

fn file(resource: &Value, lookup: &Lookup<'_>, facts: &mut Facts) {
    let attachments: Vec<&Value> = items(resource, "content")
        .iter()
        .filter_map(|content| content.get("attachment"))
        .collect();
    let titled = attachments.iter().find_map(|attachment| text(attachment, "title"));
    facts.title = text(resource, "description")
        .or(titled)
        .or_else(|| name(resource.get("type")));
    facts.author = lookup.named(party(resource.get("author")));
    for attachment in attachments {
        let kind = text(attachment, "contentType").unwrap_or_else(|| "application/octet-stream".into());
        let named = text(attachment, "title").unwrap_or_else(|| kind.clone());
        facts.facts.push(match element::decimal(attachment.get("size")) {
            Some(size) => Fact::new(
                "fact.attachment",
                [
                    ("text", Param::Text(named)),
                    ("type", Param::Text(kind)),
                    ("bytes", Param::Number(size)),
                ],
            ),
            None => Fact::new("fact.file", [("text", Param::Text(named))]),
        });
    }
}

fn consent(resource: &Value, lookup: &Lookup<'_>, facts: &mut Facts) {
    let provision = resource.get("provision");
    let list = |key: &str| provision.map(|p| items(p, key)).unwrap_or_default();
    let actors = list("actor")
        .iter()
        .filter_map(|actor| lookup.named(party(actor.get("reference"))));
    let shown: Vec<String> = actors.filter_map(|party| party.display.or(party.reference)).collect();
    facts.title = Some(shown.join(", "))
        .filter(|shown| !shown.is_empty())
        .or_else(|| name(resource.get("category")));
    if element::codes(resource.get("scope"))
        .iter()
        .any(|coding| coding.code == "adr")
    {
        facts
            .facts
            .extend(element::said("fact.wish", name(resource.get("policyRule"))));
        let decision = provision.and_then(|p| text(p, "type"));
        facts
            .facts
            .extend(element::coded("fact.decision", "decision", decision));
    }
    facts.author = lookup.named(party(resource.get("performer")).or_else(|| party(resource.get("patient"))));
    for purpose in list("purpose") {
        facts
            .facts
            .extend(element::coded("fact.purpose", "purpose", text(purpose, "code")));
    }
    if let Some(period) = provision.and_then(|p| p.get("period")) {
        facts
            .facts
            .extend(element::dated("fact.valid_from", text(period, "start")));
        facts
            .facts
            .extend(element::dated("fact.valid_until", text(period, "end")));
    }
    for class in list("class") {
        facts
            .facts
            .extend(element::said("fact.shared_type", text(class, "code")));
    }
    let records = list("data").len();
    if records > 0 {
        facts.facts.push(Fact::new(
            "fact.shared_records",
            [("count", Param::Number(records.to_string()))],
        ));
    }
}

fn audit(resource: &Value, lookup: &Lookup<'_>, facts: &mut Facts) {
    let agents = items(resource, "agent");
    let asked = agents
        .iter()
        .find(|agent| agent.get("requestor").and_then(Value::as_bool) == Some(true))
        .or_else(|| agents.first());
    let mut who = lookup.named(asked.and_then(|agent| party(agent.get("who"))));
    if let Some(named) = asked.and_then(|agent| text(agent, "name")) {
        who.get_or_insert_default().display.get_or_insert(named);
    }
    facts.title = name(resource.get("type"));
    facts.author = who;
    facts.status = None;
    let records = items(resource, "entity").len();
    if records > 0 {
        facts.facts.push(Fact::new(
            "fact.opened_records",
            [("count", Param::Number(records.to_string()))],
        ));
    }
    for purpose in items(resource, "purposeOfEvent") {
        facts.facts.extend(element::coded(
            "fact.purpose",
            "purpose",
            element::codes(Some(purpose)).first().map(|c| c.code.clone()),
        ));
    }
}

fn provenance(resource: &Value, lookup: &Lookup<'_>, facts: &mut Facts) {
    facts.title = name(resource.get("activity"));
    facts.author = lookup.named(
        items(resource, "agent")
            .first()
            .and_then(|agent| party(agent.get("who"))),
    );
    facts.date = facts.date.take().or_else(|| text(resource, "recorded"));
    let targets = items(resource, "target").len();
    facts.facts.push(Fact::new(
        "fact.targets",
        [("count", Param::Number(targets.to_string()))],
    ));
}

/// A type without facts of its own still shows its name, codes, date and people.
fn generic(resource: &Value, facts: &mut Facts) {
    let named = ["title", "name", "description", "summary"]
        .iter()
        .find_map(|key| text(resource, key));
    let coded = ["code", "type", "category", "serviceType"]
        .iter()
        .find_map(|key| name(resource.get(*key)));
    facts.title = element::human_name(resource).or(named).or(coded);
    facts.facts.extend(element::said(
        "fact.description",
        text(resource, "description").filter(|d| facts.title.as_ref() != Some(d)),
    ));
    for reason in items(resource, "reasonCode") {
        facts.facts.extend(element::said("fact.reason", name(Some(reason))));
    }
    facts.facts.extend(element::notes(resource));
}
