//! An organization with two officers: either acts by a key of their own, one is taken out, and a stolen key is of no use afterwards.

use protocol::cbor;
use protocol::credential::{CredentialEvidence, CredentialStatement};
use protocol::hash::Hash;
use protocol::identity::{DeviceStatement, Evidence};
use protocol::key::Signer;
use protocol::statement::Signed;
use support::forge::Forger;
use support::{Clinic, Person, Relay, everything};
use vault::crypto::root::RootSecret;
use vault::facade::Vault;

struct House {
    clinic: Clinic,
    ben: Person,
}

/// A clinic with two officers, Ada and Ben.
fn two_officers(relay: &Relay) -> House {
    let mut clinic = Clinic::new(relay, "Praxis am Markt");
    clinic
        .office
        .run(|vault, now, rng| vault.name_officer("Ada Diaz", now, rng));
    let mut ben = Person::officer(relay, "Ben Okoro");
    let request = ben.ask(Vault::officer_request);
    let id = clinic
        .office
        .make(|vault, now, rng| vault.add_officer(&request, now, rng));
    // The same request once more: `officer::admit`.
    assert_eq!(
        clinic
            .office
            .refused(|vault, now, rng| vault.add_officer(&request, now, rng)),
        "officer.known"
    );
    clinic.office.sync();
    let answer = clinic.office.ask(|vault| vault.officer_answer(&id, &mut cli::random()));
    // Somebody else who asked cannot open it: `officer::accept`.
    let mut eve = Person::officer(relay, "Eve");
    assert_eq!(
        eve.refused(|vault, now, rng| vault.accept_officer(&answer, now, rng)),
        "officer.answer"
    );
    ben.run(|vault, now, rng| vault.accept_officer(&answer, now, rng));
    ben.sync();
    ben.sync();
    assert_eq!(ben.ask(Vault::profile).stage, "ready");
    assert_eq!(ben.codes(), Vec::<String>::new());
    clinic.card = clinic.office.ask(Vault::organization_card);
    House { clinic, ben }
}

fn vouch(officer: &mut Person, member: &mut Person) -> String {
    let now = member.now();
    let request = member.ask(|vault| vault.credential_request(now, &mut cli::random()));
    let id = officer.make(|vault, now, rng| vault.vouch(&request, "practitioner", "L-100", 365, now, rng));
    officer.sync();
    let credential = officer.ask(|vault| vault.credential(&id));
    member.run(|vault, now, rng| vault.accept_credential(&credential, now, rng));
    member.sync();
    id
}

/// The patient offers, somebody claims: what the patient is told of who vouches.
fn vouched(patient: &mut Person, claimant: &mut Person) -> (String, Option<String>) {
    let (id, url) = patient.offer(&everything());
    patient.claim_of(claimant, &url);
    let now = patient.now();
    let offers = patient.ask(|vault| vault.offers(now));
    let offer = offers.into_iter().find(|offer| offer.id == id).expect("the offer");
    let claimant = offer.claimant.expect("a claimant");
    (claimant.vouched, claimant.reason)
}

