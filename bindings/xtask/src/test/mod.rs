//! `cargo xtask test`: every check of every language as one table of steps, and one closing line.
//!
//! Nothing passes silently. A step that cannot run is a skip with its reason; a step that ran no test has failed;
//! with `CI=true` a skip that is not in the reviewed list (`bindings/xtask/skips.txt`) has failed too.

mod count;
mod skips;
mod steps;

use std::env;
use std::fs;
use std::time::{Duration, Instant};

use crate::Context;
use count::{Skip, Tally};
use steps::{STEPS, Step};

struct Ran {
    name: &'static str,
    time: Duration,
    tally: Tally,
}

/// Runs the steps and reports. `Ok(false)` when something failed.
pub(crate) fn run(context: &Context, all: bool, only: &[String]) -> Result<bool, String> {
    let reviewed = fs::read_to_string(context.repository.path("bindings/xtask/skips.txt"))
        .map_err(|error| format!("bindings/xtask/skips.txt: {error}"))
        .and_then(|text| skips::parse(&text))?;
    let chosen = choose(all, only)?;
    let mut ran: Vec<Ran> = chosen.iter().map(|step| run_one(context, step, all)).collect();
    if env::var("CI").is_ok_and(|value| value == "true") {
        for Ran { name, tally, .. } in &mut ran {
            skips::refuse_unreviewed(name, tally, &reviewed);
        }
    }
    report(&ran);
    Ok(ran.iter().all(|one| one.tally.failed == 0))
}

fn choose(all: bool, only: &[String]) -> Result<Vec<&'static Step>, String> {
    if let Some(unknown) = only.iter().find(|name| !STEPS.iter().any(|step| step.name == **name)) {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        return Err(format!("no step `{unknown}`; there are: {}", names.join(", ")));
    }
    let named = |step: &Step| only.iter().any(|name| name == step.name);
    Ok(STEPS
        .iter()
        .filter(|step| {
            if only.is_empty() {
                all || !step.slow
            } else {
                named(step)
            }
        })
        .collect())
}

fn run_one(context: &Context, step: &Step, all: bool) -> Ran {
    println!("\n=== {}: {}", step.name, step.what);
    let started = Instant::now();
    let tally = (step.run)(context, all).unwrap_or_else(|message| {
        eprintln!("{message}");
        Tally::failure()
    });
    let time = started.elapsed();
    println!("=== {}: {}, {}", step.name, tally, seconds(time));
    Ran {
        name: step.name,
        time,
        tally,
    }
}

fn report(ran: &[Ran]) {
    println!(
        "\n{:<10} {:>9} {:>7} {:>7} {:>7}",
        "step", "time", "passed", "failed", "skipped"
    );
    let mut sum = Tally::default();
    for Ran { name, time, tally } in ran {
        println!(
            "{name:<10} {:>9} {:>7} {:>7} {:>7}",
            seconds(*time),
            tally.passed,
            tally.failed,
            tally.skips.len()
        );
        sum.add(tally.clone());
    }
    println!("{:<10} {:>9}", "all", seconds(ran.iter().map(|one| one.time).sum()));
    for Ran { name, tally, .. } in ran {
        for Skip { test, reason } in &tally.skips {
            println!("skipped: {}: {reason}", skips::key(name, test.as_deref()));
        }
        if tally.failed > 0 {
            println!(
                "failed:  {name}: {}; run it alone by `cargo xtask test {name}`",
                tally.failed
            );
        }
    }
    println!("\n{sum}");
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_steps_are_chosen_and_unknown_ones_refused() {
        let one = choose(false, &["rust".to_owned()]).expect("the step exists");
        assert_eq!(one.len(), 1);
        assert!(choose(false, &["rusty".to_owned()]).is_err());
    }

    #[test]
    fn all_adds_the_slow_steps() {
        let usual = choose(false, &[]).expect("the usual steps").len();
        let every = choose(true, &[]).expect("all steps").len();
        assert_eq!(every, STEPS.len());
        assert!(usual < every);
    }

    #[test]
    fn step_names_are_distinct() {
        for (index, step) in STEPS.iter().enumerate() {
            assert!(STEPS.iter().skip(index + 1).all(|other| other.name != step.name));
        }
    }
}
