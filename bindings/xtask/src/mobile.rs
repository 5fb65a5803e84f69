//! The mobile binding: the host's library, and from it the Kotlin and Swift texts.

use std::fs;
use std::path::{Path, PathBuf};

use crate::swift::Swift;
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

/// Type-checks the generated Swift. `Err` when it does not compile, `Ok(Err)` when tools are missing.
pub(crate) fn compile_swift(context: &Context) -> Result<Result<(), String>, String> {
    let swift = match Swift::find(context) {
        Ok(swift) => swift,
        Err(reason) => return Ok(Err(reason)),
    };
    let folder = context.repository.target("generated/mobile/swift");
    let maps = with_ending(&folder, "modulemap");
    let Some(map) = maps.first() else {
        return Err("no module map was generated".to_owned());
    };
    fs::copy(map, folder.join("module.modulemap")).map_err(|error| error.to_string())?;
    let inside = |path: &Path| {
        let path = path.strip_prefix(context.repository.root()).unwrap_or(path);
        path.display().to_string()
    };
    let mut arguments: Vec<String> = ["-swift-version", "5", "-typecheck", "-I"].map(str::to_owned).to_vec();
    arguments.push(inside(&folder));
    arguments.extend(with_ending(&folder, "swift").iter().map(|file| inside(file)));
    command::succeed(&mut swift.command(context, "swiftc", &arguments)).map(Ok)
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
