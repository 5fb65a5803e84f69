//! What vectors cannot show: who may sign, what nobody may sign, and what stays out of debug output.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests say what they expect by failing")]

use ed25519_dalek::{Signer as _, SigningKey};
use protocol::cbor;
use protocol::code::Coded;
use protocol::hash::{Hash, sha256};
use protocol::identity::{self, DeviceStatement, IdentityStatement, RecoveryPolicy};
use protocol::key::{PublicKey, Signature, Signer};
use protocol::label::{HashLabel, Label};
use protocol::name;
use protocol::offer::OfferUrl;
use protocol::promise::Promise;
use protocol::receipt::{self, Receipt, ReceiptStatement};
use protocol::record::{self, Attachment, RecordStatement};
use protocol::statement::Signed;
use protocol::time::{Period, Timestamp};

struct Key(SigningKey);

impl Signer for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.verifying_key().to_bytes()).unwrap()
    }
    fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

fn key(seed: u8) -> Key {
    Key(SigningKey::from_bytes(&[seed; 32]))
}

fn receipt(signer: &Key, records: usize) -> ReceiptStatement {
    ReceiptStatement {
        version: 1,
        grant: [1; 32].into(),
        patient: [2; 32].into(),
        records: vec![[3; 32].into(); records],
        time: Timestamp::new(1).unwrap(),
        salt: Hash::new([4; 32]),
        actor: signer.public_key(),
        reader: [5; 32].into(),
        authority: [6; 32].into(),
    }
}

/// STMT-1.
#[test]
fn only_the_actor_signs() {
    let (own, other) = (key(1), key(2));
    assert_eq!(
        Signed::issue(receipt(&own, 1), &other).unwrap_err(),
        receipt::Error::Signature
    );
    let signed: Receipt = Signed::issue(receipt(&own, 1), &own).unwrap();
    assert_eq!(Signed::verify(signed.bytes()), Ok(signed));
}

/// STMT-5.
#[test]
fn what_breaks_a_rule_is_not_signed() {
    let own = key(1);
    for records in [0, receipt::MAX_RECORDS + 1] {
        assert_eq!(
            Signed::issue(receipt(&own, records), &own).unwrap_err(),
            receipt::Error::Rule
        );
    }
    let policy = RecoveryPolicy { delay: 1, approvals: 0 };
    let statement = IdentityStatement {
        version: 1,
        actor: own.public_key(),
        recovery: policy,
        salt: Hash::new([0; 32]),
        next: None,
    };
    assert_eq!(Signed::issue(statement, &own).unwrap_err(), identity::Error::Rule);
}

fn record(signer: &Key, content: usize) -> RecordStatement {
    RecordStatement {
        version: 1,
        subject: [1; 32].into(),
        category: protocol::category::Category::Visit,
        content: vec![b' '; content].into(),
        attachments: Vec::new(),
        replies_to: Hash::new([2; 32]),
        supersedes: Hash::new([3; 32]),
        time: Timestamp::MAX,
        salt: Hash::new([4; 32]),
        actor: signer.public_key(),
        author: [5; 32].into(),
        authority: [6; 32].into(),
    }
}

/// REC-2, REC-3, STMT-5: at the limit and one beyond.
#[test]
fn the_largest_record_is_signed_and_read_and_a_larger_one_is_not() {
    let own = key(1);
    let mut largest = record(&own, record::MAX_CONTENT);
    let attachment = Attachment {
        hash: Hash::new([7; 32]),
        size: u64::MAX,
        media_type: "x".repeat(127),
    };
    largest.attachments = vec![attachment; record::MAX_ATTACHMENTS];
    let signed = Signed::issue(largest, &own).unwrap();
    assert!(Signed::<RecordStatement>::verify(signed.bytes()).is_ok());
    assert_eq!(
        Signed::issue(record(&own, record::MAX_CONTENT + 1), &own).unwrap_err(),
        record::Error::TooLarge
    );
}

/// STMT-5: what grows beyond the largest size by a member of free length.
#[test]
fn what_no_reader_would_accept_is_not_signed() {
    use protocol::block::{BlockKind, BlockStatement, Error, LogCommitment};
    let own = key(1);
    let log = |origin: usize| LogCommitment {
        log_key: Hash::new([8; 32]),
        log: protocol::proven::Log {
            origin: "a".repeat(origin),
            key: own.public_key(),
        },
    };
    let block = |origin: usize| BlockStatement {
        version: 1,
        chain: None,
        sequence: 0,
        previous: None,
        time: Timestamp::MAX,
        kind: BlockKind::Genesis,
        body: Hash::new([1; 32]),
        salt: Hash::new([2; 32]),
        actor: own.public_key(),
        owner: [3; 32].into(),
        authority: [4; 32].into(),
        log: Some(log(origin)),
    };
    let fits = Signed::issue(block(1000), &own).unwrap();
    assert!(Signed::<BlockStatement>::verify(fits.bytes()).is_ok());
    assert_eq!(Signed::issue(block(2048), &own).unwrap_err(), Error::Rule);
}

