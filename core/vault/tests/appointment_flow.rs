//! Appointments over a real relay process: asked, offered, booked, moved, declined, called off, seen from both sides.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "flow/platform.rs"]
#[allow(dead_code, reason = "shared with other test targets")]
mod platform;

use platform::{Person, Relay};
use vault::facade::{AppointmentRequest, AppointmentTime, AppointmentView, Error, RecordQuery, Setup};

const HOUR: u64 = 3600;

fn person(relay: &Relay, role: &str, name: &str) -> Person {
    let setup = Setup {
        role: role.into(),
        name: name.into(),
        relay: relay.url.clone(),
        token: None,
    };
    let mut person = Person::create(&setup);
    person.sync();
    person
}

/// Whole hours from now on, so that the same place is the same time.
fn hour(person: &Person, place: u64) -> AppointmentTime {
    let start = (person.now() / HOUR + 24 + place) * HOUR;
    AppointmentTime {
        start,
        end: start + HOUR / 2,
    }
}

fn desk(relay: &Relay, role: &str, name: &str) -> (Person, String) {
    let mut desk = person(relay, role, name);
    desk.run(|vault, now, rng| vault.open_intake(now, rng));
    desk.sync();
    let contact = desk.vault.contact().unwrap().unwrap();
    (desk, contact)
}

fn ask(patient: &mut Person, contact: &str) -> String {
    let request = AppointmentRequest {
        contact: contact.to_owned(),
        reason: "Headache for a week".into(),
        comment: Some("Mornings are better".into()),
        wishes: vec![hour(patient, 0)],
    };
    let id = patient
        .run(|vault, now, rng| vault.ask_appointment(&request, now, rng))
        .created
        .unwrap();
    patient.sync();
    id
}

fn seen(person: &mut Person, id: &str) -> AppointmentView {
    person
        .ask(|vault, now| vault.appointments(now))
        .into_iter()
        .find(|view| view.id == id)
        .unwrap()
}

fn stages(patient: &mut Person, desk: &mut Person, id: &str) -> (String, String) {
    (seen(patient, id).stage, seen(desk, id).stage)
}

#[track_caller]
fn refused<T: core::fmt::Debug>(result: Result<T, Error>, code: &str) {
    assert_eq!(result.err().map(|error| error.code).as_deref(), Some(code));
}

fn both(one: &str, other: &str) -> (String, String) {
    (one.to_owned(), other.to_owned())
}

