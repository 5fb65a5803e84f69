//! Writes the vectors of exports into the folder given as the only argument:
//! `cargo run -p protocol --example export_vectors -- tests/vectors`.
//!
//! Deterministic: keys and salts are hashes of names. Refusals carry the code that the specification demands; a case that is judged otherwise
//! is printed and written all the same, and the replay then fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a generator may stop where it stands"
)]

#[path = "../tests/export/world.rs"]
mod world;

use protocol::block::{Block, BlockStatement};
use protocol::export::{Content, Contents, Kind, Place, assemble};
use protocol::log_entry;
use protocol::statement::Signed;
use protocol::vector;
use serde_json::{Value, json};
use world::{Plan, World, YEAR, at, party, promise, random, world};

#[derive(Default)]
struct Cases(Vec<Value>);

impl Cases {
    fn accept(&mut self, rule: &str, name: &str, input: Value) {
        match vector::run("export.verify", &input) {
            Ok(ok) => self.push(rule, name, input, json!({ "ok": ok })),
            Err(code) => panic!("{rule}: {name}: refused with {code}"),
        }
    }

    fn refuse(&mut self, rule: &str, name: &str, input: Value, code: &str) {
        let answer = vector::run("export.verify", &input);
        if answer != Err(code) {
            eprintln!("{rule}: {name}: wanted {code}, got {answer:?}");
        }
        self.push(rule, name, input, json!({ "code": code }));
    }

    fn push(&mut self, rule: &str, name: &str, input: Value, expect: Value) {
        self.0
            .push(json!({ "rule": rule, "op": "export.verify", "name": name, "input": input, "expect": expect }));
    }
}

fn input(world: &World, file: &[u8]) -> Value {
    let file: String = file.iter().map(|byte| format!("{byte:02x}")).collect();
    let trusted = json!([{ "organization": world.organization.id(), "name": "LabCo" }]);
    json!({ "file": file, "trusted": trusted, "now": at(10 * YEAR) })
}

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "tests/vectors".to_owned());
    let usual = world(&Plan::default());
    let (whole, part) = (usual.file(), usual.selection());
    let mut cases = Cases::default();
    cases.accept("EXP-3", "a whole chain, ten years later", input(&usual, &whole));
    cases.accept("EXP-4", "one result, ten years later", input(&usual, &part));
    for (name, plan) in [
        (
            "read by a delegate",
            Plan {
                reader: "colleague",
                delegation: Some(("doctor", "colleague", 5000)),
                ..Plan::default()
            },
        ),
        (
            "read by a member of a team",
            Plan {
                reader: "tech",
                team: true,
                member: true,
                ..Plan::default()
            },
        ),
        (
            "read by somebody of whom the file does not say what let him",
            Plan {
                reader: "stranger",
                ..Plan::default()
            },
        ),
    ] {
        let told = world(&plan);
        cases.accept("AUDIT-18", name, input(&told, &told.file()));
    }
    frame(&mut cases, &usual, &part);
    told_of_a_delegation(&mut cases);
    parts(&mut cases, &usual);
    stories(&mut cases);
    intruder(&mut cases);
    let lines: Vec<String> = cases.0.iter().map(Value::to_string).collect();
    std::fs::write(
        format!("{folder}/export.json"),
        format!("[\n{}\n]\n", lines.join(",\n")),
    )
    .unwrap();
}

fn frame(cases: &mut Cases, world: &World, file: &[u8]) {
    let with = |place: usize, byte: u8| {
        let mut other = file.to_vec();
        other[place] = byte;
        input(world, &other)
    };
    cases.refuse(
        "EXP-1",
        "cut in the middle",
        input(world, &file[..file.len() / 2]),
        "export.truncated",
    );
    cases.refuse(
        "EXP-1",
        "one byte too many",
        input(world, &[file, b"x"].concat()),
        "export.trailing",
    );
    cases.refuse("EXP-1", "another kind of file", with(0, b'S'), "export.magic");
    cases.refuse("EXP-1", "another version", with(15, b'2'), "export.version");
    cases.refuse("EXP-1", "longer than permitted", with(16, 0xff), "export.too_large");
    cases.refuse("EXP-2", "another shape", with(20, 0x84), "export.malformed");
    let last = file.len() - 1;
    cases.refuse(
        "AUDIT-2",
        "one byte changed",
        with(last - 3, file[last - 3] ^ 1),
        "export.contents",
    );
    let lent = {
        let mut decoder = minicbor::Decoder::new(&file[20..]);
        decoder.array().unwrap();
        let statement = decoder.bytes().unwrap().to_vec();
        assemble(statement, party("stranger").evidence, world.selected().encode()).unwrap()
    };
    cases.refuse(
        "AUDIT-3",
        "handed out by somebody else's device",
        input(world, &lent),
        "export.exporter",
    );
    let crossed = world.signed_bytes(Kind::Selection, &world.contents, world.contents.encode());
    cases.refuse(
        "EXP-4",
        "a selection that shows where the chain lies",
        input(world, &crossed),
        "export.rule",
    );
}

