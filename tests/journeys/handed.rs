//! What goes from hand to hand is looked at before anything is done with it.

use support::{Clinic, Person, Relay};
use vault::facade::{HandedView, Vault};

fn look(person: &mut Person, file: &[u8]) -> HandedView {
    let now = person.now();
    person.ask(|vault| vault.preview_file(file, now))
}

fn said(view: &HandedView) -> (&str, &str, &str, Option<&str>) {
    (&view.kind, &view.name, &view.vouched, view.organization.as_deref())
}

#[test]
fn a_file_says_what_it_is_and_whose_before_it_is_used() {
    let Some(relay) = Relay::start() else { return };
    let mut clinic = Clinic::new(&relay, "Praxis am Markt");
    let mut rao = Person::new(&relay, "practitioner", "Dr Rao");
    let now = rao.now();
    let profile = rao.ask(Vault::profile);
    let request = rao.ask(|vault| vault.credential_request(now, &mut cli::random()));
    let asked = look(&mut clinic.office, &request);
    assert_eq!(said(&asked), ("request", "Dr Rao", "none", None));
    // The officer compares this with what stands on the other screen.
    assert_eq!(
        (asked.identity, asked.fingerprint),
        (profile.identity, profile.fingerprint)
    );
    assert_eq!(
        clinic.office.ask(Vault::staff).len(),
        0,
        "looking at it vouches for nobody"
    );

    let id = clinic.vouch(&mut rao, "practitioner");
    let credential = clinic.office.ask(|vault| vault.credential(&id));
    let card = clinic.office.ask(Vault::organization_card);
    rao.run(|vault, now, rng| vault.open_intake(now, rng));
    rao.sync();
    let contact = rao.ask(Vault::contact_card);
    let house = Some("Praxis am Markt");
    assert_eq!(
        said(&look(&mut clinic.office, &card)),
        ("organization", "Praxis am Markt", "none", None)
    );

    // Who vouches is judged by whoever looks, and a list of credentials that was never read proves nothing.
    let mut kim = Person::new(&relay, "practitioner", "Dr Kim");
    assert_eq!(said(&look(&mut kim, &contact)), ("contact", "Dr Rao", "unknown", house));
    assert_eq!(
        said(&look(&mut kim, &credential)),
        ("credential", "Dr Rao", "unknown", house)
    );
    clinic.trusted_by(&mut kim);
    assert_eq!(said(&look(&mut kim, &contact)), ("contact", "Dr Rao", "unknown", house));
    // Rao's own vault reads the list of whoever vouches for him.
    clinic.trusted_by(&mut rao);
    rao.sync();
    assert_eq!(said(&look(&mut rao, &contact)), ("contact", "Dr Rao", "trusted", house));

    let mut ben = Person::officer(&relay, "Ben Okoro");
    let joining = ben.ask(Vault::officer_request);
    let seen = look(&mut clinic.office, &joining);
    assert_eq!(
        (said(&seen), seen.fingerprint.as_deref()),
        (("officer", "Ben Okoro", "none", None), None)
    );

    // A byte changed: `CredentialRequest::open`, `OrganizationCard::open`, `ContactCard::open`, `CredentialEvidence::verify`.
    for file in [&request, &card, &contact, &credential] {
        let mut changed = file.clone();
        changed[file.len() / 2] ^= 1;
        assert_eq!(
            kim.ask_refused(|vault| vault.preview_file(&changed, now)),
            "handed.kind"
        );
    }
    assert_eq!(
        kim.ask_refused(|vault| vault.preview_file(b"%PDF-1.7", now)),
        "handed.kind"
    );
}
