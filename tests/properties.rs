//! What must hold for every object, not only for those that somebody thought of.

#[path = "specimen/mod.rs"]
mod specimen;

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use protocol::block::{Block, BlockKind, BlockStatement};
use protocol::category::Category;
use protocol::cbor;
use protocol::chain::Head;
use protocol::grant::{GrantStatement, Permission, Right, Scope};
use protocol::hash::Hash;
use protocol::id::RecordId;
use protocol::record::{Attachment, RecordStatement};
use protocol::time::Period;
use protocol::vector;
use serde_json::{Value, json};
use specimen::{DAY, NOW, Party, block_statement, grant_statement, issue, party, period, random, record_statement};

const FILES: &[&str] = &[
    include_str!("vectors/identity.json"),
    include_str!("vectors/record.json"),
    include_str!("vectors/block.json"),
    include_str!("vectors/grant.json"),
    include_str!("vectors/claim.json"),
    include_str!("vectors/envelope.json"),
    include_str!("vectors/receipt.json"),
    include_str!("vectors/credential.json"),
    include_str!("vectors/organization.json"),
    include_str!("vectors/promise.json"),
];

/// The first accepted object of each kind: operation and input.
fn objects() -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for file in FILES {
        let cases: Vec<Value> = serde_json::from_str(file).expect("a vector file");
        for case in cases {
            let op = case["op"].as_str().unwrap_or_default();
            if case["expect"].get("ok").is_some() && op.ends_with(".verify") && case["input"]["bytes"].is_string() {
                found.entry(op.to_owned()).or_insert_with(|| case["input"].clone());
            }
        }
    }
    found
}

