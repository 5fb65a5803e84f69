//! Exports and their offline audit: what a genuine file proves ten years later, and the name of everything that can be wrong with another.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "export/world.rs"]
mod world;

use protocol::audit::{self, Fact, NAMES, Outcome, Report};
use protocol::block::{Block, BlockKind};
use protocol::code::Coded;
use protocol::export::{self, Content, Contents, Kind};
use protocol::statement::Signed;
use protocol::time::Timestamp;
use world::*;

fn later() -> Timestamp {
    at(10 * YEAR)
}

fn verify(world: &World, file: &[u8]) -> Report {
    audit::verify(file, &trusted(&world.organization), later()).unwrap()
}

/// The codes that fail, by name, each once and in order.
fn failures(report: &Report) -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = report
        .facts
        .iter()
        .filter(|fact| fact.outcome == Outcome::Fail)
        .map(|fact| (fact.name, fact.code.unwrap()))
        .collect();
    all.dedup();
    all
}

fn fact<'a>(report: &'a Report, subject: &str, name: &str) -> &'a Fact {
    report
        .facts
        .iter()
        .find(|fact| fact.name == name && fact.subject == subject)
        .unwrap_or_else(|| panic!("{name} of {subject}"))
}

fn outcome(report: &Report, subject: &str, name: &str) -> (Outcome, Option<&'static str>) {
    let fact = fact(report, subject, name);
    (fact.outcome, fact.code)
}

/// What becomes of the story when it differs by `plan`.
fn told(plan: &Plan) -> (World, Report) {
    let world = world(plan);
    let report = verify(&world, &world.file());
    (world, report)
}

/// What becomes of other contents that the owner signs.
fn changed(change: impl FnOnce(&mut Contents)) -> Vec<(&'static str, &'static str)> {
    let world = world(&Plan::default());
    let mut contents = world.contents.clone();
    change(&mut contents);
    failures(&verify(&world, &world.signed(&contents)))
}

#[test]
fn a_whole_chain_proves_itself_ten_years_later() {
    let (world, report) = told(&Plan::default());
    assert_eq!(failures(&report), []);
    assert_eq!(
        (report.kind, report.blocks, report.records.len(), report.receipts.len()),
        (Kind::Chain, 6, 3, 1)
    );
    let result = world.result.to_string();
    for name in [
        "record_signature",
        "record_author",
        "record_patient",
        "record_voucher",
        "record_time",
        "record_standing",
        "record_filed",
    ] {
        assert_eq!(outcome(&report, &result, name), (Outcome::Pass, None), "{name}");
    }
    let seen = report.records.iter().find(|record| record.id == world.result).unwrap();
    assert_eq!(
        (seen.author_name.as_deref(), seen.organization.as_deref()),
        (Some("Tara Tech"), Some("LabCo"))
    );
    assert_eq!(
        seen.promised.as_ref().map(|(time, log)| (*time, log.as_str())),
        Some((at(2010), "relay.example/log"))
    );
    // Never claimed, whatever the file holds.
    for name in ["chain_complete", "chain_latest", "record_latest", "organization_latest"] {
        assert!(
            report
                .facts
                .iter()
                .filter(|fact| fact.name == name)
                .all(|fact| fact.outcome == Outcome::NotClaimed),
            "{name}"
        );
    }
    let old = report
        .records
        .iter()
        .find(|record| record.superseded_by.is_some())
        .unwrap();
    assert_eq!(
        outcome(&report, &old.id.to_string(), "record_latest"),
        (Outcome::NotClaimed, Some("audit.corrected"))
    );
    assert!(report.facts.iter().all(|fact| NAMES.contains(&fact.name)));
}

