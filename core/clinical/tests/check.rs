//! The checker: broken copies are refused with the right code, real documents pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod common;

use clinical::{check, narrative};
use common::*;
use serde_json::{Value, json};

#[test]
fn each_of_the_twenty_mutants_is_refused_with_its_code() {
    let mutants = mutants();
    assert_eq!(mutants.len(), 20);
    for (name, code, bytes) in mutants {
        let issues = check::issues(&bytes);
        assert!(issues.iter().any(|issue| issue.code == code), "{name}: {issues:?}");
        assert!(check::check(&bytes).is_err(), "{name}");
    }
}

fn issue_of(resource: Value) -> Vec<(String, String, Option<String>)> {
    check::issues(resource.to_string().as_bytes())
        .into_iter()
        .map(|issue| (issue.code, issue.path, issue.rule))
        .collect()
}

#[test]
fn an_issue_names_its_place_and_rule() {
    let bundle = json!({
        "resourceType": "Bundle", "type": "collection",
        "entry": [{ "resource": { "resourceType": "Slot", "schedule": { "display": "x" }, "status": "free", "start": "2026-01-01T00:00:00Z" } }],
    });
    assert_eq!(
        issue_of(bundle),
        [("fhir.required".into(), "Bundle.entry[0].resource.end".into(), None)]
    );
    let organization = json!({ "resourceType": "Organization", "active": true });
    assert_eq!(
        issue_of(organization),
        [("fhir.invariant".into(), "Organization".into(), Some("org-1".into()))]
    );
}

#[test]
fn invariants_hold() {
    let concept = json!({ "text": "x" });
    let broken = [
        (
            "app-1",
            json!({ "resourceType": "Appointment", "status": "proposed", "participant": [{ "status": "accepted" }] }),
        ),
        (
            "app-3",
            json!({ "resourceType": "Appointment", "status": "booked", "participant": [{ "status": "accepted", "actor": { "display": "x" } }] }),
        ),
        (
            "app-4",
            json!({ "resourceType": "Appointment", "status": "proposed", "cancelationReason": concept, "participant": [{ "status": "accepted", "actor": { "display": "x" } }] }),
        ),
        (
            "obs-3",
            json!({ "resourceType": "Observation", "status": "final", "code": concept, "valueString": "x", "referenceRange": [{ "age": { "low": { "value": 1 } } }] }),
        ),
        (
            "rng-2",
            json!({ "resourceType": "Observation", "status": "final", "code": concept, "valueString": "x", "referenceRange": [{ "low": { "value": 2 }, "high": { "value": 1.5 } }] }),
        ),
        (
            "ppc-2",
            json!({ "resourceType": "Consent", "status": "active", "scope": { "coding": [{ "code": "patient-privacy" }] }, "category": [concept], "policyRule": concept }),
        ),
        (
            "sev-1",
            json!({ "resourceType": "AuditEvent", "type": { "code": "x" }, "recorded": "2026-01-01T00:00:00Z", "agent": [{ "requestor": true }], "source": { "observer": { "display": "x" } }, "entity": [{ "name": "x", "query": "eA==" }] }),
        ),
        (
            "bdl-7",
            json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "fullUrl": "urn:x", "resource": { "resourceType": "Basic" } }, { "fullUrl": "urn:x", "resource": { "resourceType": "Basic" } }] }),
        ),
        (
            "bdl-3",
            json!({ "resourceType": "Bundle", "type": "transaction", "entry": [{ "resource": { "resourceType": "Basic" } }] }),
        ),
        (
            "bdl-11",
            json!({ "resourceType": "Bundle", "type": "document", "timestamp": "2026-01-01T00:00:00Z", "identifier": { "system": "urn:x", "value": "1" }, "entry": [{ "fullUrl": "urn:x", "resource": { "resourceType": "Basic" } }] }),
        ),
        (
            "cmp-1",
            json!({ "resourceType": "Composition", "status": "final", "type": concept, "date": "2026", "author": [{ "display": "x" }], "title": "x", "section": [{ "title": "x" }] }),
        ),
        (
            "per-1",
            json!({ "resourceType": "Encounter", "status": "finished", "class": { "code": "AMB" }, "period": { "start": "2026-02-01", "end": "2026-01-01" } }),
        ),
        (
            "con-5",
            json!({ "resourceType": "Condition", "subject": { "display": "x" }, "clinicalStatus": concept, "verificationStatus": { "coding": [{ "code": "entered-in-error" }] } }),
        ),
        (
            "ait-1",
            json!({ "resourceType": "AllergyIntolerance", "patient": { "display": "x" } }),
        ),
        (
            "dom-2",
            json!({ "resourceType": "Patient", "contained": [{ "resourceType": "Patient", "contained": [{ "resourceType": "Patient" }] }] }),
        ),
        (
            "ref-target",
            json!({ "resourceType": "Bundle", "type": "collection", "entry": [
            { "fullUrl": "urn:uuid:m", "resource": { "resourceType": "Medication" } },
            { "resource": { "resourceType": "Observation", "status": "final", "code": concept, "subject": { "reference": "urn:uuid:m" } } }] }),
        ),
    ];
    for (rule, resource) in broken {
        let issues = issue_of(resource);
        assert!(
            issues.iter().any(|(_, _, found)| found.as_deref() == Some(rule)),
            "{rule}: {issues:?}"
        );
    }
}

