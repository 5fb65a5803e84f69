//! Talking with the person: questions, secrets, progress. Everything here goes to standard error, so that output can be piped.

use std::env;
use std::fs;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

use zeroize::{Zeroize, Zeroizing};

use crate::error::Error;

/// Variable that holds the passphrase.
pub(crate) const PASSPHRASE: &str = "SATCHEL_PASSPHRASE";

/// Whether somebody can answer.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// A line that says what happens, for long work; only where somebody watches.
pub(crate) fn progress(text: &str) {
    if io::stderr().is_terminal() {
        let _ = writeln!(anstream::stderr(), "{text}");
    }
}

/// A bar that is drawn over itself, at most a few times a second; only where somebody watches.
#[derive(Debug, Default)]
pub(crate) struct Bar {
    drawn: Option<std::time::Instant>,
    text: String,
}

impl Bar {
    /// How many bytes of something are done.
    pub(crate) fn show(&mut self, what: &str, done: u64, all: u64) {
        let mib = |bytes: u64| bytes.div_ceil(1 << 20);
        self.draw(what, (done, all), &format!("{} of {} MiB", mib(done), mib(all)));
    }

    /// How many blocks of a chain are done.
    pub(crate) fn blocks(&mut self, what: &str, done: u32, all: u32) {
        self.draw(what, (done.into(), all.into()), &format!("{done} of {all} blocks"));
        if done == all {
            self.end();
        }
    }

    fn draw(&mut self, what: &str, (done, all): (u64, u64), figures: &str) {
        const WIDTH: u64 = 24;
        let now = std::time::Instant::now();
        let pause = std::time::Duration::from_millis(100);
        if !io::stderr().is_terminal() || (done < all && self.drawn.is_some_and(|drawn| now - drawn < pause)) {
            return;
        }
        self.drawn = Some(now);
        let full = WIDTH * done.min(all) / all.max(1);
        let bar: String = (0..WIDTH).map(|place| if place < full { '#' } else { '.' }).collect();
        let text = format!("{what} [{bar}] {figures}");
        if text != self.text {
            let blank = " ".repeat(self.text.chars().count().saturating_sub(text.chars().count()));
            let _ = write!(io::stderr(), "\r{text}{blank}");
            let _ = io::stderr().flush();
            self.text = text;
        }
    }

    /// The line is finished.
    pub(crate) fn end(&mut self) {
        if self.drawn.take().is_some() {
            let _ = writeln!(io::stderr());
            self.text.clear();
        }
    }
}

/// A line for the person, whoever reads it.
pub(crate) fn note(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Asks a question.
///
/// # Errors
/// `cli.terminal` without a terminal.
pub(crate) fn ask(question: &str) -> Result<String, Error> {
    if !is_interactive() {
        return Err(Error::new("cli.terminal", ""));
    }
    let _ = write!(io::stderr(), "{question} ");
    let _ = io::stderr().flush();
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    match read {
        Ok(0) | Err(_) => Err(Error::new("cli.terminal", "")),
        Ok(_) => Ok(line.trim().to_owned()),
    }
}

/// The passphrase of an existing vault: file, variable, or prompt without echo.
pub(crate) fn passphrase(file: Option<&Path>) -> Result<Zeroizing<String>, Error> {
    match given(file)? {
        Some(passphrase) => Ok(passphrase),
        None => prompt("Passphrase:"),
    }
}

/// The passphrase of a new vault, asked for twice.
pub(crate) fn new_passphrase(file: Option<&Path>) -> Result<Zeroizing<String>, Error> {
    if let Some(passphrase) = given(file)? {
        return Ok(passphrase);
    }
    let first = prompt("New passphrase:")?;
    if *prompt("Once more:")? == *first {
        Ok(first)
    } else {
        Err(Error::new("cli.passphrases_differ", ""))
    }
}

fn given(file: Option<&Path>) -> Result<Option<Zeroizing<String>>, Error> {
    if let Some(path) = file {
        return secret_file(path).map(Some);
    }
    Ok(env::var(PASSPHRASE).ok().map(Zeroizing::new))
}

/// The text of a file that holds a secret, without the newline that editors add.
pub(crate) fn secret_file(path: &Path) -> Result<Zeroizing<String>, Error> {
    let mut text = fs::read_to_string(path).map_err(|error| Error::file(path, &error))?;
    let secret = Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned());
    text.zeroize();
    Ok(secret)
}

fn prompt(question: &str) -> Result<Zeroizing<String>, Error> {
    if !is_interactive() {
        return Err(Error::new("cli.passphrase", ""));
    }
    let typed = rpassword::prompt_password(format!("{question} "));
    typed.map(Zeroizing::new).map_err(|_| Error::new("cli.passphrase", ""))
}
