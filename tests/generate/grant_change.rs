//! `grant_change.json`: what becomes of a grant, and that a change changes nothing twice and widens nothing.

use protocol::cbor;
use protocol::grant::{Grant, GrantStatement, Permission, Right, Standing};
use protocol::grant_change::{GrantChange, GrantChangeStatement};
use protocol::hash::Hash;
use protocol::key::Signer;
use protocol::label::Label;
use serde_json::{Value, json};

use crate::cases::{Cases, Object};
use crate::specimen::raw::{self, hex};
use crate::specimen::{DAY, NOW, Party, grant_statement, issue, party, period, random, time};

struct World {
    patient: Party,
    doctor: Party,
    stranger: Party,
    grant: Grant,
}

impl World {
    fn plain(&self, follows: Hash, standing: Standing, name: &str) -> GrantChangeStatement {
        GrantChangeStatement {
            version: 1,
            patient: self.patient.identity.id(),
            grant: self.grant.id(),
            follows,
            standing,
            scope: self.grant.scope.clone(),
            permissions: self.grant.permissions.clone(),
            time: time(NOW + DAY),
            salt: random(name),
            actor: self.patient.device.public_key(),
            authority: self.patient.actor.authority,
        }
    }

    fn change(&self, follows: Hash, standing: Standing, name: &str) -> GrantChange {
        issue(self.plain(follows, standing, name), &self.patient.device)
    }

    fn changed(&self, follows: Hash, change: &dyn Fn(&mut GrantChangeStatement)) -> GrantChange {
        let mut statement = self.plain(follows, Standing::Live, "changed");
        change(&mut statement);
        issue(statement, &self.patient.device)
    }

    fn input(&self, changes: &[&GrantChange], right: &str, now: u64) -> Value {
        let changes: Vec<String> = changes.iter().map(|change| hex(change.bytes())).collect();
        json!({ "grant": hex(self.grant.bytes()), "changes": changes, "grantee": self.doctor.identity.id(), "right": right, "now": now })
    }
}

pub fn cases() -> Cases {
    let (patient, doctor) = (party("patient"), party("doctor"));
    let grant = issue(grant_statement(&patient, &doctor), &patient.device);
    let world = World {
        stranger: party("stranger"),
        patient,
        doctor,
        grant,
    };
    let mut cases = Cases::default();
    formats(&mut cases, &world);
    follow(&mut cases, &world);
    widen(&mut cases, &world);
    cases
}

fn formats(cases: &mut Cases, world: &World) {
    let op = "grant_change.verify";
    let of = |bytes: &[u8]| json!({ "bytes": hex(bytes) });
    let first = world.grant.hash();
    for standing in Standing::ALL {
        let change = world.change(first, *standing, "format");
        cases.accept("GRANT-9", op, standing.as_str(), of(change.bytes()));
    }
    let change = world.change(first, Standing::Paused, "format");
    cases.damage(&Object {
        op,
        label: Label::GrantChange,
        key: &world.patient.device,
        bytes: change.bytes(),
        module: "grant",
        salt: change.salt,
        extra: "CBOR-2",
        parameter: None,
    });
    let sign = |statement: &GrantChangeStatement| {
        raw::signed(Label::GrantChange, &cbor::encode(statement), &world.patient.device)
    };
    let mut with = |name: &str, change: &dyn Fn(&mut GrantChangeStatement)| {
        let mut statement = world.plain(first, Standing::Live, "format");
        change(&mut statement);
        cases.refuse("GRANT-9", op, name, of(&sign(&statement)), "grant.rule");
    };
    with("no right", &|c| c.permissions.clear());
    with("rights not in order", &|c| c.permissions.reverse());
    with("categories not in order", &|c| c.scope.categories.reverse());
    with("a right that ends before it begins", &|c| {
        c.permissions[0].period.until = Some(time(NOW - 1))
    });
    // The standing stands behind the hash that it follows.
    let payload = cbor::encode(&world.plain(first, Standing::Live, "format"));
    let place = payload
        .windows(32)
        .position(|window| window == first.as_bytes())
        .map(|place| place + 32)
        .expect("the state it follows");
    // The grant's name and the state it follows are the same bytes here; the second one counts.
    let place = payload[place..]
        .windows(32)
        .position(|window| window == first.as_bytes())
        .map_or(place, |next| place + next + 32);
    for (name, number) in [("standing 0", 0u8), ("an unknown standing", 4), ("standing 23", 23)] {
        let mut unknown = payload.clone();
        unknown[place] = number;
        let bytes = raw::signed(Label::GrantChange, &unknown, &world.patient.device);
        cases.refuse("GRANT-9", op, name, of(&bytes), "grant.malformed");
    }
}

