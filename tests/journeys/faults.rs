//! What goes wrong around people, each with its own message: disk full, clock wrong, relay gone, folder damaged, wrong passphrase.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use cli::Session;
use clinical::catalog::{Catalog, EN};
use support::{PASSPHRASE, Person, Relay, writing};
use vault::facade::{RecordQuery, Setup, Vault};

const YEAR: u64 = 365 * 86_400;

/// A patient writes and sends with a clock that is wrong; the relay's time is told once, and everything arrives.
fn told_the_time(set: impl Fn(&mut Person)) {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", "Asha");
    asha.sync();
    let right = asha.now();
    assert!(
        !asha.shown().iter().any(|show| show.kind == "show.clock"),
        "a right clock is no news"
    );
    set(&mut asha);
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("61.5"), now, rng));
    asha.sync();
    // `Session::tell_clock`; the request itself was signed anew by `Session::meet`.
    let told: Vec<_> = asha
        .shown()
        .into_iter()
        .filter(|show| show.kind == "show.clock")
        .collect();
    assert_eq!(told.len(), 1, "said once");
    let param = |name: &str| {
        let found = told[0].params.iter().find(|param| param.name == name);
        found.map(|param| param.value.clone()).unwrap_or_default()
    };
    let real = clinical::date::parse(&param("time")).expect("a time").from;
    assert!(
        right.abs_diff(u64::try_from(real).expect("after 1970")) < 120,
        "the relay's time is shown"
    );
    assert_eq!(param("origin"), relay.url);
    assert_eq!(asha.ask(Vault::chain).pending, 0, "and everything was sent");
    asha.sync();
    assert!(!asha.shown().iter().any(|show| show.kind == "show.clock"));
    // Another device, whose clock is right, reads it.
    let mut phone = Person::join(&relay, &asha.words.clone());
    phone.sync();
    assert_eq!(phone.ask(|vault| vault.records(&RecordQuery::default())).len(), 1);
    assert!(phone.codes().is_empty());
}

#[test]
fn a_clock_that_is_a_year_ahead_is_said_with_the_relays_time_and_everything_is_sent() {
    told_the_time(|asha| asha.move_clock(YEAR));
}

#[test]
fn a_clock_that_is_a_year_behind_is_said_with_the_relays_time_and_everything_is_sent() {
    told_the_time(|asha| asha.set_back_clock(YEAR));
}

/// Records that do not all have room in 20 000 bytes.
const WRITTEN: usize = 40;

#[test]
fn a_chain_without_room_says_why_it_waits_and_goes_on_by_itself() {
    let Some(mut relay) = Relay::start_with("[limits]\nchain_bytes = 20000\n") else {
        return;
    };
    let mut asha = Person::new(&relay, "patient", "Asha");
    asha.sync();
    for _ in 0..WRITTEN {
        asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("61.5"), now, rng));
    }
    asha.session()
        .watch(Duration::from_secs(3), &mut |_| false)
        .expect("a relay");
    let profile = asha.ask(Vault::profile);
    assert_eq!(profile.delayed, ["relay.quota"]);
    assert!(profile.stopped.is_empty(), "nobody has to press anything");
    let pending = asha.ask(Vault::chain).pending;
    assert!(0 < pending && (pending as usize) < WRITTEN, "some had room: {pending}");
    // The reason outlives a restart, and goes when the relay does: then another one counts.
    asha.reopen();
    assert_eq!(asha.ask(Vault::profile).delayed, ["relay.quota"]);
    relay.kill();
    asha.run(Vault::retry);
    assert_eq!(asha.sync_fails(), "cli.network");
    assert!(asha.ask(Vault::profile).delayed.is_empty());
    relay.set("[limits]\nchain_bytes = 2000000\n");
    relay.resume();
    asha.run(Vault::retry);
    asha.sync();
    assert_eq!(asha.ask(Vault::chain).pending, 0);
    assert_eq!(asha.ask(|vault| vault.records(&RecordQuery::default())).len(), WRITTEN);
}

#[test]
fn a_relay_that_is_gone_loses_nothing() {
    let Some(mut relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", "Asha");
    asha.sync();
    relay.kill();
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("61.5"), now, rng));
    assert_eq!(asha.sync_fails(), "cli.network");
    assert_eq!(asha.ask(Vault::chain).pending, 1);
    asha.reopen();
    assert_eq!(asha.ask(|vault| vault.records(&RecordQuery::default())).len(), 1);
    relay.resume();
    asha.sync();
    assert_eq!(asha.ask(Vault::chain).pending, 0);
}

