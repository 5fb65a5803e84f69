//! What only somebody with keys of their own can send: claims without the code, other nonces and grants than agreed, receipts and notices
//! in another's name.

use protocol::cbor;
use protocol::envelope::MessageKind;
use protocol::grant::{GrantStatement, Grantee};
use protocol::hash::Hash;
use protocol::id::IdentityId;
use protocol::relay::text::Bytes;
use serde_json::{Value, json};
use support::forge::Forger;
use support::{Person, Relay, everything, writing};
use vault::body::Notice;
use vault::facade::Vault;

use super::visit::{Cast, stage};

/// Every answer to requests whose path ends so says this as well.
fn insert(person: &Person, path: &'static str, members: Vec<(&'static str, Value)>) {
    person.wire.lie(move |request, response| {
        let asked = request.url.split('?').next().unwrap_or_default();
        if request.method == "GET" && asked.ends_with(path) && response.status == 200 {
            let mut body: Value = serde_json::from_slice(&response.body).expect("JSON");
            for (name, value) in &members {
                body[*name] = value.clone();
            }
            response.body = body.to_string().into_bytes();
        }
    });
}

fn text(bytes: Vec<u8>) -> Value {
    serde_json::to_value(Bytes(bytes)).expect("a text")
}

fn other() -> Hash {
    Hash::new([7; 32])
}

/// The relay has the offer but not the code's secret.
#[test]
fn a_claim_by_somebody_who_never_saw_the_code_is_refused() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", "Asha");
    let mut thief = Person::new(&relay, "practitioner", "Dr Rao");
    let (offer, _) = asha.offer(&everything());
    let claim = Forger::of(&mut thief).claim_blindly(&Forger::of(&mut asha).offer(&offer));
    asha.codes();
    insert(&asha, "/state", vec![("version", json!(1)), ("claim", text(claim))]);
    asha.sync();
    // `flow::offer::open_claim`.
    assert_eq!(asha.codes(), ["claim.mac"]);
    let now = asha.now();
    let seen = asha.ask(|vault| vault.offers(now)).remove(0);
    assert_eq!((seen.stage.as_str(), seen.claimant), ("declined", None));
}

/// A wallet that could still choose its nonce after it saw the claim could steer the symbols.
#[test]
fn another_nonce_than_committed_to_ends_the_claim() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", "Asha");
    let mut rao = Person::new(&relay, "practitioner", "Dr Rao");
    let (offer, url) = asha.offer(&everything());
    rao.run(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
    rao.sync();
    asha.sync();
    let nonce = Forger::of(&mut asha).reveal_another_nonce(&offer);
    insert(&rao, "/answer", vec![("reveal", text(nonce))]);
    rao.sync();
    // `flow::claim::advance`.
    let claim = rao.ask(Vault::claims).remove(0);
    assert_eq!(
        (claim.stage.as_str(), claim.reason.as_deref(), claim.symbols.len()),
        ("failed", Some("claim.nonce"), 0)
    );
}

#[test]
fn a_grant_that_is_not_the_one_agreed_to_is_not_taken() {
    type Change = fn(&mut GrantStatement);
    let Some(relay) = Relay::start() else { return };
    // All in `flow::claim::receive`.
    let cases: [(&str, Change); 4] = [
        ("claim.symbols", |grant| grant.transcript = other()),
        ("grant.grantee", |grant| {
            grant.grantee = Grantee::Identity(IdentityId::from(other()))
        }),
        ("grant.grantee", |grant| grant.sealing_key = other()),
        ("identity.mismatch", |grant| grant.patient = IdentityId::from(other())),
    ];
    let mut asha = Person::new(&relay, "patient", "Asha");
    let mut rao = Person::new(&relay, "practitioner", "Dr Rao");
    for (code, change) in cases {
        let (offer, url) = asha.offer(&everything());
        asha.claim_of(&mut rao, &url);
        let answer = Forger::of(&mut asha).confirm(&offer, change);
        insert(&rao, "/answer", vec![("version", json!(9)), ("answer", text(answer))]);
        rao.sync();
        rao.wire.tell_the_truth();
        let claims = rao.ask(Vault::claims);
        let claim = claims.into_iter().find(|claim| claim.id == offer).expect("the claim");
        assert_eq!(
            (claim.stage.as_str(), claim.reason.as_deref(), claim.grant),
            ("failed", Some(code), None)
        );
        let now = rao.now();
        assert!(rao.ask(|vault| vault.accesses(now)).is_empty(), "{code}");
    }
    // What was agreed to is taken.
    let (offer, url) = asha.offer(&everything());
    asha.claim_of(&mut rao, &url);
    let answer = Forger::of(&mut asha).confirm(&offer, |_| ());
    insert(&rao, "/answer", vec![("version", json!(9)), ("answer", text(answer))]);
    rao.sync();
    let now = rao.now();
    assert_eq!(rao.ask(|vault| vault.accesses(now)).len(), 1);
}

