//! Nothing that people say can be found at the relay: not in its database, its files, its log, its metrics, or on the wire.
//!
//! Every journey's kinds of traffic run with plaintexts made for it. The search is proven first (`support::search`): what is planted is
//! found in each encoding.

use std::fs;
use std::path::Path;

use cli::{Http, Transport};
use rusqlite::types::Value;
use support::search::Search;
use support::{Clinic, Person, Relay, everything, rows, writing};
use vault::facade::{AppointmentRequest, AppointmentTime, Request, Vault};

const PATIENT: &str = "Ashalata Vengurlekar";
const DOCTOR: &str = "Dr Raghunath Borkar";
const TECHNICIAN: &str = "Lina Hirschvogel";
const SUBSTANCE: &str = "Penicillin-marker Qx7";
const VALUE: &str = "17.654320987";
const REASON: &str = "Tired since the harvest festival";
const COMMENT: &str = "Only when the ferry runs";
const EXPLANATION: &str = "The surgery is being painted";
const PLAN: &str = "Iron tablets & beetroot \"twice\" daily";
const MEDICINE: &str = "Ferrofumarate-marker Zz9";
const CONCLUSION: &str = "Mikrozytäre Anämie (Befundmarke)";
const FILE_NAME: &str = "entlassbrief-marke.pdf";
const FILE_MARK: &str = "%PDF-1.7 invented discharge letter marker";
const LICENCE: &str = "LIC-LEAK-443322";

const PLAINTEXTS: [&str; 14] = [
    PATIENT,
    DOCTOR,
    TECHNICIAN,
    SUBSTANCE,
    VALUE,
    REASON,
    COMMENT,
    EXPLANATION,
    PLAN,
    MEDICINE,
    CONCLUSION,
    FILE_NAME,
    FILE_MARK,
    LICENCE,
];

