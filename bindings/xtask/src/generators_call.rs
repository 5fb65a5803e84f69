//! Calls the second program of this package, which holds the generators of the bindings.
//!
//! It is built when first needed, so that `cargo xtask` itself stays quick to compile.

use std::path::Path;

use crate::{Context, command};

/// Runs `generators KIND INPUT OUTPUT`.
pub(crate) fn generate(context: &Context, kind: &str, input: &Path, output: &Path) -> Result<(), String> {
    let mut cargo = command::cargo(context);
    cargo.args([
        "run",
        "--quiet",
        "--package",
        "xtask",
        "--features",
        "generators",
        "--bin",
        "generators",
        "--",
    ]);
    cargo.arg(kind).arg(input).arg(output);
    command::succeed(&mut cargo)
}
