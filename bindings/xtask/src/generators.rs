//! The generators of the bindings, called as libraries whose versions `Cargo.lock` pins.
//!
//! `generators wasm FILE FOLDER` writes JavaScript, TypeScript declarations and the finished WebAssembly;
//! `generators instrument FILE FILE` and `generators cut FOLDER FOLDER` make two modules of it, by what was measured;
//! `generators mobile LIBRARY FOLDER` writes Kotlin, Swift and (for checks) Python;
//! `generators facade REPOSITORY FOLDER` writes the bindings' wrappers of the façade;
//! `generators elf LIBRARY FILE` and `generators macho ARCHIVE FILE` write what a library for phones says of itself;
//! `generators zip FOLDER FILE` packs a folder, with the SHA-256 beside the file.

mod facade;
mod split;
/// What is read from libraries for phones, and how they are packed.
mod phones {
    pub(crate) mod elf;
    pub(crate) mod macho;
    pub(crate) mod pack;
}

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use camino::Utf8PathBuf;
use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage};
use uniffi_bindgen::{BindgenPaths, BindgenPathsLayer};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.as_slice() {
        [kind, input, output] if kind == "wasm" => wasm(Path::new(input), Path::new(output)),
        [kind, input, output] if kind == "instrument" => split::instrument(Path::new(input), Path::new(output)),
        [kind, input, output] if kind == "cut" => split::cut(Path::new(input), Path::new(output)),
        [kind, input, output] if kind == "mobile" => mobile(input, output),
        [kind, input, output] if kind == "facade" => facade::write(Path::new(input), Path::new(output)),
        [kind, input, output] if kind == "elf" => report(phones::elf::facts, input, output),
        [kind, input, output] if kind == "macho" => report(phones::macho::facts, input, output),
        [kind, input, output] if kind == "zip" => {
            phones::pack::pack(Path::new(input), Path::new(output)).map_err(Into::into)
        }
        _ => Err("generators (wasm|instrument|cut|mobile|facade|elf|macho|zip) INPUT OUTPUT".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("generators: {error}");
            ExitCode::FAILURE
        }
    }
}

/// `--target web`: the page (or Node) hands the module over itself, so the same files serve both.
fn wasm(input: &Path, output: &Path) -> Result<(), Box<dyn Error>> {
    Bindgen::new()
        .input_path(input)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(output)?;
    Ok(())
}

/// Where UniFFI finds the names of packages and modules.
struct Settings(Utf8PathBuf);

impl BindgenPathsLayer for Settings {
    fn get_config_path(&self, _: &str) -> Option<Utf8PathBuf> {
        Some(self.0.clone())
    }
}

/// Writes the facts of a library, a line each.
fn report(read: fn(&[u8]) -> Result<Vec<String>, String>, input: &str, output: &str) -> Result<(), Box<dyn Error>> {
    let facts = read(&fs::read(input)?).map_err(|reason| format!("{input}: {reason}"))?;
    fs::write(output, facts.join("\n"))?;
    Ok(())
}

fn mobile(input: &str, output: &str) -> Result<(), Box<dyn Error>> {
    let settings = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../mobile/uniffi.toml");
    let settings = Utf8PathBuf::try_from(settings)?;
    for (language, folder) in [
        (TargetLanguage::Kotlin, "kotlin"),
        (TargetLanguage::Swift, "swift"),
        (TargetLanguage::Python, "python"),
    ] {
        let out_dir = PathBuf::from(output).join(folder).try_into()?;
        let options = GenerateOptions {
            languages: vec![language],
            source: input.into(),
            out_dir,
            ..GenerateOptions::default()
        };
        let mut paths = BindgenPaths::default();
        paths.add_layer(Settings(settings.clone()));
        uniffi_bindgen::bindings::generate_with_bindgen_paths(options, paths)?;
    }
    Ok(())
}
