//! A doctor lets a colleague act under a grant: the patient sees both names, each receipt is the reader's own, and either can end it.

use protocol::cbor;
use protocol::delegation::DelegationStatement;
use protocol::envelope::MessageKind;
use protocol::key::Signer;
use protocol::statement::Signed;
use support::forge::Forger;
use support::{Person, Relay, Visit, writing};
use vault::body::DelegationBody;
use vault::facade::{DelegationView, NarrowRequest, Vault};

use super::grant_keys::{entries_of, list_to};
use super::grants::listed;
use super::visit::{Cast, deliver, stage};

pub(crate) struct Ward {
    pub(crate) cast: Cast,
    pub(crate) kim: Person,
    pub(crate) visit: Visit,
    card: Vec<u8>,
}

impl Ward {
    pub(crate) fn new(relay: &Relay) -> Self {
        let mut cast = Cast::new(relay);
        let (mut kim, _) = cast.clinic.hire(relay, "practitioner", "Dr Kim");
        kim.run(|vault, now, rng| vault.open_intake(now, rng));
        kim.sync();
        let card = kim.ask(Vault::contact_card);
        let visit = cast.visit();
        Self { cast, kim, visit, card }
    }

    pub(crate) fn delegate(&mut self, rights: &[&str], seconds: u64) -> String {
        let rights: Vec<String> = rights.iter().map(|&right| right.to_owned()).collect();
        let id = self
            .cast
            .rao
            .make(|vault, now, rng| vault.delegate(&self.visit.grant, &self.card, &rights, now + seconds, now, rng));
        self.cast.rao.sync();
        self.cast.asha.sync();
        self.kim.sync();
        self.kim.sync();
        id
    }

    pub(crate) fn seen(&mut self) -> DelegationView {
        let now = self.cast.asha.now();
        self.cast.asha.ask(|vault| vault.delegations(now)).remove(0)
    }
}

#[test]
fn a_colleague_reads_and_writes_as_himself_until_the_patient_stops_it() {
    let Some(relay) = Relay::start() else { return };
    let mut ward = Ward::new(&relay);
    ward.delegate(&["read", "append"], 3600);

    let seen = ward.seen();
    assert_eq!(
        (seen.name.as_str(), seen.under.as_str(), seen.state.as_str()),
        ("Dr Kim", "Dr Rao", "live")
    );
    assert_eq!(seen.organization.as_deref(), Some("Praxis am Markt"));
    let now = ward.kim.now();
    let access = ward.kim.ask(|vault| vault.accesses(now)).remove(0);
    assert_eq!((access.capacity.as_str(), access.state.as_str()), ("delegate", "live"));
    assert_eq!(
        (access.name.as_str(), access.until),
        ("Asha Menon", seen.permissions[0].until)
    );

    // Reading and writing are his own acts, under his own name.
    let grant = ward.visit.grant.clone();
    let read = ward.kim.read_all(&grant);
    assert_eq!(read.len(), 2);
    let report = ward
        .kim
        .make(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng));
    deliver(&mut ward.kim, &mut ward.cast.asha);
    assert_eq!(stage(&mut ward.kim, &report), ("filed".into(), None));
    let filed = ward.cast.asha.ask(|vault| vault.record(&report, now));
    assert_eq!(filed.summary.author, "Dr Kim");
    let receipts = ward.cast.asha.ask(Vault::receipts);
    assert!(
        receipts
            .iter()
            .any(|receipt| receipt.name.contains("Dr Kim") && receipt.records.len() == 2),
        "{receipts:?}"
    );
    assert!(ward.seen().last_opened.is_some());
    assert_eq!(ward.cast.asha.ask(Vault::check_chain).bad, None);

    // The patient stops it: said only when the relay has confirmed.
    let id = ward.seen().id;
    ward.cast
        .asha
        .run(|vault, now, rng| vault.stop_delegation(&id, now, rng));
    assert_eq!(ward.seen().state, "stopping");
    ward.cast.asha.sync();
    assert_eq!(ward.seen().state, "stopped");
    assert!(ward.cast.asha.saw("show.delegation_stopped"));
    assert_eq!(
        ward.cast
            .asha
            .refused(|vault, now, rng| vault.stop_delegation(&id, now, rng)),
        "delegation.stopped"
    );
    // He fetches nothing more, and what he sends is refused: `holder::delegate`.
    ward.kim.reopen();
    ward.kim.sync();
    assert_eq!(ward.kim.ask(|vault| vault.accesses(now))[0].state, "unreachable");
    ward.kim
        .run(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng));
    ward.kim.sync();
    ward.cast.asha.codes();
    ward.cast.asha.sync();
    assert_eq!(ward.cast.asha.codes(), ["delegation.stopped"]);
    // The doctor himself goes on.
    ward.cast.rao.sync();
    assert_eq!(ward.cast.rao.ask(|vault| vault.accesses(now))[0].state, "live");
    assert_eq!(ward.cast.rao.read_all(&grant).len(), 3);

    // The same report once more does not bring it back: `delegation::reported`.
    let mut forger = Forger::of(&mut ward.cast.rao);
    let report = forger.delegation(&id);
    forger.tell(&grant, MessageKind::Delegation, &cbor::encode(&report));
    ward.cast.asha.sync();
    assert_eq!(ward.cast.asha.codes(), ["delegation.stopped"]);
    assert_eq!(ward.seen().state, "stopped");
}

