//! Files of any size: sent in parts and resumed, fetched and checked, shared and sent with results without being sent again.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;

use support::files::{bytes_sent, count, draft, make, sent, tree};
use support::forge::Forger;
use support::{Person, Relay, everything, flip_body, writing};
use tempfile::TempDir;
use vault::facade::{RecordQuery, Vault};

use super::visit::{Cast, deliver, stage};

const MIB: u64 = 1 << 20;

/// A file of its own folder.
pub(crate) fn file(size: u64) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("scan.bin");
    make(&path, size);
    (folder, path)
}

/// Changes one byte of a file and nothing else.
fn change(path: &PathBuf, at: u64) {
    let mut file = fs::OpenOptions::new().write(true).open(path).expect("a file");
    file.seek(SeekFrom::Start(at)).expect("a place");
    file.write_all(b"changed").expect("room");
}

#[test]
fn an_upload_cut_at_sixty_percent_goes_on_without_sending_a_finished_part_twice() {
    let Some(relay) = Relay::start() else { return };
    let (folder, path) = file(16 * MIB + 5);
    let mut asha = Person::new(&relay, "patient", "Asha");
    let wire = asha.wire.clone();
    let draft = draft(&path);
    asha.run(|vault, now, rng| vault.add_file(&draft, now, rng));
    // Answers are lost while parts are under way: nobody here knows which of them the relay has.
    let stopped = asha.try_carry(&mut |files| {
        if files.iter().any(|file| file.sent * 10 >= file.size * 6) {
            wire.lose_answers(true);
        }
    });
    assert!(matches!(stopped.as_deref(), None | Some("cli.network")), "{stopped:?}");
    let known = asha.ask(Vault::files)[0].stored;
    let there = sent(&wire).len() as u64;
    assert!(there > known && known >= 9, "{there} sent, {known} known");
    assert!(
        asha.ask(|vault| vault.records(&RecordQuery::default())).is_empty(),
        "no record before its file"
    );

    // A restart asks once which of the doubtful parts the relay lacks (`Uploading::look`), and sends the others.
    asha.reopen();
    wire.lose_answers(false);
    let asked = count(&wire, "POST", "/blobs/missing");
    asha.carry();
    let stored = asha.shown().into_iter().find(|show| show.kind == "show.file_stored");
    let record = stored.expect("a stored file").subject;
    let parts = sent(&wire);
    assert!(
        parts.values().all(|one| *one == (1, 201)),
        "a part was sent twice: {parts:?}"
    );
    assert_eq!(count(&wire, "POST", "/blobs/missing") - asked, 1);
    assert!(asha.ask(Vault::files).is_empty());

    // Another device has it to the byte; it got its name when it was whole.
    let mut phone = Person::join(&relay, &asha.words);
    phone.sync();
    let copy = folder.path().join("copy.bin");
    phone.save(None, &record, &copy).expect("the file");
    assert_eq!(tree(&copy), tree(&path));
    let now = phone.now();
    let view = phone.ask(|vault| vault.record(&record, now));
    assert_eq!(view.attachments[0].hash, tree(&path).to_string());
    // What is streamed is not held in memory: `attachment::check_size`.
    assert_eq!(
        phone.refused(|vault, now, rng| vault.fetch_attachment(&record, 0, now, rng)),
        "file.streamed"
    );
}

