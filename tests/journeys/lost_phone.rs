//! A phone is lost: recovery from the words on an empty machine, which proves itself; the old phone locked out; the old kit cancelled.

use protocol::relay::message::Blocks;
use support::{Person, Relay, everything, writing};
use vault::facade::{RecordQuery, Vault};

use super::visit::{Cast, deliver};

/// Asha with two records, a file, and a doctor who reads.
fn before(relay: &Relay) -> (Cast, String) {
    let mut cast = Cast::new(relay);
    let grant = cast.visit().grant;
    cast.asha
        .run(|vault, now, rng| vault.import_file("letter.pdf", "application/pdf", b"%PDF-1.7 a letter", now, rng));
    cast.asha.sync();
    cast.rao.read_all(&grant);
    cast.asha.sync();
    (cast, grant)
}

fn records(person: &mut Person) -> usize {
    person.ask(|vault| vault.records(&RecordQuery::default())).len()
}

/// Opens what recovery must open.
fn prove(person: &mut Person) -> vault::facade::Recovery {
    person.run(|vault, now, rng| vault.prove_recovery(now, rng));
    person.sync();
    let now = person.now();
    person.ask(|vault| vault.recovery(now))
}

#[test]
fn recovery_names_what_it_opened_and_locks_the_lost_phone_out() {
    let Some(relay) = Relay::start() else { return };
    let (cast, grant) = before(&relay);
    let Cast {
        asha: mut lost,
        mut rao,
        ..
    } = cast;

    let mut asha = Person::try_join(&relay, &lost.words).expect("recovered");
    let before = asha.ask(|vault| vault.recovery(0));
    assert!(
        !before.recovered,
        "nothing is called recovered before the file was opened"
    );
    let seen = prove(&mut asha);
    assert!(seen.recovered, "{seen:?}");
    let (oldest, newest) = (seen.oldest.expect("the oldest"), seen.newest.expect("the newest"));
    let (oldest, newest) = (oldest.summary.expect("opened"), newest.summary.expect("opened"));
    assert_eq!(
        (oldest.category.as_str(), oldest.title.is_some()),
        ("allergy", true),
        "{oldest:?}"
    );
    assert_eq!(newest.category, "document", "{newest:?}");
    let file = seen.file.expect("a file");
    assert_eq!((file.name.as_str(), file.code), ("letter.pdf", None));
    assert_eq!((seen.live_grants, seen.other_devices), (1, 1));
    assert!(seen.newest_admitted.is_some());

    // The grants that stand are there to be kept or stopped: holder, scope, until.
    let now = asha.now();
    let grants = asha.ask(|vault| vault.grants(now));
    assert_eq!((grants[0].name.as_str(), grants[0].state.as_str()), ("Dr Rao", "live"));
    assert!(!grants[0].permissions.is_empty());

    // The kit is replaced and the lost phone taken out in one step.
    let phone = asha
        .ask(Vault::devices)
        .into_iter()
        .find(|device| !device.this)
        .expect("the phone")
        .id;
    let old = lost.words.clone();
    let new = asha.ask(|vault| vault.new_kit(&mut cli::random()));
    let identity = asha.ask(Vault::profile).identity;
    // Another person's words: `flow::kit::replace`.
    let wrong = asha.refused(|vault, now, rng| vault.replace_kit(&new, &new, &[], now, rng));
    assert_eq!(wrong, "device.other_words");
    asha.sync();
    asha.run(|vault, now, rng| vault.replace_kit(&old, &new, std::slice::from_ref(&phone), now, rng));
    asha.sync();
    let profile = asha.ask(Vault::profile);
    assert_eq!((profile.outbox, profile.stopped), (0, Vec::new()));
    assert_eq!(profile.identity, identity, "the identity stays");
    assert_eq!(asha.ask(Vault::check_chain).bad, None);
    let gone = asha
        .ask(Vault::devices)
        .into_iter()
        .find(|device| device.id == phone)
        .expect("it");
    assert!(gone.removed.is_some() && gone.removal_confirmed);

    // The doctor follows, and what is shared later reaches the doctor but not the lost phone.
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("60.0"), now, rng));
    asha.sync();
    rao.sync();
    let shared = rao.ask(|vault| vault.shared_records(&grant, &RecordQuery::default()));
    assert_eq!(shared.len(), 4, "{:?}", rao.codes());
    rao.read_all(&grant);
    rao.make(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng));
    deliver(&mut rao, &mut asha);
    assert_eq!(records(&mut asha), 5);

    // The lost phone comes online: it appends nothing and reads nothing (`capability::install`).
    let had = (records(&mut lost), lost.ask(Vault::chain).blocks);
    lost.run(|vault, now, rng| vault.add_measurement(&writing::weight("99.0"), now, rng));
    lost.shown();
    lost.sync();
    lost.sync();
    assert!(lost.ask(Vault::profile).stopped.contains(&"relay.not_found".to_owned()));
    assert_eq!(lost.ask(Vault::chain).blocks, had.1 + 1, "its own unsent block only");

    // A relay that hands it everything all the same gives it ciphertext: nothing is sealed to it (`flow::epoch::keys_of`).
    let all = asha.wire.all().into_iter().rev().find_map(|exchange| {
        let response = exchange.response.filter(|response| response.status == 200)?;
        let blocks: Blocks = serde_json::from_slice(&response.body).ok()?;
        (blocks.entries.len() > 3).then_some(response)
    });
    assert!(all.is_some(), "somebody read several blocks");

    // The old kit: a clear answer (`flow::kit::open_locator`).
    let refused = Person::try_join(&relay, &old).expect_err("the old kit");
    assert!(refused.contains(&"recovery.replaced".to_owned()), "{refused:?}");

    // The new kit reads everything, and what it certifies is believed by the doctor.
    let mut third = Person::try_join(&relay, &new).unwrap_or_else(|codes| panic!("{codes:?}"));
    let seen = prove(&mut third);
    assert!(seen.recovered && seen.kit_replaced.is_some(), "{seen:?}");
    assert_eq!(records(&mut third), 5);
    third.sync();
    third.run(|vault, now, rng| vault.add_measurement(&writing::weight("59.0"), now, rng));
    third.sync();
    third.sync();
    rao.sync();
    let shared = rao.ask(|vault| vault.shared_records(&grant, &RecordQuery::default()));
    assert_eq!(shared.len(), 6, "{:?}", rao.codes());
    // A relay that ends before the block that the new kit names shows an older chain: `flow::join::finish`.
    let person = Person::join(&relay, &new);
    person.wire.lie(|request, response| {
        let Ok(mut value) = serde_json::from_slice::<serde_json::Value>(&response.body) else {
            return;
        };
        if request.url.contains("/blocks") && value.get("entries").is_some() {
            if let Some(entries) = value["entries"].as_array_mut() {
                entries.retain(|entry| entry["index"].as_u64().is_some_and(|index| index < 3));
            }
            value["more"] = serde_json::Value::Bool(false);
            response.body = value.to_string().into_bytes();
        }
    });
    let mut person = person;
    person.sync();
    let profile = person.ask(Vault::profile);
    let mut codes = person.codes();
    codes.extend(profile.stopped);
    assert_eq!(profile.stage, "joining");
    assert!(codes.contains(&"chain.older".to_owned()), "{codes:?}");

    // A new consent by the newest device, whose evidence brings the change of root along.
    let visit = third.admit(&mut rao, &everything());
    rao.sync();
    let shared = rao.ask(|vault| vault.shared_records(&visit.grant, &RecordQuery::default()));
    assert_eq!(shared.len(), 6, "{:?}", rao.codes());
}

