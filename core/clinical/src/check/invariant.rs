//! Rules between elements, by their FHIR names: what no table of elements can say.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Object, list, primitive};
use crate::{date, decimal};

/// Reports the names and paths of the rules that a resource or datatype breaks.
pub(super) fn check(name: &str, object: &Object, path: &str, report: &mut dyn FnMut(&str, &str)) {
    match name {
        "Appointment" => appointment(object, path, report),
        "Observation" => observation(object, path, report),
        "Consent" => consent(object, path, report),
        "AuditEvent" => each(object, "entity", path, |entity, here| {
            if entity.contains_key("name") && entity.contains_key("query") {
                report("sev-1", here);
            }
        }),
        "Bundle" => bundle(object, path, report),
        "Composition" => sections(object, path, report),
        "Condition" => condition(object, path, report),
        "AllergyIntolerance" => allergy(object, path, report),
        "Immunization" => each(object, "education", path, |education, here| {
            if !education.contains_key("documentType") && !education.contains_key("reference") {
                report("imm-1", here);
            }
        }),
        "ServiceRequest" if object.contains_key("orderDetail") && !object.contains_key("code") => report("prr-1", path),
        "Patient" => each(object, "contact", path, |contact, here| {
            if !["name", "telecom", "address", "organization"]
                .iter()
                .any(|key| contact.contains_key(*key))
            {
                report("pat-1", here);
            }
        }),
        "Organization" if !object.contains_key("identifier") && !object.contains_key("name") => report("org-1", path),
        "Task" if after(object.get("authoredOn"), object.get("lastModified")) => report("inv-1", path),
        "Period" if after(object.get("start"), object.get("end")) => report("per-1", path),
        "Quantity" | "Age" | "Duration" if object.contains_key("code") && !object.contains_key("system") => {
            report("qty-3", path)
        }
        "Range" if above(object.get("low"), object.get("high")) => report("rng-2", path),
        "Attachment" if object.contains_key("data") && !object.contains_key("contentType") => report("att-1", path),
        "ContactPoint" if object.contains_key("value") && !object.contains_key("system") => report("cpt-2", path),
        _ => {}
    }
}

fn each(object: &Object, key: &str, path: &str, mut visit: impl FnMut(&Object, &str)) {
    for (index, item) in list(object, key).iter().enumerate() {
        if let Some(item) = item.as_object() {
            visit(item, &format!("{path}.{key}[{index}]"));
        }
    }
}

fn text<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    object.get(key).and_then(Value::as_str)
}

/// Whether a value is given, or only missing for a stated reason.
fn given(object: &Object, base: &str) -> bool {
    object.keys().any(|key| key.trim_start_matches('_').starts_with(base))
}

fn after(start: Option<&Value>, end: Option<&Value>) -> bool {
    let span = |value: Option<&Value>| value.and_then(Value::as_str).and_then(|text| date::parse(text).ok());
    matches!((span(start), span(end)), (Some(start), Some(end)) if start.from >= end.until)
}

fn above(low: Option<&Value>, high: Option<&Value>) -> bool {
    let number = |value: Option<&Value>| value.and_then(|v| v.get("value")).map(ToString::to_string);
    let unit = |value: Option<&Value>| value.and_then(|v| v.get("code").or_else(|| v.get("unit"))).cloned();
    matches!((number(low), number(high)), (Some(a), Some(b))
        if unit(low) == unit(high) && decimal::compare(&a, &b) == Some(core::cmp::Ordering::Greater))
}

fn appointment(object: &Object, path: &str, report: &mut dyn FnMut(&str, &str)) {
    let (start, end) = (object.contains_key("start"), object.contains_key("end"));
    let status = text(object, "status").unwrap_or_default();
    each(object, "participant", path, |participant, here| {
        if !participant.contains_key("type") && !participant.contains_key("actor") {
            report("app-1", here);
        }
    });
    if start != end {
        report("app-2", path);
    }
    let untimed = matches!(status, "proposed" | "cancelled" | "waitlist");
    if !(untimed || start && end) {
        report("app-3", path);
    }
    if object.contains_key("cancelationReason") && !matches!(status, "cancelled" | "noshow") {
        report("app-4", path);
    }
    if after(object.get("start"), object.get("end")) {
        report("per-1", path);
    }
}

fn observation(object: &Object, path: &str, report: &mut dyn FnMut(&str, &str)) {
    let absent = object.contains_key("dataAbsentReason");
    if absent && given(object, "value") {
        report("obs-6", path);
    }
    ranges(object, path, report);
    each(object, "component", path, |component, here| {
        if component.contains_key("dataAbsentReason") && given(component, "value") {
            report("obs-6", here);
        }
        ranges(component, here, report);
        if given(object, "value")
            && component.get("code").is_some()
            && codings(component) == codings(object)
            && !codings(object).is_empty()
        {
            report("obs-7", here);
        }
    });
}

fn codings(object: &Object) -> Vec<(Option<&Value>, Option<&Value>)> {
    let coding = object
        .get("code")
        .and_then(|code| code.get("coding"))
        .and_then(Value::as_array);
    coding
        .into_iter()
        .flatten()
        .map(|c| (c.get("system"), c.get("code")))
        .collect()
}

fn ranges(object: &Object, path: &str, report: &mut dyn FnMut(&str, &str)) {
    each(object, "referenceRange", path, |range, here| {
        if !["low", "high", "text"].iter().any(|key| range.contains_key(*key)) {
            report("obs-3", here);
        }
        if above(range.get("low"), range.get("high")) {
            report("rng-2", here);
        }
    });
}

