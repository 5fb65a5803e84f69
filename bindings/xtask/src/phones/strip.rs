//! Taking names and notes for debuggers out of a shared library. Bindings are generated before: afterwards UniFFI's
//! descriptions cannot be found any more.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::ndk::Ndk;
use crate::{Context, command, setup, sysroot};

/// The NDK's, else the one beside rustup's compiler, else LLVM's.
pub(crate) fn program(context: &Context, ndk: Option<&Ndk>) -> Result<PathBuf, String> {
    const NAMES: [&str; 3] = ["llvm-objcopy", "llvm-objcopy-16", "llvm-objcopy-14"];
    let found = || {
        ndk.map(Ndk::strip)
            .filter(|path| path.is_file())
            .or_else(|| sysroot::bundled("rust-objcopy"))
            .or_else(|| NAMES.iter().find_map(|name| command::find(name)))
    };
    if let Some(path) = found() {
        return Ok(path);
    }
    setup::install(context.consent, "strip the library for Android", &["llvm"])?;
    found().ok_or_else(|| "no llvm-objcopy".to_owned())
}

/// Writes the stripped copy.
pub(crate) fn strip(program: &Path, from: &Path, to: &Path) -> Result<(), String> {
    let mut strip = Command::new(program);
    strip.arg("--strip-all");
    // The one beside the compiler finds the compiler's own LLVM only when told where: SYSROOT/lib/rustlib/HOST/bin.
    if program.ends_with("rust-objcopy")
        && let Some(libraries) = program.ancestors().nth(4)
    {
        strip.env("LD_LIBRARY_PATH", libraries);
    }
    // The NDK's llvm-strip names its output by an option, objcopy as a second file.
    if program.ends_with("llvm-strip") {
        strip.arg("-o").arg(to).arg(from);
    } else {
        strip.arg(from).arg(to);
    }
    command::succeed(&mut strip)
}
