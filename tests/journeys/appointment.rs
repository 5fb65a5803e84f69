//! An appointment: asked, offered, taken, booked, moved; another declined; a third called off.

use support::{Clinic, Person, Relay};
use vault::facade::{AppointmentRequest, AppointmentTime, AppointmentView, Vault};

fn view(person: &mut Person, id: &str) -> AppointmentView {
    let now = person.now();
    person
        .ask(|vault| vault.appointments(now))
        .into_iter()
        .find(|view| view.id == id)
        .expect("the appointment")
}

fn stages(one: &mut Person, other: &mut Person, id: &str) -> (String, String) {
    (view(one, id).stage, view(other, id).stage)
}

fn exchange(one: &mut Person, other: &mut Person) {
    for _ in 0..2 {
        one.sync();
        other.sync();
    }
    one.sync();
}

#[test]
fn an_appointment_is_asked_offered_taken_moved_and_another_declined() {
    let Some(relay) = Relay::start() else { return };
    let mut clinic = Clinic::new(&relay, "Praxis am Markt");
    clinic.office.run(|vault, now, rng| vault.publish(true, now, rng));
    clinic.office.sync();
    let contact = clinic.office.ask(Vault::contact).expect("a link");
    let mut asha = Person::new(&relay, "patient", "Asha Rao");
    clinic.trusted_by(&mut asha);
    let desk = &mut clinic.office;

    let hour = |from: u64| AppointmentTime {
        start: from,
        end: from + 3600,
    };
    let tomorrow = asha.now() + 86_400;
    let request = AppointmentRequest {
        contact: contact.clone(),
        reason: "Tired for six weeks".into(),
        comment: Some("Mornings are best".into()),
        wishes: vec![hour(tomorrow)],
    };
    let id = asha.make(|vault, now, rng| vault.ask_appointment(&request, now, rng));
    exchange(&mut asha, desk);
    assert_eq!(stages(&mut asha, desk, &id), ("asked".into(), "asked".into()));
    let asked = view(desk, &id);
    assert_eq!(
        (asked.name.as_str(), asked.reason.as_str()),
        ("Asha Rao", "Tired for six weeks")
    );
    assert_eq!((asked.side.as_str(), asked.wishes), ("desk", vec![hour(tomorrow)]));
    let own = view(&mut asha, &id);
    assert_eq!(
        (own.vouched.as_str(), own.name.as_str()),
        ("trusted", "Praxis am Markt")
    );

    let offered = vec![hour(tomorrow), hour(tomorrow + 7200)];
    desk.run(|vault, now, rng| vault.offer_times(&id, offered.clone(), now, rng));
    exchange(desk, &mut asha);
    assert_eq!(stages(&mut asha, desk, &id), ("offered".into(), "offered".into()));
    assert_eq!(view(&mut asha, &id).times, offered);
    // A time that is not on offer: `flow::appointment::accept`.
    assert_eq!(
        asha.refused(|vault, now, rng| vault.accept_time(&id, 2, now, rng)),
        "appointment.time"
    );
    asha.run(|vault, now, rng| vault.accept_time(&id, 1, now, rng));
    exchange(&mut asha, desk);
    assert_eq!(stages(&mut asha, desk, &id), ("booked".into(), "booked".into()));
    let booked = view(&mut asha, &id);
    assert_eq!(booked.booked, Some(hour(tomorrow + 7200)));
    assert!(booked.record.is_some(), "the patient keeps a record of it");
    assert_eq!(booked.fhir, view(desk, &id).fhir);

    // Moved: the booking stands until the other side agrees.
    let later = hour(tomorrow + 86_400);
    asha.run(|vault, now, rng| vault.move_appointment(&id, later.start, later.end, now, rng));
    exchange(&mut asha, desk);
    let moved = view(desk, &id);
    assert_eq!(
        (moved.stage.as_str(), moved.booked, moved.times),
        ("moved", Some(hour(tomorrow + 7200)), vec![later.clone()])
    );
    desk.run(|vault, now, rng| vault.accept_time(&id, 0, now, rng));
    exchange(desk, &mut asha);
    assert_eq!(stages(&mut asha, desk, &id), ("booked".into(), "booked".into()));
    assert_eq!(
        (view(&mut asha, &id).booked, view(desk, &id).booked),
        (Some(later.clone()), Some(later.clone()))
    );

    // A second wish for the same hour cannot be met: `flow::appointment::desk::is_taken`. It is declined.
    let again = asha.make(|vault, now, rng| vault.ask_appointment(&request, now, rng));
    exchange(&mut asha, desk);
    assert_eq!(
        desk.refused(|vault, now, rng| vault.offer_times(&again, vec![later.clone()], now, rng)),
        "appointment.taken"
    );
    let why = Some("We are closed that week".to_owned());
    desk.run(|vault, now, rng| vault.decline_appointment(&again, why.clone(), now, rng));
    exchange(desk, &mut asha);
    assert_eq!(stages(&mut asha, desk, &again), ("declined".into(), "declined".into()));
    assert_eq!(view(&mut asha, &again).explanation, why);
    // What is over stays over: `flow::appointment::offer`.
    assert_eq!(
        desk.refused(|vault, now, rng| vault.offer_times(&again, offered.clone(), now, rng)),
        "appointment.step"
    );

    asha.run(|vault, now, rng| vault.cancel_appointment(&id, None, now, rng));
    exchange(&mut asha, desk);
    assert_eq!(stages(&mut asha, desk, &id), ("cancelled".into(), "cancelled".into()));

    // A link changed on its way leads nowhere: `flow::appointment::contacted` compares the contact with the link.
    let place = contact.len() - 3;
    let other = if contact.as_bytes()[place] == b'A' { "B" } else { "A" };
    let mut wrong = request.clone();
    wrong.contact.replace_range(place..=place, other);
    let lost = asha.make(|vault, now, rng| vault.ask_appointment(&wrong, now, rng));
    exchange(&mut asha, desk);
    let lost = view(&mut asha, &lost);
    assert_eq!(lost.stage, "failed");
    assert!(lost.problem.is_some_and(|code| code.starts_with("contact.")));
    assert_eq!(
        {
            let now = desk.now();
            desk.ask(|vault| vault.appointments(now)).len()
        },
        2,
        "the desk heard nothing of it"
    );
}
