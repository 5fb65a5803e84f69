//! `epoch.json`: changes of the root key, and what an `epoch` block lists.

use protocol::block::{Block, BlockKind, BlockStatement, LogCommitment, body_commitment};
use protocol::cbor;
use protocol::epoch::EpochBody;
use protocol::hash::{Hash, sha256};
use protocol::identity::{DeviceRemoval, DeviceStatement, Evidence, Identity};
use protocol::key::Signer;
use protocol::label::Label;
use protocol::root::{RootAcceptance, RootChange, RootStatement};
use protocol::statement::Signed;
use serde_json::{Value, json};

use crate::cases::{Cases, Object};
use crate::specimen::raw::hex;
use crate::specimen::{
    Key, NOW, Party, block_statement, chain, device_statement, identity, issue, key, log, party, random, time,
};

pub fn cases() -> Cases {
    let mut cases = Cases::default();
    let patient = party("patient");
    statements(&mut cases, &patient);
    roots(&mut cases, &patient);
    epochs(&mut cases, &patient);
    cases
}

fn statement(
    identity: &Identity,
    counter: u32,
    previous: Hash,
    new: &Key,
    by: &Key,
    next: Option<Hash>,
) -> Signed<RootStatement> {
    let statement = RootStatement {
        version: 1,
        identity: identity.id(),
        counter,
        previous,
        root: new.public_key(),
        next,
        time: time(NOW + 100),
        salt: random("root change"),
        actor: by.public_key(),
    };
    issue(statement, by)
}

fn acceptance(change: Hash, by: &Key) -> Signed<RootAcceptance> {
    let statement = RootAcceptance {
        version: 1,
        change,
        salt: random("acceptance"),
        actor: by.public_key(),
    };
    issue(statement, by)
}

fn accepted(statement: &Signed<RootStatement>, by: &Key) -> RootChange {
    RootChange {
        statement: statement.bytes().to_vec().into(),
        acceptance: Some(acceptance(statement.hash(), by).bytes().to_vec().into()),
    }
}

fn alone(statement: &Signed<RootStatement>) -> RootChange {
    RootChange {
        statement: statement.bytes().to_vec().into(),
        acceptance: None,
    }
}

fn statements(cases: &mut Cases, patient: &Party) {
    let of = |bytes: &[u8]| json!({ "bytes": hex(bytes) });
    let new = key("patient new root");
    let change = statement(&patient.identity, 1, patient.identity.hash(), &new, &patient.root, None);
    let agreed = acceptance(change.hash(), &new);
    cases.accept("IDENT-9", "root.verify", "by the root in force", of(change.bytes()));
    cases.damage(&Object {
        op: "root.verify",
        label: Label::Root,
        key: &patient.root,
        bytes: change.bytes(),
        module: "identity",
        salt: change.salt,
        extra: "CBOR-3",
        parameter: None,
    });
    cases.accept(
        "IDENT-10",
        "root_acceptance.verify",
        "by the new root",
        of(agreed.bytes()),
    );
    cases.damage(&Object {
        op: "root_acceptance.verify",
        label: Label::RootAcceptance,
        key: &new,
        bytes: agreed.bytes(),
        module: "identity",
        salt: agreed.salt,
        extra: "CBOR-3",
        parameter: None,
    });
}

