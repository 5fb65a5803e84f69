//! The mobile binding: the host's library, and from it the Kotlin and Swift texts.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Context, command, generators_call};

/// Builds the library and generates into `target/generated/mobile/{kotlin,swift}`.
pub(crate) fn generate(context: &Context) -> Result<PathBuf, String> {
    let mut cargo = command::cargo(context);
    command::succeed(cargo.args(["build", "--package", "bindings-mobile"]))?;
    let library = library(context);
    if !library.is_file() {
        return Err("bindings-mobile gave no library: its crate type must contain cdylib".to_owned());
    }
    let generated = context.repository.target("generated/mobile");
    if generated.exists() {
        fs::remove_dir_all(&generated).map_err(|error| error.to_string())?;
    }
    generators_call::generate(context, "mobile", &library, &generated)?;
    for (language, ending) in [("kotlin", "kt"), ("swift", "swift")] {
        let files = with_ending(&generated.join(language), ending);
        if !files
            .iter()
            .any(|file| fs::read_to_string(file).is_ok_and(|text| text.contains("Vault")))
        {
            return Err(format!("the generated {language} does not contain the façade `Vault`"));
        }
    }
    Ok(generated)
}

fn library(context: &Context) -> PathBuf {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
    context
        .repository
        .target("debug")
        .join(format!("{DLL_PREFIX}satchel{DLL_SUFFIX}"))
}

/// All files below a folder with that ending.
pub(crate) fn with_ending(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return found;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(with_ending(&path, ending));
        } else if path.extension().is_some_and(|given| given == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}
