//! `block.json` and `chain.json`: blocks, what follows what, and who may write.

use protocol::block::{Block, BlockKind, BlockStatement};
use protocol::cbor;
use protocol::identity::DeviceRemoval;
use protocol::key::Signer;
use protocol::label::Label;
use serde_json::{Value, json};

use crate::cases::{Cases, Object};
use crate::specimen::raw::{self, hex};
use crate::specimen::{
    Key, NOW, Party, block_statement, body, chain, device_statement, issue, key, log_commitment, party, random, time,
};

fn of(bytes: &[u8]) -> Value {
    json!({ "bytes": hex(bytes) })
}

fn unchecked(statement: &BlockStatement, signer: &Key) -> Vec<u8> {
    raw::signed(Label::Block, &cbor::encode(statement), signer)
}

pub fn cases() -> Cases {
    let mut cases = Cases::default();
    let patient = party("patient");
    let blocks = chain(&patient, BlockKind::ALL);
    for (block, kind) in blocks.iter().zip(BlockKind::ALL) {
        let rule = match kind {
            BlockKind::Genesis => "BLOCK-2",
            BlockKind::Device => "BLOCK-5",
            BlockKind::Epoch => "BLOCK-4",
            BlockKind::Record => "BLOCK-1",
            _ => "BLOCK-3",
        };
        cases.accept(rule, "block.verify", kind.as_str(), of(block.bytes()));
    }
    for (block, extra) in [(&blocks[0], "CBOR-2"), (&blocks[3], "CBOR-3")] {
        cases.damage(&Object {
            op: "block.verify",
            label: Label::Block,
            key: &patient.device,
            bytes: block.bytes(),
            module: "block",
            salt: block.salt,
            extra,
            parameter: None,
        });
    }
    genesis(&mut cases, &patient, &blocks);
    let record = cbor::encode(&blocks[3].clone().into_statement());
    let place = record
        .windows(3)
        .rposition(|w| w == [3, 0x58, 0x20])
        .expect("the kind is there");
    for number in [9u8, 15, 23] {
        let mut unknown = record.clone();
        unknown[place] = number;
        cases.refuse(
            "BLOCK-3",
            "block.verify",
            &format!("kind {number}"),
            of(&raw::signed(Label::Block, &unknown, &patient.device)),
            "block.malformed",
        );
    }
    let mut long = blocks[0].clone().into_statement();
    if let Some(log) = &mut long.log {
        log.log.origin = "a".repeat(2048);
    }
    cases.refuse(
        "BLOCK-6",
        "block.verify",
        "larger than a block may be",
        of(&unchecked(&long, &patient.device)),
        "block.malformed",
    );
    bodies(&mut cases, &blocks[3]);
    cases
}

fn genesis(cases: &mut Cases, patient: &Party, blocks: &[Block]) {
    let (first, second, record) = (
        &blocks[0],
        block_statement(patient, Some(&blocks[0]), BlockKind::Record, b""),
        &blocks[3],
    );
    let with = |base: &BlockStatement, change: &dyn Fn(&mut BlockStatement)| {
        let mut statement = base.clone();
        change(&mut statement);
        of(&unchecked(&statement, &patient.device))
    };
    for (name, input) in [
        ("a first block with a number", with(first, &|b| b.sequence = 1)),
        ("a first block with a chain", with(first, &|b| b.chain = second.chain)),
        (
            "a first block with a block before it",
            with(first, &|b| b.previous = second.previous),
        ),
        ("a block 0 of another kind", with(first, &|b| b.kind = BlockKind::Epoch)),
        ("a later block without a chain", with(record, &|b| b.chain = None)),
        (
            "a later block without a block before it",
            with(record, &|b| b.previous = None),
        ),
        ("a later block 0", with(record, &|b| b.sequence = 0)),
        ("a second genesis", with(&second, &|b| b.kind = BlockKind::Genesis)),
    ] {
        cases.refuse("BLOCK-2", "block.verify", name, input, "block.genesis");
    }
    for (name, input) in [
        ("a first block without a log", with(first, &|b| b.log = None)),
        ("an epoch without a log", with(&second, &|b| b.kind = BlockKind::Epoch)),
        (
            "a record that names a log",
            with(record, &|b| b.log = Some(log_commitment("another"))),
        ),
        (
            "an ended block that names a log",
            with(&second, &|b| {
                (b.kind, b.log) = (BlockKind::Ended, Some(log_commitment("another")))
            }),
        ),
    ] {
        cases.refuse("BLOCK-4", "block.verify", name, input, "block.log");
    }
}

