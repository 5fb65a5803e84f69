//! Several devices of one person: listed, named, taken out; who was taken out is locked out of everything later.

use support::forge::Forger;
use support::{Clinic, Person, Relay, writing};
use vault::facade::{AppointmentRequest, AppointmentTime, DeviceView, RecordQuery, Vault};

use super::visit::{Cast, deliver};

/// The devices of a person that are still in service.
fn serving(person: &mut Person) -> Vec<DeviceView> {
    let devices = person.ask(Vault::devices);
    devices.into_iter().filter(|device| device.removed.is_none()).collect()
}

fn titles(person: &mut Person) -> usize {
    person.ask(|vault| vault.records(&RecordQuery::default())).len()
}

#[test]
fn a_laptop_is_listed_named_and_taken_out_and_sees_nothing_later() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let visit = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    rao.read_all(&visit.grant);
    asha.sync();

    let mut laptop = Person::join_ordinary(&relay, &asha.words);
    laptop.run(|vault, now, rng| vault.add_measurement(&writing::weight("62.10"), now, rng));
    laptop.sync();
    asha.sync();
    assert_eq!(titles(&mut asha), 3);
    let devices = asha.ask(Vault::devices);
    assert_eq!(devices.len(), 2);
    assert!(devices[0].this && devices[0].admin && !devices[1].this && !devices[1].admin);
    let chain = asha.ask(Vault::chain);
    assert_eq!(
        devices[1].last_block,
        Some(chain.blocks - 1),
        "the laptop signed the newest block"
    );
    asha.run(|vault, now, rng| vault.rename_device(&devices[1].id, "Laptop", now, rng));
    asha.sync();
    laptop.sync();
    assert_eq!(laptop.ask(Vault::devices)[1].name, "Laptop");

    // Who may take out whom: `flow::device::removals`, and `Keys::remove` for every reader.
    let phone = devices[0].id.clone();
    let id = devices[1].id.clone();
    let removed = laptop.refused(|vault, now, rng| vault.remove_devices(std::slice::from_ref(&phone), None, now, rng));
    assert_eq!(removed, "device.words");
    let removed = asha.refused(|vault, now, rng| vault.remove_devices(std::slice::from_ref(&phone), None, now, rng));
    assert_eq!(removed, "device.self");

    // The laptop is switched off while the phone takes it out.
    asha.run(|vault, now, rng| vault.remove_devices(std::slice::from_ref(&id), None, now, rng));
    assert!(
        !asha.ask(Vault::devices)[1].removal_confirmed,
        "nothing is said to be done before the relay has it"
    );
    asha.sync();
    let listed = asha.ask(Vault::devices).remove(1);
    assert!(listed.removal_confirmed && listed.removed.is_some());
    let again = asha.refused(|vault, now, rng| vault.remove_devices(std::slice::from_ref(&id), None, now, rng));
    assert_eq!(again, "device.gone");
    assert_eq!(asha.ask(Vault::profile).stopped, Vec::<String>::new());
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("63.30"), now, rng));
    asha.sync();
    assert_eq!(asha.ask(Vault::check_chain).bad, None);

    // It comes back online: its keys are no keys any more (`capability::install`).
    let (blocks, records) = (laptop.ask(Vault::chain).blocks, titles(&mut laptop));
    laptop.run(|vault, now, rng| vault.add_measurement(&writing::weight("99.90"), now, rng));
    laptop.shown();
    laptop.sync();
    laptop.sync();
    assert!(
        laptop
            .ask(Vault::profile)
            .stopped
            .contains(&"relay.not_found".to_owned())
    );
    assert_eq!(laptop.ask(Vault::chain).blocks, blocks + 1, "only its own unsent block");
    assert_eq!(titles(&mut laptop), records + 1);
    asha.sync();
    assert_eq!(titles(&mut asha), 4, "what the laptop wrote reached nobody");

    // The doctor follows into the new epoch, reads what came later, and writes into the new mailbox.
    rao.sync();
    let shared = rao.ask(|vault| vault.shared_records(&visit.grant, &RecordQuery::default()));
    assert_eq!(shared.len(), 4, "{:?}", rao.codes());
    rao.read_all(&visit.grant);
    rao.make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    deliver(&mut rao, &mut asha);
    assert_eq!(titles(&mut asha), 5, "{:?}", asha.codes());
    rao.sync();
    assert!(rao.ask(Vault::submissions).iter().all(|sent| sent.stage == "filed"));
    asha.sync();
    let receipts = asha.ask(Vault::receipts);
    let opened: usize = receipts.iter().map(|receipt| receipt.records.len()).sum();
    assert_eq!(opened, 4, "the receipts for what came later arrived too");

    // Words and relay alone still read everything, across the epochs; the removed device is listed as such.
    let mut third = Person::join(&relay, &asha.words);
    third.sync();
    assert_eq!(third.ask(Vault::profile).stage, "ready", "{:?}", third.codes());
    assert_eq!(titles(&mut third), 5);
    assert_eq!(third.ask(Vault::check_chain).bad, None);
    assert_eq!(serving(&mut third).len(), 2);
    third.run(|vault, now, rng| vault.add_measurement(&writing::weight("64.40"), now, rng));
    third.sync();
    third.sync();
    asha.sync();
    rao.sync();
    assert_eq!(titles(&mut asha), 6);
    let shared = rao.ask(|vault| vault.shared_records(&visit.grant, &RecordQuery::default()));
    assert_eq!(shared.len(), 6, "a device by the words shares on: {:?}", rao.codes());
}