/// CBOR-3: what is absent at the end is left out, in the middle it is null.
#[test]
fn absent_members_have_one_encoding() {
    let from = Timestamp::new(0).unwrap();
    assert_eq!(cbor::encode(&Period { from, until: None }), [0x81, 0]);
    assert_eq!(
        cbor::encode(&Period {
            from,
            until: Some(from.plus(1))
        }),
        [0x82, 0, 1]
    );
    let scope = protocol::grant::Scope {
        categories: vec![],
        records: vec![],
        period: None,
        ongoing: false,
    };
    assert_eq!(cbor::encode(&scope), [0x84, 0x80, 0x80, 0xf6, 0xf4]);
}

/// CBOR-4: hostile lengths are refused without taking memory for them.
#[test]
fn hostile_lengths_and_depths_end_at_once() {
    for bytes in [
        &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..],
        &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0x7b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0xdb, 0, 0, 0, 0, 0, 0, 0, 1],
        &[0x9f],
        &[0x1c],
        &[0xf8],
    ] {
        assert!(cbor::decode::<Vec<Hash>>(bytes, 1 << 20).is_err(), "{bytes:02x?}");
        assert!(Signed::<DeviceStatement>::verify(bytes).is_err());
    }
    assert_eq!(
        cbor::decode::<Period>(&vec![0x81; 1 << 20], 1 << 20),
        Err(cbor::Error::TooDeep)
    );
    assert_eq!(
        cbor::decode::<Period>(&vec![0xc1; 1 << 20], 1 << 20),
        Err(cbor::Error::TooDeep)
    );
}

/// HASH-2 and LABEL-1: none equals or begins another.
#[test]
fn labels_are_prefix_free() {
    let hashes = HashLabel::ALL.iter().map(|label| label.as_bytes().to_vec());
    let labels = Label::ALL.iter().map(|label| label.as_str().as_bytes().to_vec());
    let all: Vec<Vec<u8>> = hashes.chain(labels).collect();
    for (place, one) in all.iter().enumerate() {
        assert!(
            all[..place]
                .iter()
                .all(|other| !one.starts_with(other) && !other.starts_with(one))
        );
    }
    for label in Label::ALL {
        assert_eq!(Label::parse(label.as_str()), Some(*label));
    }
    assert_eq!(HashLabel::Body.hash(&[b"ab", b"c"]), sha256(&[b"satchel body v1\0abc"]));
}

/// OFFER-2: the secret of a code appears nowhere but in its text.
#[test]
fn a_code_shows_no_secret_when_debugged() {
    let url = OfferUrl {
        origin: "https://relay.example".to_owned(),
        offer: [1; 32].into(),
        secret: [0xab; 32],
        hash: Hash::new([2; 32]),
    };
    let shown = format!("{url:?}").to_lowercase();
    assert!(
        shown.contains("relay.example") && !shown.contains("abab") && !shown.contains("171"),
        "{shown}"
    );
}

/// NAME-1.
#[test]
fn names_are_plain_and_short() {
    for good in ["Ada", "Dr. Müller-Lüdenscheidt", "محمد\u{200f}", "李", &"a".repeat(200)] {
        assert!(name::fits(good), "{good}");
    }
    for bad in [
        "",
        "a\nb",
        "\u{1b}[2J",
        "a\u{202e}b",
        "a\u{2066}b",
        "a\u{2028}b",
        "\u{9b}31m",
        "\u{7f}",
        &"é".repeat(101),
    ] {
        assert!(!name::fits(bad), "{bad:?}");
    }
}

/// PROM-2: origin and entry are the reader's to compare; the key decides whether there is a promise at all.
#[test]
fn a_promise_is_the_logs_own() {
    let (log, other) = (key(1), key(2));
    let promise = Promise {
        version: 1,
        origin: "relay.example/log".to_owned(),
        map_key: Hash::new([1; 32]),
        commit: Hash::new([2; 32]),
        time: Timestamp::new(7).unwrap(),
        salt: Hash::new([3; 32]),
    };
    let bytes = promise.issue(&log);
    assert_eq!(Promise::verify(&bytes, &log.public_key()), Ok(promise));
    assert_eq!(
        Promise::verify(&bytes, &other.public_key()).map_err(|error| error.code()),
        Err("promise.signature")
    );
}

/// The conformance entry point tells a bad case from a refusal.
#[test]
fn a_bad_case_is_not_a_refusal() {
    use protocol::vector::{INPUT, UNKNOWN, run};
    use serde_json::json;
    assert_eq!(run("no.such", &json!({})), Err(UNKNOWN));
    assert_eq!(run("record.verify", &json!({})), Err(INPUT));
    assert_eq!(run("record.verify", &json!({ "bytes": "0" })), Err(INPUT));
    assert_eq!(run("record.verify", &json!({ "bytes": "AA" })), Err(INPUT));
    assert_eq!(run("record.verify", &json!({ "bytes": 7 })), Err(INPUT));
    assert_eq!(run("record.verify", &json!({ "bytes": "" })), Err("record.malformed"));
}
