//! A patient asks that what a grant gave be deleted: the holder's vault really deletes it and says so, or says why not. Nobody else's word
//! counts, on either side.

use support::forge::{Forger, left};
use support::{Person, Relay, Visit, everything, writing};
use vault::facade::{DeletionRequestView, DeletionView, RecordQuery, Vault};

use super::grants::{given, listed, received};
use super::visit::{Cast, deliver, stage};

fn asked(asha: &mut Person, grant: &str) -> DeletionView {
    let all = asha.ask(Vault::deletions);
    all.into_iter().find(|seen| seen.grant == grant).expect("a request")
}

fn request(holder: &mut Person, grant: &str) -> Option<DeletionRequestView> {
    let all = holder.ask(Vault::deletion_requests);
    all.into_iter().find(|seen| seen.grant == grant)
}

#[test]
fn what_a_grant_gave_is_deleted_by_its_holder_and_nothing_of_it_is_left() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let Visit { grant, .. } = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    let other = asha.admit(&mut rao, &everything()).grant;
    rao.read_all(&grant);
    let report = rao.make(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng));
    deliver(&mut rao, &mut asha);
    rao.sync();
    assert_eq!(stage(&mut rao, &report).0, "filed");
    let mut thief = Forger::of(&mut rao);
    let secrets = thief.secrets(&grant);
    let others = thief.secrets(&other);
    assert_eq!(left(&mut rao, &secrets).len(), secrets.len(), "all of it is there now");
    assert_eq!(
        rao.refused(|vault, now, rng| vault.delete_access(&grant, now, rng)),
        "deletion.none"
    );

    // The wish goes out with the end, which stays readable: the message is lost on the way.
    asha.run(|vault, now, rng| vault.ask_deletion(&grant, true, now, rng));
    assert_eq!(
        asha.refused(|vault, now, rng| vault.ask_deletion(&grant, false, now, rng)),
        "deletion.asked"
    );
    asha.sync();
    assert_eq!(given(&mut asha, &grant).state, "ended");
    assert_eq!(asked(&mut asha, &grant).state, "asked");
    rao.wire.lie(|request, response| {
        if request.url.contains("/mailboxes/") && request.url.contains("/envelopes") {
            response.body = br#"{"success":true,"envelopes":[],"more":false}"#.to_vec();
        }
    });
    rao.sync();
    assert!(rao.saw("show.deletion_asked"));
    assert_eq!(received(&mut rao, &grant).state, "ended");
    assert!(received(&mut rao, &grant).deletion.is_some());
    rao.wire.tell_the_truth();
    rao.sync();
    assert!(!rao.saw("show.deletion_asked"), "the message says nothing new");
    let wish = request(&mut rao, &grant).expect("the request");
    assert_eq!((wish.state.as_str(), wish.name.as_str()), ("asked", "Asha Menon"));

    // Deleted: no key, no copy, nothing written, in no entry of the store; the other grant is untouched.
    let wanted = Forger::of(&mut rao).wanted(&grant);
    rao.run(|vault, now, rng| vault.delete_access(&grant, now, rng));
    assert_eq!(left(&mut rao, &secrets), Vec::<usize>::new(), "`purge::purge`");
    assert_eq!(left(&mut rao, &others).len(), others.len());
    rao.sync();
    assert_eq!(left(&mut rao, &secrets), Vec::<usize>::new());
    assert!(rao.ask(Vault::submissions).iter().all(|sent| sent.grant != grant));
    assert_eq!(
        rao.ask_refused(|vault| vault.shared_records(&grant, &RecordQuery::default())),
        "vault.not_found"
    );
    assert_eq!(request(&mut rao, &grant).expect("the request").state, "deleted");
    assert_eq!(
        rao.refused(|vault, now, rng| vault.delete_access(&grant, now, rng)),
        "deletion.none"
    );
    assert_eq!(listed(&mut rao, &other).len(), 3);
    let path = thief.share(&grant);
    assert!(!path.is_empty() && thief.fetch(&grant, "/blocks") == 404);

    // The words and the relay bring nothing of it back: `purge::blocks`.
    let mut again = Person::try_join(&relay, &rao.words).expect("ready");
    // The relay has the blocks of the own chain, and of the access and the report no body any more: `holder::delete`.
    let bodiless = again.wire.all().into_iter().filter_map(|exchange| exchange.response);
    let bodiless: usize = bodiless
        .filter_map(|response| serde_json::from_slice::<serde_json::Value>(&response.body).ok())
        .filter_map(|answer| answer["entries"].as_array().cloned())
        .flatten()
        .filter(|entry| !entry["block"].is_null() && entry["body"].is_null() && entry["slot"].is_null())
        .count();
    assert!(bodiless >= 2, "{bodiless} bodies are gone");
    assert_eq!(left(&mut again, &secrets), Vec::<usize>::new());
    assert_eq!(request(&mut again, &grant).expect("the request").state, "deleted");
    assert!(again.ask(Vault::submissions).iter().all(|sent| sent.grant != grant));

    // What the holder says stands in the patient's list, as the holder's word.
    asha.sync();
    let seen = asked(&mut asha, &grant);
    assert_eq!(
        (seen.state.as_str(), seen.answers[0].name.as_str()),
        ("deleted", "Dr Rao")
    );
    assert_eq!(given(&mut asha, &grant).deletion.as_deref(), Some("deleted"));
    // The mailbox for answers is gone with the last one who could answer.
    assert_eq!(thief.answer_deletion(&wanted, |_| (), |_| ()).status, 404);
    // The patient's other devices know it too, and the report is still the patient's.
    let mut tablet = Person::try_join(&relay, &asha.words).expect("ready");
    assert_eq!(asked(&mut tablet, &grant).answers[0].answer, "deleted");
    assert!(
        tablet
            .ask(|vault| vault.records(&RecordQuery::default()))
            .iter()
            .any(|record| record.id == report)
    );
}

