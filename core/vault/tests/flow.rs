//! The façade's flows over a real relay process: found, import, consent, read, write, receipts, second device.
//!
//! The relay's binary is looked for beside the test's own (`target/debug/relay-server`) or in `SATCHEL_RELAY_BIN`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "flow/platform.rs"]
#[allow(dead_code, reason = "shared with other test targets")]
mod platform;

use platform::{Person, Relay};
use vault::facade::{OfferRequest, OfferRight, RecordDraft, RecordQuery, Setup};

fn setup(role: &str, name: &str, relay: &Relay) -> Setup {
    Setup {
        role: role.into(),
        name: name.into(),
        relay: relay.url.clone(),
        token: None,
    }
}

fn observation(text: &str) -> Vec<u8> {
    format!(
        r#"{{"resourceType":"Observation","status":"final","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}}]}}],"code":{{"coding":[{{"system":"http://loinc.org","code":"718-7","display":"Hemoglobin"}}],"text":"{text}"}},"effectiveDateTime":"2026-11-20","valueQuantity":{{"value":9.80,"unit":"g/dL","system":"http://unitsofmeasure.org","code":"g/dL"}}}}"#
    )
    .into_bytes()
}

fn offer() -> OfferRequest {
    OfferRequest {
        categories: vec!["laboratory".into(), "visit".into(), "order".into()],
        records: vec![],
        from: None,
        until: None,
        ongoing: true,
        rights: ["read", "append", "order"]
            .iter()
            .map(|right| OfferRight {
                right: (*right).into(),
                seconds: Some(86_400),
            })
            .collect(),
        hidden: vec![],
        lifetime: 600,
    }
}

#[test]
fn a_visit_from_first_key_to_receipt() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::create(&setup("patient", "Asha", &relay));
    let mut rao = Person::create(&setup("practitioner", "Dr Rao", &relay));
    asha.sync();
    rao.sync();
    assert_eq!(asha.vault.profile().unwrap().stage, "ready");
    assert_eq!(asha.vault.profile().unwrap().outbox, 0, "{:?}", asha.vault.profile());

    let draft = RecordDraft {
        fhir: observation("Hemoglobin"),
        replies_to: None,
        supersedes: None,
    };
    asha.run(|vault, now, rng| vault.add_record(&draft, now, rng));
    asha.sync();
    let records = asha.vault.records(&RecordQuery::default()).unwrap();
    assert_eq!(records.len(), 1);
    let own = asha.ask(|vault, now| vault.record(&records[0].id, now));
    assert_eq!(own.fhir, observation("Hemoglobin"));
    assert_eq!(own.standing.authentic, "authentic");

    let id = asha
        .run(|vault, now, rng| vault.offer(&offer(), now, rng))
        .created
        .unwrap();
    asha.sync();
    let url = asha.vault.offers(asha.now()).unwrap()[0].url.clone().unwrap();
    assert!(url.len() <= 300);
    rao.run(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
    rao.sync();
    asha.sync();
    rao.sync();
    let seen = asha.vault.offers(asha.now()).unwrap().remove(0);
    assert_eq!(seen.stage, "claimed");
    assert_eq!(seen.claimant.as_ref().unwrap().vouched, "none");
    let claim = rao.vault.claims().unwrap().remove(0);
    assert_eq!(claim.stage, "comparing", "{claim:?}");
    assert_eq!(seen.choices.len(), 3);
    assert!(seen.choices.contains(&claim.symbols));

    // Nobody vouches: without symbols the wallet refuses.
    let refused = asha
        .try_run(|vault, now, rng| vault.confirm(&id, None, now, rng))
        .unwrap_err();
    assert_eq!(refused.code, "claim.unvouched");
    let names: Vec<String> = claim.symbols.iter().map(|symbol| symbol.name.clone()).collect();
    asha.run(|vault, now, rng| vault.confirm(&id, Some(names.clone()), now, rng));
    asha.sync();
    rao.sync();
    let access = rao.vault.accesses(rao.now()).unwrap().remove(0);
    assert_eq!((access.name.as_str(), access.records), ("Asha", 1));

    let shared = rao.vault.shared_records(&access.id, &RecordQuery::default()).unwrap();
    let ids = vec![shared[0].id.clone()];
    rao.run(|vault, now, rng| vault.fetch_shared(&access.id, &ids, now, rng));
    rao.sync();
    rao.run(|vault, now, rng| vault.open_shared(&access.id, &ids, now, rng));
    let read = rao.ask(|vault, now| vault.shared_record(&access.id, &ids[0], now));
    assert_eq!(read.fhir, observation("Hemoglobin"));
    rao.sync();
    asha.sync();
    let receipts = asha.vault.receipts().unwrap();
    assert_eq!(receipts.len(), 1);
    assert_eq!(receipts[0].records, ids);

    // The doctor writes; the patient files; the doctor learns of it and sees it in the share.
    let draft = RecordDraft {
        fhir: observation("Repeat"),
        replies_to: Some(ids[0].clone()),
        supersedes: None,
    };
    rao.run(|vault, now, rng| vault.submit(&access.id, &draft, now, rng));
    rao.sync();
    asha.sync();
    rao.sync();
    let sent = rao.vault.submissions().unwrap();
    assert_eq!(sent[0].stage, "filed", "{sent:?}");
    assert_eq!(asha.vault.records(&RecordQuery::default()).unwrap().len(), 2);
    assert_eq!(
        rao.vault
            .shared_records(&access.id, &RecordQuery::default())
            .unwrap()
            .len(),
        2
    );

    // Everything survives a restart from the store.
    asha.reopen();
    let checked = asha.ask(|vault, _| vault.check_chain());
    assert_eq!(checked.bad, None);
    assert!(checked.blocks >= 4);

    // A second device by the words rebuilds the same vault.
    let mut phone = Person::join(&asha.words, &relay.url);
    phone.sync();
    assert_eq!(phone.vault.profile().unwrap().stage, "ready");
    assert_eq!(phone.vault.records(&RecordQuery::default()).unwrap().len(), 2);
    assert_eq!(phone.vault.grants(phone.now()).unwrap()[0].shared, 2);
    asha.sync();
    assert_eq!(phone.vault.chain().unwrap().head, asha.vault.chain().unwrap().head);

    // Both write while apart: one order, one head, nothing lost, and the doctor sees both.
    for (who, text) in [(&mut asha, "From the laptop"), (&mut phone, "From the phone")] {
        let draft = RecordDraft {
            fhir: observation(text),
            replies_to: None,
            supersedes: None,
        };
        who.run(|vault, now, rng| vault.add_record(&draft, now, rng));
    }
    for _ in 0..3 {
        asha.sync();
        phone.sync();
    }
    assert_eq!(phone.vault.chain().unwrap().head, asha.vault.chain().unwrap().head);
    assert_eq!(phone.vault.records(&RecordQuery::default()).unwrap().len(), 4);
    assert_eq!(asha.vault.records(&RecordQuery::default()).unwrap().len(), 4);
    rao.sync();
    assert_eq!(
        rao.vault
            .shared_records(&access.id, &RecordQuery::default())
            .unwrap()
            .len(),
        4
    );
    let mut laptop_again = Person::join(&asha.words, &relay.url);
    laptop_again.sync();
    let checked = laptop_again.ask(|vault, _| vault.check_chain());
    assert_eq!(checked.bad, None, "{checked:?}");
}

