//! Counting what a test run did, from the output of cargo, Node, pytest and Swift Testing.

use std::fmt;

/// One thing that was not run, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Skip {
    /// The single test; `None` when it is the whole step.
    pub(crate) test: Option<String>,
    pub(crate) reason: String,
}

/// How many passed, failed and were skipped.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skips: Vec<Skip>,
}

impl Tally {
    pub(crate) fn success() -> Self {
        Self {
            passed: 1,
            ..Self::default()
        }
    }

    pub(crate) fn failure() -> Self {
        Self {
            failed: 1,
            ..Self::default()
        }
    }

    /// The whole step was not run.
    pub(crate) fn skipped(reason: impl Into<String>) -> Self {
        Self {
            skips: vec![Skip {
                test: None,
                reason: reason.into(),
            }],
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skips.extend(other.skips);
    }

    /// Makes the count agree with how the program ended: an unsuccessful end without a failed test (it did not
    /// compile, it crashed) counts as one failure, and so does a run in which there was no test at all.
    pub(crate) fn settle(mut self, success: bool) -> Self {
        let nothing = self.passed == 0 && self.skips.is_empty();
        if self.failed == 0 && (!success || nothing) {
            self.failed = 1;
        }
        self
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed,
            self.failed,
            self.skips.len()
        )
    }
}

/// Reads `cargo test`: the `test result:` lines, and the ignored tests by name.
pub(crate) fn cargo(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines() {
        if let Some(result) = line.strip_prefix("test result: ") {
            tally.passed += number_before(result, " passed");
            tally.failed += number_before(result, " failed");
        } else if let Some((name, reason)) = line
            .strip_prefix("test ")
            .and_then(|test| test.split_once(" ... ignored"))
        {
            let reason = reason.strip_prefix(", ").unwrap_or("no reason given").to_owned();
            tally.skips.push(Skip {
                test: Some(name.to_owned()),
                reason,
            });
        }
    }
    tally
}

/// Reads Node's TAP: the closing counts, and the skipped tests by name. Work left to do is not a pass.
pub(crate) fn node(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines() {
        let count = |name: &str| {
            line.strip_prefix(name)
                .and_then(|rest| rest.trim().parse::<u32>().ok())
                .unwrap_or(0)
        };
        tally.passed += count("# pass ");
        tally.failed += count("# fail ") + count("# cancelled ") + count("# todo ");
        let test = line.trim_start();
        if test.starts_with("ok ")
            && let Some((name, reason)) = test.split_once(" # SKIP")
        {
            let name = name.split_once(" - ").map_or(name, |(_, name)| name).to_owned();
            let reason = if reason.trim().is_empty() {
                "no reason given"
            } else {
                reason.trim()
            }
            .to_owned();
            tally.skips.push(Skip {
                test: Some(name),
                reason,
            });
        }
    }
    tally
}

/// Reads pytest called with `-q -rs`: the last counting line, and the reasons of the skips.
pub(crate) fn pytest(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines() {
        if let Some((number, rest)) = line.strip_prefix("SKIPPED [").and_then(|rest| rest.split_once("] ")) {
            let (place, reason) = rest.split_once(": ").unwrap_or((rest, "no reason given"));
            for _ in 0..number.parse::<u32>().unwrap_or(1) {
                tally.skips.push(Skip {
                    test: Some(place.to_owned()),
                    reason: reason.to_owned(),
                });
            }
        }
    }
    let summary = output
        .lines()
        .rev()
        .find(|line| line.contains(" in ") && line.trim_end_matches('=').contains('s'));
    if let Some(line) = summary {
        tally.passed = number_before(line, " passed");
        tally.failed = number_before(line, " failed") + number_before(line, " error");
    }
    tally
}

/// Reads Swift Testing: one line for each test, skipped ones with their reason.
pub(crate) fn swift(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines() {
        let mut words = line.trim_start().splitn(3, ' ');
        let (Some(sign), Some("Test"), Some(rest)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let name = rest.split_once("()").map_or(rest, |(name, _)| name);
        if rest.starts_with("run ") || rest.starts_with("case ") {
            continue;
        } else if rest.contains(" passed after ") {
            tally.passed += 1;
        } else if rest.contains(" failed after ") {
            tally.failed += 1;
        } else if sign == "➜" && rest.contains(" skipped") {
            let reason = rest.split_once('"').map_or("no reason given", |(_, reason)| reason);
            tally.skips.push(Skip {
                test: Some(name.to_owned()),
                reason: reason.trim_end_matches(['"', '.']).to_owned(),
            });
        }
    }
    tally
}

/// The number that stands directly before the first occurrence of `word`; 0 when there is none.
fn number_before(text: &str, word: &str) -> u32 {
    let Some(end) = text.find(word) else { return 0 };
    let before = text.get(..end).unwrap_or_default();
    let digits = before
        .rsplit(|character: char| !character.is_ascii_digit())
        .next()
        .unwrap_or_default();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_counted_over_all_its_programs() {
        let tally = cargo(
            "running 3 tests\ntest a::b ... ok\ntest a::slow ... ignored, slow: 4 minutes\ntest a::bad ... FAILED\n\
             test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
        );
        assert_eq!((tally.passed, tally.failed), (13, 1));
        assert_eq!(
            tally.skips,
            [Skip {
                test: Some("a::slow".to_owned()),
                reason: "slow: 4 minutes".to_owned()
            }]
        );
    }

    #[test]
    fn node_is_counted() {
        let tally = node(
            "TAP version 13\nok 1 - plays\nok 2 - waits # SKIP no relay\nnot ok 3 - breaks\n\
             # tests 3\n# suites 0\n# pass 1\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n",
        );
        assert_eq!((tally.passed, tally.failed), (1, 2));
        assert_eq!(
            tally.skips,
            [Skip {
                test: Some("waits".to_owned()),
                reason: "no relay".to_owned()
            }]
        );
    }

    #[test]
    fn pytest_is_counted() {
        let tally = pytest(
            "..s.F\nSKIPPED [2] test_block.py:7: needs the vectors\n1 failed, 3 passed, 2 skipped, 1 error in 0.12s\n",
        );
        assert_eq!((tally.passed, tally.failed, tally.skips.len()), (3, 2, 2));
    }

    #[test]
    fn swift_is_counted() {
        let tally = swift(
            "◇ Test run started.\n◇ Test opens() started.\n✔ Test opens() passed after 0.1 seconds.\n\
             ✘ Test breaks() recorded an issue at A.swift:1:1: Expectation failed\n✘ Test breaks() failed after 0.1 seconds with 1 issue.\n\
             ✔ Test everyCase(_:) passed after 0.1 seconds.\n➜ Test waits() skipped: \"no relay\"\n✘ Test run with 4 tests failed after 1 seconds.\n",
        );
        assert_eq!((tally.passed, tally.failed), (2, 1));
        assert_eq!(
            tally.skips,
            [Skip {
                test: Some("waits".to_owned()),
                reason: "no relay".to_owned()
            }]
        );
    }

    #[test]
    fn no_test_at_all_is_a_failure() {
        assert_eq!(cargo("").settle(true).failed, 1);
        assert_eq!(node("# pass 0\n# fail 0\n").settle(true).failed, 1);
        assert_eq!(pytest("no tests ran in 0.01s\n").settle(true).failed, 1);
    }

    #[test]
    fn a_crash_without_a_failed_test_is_a_failure() {
        let passed = cargo("test result: ok. 2 passed; 0 failed; 0 ignored");
        assert_eq!(passed.clone().settle(false).failed, 1);
        assert_eq!(passed.settle(true).failed, 0);
    }
}
