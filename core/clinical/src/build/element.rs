//! Datatypes of the builders: checked on the way in.

use protocol::time::Timestamp;
use serde_json::{Map, Value, json};

use super::Error;
use crate::facts::{Coding, Party};
use crate::{date, decimal, narrative};

/// Longest text a field takes.
const MAX_TEXT: usize = 100_000;

/// A coded or written notion: FHIR's CodeableConcept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Concept {
    /// Codes as entered.
    pub codings: Vec<Coding>,
    /// Words as entered.
    pub text: Option<String>,
}

impl Concept {
    /// Words without a code.
    pub fn text(text: &str) -> Self {
        Self {
            codings: Vec::new(),
            text: Some(text.into()),
        }
    }

    /// One code with its name.
    pub fn code(system: &str, code: &str, display: &str) -> Self {
        Self {
            codings: vec![Coding::new(system, code, display)],
            text: None,
        }
    }

    /// A LOINC code with its name.
    pub fn loinc(code: &str, display: &str) -> Self {
        Self::code("http://loinc.org", code, display)
    }

    /// A SNOMED CT code with its name.
    pub fn snomed(code: &str, display: &str) -> Self {
        Self::code("http://snomed.info/sct", code, display)
    }

    /// The same with the words as entered.
    #[must_use]
    pub fn said(mut self, text: &str) -> Self {
        self.text = Some(text.into());
        self
    }
}

/// A business identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// Namespace, a URI.
    pub system: String,
    /// Value, unique in the namespace.
    pub value: String,
}

/// A decimal with its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// Decimal text; its digits are kept.
    pub value: String,
    /// Unit as people write it, such as `tablet`.
    pub unit: String,
    /// UCUM code, such as `{tbl}`.
    pub ucum: Option<String>,
}

impl Quantity {
    /// A value whose unit is written as its UCUM code.
    pub fn ucum(value: &str, code: &str) -> Self {
        Self {
            value: value.into(),
            unit: code.into(),
            ucum: Some(code.into()),
        }
    }

    /// A value with a unit that has a UCUM code written otherwise.
    pub fn new(value: &str, unit: &str, code: &str) -> Self {
        Self {
            value: value.into(),
            unit: unit.into(),
            ucum: Some(code.into()),
        }
    }
}

/// An object under construction, members in the order they are put.
pub(super) struct Object(Map<String, Value>);

impl Object {
    pub(super) fn resource(name: &str, id: Option<&str>) -> Result<Self, Error> {
        let mut object = Self::new();
        object.put("resourceType", name);
        if let Some(id) = id {
            object.put("id", self::id(id)?);
        }
        Ok(object)
    }

    pub(super) fn new() -> Self {
        Self(Map::new())
    }

    pub(super) fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.into(), value.into());
    }

    pub(super) fn opt(&mut self, key: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.0.insert(key.into(), value);
        }
    }

    /// A list, left out when empty.
    pub(super) fn list(&mut self, key: &str, values: Vec<Value>) {
        if !values.is_empty() {
            self.0.insert(key.into(), Value::Array(values));
        }
    }

    pub(super) fn text(&mut self, key: &str, value: Option<&str>) -> Result<(), Error> {
        if let Some(value) = value {
            self.put(key, text(value)?);
        }
        Ok(())
    }

    pub(super) fn code(&mut self, key: &str, value: &str) -> Result<(), Error> {
        self.put(key, code(value)?);
        Ok(())
    }

    /// A date of any precision.
    pub(super) fn date(&mut self, key: &str, value: Option<&str>) -> Result<(), Error> {
        if let Some(value) = value {
            date::parse(value).map_err(|_| Error::Date)?;
            self.put(key, value);
        }
        Ok(())
    }

    pub(super) fn instant(&mut self, key: &str, time: Timestamp) {
        self.put(key, date::write(time));
    }

    pub(super) fn party(&mut self, key: &str, party: Option<&Party>) -> Result<(), Error> {
        if let Some(party) = party {
            self.put(key, reference(party)?);
        }
        Ok(())
    }

    pub(super) fn concept(&mut self, key: &str, concept: Option<&Concept>) -> Result<(), Error> {
        if let Some(concept) = concept {
            self.put(key, self::concept(concept)?);
        }
        Ok(())
    }

    pub(super) fn concepts(&mut self, key: &str, concepts: &[Concept]) -> Result<(), Error> {
        self.list(key, concepts.iter().map(concept).collect::<Result<_, _>>()?);
        Ok(())
    }

    pub(super) fn parties(&mut self, key: &str, parties: &[Party]) -> Result<(), Error> {
        self.list(key, parties.iter().map(reference).collect::<Result<_, _>>()?);
        Ok(())
    }

    pub(super) fn identifiers(&mut self, identifiers: &[Identifier]) -> Result<(), Error> {
        self.list(
            "identifier",
            identifiers.iter().map(identifier).collect::<Result<_, _>>()?,
        );
        Ok(())
    }

    pub(super) fn notes(&mut self, note: Option<&str>) -> Result<(), Error> {
        if let Some(note) = note {
            self.put("note", json!([{ "text": text(note)? }]));
        }
        Ok(())
    }

    pub(super) fn done(self) -> Value {
        Value::Object(self.0)
    }
}

/// A text that is not empty and holds nothing unprintable.
pub(super) fn text(text: &str) -> Result<&str, Error> {
    let fine = !text.trim().is_empty()
        && text.len() <= MAX_TEXT
        && !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'));
    if fine { Ok(text) } else { Err(Error::Text) }
}

