//! What the command line says when something does not work: a stable code, a sentence of the catalogue, what to do, an exit status.
//!
//! Invariant: no error text holds a name, a value of a record or a secret; what the person typed may be repeated.

use std::collections::BTreeMap;

use clinical::catalog::Catalog;
use clinical::facts::Param;
use vault::facade;

use crate::hint;

/// An error with its stable code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Stable code, such as `cli.locked` or `offer.expired`.
    pub code: String,
    /// English, for logs and when the catalogue has no sentence.
    pub message: String,
    /// Words that the sentence names.
    pub params: Vec<(String, String)>,
    /// With `vault.need`: the entries to load before the call is repeated.
    pub need: Vec<String>,
}

impl Error {
    /// An error of the command line itself.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            params: Vec::new(),
            need: Vec::new(),
        }
    }

    /// A bad argument: what was typed and what was expected.
    pub(crate) fn argument(expected: &str) -> Self {
        Self::new("cli.argument", expected)
    }

    /// A file of the person's that could not be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let code = match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => "cli.disk_full",
            _ => "cli.file",
        };
        Self::new(code, format!("{}: {error}", path.display()))
    }

    /// The sentence of the catalogue, followed by the details that only the command line knows.
    pub(crate) fn sentence(&self, catalog: &Catalog) -> String {
        let key = format!("error.{}", self.code);
        if catalog.phrase(&key).is_none() {
            return self.message.clone();
        }
        let params: BTreeMap<String, Param> = self
            .params
            .iter()
            .map(|(name, value)| (name.clone(), Param::Text(value.clone())))
            .collect();
        let sentence = catalog.fill(&key, &params);
        if self.code.starts_with("cli.") && !self.message.is_empty() {
            format!("{sentence} ({})", self.message)
        } else {
            sentence
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        hint::of(&self.code)
    }

    /// Exit status, stable: 2 usage, 3 locked out (passphrase), 4 store in use or damaged, 5 relay not reached, 6 something does not
    /// verify, 7 nothing with this name, 8 refused by a rule, 1 everything else.
    pub fn status(&self) -> u8 {
        let module = self.code.split('.').next().unwrap_or_default();
        match self.code.as_str() {
            "cli.argument" | "cli.ambiguous" | "cli.terminal" => 2,
            "entry.passphrase" | "cli.passphrase" | "cli.passphrases_differ" | "entry.weak" => 3,
            "cli.locked" | "cli.store" | "cli.disk_full" | "cli.exists" | "cli.no_vault" | "vault.conflict"
            | "vault.damaged" | "vault.missing" => 4,
            "cli.network" => 5,
            "vault.not_found" | "cli.no_code" => 7,
            "crypto.word" | "crypto.word_count" | "crypto.word_checksum" => 2,
            _ => match module {
                "entry" => 4,
                "relay" => 5,
                "block" | "chain" | "cose" | "cbor" | "key" | "record" | "package" | "proven" | "promise"
                | "receipt" | "identity" | "sync" | "export" | "audit" | "envelope" | "crypto" | "file" => 6,
                "grant" | "delegation" | "claim" | "offer" | "credential" | "credential_request" | "vault"
                | "build" | "draft" | "result" | "order" | "correction" | "outbox" | "copy_to" | "staff"
                | "officer" | "team" | "trust" | "contact" | "appointment" | "organization" | "category" => 8,
                _ => 1,
            },
        }
    }
    /// A file that could not be written: a full disk is said as such.
    pub(crate) fn write(path: &std::path::Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::new("cli.disk_full", path.display().to_string())
            }
            _ => Self::file(path, error),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Error {}

impl From<facade::Error> for Error {
    fn from(error: facade::Error) -> Self {
        Self {
            code: error.code,
            message: error.message,
            params: error
                .params
                .into_iter()
                .map(|param| (param.name, param.value))
                .collect(),
            need: error.need,
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let code = match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => "cli.disk_full",
            _ => "cli.store",
        };
        // SQLite's own words name tables and files, never contents.
        Self::new(code, error.to_string())
    }
}
