//! `cargo xtask deep`: what takes hours. Mutation testing of the core and long fuzzing.

use std::fs;

use crate::{Context, command};

/// Runs both; a tool that is not installed is an error that says how to get it.
pub(crate) fn run(context: &Context, words: &[String]) -> Result<(), String> {
    let minutes = match words {
        [] => 10,
        [number] => number
            .parse::<u32>()
            .map_err(|_| format!("`{number}` is not a number of minutes"))?,
        _ => return Err("deep takes one number, the minutes for each fuzz target".to_owned()),
    };
    for (tool, package) in [("cargo-mutants", "cargo-mutants"), ("cargo-fuzz", "cargo-fuzz")] {
        if command::find(tool).is_none() {
            return Err(format!("{tool} is not installed: cargo install --locked {package}"));
        }
    }
    fuzz(context, minutes)?;
    mutants(context)
}

fn fuzz(context: &Context, minutes: u32) -> Result<(), String> {
    let targets = context.repository.path("tests/fuzz/fuzz_targets");
    let mut names: Vec<String> = fs::read_dir(&targets)
        .map_err(|error| format!("tests/fuzz/fuzz_targets: {error}"))?
        .flatten()
        .filter_map(|entry| Some(entry.path().file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    for name in names {
        let mut cargo = command::cargo(context);
        cargo.args(["fuzz", "run", "--fuzz-dir", "tests/fuzz", &name, "--"]);
        cargo.arg(format!("-max_total_time={}", minutes * 60));
        // The sanitizer's flags are refused on a stable compiler without it.
        command::succeed(cargo.env("RUSTC_BOOTSTRAP", "1"))?;
    }
    Ok(())
}

fn mutants(context: &Context) -> Result<(), String> {
    let mut cargo = command::cargo(context);
    cargo.args([
        "mutants",
        "--package",
        "protocol",
        "--package",
        "clinical",
        "--package",
        "vault",
        "--test-workspace=true",
    ]);
    command::succeed(cargo.arg("--output").arg(context.repository.target("mutants")))
}