pub(super) fn code(code: &str) -> Result<&str, Error> {
    if code.is_empty() || code.len() > 256 || code.contains(|c: char| c.is_whitespace() || c.is_control()) {
        Err(Error::Code)
    } else {
        Ok(code)
    }
}

pub(super) fn uri(uri: &str) -> Result<&str, Error> {
    code(uri)
}

/// A FHIR id.
pub(super) fn id(id: &str) -> Result<&str, Error> {
    if crate::check::is_id(id) {
        Ok(id)
    } else {
        Err(Error::Id)
    }
}

/// `urn:uuid:` and a lower-case UUID.
pub(super) fn urn(uuid: &str) -> Result<String, Error> {
    let hex = |c: &u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
    let shape = uuid.len() == 36
        && uuid.bytes().enumerate().all(|(at, c)| {
            if matches!(at, 8 | 13 | 18 | 23) {
                c == b'-'
            } else {
                hex(&c)
            }
        });
    if shape {
        Ok(format!("urn:uuid:{uuid}"))
    } else {
        Err(Error::Id)
    }
}

pub(super) fn reference(party: &Party) -> Result<Value, Error> {
    let mut out = Object::new();
    if let Some(reference) = &party.reference {
        out.put("reference", uri(reference).map_err(|_| Error::Reference)?);
    }
    out.text("display", party.display.as_deref())?;
    if out.0.is_empty() {
        Err(Error::Reference)
    } else {
        Ok(out.done())
    }
}

pub(super) fn coding(coding: &Coding) -> Result<Value, Error> {
    let mut out = Object::new();
    if let Some(system) = &coding.system {
        out.put("system", uri(system)?);
    }
    out.code("code", &coding.code)?;
    out.text("display", coding.display.as_deref())?;
    Ok(out.done())
}

pub(super) fn concept(concept: &Concept) -> Result<Value, Error> {
    let mut out = Object::new();
    out.list("coding", concept.codings.iter().map(coding).collect::<Result<_, _>>()?);
    out.text("text", concept.text.as_deref())?;
    if out.0.is_empty() {
        Err(Error::Missing)
    } else {
        Ok(out.done())
    }
}

/// A concept of one code of a known system.
pub(super) fn coded(system: &str, code: &str, display: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code, "display": display }] })
}

pub(super) fn identifier(identifier: &Identifier) -> Result<Value, Error> {
    Ok(json!({ "system": uri(&identifier.system)?, "value": text(&identifier.value)? }))
}

/// A quantity; a value without any unit is refused, `1` being UCUM's unit of a pure number.
pub(super) fn quantity(quantity: &Quantity) -> Result<Value, Error> {
    let mut out = Object::new();
    out.put("value", decimal::number(&quantity.value).map_err(|_| Error::Decimal)?);
    out.put("unit", text(&quantity.unit).map_err(|_| Error::Unit)?);
    if let Some(ucum) = &quantity.ucum {
        out.put("system", "http://unitsofmeasure.org");
        out.put("code", self::ucum(ucum)?);
    }
    Ok(out.done())
}

/// A UCUM code: printable ASCII without spaces, brackets and braces paired (UCUM §2).
pub(super) fn ucum(code: &str) -> Result<&str, Error> {
    let mut open: Vec<char> = Vec::new();
    let printable =
        !code.is_empty() && code.len() <= 64 && code.bytes().all(|b| (0x21..=0x7e).contains(&b) && b != b'"');
    for c in code.chars() {
        let inside = open.last() == Some(&'{');
        match c {
            '{' | '[' | '(' if !inside => open.push(c),
            '}' | ']' | ')' => {
                let pair = match c {
                    '}' => '{',
                    ']' => '[',
                    _ => '(',
                };
                if inside && c != '}' {
                    continue;
                }
                if open.pop() != Some(pair) {
                    return Err(Error::Unit);
                }
            }
            _ => {}
        }
    }
    if printable && open.is_empty() {
        Ok(code)
    } else {
        Err(Error::Unit)
    }
}

/// A period whose end does not lie before its start.
pub(super) fn period(start: Option<&str>, end: Option<&str>) -> Result<Option<Value>, Error> {
    let span = |text: Option<&str>| text.map(date::parse).transpose().map_err(|_| Error::Date);
    if let (Some(start), Some(end)) = (span(start)?, span(end)?)
        && end.until <= start.from
    {
        return Err(Error::Date);
    }
    let mut out = Object::new();
    out.date("start", start)?;
    out.date("end", end)?;
    Ok((!out.0.is_empty()).then(|| out.done()))
}

/// A narrative of plain text.
pub(super) fn narrative_of(plain: &str) -> Result<Value, Error> {
    let div = narrative::write(text(plain)?).map_err(|_| Error::Text)?;
    Ok(json!({ "status": "generated", "div": div }))
}

/// An entry of a Bundle, found by its UUID.
pub(super) fn entry(uuid: &str, resource: Value) -> Result<Value, Error> {
    Ok(json!({ "fullUrl": urn(uuid)?, "resource": resource }))
}

/// A concept of one code of a system without names, such as a language tag.
pub(super) fn coded_only(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

/// A concept of one of the codes that a system has.
pub(super) fn one_of(system: &str, code: &str, known: &[&str]) -> Result<Value, Error> {
    if known.contains(&code) {
        Ok(coded_only(system, code))
    } else {
        Err(Error::Code)
    }
}
