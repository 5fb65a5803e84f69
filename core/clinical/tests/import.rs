//! Import: real bundles, verbatim bytes, duplicates, limits.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod common;

use std::path::{Path, PathBuf};

use clinical::fingerprint::{self, Fingerprint};
use clinical::import::{self, Error, Original, preview};
use clinical::search::{Query, search};
use clinical::summary::{Code, Summary};
use clinical::{check, read, trend};
use common::*;
use protocol::category::Category;
use serde_json::{Value, json};

/// The samples in the repository.
fn own() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/samples")
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(own().join(name)).unwrap()
}

/// More samples, when somebody has them: `SATCHEL_SAMPLES`, else `../shared/data` beside the repository.
fn more() -> Option<PathBuf> {
    let given = std::env::var_os("SATCHEL_SAMPLES").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no folder of further samples; set SATCHEL_SAMPLES to one");
    None
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.ends_with(".json") && !name.starts_with('_')
        })
        .collect();
    found.sort();
    found
}

#[test]
fn every_sample_reads_checks_and_imports() {
    let mut seen = 0;
    let mut folders = vec![own(), own().join("synthea"), own().join("ips")];
    for folder in more().into_iter() {
        folders.extend([folder.join("fhir-samples"), folder.join("synthea"), folder.join("ips")]);
    }
    for path in folders.iter().flat_map(|folder| files(folder)) {
        let bytes = std::fs::read(&path).unwrap();
        read::read(&bytes).unwrap();
        assert_eq!(check::issues(&bytes), [], "{}", path.display());
        let preview = preview(&bytes, &[]).unwrap();
        assert!(!preview.candidates.is_empty());
        for candidate in &preview.candidates {
            assert_eq!(
                candidate.issues,
                [],
                "{}: {}",
                path.display(),
                candidate.facts.resource_type
            );
            let at = bytes
                .windows(candidate.bytes.len())
                .position(|window| window == candidate.bytes);
            assert!(at.is_some(), "the candidate's bytes stand in the file");
            serde_json::from_slice::<Value>(candidate.bytes).unwrap();
        }
        seen += 1;
    }
    assert!(seen >= 5, "only {seen} samples");
}

#[test]
fn a_transaction_gives_one_candidate_an_entry() {
    let bytes = sample("synthea/Buster_Hoeger.json");
    let preview = preview(&bytes, &[]).unwrap();
    assert_eq!(preview.bundle_type.as_deref(), Some("transaction"));
    assert_eq!(preview.candidates.len(), 66);
    assert_eq!(preview.skipped, 0);
    let count = |category| {
        preview
            .candidates
            .iter()
            .filter(|c| c.facts.category == category && !c.supporting)
            .count()
    };
    assert_eq!(count(Category::Demographics), 1);
    assert_eq!(count(Category::Immunization), 4);
    assert_eq!(count(Category::Problem), 3);
    assert_eq!(count(Category::Medication), 1);
    assert_eq!(count(Category::Coverage), 13);
    assert!(count(Category::VitalSign) > 0 && count(Category::Laboratory) > 0);
    let titled = preview.candidates.iter().filter(|c| c.facts.title.is_some()).count();
    assert!(titled > 50, "{titled}");
    let prescription = preview
        .candidates
        .iter()
        .find(|c| c.facts.resource_type == "MedicationRequest")
        .unwrap();
    assert!(
        prescription.facts.author.as_ref().unwrap().display.is_some(),
        "the prescriber's name stands in another entry"
    );
    assert!(preview.source.is_some());
}

