//! The generators of the bindings, called as libraries whose versions `Cargo.lock` pins.
//!
//! `generators wasm FILE FOLDER` writes JavaScript, TypeScript declarations and the finished WebAssembly;
//! `generators mobile LIBRARY FOLDER` writes Kotlin and Swift;
//! `generators facade REPOSITORY FOLDER` writes the bindings' wrappers of the façade.

mod facade;

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.as_slice() {
        [kind, input, output] if kind == "wasm" => wasm(Path::new(input), Path::new(output)),
        [kind, input, output] if kind == "mobile" => mobile(input, output),
        [kind, input, output] if kind == "facade" => facade::write(Path::new(input), Path::new(output)),
        _ => Err("generators (wasm|mobile|facade) INPUT OUTPUT".into()),
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

fn mobile(input: &str, output: &str) -> Result<(), Box<dyn Error>> {
    for (language, folder) in [(TargetLanguage::Kotlin, "kotlin"), (TargetLanguage::Swift, "swift")] {
        let out_dir = PathBuf::from(output).join(folder).try_into()?;
        let options = GenerateOptions {
            languages: vec![language],
            source: input.into(),
            out_dir,
            ..GenerateOptions::default()
        };
        uniffi_bindgen::bindings::generate(options)?;
    }
    Ok(())
}