#[test]
fn nobody_else_asks_or_answers_and_a_refusal_says_why() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let Visit { grant, .. } = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    let other = asha.admit(&mut rao, &everything()).grant;
    // Two messages of the doctor: the forged ones below take their numbers.
    rao.read_all(&grant);
    rao.read_all(&other);
    let mut stranger = Person::new(&relay, "practitioner", "Dr Nobody");

    // Asked while it lives, by a note of the grant's chain and by a message.
    asha.run(|vault, now, rng| vault.ask_deletion(&grant, false, now, rng));
    asha.sync();
    rao.sync();
    assert_eq!(received(&mut rao, &grant).state, "live");
    assert!(request(&mut rao, &grant).is_some());

    // Somebody who learned the doctor's address asks for another grant: `deletion::told`.
    let address = Forger::of(&mut asha).holder(&other);
    let words = Forger::of(&mut asha).asked(&grant);
    let mut liar = Forger::of(&mut stranger);
    let mut forged = words.clone();
    forged.grant = other.parse().expect("an id");
    liar.ask_deletion(address, &forged);
    rao.sync();
    assert_eq!(rao.codes(), ["envelope.sender"]);
    // The patient's own device, about another grant than the one it is sent under: `deletion::listed`.
    let address = Forger::of(&mut asha).holder(&other);
    Forger::of(&mut asha).ask_deletion(address, &words);
    rao.sync();
    assert_eq!(rao.codes(), ["deletion.other"]);
    assert!(request(&mut rao, &other).is_none());

    // A stranger with everything but the right answers: `deletion::answered`.
    let wanted = Forger::of(&mut rao).wanted(&grant);
    liar.answer_deletion(&wanted, |_| (), |_| ());
    asha.sync();
    assert_eq!(asha.codes(), ["envelope.sender"]);
    // Under the doctor's name, with the doctor's evidence, by a key that is not the doctor's.
    let mut thief = Forger::of(&mut rao);
    let doctor = thief.meta.actor().expect("a device");
    let evidence = thief.meta.evidence.clone();
    liar.answer_deletion(
        &wanted,
        |answer| answer.evidence = evidence,
        |envelope| (envelope.sender, envelope.authority) = (doctor.identity, doctor.authority),
    );
    asha.sync();
    assert_eq!(asha.codes(), ["envelope.sender"]);
    // An answer about another grant, and one to another request.
    let another = other.parse().expect("an id");
    thief.answer_deletion(
        &wanted,
        |answer| answer.grant = another,
        |envelope| envelope.sequence = 1,
    );
    let unknown = protocol::hash::Hash::new([7; 32]);
    thief.answer_deletion(
        &wanted,
        |answer| answer.request = unknown,
        |envelope| envelope.sequence = 2,
    );
    asha.sync();
    assert_eq!(asha.codes(), ["deletion.other", "deletion.other"]);
    assert_eq!(asked(&mut asha, &grant).state, "asked");

    // Refused, from the short list; another reason needs words.
    for (reason, text) in [("other", None), ("because", Some("no".to_owned()))] {
        assert_eq!(
            rao.refused(|vault, now, rng| vault.refuse_deletion(&grant, reason, text.clone(), now, rng)),
            "deletion.reason"
        );
    }
    let text = Some("ten years by law".to_owned());
    rao.run(|vault, now, rng| vault.refuse_deletion(&grant, "retention", text.clone(), now, rng));
    rao.sync();
    // The same number once more, with other words: `mailbox::open`.
    thief.answer_deletion(&wanted, |_| (), |envelope| envelope.sequence = 1);
    asha.sync();
    assert_eq!(asha.codes(), ["envelope.replayed"]);
    let seen = asked(&mut asha, &grant);
    let answer = &seen.answers[0];
    assert_eq!(
        (seen.state.as_str(), answer.reason.as_deref(), answer.text.as_deref()),
        ("refused", Some("retention"), Some("ten years by law"))
    );
    assert_eq!(request(&mut rao, &grant).expect("it").state, "refused");
    assert_eq!(listed(&mut rao, &grant).len(), 2, "nothing was deleted");

    // Ended without the wish; a device that joined after the end asks, and its evidence comes with the message.
    asha.run(|vault, now, rng| vault.revoke_grant(&other, now, rng));
    asha.sync();
    rao.sync();
    assert_eq!(received(&mut rao, &other).state, "ended");
    let mut tablet = Person::try_join(&relay, &asha.words).expect("ready");
    tablet.run(|vault, now, rng| vault.ask_deletion(&other, false, now, rng));
    tablet.sync();
    rao.sync();
    assert_eq!(request(&mut rao, &other).expect("it").state, "asked");
    rao.run(|vault, now, rng| vault.delete_access(&other, now, rng));
    rao.sync();
    tablet.sync();
    assert_eq!(asked(&mut tablet, &other).state, "deleted");
    assert_eq!(
        tablet.refused(|vault, now, rng| vault.ask_deletion(&other, true, now, rng)),
        "grant.revoked"
    );
}