#[test]
fn a_document_stays_one_record_with_its_parts() {
    let bytes = sample("ips/IPS_IG-bundle-01.json");
    let preview = preview(&bytes, &[]).unwrap();
    let [document] = preview.candidates.as_slice() else {
        panic!("one candidate")
    };
    assert_eq!(document.bytes, bytes.trim_ascii());
    assert_eq!(document.facts.kind, "record.patient_summary");
    assert_eq!(document.facts.category, Category::Document);
    assert_eq!(document.facts.parts.len(), 19);
    assert!(
        document
            .facts
            .parts
            .iter()
            .any(|part| part.category == Category::Allergy && part.title.is_some())
    );
    let medicine = document
        .facts
        .parts
        .iter()
        .find(|part| part.resource_type == "MedicationStatement")
        .unwrap();
    assert!(
        medicine.title.is_some(),
        "the medicine's name stands in a Medication of the same Bundle"
    );
}

#[test]
fn results_and_orders_stay_whole() {
    for (name, bytes) in all()
        .into_iter()
        .filter(|(name, _)| ["lab_result", "order_two", "visit_report"].contains(name))
    {
        let found = preview(&bytes, &[]).unwrap();
        assert_eq!(found.candidates.len(), 1, "{name}");
        assert_eq!(found.candidates[0].bytes, bytes, "{name}");
    }
    let mixed = json!({ "resourceType": "Bundle", "type": "collection", "entry": [
        { "resource": { "resourceType": "Observation", "status": "final", "code": { "text": "x" } } },
        { "resource": { "resourceType": "Condition", "subject": { "display": "x" } } } ] });
    assert_eq!(preview(mixed.to_string().as_bytes(), &[]).unwrap().candidates.len(), 2);
}

#[test]
fn bytes_are_verbatim_whatever_their_layout() {
    let resource =
        "{ \"resourceType\" : \"Patient\",\n\t\"name\":[ {\"text\":\"A\\u006ea\"} ], \"multipleBirthInteger\" : 1 }";
    let file = format!(
        "\u{feff}  {{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{{\"fullUrl\":\"urn:x\",\"resource\": {resource} }}]}}\n"
    );
    let found = preview(file.as_bytes(), &[]).unwrap();
    assert_eq!(found.candidates[0].bytes, resource.as_bytes());
    assert_eq!(found.candidates[0].facts.title.as_deref(), Some("Ana"));
}

#[test]
fn duplicates_are_found() {
    let one = json!({ "resourceType": "Observation", "id": "a", "status": "final", "code": { "coding": [{ "system": "http://loinc.org", "code": "718-7" }] }, "effectiveDateTime": "2026", "valueQuantity": { "value": 9.80 } });
    let reordered = json!({ "valueQuantity": { "value": 9.80 }, "effectiveDateTime": "2026", "resourceType": "Observation", "id": "a", "code": { "coding": [{ "code": "718-7", "system": "http://loinc.org" }] }, "status": "final" });
    let mut corrected = one.clone();
    corrected["status"] = json!("corrected");
    let mut other = one.clone();
    other["valueQuantity"]["value"] = json!(9.9);
    let entries: Vec<Value> = [&one, &reordered, &corrected, &other]
        .iter()
        .map(|r| json!({ "resource": r }))
        .collect();
    let file = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string();
    let found = preview(file.as_bytes(), &[]).unwrap();
    let duplicates: Vec<_> = found
        .candidates
        .iter()
        .map(|c| c.duplicate.map(|d| (d.exact, d.of)))
        .collect();
    assert_eq!(
        duplicates,
        [
            None,
            Some((true, Original::Candidate(0))),
            Some((false, Original::Candidate(0))),
            None
        ]
    );

    let known: Vec<Fingerprint> = vec![
        fingerprint::of(b"{\"resourceType\":\"Patient\"}").unwrap(),
        fingerprint::of(one.to_string().as_bytes()).unwrap(),
    ];
    let (corrected, other) = (corrected.to_string(), other.to_string());
    let again = preview(corrected.as_bytes(), &known).unwrap();
    assert_eq!(
        again.candidates[0].duplicate.map(|d| (d.exact, d.of)),
        Some((false, Original::Known(1)))
    );
    let unrelated = preview(other.as_bytes(), &known).unwrap();
    assert_eq!(unrelated.candidates[0].duplicate, None);
}

