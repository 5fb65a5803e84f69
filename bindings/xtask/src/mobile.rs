//! The mobile binding: the host's library, and from it the Kotlin and Swift texts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::swift::Swift;
use crate::{Context, command, generators_call, node, setup};

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

/// Compiles the generated Kotlin against JNA. `Err` when it does not compile, `Ok(Err)` when tools are missing.
pub(crate) fn compile_kotlin(context: &Context) -> Result<Result<(), String>, String> {
    const JNA: &str = "/usr/share/java/jna.jar";
    let complete = || command::probe("java", &["-version"]).is_some() && Path::new(JNA).is_file();
    if !complete() {
        let packages = ["default-jdk-headless", "libjna-java", "libjna-jni"];
        if let Err(reason) = setup::install(context.consent, "compile the generated Kotlin", &packages) {
            return Ok(Err(reason));
        }
    }
    if !complete() {
        return Ok(Err("no Java or no JNA library".to_owned()));
    }
    if let Err(reason) = node::ready(context) {
        return Ok(Err(reason));
    }
    let folder = context.repository.target("kotlin");
    let compiler = folder.join("node_modules/kotlin-compiler");
    if !compiler.is_dir() {
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"])
            .arg(&folder);
        if let Err(reason) = command::succeed(npm.arg("kotlin-compiler@2.4.20")) {
            return Ok(Err(reason));
        }
    }
    let sources = with_ending(&context.repository.target("generated/mobile/kotlin"), "kt");
    let mut java = Command::new("java");
    java.arg("-jar").arg(compiler.join("lib/kotlin-compiler.jar"));
    java.args(["-jvm-target", "17", "-nowarn", "-cp"]);
    java.arg(format!(
        "{JNA}:{}",
        compiler.join("lib/kotlinx-coroutines-core-jvm.jar").display()
    ));
    java.args(&sources).arg("-d").arg(folder.join("bindings.jar"));
    command::succeed(&mut java).map(Ok)
}

/// Type-checks the generated Swift. Outcomes as for Kotlin.
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
fn with_ending(folder: &Path, ending: &str) -> Vec<PathBuf> {
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
