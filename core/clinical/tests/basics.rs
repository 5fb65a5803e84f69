//! Dates, decimals, folding, catalog.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

use std::cmp::Ordering;
use std::collections::BTreeMap;

use clinical::catalog::Catalog;
use clinical::date::{self, Precision};
use clinical::facts::Param;
use clinical::{decimal, text};
use proptest::prelude::*;
use protocol::category::Category;
use protocol::code::Coded;
use protocol::time::Timestamp;

#[test]
fn dates_keep_their_precision() {
    let read = |text: &str| date::parse(text).map(|date| (date.precision, date.from, date.until));
    assert_eq!(read("1970"), Ok((Precision::Year, 0, 31_536_000)));
    assert_eq!(read("1970-02"), Ok((Precision::Month, 2_678_400, 5_097_600)));
    assert_eq!(read("2024-02-29"), Ok((Precision::Day, 1_709_164_800, 1_709_251_200)));
    assert_eq!(
        read("2026-11-24T09:00:00Z"),
        Ok((Precision::Second, 1_795_510_800, 1_795_510_801))
    );
    assert_eq!(
        read("2026-11-24T10:00:00.123+01:00"),
        Ok((Precision::Second, 1_795_510_800, 1_795_510_801))
    );
    assert_eq!(read("1969-12-31T23:59:59Z"), Ok((Precision::Second, -1, 0)));
    for bad in [
        "",
        "26",
        "2026-1",
        "2026-13",
        "2026-00",
        "2026-02-29",
        "2026-11-31",
        "2026-11-24T09:00Z",
        "2026-11-24T09:00:00",
        "2026-11-24T24:00:00Z",
        "2026-11-24T09:00:00+25:00",
        "2026-11T09:00:00Z",
        "2026-11-24 09:00:00Z",
        "0000-01-01",
        "2026-11-24T09:00:00.Z",
        "２０２６",
        "2026-11-24T09:00:00z",
        "-2026",
        "2026-11-24-01",
    ] {
        assert!(date::parse(bad).is_err(), "{bad}");
    }
    assert!(date::day("2026-11-24T09:00:00Z").is_err() && date::instant("2026-11-24").is_err());
    assert_eq!(
        date::write(Timestamp::new(1_795_510_800).unwrap()),
        "2026-11-24T09:00:00Z"
    );
}