#[test]
fn a_selection_shows_its_records_and_claims_no_more() {
    let world = world(&Plan::default());
    let report = verify(&world, &world.selection());
    assert_eq!(failures(&report), []);
    assert_eq!((report.records.len(), report.receipts.len()), (1, 1));
    let chain = Block::verify(&world.contents.blocks[0].block)
        .unwrap()
        .chain_id()
        .to_string();
    assert_eq!(
        outcome(&report, &chain, "chain_whole"),
        (Outcome::NotClaimed, Some("audit.selection"))
    );
    assert_eq!(outcome(&report, &chain, "chain_order"), (Outcome::Pass, None));
    assert_eq!(
        outcome(&report, &report.receipts[0].id.to_string(), "receipt_grant"),
        (Outcome::NotClaimed, Some("audit.grant_left_out"))
    );
}

#[test]
fn what_is_not_an_export_is_refused_by_name() {
    let world = world(&Plan::default());
    let file = world.file();
    let code = |bytes: &[u8]| audit::verify(bytes, &[], later()).unwrap_err().code();
    for cut in [0, 5, 16, 18, 100, file.len() - 1] {
        assert_eq!(code(&file[..cut]), "export.truncated", "{cut}");
    }
    assert_eq!(code(&[file.as_slice(), b"x"].concat()), "export.trailing");
    let other = |place: usize, byte: u8| {
        let mut other = file.clone();
        other[place] = byte;
        other
    };
    assert_eq!(code(&other(0, b'S')), "export.magic");
    assert_eq!(code(b"%PDF-1.7"), "export.magic");
    assert_eq!(code(&other(15, b'2')), "export.version");
    assert_eq!(code(&other(16, 0xff)), "export.too_large");
    assert_eq!(code(&other(20, 0x84)), "export.malformed");
    // A whole chain shows where it lies, a selection never does.
    let whole = world.signed_bytes(Kind::Selection, &world.contents, world.contents.encode());
    assert_eq!(code(&whole), "export.rule");
    let part = world.selected();
    assert_eq!(code(&world.signed(&part)), "export.rule");
}

#[test]
fn every_kind_of_tampering_has_its_own_name() {
    // What the owner did not sign.
    let world = world(&Plan::default());
    let mut contents = world.contents.clone();
    contents.blocks.pop();
    let cut = failures(&verify(&world, &world.replaced(&contents)));
    assert_eq!(
        cut,
        [
            ("export_signed", "export.contents"),
            ("chain_whole", "audit.older_head")
        ]
    );
    let genuine = world.replaced(&world.contents);
    assert_eq!(genuine, world.file());

    // What the owner, or a thief of the owner's key, signed all the same.
    assert_eq!(
        changed(|contents| drop(contents.blocks.pop())),
        [("chain_whole", "audit.older_head")]
    );
    assert_eq!(
        changed(|contents| drop(contents.blocks.remove(1))),
        [("chain_whole", "audit.missing_block")]
    );
    assert_eq!(
        changed(|contents| contents.blocks.swap(1, 2)),
        [("chain_order", "audit.order")]
    );
    let no_genesis = changed(|contents| drop(contents.blocks.remove(0)));
    assert_eq!(
        no_genesis[..2],
        [("chain_order", "chain.genesis"), ("chain_whole", "audit.missing_block")]
    );
    let damaged = changed(|contents| *contents.blocks[2].block.last_mut().unwrap() ^= 1);
    assert!(
        damaged.contains(&("chain_signatures", "block.signature")),
        "{damaged:?}"
    );
    let stranger = party("stranger");
    assert!(
        changed(|contents| contents.devices = vec![stranger.evidence.clone()])
            .contains(&("chain_devices", "chain.key"))
    );
    let swapped = changed(|contents| {
        let (Content::Record(first, _), Content::Record(third, _)) =
            (contents.blocks[1].content.clone(), contents.blocks[3].content.clone())
        else {
            panic!()
        };
        let put = |content: &mut Content, bytes| {
            if let Content::Record(package, _) = content {
                *package = bytes
            }
        };
        put(&mut contents.blocks[1].content, third);
        put(&mut contents.blocks[3].content, first);
    });
    assert_eq!(swapped, [("record_filed", "block.body")]);
    let promise = changed(|contents| {
        let other = contents.blocks[2].admission.clone();
        contents.blocks[1].admission = other;
    });
    assert_eq!(promise, [("chain_promises", "audit.promise")]);
    let salt = changed(|contents| contents.blocks[1].admission.as_mut().unwrap().salt = random("other"));
    assert_eq!(salt, [("chain_promises", "audit.promise")]);
    let label = changed(|contents| contents.blocks[1].admission.as_mut().unwrap().label = Some(random("other")));
    assert_eq!(label, [("chain_promises", "audit.promise")]);
    let forged = changed(|contents| {
        *contents.blocks[1]
            .admission
            .as_mut()
            .unwrap()
            .promise
            .last_mut()
            .unwrap() ^= 1
    });
    assert_eq!(forged, [("chain_promises", "promise.signature")]);
    let list = changed(|contents| drop(contents.organizations[0].blocks.remove(0)));
    assert_eq!(list, [("organization_list", "chain.genesis")]);
    let status = changed(|contents| {
        *contents.organizations[0].blocks[1]
            .body
            .as_mut()
            .unwrap()
            .last_mut()
            .unwrap() ^= 1
    });
    assert_eq!(status, [("organization_list", "block.body")]);
    let twice = changed(|contents| contents.organizations.extend_from_within(..));
    assert!(twice.contains(&("organization_statement", "export.rule")));
}

