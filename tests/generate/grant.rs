//! `grant.json`: grants, what they allow and cover, and that they only narrow.

use protocol::category::Category;
use protocol::cbor;
use protocol::grant::{GrantStatement, Permission, Purpose, Right};
use protocol::label::Label;
use protocol::time::Period;
use serde_json::{Value, json};

use crate::cases::{Cases, Object};
use crate::specimen::raw::{self, hex};
use crate::specimen::{DAY, NOW, Party, grant_statement, issue, party, period, random};

struct People {
    patient: Party,
    doctor: Party,
    stranger: Party,
}

pub fn cases() -> Cases {
    let people = People {
        patient: party("patient"),
        doctor: party("doctor"),
        stranger: party("stranger"),
    };
    let mut cases = Cases::default();
    formats(&mut cases, &people);
    teams(&mut cases, &people);
    allows(&mut cases, &people);
    covers(&mut cases, &people);
    narrows(&mut cases, &people);
    cases
}

fn of(bytes: &[u8]) -> Value {
    json!({ "bytes": hex(bytes) })
}

fn signed(statement: &GrantStatement, patient: &Party) -> Vec<u8> {
    raw::signed(Label::Grant, &cbor::encode(statement), &patient.device)
}

fn formats(cases: &mut Cases, people: &People) {
    let plain = grant_statement(&people.patient, &people.doctor);
    let grant = issue(plain.clone(), &people.patient.device);
    cases.accept(
        "GRANT-1",
        "grant.verify",
        "reading for 30 days, sending for 120",
        of(grant.bytes()),
    );
    for purpose in Purpose::ALL {
        let statement = GrantStatement {
            purpose: *purpose,
            ..plain.clone()
        };
        cases.accept(
            "GRANT-5",
            "grant.verify",
            purpose.as_str(),
            of(issue(statement, &people.patient.device).bytes()),
        );
    }
    cases.damage(&Object {
        op: "grant.verify",
        label: Label::Grant,
        key: &people.patient.device,
        bytes: grant.bytes(),
        module: "grant",
        salt: grant.salt,
        extra: "CBOR-2",
        parameter: None,
    });
    let mut with = |rule: &str, name: &str, change: &dyn Fn(&mut GrantStatement)| {
        let mut statement = plain.clone();
        change(&mut statement);
        cases.refuse(
            rule,
            "grant.verify",
            name,
            of(&signed(&statement, &people.patient)),
            "grant.rule",
        );
    };
    with("GRANT-3", "categories not in order", &|g| g.scope.categories.reverse());
    with("GRANT-3", "a category twice", &|g| {
        g.scope.categories.push(Category::Laboratory)
    });
    with("GRANT-3", "a record twice", &|g| {
        g.scope.records.push(random("named record").into())
    });
    with("GRANT-3", "records not in order", &|g| {
        g.scope.records = vec![random("b").into(), random("a").into()];
        g.scope.records.sort_unstable();
        g.scope.records.reverse();
    });
    with("GRANT-3", "a scope's period that ends as it begins", &|g| {
        g.scope.period = Some(Period {
            until: Some(plain.time),
            from: plain.time,
        })
    });
    with("GRANT-3", "4097 single records", &|g| {
        g.scope.records = (0..4097).map(|n| random(&format!("record {n}")).into()).collect();
        g.scope.records.sort_unstable();
    });
    with("GRANT-4", "no right", &|g| g.permissions.clear());
    with("GRANT-4", "rights not in order", &|g| g.permissions.reverse());
    with("GRANT-4", "a right twice", &|g| g.permissions.push(g.permissions[1]));
    with("GRANT-4", "a right that ends before it begins", &|g| {
        g.permissions[0].period.until = Some(g.time.minus(1))
    });
    let payload = cbor::encode(&plain);
    let grantee = payload
        .windows(3)
        .position(|w| w == [0x82, 1, 0x58])
        .expect("the grantee is there")
        + 1;
    let right = payload
        .windows(3)
        .position(|w| w == [0x82, 1, 0x82])
        .expect("the right is there")
        + 1;
    let purpose = payload
        .windows(3)
        .rposition(|w| w == [1, 0x58, 0x20])
        .expect("the purpose is there");
    for (rule, name, place, number) in [
        ("GRANT-2", "a bearer as grantee", grantee, 3u8),
        ("GRANT-2", "no kind of grantee", grantee, 0),
        ("GRANT-2", "an unknown kind of grantee", grantee, 4),
        ("GRANT-4", "an unknown right", right, 4),
        ("GRANT-4", "right 0", right, 0),
        ("GRANT-5", "an unknown purpose", purpose, 8),
        ("GRANT-5", "purpose 0", purpose, 0),
    ] {
        let mut unknown = payload.clone();
        unknown[place] = number;
        cases.refuse(
            rule,
            "grant.verify",
            name,
            of(&raw::signed(Label::Grant, &unknown, &people.patient.device)),
            "grant.malformed",
        );
    }
}

