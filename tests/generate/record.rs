//! `record.json` and `package.json`: records, and what travels beside them.

use protocol::category::Category;
use protocol::cbor;
use protocol::credential::Role;
use protocol::key::Signer;
use protocol::label::Label;
use protocol::package::Package;
use protocol::promise::Promise;
use protocol::proven::{ProvenTime, commitment};
use protocol::record::{Attachment, MAX_ATTACHMENTS, Opening, Record, RecordStatement};
use protocol::{log_entry, statement::Signed};
use serde_json::{Value, json};

use crate::cases::{Cases, Object};
use crate::specimen::raw::{self, hex};
use crate::specimen::{
    NOW, Party, bytes, credential_evidence, credential_statement, issue, key, log, party, random, record_statement,
    time,
};

const CONTENT: &str = r#"{"resourceType":"Observation","status":"final","code":{"text":"HbA1c"},"valueQuantity":{"value":6.10,"unit":"%"}}"#;

fn of(bytes: &[u8]) -> Value {
    json!({ "bytes": hex(bytes) })
}

fn unchecked(statement: &RecordStatement, author: &Party) -> Value {
    of(&raw::signed(Label::Record, &cbor::encode(statement), &author.device))
}

pub fn cases() -> Cases {
    let mut cases = Cases::default();
    let (patient, doctor) = (party("patient"), party("doctor"));
    let plain = record_statement(&doctor, &patient, CONTENT);
    let record = issue(plain.clone(), &doctor.device);
    cases.accept(
        "REC-1",
        "record.verify",
        "a result, bytes kept verbatim",
        of(record.bytes()),
    );
    let opening = Opening {
        record: record.id(),
        salt: random("opening"),
    };
    let file = |name: &str| Attachment {
        hash: random(name),
        size: 1 << 33,
        media_type: "application/dicom".to_owned(),
    };
    let rich = RecordStatement {
        category: Category::Imaging,
        attachments: vec![file("first"), file("second")],
        supersedes: opening.commitment(),
        salt: random("rich record"),
        ..plain.clone()
    };
    cases.accept(
        "REC-3",
        "record.verify",
        "two attachments and a correction",
        of(issue(rich, &doctor.device).bytes()),
    );
    cases.damage(&Object {
        op: "record.verify",
        label: Label::Record,
        key: &doctor.device,
        bytes: record.bytes(),
        module: "record",
        salt: record.salt,
        extra: "CBOR-2",
        parameter: None,
    });
    let mut not_text = plain.clone();
    not_text.content = vec![0xff, 0xfe, 0x7b].into();
    cases.refuse(
        "REC-2",
        "record.verify",
        "content that is no UTF-8",
        unchecked(&not_text, &doctor),
        "record.rule",
    );
    let mut many = plain.clone();
    many.attachments = vec![file("first"); MAX_ATTACHMENTS + 1];
    cases.refuse(
        "REC-3",
        "record.verify",
        "65 attachments",
        unchecked(&many, &doctor),
        "record.attachments",
    );
    for (name, media_type) in [
        ("an empty media type", String::new()),
        ("a media type of 128 bytes", "a".repeat(128)),
    ] {
        let mut statement = plain.clone();
        statement.attachments = vec![Attachment {
            media_type,
            ..file("first")
        }];
        cases.refuse(
            "REC-3",
            "record.verify",
            name,
            unchecked(&statement, &doctor),
            "record.rule",
        );
    }
    let payload = cbor::encode(&plain);
    let place = payload
        .windows(33)
        .position(|window| window[0] == 7 && window[1] == 0x58)
        .expect("the category is there");
    for number in [0u8, 19, 23] {
        let mut unknown = payload.clone();
        unknown[place] = number;
        let bytes = raw::signed(Label::Record, &unknown, &doctor.device);
        cases.refuse(
            "REC-5",
            "record.verify",
            &format!("category {number}"),
            of(&bytes),
            "record.malformed",
        );
    }
    links(&mut cases, &opening);
    for category in Category::ALL {
        cases.accept(
            "REC-5",
            "category.parse",
            category.as_str(),
            json!({ "word": category.as_str() }),
        );
    }
    for word in ["", "Laboratory", "labs", "vital-sign"] {
        cases.refuse(
            "REC-5",
            "category.parse",
            &format!("`{word}`"),
            json!({ "word": word }),
            "category.unknown",
        );
    }
    for number in [0, 19, 255] {
        cases.refuse(
            "REC-5",
            "category.parse",
            &format!("number {number}"),
            json!({ "number": number }),
            "category.unknown",
        );
    }
    cases
}

fn links(cases: &mut Cases, opening: &Opening) {
    let input = |record: &str, salt: &str, commitment: &str| json!({ "record": record, "salt": salt, "commitment": commitment });
    let (record, salt) = (opening.record.to_string(), opening.salt.to_string());
    let (commitment, other) = (opening.commitment().to_string(), random("other").to_string());
    cases.accept("REC-4", "record.link", "an opening", input(&record, &salt, &commitment));
    for (name, refused) in [
        ("another record", input(&other, &salt, &commitment)),
        ("another salt", input(&record, &other, &commitment)),
        ("a random commitment", input(&record, &salt, &other)),
        ("record and salt exchanged", input(&salt, &record, &commitment)),
    ] {
        cases.refuse("REC-4", "record.link", name, refused, "record.link");
    }
}

