//! What the binary says of a vault in use, a store that is not as it was left, and a relay that is not there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(
    dead_code,
    unreachable_pub,
    reason = "shared by several tests, each of which uses a part"
)]
#[path = "support/mod.rs"]
mod support;

use std::fs;
use std::path::Path;

use support::{answer, complaint, refusal, satchel, vault};

#[test]
fn a_vault_in_use_is_locked() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    let open = cli::Session::open(Path::new(&vault), support::PASSPHRASE).unwrap();
    assert_eq!(refusal(&["--vault", &vault, "profile"]), ("cli.locked".to_owned(), 4));
    drop(open);
    answer(&["--vault", &vault, "profile"]);
}

#[test]
fn a_damaged_store_is_refused_by_what_is_wrong() {
    let damage = |what: &str| {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(folder.path());
        let database = rusqlite::Connection::open(Path::new(&vault).join("vault.sqlite")).unwrap();
        database.execute_batch(what).unwrap();
        drop(database);
        refusal(&["--vault", &vault, "profile"])
    };
    let one = "(SELECT min(key) FROM entries WHERE key LIKE 'i%')";
    for (what, code) in [
        (
            format!("UPDATE entries SET value = zeroblob(length(value)) WHERE key = {one}"),
            "entry.damaged",
        ),
        (
            format!("UPDATE entries SET value = x'00' WHERE key = {one}"),
            "entry.damaged",
        ),
        (
            "UPDATE entries SET value = x'00' WHERE key = 'h'".to_owned(),
            "entry.damaged",
        ),
        ("DELETE FROM entries".to_owned(), "vault.missing"),
        ("PRAGMA user_version = 2".to_owned(), "cli.store"),
        ("DROP TABLE entries".to_owned(), "cli.store"),
    ] {
        let (found, status) = damage(&what);
        assert!(
            found == code || code == "entry.damaged" && found.starts_with("entry."),
            "{what}: {found}"
        );
        assert_eq!(status, 4, "{what}");
    }
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    fs::write(
        Path::new(&vault).join("vault.sqlite"),
        "this is no database at all, and never was one",
    )
    .unwrap();
    assert_eq!(refusal(&["--vault", &vault, "profile"]), ("cli.store".to_owned(), 4));
}

#[test]
fn a_missing_entry_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    let database = rusqlite::Connection::open(Path::new(&vault).join("vault.sqlite")).unwrap();
    let keys: Vec<String> = database
        .prepare("SELECT key FROM entries WHERE key LIKE 'i%'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(keys.len() > 1);
    for key in keys {
        let (value,): (Vec<u8>,) = database
            .query_row("SELECT value FROM entries WHERE key = ?1", [&key], |row| {
                Ok((row.get(0)?,))
            })
            .unwrap();
        database.execute("DELETE FROM entries WHERE key = ?1", [&key]).unwrap();
        let (code, status) = refusal(&["--vault", &vault, "profile"]);
        assert!(code == "vault.missing" || code.starts_with("entry."), "{code}");
        assert_eq!(status, 4);
        database
            .execute("INSERT INTO entries VALUES (?1, ?2)", rusqlite::params![key, value])
            .unwrap();
    }
    answer(&["--vault", &vault, "profile"]);
}

#[test]
fn an_unreachable_relay_loses_nothing_and_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    assert_eq!(refusal(&["--vault", &vault, "sync"]), ("cli.network".to_owned(), 5));
    let profile = answer(&["--vault", &vault, "profile"]);
    assert_eq!(profile["profile"]["outbox"], 1);
    let said = satchel(&["--vault", &vault, "offers"]);
    assert!(said.status.success());
    assert!(
        complaint(&said).contains("could not be reached"),
        "{}",
        complaint(&said)
    );
}
