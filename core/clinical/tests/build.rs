//! Builders: what they write is valid for us and for fhirkit, says what was put in, and nothing invalid is written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod common;

use clinical::build::observation::{Finding, Range};
use clinical::build::visit::Entry;
use clinical::build::{Concept, Error, Quantity, Resource};
use clinical::catalog::Catalog;
use clinical::facts::{Level, Party};
use clinical::{check, read, words};
use common::*;

fn text(name: &str) -> Vec<String> {
    let bytes = all().into_iter().find(|(other, _)| *other == name).unwrap().1;
    let catalog = Catalog::english().unwrap();
    words::lines(&read::read(&bytes).unwrap(), &catalog)
        .into_iter()
        .map(|line| line.text)
        .collect()
}

#[test]
fn everything_built_passes_our_own_check() {
    for (name, bytes) in all() {
        assert_eq!(check::issues(&bytes), [], "{name}");
    }
}

#[test]
fn everything_built_passes_fhirkit() {
    for (name, bytes) in all() {
        assert_eq!(fhirkit_issues(&bytes), Vec::<String>::new(), "{name}");
    }
}

/// fhirkit does not look into Bundle entries, so each is given to it alone.
fn fhirkit_issues(bytes: &[u8]) -> Vec<String> {
    let value: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let nested = value["entry"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|entry| entry["resource"].to_string());
    let whole = std::iter::once(String::from_utf8(bytes.to_vec()).unwrap());
    whole
        .chain(nested)
        .flat_map(|json| fhirkit::from_json::<fhirkit::r4::Resource>(&json).unwrap().1)
        .map(|issue| issue.to_string())
        .collect()
}

