//! `cargo xtask bench`: the measurements, in the release profile.

use std::fs;

use crate::{Context, command};

/// Builds the programs that are measured and runs every benchmark of the package `tests`.
pub(crate) fn run(context: &Context) -> Result<(), String> {
    let there =
        fs::read_dir(context.repository.path("tests/benches")).is_ok_and(|mut entries| entries.next().is_some());
    if !there {
        return Err("there is no benchmark in tests/benches".to_owned());
    }
    command::succeed(command::cargo(context).args([
        "build",
        "--release",
        "--package",
        "relay-server",
        "--package",
        "cli",
    ]))?;
    let mut cargo = command::cargo(context);
    cargo.args(["bench", "--package", "tests", "--benches"]);
    cargo.env("SATCHEL_RELAY_BIN", context.repository.target("release/relay-server"));
    cargo.env("SATCHEL_BIN", context.repository.target("release/satchel"));
    command::succeed(&mut cargo)
}
