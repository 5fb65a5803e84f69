//! Names that people read on a screen (`core/spec/conventions.md`, NAME rules).
//!
//! Invariant: a name that passed cannot move the cursor of a terminal, break a line or turn the reading direction of what stands beside it.

/// The longest name, in bytes.
pub const MAX_BYTES: usize = 200;

/// Whether a text may be shown as a name: not empty, not long, no control characters and no overrides of reading direction (NAME-1).
pub fn fits(name: &str) -> bool {
    !name.is_empty() && may_be_empty(name)
}

/// As [`fits`], for names that may be left out.
pub fn may_be_empty(name: &str) -> bool {
    name.len() <= MAX_BYTES && is_plain(name)
}

/// Whether a text has neither control characters nor overrides of reading direction.
pub fn is_plain(text: &str) -> bool {
    // Marks that a right-to-left name needs (U+200E, U+200F, U+061C) stay; embeddings, overrides and isolates do not.
    !text
        .chars()
        .any(|c| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}
