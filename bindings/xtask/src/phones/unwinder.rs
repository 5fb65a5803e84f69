//! `libunwind.a` for Android where there is no NDK: `bindings/xtask/unwinder`, built for one architecture.

use std::fs;
use std::path::Path;

use crate::sysroot::Compiler;
use crate::{Context, command};

/// Builds it into the folder where the linker looks.
pub(crate) fn build(context: &Context, compiler: &Compiler, folder: &Path) -> Result<(), String> {
    let target = context.repository.target("unwinder");
    let mut cargo = command::cargo(context);
    cargo
        .current_dir(context.repository.path("bindings/xtask/unwinder"))
        .args([
            "build",
            "--locked",
            "--release",
            "--target",
            compiler.target(),
            "--target-dir",
        ])
        .arg(&target);
    compiler.apply(&mut cargo, &[])?;
    command::succeed(&mut cargo)?;
    let built = target.join(compiler.target()).join("release/libunwind.a");
    fs::copy(&built, folder.join("libunwind.a"))
        .map(|_| ())
        .map_err(|error| format!("{}: {error}", built.display()))
}
