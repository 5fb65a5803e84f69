//! The compiler for another system (the browser, Android, iOS), by whatever way this machine has.
//!
//! In this order: rustup's target when it is installed; a standard library built earlier and kept under the target
//! folder; `rustup target add`; the distribution's compiler with its library source, from which the standard
//! library is built once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::{Context, command, setup};

/// The browser.
pub(crate) const BROWSER: &str = "wasm32-unknown-unknown";

/// The oldest iOS that runs our libraries, as compilers read it; other targets do not look at it.
pub(crate) const IOS_OLDEST: (&str, &str) = ("IPHONEOS_DEPLOYMENT_TARGET", "17.0");

const SYSTEM_RUSTC: &str = "/usr/bin/rustc";
const SYSTEM_CARGO: &str = "/usr/bin/cargo";
const SYSTEM_SOURCE: &str = "/usr/lib/rustlib/src/rust/library";

/// A compiler that can build for one target.
pub(crate) struct Compiler {
    target: &'static str,
    origin: Origin,
}

enum Origin {
    /// The toolchain in use has the target.
    Installed,
    /// The distribution's compiler with a standard library of our own building.
    Distribution { sysroot: PathBuf },
}

impl Compiler {
    /// Finds or makes a compiler; the error says what is missing.
    pub(crate) fn find(context: &Context, target: &'static str) -> Result<Self, String> {
        let installed = Self {
            target,
            origin: Origin::Installed,
        };
        if rustup_has_target(target) {
            return Ok(installed);
        }
        let sysroot = context.repository.target(&format!("std/{target}/sysroot"));
        if !is_fresh(&sysroot) {
            if add_by_rustup(context, target) {
                return Ok(installed);
            }
            prepare(context, target)?;
            build_sysroot(context, target, &sysroot)?;
        }
        Ok(Self {
            target,
            origin: Origin::Distribution { sysroot },
        })
    }

    /// The name of the target.
    pub(crate) fn target(&self) -> &'static str {
        self.target
    }

    /// Prepares a cargo command for this compiler; `flags` reach code for the target only.
    ///
    /// # Errors
    /// When the browser's code cannot be linked for want of a linker.
    pub(crate) fn apply(&self, cargo: &mut Command, flags: &[&str]) -> Result<(), String> {
        let mut all: Vec<String> = flags.iter().map(|&flag| flag.to_owned()).collect();
        if let Origin::Distribution { sysroot } = &self.origin {
            cargo.env("RUSTC", SYSTEM_RUSTC);
            if self.target == BROWSER {
                cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker("wasm-ld")?);
            }
            // Clippy's and rustup's choice of compiler must not come between cargo and this one.
            cargo.env_remove("RUSTC_WRAPPER").env_remove("RUSTC_WORKSPACE_WRAPPER");
            all.push(format!("--sysroot={}", sysroot.display()));
        }
        // With --target given, cargo keeps these flags away from build scripts and procedural macros.
        cargo
            .env_remove("RUSTFLAGS")
            .env("CARGO_ENCODED_RUSTFLAGS", all.join("\u{1f}"));
        Ok(())
    }
}

/// Installs what the distribution has, when it is not all there.
fn prepare(context: &Context, target: &str) -> Result<(), String> {
    let mut packages = Vec::new();
    if !distribution_is_complete() {
        packages.extend(["rustc-web", "cargo-web", "rust-web-src"]);
    }
    if linker("wasm-ld").is_err() {
        packages.push("lld");
    }
    if !packages.is_empty() {
        let purpose = format!("build for {target} without a rustup target");
        setup::install(context.consent, &purpose, &packages)?;
    }
    if distribution_is_complete() {
        Ok(())
    } else {
        Err(format!(
            "no compiler for {target}: add it by `rustup target add {target}` or install rustc-web, cargo-web and rust-web-src"
        ))
    }
}

