//! `organization.json`: what an organization says of itself and of its staff's credentials.

use protocol::block::{Block, BlockKind};
use protocol::cbor;
use protocol::id::CredentialId;
use protocol::identity::Evidence;
use protocol::key::Signer;
use protocol::label::Label;
use protocol::organization::{
    ContactStatement, Intake, Officer, OrganizationCard, OrganizationStatement, Standing, Status, status_name,
};
use serde_json::{Value, json};

use crate::cases::{Cases, Object};
use crate::specimen::raw::{self, hex};
use crate::specimen::{
    NOW, Party, block_statement, body, bytes, chain, issue, organization_statement, party, random, time,
};

fn of(bytes: &[u8]) -> Value {
    json!({ "bytes": hex(bytes) })
}

pub fn cases() -> Cases {
    let mut cases = Cases::default();
    let (clinic, stranger) = (party("organization"), party("stranger"));
    let plain = organization_statement(&clinic);
    let intake = Intake {
        origin: "https://relay.example".to_owned(),
        mailbox: random("intake").into(),
        sealing_key: vec![7; 1216].into(),
    };
    let with_intake = OrganizationStatement {
        intake: Some(intake.clone()),
        ..plain.clone()
    };
    let organization = issue(plain.clone(), &clinic.device);
    cases.accept(
        "ORG-1",
        "organization.verify",
        "an organization",
        of(organization.bytes()),
    );
    cases.accept(
        "ORG-1",
        "organization.verify",
        "with a desk",
        of(issue(with_intake, &clinic.device).bytes()),
    );
    let officer = |name: &str, device: &Party| Officer {
        name: name.to_owned(),
        device: device.actor.authority,
    };
    let two = vec![officer("Ada Diaz", &clinic), officer("Ben Okoro", &stranger)];
    let with = |officers: Vec<Officer>| OrganizationStatement {
        officers,
        ..plain.clone()
    };
    cases.accept(
        "ORG-8",
        "organization.verify",
        "with two officers",
        of(issue(with(two.clone()), &clinic.device).bytes()),
    );
    for (name, officers) in [
        (
            "the same device twice",
            vec![two[0].clone(), officer("Ben Okoro", &clinic)],
        ),
        ("an officer without a name", vec![officer("", &clinic)]),
        (
            "seventeen officers",
            (0..17)
                .map(|n| Officer {
                    name: "Ada Diaz".to_owned(),
                    device: random(&format!("officer {n}")).into(),
                })
                .collect(),
        ),
    ] {
        let bytes = raw::signed(Label::Organization, &cbor::encode(&with(officers)), &clinic.device);
        cases.refuse("ORG-8", "organization.verify", name, of(&bytes), "organization.rule");
    }
    let contact = issue(
        ContactStatement {
            version: 1,
            owner: clinic.identity.id(),
            name: plain.name.clone(),
            intake,
            time: time(NOW),
            salt: random("contact"),
            actor: clinic.device.public_key(),
            authority: clinic.actor.authority,
        },
        &clinic.device,
    );
    cases.accept("ORG-3", "contact.verify", "a desk", of(contact.bytes()));
    let mut object = Object {
        op: "organization.verify",
        label: Label::Organization,
        key: &clinic.device,
        bytes: organization.bytes(),
        module: "organization",
        salt: organization.salt,
        extra: "CBOR-2",
        parameter: None,
    };
    cases.damage(&object);
    (object.op, object.label, object.bytes, object.salt, object.extra) = (
        "contact.verify",
        Label::Contact,
        contact.bytes(),
        contact.salt,
        "CBOR-2",
    );
    cases.damage(&object);
    for (name, text) in [
        ("no name", String::new()),
        ("a name of 201 bytes", "a".repeat(201)),
        ("a tab in the name", "A\tB".to_owned()),
    ] {
        let bytes = raw::signed(
            Label::Organization,
            &cbor::encode(&OrganizationStatement {
                name: text,
                ..plain.clone()
            }),
            &clinic.device,
        );
        cases.refuse("NAME-1", "organization.verify", name, of(&bytes), "organization.rule");
    }
    let input =
        |evidence: &Evidence| json!({ "bytes": hex(organization.bytes()), "evidence": hex(&cbor::encode(evidence)) });
    cases.accept(
        "ORG-2",
        "organization.statement",
        "its own device",
        input(&clinic.evidence),
    );
    cases.refuse(
        "ORG-2",
        "organization.statement",
        "another identity's device",
        input(&stranger.evidence),
        "credential.issuer",
    );
    let mut empty = clinic.evidence.clone();
    empty.devices.clear();
    cases.refuse(
        "ORG-2",
        "organization.statement",
        "no device",
        input(&empty),
        "credential.issuer",
    );
    let card = |evidence: &Evidence| {
        OrganizationCard {
            statement: bytes(&organization).into(),
            evidence: evidence.clone(),
        }
        .encode()
    };
    let good = card(&clinic.evidence);
    cases.accept("ORG-7", "organization.card", "a card", of(&good));
    cases.refuse(
        "ORG-2",
        "organization.card",
        "another identity's device",
        of(&card(&stranger.evidence)),
        "organization.other",
    );
    cases.refuse(
        "ORG-2",
        "organization.card",
        "no device",
        of(&card(&empty)),
        "organization.other",
    );
    cases.refuse(
        "ORG-7",
        "organization.card",
        "a byte behind",
        of(&[&good[..], &[0]].concat()),
        "organization.malformed",
    );
    statuses(&mut cases, &clinic);
    cases
}

