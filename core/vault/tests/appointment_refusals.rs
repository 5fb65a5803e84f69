//! What must be refused on the way to an appointment: links and contacts that are not what they should be, strangers, replays, documents
//! that do not belong. The other side is played by hand, so that it can do what no vault would.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod appointment_support;
#[path = "flow/platform.rs"]
#[allow(dead_code, reason = "shared with other test targets")]
mod platform;

use appointment_support::{OwnBox, Stranger, arrived, post, random, request};
use clinical::build::Resource;
use clinical::build::appointment::{Appointment, Participant};
use clinical::build::schedule::Slot;
use clinical::facts::Party;
use platform::{Person, Relay};
use protocol::cbor::{self, Bytes};
use protocol::contact::ContactUrl;
use protocol::credential::CredentialEvidence;
use protocol::envelope::MessageKind;
use protocol::hash::Hash;
use protocol::id::IdentityId;
use protocol::time::Timestamp;
use vault::crypto::hpke::RecipientKey;
use vault::facade::{AppointmentRequest as Ask, AppointmentView, Setup};
use vault::flow::appointment::message::{AppointmentAct, AppointmentAnswer, AppointmentRequest};

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

fn ask(patient: &mut Person, contact: &str) -> String {
    let ask = Ask {
        contact: contact.to_owned(),
        reason: "Cough".into(),
        comment: None,
        wishes: vec![],
    };
    let id = patient
        .run(|vault, now, rng| vault.ask_appointment(&ask, now, rng))
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

/// Codes of the messages that were refused since last asked.
fn refusals(person: &mut Person) -> Vec<String> {
    let shown = person
        .shown()
        .into_iter()
        .filter(|show| show.kind == "show.message_refused");
    shown.map(|show| show.params[0].value.clone()).collect()
}

fn slot(start: u64) -> Bytes {
    let slot = Slot {
        id: None,
        schedule: Party::named("Desk by hand"),
        status: "free".into(),
        start: Timestamp::new(start).unwrap(),
        end: Timestamp::new(start + HOUR).unwrap(),
        comment: None,
    };
    slot.bytes().unwrap().into()
}

fn appointment(id: &Hash, status: &str, start: Option<u64>) -> Bytes {
    let time = |seconds| Timestamp::new(seconds).unwrap();
    let appointment = Appointment {
        id: Some(id.to_string()),
        status: status.into(),
        reason: Some(clinical::build::Concept::text("Cough")),
        time: start.map(|start| (time(start), time(start + HOUR))),
        participants: vec![Participant {
            actor: Party::named("Asha"),
            status: "accepted".into(),
        }],
        ..Appointment::default()
    };
    appointment.bytes().unwrap().into()
}

fn identity(person: &Person) -> IdentityId {
    person.vault.profile().unwrap().identity.unwrap().parse().unwrap()
}

fn credential_of(relay: &Relay, clinic: &mut Person, days: u32) -> (Person, CredentialEvidence) {
    let mut rao = person(relay, "practitioner", "Dr Rao");
    let now = rao.now();
    let file = rao
        .vault
        .credential_request(now, &mut appointment_support::rng())
        .unwrap();
    let id = clinic
        .run(|vault, now, rng| vault.vouch(&file, "practitioner", "", days, now, rng))
        .created
        .unwrap();
    clinic.sync();
    let bytes = clinic.vault.credential(&id).unwrap();
    rao.run(|vault, now, rng| vault.accept_credential(&bytes, now, rng));
    rao.sync();
    (rao, cbor::decode(&bytes, 1 << 16).unwrap())
}

#[test]
fn a_contact_that_is_not_the_linked_one_is_told_nothing() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = person(&relay, "patient", "Asha");
    let hand = Stranger::new();
    let other = Stranger::new();
    let fails = |asha: &mut Person, link: &str, mailbox: Option<&OwnBox>, code: &str| {
        let id = ask(asha, link);
        let view = seen(asha, &id);
        assert_eq!((view.stage.as_str(), view.problem.as_deref()), ("failed", Some(code)));
        assert_eq!(view.name, "");
        if let Some(mailbox) = mailbox {
            assert!(arrived(&relay, mailbox).is_empty(), "{code}: something was sent");
        }
    };

    // Links that are none.
    for (link, code) in [
        ("https://relay.example/offer#1.AA.AA", "contact.scheme"),
        ("mailto:desk@example.org", "contact.scheme"),
        ("https://relay.example/contact#2.AA.AA", "contact.version"),
        ("https://relay.example/contact#1.AA.AA", "contact.url"),
    ] {
        let ask = Ask {
            contact: link.into(),
            reason: "Cough".into(),
            comment: None,
            wishes: vec![],
        };
        let refused = asha
            .try_run(|vault, now, rng| vault.ask_appointment(&ask, now, rng))
            .unwrap_err();
        assert_eq!(refused.code, code);
    }

    // The relay gives another statement than the one linked: one flipped bit, or a whole other one.
    let (mailbox, link) = hand.desk(&relay, None, |card| {
        let last = card.statement.len() - 1;
        card.statement[last] ^= 1;
    });
    fails(&mut asha, &link, Some(&mailbox), "contact.hash");
    let (mailbox, link) = hand.desk(&relay, None, |_| {});
    let mut url = ContactUrl::parse(&link).unwrap();
    url.hash = random();
    fails(&mut asha, &url.to_text().unwrap(), Some(&mailbox), "contact.hash");
    // A statement about one mailbox, published beside another.
    let moved = Stranger::mailbox(
        &relay,
        Some(&|_: &OwnBox| hand.contact(&relay, &mailbox, None).encode()),
    );
    let card = hand.contact(&relay, &mailbox, None);
    let wrong = Stranger::mailbox(&relay, Some(&|_: &OwnBox| card.encode()));
    let url = ContactUrl {
        mailbox: wrong.id,
        ..card.url().unwrap()
    };
    fails(&mut asha, &url.to_text().unwrap(), Some(&wrong), "contact.mailbox");
    assert!(arrived(&relay, &moved).is_empty());
    // Signed, but by a device that is not the desk's.
    let (mailbox, link) = hand.desk(&relay, None, |card| card.evidence = other.evidence.clone());
    fails(&mut asha, &link, Some(&mailbox), "contact.owner");
    // Damaged, and not there.
    let (mailbox, link) = hand.desk(&relay, None, |card| card.statement.truncate(10));
    fails(&mut asha, &link, Some(&mailbox), "contact.hash");
    let url = ContactUrl {
        origin: relay.url.clone(),
        mailbox: random().into(),
        hash: random(),
    };
    fails(&mut asha, &url.to_text().unwrap(), None, "relay.not_found");

    // Credentials beside a contact: somebody else's, forged, expired.
    let mut clinic = person(&relay, "organization", "City Clinic");
    let (_, of_rao) = credential_of(&relay, &mut clinic, 1);
    let (mailbox, link) = hand.desk(&relay, Some(of_rao.clone()), |_| {});
    fails(&mut asha, &link, Some(&mailbox), "contact.credential");
    let mut forged = of_rao.clone();
    let last = forged.credential.len() - 1;
    forged.credential[last] ^= 1;
    let (mailbox, link) = hand.desk(&relay, Some(forged), |_| {});
    fails(&mut asha, &link, Some(&mailbox), "contact.credential");
    let (mut rao, _) = credential_of(&relay, &mut clinic, 1);
    rao.run(|vault, now, rng| vault.open_intake(now, rng));
    rao.sync();
    asha.offset = 2 * 24 * HOUR;
    fails(
        &mut asha,
        &rao.vault.contact().unwrap().unwrap(),
        None,
        "credential.expired",
    );
    rao.sync();
    assert!(rao.ask(|vault, now| vault.appointments(now)).is_empty());
}

