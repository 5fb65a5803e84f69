//! What is wrong with a FHIR R4 resource, and where (`core/spec/clinical.md`, CLIN-5 ff.).
//!
//! Elements, their counts, types and required codes come from the specification's own definitions (`r4.txt`);
//! invariants are written out in `invariant`. Resources outside that table get only the rules that hold for all.
//! Every entry of a Bundle and every contained resource is checked as a resource of its own.

mod invariant;
mod primitive;
mod table;

use protocol::code::Coded;
use protocol::coded_error;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{json, narrative, read};
use table::{Element, Kind, Table};

pub(crate) use primitive::is_id;

coded_error! {
    /// Kinds of issue; also the error of [`check`], with the first issue's kind.
    pub enum Error {
        Json = "fhir.json", "the document is not JSON that can be read";
        ResourceType = "fhir.resource_type", "the resource does not say what it is";
        Unknown = "fhir.unknown_element", "an element that the resource does not have";
        Required = "fhir.required", "a required element is missing";
        Cardinality = "fhir.cardinality", "one value where a list belongs, or a list where one value belongs";
        Type = "fhir.type", "a value of another type than the element has";
        Format = "fhir.format", "a value that breaks the format of its type";
        Code = "fhir.code", "a code that the element does not allow";
        Empty = "fhir.empty", "an empty list, object or text";
        Choice = "fhir.choice", "more than one value for a choice";
        Target = "fhir.reference_target", "a reference to a resource type that does not belong here";
        Invariant = "fhir.invariant", "a rule between elements is broken";
        Narrative = "fhir.narrative", "the narrative holds more than plain formatting";
        TooMany = "fhir.too_many", "there are more issues than are listed";
    }
}

/// Most issues listed for one document.
pub const MAX_ISSUES: usize = 100;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Stable code, one of [`Error::CODES`] or of [`json::Error::CODES`].
    pub code: String,
    /// Where, such as `Bundle.entry[2].resource.status`.
    pub path: String,
    /// The invariant's name, such as `obs-6`, or what exactly the narrative breaks.
    pub rule: Option<String>,
}

/// Lists what is wrong; empty when nothing is.
pub fn issues(bytes: &[u8]) -> Vec<Issue> {
    match json::parse(bytes, read::MAX_DOCUMENT) {
        Ok(value) => of_value(&value),
        Err(error) => vec![Issue {
            code: error.code().into(),
            path: String::new(),
            rule: None,
        }],
    }
}

/// Accepts a document with nothing wrong.
///
/// # Errors
/// The kind of the first issue.
pub fn check(bytes: &[u8]) -> Result<(), Error> {
    let value = json::parse(bytes, read::MAX_DOCUMENT).map_err(|_| Error::Json)?;
    let mut checker = Checker::default();
    checker.resource(&value, "");
    checker.found.first().map_or(Ok(()), |(error, _)| Err(*error))
}

pub(crate) fn of_value(value: &Value) -> Vec<Issue> {
    let mut checker = Checker::default();
    checker.resource(value, "");
    checker.found.into_iter().map(|(_, issue)| issue).collect()
}

#[derive(Default)]
struct Checker {
    found: Vec<(Error, Issue)>,
}

type Object = Map<String, Value>;

impl Checker {
    fn report(&mut self, error: Error, path: &str, rule: Option<&str>) {
        let error = match self.found.len() {
            MAX_ISSUES => Error::TooMany,
            listed if listed > MAX_ISSUES => return,
            _ => error,
        };
        self.found.push((
            error,
            Issue {
                code: error.code().into(),
                path: path.into(),
                rule: rule.map(Into::into),
            },
        ));
    }

    fn resource(&mut self, value: &Value, at: &str) {
        let Some(object) = value.as_object() else {
            return self.report(Error::Type, at, None);
        };
        let Some(name) = object
            .get("resourceType")
            .and_then(Value::as_str)
            .filter(|name| primitive::is_type_name(name))
        else {
            return self.report(Error::ResourceType, at, None);
        };
        let path = if at.is_empty() { name.to_owned() } else { at.to_owned() };
        self.resource_base(object, &path);
        match Table::get().resource(name) {
            Some(kind) => {
                self.members(
                    object,
                    kind,
                    "",
                    &path,
                    &[
                        "resourceType",
                        "id",
                        "meta",
                        "implicitRules",
                        "language",
                        "text",
                        "contained",
                    ],
                );
            }
            None => object
                .iter()
                .for_each(|(key, member)| self.shape(member, &format!("{path}.{key}"))),
        }
        invariant::check(name, object, &path, &mut |rule, path| {
            self.report(Error::Invariant, path, Some(rule))
        });
        if name == "Bundle" {
            for (index, entry) in list(object, "entry").iter().enumerate() {
                if let Some(inner) = entry.get("resource") {
                    self.resource(inner, &format!("{path}.entry[{index}].resource"));
                }
            }
        }
    }

