//! What was corrected or withdrawn: by its author alone, with the reason; both versions stay, and whoever read the old one is told.

use protocol::category::Category;
use support::forge::Forger;
use support::{Relay, everything, writing};
use vault::facade::{RecordDraft, RecordQuery, Vault};

use super::lab_states::{Ordered, ordered};
use super::visit::{Cast, deliver, stage};

#[test]
fn who_read_the_old_result_is_told_who_corrected_it_why_and_when() {
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
    let old = lab
        .make(|vault, now, rng| vault.write_result(&taken.grant, Some(request.clone()), &writing::result(), now, rng));
    deliver(&mut lab, asha);
    rao.sync();
    rao.read_all(&visit.grant);
    asha.sync();
    let now = asha.now();
    let document = asha.ask(|vault| vault.record(&old, now)).fhir;

    // A reason is needed, and the kind of record cannot change: `facade::writing::revise`.
    assert_eq!(
        lab.refused(|vault, now, rng| vault.correct_record(&old, document.clone(), " ", now, rng)),
        "draft.reason"
    );
    let order = asha.ask(|vault| vault.record(&request, now)).fhir;
    assert_eq!(
        lab.refused(|vault, now, rng| vault.correct_record(&old, order.clone(), "Swapped", now, rng)),
        "draft.correction"
    );
    assert_eq!(
        rao.refused(|vault, now, rng| vault.correct_record(&old, document.clone(), "I know better", now, rng)),
        "draft.correction"
    );
    let raw = |reason: Option<&str>| RecordDraft {
        fhir: reason.map_or(document.clone(), |_| document.clone()),
        replies_to: None,
        supersedes: Some(old.clone()),
    };
    assert_eq!(
        lab.refused(|vault, now, rng| vault.submit(&taken.grant, &raw(None), now, rng)),
        "draft.reason"
    );

    let text = String::from_utf8(document.clone()).expect("text");
    let better = text.replace("9.80", "10.80").into_bytes();
    let new = lab.make(|vault, now, rng| vault.correct_record(&old, better.clone(), "Tubes were swapped", now, rng));
    assert_eq!(
        lab.refused(|vault, now, rng| vault.correct_record(&old, better.clone(), "Again", now, rng)),
        "draft.correction"
    );
    deliver(&mut lab, asha);
    assert_eq!(stage(&mut lab, &new), ("filed".into(), None));
    assert!(asha.saw("show.corrected"));
    let told = asha.ask(Vault::corrections).remove(0);
    assert_eq!((&told.old, &told.new, told.withdrawn), (&old, &new, false));
    assert_eq!(
        (
            told.author.as_str(),
            told.organization.as_deref(),
            told.reason.as_deref()
        ),
        ("Lina Weber", Some("Praxis am Markt"), Some("Tubes were swapped"))
    );
    let reader = &told.readers[0];
    assert_eq!((reader.name.as_str(), reader.told, reader.read), ("Dr Rao", true, None));

    rao.shown();
    rao.sync();
    assert!(rao.saw("show.read_corrected"));
    let seen = rao.ask(Vault::corrections).remove(0);
    assert_eq!((&seen.old, &seen.new), (&old, &new));
    assert_eq!(seen.reason.as_deref(), Some("Tubes were swapped"));
    assert!(seen.opened.is_some() && seen.time > 0 && seen.author == "Lina Weber");
    // Both versions stay readable, the old one marked.
    rao.read_all(&visit.grant);
    let before = rao.ask(|vault| vault.shared_record(&visit.grant, &old, now));
    let after = rao.ask(|vault| vault.shared_record(&visit.grant, &new, now));
    assert_eq!((before.standing.latest, after.standing.latest), (false, true));
    assert_eq!(before.summary.superseded_by.as_ref(), Some(&new));
    assert_eq!(before.fhir, document);
    asha.sync();
    assert!(asha.ask(Vault::corrections)[0].readers[0].read.is_some());

    // A withdrawal supersedes the correction in its turn; everything it said stays, marked.
    let gone = lab.make(|vault, now, rng| vault.withdraw_record(&new, "Wrong patient", now, rng));
    deliver(&mut lab, asha);
    assert_eq!(stage(&mut lab, &gone), ("filed".into(), None));
    let withdrawn = asha.ask(|vault| vault.record(&gone, now));
    assert_eq!(
        (withdrawn.summary.status.as_deref(), withdrawn.summary.reason.as_deref()),
        (Some("entered-in-error"), Some("Wrong patient"))
    );
    assert!(
        asha.ask(Vault::corrections)
            .iter()
            .any(|one| one.withdrawn && one.old == new)
    );

    // A correction by somebody who is not the author: `flow::submit::judge`.
    let mut forger = Forger::of(rao);
    let (grant, access) = forger.access(&visit.grant);
    let forged = forger.linked(access.patient, Category::Laboratory, &better, (None, Some(&gone)));
    assert!(forged.verify().is_ok(), "sound by itself");
    assert_eq!(
        forger.submit(grant, &access, &forged).status,
        202,
        "the relay cannot tell"
    );
    asha.codes();
    asha.sync();
    assert_eq!(asha.codes(), ["correction.author"]);
    assert_eq!(asha.ask(|vault| vault.record(&gone, now)).summary.superseded_by, None);
}

#[test]
fn a_correction_is_as_visible_as_what_it_corrects() {
    let Some(relay) = Relay::start() else { return };
    let Cast { mut asha, mut rao, .. } = Cast::new(&relay);
    let all = RecordQuery::default();
    let records = asha.ask(|vault| vault.records(&all));
    let id = |category: &str| {
        let found = records.iter().find(|record| record.category == category);
        found.expect("a record").id.clone()
    };
    let (hidden, shown) = (id("allergy"), id("vital_sign"));
    asha.run(|vault, now, rng| vault.hide_record(&hidden, true, now, rng));
    // A doctor who sees what is there today, and one who sees all that comes.
    let today = asha.admit(
        &mut rao,
        &vault::facade::OfferRequest {
            ongoing: false,
            ..everything()
        },
    );
    let listed = |rao: &mut support::Person| {
        let mut ids: Vec<String> = rao
            .ask(|vault| vault.shared_records(&today.grant, &all))
            .into_iter()
            .map(|record| record.id)
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(listed(&mut rao), std::slice::from_ref(&shown));

    let mut allergy = writing::allergy();
    allergy.supersedes = Some(hidden);
    let still_hidden = asha.make(|vault, now, rng| vault.add_allergy(&allergy, now, rng));
    let mut weight = writing::weight("62.00");
    weight.supersedes = Some(shown.clone());
    let corrected = asha.make(|vault, now, rng| vault.add_measurement(&weight, now, rng));
    // New and no correction: not in a share of today.
    asha.make(|vault, now, rng| vault.add_measurement(&writing::weight("63.00"), now, rng));
    asha.sync();
    rao.sync();
    let mut expected = vec![shown.clone(), corrected.clone()];
    expected.sort();
    assert_eq!(listed(&mut rao), expected);
    let now = asha.now();
    assert!(asha.ask(|vault| vault.record(&still_hidden, now)).summary.hidden);
    // A new grant shows neither the hidden entry nor its correction.
    let later = asha.admit(&mut rao, &everything());
    let ids: Vec<String> = rao
        .ask(|vault| vault.shared_records(&later.grant, &all))
        .into_iter()
        .map(|record| record.id)
        .collect();
    assert!(!ids.contains(&still_hidden) && ids.contains(&corrected), "{ids:?}");
}
