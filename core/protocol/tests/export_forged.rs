//! Files in which a single part was forged by somebody with keys of their own, handed out by the owner all the same (AUDIT-7 to AUDIT-19).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, dead_code)]

#[path = "export/world.rs"]
mod world;

use protocol::audit::{self, Outcome};
use protocol::block::{Block, BlockStatement};
use protocol::cbor::Bytes;
use protocol::export::{Content, Contents, Kind, Place, PublicBlock};
use protocol::grant::{Grant, GrantStatement};
use protocol::hash::Hash;
use protocol::identity::DeviceRemoval;
use protocol::key::Signer;
use protocol::log_entry;
use protocol::organization::OrganizationStatement;
use protocol::package::Package;
use protocol::receipt::{Receipt, ReceiptStatement};
use protocol::record::Opening;
use protocol::statement::Signed;
use world::{Party, Plan, World, at, key, party, promise, random, trusted};

type Failure = (&'static str, Option<&'static str>);

fn failures(world: &World, contents: &Contents) -> Vec<Failure> {
    let report = audit::verify(&world.signed(contents), &trusted(&world.organization), at(5000)).unwrap();
    let failed = report.facts.into_iter().filter(|fact| fact.outcome == Outcome::Fail);
    failed.map(|fact| (fact.name, fact.code)).collect()
}

fn meets(change: impl FnOnce(&World, &mut Contents), name: &'static str, code: &'static str) {
    let world = world::world(&Plan::default());
    let mut contents = world.contents.clone();
    assert_eq!(failures(&world, &contents), []);
    change(&world, &mut contents);
    let failed = failures(&world, &contents);
    assert!(
        failed.contains(&(name, Some(code))),
        "{name} should fail by {code}: {failed:?}"
    );
}

/// Changes the package that a block files.
fn repack(contents: &mut Contents, place: usize, change: impl FnOnce(&mut Package)) {
    let Content::Record(bytes, _) = &mut contents.blocks[place].content else {
        panic!("no record")
    };
    let mut package = Package::parse(bytes).unwrap();
    change(&mut package);
    *bytes = package.encode().into();
}

#[test]
fn the_newest_block_is_the_one_that_the_owner_named() {
    let world = world::world(&Plan::default());
    let head = Place {
        hash: random("another block").into(),
        ..world.head
    };
    let other = World { head, ..world };
    assert_eq!(failures(&other, &other.contents), [("chain_whole", Some("audit.head"))]);
}

#[test]
fn the_owner_says_how_many_records_there_are() {
    let world = world::world(&Plan::default());
    let mut fewer = world.contents.clone();
    fewer.blocks.pop();
    let file = world.signed_bytes(Kind::Chain, &fewer, world.contents.encode());
    let report = audit::verify(&file, &trusted(&world.organization), at(5000)).unwrap();
    let failed: Vec<_> = report
        .facts
        .iter()
        .filter(|fact| fact.outcome == Outcome::Fail)
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0].name, failed[0].code), ("export_signed", Some("export.rule")));
}

#[test]
fn a_device_that_was_taken_out_hands_nothing_out() {
    meets(
        |world, contents| {
            let root = key("patient root");
            let removal = DeviceRemoval {
                version: 1,
                identity: world.owner.id(),
                device: world.owner.actor.authority,
                // After every block, before the file was made.
                time: at(2900),
                salt: random("removal"),
                actor: root.public_key(),
                authority: None,
            };
            let removal = Signed::issue(removal, &root).unwrap();
            contents.removals.push(removal.bytes().to_vec().into());
        },
        "chain_devices",
        "identity.removed",
    );
}

#[test]
fn records_answer_for_their_author_and_their_links() {
    meets(
        |_, contents| repack(contents, 3, |package| package.evidence = party("stranger").evidence),
        "record_author",
        "package.author",
    );
    let opening = Opening {
        record: random("another record").into(),
        salt: random("link"),
    };
    meets(
        |_, contents| repack(contents, 5, |package| package.supersedes = Some(opening)),
        "record_corrects",
        "record.link",
    );
}

