//! What a shared library for Android says of itself, a line a fact; the rules are in `elf_rules.rs`.

use goblin::elf::dynamic::{DF_1_NOW, DF_BIND_NOW, DF_TEXTREL, DT_BIND_NOW, DT_FLAGS, DT_FLAGS_1, DT_TEXTREL};
use goblin::elf::header::{EM_AARCH64, EM_X86_64, ET_DYN};
use goblin::elf::program_header::{PF_X, PT_GNU_RELRO, PT_GNU_STACK, PT_LOAD};
use goblin::elf::sym::{STB_GLOBAL, STB_WEAK};
use goblin::elf::{Elf, section_header::SHN_UNDEF};

/// Reads the facts.
///
/// # Errors
/// When the bytes are no ELF file, or a shared library's parts are missing.
pub(crate) fn facts(bytes: &[u8]) -> Result<Vec<String>, String> {
    let elf = Elf::parse(bytes).map_err(|error| format!("no ELF file: {error}"))?;
    if elf.header.e_type != ET_DYN {
        return Err("no shared library".to_owned());
    }
    let mut facts = vec![format!(
        "machine {}",
        match elf.header.e_machine {
            EM_AARCH64 => "aarch64".to_owned(),
            EM_X86_64 => "x86_64".to_owned(),
            other => other.to_string(),
        }
    )];
    facts.extend(elf.soname.map(|name| format!("soname {name}")));
    facts.extend(elf.libraries.iter().map(|name| format!("needed {name}")));
    for header in &elf.program_headers {
        match header.p_type {
            PT_LOAD => facts.push(format!("load {}", header.p_align)),
            PT_GNU_RELRO => facts.push("relro".to_owned()),
            PT_GNU_STACK if header.p_flags & PF_X != 0 => facts.push("executable-stack".to_owned()),
            _ => {}
        }
    }
    let entries = elf.dynamic.as_ref().map_or(&[][..], |dynamic| &dynamic.dyns);
    let says = |tag: u64, flag: u64| {
        entries
            .iter()
            .any(|entry| entry.d_tag == tag && entry.d_val & flag != 0)
    };
    let has = |tag: u64| entries.iter().any(|entry| entry.d_tag == tag);
    if has(DT_TEXTREL) || says(DT_FLAGS, DF_TEXTREL) {
        facts.push("textrel".to_owned());
    }
    if has(DT_BIND_NOW) || says(DT_FLAGS, DF_BIND_NOW) || says(DT_FLAGS_1, DF_1_NOW) {
        facts.push("bind-now".to_owned());
    }
    for symbol in elf.dynsyms.iter() {
        let name = elf.dynstrtab.get_at(symbol.st_name).unwrap_or_default();
        let visible = [STB_GLOBAL, STB_WEAK].contains(&symbol.st_bind());
        if name.is_empty() || !visible {
            continue;
        }
        let undefined = symbol.st_shndx == usize::try_from(SHN_UNDEF).unwrap_or_default();
        let kind = match (undefined, symbol.st_bind() == STB_WEAK) {
            (false, _) => "export",
            (true, false) => "import",
            // Asked for, but the library loads without it.
            (true, true) => "weak",
        };
        facts.push(format!("{kind} {name}"));
    }
    Ok(facts)
}