#[test]
fn recovery_says_what_it_could_not_open() {
    let Some(relay) = Relay::start() else { return };
    let (cast, _) = before(&relay);
    let Cast { asha, .. } = cast;

    // The relay keeps the body of the oldest record back: `facade::recovery::reopened`.
    let mut person = Person::join(&relay, &asha.words);
    let oldest = {
        let mut asha = asha;
        let now = asha.now();
        let words = asha.words.clone();
        let sequence = asha.ask(|vault| vault.recovery(now)).oldest.expect("it").sequence as usize;
        person.words = words;
        sequence
    };
    person.wire.lie(move |_, response| {
        let Ok(mut value) = serde_json::from_slice::<serde_json::Value>(&response.body) else {
            return;
        };
        if let Some(entry) = value.pointer_mut(&format!("/entries/{oldest}")) {
            entry["slot"] = serde_json::Value::Null;
            entry["body"] = serde_json::Value::Null;
            response.body = value.to_string().into_bytes();
        }
    });
    person.sync();
    person.wire.tell_the_truth();
    let seen = prove(&mut person);
    assert!(!seen.recovered);
    assert_eq!(seen.oldest.expect("it").code.as_deref(), Some("sync.gone"));
    assert_eq!(seen.newest.expect("it").code, None);

    // The file is not there: `attachment::open`.
    let mut person = Person::try_join(&relay, &person.words.clone()).expect("ready");
    person.wire.lie(|request, response| {
        if request.url.contains("/blobs/") {
            response.status = 404;
            response.body = Vec::new();
        }
    });
    let seen = prove(&mut person);
    assert!(!seen.recovered);
    assert_eq!(seen.oldest.expect("it").code, None);
    let file = seen.file.expect("a file");
    assert_eq!(
        (file.name.as_str(), file.code.as_deref()),
        ("letter.pdf", Some("vault.not_found"))
    );
    person.wire.tell_the_truth();

    // What stands is stopped from the new device.
    let mut person = Person::try_join(&relay, &person.words.clone()).expect("ready");
    let now = person.now();
    let grant = person.ask(|vault| vault.grants(now)).remove(0).id;
    person.sync();
    person.run(|vault, now, rng| vault.revoke_grant(&grant, now, rng));
    for _ in 0..4 {
        person.sync();
    }
    assert_eq!(person.ask(|vault| vault.grants(now))[0].state, "ended");
    assert_eq!(person.ask(|vault| vault.recovery(now)).live_grants, 0);
}