#[test]
fn only_the_desk_that_was_asked_can_answer() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = person(&relay, "patient", "Asha");
    let me = identity(&asha);
    let mut hand = Stranger::new();
    let mut other = Stranger::new();
    let (intake, link) = hand.desk(&relay, None, |_| {});
    let id = ask(&mut asha, &link);
    let asked = arrived(&relay, &intake).remove(0);
    let asked = request(&asked);
    assert_eq!(asked.appointment.to_string(), id);
    let own = Stranger::mailbox(&relay, None);
    let start = (asha.now() / HOUR + 24) * HOUR;
    asha.shown();

    // Somebody to whom the desk passed the patient's answer box on.
    other.answer(&relay, me, &asked, &own, 1, AppointmentAct::Offered(vec![slot(start)]));
    asha.sync();
    assert_eq!(
        (refusals(&mut asha), seen(&mut asha, &id).stage),
        (vec!["appointment.sender".to_owned()], "asked".to_owned())
    );
    // The same under the desk's name and evidence: the key is not the desk's.
    let kept = (other.evidence.clone(), other.actor.clone());
    other.evidence = hand.evidence.clone();
    other.actor.identity = hand.actor.identity;
    other.answer(&relay, me, &asked, &own, 1, AppointmentAct::Offered(vec![slot(start)]));
    (other.evidence, other.actor) = kept;
    // A message for another appointment, of a wrong kind, for somebody else.
    let wrong = AppointmentRequest {
        appointment: random(),
        ..asked.clone()
    };
    hand.answer(&relay, me, &wrong, &own, 1, AppointmentAct::Offered(vec![slot(start)]));
    let key = RecipientKey::new(&asked.reply.sealing_key).unwrap();
    let odd = hand.sign(asked.reply.mailbox, me, &key, MessageKind::Notice, vec![0xf6]);
    post(&relay, &odd, &key, Some(&asked.reply.send));
    let odd = hand.sign(
        asked.reply.mailbox,
        other.actor.identity,
        &key,
        MessageKind::AppointmentAnswer,
        vec![0xf6],
    );
    post(&relay, &odd, &key, Some(&asked.reply.send));
    // Documents that do not belong: a wrong type, a time that was never agreed on, a move of what is not booked.
    let steps = [
        AppointmentAct::Offered(vec![appointment(&asked.appointment, "booked", Some(start))]),
        AppointmentAct::Offered(vec![slot(start); 21]),
        AppointmentAct::Booked(appointment(&asked.appointment, "booked", Some(start))),
        AppointmentAct::Booked(appointment(&random(), "booked", Some(start))),
        AppointmentAct::Moved(slot(start)),
        AppointmentAct::Accepted(slot(start)),
    ];
    for act in steps {
        hand.answer(&relay, me, &asked, &own, 1, act);
    }
    asha.sync();
    let expected = [
        "appointment.sender",
        "appointment.unknown",
        "envelope.kind",
        "envelope.recipient",
        "appointment.document",
        "appointment.too_many",
        "appointment.time",
        "appointment.document",
        "appointment.step",
        "appointment.step",
    ];
    assert_eq!(refusals(&mut asha), expected);
    assert_eq!(seen(&mut asha, &id).stage, "asked");

    // The desk itself is heard; its message sent once more, newly sealed, is not.
    let good = hand.answer(&relay, me, &asked, &own, 1, AppointmentAct::Offered(vec![slot(start)]));
    asha.sync();
    assert_eq!(
        (refusals(&mut asha).len(), seen(&mut asha, &id).stage),
        (0, "offered".to_owned())
    );
    post(&relay, &good, &key, Some(&asked.reply.send));
    asha.sync();
    assert_eq!(refusals(&mut asha), ["envelope.replayed"]);
    // An older number from the desk changes nothing.
    hand.answer(
        &relay,
        me,
        &asked,
        &own,
        1,
        AppointmentAct::Cancelled(appointment(&asked.appointment, "cancelled", None)),
    );
    asha.sync();
    assert_eq!(seen(&mut asha, &id).stage, "offered");

    // Booked at another time than the one taken: refused; at that one: booked.
    asha.run(|vault, now, rng| vault.accept_time(&id, 0, now, rng));
    asha.sync();
    assert_eq!(arrived(&relay, &own).len(), 1);
    let booked = |start| AppointmentAct::Booked(appointment(&asked.appointment, "booked", Some(start)));
    hand.answer(&relay, me, &asked, &own, 2, booked(start + HOUR));
    asha.sync();
    assert_eq!(
        (refusals(&mut asha), seen(&mut asha, &id).stage),
        (vec!["appointment.time".to_owned()], "accepted".to_owned())
    );
    hand.answer(&relay, me, &asked, &own, 3, booked(start));
    asha.sync();
    assert_eq!(seen(&mut asha, &id).stage, "booked");
    // What is booked cannot be declined or offered anew behind the patient's back.
    hand.answer(
        &relay,
        me,
        &asked,
        &own,
        4,
        AppointmentAct::Offered(vec![slot(start + HOUR)]),
    );
    asha.sync();
    assert_eq!(
        (refusals(&mut asha), seen(&mut asha, &id).stage),
        (vec!["appointment.step".to_owned()], "booked".to_owned())
    );

    // One mailbox for answers serves one appointment: the desk cannot have a second one answered into the first one's box.
    let second = ask(&mut asha, &link);
    let again = request(&arrived(&relay, &intake)[1]);
    hand.answer(
        &relay,
        me,
        &again,
        &own,
        1,
        AppointmentAct::Offered(vec![slot(start + HOUR)]),
    );
    asha.sync();
    assert_eq!(
        (refusals(&mut asha), seen(&mut asha, &second).stage),
        (vec!["appointment.reply".to_owned()], "asked".to_owned())
    );
    // Nor can it speak of the second one in the first one's box.
    let fresh = Stranger::mailbox(&relay, None);
    let stray = AppointmentRequest {
        appointment: again.appointment,
        ..asked.clone()
    };
    hand.answer(
        &relay,
        me,
        &stray,
        &fresh,
        1,
        AppointmentAct::Offered(vec![slot(start + HOUR)]),
    );
    asha.sync();
    assert_eq!(
        (refusals(&mut asha), seen(&mut asha, &second).stage),
        (vec!["appointment.unknown".to_owned()], "asked".to_owned())
    );
}