/// A selection that says who let a reader in.
fn told_of_a_delegation(cases: &mut Cases) {
    let world = world(&Plan {
        reader: "colleague",
        delegation: Some(("doctor", "colleague", 5000)),
        ..Plan::default()
    });
    cases.refuse(
        "EXP-8",
        "a selection that says who let a reader in",
        input(&world, &world.selection()),
        "export.rule",
    );
}

/// Contents that the owner's device signed all the same.
fn parts(cases: &mut Cases, world: &World) {
    let mut whole = |rule: &str, name: &str, code: &str, change: &dyn Fn(&mut Contents)| {
        let mut contents = world.contents.clone();
        change(&mut contents);
        cases.refuse(rule, name, input(world, &world.signed(&contents)), code);
    };
    let stranger = party("stranger").evidence;
    whole("AUDIT-4", "another owner's device", "chain.key", &|contents| {
        contents.devices.push(stranger.clone())
    });
    whole(
        "AUDIT-5",
        "a block with a damaged signature",
        "block.signature",
        &|contents| {
            *contents.blocks[5].block.last_mut().unwrap() ^= 1;
        },
    );
    whole("AUDIT-6", "blocks in another order", "audit.order", &|contents| {
        contents.blocks.swap(1, 2)
    });
    whole("AUDIT-7", "a missing block", "audit.missing_block", &|contents| {
        drop(contents.blocks.remove(1))
    });
    whole("AUDIT-7", "an older head", "audit.older_head", &|contents| {
        drop(contents.blocks.pop())
    });
    whole(
        "AUDIT-8",
        "a promise about another block",
        "audit.promise",
        &|contents| {
            contents.blocks[1].admission.as_mut().unwrap().salt = random("other");
        },
    );
    whole(
        "AUDIT-8",
        "a promise with a damaged signature",
        "promise.signature",
        &|contents| {
            *contents.blocks[1]
                .admission
                .as_mut()
                .unwrap()
                .promise
                .last_mut()
                .unwrap() ^= 1;
        },
    );
    whole(
        "AUDIT-10",
        "an organization's list without its first block",
        "chain.genesis",
        &|contents| {
            contents.organizations[0].blocks.remove(0);
        },
    );
    whole(
        "AUDIT-10",
        "an organization's list with a changed entry",
        "block.body",
        &|contents| {
            *contents.organizations[0].blocks[1]
                .body
                .as_mut()
                .unwrap()
                .last_mut()
                .unwrap() ^= 1;
        },
    );
    whole(
        "AUDIT-9",
        "an organization's statement with a damaged signature",
        "credential.signature",
        &|contents| {
            *contents.organizations[0].statement.last_mut().unwrap() ^= 1;
        },
    );
    whole(
        "EXP-7",
        "a body that does not hold the package",
        "block.body",
        &|contents| {
            if let Content::Record(_, Some(opening)) = &mut contents.blocks[3].content {
                opening.salt = random("other");
            }
        },
    );
    whole(
        "EXP-7",
        "a body with something behind the source",
        "block.body",
        &|contents| {
            if let Content::Record(_, Some(opening)) = &mut contents.blocks[3].content {
                opening.source.extend_from_slice(&[0x81, 0x01]);
            }
        },
    );
    whole(
        "EXP-8",
        "a receipt that the block does not hold",
        "block.body",
        &|contents| {
            if let Content::Receipt(_, _, salt, _) = &mut contents.blocks[4].content {
                *salt = random("other");
            }
        },
    );
}

