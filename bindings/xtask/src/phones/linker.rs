//! The linker for Android where there is no NDK: rustc means to call a C compiler's driver, so xtask, started in its
//! place, turns the driver's arguments into those of LLVM's linker.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sysroot;

/// The variables that tell the stand-in what it is for; cargo hands them down to rustc and rustc to the linker.
const EMULATION: &str = "SATCHEL_LINK_EMULATION";
const STUBS: &str = "SATCHEL_LINK_STUBS";
const PROGRAM: &str = "SATCHEL_LINK_PROGRAM";

/// Lets `cargo` link for Android by this very program.
pub(crate) fn stand_in(cargo: &mut Command, target: &str, emulation: &str, stubs: &Path) -> Result<(), String> {
    let own = env::current_exe().map_err(|error| format!("where this program lies: {error}"))?;
    cargo
        .env(variable(target), own)
        .env(EMULATION, emulation)
        .env(STUBS, stubs)
        .env(PROGRAM, sysroot::linker("ld.lld")?);
    Ok(())
}

/// The variable by which cargo is told the linker of a target.
pub(crate) fn variable(target: &str) -> String {
    format!("CARGO_TARGET_{}_LINKER", target.to_uppercase().replace('-', "_"))
}

/// Whether this process was started as a linker. Cargo itself starts no xtask in such an environment.
pub(crate) fn is_asked() -> bool {
    env::var_os(EMULATION).is_some()
}

/// Links, with the arguments that rustc gave.
pub(crate) fn run(given: &[String]) -> Result<bool, String> {
    let wanted = |name: &str| env::var_os(name).ok_or_else(|| format!("linking for Android needs {name}"));
    let emulation = wanted(EMULATION)?;
    let stubs = PathBuf::from(wanted(STUBS)?);
    let program = PathBuf::from(wanted(PROGRAM)?);
    if !program.is_file() {
        return Err(format!("the linker {} is not there", program.display()));
    }
    if !stubs.join("libc.so").is_file() {
        return Err(format!("no stub libraries in {}", stubs.display()));
    }
    let mut linker = Command::new(&program);
    if program.file_name().is_some_and(|name| name == "rust-lld") {
        linker.args(["-flavor", "gnu"]);
    }
    linker.arg("-m").arg(emulation);
    linker.args(["--hash-style=both", "-z", "noexecstack", "-L"]).arg(stubs);
    linker.args(translate(given)?).arg("-lc");
    let status = linker
        .status()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    Ok(status.success())
}

/// From a driver's arguments to a linker's: `-Wl,` is unpacked, what only a driver understands is left out.
fn translate(given: &[String]) -> Result<Vec<String>, String> {
    const FOR_DRIVERS: [&str; 5] = ["-m64", "-nostartfiles", "-nodefaultlibs", "-nostdlib", "-fPIC"];
    let mut translated = Vec::new();
    for argument in given {
        if let Some(list) = argument.strip_prefix("-Wl,") {
            translated.extend(list.split(',').map(str::to_owned));
        } else if argument.starts_with('@') {
            return Err(format!("arguments in a file are not understood: {argument}"));
        } else if !(FOR_DRIVERS.contains(&argument.as_str())
            || argument.starts_with("-fuse-ld=")
            || argument.starts_with("--target="))
        {
            translated.push(argument.clone());
        }
    }
    Ok(translated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_drivers_arguments_become_a_linkers() {
        let given = words(
            "-m64 -fuse-ld=lld --target=x -Wl,-z,max-page-size=16384 a.o -Wl,--no-undefined -shared -nodefaultlibs -o b.so",
        );
        let wanted = words("-z max-page-size=16384 a.o --no-undefined -shared -o b.so");
        assert_eq!(translate(&given), Ok(wanted));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        assert!(translate(&words("a.o @arguments")).is_err());
    }

    #[test]
    fn the_variable_is_cargos() {
        assert_eq!(
            variable("aarch64-linux-android"),
            "CARGO_TARGET_AARCH64_LINUX_ANDROID_LINKER"
        );
    }
}
