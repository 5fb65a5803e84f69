//! The list of guards, `tests/guards.toml`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use toml::de::{DeTable, DeValue};

/// A check, and the tests that fail without it.
#[derive(Debug)]
pub(super) struct Guard {
    pub(super) name: String,
    /// Where it stands; several places are taken away together.
    pub(super) places: Vec<Place>,
    /// Source file and name of each test.
    pub(super) tests: Vec<(String, String)>,
    /// Words that the failure must hold.
    pub(super) says: Option<String>,
}

/// A text of a source file and what stands there without it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) check: String,
    pub(super) without: String,
    /// Of several such texts the first one behind this text is meant.
    pub(super) after: Option<String>,
}

pub(super) fn read(path: &Path) -> Result<Vec<Guard>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    parse(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn parse(text: &str) -> Result<Vec<Guard>, String> {
    let document = DeTable::parse(text).map_err(|error| error.to_string())?;
    let mut names = BTreeSet::new();
    let mut guards = Vec::new();
    for table in tables(document.get_ref(), "guard")? {
        let guard = guard(table)?;
        if !names.insert(guard.name.clone()) {
            return Err(format!("two guards are named {}", guard.name));
        }
        guards.push(guard);
    }
    Ok(guards)
}

fn guard(table: &DeTable<'_>) -> Result<Guard, String> {
    let name = text(table, "name")?;
    let of_guard = |error: String| format!("{name}: {error}");
    known(
        table,
        &["name", "file", "after", "check", "without", "also", "tests", "says"],
    )
    .map_err(of_guard)?;
    let mut places = vec![place(table).map_err(of_guard)?];
    for other in tables(table, "also").map_err(of_guard)? {
        known(other, &["file", "after", "check", "without"]).map_err(of_guard)?;
        places.push(place(other).map_err(of_guard)?);
    }
    let tests = table.get("tests").and_then(|value| value.get_ref().as_array());
    let tests: Option<Vec<_>> = tests.and_then(|all| {
        all.iter()
            .map(|test| test.get_ref().as_str()?.split_once(' '))
            .map(|test| test.map(|(file, test)| (file.to_owned(), test.to_owned())))
            .collect()
    });
    Ok(Guard {
        places,
        tests: tests
            .filter(|tests| !tests.is_empty())
            .ok_or_else(|| format!("{name}: `tests` is not a list of \"file test\""))?,
        says: optional(table, "says").map_err(of_guard)?,
        name,
    })
}

fn place(table: &DeTable<'_>) -> Result<Place, String> {
    Ok(Place {
        file: text(table, "file")?,
        check: text(table, "check")?,
        without: optional(table, "without")?.unwrap_or_default(),
        after: optional(table, "after")?,
    })
}

fn known(table: &DeTable<'_>, keys: &[&str]) -> Result<(), String> {
    match table.keys().find(|key| !keys.contains(&key.get_ref().as_ref())) {
        Some(key) => Err(format!("`{}` is not understood", key.get_ref())),
        None => Ok(()),
    }
}

fn text(table: &DeTable<'_>, key: &str) -> Result<String, String> {
    table
        .get(key)
        .and_then(|value| value.get_ref().as_str())
        .map(|text| text.trim().to_owned())
        .ok_or_else(|| format!("`{key}` is not a text"))
}

fn optional(table: &DeTable<'_>, key: &str) -> Result<Option<String>, String> {
    table.contains_key(key).then(|| text(table, key)).transpose()
}

fn tables<'a, 'i>(table: &'a DeTable<'i>, key: &str) -> Result<Vec<&'a DeTable<'i>>, String> {
    let Some(value) = table.get(key) else {
        return Ok(Vec::new());
    };
    let all = value.get_ref().as_array().map(|all| {
        all.iter()
            .map(|value| DeValue::as_table(value.get_ref()))
            .collect::<Option<Vec<_>>>()
    });
    all.flatten().ok_or_else(|| format!("`{key}` is not a list of tables"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guard_is_read_with_all_its_places() {
        let guards = parse(
            "[[guard]]\nname = 'n'\nfile = 'a.rs'\ncheck = 'x == y'\nwithout = 'true'\ntests = ['t.rs a::b']\n\
             [[guard.also]]\nfile = 'b.rs'\ncheck = 'check()?;'\n",
        )
        .expect("it is well formed");
        assert_eq!(guards[0].places.len(), 2);
        assert_eq!(guards[0].tests, [("t.rs".to_owned(), "a::b".to_owned())]);
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        let whole = "[[guard]]\nname = 'n'\nfile = 'a.rs'\ncheck = 'x'\ntests = ['t.rs a']\n";
        assert!(parse(whole).is_ok());
        assert!(parse(&whole.replace("check", "chek")).is_err());
        assert!(parse(&whole.replace("'t.rs a'", "")).is_err());
        assert!(parse(&whole.replace("name = 'n'\n", "")).is_err());
        assert!(parse(&format!("{whole}{whole}")).is_err());
    }
}
