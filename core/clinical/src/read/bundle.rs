//! Bundles that are one record (CLIN-11): documents, laboratory results, orders of several tests.

use protocol::category::Category;
use serde_json::Value;

use super::lookup::Lookup;
use super::{MAX_PARTS, element, read_in};
use crate::facts::{Fact, Facts, Param};

fn resources(bundle: &Value) -> impl Iterator<Item = &Value> {
    element::items(bundle, "entry")
        .iter()
        .filter_map(|entry| entry.get("resource"))
}

fn type_of(resource: &Value) -> &str {
    resource.get("resourceType").and_then(Value::as_str).unwrap_or_default()
}

fn kind_of(bundle: &Value) -> &str {
    bundle.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// A collection of one DiagnosticReport with nothing but what belongs to it.
pub(crate) fn is_result(bundle: &Value) -> bool {
    let reports = resources(bundle)
        .filter(|resource| type_of(resource) == "DiagnosticReport")
        .count();
    let belongs = |name: &str| {
        matches!(
            name,
            "DiagnosticReport"
                | "Observation"
                | "Specimen"
                | "Practitioner"
                | "PractitionerRole"
                | "Organization"
                | "Patient"
                | "Device"
        )
    };
    kind_of(bundle) == "collection" && reports == 1 && resources(bundle).all(|resource| belongs(type_of(resource)))
}

/// A collection of one Task about a request and the specimens taken for it.
pub(crate) fn is_progress(bundle: &Value) -> bool {
    let mut all = resources(bundle);
    let headed = all.next().is_some_and(|first| type_of(first) == "Task");
    kind_of(bundle) == "collection" && headed && all.all(|resource| type_of(resource) == "Specimen")
}

/// A collection of ServiceRequests of one requisition.
pub(crate) fn is_order(bundle: &Value) -> bool {
    let requisition = |resource: &Value| resource.get("requisition").cloned();
    let first = resources(bundle).next().and_then(requisition);
    let same = |resource: &Value| type_of(resource) == "ServiceRequest" && requisition(resource) == first;
    kind_of(bundle) == "collection" && first.is_some() && resources(bundle).all(same)
}

/// The resource that speaks for the Bundle.
fn head(bundle: &Value) -> Option<&Value> {
    if kind_of(bundle) == "document" {
        return resources(bundle).find(|resource| type_of(resource) == "Composition");
    }
    if is_result(bundle) {
        return resources(bundle).find(|resource| type_of(resource) == "DiagnosticReport");
    }
    (is_order(bundle) || is_progress(bundle))
        .then(|| resources(bundle).next())
        .flatten()
}

pub(super) fn category(bundle: &Value) -> Category {
    head(bundle).map_or(Category::Document, super::category::of)
}

pub(super) fn kind(bundle: &Value) -> &'static str {
    head(bundle).map_or("record.bundle", super::category::kind)
}

pub(super) fn read(bundle: &Value, lookup: &Lookup<'_>, facts: &mut Facts) {
    let head = head(bundle);
    if let Some(said) = head.and_then(|head| read_in(head, lookup).ok()) {
        let (resource_type, id) = (facts.resource_type.clone(), facts.id.clone());
        *facts = Facts {
            resource_type,
            id,
            ..said
        };
    }
    facts.date = facts.date.take().or_else(|| element::text(bundle, "timestamp"));
    if is_order(bundle) {
        let tests: Vec<String> = resources(bundle)
            .filter_map(|order| element::name(order.get("code")))
            .collect();
        facts.facts.extend(
            tests
                .iter()
                .map(|test| Fact::new("fact.test", [("text", Param::Text(test.clone()))])),
        );
        facts.codes = resources(bundle)
            .flat_map(|order| element::codes(order.get("code")))
            .collect();
        facts.title = Some(tests.join(", "));
        return;
    }
    let is_result = is_result(bundle);
    let others = resources(bundle).filter(|resource| {
        // The head speaks already; a result's observations are its values; a Bundle inside a Bundle stays closed.
        head.is_none_or(|head| !core::ptr::eq(head, *resource))
            && type_of(resource) != "Bundle"
            && !(is_result && matches!(type_of(resource), "Observation" | "Specimen"))
    });
    facts.parts = others
        .take(MAX_PARTS)
        .filter_map(|resource| read_in(resource, lookup).ok())
        .collect();
    if is_result && facts.values.is_empty() {
        facts.values = resources(bundle)
            .filter(|r| type_of(r) == "Observation")
            .flat_map(super::observation::measurements)
            .collect();
    }
    if facts.author.is_none() {
        facts.author = facts
            .parts
            .iter()
            .find(|part| part.resource_type == "Organization")
            .and_then(|part| part.title.as_deref())
            .map(crate::facts::Party::named);
    }
}
