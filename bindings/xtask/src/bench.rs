//! `cargo xtask bench`: the measurements, in the release profile.

use std::fs;

use crate::{Context, command};

/// The packages that may hold benchmarks, with their folders.
const PACKAGES: &[(&str, &str)] = &[
    ("protocol", "core/protocol"),
    ("clinical", "core/clinical"),
    ("vault", "core/vault"),
    ("relay-server", "relay-server"),
    ("cli", "bindings/cli"),
    ("tests", "tests"),
];

/// Builds the programs that are measured and runs every benchmark there is.
pub(crate) fn run(context: &Context) -> Result<(), String> {
    let holds = |folder: &str| {
        fs::read_dir(context.repository.path(folder).join("benches")).is_ok_and(|mut entries| entries.next().is_some())
    };
    let chosen: Vec<&str> = PACKAGES
        .iter()
        .filter(|(_, folder)| holds(folder))
        .map(|(package, _)| *package)
        .collect();
    if chosen.is_empty() {
        return Err("no package has a folder `benches`".to_owned());
    }
    let mut build = command::cargo(context);
    command::succeed(build.args(["build", "--release", "--package", "relay-server", "--package", "cli"]))?;
    for package in chosen {
        println!("\n=== {package}");
        let mut cargo = command::cargo(context);
        cargo.args(["bench", "--package", package, "--bench", "*"]);
        cargo.env("SATCHEL_RELAY_BIN", context.repository.target("release/relay-server"));
        cargo.env("SATCHEL_BIN", context.repository.target("release/satchel"));
        command::succeed(&mut cargo)?;
    }
    Ok(())
}
