//! The copy of the tree in which every guard is a switch, and its programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, FileTimes};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::VARIABLE;
use super::table::{Guard, Place};
use crate::{Context, command};

/// Copies, rewrites and builds. Gives the test program of each source file that a guard names.
pub(super) fn build(context: &Context, guards: &[Guard]) -> Result<BTreeMap<String, PathBuf>, String> {
    let tree = context.repository.target("guards/tree");
    let target = context.repository.target("guards/target");
    copy(context, &tree, guards)?;
    seed(&context.repository.target("debug"), &target.join("debug"))
        .map_err(|error| format!("{}: {error}", target.display()))?;
    let files: BTreeSet<&str> = guards
        .iter()
        .flat_map(|guard| &guard.tests)
        .map(|(file, _)| file.as_str())
        .collect();
    let names = files
        .iter()
        .map(|file| target_name(file))
        .collect::<Result<Vec<_>, _>>()?;
    let cargo = |format: &str| {
        let mut cargo = command::cargo(context);
        cargo
            .current_dir(&tree)
            .env("CARGO_TARGET_DIR", &target)
            .args([
                "build",
                "--quiet",
                "--workspace",
                "--bin",
                "relay-server",
                "--bin",
                "satchel",
            ])
            .args(names.iter().flat_map(|name| ["--test", name]))
            .args(["--message-format", format]);
        cargo
    };
    let output = cargo("json")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        // Switches are no beautiful code, so the compiler's remarks are shown only when it refuses.
        command::succeed(&mut cargo("short"))?;
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    files
        .into_iter()
        .map(|file| {
            let source = format!("\"src_path\":\"{}\"", tree.join(file).display());
            let program = messages
                .lines()
                .filter(|line| line.contains(&source))
                .find_map(|line| line.split_once("\"executable\":\"")?.1.split_once('"'))
                .ok_or_else(|| format!("{file} is no test"))?;
            Ok((file.to_owned(), PathBuf::from(program.0)))
        })
        .collect()
}

/// `tests/NAME.rs` or `tests/NAME/main.rs`.
fn target_name(file: &str) -> Result<&str, String> {
    let path = file.strip_suffix("/main.rs").or_else(|| file.strip_suffix(".rs"));
    path.and_then(|path| path.rsplit('/').next())
        .ok_or_else(|| format!("{file} is no source file"))
}

