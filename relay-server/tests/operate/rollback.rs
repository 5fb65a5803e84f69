//! A relay does not sign on a database that is older than what it promised (RELAY-70).

use std::fs;

use crate::program::{Chain, Relay, copy, good, program, refused, text};

#[test]
fn a_restored_relay_signs_only_when_nothing_is_missing_or_its_operator_says_so() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name);
    let relay = Relay::start(&path("data"));
    let mut client = relay.client();
    let chain = Chain::new(&mut client);
    chain.admitted(&mut client);
    good(&["backup", text(&path("early")), "--data", text(&path("data"))]);
    let late = chain.admitted(&mut client);
    relay.stop();
    good(&["backup", text(&path("last")), "--data", text(&path("data"))]);

    for name in ["early", "last"] {
        let target = path(&format!("restored-{name}"));
        let said = good(&["restore", text(&path(name)), "--data", text(&target)]);
        assert!(said.contains("--accept-rollback"), "{said}");
        // `Mark::open`: no mark, no service.
        let said = refused(&["--listen", "127.0.0.1:0", "--data", text(&target)]);
        assert!(
            said.contains("rolled-back") && said.contains("mark is missing"),
            "{said}"
        );
        fs::copy(path("data").join("high-water"), target.join("high-water")).unwrap();
    }
    // With the old disk's mark the last backup is known to be complete, and the early one known to be old.
    let relay = Relay::start(&path("restored-last"));
    assert_eq!(chain.commits(&mut relay.client()).last(), Some(&late));
    relay.kill();
    let early = path("restored-early");
    let said = refused(&["--listen", "127.0.0.1:0", "--data", text(&early)]);
    assert!(said.contains("commits older"), "{said}");
    // Retention signs nothing, but writes: refused too.
    assert!(refused(&["retention", "--data", text(&early)]).contains("commits older"));

    // Knowingly: once, loudly, and remembered.
    let output = {
        let relay = Relay::with(&early, &["--accept-rollback"]);
        assert_eq!(chain.commits(&mut relay.client()).len(), 1);
        chain.admitted(&mut relay.client());
        relay.kill();
        good(&["verify", "--data", text(&early)])
    };
    assert!(output.contains("note  rollback "), "{output}");
    Relay::start(&early).kill();
    let said = refused(&["--listen", "127.0.0.1:0", "--data", text(&early), "--accept-rollback"]);
    assert!(said.contains("leave --accept-rollback out"), "{said}");
    // What was there before the acceptance is older than what is there now, although it had as many commits.
    fs::copy(path("data").join("relay.sqlite"), early.join("relay.sqlite")).unwrap();
    _ = fs::remove_file(early.join("relay.sqlite-wal"));
    assert!(refused(&["--listen", "127.0.0.1:0", "--data", text(&early)]).contains("older"));
}

#[test]
fn files_put_back_or_lost_are_noticed() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name);
    let relay = Relay::start(&path("data"));
    let mut client = relay.client();
    let chain = Chain::new(&mut client);
    relay.stop();
    copy(&path("data"), &path("monday"));
    let relay = Relay::start(&path("data"));
    // No entry is lost here, only a change of keys: a revocation would be.
    chain.admitted(&mut relay.client());
    relay.kill();
    let start = |data: &str| refused(&["--listen", "127.0.0.1:0", "--data", data]);

    // The database alone is put back.
    copy(&path("data"), &path("one"));
    for name in ["relay.sqlite", "relay.sqlite-wal", "relay.sqlite-shm"] {
        _ = fs::remove_file(path("one").join(name));
    }
    fs::copy(path("monday/relay.sqlite"), path("one/relay.sqlite")).unwrap();
    assert!(start(text(&path("one"))).contains("commits older"));
    // The database is lost.
    copy(&path("data"), &path("two"));
    for name in ["relay.sqlite", "relay.sqlite-wal", "relay.sqlite-shm"] {
        _ = fs::remove_file(path("two").join(name));
    }
    assert!(start(text(&path("two"))).contains("its database is not"));
    fs::remove_file(path("two/high-water")).unwrap();
    _ = fs::remove_file(path("two/relay.sqlite"));
    assert!(start(text(&path("two"))).contains("has signed before"));
    // The mark is lost, damaged, or another relay's.
    copy(&path("data"), &path("three"));
    fs::remove_file(path("three/high-water")).unwrap();
    assert!(start(text(&path("three"))).contains("mark is missing"));
    fs::write(path("three/high-water"), b"satchel").unwrap();
    assert!(start(text(&path("three"))).contains("mark is damaged"));
    Relay::start(&path("other")).kill();
    fs::copy(path("other/high-water"), path("three/high-water")).unwrap();
    assert!(start(text(&path("three"))).contains("another database's"));
    fs::copy(path("data/high-water"), path("three/high-water")).unwrap();
    Relay::start(&path("three")).kill();
}

#[test]
fn a_mark_on_another_disk_notices_a_whole_directory_put_back() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name);
    let mark = path("disk/mark");
    let with = ["--high-water", text(&mark)];
    let relay = Relay::with(&path("data"), &with);
    let chain = Chain::new(&mut relay.client());
    relay.stop();
    copy(&path("data"), &path("monday"));
    let relay = Relay::with(&path("data"), &with);
    chain.admitted(&mut relay.client());
    relay.kill();
    let output = program(&["--listen", "127.0.0.1:0", "--data", text(&path("monday"))])
        .args(with)
        .output()
        .unwrap();
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("commits older"));
    Relay::with(&path("data"), &with).kill();
}
