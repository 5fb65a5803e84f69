//! `envelope.json` and `receipt.json`.

use protocol::cbor;
use protocol::envelope::{EnvelopeStatement, MessageKind};
use protocol::key::Signer;
use protocol::label::Label;
use protocol::receipt::{MAX_RECORDS, ReceiptStatement};
use serde_json::json;

use crate::cases::{Cases, Object};
use crate::specimen::raw::{self, hex};
use crate::specimen::{DAY, NOW, issue, party, random, time};

pub fn envelopes() -> Cases {
    let mut cases = Cases::default();
    let (patient, doctor) = (party("patient"), party("doctor"));
    let statement = |kind| EnvelopeStatement {
        version: 1,
        kind,
        mailbox: random("mailbox").into(),
        recipient: patient.identity.id(),
        recipient_key: random("recipient key"),
        sequence: 7,
        expires: time(NOW + 30 * DAY),
        body: b"a message".to_vec().into(),
        time: time(NOW),
        salt: random("envelope"),
        actor: doctor.device.public_key(),
        sender: doctor.identity.id(),
        authority: doctor.actor.authority,
        grant: Some(random("grant").into()),
    };
    let of = |bytes: &[u8]| json!({ "bytes": hex(bytes) });
    for kind in MessageKind::ALL {
        cases.accept(
            "ENV-2",
            "envelope.verify",
            &format!("kind {}", kind.number()),
            of(issue(statement(*kind), &doctor.device).bytes()),
        );
    }
    let without_grant = EnvelopeStatement {
        grant: None,
        ..statement(MessageKind::AppointmentRequest)
    };
    cases.accept(
        "ENV-1",
        "envelope.verify",
        "without a grant",
        of(issue(without_grant.clone(), &doctor.device).bytes()),
    );
    let full = issue(statement(MessageKind::Submission), &doctor.device);
    let bare = issue(without_grant, &doctor.device);
    for (envelope, extra) in [(&full, "CBOR-2"), (&bare, "CBOR-3")] {
        cases.damage(&Object {
            op: "envelope.verify",
            label: Label::Envelope,
            key: &doctor.device,
            bytes: envelope.bytes(),
            module: "envelope",
            salt: envelope.salt,
            extra,
            parameter: None,
        });
    }
    for (name, expires) in [
        ("expires when it was written", NOW),
        ("expires before it was written", NOW - 1),
    ] {
        let refused = EnvelopeStatement {
            expires: time(expires),
            ..statement(MessageKind::Notice)
        };
        cases.refuse(
            "ENV-1",
            "envelope.verify",
            name,
            of(&raw::signed(Label::Envelope, &cbor::encode(&refused), &doctor.device)),
            "envelope.rule",
        );
    }
    let payload = raw::payload(Label::Envelope, full.bytes());
    for number in [0u8, 6, 23] {
        let mut unknown = payload.clone();
        unknown[2] = number;
        cases.refuse(
            "ENV-2",
            "envelope.verify",
            &format!("kind {number}"),
            of(&raw::signed(Label::Envelope, &unknown, &doctor.device)),
            "envelope.malformed",
        );
    }
    let input = |mailbox: &str, recipient: &str, key: &str, now: u64| {
        let recipient = if recipient == "patient" {
            patient.identity.id()
        } else {
            random(recipient).into()
        };
        json!({ "envelope": hex(full.bytes()), "mailbox": random(mailbox), "recipient": recipient, "recipient_key": random(key), "now": now })
    };
    cases.accept(
        "ENV-4",
        "envelope.address",
        "as addressed",
        input("mailbox", "patient", "recipient key", NOW + 60),
    );
    for (name, refused, code) in [
        (
            "in another mailbox",
            input("another mailbox", "patient", "recipient key", NOW),
            "envelope.mailbox",
        ),
        (
            "for another person",
            input("mailbox", "another", "recipient key", NOW),
            "envelope.recipient",
        ),
        (
            "to another key",
            input("mailbox", "patient", "another key", NOW),
            "envelope.recipient",
        ),
        (
            "expired",
            input("mailbox", "patient", "recipient key", NOW + 30 * DAY),
            "envelope.expired",
        ),
    ] {
        cases.refuse("ENV-4", "envelope.address", name, refused, code);
    }
    cases
}

pub fn receipts() -> Cases {
    let mut cases = Cases::default();
    let (patient, doctor) = (party("patient"), party("doctor"));
    let statement = |records: usize| ReceiptStatement {
        version: 1,
        grant: random("grant").into(),
        patient: patient.identity.id(),
        records: (0..records).map(|n| random(&format!("record {n}")).into()).collect(),
        time: time(NOW),
        salt: random("receipt"),
        actor: doctor.device.public_key(),
        reader: doctor.identity.id(),
        authority: doctor.actor.authority,
    };
    let of = |bytes: &[u8]| json!({ "bytes": hex(bytes) });
    for (rule, name, records) in [("RCPT-1", "one record", 1), ("STMT-4", "three records", 3)] {
        cases.accept(
            rule,
            "receipt.verify",
            name,
            of(issue(statement(records), &doctor.device).bytes()),
        );
    }
    let receipt = issue(statement(2), &doctor.device);
    cases.damage(&Object {
        op: "receipt.verify",
        label: Label::Receipt,
        key: &doctor.device,
        bytes: receipt.bytes(),
        module: "receipt",
        salt: receipt.salt,
        extra: "CBOR-2",
        parameter: None,
    });
    for (name, records) in [("no record", 0), ("1025 records", MAX_RECORDS + 1)] {
        let bytes = raw::signed(Label::Receipt, &cbor::encode(&statement(records)), &doctor.device);
        cases.refuse("RCPT-1", "receipt.verify", name, of(&bytes), "receipt.rule");
    }
    cases
}
