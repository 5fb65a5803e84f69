//! The ordering doctor reads the result while the patient's phone is off, by a permission that carries this one result and nothing else.

use protocol::category::Category;
use support::forge::Forger;
use support::{Person, Relay, writing};
use vault::facade::{OrderStateDraft, Vault};

use super::lab_states::{Ordered, ordered};
use super::visit::{Cast, deliver};

#[test]
fn the_doctor_reads_the_result_before_the_patients_phone_is_on_again() {
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
    let mut refused = |lab: &str, request: &str, to: &str| {
        asha.refused(|vault, now, rng| vault.allow_copy(lab, request, to, 30, now, rng))
    };
    // Only to who wrote the request, only the request that the lab was given: `flow::copy::allow`.
    assert_eq!(refused(&taken.grant, &request, &taken.grant), "copy_to.recipient");
    assert_eq!(refused(&visit.grant, &request, &visit.grant), "copy_to.rule");
    let other = asha.ask(|vault| vault.records(&vault::facade::RecordQuery::default()));
    let other = other
        .iter()
        .find(|record| record.category == "allergy")
        .expect("an allergy")
        .id
        .clone();
    let other = asha.refused(|vault, now, rng| vault.allow_copy(&taken.grant, &other, &visit.grant, 30, now, rng));
    assert_eq!(other, "copy_to.order");
    assert_eq!(
        lab.refused(|vault, now, rng| vault.allow_copy(&taken.grant, &request, &visit.grant, 30, now, rng)),
        "vault.role"
    );
    asha.run(|vault, now, rng| vault.allow_copy(&taken.grant, &request, &visit.grant, 30, now, rng));
    asha.sync();
    lab.sync();
    rao.sync();
    assert!(rao.saw("show.copy_permitted"));
    for person in [&mut *asha, &mut lab, &mut *rao] {
        assert_eq!(person.ask(Vault::copy_permissions).len(), 1);
    }

    // From here on the patient's phone is off.
    let result = lab
        .make(|vault, now, rng| vault.write_result(&taken.grant, Some(request.clone()), &writing::result(), now, rng));
    lab.sync();
    rao.sync();
    let copy = rao.ask(Vault::copies).remove(0);
    assert_eq!(
        (&copy.record, &copy.request, copy.state.as_str(), copy.level.as_deref()),
        (&result, &request, "not_yet_filed", Some("low"))
    );
    let now = rao.now();
    assert_eq!(
        rao.ask_refused(|vault| vault.copied_record(&visit.grant, &result, now)),
        "vault.state"
    );
    rao.run(|vault, now, rng| vault.open_copy(&visit.grant, &result, now, rng));
    let read = rao.ask(|vault| vault.copied_record(&visit.grant, &result, now));
    assert_eq!(
        (read.standing.authentic.as_str(), read.standing.author.as_str()),
        ("authentic", "Lina Weber")
    );
    rao.sync();
    rao.reopen();

    // On again: filed, shared, joined by the record's id; the receipt counts for both.
    asha.sync();
    rao.sync();
    let copy = rao.ask(Vault::copies).remove(0);
    assert_eq!((copy.state.as_str(), copy.opened.is_some()), ("filed", true));
    rao.read_all(&visit.grant);
    let shared = rao.ask(|vault| vault.shared_record(&visit.grant, &result, now));
    let mine = asha.ask(|vault| vault.record(&result, now));
    assert_eq!((&read.fhir, &read.fhir), (&shared.fhir, &mine.fhir));
    asha.sync();
    let receipts = asha.ask(Vault::receipts);
    let by_rao = receipts
        .iter()
        .filter(|one| one.name == "Dr Rao" && one.records.contains(&result));
    assert_eq!(by_rao.count(), 1);
    // The words rebuild the doctor's side.
    let mut again = Person::join(&relay, &rao.words.clone());
    again.sync();
    assert_eq!(again.ask(Vault::copies)[0].record, result);
}

