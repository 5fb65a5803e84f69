//! What must not happen between a code and a grant.

use std::time::Duration;

use support::{Clinic, Person, Relay, everything, names};
use vault::facade::{OfferRequest, Vault};

fn offers(person: &mut Person) -> Vec<vault::facade::OfferView> {
    let now = person.now();
    person.ask(|vault| vault.offers(now))
}

fn grants(person: &mut Person) -> usize {
    let now = person.now();
    person.ask(|vault| vault.grants(now)).len()
}

#[test]
fn a_photographed_code_is_worth_nothing_once_it_was_claimed() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", "Asha");
    let mut rao = Person::new(&relay, "practitioner", "Dr Rao");
    let mut thief = Person::new(&relay, "practitioner", "Dr Rao");
    let (offer, url) = asha.offer(&everything());
    let photograph = cli::code::read(&cli::code::png(&url).expect("a picture")).expect("a code");
    let symbols = asha.claim_of(&mut rao, &url);

    // The first claim wins at the relay (`Store::put_claim`), the second is told so.
    thief.run(|vault, now, rng| vault.claim(&photograph, "TREAT", now, rng));
    thief.sync();
    let claim = thief.ask(Vault::claims).remove(0);
    assert_eq!(
        (claim.stage.as_str(), claim.reason.as_deref()),
        ("failed", Some("offer.claimed"))
    );
    assert!(claim.symbols.is_empty() && claim.grant.is_none());

    // ... and reported to the patient: `flow::offer::progress`.
    assert_eq!(offers(&mut asha)[0].attempts, 0);
    asha.sync();
    assert!(asha.saw("show.second_claim"));
    assert_eq!(offers(&mut asha)[0].attempts, 1);

    // The doctor's claim stands.
    asha.make(|vault, now, rng| vault.confirm(&offer, Some(symbols.clone()), now, rng));
    asha.sync();
    rao.sync();
    thief.sync();
    let now = rao.now();
    assert_eq!(
        (
            rao.ask(|vault| vault.accesses(now)).len(),
            thief.ask(|vault| vault.accesses(now)).len()
        ),
        (1, 0)
    );
    // The same device cannot claim the same code twice: `flow::claim::create`.
    assert_eq!(
        rao.refused(|vault, now, rng| vault.claim(&url, "TREAT", now, rng)),
        "vault.state"
    );
}

#[test]
fn an_expired_code_admits_nobody() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", "Asha");
    let mut rao = Person::new(&relay, "practitioner", "Dr Rao");

    // The doctor's own clock says that it is over: `Offer::open`.
    let (_, url) = asha.offer(&everything());
    rao.move_clock(601);
    rao.run(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
    rao.sync();
    let claim = rao.ask(Vault::claims).remove(0);
    assert_eq!(
        (claim.stage.as_str(), claim.reason.as_deref()),
        ("failed", Some("offer.expired"))
    );
    rao.move_clock(0);

    // The relay says so: it gives no offer after its time (`store::sqlite::offer::content`). A busy machine may take a while to hand it in.
    let (brief, url) = asha.offer(&OfferRequest {
        lifetime: 5,
        ..everything()
    });
    std::thread::sleep(Duration::from_millis(6100));
    let claimed = rao.make(|vault, now, rng| vault.claim(&url, "TREAT", now, rng));
    rao.sync();
    let claim = rao
        .ask(Vault::claims)
        .into_iter()
        .find(|claim| claim.id == claimed)
        .expect("the claim");
    assert_eq!(
        (claim.stage.as_str(), claim.reason.as_deref()),
        ("failed", Some("offer.expired"))
    );
    let asked = rao.wire.all().into_iter().rev();
    let mut answers = asked.filter(|exchange| exchange.request.url.ends_with(&format!("/offers/{brief}")));
    let answer = answers.next().and_then(|exchange| exchange.response);
    assert_eq!(answer.map(|answer| answer.status), Some(410));
    asha.sync();
    let seen = offers(&mut asha)
        .into_iter()
        .find(|seen| seen.id == brief)
        .expect("the offer");
    assert_eq!((seen.stage.as_str(), seen.url), ("expired", None));

    // Claimed in time, answered far too late: `flow::offer::confirm`.
    let (late, url) = asha.offer(&everything());
    let symbols = asha.claim_of(&mut rao, &url);
    asha.move_clock(600 + 900);
    assert_eq!(
        asha.refused(|vault, now, rng| vault.confirm(&late, Some(symbols.clone()), now, rng)),
        "offer.expired"
    );
    assert_eq!(grants(&mut asha), 0);
}