#[test]
fn a_delegation_is_never_wider_never_passed_on_and_ends() {
    let Some(relay) = Relay::start() else { return };
    let mut ward = Ward::new(&relay);
    let (grant, card) = (ward.visit.grant.clone(), ward.card.clone());
    let refused = |person: &mut Person, rights: &[&str], seconds: u64| {
        let rights: Vec<String> = rights.iter().map(|&right| right.to_owned()).collect();
        person.refused(|vault, now, rng| vault.delegate(&grant, &card, &rights, now + seconds, now, rng))
    };
    // `DelegationStatement::check_under`, and the rules of the format.
    assert_eq!(refused(&mut ward.cast.rao, &["read"], 90_000), "delegation.wider");
    assert_eq!(refused(&mut ward.cast.rao, &["order"], 60), "delegation.rule");
    assert_eq!(refused(&mut ward.cast.rao, &[], 60), "delegation.rule");

    ward.delegate(&["read"], 3600);
    assert_eq!(
        refused(&mut ward.kim, &["read"], 60),
        "delegation.delegator",
        "passed on: `Delegation::check_under`"
    );
    let grant = ward.visit.grant.clone();
    ward.kim.read_all(&grant);
    // A right that was not passed on: `AccessItem::allows`.
    assert_eq!(
        ward.kim
            .refused(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng)),
        "delegation.right"
    );

    // A hostile delegate signs a delegation of his own; the wallet refuses it: `check_under` again.
    let mut forger = Forger::of(&mut ward.kim);
    let mut report: DelegationBody = Forger::of(&mut ward.cast.rao).delegation(&ward.seen().id);
    let statement = Signed::<DelegationStatement>::verify(&report.delegation).expect("the delegation");
    let actor = forger.meta.actor().expect("a device");
    let own = DelegationStatement {
        actor: forger.meta.device.public_key(),
        delegator: actor.identity,
        authority: actor.authority,
        delegate: Forger::of(&mut ward.cast.clinic.office).identity(),
        ..statement.into_statement()
    };
    report.delegation = Signed::issue(own, &forger.meta.device)
        .expect("a delegation")
        .bytes()
        .to_vec()
        .into();
    report.evidence = forger.meta.evidence.clone();
    forger.tell(&grant, MessageKind::Delegation, &cbor::encode(&report));
    ward.cast.asha.sync();
    assert_eq!(ward.cast.asha.codes(), ["delegation.delegator"]);

    // Its time is over: `DelegationStatement::allows`.
    let ids: Vec<String> = ward
        .kim
        .ask(|vault| vault.shared_records(&grant, &vault::facade::RecordQuery::default()))
        .into_iter()
        .map(|record| record.id)
        .collect();
    ward.kim.move_clock(7200);
    assert_eq!(
        ward.kim
            .refused(|vault, now, rng| vault.fetch_shared(&grant, &ids, now, rng)),
        "delegation.over"
    );
    let later = ward.kim.now();
    assert_eq!(ward.kim.ask(|vault| vault.accesses(later))[0].state, "over");
    ward.kim.move_clock(0);

    // The doctor ends it: the relay has confirmed, and the patient is told.
    let now = ward.cast.rao.now();
    let made = ward.cast.rao.ask(|vault| vault.delegations(now)).remove(0);
    assert_eq!((made.name.as_str(), made.under.as_str()), ("Dr Kim", "Asha Menon"));
    ward.cast
        .rao
        .run(|vault, now, rng| vault.stop_delegation(&made.id, now, rng));
    ward.cast.rao.sync();
    assert_eq!(ward.cast.rao.ask(|vault| vault.delegations(now))[0].state, "stopped");
    ward.cast.asha.sync();
    assert_eq!(ward.seen().state, "stopped");
    assert!(ward.cast.asha.saw("show.delegation_ended"));
    ward.kim.reopen();
    ward.kim.sync();
    assert_eq!(ward.kim.ask(|vault| vault.accesses(now))[0].state, "unreachable");
}