fn bodies(cases: &mut Cases, block: &Block) {
    let good = body(b"record");
    let input = |body: &[u8]| json!({ "block": hex(block.bytes()), "body": hex(body) });
    cases.accept("BLOCK-7", "block.body", "salt and content", input(&good));
    for (name, refused) in [
        ("a bit of the salt flipped", raw::flip(&good, 0)),
        ("a bit of the content flipped", raw::flip(&good, good.len() * 8 - 1)),
        ("a byte more", [&good[..], &[0]].concat()),
        ("a byte less", good[..good.len() - 1].to_vec()),
        ("the content alone", good[32..].to_vec()),
        ("nothing", Vec::new()),
    ] {
        cases.refuse("BLOCK-7", "block.body", name, input(&refused), "block.body");
    }
}

fn blocks_of<'a>(blocks: impl IntoIterator<Item = &'a Block>) -> Value {
    json!({ "blocks": blocks.into_iter().map(|block| hex(block.bytes())).collect::<Vec<_>>() })
}

pub fn chains() -> Cases {
    use BlockKind::{Device, Ended, Epoch, Genesis, Note, Record, Share};
    let mut cases = Cases::default();
    let (patient, stranger) = (party("patient"), party("stranger"));
    let own = chain(&patient, &[Genesis, Device, Record, Epoch, Record]);
    let ended = chain(&patient, &[Genesis, Share, Ended]);
    let other = issue(
        BlockStatement {
            salt: random("another chain"),
            ..own[0].clone().into_statement()
        },
        &patient.device,
    );
    let other = issue(block_statement(&patient, Some(&other), Note, b""), &patient.device);
    cases.accept("CHAIN-1", "chain.follow", "a first block", blocks_of(&own[..1]));
    cases.accept(
        "CHAIN-2",
        "chain.follow",
        "five blocks, a new epoch among them",
        blocks_of(&own),
    );
    cases.accept(
        "CHAIN-5",
        "chain.follow",
        "a grant chain that has ended",
        blocks_of(&ended),
    );
    cases.accept("CHAIN-7", "chain.walk", "five blocks", blocks_of(&own));

    let foreign = issue(block_statement(&stranger, Some(&own[0]), Note, b""), &stranger.device);
    let after_end = issue(block_statement(&patient, ended.last(), Share, b""), &patient.device);
    let mut skipping = block_statement(&patient, Some(&own[1]), Record, b"");
    skipping.previous = Some(own[0].block_hash());
    let skipping = issue(skipping, &patient.device);
    let rival = issue(
        block_statement(&patient, Some(&own[0]), Note, b"rival"),
        &patient.device,
    );
    for (rule, name, blocks, code) in [
        ("CHAIN-1", "no block", vec![], "chain.genesis"),
        ("CHAIN-1", "no first block", vec![&own[1]], "chain.genesis"),
        ("CHAIN-2", "a second first block", vec![&own[0], &own[0]], "chain.other"),
        (
            "CHAIN-2",
            "a block of another chain",
            vec![&own[0], &other],
            "chain.other",
        ),
        ("CHAIN-2", "a block left out", vec![&own[0], &own[2]], "chain.gap"),
        (
            "CHAIN-2",
            "a block twice",
            vec![&own[0], &own[1], &own[1]],
            "chain.fork",
        ),
        (
            "CHAIN-2",
            "two blocks at one place",
            vec![&own[0], &own[1], &rival],
            "chain.fork",
        ),
        (
            "CHAIN-2",
            "two blocks exchanged",
            vec![&own[0], &own[2], &own[1]],
            "chain.gap",
        ),
        (
            "CHAIN-2",
            "follows another block",
            vec![&own[0], &own[1], &skipping],
            "chain.link",
        ),
        (
            "CHAIN-2",
            "follows the rival of the block before",
            vec![&own[0], &rival, &own[2]],
            "chain.link",
        ),
        (
            "CHAIN-2",
            "another owner's block",
            vec![&own[0], &foreign],
            "chain.owner",
        ),
        (
            "CHAIN-5",
            "a block after the end",
            vec![&ended[0], &ended[1], &ended[2], &after_end],
            "chain.ended",
        ),
    ] {
        cases.refuse(rule, "chain.follow", name, blocks_of(blocks.clone()), code);
        if !blocks.is_empty() {
            cases.refuse("CHAIN-7", "chain.walk", name, blocks_of(blocks), code);
        }
    }
    let forged = raw::signed(
        Label::Block,
        &raw::payload(Label::Block, own[1].bytes()),
        &stranger.device,
    );
    let input = json!({ "blocks": [hex(own[0].bytes()), hex(&forged)] });
    cases.refuse(
        "CHAIN-2",
        "chain.follow",
        "signed by somebody else",
        input.clone(),
        "block.signature",
    );
    cases.refuse(
        "CHAIN-7",
        "chain.walk",
        "the last signed by somebody else",
        input,
        "block.signature",
    );
    keys(&mut cases, &patient, &stranger);
    cases
}