#[test]
fn symbols_that_differ_end_the_offer() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", "Asha");
    let mut rao = Person::new(&relay, "practitioner", "Dr Rao");
    let (offer, url) = asha.offer(&everything());
    let symbols = asha.claim_of(&mut rao, &url);
    let seen = offers(&mut asha).remove(0);
    assert_eq!((seen.choices.len(), seen.symbols.len()), (3, 0));
    let wrong = seen
        .choices
        .iter()
        .map(|row| names(row))
        .find(|row| *row != symbols)
        .expect("another row");

    // Names that are no symbols are a slip of the pen and end nothing: `facade::consent::picked`.
    let slip = vec!["unicorn".to_owned(); 4];
    assert_eq!(
        asha.refused(|vault, now, rng| vault.confirm(&offer, Some(slip.clone()), now, rng)),
        "claim.symbols"
    );
    // Another row ends it: `flow::offer::confirm`.
    asha.run(|vault, now, rng| vault.confirm(&offer, Some(wrong.clone()), now, rng));
    assert_eq!(asha.codes(), ["claim.symbols"]);
    asha.sync();
    rao.sync();
    assert_eq!(rao.ask(Vault::claims)[0].stage, "declined");
    assert_eq!(
        (offers(&mut asha)[0].stage.as_str(), grants(&mut asha)),
        ("declined", 0)
    );
    // The right row comes too late now.
    assert_eq!(
        asha.refused(|vault, now, rng| vault.confirm(&offer, Some(symbols.clone()), now, rng)),
        "vault.state"
    );
}

#[test]
fn nobody_gets_in_unvouched_without_symbols() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", "Asha");
    let mut rao = Person::new(&relay, "practitioner", "Dr Rao");
    let (offer, url) = asha.offer(&everything());
    asha.claim_of(&mut rao, &url);
    assert_eq!(
        offers(&mut asha)[0]
            .claimant
            .as_ref()
            .map(|claimant| claimant.vouched.as_str()),
        Some("none")
    );
    // `flow::offer::confirm`: the default is no.
    assert_eq!(
        asha.refused(|vault, now, rng| vault.confirm(&offer, None, now, rng)),
        "claim.unvouched"
    );

    // An organization that is not on the patient's list makes no difference: `flow::status::voucher_at`.
    let mut clinic = Clinic::new(&relay, "Unheard Of");
    let (mut sen, credential) = clinic.hire(&relay, "practitioner", "Dr Sen");
    let (offer, url) = asha.offer(&everything());
    asha.claim_of(&mut sen, &url);
    let claimant = |asha: &mut Person| {
        offers(asha)
            .into_iter()
            .find(|seen| seen.id == offer)
            .and_then(|seen| seen.claimant)
    };
    assert_eq!(
        claimant(&mut asha).map(|claimant| claimant.vouched),
        Some("unknown".to_owned())
    );
    assert_eq!(
        asha.refused(|vault, now, rng| vault.confirm(&offer, None, now, rng)),
        "claim.unvouched"
    );

    // One that is, but has suspended the credential, neither.
    clinic.trusted_by(&mut asha);
    let now = asha.now();
    clinic
        .office
        .run(|vault, _, rng| vault.suspend(&credential, now, now, rng));
    clinic.office.sync();
    let (offer, url) = asha.offer(&everything());
    asha.claim_of(&mut sen, &url);
    asha.sync();
    let seen = offers(&mut asha)
        .into_iter()
        .find(|seen| seen.id == offer)
        .and_then(|seen| seen.claimant)
        .expect("a claimant");
    assert_eq!(
        (seen.vouched.as_str(), seen.reason.as_deref()),
        ("refused", Some("credential.suspended"))
    );
    assert_eq!(
        asha.refused(|vault, now, rng| vault.confirm(&offer, None, now, rng)),
        "claim.unvouched"
    );
    assert_eq!(grants(&mut asha), 0);
}
