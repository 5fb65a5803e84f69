//! Organizations over a real relay process: founding, vouching, suspending, trust lists, and what must be refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "flow/platform.rs"]
#[allow(dead_code, reason = "shared with other test targets")]
mod platform;

use platform::{Person, Relay};
use protocol::cbor;
use protocol::credential::{CredentialEvidence, CredentialStatement};
use protocol::credential_request::CredentialRequest;
use protocol::organization::OrganizationCard;
use protocol::statement::Signed;
use vault::facade::{Changes, Error, OfferRequest, OfferRight, OfferView, Setup};

const DAY: u64 = 86_400;

fn person(relay: &Relay, role: &str, name: &str) -> Person {
    let setup = Setup {
        role: role.into(),
        name: name.into(),
        relay: relay.url.clone(),
        token: None,
    };
    let mut person = Person::create(&setup);
    person.sync();
    let profile = person.vault.profile().unwrap();
    assert_eq!((profile.stage.as_str(), profile.outbox), ("ready", 0), "{profile:?}");
    person
}

fn request(person: &mut Person) -> Vec<u8> {
    let now = person.now();
    person
        .vault
        .credential_request(now, &mut rand_core::UnwrapErr(getrandom::SysRng))
        .unwrap()
}

/// Vouches, hands the file over, gives the credential's id.
fn vouched(clinic: &mut Person, staff: &mut Person, role: &str, days: u32) -> String {
    let file = request(staff);
    let id = clinic
        .run(|vault, now, rng| vault.vouch(&file, role, "MCI-42", days, now, rng))
        .created
        .unwrap();
    clinic.sync();
    let credential = clinic.vault.credential(&id).unwrap();
    let accepted = staff
        .run(|vault, now, rng| vault.accept_credential(&credential, now, rng))
        .created
        .unwrap();
    assert_eq!(accepted, id);
    staff.sync();
    id
}

#[track_caller]
fn refused<T>(result: Result<T, Error>, code: &str) -> Error {
    match result {
        Ok(_) => panic!("expected {code}"),
        Err(error) => {
            assert_eq!(error.code, code);
            error
        }
    }
}

