//! Offline audit: a file that proves itself years later, with no relay.

use support::{Relay, writing};
use vault::facade::{RecordQuery, Vault, Verification};

use super::visit::{Cast, deliver};

const TEN_YEARS: u64 = 10 * 365 * 86_400;

fn failures(report: &Verification) -> Vec<String> {
    report
        .facts
        .iter()
        .filter(|fact| fact.outcome == "fail")
        .map(|fact| format!("{fact:?}"))
        .collect()
}

#[test]
fn an_exported_record_and_the_whole_chain_verify_ten_years_later_without_a_relay() {
    let Some(mut relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let visit = cast.visit();
    let Cast {
        mut clinic,
        mut asha,
        mut rao,
    } = cast;
    let report = rao.make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    deliver(&mut rao, &mut asha);
    rao.read_all(&visit.grant);
    asha.sync();
    let line = clinic.office.ask(Vault::organization).line;
    relay.kill();
    asha.reopen();
    asha.move_clock(TEN_YEARS);
    let now = asha.now();

    // The vault itself reads on, and says that the network is gone.
    assert_eq!(asha.sync_fails(), "cli.network");
    let kept = asha.ask(|vault| vault.record(&report, now));
    assert_eq!(
        (kept.standing.authentic.as_str(), kept.standing.vouched.as_str()),
        ("authentic", "trusted")
    );

    let one = asha.ask(|vault| vault.export_records(std::slice::from_ref(&report), now, &mut cli::random()));
    let all = asha.ask(|vault| vault.export_all(now, &mut cli::random()));
    let verify = |file: &[u8], trusted: &str| Vault::verify_export(file, trusted, now).expect("a report");
    let selection = verify(&one, &line);
    assert_eq!(
        (selection.kind.as_str(), failures(&selection)),
        ("selection", Vec::<String>::new())
    );
    assert_eq!(selection.records.len(), 1);
    let (record, original) = (&selection.records[0], asha.ask(|vault| vault.record(&report, now)));
    assert_eq!((&record.id, &record.fhir), (&report, &original.fhir));
    assert_eq!(
        (record.author_name.as_deref(), record.organization.as_deref()),
        (Some("Dr Rao"), Some("Praxis am Markt"))
    );
    assert!(record.promised.is_some());

    let chain = verify(&all, &line);
    assert_eq!((chain.kind.as_str(), failures(&chain)), ("chain", Vec::<String>::new()));
    let held = asha.ask(|vault| vault.records(&RecordQuery::default()));
    assert_eq!(
        (chain.records.len(), chain.blocks),
        (held.len(), asha.ask(Vault::chain).blocks)
    );
    assert_eq!(chain.receipts.len(), asha.ask(Vault::receipts).len());
    assert!(!chain.receipts.is_empty());

    // Nobody on the list: the report is still signed, but nobody known vouches. `audit::record` judges by the list.
    let strangers = verify(&one, "");
    assert!(
        strangers
            .facts
            .iter()
            .any(|fact| fact.name == "record_voucher" && fact.code.as_deref() == Some("credential.untrusted")),
        "{:?}",
        strangers.facts
    );

    // One bit anywhere: refused, or named as failing. `protocol::export::parse` and `protocol::audit::verify`.
    for step in 1..40 {
        let mut bad = one.clone();
        let place = bad.len() * step / 40;
        bad[place] ^= 1;
        match Vault::verify_export(&bad, &line, now) {
            Err(error) => assert!(error.code.starts_with("export."), "{error:?}"),
            Ok(report) => assert!(report.failures > 0, "a flipped bit at {place} went unseen"),
        }
    }
    let mut longer = one.clone();
    longer.push(0);
    for bad in [&one[..one.len() - 1], longer.as_slice()] {
        assert!(Vault::verify_export(bad, &line, now).is_err(), "cut or continued");
    }
}
