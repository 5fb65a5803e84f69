//! What a library says of itself, as the generators' program writes it: `KIND VALUE`, a line a fact.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::{Context, generators_call};

/// The facts of one library.
#[derive(Clone, Debug)]
pub(crate) struct Facts(Vec<(String, String)>);

impl Facts {
    /// Reads a library; `format` is `elf` or `macho`. The facts stay beside it for whoever wants to look.
    pub(crate) fn of(context: &Context, format: &str, library: &Path) -> Result<Self, String> {
        let beside = library.with_extension("facts");
        generators_call::generate(context, format, library, &beside)?;
        let text = fs::read_to_string(&beside).map_err(|error| format!("{}: {error}", beside.display()))?;
        Ok(Self::parse(&text))
    }

    pub(crate) fn parse(text: &str) -> Self {
        Self(
            text.lines()
                .map(|line| line.split_once(' ').unwrap_or((line, "")))
                .map(|(kind, value)| (kind.to_owned(), value.to_owned()))
                .collect(),
        )
    }

    pub(crate) fn has(&self, kind: &str) -> bool {
        self.0.iter().any(|(given, _)| given == kind)
    }

    /// The values of one kind, in order and each once.
    pub(crate) fn all(&self, kind: &str) -> BTreeSet<&str> {
        let of_kind = self.0.iter().filter(|(given, _)| given == kind);
        of_kind.map(|(_, value)| value.as_str()).collect()
    }
}

/// UniFFI's own symbols are what apps call; nothing else may be visible, but what is `harmless`.
pub(crate) fn stray_exports(facts: &Facts, prefix: &str, harmless: fn(&str) -> bool) -> Vec<String> {
    let ours = |name: &str| {
        let bare = name.strip_prefix(prefix).unwrap_or(name);
        ["ffi_", "uniffi_", "UNIFFI_"]
            .iter()
            .any(|start| bare.starts_with(start))
    };
    let exports = facts.all("export");
    let mut faults: Vec<String> = exports
        .iter()
        .filter(|name| !ours(name) && !harmless(name))
        .map(|name| format!("exports {name}, which is none of UniFFI's"))
        .collect();
    if !exports.iter().any(|name| name.contains("uniffi_satchel_fn_")) {
        faults.push("does not export the façade".to_owned());
    }
    faults
}
