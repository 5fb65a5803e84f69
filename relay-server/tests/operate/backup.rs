//! Backup while writers write, verify with every kind of damage, restore.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::Connection;

use crate::program::{Chain, Relay, blob_file, copy, good, refused, text};

#[test]
fn a_backup_under_load_holds_all_that_was_acknowledged_before_it() {
    let place = tempfile::tempdir().unwrap();
    let (data, backup, restored) = (
        place.path().join("data"),
        place.path().join("b"),
        place.path().join("r"),
    );
    let config = place.path().join("relay.toml");
    let rates = ["address", "capability", "create"].map(|name| format!("[rates.{name}]\nper_second = 0\nburst = 0\n"));
    fs::write(&config, rates.concat()).unwrap();
    let relay = Relay::with(&data, &["--config", text(&config)]);
    let chain = Arc::new(Chain::new(&mut relay.client()));
    let known = Arc::new(Mutex::new((Vec::new(), Vec::new())));
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..3)
        .map(|_| {
            let (mut client, chain) = (relay.client(), Arc::clone(&chain));
            let (known, stop) = (Arc::clone(&known), Arc::clone(&stop));
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let commit = chain.admitted(&mut client);
                    known.lock().unwrap().0.push(commit);
                    let blob = chain.blob(&mut client);
                    known.lock().unwrap().1.push(blob);
                }
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(400));
    let before = known.lock().unwrap().clone();
    let said = good(&["backup", text(&backup), "--data", text(&data)]);
    assert!(said.contains("backed up") && said.contains("manifest sha256"), "{said}");
    std::thread::sleep(Duration::from_millis(200));
    stop.store(true, Ordering::Relaxed);
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    let after = known.lock().unwrap().clone();
    assert!(
        before.0.len() > 3 && after.0.len() > before.0.len(),
        "there was hardly any load"
    );

    // The relay that ran meanwhile verifies too, and goes on.
    let live = good(&["verify", "--data", text(&data)]);
    assert!(!live.contains("FAIL") && live.contains("log.promises"), "{live}");
    chain.admitted(&mut relay.client());
    relay.kill();

    let said = good(&["verify", text(&backup)]);
    for fact in [
        "manifest",
        "files.present",
        "files.hashes",
        "files.extra",
        "database.integrity",
        "database.references",
        "log.key",
        "log.manifest",
        "log.promises",
        "log.order",
        "chains.order",
        "blobs.present",
        "blobs.hashes",
        "blobs.extra",
    ] {
        assert_eq!(
            said.lines()
                .filter(|line| line.starts_with(&format!("pass  {fact} ")))
                .count(),
            1,
            "{fact}: {said}"
        );
    }
    good(&["restore", text(&backup), "--data", text(&restored)]);
    let relay = Relay::with(&restored, &["--accept-rollback"]);
    let mut client = relay.client();
    let held = chain.commits(&mut client);
    assert!(
        before.0.iter().all(|commit| held.contains(commit)),
        "an acknowledged block is not in the backup"
    );
    for blob in &before.1 {
        assert_eq!(&chain.read_blob(&mut client, blob).is(200).body, blob);
    }
    chain.admitted(&mut client);
    relay.kill();
}

#[test]
fn a_missing_blob_is_no_deletion_and_half_a_backup_is_none() {
    let place = tempfile::tempdir().unwrap();
    let (data, backup) = (place.path().join("data"), place.path().join("b"));
    let relay = Relay::start(&data);
    let mut client = relay.client();
    let chain = Chain::new(&mut client);
    chain.blob(&mut client);
    relay.kill();
    let file = blob_file(&data);
    let database = Connection::open(data.join("relay.sqlite")).unwrap();
    // The file is gone and its row still there: damage, not a deletion.
    fs::rename(&file, place.path().join("kept")).unwrap();
    assert!(refused(&["backup", text(&backup), "--data", text(&data)]).contains("missing"));
    // A folder without manifest is no backup, and none that a second try may use.
    assert!(refused(&["verify", text(&backup)]).contains("FAIL  manifest"));
    assert!(refused(&["backup", text(&backup), "--data", text(&data)]).contains("not empty"));
    drop(database);
    fs::rename(place.path().join("kept"), &file).unwrap();
    good(&["backup", text(&place.path().join("c")), "--data", text(&data)]);
}

/// A backup of a relay with a block and a blob, and its own folder.
fn made(place: &Path) -> std::path::PathBuf {
    let (data, backup) = (place.join("data"), place.join("backup"));
    let relay = Relay::start(&data);
    let mut client = relay.client();
    let chain = Chain::new(&mut client);
    for _ in 0..3 {
        chain.admitted(&mut client);
    }
    chain.blob(&mut client);
    good(&["backup", text(&backup), "--data", text(&data)]);
    relay.kill();
    backup
}

