//! `cargo xtask android`: `libsatchel.so` for the architectures of phones and of emulators, looked over, with its Kotlin.
//!
//! With an NDK its driver links, as in a release. Without one, LLVM's linker, stub libraries and an unwinder of ours do;
//! such a library is the same code and is checked the same way.

use std::fs;
use std::path::{Path, PathBuf};

use super::facts::Facts;
use super::ndk::Ndk;
use super::{BINDING, Outcome, copy, elf_rules, library, linker, renew, strip, stubs, told, unwinder};
use crate::sysroot::Compiler;
use crate::{Context, command, generators_call};

/// One architecture under each of its names.
pub(crate) struct Abi {
    /// Android's name.
    pub(crate) name: &'static str,
    pub(crate) target: &'static str,
    machine: &'static str,
    /// The name in descriptions of stub libraries.
    stubs: &'static str,
    emulation: &'static str,
}

pub(crate) const ABIS: [Abi; 2] = [
    Abi {
        name: "x86_64",
        target: "x86_64-linux-android",
        machine: "x86_64",
        stubs: "x86_64",
        emulation: "elf_x86_64",
    },
    Abi {
        name: "arm64-v8a",
        target: "aarch64-linux-android",
        machine: "aarch64",
        stubs: "AArch64",
        emulation: "aarch64linux",
    },
];

/// The package of the library with instruments.
const PROBE: &str = "bindings-mobile-probe";

/// What was built.
pub(crate) struct Built {
    /// How the libraries were linked.
    pub(crate) linked: &'static str,
    /// Android's name, the stripped library, its size.
    pub(crate) libraries: Vec<(&'static str, PathBuf, u64)>,
}

/// Builds and checks both libraries and writes their Kotlin: `target/android/{jni,unstripped,kotlin}`.
pub(crate) fn build(context: &Context) -> Outcome<Built> {
    let ndk = Ndk::find()?;
    let strip = match strip::program(context, ndk.as_ref()) {
        Ok(strip) => strip,
        Err(reason) => return Ok(Err(reason)),
    };
    let folder = folder(context);
    for part in ["jni", "unstripped", "generated", "kotlin"] {
        renew(&folder.join(part))?;
    }
    let mut libraries = Vec::new();
    for abi in &ABIS {
        let compiler = match Compiler::find(context, abi.target) {
            Ok(compiler) => compiler,
            Err(reason) => return Ok(Err(reason)),
        };
        let whole = match link(context, BINDING, abi, &compiler, ndk.as_ref())? {
            Ok(whole) => whole,
            Err(reason) => return Ok(Err(reason)),
        };
        copy(&whole, &folder.join("unstripped").join(abi.name).join("libsatchel.so"))?;
        let stripped = folder.join("jni").join(abi.name).join("libsatchel.so");
        copy(&whole, &stripped)?;
        strip::strip(&strip, &whole, &stripped)?;
        check(context, abi, &stripped)?;
        let size = fs::metadata(&stripped).map_err(told(&stripped))?.len();
        libraries.push((abi.name, stripped, size));
    }
    bindings(context, &folder)?;
    Ok(Ok(Built {
        linked: if ndk.is_some() { "the NDK" } else { "stub libraries" },
        libraries,
    }))
}

pub(crate) fn folder(context: &Context) -> PathBuf {
    context.repository.target("android")
}

/// Builds the library with the instruments of `bindings/mobile/probe` for emulators: those of the vectors that have secrets need it.
pub(crate) fn probe(context: &Context) -> Outcome<PathBuf> {
    let [abi, _] = &ABIS;
    match Compiler::find(context, abi.target) {
        Ok(compiler) => link(context, PROBE, abi, &compiler, Ndk::find()?.as_ref()),
        Err(reason) => Ok(Err(reason)),
    }
}

/// Builds one library, not stripped.
fn link(context: &Context, package: &str, abi: &Abi, compiler: &Compiler, ndk: Option<&Ndk>) -> Outcome<PathBuf> {
    let file = match package {
        PROBE => "libsatchel_probe.so",
        _ => "libsatchel.so",
    };
    let (mut cargo, built) = library(context, compiler, package, "cdylib", file)?;
    if let Some(ndk) = ndk {
        cargo.env(linker::variable(abi.target), ndk.clang(abi.target));
    } else {
        let folder = context.repository.target("phones/stubs").join(abi.name);
        if let Err(reason) = stubs::write(context, abi.stubs, &folder) {
            return Ok(Err(reason));
        }
        unwinder::build(context, compiler, &folder)?;
        if let Err(reason) = linker::stand_in(&mut cargo, abi.target, abi.emulation, &folder) {
            return Ok(Err(reason));
        }
    }
    cargo.arg("--");
    let name = format!("-soname,{file}");
    for flag in [
        name.as_str(),
        // Linkers differ in what they take for granted, by architecture and by version.
        "-z,max-page-size=16384",
        "-z,common-page-size=16384",
        "--no-undefined",
    ] {
        cargo.arg(format!("-Clink-arg=-Wl,{flag}"));
    }
    command::succeed(&mut cargo)?;
    Ok(Ok(built))
}

fn check(context: &Context, abi: &Abi, library: &Path) -> Result<(), String> {
    let facts = Facts::of(context, "elf", library)?;
    let faults = elf_rules::faults(&facts, abi.machine, &stubs::allowed()?);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(format!("the library for {} {}", abi.name, faults.join("; it ")))
    }
}

/// The Kotlin, from a library that still describes itself.
fn bindings(context: &Context, folder: &Path) -> Result<(), String> {
    let described = folder.join("unstripped/x86_64/libsatchel.so");
    let all = folder.join("generated");
    generators_call::generate(context, "mobile", &described, &all)?;
    // Renaming replaces an empty folder.
    fs::rename(all.join("kotlin"), folder.join("kotlin")).map_err(told(&all))
}