#[test]
fn hostile_json_is_refused() {
    let deep = format!("{}1{}", "{\"a\":[".repeat(5000), "]}".repeat(5000));
    for (bytes, code) in [
        (b"".to_vec(), "json.syntax"),
        (b"{".to_vec(), "json.syntax"),
        (b"[]".to_vec(), "json.not_object"),
        (b"{\"a\":1,\"a\":2}".to_vec(), "json.duplicate_member"),
        (
            b"{\"resourceType\":\"Patient\",\"x\":{\"\\u0061\":1,\"a\":2}}".to_vec(),
            "json.duplicate_member",
        ),
        (b"{\"a\":\"\xff\"}".to_vec(), "json.syntax"),
        (
            b"{\"a\":{\"$serde_json::private::Number\":\"1\"}}".to_vec(),
            "json.reserved_member",
        ),
        (
            b"{\"a\":{\"\\u0024serde_json::private::Number\":\"\\u0031\"}}".to_vec(),
            "json.reserved_member",
        ),
        (
            b"{\"a\":{\"$serde_json::private::RawValue\":\"{}\"}}".to_vec(),
            "json.reserved_member",
        ),
        (b"{\"a\":{\"$serde_json::private::Number\":1}}".to_vec(), "json.syntax"),
        (b"{\"a\":NaN}".to_vec(), "json.syntax"),
        (deep.into_bytes(), "json.too_deep"),
        (vec![b' '; 8 * 1024 * 1024 + 1], "json.too_large"),
        (b"{}".to_vec(), "fhir.resource_type"),
        (b"{\"resourceType\":5}".to_vec(), "fhir.resource_type"),
    ] {
        let issues = check::issues(&bytes);
        assert_eq!(issues.first().map(|issue| issue.code.as_str()), Some(code));
    }
}

#[test]
fn issues_are_capped() {
    let items: Vec<Value> = (0..5000).map(|_| json!({ "colour": "red" })).collect();
    let issues = check::issues(
        json!({ "resourceType": "Patient", "name": items })
            .to_string()
            .as_bytes(),
    );
    assert_eq!(issues.len(), check::MAX_ISSUES + 1);
    assert_eq!(issues.last().unwrap().code, "fhir.too_many");
}

#[test]
fn unknown_resources_get_only_the_general_rules() {
    assert_eq!(
        issue_of(json!({ "resourceType": "Coverage", "anything": { "goes": 1 } })),
        []
    );
    assert_eq!(issue_of(json!({ "resourceType": "Coverage", "anything": [] })).len(), 1);
}

#[test]
fn an_extension_may_stand_for_a_value() {
    let absent = json!({ "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown" }] });
    assert_eq!(
        issue_of(
            json!({ "resourceType": "Slot", "schedule": { "display": "x" }, "status": "free", "_start": absent, "_end": absent })
        ),
        []
    );
    let names = json!([{ "given": ["Ana", null], "_given": [null, absent] }]);
    assert_eq!(issue_of(json!({ "resourceType": "Patient", "name": names })), []);
}

#[test]
fn narratives_hold_formatting_only() {
    let xhtml = |inner: &str| format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>");
    for fine in [
        "<p>a &lt; b &amp; c&#160;d</p>",
        "<table><tr><td colspan=\"2\">x</td></tr></table>",
        "x<br/>y",
        "<a href=\"https://example.org/a?b=c&amp;d\">x</a>",
        "<p style=\"color: red\">x</p><!-- note -->",
    ] {
        assert_eq!(narrative::check(&xhtml(fine)), Ok(()), "{fine}");
    }
    for bad in [
        "<script>x</script>",
        "<SCRIPT>x</SCRIPT>",
        "<p onclick=\"x()\">x</p>",
        "<p ONCLICK='x()'>x</p>",
        "<a href=\"javascript:x()\">x</a>",
        "<a href=\"java&#10;script:x()\">x</a>",
        "<a href=\" JAVASCRIPT:x()\">x</a>",
        "<iframe src=\"https://example.org\"/>x",
        "<object>x</object>",
        "<img src=\"data:text/html,x\"/>x",
        "<img src=\"x\" onerror=\"x()\"/>",
        "<form>x</form>",
        "<svg>x</svg>",
        "<p style=\"background:url(https://example.org)\">x</p>",
        "<link href=\"x\"/>x",
        "<style>p{}</style>x",
        "<![CDATA[x]]>",
        "<?php x ?>x",
        "<p><b>x</p></b>",
        "<p>x",
        "x</p>",
        "&unknown;x",
        "<p a>x</p>",
        "<p class=x>x</p>",
        "",
        "  ",
        "<p> </p>",
        "<a href=\"vbscript:x\">x</a>",
        "<img src=\"data:image/svg+xml;base64,AA\"/>x",
    ] {
        assert!(narrative::check(&xhtml(bad)).is_err(), "{bad}");
    }
    for bad in [
        "",
        "text",
        "<p>x</p>",
        "<div xmlns=\"urn:x\">x</div>",
        "<div>x</div><div>y</div>",
        "<div>x</div>y",
    ] {
        assert!(narrative::check(bad).is_err(), "{bad}");
    }
    assert_eq!(
        narrative::check(&"<div>".repeat(100_000)),
        Err(narrative::Error::TooDeep)
    );
    assert_eq!(
        narrative::text(&xhtml("<h1>A</h1><ul><li>b</li><li>c &amp; d</li></ul>")).as_deref(),
        Some("A\nb\nc & d")
    );
    assert_eq!(narrative::text(&xhtml("<script>x</script>")), None);
}
