//! `identity.json`: identity statements, device statements and removals, evidence of a signer.

use protocol::cbor;
use protocol::cbor::Bytes;
use protocol::hash::sha256;
use protocol::identity::{DeviceRemoval, DeviceStatement, Evidence, RecoveryPolicy};
use protocol::key::Signer;
use protocol::label::Label;
use protocol::statement::Signed;
use serde_json::{Value, json};

use crate::cases::{Cases, Object};
use crate::specimen::raw::{self, hex};
use crate::specimen::{NOW, Party, device_statement, identity, issue, key, party, random, time};

fn of(bytes: &[u8]) -> Value {
    json!({ "bytes": hex(bytes) })
}

pub fn cases() -> Cases {
    let mut cases = Cases::default();
    let patient = party("patient");
    identities(&mut cases, &patient);
    devices(&mut cases, &patient);
    removals(&mut cases, &patient);
    evidences(&mut cases, &patient);
    cases
}

fn identities(cases: &mut Cases, patient: &Party) {
    cases.accept("IDENT-1", "identity.verify", "a person", of(patient.identity.bytes()));
    let next = sha256(&[key("next root").public_key().as_bytes()]);
    cases.accept(
        "IDENT-1",
        "identity.verify",
        "an organization with a committed next root key",
        of(identity("organization", Some(next)).bytes()),
    );
    let object = Object {
        op: "identity.verify",
        label: Label::Identity,
        key: &patient.root,
        bytes: patient.identity.bytes(),
        module: "identity",
        salt: patient.identity.salt,
        extra: "CBOR-3",
        parameter: None,
    };
    cases.damage(&object);
    for (name, delay, approvals) in [("a delay", 3600, 0), ("approvals", 0, 2), ("both", 86_400, 1)] {
        let mut statement = patient.identity.clone().into_statement();
        statement.recovery = RecoveryPolicy { delay, approvals };
        let bytes = raw::signed(Label::Identity, &cbor::encode(&statement), &patient.root);
        cases.refuse("IDENT-2", "identity.verify", name, of(&bytes), "identity.rule");
    }
    cases.accept(
        "IDENT-3",
        "identity.fingerprint",
        "a fingerprint",
        json!({ "identity": patient.identity.id() }),
    );
}

fn devices(cases: &mut Cases, patient: &Party) {
    let first: Signed<DeviceStatement> = Signed::verify(&patient.evidence.devices[0]).unwrap();
    cases.accept("IDENT-4", "device.verify", "certified by the root", of(first.bytes()));
    let second = issue(
        device_statement(
            &patient.identity,
            "patient second",
            &key("patient second"),
            &patient.device,
            Some(&first),
        ),
        &patient.device,
    );
    cases.accept(
        "IDENT-4",
        "device.verify",
        "certified by an admin device",
        of(second.bytes()),
    );
    cases.damage(&Object {
        op: "device.verify",
        label: Label::Device,
        key: &patient.root,
        bytes: first.bytes(),
        module: "identity",
        salt: first.salt,
        extra: "CBOR-3",
        parameter: None,
    });
}

fn removals(cases: &mut Cases, patient: &Party) {
    let removal = DeviceRemoval {
        version: 1,
        identity: patient.identity.id(),
        device: patient.actor.authority,
        time: time(NOW + 60),
        salt: random("removal"),
        actor: patient.root.public_key(),
        authority: None,
    };
    let signed = issue(removal, &patient.root);
    cases.accept(
        "IDENT-5",
        "device_removal.verify",
        "removed by the root",
        of(signed.bytes()),
    );
    cases.damage(&Object {
        op: "device_removal.verify",
        label: Label::DeviceRemoval,
        key: &patient.root,
        bytes: signed.bytes(),
        module: "identity",
        salt: signed.salt,
        extra: "CBOR-3",
        parameter: None,
    });
    let mislabelled = raw::signed(Label::Device, &cbor::encode(&signed.into_statement()), &patient.root);
    cases.refuse(
        "LABEL-1",
        "device_removal.verify",
        "signed as a device statement",
        of(&mislabelled),
        "identity.kind",
    );
}

