//! The lab says how far a request has come; patient and ordering doctor see it; values are checked before they are signed.

use protocol::category::Category;
use support::forge::Forger;
use support::{Person, Relay, Visit, everything, writing};
use vault::facade::{OfferRequest, OrderStateDraft, OrderView, RecordDraft, ResultDraft, SpecimenDraft, Vault};

use super::visit::{Cast, deliver, stage};

/// A clinic's cast with a request, and a lab that was given it.
pub(crate) struct Ordered {
    pub(crate) cast: Cast,
    pub(crate) lab: Person,
    pub(crate) technician: String,
    pub(crate) visit: Visit,
    pub(crate) taken: Visit,
    pub(crate) request: String,
}

/// One record to read and an answer to send: what a lab needs.
pub(crate) fn only(request: &str) -> OfferRequest {
    let all = everything();
    OfferRequest {
        categories: Vec::new(),
        records: vec![request.to_owned()],
        ongoing: false,
        rights: all
            .rights
            .iter()
            .filter(|right| right.right != "order")
            .cloned()
            .collect(),
        ..all
    }
}

pub(crate) fn ordered(relay: &Relay) -> Ordered {
    let mut cast = Cast::new(relay);
    let (mut lab, technician) = cast.clinic.hire(relay, "laboratory", "Lina Weber");
    let visit = cast.visit();
    let Cast { asha, rao, .. } = &mut cast;
    let request = rao.make(|vault, now, rng| vault.write_lab_request(&visit.grant, &writing::lab_request(), now, rng));
    deliver(rao, asha);
    let taken = asha.admit(&mut lab, &only(&request));
    lab.read_all(&taken.grant);
    asha.sync();
    Ordered {
        cast,
        lab,
        technician,
        visit,
        taken,
        request,
    }
}

pub(crate) fn order(person: &mut Person, request: &str) -> OrderView {
    let orders = person.ask(Vault::orders);
    orders
        .into_iter()
        .find(|order| order.id == request)
        .expect("the request")
}

fn state(person: &mut Person, request: &str) -> String {
    order(person, request).state
}

fn specimen(kind: &str, number: &str, rejected: Option<&str>) -> SpecimenDraft {
    SpecimenDraft {
        kind: kind.into(),
        number: Some(number.into()),
        rejected: rejected.map(Into::into),
        ..SpecimenDraft::default()
    }
}

fn draft(state: &str, reason: Option<&str>, specimens: Vec<SpecimenDraft>) -> OrderStateDraft {
    OrderStateDraft {
        state: state.into(),
        reason: reason.map(Into::into),
        specimens,
    }
}

