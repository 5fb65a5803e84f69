//! The browser's module in two files: what people wait for, and the rest.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{Context, command, generators_call};

/// Measures what a start page runs, and lays `first.wasm` and `rest.wasm` beside the generated files.
///
/// A relay of this tree and Node are needed: real vaults are made and opened, with a module that notes what it enters.
pub(crate) fn cut(context: &Context, generated: &Path) -> Result<(), String> {
    let whole = generated.join("bindings_wasm_bg.wasm");
    let work = context.repository.target("generated/halves");
    fs::create_dir_all(&work).map_err(|error| error.to_string())?;
    let put = |from: &Path, name: &str| {
        fs::copy(from, work.join(name)).map_err(|error| format!("{}: {error}", from.display()))
    };
    put(&whole, "whole.wasm")?;
    put(&generated.join("bindings_wasm.js"), "bindings_wasm.js")?;
    put(&generated.join("package.json"), "package.json")?;
    generators_call::generate(context, "instrument", &whole, &work.join("bindings_wasm_bg.wasm"))?;
    command::succeed(command::cargo(context).args(["build", "--package", "relay-server"]))?;
    let mut node = Command::new("node");
    node.arg(context.repository.path("bindings/wasm/halves/measure.mjs"))
        .arg(generated)
        .arg(&work)
        .arg(work.join("first.txt"))
        .env("SATCHEL_RELAY_BIN", context.repository.program("relay-server"));
    command::succeed(&mut node)
        .map_err(|reason| format!("what comes first could not be measured, which takes Node 20 or newer: {reason}"))?;
    generators_call::generate(context, "cut", &work, generated)
}