fn rustup_has_target(target: &str) -> bool {
    command::probe("rustc", &["--print", "target-libdir", "--target", target]).is_some_and(|folder| {
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
fn add_by_rustup(context: &Context, target: &str) -> bool {
    if command::find("rustup").is_none() {
        return false;
    }
    let line = format!("rustup target add {target}");
    if context.consent.obtain(&format!("build for {target}"), &line).is_err() {
        return false;
    }
    let tried = command::succeed_within(
        Command::new("rustup").args(["target", "add", target]),
        Duration::from_secs(60),
    );
    if let Err(reason) = &tried {
        println!("rustup could not add the target ({reason}); the distribution's compiler is tried next");
    }
    tried.is_ok() && rustup_has_target(target)
}

fn distribution_is_complete() -> bool {
    Path::new(SYSTEM_RUSTC).is_file() && Path::new(SYSTEM_CARGO).is_file() && Path::new(SYSTEM_SOURCE).is_dir()
}

/// The linker: rustup's own `rust-lld`, else LLVM's under the name for that kind of file (`wasm-ld`, `ld.lld`).
pub(crate) fn linker(name: &str) -> Result<PathBuf, String> {
    if let Some(path) = bundled("rust-lld") {
        return Ok(path);
    }
    let versions = ["", "-22", "-19", "-18", "-17", "-16", "-15"];
    versions
        .iter()
        .find_map(|version| command::find(&format!("{name}{version}")))
        .ok_or_else(|| format!("no linker {name}: install lld"))
}

/// A program that lies beside rustup's compiler.
pub(crate) fn bundled(program: &str) -> Option<PathBuf> {
    let sysroot = command::probe("rustc", &["--print", "sysroot"])?;
    let host = command::probe("rustc", &["--print", "host-tuple"])?;
    let path = Path::new(&sysroot)
        .join("lib/rustlib")
        .join(host)
        .join("bin")
        .join(program);
    path.is_file().then_some(path)
}

fn is_fresh(sysroot: &Path) -> bool {
    let stamp = fs::read_to_string(sysroot.join("compiler")).ok();
    stamp.is_some() && stamp == command::probe(SYSTEM_RUSTC, &["--version"])
}

/// Builds the standard library once: an empty crate drags it in, then its parts are copied out.
fn build_sysroot(context: &Context, target: &str, sysroot: &Path) -> Result<(), String> {
    println!("building the standard library for {target} once (about a minute)");
    let scratch = context.repository.target(&format!("std/{target}/scratch"));
    let told = |error: std::io::Error| format!("the standard library's folder: {error}");
    fs::create_dir_all(scratch.join("src")).map_err(told)?;
    fs::write(
        scratch.join("Cargo.toml"),
        "[package]\nname = \"scratch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n",
    )
    .map_err(told)?;
    fs::write(scratch.join("src/lib.rs"), "#![no_std]\n").map_err(told)?;

    let build = context.repository.target(&format!("std/{target}/build"));
    let mut cargo = Command::new(SYSTEM_CARGO);
    command::clean(&mut cargo);
    cargo
        .current_dir(&scratch)
        .args([
            "build",
            "-Zbuild-std=std,panic_abort",
            "--release",
            "--target",
            target,
            "--target-dir",
        ])
        .arg(&build)
        .env("RUSTC", SYSTEM_RUSTC)
        // -Z is refused on a stable compiler without it; it is set for this one child only.
        .env("RUSTC_BOOTSTRAP", "1")
        .env(IOS_OLDEST.0, IOS_OLDEST.1)
        .env_remove("RUSTC_WRAPPER")
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", "-Cembed-bitcode=yes");
    command::succeed(&mut cargo)?;

    // The stamp is written last: an interrupted copy is never taken for a finished one.
    if sysroot.exists() {
        fs::remove_dir_all(sysroot).map_err(told)?;
    }
    let library = sysroot.join("lib/rustlib").join(target).join("lib");
    fs::create_dir_all(&library).map_err(told)?;
    for entry in fs::read_dir(build.join(target).join("release/deps")).map_err(told)? {
        let entry = entry.map_err(told)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libscratch-") {
            fs::copy(entry.path(), library.join(name)).map_err(told)?;
        }
    }
    let version = command::probe(SYSTEM_RUSTC, &["--version"]).ok_or("the distribution's compiler does not answer")?;
    fs::write(sysroot.join("compiler"), version).map_err(told)
}