#[test]
fn asked_offered_booked_moved_and_called_off() {
    let Some(relay) = Relay::start() else { return };
    let (mut rao, contact) = desk(&relay, "practitioner", "Dr Rao");
    let mut asha = person(&relay, "patient", "Asha");
    let id = ask(&mut asha, &contact);
    let mine = seen(&mut asha, &id);
    assert_eq!(
        (mine.stage.as_str(), mine.name.as_str(), mine.vouched.as_str()),
        ("asked", "Dr Rao", "none")
    );
    assert_eq!(mine.actions, ["cancel"]);
    rao.sync();
    let theirs = seen(&mut rao, &id);
    assert_eq!(
        (theirs.stage.as_str(), theirs.name.as_str(), theirs.side.as_str()),
        ("asked", "Asha", "desk")
    );
    assert_eq!(
        (theirs.reason.as_str(), theirs.comment.as_deref()),
        ("Headache for a week", Some("Mornings are better"))
    );
    assert_eq!(theirs.wishes, [hour(&rao, 0)]);
    assert_eq!(theirs.actions, ["offer", "decline", "cancel"]);
    assert!(rao.shown().iter().any(|show| show.kind == "show.appointment_asked"));

    // Nobody can do the other side's part, or jump ahead.
    let times = vec![hour(&rao, 1), hour(&rao, 2)];
    refused(
        asha.try_run(|vault, now, rng| vault.offer_times(&id, times.clone(), now, rng)),
        "appointment.step",
    );
    refused(
        rao.try_run(|vault, now, rng| vault.accept_time(&id, 0, now, rng)),
        "appointment.step",
    );
    let past = vec![AppointmentTime { start: 1000, end: 2000 }];
    refused(
        rao.try_run(|vault, now, rng| vault.offer_times(&id, past.clone(), now, rng)),
        "appointment.time",
    );
    let backwards = vec![AppointmentTime {
        start: times[0].end,
        end: times[0].start,
    }];
    refused(
        rao.try_run(|vault, now, rng| vault.offer_times(&id, backwards.clone(), now, rng)),
        "appointment.time",
    );
    refused(
        rao.try_run(|vault, now, rng| vault.offer_times(&id, vec![], now, rng)),
        "appointment.too_many",
    );

    rao.run(|vault, now, rng| vault.offer_times(&id, times.clone(), now, rng));
    rao.sync();
    asha.sync();
    let mine = seen(&mut asha, &id);
    assert_eq!((mine.stage.as_str(), &mine.times), ("offered", &times));
    refused(
        asha.try_run(|vault, now, rng| vault.accept_time(&id, 2, now, rng)),
        "appointment.time",
    );
    asha.run(|vault, now, rng| vault.accept_time(&id, 1, now, rng));
    assert_eq!(seen(&mut asha, &id).stage, "accepted");
    asha.sync();
    rao.sync();
    asha.sync();
    assert_eq!(stages(&mut asha, &mut rao, &id), both("booked", "booked"));
    let mine = seen(&mut asha, &id);
    assert_eq!(
        (mine.booked.as_ref(), seen(&mut rao, &id).booked.as_ref()),
        (Some(&times[1]), Some(&times[1]))
    );
    assert!(mine.fhir.contains("\"booked\""), "{}", mine.fhir);
    assert_eq!(mine.fhir, seen(&mut rao, &id).fhir);
    // It stands in the patient's timeline.
    let records = asha.vault.records(&RecordQuery::default()).unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(Some(&records[0].id), mine.record.as_ref());
    assert_eq!(records[0].category, "appointment");

    // The patient would rather come later; the desk agrees.
    let later = hour(&asha, 5);
    asha.run(|vault, now, rng| vault.move_appointment(&id, later.start, later.end, now, rng));
    asha.sync();
    rao.sync();
    assert_eq!(stages(&mut asha, &mut rao, &id), both("moved", "moved"));
    assert_eq!(
        (seen(&mut rao, &id).times, seen(&mut rao, &id).booked),
        (vec![later.clone()], Some(times[1].clone()))
    );
    refused(
        asha.try_run(|vault, now, rng| vault.accept_time(&id, 0, now, rng)),
        "appointment.step",
    );
    rao.run(|vault, now, rng| vault.accept_time(&id, 0, now, rng));
    rao.sync();
    asha.sync();
    assert_eq!(stages(&mut asha, &mut rao, &id), both("booked", "booked"));
    assert_eq!(seen(&mut asha, &id).booked, Some(later.clone()));
    // The record was corrected, not doubled.
    let corrected = seen(&mut asha, &id).record.unwrap();
    let first = asha.ask(|vault, now| vault.record(&records[0].id, now));
    assert_eq!(first.summary.superseded_by.as_ref(), Some(&corrected));

    // The desk moves; the patient says no, and the booking stays; then it moves again and the patient agrees.
    let other = hour(&rao, 7);
    for agree in [false, true] {
        rao.run(|vault, now, rng| vault.move_appointment(&id, other.start, other.end, now, rng));
        rao.sync();
        asha.sync();
        assert_eq!(stages(&mut asha, &mut rao, &id), both("moved", "moved"));
        if agree {
            asha.run(|vault, now, rng| vault.accept_time(&id, 0, now, rng));
        } else {
            asha.run(|vault, now, rng| vault.decline_appointment(&id, None, now, rng));
        }
        asha.sync();
        rao.sync();
        asha.sync();
        assert_eq!(stages(&mut asha, &mut rao, &id), both("booked", "booked"));
        let booked = Some(if agree { other.clone() } else { later.clone() });
        assert_eq!(
            (seen(&mut asha, &id).booked, seen(&mut rao, &id).booked),
            (booked.clone(), booked)
        );
    }

    // Both vaults are built again by the words.
    let mut phone = Person::join(&asha.words, &relay.url);
    let mut tablet = Person::join(&rao.words, &relay.url);
    phone.sync();
    tablet.sync();
    let plain = |view: AppointmentView| (view.stage, view.booked, view.name, view.record, view.fhir);
    assert_eq!(plain(seen(&mut phone, &id)), plain(seen(&mut asha, &id)));
    assert_eq!(plain(seen(&mut tablet, &id)), plain(seen(&mut rao, &id)));
    assert_eq!(tablet.vault.contact().unwrap(), Some(contact));

    // Called off by the second device of the desk: the first learns of it too.
    tablet.run(|vault, now, rng| vault.cancel_appointment(&id, Some("Dr Rao is ill".into()), now, rng));
    tablet.sync();
    asha.sync();
    rao.sync();
    assert_eq!(stages(&mut asha, &mut rao, &id), both("cancelled", "cancelled"));
    let mine = seen(&mut asha, &id);
    assert_eq!(
        (mine.explanation.as_deref(), mine.actions.is_empty()),
        (Some("Dr Rao is ill"), true)
    );
    let record = asha.ask(|vault, now| vault.record(mine.record.as_ref().unwrap(), now));
    assert!(String::from_utf8(record.fhir).unwrap().contains("Dr Rao is ill"));
    refused(
        asha.try_run(|vault, now, rng| vault.cancel_appointment(&id, None, now, rng)),
        "appointment.step",
    );
}

