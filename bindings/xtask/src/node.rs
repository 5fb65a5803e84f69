//! Node: the tool, the packages of a folder, and its test files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Context, command, setup};

/// The oldest major version whose test runner serves us.
const OLDEST: u32 = 20;

/// Node and npm are there and new enough, or are installed.
pub(crate) fn ready(context: &Context) -> Result<(), String> {
    if missing().is_none() {
        return Ok(());
    }
    setup::install(context.consent, "run the JavaScript tests", &["nodejs", "npm"])?;
    missing().map_or(Ok(()), Err)
}

/// What keeps Node from being used as it is, if anything.
pub(crate) fn missing() -> Option<String> {
    let Some(version) = command::probe("node", &["--version"]) else {
        return Some("no node".to_owned());
    };
    if major(&version).is_none_or(|number| number < OLDEST) {
        return Some(format!("node is {version}, {OLDEST} or newer is needed"));
    }
    command::probe("npm", &["--version"])
        .is_none()
        .then(|| "no npm".to_owned())
}

fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

/// Installs exactly what the folder's lock file names, when that has changed since the last time.
pub(crate) fn packages(folder: &Path) -> Result<(), String> {
    let lock = fs::read(folder.join("package-lock.json")).map_err(|error| format!("package-lock.json: {error}"))?;
    let stamp = folder.join("node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    command::succeed(
        npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(folder),
    )?;
    fs::write(&stamp, lock).map_err(|error| error.to_string())
}

/// All `*.test.mjs` below a folder; named one by one because Node's own search differs between versions.
pub(crate) fn test_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return found;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if path.is_dir() && name != "node_modules" {
            found.extend(test_files(&path));
        } else if name.ends_with(".test.mjs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The test files that lie in a folder itself.
pub(crate) fn test_files_in(folder: &Path) -> Vec<PathBuf> {
    let mut found = test_files(folder);
    found.retain(|path| path.parent() == Some(folder));
    found
}

/// The command that runs those files, with output for the counter.
pub(crate) fn test_command(folder: &Path, files: &[PathBuf]) -> Command {
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=tap"])
        .args(files)
        .current_dir(folder);
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("nothing"), None);
    }
}