fn keys(cases: &mut Cases, patient: &Party, stranger: &Party) {
    let genesis = chain(patient, &[BlockKind::Genesis]).remove(0);
    let first = protocol::statement::Signed::verify(&patient.evidence.devices[0]).unwrap();
    let tablet = key("patient tablet");
    let mut statement = device_statement(
        &patient.identity,
        "patient tablet",
        &tablet,
        &patient.device,
        Some(&first),
    );
    statement.admin = false;
    let joined = issue(statement, &patient.device);
    let mut evidence = patient.evidence.clone();
    evidence.devices.push(joined.bytes().to_vec().into());
    let block = |signer: &Key, authority: protocol::hash::Hash, seconds: u64| {
        let statement = BlockStatement {
            actor: signer.public_key(),
            authority: authority.into(),
            time: time(seconds),
            ..block_statement(patient, Some(&genesis), BlockKind::Note, b"")
        };
        issue(statement, signer)
    };
    let removal_of = |owner: &Party,
                      by: &Key,
                      authority: Option<protocol::hash::Hash>,
                      device: protocol::hash::Hash,
                      seconds: u64| {
        let statement = DeviceRemoval {
            version: 1,
            identity: owner.identity.id(),
            device: device.into(),
            time: time(seconds),
            salt: random("removal"),
            actor: by.public_key(),
            authority: authority.map(Into::into),
        };
        hex(issue(statement, by).bytes())
    };
    let removal = |by: &Key, authority, device, seconds| removal_of(patient, by, authority, device, seconds);
    let (owner, phone) = (hex(&cbor::encode(&patient.evidence)), patient.actor.authority.hash());
    let both = [owner.clone(), hex(&cbor::encode(&evidence))];
    let input = |devices: &[String], removals: &[String], block: &Block| json!({ "owner": patient.identity.id(), "devices": devices, "removals": removals, "block": hex(block.bytes()) });
    let by_tablet = |seconds| block(&tablet, joined.hash(), seconds);
    let by_phone = |seconds| block(&patient.device, phone, seconds);
    let by_admin = removal(&patient.device, Some(phone), joined.hash(), NOW + 500);
    let by_root = removal(&patient.root, None, phone, NOW + 500);
    let late = removal(&patient.root, None, joined.hash(), NOW + 900);
    cases.accept(
        "CHAIN-3",
        "chain.key",
        "the owner's device",
        input(&both[..1], &[], &by_phone(NOW + 60)),
    );
    cases.accept(
        "CHAIN-3",
        "chain.key",
        "a second device",
        input(&both, &[], &by_tablet(NOW + 60)),
    );
    cases.accept(
        "CHAIN-4",
        "chain.key",
        "a removed device, before its removal",
        input(&both, std::slice::from_ref(&by_admin), &by_tablet(NOW + 499)),
    );
    let tablet_removes = removal(&tablet, Some(joined.hash()), phone, NOW + 500);
    let admin_removes_admin = removal(&patient.device, Some(phone), phone, NOW + 500);
    let stranger_removes = removal(&stranger.device, Some(phone), joined.hash(), NOW + 500);
    let root_of_stranger = removal(&stranger.root, None, joined.hash(), NOW + 500);
    let of_stranger = removal_of(stranger, &patient.root, None, joined.hash(), NOW + 500);
    // A second device that is no admin, for the first one to lay hands on.
    let watch = key("patient watch");
    let mut statement = device_statement(
        &patient.identity,
        "patient watch",
        &watch,
        &patient.device,
        Some(&first),
    );
    statement.admin = false;
    let watch = issue(statement, &patient.device);
    let mut watched = patient.evidence.clone();
    watched.devices.push(watch.bytes().to_vec().into());
    let three = [both[0].clone(), both[1].clone(), hex(&cbor::encode(&watched))];
    let tablet_removes_watch = removal(&tablet, Some(joined.hash()), watch.hash(), NOW + 500);
    let their_block = BlockStatement {
        actor: stranger.device.public_key(),
        owner: stranger.identity.id(),
        authority: stranger.actor.authority,
        ..block_statement(patient, Some(&genesis), BlockKind::Note, b"")
    };
    let their_block = issue(their_block, &stranger.device);
    for (rule, name, refused) in [
        (
            "CHAIN-3",
            "a device that was never listed",
            input(&both[..1], &[], &by_tablet(NOW + 60)),
        ),
        (
            "CHAIN-3",
            "another key under a listed device's name",
            input(&both, &[], &block(&tablet, phone, NOW + 60)),
        ),
        (
            "CHAIN-3",
            "another identity's device",
            input(&[hex(&cbor::encode(&stranger.evidence))], &[], &by_phone(NOW + 60)),
        ),
        (
            "CHAIN-4",
            "removed by an admin",
            input(&both, std::slice::from_ref(&by_admin), &by_tablet(NOW + 500)),
        ),
        (
            "CHAIN-4",
            "an admin removed by the root",
            input(&both, std::slice::from_ref(&by_root), &by_phone(NOW + 501)),
        ),
        (
            "CHAIN-4",
            "removed twice, the earlier counts",
            input(&both, &[by_admin.clone(), late], &by_tablet(NOW + 600)),
        ),
        (
            "CHAIN-4",
            "an admin cannot remove an admin",
            input(&both, &[admin_removes_admin], &by_phone(NOW + 60)),
        ),
        (
            "CHAIN-4",
            "a device that is no admin cannot remove",
            input(&both, &[tablet_removes], &by_phone(NOW + 60)),
        ),
        (
            "CHAIN-3",
            "another identity's device, in its own name",
            input(&[hex(&cbor::encode(&stranger.evidence))], &[], &their_block),
        ),
        (
            "CHAIN-4",
            "a device that is no admin cannot remove another that is none",
            input(&three, &[tablet_removes_watch], &by_phone(NOW + 60)),
        ),
        (
            "CHAIN-4",
            "an admin that was removed cannot remove",
            input(&both, &[by_root.clone(), by_admin.clone()], &by_tablet(NOW + 60)),
        ),
        (
            "CHAIN-4",
            "another person's root cannot remove",
            input(&both, &[root_of_stranger], &by_phone(NOW + 60)),
        ),
        (
            "CHAIN-4",
            "the removal names another identity",
            input(&both, &[of_stranger], &by_phone(NOW + 60)),
        ),
        (
            "CHAIN-4",
            "a stranger cannot remove",
            input(&both, &[stranger_removes], &by_phone(NOW + 60)),
        ),
        (
            "CHAIN-4",
            "a device that is not listed cannot be removed",
            input(
                &both[..1],
                &[removal(&patient.root, None, joined.hash(), NOW)],
                &by_phone(NOW + 60),
            ),
        ),
    ] {
        cases.refuse(rule, "chain.key", name, refused, "chain.key");
    }
}
