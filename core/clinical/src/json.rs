//! JSON with limits (`core/spec/clinical.md`, CLIN-2): size, depth and unique member names.
//!
//! Two readers must never see two meanings in the same signed bytes, so a document with a repeated member name is
//! refused. Decimals keep their digits.

use core::fmt;
use std::collections::BTreeSet;

use protocol::coded_error;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

coded_error! {
    /// Why bytes are not JSON that this crate reads.
    pub enum Error {
        TooLarge = "json.too_large", "the document is larger than the limit";
        TooDeep = "json.too_deep", "the document is nested too deeply";
        Syntax = "json.syntax", "the document is not valid JSON";
        Duplicate = "json.duplicate_member", "a member name occurs twice in one object";
        Reserved = "json.reserved_member", "a member name is not permitted";
        NotObject = "json.not_object", "the document is not a JSON object";
    }
}

/// Deepest nesting of objects and arrays.
pub const MAX_DEPTH: usize = 64;

/// Parses an object of at most `cap` bytes.
///
/// # Errors
/// Any of [`Error`].
pub fn parse(bytes: &[u8], cap: usize) -> Result<Value, Error> {
    guard(bytes, cap)?;
    let value: Value = serde_json::from_slice(bytes).map_err(|_| Error::Syntax)?;
    if value.is_object() {
        Ok(value)
    } else {
        Err(Error::NotObject)
    }
}

/// Checks size, depth, syntax and member names without building a value.
///
/// # Errors
/// Any of [`Error`] but [`Error::NotObject`].
pub(crate) fn guard(bytes: &[u8], cap: usize) -> Result<(), Error> {
    if bytes.len() > cap {
        return Err(Error::TooLarge);
    }
    if depth(bytes) > MAX_DEPTH {
        return Err(Error::TooDeep);
    }
    serde_json::from_slice::<Unique>(bytes).map(drop).map_err(|error| {
        // serde's custom errors carry only a message; ours are texts that no syntax error has.
        let message = error.to_string();
        if error.is_data() && message.starts_with(REPEATED) {
            Error::Duplicate
        } else if error.is_data() && message.starts_with(RESERVED) {
            Error::Reserved
        } else {
            Error::Syntax
        }
    })
}

/// Nesting depth, counted outside strings, before anything recursive sees the bytes.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut inside, mut escaped) = (0usize, 0usize, false, false);
    for &byte in bytes {
        if inside {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => inside = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => inside = true,
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

const REPEATED: &str = "repeated member name";
const RESERVED: &str = "reserved member name";
/// serde_json hands numbers and raw values through its data model as objects of one member with such a name. Written
/// out in a document, the name would make serde_json read another value than every other program does.
const PRIVATE: &str = "$serde_json::private::";
const NUMBER: &str = "$serde_json::private::Number";

/// A value that is read only to see that no object repeats a name.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Unique)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Unique>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if name == NUMBER {
                map.next_value::<NumberText>()?;
                continue;
            }
            if name.starts_with(PRIVATE) {
                return Err(serde::de::Error::custom(RESERVED));
            }
            if !names.insert(name) {
                return Err(serde::de::Error::custom(REPEATED));
            }
            map.next_value::<Unique>()?;
        }
        Ok(self)
    }
}

/// The digits of a number: serde_json hands them over as an owned text, which no text in a document ever is.
struct NumberText;

impl<'de> Deserialize<'de> for NumberText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberText)
    }
}

impl Visitor<'_> for NumberText {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the digits of a number")
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self, E> {
        Err(E::custom(RESERVED))
    }

    fn visit_string<E>(self, _: String) -> Result<Self, E> {
        Ok(self)
    }
}