fn evidences(cases: &mut Cases, patient: &Party) {
    let wire = |evidence: &Evidence| of(&cbor::encode(evidence));
    let with = |identity: &[u8], devices: &[&[u8]]| Evidence {
        identity: identity.to_vec().into(),
        devices: devices.iter().map(|bytes| bytes.to_vec().into()).collect(),
        roots: None,
    };
    let first: Signed<DeviceStatement> = Signed::verify(&patient.evidence.devices[0]).unwrap();
    let device = |name: &str, by: &crate::specimen::Key, authority: Option<&Signed<DeviceStatement>>, admin: bool| {
        let mut statement = device_statement(&patient.identity, name, &key(name), by, authority);
        statement.admin = admin;
        issue(statement, by)
    };
    let second = device("patient second", &patient.device, Some(&first), true);
    let third = device("patient third", &key("patient second"), Some(&second), false);
    let root = patient.identity.bytes();
    cases.accept("IDENT-6", "evidence.verify", "one device", wire(&patient.evidence));
    cases.accept(
        "IDENT-6",
        "evidence.verify",
        "three devices, the last no admin",
        wire(&with(root, &[first.bytes(), second.bytes(), third.bytes()])),
    );

    let stranger = party("stranger");
    let plain = device("patient plain", &patient.root, None, false);
    let by_plain = device("patient after", &key("patient plain"), Some(&plain), true);
    let unnamed = device("patient unnamed", &patient.device, None, true);
    let skipped = device("patient skipped", &patient.device, Some(&second), true);
    let named = device("patient named", &patient.root, Some(&first), true);
    let many: Vec<&[u8]> = (0..9).map(|_| first.bytes()).collect();
    let forged = raw::signed(
        Label::Device,
        &raw::payload(Label::Device, first.bytes()),
        &stranger.root,
    );
    for (name, evidence, code) in [
        ("no device", with(root, &[]), "identity.empty"),
        ("nine devices", with(root, &many), "identity.too_long"),
        (
            "another person's identity",
            with(stranger.identity.bytes(), &[first.bytes()]),
            "identity.other",
        ),
        (
            "another person's device behind ours",
            with(root, &[first.bytes(), &stranger.evidence.devices[0]]),
            "identity.other",
        ),
        (
            "the first not by the root",
            with(root, &[second.bytes()]),
            "identity.root",
        ),
        (
            "the first by a device that names no authority",
            with(root, &[unnamed.bytes()]),
            "identity.root",
        ),
        (
            "the first by the root in a device's name",
            with(root, &[named.bytes()]),
            "identity.root",
        ),
        (
            "the second by the root",
            with(root, &[first.bytes(), plain.bytes()]),
            "identity.authority",
        ),
        (
            "the second by the root in a device's name",
            with(root, &[first.bytes(), named.bytes()]),
            "identity.authority",
        ),
        (
            "certified by a device that is no admin",
            with(root, &[plain.bytes(), by_plain.bytes()]),
            "identity.authority",
        ),
        (
            "names another statement as authority",
            with(root, &[first.bytes(), skipped.bytes()]),
            "identity.authority",
        ),
        (
            "a link left out",
            with(root, &[first.bytes(), third.bytes()]),
            "identity.authority",
        ),
        ("signed by a stranger", with(root, &[&forged]), "identity.signature"),
        (
            "a device statement instead of the identity",
            with(first.bytes(), &[first.bytes()]),
            "identity.kind",
        ),
        (
            "the identity instead of a device statement",
            with(root, &[root]),
            "identity.kind",
        ),
    ] {
        cases.refuse("IDENT-7", "evidence.verify", name, wire(&evidence), code);
    }
    let good = cbor::encode(&patient.evidence);
    cases.refuse(
        "IDENT-6",
        "evidence.verify",
        "a byte behind",
        of(&[&good[..], &[0]].concat()),
        "identity.malformed",
    );
    let text = cbor::encode(&(Bytes::from(root.to_vec()), "device".to_owned()));
    cases.refuse(
        "IDENT-6",
        "evidence.verify",
        "a text instead of the devices",
        of(&text),
        "identity.malformed",
    );
}
