//! Records that a patient's wallet must not file.

use std::time::Duration;

use protocol::category::Category;
use support::forge::Forger;
use support::{Person, Relay, everything, writing};
use vault::facade::{RecordQuery, Vault};

use super::visit::{Cast, deliver, stage};

fn records(person: &mut Person) -> usize {
    person.ask(|vault| vault.records(&RecordQuery::default())).len()
}

#[test]
fn a_suspended_technician_files_nothing_signed_afterwards() {
    let Some(relay) = Relay::start() else { return };
    let Cast {
        mut clinic, mut asha, ..
    } = Cast::new(&relay);
    let (mut lab, credential) = clinic.hire(&relay, "laboratory", "Lina Weber");
    let visit = asha.admit(&mut lab, &everything());
    let before = records(&mut asha);

    // Signed and promised before the suspension, delivered after it: stays good.
    let early = lab.make(|vault, now, rng| vault.write_result(&visit.grant, None, &writing::result(), now, rng));
    lab.sync();
    std::thread::sleep(Duration::from_millis(1100));
    let now = asha.now();
    clinic
        .office
        .run(|vault, _, rng| vault.suspend(&credential, now, now, rng));
    clinic.office.sync();
    deliver(&mut lab, &mut asha);
    assert_eq!(stage(&mut lab, &early), ("filed".into(), None));
    assert_eq!(records(&mut asha), before + 1);
    assert_eq!(asha.codes(), Vec::<String>::new());

    // The promise is later than the suspension: `flow::submit::judge`, `Credential::check_standing`.
    let late = lab.make(|vault, now, rng| vault.write_result(&visit.grant, None, &writing::result(), now, rng));
    deliver(&mut lab, &mut asha);
    assert_eq!(
        stage(&mut lab, &late),
        ("declined".into(), Some("credential.suspended".into()))
    );
    assert_eq!(
        (asha.codes(), records(&mut asha)),
        (vec!["credential.suspended".to_owned()], before + 1)
    );

    // No promise at all, sent past the technician's own vault: `flow::submit::judge`.
    let mut forger = Forger::of(&mut lab);
    let (grant, access) = forger.access(&visit.grant);
    let content = asha.ask(|vault| vault.record(&early, now)).fhir;
    let package = forger.record(access.patient, Category::Laboratory, &content);
    assert!(package.verify().is_ok(), "only the missing time is wrong with it");
    assert_eq!(
        forger.submit(grant, &access, &package).status,
        202,
        "the relay cannot tell"
    );
    asha.sync();
    assert_eq!(
        (asha.codes(), records(&mut asha)),
        (vec!["proven.missing".to_owned()], before + 1)
    );
}

#[test]
fn a_record_about_another_patient_and_a_strangers_record_are_refused() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let visit = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    let mut ben = Person::new(&relay, "patient", "Ben");
    let before = records(&mut asha);
    let now = asha.now();
    let content = asha.ask(|vault| vault.records(&RecordQuery::default())).remove(0).id;
    let content = asha.ask(|vault| vault.record(&content, now)).fhir;
    let category =
        Category::parse(&asha.ask(|vault| vault.records(&RecordQuery::default()))[0].category).expect("a category");
    let mut forger = Forger::of(&mut rao);
    let (grant, access) = forger.access(&visit.grant);
    let ben_is = ben
        .ask(Vault::profile)
        .identity
        .expect("an identity")
        .parse()
        .expect("an id");
    let mut send = |package: &protocol::package::Package| {
        assert!(package.verify().is_ok(), "sound by itself");
        assert_eq!(
            forger.submit(grant, &access, package).status,
            202,
            "the relay cannot tell"
        );
        asha.sync();
        (asha.codes(), records(&mut asha))
    };

    // Wrong patient: `flow::submit::judge`.
    let mine = Forger::of(&mut rao);
    assert_eq!(
        send(&mine.record(ben_is, category, &content)),
        (vec!["record.subject".to_owned()], before)
    );
    // Right patient, but the document says another category than its author signed: `flow::submit::judge`.
    let other = if category == Category::Visit {
        Category::Laboratory
    } else {
        Category::Visit
    };
    assert_eq!(
        send(&mine.record(access.patient, other, &content)),
        (vec!["record.rule".to_owned()], before)
    );
    // Somebody else's record under the doctor's name: `flow::mailbox::holds`.
    let mut stranger = Person::new(&relay, "practitioner", "Dr Nobody");
    let mut intruder = Forger::of(&mut stranger);
    let theirs = intruder.record(access.patient, category, &content);
    assert_eq!(send(&theirs), (vec!["envelope.sender".to_owned()], before));
    // A stranger who stole the capability of the doctor's grant: `flow::mailbox::holds`.
    assert_eq!(
        intruder.submit(grant, &access, &theirs).status,
        202,
        "the relay cannot tell"
    );
    asha.sync();
    assert_eq!(
        (asha.codes(), records(&mut asha)),
        (vec!["envelope.sender".to_owned()], before)
    );

    let report = rao.make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    deliver(&mut rao, &mut asha);
    // The forger spent later numbers of this device; the honest message counts as a replay: `flow::mailbox::open`.
    assert_ne!(stage(&mut rao, &report).0, "filed");
    assert_eq!(asha.codes(), ["envelope.replayed"]);
    let next = rao.ask(Vault::submissions).len();
    assert_eq!(next, 1);
}

#[test]
fn rights_that_were_not_given_cannot_be_used() {
    let Some(relay) = Relay::start() else { return };
    let Cast { mut asha, mut rao, .. } = Cast::new(&relay);
    let mut request = everything();
    request.rights.retain(|right| right.right == "read");
    let visit = asha.admit(&mut rao, &request);
    // The author's own vault refuses: `Grant::allows` in `flow::submit::create`.
    assert_eq!(
        rao.refused(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng)),
        "grant.right"
    );
    // A client that does not ask is refused by the wallet: `Grant::allows` in `flow::submit::judge`.
    let before = records(&mut asha);
    let mut forger = Forger::of(&mut rao);
    let (grant, access) = forger.access(&visit.grant);
    let now = asha.now();
    let kept = asha.ask(|vault| vault.records(&RecordQuery::default())).remove(0);
    let content = asha.ask(|vault| vault.record(&kept.id, now)).fhir;
    let package = forger.record(
        access.patient,
        Category::parse(&kept.category).expect("a category"),
        &content,
    );
    assert_eq!(forger.submit(grant, &access, &package).status, 202);
    asha.sync();
    assert_eq!(
        (asha.codes(), records(&mut asha)),
        (vec!["grant.right".to_owned()], before)
    );
}
