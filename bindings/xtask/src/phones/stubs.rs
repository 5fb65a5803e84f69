//! Stub libraries to link against where there is no NDK: names without code, from our own list of what Android must
//! offer. A name that is not on the list stays unresolved, so linking fails when the library begins to want it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{Context, command, setup};

/// The list, reviewed by hand: a section a library, a name a line.
const LIST: &str = include_str!("android-imports.txt");

/// One of Android's own libraries and the names that we import from it.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Library {
    pub(crate) name: String,
    pub(crate) functions: Vec<String>,
    /// Names that older systems lack: the code asks for them and does without.
    pub(crate) weak: Vec<String>,
}

/// What may be imported, by library.
pub(crate) fn allowed() -> Result<Vec<Library>, String> {
    parse(LIST)
}

fn parse(text: &str) -> Result<Vec<Library>, String> {
    let mut libraries: Vec<Library> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            libraries.push(Library {
                name: name.to_owned(),
                functions: Vec::new(),
                weak: Vec::new(),
            });
            continue;
        }
        let library = libraries
            .last_mut()
            .ok_or_else(|| format!("`{line}` stands before any [library]"))?;
        let (names, name) = match line.strip_prefix("weak ") {
            Some(name) => (&mut library.weak, name),
            None => (&mut library.functions, line),
        };
        if names.last().is_some_and(|last| last.as_str() >= name) {
            return Err(format!("`{line}` is out of order in [{}]", library.name));
        }
        names.push(name.to_owned());
    }
    Ok(libraries)
}

/// Writes the stub libraries of one architecture (`AArch64`, `x86_64`) into a folder.
pub(crate) fn write(context: &Context, architecture: &str, folder: &Path) -> Result<(), String> {
    let maker = maker(context)?;
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for library in allowed()? {
        let description = folder.join(format!("{}.ifs", library.name));
        fs::write(&description, describe(&library, architecture)).map_err(|error| error.to_string())?;
        let mut ifs = Command::new(&maker);
        ifs.arg("--input-format=IFS")
            .arg(format!("--output-elf={}", folder.join(&library.name).display()))
            .arg(&description);
        command::succeed(&mut ifs)?;
    }
    Ok(())
}

/// The description that LLVM's `llvm-ifs` reads.
fn describe(library: &Library, architecture: &str) -> String {
    let mut text = format!(
        "--- !ifs-v1\nIfsVersion: 3.0\nSoName: {}\nTarget: {{ ObjectFormat: ELF, Arch: {architecture}, Endianness: little, BitWidth: 64 }}\nSymbols:\n",
        library.name
    );
    let mut names: Vec<&String> = library.functions.iter().chain(&library.weak).collect();
    names.sort();
    for function in names {
        text.push_str(&format!("  - {{ Name: {function}, Type: Func }}\n"));
    }
    text.push_str("...\n");
    text
}

fn maker(context: &Context) -> Result<std::path::PathBuf, String> {
    const NAMES: [&str; 7] = [
        "llvm-ifs",
        "llvm-ifs-22",
        "llvm-ifs-19",
        "llvm-ifs-17",
        "llvm-ifs-16",
        "llvm-ifs-15",
        "llvm-ifs-14",
    ];
    let found = || NAMES.iter().find_map(|name| command::find(name));
    if let Some(path) = found() {
        return Ok(path);
    }
    setup::install(context.consent, "link for Android without the NDK", &["llvm"])?;
    found().ok_or_else(|| "no NDK (ANDROID_NDK_HOME), and no llvm-ifs to do without it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_and_without_repetition() {
        let libraries = allowed().expect("the list is well formed");
        assert!(
            libraries
                .iter()
                .any(|library| library.name == "libc.so" && library.functions.len() > 10)
        );
        let offers = |name: &str, function: &str| {
            let library = libraries.iter().find(|library| library.name == name);
            library.is_some_and(|library| library.functions.iter().any(|given| given == function))
        };
        // Android keeps it in libdl from the oldest version we serve.
        assert!(offers("libdl.so", "dl_iterate_phdr") && !offers("libc.so", "dl_iterate_phdr"));
        assert!(
            !libraries
                .iter()
                .flat_map(|library| &library.functions)
                .any(|name| name.starts_with("_Unwind"))
        );
    }

    #[test]
    fn a_malformed_list_is_refused() {
        assert!(parse("abort\n").is_err());
        assert!(parse("[libc.so]\nb\na\n").is_err());
        assert!(parse("[libc.so]\na\na\n").is_err());
        assert!(parse("[libc.so]\nweak b\nweak a\n").is_err());
    }

    #[test]
    fn a_description_names_every_function() {
        let library = Library {
            name: "libc.so".to_owned(),
            functions: vec!["abort".to_owned(), "write".to_owned()],
            weak: vec!["getrandom".to_owned()],
        };
        let text = describe(&library, "AArch64");
        assert!(text.starts_with("--- !ifs-v1\n") && text.ends_with("...\n"));
        assert!(text.contains("SoName: libc.so") && text.contains("Arch: AArch64"));
        for name in ["abort", "getrandom", "write"] {
            assert!(text.contains(&format!("{{ Name: {name}, Type: Func }}")), "{name}");
        }
    }
}
