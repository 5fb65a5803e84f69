//! Patient: who the patient is (FHIR R4 Patient). A correction is the same id with the next version.

use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::element::{self, Concept, Identifier, Object};
use super::{Error, Resource};

/// Administrative gender, FHIR's four codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Other.
    Other,
    /// Unknown.
    Unknown,
}

impl Gender {
    /// The FHIR code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }
}

/// Somebody to call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Relationship in words or codes.
    pub relationship: Option<Concept>,
    /// Phone number.
    pub phone: Option<String>,
}

/// Demographics.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patient {
    /// FHIR id; kept when the demographics change.
    pub id: Option<String>,
    /// Version of the demographics, for a record that supersedes another.
    pub version: Option<u32>,
    /// When this version was written.
    pub updated: Option<Timestamp>,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
    /// Family name.
    pub family: Option<String>,
    /// Given names.
    pub given: Vec<String>,
    /// Whole name, when it does not split into family and given.
    pub name: Option<String>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Birth date: year, month or day.
    pub birth_date: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Lines of the address.
    pub address: Vec<String>,
    /// Town.
    pub city: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// Preferred language, a BCP 47 tag.
    pub language: Option<String>,
    /// People to call in an emergency.
    pub contacts: Vec<Contact>,
}

impl Resource for Patient {
    fn value(&self) -> Result<Value, Error> {
        let mut out = Object::resource("Patient", self.id.as_deref())?;
        let mut meta = Object::new();
        meta.opt("versionId", self.version.map(|version| version.to_string().into()));
        if let Some(updated) = self.updated {
            meta.instant("lastUpdated", updated);
        }
        out.opt(
            "meta",
            Some(meta.done()).filter(|meta| meta.as_object().is_some_and(|meta| !meta.is_empty())),
        );
        out.identifiers(&self.identifiers)?;
        out.put("name", json!([self.human_name()?]));
        let mut telecom = Vec::new();
        for (system, value) in [("phone", &self.phone), ("email", &self.email)] {
            if let Some(value) = value {
                telecom.push(json!({ "system": system, "value": element::text(value)? }));
            }
        }
        out.list("telecom", telecom);
        out.opt("gender", self.gender.map(|gender| gender.code().into()));
        if let Some(date) = &self.birth_date {
            crate::date::day(date).map_err(|_| Error::Date)?;
            out.put("birthDate", date.as_str());
        }
        let mut address = Object::new();
        address.list(
            "line",
            self.address
                .iter()
                .map(|line| element::text(line).map(Value::from))
                .collect::<Result<_, _>>()?,
        );
        address.text("city", self.city.as_deref())?;
        address.text("postalCode", self.postal_code.as_deref())?;
        address.text("country", self.country.as_deref())?;
        let address = address.done();
        if address.as_object().is_some_and(|address| !address.is_empty()) {
            out.put("address", json!([address]));
        }
        out.list("contact", self.contacts.iter().map(contact).collect::<Result<_, _>>()?);
        if let Some(language) = &self.language {
            let concept = element::coded_only("urn:ietf:bcp:47", element::code(language)?);
            out.put("communication", json!([{ "language": concept, "preferred": true }]));
        }
        Ok(out.done())
    }
}

impl Patient {
    fn human_name(&self) -> Result<Value, Error> {
        let mut name = Object::new();
        name.text("text", self.name.as_deref())?;
        name.text("family", self.family.as_deref())?;
        name.list(
            "given",
            self.given
                .iter()
                .map(|given| element::text(given).map(Value::from))
                .collect::<Result<_, _>>()?,
        );
        let name = name.done();
        if name.as_object().is_some_and(|name| name.is_empty()) {
            Err(Error::Missing)
        } else {
            Ok(name)
        }
    }
}

fn contact(contact: &Contact) -> Result<Value, Error> {
    let mut out = Object::new();
    out.concepts("relationship", contact.relationship.as_slice())?;
    out.put("name", json!({ "text": element::text(&contact.name)? }));
    if let Some(phone) = &contact.phone {
        out.put(
            "telecom",
            json!([{ "system": "phone", "value": element::text(phone)? }]),
        );
    }
    Ok(out.done())
}