#[test]
fn a_desk_takes_no_forged_repeated_or_overflowing_requests() {
    let Some(relay) = Relay::start() else { return };
    let mut rao = person(&relay, "practitioner", "Dr Rao");
    rao.run(|vault, now, rng| vault.open_intake(now, rng));
    rao.sync();
    let desk = identity(&rao);
    let url = ContactUrl::parse(&rao.vault.contact().unwrap().unwrap()).unwrap();
    let key = {
        // What anybody can read of the desk: its contact.
        let mut asha = person(&relay, "patient", "Asha");
        ask(&mut asha, &rao.vault.contact().unwrap().unwrap());
        let body = contact(&relay, &url);
        RecipientKey::new(&body).unwrap()
    };
    rao.sync();
    let count = |rao: &mut Person| rao.ask(|vault, now| vault.appointments(now)).len();
    assert_eq!(count(&mut rao), 1);
    rao.shown();

    let mut hand = Stranger::new();
    let mut other = Stranger::new();
    let own = Stranger::mailbox(&relay, None);
    let make = |by: &Stranger, own: &OwnBox| {
        let id = random();
        AppointmentRequest {
            appointment: id,
            name: "Ravi".into(),
            evidence: by.evidence.clone(),
            reply: own.reply(&relay),
            resource: appointment(&id, "proposed", None),
        }
    };
    let send = |by: &mut Stranger, request: &AppointmentRequest| {
        let envelope = by.sign(
            url.mailbox,
            desk,
            &key,
            MessageKind::AppointmentRequest,
            cbor::encode(request),
        );
        post(&relay, &envelope, &key, None);
        envelope
    };

    // Somebody else's evidence, a name that cannot be shown, documents that do not belong, a plain lie about the relay.
    let good = make(&hand, &own);
    let forged = AppointmentRequest {
        evidence: other.evidence.clone(),
        ..good.clone()
    };
    send(&mut hand, &forged);
    let own_name = other.actor.identity;
    other.actor.identity = hand.actor.identity;
    send(&mut other, &good);
    other.actor.identity = own_name;
    send(
        &mut hand,
        &AppointmentRequest {
            name: "A\u{7}".into(),
            ..good.clone()
        },
    );
    send(
        &mut hand,
        &AppointmentRequest {
            resource: appointment(&random(), "proposed", None),
            ..good.clone()
        },
    );
    send(
        &mut hand,
        &AppointmentRequest {
            resource: slot(HOUR),
            ..good.clone()
        },
    );
    let mut lie = good.clone();
    lie.reply.origin = "ftp://relay".into();
    send(&mut hand, &lie);
    let odd = hand.sign(url.mailbox, desk, &key, MessageKind::Submission, vec![0xf6]);
    post(&relay, &odd, &key, None);
    rao.sync();
    let expected = [
        "appointment.sender",
        "appointment.sender",
        "vault.text",
        "appointment.document",
        "appointment.document",
        "vault.relay",
        "envelope.kind",
    ];
    assert_eq!(
        (refusals(&mut rao), count(&mut rao)),
        (expected.map(str::to_owned).to_vec(), 1)
    );

    // The proper one counts once, however often it comes.
    let envelope = send(&mut hand, &good);
    post(&relay, &envelope, &key, None);
    send(&mut hand, &good);
    rao.sync();
    assert_eq!(
        (refusals(&mut rao), count(&mut rao)),
        (vec!["envelope.replayed".to_owned()], 2)
    );
    // Nobody takes its name or its mailbox over.
    let taken_over = AppointmentRequest {
        evidence: other.evidence.clone(),
        ..good.clone()
    };
    send(&mut other, &taken_over);
    let reuse = make(&other, &own);
    send(&mut other, &reuse);
    rao.sync();
    assert_eq!(refusals(&mut rao), ["appointment.sender", "appointment.reply"]);

    // The desk answers; only this patient's answer to it counts.
    let id = good.appointment.to_string();
    let start = (rao.now() / HOUR + 24) * HOUR;
    let times = vec![vault::facade::AppointmentTime {
        start,
        end: start + HOUR,
    }];
    rao.run(|vault, now, rng| vault.offer_times(&id, times.clone(), now, rng));
    rao.sync();
    let offered: AppointmentAnswer = cbor::decode(&arrived(&relay, &own)[0].body, 1 << 20).unwrap();
    let desk_box = offered.reply.clone();
    let answer = |by: &mut Stranger, step: u32, act: AppointmentAct| {
        let answer = AppointmentAnswer {
            appointment: good.appointment,
            step,
            evidence: by.evidence.clone(),
            reply: own.reply(&relay),
            act,
        };
        let key = RecipientKey::new(&desk_box.sealing_key).unwrap();
        let kind = MessageKind::AppointmentAnswer;
        let envelope = by.sign(desk_box.mailbox, desk, &key, kind, cbor::encode(&answer));
        post(&relay, &envelope, &key, Some(&desk_box.send));
    };
    let response = |status: &str, start: u64| -> Bytes {
        let response = clinical::build::appointment::AppointmentResponse {
            id: None,
            appointment: Party::reference(&format!("Appointment/{id}")),
            actor: Party::named("Ravi"),
            status: status.into(),
            time: Some((Timestamp::new(start).unwrap(), Timestamp::new(start + HOUR).unwrap())),
            comment: None,
        };
        response.bytes().unwrap().into()
    };
    answer(&mut other, 1, AppointmentAct::Accepted(response("accepted", start)));
    answer(
        &mut hand,
        1,
        AppointmentAct::Accepted(response("accepted", start + HOUR)),
    );
    answer(&mut hand, 1, AppointmentAct::Accepted(response("tentative", start)));
    answer(&mut hand, 0, AppointmentAct::Accepted(response("accepted", start)));
    answer(&mut hand, 2, AppointmentAct::Accepted(response("accepted", start)));
    answer(
        &mut hand,
        1,
        AppointmentAct::Booked(appointment(&good.appointment, "booked", Some(start))),
    );
    answer(&mut hand, 1, AppointmentAct::Moved(response("tentative", start + HOUR)));
    rao.sync();
    let expected = [
        "appointment.sender",
        "appointment.time",
        "appointment.document",
        "appointment.crossed",
        "appointment.step",
        "appointment.step",
        "appointment.step",
    ];
    assert_eq!(refusals(&mut rao), expected);
    assert_eq!(seen(&mut rao, &id).stage, "offered");
    answer(&mut hand, 1, AppointmentAct::Accepted(response("accepted", start)));
    rao.sync();
    assert_eq!(seen(&mut rao, &id).stage, "booked");

    // One patient cannot fill the desk.
    for _ in 0..6 {
        let own = Stranger::mailbox(&relay, None);
        let more = make(&other, &own);
        send(&mut other, &more);
    }
    rao.sync();
    assert_eq!(refusals(&mut rao), ["appointment.too_many"]);
    assert_eq!(count(&mut rao), 7);
}

/// The sealing key in a desk's published contact.
fn contact(relay: &Relay, url: &ContactUrl) -> Vec<u8> {
    let body = appointment_support::contact(relay, &url.mailbox);
    let card = protocol::contact::ContactCard::parse(&body).unwrap();
    card.open(url).unwrap().statement.intake.sealing_key.to_vec()
}