#[test]
fn either_officer_acts_by_an_own_key_and_patients_see_both() {
    let Some(relay) = Relay::start() else { return };
    let House { mut clinic, mut ben } = two_officers(&relay);
    let mut rao = Person::new(&relay, "practitioner", "Dr Rao");
    let by_ben = vouch(&mut ben, &mut rao);

    // Who did what: each act is signed by the officer's own device, and either vault shows it.
    clinic.office.sync();
    let staff = clinic.office.ask(Vault::staff);
    assert_eq!(
        (staff[0].id.as_str(), staff[0].officer.as_str()),
        (by_ben.as_str(), "Ben Okoro")
    );
    let acts = ben.ask(Vault::officer_acts);
    let last = acts.last().expect("an act");
    assert_eq!((last.kind.as_str(), last.officer.as_str()), ("status", "Ben Okoro"));
    assert_eq!(
        (acts[0].kind.as_str(), acts[0].officer.as_str()),
        ("genesis", "Ada Diaz")
    );
    // What one issued the other suspends, and lets stand again.
    clinic
        .office
        .run(|vault, now, rng| vault.suspend(&by_ben, now, now, rng));
    clinic.office.sync();
    ben.sync();
    assert_eq!(ben.ask(Vault::staff)[0].standing, "suspended");
    ben.run(|vault, now, rng| vault.reinstate(&by_ben, now, now, rng));
    ben.sync();
    clinic.office.sync();
    assert_eq!(clinic.office.ask(Vault::staff)[0].standing, "active");

    // The patient sees both names, and the credential as the organization's.
    let mut asha = Person::new(&relay, "patient", "Asha Menon");
    clinic.trusted_by(&mut asha);
    assert_eq!(vouched(&mut asha, &mut rao), ("trusted".into(), None));
    assert_eq!(asha.ask(Vault::trusted)[0].officers, ["Ada Diaz", "Ben Okoro"]);
    assert_eq!(
        clinic.office.ask(Vault::organization).officers,
        ["Ada Diaz", "Ben Okoro"]
    );
    for officer in [&mut clinic.office, &mut ben] {
        assert_eq!(officer.ask(Vault::check_chain).bad, None);
        assert_eq!(officer.codes(), Vec::<String>::new());
    }
}

#[test]
fn an_officer_who_was_taken_out_acts_no_more_and_back_dates_nothing() {
    let Some(relay) = Relay::start() else { return };
    let House { mut clinic, mut ben } = two_officers(&relay);
    let mut asha = Person::new(&relay, "patient", "Asha Menon");
    clinic.trusted_by(&mut asha);
    let mut rao = Person::new(&relay, "practitioner", "Dr Rao");
    vouch(&mut ben, &mut rao);
    let own = ben.ask(Vault::officers).into_iter().find(|one| one.this);
    let id = own.expect("himself").id;
    let stolen = Forger::of(&mut ben);

    // It takes the words, and those of the kit in force: `device::removals`.
    let other = Person::new(&relay, "patient", "Otto").words.clone();
    clinic.office.sync();
    assert_eq!(
        clinic
            .office
            .refused(|vault, now, rng| vault.remove_officer(&id, &other, now, rng)),
        "device.other_words"
    );
    let words = clinic.office.words.clone();
    clinic
        .office
        .run(|vault, now, rng| vault.remove_officer(&id, &words, now, rng));
    clinic.office.sync();
    assert_eq!(clinic.office.ask(Vault::organization).officers, ["Ada Diaz"]);

    // What he promised before stays valid; patients see who is left.
    assert_eq!(vouched(&mut asha, &mut rao), ("trusted".into(), None));
    assert_eq!(asha.ask(Vault::trusted)[0].officers, ["Ada Diaz"]);

    // He vouches once more with everything his device has: the relay does not take it, so no reader ever lists it.
    let mut mallory = Person::new(&relay, "practitioner", "Mallory");
    let now = mallory.now();
    let request = mallory.ask(|vault| vault.credential_request(now, &mut cli::random()));
    ben.run(|vault, now, rng| vault.vouch(&request, "practitioner", "L-1", 365, now, rng));
    ben.sync();
    assert!(ben.ask(Vault::organization).pending > 0, "not admitted");
    // A credential by his key, dated before he was taken out: nobody listed it then. `Credential::check_standing`.
    let genuine = Forger::of(&mut rao).credential();
    let issued = Signed::<CredentialStatement>::verify(&genuine.credential).expect("a credential");
    let forged = CredentialStatement {
        subject: Forger::of(&mut mallory).identity(),
        name: "Dr Mallory".into(),
        ..issued.into_statement()
    };
    let signed = Signed::issue(forged, &stolen.meta.device).expect("signed");
    let forged = CredentialEvidence {
        credential: signed.bytes().to_vec().into(),
        ..genuine
    };
    let file = cbor::encode(&forged);
    mallory.run(|vault, now, rng| vault.accept_credential(&file, now, rng));
    mallory.sync();
    assert_eq!(
        vouched(&mut asha, &mut mallory),
        ("refused".into(), Some("credential.unknown".into()))
    );
}

