//! Prescription, and a medicine somebody takes (FHIR R4 MedicationRequest, MedicationStatement).

use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::element::{self, Concept, Identifier, Object, Quantity};
use super::{Error, Resource};
use crate::decimal;
use crate::facts::Party;

/// A unit of time, by its UCUM code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks.
    Week,
    /// Months.
    Month,
}

impl TimeUnit {
    /// The UCUM code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hour => "h",
            Self::Day => "d",
            Self::Week => "wk",
            Self::Month => "mo",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Hour => "hours",
            Self::Day => "days",
            Self::Week => "weeks",
            Self::Month => "months",
        }
    }
}

/// How the medicine is taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dosage {
    /// Instruction as written.
    pub text: Option<String>,
    /// How much at a time.
    pub dose: Option<Quantity>,
    /// Route.
    pub route: Option<Concept>,
    /// How often, in a period: `(1, "1", Day)` is once a day, `(1, "8", Hour)` every eight hours.
    pub timing: Option<(u32, String, TimeUnit)>,
    /// Codes of EventTiming such as `AC` (before a meal), `HS` (before sleep).
    pub when: Vec<String>,
    /// Only when needed.
    pub as_needed: bool,
    /// For how long.
    pub duration: Option<(String, TimeUnit)>,
}

/// A prescription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MedicationRequest {
    /// FHIR id.
    pub id: Option<String>,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
    /// `active`, `on-hold`, `cancelled`, `completed`, `entered-in-error`, `stopped`, `draft` or `unknown`.
    pub status: String,
    /// Medicine: codes as entered, and words.
    pub medication: Concept,
    /// Patient.
    pub subject: Party,
    /// Who prescribes.
    pub requester: Party,
    /// When it was written.
    pub authored: Timestamp,
    /// Why.
    pub reasons: Vec<Concept>,
    /// Dosage.
    pub dosage: Dosage,
    /// How much to dispense at a time.
    pub quantity: Option<Quantity>,
    /// How often it may be dispensed again.
    pub refills: Option<u32>,
    /// From when to when it may be dispensed, FHIR dates.
    pub validity: Option<(String, String)>,
    /// Whether the pharmacy may give another product.
    pub substitution: Option<bool>,
    /// Note.
    pub note: Option<String>,
}

impl Resource for MedicationRequest {
    fn value(&self) -> Result<Value, Error> {
        let mut out = Object::resource("MedicationRequest", self.id.as_deref())?;
        out.identifiers(&self.identifiers)?;
        out.code("status", &self.status)?;
        out.put("intent", "order");
        out.concept("medicationCodeableConcept", Some(&self.medication))?;
        out.party("subject", Some(&self.subject))?;
        out.instant("authoredOn", self.authored);
        out.party("requester", Some(&self.requester))?;
        out.concepts("reasonCode", &self.reasons)?;
        out.notes(self.note.as_deref())?;
        let dosage = self.dosage.value()?;
        if dosage.as_object().is_some_and(|dosage| !dosage.is_empty()) {
            out.put("dosageInstruction", json!([dosage]));
        }
        let mut dispense = Object::new();
        if let Some((start, end)) = &self.validity {
            dispense.opt("validityPeriod", element::period(Some(start), Some(end))?);
        }
        dispense.opt("numberOfRepeatsAllowed", self.refills.map(Value::from));
        dispense.opt("quantity", self.quantity.as_ref().map(element::quantity).transpose()?);
        let dispense = dispense.done();
        if dispense.as_object().is_some_and(|dispense| !dispense.is_empty()) {
            out.put("dispenseRequest", dispense);
        }
        out.opt(
            "substitution",
            self.substitution.map(|allowed| json!({ "allowedBoolean": allowed })),
        );
        Ok(out.done())
    }
}

/// A medicine that is taken, as the patient or somebody else says; no prescription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MedicationStatement {
    /// FHIR id.
    pub id: Option<String>,
    /// `active`, `completed`, `entered-in-error`, `intended`, `stopped`, `on-hold`, `unknown` or `not-taken`.
    pub status: String,
    /// Medicine: codes as entered, and words.
    pub medication: Concept,
    /// Patient.
    pub subject: Party,
    /// Since when, a FHIR date.
    pub since: Option<String>,
    /// Until when, a FHIR date.
    pub until: Option<String>,
    /// When it was said, a FHIR date.
    pub asserted: Option<String>,
    /// Who says so.
    pub source: Option<Party>,
    /// Dosage.
    pub dosage: Dosage,
    /// Note.
    pub note: Option<String>,
}

impl Resource for MedicationStatement {
    fn value(&self) -> Result<Value, Error> {
        let mut out = Object::resource("MedicationStatement", self.id.as_deref())?;
        out.code("status", &self.status)?;
        out.concept("medicationCodeableConcept", Some(&self.medication))?;
        out.party("subject", Some(&self.subject))?;
        out.opt(
            "effectivePeriod",
            element::period(self.since.as_deref(), self.until.as_deref())?,
        );
        out.date("dateAsserted", self.asserted.as_deref())?;
        out.party("informationSource", self.source.as_ref())?;
        out.notes(self.note.as_deref())?;
        let dosage = self.dosage.value()?;
        if dosage.as_object().is_some_and(|dosage| !dosage.is_empty()) {
            out.put("dosage", json!([dosage]));
        }
        Ok(out.done())
    }
}

impl Dosage {
    fn value(&self) -> Result<Value, Error> {
        let mut out = Object::new();
        out.text("text", self.text.as_deref())?;
        let mut repeat = Object::new();
        if let Some((value, unit)) = &self.duration {
            let value = positive(value)?;
            repeat.put("boundsDuration", json!({ "value": value, "unit": unit.words(), "system": "http://unitsofmeasure.org", "code": unit.code() }));
        }
        if let Some((frequency, period, unit)) = &self.timing {
            if *frequency == 0 {
                return Err(Error::Decimal);
            }
            repeat.put("frequency", *frequency);
            repeat.put("period", positive(period)?);
            repeat.put("periodUnit", unit.code());
        }
        repeat.list(
            "when",
            self.when
                .iter()
                .map(|when| element::code(when).map(Value::from))
                .collect::<Result<_, _>>()?,
        );
        let repeat = repeat.done();
        if repeat.as_object().is_some_and(|repeat| !repeat.is_empty()) {
            out.put("timing", json!({ "repeat": repeat }));
        }
        if self.as_needed {
            out.put("asNeededBoolean", true);
        }
        out.concept("route", self.route.as_ref())?;
        if let Some(dose) = &self.dose {
            positive(&dose.value)?;
            out.put("doseAndRate", json!([{ "doseQuantity": element::quantity(dose)? }]));
        }
        Ok(out.done())
    }
}

/// A dose, period or duration is more than nothing.
fn positive(text: &str) -> Result<Value, Error> {
    match decimal::compare(text, "0") {
        Some(core::cmp::Ordering::Greater) => decimal::number(text).map_err(|_| Error::Decimal),
        _ => Err(Error::Decimal),
    }
}