fn follow(cases: &mut Cases, world: &World) {
    let op = "grant.change";
    let first = world.grant.hash();
    let pause = world.change(first, Standing::Paused, "pause");
    let resume = world.change(pause.hash(), Standing::Live, "resume");
    let longer = world.changed(resume.hash(), &|c| {
        c.permissions[0].period = period(NOW, Some(NOW + 90 * DAY))
    });
    let end = world.change(longer.hash(), Standing::Ended, "end");
    cases.accept(
        "GRANT-10",
        op,
        "paused and resumed",
        world.input(&[&pause, &resume], "read", NOW + 2 * DAY),
    );
    cases.accept(
        "GRANT-11",
        op,
        "renewed: reading after the first end",
        world.input(&[&pause, &resume, &longer], "read", NOW + 60 * DAY),
    );
    let refused: &[(&str, &str, Value, &str)] = &[
        (
            "GRANT-10",
            "while paused",
            world.input(&[&pause], "read", NOW + 2 * DAY),
            "grant.paused",
        ),
        (
            "GRANT-10",
            "sending while paused",
            world.input(&[&pause], "append", NOW + 2 * DAY),
            "grant.paused",
        ),
        (
            "GRANT-10",
            "the same pause again",
            world.input(&[&pause, &pause], "read", NOW + 2 * DAY),
            "grant.state",
        ),
        (
            "GRANT-10",
            "an old pause after the resumption",
            world.input(&[&pause, &resume, &pause], "read", NOW + 2 * DAY),
            "grant.state",
        ),
        (
            "GRANT-10",
            "an old renewal without what it follows",
            world.input(&[&longer], "read", NOW + 60 * DAY),
            "grant.state",
        ),
        (
            "GRANT-12",
            "after the end",
            world.input(&[&pause, &resume, &longer, &end], "read", NOW + 2 * DAY),
            "grant.revoked",
        ),
        (
            "GRANT-12",
            "an end that follows a state nobody knows",
            world.input(&[&end], "append", NOW + 2 * DAY),
            "grant.revoked",
        ),
        (
            "GRANT-12",
            "resumed after the end",
            world.input(
                &[&end, &world.change(end.hash(), Standing::Live, "again")],
                "read",
                NOW + 2 * DAY,
            ),
            "grant.revoked",
        ),
        (
            "GRANT-12",
            "the same end again",
            world.input(&[&end, &end], "read", NOW + 2 * DAY),
            "grant.revoked",
        ),
        (
            "GRANT-10",
            "over in the end",
            world.input(&[&pause, &resume], "read", NOW + 31 * DAY),
            "grant.over",
        ),
    ];
    for (rule, name, input, code) in refused {
        cases.refuse(rule, op, name, input.clone(), code);
    }
}

fn widen(cases: &mut Cases, world: &World) {
    let op = "grant.change";
    let first = world.grant.hash();
    let narrow = world.changed(first, &|c| {
        c.scope.categories.pop();
        c.permissions.pop();
    });
    cases.accept(
        "GRANT-11",
        op,
        "narrowed: what stays, stays",
        world.input(&[&narrow], "read", NOW + 2 * DAY),
    );
    let other: GrantStatement = grant_statement(&world.patient, &world.stranger);
    let other = issue(other, &world.patient.device);
    let refused: Vec<(&str, &str, GrantChange, &str, &str)> = vec![
        (
            "GRANT-11",
            "a right that was narrowed away",
            narrow.clone(),
            "append",
            "grant.right",
        ),
        (
            "GRANT-11",
            "a right more",
            world.changed(first, &|c| {
                c.permissions.push(Permission {
                    right: Right::Order,
                    ..c.permissions[0]
                })
            }),
            "read",
            "grant.wider",
        ),
        (
            "GRANT-11",
            "a category more",
            world.changed(first, &|c| {
                c.scope.categories.insert(0, protocol::category::Category::Demographics)
            }),
            "read",
            "grant.wider",
        ),
        (
            "GRANT-11",
            "a record more",
            world.changed(first, &|c| {
                c.scope.records.push(random("another record").into());
                c.scope.records.sort_unstable();
            }),
            "read",
            "grant.wider",
        ),
        (
            "GRANT-11",
            "without the scope's period",
            world.changed(first, &|c| c.scope.period = None),
            "read",
            "grant.wider",
        ),
        (
            "GRANT-13",
            "about another grant",
            world.changed(first, &|c| c.grant = other.id()),
            "read",
            "grant.other",
        ),
        (
            "GRANT-13",
            "about another patient's grant",
            world.changed(first, &|c| c.patient = world.stranger.identity.id()),
            "read",
            "grant.other",
        ),
        (
            "GRANT-13",
            "an end of another grant",
            world.changed(first, &|c| {
                c.grant = other.id();
                c.standing = Standing::Ended;
            }),
            "read",
            "grant.other",
        ),
    ];
    for (rule, name, change, right, code) in refused {
        cases.refuse(rule, op, name, world.input(&[&change], right, NOW + 2 * DAY), code);
    }
    let forged = raw::signed(
        Label::GrantChange,
        &cbor::encode(&world.plain(first, Standing::Live, "forged")),
        &world.stranger.device,
    );
    let mut input = world.input(&[&narrow], "read", NOW + 2 * DAY);
    input["changes"] = json!([hex(&forged)]);
    cases.refuse("GRANT-13", op, "signed by somebody else", input, "grant.signature");
}