#[test]
fn a_delegate_reads_on_when_the_keys_change_and_one_whose_delegation_ended_does_not() {
    let Some(relay) = Relay::start() else { return };
    let mut ward = Ward::new(&relay);
    ward.delegate(&["read", "append"], 3600);
    let grant = ward.visit.grant.clone();
    let (mut lee, _) = ward.cast.clinic.hire(&relay, "practitioner", "Dr Lee");
    lee.run(|vault, now, rng| vault.open_intake(now, rng));
    lee.sync();
    let card = lee.ask(Vault::contact_card);
    let ended = ward
        .cast
        .rao
        .make(|vault, now, rng| vault.delegate(&grant, &card, &["read".to_owned()], now + 3600, now, rng));
    for person in [&mut ward.cast.rao, &mut ward.cast.asha, &mut lee] {
        person.sync();
    }
    lee.sync();
    ward.kim.sync();
    assert_eq!(
        (listed(&mut lee, &grant).len(), listed(&mut ward.kim, &grant).len()),
        (2, 2)
    );
    ward.cast
        .rao
        .run(|vault, now, rng| vault.stop_delegation(&ended, now, rng));
    ward.cast.rao.sync();
    ward.cast.asha.sync();

    // A device of the patient is taken out: every live grant gets new keys.
    let laptop = Person::join_ordinary(&relay, &ward.cast.asha.words);
    drop(laptop);
    ward.cast.asha.sync();
    let devices = ward.cast.asha.ask(Vault::devices);
    let id = devices.into_iter().find(|device| !device.this).expect("the laptop").id;
    ward.cast
        .asha
        .run(|vault, now, rng| vault.remove_devices(std::slice::from_ref(&id), None, now, rng));
    ward.cast
        .asha
        .run(|vault, now, rng| vault.add_measurement(&writing::weight("63.30"), now, rng));
    ward.cast.asha.sync();
    // Until the doctor's app has passed them on the delegate waits, and is told why: `epoch::keys_of`.
    ward.kim.codes();
    ward.kim.sync();
    assert!(ward.kim.codes().contains(&"delegation.epoch".to_owned()));
    assert_eq!(listed(&mut ward.kim, &grant).len(), 2);
    ward.cast.rao.sync();
    ward.kim.sync();
    ward.kim.sync();
    assert_eq!(listed(&mut ward.kim, &grant).len(), 3, "{:?}", ward.kim.codes());
    assert_eq!(ward.kim.read_all(&grant).len(), 3);
    // He writes into the new mailbox too.
    let report = ward
        .kim
        .make(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng));
    deliver(&mut ward.kim, &mut ward.cast.asha);
    assert_eq!(
        stage(&mut ward.kim, &report),
        ("filed".into(), None),
        "{:?}",
        ward.cast.asha.codes()
    );
    // Words and relay alone bring him as far again.
    let mut again = Person::join(&relay, &ward.kim.words);
    again.sync();
    again.sync();
    assert_eq!(listed(&mut again, &grant).len(), 4, "{:?}", again.codes());

    // Whose delegation had ended gets nothing of the new epoch, were the relay to show him everything: `hand_on::entered`.
    let share = Forger::of(&mut again).share(&grant);
    list_to(&lee, &share, entries_of(&again, &share));
    lee.reopen();
    lee.codes();
    lee.sync();
    lee.sync();
    let codes = lee.codes();
    assert!(codes.contains(&"delegation.epoch".to_owned()), "{codes:?}");
    assert_eq!(listed(&mut lee, &grant).len(), 2);
}

