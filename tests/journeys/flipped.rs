//! One bit flipped in every field of every kind of answer: refused with its own code, nothing of it stored, and the truth still taken
//! afterwards.
//!
//! `index`, `cursor`, `time`, `version`, `attempts` and `more` are the relay's own counting: nothing rests on them but paging.

use support::forge::Forger;
use support::{Person, Relay, everything, flip, flip_body, swap, writing};
use vault::facade::{RecordQuery, Vault};

use super::visit::{Cast, stage};

/// Flips a field of every answer to requests of this method whose path ends so.
fn lie(person: &Person, method: &'static str, path: &'static str, pointer: &'static str) {
    person.wire.lie(move |request, response| {
        let asked = request.url.split('?').next().unwrap_or_default();
        if request.method != method || !asked.contains(path) || response.status >= 300 {
            return;
        }
        if pointer.is_empty() {
            flip_body(response);
        } else {
            flip(response, pointer);
        }
    });
}

#[test]
fn a_second_device_takes_in_no_entry_with_a_flipped_bit() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", "Asha");
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("61.5"), now, rng));
    asha.sync();
    for place in [0, 1] {
        // Each line: field, the code, and who refuses.
        let fields: [(&str, &[&str]); 6] = [
            ("label", &["sync.label"]),          // chain::receive::check_promise
            ("commit", &["sync.promise"]),       // chain::receive::check_promise
            ("block", &["sync.sealed"]),         // chain::seal::open_block
            ("slot", &["sync.sealed"]),          // chain::seal::open_block
            ("body", &["sync.sealed"]),          // chain::seal::open_block
            ("promise", &["promise.signature"]), // Promise::verify
        ];
        for (field, codes) in fields {
            let pointer: &'static str = Box::leak(format!("/entries/{place}/{field}").into_boxed_str());
            let mut phone = Person::join(&relay, &asha.words);
            lie(&phone, "GET", "/blocks", pointer);
            phone.sync();
            let seen = phone.codes();
            assert!(
                seen.iter().any(|code| codes.contains(&code.as_str())),
                "{pointer}: {seen:?}"
            );
            assert_eq!(phone.ask(Vault::profile).stage, "joining", "{pointer}");
            assert_eq!(
                phone.ask_refused(Vault::chain),
                "vault.not_ready",
                "{pointer}: something was stored"
            );
            phone.wire.tell_the_truth();
            phone.run(|vault, now, rng| vault.retry(now, rng));
            phone.sync();
            assert_eq!(
                phone.ask(Vault::profile).stage,
                "ready",
                "{pointer}: the truth is not taken any more"
            );
            assert_eq!(phone.ask(|vault| vault.records(&RecordQuery::default())).len(), 1);
            asha.sync();
        }
    }
    // A block or a body left out, and the locator: `open_block`, `hpke::open`.
    let mut phone = Person::join(&relay, &asha.words);
    phone.wire.lie(|request, response| {
        if request.url.contains("/blocks") {
            swap(response, "/entries/1/block", &serde_json::Value::Null);
        }
    });
    phone.sync();
    assert_eq!(phone.codes(), ["sync.gone"]);
    let mut phone = Person::join(&relay, &asha.words);
    lie(&phone, "GET", "/locators/", "/sealed");
    phone.sync();
    assert!(phone.codes().iter().all(|code| code.starts_with("crypto.")));
    assert_eq!(phone.ask(Vault::profile).stage, "joining");
}