/// Readers who are not the holder of the grant.
fn entitlements(tell: &mut impl FnMut(&str, &str, &str, Plan)) {
    let delegated = |by, to, until| Plan {
        reader: "colleague",
        delegation: Some((by, to, until)),
        ..Plan::default()
    };
    for (name, code, plan) in [
        (
            "a delegation by somebody who holds no grant",
            "delegation.delegator",
            delegated("stranger", "colleague", 5000),
        ),
        (
            "a delegation in the holder's name by somebody else",
            "delegation.delegator",
            Plan {
                forged_by: Some("stranger"),
                ..delegated("doctor", "colleague", 5000)
            },
        ),
        (
            "a delegation to somebody else",
            "delegation.delegate",
            delegated("doctor", "neighbour", 5000),
        ),
        (
            "a delegation that was over",
            "delegation.over",
            delegated("doctor", "colleague", 2000),
        ),
        (
            "a delegation wider than the grant",
            "delegation.wider",
            delegated("doctor", "colleague", 95_000),
        ),
    ] {
        tell("AUDIT-18", name, code, plan);
    }
    let team = |reader| Plan {
        reader,
        team: true,
        member: true,
        ..Plan::default()
    };
    tell(
        "AUDIT-18",
        "somebody else's credential",
        "credential.subject",
        team("stranger"),
    );
    tell(
        "AUDIT-18",
        "a member whom the organization had suspended",
        "credential.suspended",
        Plan {
            suspended: Some(2050),
            ..team("tech")
        },
    );
    tell(
        "AUDIT-18",
        "a credential of an organization that holds no grant",
        "credential.issuer",
        Plan {
            team: false,
            ..team("tech")
        },
    );
}

fn stories(cases: &mut Cases) {
    let mut tell = |rule: &str, name: &str, code: &str, plan: Plan| {
        let world = world(&plan);
        cases.refuse(rule, name, input(&world, &world.file()), code);
    };
    tell(
        "AUDIT-12",
        "a record about somebody else",
        "audit.wrong_patient",
        Plan {
            patient: "neighbour",
            ..Plan::default()
        },
    );
    tell(
        "AUDIT-15",
        "suspended before it was promised",
        "credential.suspended",
        Plan {
            suspended: Some(1500),
            ..Plan::default()
        },
    );
    tell(
        "AUDIT-14",
        "promised by a log that nobody named",
        "proven.log",
        Plan {
            timed_by: Some("nobody"),
            ..Plan::default()
        },
    );
    entitlements(&mut tell);
    let world = world(&Plan::default());
    let mut unknown = input(&world, &world.file());
    unknown["trusted"] = json!([]);
    cases.refuse(
        "AUDIT-13",
        "a laboratory that the auditor does not know",
        unknown,
        "credential.untrusted",
    );
    let mut early = input(&world, &world.file());
    early["now"] = json!(1_000_000_000u64);
    cases.refuse("AUDIT-1", "made in the future", early, "audit.future");
}

/// The last block, written by a device that nobody certified; all else is as it would be.
fn intruder(cases: &mut Cases) {
    let mut world = world(&Plan::default());
    let (stranger, log_key) = (party("stranger"), random("patient log key"));
    let resource = world.contents.resource.unwrap();
    let last = world.contents.blocks.last_mut().unwrap();
    let statement = BlockStatement {
        actor: stranger.actor.device,
        authority: stranger.actor.authority,
        ..Signed::<BlockStatement>::verify(&last.block).unwrap().into_statement()
    };
    let block: Block = Signed::issue(statement, &stranger.device).unwrap();
    let sequence = block.sequence;
    let admission = last.admission.as_mut().unwrap();
    admission.promise = promise(
        "relay",
        log_entry::map_key(&resource, &log_entry::label(log_key.as_bytes(), sequence)),
        log_entry::commit(&block.block_hash(), &admission.salt),
        2210,
    )
    .into();
    last.block = block.bytes().to_vec().into();
    world.head = Place {
        sequence,
        hash: block.block_hash(),
    };
    cases.refuse(
        "AUDIT-5",
        "a block by a device that nobody certified",
        input(&world, &world.file()),
        "chain.key",
    );
}