#[test]
fn another_story_is_told_by_its_code() {
    let (world, report) = told(&Plan {
        patient: "neighbour",
        ..Plan::default()
    });
    assert_eq!(failures(&report), [("record_patient", "audit.wrong_patient")]);
    let unknown = audit::verify(&world.file(), &[], later()).unwrap();
    assert!(failures(&unknown).contains(&("record_voucher", "credential.untrusted")));
    let own = vec![(party("doctor").id(), "LabCo".to_owned())];
    let renamed = audit::verify(&world.file(), &own, later()).unwrap();
    assert!(failures(&renamed).contains(&("record_voucher", "credential.untrusted")));

    // Suspended before it was promised; after it; and when nobody can say when.
    let (_, report) = told(&Plan {
        suspended: Some(1500),
        ..Plan::default()
    });
    assert_eq!(failures(&report), [("record_standing", "credential.suspended")]);
    let (_, report) = told(&Plan {
        suspended: Some(5000),
        ..Plan::default()
    });
    assert_eq!(failures(&report), []);
    // The block that files it was promised by the same log, so even without the author's proof there is a time.
    let (_, report) = told(&Plan {
        suspended: Some(2030),
        timed_by: None,
        ..Plan::default()
    });
    assert_eq!(failures(&report), [("record_standing", "credential.suspended")]);
    let (world, report) = told(&Plan {
        timed_by: None,
        home: "elsewhere",
        ..Plan::default()
    });
    assert_eq!(failures(&report), []);
    assert_eq!(
        outcome(&report, &world.result.to_string(), "record_time"),
        (Outcome::NotClaimed, Some("proven.missing"))
    );
    // A log that the patient runs says when; that does not make a credential stand.
    assert_eq!(
        outcome(&report, &world.result.to_string(), "record_standing"),
        (Outcome::NotClaimed, Some("proven.log"))
    );
    let (_, report) = told(&Plan {
        timed_by: Some("nobody"),
        ..Plan::default()
    });
    assert_eq!(failures(&report), [("record_time", "proven.log")]);

    let (_, report) = told(&Plan {
        reader: "stranger",
        ..Plan::default()
    });
    assert_eq!(failures(&report), [], "what lets the reader in is not in the file");
    assert_eq!(
        outcome(&report, &report.receipts[0].id.to_string(), "receipt_grant"),
        (Outcome::NotClaimed, Some("audit.entitlement_left_out"))
    );
    let world = world::world(&Plan::default());
    let early = audit::verify(
        &world.file(),
        &trusted(&world.organization),
        Timestamp::new(NOW - 2 * 86_400).unwrap(),
    )
    .unwrap();
    assert!(failures(&early).iter().all(|(_, code)| *code == "audit.future") && early.failures() > 3);
}

