//! `delegation.json`: a grantee passes a part of a grant on.

use protocol::cbor;
use protocol::delegation::DelegationStatement;
use protocol::grant::{GrantStatement, Grantee, Permission, Right};
use protocol::key::Signer;
use protocol::label::Label;
use serde_json::{Value, json};

use crate::cases::{Cases, Object};
use crate::specimen::raw::{self, hex};
use crate::specimen::{DAY, NOW, Party, grant_statement, issue, party, period, random, time};

fn of(bytes: &[u8]) -> Value {
    json!({ "bytes": hex(bytes) })
}

fn delegation(grant: &GrantStatement, patient: &Party, doctor: &Party, colleague: &Party) -> DelegationStatement {
    let permission = |right| Permission {
        right,
        period: period(NOW + DAY, Some(NOW + 2 * DAY)),
    };
    DelegationStatement {
        version: 1,
        grant: issue(grant.clone(), &patient.device).id(),
        patient: patient.identity.id(),
        delegate: colleague.identity.id(),
        permissions: vec![permission(Right::Read), permission(Right::Append)],
        time: time(NOW + 60),
        salt: random("delegation"),
        actor: doctor.device.public_key(),
        delegator: doctor.identity.id(),
        authority: doctor.actor.authority,
    }
}

pub fn cases() -> Cases {
    let mut cases = Cases::default();
    let (patient, doctor) = (party("patient"), party("doctor"));
    let (colleague, stranger) = (party("colleague"), party("stranger"));
    let grant = grant_statement(&patient, &doctor);
    let plain = delegation(&grant, &patient, &doctor, &colleague);
    let signed = issue(plain.clone(), &doctor.device);
    cases.accept(
        "DELEG-1",
        "delegation.verify",
        "reading and writing",
        of(signed.bytes()),
    );
    cases.damage(&Object {
        op: "delegation.verify",
        label: Label::Delegation,
        key: &doctor.device,
        bytes: signed.bytes(),
        module: "delegation",
        salt: plain.salt,
        extra: "CBOR-2",
        parameter: None,
    });
    let mut broken = |name: &str, change: &dyn Fn(&mut DelegationStatement)| {
        let mut statement = plain.clone();
        change(&mut statement);
        let bytes = raw::signed(Label::Delegation, &cbor::encode(&statement), &doctor.device);
        cases.refuse("DELEG-2", "delegation.verify", name, of(&bytes), "delegation.rule");
    };
    broken("no right", &|d| d.permissions.clear());
    broken("rights not in order", &|d| d.permissions.reverse());
    broken("a right twice", &|d| d.permissions.push(d.permissions[1]));
    broken("ordering", &|d| d.permissions[1].right = Right::Order);
    broken("without an end", &|d| d.permissions[0].period.until = None);
    broken("ends before it begins", &|d| {
        d.permissions[0].period = period(NOW + DAY, Some(NOW))
    });
    broken("to oneself", &|d| d.delegate = d.delegator);
    under(&mut cases, &grant, &plain, &patient, &doctor, &colleague, &stranger);
    allows(&mut cases, &grant, &plain, &patient, &doctor);
    cases
}

fn under(
    cases: &mut Cases,
    grant: &GrantStatement,
    plain: &DelegationStatement,
    patient: &Party,
    doctor: &Party,
    colleague: &Party,
    stranger: &Party,
) {
    let input = |grant: &GrantStatement, by: &Party, change: &dyn Fn(&mut DelegationStatement)| {
        let grant = issue(grant.clone(), &patient.device);
        let mut statement = plain.clone();
        statement.grant = grant.id();
        change(&mut statement);
        json!({ "grant": hex(grant.bytes()), "delegation": hex(issue(statement, &by.device).bytes()) })
    };
    let op = "delegation.under";
    cases.accept("DELEG-3", op, "narrower than the grant", input(grant, doctor, &|_| {}));
    let team = GrantStatement {
        grantee: Grantee::Team(doctor.identity.id()),
        ..grant.clone()
    };
    for (name, refused, code) in [
        (
            "another grant",
            input(grant, doctor, &|d| d.grant = random("another grant").into()),
            "delegation.grant",
        ),
        (
            "another patient",
            input(grant, doctor, &|d| d.patient = stranger.identity.id()),
            "delegation.grant",
        ),
        (
            "by a stranger",
            input(grant, stranger, &|d| {
                d.actor = stranger.actor.device;
                d.delegator = stranger.identity.id();
                d.authority = stranger.actor.authority;
            }),
            "delegation.delegator",
        ),
        (
            "passed on by the delegate",
            input(grant, colleague, &|d| {
                d.actor = colleague.actor.device;
                d.delegator = colleague.identity.id();
                d.authority = colleague.actor.authority;
                d.delegate = stranger.identity.id();
            }),
            "delegation.delegator",
        ),
        (
            "of a team's grant",
            input(&team, doctor, &|_| {}),
            "delegation.delegator",
        ),
        (
            "longer than the grant",
            input(grant, doctor, &|d| {
                d.permissions[0].period = period(NOW + DAY, Some(NOW + 31 * DAY))
            }),
            "delegation.wider",
        ),
        (
            "before the grant",
            input(grant, doctor, &|d| {
                d.permissions[0].period = period(NOW - 1, Some(NOW + DAY))
            }),
            "delegation.wider",
        ),
        (
            "a right that the grant lacks",
            input(
                &GrantStatement {
                    permissions: grant.permissions[..1].to_vec(),
                    ..grant.clone()
                },
                doctor,
                &|_| {},
            ),
            "delegation.wider",
        ),
    ] {
        cases.refuse("DELEG-3", op, name, refused, code);
    }
}

fn allows(cases: &mut Cases, grant: &GrantStatement, plain: &DelegationStatement, patient: &Party, doctor: &Party) {
    let input = |delegation: &DelegationStatement, delegate: protocol::id::IdentityId, right: &str, now: u64| {
        let grant = issue(grant.clone(), &patient.device);
        let delegation = issue(delegation.clone(), &doctor.device);
        json!({ "grant": hex(grant.bytes()), "delegation": hex(delegation.bytes()), "delegate": delegate, "right": right, "now": now })
    };
    let op = "delegation.allows";
    let now = NOW + DAY + 1;
    cases.accept(
        "DELEG-4",
        op,
        "reading in time",
        input(plain, plain.delegate, "read", now),
    );
    let mut reading = plain.clone();
    reading.permissions.truncate(1);
    let mut long = plain.clone();
    long.permissions[0].period = period(NOW, Some(NOW + 90 * DAY));
    for (name, refused, code) in [
        (
            "somebody else",
            input(plain, doctor.identity.id(), "read", now),
            "delegation.delegate",
        ),
        (
            "a right that was not passed on",
            input(&reading, plain.delegate, "append", now),
            "delegation.right",
        ),
        (
            "too early",
            input(plain, plain.delegate, "read", NOW),
            "delegation.not_yet",
        ),
        (
            "the second it ends",
            input(plain, plain.delegate, "read", NOW + 2 * DAY),
            "delegation.over",
        ),
        (
            "after the grant itself",
            input(&long, plain.delegate, "read", NOW + 40 * DAY),
            "delegation.over",
        ),
    ] {
        cases.refuse("DELEG-4", op, name, refused, code);
    }
}
