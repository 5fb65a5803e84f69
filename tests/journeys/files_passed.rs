//! Files that others send: how much the patient allows, what is given up leaves nothing, and a copy brings its file to who ordered it.

use std::fs;

use support::files::{bytes_sent, count, draft, sent, tree};
use support::forge::Forger;
use support::{Person, Relay, everything, rows, writing};
use vault::facade::{RecordQuery, Vault};

use super::files::file;
use super::lab_states::{Ordered, ordered};
use super::visit::{Cast, deliver, stage};

const MIB: u64 = 1 << 20;

/// How many blobs the relay holds, and how many files of them.
fn blobs(relay: &Relay) -> (usize, usize) {
    let tables = rows(&relay.data());
    let (_, rows) = tables.into_iter().find(|(name, _)| name == "blob").expect("blobs");
    (rows.len(), files_below(&relay.data().join("blobs")))
}

fn files_below(folder: &std::path::Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let below = |path: &std::path::Path| if path.is_dir() { files_below(path) } else { 1 };
    entries.filter_map(Result::ok).map(|entry| below(&entry.path())).sum()
}

#[test]
fn a_file_given_up_leaves_nothing_at_the_relay() {
    let Some(relay) = Relay::start() else { return };
    let (_folder, path) = file(12 * MIB);
    let mut asha = Person::new(&relay, "patient", "Asha");
    let wire = asha.wire.clone();
    let before = blobs(&relay);
    let id = asha.make(|vault, now, rng| vault.add_file(&draft(&path), now, rng));
    // Answers are lost: some parts are there without anybody here knowing it.
    asha.try_carry(&mut |files| {
        if files.iter().any(|file| file.sent * 2 >= file.size) {
            wire.lose_answers(true);
        }
    });
    wire.lose_answers(false);
    // What was under way arrives.
    std::thread::sleep(std::time::Duration::from_secs(1));
    let there = blobs(&relay);
    assert!(there.0 > before.0 + 5 && there.1 > before.1 + 5, "{there:?}");
    asha.run(|vault, now, rng| vault.cancel_file(&id, now, rng));
    asha.sync();
    // `upload::cancel`: what is known to be there, and what may be.
    assert_eq!(blobs(&relay), before);
    assert!(asha.ask(Vault::files).is_empty());
    // Looked for afterwards: a relay that only says so is asked again.
    assert!(count(&wire, "POST", "/blobs/missing") >= 1);

    // A file that changed on its way leaves only the parts of its record.
    let (mut changed, mut parts) = (false, 0);
    asha.run(|vault, now, rng| vault.add_file(&draft(&path), now, rng));
    let stopped = asha.try_carry(&mut |files| {
        if let Some(file) = files.first() {
            parts = usize::try_from(file.parts).expect("a count");
        }
        if !changed && files.iter().any(|file| file.sent >= 3 * MIB) {
            changed = true;
            support::files::make(&path, 10 * MIB);
        }
    });
    assert_eq!((stopped, changed), (None, true));
    asha.sync();
    let all = asha.ask(|vault| vault.records(&RecordQuery::default()));
    assert_eq!(all.len(), 1);
    let now = asha.now();
    let view = asha.ask(|vault| vault.record(&all[0].id, now));
    assert_eq!(view.attachments[0].hash, tree(&path).to_string());
    assert_eq!(
        blobs(&relay).0,
        before.0 + parts,
        "parts of the file as it was are left"
    );
}

