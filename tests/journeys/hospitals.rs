//! Two hospitals: the patient on one relay, the doctor and his hospital on another, the laboratory on a third.

use support::{Clinic, Person, Relay, Visit, everything, writing};
use vault::facade::{AppointmentRequest, AppointmentTime, OfferRequest, RecordQuery, Vault};

use super::visit::{deliver, stage};

struct Towns {
    a: Relay,
    b: Relay,
    c: Relay,
}

struct Cast {
    clinic: Clinic,
    laboratory: Clinic,
    asha: Person,
    rao: Person,
    lina: Person,
}

fn start() -> Option<Towns> {
    Some(Towns {
        a: Relay::start()?,
        b: Relay::start()?,
        c: Relay::start()?,
    })
}

impl Cast {
    fn new(towns: &Towns) -> Self {
        let mut clinic = Clinic::new(&towns.b, "Hospital B");
        let mut laboratory = Clinic::new(&towns.c, "Laboratory C");
        let (rao, _) = clinic.hire(&towns.b, "practitioner", "Dr Rao");
        let (lina, _) = laboratory.hire(&towns.c, "laboratory", "Lina Weber");
        let mut asha = Person::new(&towns.a, "patient", "Asha Menon");
        clinic.trusted_by(&mut asha);
        laboratory.trusted_by(&mut asha);
        asha.run(|vault, now, rng| vault.add_allergy(&writing::allergy(), now, rng));
        asha.sync();
        Self {
            clinic,
            laboratory,
            asha,
            rao,
            lina,
        }
    }

    fn visit(&mut self) -> Visit {
        self.asha.admit(&mut self.rao, &everything())
    }
}

#[test]
fn a_consultation_across_three_relays() {
    let Some(towns) = start() else { return };
    let mut cast = Cast::new(&towns);

    // The appointment is asked on the hospital's relay and answered on the patient's.
    let desk = &mut cast.clinic.office;
    desk.run(|vault, now, rng| vault.publish(true, now, rng));
    desk.sync();
    let contact = desk.ask(Vault::contact).expect("a link");
    assert!(contact.starts_with(&towns.b.url), "{contact}");
    let start = cast.asha.now() + 86_400;
    let request = AppointmentRequest {
        contact,
        reason: "Tired for six weeks".into(),
        comment: None,
        wishes: Vec::new(),
    };
    let asked = cast
        .asha
        .make(|vault, now, rng| vault.ask_appointment(&request, now, rng));
    deliver(&mut cast.asha, desk);
    desk.sync();
    let time = AppointmentTime {
        start,
        end: start + 1800,
    };
    desk.run(|vault, now, rng| vault.offer_times(&asked, vec![time.clone()], now, rng));
    deliver(desk, &mut cast.asha);
    cast.asha.run(|vault, now, rng| vault.accept_time(&asked, 0, now, rng));
    deliver(&mut cast.asha, desk);
    let now = cast.asha.now();
    let booked = cast.asha.ask(|vault| vault.appointments(now)).remove(0);
    assert_eq!((booked.stage.as_str(), booked.name.as_str()), ("booked", "Hospital B"));

    // Consent, reading, writing: the grant lies on the patient's relay, the doctor's log is another.
    let visit = cast.visit();
    let (asha, rao, lina) = (&mut cast.asha, &mut cast.rao, &mut cast.lina);
    let read = rao.read_all(&visit.grant);
    // One of them is the booked appointment, which the patient keeps as a record.
    assert!(!read.is_empty(), "{read:?}");
    let report = rao.make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    let order = rao.make(|vault, now, rng| vault.write_lab_request(&visit.grant, &writing::lab_request(), now, rng));
    deliver(rao, asha);
    for record in [&report, &order] {
        assert_eq!(stage(rao, record), ("filed".into(), None));
        let filed = asha.ask(|vault| vault.record(record, now));
        let standing = &filed.standing;
        assert_eq!(
            (standing.authentic.as_str(), standing.vouched.as_str()),
            ("authentic", "trusted"),
            "{standing:?}"
        );
        assert!(standing.promised.is_some(), "the doctor's own log promised it");
    }

    // The laboratory on the third relay takes the one request and answers it.
    let scope = OfferRequest {
        categories: Vec::new(),
        records: vec![order.clone()],
        ongoing: false,
        ..everything()
    };
    let taken = asha.admit(lina, &scope);
    lina.read_all(&taken.grant);
    let result = lina
        .make(|vault, now, rng| vault.write_result(&taken.grant, Some(order.clone()), &writing::result(), now, rng));
    deliver(lina, asha);
    assert_eq!(stage(lina, &result), ("filed".into(), None));
    rao.sync();
    rao.read_all(&visit.grant);
    let mine = asha.ask(|vault| vault.record(&result, now));
    let theirs = rao.ask(|vault| vault.shared_record(&visit.grant, &result, now));
    assert_eq!(mine.fhir, theirs.fhir);
    assert_eq!(mine.summary.organization.as_deref(), Some("Laboratory C"));

    asha.sync();
    let receipts = asha.ask(Vault::receipts);
    let by = |name: &str, record: &String| receipts.iter().any(|r| r.name == name && r.records.contains(record));
    assert!(
        by("Dr Rao", &report) && by("Dr Rao", &result) && by("Lina Weber", &order),
        "{receipts:?}"
    );
    for person in [asha, rao, lina, &mut cast.laboratory.office] {
        person.sync();
        let profile = person.ask(Vault::profile);
        assert_eq!((profile.stopped, profile.outbox), (Vec::<String>::new(), 0));
        assert_eq!(person.codes(), Vec::<String>::new());
    }
}

