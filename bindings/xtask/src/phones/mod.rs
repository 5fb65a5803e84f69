//! The libraries for real phones, out of one command each: `cargo xtask android`, `cargo xtask ios`.

pub(crate) mod aar;
pub(crate) mod android;
mod elf_rules;
mod facts;
pub(crate) mod ios;
mod ios_link;
pub(crate) mod linker;
mod macho_rules;
mod ndk;
pub(crate) mod shim;
mod strip;
mod stubs;
mod swift_package;
mod universal;
mod unwinder;
mod xcframework;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sysroot::Compiler;
use crate::{Context, command};

/// Cargo's profile for phones.
pub(crate) const PROFILE: &str = "phone";

/// Either the work was done, or this machine lacks a tool: the reason names it. A failure of the work is the outer error.
pub(crate) type Outcome<T> = Result<Result<T, String>, String>;

/// Builds for Android, packs and says what there is.
pub(crate) fn android(context: &Context) -> Result<(), String> {
    let built = android::build(context)??;
    let packed = aar::pack(context)?;
    report_android(&built);
    println!("{}", packed?.display());
    Ok(())
}

/// Builds for iOS and says what there is.
pub(crate) fn ios(context: &Context, release: Option<&str>) -> Result<(), String> {
    let built = ios::build(context, release)??;
    report_ios(&built);
    println!("{}", built.package.display());
    Ok(())
}

pub(crate) fn report_android(built: &android::Built) {
    println!("linked by {}; all checks hold", built.linked);
    for (abi, _, size) in &built.libraries {
        println!("{abi}: {size} bytes");
    }
}

pub(crate) fn report_ios(built: &ios::Built) {
    println!("all checks hold");
    for (target, size, linked) in &built.libraries {
        match linked {
            Some(linked) => println!("{target}: {size} bytes, {linked} in an app"),
            None => println!("{target}: {size} bytes; without LLVM's linker nobody knows how many in an app"),
        }
    }
    let (zip, size, checksum) = &built.zip;
    println!("{}: {size} bytes, SHA-256 {checksum}", zip.display());
}

/// The command that builds the binding for one target as `cdylib` or `staticlib`, and where the library will be.
fn library(context: &Context, compiler: &Compiler, kind: &str, file: &str) -> Result<(Command, PathBuf), String> {
    // One folder for all targets: macros and build scripts are built once.
    let target = context.repository.target("phones");
    let mut cargo = command::cargo(context);
    cargo.args(["rustc", "--package", "bindings-mobile", "--profile", PROFILE, "--lib"]);
    cargo.args(["--crate-type", kind, "--target", compiler.target(), "--target-dir"]);
    cargo.arg(&target);
    // The same bytes wherever the repository and cargo's home lie.
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let mut flags = vec![remapped(context.repository.root(), "satchel")];
    flags.extend(home.map(|home| remapped(&home, "cargo")));
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    compiler.apply(&mut cargo, &flags)?;
    Ok((cargo, target.join(compiler.target()).join(PROFILE).join(file)))
}

/// The library for this machine, built as those for phones are.
pub(crate) fn host(context: &Context) -> Result<PathBuf, String> {
    let mut cargo = command::cargo(context);
    cargo.args(["rustc", "--package", "bindings-mobile", "--profile", PROFILE, "--lib"]);
    command::succeed(cargo.args(["--crate-type", "cdylib"]))?;
    Ok(context.repository.target(PROFILE).join("libsatchel.so"))
}

fn remapped(folder: &Path, name: &str) -> String {
    format!("--remap-path-prefix={}=/{name}", folder.display())
}

fn told(path: &Path) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{}: {error}", path.display())
}

/// An empty folder of that name.
fn renew(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(told(folder))?;
    }
    fs::create_dir_all(folder).map_err(told(folder))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    put(path, text.as_bytes())
}

/// Writes a file and the folders above it.
fn put(path: &Path, content: &[u8]) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(told(folder))?;
    }
    fs::write(path, content).map_err(told(path))
}

/// Whether two files have the same bytes.
pub(crate) fn same(one: &Path, other: &Path) -> Result<bool, String> {
    Ok(fs::read(one).map_err(told(one))? == fs::read(other).map_err(told(other))?)
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    put(to, &fs::read(from).map_err(told(from))?)
}
