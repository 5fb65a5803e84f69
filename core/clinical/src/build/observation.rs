//! Observation: one value, or one answer (FHIR R4 Observation).

use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::element::{self, Concept, Object, Quantity};
use super::{Error, Resource};
use crate::facts::{Level, Party};
use crate::{date, decimal, read};

/// What kind of observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Laboratory.
    Laboratory,
    /// Vital sign.
    VitalSigns,
    /// Imaging.
    Imaging,
    /// Social history, such as smoking.
    SocialHistory,
    /// Physical examination.
    Exam,
}

impl Kind {
    const fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Laboratory => ("laboratory", "Laboratory"),
            Self::VitalSigns => ("vital-signs", "Vital Signs"),
            Self::Imaging => ("imaging", "Imaging"),
            Self::SocialHistory => ("social-history", "Social History"),
            Self::Exam => ("exam", "Exam"),
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A number with its unit, and `<`, `<=`, `>`, `>=` when it is only a bound.
    Quantity(Quantity, Option<String>),
    /// A coded or written answer.
    Concept(Concept),
    /// Free words.
    Text(String),
    /// No value, and why: a code of data-absent-reason such as `not-performed`.
    Absent(String),
}

/// Reference range in the unit of the value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Range {
    /// Lower end, decimal text.
    pub low: Option<String>,
    /// Upper end, decimal text.
    pub high: Option<String>,
    /// Range in words.
    pub text: Option<String>,
}

impl Range {
    /// A range between two decimals.
    pub fn between(low: &str, high: &str) -> Self {
        Self {
            low: Some(low.into()),
            high: Some(high.into()),
            text: None,
        }
    }
}

/// One part of an observation, such as systolic pressure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// What was measured.
    pub code: Concept,
    /// What was found.
    pub finding: Finding,
    /// Reference range.
    pub range: Option<Range>,
    /// Level, else computed from the range.
    pub level: Option<Level>,
}

/// An observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// FHIR id.
    pub id: Option<String>,
    /// `registered`, `preliminary`, `final`, `amended`, `corrected`, `cancelled`, `entered-in-error` or `unknown`.
    pub status: String,
    /// Kind.
    pub kind: Kind,
    /// What was measured.
    pub code: Concept,
    /// Patient.
    pub subject: Party,
    /// When, a FHIR date.
    pub effective: String,
    /// When it was made known.
    pub issued: Option<Timestamp>,
    /// Who measured.
    pub performer: Option<Party>,
    /// The request it answers.
    pub based_on: Option<Party>,
    /// What was found; none only beside components.
    pub finding: Option<Finding>,
    /// Reference range.
    pub range: Option<Range>,
    /// Critical limits, in the unit of the value.
    pub critical: Option<Range>,
    /// Level as stated by the author, else computed from critical limits and range.
    pub level: Option<Level>,
    /// Specimen, by reference.
    pub specimen: Option<Party>,
    /// Note.
    pub note: Option<String>,
    /// Components.
    pub components: Vec<Component>,
}

impl Resource for Observation {
    fn value(&self) -> Result<Value, Error> {
        if self.finding.is_none() && self.components.is_empty() {
            return Err(Error::Missing);
        }
        let mut out = Object::resource("Observation", self.id.as_deref())?;
        out.parties("basedOn", self.based_on.as_slice())?;
        out.code("status", &self.status)?;
        let (code, display) = self.kind.code();
        out.put(
            "category",
            json!([element::coded(
                "http://terminology.hl7.org/CodeSystem/observation-category",
                code,
                display
            )]),
        );
        out.concept("code", Some(&self.code))?;
        out.party("subject", Some(&self.subject))?;
        out.date("effectiveDateTime", Some(&self.effective))?;
        out.opt("issued", self.issued.map(|time| date::write(time).into()));
        out.parties("performer", self.performer.as_slice())?;
        let level = self.level.or_else(|| self.beyond());
        found(&mut out, self.finding.as_ref(), self.range.as_ref(), level)?;
        out.notes(self.note.as_deref())?;
        out.party("specimen", self.specimen.as_ref())?;
        ranged(
            &mut out,
            self.finding.as_ref(),
            self.range.as_ref(),
            self.critical.as_ref(),
        )?;
        out.list(
            "component",
            self.components.iter().map(component).collect::<Result<_, _>>()?,
        );
        Ok(out.done())
    }
}