/// A small disk of its own; unmounted at the end.
struct Disk(PathBuf);

impl Disk {
    /// None where this process may not mount.
    fn new(at: &Path) -> Option<Self> {
        fs::create_dir(at).expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"])
            .arg(at)
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then(|| Self(at.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_changes_nothing_and_the_same_command_works_when_there_is_room() {
    let Some(relay) = Relay::start() else { return };
    let place = tempfile::tempdir().expect("a folder");
    let Some(disk) = Disk::new(&place.path().join("disk")) else {
        println!("skipped: this process may not mount a small disk");
        return;
    };
    let (vault, ballast) = (disk.0.join("vault"), disk.0.join("ballast"));
    let setup = Setup {
        role: "patient".to_owned(),
        name: "Asha".to_owned(),
        relay: relay.url.clone(),
        token: None,
    };
    let mut session = Session::create(&vault, &setup, PASSPHRASE).expect("a vault");
    session.sync().expect("the relay is there");
    let weigh = |session: &mut Session| {
        session.command(|vault, now, rng| vault.add_measurement(&writing::weight("61.5"), now, rng))
    };
    weigh(&mut session).expect("there is room");
    // Whatever is left is taken.
    let mut size = 3 << 20;
    while size >= 4096 {
        let mut content = fs::read(&ballast).unwrap_or_default();
        content.resize(content.len() + size, 0);
        if fs::write(&ballast, &content).is_err() {
            size /= 2;
        }
    }
    let mut stored = 1;
    let refused = loop {
        match weigh(&mut session) {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
        assert!(stored < 500, "the disk never filled up");
    };
    // `From<rusqlite::Error> for cli::Error`.
    assert_eq!((refused.code.as_str(), refused.status()), ("cli.disk_full", 4));
    let count = |session: &mut Session| {
        let records = session.query(|vault| vault.records(&RecordQuery::default()));
        records.expect("records").len()
    };
    assert_eq!(count(&mut session), stored, "nothing of it stays in memory");
    drop(session);
    fs::remove_file(&ballast).expect("room");
    let mut session = Session::open(&vault, PASSPHRASE).expect("nothing of it stays on disk");
    assert_eq!(count(&mut session), stored);
    weigh(&mut session).expect("there is room again");
    assert_eq!(count(&mut session), stored + 1);
    assert_eq!(session.query(Vault::check_chain).expect("a chain").bad, None);
}

#[test]
fn each_fault_has_its_own_sentence() {
    let place = tempfile::tempdir().expect("a folder");
    let setup = Setup {
        role: "patient".to_owned(),
        name: "Asha".to_owned(),
        relay: "http://127.0.0.1:1".to_owned(),
        token: None,
    };
    let path = place.path().join("vault");
    drop(Session::create(&path, &setup, PASSPHRASE).expect("a vault"));
    let wrong = Session::open(&path, "another passphrase of mine").expect_err("locked");
    fs::write(path.join("vault.sqlite"), vec![0x5a; 8192]).expect("overwritten");
    let damaged = Session::open(&path, PASSPHRASE).expect_err("damaged");
    assert_eq!((wrong.code.as_str(), wrong.status()), ("entry.passphrase", 3));
    assert_eq!((damaged.code.as_str(), damaged.status()), ("cli.store", 4));

    let catalog = Catalog::parse("en", EN.as_bytes()).expect("the catalogue");
    let keys = [
        "error.entry.passphrase",
        "error.cli.store",
        "error.entry.damaged",
        "error.cli.disk_full",
        "error.cli.network",
        "error.relay.storage",
        "error.relay.damaged",
        "show.clock",
    ];
    let sentences: BTreeSet<&str> = keys
        .iter()
        .map(|key| catalog.phrase(key).unwrap_or_else(|| panic!("{key} has no sentence")))
        .collect();
    assert_eq!(sentences.len(), keys.len(), "two faults share a sentence");
    for error in [&wrong, &damaged] {
        assert!(error.hint().is_some(), "{} says nothing of what to do", error.code);
    }
}