#[test]
fn a_request_goes_from_requested_to_corrected_on_all_three_screens() {
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
    let set = |lab: &mut Person, draft: &OrderStateDraft| {
        lab.make(|vault, now, rng| vault.set_order_state(&taken.grant, &request, draft, now, rng))
    };
    let refused = |lab: &mut Person, draft: &OrderStateDraft| {
        lab.refused(|vault, now, rng| vault.set_order_state(&taken.grant, &request, draft, now, rng))
    };
    for person in [&mut *asha, &mut *rao, &mut lab] {
        assert_eq!(state(person, &request), "requested");
    }

    // What a state must say: `facade::writing::progress`.
    assert_eq!(refused(&mut lab, &draft("done", None, Vec::new())), "order.state");
    assert_eq!(
        refused(&mut lab, &draft("collected", None, Vec::new())),
        "order.specimen"
    );
    assert_eq!(refused(&mut lab, &draft("rejected", None, Vec::new())), "order.reason");
    assert_eq!(
        refused(
            &mut lab,
            &draft("collected", None, vec![specimen("blood", "T-1", Some(" "))])
        ),
        "order.reason"
    );
    // A practitioner who was not given the request as a lab has no such record to answer; a patient sets no states.
    assert_eq!(
        asha.refused(|vault, now, rng| {
            vault.set_order_state(
                &taken.grant,
                &request,
                &draft("in_progress", None, Vec::new()),
                now,
                rng,
            )
        }),
        "vault.role"
    );

    let tubes = vec![
        specimen("blood", "T-1", None),
        specimen("serum", "T-2", Some("Haemolysed")),
    ];
    let collected = set(&mut lab, &draft("collected", None, tubes));
    deliver(&mut lab, asha);
    assert_eq!(stage(&mut lab, &collected), ("filed".into(), None));
    assert!(asha.saw("show.order_state"));
    rao.sync();
    for person in [&mut *asha, &mut *rao, &mut lab] {
        assert_eq!(state(person, &request), "collected");
    }
    let seen = asha.ask(|vault| vault.order_specimens(&request));
    assert_eq!(seen.len(), 2);
    assert_eq!(
        (seen[1].number.as_deref(), seen[1].usable, seen[1].reason.as_deref()),
        (Some("T-2"), false, Some("Haemolysed"))
    );
    std::thread::sleep(std::time::Duration::from_millis(1100));
    set(&mut lab, &draft("rejected", Some("Too little blood"), Vec::new()));
    deliver(&mut lab, asha);
    rao.sync();
    for person in [&mut *asha, &mut *rao, &mut lab] {
        let order = order(person, &request);
        assert_eq!(
            (order.state.as_str(), order.reason.as_deref()),
            ("rejected", Some("Too little blood"))
        );
    }
    std::thread::sleep(std::time::Duration::from_millis(1100));
    set(
        &mut lab,
        &draft("in_progress", None, vec![specimen("blood", "T-3", None)]),
    );
    deliver(&mut lab, asha);
    rao.sync();
    // The doctor verifies the lab's own signature on it.
    clinic.trusted_by(rao);
    rao.read_all(&visit.grant);
    let now = rao.now();
    let said = order(rao, &request).events.last().expect("a state").record.clone();
    let view = rao.ask(|vault| vault.shared_record(&visit.grant, &said, now));
    assert_eq!(
        (view.standing.authentic.as_str(), view.standing.author.as_str()),
        ("authentic", "Lina Weber")
    );
    assert_eq!(state(rao, &request), "in_progress");

    let result = lab
        .make(|vault, now, rng| vault.write_result(&taken.grant, Some(request.clone()), &writing::result(), now, rng));
    assert_eq!(
        state(&mut lab, &request),
        "in_progress",
        "only a result in the patient's chain is filed"
    );
    deliver(&mut lab, asha);
    rao.sync();
    for person in [&mut *asha, &mut *rao, &mut lab] {
        let order = order(person, &request);
        assert_eq!((order.state.as_str(), order.result.as_ref()), ("filed", Some(&result)));
    }
    assert_eq!(
        refused(&mut lab, &draft("in_progress", None, Vec::new())),
        "order.answered"
    );

    let mut better = writing::result();
    better.supersedes = Some(result.clone());
    better.correction = Some("Tubes were swapped".into());
    let corrected = lab.make(|vault, now, rng| vault.write_result(&taken.grant, None, &better, now, rng));
    deliver(&mut lab, asha);
    rao.sync();
    for person in [&mut *asha, &mut *rao, &mut lab] {
        let order = order(person, &request);
        assert_eq!(
            (order.state.as_str(), order.result.as_ref()),
            ("corrected", Some(&corrected))
        );
        assert_eq!(order.reason.as_deref(), Some("Tubes were swapped"));
    }
    // The lab reads again what it signed, the very bytes that the patient has, and sees which version counts.
    let now = lab.now();
    let sent = lab.ask(|vault| vault.submitted_record(&result, now));
    assert_eq!(sent.fhir, asha.ask(|vault| vault.record(&result, now)).fhir);
    assert_eq!(
        (
            sent.summary.source.as_str(),
            sent.summary.superseded_by.as_ref(),
            sent.standing.latest
        ),
        ("sent", Some(&corrected), false)
    );
    assert_eq!(sent.summary.replies_to.as_ref(), Some(&request));
    let newest = lab.ask(|vault| vault.submitted_record(&corrected, now));
    assert_eq!(
        (newest.summary.supersedes.as_ref(), newest.standing.latest),
        (Some(&result), true)
    );
    assert_eq!(
        lab.ask_refused(|vault| vault.submitted_record(&request, now)),
        "vault.not_found",
        "somebody else wrote that"
    );
    // Words rebuild it all.
    lab.reopen();
    assert_eq!(state(&mut lab, &request), "corrected");
    let mut again = Person::join(&relay, &asha.words.clone());
    again.sync();
    assert_eq!(state(&mut again, &request), "corrected");
}

#[test]
fn values_that_cannot_be_are_refused_before_anything_is_signed() {
    let Some(relay) = Relay::start() else { return };
    let Ordered {
        mut lab,
        taken,
        request,
        cast: Cast { mut asha, .. },
        ..
    } = ordered(&relay);
    let mut wrong = |change: &dyn Fn(&mut ResultDraft)| {
        let mut draft = writing::result();
        change(&mut draft);
        lab.refused(|vault, now, rng| vault.write_result(&taken.grant, Some(request.clone()), &draft, now, rng))
    };
    assert_eq!(
        wrong(&|draft| draft.values[0].unit = Some("mg/dL".into())),
        "result.unit"
    );
    assert_eq!(
        wrong(&|draft| draft.values[0].value = Some("98".into())),
        "result.implausible"
    );
    assert_eq!(
        wrong(&|draft| draft.values[0].value = Some("9,8".into())),
        "build.decimal"
    );
    assert_eq!(
        wrong(&|draft| {
            draft.values[0].value = Some("9,8".into());
            draft.values[0].unit = None;
            draft.values[0].low = None;
            draft.values[0].high = None;
        }),
        "result.number"
    );
    assert_eq!(
        wrong(&|draft| {
            draft.values[0].low = Some("15.5".into());
            draft.values[0].high = Some("12.0".into());
        }),
        "build.range"
    );
    assert_eq!(
        wrong(&|draft| draft.values[0].high = Some("155".into())),
        "result.implausible"
    );
    assert_eq!(
        wrong(&|draft| draft.values[0].level = Some("high".into())),
        "result.level"
    );
    assert_eq!(
        wrong(&|draft| draft.values[1].unit = Some("parts per box".into())),
        "build.unit"
    );
    assert_eq!(wrong(&|draft| draft.values[0].specimen = Some(2)), "draft.specimen");
    assert_eq!(
        wrong(&|draft| {
            draft.specimens = vec![specimen("serum", "T-2", Some("Haemolysed"))];
            draft.values[0].specimen = Some(2);
        }),
        "draft.specimen"
    );
    assert_eq!(lab.ask(Vault::submissions).len(), 0, "nothing was signed");

    // Critical limits give the flag; several specimens stay apart.
    let mut draft = writing::result();
    draft.values[0].critical_low = Some("10".into());
    draft.specimens = vec![specimen("citrate blood", "T-2", None)];
    draft.values[0].specimen = Some(1);
    draft.values[1].specimen = Some(2);
    let result = lab.make(|vault, now, rng| vault.write_result(&taken.grant, Some(request.clone()), &draft, now, rng));
    deliver(&mut lab, &mut asha);
    let now = asha.now();
    let view = asha.ask(|vault| vault.record(&result, now));
    assert_eq!(view.summary.level.as_deref(), Some("critical_low"));
    assert_eq!(asha.ask(|vault| vault.order_specimens(&request)).len(), 2);
}

