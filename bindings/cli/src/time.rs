//! Times as people write them: local dates and times on screen, whole hours and days as options.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::error::Error;

/// `2026-11-24 09:30`, local.
pub(crate) fn show(seconds: u64) -> String {
    local(seconds).map_or_else(|| "?".to_owned(), |time| time.strftime("%Y-%m-%d %H:%M").to_string())
}

/// A FHIR instant as `2026-11-24 09:30`, local; other texts as they are.
pub(crate) fn show_instant(text: &str) -> String {
    let time = text.parse::<Timestamp>().ok();
    time.and_then(|time| u64::try_from(time.as_second()).ok())
        .map_or_else(|| text.to_owned(), show)
}

fn local(seconds: u64) -> Option<Zoned> {
    let time = Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
    Some(time.to_zoned(TimeZone::system()))
}

/// What was typed as a FHIR instant: `2026-11-24T09:30:00Z` with a zone, or `2026-11-24 09:30` in local time.
pub(crate) fn instant(text: &str) -> Result<String, Error> {
    let wrong = || Error::argument("a time such as 2026-11-24T09:30 or 2026-11-24T09:30:00Z");
    let time = match text.parse::<Timestamp>() {
        Ok(time) => time,
        Err(_) => {
            let civil: DateTime = text.replacen(' ', "T", 1).parse().map_err(|_| wrong())?;
            civil.to_zoned(TimeZone::system()).map_err(|_| wrong())?.timestamp()
        }
    };
    Ok(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// Unix seconds of a date or time that was typed.
pub(crate) fn seconds(text: &str) -> Result<u64, Error> {
    let full = if text.len() == 10 {
        format!("{text}T00:00")
    } else {
        text.to_owned()
    };
    let time: Timestamp = instant(&full)?.parse().map_err(|_| Error::argument("a time"))?;
    u64::try_from(time.as_second()).map_err(|_| Error::argument("a time after 1970"))
}

/// `90m`, `24h`, `7d`; a bare number counts hours.
pub(crate) fn duration(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.find(|c: char| !c.is_ascii_digit()) {
        Some(at) => text.split_at(at),
        None => (text, "h"),
    };
    let factor = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err("expected a time such as 30m, 24h or 7d".to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| "expected a number".to_owned())?;
    number
        .checked_mul(factor)
        .filter(|seconds| *seconds > 0)
        .ok_or_else(|| "expected a time above zero".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units_and_are_never_zero() {
        assert_eq!(duration("24"), Ok(86_400));
        assert_eq!(duration("90m"), Ok(5_400));
        assert_eq!(duration("7d"), Ok(604_800));
        for bad in [
            "",
            "h",
            "0",
            "0m",
            "5w",
            "-1h",
            "99999999999999999999d",
            "9999999999999999999d",
        ] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn instants_keep_their_moment() {
        assert_eq!(instant("2026-11-24T09:30:00Z").as_deref(), Ok("2026-11-24T09:30:00Z"));
        assert_eq!(
            instant("2026-11-24T09:30:00+05:30").as_deref(),
            Ok("2026-11-24T04:00:00Z")
        );
        assert!(instant("2026-11-24 09:30").is_ok());
        assert_eq!(
            instant("tomorrow").map_err(|error| error.code),
            Err("cli.argument".to_owned())
        );
    }
}
