//! One line per fact: what was checked, and what came out.

use std::fmt;
use std::io::{self, Write};

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Pass,
    Fail,
    /// Worth knowing, no failure.
    Note,
}

/// One checked fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    outcome: Outcome,
    name: &'static str,
    words: String,
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.outcome {
            Outcome::Pass => "pass",
            Outcome::Fail => "FAIL",
            Outcome::Note => "note",
        };
        write!(f, "{outcome}  {:<19} {}", self.name, self.words)
    }
}

/// Facts as they are found.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<Fact>);

impl Report {
    pub(crate) fn pass(&mut self, name: &'static str, words: impl Into<String>) {
        self.add(Outcome::Pass, name, words.into());
    }

    pub(crate) fn fail(&mut self, name: &'static str, words: impl Into<String>) {
        self.add(Outcome::Fail, name, words.into());
    }

    pub(crate) fn note(&mut self, name: &'static str, words: impl Into<String>) {
        self.add(Outcome::Note, name, words.into());
    }

    /// Passes with the first words, or fails with the second.
    pub(crate) fn judge(&mut self, name: &'static str, good: impl Into<String>, bad: Option<String>) {
        match bad {
            None => self.pass(name, good),
            Some(words) => self.fail(name, words),
        }
    }

    fn add(&mut self, outcome: Outcome, name: &'static str, words: String) {
        self.0.push(Fact { outcome, name, words });
    }

    pub(crate) fn failures(&self) -> usize {
        self.0.iter().filter(|fact| fact.outcome == Outcome::Fail).count()
    }

    pub(crate) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0.iter().try_for_each(|fact| writeln!(out, "{fact}"))
    }
}