#[test]
fn fhirkit_can_refuse() {
    let refused: Vec<&str> = mutants()
        .into_iter()
        .filter(|(_, _, bytes)| !fhirkit_issues(bytes).is_empty())
        .map(|(name, _, _)| name)
        .collect();
    assert!(refused.len() >= 10, "{refused:?}");
    assert!(
        refused.contains(&"empty_array") && refused.contains(&"two_values"),
        "{refused:?}"
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(all(), all());
}

#[test]
fn decimals_keep_their_digits() {
    let bytes = hemoglobin("9.80").bytes().unwrap();
    assert!(String::from_utf8(bytes.clone()).unwrap().contains("\"value\":9.80"));
    assert_eq!(read::read(&bytes).unwrap().values[0].value.as_deref(), Some("9.80"));
}

#[test]
fn a_level_is_computed_from_the_range_when_nobody_states_one() {
    for (value, level) in [
        ("11.9", Level::Low),
        ("12", Level::Normal),
        ("12.00", Level::Normal),
        ("16", Level::Normal),
        ("16.01", Level::High),
        ("1e2", Level::High),
    ] {
        let facts = read::read(&hemoglobin(value).bytes().unwrap()).unwrap();
        assert_eq!(facts.values[0].level, Some(level), "{value}");
    }
    let stated = clinical::build::observation::Observation {
        level: Some(Level::CriticalLow),
        ..hemoglobin("9")
    };
    assert_eq!(
        read::read(&stated.bytes().unwrap()).unwrap().level(),
        Some(Level::CriticalLow)
    );
}

#[test]
fn a_bound_has_a_level_only_when_it_is_certain() {
    let with = |comparator: &str, value: &str| {
        let finding = Finding::Quantity(Quantity::ucum(value, "g/dL"), Some(comparator.into()));
        let observation = clinical::build::observation::Observation {
            finding: Some(finding),
            ..hemoglobin("0")
        };
        read::read(&observation.bytes().unwrap()).unwrap().values[0].level
    };
    assert_eq!(with("<", "12"), Some(Level::Low));
    assert_eq!(with("<", "13"), None);
    assert_eq!(with(">", "16"), Some(Level::High));
    assert_eq!(with(">", "15"), None);
}

#[test]
fn a_person_reads_plain_words() {
    assert_eq!(
        text("medication_request")[0],
        "Prescription: Ferrous sulfate 325 mg, 1 tablet daily, 30 days, 2 refills · 2026-11-24T10:00:00Z · active"
    );
    assert_eq!(
        text("observation")[0],
        "Laboratory value: Hemoglobin 9.80 g/dL (low; normal 12 to 16) · 2026-11-25T07:30:00Z · final"
    );
    assert_eq!(
        text("medication_statement")[0],
        "Medicine: Vitamin D, 1000 [IU] 2 times a week · 2024 · active"
    );
    assert_eq!(
        text("blood_group")[0],
        "Laboratory value: ABO and Rh group [Type] in Blood A positive · 2026-11-25T07:30:00Z · final"
    );
    let result = text("lab_result");
    assert_eq!(result[1], "By LabCo");
    assert!(
        result.contains(&"Hemoglobin 9.80 g/dL (low; normal 12 to 16)".to_owned()),
        "{result:#?}"
    );
    assert!(
        result.contains(
            &"Potassium [Moles/volume] in Serum or Plasma 6.9 mmol/L (critically high; normal 3.5 to 5.1)".to_owned()
        ),
        "{result:#?}"
    );
    assert!(
        result.contains(&"MCV [Entitic volume] not performed".to_owned()),
        "{result:#?}"
    );
    assert!(result.contains(&"Specimen: Blood specimen".to_owned()), "{result:#?}");
    let report = text("visit_report");
    assert!(
        report.contains(&"Reason for visit: Fatigue for several weeks.\nHb < 10 & falling.".to_owned()),
        "{report:#?}"
    );
}

#[test]
fn narrative_text_cannot_become_markup() {
    let report = visit_report(Vec::new(), "<script>alert(1)</script> & <b>bold</b>")
        .bytes()
        .unwrap();
    assert!(!String::from_utf8(report.clone()).unwrap().contains("<script"));
    assert_eq!(check::issues(&report), []);
    let facts = read::read(&report).unwrap();
    assert!(facts.facts.iter().any(|fact| {
        fact.params
            .values()
            .any(|p| matches!(p, clinical::facts::Param::Text(t) if t.contains("<script>alert(1)</script>")))
    }));
}

#[test]
fn mistakes_are_refused_with_their_code() {
    let observation = |change: fn(&mut clinical::build::observation::Observation)| {
        let mut observation = hemoglobin("9.8");
        change(&mut observation);
        observation.bytes().unwrap_err()
    };
    let quantity =
        |value: &str, unit: &str, ucum: &str| Some(Finding::Quantity(Quantity::new(value, unit, ucum), None));
    assert_eq!(
        observation(|o| o.range = Some(Range::between("16", "12"))),
        Error::Range
    );
    assert_eq!(observation(|o| o.range = Some(Range::default())), Error::Range);
    assert_eq!(observation(|o| o.effective = "25.11.2026".into()), Error::Date);
    assert_eq!(observation(|o| o.effective = "2026-02-30".into()), Error::Date);
    assert_eq!(observation(|o| o.status = "done".into()), Error::Invalid);
    assert_eq!(observation(|o| o.finding = None), Error::Missing);
    assert_eq!(observation(|o| o.code = Concept::default()), Error::Missing);
    assert_eq!(observation(|o| o.subject = Party::default()), Error::Reference);
    assert_eq!(observation(|o| o.id = Some("no spaces".into())), Error::Id);
    assert_eq!(observation(|o| o.note = Some("bell \u{7}".into())), Error::Text);
    for (value, unit, ucum, error) in [
        ("9,8", "g/dL", "g/dL", Error::Decimal),
        ("nine", "g/dL", "g/dL", Error::Decimal),
        ("NaN", "g/dL", "g/dL", Error::Decimal),
        ("", "g/dL", "g/dL", Error::Decimal),
        ("01", "g/dL", "g/dL", Error::Decimal),
        ("9.8", "", "g/dL", Error::Unit),
        ("9.8", "g/dL", "g per dL", Error::Unit),
        ("9.8", "tablet", "{tbl", Error::Unit),
        ("9.8", "tablet", "tbl}", Error::Unit),
        ("9.8", "mmHg", "mm[Hg", Error::Unit),
        ("9.8", "g/dL", "", Error::Unit),
    ] {
        let mut broken = hemoglobin("9.8");
        broken.finding = quantity(value, unit, ucum);
        assert_eq!(broken.bytes().unwrap_err(), error, "{value} {unit} {ucum}");
    }
}

#[test]
fn other_builders_refuse_too() {
    let mut appointment = appointment();
    appointment.time = Some((at(10), at(10)));
    assert_eq!(appointment.bytes(), Err(Error::Date));
    appointment.time = None;
    assert_eq!(
        appointment.bytes(),
        Err(Error::Invalid),
        "app-3: a booked appointment has a time"
    );
    appointment.participants.clear();
    assert_eq!(appointment.bytes(), Err(Error::Missing));

    let mut medicine = prescription();
    medicine.dosage.dose = Some(Quantity::new("0", "tablet", "{tbl}"));
    assert_eq!(medicine.bytes(), Err(Error::Decimal));
    medicine = prescription();
    medicine.dosage.duration = Some(("-3".into(), clinical::build::medication::TimeUnit::Day));
    assert_eq!(medicine.bytes(), Err(Error::Decimal));
    medicine = prescription();
    medicine.validity = Some(("2027-01-01".into(), "2026-01-01".into()));
    assert_eq!(medicine.bytes(), Err(Error::Date));
    medicine = prescription();
    medicine.dosage.when = vec!["XX".into()];
    assert_eq!(medicine.bytes(), Err(Error::Invalid));
    medicine = prescription();
    medicine.medication = Concept::text("  ");
    assert_eq!(medicine.bytes(), Err(Error::Text));

    assert_eq!(order(0).bytes(), Err(Error::Missing));
    let mut result = lab_result();
    result.tests.clear();
    assert_eq!(result.bytes(), Err(Error::Missing));
    result = lab_result();
    result.tests[0].uuid = "not-a-uuid".into();
    assert_eq!(result.bytes(), Err(Error::Id));

    let condition = condition();
    let mut report = visit_report(
        vec![Entry {
            uuid: uuid(13),
            resource: &condition,
        }],
        "x",
    );
    report.sections[1].entries = vec![uuid(77)];
    assert_eq!(report.bytes(), Err(Error::Reference));
    report.sections.clear();
    assert_eq!(report.bytes(), Err(Error::Missing));

    let mut patient = patient();
    patient.birth_date = Some("1987-04-12T00:00:00Z".into());
    assert_eq!(patient.bytes(), Err(Error::Date));
    patient.birth_date = None;
    (patient.family, patient.given) = (None, Vec::new());
    assert_eq!(patient.bytes(), Err(Error::Missing));
}