#[test]
fn grants_that_stood_at_a_recovery_are_kept_or_stopped_one_by_one() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let Visit { grant, .. } = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    let other = asha.admit(&mut rao, &everything()).grant;
    let over = asha.admit(&mut rao, &everything()).grant;
    asha.run(|vault, now, rng| vault.revoke_grant(&over, now, rng));
    asha.sync();
    assert_eq!(given(&mut asha, &grant).undecided, None);
    assert_eq!(
        asha.refused(|vault, now, rng| vault.keep_grant(&grant, now, rng)),
        "vault.state"
    );

    // A second device that may not take out others asks nothing.
    let mut laptop = Person::join_ordinary(&relay, &asha.words);
    assert_eq!(given(&mut laptop, &grant).undecided, None);
    // The lost phone's place is taken: two grants are undecided, the one that had ended is not.
    let mut phone = Person::try_join(&relay, &asha.words).expect("ready");
    assert!(phone.saw("show.grants_undecided"));
    let undecided = |person: &mut Person| {
        let now = person.now();
        let grants = person.ask(|vault| vault.grants(now));
        let open: Vec<String> = grants
            .into_iter()
            .filter(|seen| seen.undecided.is_some())
            .map(|seen| seen.id)
            .collect();
        assert_eq!(
            person.ask(|vault| vault.recovery(now)).undecided_grants as usize,
            open.len()
        );
        open
    };
    let mut both = vec![grant.clone(), other.clone()];
    both.sort();
    let mut seen = undecided(&mut phone);
    seen.sort();
    assert_eq!(seen, both);
    phone.reopen();
    assert_eq!(undecided(&mut phone).len(), 2, "a restart decides nothing");
    phone.sync();
    laptop.sync();
    assert_eq!(undecided(&mut laptop).len(), 2, "the other devices see it too");

    // One is kept here, the other stopped on another device.
    phone.run(|vault, now, rng| vault.keep_grant(&grant, now, rng));
    assert_eq!(
        phone.refused(|vault, now, rng| vault.keep_grant(&grant, now, rng)),
        "vault.state"
    );
    phone.sync();
    laptop.sync();
    assert_eq!(undecided(&mut laptop), std::slice::from_ref(&other));
    // The doctor has not read that these devices joined: of the share only its last block is left then (`chain::push`).
    laptop.run(|vault, now, rng| vault.revoke_grant(&other, now, rng));
    for _ in 0..4 {
        laptop.sync();
    }
    phone.sync();
    assert_eq!(undecided(&mut phone), Vec::<String>::new());
    assert_eq!(
        phone.refused(|vault, now, rng| vault.keep_grant(&other, now, rng)),
        "grant.revoked"
    );
    rao.sync();
    rao.sync();
    assert_eq!(
        (received(&mut rao, &grant).state, received(&mut rao, &other).state),
        ("live".to_owned(), "ended".to_owned())
    );

    // The next recovery asks again about what stands.
    let mut next = Person::try_join(&relay, &asha.words).expect("ready");
    assert_eq!(undecided(&mut next), [grant]);
}