#[test]
fn importing_twice_finds_everything_again() {
    let bytes = sample("synthea/Buster_Hoeger.json");
    let first = preview(&bytes, &[]).unwrap();
    let known: Vec<Fingerprint> = first.candidates.iter().map(|c| c.fingerprint).collect();
    let second = preview(&bytes, &known).unwrap();
    assert!(second.candidates.iter().all(|c| {
        c.duplicate
            .is_some_and(|d| d.exact && matches!(d.of, Original::Known(_)))
    }));
}

#[test]
fn what_is_no_file_of_records_is_refused() {
    let entries = |count: usize| vec![json!({ "resource": { "resourceType": "Basic" } }); count];
    let bundle = |kind: &str, entry: Vec<Value>| {
        json!({ "resourceType": "Bundle", "type": kind, "entry": entry })
            .to_string()
            .into_bytes()
    };
    for (bytes, error) in [
        (b"".to_vec(), Error::Json),
        (b"%PDF-1.4".to_vec(), Error::Json),
        (b"[]".to_vec(), Error::ResourceType),
        (b"{\"name\":\"x\"}".to_vec(), Error::ResourceType),
        (
            b"{\"resourceType\":\"Patient\",\"id\":\"a\",\"id\":\"b\"}".to_vec(),
            Error::Duplicate,
        ),
        (bundle("message", entries(1)), Error::BundleType),
        (bundle("nonsense", entries(1)), Error::BundleType),
        (bundle("collection", entries(0)), Error::Empty),
        (bundle("collection", entries(import::MAX_ENTRIES + 1)), Error::TooMany),
        (vec![b'['; 100_000], Error::TooDeep),
        (vec![b'1'; import::MAX_FILE + 1], Error::TooLarge),
        (
            json!({ "resourceType": "Bundle", "type": "collection", "entry": [5] })
                .to_string()
                .into_bytes(),
            Error::Json,
        ),
        (
            json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "request": {} }] })
                .to_string()
                .into_bytes(),
            Error::Empty,
        ),
    ] {
        assert_eq!(
            preview(&bytes, &[]).unwrap_err(),
            error,
            "{:.60}",
            String::from_utf8_lossy(&bytes)
        );
    }
}

#[test]
fn every_prefix_and_flipped_byte_of_a_record_gives_an_answer() {
    let bytes = all().into_iter().find(|(name, _)| *name == "lab_result").unwrap().1;
    for end in (0..bytes.len()).step_by(7) {
        let _ = (
            read::read(&bytes[..end]),
            check::issues(&bytes[..end]),
            preview(&bytes[..end], &[]).is_ok(),
        );
        let mut flipped = bytes.clone();
        flipped[end] ^= 0x11;
        let _ = (
            read::read(&flipped),
            check::issues(&flipped),
            preview(&flipped, &[]).is_ok(),
        );
    }
}

#[test]
fn an_unknown_type_is_kept_as_other() {
    let facts = read::read(b"{\"resourceType\":\"Basic\",\"code\":{\"text\":\"Organ donor: yes\"},\"created\":\"2026-01\",\"author\":{\"display\":\"Ana\"}}").unwrap();
    assert_eq!(
        (facts.category, facts.title.as_deref(), facts.date.as_deref()),
        (Category::Other, Some("Organ donor: yes"), Some("2026-01"))
    );
    assert_eq!(facts.author.unwrap().display.as_deref(), Some("Ana"));
}

fn summaries() -> Vec<Summary> {
    let bytes = sample("synthea/Buster_Hoeger.json");
    preview(&bytes, &[])
        .unwrap()
        .candidates
        .into_iter()
        .map(|c| c.summary)
        .collect()
}