fn statuses(cases: &mut Cases, clinic: &Party) {
    let credential: CredentialId = random("credential").into();
    cases.accept(
        "ORG-5",
        "organization.status_name",
        "a credential's name in the chain",
        json!({ "credential": credential }),
    );
    let genesis = chain(clinic, &[BlockKind::Genesis]).remove(0);
    let block = |kind, content: &[u8]| -> Block {
        issue(block_statement(clinic, Some(&genesis), kind, content), &clinic.device)
    };
    let input = |block: &Block, content: &[u8]| json!({ "block": hex(block.bytes()), "body": hex(&body(content)), "credential": credential });
    let content = |standing| {
        cbor::encode(&Status {
            credential: status_name(&credential),
            standing,
            from: time(NOW),
        })
    };
    for standing in [Standing::Active, Standing::Suspended, Standing::Ended] {
        let content = content(standing);
        cases.accept(
            "ORG-4",
            "organization.status",
            &format!("{standing:?}").to_lowercase(),
            input(&block(BlockKind::Status, &content), &content),
        );
    }
    let good = content(Standing::Active);
    let other = cbor::encode(&Status {
        credential: random("other"),
        standing: Standing::Active,
        from: time(NOW),
    });
    cases.accept(
        "ORG-4",
        "organization.status",
        "another credential's",
        input(&block(BlockKind::Status, &other), &other),
    );
    let place = good
        .windows(2)
        .position(|w| w == [1, 0x1a])
        .expect("the standing is there");
    let mut unknown = good.clone();
    unknown[place] = 4;
    let short = [&[0x82][..], &good[1..place + 1]].concat();
    for (name, content) in [
        ("an unknown standing", unknown),
        ("without a time", short),
        ("a member more", [&[0x84][..], &good[1..], &[0xf6]].concat()),
        ("a byte behind", [&good[..], &[0]].concat()),
        ("nothing", Vec::new()),
    ] {
        cases.refuse(
            "ORG-4",
            "organization.status",
            name,
            input(&block(BlockKind::Status, &content), &content),
            "organization.status",
        );
    }
    cases.refuse(
        "BLOCK-7",
        "organization.status",
        "another body",
        input(&block(BlockKind::Status, &good), &other),
        "block.body",
    );
}
