//! `credential.json` and `organization.json`: who vouches for whom, and whether it still stands.

use protocol::category::Category;
use protocol::cbor;
use protocol::credential::{CredentialStatement, Role};
use protocol::credential_request::{CredentialRequest, CredentialRequestStatement};
use protocol::id::CredentialId;
use protocol::identity::Evidence;
use protocol::key::Signer;
use protocol::label::Label;
use protocol::organization::{Standing, Status, status_name};
use serde_json::{Value, json};

use crate::cases::{Cases, Object};
use crate::specimen::raw::{self, hex};
use crate::specimen::{DAY, NOW, Party, bytes, credential_evidence, credential_statement, issue, party, random, time};

fn of(bytes: &[u8]) -> Value {
    json!({ "bytes": hex(bytes) })
}

pub fn cases() -> Cases {
    let mut cases = Cases::default();
    let (clinic, doctor, stranger) = (party("organization"), party("doctor"), party("stranger"));
    let statement = |role| credential_statement(&clinic, &doctor, "Dr Ada Diaz", role);
    for role in Role::ALL {
        cases.accept(
            "CRED-2",
            "credential.verify",
            role.as_str(),
            of(issue(statement(*role), &clinic.device).bytes()),
        );
    }
    let plain = statement(Role::Practitioner);
    let credential = issue(plain.clone(), &clinic.device);
    cases.damage(&Object {
        op: "credential.verify",
        label: Label::Credential,
        key: &clinic.device,
        bytes: credential.bytes(),
        module: "credential",
        salt: credential.salt,
        extra: "CRED-1",
        parameter: None,
    });
    formats(&mut cases, &clinic, &plain);
    evidence(&mut cases, &clinic, &doctor, &stranger);
    standing(&mut cases, &clinic, &doctor, &stranger, &credential.hash().into());
    roles(&mut cases);
    requests(&mut cases, &doctor, &stranger);
    cases
}

fn requests(cases: &mut Cases, doctor: &Party, stranger: &Party) {
    let plain = CredentialRequestStatement {
        version: 1,
        subject: doctor.identity.id(),
        name: "Dr Ada Diaz".to_owned(),
        time: time(NOW),
        salt: random("request"),
        actor: doctor.device.public_key(),
        authority: doctor.actor.authority,
    };
    let signed = issue(plain.clone(), &doctor.device);
    cases.accept("REQ-1", "credential_request.verify", "a request", of(signed.bytes()));
    cases.damage(&Object {
        op: "credential_request.verify",
        label: Label::CredentialRequest,
        key: &doctor.device,
        bytes: signed.bytes(),
        module: "credential_request",
        salt: signed.salt,
        extra: "CBOR-2",
        parameter: None,
    });
    for (name, text) in [("no name", ""), ("a line break in the name", "Dr Ada\nDiaz")] {
        let statement = CredentialRequestStatement {
            name: text.to_owned(),
            ..plain.clone()
        };
        let bytes = raw::signed(Label::CredentialRequest, &cbor::encode(&statement), &doctor.device);
        cases.refuse(
            "NAME-1",
            "credential_request.verify",
            name,
            of(&bytes),
            "credential_request.rule",
        );
    }
    let file = |statement: &[u8], evidence: &Evidence| CredentialRequest {
        statement: statement.to_vec().into(),
        evidence: evidence.clone(),
    };
    let good = file(signed.bytes(), &doctor.evidence);
    cases.accept(
        "REQ-1",
        "credential_request.open",
        "a request's file",
        of(&good.encode()),
    );
    let posing = CredentialRequestStatement {
        subject: stranger.identity.id(),
        ..plain
    };
    let posing = issue(posing, &doctor.device);
    let mut empty = doctor.evidence.clone();
    empty.devices.clear();
    for (name, refused, code) in [
        (
            "another person's evidence",
            file(signed.bytes(), &stranger.evidence),
            "credential_request.subject",
        ),
        (
            "in another person's name",
            file(posing.bytes(), &doctor.evidence),
            "credential_request.subject",
        ),
        ("no device", file(signed.bytes(), &empty), "credential_request.subject"),
        (
            "a forged request",
            file(
                &raw::flip(signed.bytes(), (signed.bytes().len() - 9) * 8),
                &doctor.evidence,
            ),
            "credential_request.signature",
        ),
    ] {
        cases.refuse("REQ-1", "credential_request.open", name, of(&refused.encode()), code);
    }
    cases.refuse(
        "REQ-1",
        "credential_request.open",
        "a byte behind",
        of(&[&good.encode()[..], &[0]].concat()),
        "credential_request.malformed",
    );
}