#[test]
fn a_summary_survives_its_encoding() {
    for summary in summaries() {
        let bytes = minicbor::to_vec(&summary).unwrap();
        assert_eq!(minicbor::decode::<Summary>(&bytes).unwrap(), summary);
        assert!(minicbor::decode::<Summary>(&bytes[..bytes.len() - 1]).is_err());
        let json = serde_json::to_string(&summary).unwrap();
        assert_eq!(serde_json::from_str::<Summary>(&json).unwrap(), summary);
    }
}

#[test]
fn search_finds_by_words_code_date_category_and_author() {
    let summaries = summaries();
    let hits = |query: &Query| search(query, &summaries).len();
    assert_eq!(hits(&Query::default()), summaries.len());
    assert!(hits(&Query::words("body weight")) > 0);
    assert_eq!(hits(&Query::words("WÉIGHT Bödy")), hits(&Query::words("body weight")));
    assert_eq!(hits(&Query::words("eight")), 0, "words match from their beginning");
    assert_eq!(hits(&Query::words("nosuchword")), 0);
    let code = |token: &str| {
        hits(&Query {
            code: Some(token.into()),
            ..Query::default()
        })
    };
    assert!(code("29463-7") > 0);
    assert_eq!(code("http://loinc.org|29463-7"), code("29463-7"));
    assert_eq!(code("http://snomed.info/sct|29463-7"), 0);
    assert_eq!(code("|29463-7"), 0);
    let range = |from: Option<&str>, until: Option<&str>| {
        hits(&Query {
            from: from.map(Into::into),
            until: until.map(Into::into),
            ..Query::default()
        })
    };
    let dated = range(Some("1900"), None);
    assert!(dated > 0);
    assert_eq!(range(None, Some("1900")), 0);
    assert_eq!(
        range(Some("nonsense"), None),
        0,
        "a bound that is no date matches nothing"
    );
    let immunizations = Query {
        categories: vec![Category::Immunization],
        ..Query::default()
    };
    assert_eq!(hits(&immunizations), 4);
    assert_eq!(
        hits(&Query {
            author: Some("nobody".into()),
            ..Query::default()
        }),
        0
    );
    let times: Vec<Option<i64>> = search(&Query::default(), &summaries)
        .iter()
        .map(|&at| summaries[at].time())
        .collect();
    let known: Vec<i64> = times.iter().copied().flatten().collect();
    assert!(known.windows(2).all(|pair| pair[0] >= pair[1]), "newest first");
}

#[test]
fn a_trend_has_its_values_in_order_and_one_unit() {
    let summary = |value: &str, unit: &str, date: &str, status: &str| {
        let bytes = json!({ "resourceType": "Observation", "status": status, "effectiveDateTime": date,
            "code": { "coding": [{ "system": "http://loinc.org", "code": "718-7" }], "text": "Hemoglobin" },
            "valueQuantity": { "value": serde_json::from_str::<Value>(value).unwrap(), "unit": unit } })
        .to_string();
        Summary::of(&read::read(bytes.as_bytes()).unwrap(), None)
    };
    let all = [
        summary("9.80", "g/dL", "2026-11-25", "final"),
        summary("12.1", "g/dL", "2025-01", "final"),
        summary("6.08", "mmol/L", "2024", "final"),
        summary("99", "g/dL", "2026-01-01", "entered-in-error"),
        summary("50", "g/dL", "2026-02-01", "final"),
    ];
    let code = Code {
        system: "http://loinc.org".into(),
        code: "718-7".into(),
    };
    let series = trend::series(&all, &code, |at| at == 4);
    assert_eq!(series.len(), 2);
    let values: Vec<&str> = series[0].samples.iter().map(|sample| sample.value.as_str()).collect();
    assert_eq!(
        (values.as_slice(), series[0].unit.as_deref()),
        (["12.1", "9.80"].as_slice(), Some("g/dL"))
    );
    assert_eq!(series[1].samples.len(), 1);
    assert_eq!(trend::codes(&all), std::slice::from_ref(&code));
    assert_eq!(
        trend::series(
            &all,
            &Code {
                system: String::new(),
                ..code
            },
            |_| false
        ),
        []
    );
}
