//! Broken copies of what the builders write.

use serde_json::{Value, json};

use super::all;

fn changed(name: &str, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let bytes = all().into_iter().find(|(other, _)| *other == name).unwrap().1;
    let mut value: Value = serde_json::from_slice(&bytes).unwrap();
    change(&mut value);
    value.to_string().into_bytes()
}

fn remove(value: &mut Value, key: &str) {
    value.as_object_mut().unwrap().remove(key).unwrap();
}

/// The twenty broken resources that validators are measured by, and the code we refuse each with.
pub fn mutants() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let script = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Hello</p><script>alert(1)</script></div>";
    vec![
        (
            "array_where_single",
            "fhir.cardinality",
            changed("patient", |p| p["gender"] = json!(["female"])),
        ),
        (
            "single_where_array",
            "fhir.cardinality",
            changed("patient", |p| p["name"] = json!({ "family": "Rivera" })),
        ),
        (
            "bad_base64",
            "fhir.format",
            changed("provenance", |p| p["signature"][0]["data"] = json!("***")),
        ),
        (
            "bad_date",
            "fhir.format",
            changed("patient", |p| p["birthDate"] = json!("1987-13-40")),
        ),
        (
            "bad_id",
            "fhir.format",
            changed("patient", |p| p["id"] = json!("no spaces_allowed")),
        ),
        (
            "date_only_issued",
            "fhir.format",
            changed("observation", |o| o["issued"] = json!("2026-11-25")),
        ),
        (
            "document_without_identifier",
            "fhir.invariant",
            changed("visit_report", |b| remove(b, "identifier")),
        ),
        (
            "empty_array",
            "fhir.empty",
            changed("patient", |p| p["telecom"] = json!([])),
        ),
        (
            "script_in_narrative",
            "fhir.narrative",
            changed("patient", |p| {
                p["text"] = json!({ "status": "generated", "div": script })
            }),
        ),
        (
            "start_without_end",
            "fhir.invariant",
            changed("appointment", |a| remove(a, "end")),
        ),
        (
            "value_with_absent_reason",
            "fhir.invariant",
            changed("observation", |o| o["dataAbsentReason"] = json!({ "text": "unknown" })),
        ),
        (
            "consent_without_policy",
            "fhir.invariant",
            changed("consent", |c| remove(c, "policyRule")),
        ),
        (
            "participant_without_status",
            "fhir.required",
            changed("appointment", |a| remove(&mut a["participant"][0], "status")),
        ),
        (
            "prescription_without_intent",
            "fhir.required",
            changed("medication_request", |m| remove(m, "intent")),
        ),
        (
            "invalid_nested",
            "fhir.code",
            changed("lab_result", |b| b["entry"][1]["resource"]["status"] = json!("foo")),
        ),
        (
            "unknown_status",
            "fhir.code",
            changed("observation", |o| o["status"] = json!("foo")),
        ),
        (
            "two_values",
            "fhir.choice",
            changed("observation", |o| o["valueString"] = json!("9.8")),
        ),
        (
            "unknown_element",
            "fhir.unknown_element",
            changed("observation", |o| o["colour"] = json!("red")),
        ),
        (
            "subject_is_medication",
            "fhir.reference_target",
            changed("observation", |o| {
                o["subject"] = json!({ "reference": "Medication/12" })
            }),
        ),
        (
            "boolean_as_text",
            "fhir.type",
            changed("patient", |p| p["multipleBirthBoolean"] = json!("true")),
        ),
    ]
}
