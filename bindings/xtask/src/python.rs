//! Python for the independent check: a virtual environment under the target folder.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{Context, command, setup};

/// The environment's interpreter, with the packages of `tests/python/requirements.txt`.
pub(crate) fn ready(context: &Context) -> Result<PathBuf, String> {
    let wanted = context.repository.path("tests/python/requirements.txt");
    let wanted_bytes = fs::read(&wanted).map_err(|error| format!("requirements.txt: {error}"))?;
    let folder = context.repository.target("python");
    let interpreter = folder.join("bin/python");
    let stamp = folder.join("installed-requirements");
    if interpreter.is_file() && fs::read(&stamp).is_ok_and(|installed| installed == wanted_bytes) {
        return Ok(interpreter);
    }
    if command::probe("python3", &["-c", "import venv, ensurepip"]).is_none() {
        setup::install(context.consent, "run the Python check", &["python3", "python3-venv"])?;
    }
    command::succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(&interpreter);
    command::succeed(
        pip.args(["-m", "pip", "install", "--quiet", "--requirement"])
            .arg(&wanted),
    )?;
    fs::write(&stamp, wanted_bytes).map_err(|error| error.to_string())?;
    Ok(interpreter)
}