fn teams(cases: &mut Cases, people: &People) {
    let mut team = grant_statement(&people.patient, &people.doctor);
    team.grantee = protocol::grant::Grantee::Team(people.doctor.identity.id());
    let grant = signed(&team, &people.patient);
    cases.accept("GRANT-2", "grant.verify", "a team", of(&grant));
    for (name, grantee, right, code) in [
        ("another organization", &people.stranger, "read", "grant.grantee"),
        ("the patient", &people.patient, "read", "grant.grantee"),
        ("a right that the team lacks", &people.doctor, "order", "grant.right"),
    ] {
        let input = json!({ "grant": hex(&grant), "grantee": grantee.identity.id(), "right": right, "now": NOW });
        cases.refuse("GRANT-6", "grant.allows", name, input, code);
    }
}

fn allows(cases: &mut Cases, people: &People) {
    let grant = hex(&signed(
        &grant_statement(&people.patient, &people.doctor),
        &people.patient,
    ));
    let input = |grantee: &Party, right: &str, now: u64| json!({ "grant": grant, "grantee": grantee.identity.id(), "right": right, "now": now });
    let doctor = &people.doctor;
    cases.accept(
        "GRANT-6",
        "grant.allows",
        "reading from the first second",
        input(doctor, "read", NOW),
    );
    cases.accept(
        "GRANT-6",
        "grant.allows",
        "reading in the last second",
        input(doctor, "read", NOW + 30 * DAY - 1),
    );
    cases.accept(
        "GRANT-6",
        "grant.allows",
        "sending when reading is over",
        input(doctor, "append", NOW + 60 * DAY),
    );
    for (name, refused, code) in [
        ("somebody else", input(&people.stranger, "read", NOW), "grant.grantee"),
        ("the patient", input(&people.patient, "read", NOW), "grant.grantee"),
        ("a right that was not given", input(doctor, "order", NOW), "grant.right"),
        ("an unknown right", input(doctor, "erase", NOW), "grant.kind"),
        ("a second too early", input(doctor, "read", NOW - 1), "grant.not_yet"),
        (
            "the first second after the end",
            input(doctor, "read", NOW + 30 * DAY),
            "grant.over",
        ),
        (
            "reading while sending still holds",
            input(doctor, "read", NOW + 60 * DAY),
            "grant.over",
        ),
        (
            "sending when it is over",
            input(doctor, "append", NOW + 120 * DAY),
            "grant.over",
        ),
        (
            "a forged grant",
            {
                let forged = raw::signed(
                    Label::Grant,
                    &cbor::encode(&grant_statement(&people.patient, &people.doctor)),
                    &people.stranger.device,
                );
                json!({ "grant": hex(&forged), "grantee": doctor.identity.id(), "right": "read", "now": NOW })
            },
            "grant.signature",
        ),
    ] {
        cases.refuse("GRANT-6", "grant.allows", name, refused, code);
    }
}

