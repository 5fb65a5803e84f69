//! What a command answers: lines for a person, a value for `--json`.

use std::io::Write;

use anstyle::{AnsiColor, Color, Style};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::Error;

/// How a line is meant; the text says it too, colour is never the only sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Strong,
    Good,
    Warn,
    Bad,
    Faint,
}

impl Tone {
    fn style(self) -> Style {
        let colour = |colour| Style::new().fg_color(Some(Color::Ansi(colour)));
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Good => colour(AnsiColor::Green),
            Self::Warn => colour(AnsiColor::Yellow),
            Self::Bad => colour(AnsiColor::Red).bold(),
            Self::Faint => Style::new().dimmed(),
        }
    }
}

/// Lines for a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Page {
    lines: Vec<(usize, Tone, String)>,
}

impl Page {
    pub(crate) fn line(&mut self, text: impl Into<String>) -> &mut Self {
        self.push(0, Tone::Plain, text)
    }

    pub(crate) fn title(&mut self, text: impl Into<String>) -> &mut Self {
        self.push(0, Tone::Strong, text)
    }

    pub(crate) fn push(&mut self, indent: usize, tone: Tone, text: impl Into<String>) -> &mut Self {
        self.lines.push((indent, tone, text.into()));
        self
    }

    /// A named thing, names in one column.
    pub(crate) fn item(&mut self, name: &str, text: impl AsRef<str>) -> &mut Self {
        self.push(1, Tone::Plain, format!("{name:<14} {}", text.as_ref()))
    }

    /// Its first line alone.
    pub(crate) fn first_line(mut self) -> Self {
        self.lines.truncate(1);
        self
    }

    pub(crate) fn gap(&mut self) -> &mut Self {
        self.line("")
    }

    pub(crate) fn append(&mut self, other: Self, indent: usize) -> &mut Self {
        self.lines.extend(
            other
                .lines
                .into_iter()
                .map(|(at, tone, text)| (at + indent, tone, text)),
        );
        self
    }

    /// Writes to standard output, coloured only where colours are shown.
    pub(crate) fn print(&self) {
        let mut out = anstream::stdout().lock();
        for (indent, tone, text) in &self.lines {
            for line in text.split('\n') {
                let style = tone.style();
                // A closed pipe is the reader's choice, not an error.
                let _ = writeln!(out, "{}{style}{}{style:#}", "  ".repeat(*indent), clean(line));
            }
        }
        let _ = out.flush();
    }
}

/// Texts of other people must not steer the terminal.
pub(crate) fn clean(text: &str) -> String {
    let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// What a command answers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) page: Page,
    pub(crate) value: Map<String, Value>,
    /// Exit status when the command worked but what it found is bad, such as a tampered block.
    pub(crate) status: u8,
}

impl Answer {
    pub(crate) fn new(page: Page) -> Self {
        Self {
            page,
            ..Self::default()
        }
    }

    /// Adds a member to the JSON answer.
    pub(crate) fn with(mut self, name: &str, value: impl Serialize) -> Result<Self, Error> {
        let value = serde_json::to_value(value).map_err(|error| Error::new("cli.json", error.to_string()))?;
        self.value.insert(name.to_owned(), value);
        Ok(self)
    }

    pub(crate) fn print(&self, json: bool) {
        if json {
            let mut value = self.value.clone();
            value.insert("success".to_owned(), Value::Bool(self.status == 0));
            print_json(&Value::Object(value));
        } else {
            self.page.print();
        }
    }
}

/// One JSON document on standard output.
pub(crate) fn print_json(value: &Value) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{value:#}");
}

/// The JSON form of an error.
pub(crate) fn error_json(error: &Error, sentence: &str) -> Value {
    json!({ "success": false, "code": error.code, "message": sentence, "hint": error.hint() })
}
