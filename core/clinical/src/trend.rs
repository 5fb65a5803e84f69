//! Values of one code over time (`core/spec/clinical.md`, CLIN-43), oldest first, decimals with their digits.
//!
//! Units are never converted: a series holds the values of one unit, and other units give series of their own.

use serde::{Deserialize, Serialize};

use crate::date;
use crate::facts::Level;
use crate::summary::{Code, Point, Summary};

/// One value of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Position of its record in the summaries given.
    pub record: u32,
    /// FHIR date text.
    pub date: String,
    /// First second of the date, for the axis.
    pub time: i64,
    /// Decimal text.
    pub value: String,
    /// `<`, `<=`, `>` or `>=` when the value is only a bound.
    pub comparator: Option<String>,
    /// Lower end of this value's own reference range.
    pub low: Option<String>,
    /// Upper end of this value's own reference range.
    pub high: Option<String>,
    /// Level.
    pub level: Option<Level>,
}

/// Values of one code in one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Name of what was measured, as the newest record writes it.
    pub name: Option<String>,
    /// Unit, or none for a pure number.
    pub unit: Option<String>,
    /// Values, oldest first.
    pub samples: Vec<Sample>,
}

/// The series of a code, one for each unit, the longest first. Values without a date, and of records entered in
/// error or superseded (`skip`), are left out.
pub fn series(summaries: &[Summary], code: &Code, skip: impl Fn(usize) -> bool) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    for (at, summary) in summaries.iter().enumerate() {
        let void = matches!(summary.status.as_deref(), Some("entered-in-error" | "cancelled"));
        if void || skip(at) {
            continue;
        }
        for point in summary.points.iter().filter(|point| point.codes.contains(code)) {
            let Some(sample) = sample(at, point) else { continue };
            match all.iter_mut().find(|series| series.unit == point.unit) {
                Some(series) => {
                    if series.samples.iter().all(|other| other.time <= sample.time) && point.name.is_some() {
                        series.name = point.name.clone();
                    }
                    series.samples.push(sample);
                }
                None => {
                    all.push(Series {
                        name: point.name.clone(),
                        unit: point.unit.clone(),
                        samples: vec![sample],
                    });
                }
            }
        }
    }
    for series in &mut all {
        series.samples.sort_by_key(|sample| (sample.time, sample.record));
    }
    all.sort_by_key(|series| core::cmp::Reverse(series.samples.len()));
    all
}

/// The codes that have at least two dated values, so a trend can be drawn.
pub fn codes(summaries: &[Summary]) -> Vec<Code> {
    let mut counts: std::collections::BTreeMap<&Code, usize> = std::collections::BTreeMap::new();
    for point in summaries
        .iter()
        .flat_map(|summary| &summary.points)
        .filter(|point| point.date.is_some())
    {
        for code in &point.codes {
            *counts.entry(code).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(code, _)| code.clone())
        .collect()
}

fn sample(at: usize, point: &Point) -> Option<Sample> {
    let text = point.date.clone()?;
    let time = date::parse(&text).ok()?.from;
    Some(Sample {
        record: u32::try_from(at).ok()?,
        date: text,
        time,
        value: point.value.clone(),
        comparator: point.comparator.clone(),
        low: point.low.clone(),
        high: point.high.clone(),
        level: point.level,
    })
}