#[test]
fn the_patient_says_how_much_may_be_sent_and_what_is_taken_back_counts_no_more() {
    let Some(relay) = Relay::start() else { return };
    let Cast {
        mut clinic, mut asha, ..
    } = Cast::new(&relay);
    let (mut lab, _) = clinic.hire(&relay, "laboratory", "Lina Weber");
    // Said with the offer.
    let (offer, url) = asha.offer(&everything());
    let now = asha.now();
    assert_eq!(
        asha.ask(|vault| vault.offers(now))[0].files,
        4 << 30,
        "4 GiB where nothing is said"
    );
    let allow = |asha: &mut Person, id: &str, bytes: u64| {
        asha.run(|vault, now, rng| vault.allow_files(id, bytes, now, rng));
        asha.sync();
    };
    allow(&mut asha, &offer, 4 * MIB);
    let symbols = asha.claim_of(&mut lab, &url);
    let grant = asha.make(|vault, now, rng| vault.confirm(&offer, Some(symbols.clone()), now, rng));
    asha.sync();
    lab.sync();
    let shown = |asha: &mut Person| asha.ask(|vault| vault.grants(now))[0].files;
    assert_eq!(shown(&mut asha), 4 * MIB);
    let code = |person: &mut Person, id: &str, bytes: u64| {
        person.refused(|vault, now, rng| vault.allow_files(id, bytes, now, rng))
    };
    assert_eq!(
        code(&mut asha, &offer, MIB),
        "vault.state",
        "confirmed: the grant counts now"
    );
    assert_eq!(code(&mut asha, &grant, (1 << 40) + 1), "file.too_large");
    assert_eq!(code(&mut asha, &"0".repeat(64), MIB), "vault.not_found");
    assert_eq!(code(&mut lab, &grant, MIB), "vault.role");

    // More than that is refused by the relay, and said as what it is.
    let before = blobs(&relay);
    let (_folder, path) = file(6 * MIB);
    let attach = |lab: &mut Person| {
        lab.session().vault().attach_files(&[draft(&path)]).expect("a file");
        lab.run(|vault, now, rng| vault.write_result(&grant, None, &writing::result(), now, rng));
        lab.carry();
    };
    attach(&mut lab);
    let waiting = lab.ask(Vault::files).remove(0);
    assert_eq!(
        (waiting.stage.as_str(), waiting.code.as_deref()),
        ("stopped", Some("relay.uploads"))
    );
    assert!(waiting.stored >= 2);
    // Given up, it leaves nothing, and its room is free again: `store::sqlite::blob::delete`.
    lab.run(|vault, now, rng| vault.cancel_file(&waiting.id, now, rng));
    lab.sync();
    assert_eq!(blobs(&relay), before);
    // The patient allows more, as of now; another device of the patient knows it.
    allow(&mut asha, &grant, 7 * MIB);
    assert_eq!(shown(&mut asha), 7 * MIB);
    attach(&mut lab);
    let stored = lab.shown().into_iter().find(|show| show.kind == "show.file_stored");
    let result = stored.expect("a stored file").subject;
    deliver(&mut lab, &mut asha);
    assert_eq!(stage(&mut lab, &result), ("filed".to_owned(), None));
    let mut phone = Person::join(&relay, &asha.words.clone());
    phone.sync();
    assert_eq!(shown(&mut phone), 7 * MIB);
    // Nothing more, from now on.
    allow(&mut asha, &grant, 0);
    attach(&mut lab);
    let waiting = lab.ask(Vault::files).remove(0);
    assert_eq!(waiting.code.as_deref(), Some("relay.uploads"));
    asha.run(|vault, now, rng| vault.revoke_grant(&grant, now, rng));
    assert_eq!(code(&mut asha, &grant, MIB), "grant.revoked");
}