#[test]
fn a_code_is_taken_once_and_wrong_symbols_end_it() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::create(&setup("patient", "Asha", &relay));
    let mut rao = Person::create(&setup("practitioner", "Dr Rao", &relay));
    let mut thief = Person::create(&setup("practitioner", "Dr Rao", &relay));
    for person in [&mut asha, &mut rao, &mut thief] {
        person.sync();
    }
    let id = asha
        .run(|vault, now, rng| vault.offer(&offer(), now, rng))
        .created
        .unwrap();
    asha.sync();
    let url = asha.vault.offers(asha.now()).unwrap()[0].url.clone().unwrap();
    thief.run(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
    thief.sync();
    rao.run(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
    rao.sync();
    let claim = rao.vault.claims().unwrap().remove(0);
    assert_eq!(
        (claim.stage.as_str(), claim.reason.as_deref()),
        ("failed", Some("offer.claimed"))
    );
    asha.sync();
    let shown = asha.shown();
    assert!(shown.iter().any(|show| show.kind == "show.second_claim"), "{shown:?}");
    // The symbols on the real doctor's screen do not exist; any other four end the offer.
    let row = asha.vault.offers(asha.now()).unwrap()[0].choices[0].clone();
    let thief_symbols = {
        thief.sync();
        thief.vault.claims().unwrap()[0].symbols.clone()
    };
    let mut names: Vec<String> = row.iter().map(|symbol| symbol.name.clone()).collect();
    if row == thief_symbols {
        names.reverse();
    }
    asha.run(|vault, now, rng| vault.confirm(&id, Some(names.clone()), now, rng));
    assert!(asha.shown().iter().any(|show| show.kind == "show.symbols_differ"));
    asha.sync();
    thief.sync();
    assert_eq!(thief.vault.claims().unwrap()[0].stage, "declined");
    assert!(asha.vault.grants(asha.now()).unwrap().is_empty());
}

#[test]
fn an_invite_only_relay_takes_one_token_for_each_chain() {
    let Some(relay) = Relay::start_with(&["--invite-only"]) else {
        return;
    };
    let mut asha = Person::create(&setup("patient", "Asha", &relay));
    asha.sync();
    assert_eq!(asha.vault.profile().unwrap().stopped, ["relay.token"]);
    let token = relay.tokens(1);
    asha.run(|vault, now, rng| vault.add_tokens(&token, now, rng));
    asha.sync();
    assert_eq!(asha.vault.profile().unwrap().outbox, 0);
    // A token that was spent opens nothing.
    let mut rao = Person::create(&Setup {
        token: Some(token),
        ..setup("practitioner", "Dr Rao", &relay)
    });
    rao.sync();
    assert_eq!(rao.vault.profile().unwrap().stopped, ["relay.token"]);
    let fresh = relay.tokens(1);
    rao.run(|vault, now, rng| vault.add_tokens(&fresh, now, rng));
    rao.sync();

    let id = asha
        .run(|vault, now, rng| vault.offer(&offer(), now, rng))
        .created
        .unwrap();
    asha.sync();
    let url = asha.vault.offers(asha.now()).unwrap()[0].url.clone().unwrap();
    rao.run(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
    for _ in 0..2 {
        rao.sync();
        asha.sync();
    }
    rao.sync();
    let names: Vec<String> = rao.vault.claims().unwrap()[0]
        .symbols
        .iter()
        .map(|symbol| symbol.name.clone())
        .collect();
    asha.run(|vault, now, rng| vault.confirm(&id, Some(names.clone()), now, rng));
    asha.sync();
    assert_eq!(asha.vault.profile().unwrap().stopped, ["relay.token"]);
    let more = relay.tokens(2);
    asha.run(|vault, now, rng| vault.add_tokens(&more, now, rng));
    asha.sync();
    rao.sync();
    assert_eq!(rao.vault.accesses(rao.now()).unwrap()[0].state, "live");
}