#[test]
fn an_older_copy_of_the_vault_learns_what_happened_before_it_acts() {
    let Some(relay) = Relay::start() else { return };
    let (cast, _) = before(&relay);
    let Cast { mut asha, .. } = cast;
    let mut laptop = Person::join_ordinary(&relay, &asha.words);
    let copy = tempfile::TempDir::new().expect("a folder");
    laptop.close();
    copy_folder(&laptop.path(), copy.path());
    laptop.reopen();
    laptop.run(|vault, now, rng| vault.add_measurement(&writing::weight("62.0"), now, rng));
    laptop.sync();
    asha.sync();

    // The folder of before is put back: the next block has its place taken; it is signed again behind what was forgotten.
    laptop.close();
    std::fs::remove_dir_all(laptop.path()).expect("removed");
    copy_folder(copy.path(), &laptop.path());
    laptop.reopen();
    laptop.run(|vault, now, rng| vault.add_measurement(&writing::weight("63.0"), now, rng));
    laptop.sync();
    laptop.sync();
    asha.sync();
    assert_eq!(records(&mut laptop), 5, "{:?}", laptop.codes());
    assert_eq!(asha.ask(Vault::chain).head, laptop.ask(Vault::chain).head);

    // After it was taken out, the same copy is of no use: `capability::install`.
    let id = asha
        .ask(Vault::devices)
        .into_iter()
        .find(|device| !device.this)
        .expect("it")
        .id;
    asha.run(|vault, now, rng| vault.remove_devices(std::slice::from_ref(&id), None, now, rng));
    asha.sync();
    let head = asha.ask(Vault::chain).head;
    laptop.close();
    std::fs::remove_dir_all(laptop.path()).expect("removed");
    copy_folder(copy.path(), &laptop.path());
    laptop.reopen();
    laptop.run(|vault, now, rng| vault.add_measurement(&writing::weight("64.0"), now, rng));
    laptop.sync();
    assert!(
        laptop
            .ask(Vault::profile)
            .stopped
            .contains(&"relay.not_found".to_owned())
    );
    asha.sync();
    assert_eq!(asha.ask(Vault::chain).head, head);
}

fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}