/// SIG-2, COSE-1 to COSE-3, CBOR-1: every single bit of a signed object counts.
#[test]
fn one_flipped_bit_of_any_signed_object_is_refused() {
    let objects = objects();
    assert!(objects.len() >= 14, "{:?}", objects.keys());
    for (op, input) in &objects {
        assert!(vector::run(op, input).is_ok(), "{op} accepts the object as it is");
        let bytes = unhex(input["bytes"].as_str().unwrap_or_default());
        // A claim carries 1216 random bytes of key; a few bits of each byte are enough there.
        let step = if bytes.len() > 1500 { 5 } else { 1 };
        for bit in (0..bytes.len() * 8).step_by(step) {
            let mut changed = input.clone();
            changed["bytes"] = json!(specimen::raw::hex(&specimen::raw::flip(&bytes, bit)));
            assert!(
                vector::run(op, &changed).is_err(),
                "{op}: bit {bit} flipped and still accepted"
            );
        }
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |c: u8| (c as char).to_digit(16).expect("hexadecimal") as u8;
    text.as_bytes()
        .chunks(2)
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect()
}

// A small world, so that grants often meet: four categories, four records, eight days.
const CATEGORIES: [Category; 4] = [
    Category::Problem,
    Category::Medication,
    Category::Laboratory,
    Category::Imaging,
];

fn records() -> Vec<RecordId> {
    let mut records: Vec<RecordId> = (0..4).map(|n| random(&format!("record {n}")).into()).collect();
    records.sort_unstable();
    records
}

fn any_period() -> impl Strategy<Value = Period> {
    (0u64..8, proptest::option::of(1u64..8))
        .prop_map(|(from, days)| period(NOW + from * DAY, days.map(|days| NOW + (from + days) * DAY)))
}

fn any_scope() -> impl Strategy<Value = Scope> {
    let categories = subsequence(CATEGORIES.to_vec(), 0..=4);
    (
        categories,
        subsequence(records(), 0..=4),
        proptest::option::of(any_period()),
        any::<bool>(),
    )
        .prop_map(|(categories, records, period, ongoing)| Scope {
            categories,
            records,
            period,
            ongoing,
        })
}

fn any_grant() -> impl Strategy<Value = GrantStatement> {
    let rights = subsequence(vec![Right::Read, Right::Append, Right::Order], 1..=3);
    (any_scope(), rights, prop::array::uniform3(any_period())).prop_map(|(scope, rights, periods)| {
        let permissions = rights
            .into_iter()
            .zip(periods)
            .map(|(right, period)| Permission { right, period })
            .collect();
        GrantStatement {
            scope,
            permissions,
            ..grant_statement(&party("patient"), &party("doctor"))
        }
    })
}

/// Cuts a grant down to what another leaves of it: always narrower, if anything remains.
fn narrowed(outer: &GrantStatement, by: &GrantStatement) -> Option<GrantStatement> {
    let both = |outer: &Period, by: &Period| {
        let until = [outer.until, by.until].into_iter().flatten().min();
        Period::new(outer.from.max(by.from), until).ok()
    };
    let mut inner = outer.clone();
    inner
        .scope
        .categories
        .retain(|category| by.scope.categories.contains(category));
    inner.scope.records.retain(|record| by.scope.records.contains(record));
    inner.scope.ongoing &= by.scope.ongoing;
    inner.scope.period = match (&outer.scope.period, &by.scope.period) {
        (Some(outer), Some(by)) => Some(both(outer, by)?),
        (outer, by) => outer.or(*by),
    };
    inner.permissions = Vec::new();
    for own in &outer.permissions {
        if let Some(limit) = by.permissions.iter().find(|limit| limit.right == own.right) {
            inner.permissions.push(Permission {
                right: own.right,
                period: both(&own.period, &limit.period)?,
            });
        }
    }
    (!inner.permissions.is_empty()).then_some(inner)
}

/// Whatever the inner grant covers or allows, the outer one does too.
fn never_wider(inner: &GrantStatement, outer: &GrantStatement) {
    let grantee = inner.grantee.identity().expect("an identity");
    let outside = random("a record nobody named").into();
    for day in 0..20 {
        let time = specimen::time(NOW - 2 * DAY + day * DAY);
        for record in records().iter().chain([&outside]) {
            for category in Category::ALL {
                let wider = inner.scope.covers(record, *category, time) && !outer.scope.covers(record, *category, time);
                assert!(!wider, "{record} {category:?} at {time:?}");
            }
        }
        for right in Right::ALL {
            let wider = inner.allows(&grantee, *right, time).is_ok() && outer.allows(&grantee, *right, time).is_err();
            assert!(!wider, "{right:?} at {time:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// GRANT-8.
    #[test]
    fn what_is_called_narrower_is_never_wider(one in any_grant(), other in any_grant()) {
        if one.check_narrower(&other).is_ok() {
            never_wider(&one, &other);
        }
        if let Some(inner) = narrowed(&one, &other) {
            prop_assert!(inner.check_narrower(&one).is_ok());
            never_wider(&inner, &one);
        }
    }

    /// GRANT-8.
    #[test]
    fn narrowing_is_transitive(first in any_grant(), by in any_grant(), again in any_grant()) {
        if let Some(second) = narrowed(&first, &by) {
            if let Some(third) = narrowed(&second, &again) {
                prop_assert!(third.check_narrower(&second).is_ok());
                prop_assert!(third.check_narrower(&first).is_ok());
            }
            prop_assert!(first.check_narrower(&second).is_err() || second.check_narrower(&first).is_ok() && same(&first, &second));
        }
    }

    /// CHAIN-2: whatever comes in whatever order, there is one block at each place and it follows the one before it.
    #[test]
    fn a_chain_never_accepts_two_blocks_at_one_place(order in proptest::collection::vec(0usize..24, 1..120)) {
        let pool = pool();
        let mut head: Option<Head> = None;
        let mut accepted: Vec<&Block> = Vec::new();
        for block in order.into_iter().filter_map(|place| pool.get(place)) {
            let next = match &head {
                None => Head::begin(block),
                Some(head) => head.accept(block),
            };
            if let Ok(next) = next {
                head = Some(next);
                accepted.push(block);
            }
        }
        for (place, block) in accepted.iter().enumerate() {
            prop_assert_eq!(block.sequence as usize, place);
            prop_assert_eq!(block.previous, place.checked_sub(1).map(|before| accepted[before].block_hash()));
            prop_assert_eq!(block.chain_id(), accepted[0].block_hash().hash().into());
        }
    }

    /// CBOR-1: what is written is read as the same value, and its one encoding is the one that was written.
    #[test]
    fn written_values_are_read_again(scope in any_scope(), record in any_record()) {
        let bytes = cbor::encode(&scope);
        prop_assert_eq!(cbor::decode::<Scope>(&bytes, 4096), Ok(scope));
        let bytes = cbor::encode(&record);
        prop_assert_eq!(cbor::decode::<RecordStatement>(&bytes, 1 << 20), Ok(record));
    }

    /// CBOR-1: whatever is accepted at all is accepted in one encoding.
    #[test]
    fn accepted_bytes_are_the_only_encoding(record in any_record(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = cbor::encode(&record);
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(value) = cbor::decode::<RecordStatement>(&bytes, 1 << 20) {
            prop_assert_eq!(cbor::encode(&value), bytes);
        }
    }
}

fn same(one: &GrantStatement, other: &GrantStatement) -> bool {
    one.scope.within(&other.scope) && other.scope.within(&one.scope)
}

fn any_record() -> impl Strategy<Value = RecordStatement> {
    let attachment =
        (any::<[u8; 32]>(), any::<u64>(), "[a-z]{1,12}/[a-z]{1,12}").prop_map(|(hash, size, media_type)| Attachment {
            hash: Hash::new(hash),
            size,
            media_type,
        });
    (
        select(Category::ALL),
        ".{0,80}",
        proptest::collection::vec(attachment, 0..4),
        0u64..1 << 53,
    )
        .prop_map(|(category, content, attachments, time)| RecordStatement {
            category,
            attachments,
            time: specimen::time(time),
            ..record_statement(&party("doctor"), &party("patient"), &content)
        })
}

/// A chain of six blocks, a rival for each place, blocks that follow the rivals, another chain and another owner.
fn pool() -> &'static [Block] {
    static POOL: std::sync::OnceLock<Vec<Block>> = std::sync::OnceLock::new();
    POOL.get_or_init(|| {
        let (patient, stranger) = (party("patient"), party("stranger"));
        let next = |owner: &Party, before: Option<&Block>, name: &str| {
            let kind = if before.is_some() {
                BlockKind::Note
            } else {
                BlockKind::Genesis
            };
            let statement = BlockStatement {
                salt: random(name),
                ..block_statement(owner, before, kind, name.as_bytes())
            };
            issue(statement, &owner.device)
        };
        let mut blocks = vec![next(&patient, None, "main")];
        for place in 0..5 {
            let before = blocks.last().expect("the one before").clone();
            blocks.insert(place, next(&patient, Some(&before), "rival"));
            let rival = blocks[place].clone();
            blocks.insert(0, next(&patient, Some(&rival), "behind the rival"));
            blocks.push(next(&patient, Some(&before), "main"));
        }
        let other = next(&patient, None, "other");
        blocks.push(next(&patient, Some(&other), "other"));
        blocks.push(other);
        let theirs = next(&stranger, None, "theirs");
        blocks.push(next(&stranger, Some(&theirs), "theirs"));
        blocks.push(theirs);
        blocks
    })
}
