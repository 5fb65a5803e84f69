//! Whether a laboratory value can be what it says (`core/spec/clinical.md`, CLIN-70 ff.): before it is signed, not after.
//!
//! For tests in the table the unit must be one of that test's own (UCUM) and value and reference range must be physically possible; for all
//! others only what holds for every value is asked. Plausible is far wider than healthy: the check finds slips of pen and unit, not illness.

use core::cmp::Ordering;

use protocol::coded_error;

use crate::decimal;
use crate::facts::{Facts, Level, Measurement};
use crate::read;

coded_error! {
    /// Why a value is not signed.
    pub enum Error {
        Unit = "result.unit", "the unit does not belong to this test";
        Number = "result.number", "this test has a number for its value";
        Implausible = "result.implausible", "the value or its reference range is physically impossible";
        Reversed = "result.reversed", "the low end of the reference range lies above its high end";
        Level = "result.level", "the stated level contradicts value and reference range";
    }
}

/// A value that is not signed: which one, counted from 1, why, and what was expected in words of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which value, counted from 1.
    pub number: usize,
    /// Why.
    pub error: Error,
    /// Units, or the least and the greatest value.
    pub expected: String,
}

/// A unit of a test, and the least and greatest value that is possible in it.
type Unit = (&'static str, &'static str, &'static str);

/// Glucose by mass.
const GLUCOSE: &[Unit] = &[("mg/dL", "1", "4000"), ("g/L", "0.01", "40")];
const GLUCOSE_MOLES: &[Unit] = &[("mmol/L", "0.05", "220")];
const LIPID: &[Unit] = &[("mg/dL", "0", "15000"), ("g/L", "0", "150")];
const ENZYME: &[Unit] = &[
    ("U/L", "0", "100000"),
    ("[iU]/L", "0", "100000"),
    ("IU/L", "0", "100000"),
];
const ELECTROLYTE_HIGH: &[Unit] = &[("mmol/L", "50", "250"), ("meq/L", "50", "250")];
const PERCENT: &[Unit] = &[("%", "0", "100")];
const PRESSURE: &[Unit] = &[("mm[Hg]", "0", "400")];

/// LOINC code and the units it is reported in.
const TESTS: &[(&str, &[Unit])] = &[
    ("718-7", &[("g/dL", "0.5", "30"), ("g/L", "5", "300")]),
    ("59260-0", &[("mmol/L", "0.3", "19")]),
    ("4544-3", PERCENT),
    ("20570-8", PERCENT),
    (
        "777-3",
        &[
            ("10*3/uL", "0", "5000"),
            ("10*9/L", "0", "5000"),
            ("/uL", "0", "5000000"),
        ],
    ),
    (
        "6690-2",
        &[
            ("10*3/uL", "0", "1000"),
            ("10*9/L", "0", "1000"),
            ("/uL", "0", "1000000"),
        ],
    ),
    (
        "26464-8",
        &[
            ("10*3/uL", "0", "1000"),
            ("10*9/L", "0", "1000"),
            ("/uL", "0", "1000000"),
        ],
    ),
    ("789-8", &[("10*6/uL", "0.1", "15"), ("10*12/L", "0.1", "15")]),
    ("787-2", &[("fL", "20", "250")]),
    ("785-6", &[("pg", "5", "80")]),
    ("786-4", &[("g/dL", "10", "60"), ("g/L", "100", "600")]),
    ("2345-7", GLUCOSE),
    ("2339-0", GLUCOSE),
    ("1558-6", GLUCOSE),
    ("14749-6", GLUCOSE_MOLES),
    ("15074-8", GLUCOSE_MOLES),
    ("2823-3", &[("mmol/L", "0.5", "20"), ("meq/L", "0.5", "20")]),
    ("6298-4", &[("mmol/L", "0.5", "20"), ("meq/L", "0.5", "20")]),
    ("2951-2", ELECTROLYTE_HIGH),
    ("2947-0", ELECTROLYTE_HIGH),
    ("2075-0", ELECTROLYTE_HIGH),
    ("17861-6", &[("mg/dL", "1", "40")]),
    ("2000-8", &[("mmol/L", "0.2", "10")]),
    ("2160-0", &[("mg/dL", "0", "100")]),
    ("14682-9", &[("umol/L", "0", "9000")]),
    ("3094-0", &[("mg/dL", "0", "500")]),
    ("33914-3", &[("mL/min/{1.73_m2}", "0", "300"), ("mL/min", "0", "300")]),
    ("62238-1", &[("mL/min/{1.73_m2}", "0", "300"), ("mL/min", "0", "300")]),
    ("4548-4", &[("%", "1", "30")]),
    ("59261-8", &[("mmol/mol", "1", "300")]),
    ("2093-3", LIPID),
    ("2571-8", LIPID),
    ("2085-9", LIPID),
    ("13457-7", LIPID),
    ("18262-6", LIPID),
    ("1742-6", ENZYME),
    ("1920-8", ENZYME),
    ("2324-2", ENZYME),
    ("6768-6", ENZYME),
    ("1975-2", &[("mg/dL", "0", "100")]),
    ("1988-5", &[("mg/L", "0", "2000"), ("mg/dL", "0", "200")]),
    ("2276-4", &[("ng/mL", "0", "200000"), ("ug/L", "0", "200000")]),
    (
        "3016-3",
        &[
            ("m[iU]/L", "0", "2000"),
            ("u[iU]/mL", "0", "2000"),
            ("mU/L", "0", "2000"),
        ],
    ),
    ("6301-6", &[("{INR}", "0.1", "50"), ("1", "0.1", "50")]),
    ("2708-6", PERCENT),
    ("59408-5", PERCENT),
    ("8310-5", &[("Cel", "10", "50"), ("[degF]", "50", "122")]),
    ("8867-4", &[("/min", "0", "400"), ("{beats}/min", "0", "400")]),
    ("9279-1", &[("/min", "0", "150"), ("{breaths}/min", "0", "150")]),
    ("8480-6", PRESSURE),
    ("8462-4", PRESSURE),
    (
        "29463-7",
        &[("kg", "0.1", "700"), ("g", "100", "700000"), ("[lb_av]", "0.2", "1550")],
    ),
    (
        "8302-2",
        &[("cm", "10", "300"), ("m", "0.1", "3"), ("[in_i]", "4", "120")],
    ),
];

/// Beginnings of units that measure an amount: nothing of them can be less than none.
const AMOUNTS: &[&str] = &["g/", "mg/", "ug/", "ng/", "pg/", "U/", "10*", "[iU]/", "fL"];
/// No measured value of any kind is larger.
const GREATEST: &str = "1e15";

/// The first value of a result that cannot be what it says.
pub fn first(facts: &Facts) -> Option<Finding> {
    facts.values.iter().enumerate().find_map(|(place, value)| {
        let (error, expected) = check(value).err()?;
        Some(Finding {
            number: place + 1,
            error,
            expected,
        })
    })
}

/// Checks one value.
///
/// # Errors
/// Any of [`Error`], with what was expected.
pub fn check(value: &Measurement) -> Result<(), (Error, String)> {
    let Some(text) = &value.value else { return Ok(()) };
    let known = value.codes.iter().find_map(|coding| {
        let loinc = coding.system.as_deref() == Some("http://loinc.org");
        TESTS.iter().find(|(code, _)| loinc && *code == coding.code)
    });
    if !value.numeric {
        return match known {
            Some((_, units)) => Err((Error::Number, words(units))),
            None => Ok(()),
        };
    }
    reversed(value)?;
    match known {
        Some((_, units)) => of_test(value, text, units)?,
        None => of_any(value, text)?,
    }
    stated(value)
}

fn words(units: &[Unit]) -> String {
    let all: Vec<&str> = units.iter().map(|(unit, _, _)| *unit).collect();
    all.join(", ")
}

fn reversed(value: &Measurement) -> Result<(), (Error, String)> {
    match (&value.low, &value.high) {
        (Some(low), Some(high)) if decimal::compare(low, high) == Some(Ordering::Greater) => {
            Err((Error::Reversed, format!("{high}–{low}")))
        }
        _ => Ok(()),
    }
}

fn of_test(value: &Measurement, text: &str, units: &[Unit]) -> Result<(), (Error, String)> {
    let given = value.ucum.as_deref().or(value.unit.as_deref()).unwrap_or("1");
    let Some((unit, least, greatest)) = units.iter().find(|(unit, _, _)| *unit == given) else {
        return Err((Error::Unit, words(units)));
    };
    let numbers = [Some(text), value.low.as_deref(), value.high.as_deref()];
    for number in numbers.into_iter().flatten() {
        if !within(number, least, greatest) {
            return Err((Error::Implausible, format!("{least}–{greatest} {unit}")));
        }
    }
    Ok(())
}

fn of_any(value: &Measurement, text: &str) -> Result<(), (Error, String)> {
    let unit = value.ucum.as_deref().or(value.unit.as_deref()).unwrap_or_default();
    let least = if AMOUNTS.iter().any(|amount| unit.starts_with(amount)) {
        "0"
    } else {
        "-1e15"
    };
    if within(text, least, GREATEST) {
        Ok(())
    } else {
        Err((Error::Implausible, format!("{least}–{GREATEST} {unit}")))
    }
}

fn within(number: &str, least: &str, greatest: &str) -> bool {
    let above = decimal::compare(number, least).is_some_and(Ordering::is_ge);
    above && decimal::compare(number, greatest).is_some_and(Ordering::is_le)
}

/// A stated level may say more than the range does (critical), never the opposite.
fn stated(value: &Measurement) -> Result<(), (Error, String)> {
    let (true, Some(level), Some(computed)) = (value.level_stated, value.level, read::computed(value)) else {
        return Ok(());
    };
    let agrees = match level {
        Level::Normal => computed == Level::Normal,
        Level::Low | Level::CriticalLow => computed == Level::Low,
        Level::High | Level::CriticalHigh => computed == Level::High,
        Level::Abnormal | Level::Critical => true,
    };
    if agrees {
        Ok(())
    } else {
        Err((Error::Level, computed.as_str().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Coding;

    fn value(code: &str, text: &str, unit: &str) -> Measurement {
        Measurement {
            codes: vec![Coding::new("http://loinc.org", code, "")],
            value: Some(text.to_owned()),
            numeric: true,
            unit: Some(unit.to_owned()),
            ucum: Some(unit.to_owned()),
            ..Measurement::default()
        }
    }

    fn refused(value: &Measurement) -> Option<Error> {
        check(value).err().map(|(error, _)| error)
    }

    #[test]
    fn a_slip_of_unit_or_pen_is_found_and_illness_is_not() {
        assert_eq!(refused(&value("718-7", "9.80", "g/dL")), None);
        assert_eq!(refused(&value("718-7", "2.1", "g/dL")), None, "ill, but possible");
        assert_eq!(refused(&value("718-7", "9.80", "mg/dL")), Some(Error::Unit));
        assert_eq!(refused(&value("718-7", "98", "g/dL")), Some(Error::Implausible));
        assert_eq!(refused(&value("718-7", "-1", "g/dL")), Some(Error::Implausible));
        let worded = Measurement {
            numeric: false,
            ..value("718-7", "9,80", "")
        };
        assert_eq!(refused(&worded), Some(Error::Number));
        assert_eq!(refused(&value("unknown", "-2", "mmol/L")), None, "a base excess");
        assert_eq!(refused(&value("unknown", "-2", "mg/dL")), Some(Error::Implausible));
        assert_eq!(refused(&value("unknown", "1e16", "mmol/L")), Some(Error::Implausible));
    }

    #[test]
    fn ranges_and_levels_must_agree_with_the_value() {
        let ranged = |low: &str, high: &str| Measurement {
            low: Some(low.to_owned()),
            high: Some(high.to_owned()),
            ..value("718-7", "9.8", "g/dL")
        };
        assert_eq!(refused(&ranged("12", "16")), None);
        assert_eq!(refused(&ranged("16", "12")), Some(Error::Reversed));
        assert_eq!(refused(&ranged("12", "160")), Some(Error::Implausible));
        let levelled = |level: Level| Measurement {
            level: Some(level),
            level_stated: true,
            ..ranged("12", "16")
        };
        assert_eq!(refused(&levelled(Level::CriticalLow)), None);
        assert_eq!(refused(&levelled(Level::Normal)), Some(Error::Level));
        assert_eq!(refused(&levelled(Level::High)), Some(Error::Level));
    }

    #[test]
    fn the_table_is_sound() {
        for (code, units) in TESTS {
            assert!(!units.is_empty(), "{code}");
            for (unit, least, greatest) in *units {
                assert_eq!(decimal::compare(least, greatest), Some(Ordering::Less), "{code} {unit}");
            }
            assert_eq!(TESTS.iter().filter(|(other, _)| other == code).count(), 1, "{code}");
        }
    }
}
