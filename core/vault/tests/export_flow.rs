//! What people write and hand out, over a real relay process: own entries, a visit, a laboratory's result and its correction, files that
//! verify ten years later with nothing but a list of trusted organizations, and what must be refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "flow/platform.rs"]
#[allow(dead_code, reason = "shared with other test targets")]
mod platform;

use getrandom::SysRng;
use platform::{Person, Relay};
use rand_core::UnwrapErr;
use vault::facade::*;

const TEN_YEARS: u64 = 10 * 365 * 86_400;

fn person(relay: &Relay, role: &str, name: &str) -> Person {
    let setup = Setup {
        role: role.into(),
        name: name.into(),
        relay: relay.url.clone(),
        token: None,
    };
    let mut person = Person::create(&setup);
    person.sync();
    assert_eq!(person.vault.profile().unwrap().stage, "ready");
    person
}

fn vouched(clinic: &mut Person, staff: &mut Person, role: &str) -> String {
    let file = staff
        .vault
        .credential_request(staff.now(), &mut UnwrapErr(SysRng))
        .unwrap();
    let id = clinic
        .run(|vault, now, rng| vault.vouch(&file, role, "L-1", 30, now, rng))
        .created
        .unwrap();
    clinic.sync();
    let credential = clinic.vault.credential(&id).unwrap();
    staff.run(|vault, now, rng| vault.accept_credential(&credential, now, rng));
    staff.sync();
    id
}