impl Observation {
    /// The level that critical limits give.
    fn beyond(&self) -> Option<Level> {
        let (Some(Finding::Quantity(quantity, None)), Some(limits)) = (&self.finding, &self.critical) else {
            return None;
        };
        match read::level(&quantity.value, None, limits.low.as_deref(), limits.high.as_deref())? {
            Level::Low => Some(Level::CriticalLow),
            Level::High => Some(Level::CriticalHigh),
            _ => None,
        }
    }
}

fn component(component: &Component) -> Result<Value, Error> {
    let mut out = Object::new();
    out.concept("code", Some(&component.code))?;
    found(
        &mut out,
        Some(&component.finding),
        component.range.as_ref(),
        component.level,
    )?;
    ranged(&mut out, Some(&component.finding), component.range.as_ref(), None)?;
    Ok(out.done())
}

/// The value, and the level: as stated, else from the range.
fn found(
    out: &mut Object,
    finding: Option<&Finding>,
    range: Option<&Range>,
    level: Option<Level>,
) -> Result<(), Error> {
    let mut computed = None;
    match finding {
        Some(Finding::Quantity(quantity, comparator)) => {
            let mut value = element::quantity(quantity)?;
            if let Some(comparator) = comparator {
                if !matches!(comparator.as_str(), "<" | "<=" | ">" | ">=") {
                    return Err(Error::Code);
                }
                value["comparator"] = comparator.as_str().into();
            }
            out.put("valueQuantity", value);
            let (low, high) = range.map_or((None, None), |range| (range.low.as_deref(), range.high.as_deref()));
            computed = read::level(&quantity.value, comparator.as_deref(), low, high);
        }
        Some(Finding::Concept(concept)) => out.concept("valueCodeableConcept", Some(concept))?,
        Some(Finding::Text(text)) => out.text("valueString", Some(text))?,
        Some(Finding::Absent(reason)) => {
            let system = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
            out.put("dataAbsentReason", element::coded_only(system, element::code(reason)?));
        }
        None => {}
    }
    if let Some(level) = level.or(computed) {
        let system = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
        out.put(
            "interpretation",
            json!([element::coded(system, level.code(), display(level))]),
        );
    }
    Ok(())
}

const fn display(level: Level) -> &'static str {
    match level {
        Level::Normal => "Normal",
        Level::Abnormal => "Abnormal",
        Level::Low => "Low",
        Level::High => "High",
        Level::Critical => "Critical abnormal",
        Level::CriticalLow => "Critical low",
        Level::CriticalHigh => "Critical high",
    }
}

/// The ranges, in the value's own unit: the usual one first, critical limits marked by their meaning in words.
fn ranged(
    out: &mut Object,
    finding: Option<&Finding>,
    usual: Option<&Range>,
    critical: Option<&Range>,
) -> Result<(), Error> {
    let mut all = Vec::new();
    if let Some(usual) = usual {
        all.push(one_range(finding, usual)?.done());
    }
    if let Some(critical) = critical {
        let mut shown = one_range(finding, critical)?;
        // A code of its own, so that no reader takes it for the usual range.
        let system = "urn:satchel:reference-range-meaning";
        shown.put("type", element::coded(system, "critical", "Critical limits"));
        all.push(shown.done());
    }
    out.list("referenceRange", all);
    Ok(())
}

fn one_range(finding: Option<&Finding>, range: &Range) -> Result<Object, Error> {
    let bound = |text: &Option<String>| -> Result<Option<Value>, Error> {
        let Some(value) = text else { return Ok(None) };
        // A numeric range without a numeric value has no unit, so it would say nothing.
        let Some(Finding::Quantity(quantity, _)) = finding else {
            return Err(Error::Range);
        };
        element::quantity(&Quantity {
            value: value.clone(),
            ..quantity.clone()
        })
        .map(Some)
    };
    if let (Some(low), Some(high)) = (&range.low, &range.high)
        && decimal::compare(low, high).ok_or(Error::Decimal)?.is_gt()
    {
        return Err(Error::Range);
    }
    if *range == Range::default() {
        return Err(Error::Range);
    }
    let mut shown = Object::new();
    shown.opt("low", bound(&range.low)?);
    shown.opt("high", bound(&range.high)?);
    shown.text("text", range.text.as_deref())?;
    Ok(shown)
}