#[test]
fn declined_by_either_side_and_called_off_before_an_answer() {
    let Some(relay) = Relay::start() else { return };
    let (mut lab, contact) = desk(&relay, "laboratory", "Lab");
    let mut asha = person(&relay, "patient", "Asha");

    let id = ask(&mut asha, &contact);
    lab.sync();
    lab.run(|vault, now, rng| vault.decline_appointment(&id, Some("We are closed".into()), now, rng));
    lab.sync();
    asha.sync();
    assert_eq!(stages(&mut asha, &mut lab, &id), both("declined", "declined"));
    assert_eq!(seen(&mut asha, &id).explanation.as_deref(), Some("We are closed"));

    let id = ask(&mut asha, &contact);
    lab.sync();
    let times = vec![hour(&lab, 1)];
    lab.run(|vault, now, rng| vault.offer_times(&id, times.clone(), now, rng));
    lab.sync();
    asha.sync();
    asha.run(|vault, now, rng| vault.decline_appointment(&id, None, now, rng));
    asha.sync();
    lab.sync();
    assert_eq!(stages(&mut asha, &mut lab, &id), both("declined", "declined"));

    let id = ask(&mut asha, &contact);
    asha.run(|vault, now, rng| vault.cancel_appointment(&id, None, now, rng));
    asha.sync();
    lab.sync();
    assert_eq!(stages(&mut asha, &mut lab, &id), both("cancelled", "cancelled"));
    assert!(asha.vault.records(&RecordQuery::default()).unwrap().is_empty());

    // The desk's answer crosses the patient's calling off: off it is, on both sides.
    let id = ask(&mut asha, &contact);
    lab.sync();
    lab.run(|vault, now, rng| vault.offer_times(&id, times.clone(), now, rng));
    asha.run(|vault, now, rng| vault.cancel_appointment(&id, None, now, rng));
    lab.sync();
    asha.sync();
    lab.sync();
    assert_eq!(stages(&mut asha, &mut lab, &id), both("cancelled", "cancelled"));
}