#[test]
fn only_a_device_of_the_owner_hands_a_file_out() {
    let (world, stranger) = (world(&Plan::default()), party("stranger"));
    let other = World {
        owner: stranger,
        ..world::world(&Plan::default())
    };
    let report = verify(&world, &other.file());
    assert!(
        failures(&report).contains(&("chain_order", "chain.owner")),
        "{:?}",
        failures(&report)
    );
    let bytes = world.contents.encode();
    let file = world.file();
    let genuine = export::parse(&file).unwrap();
    let signed = Signed::<export::ExportStatement>::verify(&raw_statement(&file)).unwrap();
    let lent = export::assemble(signed.bytes().to_vec(), party("stranger").evidence, bytes).unwrap();
    assert_eq!(failures(&verify(&world, &lent)), [("export_owner", "export.exporter")]);
    assert_eq!(genuine.contents, world.contents);
}

/// The signed statement inside a file: the first byte string of its CBOR.
fn raw_statement(file: &[u8]) -> Vec<u8> {
    let mut decoder = minicbor::Decoder::new(&file[20..]);
    decoder.array().unwrap();
    decoder.bytes().unwrap().to_vec()
}

#[test]
fn a_record_with_files_keeps_their_keys_and_says_so() {
    let world = world(&Plan::default());
    let mut contents = world.contents.clone();
    if let Content::Record(_, opening) = &mut contents.blocks[3].content {
        *opening = None;
    }
    let report = verify(&world, &world.signed(&contents));
    assert_eq!(failures(&report), []);
    assert_eq!(
        outcome(&report, &world.result.to_string(), "record_filed"),
        (Outcome::NotClaimed, Some("audit.body_left_out"))
    );
    // A body that would smuggle something in behind the source is none.
    let mut contents = world.contents.clone();
    if let Content::Record(_, Some(opening)) = &mut contents.blocks[3].content {
        opening.source = vec![0x82, 0x00, 0x80, 0x81, 0x01].into();
    }
    assert_eq!(
        failures(&verify(&world, &world.signed(&contents))),
        [("record_filed", "block.body")]
    );
}

#[test]
fn a_record_outside_the_chain_stands_by_itself() {
    let world = world(&Plan::default());
    let Content::Record(package, _) = &world.contents.blocks[3].content else {
        panic!()
    };
    let contents = Contents {
        blocks: Vec::new(),
        resource: None,
        loose: vec![package.clone()],
        ..world.contents.clone()
    };
    let report = verify(
        &world,
        &world.signed_bytes(Kind::Selection, &contents, contents.encode()),
    );
    assert_eq!(failures(&report), []);
    assert_eq!(
        outcome(&report, &world.result.to_string(), "record_filed"),
        (Outcome::NotClaimed, Some("audit.not_filed"))
    );
    assert_eq!(
        outcome(&report, &world.result.to_string(), "record_standing"),
        (Outcome::Pass, None)
    );
}

#[test]
fn a_block_not_yet_admitted_is_not_called_promised() {
    let world = world(&Plan::default());
    let mut contents = world.contents.clone();
    contents.blocks[5].admission = None;
    let report = verify(&world, &world.signed(&contents));
    assert_eq!(failures(&report), []);
    let pending = report
        .facts
        .iter()
        .find(|fact| fact.name == "chain_unpromised")
        .unwrap();
    assert_eq!(
        (pending.outcome, pending.code),
        (Outcome::NotClaimed, Some("audit.unpromised"))
    );
    assert_eq!(
        Block::verify(&contents.blocks[5].block).unwrap().kind,
        BlockKind::Record
    );
}

