//! What a patient enters is marked so; drafts stay on the device; what was not sent yet can be taken back.

use support::{Person, Relay, everything, writing};
use vault::facade::{ContactDraft, DraftContent, PatientDraft, RecordQuery, Vault, WishDraft};

use super::visit::{Cast, deliver, stage};

#[test]
fn own_entries_are_marked_amended_and_withdrawn_with_a_reason() {
    let Some(relay) = Relay::start() else { return };
    let Cast { mut asha, mut rao, .. } = Cast::new(&relay);
    let wish = WishDraft {
        subject: "organ-donation".into(),
        permit: Some(true),
        words: "All organs.".into(),
        supersedes: None,
    };
    assert_eq!(
        asha.refused(|vault, now, rng| {
            let other = WishDraft {
                subject: "holiday".into(),
                ..wish.clone()
            };
            vault.add_wish(&other, now, rng)
        }),
        "draft.wish"
    );
    let wish = asha.make(|vault, now, rng| vault.add_wish(&wish, now, rng));
    let person = PatientDraft {
        name: Some("Asha Menon".into()),
        phone: Some("+49 30 1".into()),
        birth_date: Some("1980-02-01".into()),
        ..PatientDraft::default()
    };
    let first = asha.make(|vault, now, rng| vault.set_demographics(&person, now, rng));
    let contact = ContactDraft {
        name: "Meera".into(),
        relationship: Some("Sister".into()),
        phone: Some("+49 30 2".into()),
    };
    let second = asha.make(|vault, now, rng| vault.add_emergency_contact(&contact, now, rng));
    // What was entered before stays: the new version says all of it.
    let current = asha.ask(Vault::demographics);
    assert_eq!(
        current,
        PatientDraft {
            contacts: vec![contact],
            ..person
        }
    );
    asha.sync();
    let now = asha.now();
    let superseded = asha.ask(|vault| vault.record(&first, now)).summary;
    assert_eq!(superseded.superseded_by.as_ref(), Some(&second));

    let visit = asha.admit(&mut rao, &everything());
    rao.read_all(&visit.grant);
    let marks = |person: &mut Person, grant: Option<&str>| {
        let all = RecordQuery::default();
        let records = person.ask(|vault| match grant {
            Some(grant) => vault.shared_records(grant, &all),
            None => vault.records(&all),
        });
        records.into_iter().map(|record| record.mark).collect::<Vec<_>>()
    };
    assert!(
        marks(&mut asha, None)
            .iter()
            .all(|mark| mark.as_deref() == Some("mark.own"))
    );
    assert!(
        marks(&mut rao, Some(&visit.grant))
            .iter()
            .all(|mark| mark.as_deref() == Some("mark.patient"))
    );
    let report = rao.make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    deliver(&mut rao, &mut asha);
    assert_eq!(asha.ask(|vault| vault.record(&report, now)).summary.mark, None);

    // Only an own entry, once, and with a reason: `facade::writing::revise`.
    let mut refused = |record: &str, reason: &str| {
        asha.refused(|vault, now, rng| vault.mark_entered_in_error(record, reason, now, rng))
    };
    assert_eq!(refused(&report, "I disagree"), "draft.correction");
    assert_eq!(refused(&first, "Old"), "draft.correction");
    assert_eq!(refused(&wish, ""), "draft.reason");
    assert_eq!(
        refused(&second, "A person is corrected, not withdrawn"),
        "build.invalid"
    );
    let gone = asha.make(|vault, now, rng| vault.mark_entered_in_error(&wish, "Clicked the wrong one", now, rng));
    asha.sync();
    rao.sync();
    let view = asha.ask(|vault| vault.record(&gone, now));
    assert_eq!(
        (view.summary.status.as_deref(), view.summary.supersedes.as_ref()),
        (Some("entered-in-error"), Some(&wish))
    );
    let told = rao.ask(Vault::corrections);
    assert!(
        told.iter()
            .any(|one| one.withdrawn && one.old == wish && one.reason.as_deref() == Some("Clicked the wrong one"))
    );
}