#[test]
fn the_doctor_opens_a_copied_result_and_its_file_while_the_patients_phone_is_off() {
    let Some(relay) = Relay::start() else { return };
    let Ordered {
        mut cast,
        mut lab,
        visit,
        taken,
        request,
        ..
    } = ordered(&relay);
    let Cast { clinic, asha, rao } = &mut cast;
    clinic.trusted_by(rao);
    asha.run(|vault, now, rng| vault.allow_copy(&taken.grant, &request, &visit.grant, 30, now, rng));
    asha.sync();
    lab.sync();
    rao.sync();

    // From here on the patient's phone is off.
    let (folder, path) = file(5 * MIB + 3);
    lab.session().vault().attach_files(&[draft(&path)]).expect("a file");
    lab.run(|vault, now, rng| vault.write_result(&taken.grant, Some(request.clone()), &writing::result(), now, rng));
    lab.shown();
    lab.carry();
    let stored = lab.shown().into_iter().find(|show| show.kind == "show.file_stored");
    let result = stored.expect("a stored file").subject;
    lab.sync();
    assert!(
        sent(&lab.wire).values().all(|one| *one == (1, 201)),
        "sent once, for both"
    );
    rao.sync();
    let copy = rao.ask(Vault::copies).remove(0);
    assert_eq!((&copy.record, copy.state.as_str()), (&result, "not_yet_filed"));
    let saved = folder.path().join("doctor.bin");
    let error = rao
        .save(Some(&visit.grant), &result, &saved)
        .expect_err("not opened yet");
    assert_eq!(error.code, "vault.state");
    rao.run(|vault, now, rng| vault.open_copy(&visit.grant, &result, now, rng));
    rao.sync();
    let now = rao.now();
    let read = rao.ask(|vault| vault.copied_record(&visit.grant, &result, now));
    assert_eq!(
        (read.attachments[0].size, &read.attachments[0].hash),
        (5 * MIB + 3, &tree(&path).to_string())
    );
    rao.save(Some(&visit.grant), &result, &saved).expect("the file");
    assert_eq!(tree(&saved), tree(&path));
    // Words alone rebuild it, and the file comes again.
    let mut again = Person::join(&relay, &rao.words.clone());
    again.sync();
    let copied = folder.path().join("again.bin");
    again.save(Some(&visit.grant), &result, &copied).expect("the file");
    assert_eq!(tree(&copied), tree(&path));

    // A result that names a file which does not come with it is not the result: `attachment::check_listed`.
    let mut forger = Forger::of(&mut lab);
    let (grant, door) = forger.copying(&taken.grant);
    let package = forger.package(&result);
    assert_eq!(
        forger.submit(grant, &door, &package).status,
        202,
        "the relay cannot tell"
    );
    rao.codes();
    rao.sync();
    assert_eq!(rao.codes(), ["file.hash"]);

    // On again: filed without sending the file anew; the doctor has one record with one file.
    let before = bytes_sent(&asha.wire);
    asha.sync();
    asha.sync();
    assert!(
        bytes_sent(&asha.wire) - before < 200_000,
        "the patient sent the file again"
    );
    rao.sync();
    assert_eq!(rao.ask(Vault::copies)[0].state, "filed");
    let shared = rao.ask(|vault| vault.shared_records(&visit.grant, &RecordQuery::default()));
    let same: Vec<_> = shared.iter().filter(|record| record.id == result).collect();
    assert_eq!(
        (same.len(), same[0].opened.is_some()),
        (1, true),
        "one record, already read"
    );
    rao.read_all(&visit.grant);
    fs::remove_file(&saved).expect("a file");
    rao.save(Some(&visit.grant), &result, &saved).expect("the file");
    assert_eq!(tree(&saved), tree(&path));
    let mine = folder.path().join("patient.bin");
    asha.save(None, &result, &mine).expect("the file");
    assert_eq!(tree(&mine), tree(&path));

    // Erased: gone from the doctor's list and from the relay, however it came there.
    let parts = read.attachments.len();
    assert_eq!(parts, 1);
    asha.run(|vault, now, rng| vault.erase_record(&result, now, rng));
    asha.sync();
    rao.sync();
    assert!(rao.ask(Vault::copies).is_empty(), "the copy stayed readable");
    fs::remove_file(&saved).expect("a file");
    assert_eq!(
        rao.save(Some(&visit.grant), &result, &saved).expect_err("erased").code,
        "vault.not_found"
    );
}

#[test]
fn a_copied_file_leaves_the_doctors_grant_when_the_patient_erases_a_record_that_was_not_shared() {
    let Some(relay) = Relay::start() else { return };
    let Ordered {
        mut cast,
        mut lab,
        visit,
        taken,
        request,
        ..
    } = ordered(&relay);
    let Cast { asha, rao, .. } = &mut cast;
    asha.run(|vault, now, rng| vault.allow_copy(&taken.grant, &request, &visit.grant, 30, now, rng));
    asha.sync();
    lab.sync();
    rao.sync();
    let before = blobs(&relay).1;
    let (folder, path) = file(3 * MIB);
    lab.session().vault().attach_files(&[draft(&path)]).expect("a file");
    lab.run(|vault, now, rng| vault.write_result(&taken.grant, Some(request.clone()), &writing::result(), now, rng));
    lab.carry();
    let stored = lab.shown().into_iter().find(|show| show.kind == "show.file_stored");
    let result = stored.expect("a stored file").subject;
    lab.sync();
    rao.sync();
    rao.run(|vault, now, rng| vault.open_copy(&visit.grant, &result, now, rng));
    rao.sync();
    // The patient leaves the doctor less, so that the filed result is not shared with the doctor.
    let less = vault::facade::NarrowRequest {
        categories: vec!["allergy".to_owned()],
        records: Vec::new(),
        from: None,
        until: None,
        ongoing: false,
        rights: vec!["read".to_owned()],
    };
    asha.run(|vault, now, rng| vault.narrow_grant(&visit.grant, &less, now, rng));
    deliver(&mut lab, asha);
    asha.sync();
    assert!(
        asha.ask(|vault| vault.records(&RecordQuery::default()))
            .iter()
            .any(|record| record.id == result)
    );
    asha.run(|vault, now, rng| vault.erase_record(&result, now, rng));
    asha.sync();
    asha.sync();
    let saved = folder.path().join("doctor.bin");
    let error = rao.save(Some(&visit.grant), &result, &saved).expect_err("gone");
    assert_eq!(error.code, "relay.not_found", "`copy::erase`");
    assert_eq!(
        blobs(&relay).1,
        before,
        "in the own chain, the lab's grant or the doctor's a part is left"
    );
}
