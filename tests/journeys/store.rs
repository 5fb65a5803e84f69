//! The vault's folder in the hands of somebody else.

use rusqlite::{Connection, params};
use support::{Person, Relay, writing};
use vault::facade::{RecordQuery, Vault};

/// Opens the folder's file past the vault, which must be closed.
fn file(person: &Person) -> Connection {
    Connection::open(person.path().join("vault.sqlite")).expect("the store")
}

fn entries(person: &Person) -> Vec<(String, Vec<u8>)> {
    let database = file(person);
    let mut query = database
        .prepare("SELECT key, value FROM entries ORDER BY key")
        .expect("a query");
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.map(|row| row.expect("a row")).collect()
}

fn put(person: &Person, key: &str, value: &[u8]) {
    file(person)
        .execute("INSERT OR REPLACE INTO entries VALUES (?1, ?2)", params![key, value])
        .expect("written");
}

fn delete(person: &Person, key: &str) {
    file(person)
        .execute("DELETE FROM entries WHERE key = ?1", params![key])
        .expect("deleted");
}

fn code(person: &mut Person) -> Option<String> {
    let code = person.try_open(support::PASSPHRASE).err().map(|error| error.code);
    person.close();
    code
}

#[test]
fn a_tampered_store_does_not_open() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", "Asha");
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("61.5"), now, rng));
    asha.sync();
    asha.close();
    let old = entries(&asha);
    asha.reopen();
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("61.0"), now, rng));
    asha.sync();
    // A second process finds the folder taken: `cli::Folder::open`.
    assert_eq!(
        cli::Folder::open(&asha.path()).err().map(|error| error.code),
        Some("cli.locked".to_owned())
    );
    asha.close();
    let new = entries(&asha);

    // `Header::unlock`.
    assert_eq!(
        asha.try_open("correct horse battery stable")
            .err()
            .map(|error| error.code),
        Some("entry.passphrase".into())
    );
    assert_eq!(code(&mut asha), None);

    let index: Vec<&(String, Vec<u8>)> = new.iter().filter(|(key, _)| key.starts_with('i')).collect();
    assert!(index.len() > 5);
    // One bit anywhere in an entry: `entry::open_entry`.
    for (key, value) in index.iter().take(3) {
        for place in [0, value.len() / 2, value.len() - 1] {
            let mut bad = value.clone();
            bad[place] ^= 1;
            put(&asha, key, &bad);
            let found = code(&mut asha).expect("a refusal");
            assert!(matches!(found.as_str(), "entry.damaged" | "entry.version"), "{found}");
            put(&asha, key, value);
        }
    }
    // An entry in another's place: `entry::open_entry`.
    put(&asha, &index[0].0, &index[1].1);
    assert_eq!(code(&mut asha), Some("entry.damaged".into()));
    put(&asha, &index[0].0, &index[0].1);

    // An entry as it was before: `Manifest::verify`. The newest of them is the ledger, which says so of itself.
    let changed: Vec<_> = old
        .iter()
        .filter(|(key, value)| key.starts_with('i') && new.iter().any(|(k, v)| k == key && v != value))
        .collect();
    assert!(changed.len() >= 3, "only {} entries changed", changed.len());
    for (key, value) in changed {
        put(&asha, key, value);
        assert_eq!(code(&mut asha), Some("entry.rolled_back".into()));
        let now = new.iter().find(|(k, _)| k == key).expect("the newer one");
        put(&asha, key, &now.1);
    }
    // A missing entry, and one too many: `Manifest::verify`.
    for (key, value) in index.iter().take(4) {
        delete(&asha, key);
        let found = code(&mut asha).expect("a refusal");
        assert!(
            matches!(found.as_str(), "entry.rolled_back" | "vault.missing"),
            "{found}"
        );
        put(&asha, key, value);
    }
    let gone = old
        .iter()
        .find(|(key, _)| key.starts_with('i') && !new.iter().any(|(k, _)| k == key));
    if let Some((key, value)) = gone {
        put(&asha, key, value);
        assert_eq!(code(&mut asha), Some("entry.rolled_back".into()));
        delete(&asha, key);
    }
    // The header: wrong, or gone.
    let header = new.iter().find(|(key, _)| key == "h").expect("a header");
    delete(&asha, "h");
    assert_eq!(code(&mut asha), Some("vault.missing".into()));
    let mut bad = header.1.clone();
    let last = bad.len() - 1;
    bad[last] ^= 1;
    put(&asha, "h", &bad);
    let found = code(&mut asha).expect("a refusal");
    assert!(
        matches!(found.as_str(), "entry.damaged" | "entry.passphrase"),
        "{found}"
    );
    put(&asha, "h", &header.1);

    // Data entries are brought when asked for, and judged then: `Store::provide`.
    let data: Vec<&(String, Vec<u8>)> = new.iter().filter(|(key, _)| key.starts_with('d')).collect();
    for (key, value) in &data {
        let mut bad = value.clone();
        let place = bad.len() / 2;
        bad[place] ^= 1;
        put(&asha, key, &bad);
    }
    asha.reopen();
    assert_eq!(asha.ask_refused(Vault::check_chain), "entry.damaged");
    asha.close();
    for (key, value) in &data {
        put(&asha, key, value);
    }
    asha.reopen();
    assert_eq!(asha.ask(Vault::check_chain).bad, None);
    assert_eq!(asha.ask(|vault| vault.records(&RecordQuery::default())).len(), 2);
}
