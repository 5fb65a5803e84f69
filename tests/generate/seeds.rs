//! Seeds for the fuzz targets, taken from the vectors: a few accepted and refused inputs of each parser.

use std::fs;
use std::path::Path;

use protocol::cbor;
use protocol::contact::{ContactCard, ContactUrl};
use protocol::organization::{ContactStatement, Intake, Standing, Status};
use serde_json::Value;
use vault::body::{FilePermits, NoteBody, Notice, ShareBody, Submission};
use vault::crypto::secret::Secret32;
use vault::item::{AttachmentAccess, AttachmentPart};

use crate::specimen::{NOW, issue, party, random, time};

/// Target, file, operation, member of the input.
const TAKEN: &[(&str, &str, &str, &str)] = &[
    ("auth", "request", "request.verify", "headers"),
    ("block", "block", "block.verify", "bytes"),
    ("claim", "claim", "claim.verify", "bytes"),
    ("contact", "organization", "contact.verify", "bytes"),
    ("content", "content", "content.open", "sealed"),
    ("copy_to", "copy_to", "copy_to.verify", "bytes"),
    ("cose", "conventions", "cose.verify", "bytes"),
    ("credential", "credential", "credential.verify", "bytes"),
    ("credential_evidence", "credential", "credential.evidence", "evidence"),
    ("credential_request", "credential", "credential_request.verify", "bytes"),
    ("delegation", "delegation", "delegation.verify", "bytes"),
    ("device", "identity", "device.verify", "bytes"),
    ("device_removal", "identity", "device_removal.verify", "bytes"),
    ("envelope", "envelope", "envelope.verify", "bytes"),
    ("evidence", "identity", "evidence.verify", "bytes"),
    ("export", "export", "export.verify", "file"),
    ("grant", "grant", "grant.verify", "bytes"),
    ("grant_change", "grant_change", "grant_change.verify", "bytes"),
    ("header", "entries", "header.unlock_device", "header"),
    ("identity", "identity", "identity.verify", "bytes"),
    ("offer", "offer", "offer.open", "bytes"),
    ("offer_url", "offer", "offer.parse_url", "text"),
    ("organization", "organization", "organization.verify", "bytes"),
    ("organization_card", "organization", "organization.card", "bytes"),
    ("package", "package", "package.verify", "bytes"),
    ("padding", "padding", "unpad.small", "padded"),
    ("promise", "promise", "promise.verify", "bytes"),
    ("proven", "proven", "proven.verify", "evidence"),
    ("receipt", "receipt", "receipt.verify", "bytes"),
    ("record", "record", "record.verify", "bytes"),
    ("root", "epoch", "root.verify", "bytes"),
    ("root_acceptance", "epoch", "root_acceptance.verify", "bytes"),
    ("sealing", "sealing", "sealing.open", "sealed"),
    ("text", "conventions", "hash.parse", "text"),
];

const DOCUMENTS: &[&str] = &[
    r#"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"4548-4"}]},"valueQuantity":{"value":6.10,"unit":"%","system":"http://unitsofmeasure.org","code":"%"},"effectiveDateTime":"2026-01-01"}"#,
    r#"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","name":[{"family":"Ng","given":["An"]}],"birthDate":"1970"}},{"resource":{"resourceType":"Condition","code":{"text":"Asthma"},"subject":{"reference":"urn:uuid:1"}}}]}"#,
    r#"{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"text":"Salbutamol"},"subject":{"reference":"Patient/1"},"dosageInstruction":[{"text":"two puffs","timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}}}]}"#,
];

const MESSAGES: &[&str] = &[
    r#"{"success":true,"entries":[],"more":false}"#,
    r#"{"label":"1111111111111111111111111111111111111111111111111111111111111111","commit":"2222222222222222222222222222222222222222222222222222222222222222","block":"AAAA","slot":"AAAA","body":"AAAA"}"#,
    r#"{"success":true,"version":1,"claim":"AAAA","attempts":0}"#,
    r#"{"success":true,"envelopes":[{"cursor":1,"envelope":"AAAA"}]}"#,
];

/// Writes the seeds; the files of a target are numbered.
pub fn write(vectors: &Path, corpus: &Path) {
    for (target, file, op, member) in TAKEN {
        let text = fs::read_to_string(vectors.join(format!("{file}.json"))).expect("a vector file");
        let cases: Vec<Value> = serde_json::from_str(&text).expect("cases");
        let of = |wanted: &str, most: usize| {
            let fitting = cases
                .iter()
                .filter(|case| case["op"] == *op && case["expect"].get(wanted).is_some());
            let inputs = fitting
                .filter_map(|case| seed(&case["input"][*member]))
                .filter(|seed| (1..16384).contains(&seed.len()));
            inputs.take(most).collect::<Vec<_>>()
        };
        let mut seeds = of("ok", 3);
        seeds.extend(of("code", 3));
        put(corpus, target, &seeds);
    }
    put(corpus, "clinical", &bytes_of(DOCUMENTS));
    put(corpus, "message", &bytes_of(MESSAGES));
    contacts(corpus);
    permits(vectors, corpus);
    epochs(vectors, corpus);
    bodies(corpus);
    let status = Status {
        credential: random("credential"),
        standing: Standing::Suspended,
        from: time(NOW),
    };
    put(corpus, "status", &[cbor::encode(&status)]);
}