#[test]
fn states_and_results_of_those_who_may_not_are_refused() {
    let Some(relay) = Relay::start() else { return };
    let Ordered {
        mut cast,
        mut lab,
        technician,
        visit,
        taken,
        request,
    } = ordered(&relay);
    let Cast { clinic, asha, rao } = &mut cast;
    // A second request that the lab was never given.
    let other = rao.make(|vault, now, rng| vault.write_lab_request(&visit.grant, &writing::lab_request(), now, rng));
    deliver(rao, asha);
    let state = lab.make(|vault, now, rng| {
        vault.set_order_state(
            &taken.grant,
            &request,
            &draft("in_progress", None, Vec::new()),
            now,
            rng,
        )
    });
    deliver(&mut lab, asha);
    let now = asha.now();
    let progress = asha.ask(|vault| vault.record(&state, now)).fhir;
    asha.codes();

    // The lab's own vault does not know the other request: `facade::writing::result::order`.
    assert_eq!(
        lab.refused(|vault, now, rng| {
            vault.write_result(&taken.grant, Some(other.clone()), &writing::result(), now, rng)
        }),
        "vault.not_found"
    );
    // A client that names it all the same is refused by the wallet: `flow::order::check`.
    for replies_to in [Some(other.clone()), None] {
        let raw = RecordDraft {
            fhir: progress.clone(),
            replies_to,
            supersedes: None,
        };
        let id = lab.make(|vault, now, rng| vault.submit(&taken.grant, &raw, now, rng));
        deliver(&mut lab, asha);
        assert_eq!(stage(&mut lab, &id), ("declined".into(), Some("order.unknown".into())));
    }
    let result = lab
        .make(|vault, now, rng| vault.write_result(&taken.grant, Some(request.clone()), &writing::result(), now, rng));
    deliver(&mut lab, asha);
    let result = asha.ask(|vault| vault.record(&result, now)).fhir;
    let raw = RecordDraft {
        fhir: result,
        replies_to: Some(other.clone()),
        supersedes: None,
    };
    let id = lab.make(|vault, now, rng| vault.submit(&taken.grant, &raw, now, rng));
    deliver(&mut lab, asha);
    assert_eq!(stage(&mut lab, &id), ("declined".into(), Some("order.unknown".into())));
    assert_eq!(order(asha, &other).state, "requested");
    asha.codes();

    // A stranger who stole the lab's capability: `flow::mailbox::holds`.
    let mut stranger = Person::new(&relay, "laboratory", "Nobody's Lab");
    let mut thief = Forger::of(&mut stranger);
    let (grant, access) = Forger::of(&mut lab).access(&taken.grant);
    let forged = thief.linked(access.patient, Category::Laboratory, &progress, (Some(&request), None));
    assert!(forged.verify().is_ok(), "sound by itself");
    assert_eq!(
        thief.submit(grant, &access, &forged).status,
        202,
        "the relay cannot tell"
    );
    asha.sync();
    assert_eq!(asha.codes(), ["envelope.sender"]);

    // A technician who was removed: `flow::submit::judge`.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let now = asha.now();
    clinic
        .office
        .run(|vault, _, rng| vault.suspend(&technician, now, now, rng));
    clinic.office.sync();
    let raw = RecordDraft {
        fhir: progress,
        replies_to: Some(request.clone()),
        supersedes: None,
    };
    let late = lab.make(|vault, now, rng| vault.submit(&taken.grant, &raw, now, rng));
    deliver(&mut lab, asha);
    assert_eq!(
        stage(&mut lab, &late),
        ("declined".into(), Some("credential.suspended".into()))
    );
    assert_eq!(order(asha, &request).state, "filed");
}