fn stages(person: &mut Person) -> Vec<String> {
    let now = person.now();
    let appointments = person.ask(|vault| vault.appointments(now));
    appointments.into_iter().map(|view| view.stage).collect()
}

/// The answers to a person's reading of mailboxes.
fn mailbox_answers(person: &Person) -> Vec<u16> {
    let reading = |path: &str| path.contains("/v1/mailboxes/") && path.contains("/envelopes");
    let exchanges = person.wire.all().into_iter();
    let answers = exchanges.filter(|exchange| exchange.request.method == "GET" && reading(&exchange.request.url));
    answers.filter_map(|exchange| Some(exchange.response?.status)).collect()
}

/// EPOCH-11, RELAY-49: `mailbox::close_to_removed`.
#[test]
fn a_device_taken_out_reads_no_message_that_comes_later() {
    let Some(relay) = Relay::start() else { return };
    let mut clinic = Clinic::new(&relay, "Praxis am Markt");
    let desk = &mut clinic.office;
    desk.run(|vault, now, rng| vault.publish(true, now, rng));
    desk.sync();
    let mut asha = Person::new(&relay, "patient", "Asha Rao");
    let tomorrow = asha.now() + 86_400;
    let hour = |from: u64| AppointmentTime {
        start: from,
        end: from + 3600,
    };
    let request = AppointmentRequest {
        contact: desk.ask(Vault::contact).expect("a link"),
        reason: "Tired for six weeks".into(),
        comment: None,
        wishes: Vec::new(),
    };
    let id = asha.make(|vault, now, rng| vault.ask_appointment(&request, now, rng));
    for _ in 0..2 {
        asha.sync();
        desk.sync();
    }
    let mut laptop = Person::join_ordinary(&relay, &asha.words);
    let mut second = Person::join_ordinary(&relay, &desk.words);
    for (person, other) in [(&mut asha, &mut laptop), (&mut *desk, &mut second)] {
        person.sync();
        assert_eq!(stages(other), ["asked"]);
        let gone = person.ask(Vault::devices).remove(1).id;
        person.run(|vault, now, rng| vault.remove_devices(std::slice::from_ref(&gone), None, now, rng));
        person.sync();
        person.sync();
        assert_eq!(person.ask(Vault::profile).stopped, Vec::<String>::new());
    }

    // An answer, and another request: who was taken out is told neither by the relay.
    let times = vec![hour(tomorrow), hour(tomorrow + 7200)];
    desk.run(|vault, now, rng| vault.offer_times(&id, times.clone(), now, rng));
    asha.make(|vault, now, rng| vault.ask_appointment(&request, now, rng));
    for _ in 0..2 {
        desk.sync();
        asha.sync();
    }
    let mut seen = stages(&mut asha);
    seen.sort_unstable();
    assert_eq!(seen, ["asked", "offered"], "{:?}", asha.codes());
    assert_eq!(stages(desk).len(), 2, "{:?}", desk.codes());
    for other in [&mut laptop, &mut second] {
        let before = mailbox_answers(other).len();
        other.sync();
        other.sync();
        assert_eq!(stages(other), ["asked"]);
        let answers = mailbox_answers(other);
        assert!(
            answers.len() > before && answers[before..].iter().all(|status| *status == 404),
            "{answers:?}"
        );
    }

    // Who joins by the words finds the mailboxes as they are now, and goes on from there.
    let mut third = Person::join(&relay, &asha.words);
    third.sync();
    third.sync();
    third.run(|vault, now, rng| vault.accept_time(&id, 1, now, rng));
    for _ in 0..2 {
        third.sync();
        desk.sync();
    }
    third.sync();
    let mut seen = stages(&mut third);
    seen.sort_unstable();
    assert_eq!(seen, ["asked", "booked"], "{:?}", third.codes());
    asha.sync();
    assert_eq!(stages(&mut asha).iter().filter(|stage| *stage == "booked").count(), 1);
}

