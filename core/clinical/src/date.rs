//! FHIR dates with their precision (`core/spec/clinical.md`, CLIN-4): `2026`, `2026-11`, `2026-11-24`, and a time
//! with seconds and zone. The text stays what was written; seconds are only for order and range.

use protocol::coded_error;
use protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

coded_error! {
    /// Why a text is not a FHIR date.
    pub enum Error {
        Text = "date.text", "expected a date such as 2026-11-24 or 2026-11-24T09:00:00Z";
    }
}

/// How precisely a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// A year.
    Year,
    /// A month.
    Month,
    /// A day.
    Day,
    /// A moment with its time zone.
    Second,
}

/// A date as a span of seconds since 1970 (before it: negative). Dates without a zone count as UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// Precision of the text.
    pub precision: Precision,
    /// First second of the span.
    pub from: i64,
    /// First second after the span.
    pub until: i64,
}

const DAY: i64 = 86_400;

/// Reads a FHIR `dateTime`, `date` or `instant`.
///
/// # Errors
/// [`Error::Text`].
pub fn parse(text: &str) -> Result<Date, Error> {
    read(text).ok_or(Error::Text)
}

/// Reads a FHIR `date`: year, month or day.
///
/// # Errors
/// [`Error::Text`].
pub fn day(text: &str) -> Result<Date, Error> {
    parse(text).and_then(|date| {
        if date.precision == Precision::Second {
            Err(Error::Text)
        } else {
            Ok(date)
        }
    })
}

/// Reads a FHIR `instant`: a moment with its zone.
///
/// # Errors
/// [`Error::Text`].
pub fn instant(text: &str) -> Result<Date, Error> {
    parse(text).and_then(|date| {
        if date.precision == Precision::Second {
            Ok(date)
        } else {
            Err(Error::Text)
        }
    })
}

/// Whether the text is a FHIR `time`: hours, minutes, seconds.
pub(crate) fn is_time(text: &str) -> bool {
    clock(text).is_some()
}

/// Writes a moment as a FHIR instant in UTC.
pub fn write(time: Timestamp) -> String {
    let seconds = time.seconds();
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(i64::try_from(days).unwrap_or_default());
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

fn read(text: &str) -> Option<Date> {
    if !text.is_ascii() || text.len() > 64 {
        return None;
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = parts
        .next()
        .map(|part| digits(part, 2).filter(|month| (1..=12).contains(month)))
        .map_or(Some(None), |m| m.map(Some))?;
    let day = parts
        .next()
        .map(|part| digits(part, 2))
        .map_or(Some(None), |d| d.map(Some))?;
    if parts.next().is_some() || year == 0 {
        return None;
    }
    let (precision, from, until) = match (month, day) {
        (None, _) => (Precision::Year, days(year, 1, 1), days(year + 1, 1, 1)),
        (Some(month), None) => {
            let next = if month == 12 {
                days(year + 1, 1, 1)
            } else {
                days(year, month + 1, 1)
            };
            (Precision::Month, days(year, month, 1), next)
        }
        (Some(month), Some(day)) => {
            if day < 1 || day > length(year, month) {
                return None;
            }
            let from = days(year, month, day);
            (Precision::Day, from, from + 1)
        }
    };
    let Some(time) = time else {
        return Some(Date {
            precision,
            from: from * DAY,
            until: until * DAY,
        });
    };
    if precision != Precision::Day {
        return None;
    }
    let zone_at = time.find(['Z', '+', '-'])?;
    let (time, zone) = time.split_at(zone_at);
    let moment = from * DAY + clock(time)? - offset(zone)?;
    Some(Date {
        precision: Precision::Second,
        from: moment,
        until: moment + 1,
    })
}

/// Seconds of the day of `hh:mm:ss` with an optional fraction.
fn clock(text: &str) -> Option<i64> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    if fraction.is_some_and(|f| f.is_empty() || !f.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let mut parts = whole.split(':');
    let (hour, minute, second) = (
        digits(parts.next()?, 2)?,
        digits(parts.next()?, 2)?,
        digits(parts.next()?, 2)?,
    );
    (parts.next().is_none() && hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second)
}

fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hour, minute) = zone.get(1..)?.split_once(':')?;
    let (hour, minute) = (digits(hour, 2)?, digits(minute, 2)?);
    (hour <= 14 && minute < 60).then_some(sign * (hour * 3600 + minute * 60))
}

fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

const fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn length(year: i64, month: i64) -> i64 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a Gregorian date.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a count of days since 1970-01-01.
const fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (year_of_era + era * 400 + if month <= 2 { 1 } else { 0 }, month, day)
}
