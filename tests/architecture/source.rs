//! Reading the repository's own files.

use std::fs;
use std::path::{Path, PathBuf};

/// One text file: its path from the root, with forward slashes, and its content.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    /// A source that exists only in a test.
    pub fn planted(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }
}

/// What is made by tools, not written by people.
const GENERATED: &[&str] = &[
    "target",
    "node_modules",
    "generated",
    "__pycache__",
    "corpus",
    "artifacts",
    "mobile-ios/Core",
];

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in the repository")
}

pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files below a folder with that ending, sorted.
pub fn below(folder: &str, ending: &str) -> Vec<Source> {
    let mut found: Vec<Source> = walk(&root().join(folder));
    found.retain(|source| source.path.ends_with(&format!(".{ending}")));
    found
}

/// Every text file that is committed, hidden folders of our own included.
pub fn all() -> Vec<Source> {
    walk(root())
}

pub fn top_level_folders() -> Vec<String> {
    let entries = fs::read_dir(root()).expect("the root can be read");
    let folders = entries.flatten().filter(|entry| entry.path().is_dir());
    folders
        .map(|folder| folder.file_name().to_string_lossy().into_owned())
        .collect()
}

fn walk(folder: &Path) -> Vec<Source> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        // In a second working tree it is a file.
        if name == ".git" {
            continue;
        }
        if path.is_dir() {
            if !GENERATED.iter().any(|made| path.ends_with(made)) {
                found.extend(walk(&path));
            }
        } else if let Ok(text) = fs::read_to_string(&path) {
            let path = path
                .strip_prefix(root())
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            found.push(Source { path, text });
        }
    }
    found
}
