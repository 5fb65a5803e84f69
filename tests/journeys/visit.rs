//! A doctor's visit: consent by a code read from a picture, reading, writing, receipts.

use support::{Clinic, Person, Relay, Visit, everything, names, writing};
use vault::facade::{RecordQuery, Vault};

/// A clinic, its doctor, and a patient who trusts it and keeps two records.
pub(crate) struct Cast {
    pub(crate) clinic: Clinic,
    pub(crate) asha: Person,
    pub(crate) rao: Person,
}

impl Cast {
    pub(crate) fn new(relay: &Relay) -> Self {
        let mut clinic = Clinic::new(relay, "Praxis am Markt");
        let (rao, _) = clinic.hire(relay, "practitioner", "Dr Rao");
        let mut asha = Person::new(relay, "patient", "Asha Menon");
        clinic.trusted_by(&mut asha);
        asha.run(|vault, now, rng| vault.add_allergy(&writing::allergy(), now, rng));
        asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("61.50"), now, rng));
        asha.sync();
        Self { clinic, asha, rao }
    }

    /// The patient admits the doctor.
    pub(crate) fn visit(&mut self) -> Visit {
        self.asha.admit(&mut self.rao, &everything())
    }
}

/// The stage and reason of something sent.
pub(crate) fn stage(author: &mut Person, record: &str) -> (String, Option<String>) {
    let sent = author.ask(Vault::submissions);
    let sent = sent.into_iter().find(|sent| sent.id == record).expect("the submission");
    (sent.stage, sent.reason)
}

/// Author, patient, author: until a submission was answered.
pub(crate) fn deliver(author: &mut Person, patient: &mut Person) {
    author.sync();
    patient.sync();
    author.sync();
}