#[test]
fn a_delegation_dies_with_the_right_and_with_the_grant_it_came_from() {
    let Some(relay) = Relay::start() else { return };
    let mut ward = Ward::new(&relay);
    ward.delegate(&["read", "append"], 3600);
    let grant = ward.visit.grant.clone();
    let read = ward.kim.read_all(&grant);
    ward.cast.asha.sync();
    // The patient takes the right to write away from the doctor; the delegation itself says nothing of it.
    let all = ward.cast.asha.ask(|vault| vault.grants(0)).remove(0);
    let narrow = NarrowRequest {
        categories: all.categories,
        records: Vec::new(),
        from: None,
        until: None,
        ongoing: true,
        rights: vec!["read".into()],
    };
    ward.cast
        .asha
        .run(|vault, now, rng| vault.narrow_grant(&grant, &narrow, now, rng));
    ward.cast.asha.sync();
    // A hostile delegate whose app asks nobody: `holder::delegate` asks the grant as it stands, `check_under`.
    let mut hostile = Forger::of(&mut ward.kim);
    let (id, access) = hostile.access(&grant);
    let package = hostile.record(
        access.patient,
        protocol::category::Category::Visit,
        &support::sample("consult.json"),
    );
    hostile.submit(id, &access, &package);
    ward.cast.asha.codes();
    ward.cast.asha.sync();
    assert_eq!(ward.cast.asha.codes(), ["delegation.wider"]);
    // His own app says the same: `DelegationStatement::allows` in `AccessItem::allows`.
    ward.kim.sync();
    let refused = ward
        .kim
        .refused(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng));
    assert_eq!(refused, "delegation.right");

    // The grant ends, the delegation's own time does not.
    ward.cast
        .asha
        .run(|vault, now, rng| vault.revoke_grant(&grant, now, rng));
    ward.cast.asha.sync();
    assert_eq!(ward.seen().state, "ended");
    // What he had fetches nothing, and nobody takes in what he sends.
    assert_eq!(hostile.fetch(&grant, "/blocks"), 404);
    assert_eq!(hostile.submit(id, &access, &package).status, 404);
    ward.kim.sync();
    ward.kim.sync();
    let now = ward.kim.now();
    assert_eq!(ward.kim.ask(|vault| vault.accesses(now))[0].state, "ended");
    // `GrantState::in_force` in `AccessItem::allows`.
    assert_eq!(
        ward.kim
            .refused(|vault, now, rng| vault.open_shared(&grant, &read, now, rng)),
        "grant.revoked"
    );
    // Nor does the doctor pass on what he no longer has: `delegation::delegate`.
    ward.cast.rao.sync();
    let card = ward.card.clone();
    assert_eq!(
        ward.cast.rao.refused(|vault, now, rng| vault.delegate(
            &grant,
            &card,
            &["read".to_owned()],
            now + 60,
            now,
            rng
        )),
        "grant.revoked"
    );
}
