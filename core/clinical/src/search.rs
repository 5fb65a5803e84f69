//! Search over summaries (`core/spec/clinical.md`, CLIN-42): every given condition must hold.

use protocol::category::Category;
use serde::{Deserialize, Serialize};

use crate::summary::Summary;
use crate::{date, text};

/// What to look for; an empty query matches everything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Query {
    /// Words; each must occur in the record's text, in any order, as the beginning of a word.
    pub text: Option<String>,
    /// `system|code`, `|code` (no system) or `code` (any system), as FHIR's token search writes it.
    pub code: Option<String>,
    /// Any of these categories; empty means all.
    pub categories: Vec<Category>,
    /// FHIR date: the record's date must not end before it.
    pub from: Option<String>,
    /// FHIR date: the record's date must not begin after it.
    pub until: Option<String>,
    /// Part of the author's name.
    pub author: Option<String>,
}

impl Query {
    /// A query for words.
    pub fn words(words: &str) -> Self {
        Self {
            text: Some(words.into()),
            ..Self::default()
        }
    }

    /// Whether a record fits.
    pub fn matches(&self, summary: &Summary) -> bool {
        (self.categories.is_empty() || self.categories.contains(&summary.category))
            && self.text.as_deref().is_none_or(|words| has_words(&summary.text, words))
            && self.code.as_deref().is_none_or(|token| has_code(summary, token))
            && self.author.as_deref().is_none_or(|name| has_author(summary, name))
            && in_range(summary, self.from.as_deref(), self.until.as_deref())
    }
}

/// The positions of the summaries that fit, newest first; those without a date come last.
pub fn search(query: &Query, summaries: &[Summary]) -> Vec<usize> {
    let mut found: Vec<usize> = summaries
        .iter()
        .enumerate()
        .filter(|(_, summary)| query.matches(summary))
        .map(|(at, _)| at)
        .collect();
    found.sort_by_key(|&at| {
        let time = summaries.get(at).and_then(Summary::time);
        (time.is_none(), time.map(core::cmp::Reverse), at)
    });
    found
}

fn has_words(folded: &str, words: &str) -> bool {
    text::fold(words)
        .split(' ')
        .filter(|word| !word.is_empty())
        .all(|word| {
            folded.match_indices(word).any(|(at, _)| {
                // Scripts without spaces between words are matched anywhere.
                let before = folded.get(..at).and_then(|head| head.chars().next_back());
                before.is_none_or(|c| !c.is_alphanumeric()) || !word.is_ascii()
            })
        })
}

fn has_code(summary: &Summary, token: &str) -> bool {
    let (system, code) = match token.split_once('|') {
        Some((system, code)) => (Some(system), code),
        None => (None, token),
    };
    summary
        .codes
        .iter()
        .any(|c| c.code == code && system.is_none_or(|system| c.system == system))
}

fn has_author(summary: &Summary, name: &str) -> bool {
    summary
        .author
        .as_deref()
        .is_some_and(|author| text::fold(author).contains(&text::fold(name)))
}

/// A bound that is no date matches nothing, rather than everything.
fn in_range(summary: &Summary, from: Option<&str>, until: Option<&str>) -> bool {
    if from.is_none() && until.is_none() {
        return true;
    }
    let Some(span) = summary.date.as_deref().and_then(|text| date::parse(text).ok()) else {
        return false;
    };
    let after = from.is_none_or(|bound| date::parse(bound).is_ok_and(|bound| span.until > bound.from));
    let before = until.is_none_or(|bound| date::parse(bound).is_ok_and(|bound| span.from < bound.until));
    after && before
}