#[test]
fn a_visit_from_the_code_in_a_picture_to_the_receipts() {
    let Some(relay) = Relay::start() else { return };
    let Cast {
        clinic: _clinic,
        mut asha,
        mut rao,
    } = Cast::new(&relay);
    let all = RecordQuery::default();

    // The code is drawn, photographed and read back; reading it claims nothing.
    let (offer, shown) = asha.offer(&everything());
    assert!(shown.len() <= 300, "{} characters", shown.len());
    let picture = cli::code::png(&shown).expect("a picture");
    let url = cli::code::read(&picture).expect("a code");
    assert_eq!(url, shown);
    let preview = rao.ask(|vault| vault.preview_code(&url));
    assert_eq!(
        (preview.kind.as_str(), &preview.offer, &preview.relay),
        ("consent", &offer, &relay.url)
    );
    asha.sync();
    let now = asha.now();
    assert_eq!(asha.ask(|vault| vault.offers(now))[0].stage, "open");

    // Both screens show the same four symbols, and who vouches.
    let symbols = asha.claim_of(&mut rao, &url);
    let seen = asha.ask(|vault| vault.offers(now)).remove(0);
    let claimant = seen.claimant.expect("a claimant");
    assert_eq!(
        (claimant.name.as_str(), claimant.vouched.as_str()),
        ("Dr Rao", "trusted"),
        "{:?}",
        claimant.reason
    );
    assert_eq!(claimant.organization_name.as_deref(), Some("Praxis am Markt"));
    assert_eq!(
        (claimant.role.as_deref(), claimant.purpose.as_str()),
        (Some("practitioner"), "TREAT")
    );
    assert_eq!((names(&seen.symbols), seen.choices.len()), (symbols, 0));
    let grant = asha.make(|vault, now, rng| vault.confirm(&offer, None, now, rng));
    asha.sync();
    rao.sync();
    let access = rao.ask(|vault| vault.accesses(now)).remove(0);
    assert_eq!(
        (access.id.as_str(), access.name.as_str(), access.state.as_str()),
        (grant.as_str(), "Asha Menon", "live")
    );
    assert_eq!((access.records, access.unopened), (2, 2));
    assert_eq!(
        access.witness, "latest.relay_only",
        "nothing is claimed that no witness saw"
    );

    // A copy is not shown before it was opened, and opening leaves a receipt: `facade::shared_record`, `flow::access::open`.
    let listed = rao.ask(|vault| vault.shared_records(&grant, &all));
    let first = listed[0].id.clone();
    assert_eq!(
        rao.ask_refused(|vault| vault.shared_record(&grant, &first, now)),
        "vault.state"
    );
    let read = rao.read_all(&grant);
    for id in &read {
        let (mine, theirs) = (
            asha.ask(|vault| vault.record(id, now)),
            rao.ask(|vault| vault.shared_record(&grant, id, now)),
        );
        assert_eq!(mine.fhir, theirs.fhir);
        assert_eq!(
            (theirs.standing.authentic.as_str(), theirs.standing.complete.as_str()),
            ("authentic", "complete.not_claimed")
        );
    }
    asha.sync();
    let receipts = asha.ask(Vault::receipts);
    let mut opened: Vec<String> = receipts.iter().flat_map(|receipt| receipt.records.clone()).collect();
    let mut expected = read.clone();
    opened.sort();
    expected.sort();
    assert_eq!((opened, receipts[0].name.as_str()), (expected, "Dr Rao"));
    assert!(asha.ask(|vault| vault.grants(now))[0].last_opened.is_some());

    // Report, prescription, request: signed, timed by a log, filed, and the doctor told.
    let report = rao.make(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng));
    let prescription = rao.make(|vault, now, rng| vault.write_prescription(&grant, &writing::prescription(), now, rng));
    let request = rao.make(|vault, now, rng| vault.write_lab_request(&grant, &writing::lab_request(), now, rng));
    deliver(&mut rao, &mut asha);
    for (record, category) in [(&report, "visit"), (&prescription, "medication"), (&request, "order")] {
        assert_eq!(stage(&mut rao, record), ("filed".into(), None));
        let filed = asha.ask(|vault| vault.record(record, now));
        assert_eq!(
            (filed.summary.category.as_str(), filed.summary.source.as_str()),
            (category, "received")
        );
        assert_eq!(
            (filed.summary.author.as_str(), filed.summary.organization.as_deref()),
            ("Dr Rao", Some("Praxis am Markt"))
        );
        let standing = &filed.standing;
        assert_eq!(
            (standing.authentic.as_str(), standing.vouched.as_str()),
            ("authentic", "trusted"),
            "{standing:?}"
        );
        assert!(standing.promised.is_some(), "a log promised it");
    }
    // "From now on": the doctor sees what was filed, and reads the very bytes.
    assert_eq!(rao.ask(|vault| vault.shared_records(&grant, &all)).len(), 5);
    rao.read_all(&grant);
    for record in [&report, &prescription, &request] {
        let (mine, theirs) = (
            asha.ask(|vault| vault.record(record, now)),
            rao.ask(|vault| vault.shared_record(&grant, record, now)),
        );
        assert_eq!(mine.fhir, theirs.fhir);
    }

    // A correction supersedes; only its author can make it: `facade::writing::send`.
    let mut better = writing::report();
    better.supersedes = Some(report.clone());
    better.plan = Some("Blood count first".into());
    assert_eq!(
        rao.refused(|vault, now, rng| vault.write_report(&grant, &better, now, rng)),
        "draft.reason"
    );
    better.correction = Some("Order of steps".into());
    let corrected = rao.make(|vault, now, rng| vault.write_report(&grant, &better, now, rng));
    deliver(&mut rao, &mut asha);
    assert_eq!(stage(&mut rao, &corrected), ("filed".into(), None));
    let old = asha.ask(|vault| vault.record(&report, now));
    assert_eq!(
        (old.summary.superseded_by.as_ref(), old.standing.latest),
        (Some(&corrected), false)
    );
    better.supersedes = Some(read[0].clone());
    assert_eq!(
        rao.refused(|vault, now, rng| vault.write_report(&grant, &better, now, rng)),
        "draft.correction"
    );

    // Everything survives a restart, and every block verifies.
    for person in [&mut asha, &mut rao] {
        person.reopen();
        let checked = person.ask(Vault::check_chain);
        assert_eq!((checked.bad, checked.code), (None, None));
        person.sync();
        assert_eq!(person.ask(Vault::profile).stopped, Vec::<String>::new());
        assert_eq!(person.codes(), Vec::<String>::new());
    }
}
