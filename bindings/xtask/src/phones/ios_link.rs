//! What the library for iOS comes to in an app: LLVM's linker puts all that the façade reaches into one dynamic library, against nothing but
//! the names in `ios-imports.txt`. So nothing is missing in that list, and the size is what an app grows by.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{told, write};
use crate::sysroot::{self, IOS_OLDEST};
use crate::{command, phones::macho_rules};

/// Links for one machine (`arm64`, `x86_64`) and system (`ios`, `ios-simulator`) below `folder` and gives the size in bytes; none where there
/// is no linker.
pub(super) fn size(library: &Path, machine: &str, system: &str, folder: &Path) -> Result<Option<u64>, String> {
    let Ok(program) = sysroot::linker("ld64.lld") else {
        return Ok(None);
    };
    write(&folder.join("libSystem.tbd"), &stub(machine, system))?;
    let linked = folder.join("linked.dylib");
    let mut linker = Command::new(&program);
    if program.file_name().is_some_and(|name| name == "rust-lld") {
        linker.args(["-flavor", "darwin"]);
    }
    let (_, oldest) = IOS_OLDEST;
    linker.args(["-dylib", "-arch", machine, "-platform_version", system, oldest, oldest]);
    linker.args([
        "-dead_strip",
        "-x",
        "-all_load",
        "-exported_symbol",
        "_uniffi_*",
        "-exported_symbol",
        "_ffi_*",
    ]);
    linker
        .arg("-L")
        .arg(folder)
        .args(["-lSystem", "-o"])
        .arg(&linked)
        .arg(library);
    command::succeed(&mut linker)?;
    let size = fs::metadata(&linked).map_err(told(&linked))?.len();
    fs::remove_file(&linked).map_err(told(&linked))?;
    Ok(Some(size))
}

/// Apple's description of a library that is not here.
fn stub(machine: &str, system: &str) -> String {
    let mut text = format!(
        "--- !tapi-tbd\ntbd-version: 4\ntargets: [ {machine}-{system} ]\ninstall-name: '/usr/lib/libSystem.B.dylib'\nexports:\n  \
         - targets: [ {machine}-{system} ]\n    symbols: [ dyld_stub_binder"
    );
    for name in macho_rules::allowed() {
        text.push_str(&format!(", '{name}'"));
    }
    text + " ]\n...\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stub_names_the_target_and_every_import() {
        let text = stub("arm64", "ios-simulator");
        assert_eq!(text.matches("arm64-ios-simulator").count(), 2);
        for name in macho_rules::allowed() {
            assert!(text.contains(&format!("'{name}'")), "{name}");
        }
    }
}