#[test]
fn a_receipt_names_this_patient_and_a_grant_is_the_owners() {
    meets(
        |_, contents| {
            let Content::Receipt(bytes, ..) = &mut contents.blocks[4].content else {
                panic!("no receipt")
            };
            let statement = ReceiptStatement {
                patient: party("neighbour").id(),
                ..Receipt::verify(bytes).unwrap().into_statement()
            };
            *bytes = signed(statement, &party("doctor"));
        },
        "receipt_signature",
        "receipt.grant",
    );
    meets(
        |_, contents| {
            let Content::Grant(bytes) = &mut contents.blocks[2].content else {
                panic!("no grant")
            };
            let stranger = party("stranger");
            let statement = GrantStatement {
                actor: stranger.device.public_key(),
                ..Grant::verify(bytes).unwrap().into_statement()
            };
            *bytes = signed(statement, &stranger);
        },
        "grant_signature",
        "chain.key",
    );
}

fn signed<T: protocol::statement::Statement>(statement: T, by: &Party) -> Bytes
where
    T::Error: core::fmt::Debug,
{
    Signed::issue(statement, &by.device).unwrap().bytes().to_vec().into()
}

fn statement(world: &World) -> OrganizationStatement {
    let bytes = &world.contents.organizations[0].statement;
    Signed::<OrganizationStatement>::verify(bytes).unwrap().into_statement()
}

/// A block of the organization's list, changed, signed and promised anew; `commit` is what the log says instead of the truth.
fn restated(
    world: &World,
    place: usize,
    by: &Party,
    commit: Option<Hash>,
    change: impl FnOnce(&mut BlockStatement),
) -> PublicBlock {
    let old = &world.contents.organizations[0].blocks[place];
    let mut block = Block::verify(&old.block).unwrap().into_statement();
    block.actor = by.device.public_key();
    change(&mut block);
    let sequence = block.sequence;
    let block = Signed::issue(block, &by.device).unwrap();
    let named = statement(world);
    let key = named.log_key.as_bytes();
    let label = log_entry::label(key, sequence);
    let true_commit = log_entry::commit(&block.block_hash(), &log_entry::salt(key, sequence));
    let promise = promise(
        "relay",
        log_entry::map_key(&named.resource, &label),
        commit.unwrap_or(true_commit),
        100,
    );
    PublicBlock {
        block: block.bytes().to_vec().into(),
        body: old.body.clone(),
        promise: promise.into(),
    }
}

#[test]
fn an_organizations_list_is_its_own_and_whole() {
    let put = |world: &World, contents: &mut Contents, place: usize, block| {
        assert_eq!(key("relay").public_key(), statement(world).log.key);
        contents.organizations[0].blocks[place] = block;
    };
    meets(
        |world, contents| put(world, contents, 1, restated(world, 1, &party("stranger"), None, |_| ())),
        "organization_list",
        "chain.key",
    );
    meets(
        |world, contents| {
            let other = Some(random("another commit"));
            put(
                world,
                contents,
                1,
                restated(world, 1, &world.organization, other, |_| ()),
            );
        },
        "organization_list",
        "audit.promise",
    );
    meets(
        |world, contents| {
            let first = restated(world, 0, &world.organization, None, |block| {
                block.salt = random("other")
            });
            // Alone: a second block would not follow it and be refused for that.
            contents.organizations[0].blocks.truncate(1);
            put(world, contents, 0, first);
        },
        "organization_list",
        "chain.other",
    );
    meets(
        |_, contents| contents.organizations[0].blocks[1].body = None,
        "organization_list",
        "audit.body_left_out",
    );
    meets(
        |world, contents| {
            let named = OrganizationStatement {
                log_key: random("another log key"),
                ..statement(world)
            };
            contents.organizations[0].statement = signed(named, &world.organization);
        },
        "organization_list",
        "chain.genesis",
    );
}