fn formats(cases: &mut Cases, clinic: &Party, plain: &CredentialStatement) {
    let signed =
        |statement: &CredentialStatement| raw::signed(Label::Credential, &cbor::encode(statement), &clinic.device);
    let with = |change: &dyn Fn(&mut CredentialStatement)| {
        let mut statement = plain.clone();
        change(&mut statement);
        of(&signed(&statement))
    };
    for (rule, name, input) in [
        (
            "CRED-3",
            "valid for no time",
            with(&|c| c.validity.until = Some(c.validity.from)),
        ),
        (
            "CRED-3",
            "valid until before it begins",
            with(&|c| c.validity.until = Some(c.validity.from.minus(1))),
        ),
        ("NAME-1", "no name", with(&|c| c.name.clear())),
        ("NAME-1", "a name of 201 bytes", with(&|c| c.name = "a".repeat(201))),
        ("NAME-1", "an escape in the name", with(&|c| c.name.push('\u{1b}'))),
        (
            "CRED-3",
            "a licence of 101 bytes",
            with(&|c| c.licence = "1".repeat(101)),
        ),
        (
            "CRED-3",
            "an escape in the licence",
            with(&|c| c.licence.push('\u{1b}')),
        ),
    ] {
        cases.refuse(rule, "credential.verify", name, input, "credential.rule");
    }
    let payload = cbor::encode(plain);
    let word = payload
        .windows(12)
        .position(|w| w == b"practitioner")
        .expect("the role is there");
    let mut unknown = payload.clone();
    unknown[word] = b'P';
    let mut claim = payload.clone();
    let place = claim.windows(2).position(|w| w == [5, 0x1a]).expect("nbf is there");
    claim[place] = 8;
    // Two claims of the same length change places: 4 and 5 with their numbers.
    let place = payload.windows(2).position(|w| w == [4, 0x1a]).expect("exp is there");
    let mut swapped = payload.clone();
    swapped[place..place + 6].copy_from_slice(&payload[place + 6..place + 12]);
    swapped[place + 6..place + 12].copy_from_slice(&payload[place..place + 6]);
    for (rule, name, payload) in [
        ("CRED-2", "an unknown role", unknown),
        ("CRED-1", "an unknown claim", claim),
        ("CRED-1", "claims in another order", swapped),
    ] {
        cases.refuse(
            rule,
            "credential.verify",
            name,
            of(&raw::signed(Label::Credential, &payload, &clinic.device)),
            "credential.malformed",
        );
    }
}

fn evidence(cases: &mut Cases, clinic: &Party, doctor: &Party, stranger: &Party) {
    let good = credential_evidence(
        clinic,
        credential_statement(clinic, doctor, "Dr Ada Diaz", Role::Practitioner),
    );
    let input =
        |evidence: &protocol::credential::CredentialEvidence| json!({ "evidence": hex(&cbor::encode(evidence)) });
    cases.accept("CRED-5", "credential.evidence", "all parts", input(&good));
    let theirs = credential_evidence(
        stranger,
        credential_statement(stranger, doctor, "Dr Ada Diaz", Role::Practitioner),
    );
    let posing = CredentialStatement {
        issuer: clinic.identity.id(),
        ..credential_statement(stranger, doctor, "Dr Ada Diaz", Role::Practitioner)
    };
    let with = |change: &dyn Fn(&mut protocol::credential::CredentialEvidence)| {
        let mut evidence = good.clone();
        change(&mut evidence);
        input(&evidence)
    };
    for (name, refused, code) in [
        (
            "another identity's issuer",
            with(&|e| e.issuer = stranger.evidence.clone()),
            "credential.issuer",
        ),
        (
            "a stranger signs in the organization's name",
            with(&|e| e.credential = bytes(&issue(posing.clone(), &stranger.device)).into()),
            "credential.issuer",
        ),
        (
            "another organization's statement",
            with(&|e| {
                e.organization = theirs.organization.clone();
                e.organization_evidence = theirs.organization_evidence.clone();
            }),
            "credential.issuer",
        ),
        (
            "another organization's device",
            with(&|e| e.organization_evidence = stranger.evidence.clone()),
            "credential.issuer",
        ),
        (
            "a forged credential",
            with(&|e| e.credential = raw::flip(&good.credential, (good.credential.len() - 9) * 8).into()),
            "credential.signature",
        ),
        (
            "an organization's statement that does not verify",
            with(&|e| e.organization = raw::flip(&good.organization, (good.organization.len() - 9) * 8).into()),
            "credential.issuer",
        ),
        (
            "a record instead of the credential",
            with(&|e| e.credential = raw::signed(Label::Record, &[0x80], &clinic.device).into()),
            "credential.kind",
        ),
    ] {
        cases.refuse("CRED-5", "credential.evidence", name, refused, code);
    }
    let bytes = cbor::encode(&good);
    cases.refuse(
        "CRED-5",
        "credential.evidence",
        "a byte behind",
        json!({ "evidence": hex(&[&bytes[..], &[0]].concat()) }),
        "credential.malformed",
    );
}

