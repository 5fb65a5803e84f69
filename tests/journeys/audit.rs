//! Offline audit: a file that proves itself years later, with no relay.

use protocol::delegation::DelegationStatement;
use protocol::export::{Content, Contents, Entitlement};
use protocol::key::Signer;
use protocol::receipt::Receipt;
use protocol::statement::Signed;
use support::forge::Forger;
use support::{Clinic, Person, Relay, everything, writing};
use vault::facade::{RecordQuery, Vault, Verification};

use super::delegation::Ward;
use super::team::staff;
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

/// What the rows of the own chain say of their signatures, and that each record says the same.
fn said_of_signatures(asha: &mut Person) -> Vec<(String, String)> {
    let now = asha.now();
    let rows = asha.ask(|vault| vault.records(&RecordQuery::default()));
    let mut said = Vec::new();
    for row in rows {
        let view = asha.ask(|vault| vault.record(&row.id, now));
        let authentic = row.authentic.expect("said");
        assert_eq!(
            (&view.standing.authentic, view.summary.authentic.as_ref()),
            (&authentic, Some(&authentic)),
            "{}",
            row.id
        );
        said.push((row.source, authentic));
    }
    said.sort();
    said.dedup();
    said
}

#[test]
fn rows_say_of_signatures_what_their_records_say_now() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let visit = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    rao.make(|vault, now, rng| vault.write_report(&visit.grant, &writing::report(), now, rng));
    deliver(&mut rao, &mut asha);
    let pair = |source: &str, said: &str| (source.to_owned(), said.to_owned());
    let both = said_of_signatures(&mut asha);
    assert!(both.contains(&pair("own", "authentic")), "{both:?}");
    assert!(both.contains(&pair("received", "authentic")), "{both:?}");
    assert!(both.iter().all(|(_, said)| said == "authentic"));
    // Whoever no longer trusts the organization is told so row by row; the own word stands.
    let clinic = asha.ask(Vault::trusted)[0].id.clone();
    asha.run(|vault, now, rng| vault.untrust(&clinic, now, rng));
    let both = said_of_signatures(&mut asha);
    assert!(both.contains(&pair("own", "authentic")), "{both:?}");
    assert!(both.contains(&pair("received", "not_proven")), "{both:?}");
    assert!(!both.contains(&pair("received", "authentic")), "{both:?}");
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

/// What lies beside the receipts of one reader.
fn beside<'a>(
    contents: &'a mut Contents,
    reader: &'a str,
) -> impl Iterator<Item = &'a mut Option<Box<Entitlement>>> + 'a {
    contents
        .blocks
        .iter_mut()
        .filter_map(move |block| match &mut block.content {
            Content::Receipt(bytes, _, _, entitlement)
                if Receipt::verify(bytes).is_ok_and(|receipt| receipt.reader.to_string() == reader) =>
            {
                Some(entitlement)
            }
            _ => None,
        })
}

#[test]
fn receipts_of_a_delegate_and_of_a_member_pass_and_forged_ones_fail() {
    let Some(relay) = Relay::start() else { return };
    let mut ward = Ward::new(&relay);
    ward.delegate(&["read"], 3600);
    let delegated = ward.visit.grant.clone();
    ward.kim.read_all(&delegated);
    let mut house = Clinic::new(&relay, "Haus am Ring");
    let (mut lee, _) = staff(&mut house, &relay, "Dr Lee");
    house.trusted_by(&mut ward.cast.asha);
    let shared = ward.cast.asha.admit(&mut house.office, &everything()).grant;
    house.office.sync();
    lee.sync();
    lee.sync();
    lee.read_all(&shared);
    ward.cast.asha.sync();
    ward.cast.asha.sync();
    // The file says it still when the delegation has ended, whoever ended it.
    let id = ward.seen().id;
    ward.cast
        .rao
        .run(|vault, now, rng| vault.stop_delegation(&id, now, rng));
    ward.cast.rao.sync();
    ward.cast.asha.sync();
    assert_eq!(ward.seen().state, "stopped");

    ward.cast.asha.reopen();
    let now = ward.cast.asha.now();
    let file = ward.cast.asha.ask(|vault| vault.export_all(now, &mut cli::random()));
    let trusted = [&mut ward.cast.clinic.office, &mut house.office].map(|office| office.ask(Vault::organization).line);
    let verify = |file: &[u8]| Vault::verify_export(file, &trusted.join("\n"), now + TEN_YEARS).expect("a report");
    let report = verify(&file);
    assert_eq!(failures(&report), Vec::<String>::new());
    let (kim, lee_is) = (Forger::of(&mut ward.kim).identity(), Forger::of(&mut lee).identity());
    let (kim, lee_is) = (kim.to_string(), lee_is.to_string());
    let judged = |report: &Verification, reader: &str| {
        let mut all: Vec<(String, Option<String>)> = report
            .receipts
            .iter()
            .filter(|receipt| receipt.reader == reader)
            .map(|receipt| {
                let named =
                    |fact: &&vault::facade::AuditFact| fact.subject == receipt.id && fact.name == "receipt_grant";
                let fact = report.facts.iter().find(named).expect("judged");
                (fact.outcome.clone(), fact.code.clone())
            })
            .collect();
        all.dedup();
        all
    };
    for reader in [&kim, &lee_is] {
        assert_eq!(judged(&report, reader), [("pass".to_owned(), None)]);
    }

    // The patient's own device signs whatever it likes: what others signed must still be theirs.
    let (asha, hostile) = (Forger::of(&mut ward.cast.asha), Forger::of(&mut ward.kim));
    let forged = |reader: &str, other: Option<Entitlement>| {
        let file = asha.hand_out(&file, |contents| {
            for place in beside(contents, reader) {
                *place = other.clone().map(Box::new);
            }
        });
        judged(&verify(&file), reader)
    };
    let fails = |code: &str| [("fail".to_owned(), Some(code.to_owned()))];
    let nothing = [("not_claimed".to_owned(), Some("audit.entitlement_left_out".to_owned()))];
    assert_eq!(
        (forged(&kim, None), forged(&lee_is, None)),
        (nothing.to_vec(), nothing.to_vec())
    );
    // A delegation that he signed himself, and the genuine one beside another's receipt: `audit::receipt::delegated`.
    let genuine = hostile.delegation_received(&delegated);
    let statement = Signed::<DelegationStatement>::verify(&genuine).expect("the delegation");
    let actor = hostile.meta.actor().expect("a device");
    let own = DelegationStatement {
        actor: hostile.meta.device.public_key(),
        delegator: actor.identity,
        authority: actor.authority,
        delegate: lee_is.parse().expect("an id"),
        ..statement.into_statement()
    };
    let own = Signed::issue(own, &hostile.meta.device).expect("a delegation");
    let own = Entitlement::Delegation(own.bytes().to_vec().into(), hostile.meta.evidence.clone());
    assert_eq!(forged(&kim, Some(own)), fails("delegation.delegator"));
    let rao = Forger::of(&mut ward.cast.rao);
    let genuine = Entitlement::Delegation(genuine, rao.meta.evidence.clone());
    assert_eq!(forged(&lee_is, Some(genuine)), fails("delegation.grant"));
    // A credential of another organization, and somebody else's of this one: `audit::receipt::member`.
    let other = Entitlement::Member(rao.credential());
    assert_eq!(forged(&lee_is, Some(other)), fails("credential.issuer"));
    let (mut max, _) = staff(&mut house, &relay, "Dr Max");
    let other = Entitlement::Member(Forger::of(&mut max).credential());
    assert_eq!(forged(&lee_is, Some(other)), fails("credential.subject"));
}