#[test]
fn decimals_compare_exactly() {
    use Ordering::{Equal, Greater, Less};
    for (a, b, order) in [
        ("9.8", "9.80", Equal),
        ("9.8", "12", Less),
        ("-1", "1", Less),
        ("-2", "-1", Less),
        ("0", "-0.0", Equal),
        ("1e3", "1000", Equal),
        ("1E-2", "0.01", Equal),
        ("0.1", "0.10000000000000000001", Less),
        ("100", "99.999", Greater),
        ("0.09", "0.1", Less),
        ("12345678901234567890", "12345678901234567891", Less),
        ("1e-9999", "0", Greater),
    ] {
        assert_eq!(decimal::compare(a, b), Some(order), "{a} {b}");
        assert_eq!(decimal::compare(b, a), Some(order.reverse()), "{b} {a}");
    }
    for bad in [
        "",
        "-",
        ".",
        "1.",
        ".5",
        "01",
        "+1",
        "1e",
        "1e+",
        "1e99999",
        "0x1",
        "1,5",
        " 1",
        "∞",
        "1_000",
        &"1".repeat(65),
    ] {
        assert!(decimal::check(bad).is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn comparison_agrees_with_integers(a in -100_000i64..100_000, b in -100_000i64..100_000, scale in 0usize..4) {
        let write = |n: i64| {
            let digits = format!("{:0>5}", n.abs());
            let (whole, fraction) = digits.split_at(digits.len() - scale);
            let whole = whole.trim_start_matches('0');
            let dot = if fraction.is_empty() { "" } else { "." };
            format!("{}{}{dot}{fraction}", if n < 0 { "-" } else { "" }, if whole.is_empty() { "0" } else { whole })
        };
        prop_assert_eq!(decimal::compare(&write(a), &write(b)), Some(a.cmp(&b)));
    }

    #[test]
    fn a_written_moment_reads_back(seconds in 0u64..253_402_300_000) {
        let time = Timestamp::new(seconds).unwrap();
        prop_assert_eq!(date::instant(&date::write(time)).unwrap().from, seconds as i64);
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = (clinical::read::read(&bytes), clinical::check::issues(&bytes), clinical::import::preview(&bytes, &[]).is_ok());
        let text = String::from_utf8_lossy(&bytes);
        let _ = (clinical::narrative::text(&text), date::parse(&text), decimal::check(&text), text::fold(&text));
    }

    #[test]
    fn any_plain_text_becomes_a_valid_narrative(plain in "\\PC{1,80}") {
        if let Ok(div) = clinical::narrative::write(&plain) {
            prop_assert_eq!(clinical::narrative::check(&div), Ok(()));
        }
    }

    #[test]
    fn folding_twice_changes_nothing(plain in "\\PC{0,40}") {
        let once = text::fold(&plain);
        prop_assert_eq!(text::fold(&once), once.clone());
    }
}

#[test]
fn folding_makes_marks_and_case_equal() {
    for (a, b) in [
        ("Hämoglobin", "HAMOGLOBIN"),
        ("e\u{301}te\u{301}", "ete"),
        ("Straße", "strasse"),
        ("  a \t b ", "a b"),
        ("हीमोग्लोबिन", "हीमोग्लोबिन"),
    ] {
        assert_eq!(text::fold(a), text::fold(b));
    }
    assert_ne!(text::fold("sodium"), text::fold("podium"));
}

#[test]
fn the_catalog_has_every_category_level_and_own_error_code() {
    let catalog = Catalog::english().unwrap();
    for category in Category::ALL {
        assert!(
            catalog.phrase(&format!("category.{}", category.as_str())).is_some(),
            "{category:?}"
        );
    }
    for level in clinical::facts::Level::ALL {
        assert!(
            catalog.phrase(&format!("level.{}", level.as_str())).is_some(),
            "{level:?}"
        );
    }
    let codes = [
        clinical::build::Error::CODES,
        clinical::catalog::Error::CODES,
        clinical::check::Error::CODES,
        date::Error::CODES,
        decimal::Error::CODES,
        clinical::import::Error::CODES,
        clinical::json::Error::CODES,
        clinical::narrative::Error::CODES,
        clinical::read::Error::CODES,
    ];
    for code in codes.concat() {
        assert!(catalog.phrase(&format!("error.{code}")).is_some(), "{code}");
    }
    assert_ne!(
        catalog.error(clinical::read::Error::Json.code()),
        catalog.error("no.such_code")
    );
}

/// Phrase keys that the sources of this crate name.
#[test]
fn every_phrase_that_a_fact_uses_is_in_the_catalog() {
    fn visit(folder: &std::path::Path, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let source = std::fs::read_to_string(path).unwrap();
                let quoted = source.split('"').skip(1).step_by(2).map(str::to_owned);
                let groups = ["fact.", "record.", "timing.", "range.", "value."];
                out.extend(quoted.filter(|text| {
                    groups.iter().any(|group| {
                        text.strip_prefix(group)
                            .is_some_and(|rest| !rest.is_empty() && !rest.contains(['{', ' ']))
                    })
                }));
            }
        }
    }
    let catalog = Catalog::english().unwrap();
    let mut keys = Vec::new();
    visit(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut keys);
    assert!(keys.len() > 60, "{}", keys.len());
    for key in keys {
        assert!(
            catalog.phrase(&key).is_some() || catalog.phrase(&format!("{key}.other")).is_some(),
            "{key}"
        );
    }
}

#[test]
fn plurals_and_braces() {
    let catalog = Catalog::english().unwrap();
    let say = |count: &str| {
        catalog.fill(
            "fact.refills",
            &BTreeMap::from([("count".to_owned(), Param::Number(count.into()))]),
        )
    };
    assert_eq!([say("1"), say("2"), say("0")], ["1 refill", "2 refills", "0 refills"]);
    assert_eq!(catalog.fill("status.some-new-code", &BTreeMap::new()), "some-new-code");
    let hostile = BTreeMap::from([("text".to_owned(), Param::Text("{text} {count}".into()))]);
    assert_eq!(
        catalog.fill("fact.note", &hostile),
        "Note: {text} {count}",
        "params are not filled twice"
    );
    for bad in [
        "",
        "[]",
        "{\"a\":1}",
        "{\"a\":\"{b\"}",
        "{\"a\":\"b}\"}",
        "{\"a\":\"{b{c}}\"}",
    ] {
        assert!(Catalog::parse("en", bad.as_bytes()).is_err(), "{bad}");
    }
    let arabic = Catalog::parse(
        "ar",
        r#"{"n.zero":"z","n.one":"o","n.two":"t","n.few":"f","n.many":"m","n.other":"x"}"#.as_bytes(),
    )
    .unwrap();
    let shown: Vec<String> = ["0", "1", "2", "3", "11", "100", "1.5"]
        .iter()
        .map(|n| arabic.fill("n", &BTreeMap::from([("count".to_owned(), Param::Number((*n).into()))])))
        .collect();
    assert_eq!(shown, ["z", "o", "t", "f", "m", "x", "x"]);
}