#[test]
fn receipts_and_messages_that_say_something_else_are_refused() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let visit = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    let mut stranger = Person::new(&relay, "practitioner", "Dr Nobody");
    let intruder = Forger::of(&mut stranger);
    let mut forger = Forger::of(&mut rao);
    let (grant, access) = forger.access(&visit.grant);
    let record = other().into();
    let good = forger.receipt(grant, &access, record, None, |_| ());
    let elsewhere = forger.receipt(grant, &access, record, None, |receipt| receipt.grant = other().into());
    let neighbour = forger.receipt(grant, &access, record, None, |receipt| receipt.patient = other().into());
    let borrowed = forger.receipt(grant, &access, record, Some(&intruder), |_| ());
    let before = asha.ask(Vault::receipts).len();
    let receipt = MessageKind::Receipt;
    asha.codes();
    let mut meets = |code: &str, answer: cli::Response| {
        assert_eq!(answer.status, 202, "the relay cannot tell");
        asha.sync();
        assert_eq!(asha.codes(), [code]);
        assert_eq!(asha.ask(Vault::receipts).len(), before, "{code}: something was filed");
    };
    // `flow::receipt::arrived`.
    meets(
        "receipt.grant",
        forger.message(grant, &access, (receipt, elsewhere), |_| ()),
    );
    meets(
        "receipt.grant",
        forger.message(grant, &access, (receipt, neighbour), |_| ()),
    );
    meets(
        "receipt.reader",
        forger.message(grant, &access, (receipt, borrowed), |_| ()),
    );
    // `EnvelopeStatement::check_address` in `flow::mailbox::open`.
    let body = (receipt, good.clone());
    meets(
        "envelope.mailbox",
        forger.message(grant, &access, body.clone(), |envelope| {
            envelope.mailbox = other().into()
        }),
    );
    meets(
        "envelope.recipient",
        forger.message(grant, &access, body.clone(), |envelope| {
            envelope.recipient = other().into()
        }),
    );
    meets(
        "envelope.expired",
        forger.message(grant, &access, body.clone(), |envelope| {
            envelope.time = envelope.time.minus(9);
            envelope.expires = envelope.time.plus(1);
        }),
    );
    // `flow::mailbox::holds`: under another grant. `flow::mailbox::handle`: a kind that does not belong there.
    meets(
        "envelope.sender",
        forger.message(grant, &access, body.clone(), |envelope| {
            envelope.grant = Some(other().into())
        }),
    );
    meets(
        "envelope.kind",
        forger.message(grant, &access, (MessageKind::Notice, good.clone()), |_| ()),
    );
    // The honest one is filed.
    assert_eq!(forger.message(grant, &access, (receipt, good), |_| ()).status, 202);
    asha.sync();
    assert_eq!(asha.ask(Vault::receipts).len(), before + 1);
}

/// Somebody who stole the capability with which the patient writes to the doctor.
#[test]
fn a_strangers_notice_settles_nothing() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let visit = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    let report = rao.make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    rao.sync();
    let mut stranger = Person::new(&relay, "patient", "Nobody");
    let (grant, to, holder) = Forger::of(&mut asha).holder(&visit.grant);
    let notice = cbor::encode(&Notice::Filed(report.parse().expect("an id")));
    let mut intruder = Forger::of(&mut stranger);
    let answer = intruder.post(grant, &to, holder, (MessageKind::Notice, notice), |_| ());
    assert_eq!(answer.status, 202, "the relay cannot tell");
    rao.codes();
    rao.sync();
    // `flow::mailbox::from_patient`.
    assert_eq!(rao.codes(), ["envelope.sender"]);
    assert_eq!(stage(&mut rao, &report).0, "delivered");
    asha.sync();
    rao.sync();
    assert_eq!(stage(&mut rao, &report), ("filed".into(), None));
}