/// A visit, an appointment, a lab result, a document, corrections and recovery, with all plaintexts in it.
fn play(relay: &Relay) -> Vec<String> {
    let mut clinic = Clinic::new(relay, "Praxis am Markt");
    clinic.office.run(|vault, now, rng| vault.publish(true, now, rng));
    clinic.office.sync();
    let mut rao = Person::new(relay, "practitioner", DOCTOR);
    let now = rao.now();
    let request = rao.ask(|vault| vault.credential_request(now, &mut cli::random()));
    let credential = clinic
        .office
        .make(|vault, now, rng| vault.vouch(&request, "practitioner", LICENCE, 365, now, rng));
    clinic.office.sync();
    let credential = clinic.office.ask(|vault| vault.credential(&credential));
    rao.run(|vault, now, rng| vault.accept_credential(&credential, now, rng));
    let (mut lab, technician) = clinic.hire(relay, "laboratory", TECHNICIAN);
    let mut asha = Person::new(relay, "patient", PATIENT);
    clinic.trusted_by(&mut asha);

    let link = clinic.office.ask(Vault::contact).expect("a link");
    let time = AppointmentTime {
        start: now + 86_400,
        end: now + 90_000,
    };
    let wish = AppointmentRequest {
        contact: link,
        reason: REASON.into(),
        comment: Some(COMMENT.into()),
        wishes: vec![time.clone()],
    };
    let appointment = asha.make(|vault, now, rng| vault.ask_appointment(&wish, now, rng));
    asha.sync();
    clinic.office.sync();
    clinic
        .office
        .run(|vault, now, rng| vault.offer_times(&appointment, vec![time.clone()], now, rng));
    clinic.office.sync();
    asha.sync();
    asha.run(|vault, now, rng| vault.cancel_appointment(&appointment, Some(EXPLANATION.to_owned()), now, rng));
    asha.sync();
    clinic.office.sync();

    let mut allergy = writing::allergy();
    allergy.substance = SUBSTANCE.into();
    asha.run(|vault, now, rng| vault.add_allergy(&allergy, now, rng));
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight(VALUE), now, rng));
    let small = format!("{FILE_MARK}\n").into_bytes();
    let large = FILE_MARK.as_bytes().repeat(30_000);
    asha.run(|vault, now, rng| vault.import_file(FILE_NAME, "application/pdf", &small, now, rng));
    let letter = asha.make(|vault, now, rng| vault.import_file(FILE_NAME, "application/pdf", &large, now, rng));
    asha.sync();

    let visit = asha.admit(&mut rao, &everything());
    rao.read_all(&visit.grant);
    rao.run(|vault, now, rng| vault.fetch_shared_attachment(&visit.grant, &letter, 0, now, rng));
    rao.sync();
    assert!(rao.ask(|vault| vault.shared_attachment(&visit.grant, &letter, 0)) == large);
    let mut report = writing::report();
    (report.plan, report.reason) = (Some(PLAN.into()), Some(REASON.into()));
    rao.make(|vault, now, rng| vault.write_report(&visit.grant, &report, now, rng));
    let mut prescription = writing::prescription();
    prescription.medicine = MEDICINE.into();
    rao.make(|vault, now, rng| vault.write_prescription(&visit.grant, &prescription, now, rng));
    let order = rao.make(|vault, now, rng| vault.write_lab_request(&visit.grant, &writing::lab_request(), now, rng));
    rao.sync();
    asha.sync();
    rao.sync();
    let taken = asha.admit(&mut lab, &everything());
    lab.read_all(&taken.grant);
    let mut result = writing::result();
    result.conclusion = Some(CONCLUSION.into());
    result.values[0].value = Some(VALUE.into());
    let found = lab.make(|vault, now, rng| vault.write_result(&taken.grant, Some(order.clone()), &result, now, rng));
    for _ in 0..2 {
        lab.sync();
        asha.sync();
        rao.sync();
    }
    rao.read_all(&visit.grant);
    asha.sync();
    let text =
        String::from_utf8_lossy(&rao.ask(|vault| vault.shared_record(&visit.grant, &found, now)).fhir).into_owned();
    assert!(
        text.contains(CONCLUSION) && text.contains(VALUE),
        "the plaintexts were really used"
    );

    // A refusal, a suspension, a code that somebody else claimed, and a second device.
    clinic
        .office
        .run(|vault, now, rng| vault.suspend(&technician, now, now, rng));
    clinic.office.sync();
    lab.make(|vault, now, rng| vault.write_result(&taken.grant, None, &result, now, rng));
    lab.sync();
    asha.sync();
    lab.sync();
    let (_, url) = asha.offer(&everything());
    for person in [&mut rao, &mut lab] {
        person.run(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
        person.sync();
    }
    asha.sync();
    let mut phone = Person::join(relay, &asha.words);
    phone.sync();
    assert_eq!(phone.ask(Vault::profile).name, PATIENT);
    let secret = url.split_once('#').expect("a fragment").1.to_owned();
    vec![
        asha.words.clone(),
        phone.words.clone(),
        secret,
        support::PASSPHRASE.to_owned(),
    ]
}

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("a folder").filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap_or_default()));
        }
    }
}

/// Everything that left somebody's device or stayed at the relay, named.
fn everywhere(relay: &Relay) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    files(&relay.data(), &mut all);
    assert!(
        all.iter().any(|(name, _)| name.ends_with("-wal")),
        "the write-ahead log is searched too"
    );
    for (table, rows) in rows(&relay.data()) {
        for value in rows.into_iter().flatten() {
            match value {
                Value::Blob(bytes) => all.push((format!("table {table}"), bytes)),
                Value::Text(text) => all.push((format!("table {table}"), text.into_bytes())),
                _ => {}
            }
        }
    }
    let log = fs::read(relay.log_file()).expect("a log");
    assert!(!log.is_empty(), "the relay says nothing");
    all.push(("log".to_owned(), log));
    let metrics = Http::new().expect("a client").send(&Request {
        kind: "send".into(),
        id: 0,
        method: "GET".into(),
        url: relay.metrics.clone(),
        headers: Vec::new(),
        body: None,
        until: 0,
        piece: None,
    });
    let metrics = metrics.expect("metrics");
    assert!(metrics.status == 200 && !metrics.body.is_empty());
    all.push(("metrics".to_owned(), metrics.body));
    for exchange in relay.log.all() {
        let request = &exchange.request;
        let name = format!("{} {}", request.method, request.url);
        let headers = |headers: &[vault::facade::Header]| {
            headers
                .iter()
                .map(|header| format!("{}: {}\n", header.name, header.value))
                .collect::<String>()
                .into_bytes()
        };
        all.push((format!("request line {name}"), name.clone().into_bytes()));
        all.push((format!("request headers {name}"), headers(&request.headers)));
        all.push((format!("request body {name}"), request.body.clone().unwrap_or_default()));
        if let Some(response) = exchange.response {
            all.push((format!("answer headers {name}"), headers(&response.headers)));
            all.push((format!("answer body {name}"), response.body));
        }
    }
    all
}