fn standing(cases: &mut Cases, clinic: &Party, doctor: &Party, stranger: &Party, id: &CredentialId) {
    let evidence = credential_evidence(
        clinic,
        credential_statement(clinic, doctor, "Dr Ada Diaz", Role::Practitioner),
    );
    let status = |standing, from| {
        hex(&cbor::encode(&Status {
            credential: status_name(id),
            standing,
            from: time(from),
        }))
    };
    let input = |holder: &Party, time: u64, statuses: &[String]| json!({ "evidence": hex(&cbor::encode(&evidence)), "holder": holder.identity.id(), "time": time, "statuses": statuses });
    let active = status(Standing::Active, NOW);
    let suspended = [active.clone(), status(Standing::Suspended, NOW + 10 * DAY)];
    let back = [
        active.clone(),
        suspended[1].clone(),
        status(Standing::Active, NOW + 20 * DAY),
    ];
    let ended = [
        active.clone(),
        status(Standing::Ended, NOW + 10 * DAY),
        status(Standing::Active, NOW + 20 * DAY),
    ];
    let other = hex(&cbor::encode(&Status {
        credential: random("another credential"),
        standing: Standing::Active,
        from: time(NOW),
    }));
    cases.accept(
        "CRED-6",
        "credential.standing",
        "it stands",
        input(doctor, NOW + DAY, std::slice::from_ref(&active)),
    );
    cases.accept(
        "ORG-6",
        "credential.standing",
        "before it was suspended",
        input(doctor, NOW + 10 * DAY - 1, &suspended),
    );
    cases.accept(
        "ORG-6",
        "credential.standing",
        "after the suspension was lifted",
        input(doctor, NOW + 21 * DAY, &back),
    );
    for (rule, name, refused, code) in [
        (
            "CRED-6",
            "somebody else's",
            input(stranger, NOW + DAY, std::slice::from_ref(&active)),
            "credential.subject",
        ),
        (
            "CRED-6",
            "not valid yet",
            input(doctor, NOW - 1, &[status(Standing::Active, 0)]),
            "credential.not_yet",
        ),
        (
            "CRED-6",
            "expired",
            input(doctor, NOW + 365 * DAY, std::slice::from_ref(&active)),
            "credential.expired",
        ),
        (
            "CRED-6",
            "never listed",
            input(doctor, NOW + DAY, &[]),
            "credential.unknown",
        ),
        (
            "CRED-6",
            "another credential listed",
            input(doctor, NOW + DAY, &[other]),
            "credential.unknown",
        ),
        (
            "ORG-6",
            "listed only later",
            input(doctor, NOW + DAY, &[status(Standing::Active, NOW + 2 * DAY)]),
            "credential.unknown",
        ),
        (
            "ORG-6",
            "from the second of the suspension",
            input(doctor, NOW + 10 * DAY, &suspended),
            "credential.suspended",
        ),
        (
            "ORG-6",
            "while it was suspended, seen later",
            input(doctor, NOW + 15 * DAY, &back),
            "credential.suspended",
        ),
        (
            "ORG-6",
            "what has ended does not begin again",
            input(doctor, NOW + 25 * DAY, &ended),
            "credential.suspended",
        ),
    ] {
        cases.refuse(rule, "credential.standing", name, refused, code);
    }
}

fn roles(cases: &mut Cases) {
    for role in Role::ALL {
        for category in Category::ALL {
            let input = json!({ "role": role.as_str(), "category": category.as_str() });
            let name = format!("{}: {}", role.as_str(), category.as_str());
            match (role, category) {
                (Role::Practitioner, _)
                | (Role::Laboratory, Category::Laboratory | Category::Imaging | Category::Document)
                | (Role::Desk, Category::Appointment | Category::Document) => {
                    // Practitioners may write all: two of them are enough here.
                    if *role != Role::Practitioner || matches!(category, Category::Medication | Category::Visit) {
                        cases.accept("CRED-4", "credential.role", &name, input);
                    }
                }
                _ => cases.refuse("CRED-4", "credential.role", &name, input, "credential.role"),
            }
        }
    }
    cases.refuse(
        "CRED-2",
        "credential.role",
        "an unknown role",
        json!({ "role": "admin", "category": "visit" }),
        "credential.kind",
    );
}
