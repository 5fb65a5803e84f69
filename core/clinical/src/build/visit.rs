//! Visit report and other documents (FHIR R4 Composition in a document Bundle, rules bdl-9 to bdl-11).

use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::element::{self, Concept, Object};
use super::patient::Patient;
use super::{Error, Resource};
use crate::date;
use crate::facts::{Coding, Party};

/// One section of a report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// Title.
    pub title: String,
    /// LOINC code, such as 29299-5 reason for visit, 51848-0 evaluation, 18776-5 plan, 30954-2 results.
    pub code: Option<Coding>,
    /// Text; becomes the narrative, everything escaped.
    pub text: Option<String>,
    /// UUIDs of the entries it speaks of.
    pub entries: Vec<String>,
    /// Why it is empty: a code of list-empty-reason such as `nilknown`.
    pub empty_reason: Option<String>,
}

/// A resource that belongs to the document, by its UUID.
pub struct Entry<'a> {
    /// UUID.
    pub uuid: String,
    /// Resource.
    pub resource: &'a dyn Resource,
}

/// A person or organization named in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// UUID.
    pub uuid: String,
    /// Name.
    pub name: String,
}

/// A document: visit report, letter, summary.
pub struct VisitReport<'a> {
    /// UUID of the Bundle.
    pub uuid: String,
    /// UUID of the Composition.
    pub composition: String,
    /// `preliminary`, `final`, `amended` or `entered-in-error`.
    pub status: String,
    /// Kind: LOINC 11488-4 consult note, 11506-3 progress note, 18842-5 discharge summary, 60591-5 patient summary, …
    pub kind: Concept,
    /// Title.
    pub title: String,
    /// When it was written.
    pub date: Timestamp,
    /// UUID of the patient, and the patient.
    pub patient: (String, Patient),
    /// Practitioner who wrote it.
    pub author: Named,
    /// Organization that keeps it.
    pub custodian: Option<Named>,
    /// Sections; at least one.
    pub sections: Vec<Section>,
    /// Other resources.
    pub entries: Vec<Entry<'a>>,
}

impl Resource for VisitReport<'_> {
    fn value(&self) -> Result<Value, Error> {
        if self.sections.is_empty() {
            return Err(Error::Missing);
        }
        let mut entries = vec![
            element::entry(&self.composition, self.composition()?)?,
            element::entry(&self.patient.0, self.patient.1.value()?)?,
            element::entry(&self.author.uuid, self.author.practitioner()?)?,
        ];
        if let Some(custodian) = &self.custodian {
            entries.push(element::entry(&custodian.uuid, custodian.organization()?)?);
        }
        for entry in &self.entries {
            entries.push(element::entry(&entry.uuid, entry.resource.value()?)?);
        }
        Ok(json!({
            "resourceType": "Bundle",
            "identifier": { "system": "urn:ietf:rfc:3986", "value": element::urn(&self.uuid)? },
            "type": "document",
            "timestamp": date::write(self.date),
            "entry": entries,
        }))
    }
}

impl VisitReport<'_> {
    fn composition(&self) -> Result<Value, Error> {
        let mut out = Object::resource("Composition", Some(&self.composition))?;
        out.code("status", &self.status)?;
        out.concept("type", Some(&self.kind))?;
        out.party("subject", Some(&Party::reference(&element::urn(&self.patient.0)?)))?;
        out.instant("date", self.date);
        out.parties("author", &[self.author.party()?])?;
        out.put("title", element::text(&self.title)?);
        if let Some(custodian) = &self.custodian {
            out.party("custodian", Some(&custodian.party()?))?;
        }
        out.list(
            "section",
            self.sections
                .iter()
                .map(|section| self.section(section))
                .collect::<Result<_, _>>()?,
        );
        Ok(out.done())
    }

    fn section(&self, section: &Section) -> Result<Value, Error> {
        let mut out = Object::new();
        out.put("title", element::text(&section.title)?);
        if let Some(code) = &section.code {
            out.put("code", json!({ "coding": [element::coding(code)?] }));
        }
        if let Some(text) = &section.text {
            out.put("text", element::narrative_of(text)?);
        }
        let known = |uuid: &&String| self.entries.iter().any(|entry| entry.uuid == **uuid);
        if !section.entries.iter().all(|uuid| known(&uuid)) {
            return Err(Error::Reference);
        }
        let references = section
            .entries
            .iter()
            .map(|uuid| Ok(json!({ "reference": element::urn(uuid)? })));
        out.list("entry", references.collect::<Result<_, Error>>()?);
        if let Some(reason) = &section.empty_reason {
            let system = "http://terminology.hl7.org/CodeSystem/list-empty-reason";
            out.put("emptyReason", element::coded_only(system, element::code(reason)?));
        }
        Ok(out.done())
    }
}

impl Named {
    fn party(&self) -> Result<Party, Error> {
        Ok(Party::new(&element::urn(&self.uuid)?, &self.name))
    }

    fn practitioner(&self) -> Result<Value, Error> {
        Ok(
            json!({ "resourceType": "Practitioner", "id": element::id(&self.uuid)?, "name": [{ "text": element::text(&self.name)? }] }),
        )
    }

    fn organization(&self) -> Result<Value, Error> {
        Ok(
            json!({ "resourceType": "Organization", "id": element::id(&self.uuid)?, "name": element::text(&self.name)? }),
        )
    }
}
