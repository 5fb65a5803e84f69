//! The compiler for `wasm32-unknown-unknown`, by whatever way this machine has.
//!
//! In this order: rustup's target when it is installed; a standard library built earlier and kept under the target
//! folder; `rustup target add`; the distribution's compiler with its library source, from which the standard
//! library is built once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::{Context, command, setup};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

const SYSTEM_RUSTC: &str = "/usr/bin/rustc";
const SYSTEM_CARGO: &str = "/usr/bin/cargo";
const SYSTEM_SOURCE: &str = "/usr/lib/rustlib/src/rust/library";

/// A compiler that can build for the browser.
pub(crate) enum Compiler {
    /// The toolchain in use has the target.
    Installed,
    /// The distribution's compiler with a standard library of our own building.
    Distribution { sysroot: PathBuf, linker: PathBuf },
}

impl Compiler {
    /// Finds or makes a compiler; the error says what is missing.
    pub(crate) fn find(context: &Context) -> Result<Self, String> {
        if rustup_has_target() {
            return Ok(Self::Installed);
        }
        let sysroot = context.repository.target("wasm-std/sysroot");
        if is_fresh(&sysroot) {
            return Ok(Self::Distribution {
                sysroot,
                linker: linker()?,
            });
        }
        if add_by_rustup(context) {
            return Ok(Self::Installed);
        }
        let mut packages = Vec::new();
        if !distribution_is_complete() {
            packages.extend(["rustc-web", "cargo-web", "rust-web-src"]);
        }
        if linker().is_err() {
            packages.push("lld");
        }
        if !packages.is_empty() {
            setup::install(
                context.consent,
                "build for the browser without a rustup target",
                &packages,
            )?;
        }
        if !distribution_is_complete() {
            return Err(format!(
                "no compiler for {TARGET}: add it by `rustup target add {TARGET}` or install rustc-web, cargo-web and rust-web-src"
            ));
        }
        build_sysroot(context, &sysroot)?;
        Ok(Self::Distribution {
            sysroot,
            linker: linker()?,
        })
    }

    /// Prepares a cargo command for this compiler; `flags` reach code for the browser only.
    pub(crate) fn apply(&self, cargo: &mut Command, flags: &[&str]) {
        let mut all: Vec<String> = flags.iter().map(|&flag| flag.to_owned()).collect();
        if let Self::Distribution { sysroot, linker } = self {
            cargo
                .env("RUSTC", SYSTEM_RUSTC)
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            // Clippy's and rustup's choice of compiler must not come between cargo and this one.
            cargo.env_remove("RUSTC_WRAPPER").env_remove("RUSTC_WORKSPACE_WRAPPER");
            all.push(format!("--sysroot={}", sysroot.display()));
        }
        // With --target given, cargo keeps these flags away from build scripts and procedural macros.
        cargo
            .env_remove("RUSTFLAGS")
            .env("CARGO_ENCODED_RUSTFLAGS", all.join("\u{1f}"));
    }
}

fn rustup_has_target() -> bool {
    command::probe("rustc", &["--print", "target-libdir", "--target", TARGET]).is_some_and(|folder| {
        fs::read_dir(folder).is_ok_and(|entries| {
            entries.flatten().any(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                name.starts_with("libcore-") && name.ends_with(".rlib")
            })
        })
    })
}

/// Tries `rustup target add`. Where the download is not possible this fails or hangs, so it has a minute.
fn add_by_rustup(context: &Context) -> bool {
    if command::find("rustup").is_none() {
        return false;
    }
    let line = format!("rustup target add {TARGET}");
    if context.consent.obtain("build for the browser", &line).is_err() {
        return false;
    }
    let tried = command::succeed_within(
        Command::new("rustup").args(["target", "add", TARGET]),
        Duration::from_secs(60),
    );
    if let Err(reason) = &tried {
        println!("rustup could not add the target ({reason}); the distribution's compiler is tried next");
    }
    tried.is_ok() && rustup_has_target()
}

fn distribution_is_complete() -> bool {
    Path::new(SYSTEM_RUSTC).is_file() && Path::new(SYSTEM_CARGO).is_file() && Path::new(SYSTEM_SOURCE).is_dir()
}

/// The linker: rustup's own `rust-lld`, else LLVM's `wasm-ld`.
fn linker() -> Result<PathBuf, String> {
    let bundled = command::probe("rustc", &["--print", "sysroot"])
        .zip(command::probe("rustc", &["--print", "host-tuple"]))
        .map(|(sysroot, host)| Path::new(&sysroot).join("lib/rustlib").join(host).join("bin/rust-lld"));
    if let Some(path) = bundled.filter(|path| path.is_file()) {
        return Ok(path);
    }
    [
        "wasm-ld",
        "wasm-ld-19",
        "wasm-ld-18",
        "wasm-ld-17",
        "wasm-ld-16",
        "wasm-ld-15",
    ]
    .iter()
    .find_map(|name| command::find(name))
    .ok_or_else(|| "no linker for the browser: install lld".to_owned())
}

fn is_fresh(sysroot: &Path) -> bool {
    let stamp = fs::read_to_string(sysroot.join("compiler")).ok();
    stamp.is_some() && stamp == command::probe(SYSTEM_RUSTC, &["--version"])
}

/// Builds the standard library once: an empty crate drags it in, then its parts are copied out.
fn build_sysroot(context: &Context, sysroot: &Path) -> Result<(), String> {
    println!("building the standard library for {TARGET} once (about a minute)");
    let scratch = context.repository.target("wasm-std/scratch");
    let told = |error: std::io::Error| format!("the standard library's folder: {error}");
    fs::create_dir_all(scratch.join("src")).map_err(told)?;
    fs::write(
        scratch.join("Cargo.toml"),
        "[package]\nname = \"scratch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n",
    )
    .map_err(told)?;
    fs::write(scratch.join("src/lib.rs"), "#![no_std]\n").map_err(told)?;

    let build = context.repository.target("wasm-std/build");
    let mut cargo = Command::new(SYSTEM_CARGO);
    command::clean(&mut cargo);
    cargo
        .current_dir(&scratch)
        .args([
            "build",
            "-Zbuild-std=std,panic_abort",
            "--release",
            "--target",
            TARGET,
            "--target-dir",
        ])
        .arg(&build)
        .env("RUSTC", SYSTEM_RUSTC)
        // -Z is refused on a stable compiler without it; it is set for this one child only.
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("RUSTC_WRAPPER")
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", "-Cembed-bitcode=yes");
    command::succeed(&mut cargo)?;

    // The stamp is written last: an interrupted copy is never taken for a finished one.
    if sysroot.exists() {
        fs::remove_dir_all(sysroot).map_err(told)?;
    }
    let library = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&library).map_err(told)?;
    for entry in fs::read_dir(build.join(TARGET).join("release/deps")).map_err(told)? {
        let entry = entry.map_err(told)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libscratch-") {
            fs::copy(entry.path(), library.join(name)).map_err(told)?;
        }
    }
    let version = command::probe(SYSTEM_RUSTC, &["--version"]).ok_or("the distribution's compiler does not answer")?;
    fs::write(sysroot.join("compiler"), version).map_err(told)
}