#[test]
fn promises_with_a_flipped_bit_are_no_promises() {
    let Some(relay) = Relay::start() else { return };
    // Another log key than the one that signs: `Promise::verify` at the first block.
    let other = Person::new(&relay, "patient", "Other");
    let key = key_of(&other);
    let mut fooled = Person::unconnected(&relay, "patient", "Fooled");
    fooled.wire.lie(move |request, response| {
        if request.url.ends_with("/v1/relay") {
            swap(response, "/log/key", &key);
        }
    });
    fooled.sync();
    assert!(fooled.codes().contains(&"promise.signature".to_owned()));
    let first = fooled.ask(|vault| vault.block(0));
    assert_eq!(first.promised, None, "nothing counts as promised");

    // An append: `chain::receive::check_promise`.
    let mut asha = Person::new(&relay, "patient", "Asha");
    lie(&asha, "POST", "/blocks", "/promise");
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("61.5"), now, rng));
    asha.sync();
    assert!(asha.codes().contains(&"promise.signature".to_owned()));
    assert_eq!(
        asha.ask(Vault::chain).pending,
        1,
        "not admitted, as far as this device knows"
    );
    asha.wire.tell_the_truth();
    asha.run(|vault, now, rng| vault.retry(now, rng));
    asha.sync();
    assert_eq!(
        (asha.ask(Vault::chain).pending, asha.ask(Vault::check_chain).bad),
        (0, None)
    );
}