#[test]
fn verify_names_what_is_wrong_and_restore_refuses_it() {
    let place = tempfile::tempdir().unwrap();
    let backup = made(place.path());
    let bend = |path: &Path| {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    type Damage<'a> = (&'a str, Box<dyn Fn(&Path) + 'a>);
    let cases: Vec<Damage<'_>> = vec![
        ("files.hashes", Box::new(|copy| bend(&blob_file(copy)))),
        ("files.hashes", Box::new(|copy| bend(&copy.join("relay.sqlite")))),
        ("files.hashes", Box::new(|copy| bend(&copy.join("log.key")))),
        (
            "files.present",
            Box::new(|copy| fs::remove_file(blob_file(copy)).unwrap()),
        ),
        (
            "files.present",
            Box::new(|copy| fs::remove_file(copy.join("log.key")).unwrap()),
        ),
        (
            "files.extra",
            Box::new(|copy| fs::write(copy.join("blobs/extra"), b"x").unwrap()),
        ),
        (
            "manifest",
            Box::new(|copy| {
                let text = fs::read_to_string(copy.join("manifest.json")).unwrap();
                fs::write(copy.join("manifest.json"), &text[..text.len() / 2]).unwrap();
            }),
        ),
        (
            "manifest",
            Box::new(|copy| {
                let text = fs::read_to_string(copy.join("manifest.json")).unwrap();
                fs::write(
                    copy.join("manifest.json"),
                    text.replace("relay.sqlite", "../relay.sqlite"),
                )
                .unwrap();
            }),
        ),
        (
            "log.manifest",
            Box::new(|copy| {
                let text = fs::read_to_string(copy.join("manifest.json")).unwrap();
                fs::write(
                    copy.join("manifest.json"),
                    text.replace("\"entries\": 3", "\"entries\": 4"),
                )
                .unwrap();
            }),
        ),
    ];
    for (place_in_cases, (fact, damage)) in cases.iter().enumerate() {
        let copied = place.path().join(format!("copy{place_in_cases}"));
        copy(&backup, &copied);
        damage(&copied);
        let said = refused(&["verify", text(&copied)]);
        assert!(said.contains(&format!("FAIL  {fact} ")), "{fact}: {said}");
        let target = place.path().join(format!("restored{place_in_cases}"));
        assert!(refused(&["restore", text(&copied), "--data", text(&target)]).contains("nothing was restored"));
        assert!(!target.join("relay.sqlite").exists());
    }
    // Never over anything that is there.
    let full = place.path().join("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("mine"), b"x").unwrap();
    assert!(refused(&["restore", text(&backup), "--data", text(&full)]).contains("never overwrites"));
    assert_eq!(fs::read_dir(&full).unwrap().count(), 1);
}

#[test]
fn verify_reads_the_database_itself() {
    let place = tempfile::tempdir().unwrap();
    made(place.path());
    let data = place.path().join("data");
    for (number, (fact, change)) in [
        ("log.promises", "UPDATE map SET promise = zeroblob(100) WHERE n = 2"),
        ("log.promises", "UPDATE map SET commitment = zeroblob(32) WHERE n = 2"),
        (
            "log.promises",
            "UPDATE map SET promise = (SELECT promise FROM map WHERE n = 1) WHERE n = 2",
        ),
        (
            "database.references",
            "PRAGMA foreign_keys = OFF; DELETE FROM map WHERE n = 2",
        ),
        ("chains.order", "DELETE FROM block WHERE position = 1"),
        ("chains.order", "DELETE FROM block WHERE position = 2"),
        ("chains.order", "DELETE FROM block"),
        (
            "chains.order",
            "UPDATE block SET label = zeroblob(32) WHERE position = 1",
        ),
        ("blobs.hashes", "UPDATE blob SET size = size + 1"),
        ("blobs.present", "UPDATE blob SET file = 'ff' || substr(file, 3)"),
        ("log.key", "UPDATE meta SET value = zeroblob(31) WHERE name = 'log.key'"),
    ]
    .into_iter()
    .enumerate()
    {
        let copied = place.path().join(format!("copy{number}"));
        copy(&data, &copied);
        Connection::open(copied.join("relay.sqlite"))
            .unwrap()
            .execute_batch(change)
            .unwrap();
        let said = refused(&["verify", "--data", text(&copied)]);
        assert!(said.contains(&format!("FAIL  {fact} ")), "{change}: {said}");
    }
    fs::write(data.join("log.key"), [7; 32]).unwrap();
    assert!(refused(&["verify", "--data", text(&data)]).contains("FAIL  log.key "));
}