pub fn packages() -> Cases {
    let mut cases = Cases::default();
    let (patient, doctor, clinic) = (party("patient"), party("doctor"), party("organization"));
    let before = issue(record_statement(&doctor, &patient, CONTENT), &doctor.device);
    let opening = Opening {
        record: before.id(),
        salt: random("opening"),
    };
    let statement = RecordStatement {
        supersedes: opening.commitment(),
        salt: random("second record"),
        ..record_statement(&doctor, &patient, CONTENT)
    };
    let record: Record = issue(statement, &doctor.device);
    let credential = credential_evidence(
        &clinic,
        credential_statement(&clinic, &doctor, "Dr Ada Diaz", Role::Practitioner),
    );
    let bare = Package {
        record: bytes(&record).into(),
        evidence: doctor.evidence.clone(),
        credential: None,
        proven: None,
        replies_to: None,
        supersedes: None,
    };
    let full = Package {
        credential: Some(credential),
        proven: Some(proven(&record)),
        supersedes: Some(opening.clone()),
        ..bare.clone()
    };
    let wire = |package: &Package| of(&package.encode());
    cases.accept("PACK-1", "package.verify", "record and evidence", wire(&bare));
    cases.accept(
        "PACK-1",
        "package.verify",
        "with credential, time and opened link",
        wire(&full),
    );

    let stranger = party("stranger");
    let theirs = credential_evidence(
        &clinic,
        credential_statement(&clinic, &stranger, "Dr Sly", Role::Practitioner),
    );
    let mut forged = full.credential.clone().unwrap();
    forged.issuer = stranger.evidence.clone();
    let posing = RecordStatement {
        author: stranger.identity.id(),
        ..record_statement(&doctor, &patient, CONTENT)
    };
    let borrowed = RecordStatement {
        actor: stranger.device.public_key(),
        ..record_statement(&doctor, &patient, CONTENT)
    };
    let with = |change: &dyn Fn(&mut Package)| {
        let mut package = full.clone();
        change(&mut package);
        wire(&package)
    };
    for (name, input, code) in [
        (
            "another person's evidence",
            with(&|p| p.evidence = stranger.evidence.clone()),
            "package.author",
        ),
        (
            "evidence without a device",
            with(&|p| p.evidence.devices.clear()),
            "package.author",
        ),
        (
            "a record in another author's name",
            with(&|p| p.record = bytes(&issue(posing.clone(), &doctor.device)).into()),
            "package.author",
        ),
        (
            "signed by a key that the evidence does not name",
            with(&|p| p.record = bytes(&issue(borrowed.clone(), &stranger.device)).into()),
            "package.author",
        ),
        (
            "somebody else's credential",
            with(&|p| p.credential = Some(theirs.clone())),
            "package.credential",
        ),
        (
            "a credential by somebody who is not the organization",
            with(&|p| p.credential = Some(forged.clone())),
            "credential.issuer",
        ),
        (
            "a link opened with another record",
            with(&|p| {
                p.supersedes = Some(Opening {
                    record: record.id(),
                    ..opening.clone()
                })
            }),
            "record.link",
        ),
        (
            "an opening of a link that is empty",
            with(&|p| p.replies_to = Some(opening.clone())),
            "record.link",
        ),
        (
            "a damaged record",
            with(&|p| p.record = raw::flip(record.bytes(), (record.bytes().len() - 9) * 8).into()),
            "record.signature",
        ),
        (
            "a grant instead of the record",
            with(&|p| p.record = raw::signed(Label::Grant, &[0x80], &doctor.device).into()),
            "record.kind",
        ),
    ] {
        cases.refuse(
            if code == "package.author" { "IDENT-8" } else { "PACK-2" },
            "package.verify",
            name,
            input,
            code,
        );
    }
    let good = full.encode();
    cases.refuse(
        "PACK-1",
        "package.verify",
        "a byte behind",
        of(&[&good[..], &[0]].concat()),
        "package.malformed",
    );
    cases.refuse(
        "PACK-1",
        "package.verify",
        "cut",
        of(&good[..good.len() / 2]),
        "package.malformed",
    );
    let longer = bare.encode();
    cases.refuse(
        "CBOR-3",
        "package.verify",
        "an absent last member written as null",
        of(&[&[0x86], &longer[1..], &[0xf6; 4]].concat()),
        "package.malformed",
    );
    cases
}

fn proven(record: &Signed<RecordStatement>) -> ProvenTime {
    let (resource, label, salt) = (random("doctor resource").into(), random("label"), random("proof"));
    let promise = Promise {
        version: 1,
        origin: log().origin,
        map_key: log_entry::map_key(&resource, &label),
        commit: commitment(&record.id(), &salt),
        time: time(NOW + 5),
        salt: random("promise"),
    };
    ProvenTime {
        resource,
        label,
        salt,
        promise: promise.issue(&key("log")).into(),
    }
}