#[test]
fn a_permission_carries_one_result_of_one_lab_in_its_time_and_ends_with_either_grant() {
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
    let second = rao.make(|vault, now, rng| vault.write_lab_request(&visit.grant, &writing::lab_request(), now, rng));
    deliver(rao, asha);
    asha.run(|vault, now, rng| vault.allow_copy(&taken.grant, &request, &visit.grant, 1, now, rng));
    asha.sync();
    lab.sync();
    rao.sync();
    let patient = Forger::of(&mut lab).access(&taken.grant).1.patient;
    let progress = OrderStateDraft {
        state: "in_progress".into(),
        ..OrderStateDraft::default()
    };
    let progress = lab.make(|vault, now, rng| vault.set_order_state(&taken.grant, &request, &progress, now, rng));
    deliver(&mut lab, asha);
    rao.sync();
    assert_eq!(rao.ask(Vault::copies).len(), 0, "only results are copied");
    let now = asha.now();
    let state = asha.ask(|vault| vault.record(&progress, now)).fhir;
    let result = lab
        .make(|vault, now, rng| vault.write_result(&taken.grant, Some(request.clone()), &writing::result(), now, rng));
    deliver(&mut lab, asha);
    rao.sync();
    assert_eq!(rao.ask(Vault::copies).len(), 1);
    rao.codes();
    let content = asha.ask(|vault| vault.record(&result, now)).fhir;
    let mut ben = Person::new(&relay, "patient", "Ben");
    let ben_is = ben
        .ask(Vault::profile)
        .identity
        .expect("an identity")
        .parse()
        .expect("an id");

    let mut forger = Forger::of(&mut lab);
    let (grant, door) = forger.copying(&taken.grant);
    let mut codes = |rao: &mut Person, package: &protocol::package::Package| {
        assert!(package.verify().is_ok(), "sound by itself");
        assert_eq!(
            forger.submit(grant, &door, package).status,
            202,
            "the relay cannot tell"
        );
        rao.sync();
        rao.codes()
    };
    let mine = Forger::of(&mut lab);
    let answer = |subject, content: &[u8], order: Option<&String>| {
        mine.linked(
            subject,
            Category::Laboratory,
            content,
            (order.map(String::as_str), None),
        )
    };
    // Each of these stands in `CopyToStatement::check` or `flow::copy::arrived`.
    assert_eq!(codes(rao, &answer(patient, &content, Some(&second))), ["copy_to.order"]);
    assert_eq!(codes(rao, &answer(patient, &content, None)), ["copy_to.order"]);
    assert_eq!(
        codes(rao, &answer(ben_is, &content, Some(&request))),
        ["copy_to.patient"]
    );
    assert_eq!(
        codes(rao, &answer(patient, &state, Some(&request))),
        ["copy_to.content"]
    );
    let new = answer(patient, &content, Some(&request));
    assert_eq!(codes(rao, &new), Vec::<String>::new());
    assert_eq!(codes(rao, &new), ["envelope.replayed"], "the same record again");
    assert_eq!(rao.ask(Vault::copies).len(), 2);
    let mut stranger = Person::new(&relay, "laboratory", "Nobody's Lab");
    let mut thief = Forger::of(&mut stranger);
    let theirs = thief.linked(patient, Category::Laboratory, &content, (Some(&request), None));
    assert_eq!(thief.submit(grant, &door, &theirs).status, 202, "the relay cannot tell");
    rao.sync();
    assert_eq!(rao.codes(), ["copy_to.lab"]);

    // After its time: by the doctor's own clock.
    let late = answer(patient, &content, Some(&request));
    assert_eq!(forger.submit(grant, &door, &late).status, 202);
    rao.move_clock(86_400 + 600);
    rao.sync();
    assert_eq!(rao.codes(), ["copy_to.over"]);
    assert_eq!(rao.ask(Vault::copies).len(), 2);
    rao.move_clock(0);

    // The lab's grant ends: the patient's wallet removes the mailbox, and nothing arrives any more.
    asha.run(|vault, now, rng| vault.revoke_grant(&taken.grant, now, rng));
    asha.sync();
    let more = answer(patient, &content, Some(&request));
    assert_eq!(forger.submit(grant, &door, &more).status, 404, "the mailbox is gone");
    let permission = asha.ask(Vault::copy_permissions).remove(0);
    assert!(permission.ended.is_some());
    assert_eq!(
        asha.refused(|vault, now, rng| vault.end_copy(&permission.id, now, rng)),
        "copy_to.over"
    );
}