fn covers(cases: &mut Cases, people: &People) {
    let grant = hex(&signed(
        &grant_statement(&people.patient, &people.doctor),
        &people.patient,
    ));
    let input = |record: &str, category: &str, time: u64| json!({ "grant": grant, "record": random(record), "category": category, "time": time });
    cases.accept(
        "GRANT-7",
        "grant.covers",
        "a category, in the period",
        input("some record", "laboratory", NOW),
    );
    cases.accept(
        "GRANT-7",
        "grant.covers",
        "a single record of any category and time",
        input("named record", "imaging", 0),
    );
    for (name, refused, code) in [
        ("another category", input("some record", "imaging", NOW), "grant.scope"),
        (
            "before the period",
            input("some record", "laboratory", NOW - 366 * DAY),
            "grant.scope",
        ),
        (
            "a category next to a given one",
            input("some record", "allergy", NOW),
            "grant.scope",
        ),
        (
            "another record, before the period",
            input("other record", "problem", 0),
            "grant.scope",
        ),
        (
            "an unknown category",
            input("some record", "everything", NOW),
            "category.unknown",
        ),
        ("no category", input("some record", "", NOW), "category.unknown"),
    ] {
        cases.refuse("GRANT-7", "grant.covers", name, refused, code);
    }
}

fn narrows(cases: &mut Cases, people: &People) {
    let outer = grant_statement(&people.patient, &people.doctor);
    let input = |outer: &GrantStatement, change: &dyn Fn(&mut GrantStatement)| {
        let mut inner = outer.clone();
        change(&mut inner);
        json!({ "outer": hex(&signed(outer, &people.patient)), "inner": hex(&signed(&inner, &people.patient)) })
    };
    cases.accept("GRANT-8", "grant.narrower", "the same", input(&outer, &|_| {}));
    cases.accept(
        "GRANT-8",
        "grant.narrower",
        "fewer categories, rights and days",
        input(&outer, &|g| {
            g.scope.categories.pop();
            g.scope.records.clear();
            g.scope.period = Some(period(NOW - DAY, Some(NOW)));
            g.scope.ongoing = false;
            g.permissions.pop();
            g.permissions[0].period = period(NOW + DAY, Some(NOW + 2 * DAY));
        }),
    );
    cases.accept(
        "GRANT-8",
        "grant.narrower",
        "for somebody else",
        input(&outer, &|g| {
            g.grantee = grant_statement(&people.patient, &people.stranger).grantee
        }),
    );
    let day_only = GrantStatement {
        scope: protocol::grant::Scope {
            ongoing: false,
            ..outer.scope.clone()
        },
        ..outer.clone()
    };
    for (name, refused) in [
        (
            "a category more",
            input(&outer, &|g| g.scope.categories.insert(0, Category::Demographics)),
        ),
        (
            "a record more",
            input(&outer, &|g| {
                g.scope.records.push(random("another record").into());
                g.scope.records.sort_unstable();
            }),
        ),
        ("without the scope's period", input(&outer, &|g| g.scope.period = None)),
        (
            "an earlier beginning of the scope",
            input(&outer, &|g| g.scope.period = Some(period(NOW - 366 * DAY, None))),
        ),
        (
            "from now on instead of as of today",
            input(&day_only, &|g| g.scope.ongoing = true),
        ),
        (
            "a right more",
            input(&outer, &|g| {
                g.permissions.push(Permission {
                    right: Right::Order,
                    ..g.permissions[0]
                })
            }),
        ),
        (
            "a right for a day longer",
            input(&outer, &|g| g.permissions[0].period = period(NOW, Some(NOW + 31 * DAY))),
        ),
        (
            "a right without an end",
            input(&outer, &|g| g.permissions[0].period.until = None),
        ),
        (
            "a right a second earlier",
            input(&outer, &|g| g.permissions[0].period.from = g.time.minus(1)),
        ),
        (
            "another patient's records",
            input(&outer, &|g| g.patient = people.stranger.identity.id()),
        ),
    ] {
        cases.refuse("GRANT-8", "grant.narrower", name, refused, "grant.wider");
    }
}
