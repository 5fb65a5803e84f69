//! The bindings' wrappers of the façade: written anew, or compared with what is committed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Context, command, generators_call};

const BINDINGS: [&str; 2] = ["wasm", "mobile"];

/// Writes the wrappers into the bindings.
pub(crate) fn renew(context: &Context) -> Result<(), String> {
    let written = write(context)?;
    for binding in BINDINGS {
        let home = home(context, binding);
        if home.exists() {
            fs::remove_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
        }
        fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
        for (name, text) in contents(&written.join(binding))? {
            fs::write(home.join(name), text).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// Fails when the façade has changed since the wrappers were written.
pub(crate) fn check(context: &Context) -> Result<(), String> {
    let written = write(context)?;
    for binding in BINDINGS {
        if contents(&written.join(binding))? != contents(&home(context, binding))? {
            return Err(format!(
                "bindings/{binding}/src/facade is not what the façade says today: run `cargo xtask facade`"
            ));
        }
    }
    Ok(())
}

/// Writes into the target folder, formatted as the rest of the sources.
fn write(context: &Context) -> Result<PathBuf, String> {
    let folder = context.repository.target("generated/facade");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    }
    generators_call::generate(context, "facade", context.repository.root(), &folder)?;
    let mut rustfmt = Command::new("rustfmt");
    command::clean(&mut rustfmt);
    rustfmt.args(["--edition", "2024", "--config-path"]);
    rustfmt.arg(context.repository.path("rustfmt.toml"));
    for binding in BINDINGS {
        rustfmt.arg(folder.join(binding).join("mod.rs"));
    }
    command::succeed(&mut rustfmt)?;
    Ok(folder)
}

fn home(context: &Context, binding: &str) -> PathBuf {
    context.repository.path(&format!("bindings/{binding}/src/facade"))
}

/// The files of a folder by name.
fn contents(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        found.push((name, fs::read_to_string(&path).map_err(failed)?));
    }
    found.sort();
    Ok(found)
}
