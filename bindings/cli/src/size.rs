//! Sizes as they are typed and shown: powers of 1024.

const UNITS: [(char, u32); 4] = [('T', 40), ('G', 30), ('M', 20), ('K', 10)];

/// Bytes of a size such as `500M`, `20G` or `4096`.
///
/// # Errors
/// What is expected instead.
pub(crate) fn bytes(typed: &str) -> Result<u64, String> {
    let text = typed.trim().trim_end_matches(['B', 'b', 'i']);
    let (digits, shift) = match UNITS
        .iter()
        .find(|(unit, _)| text.to_ascii_uppercase().ends_with(*unit))
    {
        Some((_, shift)) => (&text[..text.len() - 1], *shift),
        None => (text, 0),
    };
    let number: u64 = digits
        .trim()
        .parse()
        .map_err(|_| "a size is a number with K, M, G or T, such as 500M".to_owned())?;
    number
        .checked_mul(1 << shift)
        .ok_or_else(|| "that is more than can be counted".to_owned())
}

/// A size in the largest unit that leaves it whole, or rounded down to a tenth.
pub(crate) fn show(bytes: u64) -> String {
    for (unit, shift) in UNITS {
        let one = 1u64 << shift;
        if bytes >= one {
            let (whole, tenth) = (bytes / one, bytes % one * 10 / one);
            return if tenth == 0 {
                format!("{whole} {unit}iB")
            } else {
                format!("{whole}.{tenth} {unit}iB")
            };
        }
    }
    format!("{bytes} bytes")
}

#[cfg(test)]
mod tests {
    use super::{bytes, show};

    #[test]
    fn sizes_are_read_and_shown() {
        for (typed, expected) in [
            ("0", 0),
            ("500M", 500 << 20),
            ("4GiB", 4 << 30),
            ("2k", 2048),
            ("1 T", 1 << 40),
        ] {
            assert_eq!(bytes(typed), Ok(expected), "{typed}");
        }
        for typed in ["", "M", "-1", "1.5G", "lots", "99999999999T"] {
            assert!(bytes(typed).is_err(), "{typed}");
        }
        assert_eq!(
            [show(4 << 30), show(1_610_612_736), show(300)],
            ["4 GiB", "1.5 GiB", "300 bytes"]
        );
    }
}
