//! Phrases of one language (`core/spec/clinical.md`, CLIN-50 ff.), from `core/clinical/catalog/<language>.json`.
//!
//! A catalog is a flat JSON object of phrase keys. `{name}` in a phrase is filled from params. A phrase with plurals
//! has keys ending in `.one`, `.other` (and `.zero`, `.two`, `.few`, `.many` where the language has them), chosen by
//! the number under `count`. A code that has no phrase is shown as it is, never as nothing.

use std::collections::BTreeMap;

use protocol::coded_error;

use crate::facts::Param;

coded_error! {
    /// Why a catalog is refused.
    pub enum Error {
        Json = "catalog.json", "the catalog is not a flat JSON object of texts";
        Braces = "catalog.braces", "a phrase has braces that do not pair";
    }
}

/// The English catalog, which every other language follows key by key.
pub const EN: &str = include_str!("../catalog/en.json");

/// Phrases of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    language: String,
    phrases: BTreeMap<String, String>,
}

impl Catalog {
    /// Reads a catalog.
    ///
    /// # Errors
    /// Any of [`Error`].
    pub fn parse(language: &str, json: &[u8]) -> Result<Self, Error> {
        let phrases: BTreeMap<String, String> = serde_json::from_slice(json).map_err(|_| Error::Json)?;
        for phrase in phrases.values() {
            braces(phrase)?;
        }
        Ok(Self {
            language: language.into(),
            phrases,
        })
    }

    /// The English catalog.
    ///
    /// # Errors
    /// Any of [`Error`]; a test keeps the shipped catalog free of them.
    pub fn english() -> Result<Self, Error> {
        Self::parse("en", EN.as_bytes())
    }

    /// Language tag, such as `en`.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The phrase of a key, as it stands in the catalog.
    pub fn phrase(&self, key: &str) -> Option<&str> {
        self.phrases.get(key).map(String::as_str)
    }

    /// All keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.phrases.keys().map(String::as_str)
    }

    /// The phrase of a key with its params filled in.
    pub fn fill(&self, key: &str, params: &BTreeMap<String, Param>) -> String {
        let count = match params.get("count") {
            Some(Param::Number(number)) => Some(number.as_str()),
            _ => None,
        };
        let mut out = String::new();
        let mut rest = self.choose(key, count);
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            out.push_str(
                &params
                    .get(name)
                    .map(|param| self.param(param, count))
                    .unwrap_or_default(),
            );
            rest = after;
        }
        out.push_str(rest);
        // A param that is empty, such as a missing unit, leaves no double space.
        out.split(' ')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The sentence of an error code; a code without one gets a general sentence.
    pub fn error(&self, code: &str) -> &str {
        self.phrase(&format!("error.{code}"))
            .or_else(|| self.phrase("error.other"))
            .unwrap_or_default()
    }

    fn param(&self, param: &Param, count: Option<&str>) -> String {
        match param {
            Param::Text(text) | Param::Number(text) | Param::Date(text) => text.clone(),
            Param::Phrase(key) => self.choose(key, count).to_owned(),
        }
    }

    /// A code without a phrase, such as a status of a type that is not known, is shown as it is.
    fn choose<'a>(&'a self, key: &'a str, count: Option<&str>) -> &'a str {
        let plural = count.and_then(|count| self.phrase(&format!("{key}.{}", plural(&self.language, count))));
        let other = || self.phrase(&format!("{key}.other"));
        plural
            .or_else(|| self.phrase(key))
            .or_else(other)
            .unwrap_or_else(|| key.split_once('.').map_or(key, |(_, code)| code))
    }
}

/// The CLDR plural category of a decimal, for the languages of the catalogs; others have only `other`.
fn plural(language: &str, count: &str) -> &'static str {
    let whole: Option<u64> = count.parse().ok();
    match (language, whole) {
        ("en" | "de", Some(1)) => "one",
        ("hi", Some(0 | 1)) => "one",
        ("hi", None) if count.starts_with("0.") => "one",
        ("ar", Some(n)) => match (n, n % 100) {
            (0, _) => "zero",
            (1, _) => "one",
            (2, _) => "two",
            (_, 3..=10) => "few",
            (_, 11..=99) => "many",
            _ => "other",
        },
        _ => "other",
    }
}

fn braces(phrase: &str) -> Result<(), Error> {
    let mut open = false;
    for c in phrase.chars() {
        match (c, open) {
            ('{', false) => open = true,
            ('}', true) => open = false,
            ('{' | '}', _) => return Err(Error::Braces),
            _ => {}
        }
    }
    if open { Err(Error::Braces) } else { Ok(()) }
}
