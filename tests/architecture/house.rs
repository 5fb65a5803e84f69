//! How the repository looks: readable files, fixed folders, nothing of one machine or one registry.

use crate::source::Source;

const LONGEST: usize = 600;
const LONG: usize = 300;
const CODE: &[&str] = &[".rs", ".ts", ".tsx", ".mjs", ".js", ".kt", ".swift", ".py"];
const FOLDERS: &[&str] = &[
    "core",
    "bindings",
    "mobile-android",
    "mobile-ios",
    "web",
    "relay-server",
    "tests",
    "target",
];

/// Hosts of registries and paths of single machines, put together so that this file does not contain them.
const NEVER: &[&str] = &[
    concat!("registry.npm", "js.org"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("repo1.", "maven.org"),
    concat!("repo.", "maven.apache.org"),
    concat!("/work", "/"),
    concat!("/root", "/"),
    concat!("/home", "/"),
    concat!("/Users", "/"),
];

/// Files of code above the limit. Those above the aim are printed, which is no failure.
pub fn too_long(sources: &[Source]) -> Vec<String> {
    let mut violations = Vec::new();
    for source in sources
        .iter()
        .filter(|source| CODE.iter().any(|ending| source.path.ends_with(ending)))
    {
        let lines = source.text.lines().count();
        if lines > LONGEST {
            violations.push(format!("{}: {lines} lines, the limit is {LONGEST}", source.path));
        } else if lines > LONG {
            println!("{}: {lines} lines, the aim is {LONG}", source.path);
        }
    }
    violations
}

/// Folders at the top that are neither in the list nor hidden.
pub fn stray_folders(folders: &[String]) -> Vec<String> {
    let stray = folders
        .iter()
        .filter(|name| !name.starts_with('.') && !FOLDERS.contains(&name.as_str()));
    stray
        .map(|name| format!("the folder {name} does not belong at the top"))
        .collect()
}

/// Texts that must not be committed. `Cargo.lock` names the registry by cargo's own convention.
pub fn forbidden_texts(sources: &[Source]) -> Vec<String> {
    let mut violations = Vec::new();
    for source in sources
        .iter()
        .filter(|source| source.path != "Cargo.lock" && !source.path.ends_with("/Cargo.lock"))
    {
        for (number, line) in source.text.lines().enumerate() {
            for never in NEVER.iter().filter(|never| line.contains(**never)) {
                violations.push(format!("{}:{}: `{never}`", source.path, number + 1));
            }
        }
    }
    violations
}

#[cfg(test)]
mod planted {
    use super::*;

    #[test]
    fn a_long_file_is_seen() {
        let lines = |count: usize| Source::planted("core/a.rs", &"\n".repeat(count));
        assert!(too_long(&[lines(600)]).is_empty());
        assert_eq!(too_long(&[lines(601)]).len(), 1);
        assert!(too_long(&[Source::planted("tests/vectors/a.json", &"\n".repeat(9000))]).is_empty());
    }

    #[test]
    fn a_stray_folder_is_seen() {
        let folders = ["core", ".ci", "docs"].map(str::to_owned);
        assert_eq!(stray_folders(&folders), ["the folder docs does not belong at the top"]);
    }

    #[test]
    fn a_host_and_a_machine_path_are_seen() {
        for never in NEVER {
            let text = format!("fine\nsee {never}x\n");
            assert_eq!(
                forbidden_texts(&[Source::planted("README.md", &text)]).len(),
                1,
                "{never}"
            );
            assert!(forbidden_texts(&[Source::planted("Cargo.lock", &text)]).is_empty());
        }
    }
}
