//! Formats of FHIR's primitive types (FHIR R4, Data Types).

use serde_json::Value;

use super::Error;
use crate::{date, decimal};

#[rustfmt::skip]
const PRIMITIVES: &[&str] = &[
    "base64Binary", "boolean", "canonical", "code", "date", "dateTime", "decimal", "id", "instant", "integer", "markdown", "oid",
    "positiveInt", "string", "time", "unsignedInt", "uri", "url", "uuid", "xhtml",
];

pub(super) fn is_primitive(name: &str) -> bool {
    PRIMITIVES.contains(&name)
}

pub(super) fn check(value: &Value, type_name: &str) -> Result<(), Error> {
    match type_name {
        "boolean" => return if value.is_boolean() { Ok(()) } else { Err(Error::Type) },
        "decimal" | "integer" | "unsignedInt" | "positiveInt" => return number(value, type_name),
        _ => {}
    }
    let text = value.as_str().ok_or(Error::Type)?;
    if text.is_empty() {
        return Err(Error::Empty);
    }
    let fine = match type_name {
        "id" => is_id(text),
        "code" => is_code(text),
        "date" => date::day(text).is_ok(),
        "dateTime" => date::parse(text).is_ok(),
        "instant" => date::instant(text).is_ok(),
        "time" => date::is_time(text),
        "base64Binary" => is_base64(text),
        "oid" => text.strip_prefix("urn:oid:").is_some_and(|oid| {
            oid.split('.')
                .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        }),
        "uri" | "url" | "canonical" | "uuid" => !text.contains(char::is_whitespace),
        _ => {
            !text.chars().all(char::is_whitespace)
                && !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
        }
    };
    if fine { Ok(()) } else { Err(Error::Format) }
}

fn number(value: &Value, type_name: &str) -> Result<(), Error> {
    let Value::Number(number) = value else {
        return Err(Error::Type);
    };
    let text = number.to_string();
    if type_name == "decimal" {
        return decimal::check(&text).map_err(|_| Error::Format);
    }
    let least = match type_name {
        "unsignedInt" => 0,
        "positiveInt" => 1,
        _ => i32::MIN,
    };
    text.parse::<i32>()
        .ok()
        .filter(|number| *number >= least)
        .map(drop)
        .ok_or(Error::Format)
}

pub(crate) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
}

/// No white space at the ends, and single spaces inside.
fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text
            .split(' ')
            .all(|part| !part.is_empty() && !part.contains(char::is_whitespace))
}

/// Base64 with padding; white space between groups is allowed by R4.
fn is_base64(text: &str) -> bool {
    let symbols: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let padding = symbols.iter().rev().take_while(|&&b| b == b'=').count();
    let data = symbols.get(..symbols.len() - padding).unwrap_or_default();
    symbols.len().is_multiple_of(4)
        && padding <= 2
        && !data.is_empty()
        && data
            .iter()
            .all(|&b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}

/// Begins with a capital letter and has only letters.
pub(super) fn is_type_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// The resource type in `Patient/12`, `http://…/Patient/12` or `…/Patient/12/_history/3`; none in a URN or `#local`.
pub(super) fn target(reference: &str) -> Option<&str> {
    if reference.starts_with('#') || reference.starts_with("urn:") {
        return None;
    }
    let path = reference.split_once("/_history/").map_or(reference, |(path, _)| path);
    let (before, id) = path.rsplit_once('/')?;
    let name = before.rsplit('/').next()?;
    (is_type_name(name) && is_id(id)).then_some(name)
}