/// One flipped bit anywhere: the file is refused, or something that passed fails.
#[test]
fn no_flipped_bit_goes_unseen() {
    let world = world(&Plan::default());
    for file in [world.file(), world.selection()] {
        for place in (0..file.len()).filter(|place| *place < 300 || place % 29 == 0) {
            let mut other = file.clone();
            other[place] ^= 1 << (place % 8);
            if let Ok(report) = audit::verify(&other, &trusted(&world.organization), later()) {
                assert!(report.failures() > 0, "byte {place}");
            }
        }
    }
}

/// The same under the owner's own signature: then each part answers for itself. Only what the owner says in plain words may change unseen,
/// and then the report says something else.
#[test]
fn every_part_answers_for_itself() {
    let world = world(&Plan::default());
    let genuine = world.contents.encode();
    let before = verify(&world, &world.file());
    for place in (0..genuine.len()).filter(|place| place % 23 == 0) {
        let mut bytes = genuine.clone();
        bytes[place] ^= 1 << (place % 8);
        let file = world.signed_bytes(Kind::Chain, &world.contents, bytes);
        if let Ok(report) = audit::verify(&file, &trusted(&world.organization), later()) {
            assert_ne!(report.facts, before.facts, "byte {place}");
        }
    }
}

#[test]
fn a_delegate_and_a_member_of_a_team_were_let_in_by_what_lies_beside_the_receipt() {
    let judged = |plan: Plan| {
        let (_, report) = told(&plan);
        let id = report.receipts[0].id.to_string();
        let judged = outcome(&report, &id, "receipt_grant");
        assert!(failures(&report).iter().all(|(name, _)| *name == "receipt_grant"));
        judged
    };
    let delegated = |by, to, until| Plan {
        reader: "colleague",
        delegation: Some((by, to, until)),
        ..Plan::default()
    };
    let pass = (Outcome::Pass, None);
    let fail = |code| (Outcome::Fail, Some(code));
    assert_eq!(judged(delegated("doctor", "colleague", 5000)), pass);
    // `audit::receipt::delegated`
    assert_eq!(
        judged(delegated("stranger", "colleague", 5000)),
        fail("delegation.delegator")
    );
    assert_eq!(
        judged(delegated("doctor", "neighbour", 5000)),
        fail("delegation.delegate")
    );
    assert_eq!(judged(delegated("doctor", "colleague", 2000)), fail("delegation.over"));
    assert_eq!(
        judged(delegated("doctor", "colleague", 95_000)),
        fail("delegation.wider")
    );
    let forged = Plan {
        forged_by: Some("stranger"),
        ..delegated("doctor", "colleague", 5000)
    };
    assert_eq!(judged(forged), fail("delegation.delegator"));
    let of_a_team = Plan {
        team: true,
        ..delegated("doctor", "colleague", 5000)
    };
    assert_eq!(judged(of_a_team), fail("delegation.delegator"));

    let team = |reader| Plan {
        reader,
        team: true,
        member: true,
        ..Plan::default()
    };
    assert_eq!(judged(team("tech")), pass);
    // `audit::receipt::member`
    assert_eq!(judged(team("stranger")), fail("credential.subject"));
    let suspended = Plan {
        suspended: Some(2050),
        ..team("tech")
    };
    assert_eq!(judged(suspended), fail("credential.suspended"));
    let of_a_person = Plan {
        team: false,
        ..team("tech")
    };
    assert_eq!(judged(of_a_person), fail("credential.issuer"));
    let unnamed = Plan {
        member: false,
        ..team("tech")
    };
    assert_eq!(
        judged(unnamed),
        (Outcome::NotClaimed, Some("audit.entitlement_left_out"))
    );
    // The organization itself is no member of its team.
    let office = Plan {
        reader: "laboratory",
        member: false,
        ..team("tech")
    };
    assert_eq!(
        judged(office),
        (Outcome::NotClaimed, Some("audit.entitlement_left_out"))
    );
}