/// Writes what differs, so that cargo builds only what changed.
fn copy(context: &Context, tree: &Path, guards: &[Guard]) -> Result<(), String> {
    let mut places: BTreeMap<&str, Vec<(&str, &Place)>> = BTreeMap::new();
    for guard in guards {
        for place in &guard.places {
            places
                .entry(&place.file)
                .or_default()
                .push((guard.name.as_str(), place));
        }
    }
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(context.repository.root())
        .output()
        .map_err(|error| format!("git: {error}"))?;
    if !listed.status.success() {
        return Err("the guards are tried in a git checkout: `git ls-files` failed".to_owned());
    }
    let mut wrong = Vec::new();
    for file in String::from_utf8_lossy(&listed.stdout).split_terminator('\0') {
        let (from, to) = (context.repository.path(file), tree.join(file));
        let failed = |error: io::Error| format!("{file}: {error}");
        // Removed, and git does not know it yet.
        if !from.is_file() {
            continue;
        }
        let mut bytes = fs::read(&from).map_err(failed)?;
        if let Some(places) = places.remove(file) {
            let text = String::from_utf8(bytes).map_err(|_| format!("{file} is not UTF-8"))?;
            bytes = switched(&text, &places)
                .unwrap_or_else(|errors| {
                    wrong.extend(errors.into_iter().map(|error| format!("{file}: {error}")));
                    String::new()
                })
                .into_bytes();
        }
        if fs::read(&to).is_ok_and(|before| before == bytes) {
            continue;
        }
        to.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
        fs::write(&to, bytes).map_err(failed)?;
    }
    wrong.extend(places.keys().map(|file| format!("{file}: there is no such file")));
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// The source with a switch in place of every check, or what is wrong with the list.
fn switched(source: &str, places: &[(&str, &Place)]) -> Result<String, Vec<String>> {
    let mut edits = Vec::with_capacity(places.len());
    let mut wrong = Vec::new();
    for (name, place) in places {
        match find(source, place) {
            Ok(range) => edits.push((range, *name, *place)),
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    edits.sort_by_key(|(range, ..)| range.start);
    let mut out = String::with_capacity(source.len() + 200 * edits.len());
    let mut end = 0;
    for (range, name, place) in edits {
        match (source.get(end..range.start), source.get(range.clone())) {
            (Some(between), Some(check)) => {
                out.push_str(between);
                out.push_str(&switch(name, check, &place.without));
                end = range.end;
            }
            _ => wrong.push(format!("{name}: its check overlaps another's")),
        }
    }
    out.push_str(source.get(end..).unwrap_or_default());
    if wrong.is_empty() { Ok(out) } else { Err(wrong) }
}

/// A statement stays one, an expression is put in parentheses.
fn switch(name: &str, check: &str, without: &str) -> String {
    let chosen = format!("::std::env::var_os({VARIABLE:?}).is_some_and(|name| name == {name:?})");
    let choice = format!("if {chosen} {{ {without} }} else {{ {check} }}");
    if check.ends_with([';', '}']) {
        choice
    } else {
        format!("({choice})")
    }
}

/// Where the check stands, however it is broken into lines: the one place, or the first one behind `after`.
fn find(source: &str, place: &Place) -> Result<Range<usize>, String> {
    let solid =
        |text: &str| -> Vec<(usize, char)> { text.char_indices().filter(|(_, c)| !c.is_whitespace()).collect() };
    let source = solid(source);
    let positions = |wanted: &str| -> Vec<Range<usize>> {
        let wanted = solid(wanted);
        let same = |window: &[(usize, char)]| window.iter().map(|(_, c)| c).eq(wanted.iter().map(|(_, c)| c));
        let windows = source.windows(wanted.len().max(1)).enumerate();
        windows
            .filter(|(_, window)| same(window))
            .map(|(at, window)| at..at + window.len())
            .collect()
    };
    let mut found = positions(&place.check);
    if let Some(after) = &place.after {
        let [after] = positions(after).try_into().map_err(|_| format!("not once: {after}"))?;
        found.retain(|range| range.start >= after.end);
        found.truncate(1);
    }
    let [range] = found
        .try_into()
        .map_err(|found: Vec<_>| format!("found {} times instead of once: {}", found.len(), place.check))?;
    match source.get(range).unwrap_or_default() {
        [(start, _), .., (last, c)] => Ok(*start..last + c.len_utf8()),
        [(at, c)] => Ok(*at..at + c.len_utf8()),
        [] => Err("an empty check".to_owned()),
    }
}

/// Lends the compiled dependencies of the usual target folder: they are the same for the copy.
fn seed(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() || !from.join("deps").is_dir() {
        return Ok(());
    }
    for folder in ["deps", "build", ".fingerprint"] {
        link(&from.join(folder), &to.join(folder))?;
    }
    Ok(())
}

/// Hard links; small files are copied, because cargo writes some of them in place.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (entry, kind) = entry.and_then(|entry| entry.file_type().map(|kind| (entry, kind)))?;
        let target = to.join(entry.file_name());
        let metadata = entry.metadata()?;
        if kind.is_dir() {
            link(&entry.path(), &target)?;
        } else if metadata.len() > 64 * 1024 {
            fs::hard_link(entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            let times = FileTimes::new().set_modified(metadata.modified()?);
            fs::File::options().append(true).open(&target)?.set_times(times)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(check: &str, without: &str) -> Place {
        Place {
            file: String::new(),
            check: check.to_owned(),
            without: without.to_owned(),
            after: None,
        }
    }

    #[test]
    fn a_check_is_found_however_it_is_broken_into_lines() {
        let source = "fn f() {\n    if a\n        != b\n    {\n        return;\n    }\n    c == d\n}\n";
        let (one, two) = (place("if a != b { return; }", ""), place("c == d", "true"));
        let text = switched(source, &[("second", &two), ("first", &one)]).expect("both stand once");
        assert!(text.contains("name == \"first\") {  } else { if a\n"), "{text}");
        assert!(text.contains("(if ::std::env"), "{text}");
        assert!(text.contains("{ true } else { c == d })\n}"), "{text}");
    }

    #[test]
    fn of_several_the_one_behind_a_text_is_taken() {
        let mut second = place("check()?;", "");
        second.after = Some("fn b".to_owned());
        let text = switched("fn a() { check()?; } fn b() { check()?; }", &[("x", &second)]).expect("it stands there");
        assert!(text.starts_with("fn a() { check()?; } fn b() { if "), "{text}");
    }

    #[test]
    fn a_check_must_stand_once_and_alone() {
        let twice = place("a == b", "true");
        assert!(switched("a == b; a == b", &[("x", &twice)]).is_err());
        assert!(switched("a != b", &[("x", &twice)]).is_err());
        let part = place("b == c", "true");
        assert!(switched("a == b == c", &[("x", &twice), ("y", &part)]).is_err());
    }
}