#[test]
fn the_committed_key_takes_over_and_the_stolen_one_is_of_no_use() {
    let Some(relay) = Relay::start() else { return };
    let House { mut clinic, mut ben } = two_officers(&relay);
    let mut asha = Person::new(&relay, "patient", "Asha Menon");
    clinic.trusted_by(&mut asha);
    let mut rao = Person::new(&relay, "practitioner", "Dr Rao");
    vouch(&mut ben, &mut rao);
    clinic.office.sync();
    let kits = clinic.office.ask(Vault::kit);

    // Only the committed key: `Root::follow`.
    let other = Person::new(&relay, "patient", "Otto").words.clone();
    for words in [&other, &kits[0]] {
        assert_eq!(
            clinic
                .office
                .refused(|vault, now, rng| vault.change_root_key(words, None, now, rng)),
            "identity.successor"
        );
    }
    clinic
        .office
        .run(|vault, now, rng| vault.change_root_key(&kits[1], Some(&kits[0]), now, rng));
    clinic.office.sync();
    assert_eq!(clinic.office.ask(Vault::profile).stopped, Vec::<String>::new());
    // The same once more: another key is committed to now.
    assert_eq!(
        clinic
            .office
            .refused(|vault, now, rng| vault.change_root_key(&kits[1], None, now, rng)),
        "identity.successor"
    );
    // The old words take nobody out any more: `device::removals`.
    let own = ben.ask(Vault::officers).into_iter().find(|one| one.this);
    let id = own.expect("himself").id;
    assert_eq!(
        clinic
            .office
            .refused(|vault, now, rng| vault.remove_officer(&id, &kits[0], now, rng)),
        "device.other_words"
    );

    // What was promised earlier stays valid, and the officers go on by their own keys.
    assert_eq!(vouched(&mut asha, &mut rao), ("trusted".into(), None));
    ben.sync();
    let mut kim = Person::new(&relay, "practitioner", "Dr Kim");
    vouch(&mut ben, &mut kim);
    assert_eq!(vouched(&mut asha, &mut kim), ("trusted".into(), None));

    // Whoever stole the old root certifies a device of his own, and that vouches, dated before the change: nobody listed it then.
    let mut mallory = Person::new(&relay, "practitioner", "Mallory");
    let thief = Forger::of(&mut mallory);
    let root = RootSecret::parse(&kits[0]).expect("the old words").signing();
    let genuine = Forger::of(&mut rao).credential();
    let issued = Signed::<CredentialStatement>::verify(&genuine.credential).expect("a credential");
    let device = DeviceStatement {
        version: 1,
        identity: issued.issuer,
        device: thief.meta.device.public_key(),
        sealing_key: thief.meta.sealing.public().hash(),
        admin: true,
        time: issued.issued,
        salt: Hash::new([7; 32]),
        actor: root.public_key(),
        authority: None,
    };
    let device = Signed::issue(device, &root).expect("a device");
    let forged = CredentialStatement {
        subject: thief.identity(),
        name: "Dr Mallory".into(),
        actor: thief.meta.device.public_key(),
        authority: device.hash().into(),
        ..issued.into_statement()
    };
    let forged = CredentialEvidence {
        credential: Signed::issue(forged, &thief.meta.device)
            .expect("signed")
            .bytes()
            .to_vec()
            .into(),
        issuer: Evidence {
            identity: genuine.issuer.identity.clone(),
            devices: vec![device.bytes().to_vec().into()],
            roots: None,
        },
        ..genuine
    };
    let file = cbor::encode(&forged);
    mallory.run(|vault, now, rng| vault.accept_credential(&file, now, rng));
    mallory.sync();
    assert_eq!(
        vouched(&mut asha, &mut mallory),
        ("refused".into(), Some("credential.unknown".into()))
    );

    // The second kit rebuilds the vault; the first one is of no use.
    let mut rebuilt = Person::join(&relay, &kits[1]);
    rebuilt.sync();
    rebuilt.sync();
    assert_eq!(rebuilt.ask(Vault::profile).stage, "ready");
    assert_eq!(rebuilt.ask(Vault::staff).len(), 2);
    let mut stale = Person::join(&relay, &kits[0]);
    stale.sync();
    assert_eq!(stale.ask(Vault::profile).stage, "joining");
}