#[test]
fn no_plaintext_reaches_the_relay_the_disk_or_the_wire() {
    let Some(relay) = Relay::start() else { return };
    let secrets = play(&relay);
    let mut sought: Vec<&str> = PLAINTEXTS.to_vec();
    sought.extend(secrets.iter().map(String::as_str));
    // Public on purpose, and so the proof that the search reaches what the relay keeps and carries.
    const PUBLIC: &str = "Praxis am Markt";
    let (search, public) = (Search::new(&sought), Search::new(&[PUBLIC]));
    let places = everywhere(&relay);
    assert!(places.len() > 200, "only {} places were searched", places.len());
    let mut found = Vec::new();
    let mut seen = 0;
    for (name, bytes) in &places {
        found.extend(
            search
                .find(bytes)
                .into_iter()
                .map(|found| format!("{found:?} in {name}")),
        );
        seen += usize::from(!public.find(bytes).is_empty());
    }
    assert!(
        seen >= 3,
        "the organization's public name was found in {seen} places only"
    );
    assert!(found.is_empty(), "{} leaks:\n{}", found.len(), found.join("\n"));
}

#[test]
fn a_plaintext_planted_among_real_traffic_is_found() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", PATIENT);
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("61.5"), now, rng));
    asha.sync();
    let search = Search::new(&PLAINTEXTS);
    assert!(
        everywhere(&relay)
            .iter()
            .all(|(_, bytes)| search.find(bytes).is_empty())
    );
    // Somebody's client sends a name in clear: an intake would take it as an envelope; the relay need not, to have it on the wire.
    let planted = Request {
        kind: "send".into(),
        id: 0,
        method: "POST".into(),
        url: format!("{}/v1/mailboxes/{}/envelopes", relay.url, "0".repeat(64)),
        headers: Vec::new(),
        body: Some(format!("a message from {PATIENT}").into_bytes()),
        until: 0,
        piece: None,
    };
    asha.wire.send(&planted).expect("an answer");
    let hits: Vec<String> = everywhere(&relay)
        .into_iter()
        .filter(|(_, bytes)| !search.find(bytes).is_empty())
        .map(|(name, _)| name)
        .collect();
    assert!(hits.iter().any(|name| name.starts_with("request body")), "{hits:?}");
    // And on disk.
    fs::write(
        relay.data().join("planted"),
        PATIENT.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(),
    )
    .expect("written");
    let mut all = Vec::new();
    files(&relay.data(), &mut all);
    assert!(
        all.iter()
            .any(|(name, bytes)| name.ends_with("planted") && !search.find(bytes).is_empty())
    );
}

/// What every test with a relay ends with.
#[test]
#[should_panic(expected = "Microcytic anaemia (utf-16be)")]
fn a_relay_with_something_in_clear_fails_its_test() {
    let Some(relay) = Relay::start() else {
        panic!("Microcytic anaemia (utf-16be): not looked for without a relay")
    };
    let planted = "Microcytic anaemia".encode_utf16().flat_map(u16::to_be_bytes);
    fs::write(relay.data().join("planted"), planted.collect::<Vec<_>>()).expect("written");
}