#[test]
fn consent_and_sharing_take_no_flipped_bit() {
    let Some(relay) = Relay::start() else { return };
    let Cast { mut asha, mut rao, .. } = Cast::new(&relay);
    let claims = |rao: &mut Person, id: &str| {
        rao.ask(Vault::claims)
            .into_iter()
            .find(|claim| claim.id == id)
            .expect("the claim")
    };

    // The offer is named by the code's hash: `Offer::open`.
    let (_, url) = asha.offer(&everything());
    lie(&rao, "GET", "/offers/", "/offer");
    let id = rao.make(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
    rao.sync();
    assert_eq!(claims(&mut rao, &id).reason.as_deref(), Some("offer.hash"));
    rao.wire.tell_the_truth();

    // The claim: `hpke::open`; the offer is over, nobody got in.
    let (offer, url) = asha.offer(&everything());
    rao.run(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
    rao.sync();
    lie(&asha, "GET", "/state", "/claim");
    asha.sync();
    assert!(asha.codes().iter().any(|code| code == "crypto.sealed"));
    let now = asha.now();
    let seen = asha
        .ask(|vault| vault.offers(now))
        .into_iter()
        .find(|seen| seen.id == offer)
        .expect("the offer");
    assert_eq!((seen.stage.as_str(), seen.claimant), ("declined", None));
    asha.wire.tell_the_truth();

    // The nonce revealed, then the answer: `hpke::open` in `flow::claim::advance`.
    for field in ["/reveal", "/answer"] {
        let (offer, url) = asha.offer(&everything());
        let id = rao.make(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
        rao.sync();
        asha.sync();
        if field == "/reveal" {
            lie(&rao, "GET", "/answer", field);
            rao.sync();
        } else {
            rao.sync();
            asha.make(|vault, now, rng| vault.confirm(&offer, None, now, rng));
            asha.sync();
            lie(&rao, "GET", "/answer", field);
            rao.sync();
        }
        let claim = claims(&mut rao, &id);
        assert_eq!(
            (claim.stage.as_str(), claim.reason.as_deref()),
            ("failed", Some("crypto.sealed")),
            "{field}"
        );
        assert!(rao.ask(|vault| vault.accesses(now)).is_empty(), "{field}");
        rao.wire.tell_the_truth();
    }

    // The copy of a record: `chain::open_blob`.
    let visit = asha.admit(&mut rao, &everything());
    let ids: Vec<String> = rao
        .ask(|vault| vault.shared_records(&visit.grant, &RecordQuery::default()))
        .into_iter()
        .map(|r| r.id)
        .collect();
    rao.codes();
    lie(&rao, "GET", "/blobs/", "");
    rao.run(|vault, now, rng| vault.fetch_shared(&visit.grant, &ids, now, rng));
    rao.sync();
    let seen = rao.codes();
    assert!(
        !seen.is_empty() && seen.iter().all(|code| code == "sync.sealed"),
        "{seen:?}"
    );
    assert!(
        rao.ask(|vault| vault.shared_records(&visit.grant, &RecordQuery::default()))
            .iter()
            .all(|record| !record.fetched)
    );
    rao.wire.tell_the_truth();
    rao.run(|vault, now, rng| vault.retry(now, rng));
    rao.sync();
    assert!(
        rao.ask(|vault| vault.shared_records(&visit.grant, &RecordQuery::default()))
            .iter()
            .all(|record| record.fetched)
    );

    // New entries of the share.
    let chain = Forger::of(&mut rao).share(&visit.grant);
    let fields = [
        ("label", "sync.label"),
        ("commit", "sync.promise"),
        ("block", "sync.sealed"),
        ("slot", "sync.sealed"),
        ("body", "sync.sealed"),
        ("promise", "promise.signature"),
    ];
    for (field, code) in fields {
        let pointer: &'static str = Box::leak(format!("/entries/0/{field}").into_boxed_str());
        asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("62"), now, rng));
        asha.sync();
        let before = rao.ask(|vault| vault.accesses(now))[0].blocks;
        rao.codes();
        let chain = chain.clone();
        rao.wire.lie(move |request, response| {
            if request.method == "GET" && request.url.contains(&chain) {
                flip(response, pointer);
            }
        });
        rao.sync();
        assert!(rao.codes().contains(&code.to_owned()), "{pointer}");
        assert_eq!(
            rao.ask(|vault| vault.accesses(now))[0].blocks,
            before,
            "{pointer}: something was stored"
        );
        rao.wire.tell_the_truth();
        rao.reopen();
        rao.sync();
        assert_eq!(
            rao.ask(|vault| vault.accesses(now))[0].blocks,
            before + 1,
            "{pointer}: the truth is not taken any more"
        );
    }

    // The time of a record: `ProvenTime::verify`. Nothing is sent without it.
    lie(&rao, "POST", "/entries", "/promise");
    let report = rao.make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    rao.sync();
    assert!(rao.codes().iter().any(|code| code.starts_with("proven.")));
    assert_eq!(stage(&mut rao, &report).0, "signed");
    rao.wire.tell_the_truth();
    rao.run(|vault, now, rng| vault.retry(now, rng));
    rao.sync();

    // The message: `hpke::open` in `flow::mailbox::open`. It is refused alone, and the sender may send it again.
    let before = asha.ask(|vault| vault.records(&RecordQuery::default())).len();
    lie(&asha, "GET", "/envelopes", "/envelopes/0/envelope");
    asha.sync();
    assert!(asha.codes().iter().any(|code| code.starts_with("crypto.")));
    assert_eq!(asha.ask(|vault| vault.records(&RecordQuery::default())).len(), before);
    asha.wire.tell_the_truth();
    rao.run(|vault, now, rng| vault.resend(&report, now, rng));
    rao.sync();
    asha.sync();
    rao.sync();
    assert_eq!(stage(&mut rao, &report), ("filed".into(), None));
}

#[test]
fn an_attachment_with_a_flipped_bit_is_not_opened() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", "Asha");
    let file = b"%PDF-1.7 a letter".repeat(9000);
    let letter = asha.make(|vault, now, rng| vault.import_file("letter.pdf", "application/pdf", &file, now, rng));
    asha.sync();
    let mut phone = Person::join(&relay, &asha.words);
    phone.sync();
    lie(&phone, "GET", "/blobs/", "");
    phone.run(|vault, now, rng| vault.fetch_attachment(&letter, 0, now, rng));
    phone.sync();
    // `flow::attachment::fetched` compares the address.
    assert!(!phone.codes().is_empty());
    assert_eq!(
        phone.ask_refused(|vault| vault.attachment(&letter, 0)),
        "vault.not_found"
    );
    phone.wire.tell_the_truth();
    phone.run(|vault, now, rng| vault.retry(now, rng));
    phone.sync();
    assert!(phone.ask(|vault| vault.attachment(&letter, 0)) == file);
}

/// A sound public key that is not the log's: the one that somebody's own chain is written by.
fn key_of(person: &Person) -> serde_json::Value {
    let all = person.wire.all();
    let put = all
        .iter()
        .find(|exchange| exchange.request.method == "PUT" && exchange.request.url.contains("/v1/chains/"));
    let body = put.and_then(|exchange| exchange.request.body.clone()).expect("a chain");
    serde_json::from_slice::<serde_json::Value>(&body).expect("JSON")["write"].clone()
}
