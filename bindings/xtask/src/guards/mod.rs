//! `cargo xtask guards`: takes each check away that refuses something, and sees the tests fail that say it refuses.
//!
//! `tests/guards.toml` names the checks and the tests. Every check becomes a switch in a copy of the tree, so one build serves them all: with
//! `SATCHEL_WITHOUT` naming a guard, that check is not there, in the test and in the programs it starts. A guard counts as caught when
//! each of its tests fails without it and passes with every guard in place.

mod table;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::{Context, command};
use table::Guard;

/// The switch.
const VARIABLE: &str = "SATCHEL_WITHOUT";
/// A test that takes longer has not failed.
const PATIENCE: Duration = Duration::from_secs(240);
/// All tests of a program together, with every guard in place.
const PATIENCE_WITH_ALL: Duration = Duration::from_secs(1800);

/// Tries every guard, or those whose names begin with one of these words. Gives how many were caught and how many were not.
pub(crate) fn run(context: &Context, only: &[String]) -> Result<(u32, u32), String> {
    let all = table::read(&context.repository.path("tests/guards.toml"))?;
    let chosen: Vec<&Guard> = all
        .iter()
        .filter(|guard| only.is_empty() || only.iter().any(|word| guard.name.starts_with(word.as_str())))
        .collect();
    if chosen.is_empty() {
        return Err("no guard has such a name".to_owned());
    }
    let programs = tree::build(context, &all)?;
    let bench = Bench {
        programs,
        tree: context.repository.target("guards/tree"),
        relay: context.repository.target("guards/target/debug/relay-server"),
        logs: context.repository.target("guards/logs"),
    };
    fs::create_dir_all(&bench.logs).map_err(|error| format!("{}: {error}", bench.logs.display()))?;
    let started = Instant::now();
    let failing = bench.failing(&chosen)?;
    let missed = bench.try_all(&chosen, &failing);
    let caught = u32::try_from(chosen.len()).unwrap_or(u32::MAX) - missed;
    println!(
        "{caught} guards caught, {missed} not, in {:.0} s; what the tests said lies in {}",
        started.elapsed().as_secs_f64(),
        bench.logs.display()
    );
    Ok((caught, missed))
}

/// Source file and name.
type Test = (String, String);

/// What the tests are run with.
struct Bench {
    /// The test program of each source file.
    programs: BTreeMap<String, PathBuf>,
    tree: PathBuf,
    relay: PathBuf,
    logs: PathBuf,
}

impl Bench {
    /// The tests that do not pass even with every guard in place.
    fn failing(&self, guards: &[&Guard]) -> Result<BTreeSet<Test>, String> {
        let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (file, test) in guards.iter().flat_map(|guard| &guard.tests) {
            named.entry(file).or_default().insert(test);
        }
        let mut failing = BTreeSet::new();
        for (file, tests) in named {
            let tests: Vec<&str> = tests.into_iter().collect();
            let ran = self.run("none", file, &tests, None)?;
            let bad = tests.iter().filter(|test| !ran.says(test, "ok"));
            failing.extend(bad.map(|test| (file.to_owned(), (*test).to_owned())));
        }
        for (file, test) in &failing {
            println!("{file}: {test} does not pass with every guard in place");
        }
        Ok(failing)
    }

    /// Each guard taken away in turn, as many at once as there are processors. Gives how many were not caught.
    fn try_all(&self, guards: &[&Guard], failing: &BTreeSet<Test>) -> u32 {
        let next = AtomicUsize::new(0);
        let (results, received) = mpsc::channel();
        let mut missed = 0;
        thread::scope(|scope| {
            for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
                let (next, results) = (&next, results.clone());
                scope.spawn(move || {
                    while let Some(guard) = guards.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let started = Instant::now();
                        let _ = results.send((guard, self.try_one(guard, failing), started.elapsed()));
                    }
                });
            }
            drop(results);
            for (guard, outcome, time) in received {
                let (word, why) = match outcome {
                    Ok(()) => ("caught", String::new()),
                    Err(why) => ("NOT CAUGHT", format!(": {why}")),
                };
                missed += u32::from(!why.is_empty());
                println!("{word:<11}{} ({:.1} s){why}", guard.name, time.as_secs_f64());
            }
        });
        missed
    }

    fn try_one(&self, guard: &Guard, failing: &BTreeSet<Test>) -> Result<(), String> {
        if let Some((file, test)) = guard.tests.iter().find(|test| failing.contains(*test)) {
            return Err(format!("{file}: {test} fails with it, too"));
        }
        let mut named: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (file, test) in &guard.tests {
            named.entry(file).or_default().push(test);
        }
        let mut said = String::new();
        for (file, tests) in named {
            let ran = self.run(&guard.name, file, &tests, Some(&guard.name))?;
            if let Some(test) = tests.iter().find(|test| !ran.says(test, "FAILED")) {
                return Err(format!("{file}: {test} does not fail without it"));
            }
            said.push_str(&ran.said);
        }
        match &guard.says {
            Some(words) if !said.contains(words.as_str()) => Err(format!("the failure does not say `{words}`")),
            _ => Ok(()),
        }
    }

    /// Runs tests of one program, for a limited time.
    fn run(&self, log: &str, file: &str, tests: &[&str], without: Option<&str>) -> Result<Ran, String> {
        let program = self
            .programs
            .get(file)
            .ok_or_else(|| format!("{file} was not built as a test"))?;
        let log = self.logs.join(format!("{log}.{}.txt", file.replace(['/', '.'], "-")));
        let failed = |error: std::io::Error| format!("{}: {error}", program.display());
        let output = File::create(&log).map_err(failed)?;
        let mut command = Command::new(program);
        command::clean(&mut command);
        command
            .arg("--exact")
            .args(tests)
            .current_dir(package(&self.tree.join(file)))
            .env("SATCHEL_RELAY_BIN", &self.relay)
            .env_remove(VARIABLE)
            .stdin(Stdio::null())
            .stdout(output.try_clone().map_err(failed)?)
            .stderr(output);
        if let Some(name) = without {
            command.env(VARIABLE, name);
        }
        let mut child = command.spawn().map_err(failed)?;
        let patience = if without.is_some() { PATIENCE } else { PATIENCE_WITH_ALL };
        let started = Instant::now();
        while child.try_wait().map_err(failed)?.is_none() {
            if started.elapsed() > patience {
                command::end(&mut child);
                return Err(format!("{file}: no end after {} s", patience.as_secs()));
            }
            thread::sleep(Duration::from_millis(20));
        }
        let said = fs::read(&log).map_err(failed)?;
        Ok(Ran {
            said: String::from_utf8_lossy(&said).into_owned(),
        })
    }
}

struct Ran {
    said: String,
}

impl Ran {
    /// Whether the test ended with this word.
    fn says(&self, test: &str, word: &str) -> bool {
        let wanted = format!("test {test} ... {word}");
        let should_panic = format!("test {test} - should panic ... {word}");
        self.said.lines().any(|line| line == wanted || line == should_panic)
    }
}

/// The folder of the package that a file belongs to; cargo runs tests there.
fn package(file: &Path) -> &Path {
    file.ancestors()
        .skip(1)
        .find(|folder| folder.join("Cargo.toml").is_file())
        .unwrap_or(file)
}
