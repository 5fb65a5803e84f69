//! `copy_to.json`: the patient lets a lab send one result to who ordered it.

use protocol::cbor;
use protocol::copy_to::CopyToStatement;
use protocol::key::Signer;
use protocol::label::Label;
use serde_json::{Value, json};

use crate::cases::{Cases, Object};
use crate::specimen::raw::{self, hex};
use crate::specimen::{DAY, NOW, issue, key, party, period, random, time};

fn of(bytes: &[u8]) -> Value {
    json!({ "bytes": hex(bytes) })
}

pub fn cases() -> Cases {
    let mut cases = Cases::default();
    let (patient, lab, doctor, stranger) = (party("patient"), party("lab"), party("doctor"), party("stranger"));
    let plain = CopyToStatement {
        version: 1,
        patient: patient.identity.id(),
        grant: random("lab grant").into(),
        lab: lab.identity.id(),
        order: random("order").into(),
        recipient: doctor.identity.id(),
        recipient_grant: random("doctor grant").into(),
        sealing_key: (0..1216u32).map(|i| (i % 251) as u8).collect::<Vec<_>>().into(),
        origin: "https://relay.example".to_owned(),
        mailbox: random("copy mailbox").into(),
        send: key("copy send").public_key(),
        period: period(NOW, Some(NOW + 30 * DAY)),
        time: time(NOW),
        salt: random("copy to"),
        actor: patient.device.public_key(),
        authority: patient.actor.authority,
    };
    let signed = issue(plain.clone(), &patient.device);
    cases.accept("COPY-1", "copy_to.verify", "thirty days", of(signed.bytes()));
    cases.damage(&Object {
        op: "copy_to.verify",
        label: Label::CopyTo,
        key: &patient.device,
        bytes: signed.bytes(),
        module: "copy_to",
        salt: plain.salt,
        extra: "CBOR-2",
        parameter: None,
    });
    let mut broken = |name: &str, change: &dyn Fn(&mut CopyToStatement)| {
        let mut statement = plain.clone();
        change(&mut statement);
        let bytes = raw::signed(Label::CopyTo, &cbor::encode(&statement), &patient.device);
        cases.refuse("COPY-2", "copy_to.verify", name, of(&bytes), "copy_to.rule");
    };
    broken("without an end", &|c| c.period.until = None);
    broken("ends before it begins", &|c| c.period = period(NOW, Some(NOW - 1)));
    broken("to the lab itself", &|c| c.recipient = c.lab);
    broken("to the patient", &|c| c.recipient = c.patient);
    broken("one grant twice", &|c| c.recipient_grant = c.grant);
    broken("a key too short", &|c| c.sealing_key = vec![1; 32].into());
    broken("no origin", &|c| c.origin.clear());
    broken("an origin too long", &|c| c.origin = "a".repeat(257));
    let input = |author: &str, about: &str, order: &str, now: u64| {
        let id = |name: &str| match name {
            "lab" => lab.identity.id(),
            "patient" => patient.identity.id(),
            "doctor" => doctor.identity.id(),
            _ => stranger.identity.id(),
        };
        json!({
            "copy_to": hex(signed.bytes()),
            "author": id(author),
            "patient": id(about),
            "replies_to": random(order),
            "now": now,
        })
    };
    let op = "copy_to.check";
    cases.accept("COPY-3", op, "the result", input("lab", "patient", "order", NOW));
    cases.accept(
        "COPY-3",
        op,
        "in the last second",
        input("lab", "patient", "order", NOW + 30 * DAY - 1),
    );
    for (name, refused, code) in [
        (
            "by a stranger",
            input("stranger", "patient", "order", NOW),
            "copy_to.lab",
        ),
        (
            "by the recipient",
            input("doctor", "patient", "order", NOW),
            "copy_to.lab",
        ),
        (
            "about another patient",
            input("lab", "stranger", "order", NOW),
            "copy_to.patient",
        ),
        (
            "for another request",
            input("lab", "patient", "another order", NOW),
            "copy_to.order",
        ),
        (
            "too early",
            input("lab", "patient", "order", NOW - 1),
            "copy_to.not_yet",
        ),
        (
            "too late",
            input("lab", "patient", "order", NOW + 30 * DAY),
            "copy_to.over",
        ),
    ] {
        cases.refuse("COPY-3", op, name, refused, code);
    }
    cases
}