/// The patient offers, the staff member claims: the patient's view of who that is.
fn claimed(patient: &mut Person, staff: &mut Person) -> OfferView {
    let offer = OfferRequest {
        categories: vec!["laboratory".into()],
        records: vec![],
        from: None,
        until: None,
        ongoing: true,
        rights: vec![OfferRight {
            right: "read".into(),
            seconds: Some(DAY),
        }],
        hidden: vec![],
        lifetime: 3600,
    };
    let id = patient
        .run(|vault, now, rng| vault.offer(&offer, now, rng))
        .created
        .unwrap();
    patient.sync();
    let view = |patient: &mut Person| {
        let now = patient.now();
        patient
            .vault
            .offers(now)
            .unwrap()
            .into_iter()
            .find(|offer| offer.id == id)
            .unwrap()
    };
    let url = view(patient).url.unwrap();
    staff.run(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
    staff.sync();
    patient.sync();
    view(patient)
}

fn standing(patient: &mut Person, staff: &mut Person) -> (String, Option<String>) {
    let claimant = claimed(patient, staff).claimant.unwrap();
    (claimant.vouched, claimant.reason)
}

#[test]
fn an_organization_vouches_suspends_reinstates_and_ends() {
    let Some(relay) = Relay::start() else { return };
    let mut clinic = person(&relay, "organization", "City Clinic");
    let mut rao = person(&relay, "practitioner", "Dr Rao");
    let mut asha = person(&relay, "patient", "Asha");

    let organization = clinic.vault.organization().unwrap();
    assert_eq!(
        (organization.name.as_str(), organization.blocks, organization.pending),
        ("City Clinic", 1, 0)
    );
    assert!(!organization.intake);
    clinic.run(|vault, now, rng| vault.publish(true, now, rng));
    clinic.sync();
    assert!(clinic.vault.organization().unwrap().intake);
    assert!(clinic.vault.contact().unwrap().unwrap().starts_with(&relay.url));

    let id = vouched(&mut clinic, &mut rao, "practitioner", 30);
    let own = rao.ask(|vault, now| vault.credentials(now)).remove(0);
    assert_eq!(
        (own.id.as_str(), own.name.as_str(), own.organization_name.as_str()),
        (id.as_str(), "Dr Rao", "City Clinic")
    );
    assert!(own.stands && own.in_use && own.checked.is_some(), "{own:?}");
    let staff = clinic.vault.staff().unwrap();
    assert_eq!(
        (staff.len(), staff[0].standing.as_str(), staff[0].licence.as_str()),
        (1, "active", "MCI-42")
    );

    // Taking the same file in twice changes nothing.
    let file = clinic.vault.credential(&id).unwrap();
    assert!(
        rao.run(|vault, now, rng| vault.accept_credential(&file, now, rng))
            .is_empty()
    );

    // Unknown until the patient trusts the organization, by its file.
    let seen = claimed(&mut asha, &mut rao).claimant.unwrap();
    assert_eq!(
        (seen.vouched.as_str(), seen.organization_name.as_deref()),
        ("unknown", Some("City Clinic"))
    );
    let card = clinic.vault.organization_card().unwrap();
    let trusted = asha
        .run(|vault, now, rng| vault.trust_card(&card, now, rng))
        .created
        .unwrap();
    assert_eq!(trusted, organization.id);
    assert_eq!(standing(&mut asha, &mut rao), ("trusted".into(), None));
    let list = asha.vault.trusted().unwrap();
    assert_eq!((list.len(), list[0].own_name.as_deref()), (1, Some("City Clinic")));
    assert!(list[0].checked.is_some());

    // Whoever a trusted organization vouches for needs no symbols.
    let offer = claimed(&mut asha, &mut rao);
    asha.run(|vault, now, rng| vault.confirm(&offer.id, None, now, rng));

    // Suspended: seen as soon as the list is read again.
    let now = clinic.now();
    clinic.run(|vault, at, rng| vault.suspend(&id, now, at, rng));
    clinic.sync();
    assert_eq!(clinic.vault.staff().unwrap()[0].standing, "suspended");
    asha.offset += 60;
    assert_eq!(
        standing(&mut asha, &mut rao),
        ("refused".into(), Some("credential.suspended".into()))
    );

    // Stating the same again adds nothing; reinstated it stands again, ended it never does.
    assert!(clinic.run(|vault, at, rng| vault.suspend(&id, now, at, rng)).is_empty());
    let later = now + 30;
    clinic.run(|vault, at, rng| vault.reinstate(&id, later, at, rng));
    clinic.sync();
    asha.offset += 60;
    assert_eq!(standing(&mut asha, &mut rao), ("trusted".into(), None));
    clinic.run(|vault, at, rng| vault.end(&id, later, at, rng));
    clinic.sync();
    asha.offset += 60;
    assert_eq!(standing(&mut asha, &mut rao).0, "refused");
    refused(
        clinic.try_run(|vault, at, rng| vault.reinstate(&id, later, at, rng)),
        "staff.ended",
    );
    assert_eq!(clinic.vault.organization().unwrap().blocks, 5);

    asha.run(|vault, now, rng| vault.untrust(&trusted, now, rng));
    assert!(asha.vault.trusted().unwrap().is_empty());
    refused(
        asha.try_run(|vault, now, rng| vault.untrust(&trusted, now, rng)),
        "vault.not_found",
    );
}

#[test]
fn the_words_bring_the_organization_back_and_both_devices_can_speak() {
    let Some(relay) = Relay::start() else { return };
    let mut clinic = person(&relay, "organization", "City Clinic");
    let mut rao = person(&relay, "practitioner", "Dr Rao");
    let mut meera = person(&relay, "laboratory", "Meera");
    let mut asha = person(&relay, "patient", "Asha");
    let doctor = vouched(&mut clinic, &mut rao, "practitioner", 30);
    let technician = vouched(&mut clinic, &mut meera, "laboratory", 30);
    clinic.run(|vault, now, rng| vault.publish(true, now, rng));
    clinic.sync();

    let mut second = Person::join(&clinic.words, &relay.url);
    second.sync();
    second.sync();
    let profile = second.vault.profile().unwrap();
    assert_eq!(
        (profile.stage.as_str(), profile.role.as_str()),
        ("ready", "organization")
    );
    let names = |person: &Person| {
        let mut names: Vec<_> = person
            .vault
            .staff()
            .unwrap()
            .into_iter()
            .map(|staff| (staff.id, staff.standing))
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(&second), names(&clinic));
    assert_eq!(second.vault.contact().unwrap(), clinic.vault.contact().unwrap());
    // A credential signed by the first device, handed over by the second.
    let file = second.vault.credential(&doctor).unwrap();
    assert_eq!(file, clinic.vault.credential(&doctor).unwrap());

    // Both speak at once; the public chain takes both.
    let now = clinic.now();
    clinic.run(|vault, at, rng| vault.suspend(&doctor, now, at, rng));
    second.run(|vault, at, rng| vault.suspend(&technician, now, at, rng));
    clinic.sync();
    second.sync();
    clinic.sync();
    second.sync();
    let all = |person: &Person| {
        names(person)
            .into_iter()
            .filter(|(_, standing)| standing == "suspended")
            .count()
    };
    assert_eq!((all(&clinic), all(&second)), (2, 2));
    let organization = clinic.vault.organization().unwrap().id;
    asha.run(|vault, at, rng| vault.trust(&organization, "City Clinic", at, rng));
    for staff in [&mut rao, &mut meera] {
        assert_eq!(
            standing(&mut asha, staff),
            ("refused".into(), Some("credential.suspended".into()))
        );
        asha.offset += 60;
    }
    // What the second device says stands under its own name.
    second.run(|vault, now, rng| vault.publish(false, now, rng));
    second.sync();
    let (_, statement) = OrganizationCard::open(&second.vault.organization_card().unwrap()).unwrap();
    assert_eq!(statement.intake, None);
    asha.offset += 60;
    assert_eq!(standing(&mut asha, &mut rao).0, "refused");
}

/// TRUST-5.
#[test]
fn a_device_that_joins_later_reads_the_lists_of_the_organizations_on_its_chain() {
    let Some(relay) = Relay::start() else { return };
    let mut clinic = person(&relay, "organization", "City Clinic");
    let mut rao = person(&relay, "practitioner", "Dr Rao");
    let mut asha = person(&relay, "patient", "Asha");
    let id = vouched(&mut clinic, &mut rao, "practitioner", 30);
    let organization = clinic.vault.organization().unwrap().id;
    asha.run(|vault, now, rng| vault.trust(&organization, "City Clinic", now, rng));
    let view = claimed(&mut asha, &mut rao);
    assert_eq!(view.claimant.unwrap().vouched, "trusted");
    asha.run(|vault, now, rng| vault.confirm(&view.id, None, now, rng));
    asha.sync();
    rao.sync();

    // Each as a further device, before and after the credential is suspended.
    let own = |rao: &mut Person| rao.ask(|vault, now| vault.credentials(now)).remove(0);
    let mut second = Person::join(&rao.words, &relay.url);
    second.sync();
    second.sync();
    let seen = own(&mut second);
    assert!(
        seen.stands && seen.reason.is_none() && seen.checked.is_some(),
        "{seen:?}"
    );
    let mut phone = Person::join(&asha.words, &relay.url);
    phone.sync();
    phone.sync();
    let read = phone.vault.trusted().unwrap().remove(0);
    assert!(read.checked.is_some(), "{read:?}");

    let now = clinic.now();
    clinic.run(|vault, at, rng| vault.suspend(&id, now, at, rng));
    clinic.sync();
    let mut third = Person::join(&rao.words, &relay.url);
    third.sync();
    third.sync();
    let seen = own(&mut third);
    assert_eq!(
        (seen.stands, seen.reason.as_deref()),
        (false, Some("credential.suspended"))
    );
}

#[test]
fn a_credential_that_is_not_what_it_should_be_is_refused() {
    let Some(relay) = Relay::start() else { return };
    let mut clinic = person(&relay, "organization", "City Clinic");
    let mut other = person(&relay, "organization", "Other Clinic");
    let mut rao = person(&relay, "practitioner", "Dr Rao");
    let mut sen = person(&relay, "practitioner", "Dr Sen");
    let mut asha = person(&relay, "patient", "Asha");
    let file = request(&mut rao);

    // Vouching: who, what, how long.
    fn vouch(person: &mut Person, file: &[u8], role: &str, days: u32) -> Result<Changes, Error> {
        person.try_run(|vault, now, rng| vault.vouch(file, role, "", days, now, rng))
    }
    refused(vouch(&mut rao, &file, "practitioner", 1), "vault.role");
    refused(vouch(&mut clinic, &file, "surgeon", 1), "credential.kind");
    refused(vouch(&mut clinic, &file, "practitioner", 0), "staff.term");
    refused(vouch(&mut clinic, &file, "practitioner", 4000), "staff.term");
    refused(
        vouch(&mut clinic, &file[1..], "practitioner", 1),
        "credential_request.malformed",
    );
    let mut forged: CredentialRequest = cbor::decode(&file, 1 << 16).unwrap();
    let last = forged.statement.len() - 1;
    forged.statement[last] ^= 1;
    refused(
        vouch(&mut clinic, &forged.encode(), "practitioner", 1),
        "credential_request.signature",
    );
    let of_sen: CredentialRequest = cbor::decode(&request(&mut sen), 1 << 16).unwrap();
    let mixed = CredentialRequest {
        statement: of_sen.statement,
        ..cbor::decode(&file, 1 << 16).unwrap()
    };
    refused(
        vouch(&mut clinic, &mixed.encode(), "practitioner", 1),
        "credential_request.subject",
    );
    refused(
        clinic.try_run(|vault, now, rng| vault.vouch(&file, "practitioner", "A\nB", 1, now, rng)),
        "staff.licence",
    );

    // Accepting: for whom, whole, from whom, still.
    let id = vouch(&mut clinic, &file, "practitioner", 1).unwrap().created.unwrap();
    clinic.sync();
    let good = clinic.vault.credential(&id).unwrap();
    let accept =
        |person: &mut Person, bytes: &[u8]| person.try_run(|vault, now, rng| vault.accept_credential(bytes, now, rng));
    refused(accept(&mut sen, &good), "credential.subject");
    refused(accept(&mut asha, &good), "vault.role");
    refused(accept(&mut rao, &good[..good.len() - 1]), "credential.malformed");
    let evidence: CredentialEvidence = cbor::decode(&good, 1 << 16).unwrap();
    let mut flipped = evidence.clone();
    let last = flipped.credential.len() - 1;
    flipped.credential[last] ^= 1;
    refused(accept(&mut rao, &cbor::encode(&flipped)), "credential.signature");
    // Another organization's device under this organization's name.
    let of_other = vouch(&mut other, &file, "practitioner", 1).unwrap().created.unwrap();
    let of_other: CredentialEvidence = cbor::decode(&other.vault.credential(&of_other).unwrap(), 1 << 16).unwrap();
    let forged = CredentialEvidence {
        credential: of_other.credential.clone(),
        ..evidence.clone()
    };
    refused(accept(&mut rao, &cbor::encode(&forged)), "credential.issuer");
    let forged = CredentialEvidence {
        organization: of_other.organization,
        ..evidence.clone()
    };
    refused(accept(&mut rao, &cbor::encode(&forged)), "credential.issuer");
    rao.offset = 2 * DAY;
    refused(accept(&mut rao, &good), "credential.expired");
    rao.offset = 0;
    accept(&mut rao, &good).unwrap();
    rao.sync();

    // Standing: not before it was issued, not after it ends, not by somebody else.
    let issued = Signed::<CredentialStatement>::verify(&evidence.credential)
        .unwrap()
        .issued
        .seconds();
    let suspend = |person: &mut Person, from: u64| person.try_run(|vault, now, rng| vault.suspend(&id, from, now, rng));
    refused(suspend(&mut clinic, issued - 1), "staff.time");
    refused(suspend(&mut clinic, issued + DAY), "staff.time");
    refused(suspend(&mut other, issued), "vault.not_found");
    refused(suspend(&mut rao, issued), "vault.role");
    refused(rao.vault.staff(), "vault.role");

    // A credential that the organization never listed, and one that has expired meanwhile.
    let organization = clinic.vault.organization().unwrap().id;
    asha.run(|vault, now, rng| vault.trust(&organization, "City Clinic", now, rng));
    assert_eq!(standing(&mut asha, &mut rao), ("trusted".into(), None));
    asha.offset = 2 * DAY;
    assert_eq!(
        standing(&mut asha, &mut rao),
        ("refused".into(), Some("credential.expired".into()))
    );
}

#[test]
fn a_trust_list_is_taken_whole_or_not_at_all() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = person(&relay, "patient", "Asha");
    let (one, two) = ("1".repeat(64), "2".repeat(64));
    let good = format!("# our region\n\norganization {one} City Clinic\norganization {two} Lab of St. Mary's  \n");
    asha.run(|vault, now, rng| vault.trust_list(&good, now, rng));
    let names: Vec<String> = asha
        .vault
        .trusted()
        .unwrap()
        .into_iter()
        .map(|item| item.name)
        .collect();
    assert_eq!(names, ["City Clinic", "Lab of St. Mary's"]);
    // The same list again changes nothing.
    assert!(asha.run(|vault, now, rng| vault.trust_list(&good, now, rng)).is_empty());

    let three = "3".repeat(64);
    let fine = format!("organization {three} Third");
    let bad = [
        "organisation 11 X".to_owned(),
        format!("organization {}", "1".repeat(64)),
        format!("organization {} ", "4".repeat(64)),
        format!("organization {} Short id", "4".repeat(63)),
        format!("organization {} Upper case", "A".repeat(64)),
        format!(" organization {} Indented", "4".repeat(64)),
        format!("organization {} Turned \u{202e}round", "4".repeat(64)),
    ];
    for line in bad {
        let text = format!("{fine}\n{line}\n");
        let error = refused(
            asha.try_run(|vault, now, rng| vault.trust_list(&text, now, rng)),
            "trust.line",
        );
        assert_eq!(
            error
                .params
                .iter()
                .map(|param| param.value.as_str())
                .collect::<Vec<_>>(),
            ["2"],
            "{line}"
        );
    }
    let twice = format!("{fine}\n# once more\n{fine}\n");
    let error = refused(
        asha.try_run(|vault, now, rng| vault.trust_list(&twice, now, rng)),
        "trust.repeated",
    );
    assert_eq!(error.params[0].value, "3");
    let huge = "#".repeat(300_000);
    refused(
        asha.try_run(|vault, now, rng| vault.trust_list(&huge, now, rng)),
        "trust.too_large",
    );
    assert_eq!(asha.vault.trusted().unwrap().len(), 2);
    refused(
        asha.try_run(|vault, now, rng| vault.trust(&three, "  ", now, rng)),
        "vault.text",
    );
    refused(
        asha.try_run(|vault, now, rng| vault.trust("33", "Third", now, rng)),
        "vault.not_found",
    );
}
