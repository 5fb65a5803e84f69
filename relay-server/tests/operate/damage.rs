//! A damaged database is said so, at the start and while running.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use crate::program::{Chain, Relay, refused, text};

/// Overwrites everything after the first pages.
fn smash(database: &Path, from: u64) {
    let mut file = fs::File::options().write(true).open(database).unwrap();
    let length = file.metadata().unwrap().len();
    assert!(
        length > from + 4096,
        "the database is too small to be damaged: {length}"
    );
    file.seek(SeekFrom::Start(from)).unwrap();
    file.write_all(&vec![0xa5; usize::try_from(length - from).unwrap()])
        .unwrap();
}

fn filled(data: &Path) -> Chain {
    let relay = Relay::start(data);
    let mut client = relay.client();
    let chain = Chain::new(&mut client);
    for _ in 0..30 {
        chain.append(&mut client, 20_000).1.is(201);
    }
    relay.stop();
    chain
}

#[test]
fn a_damaged_database_is_refused_at_the_start_with_what_to_do() {
    let place = tempfile::tempdir().unwrap();
    for (name, from) in [("header", 0), ("pages", 8192)] {
        let data = place.path().join(name);
        filled(&data);
        smash(&data.join("relay.sqlite"), from);
        // `check_pages`, or SQLite itself where nothing is left of the header.
        let said = refused(&["--listen", "127.0.0.1:0", "--data", text(&data)]);
        for words in [
            "the database is damaged",
            "keep a copy",
            "relay-server verify",
            "relay-server restore",
        ] {
            assert!(said.contains(words), "{name}: {said}");
        }
        assert!(
            refused(&["verify", "--data", text(&data)]).contains("FAIL  database"),
            "{name}"
        );
    }
}

#[test]
fn damage_while_running_has_its_own_code() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let chain = filled(&data);
    let relay = Relay::start(&data);
    let mut client = relay.client();
    smash(&data.join("relay.sqlite"), 4096 * 40);
    client
        .ask("GET", &format!("{}/blocks?after=5", chain.path), &chain.write)
        .refused(500, "relay.damaged");
    client.get("/livez").is(200);
    relay.kill();
}
