//! A doctor lets a colleague act under a grant: the patient sees both names, each receipt is the reader's own, and either can end it.

use protocol::cbor;
use protocol::delegation::DelegationStatement;
use protocol::envelope::MessageKind;
use protocol::key::Signer;
use protocol::statement::Signed;
use support::forge::Forger;
use support::{Person, Relay, Visit, writing};
use vault::body::DelegationBody;
use vault::facade::{DelegationView, Vault};

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
        "passed on: `delegation::delegate`"
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
