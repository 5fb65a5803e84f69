//! The elements of R4 that are checked, read once from `r4.txt` (written by `tests/fhir/r4-table.mjs`).

use std::collections::BTreeMap;
use std::sync::OnceLock;

const SOURCE: &str = include_str!("../r4.txt");

/// Resources and datatypes by name.
pub(super) struct Table {
    resources: BTreeMap<&'static str, Kind>,
    types: BTreeMap<&'static str, Kind>,
}

/// One resource or datatype.
#[derive(Default)]
pub(super) struct Kind {
    elements: Vec<Element>,
}

/// One element.
pub(super) struct Element {
    /// Path below the resource or type.
    pub(super) path: String,
    /// Last part of the path; a choice ends in `[x]`.
    pub(super) name: &'static str,
    /// Path above the last part.
    parent: &'static str,
    /// At least one is required.
    pub(super) required: bool,
    /// May repeat, so it is a JSON array.
    pub(super) list: bool,
    /// Type names; `#path` repeats the elements of another path.
    types: Vec<&'static str>,
    /// Resource types a reference may name; empty means any.
    pub(super) targets: Vec<String>,
    /// Codes of a required binding; empty means any.
    pub(super) codes: Vec<String>,
}

impl Table {
    pub(super) fn get() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(Self::read)
    }

    pub(super) fn resource(&self, name: &str) -> Option<&Kind> {
        self.resources.get(name)
    }

    pub(super) fn type_named(&self, name: &str) -> Option<&Kind> {
        self.types.get(name)
    }

    fn read() -> Self {
        let mut table = Self {
            resources: BTreeMap::new(),
            types: BTreeMap::new(),
        };
        let mut current: Option<&mut Kind> = None;
        for line in SOURCE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix("@resource ") {
                current = Some(table.resources.entry(name).or_default());
            } else if let Some(name) = line.strip_prefix("@type ") {
                current = Some(table.types.entry(name).or_default());
            } else if let (Some(kind), Some(element)) = (current.as_mut(), Element::read(line)) {
                kind.elements.push(element);
            }
        }
        table
    }
}

impl Kind {
    /// The element a JSON key below `prefix` stands for, and its type.
    pub(super) fn find<'a>(&'a self, prefix: &str, key: &str) -> Option<(&'a Element, &'static str)> {
        self.children(prefix)
            .find_map(|element| element.type_of(key).map(|type_name| (element, type_name)))
    }

    pub(super) fn children<'a>(&'a self, prefix: &str) -> impl Iterator<Item = &'a Element> {
        self.elements.iter().filter(move |element| element.parent == prefix)
    }
}

impl Element {
    fn read(line: &'static str) -> Option<Self> {
        let mut words = line.split(' ');
        let (path, count, types) = (words.next()?, words.next()?, words.next()?);
        let codes = words
            .next()
            .map(|codes| codes.split(',').map(Into::into).collect())
            .unwrap_or_default();
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        let mut targets = Vec::new();
        let types = types
            .split('|')
            .map(
                |name| match name.strip_prefix("Reference(").and_then(|rest| rest.strip_suffix(')')) {
                    Some(list) => {
                        targets = list.split(',').map(Into::into).collect();
                        "Reference"
                    }
                    None => name,
                },
            )
            .collect();
        Some(Self {
            path: path.into(),
            name,
            parent,
            required: count.starts_with('1'),
            list: count.ends_with('*'),
            types,
            targets,
            codes,
        })
    }

    /// The JSON keys this element may have.
    pub(super) fn keys(&self) -> impl Iterator<Item = String> {
        let base = self.name.strip_suffix("[x]");
        self.types
            .iter()
            .map(move |name| match base {
                Some(base) => key(base, name),
                None => self.name.to_owned(),
            })
            // An element that is no choice has one key, however many types the table lists.
            .take(if base.is_some() { usize::MAX } else { 1 })
    }

    fn type_of(&self, given: &str) -> Option<&'static str> {
        match self.name.strip_suffix("[x]") {
            Some(base) => self.types.iter().copied().find(|name| key(base, name) == given),
            None => (self.name == given).then(|| self.types.first().copied()).flatten(),
        }
    }
}

/// `value` and `dateTime` give `valueDateTime`.
fn key(base: &str, type_name: &str) -> String {
    let mut rest = type_name.chars();
    let first = rest.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().fold(base.to_owned(), |mut out, c| {
        out.push(c);
        out
    }) + rest.as_str()
}
