//! Resources beside a resource: what its references mean within the same Bundle or in `contained`.

use std::collections::HashMap;

use serde_json::Value;

use super::element;
use crate::facts::Party;

/// Resources by `fullUrl`, by `Type/id` and by `#id`.
#[derive(Default)]
pub(crate) struct Lookup<'a> {
    by_reference: HashMap<String, &'a Value>,
    outer: Option<&'a Lookup<'a>>,
}

impl<'a> Lookup<'a> {
    /// The resources of a Bundle, or those contained in a single resource.
    pub(crate) fn of(value: &'a Value) -> Self {
        let mut lookup = Self::default();
        for entry in element::items(value, "entry") {
            if let Some(resource) = entry.get("resource") {
                lookup.add(entry.get("fullUrl").and_then(Value::as_str), resource);
            }
        }
        for contained in element::items(value, "contained") {
            if let Some(id) = contained.get("id").and_then(Value::as_str) {
                lookup.by_reference.entry(format!("#{id}")).or_insert(contained);
            }
        }
        lookup
    }

    /// The resources contained in `resource`, then those of `self`.
    pub(crate) fn with_contained(&'a self, resource: &'a Value) -> Lookup<'a> {
        Lookup {
            outer: Some(self),
            ..Lookup::of(resource)
        }
    }

    /// The first resource with a name keeps it.
    fn add(&mut self, url: Option<&str>, resource: &'a Value) {
        if let Some(url) = url {
            self.by_reference.entry(url.to_owned()).or_insert(resource);
        }
        let name = resource.get("resourceType").and_then(Value::as_str);
        if let (Some(name), Some(id)) = (name, resource.get("id").and_then(Value::as_str)) {
            self.by_reference.entry(format!("{name}/{id}")).or_insert(resource);
        }
    }

    /// The resource a reference names, if it is here.
    pub(crate) fn find(&self, reference: &str) -> Option<&'a Value> {
        let plain = reference
            .split_once("/_history/")
            .map_or(reference, |(before, _)| before);
        self.by_reference
            .get(plain)
            .copied()
            .or_else(|| self.outer?.find(plain))
    }

    /// The same party, its name filled in from the resource it names.
    pub(super) fn named(&self, party: Option<Party>) -> Option<Party> {
        let mut party = party?;
        if party.display.is_none() {
            party.display = party
                .reference
                .as_deref()
                .and_then(|reference| self.find(reference))
                .and_then(|found| self.display(found, 3));
        }
        Some(party)
    }

    /// The resource that a Reference member names.
    pub(super) fn follow(&self, reference: Option<&Value>) -> Option<&'a Value> {
        self.find(reference?.get("reference")?.as_str()?)
    }

    fn display(&self, found: &Value, hops: u8) -> Option<String> {
        if found.get("resourceType").and_then(Value::as_str) == Some("PractitionerRole") && hops > 0 {
            let person = found.get("practitioner").or_else(|| found.get("organization"));
            let shown = person.and_then(|reference| element::text(reference, "display"));
            return shown.or_else(|| self.follow(person).and_then(|next| self.display(next, hops - 1)));
        }
        element::human_name(found)
            .or_else(|| element::name(found.get("type")))
            .or_else(|| {
                element::items(found, "deviceName")
                    .iter()
                    .find_map(|name| element::text(name, "name"))
            })
    }
}
