//! The folder's promises: one change, one transaction, one generation; and the driver over a scripted network.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use cli::{Folder, Response, Session, Transport};
use vault::facade::{Changes, Put, Request, Setup};

fn changes(generation: u64, puts: &[(&str, &[u8])], deletes: &[&str]) -> Changes {
    Changes {
        generation,
        puts: puts
            .iter()
            .map(|(key, value)| Put {
                key: (*key).to_owned(),
                value: value.to_vec(),
            })
            .collect(),
        deletes: deletes.iter().map(|key| (*key).to_owned()).collect(),
        created: None,
        show: Vec::new(),
    }
}

fn values(folder: &Folder, keys: &[&str]) -> Vec<Option<Vec<u8>>> {
    let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    folder
        .load(&keys)
        .unwrap()
        .into_iter()
        .map(|entry| entry.value)
        .collect()
}

#[test]
fn changes_are_stored_whole_and_only_over_the_generation_before() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("vault");
    let mut folder = Folder::create(&path).unwrap();
    folder
        .store(&changes(1, &[("h", b"header"), ("i1", b"one"), ("d1", b"data")], &[]))
        .unwrap();
    for (generation, what) in [(1, "again"), (0, "zero"), (3, "skipped"), (u64::MAX, "huge")] {
        let refused = folder
            .store(&changes(generation, &[("i1", b"other")], &["d1"]))
            .unwrap_err();
        assert_eq!(refused.code, "vault.conflict", "{what}");
    }
    assert_eq!(
        values(&folder, &["i1", "d1", "d2"]),
        [Some(b"one".to_vec()), Some(b"data".to_vec()), None]
    );
    folder.store(&changes(2, &[("i2", b"two")], &["d1"])).unwrap();
    drop(folder);
    let folder = Folder::open(&path).unwrap();
    assert_eq!(folder.generation().unwrap(), 2);
    let mut index: Vec<String> = folder.index().unwrap().into_iter().map(|entry| entry.key).collect();
    index.sort();
    assert_eq!(index, ["h", "i1", "i2"], "data entries come only when asked for");
    assert_eq!(values(&folder, &["d1"]), [None]);
}

#[test]
fn one_process_at_a_time() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("vault");
    let folder = Folder::create(&path).unwrap();
    assert_eq!(Folder::open(&path).unwrap_err().code, "cli.locked");
    assert_eq!(Folder::create(&path).unwrap_err().code, "cli.exists");
    drop(folder);
    assert!(Folder::open(&path).is_ok());
}

/// Answers every request in the same way.
struct Always(AtomicU32, Result<u16, &'static str>);

impl Transport for Always {
    fn send(&self, _: &Request) -> Result<Response, &'static str> {
        self.0.fetch_add(1, Ordering::Relaxed);
        self.1.map(|status| Response {
            status,
            headers: Vec::new(),
            body: b"<html>a hotel's login page</html>".to_vec(),
        })
    }
}

fn patient(path: &std::path::Path) -> Session {
    let setup = Setup {
        role: "patient".into(),
        name: "Asha".into(),
        relay: "http://localhost:9".into(),
        token: None,
    };
    Session::create(path, &setup, "x").unwrap()
}

#[test]
fn a_dead_network_is_given_up_at_once_and_nothing_is_lost() {
    let place = tempfile::tempdir().unwrap();
    let dead = Arc::new(Always(AtomicU32::new(0), Err("network")));
    let mut session = patient(&place.path().join("vault")).over(dead.clone());
    let started = Instant::now();
    assert_eq!(session.sync().unwrap_err().code, "cli.network");
    assert!(started.elapsed() < Duration::from_secs(2));
    assert_eq!(dead.0.load(Ordering::Relaxed), 1);
    drop(session);
    let mut session = Session::open(&place.path().join("vault"), "x").unwrap();
    assert_eq!(session.query(|vault| vault.profile()).unwrap().outbox, 1);
}

#[test]
fn somebody_elses_answers_do_no_harm() {
    for status in [200, 204, 301, 404, 429, 500] {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("vault");
        let mut session = patient(&path).over(Arc::new(Always(AtomicU32::new(0), Ok(status))));
        let clock = session.now();
        // Whatever is said, it ends, and the vault still waits for its real relay.
        let _ = session.watch(Duration::from_millis(300), &mut |_| true);
        assert!(session.now() - clock < 20, "{status}");
        let profile = session.query(|vault| vault.profile()).unwrap();
        assert_eq!((profile.stage.as_str(), profile.outbox), ("founding", 1), "{status}");
        drop(session);
        assert!(Session::open(&path, "x").is_ok(), "{status}");
    }
}