#[test]
fn drafts_survive_a_restart_and_never_leave_the_device() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", "Asha Menon");
    let draft = |kind: &str, json: &str| DraftContent {
        kind: kind.into(),
        json: json.into(),
        ..DraftContent::default()
    };
    let refused = |asha: &mut Person, draft: &DraftContent| {
        asha.refused(|vault, now, rng| vault.save_draft(None, draft, now, rng))
    };
    assert_eq!(refused(&mut asha, &draft("poem", "{}")), "draft.form");
    for form in ["appointment", "delegation", "credential", "order_state"] {
        let kept = asha.make(|vault, now, rng| vault.save_draft(None, &draft(form, "{}"), now, rng));
        asha.run(|vault, now, rng| vault.discard_draft(&kept, now, rng));
    }
    assert_eq!(refused(&mut asha, &draft("allergy", "[1]")), "draft.content");
    let huge = format!("{{\"note\":\"{}\"}}", "a".repeat(70_000));
    assert_eq!(refused(&mut asha, &draft("allergy", &huge)), "draft.content");
    let id = asha.make(|vault, now, rng| vault.save_draft(None, &draft("allergy", "{\"substance\":\"Nu\"}"), now, rng));
    asha.run(|vault, now, rng| {
        vault.save_draft(
            Some(id.clone()),
            &draft("allergy", "{\"substance\":\"Nuts-secret\"}"),
            now,
            rng,
        )
    });
    asha.sync();
    asha.reopen();
    let listed = asha.ask(Vault::drafts);
    assert_eq!((listed.len(), &listed[0].id), (1, &id));
    assert_eq!(
        asha.ask(|vault| vault.draft(&id)).json,
        "{\"substance\":\"Nuts-secret\"}"
    );
    // Sealed in the store, absent from the chain.
    let folder = std::fs::read_dir(asha.path()).expect("the folder");
    for file in folder
        .map(|file| file.expect("a file").path())
        .filter(|path| path.is_file())
    {
        let bytes = std::fs::read(&file).expect("its bytes");
        assert!(
            !bytes.windows(11).any(|part| part == b"Nuts-secret"),
            "{}",
            file.display()
        );
    }
    let mut other = Person::join(&relay, &asha.words.clone());
    other.sync();
    assert_eq!(other.ask(Vault::drafts).len(), 0);
    asha.run(|vault, now, rng| vault.discard_draft(&id, now, rng));
    assert_eq!(asha.ask(Vault::drafts).len(), 0);
    assert_eq!(
        asha.refused(|vault, now, rng| vault.discard_draft(&id, now, rng)),
        "vault.not_found"
    );
}

#[test]
fn what_was_not_sent_is_taken_back_and_what_was_sent_is_not() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let visit = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    let before = asha.ask(|vault| vault.records(&RecordQuery::default())).len();
    let first = rao.make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    let waiting = rao.ask(Vault::outbox);
    let row = waiting.iter().find(|row| row.id == first).expect("it waits");
    assert!(row.cancellable && row.to.as_deref() == Some("Asha Menon"), "{row:?}");
    rao.run(|vault, now, rng| vault.cancel_outbox(&first, now, rng));
    assert!(!rao.ask(Vault::outbox).iter().any(|row| row.id == first));
    deliver(&mut rao, &mut asha);
    assert_eq!(stage(&mut rao, &first), ("cancelled".into(), None));
    assert_eq!(asha.ask(|vault| vault.records(&RecordQuery::default())).len(), before);
    assert_eq!(
        rao.refused(|vault, now, rng| vault.cancel_outbox(&first, now, rng)),
        "outbox.sent"
    );
    assert_eq!(
        rao.refused(|vault, now, rng| vault.resend(&first, now, rng)),
        "vault.state"
    );

    // Sent is sent: `flow::outbox::cancel`.
    let second = rao.make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    rao.sync();
    assert_eq!(
        rao.refused(|vault, now, rng| vault.cancel_outbox(&second, now, rng)),
        "outbox.sent"
    );
    deliver(&mut rao, &mut asha);
    assert_eq!(stage(&mut rao, &second), ("filed".into(), None));
    // A receipt answers for an opening and is not taken back.
    let ids: Vec<String> = rao
        .ask(|vault| vault.shared_records(&visit.grant, &RecordQuery::default()))
        .into_iter()
        .map(|record| record.id)
        .collect();
    rao.run(|vault, now, rng| vault.fetch_shared(&visit.grant, &ids, now, rng));
    rao.sync();
    rao.run(|vault, now, rng| vault.open_shared(&visit.grant, &ids, now, rng));
    let receipt = rao.ask(Vault::outbox).into_iter().find(|row| row.kind == "message");
    let receipt = receipt.expect("the receipt waits");
    assert!(!receipt.cancellable);
    assert_eq!(
        rao.refused(|vault, now, rng| vault.cancel_outbox(&receipt.id, now, rng)),
        "outbox.kept"
    );
    // Another device knows that it was taken back.
    rao.sync();
    let mut again = Person::join(&relay, &rao.words.clone());
    again.sync();
    assert_eq!(stage(&mut again, &first), ("cancelled".into(), None));
}

#[test]
fn what_arrives_is_new_until_it_is_looked_at_and_nobody_learns_of_that() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let visit = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    let report = rao.make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    deliver(&mut rao, &mut asha);
    let opened = |asha: &mut Person| {
        let now = asha.now();
        asha.ask(|vault| vault.record(&report, now)).summary.opened
    };
    assert_eq!(opened(&mut asha), None);
    let blocks = asha.ask(Vault::profile).blocks;
    let first = asha.now();
    asha.run(|vault, now, rng| vault.note_opened(&report, now, rng));
    assert_eq!(opened(&mut asha), Some(first));
    asha.move_clock(60);
    asha.run(|vault, now, rng| vault.note_opened(&report, now, rng));
    asha.reopen();
    assert_eq!(opened(&mut asha), Some(first), "the first time counts");
    asha.sync();
    let profile = asha.ask(Vault::profile);
    assert_eq!((profile.blocks, profile.outbox), (blocks, 0), "nothing was sent");
    assert_eq!(
        asha.refused(|vault, now, rng| vault.note_opened(&visit.grant, now, rng)),
        "vault.not_found"
    );
}
