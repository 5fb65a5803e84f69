//! What a static library for iOS says of itself, a line a fact; the rules are in `macho_rules.rs`.

use std::collections::BTreeSet;

use goblin::archive::Archive;
use goblin::mach::MachO;
use goblin::mach::constants::cputype::{CPU_TYPE_ARM64, CPU_TYPE_X86_64};
use goblin::mach::load_command::CommandVariant;
use goblin::mach::symbols::{N_EXT, N_PEXT, N_TYPE, N_UNDF};

/// Reads the facts of an archive: the machine and system of its members, what they want and what they offer together.
///
/// # Errors
/// When the bytes are no archive of Mach-O files.
pub(crate) fn facts(bytes: &[u8]) -> Result<Vec<String>, String> {
    let archive = Archive::parse(bytes).map_err(|error| format!("no archive: {error}"))?;
    let mut facts = BTreeSet::new();
    let (mut wanted, mut offered, mut public) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for index in 0..archive.len() {
        let Some(member) = archive.get_at(index) else { continue };
        let name = member.extended_name();
        let end = usize::try_from(member.offset)
            .unwrap_or(usize::MAX)
            .saturating_add(member.size());
        let content = usize::try_from(member.offset)
            .ok()
            .and_then(|start| bytes.get(start..end))
            .ok_or_else(|| format!("{name}: cut off"))?;
        let object = MachO::parse(content, 0).map_err(|error| format!("{name}: {error}"))?;
        let machine = match object.header.cputype {
            CPU_TYPE_ARM64 => "arm64".to_owned(),
            CPU_TYPE_X86_64 => "x86_64".to_owned(),
            other => other.to_string(),
        };
        facts.extend(
            object
                .load_commands
                .iter()
                .filter_map(|command| system(&command.command, &machine)),
        );
        facts.insert(format!("machine {machine}"));
        for symbol in object.symbols() {
            let (name, entry) = symbol.map_err(|error| format!("{name}: {error}"))?;
            if entry.n_type & N_EXT == 0 {
                continue;
            }
            if entry.n_type & N_TYPE == N_UNDF && entry.n_value == 0 {
                wanted.insert(name.to_owned());
            } else {
                offered.insert(name.to_owned());
                if entry.n_type & N_PEXT == 0 {
                    public.insert(name.to_owned());
                }
            }
        }
    }
    let imports = wanted.difference(&offered).map(|name| format!("import {name}"));
    let exports = public.iter().map(|name| format!("export {name}"));
    Ok(facts.into_iter().chain(imports).chain(exports).collect())
}

/// `system ios 17.0`, `system ios-simulator 17.0`. The older command names no simulator: Intel's machines are nothing else.
fn system(command: &CommandVariant, machine: &str) -> Option<String> {
    let (name, version) = match command {
        CommandVariant::BuildVersion(build) => (
            match build.platform {
                2 => "ios".to_owned(),
                7 => "ios-simulator".to_owned(),
                other => other.to_string(),
            },
            build.minos,
        ),
        CommandVariant::VersionMinIphoneos(minimum) => (
            if machine == "x86_64" { "ios-simulator" } else { "ios" }.to_owned(),
            minimum.version,
        ),
        _ => return None,
    };
    Some(format!("system {name} {}.{}", version >> 16, (version >> 8) & 0xff))
}
