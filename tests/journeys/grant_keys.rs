//! A device of a doctor or of a laboratory is taken out: whatever it had of the grants received is replaced.

use protocol::cbor;
use protocol::envelope::MessageKind;
use support::forge::Forger;
use support::{Person, Relay, everything, writing};
use vault::body::{ComingKey, GrantKeysBody};
use vault::crypto::hpke::RecipientSecret;
use vault::crypto::signing::SigningKey;
use vault::facade::Vault;

use super::grants::{listed, received};
use super::visit::{Cast, deliver};

/// All entries of a grant's chain, as somebody got them who reads it from its first block.
pub(crate) fn entries_of(reader: &Person, share: &str) -> Vec<serde_json::Value> {
    let mut all: Vec<serde_json::Value> = Vec::new();
    for exchange in reader.wire.all() {
        let Some(response) = exchange.response.filter(|_| exchange.request.url.contains(share)) else {
            continue;
        };
        let page: serde_json::Value = serde_json::from_slice(&response.body).unwrap_or_default();
        for entry in page["entries"].as_array().into_iter().flatten() {
            if all.iter().all(|known| known["index"] != entry["index"]) {
                all.push(entry.clone());
            }
        }
    }
    all.sort_by_key(|entry| entry["index"].as_u64());
    assert!(!all.is_empty(), "nothing was read");
    all
}

/// The relay lists these entries of a grant's chain to a person, whatever keys the person has.
pub(crate) fn list_to(person: &Person, share: &str, entries: Vec<serde_json::Value>) {
    let share = share.to_owned();
    person.wire.lie(move |request, response| {
        if request.method == "GET" && request.url.contains(&share) {
            let after = request.url.split("after=").nth(1);
            let after = after
                .and_then(|rest| rest.split('&').next()?.parse().ok())
                .unwrap_or(-1);
            let news: Vec<_> = entries
                .iter()
                .filter(|entry| entry["index"].as_i64().is_some_and(|index| index > after))
                .cloned()
                .collect();
            response.status = 200;
            response.body = serde_json::json!({"success": true, "entries": news, "more": false})
                .to_string()
                .into_bytes();
        }
    });
}

/// A device of a holder is taken out; `asha` does nothing but sync and file.
fn taken_out(relay: &Relay, asha: &mut Person, holder: &mut Person, grant: &str) {
    let before = listed(holder, grant).len();
    let mut tablet = Person::join_ordinary(relay, &holder.words);
    tablet.sync();
    assert_eq!(listed(&mut tablet, grant).len(), before);
    holder.sync();
    let thief = Forger::of(&mut tablet);
    let devices = holder.ask(Vault::devices);
    let id = devices.into_iter().find(|device| !device.this).expect("the tablet").id;
    // A fetch key that it added for itself, by the capability that every device of the holder has.
    let own = SigningKey::generate(&mut cli::random());
    assert_eq!(thief.add_fetch_key(grant, &own), 200);

    holder.run(|vault, now, rng| vault.remove_devices(std::slice::from_ref(&id), None, now, rng));
    holder.sync();
    // Its own fetch key is gone at once; the rest waits for the patient's device, and the holder's app says so.
    assert!(received(holder, grant).only_the_relay);
    assert_eq!(thief.fetch(grant, "/blocks"), 404);
    assert_eq!(thief.fetch_by(grant, "/blocks", &own), 200);
    // It tries to be the one whom the next epoch is sealed to: `mailbox::handle` knows that it is gone.
    let key = RecipientSecret::generate(&mut cli::random());
    let mut hostile = Forger::of(&mut tablet);
    let body = GrantKeysBody {
        evidence: hostile.meta.evidence.clone(),
        keys: vec![ComingKey {
            from: None,
            key: key.public().as_bytes().to_vec().into(),
            drop: Vec::new(),
            access: None,
        }],
    };
    let told = hostile.tell(grant, MessageKind::GrantKeys, &cbor::encode(&body));
    assert_eq!(told.status, 202, "the relay cannot know");
    asha.shown();
    asha.sync();
    let shown = asha.shown();
    assert_eq!(
        shown
            .iter()
            .filter(|show| show.kind == "show.grantee_device_removed")
            .count(),
        1
    );
    let codes: Vec<&str> = shown
        .iter()
        .flat_map(|show| &show.params)
        .filter(|param| param.name == "code")
        .map(|param| param.value.as_str())
        .collect();
    assert_eq!(codes, ["envelope.sender"]);
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("63.30"), now, rng));
    asha.sync();

    // The device that remains reads on; so does a new one by the words.
    holder.sync();
    holder.sync();
    assert!(!received(holder, grant).only_the_relay);
    assert_eq!(listed(holder, grant).len(), before + 1, "{:?}", holder.codes());
    holder.read_all(grant);
    let mut third = Person::join(relay, &holder.words);
    third.sync();
    third.sync();
    assert_eq!(listed(&mut third, grant).len(), before + 1, "{:?}", third.codes());

    // The one that was taken out: no fetch key, no capability, and no key for what was filed later, whatever the relay shows it.
    assert_eq!(thief.fetch_by(grant, "/blocks", &own), 404, "`grant_key::replace`");
    assert_eq!(
        thief.add_fetch_key(grant, &SigningKey::generate(&mut cli::random())),
        404
    );
    let share = thief.share(grant);
    list_to(&tablet, &share, entries_of(&third, &share));
    tablet.reopen();
    tablet.codes();
    tablet.sync();
    tablet.sync();
    let codes = tablet.codes();
    assert!(codes.contains(&"identity.removed".to_owned()), "{codes:?}");
    assert_eq!(listed(&mut tablet, grant).len(), before);
    // The holder's other messages arrive: the patient's wallet has only forgotten the one device.
    asha.sync();
    assert_eq!(asha.codes(), Vec::<String>::new());
    let receipts = asha.ask(Vault::receipts);
    assert!(receipts.iter().any(|receipt| receipt.grant == grant));
}

#[test]
fn a_doctors_removed_device_opens_nothing_that_is_filed_later() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let grant = cast.visit().grant;
    let Cast { mut asha, mut rao, .. } = cast;
    rao.read_all(&grant);
    asha.sync();
    taken_out(&relay, &mut asha, &mut rao, &grant);
    // He writes as before, into the new mailbox.
    let report = rao.make(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng));
    deliver(&mut rao, &mut asha);
    assert_eq!(super::visit::stage(&mut rao, &report), ("filed".into(), None));
    // And delegates by the new capability.
    let mut clinic = cast.clinic;
    let (mut kim, _) = clinic.hire(&relay, "practitioner", "Dr Kim");
    kim.run(|vault, now, rng| vault.open_intake(now, rng));
    kim.sync();
    let card = kim.ask(Vault::contact_card);
    rao.run(|vault, now, rng| vault.delegate(&grant, &card, &["read".to_owned()], now + 600, now, rng));
    rao.sync();
    asha.sync();
    kim.sync();
    kim.sync();
    assert_eq!(listed(&mut kim, &grant).len(), 4, "{:?}", kim.codes());
}

#[test]
fn a_laboratorys_removed_device_opens_nothing_that_is_filed_later() {
    let Some(relay) = Relay::start() else { return };
    let Cast {
        mut clinic, mut asha, ..
    } = Cast::new(&relay);
    let (mut lab, _) = clinic.hire(&relay, "laboratory", "Tara Tech");
    let grant = asha.admit(&mut lab, &everything()).grant;
    lab.read_all(&grant);
    asha.sync();
    taken_out(&relay, &mut asha, &mut lab, &grant);
}