/// Permits to link: both headers, a line each.
fn permits(vectors: &Path, corpus: &Path) {
    let text = fs::read_to_string(vectors.join("request.json")).expect("a vector file");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("cases");
    let permits = cases.iter().filter(|case| case["op"] == "link.verify");
    let lines = permits.filter_map(|case| {
        let input = case["input"]["signature_input"].as_str()?;
        let signature = case["input"]["signature"].as_str()?;
        Some(format!("{input}\n{signature}").into_bytes())
    });
    put(corpus, "link_permit", &lines.take(4).collect::<Vec<_>>());
}

/// Contents of the blocks that begin epochs, behind their salt.
fn epochs(vectors: &Path, corpus: &Path) {
    let text = fs::read_to_string(vectors.join("epoch.json")).expect("a vector file");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("cases");
    let bodies = cases
        .iter()
        .filter(|case| case["op"] == "chain.epoch")
        .filter_map(|case| {
            let body = seed(&case["input"]["epochs"][0]["body"])?;
            body.get(32..).map(<[u8]>::to_vec)
        });
    put(corpus, "epoch", &bodies.take(4).collect::<Vec<_>>());
}

/// What lies in blocks and envelopes.
fn bodies(corpus: &Path) {
    let notices = [
        Notice::Filed(random("record").into()),
        Notice::Declined(random("record").into(), "grant.over".to_owned()),
    ];
    let mut seeds: Vec<Vec<u8>> = notices.iter().map(cbor::encode).collect();
    let file = AttachmentAccess {
        hash: random("file"),
        size: 5,
        key: Secret32::from_bytes([7; 32]),
        parts: vec![AttachmentPart {
            address: random("part"),
            size: 1088,
        }],
        name: "scan.pdf".to_owned(),
    };
    let permits = FilePermits {
        source: random("resource").into(),
        signatures: vec![("s=()".to_owned(), "s=:AAAA:".to_owned())],
    };
    seeds.push(cbor::encode(&Submission {
        package: vec![1, 2, 3].into(),
        reply: None,
        attachments: vec![file.clone()],
        permits: Some(permits),
    }));
    seeds.push(cbor::encode(&ShareBody {
        records: Vec::new(),
        withdrawn: vec![random("record").into()],
    }));
    seeds.push(cbor::encode(&NoteBody::Written(
        random("grant").into(),
        vec![1, 2, 3].into(),
        vec![file],
    )));
    put(corpus, "body", &seeds);
}

fn contacts(corpus: &Path) {
    use protocol::key::Signer as _;

    let doctor = party("doctor");
    let intake = Intake {
        origin: "https://relay.example".to_owned(),
        mailbox: random("intake").into(),
        sealing_key: vec![7; 32].into(),
    };
    let statement = ContactStatement {
        version: 1,
        owner: doctor.identity.id(),
        name: "Dr Ada Diaz".to_owned(),
        intake,
        time: time(NOW),
        salt: random("contact"),
        actor: doctor.device.public_key(),
        authority: doctor.actor.authority,
    };
    let statement = issue(statement, &doctor.device).bytes().to_vec().into();
    let card = ContactCard {
        statement,
        evidence: doctor.evidence,
        credential: None,
    };
    put(corpus, "contact_card", &[card.encode()]);
    let url: ContactUrl = card.url().expect("a link");
    put(
        corpus,
        "contact_url",
        &bytes_of(&[&url.to_text().expect("short enough")]),
    );
}

fn bytes_of(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// Hexadecimal is bytes, other text is itself, and header lines are joined.
fn seed(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => Some(unhex(text).unwrap_or_else(|| text.as_bytes().to_vec())),
        Value::Array(lines) => {
            let line = |line: &Value| {
                Some(format!(
                    "{}: {}\n",
                    line.get("name")?.as_str()?,
                    line.get("value")?.as_str()?
                ))
            };
            Some(lines.iter().filter_map(line).collect::<String>().into_bytes())
        }
        _ => None,
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    // The 64 digits of a hash are a text to its parser.
    if text.len() <= 65 || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

fn put(corpus: &Path, target: &str, seeds: &[Vec<u8>]) {
    let folder = corpus.join(target);
    fs::create_dir_all(&folder).expect("a folder");
    for (number, seed) in seeds.iter().enumerate() {
        fs::write(folder.join(number.to_string()), seed).expect("a seed");
    }
}