/// The hospital's relay is gone for a while: the patient is told which, everything else goes on, and nothing is lost.
#[test]
fn one_relay_of_three_is_gone_for_a_while() {
    let Some(mut towns) = start() else { return };
    let mut cast = Cast::new(&towns);
    let visit = cast.visit();
    let report = cast
        .rao
        .make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    cast.rao.sync();
    cast.asha.shown();
    towns.b.kill();

    // The report lies on the patient's own relay; who vouches for its author is asked on the one that is gone.
    cast.asha.sync();
    let told: Vec<_> = cast
        .asha
        .shown()
        .into_iter()
        .filter(|show| show.kind == "show.relay_unreachable")
        .flat_map(|show| show.params)
        .collect();
    assert_eq!(
        told.iter().map(|param| param.value.as_str()).collect::<Vec<_>>(),
        [towns.b.url.as_str()],
        "one relay, named once"
    );
    assert_eq!(cast.asha.ask(Vault::profile).held, 1, "it is neither filed nor refused");
    assert_eq!(cast.asha.ask(|vault| vault.records(&RecordQuery::default())).len(), 1);
    // What needs no hospital goes on: the laboratory reads.
    let taken = cast.asha.admit(&mut cast.lina, &everything());
    assert_eq!(cast.lina.read_all(&taken.grant).len(), 1);
    cast.rao.shown();
    cast.rao.sync();
    assert!(
        cast.rao.saw("show.relay_unreachable"),
        "his own relay is the one that is gone"
    );

    towns.b.resume();
    cast.asha.run(|vault, now, rng| vault.retry(now, rng));
    cast.asha.sync();
    assert!(cast.asha.saw("show.relay_back"));
    let now = cast.asha.now();
    let filed = cast.asha.ask(|vault| vault.record(&report, now));
    assert_eq!(filed.standing.vouched, "trusted");
    cast.rao.run(|vault, now, rng| vault.retry(now, rng));
    deliver(&mut cast.rao, &mut cast.asha);
    assert_eq!(stage(&mut cast.rao, &report), ("filed".into(), None));
}

/// Another relay answers in place of the hospital's, with the very answer of its own organization: `receive::check_known`.
#[test]
fn a_relay_that_answers_for_another_is_refused() {
    let Some(towns) = start() else { return };
    let mut cast = Cast::new(&towns);
    let visit = cast.visit();
    cast.asha.admit(&mut cast.lina, &everything());
    let card = cast.laboratory.office.ask(Vault::organization);
    let answer = towns
        .a
        .log
        .all()
        .into_iter()
        .filter(|exchange| exchange.request.url.starts_with(&towns.c.url) && exchange.request.url.contains("/blocks"))
        .find_map(|exchange| exchange.response.filter(|response| response.status == 200))
        .unwrap_or_else(|| panic!("the chain of {} was read", card.name));
    let hospital = towns.b.url.clone();
    cast.asha.wire.lie(move |request, response| {
        if request.url.starts_with(&hospital) && request.url.contains("/blocks") {
            response.status = answer.status;
            response.body.clone_from(&answer.body);
        }
    });
    let report = cast
        .rao
        .make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    cast.rao.sync();
    cast.asha.codes();
    cast.asha.sync();
    assert_eq!(cast.asha.codes(), ["sync.conflict"]);
    assert_eq!(
        cast.asha.ask(Vault::profile).held,
        1,
        "nobody is judged by another's list"
    );
    cast.asha.wire.tell_the_truth();
    cast.asha.run(|vault, now, rng| vault.retry(now, rng));
    deliver(&mut cast.asha, &mut cast.rao);
    assert_eq!(stage(&mut cast.rao, &report), ("filed".into(), None));
}

#[test]
fn an_organization_whose_relay_is_silent_is_not_called_false() {
    let Some(mut towns) = start() else { return };
    let mut cast = Cast::new(&towns);
    // Hired after the patient last read the list: until it is read anew, nothing is known of the credential.
    let (mut sen, _) = cast.clinic.hire(&towns.a, "practitioner", "Dr Sen");
    towns.b.kill();
    let (offer, url) = cast.asha.offer(&everything());
    sen.run(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
    sen.sync();
    cast.asha.sync();
    let claimant = |asha: &mut Person| {
        let now = asha.now();
        let offers = asha.ask(|vault| vault.offers(now));
        let seen = offers.into_iter().find(|seen| seen.id == offer);
        seen.and_then(|seen| seen.claimant).expect("a claimant")
    };
    let seen = claimant(&mut cast.asha);
    assert_ne!(seen.vouched, "trusted");
    assert_eq!(seen.list.as_deref(), Some("unreached"));
    // Its relay answers again: the list is read, and says yes.
    towns.b.resume();
    cast.asha.run(Vault::retry);
    assert_eq!(claimant(&mut cast.asha).list.as_deref(), Some("asking"));
    cast.asha.sync();
    let seen = claimant(&mut cast.asha);
    assert_eq!((seen.vouched.as_str(), seen.list), ("trusted", None));
}
