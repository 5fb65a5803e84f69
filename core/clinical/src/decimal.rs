//! Decimals as text (`core/spec/clinical.md`, CLIN-3): 9.80 stays 9.80, and comparison never passes through a float.

use core::cmp::Ordering;

use protocol::coded_error;
use serde_json::{Number, Value};

coded_error! {
    /// Why a text is not a FHIR decimal.
    pub enum Error {
        Text = "decimal.text", "expected a decimal number such as 9.80";
    }
}

/// Longest decimal text; FHIR asks for 18 digits, this leaves room.
const MAX_LENGTH: usize = 64;

/// Checks the text of a decimal: sign, digits, fraction, exponent, as JSON writes numbers.
///
/// # Errors
/// [`Error::Text`].
pub fn check(text: &str) -> Result<(), Error> {
    split(text).map(drop).ok_or(Error::Text)
}

/// The number with exactly these digits.
///
/// # Errors
/// [`Error::Text`].
pub fn number(text: &str) -> Result<Value, Error> {
    check(text)?;
    serde_json::from_str::<Number>(text)
        .map(Value::Number)
        .map_err(|_| Error::Text)
}

/// Compares two decimals exactly; `None` when either is not a decimal.
pub fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (Parts::of(left)?, Parts::of(right)?);
    Some(match (left.sign(), right.sign()) {
        (a, b) if a != b => a.cmp(&b),
        (0, _) => Ordering::Equal,
        (1, _) => left.magnitude(&right),
        _ => right.magnitude(&left),
    })
}

/// Sign, whole digits, fraction digits, exponent.
fn split(text: &str) -> Option<(bool, &str, &str, i32)> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            (mantissa, exponent.parse::<i32>().ok()?)
        }
        None => (rest, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let leading = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || leading || !digits(whole) || !digits(fraction) {
        return None;
    }
    Some((negative, whole, fraction, exponent))
}

struct Parts {
    negative: bool,
    /// Significant digits without leading or trailing zeros.
    digits: Vec<u8>,
    /// Decimal position of the first digit: value = 0.d₁d₂… × 10^scale.
    scale: i32,
}

impl Parts {
    fn of(text: &str) -> Option<Self> {
        let (negative, whole, fraction, exponent) = split(text)?;
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let leading = all.iter().take_while(|&&d| d == b'0').count();
        let mut digits: Vec<u8> = all.get(leading..).unwrap_or_default().to_vec();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let scale = i32::try_from(whole.len()).ok()? - i32::try_from(leading).ok()? + exponent;
        Some(Self {
            negative,
            digits,
            scale,
        })
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => -1,
        }
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        self.scale
            .cmp(&other.scale)
            .then_with(|| self.digits.cmp(&other.digits))
    }
}
