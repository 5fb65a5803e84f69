//! Python: virtual environments under the target folder, for the independent check and for tools that come as wheels.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{Context, command, setup};

/// The interpreter of an environment that holds what the `requirements.txt` of `tests/NAME` names.
pub(crate) fn ready(context: &Context, name: &str) -> Result<PathBuf, String> {
    let list = context.repository.path("tests").join(name).join("requirements.txt");
    let wanted = fs::read_to_string(list).map_err(|error| format!("requirements.txt: {error}"))?;
    environment(context, name, &wanted).map(|folder| folder.join("bin/python"))
}

/// A program that is published as a wheel, in an environment of its own.
pub(crate) fn tool(context: &Context, requirement: &str, program: &str) -> Result<PathBuf, String> {
    environment(context, &format!("tools/{program}"), requirement).map(|folder| folder.join("bin").join(program))
}

/// Makes the environment, or leaves it as it is when it was made from the same requirements.
fn environment(context: &Context, name: &str, requirements: &str) -> Result<PathBuf, String> {
    let folder = context.repository.target(name);
    let stamp = folder.join("installed-requirements");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == requirements) {
        return Ok(folder);
    }
    if command::probe("python3", &["-c", "import venv, ensurepip"]).is_none() {
        setup::install(context.consent, "run the Python check", &["python3", "python3-venv"])?;
    }
    command::succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let list = folder.join("requirements.txt");
    fs::write(&list, requirements).map_err(|error| error.to_string())?;
    let mut pip = Command::new(folder.join("bin/python"));
    command::succeed(
        pip.args(["-m", "pip", "install", "--quiet", "--requirement"])
            .arg(&list),
    )?;
    fs::write(&stamp, requirements).map_err(|error| error.to_string())?;
    Ok(folder)
}