fn roots(cases: &mut Cases, patient: &Party) {
    let me = &patient.identity;
    let input = |identity: &Identity, changes: &[&RootChange]| {
        let changes: Vec<String> = changes.iter().map(|change| hex(&cbor::encode(*change))).collect();
        json!({ "identity": hex(identity.bytes()), "changes": changes })
    };
    let (one, two, other) = (key("patient root 1"), key("patient root 2"), key("patient root 1b"));
    let first = statement(me, 1, me.hash(), &one, &patient.root, None);
    let second = statement(me, 2, first.hash(), &two, &one, None);
    let (first_change, second_change) = (accepted(&first, &one), accepted(&second, &two));
    cases.accept("IDENT-11", "root.follow", "never changed", input(me, &[]));
    cases.accept("IDENT-11", "root.follow", "one change", input(me, &[&first_change]));
    cases.accept(
        "IDENT-11",
        "root.follow",
        "two changes",
        input(me, &[&first_change, &second_change]),
    );
    let committed = key("next root");
    let after = sha256(&[key("root after next").public_key().as_bytes()]);
    let organization = identity("organization", Some(sha256(&[committed.public_key().as_bytes()])));
    let taken = statement(
        &organization,
        1,
        organization.hash(),
        &committed,
        &committed,
        Some(after),
    );
    cases.accept(
        "IDENT-12",
        "root.follow",
        "the committed next key takes over",
        input(&organization, &[&alone(&taken)]),
    );

    let stranger = party("stranger");
    let fork = accepted(&statement(me, 1, me.hash(), &other, &patient.root, None), &other);
    let skipping = accepted(&statement(me, 3, first.hash(), &two, &one, None), &two);
    let elsewhere = accepted(&statement(me, 2, me.hash(), &two, &one, None), &two);
    let by_stranger = accepted(&statement(me, 1, me.hash(), &one, &stranger.root, None), &one);
    let by_old = accepted(&statement(me, 2, first.hash(), &two, &patient.root, None), &two);
    let theirs = &stranger.identity;
    let of_stranger = accepted(&statement(theirs, 1, theirs.hash(), &one, &stranger.root, None), &one);
    let not_agreed = RootChange {
        acceptance: Some(acceptance(first.hash(), &other).bytes().to_vec().into()),
        ..alone(&first)
    };
    let agreed_to_other = RootChange {
        acceptance: Some(acceptance(second.hash(), &one).bytes().to_vec().into()),
        ..alone(&first)
    };
    let committing = accepted(&statement(me, 1, me.hash(), &one, &patient.root, Some(after)), &one);
    for (name, changes, code) in [
        (
            "the same change again",
            vec![&first_change, &first_change],
            "identity.counter",
        ),
        (
            "a fork: the first one listed stands",
            vec![&first_change, &fork],
            "identity.counter",
        ),
        ("a change left out", vec![&first_change, &skipping], "identity.follows"),
        ("the second without the first", vec![&second_change], "identity.follows"),
        (
            "follows another state",
            vec![&first_change, &elsewhere],
            "identity.follows",
        ),
        ("by a stranger", vec![&by_stranger], "identity.successor"),
        (
            "by the root that was replaced",
            vec![&first_change, &by_old],
            "identity.successor",
        ),
        ("of another identity", vec![&of_stranger], "identity.other"),
        ("accepted by another key", vec![&not_agreed], "identity.successor"),
        (
            "the acceptance is of another change",
            vec![&agreed_to_other],
            "identity.successor",
        ),
        ("not accepted", vec![&alone(&first)], "identity.successor"),
        (
            "begins to commit to a next key",
            vec![&committing],
            "identity.successor",
        ),
    ] {
        cases.refuse("IDENT-11", "root.follow", name, input(me, &changes), code);
    }
    let root = key("organization root");
    let own_way = accepted(
        &statement(&organization, 1, organization.hash(), &one, &root, None),
        &one,
    );
    let uncommitted = alone(&statement(
        &organization,
        1,
        organization.hash(),
        &one,
        &one,
        Some(after),
    ));
    let without_next = alone(&statement(
        &organization,
        1,
        organization.hash(),
        &committed,
        &committed,
        None,
    ));
    for (name, change) in [
        ("the root in force, where a next key is committed to", &own_way),
        ("another key than the committed one", &uncommitted),
        ("no further key is committed to", &without_next),
    ] {
        let refused = input(&organization, &[change]);
        cases.refuse("IDENT-12", "root.follow", name, refused, "identity.successor");
    }
}

struct Devices {
    phone: Evidence,
    laptop: Evidence,
    tablet: Evidence,
}

fn certified(evidence: &Evidence) -> Signed<DeviceStatement> {
    Signed::verify(evidence.devices.last().expect("a device")).expect("it verifies")
}

