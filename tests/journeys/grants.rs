//! What becomes of a grant: paused, resumed, renewed, narrowed, revoked; and that nobody gets around it.

use support::{Person, Relay, Visit, writing};
use vault::facade::{AccessView, GrantView, NarrowRequest, OfferRight, RecordQuery};

use super::visit::Cast;

pub(crate) fn given(asha: &mut Person, grant: &str) -> GrantView {
    let now = asha.now();
    let grants = asha.ask(|vault| vault.grants(now));
    grants.into_iter().find(|seen| seen.id == grant).expect("the grant")
}

pub(crate) fn received(rao: &mut Person, grant: &str) -> AccessView {
    let now = rao.now();
    let accesses = rao.ask(|vault| vault.accesses(now));
    accesses.into_iter().find(|seen| seen.id == grant).expect("the access")
}

pub(crate) fn listed(rao: &mut Person, grant: &str) -> Vec<String> {
    let records = rao.ask(|vault| vault.shared_records(grant, &RecordQuery::default()));
    records.into_iter().map(|record| record.id).collect()
}

/// The states of a grant on both sides.
fn states(asha: &mut Person, rao: &mut Person, grant: &str) -> (String, String) {
    (given(asha, grant).state, received(rao, grant).state)
}

fn both(patient: &str, reader: &str) -> (String, String) {
    (patient.to_owned(), reader.to_owned())
}

#[test]
fn a_grant_is_paused_resumed_renewed_narrowed_and_revoked() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let Visit { grant, .. } = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    rao.read_all(&grant);
    asha.sync();

    // Paused: the relay refuses the reader, the reader's own app too, and what is sent is declined.
    asha.run(|vault, now, rng| vault.pause_grant(&grant, now, rng));
    assert!(!given(&mut asha, &grant).sent, "the relay has not been told yet");
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("62.00"), now, rng));
    asha.sync();
    assert!(given(&mut asha, &grant).sent);
    rao.sync();
    assert_eq!(states(&mut asha, &mut rao, &grant), both("paused", "paused"));
    assert!(rao.saw("show.access_paused"));
    assert_eq!(listed(&mut rao, &grant).len(), 2, "nothing joins a paused grant");
    let seen = listed(&mut rao, &grant);
    // The app: `GrantState::allows` in `flow::access::may_read`.
    assert_eq!(
        rao.refused(|vault, now, rng| vault.open_shared(&grant, &seen, now, rng)),
        "grant.paused"
    );
    assert_eq!(
        rao.refused(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng)),
        "grant.paused"
    );
    assert_eq!(
        asha.refused(|vault, now, rng| vault.pause_grant(&grant, now, rng)),
        "grant.paused"
    );

    // Resumed: what was filed meanwhile joins.
    asha.run(|vault, now, rng| vault.resume_grant(&grant, now, rng));
    asha.sync();
    rao.sync();
    rao.sync();
    assert_eq!(states(&mut asha, &mut rao, &grant), both("live", "live"));
    assert_eq!(listed(&mut rao, &grant).len(), 3);
    assert_eq!(
        asha.refused(|vault, now, rng| vault.resume_grant(&grant, now, rng)),
        "vault.state"
    );

    // Narrowed: what is not covered any more goes, at the relay and in the reader's app; the right to order goes too.
    let narrow = NarrowRequest {
        categories: vec!["allergy".into()],
        records: Vec::new(),
        from: None,
        until: None,
        ongoing: true,
        rights: vec!["read".into(), "append".into()],
    };
    asha.run(|vault, now, rng| vault.narrow_grant(&grant, &narrow, now, rng));
    asha.sync();
    rao.sync();
    assert_eq!(listed(&mut rao, &grant).len(), 1);
    assert!(rao.saw("show.records_withdrawn"));
    rao.read_all(&grant);
    assert_eq!(
        rao.refused(|vault, now, rng| vault.write_lab_request(&grant, &writing::lab_request(), now, rng)),
        "grant.right"
    );
    // A change gives no more than there was: `GrantState::accept`.
    let wider = NarrowRequest {
        categories: vec!["allergy".into(), "vital-sign".into()],
        ..narrow.clone()
    };
    let refused = asha.refused(|vault, now, rng| vault.narrow_grant(&grant, &wider, now, rng));
    assert!(
        matches!(refused.as_str(), "grant.wider" | "category.unknown"),
        "{refused}"
    );
    let more = NarrowRequest {
        rights: vec!["read".into(), "append".into(), "order".into()],
        ..narrow
    };
    assert_eq!(
        asha.refused(|vault, now, rng| vault.narrow_grant(&grant, &more, now, rng)),
        "grant.wider"
    );

    // Over: reading ends by the clock alone; renewed, it goes on, and the other right keeps its period.
    let append = received(&mut rao, &grant).permissions[1].until;
    rao.move_clock(86_400);
    assert_eq!(
        rao.refused(|vault, now, rng| vault.open_shared(&grant, &[], now, rng)),
        "grant.over"
    );
    rao.move_clock(0);
    let longer = [OfferRight {
        right: "read".into(),
        seconds: Some(3 * 86_400),
    }];
    asha.run(|vault, now, rng| vault.renew_grant(&grant, &longer, now, rng));
    assert_eq!(
        asha.refused(|vault, now, rng| {
            let order = [OfferRight {
                right: "order".into(),
                seconds: Some(60),
            }];
            vault.renew_grant(&grant, &order, now, rng)
        }),
        "grant.right"
    );
    asha.sync();
    rao.sync();
    rao.move_clock(86_400);
    rao.run(|vault, now, rng| vault.open_shared(&grant, &[], now, rng));
    rao.move_clock(0);
    assert_eq!(received(&mut rao, &grant).permissions[1].until, append);

    // Revoked: the submission on its way is answered, the app opens nothing more.
    asha.run(|vault, now, rng| vault.revoke_grant(&grant, now, rng));
    assert_eq!(given(&mut asha, &grant).state, "stopping");
    asha.sync();
    let stopped = given(&mut asha, &grant);
    assert_eq!((stopped.state.as_str(), stopped.sent), ("ended", true));
    assert!(asha.saw("show.grant_stopped"));
    rao.sync();
    assert_eq!(received(&mut rao, &grant).state, "ended");
    assert_eq!(
        rao.refused(|vault, now, rng| vault.open_shared(&grant, &seen, now, rng)),
        "grant.revoked"
    );
    assert_eq!(
        asha.refused(|vault, now, rng| vault.resume_grant(&grant, now, rng)),
        "grant.revoked"
    );
    for person in [&mut asha, &mut rao] {
        person.sync();
        assert_eq!(person.ask(vault::facade::Vault::profile).stopped, Vec::<String>::new());
        assert_eq!(person.codes(), Vec::<String>::new());
    }
}