    /// What every resource has: id, meta, language, narrative, contained resources.
    fn resource_base(&mut self, object: &Object, path: &str) {
        for (key, kind) in [("id", "id"), ("language", "code"), ("implicitRules", "uri")] {
            if let Some(value) = object.get(key) {
                self.primitive(value, kind, &[], &format!("{path}.{key}"));
            }
        }
        if let Some(meta) = object.get("meta") {
            self.complex(meta, "Meta", &format!("{path}.meta"));
        }
        if let Some(text) = object.get("text") {
            // Types outside the table have a narrative too; only DomainResources do, and Bundle is the exception.
            self.narrative(text, &format!("{path}.text"));
        }
        match object.get("contained") {
            None => {}
            Some(Value::Array(items)) if items.is_empty() => {
                self.report(Error::Empty, &format!("{path}.contained"), None)
            }
            Some(Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let path = format!("{path}.contained[{index}]");
                    if item.get("contained").is_some() {
                        self.report(Error::Invariant, &path, Some("dom-2"));
                    } else {
                        self.resource(item, &path);
                    }
                }
            }
            Some(_) => self.report(Error::Cardinality, &format!("{path}.contained"), None),
        }
    }

    /// Checks the members of an object against the elements of `kind` below `prefix`.
    fn members(&mut self, object: &Object, kind: &Kind, prefix: &str, path: &str, known: &[&str]) {
        if object.is_empty() {
            return self.report(Error::Empty, path, None);
        }
        for (key, value) in object {
            let here = format!("{path}.{key}");
            if known.contains(&key.as_str()) {
                continue;
            }
            match key.as_str() {
                "id" | "_id" => self.primitive(value, "string", &[], &here),
                "extension" | "modifierExtension" => self.extensions(value, &here),
                _ => match key.strip_prefix('_') {
                    Some(base) => match kind.find(prefix, base) {
                        Some((_, type_name)) if primitive::is_primitive(type_name) => self.shape(value, &here),
                        _ => self.report(Error::Unknown, &here, None),
                    },
                    None => match kind.find(prefix, key) {
                        Some((element, type_name)) => self.element(value, kind, element, type_name, &here),
                        None => self.report(Error::Unknown, &here, None),
                    },
                },
            }
        }
        for element in kind.children(prefix) {
            let given = element
                .keys()
                .filter(|key| object.contains_key(key) || object.contains_key(&format!("_{key}")))
                .count();
            let here = format!("{path}.{}", element.name);
            if given == 0 && element.required {
                self.report(Error::Required, &here, None);
            }
            if given > 1 {
                self.report(Error::Choice, &here, None);
            }
        }
    }

    fn element(&mut self, value: &Value, kind: &Kind, element: &Element, type_name: &str, path: &str) {
        if !element.list {
            return if value.is_array() {
                self.report(Error::Cardinality, path, None);
            } else {
                self.single(value, kind, element, type_name, path);
            };
        }
        let Some(items) = value.as_array() else {
            return self.report(Error::Cardinality, path, None);
        };
        if items.is_empty() {
            self.report(Error::Empty, path, None);
        }
        for (index, item) in items.iter().enumerate() {
            // A list of primitives may hold null where only an extension stands beside it.
            if !(item.is_null() && primitive::is_primitive(type_name)) {
                self.single(item, kind, element, type_name, &format!("{path}[{index}]"));
            }
        }
    }

    fn single(&mut self, value: &Value, kind: &Kind, element: &Element, type_name: &str, path: &str) {
        if primitive::is_primitive(type_name) {
            return self.primitive(value, type_name, &element.codes, path);
        }
        let Some(object) = value.as_object() else {
            return self.report(Error::Type, path, None);
        };
        match type_name {
            "BackboneElement" | "Element" => self.members(object, kind, &element.path, path, &[]),
            "Resource" | "OperationOutcome" if path.ends_with("resource") => {}
            "Resource" | "OperationOutcome" => self.resource(value, path),
            "Narrative" => self.narrative(value, path),
            "Reference" => {
                self.complex(value, "Reference", path);
                let named = value.get("type").and_then(Value::as_str);
                let target = value
                    .get("reference")
                    .and_then(Value::as_str)
                    .and_then(primitive::target)
                    .or(named);
                if target
                    .is_some_and(|target| !element.targets.is_empty() && !element.targets.iter().any(|t| t == target))
                {
                    self.report(Error::Target, path, None);
                }
            }
            other => match other.strip_prefix('#') {
                Some(same) => self.members(object, kind, same, path, &[]),
                None => self.complex(value, other, path),
            },
        }
    }

    fn complex(&mut self, value: &Value, type_name: &str, path: &str) {
        match (value.as_object(), Table::get().type_named(type_name)) {
            (None, _) => self.report(Error::Type, path, None),
            (Some(object), Some(kind)) => {
                self.members(object, kind, "", path, &[]);
                invariant::check(type_name, object, path, &mut |rule, path| {
                    self.report(Error::Invariant, path, Some(rule))
                });
            }
            (Some(_), None) => self.shape(value, path),
        }
    }

    fn primitive(&mut self, value: &Value, type_name: &str, codes: &[String], path: &str) {
        match primitive::check(value, type_name) {
            Err(error) => self.report(error, path, None),
            Ok(()) if !codes.is_empty() && value.as_str().is_some_and(|code| !codes.iter().any(|c| c == code)) => {
                self.report(Error::Code, path, None);
            }
            Ok(()) => {}
        }
    }

    fn extensions(&mut self, value: &Value, path: &str) {
        let Some(items) = value.as_array() else {
            return self.report(Error::Cardinality, path, None);
        };
        if items.is_empty() {
            self.report(Error::Empty, path, None);
        }
        for (index, item) in items.iter().enumerate() {
            let path = format!("{path}[{index}]");
            let Some(object) = item.as_object() else {
                self.report(Error::Type, &path, None);
                continue;
            };
            let values = object.keys().filter(|key| key.starts_with("value")).count();
            if object.get("url").and_then(Value::as_str).is_none_or(str::is_empty) {
                self.report(Error::Required, &format!("{path}.url"), None);
            }
            if values > 1 {
                self.report(Error::Choice, &format!("{path}.value[x]"), None);
            }
            if values > 0 && object.contains_key("extension") {
                self.report(Error::Invariant, &path, Some("ext-1"));
            }
            if let Some(inner) = object.get("extension") {
                self.extensions(inner, &format!("{path}.extension"));
            }
            object
                .iter()
                .filter(|(key, _)| *key != "extension")
                .for_each(|(key, v)| self.shape(v, &format!("{path}.{key}")));
        }
    }

    fn narrative(&mut self, value: &Value, path: &str) {
        let Some(object) = value.as_object() else {
            return self.report(Error::Type, path, None);
        };
        for key in object
            .keys()
            .filter(|key| !["id", "extension", "status", "div", "_status", "_div"].contains(&key.as_str()))
        {
            self.report(Error::Unknown, &format!("{path}.{key}"), None);
        }
        match object.get("status").and_then(Value::as_str) {
            Some("generated" | "extensions" | "additional" | "empty") => {}
            Some(_) => self.report(Error::Code, &format!("{path}.status"), None),
            None => self.report(Error::Required, &format!("{path}.status"), None),
        }
        let here = format!("{path}.div");
        match object.get("div") {
            None => self.report(Error::Required, &here, None),
            Some(Value::String(div)) => {
                if let Err(error) = narrative::check(div) {
                    self.report(Error::Narrative, &here, Some(error.code()));
                }
            }
            Some(_) => self.report(Error::Type, &here, None),
        }
    }

    /// What holds for any JSON in FHIR: nothing is empty, and null only stands in lists.
    fn shape(&mut self, value: &Value, path: &str) {
        match value {
            Value::Null => self.report(Error::Empty, path, None),
            Value::String(text) if text.is_empty() => self.report(Error::Empty, path, None),
            Value::Array(items) if items.is_empty() => self.report(Error::Empty, path, None),
            Value::Object(members) if members.is_empty() => self.report(Error::Empty, path, None),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate().filter(|(_, item)| !item.is_null()) {
                    self.shape(item, &format!("{path}[{index}]"));
                }
            }
            Value::Object(members) => members
                .iter()
                .for_each(|(key, member)| self.shape(member, &format!("{path}.{key}"))),
            _ => {}
        }
    }
}

/// The members of a list, or none.
pub(crate) fn list<'a>(object: &'a Object, key: &str) -> &'a [Value] {
    object
        .get(key)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}
