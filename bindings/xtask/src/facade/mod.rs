//! Writes the wrappers of the façade for both bindings, by the translation rules of `bindings/README.md`.
//!
//! The façade in `core/vault/src/facade` is the only place where names, fields and documentation are written by hand. From each of its files
//! come `NAME.rs` and `NAME.ts` for the browser and `NAME.rs` for phones. The results are committed, so that they can be read and compared;
//! `cargo xtask facade` writes them anew, and the tests notice when that was forgotten.

mod mobile;
mod read;
mod types;
mod wasm;

use std::error::Error;
use std::fs;
use std::path::Path;

use read::Module;

/// Said at the top of every file, after its first line.
const ORIGIN: &str = "Written by `cargo xtask facade` from the façade's sources; changes belong there.";

/// Reads the façade below `root` and writes the wrappers into `output/{wasm,mobile}`.
pub(crate) fn write(root: &Path, output: &Path) -> Result<(), Box<dyn Error>> {
    let modules = read::facade(&root.join("core/vault/src/facade"))?;
    let (wasm, mobile) = (output.join("wasm"), output.join("mobile"));
    for folder in [&wasm, &mobile] {
        fs::create_dir_all(folder)?;
    }
    for module in &modules {
        fs::write(wasm.join(format!("{}.rs", module.name)), wasm::rust(module))?;
        if !module.values.is_empty() {
            fs::write(wasm.join(format!("{}.ts", module.name)), wasm::typescript(module))?;
        }
        fs::write(mobile.join(format!("{}.rs", module.name)), mobile::rust(module))?;
    }
    for folder in [&wasm, &mobile] {
        fs::write(folder.join("mod.rs"), index(&modules))?;
    }
    Ok(())
}

fn index(modules: &[Module]) -> String {
    let mut text = format!("//! The façade, file by file as in the core.\n//!\n//! {ORIGIN}\n\n");
    for module in modules {
        text.push_str(&format!("mod {};\n", module.name));
    }
    text
}

/// Documentation as Rust comments.
fn rust_docs(docs: &[String], indent: &str) -> String {
    docs.iter()
        .map(|line| format!("{indent}///{}{line}\n", if line.is_empty() { "" } else { " " }))
        .collect()
}
