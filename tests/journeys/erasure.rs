//! Records hidden, shown again and erased: on every device, at the relay and in every grant.

use std::time::Duration;

use support::forge::Forger;
use support::{Person, Relay, Visit, writing};
use vault::facade::{RecordQuery, Vault};

use super::grants::listed;
use super::revocation::on_disk;
use super::visit::Cast;

fn ids(person: &mut Person) -> Vec<String> {
    let records = person.ask(|vault| vault.records(&RecordQuery::default()));
    records.into_iter().map(|record| record.id).collect()
}

#[test]
fn a_hidden_record_leaves_its_shares_and_joins_them_again() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let Visit { grant, .. } = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    let hidden = ids(&mut asha)[0].clone();
    let traces: Vec<Vec<u8>> = Forger::of(&mut rao)
        .copies(&grant)
        .iter()
        .map(|(address, _)| address.as_bytes().to_vec())
        .collect();
    assert_eq!(on_disk(&relay.data(), &traces).len(), 2);

    asha.run(|vault, now, rng| vault.hide_record(&hidden, true, now, rng));
    asha.sync();
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(
        on_disk(&relay.data(), &traces).len(),
        1,
        "only the copy of the other one"
    );
    rao.sync();
    assert!(!listed(&mut rao, &grant).contains(&hidden));
    assert_eq!(listed(&mut rao, &grant).len(), 1);
    rao.read_all(&grant);

    asha.run(|vault, now, rng| vault.hide_record(&hidden, false, now, rng));
    asha.sync();
    rao.sync();
    assert!(listed(&mut rao, &grant).contains(&hidden));
    rao.read_all(&grant);
    for person in [&mut asha, &mut rao] {
        assert_eq!(person.ask(Vault::profile).stopped, Vec::<String>::new());
        assert_eq!(person.codes(), Vec::<String>::new());
    }
}

#[test]
fn an_erased_record_is_gone_everywhere_and_the_chain_still_verifies() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let Visit { grant, .. } = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    let mut laptop = Person::join(&relay, &asha.words);
    laptop.sync();
    let gone = ids(&mut asha)[0].clone();
    rao.read_all(&grant);
    asha.sync();
    laptop.sync();
    assert_eq!(ids(&mut laptop).len(), 2);

    // Not before it has reached the relay: `flow::erase::erase`.
    let fresh = asha.make(|vault, now, rng| vault.add_measurement(&writing::weight("65.00"), now, rng));
    assert_eq!(
        asha.refused(|vault, now, rng| vault.erase_record(&fresh, now, rng)),
        "erasure.pending"
    );
    asha.sync();

    let thief = Forger::of(&mut rao);
    let before = asha.ask(|vault| vault.chain()).blocks;
    asha.run(|vault, now, rng| vault.erase_record(&gone, now, rng));
    assert_eq!(asha.ask(Vault::erasures)[0].state, "erasing");
    asha.sync();
    let erased = asha.ask(Vault::erasures).remove(0);
    assert_eq!((erased.state.as_str(), &erased.record), ("erased", &gone));
    assert_eq!(erased.holders, ["Dr Rao"], "who may still have a copy is said");
    assert!(!ids(&mut asha).contains(&gone));
    let now = asha.now();
    assert_eq!(asha.ask_refused(|vault| vault.record(&gone, now)), "vault.not_found");
    assert_eq!(
        asha.ask(|vault| vault.chain()).blocks,
        before + 1,
        "one block says that it was erased"
    );

    // The laptop, and a device that joins by the words, never show it; every chain verifies.
    laptop.sync();
    laptop.sync();
    let mut tablet = Person::join(&relay, &asha.words);
    tablet.sync();
    for device in [&mut asha, &mut laptop, &mut tablet] {
        device.reopen();
        let checked = device.ask(Vault::check_chain);
        assert_eq!((checked.bad, checked.code), (None, None));
        assert!(!ids(device).contains(&gone));
        assert_eq!(device.ask(Vault::erasures).len(), 1);
    }
    // The grant: the copy is gone at the relay, and in the reader's app.
    std::thread::sleep(Duration::from_millis(1500));
    let copies = thief.copies(&grant);
    let left = copies
        .iter()
        .filter(|(address, _)| thief.fetch(&grant, &format!("/blobs/{address}")) == 200)
        .count();
    assert_eq!(left, copies.len() - 1);
    rao.sync();
    assert!(!listed(&mut rao, &grant).contains(&gone));

    // A whole chain handed out says so.
    asha.sync();
    let file = asha.ask(|vault| vault.export_all(now, &mut cli::random()));
    let facts = cli_facts(&file, now);
    assert!(facts.iter().any(|(name, result, code)| name == "record_erased"
        && result != "fail"
        && code.as_deref() == Some("audit.erased")));
    assert!(facts.iter().all(|(_, result, _)| result != "fail"), "{facts:?}");
}

fn cli_facts(file: &[u8], now: u64) -> Vec<(String, String, Option<String>)> {
    let verification = Vault::verify_export(file, "", now).expect("a file");
    verification
        .facts
        .into_iter()
        .map(|fact| (fact.name, fact.outcome, fact.code))
        .collect()
}
