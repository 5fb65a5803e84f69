//! One of the programs that are measured.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A line of the protocol, and what it must come to.
pub(crate) struct Word<'text> {
    line: &'text str,
    expected: u64,
    /// For the table.
    pub(crate) about: &'static str,
}

impl<'text> Word<'text> {
    pub(crate) fn new(line: &'text str, expected: u64, about: &'static str) -> Self {
        Self { line, expected, about }
    }
}

/// A running program; it ends when this is dropped.
pub(crate) struct Player {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
    first_call: Duration,
    whole_start: Duration,
}

impl Player {
    pub(crate) fn start(words: &[String], folder: &Path) -> Self {
        let began = Instant::now();
        let mut child = Command::new(&words[0])
            .args(&words[1..])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", words[0]));
        let mut player = Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().unwrap()).lines(),
            child,
            first_call: Duration::ZERO,
            whole_start: Duration::ZERO,
        };
        let line = player.read();
        player.whole_start = began.elapsed();
        let nanoseconds = line
            .strip_prefix("ready ")
            .unwrap_or_else(|| panic!("`{line}` is not ready"));
        player.first_call = Duration::from_nanos(nanoseconds.parse().unwrap());
        player
    }

    /// The first call into the library, and from the start of the process to its answer.
    pub(crate) fn started(&self) -> (Duration, Duration) {
        (self.first_call, self.whole_start)
    }

    /// Has it do something once; what it says to have done must be what was to be done.
    pub(crate) fn ask(&mut self, word: &Word<'_>) -> Duration {
        writeln!(self.input.as_mut().unwrap(), "{}", word.line).unwrap();
        let answer = self.read();
        let (nanoseconds, count) = answer
            .split_once(' ')
            .unwrap_or_else(|| panic!("{}: `{answer}`", word.line));
        assert_eq!(count.parse(), Ok(word.expected), "{}", word.line);
        Duration::from_nanos(nanoseconds.parse().unwrap())
    }

    /// The most memory it had, as Linux tells it.
    pub(crate) fn peak(&self) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak.map_or_else(|| "not told".to_owned(), |peak| peak.trim().to_owned())
    }

    fn read(&mut self) -> String {
        self.output.next().expect("an answer").expect("a line")
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}