/// All entries of the own chain, as a device that reads everything gets them.
fn everything_listed(relay: &Relay, words: &str) -> Vec<serde_json::Value> {
    let mut reader = Person::join(relay, words);
    reader.sync();
    let pages = reader.wire.all().into_iter().filter_map(|exchange| {
        let value: serde_json::Value = serde_json::from_slice(&exchange.response?.body).ok()?;
        value.get("entries")?.as_array().cloned()
    });
    pages.max_by_key(Vec::len).expect("a page of entries")
}

/// The relay lists these entries of the own chain to a person, whatever keys the person has.
fn list_to(person: &Person, entries: Vec<serde_json::Value>) {
    person.wire.lie(move |request, response| {
        if request.method == "GET" && request.url.contains("/blocks") {
            let after = request
                .url
                .split("after=")
                .nth(1)
                .and_then(|rest| rest.split('&').next());
            let after: i64 = after.and_then(|text| text.parse().ok()).unwrap_or(-1);
            let news: Vec<_> = entries
                .iter()
                .filter(|entry| entry["index"].as_i64().is_some_and(|index| index > after))
                .cloned()
                .collect();
            response.status = 200;
            response.body = serde_json::json!({"success": true, "entries": news, "more": false})
                .to_string()
                .into_bytes();
        }
    });
}

#[test]
fn a_removed_admin_with_a_relay_on_its_side_gets_nothing_in_and_nothing_out() {
    let Some(relay) = Relay::start() else { return };
    let Cast { mut asha, .. } = Cast::new(&relay);
    let mut laptop = Person::try_join(&relay, &asha.words).expect("a second admin");
    laptop.sync();
    asha.sync();
    let thief = Forger::of(&mut laptop);
    let (mut statement, body) = thief.next_block();
    let id = asha
        .ask(Vault::devices)
        .into_iter()
        .find(|device| !device.this)
        .expect("it")
        .id;
    // Taking an admin out needs the root: `Keys::remove`.
    let refused = asha.refused(|vault, now, rng| vault.remove_devices(std::slice::from_ref(&id), None, now, rng));
    assert_eq!(refused, "device.words");
    let words = asha.words.clone();
    asha.run(|vault, now, rng| vault.remove_devices(std::slice::from_ref(&id), Some(&words), now, rng));
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("63.3"), now, rng));
    asha.sync();
    let head = asha.ask(Vault::chain);

    // Its `write` capability is none any more: `Chain::require_write` of the relay.
    let answer = thief.try_admit(&thief.sign(statement.clone()), &body);
    assert_eq!(answer.status, 404);

    // The whole of the relay's database: the new keys are sealed to others (`flow::epoch::keys_of`).
    let listed = everything_listed(&relay, &words);
    let known = laptop.ask(Vault::chain).blocks;
    list_to(&laptop, listed);
    laptop.shown();
    laptop.sync();
    let codes = laptop.codes();
    assert!(codes.contains(&"identity.removed".to_owned()), "{codes:?}");
    assert!(laptop.ask(Vault::chain).blocks <= known, "nothing later was opened");
    laptop.wire.tell_the_truth();

    // A back-dated block behind the removal, listed by a relay that helps: it lies under the old epoch's label (`check_promise`).
    asha.sync();
    let behind = asha.ask(Vault::chain).blocks;
    statement.sequence = behind;
    statement.time = protocol::time::Timestamp::new(asha.now() - 86_400).expect("a time");
    let forged = thief.entry(behind, &thief.sign(statement), &body);
    list_to(&asha, vec![forged]);
    asha.shown();
    asha.reopen();
    asha.run(|vault, now, rng| vault.rename_device(&id, "stolen", now, rng));
    asha.sync();
    asha.sync();
    asha.wire.tell_the_truth();
    assert_eq!(asha.ask(Vault::check_chain).bad, None);
    asha.reopen();
    asha.sync();
    assert!(asha.ask(Vault::chain).blocks >= head.blocks);

    // A file across the epochs verifies: whole chain, and one record of before with one of after.
    let now = asha.now();
    let file = asha.ask(|vault| vault.export_all(now, &mut cli::random()));
    let report = Vault::verify_export(&file, "", now + 315_360_000).expect("a report");
    let failed: Vec<_> = report.facts.iter().filter(|fact| fact.outcome == "fail").collect();
    assert!(failed.is_empty(), "{failed:?}");
    let ids: Vec<String> = asha
        .ask(|vault| vault.records(&RecordQuery::default()))
        .into_iter()
        .map(|record| record.id)
        .collect();
    let file = asha.ask(|vault| vault.export_records(&ids, now, &mut cli::random()));
    let report = Vault::verify_export(&file, "", now + 315_360_000).expect("a report");
    let failed: Vec<_> = report.facts.iter().filter(|fact| fact.outcome == "fail").collect();
    assert!(failed.is_empty(), "{failed:?}");
}