/// The patient shares; somebody whom a trusted organization vouches for gets access.
fn shared(patient: &mut Person, staff: &mut Person, categories: &[&str]) -> String {
    let offer = OfferRequest {
        categories: categories.iter().map(|category| (*category).to_owned()).collect(),
        records: vec![],
        from: None,
        until: None,
        ongoing: true,
        rights: ["read", "append", "order"]
            .map(|right| OfferRight {
                right: right.into(),
                seconds: Some(86_400),
            })
            .to_vec(),
        hidden: vec![],
        lifetime: 600,
    };
    let id = patient
        .run(|vault, now, rng| vault.offer(&offer, now, rng))
        .created
        .unwrap();
    patient.sync();
    let offers = patient.vault.offers(patient.now()).unwrap();
    let url = offers.into_iter().find(|offer| offer.id == id).unwrap().url.unwrap();
    staff.run(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
    staff.sync();
    patient.sync();
    staff.sync();
    patient.run(|vault, now, rng| vault.confirm(&id, None, now, rng));
    patient.sync();
    staff.sync();
    staff.vault.accesses(staff.now()).unwrap().remove(0).id
}

fn settle(people: &mut [&mut Person]) {
    for _ in 0..3 {
        for person in people.iter_mut() {
            person.sync();
        }
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn code(result: Result<Changes, Error>) -> (String, Option<String>) {
    let error = result.unwrap_err();
    (
        error.code,
        error
            .params
            .into_iter()
            .find(|param| param.name == "number")
            .map(|param| param.value),
    )
}

fn own_entries(asha: &mut Person) {
    let patient = PatientDraft {
        name: some("Asha Devi"),
        birth_date: some("1987-04"),
        ..Default::default()
    };
    asha.run(|vault, now, rng| vault.set_demographics(&patient, now, rng));
    let moved = PatientDraft {
        city: some("Chennai"),
        gender: some("female"),
        ..patient
    };
    asha.run(|vault, now, rng| vault.set_demographics(&moved, now, rng));
    let allergy = AllergyDraft {
        substance: "Penicillin".into(),
        kind: some("medication"),
        criticality: some("high"),
        reactions: vec!["Hives".into()],
        severity: some("moderate"),
        ..Default::default()
    };
    asha.run(|vault, now, rng| vault.add_allergy(&allergy, now, rng));
    let asthma = ConditionDraft {
        name: "Asthma".into(),
        onset: some("2001"),
        ..Default::default()
    };
    asha.run(|vault, now, rng| vault.add_condition(&asthma, now, rng));
    let medicine = MedicineDraft {
        medicine: "Salbutamol".into(),
        dosage: DosageDraft {
            dose: some("2"),
            dose_unit: some("puff"),
            as_needed: true,
            ..Default::default()
        },
        ..Default::default()
    };
    asha.run(|vault, now, rng| vault.add_medicine(&medicine, now, rng));
    let part = |name: &str, code: &str, value: &str| MeasurementPart {
        name: name.into(),
        code: some(code),
        value: value.into(),
        unit: some("mm[Hg]"),
        ..Default::default()
    };
    let pressure = MeasurementDraft {
        name: "Blood pressure".into(),
        code: some("85354-9"),
        parts: vec![part("Systolic", "8480-6", "142"), part("Diastolic", "8462-4", "85")],
        ..Default::default()
    };
    asha.run(|vault, now, rng| vault.add_measurement(&pressure, now, rng));
    let vaccine = ImmunizationDraft {
        vaccine: "Tetanus".into(),
        date: "2024-05".into(),
        dose: Some(2),
        ..Default::default()
    };
    asha.run(|vault, now, rng| vault.add_immunization(&vaccine, now, rng));
    asha.sync();

    let records = asha.vault.records(&RecordQuery::default()).unwrap();
    assert_eq!(records.len(), 7);
    let patients: Vec<_> = records
        .iter()
        .filter(|record| record.resource_type == "Patient")
        .collect();
    let (old, new) = (
        patients.iter().find(|r| r.superseded_by.is_some()).unwrap(),
        patients.iter().find(|r| r.supersedes.is_some()).unwrap(),
    );
    assert_eq!(
        (old.superseded_by.as_ref(), new.supersedes.as_ref()),
        (Some(&new.id), Some(&old.id))
    );
    let fhir: serde_json::Value =
        serde_json::from_slice(&asha.ask(|vault, now| vault.record(&new.id, now)).fhir).unwrap();
    assert_eq!(
        (fhir["meta"]["versionId"].as_str(), fhir["address"][0]["city"].as_str()),
        (Some("2"), Some("Chennai"))
    );

    // Refused before anything is signed.
    let nothing = AllergyDraft::default();
    assert_eq!(
        code(asha.try_run(|vault, now, rng| vault.add_allergy(&nothing, now, rng))).0,
        "build.missing"
    );
    let again = ConditionDraft {
        name: "Asthma".into(),
        supersedes: Some(old.id.clone()),
        ..Default::default()
    };
    assert_eq!(
        code(asha.try_run(|vault, now, rng| vault.add_condition(&again, now, rng))).0,
        "draft.correction"
    );
    let bare = MeasurementDraft {
        name: "Weight".into(),
        value: some("71.5"),
        ..Default::default()
    };
    assert_eq!(
        code(asha.try_run(|vault, now, rng| vault.add_measurement(&bare, now, rng))).0,
        "build.unit"
    );
    let odd = PatientDraft {
        name: some("Asha"),
        gender: some("f"),
        ..Default::default()
    };
    assert_eq!(
        code(asha.try_run(|vault, now, rng| vault.set_demographics(&odd, now, rng))).0,
        "draft.gender"
    );
    assert_eq!(asha.vault.records(&RecordQuery::default()).unwrap().len(), 7);
}

fn visit(rao: &mut Person, grant: &str) {
    let report = ReportDraft {
        title: "Visit".into(),
        reason: some("Cough for three weeks"),
        assessment: some("Asthma, not controlled"),
        plan: some("Inhaler; blood count"),
        ..Default::default()
    };
    rao.run(|vault, now, rng| vault.write_report(grant, &report, now, rng));
    let prescription = PrescriptionDraft {
        medicine: "Budesonide 200 µg".into(),
        dosage: DosageDraft {
            dose: some("1"),
            dose_unit: some("puff"),
            route: some("inhaled"),
            frequency: Some(2),
            duration: some("4"),
            duration_unit: some("wk"),
            ..Default::default()
        },
        refills: Some(1),
        note: some("Rinse mouth"),
        ..Default::default()
    };
    rao.run(|vault, now, rng| vault.write_prescription(grant, &prescription, now, rng));
    let tests = [("718-7", "Hemoglobin"), ("2823-3", "Potassium")];
    let request = LabRequestDraft {
        tests: tests
            .map(|(code, name)| TestDraft {
                code: some(code),
                display: name.into(),
                ..Default::default()
            })
            .to_vec(),
        priority: some("urgent"),
        reason: some("Fatigue"),
        ..Default::default()
    };
    rao.run(|vault, now, rng| vault.write_lab_request(grant, &request, now, rng));

    let empty = ReportDraft {
        title: "Visit".into(),
        ..Default::default()
    };
    assert_eq!(
        code(rao.try_run(|vault, now, rng| vault.write_report(grant, &empty, now, rng))).0,
        "build.missing"
    );
    let none = LabRequestDraft::default();
    assert_eq!(
        code(rao.try_run(|vault, now, rng| vault.write_lab_request(grant, &none, now, rng))).0,
        "build.missing"
    );
    let soon = LabRequestDraft {
        priority: some("soon"),
        ..request
    };
    assert_eq!(
        code(rao.try_run(|vault, now, rng| vault.write_lab_request(grant, &soon, now, rng))).0,
        "draft.priority"
    );
    let zero = PrescriptionDraft {
        dosage: DosageDraft {
            dose: some("0"),
            dose_unit: some("puff"),
            ..Default::default()
        },
        ..prescription
    };
    assert_eq!(
        code(rao.try_run(|vault, now, rng| vault.write_prescription(grant, &zero, now, rng))).0,
        "build.decimal"
    );
}

fn result(values: &[(&str, &str, &str, &str, &str)]) -> ResultDraft {
    ResultDraft {
        panel: "Blood count".into(),
        specimen: some("Blood"),
        values: values
            .iter()
            .map(|(name, value, unit, low, high)| ResultValue {
                name: (*name).into(),
                value: some(value),
                unit: some(unit),
                low: some(low),
                high: some(high),
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    }
}

fn facts<'a>(seen: &'a Verification, name: &str) -> Vec<&'a AuditFact> {
    seen.facts.iter().filter(|fact| fact.name == name).collect()
}

fn failing(seen: &Verification) -> Vec<(&str, &str)> {
    seen.facts
        .iter()
        .filter(|fact| fact.outcome == "fail")
        .map(|fact| (fact.name.as_str(), fact.code.as_deref().unwrap()))
        .collect()
}

#[test]
fn from_what_people_write_to_a_file_that_proves_itself() {
    let Some(relay) = Relay::start() else { return };
    let mut clinic = person(&relay, "organization", "City Clinic");
    let mut asha = person(&relay, "patient", "Asha");
    let mut rao = person(&relay, "practitioner", "Dr Rao");
    let mut tara = person(&relay, "laboratory", "Tara");
    vouched(&mut clinic, &mut rao, "practitioner");
    let credential = vouched(&mut clinic, &mut tara, "laboratory");
    let organization = clinic.vault.organization().unwrap();
    asha.run(|vault, now, rng| vault.trust(&organization.id, "City Clinic", now, rng));
    own_entries(&mut asha);

    let grant = shared(&mut asha, &mut rao, &["visit", "order", "laboratory", "medication"]);
    visit(&mut rao, &grant);
    settle(&mut [&mut rao, &mut asha]);
    assert!(
        rao.vault
            .submissions()
            .unwrap()
            .iter()
            .all(|sent| sent.stage == "filed"),
        "{:?}",
        rao.vault.submissions()
    );

    // The laboratory takes the request, checks every value, answers it, and corrects itself.
    let access = shared(&mut asha, &mut tara, &["order", "laboratory"]);
    let orders = tara
        .vault
        .shared_records(
            &access,
            &RecordQuery {
                categories: vec!["order".into()],
                ..Default::default()
            },
        )
        .unwrap();
    let request = orders[0].id.clone();
    let ids = vec![request.clone()];
    let two = result(&[
        ("Hemoglobin", "9.80", "g/dL", "12", "16"),
        ("Potassium", "6.9", "mmol/L", "3.5", "5.1"),
    ]);
    let unread = tara.try_run(|vault, now, rng| vault.write_result(&access, Some(request.clone()), &two, now, rng));
    assert!(unread.is_err());
    tara.run(|vault, now, rng| vault.fetch_shared(&access, &ids, now, rng));
    tara.sync();
    tara.run(|vault, now, rng| vault.open_shared(&access, &ids, now, rng));
    for (draft, wanted) in [
        (
            result(&[
                ("Hemoglobin", "9.80", "g/dL", "12", "16"),
                ("Potassium", "6.9", "", "3.5", "5.1"),
            ]),
            "build.unit",
        ),
        (
            result(&[
                ("Hemoglobin", "9.80", "g/dL", "12", "16"),
                ("Potassium", "6.9", "mmol/L", "5.1", "3.5"),
            ]),
            "build.range",
        ),
        (
            result(&[
                ("Hemoglobin", "9.80", "g/dL", "12", "16"),
                ("Potassium", "6,9", "mmol/L", "3.5", "5.1"),
            ]),
            "build.decimal",
        ),
    ] {
        let refused =
            tara.try_run(|vault, now, rng| vault.write_result(&access, Some(request.clone()), &draft, now, rng));
        assert_eq!(code(refused), (wanted.to_owned(), some("2")));
    }
    let empty = result(&[]);
    assert_eq!(
        code(tara.try_run(|vault, now, rng| vault.write_result(&access, None, &empty, now, rng))).0,
        "build.missing"
    );
    let doctor_writes = ReportDraft {
        title: "Visit".into(),
        plan: some("x"),
        ..Default::default()
    };
    assert_eq!(
        code(tara.try_run(|vault, now, rng| vault.write_report(&access, &doctor_writes, now, rng))).0,
        "vault.role"
    );
    let first = tara
        .run(|vault, now, rng| vault.write_result(&access, Some(request.clone()), &two, now, rng))
        .created
        .unwrap();
    settle(&mut [&mut tara, &mut asha, &mut rao]);
    let correction = ResultDraft {
        supersedes: Some(first.clone()),
        correction: Some("Haemolysed sample".into()),
        ..result(&[("Potassium", "4.2", "mmol/L", "3.5", "5.1")])
    };
    let second = tara
        .run(|vault, now, rng| vault.write_result(&access, Some(request.clone()), &correction, now, rng))
        .created
        .unwrap();
    let third = tara.try_run(|vault, now, rng| vault.write_result(&access, None, &correction, now, rng));
    assert_eq!(code(third).0, "draft.correction");
    settle(&mut [&mut tara, &mut asha, &mut rao]);
    let read = asha.ask(|vault, now| vault.record(&second, now));
    assert_eq!(
        (read.summary.replies_to.as_ref(), read.summary.supersedes.as_ref()),
        (Some(&request), Some(&first))
    );
    let fhir: serde_json::Value = serde_json::from_slice(&read.fhir).unwrap();
    assert_eq!(fhir["entry"][0]["resource"]["status"], "corrected");
    let order: serde_json::Value =
        serde_json::from_slice(&asha.ask(|vault, now| vault.record(&request, now)).fhir).unwrap();
    assert_eq!(
        fhir["entry"][0]["resource"]["basedOn"][0]["reference"],
        order["entry"][0]["fullUrl"]
    );
    let old = asha.ask(|vault, now| vault.record(&first, now));
    assert_eq!(old.summary.level.as_deref(), Some("high"));
    // The doctor reads the same values, and receipts arrive.
    let ids = vec![first.clone(), second.clone()];
    rao.run(|vault, now, rng| vault.fetch_shared(&grant, &ids, now, rng));
    rao.sync();
    rao.run(|vault, now, rng| vault.open_shared(&grant, &ids, now, rng));
    assert_eq!(
        rao.ask(|vault, now| vault.shared_record(&grant, &second, now)).fhir,
        read.fhir
    );
    asha.run(|vault, now, rng| vault.import_file("scan.pdf", "application/pdf", b"%PDF-1.7 scan", now, rng));
    settle(&mut [&mut rao, &mut asha]);

    files(&mut asha, &mut rao, &organization, [&first, &second]);
    suspension(&mut clinic, &mut asha, &mut tara, &access, &credential);
}

/// Everything, one record, and what somebody else's list makes of them; no network, ten years later.
fn files(asha: &mut Person, rao: &mut Person, organization: &OrganizationView, [first, second]: [&String; 2]) {
    asha.reopen();
    let later = asha.now() + TEN_YEARS;
    let trusted = organization.line.clone();
    let whole = asha.ask(|vault, now| vault.export_all(now, &mut UnwrapErr(SysRng)));
    let seen = Vault::verify_export(&whole, &trusted, later).unwrap();
    assert_eq!(
        (failing(&seen), seen.failures, seen.kind.as_str()),
        (vec![], 0, "chain")
    );
    assert_eq!(
        (seen.records.len(), seen.blocks),
        (13, asha.vault.chain().unwrap().blocks)
    );
    assert_eq!(seen.receipts.len(), asha.vault.receipts().unwrap().len());
    assert!(facts(&seen, "receipt_grant").iter().all(|fact| fact.outcome == "pass"));
    assert_eq!(facts(&seen, "chain_whole")[0].outcome, "pass");
    assert_eq!(facts(&seen, "record_standing").len(), 5);
    assert!(
        facts(&seen, "record_standing")
            .iter()
            .all(|fact| fact.outcome == "pass")
    );
    let files: Vec<_> = facts(&seen, "record_filed")
        .into_iter()
        .filter(|fact| fact.outcome == "not_claimed")
        .collect();
    assert_eq!(
        (files.len(), files[0].code.as_deref()),
        (1, Some("audit.body_left_out"))
    );
    let corrected = seen.records.iter().find(|record| record.id == *first).unwrap();
    assert_eq!(corrected.superseded_by.as_ref(), Some(second));
    assert_eq!(
        (corrected.author_name.as_deref(), corrected.organization.as_deref()),
        (Some("Tara"), Some("City Clinic"))
    );

    let one = asha.ask(|vault, now| vault.export_records(std::slice::from_ref(first), now, &mut UnwrapErr(SysRng)));
    assert!(one.len() < whole.len() / 2);
    let seen = Vault::verify_export(&one, &trusted, later).unwrap();
    assert_eq!(
        (failing(&seen), seen.kind.as_str(), seen.records.len()),
        (vec![], "selection", 1)
    );
    assert_eq!(
        seen.records[0].fhir,
        asha.ask(|vault, now| vault.record(first, now)).fhir
    );
    for name in [
        "record_signature",
        "record_author",
        "record_patient",
        "record_voucher",
        "record_time",
        "record_standing",
        "record_filed",
    ] {
        assert_eq!(facts(&seen, name)[0].outcome, "pass", "{name}");
    }
    assert_eq!(facts(&seen, "chain_whole")[0].outcome, "not_claimed");

    let stranger = Vault::verify_export(&one, "", later).unwrap();
    assert!(failing(&stranger).contains(&("record_voucher", "credential.untrusted")));
    assert_eq!(
        Vault::verify_export(&one, "City Clinic", later).unwrap_err().code,
        "trust.line"
    );
    assert_eq!(
        Vault::verify_export(&one[..one.len() - 9], &trusted, later)
            .unwrap_err()
            .code,
        "export.truncated"
    );
    for place in (20..one.len()).step_by(97) {
        let mut other = one.clone();
        other[place] ^= 4;
        assert!(
            Vault::verify_export(&other, &trusted, later).is_err_and(|error| error.code.starts_with("export."))
                || Vault::verify_export(&other, &trusted, later).is_ok_and(|seen| seen.failures > 0),
            "{place}"
        );
    }
    let none = asha
        .vault
        .export_records(&["00".repeat(32)], later, &mut UnwrapErr(SysRng));
    assert_eq!(none.unwrap_err().code, "vault.not_found");

    // What the doctor wrote, from the doctor's own vault: signed, timed, vouched for, in no block of the doctor's chain.
    let report = rao
        .vault
        .submissions()
        .unwrap()
        .into_iter()
        .find(|sent| sent.category == "visit")
        .unwrap();
    let file =
        rao.ask(|vault, now| vault.export_records(std::slice::from_ref(&report.id), now, &mut UnwrapErr(SysRng)));
    let seen = Vault::verify_export(&file, &trusted, later).unwrap();
    assert_eq!(failing(&seen), []);
    assert_eq!(facts(&seen, "record_filed")[0].code.as_deref(), Some("audit.not_filed"));
    assert_eq!(facts(&seen, "record_standing")[0].outcome, "pass");
}

/// What a technician signed before being suspended stays good; what comes after is not filed.
fn suspension(clinic: &mut Person, asha: &mut Person, tara: &mut Person, access: &str, credential: &str) {
    // The log's clock counts in whole seconds: what was promised before must lie in an earlier one.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let now = clinic.now();
    clinic.run(|vault, at, rng| vault.suspend(credential, now, at, rng));
    clinic.sync();
    asha.offset += 60;
    let draft = result(&[("Potassium", "4.0", "mmol/L", "3.5", "5.1")]);
    let before = asha.vault.records(&RecordQuery::default()).unwrap().len();
    tara.run(|vault, now, rng| vault.write_result(access, None, &draft, now, rng));
    settle(&mut [tara, asha]);
    assert_eq!(asha.vault.records(&RecordQuery::default()).unwrap().len(), before);
    assert_eq!(
        tara.vault.submissions().unwrap()[0].reason.as_deref(),
        Some("credential.suspended")
    );
    let later = asha.now() + TEN_YEARS;
    let line = clinic.vault.organization().unwrap().line;
    let whole = asha.ask(|vault, now| vault.export_all(now, &mut UnwrapErr(SysRng)));
    let seen = Vault::verify_export(&whole, &line, later).unwrap();
    assert_eq!(failing(&seen), []);
}