fn consent(object: &Object, path: &str, report: &mut dyn FnMut(&str, &str)) {
    if !object.contains_key("policy") && !object.contains_key("policyRule") {
        report("ppc-1", path);
    }
    let codes = object
        .get("scope")
        .and_then(|scope| scope.get("coding"))
        .and_then(Value::as_array);
    let scope = codes
        .into_iter()
        .flatten()
        .filter_map(|coding| coding.get("code"))
        .filter_map(Value::as_str);
    for code in scope {
        let rule = match code {
            "patient-privacy" => "ppc-2",
            "research" => "ppc-3",
            "adr" => "ppc-4",
            "treatment" => "ppc-5",
            _ => continue,
        };
        if !object.contains_key("patient") {
            report(rule, path);
        }
    }
}

fn condition(object: &Object, path: &str, report: &mut dyn FnMut(&str, &str)) {
    let verification = concept_codes(object, "verificationStatus");
    let clinical = concept_codes(object, "clinicalStatus");
    let error = verification.contains(&"entered-in-error");
    if error && object.contains_key("clinicalStatus") {
        report("con-5", path);
    }
    if given(object, "abatement")
        && !clinical.is_empty()
        && !clinical
            .iter()
            .any(|c| matches!(*c, "resolved" | "remission" | "inactive"))
    {
        report("con-4", path);
    }
}

fn allergy(object: &Object, path: &str, report: &mut dyn FnMut(&str, &str)) {
    let error = concept_codes(object, "verificationStatus").contains(&"entered-in-error");
    if !error && !object.contains_key("clinicalStatus") {
        report("ait-1", path);
    }
    if error && object.contains_key("clinicalStatus") {
        report("ait-2", path);
    }
}

fn concept_codes<'a>(object: &'a Object, key: &str) -> Vec<&'a str> {
    let coding = object
        .get(key)
        .and_then(|concept| concept.get("coding"))
        .and_then(Value::as_array);
    coding
        .into_iter()
        .flatten()
        .filter_map(|c| c.get("code"))
        .filter_map(Value::as_str)
        .collect()
}

fn sections(object: &Object, path: &str, report: &mut dyn FnMut(&str, &str)) {
    each(object, "section", path, |section, here| {
        let has = |key: &str| section.contains_key(key);
        if !has("text") && !has("entry") && !has("section") {
            report("cmp-1", here);
        }
        if has("emptyReason") && has("entry") {
            report("cmp-2", here);
        }
        sections(section, here, report);
    });
}

fn bundle(object: &Object, path: &str, report: &mut dyn FnMut(&str, &str)) {
    let kind = text(object, "type").unwrap_or_default();
    let entries = list(object, "entry");
    let first = entries
        .first()
        .and_then(|entry| entry.get("resource"))
        .and_then(|resource| resource.get("resourceType"));
    if kind == "document" {
        let identifier = object.get("identifier");
        if !["system", "value"]
            .iter()
            .all(|key| identifier.and_then(|id| id.get(*key)).is_some())
        {
            report("bdl-9", path);
        }
        if !object.contains_key("timestamp") {
            report("bdl-10", path);
        }
        if first.and_then(Value::as_str) != Some("Composition") {
            report("bdl-11", path);
        }
    }
    if object.contains_key("total") && !matches!(kind, "searchset" | "history") {
        report("bdl-1", path);
    }
    let mut urls = BTreeMap::new();
    let mut types = BTreeMap::new();
    each(object, "entry", path, |entry, here| {
        if entry.contains_key("search") && kind != "searchset" {
            report("bdl-2", here);
        }
        let asks = matches!(kind, "batch" | "transaction" | "history");
        if entry.contains_key("request") != asks {
            report("bdl-3", here);
        }
        if !["resource", "request", "response"]
            .iter()
            .any(|key| entry.contains_key(*key))
        {
            report("bdl-5", here);
        }
        let Some(url) = text(entry, "fullUrl") else { return };
        if url.contains("/_history/") {
            report("bdl-8", here);
        }
        let resource = entry.get("resource");
        let version = resource
            .and_then(|r| r.get("meta"))
            .and_then(|m| m.get("versionId"))
            .map(ToString::to_string);
        if kind != "history" && urls.insert((url.to_owned(), version), ()).is_some() {
            report("bdl-7", here);
        }
        if let Some(name) = resource.and_then(|r| r.get("resourceType")).and_then(Value::as_str) {
            types.insert(url.to_owned(), name.to_owned());
        }
    });
    targets(entries, &types, path, report);
}

/// References inside a Bundle whose target is there must name a type that belongs: a subject is no Medication.
fn targets(entries: &[Value], types: &BTreeMap<String, String>, path: &str, report: &mut dyn FnMut(&str, &str)) {
    for (index, entry) in entries.iter().enumerate() {
        let Some(resource) = entry.get("resource").and_then(Value::as_object) else {
            continue;
        };
        let name = text(resource, "resourceType").unwrap_or_default();
        let Some(kind) = super::table::Table::get().resource(name) else {
            continue;
        };
        for (key, value) in resource {
            let Some((element, "Reference")) = kind.find("", key) else {
                continue;
            };
            let items = value.as_array().map_or(core::slice::from_ref(value), Vec::as_slice);
            for reference in items
                .iter()
                .filter_map(|item| item.get("reference"))
                .filter_map(Value::as_str)
            {
                let known = types.get(reference).filter(|_| primitive::target(reference).is_none());
                if known.is_some_and(|target| !element.targets.is_empty() && !element.targets.contains(target)) {
                    report("ref-target", &format!("{path}.entry[{index}].resource.{key}"));
                }
            }
        }
    }
}