#[test]
fn a_part_that_was_changed_is_refused_and_named_and_a_fetch_goes_on_where_it_stopped() {
    let Some(relay) = Relay::start() else { return };
    let (folder, path) = file(9 * MIB);
    let mut asha = Person::new(&relay, "patient", "Asha");
    let record = asha.import(&path);
    let mut phone = Person::join(&relay, &asha.words);
    phone.sync();
    let copy = folder.path().join("copy.bin");
    let part = folder.path().join("copy.bin.part");
    let mut fetched = 0;
    phone.wire.lie(move |request, response| {
        if request.method == "GET" && request.url.contains("/blobs/") {
            fetched += 1;
            if fetched == 6 {
                flip_body(response);
            }
        }
    });
    // `Download::open` compares the address, which the patient's chain names.
    let error = phone.save(None, &record, &copy).expect_err("a changed part");
    let named = error
        .params
        .iter()
        .find(|(name, _)| name == "part")
        .expect("the part's number");
    // Several parts are under way at once: which of them the sixth answer belongs to is not settled.
    let number: u64 = named.1.parse().expect("a number");
    assert_eq!((error.code.as_str(), (1..=9).contains(&number)), ("file.part", true));
    assert!(!copy.exists() && part.exists());

    // Nothing that is here is fetched again; the header is, by its range.
    phone.wire.tell_the_truth();
    let kept = fs::metadata(&part).expect("a part").len() / MIB;
    // Answers to the cut fetch that nobody waits for any more still pass.
    std::thread::sleep(std::time::Duration::from_secs(1));
    let before = count(&phone.wire, "GET", "/blobs/");
    phone.save(None, &record, &copy).expect("the file");
    let fetched = count(&phone.wire, "GET", "/blobs/") - before;
    assert!(
        kept >= 2 && fetched as u64 <= 1 + 10 - kept,
        "{kept} kept, {fetched} fetched"
    );
    assert!(!part.exists());
    assert_eq!(tree(&copy), tree(&path));

    // A beginning that another program wrote is not this file: `Download::finish` compares the signed hash.
    fs::remove_file(&copy).expect("a file");
    fs::write(&part, vec![7; 3 << 20]).expect("a file");
    let error = phone.save(None, &record, &copy).expect_err("another beginning");
    assert_eq!(error.code, "file.hash");
    assert!(!copy.exists() && !part.exists());
}

#[test]
fn a_file_that_changes_begins_anew_and_one_that_is_gone_waits() {
    let Some(relay) = Relay::start() else { return };
    let (folder, path) = file(7 * MIB);
    let mut asha = Person::new(&relay, "patient", "Asha");
    let first = draft(&path);
    asha.run(|vault, now, rng| vault.add_file(&first, now, rng));
    let mut changed = false;
    let at = path.clone();
    let stopped = asha.try_carry(&mut |files| {
        if !changed && files.iter().any(|file| file.stage == "sending") {
            change(&at, 6 * MIB + 9);
            changed = true;
        }
    });
    assert_eq!(stopped, None);
    // `upload::seal` compares each piece with the first pass; under one key no two texts are sealed.
    let shown = asha.shown();
    let kinds: Vec<&str> = shown.iter().map(|show| show.kind.as_str()).collect();
    assert!(
        kinds.contains(&"show.file_restarted") && kinds.contains(&"show.file_stored"),
        "{kinds:?}"
    );
    let record = &shown
        .iter()
        .find(|show| show.kind == "show.file_stored")
        .expect("a record")
        .subject;
    let now = asha.now();
    let view = asha.ask(|vault| vault.record(record, now));
    assert_eq!(view.attachments[0].hash, tree(&path).to_string());

    // Gone before it was sent: said with its code, and found again elsewhere.
    let other = folder.path().join("other.bin");
    make(&other, 3 * MIB);
    let second = draft(&other);
    let id = asha.make(|vault, now, rng| vault.add_file(&second, now, rng));
    let moved = folder.path().join("moved.bin");
    fs::rename(&other, &moved).expect("a file");
    asha.carry();
    let waiting = asha.ask(Vault::files);
    assert_eq!(
        (waiting[0].stage.as_str(), waiting[0].code.as_deref()),
        ("stopped", Some("file.vanished"))
    );
    let place = moved.to_str().map(str::to_owned);
    asha.run(|vault, now, rng| vault.resume_file(&id, place.clone(), now, rng));
    asha.carry();
    assert!(asha.ask(Vault::files).is_empty());
    assert_eq!(asha.ask(|vault| vault.records(&RecordQuery::default())).len(), 2);

    // Given up: no record, and nothing is asked for any more.
    let id = asha.make(|vault, now, rng| vault.add_file(&draft(&moved), now, rng));
    asha.run(|vault, now, rng| vault.cancel_file(&id, now, rng));
    asha.carry();
    assert!(asha.ask(Vault::files).is_empty());
    assert_eq!(asha.ask(|vault| vault.records(&RecordQuery::default())).len(), 2);
}