fn epochs(cases: &mut Cases, patient: &Party) {
    let device = |name: &str, by: &Key, authority: Option<&Signed<DeviceStatement>>, admin: bool| {
        let mut statement = device_statement(&patient.identity, name, &key(name), by, authority);
        statement.admin = admin;
        issue(statement, by)
    };
    let with = |devices: &[&Signed<DeviceStatement>], roots: Option<Vec<RootChange>>| Evidence {
        identity: patient.identity.bytes().to_vec().into(),
        devices: devices.iter().map(|device| device.bytes().to_vec().into()).collect(),
        roots,
    };
    let laptop = device("patient laptop", &patient.root, None, true);
    let tablet = device("patient tablet", &key("patient laptop"), Some(&laptop), false);
    let devices = Devices {
        phone: patient.evidence.clone(),
        laptop: with(&[&laptop], None),
        tablet: with(&[&laptop, &tablet], None),
    };
    let blocks = chain(patient, &[BlockKind::Genesis]);
    let open = |before: &Block, by: &Key, authority: Hash, body: &EpochBody| {
        let body = crate::specimen::body(&cbor::encode(body));
        let statement = BlockStatement {
            actor: by.public_key(),
            authority: authority.into(),
            body: body_commitment(&body),
            time: time(NOW + 500),
            log: Some(LogCommitment {
                log_key: random("next log key"),
                log: log(),
            }),
            ..block_statement(patient, Some(before), BlockKind::Epoch, b"")
        };
        (issue(statement, by), body)
    };
    let next = |before: &Block, by: &Key, authority: Hash, seconds: u64| {
        let statement = BlockStatement {
            actor: by.public_key(),
            authority: authority.into(),
            time: time(seconds),
            ..block_statement(patient, Some(before), BlockKind::Note, b"")
        };
        issue(statement, by)
    };
    let removal = |by: &Key, authority: Option<Hash>, device: Hash| {
        let statement = DeviceRemoval {
            version: 1,
            identity: patient.identity.id(),
            device: device.into(),
            time: time(NOW + 400),
            salt: random("removal"),
            actor: by.public_key(),
            authority: authority.map(Into::into),
        };
        issue(statement, by).bytes().to_vec().into()
    };
    let body = |removals: Vec<cbor::Bytes>, roots: Vec<RootChange>| EpochBody {
        removals,
        roots,
        devices: Vec::new(),
        sealed: Vec::new(),
        recovery: None,
    };
    let hexed = |evidence: &Evidence| hex(&cbor::encode(evidence));
    let input = |listed: &[&Evidence], epochs: &[&(Block, Vec<u8>)], joining: &[&Evidence], block: &Block| -> Value {
        let epochs: Vec<Value> = epochs
            .iter()
            .map(|(block, body)| json!({ "block": hex(block.bytes()), "body": hex(body) }))
            .collect();
        json!({
            "owner": patient.identity.id(),
            "devices": listed.iter().map(|one| hexed(one)).collect::<Vec<_>>(),
            "epochs": epochs,
            "joining": joining.iter().map(|one| hexed(one)).collect::<Vec<_>>(),
            "block": hex(block.bytes()),
        })
    };
    let (phone_key, laptop_key, tablet_key) = (&patient.device, key("patient laptop"), key("patient tablet"));
    let phone = certified(&devices.phone).hash();
    let all = [&devices.phone, &devices.laptop, &devices.tablet];
    let gone = body(vec![removal(&patient.root, None, laptop.hash())], Vec::new());
    let epoch = open(&blocks[0], phone_key, phone, &gone);
    let first = &epoch.0;
    cases.accept(
        "EPOCH-2",
        "chain.epoch",
        "those who remain write on",
        input(&all, &[&epoch], &[], &next(first, phone_key, phone, NOW + 600)),
    );
    cases.accept(
        "EPOCH-2",
        "chain.epoch",
        "listed before the device that certified it was taken out",
        input(
            &all,
            &[&epoch],
            &[],
            &next(first, &tablet_key, tablet.hash(), NOW + 600),
        ),
    );
    let late = device("patient late", &laptop_key, Some(&laptop), false);
    let late_evidence = with(&[&laptop, &late], None);
    let by_late = next(first, &key("patient late"), late.hash(), NOW + 600);
    let by_tablet = body(
        vec![removal(&tablet_key, Some(tablet.hash()), laptop.hash())],
        Vec::new(),
    );
    let admin_by_admin = body(vec![removal(phone_key, Some(phone), laptop.hash())], Vec::new());
    let itself = body(vec![removal(&patient.root, None, phone)], Vec::new());
    // What comes behind the epoch would count, were the epoch not refused.
    let by_tablet = open(&blocks[0], &tablet_key, tablet.hash(), &by_tablet);
    let behind_tablet = next(&by_tablet.0, phone_key, phone, NOW + 600);
    let admin_by_admin = open(&blocks[0], phone_key, phone, &admin_by_admin);
    let behind_admin = next(&admin_by_admin.0, phone_key, phone, NOW + 600);
    let itself = open(&blocks[0], phone_key, phone, &itself);
    let behind_itself = next(&itself.0, &tablet_key, tablet.hash(), NOW + 600);
    for (name, refused) in [
        (
            "a removed device back-dates a block",
            input(&all, &[&epoch], &[], &next(first, &laptop_key, laptop.hash(), NOW + 1)),
        ),
        (
            "a removed admin adds a device, back-dated",
            input(&all[..2], &[&epoch], &[&late_evidence], &by_late),
        ),
        (
            "a removed device opens an epoch",
            input(
                &all,
                &[
                    &epoch,
                    &open(first, &laptop_key, laptop.hash(), &body(Vec::new(), Vec::new())),
                ],
                &[],
                &next(first, phone_key, phone, NOW + 600),
            ),
        ),
        (
            "a device that is no admin takes one out",
            input(&all, &[&by_tablet], &[], &behind_tablet),
        ),
        (
            "an admin takes an admin out",
            input(&all, &[&admin_by_admin], &[], &behind_admin),
        ),
        (
            "a device takes itself out",
            input(&all, &[&itself], &[], &behind_itself),
        ),
    ] {
        cases.refuse("EPOCH-2", "chain.epoch", name, refused, "chain.key");
    }

    let (one, other) = (key("patient root 1"), key("patient root 1b"));
    let me = &patient.identity;
    let change = accepted(&statement(me, 1, me.hash(), &one, &patient.root, None), &one);
    let fork = accepted(&statement(me, 1, me.hash(), &other, &patient.root, None), &other);
    let replaced = open(&blocks[0], phone_key, phone, &body(Vec::new(), vec![change.clone()]));
    let newest = device("patient newest", &one, None, true);
    let forged = device("patient forged", &other, None, true);
    let stale = device("patient stale", &patient.root, None, true);
    let newest_evidence = with(&[&newest], Some(vec![change]));
    let by_newest = next(&replaced.0, &key("patient newest"), newest.hash(), NOW + 600);
    cases.accept(
        "EPOCH-3",
        "chain.epoch",
        "a device of the new root joins",
        input(&all, &[&replaced], &[&newest_evidence], &by_newest),
    );
    let again = open(&replaced.0, phone_key, phone, &body(Vec::new(), vec![fork.clone()]));
    for (name, refused, code) in [
        (
            "a device of a fork of the root",
            input(
                &all,
                &[&replaced],
                &[&with(&[&forged], Some(vec![fork]))],
                &next(&replaced.0, &key("patient forged"), forged.hash(), NOW + 600),
            ),
            "chain.key",
        ),
        (
            "a device that the old root certifies now",
            input(
                &all,
                &[&replaced],
                &[&with(&[&stale], None)],
                &next(&replaced.0, &key("patient stale"), stale.hash(), NOW + 600),
            ),
            "chain.key",
        ),
        (
            "a second change of the same state",
            input(&all, &[&replaced, &again], &[], &by_newest),
            "identity.counter",
        ),
        (
            "another body than the block commits to",
            input(&all, &[&(replaced.0.clone(), epoch.1.clone())], &[], &by_newest),
            "block.body",
        ),
    ] {
        cases.refuse("EPOCH-3", "chain.epoch", name, refused, code);
    }
}