#[test]
fn two_patients_and_one_free_time() {
    let Some(relay) = Relay::start() else { return };
    let (mut rao, contact) = desk(&relay, "practitioner", "Dr Rao");
    let mut asha = person(&relay, "patient", "Asha");
    let mut ravi = person(&relay, "patient", "Ravi");
    let (first, second) = (ask(&mut asha, &contact), ask(&mut ravi, &contact));
    rao.sync();
    let (one, two) = (hour(&rao, 1), hour(&rao, 2));
    rao.run(|vault, now, rng| vault.offer_times(&first, vec![one.clone()], now, rng));
    rao.run(|vault, now, rng| vault.offer_times(&second, vec![one.clone(), two.clone()], now, rng));
    rao.sync();
    for (patient, id) in [(&mut asha, &first), (&mut ravi, &second)] {
        patient.sync();
        patient.run(|vault, now, rng| vault.accept_time(id, 0, now, rng));
        patient.sync();
        rao.sync();
        patient.sync();
    }
    assert_eq!(seen(&mut asha, &first).booked, Some(one.clone()));
    let left = seen(&mut ravi, &second);
    assert_eq!(
        (left.stage.as_str(), left.times, left.booked),
        ("offered", vec![two.clone()], None)
    );
    assert!(rao.shown().iter().any(|show| show.kind == "show.appointment_taken"));
    refused(
        rao.try_run(|vault, now, rng| vault.offer_times(&second, vec![one.clone()], now, rng)),
        "appointment.taken",
    );
    ravi.run(|vault, now, rng| vault.accept_time(&second, 0, now, rng));
    ravi.sync();
    rao.sync();
    ravi.sync();
    assert_eq!(seen(&mut ravi, &second).booked, Some(two));
    refused(
        rao.try_run(|vault, now, rng| vault.move_appointment(&second, one.start, one.end, now, rng)),
        "appointment.taken",
    );
}

#[test]
fn an_organizations_desk_and_a_vouched_doctor_are_shown_as_such() {
    let Some(relay) = Relay::start() else { return };
    let (mut clinic, front) = desk(&relay, "organization", "City Clinic");
    let (mut rao, contact) = desk(&relay, "practitioner", "Dr Rao");
    let mut asha = person(&relay, "patient", "Asha");
    let now = rao.now();
    let file = rao
        .vault
        .credential_request(now, &mut rand_core::UnwrapErr(getrandom::SysRng))
        .unwrap();
    let id = clinic
        .run(|vault, now, rng| vault.vouch(&file, "practitioner", "", 30, now, rng))
        .created
        .unwrap();
    clinic.sync();
    let credential = clinic.vault.credential(&id).unwrap();
    rao.run(|vault, now, rng| vault.accept_credential(&credential, now, rng));
    rao.sync();
    // The link stays; what stands beside the contact is new.
    assert_eq!(rao.vault.contact().unwrap().as_ref(), Some(&contact));

    let visit = ask(&mut asha, &contact);
    let at_front = ask(&mut asha, &front);
    assert_eq!(seen(&mut asha, &visit).vouched, "unknown");
    assert_eq!(seen(&mut asha, &at_front).vouched, "none");
    let organization = clinic.vault.organization().unwrap().id;
    asha.run(|vault, now, rng| vault.trust(&organization, "City Clinic", now, rng));
    for id in [&visit, &at_front] {
        let view = seen(&mut asha, id);
        assert_eq!(
            (view.vouched.as_str(), view.organization_name.as_deref()),
            ("trusted", Some("City Clinic"))
        );
    }

    // Suspended: once the patient's wallet knows, nothing is sent any more.
    let now = clinic.now();
    clinic.run(|vault, at, rng| vault.suspend(&id, now, at, rng));
    clinic.sync();
    asha.offset += 60;
    ask(&mut asha, &contact);
    let refused = ask(&mut asha, &contact);
    let view = seen(&mut asha, &refused);
    assert_eq!(
        (view.stage.as_str(), view.problem.as_deref()),
        ("failed", Some("credential.suspended"))
    );
}