#[test]
fn a_relay_without_room_says_so_and_the_file_waits() {
    let Some(mut relay) = Relay::start_with("[limits]\nchain_bytes = 3000000\n") else {
        return;
    };
    let (_folder, path) = file(5 * MIB);
    let mut asha = Person::new(&relay, "patient", "Asha");
    asha.run(|vault, now, rng| vault.add_file(&draft(&path), now, rng));
    asha.carry();
    let waiting = asha.ask(Vault::files);
    assert_eq!(
        (waiting[0].stage.as_str(), waiting[0].code.as_deref()),
        ("stopped", Some("relay.quota"))
    );
    assert!(asha.codes().contains(&"relay.quota".to_owned()));
    assert!(asha.ask(|vault| vault.records(&RecordQuery::default())).is_empty());
    relay.kill();
}

#[test]
fn a_shared_file_is_not_sent_again_and_opens_for_its_reader_alone() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let (folder, path) = file(5 * MIB);
    let record = cast.asha.import(&path);
    let before = bytes_sent(&cast.asha.wire);
    let visit = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    assert!(bytes_sent(&asha.wire) - before < 100_000, "the file travelled twice");
    assert!(count(&asha.wire, "POST", "/blobs/link") >= 1);
    let copy = folder.path().join("copy.bin");
    // A file is fetched after its record was opened, so that the patient gets a receipt: `facade::files::attachment`.
    let error = rao
        .save(Some(&visit.grant), &record, &copy)
        .expect_err("not opened yet");
    assert_eq!(error.code, "vault.state");
    rao.read_all(&visit.grant);
    rao.save(Some(&visit.grant), &record, &copy).expect("the file");
    assert_eq!(tree(&copy), tree(&path));

    // Filed later, under a grant that says "from now on": in the share at once, again without sending it twice.
    let (_second, later) = file(6 * MIB);
    let before = bytes_sent(&asha.wire);
    let next = asha.import(&later);
    assert!(bytes_sent(&asha.wire) - before < 9 * MIB as usize);
    asha.sync();
    rao.sync();
    rao.read_all(&visit.grant);
    let copy = folder.path().join("later.bin");
    rao.save(Some(&visit.grant), &next, &copy).expect("the file");
    assert_eq!(tree(&copy), tree(&later));
}

#[test]
fn a_result_with_a_large_file_is_uploaded_once_and_patient_and_doctor_read_the_same_file() {
    let Some(relay) = Relay::start() else { return };
    let Cast {
        mut clinic,
        mut asha,
        mut rao,
    } = Cast::new(&relay);
    let (mut lab, _) = clinic.hire(&relay, "laboratory", "Lina Weber");
    let visit = asha.admit(&mut rao, &everything());
    let taken = asha.admit(&mut lab, &everything());
    let (folder, path) = file(6 * MIB);
    let files = [draft(&path)];
    lab.session().vault().attach_files(&files).expect("a file");
    lab.run(|vault, now, rng| vault.write_result(&taken.grant, None, &writing::result(), now, rng));
    assert!(
        lab.ask(Vault::submissions).is_empty(),
        "signed before the relay has the file"
    );
    assert_eq!(lab.ask(Vault::files)[0].grant.as_deref(), Some(taken.grant.as_str()));
    // A record written meanwhile carries nothing: what is attached is used once.
    lab.shown();
    lab.carry();
    let stored = lab.shown().into_iter().find(|show| show.kind == "show.file_stored");
    let result = stored.expect("a stored file").subject;
    lab.sync();

    // The same signed record without its files is not the record: `attachment::check_listed`.
    let mut forger = Forger::of(&mut lab);
    let (grant, access) = forger.access(&taken.grant);
    let package = forger.package(&result);
    assert!(forger.submit(grant, &access, &package).status < 300);

    let before = bytes_sent(&asha.wire);
    deliver(&mut lab, &mut asha);
    assert_eq!(stage(&mut lab, &result), ("filed".to_owned(), None));
    assert!(asha.codes().contains(&"file.hash".to_owned()));
    asha.sync();
    assert!(
        bytes_sent(&asha.wire) - before < 200_000,
        "the patient sent the file again"
    );
    let parts = sent(&lab.wire);
    assert!(parts.values().all(|one| *one == (1, 201)), "{parts:?}");

    let copy = folder.path().join("patient.bin");
    asha.save(None, &result, &copy).expect("the file");
    assert_eq!(tree(&copy), tree(&path));
    rao.sync();
    rao.read_all(&visit.grant);
    let copy = folder.path().join("doctor.bin");
    rao.save(Some(&visit.grant), &result, &copy).expect("the file");
    assert_eq!(tree(&copy), tree(&path));
}
