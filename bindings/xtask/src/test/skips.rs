//! The reviewed list of skips: `KEY = reason`, one a line, `#` begins a comment.
//!
//! KEY is a step's name, or `step: test`. With `CI=true` everything else that is skipped has failed.

use super::count::Tally;

/// Reads the list; an entry without a reason is refused.
pub(super) fn parse(text: &str) -> Result<Vec<String>, String> {
    let mut keys = Vec::new();
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        match line.split_once(" = ") {
            Some((key, reason)) if !key.trim().is_empty() && !reason.trim().is_empty() => {
                keys.push(key.trim().to_owned())
            }
            _ => return Err(format!("skips.txt: `{line}` is not `KEY = reason`")),
        }
    }
    Ok(keys)
}

/// How a skip is named in the list and in the report.
pub(super) fn key(step: &str, test: Option<&str>) -> String {
    test.map_or_else(|| step.to_owned(), |test| format!("{step}: {test}"))
}

/// Turns every skip that nobody has reviewed into a failure.
pub(super) fn refuse_unreviewed(step: &str, tally: &mut Tally, reviewed: &[String]) {
    let before = tally.skips.len();
    tally.skips.retain(|skip| {
        let key = key(step, skip.test.as_deref());
        let known = reviewed.contains(&key);
        if !known {
            println!("not in the reviewed list of skips: {key}: {}", skip.reason);
        }
        known
    });
    tally.failed += u32::try_from(before - tally.skips.len()).unwrap_or(u32::MAX);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test::count::Skip;

    #[test]
    fn an_entry_needs_a_reason() {
        assert_eq!(parse("# why\n\ndeny = not packaged\n"), Ok(vec!["deny".to_owned()]));
        assert!(parse("deny =\n").is_err());
        assert!(parse("deny\n").is_err());
    }

    #[test]
    fn an_unreviewed_skip_fails() {
        let mut tally = Tally::skipped("not installed");
        tally.skips.push(Skip {
            test: Some("a::b".to_owned()),
            reason: "slow".to_owned(),
        });
        refuse_unreviewed("deny", &mut tally, &["deny".to_owned()]);
        assert_eq!((tally.failed, tally.skips.len()), (1, 1));
    }

    #[test]
    fn the_list_itself_is_well_formed() {
        assert!(parse(include_str!("../../skips.txt")).is_ok());
    }
}
