//! A team: the organization holds the grant, its members act by their own keys, and whoever is suspended loses it without the patient
//! doing anything.

use cli::Response;
use support::{Clinic, Person, Relay, everything, writing};
use vault::facade::{RecordQuery, Vault};

use super::grant_keys::{entries_of, list_to};
use super::grants::listed;
use super::visit::{deliver, stage};

struct House {
    clinic: Clinic,
    asha: Person,
    rao: Person,
    kim: Person,
    kims: String,
}

pub(crate) fn staff(clinic: &mut Clinic, relay: &Relay, name: &str) -> (Person, String) {
    let (mut member, credential) = clinic.hire(relay, "practitioner", name);
    member.run(|vault, now, rng| vault.open_intake(now, rng));
    member.sync();
    let card = member.ask(Vault::contact_card);
    clinic.office.run(|vault, now, rng| vault.add_member(&card, now, rng));
    clinic.office.sync();
    // The same card once more: `team::add`.
    assert_eq!(
        clinic
            .office
            .refused(|vault, now, rng| vault.add_member(&card, now, rng)),
        "team.known"
    );
    (member, credential)
}

impl House {
    fn new(relay: &Relay) -> Self {
        let mut clinic = Clinic::new(relay, "Praxis am Markt");
        let (rao, _) = staff(&mut clinic, relay, "Dr Rao");
        let (kim, kims) = staff(&mut clinic, relay, "Dr Kim");
        let mut asha = Person::new(relay, "patient", "Asha Menon");
        clinic.trusted_by(&mut asha);
        asha.run(|vault, now, rng| vault.add_allergy(&writing::allergy(), now, rng));
        asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("61.50"), now, rng));
        asha.sync();
        Self {
            clinic,
            asha,
            rao,
            kim,
            kims,
        }
    }

    /// The desk claims, the patient confirms, the members get it.
    fn admit(&mut self) -> String {
        let grant = self.asha.admit(&mut self.clinic.office, &everything()).grant;
        self.clinic.office.sync();
        for member in [&mut self.rao, &mut self.kim] {
            member.sync();
            member.sync();
        }
        grant
    }
}

fn state(member: &mut Person, grant: &str) -> (String, String) {
    let now = member.now();
    let all = member.ask(|vault| vault.accesses(now));
    let access = all.into_iter().find(|access| access.id == grant).expect("the access");
    (access.capacity, access.state)
}

#[test]
fn members_act_by_their_own_keys_and_a_suspended_one_loses_access_without_the_patient() {
    let Some(relay) = Relay::start() else { return };
    let mut house = House::new(&relay);
    let grant = house.admit();
    let now = house.asha.now();
    assert_eq!(house.asha.ask(|vault| vault.grants(now))[0].name, "Praxis am Markt");
    let seen = house.clinic.office.ask(|vault| vault.team_grants(now)).remove(0);
    assert_eq!(
        (seen.members, seen.only_the_relay),
        (vec!["Dr Kim".to_owned(), "Dr Rao".to_owned()], false)
    );

    // Each reads and writes as himself; the patient sees who of the team it was.
    for member in [&mut house.rao, &mut house.kim] {
        assert_eq!(state(member, &grant), ("team".into(), "live".into()));
        assert_eq!(member.read_all(&grant).len(), 2);
    }
    let report = house
        .kim
        .make(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng));
    deliver(&mut house.kim, &mut house.asha);
    assert_eq!(stage(&mut house.kim, &report), ("filed".into(), None));
    let filed = house.asha.ask(|vault| vault.record(&report, now));
    assert_eq!(
        (filed.summary.author.as_str(), filed.summary.organization.as_deref()),
        ("Dr Kim", Some("Praxis am Markt"))
    );
    let receipts = house.asha.ask(Vault::receipts);
    for name in ["Dr Rao, Praxis am Markt", "Dr Kim, Praxis am Markt"] {
        assert!(
            receipts.iter().any(|receipt| receipt.name == name),
            "{name}: {receipts:?}"
        );
    }
    // A member passes nothing on: `delegation::delegate`.
    let card = house.rao.ask(Vault::contact_card);
    assert_eq!(
        house
            .kim
            .refused(|vault, now, rng| vault.delegate(&grant, &card, &["read".to_owned()], now + 60, now, rng)),
        "delegation.delegator"
    );

    // Suspended: the relay lets him in no more at once; the new keys come with the patient's next sync, and until then it is said.
    let kims = house.kims.clone();
    house
        .clinic
        .office
        .run(|vault, now, rng| vault.suspend(&kims, now, now, rng));
    house.clinic.office.sync();
    let now = house.clinic.office.now();
    let seen = house.clinic.office.ask(|vault| vault.team_grants(now)).remove(0);
    assert_eq!((seen.members, seen.only_the_relay), (vec!["Dr Rao".to_owned()], true));
    let kim = house
        .clinic
        .office
        .ask(Vault::members)
        .into_iter()
        .find(|one| one.name == "Dr Kim");
    assert!(kim.expect("Dr Kim").locked_out, "the relay has confirmed");
    house.kim.reopen();
    house.kim.sync();
    assert_eq!(state(&mut house.kim, &grant).1, "unreachable");
    // The patient does nothing but sync.
    house.asha.codes();
    house.asha.sync();
    assert_eq!(house.asha.codes(), Vec::<String>::new());
    house
        .asha
        .run(|vault, now, rng| vault.add_measurement(&writing::weight("60.00"), now, rng));
    house.asha.sync();
    house.clinic.office.sync();
    assert!(
        !house.clinic.office.ask(|vault| vault.team_grants(now))[0].only_the_relay,
        "the next epoch is sealed to the new key"
    );
    // Whoever remains reads on. Until the new key has come he is told what he waits for: `epoch::keys_of`; the messages that bring it
    // have the chain read again in the same sync: `Session::messages_came`.
    house.rao.codes();
    house.rao.wire.swallow(|request| {
        let busy = || Response {
            status: 503,
            headers: Vec::new(),
            body: Vec::new(),
        };
        request.url.contains("/envelopes").then(busy)
    });
    house.rao.sync();
    let codes = house.rao.codes();
    assert!(codes.contains(&"team.epoch".to_owned()), "{codes:?}");
    house.rao.wire.deliver();
    house.rao.sync();
    // The suspended member's whole state learns of nothing later.
    assert_eq!(
        house
            .rao
            .ask(|vault| vault.shared_records(&grant, &RecordQuery::default()))
            .len(),
        4
    );
    house.kim.run(|vault, now, rng| vault.retry(now, rng));
    house.kim.sync();
    assert!(
        house
            .kim
            .ask(|vault| vault.shared_records(&grant, &RecordQuery::default()))
            .len()
            < 4
    );
    // What he still sends is refused.
    house
        .kim
        .run(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng));
    house.kim.sync();
    house.asha.codes();
    house.asha.sync();
    assert_eq!(house.asha.ask(|vault| vault.records(&RecordQuery::default())).len(), 4);
}

#[test]
fn nobody_is_a_member_without_a_credential_of_this_organization() {
    let Some(relay) = Relay::start() else { return };
    let mut house = House::new(&relay);
    let mut other = Clinic::new(&relay, "Praxis am Ring");
    // Without a credential, and with another organization's: `team::add`.
    let mut eve = Person::new(&relay, "practitioner", "Eve");
    eve.run(|vault, now, rng| vault.open_intake(now, rng));
    eve.sync();
    let bare = eve.ask(Vault::contact_card);
    other.vouch(&mut eve, "practitioner");
    let foreign = eve.ask(Vault::contact_card);
    for card in [&bare, &foreign] {
        assert_eq!(
            house
                .clinic
                .office
                .refused(|vault, now, rng| vault.add_member(card, now, rng)),
            "team.credential"
        );
    }
    let grant = house.admit();
    // A member whose newest credential is another organization's acts for nobody here: `holder::acting`.
    other.vouch(&mut house.kim, "practitioner");
    house
        .kim
        .run(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng));
    house.kim.sync();
    house.asha.codes();
    house.asha.sync();
    assert_eq!(house.asha.codes(), ["credential.issuer"]);
    // The organization itself writes nothing under it.
    let mut office = support::forge::Forger::of(&mut house.clinic.office);
    let (id, access) = office.access(&grant);
    let package = office.record(
        access.patient,
        protocol::category::Category::Visit,
        &support::sample("consult.json"),
    );
    office.submit(id, &access, &package);
    house.asha.sync();
    assert_eq!(house.asha.codes(), ["credential.none"]);
}

#[test]
fn a_suspension_dated_ahead_takes_effect_on_its_day_without_the_organization() {
    let Some(relay) = Relay::start() else { return };
    let mut house = House::new(&relay);
    let grant = house.admit();
    let now = house.asha.now();
    let kims = house.kims.clone();
    house
        .clinic
        .office
        .run(|vault, now, rng| vault.suspend(&kims, now + 3600, now, rng));
    house.clinic.office.sync();
    let kim_is = house.clinic.office.ask(Vault::members);
    let kim_is = kim_is.into_iter().find(|one| one.name == "Dr Kim").expect("Dr Kim");
    assert!(kim_is.removed.is_none() && kim_is.leaves.is_some_and(|leaves| leaves >= now + 3600));
    assert!(!house.clinic.office.ask(|vault| vault.team_grants(now))[0].only_the_relay);
    house.asha.sync();
    house
        .asha
        .run(|vault, now, rng| vault.add_measurement(&writing::weight("60.00"), now, rng));
    house.asha.sync();
    for member in [&mut house.rao, &mut house.kim] {
        member.sync();
        member.sync();
        // Until that day he is a member like any other.
        assert_eq!(state(member, &grant), ("team".into(), "live".into()));
        assert_eq!(member.read_all(&grant).len(), 3);
    }

    // The day has come. The organization's vault stays closed; the patient's device does nothing but what it does every day.
    house.clinic.office.close();
    let mut thief = support::forge::Forger::of(&mut house.kim);
    house.asha.move_clock(3700);
    house.asha.codes();
    house
        .asha
        .run(|vault, now, rng| vault.add_measurement(&writing::weight("59.00"), now, rng));
    house.asha.sync();
    assert_eq!(house.asha.ask(Vault::check_chain).bad, None);
    // His fetch key went with the epoch: `grant_key::replace`.
    assert_eq!(thief.fetch(&grant, "/blocks"), 404);
    house.kim.move_clock(3700);
    house.kim.reopen();
    house.kim.sync();
    assert_eq!(state(&mut house.kim, &grant).1, "unreachable");
    house.rao.move_clock(3700);
    house.rao.sync();
    house.rao.sync();
    assert_eq!(listed(&mut house.rao, &grant).len(), 4, "{:?}", house.rao.codes());
    // Were the relay to show him everything, nothing of that day opens: `grant_key::due` came before `share`.
    let share = thief.share(&grant);
    let mut everything = entries_of(&house.rao, &share);
    everything.extend(entries_of(&house.kim, &share));
    everything.sort_by_key(|entry| entry["index"].as_u64());
    everything.dedup_by_key(|entry| entry["index"].as_u64());
    list_to(&house.kim, &share, everything);
    house.kim.reopen();
    house.kim.codes();
    house.kim.sync();
    house.kim.sync();
    let codes = house.kim.codes();
    assert!(codes.contains(&"team.epoch".to_owned()), "{codes:?}");
    assert_eq!(listed(&mut house.kim, &grant).len(), 3);
    // Nor is he the one to say whom the next epoch is sealed to: `grant_key::told`.
    let body = vault::body::GrantKeysBody {
        evidence: thief.meta.evidence.clone(),
        keys: Vec::new(),
    };
    let (id, rao_has) = support::forge::Forger::of(&mut house.rao).access(&grant);
    let what = (
        protocol::envelope::MessageKind::GrantKeys,
        protocol::cbor::encode(&body),
    );
    thief.message(id, &rao_has, what, |_| ());
    house.asha.codes();
    house.asha.sync();
    assert_eq!(house.asha.codes(), ["envelope.sender"]);

    // When the organization's app comes back it finds its work done, and says when he left.
    house.clinic.office.reopen();
    house.clinic.office.move_clock(3700);
    house.clinic.office.sync();
    house.clinic.office.sync();
    let members = house.clinic.office.ask(Vault::members);
    let kim_is = members.into_iter().find(|one| one.name == "Dr Kim").expect("Dr Kim");
    assert_eq!(kim_is.removed, kim_is.leaves);
    let later = house.clinic.office.now();
    let seen = house.clinic.office.ask(|vault| vault.team_grants(later)).remove(0);
    assert_eq!((seen.members, seen.only_the_relay), (vec!["Dr Rao".to_owned()], false));
}

#[test]
fn a_suspension_taken_back_before_its_day_changes_nothing_and_a_new_member_reads_from_the_first_block() {
    let Some(relay) = Relay::start() else { return };
    let mut house = House::new(&relay);
    let grant = house.admit();
    let kims = house.kims.clone();
    house
        .clinic
        .office
        .run(|vault, now, rng| vault.suspend(&kims, now + 3600, now, rng));
    house.clinic.office.sync();
    house.asha.sync();
    house
        .clinic
        .office
        .run(|vault, now, rng| vault.reinstate(&kims, now, now, rng));
    house.clinic.office.sync();
    house.asha.sync();
    house.clinic.office.sync();
    // Another one goes at once: by then the grant chain has had two epochs, each sealed to another key.
    let raos = house.clinic.office.ask(Vault::members);
    let raos = raos.into_iter().find(|one| one.name == "Dr Rao").expect("Dr Rao").id;
    house
        .clinic
        .office
        .run(|vault, now, rng| vault.remove_member(&raos, now, rng));
    house.clinic.office.sync();
    house.asha.sync();
    house.clinic.office.sync();
    // Who comes now lacks those keys, and gets what they opened: `hand_on::all`.
    let (mut lee, _) = staff(&mut house.clinic, &relay, "Dr Lee");
    house.clinic.office.sync();
    house.asha.move_clock(3700);
    house
        .asha
        .run(|vault, now, rng| vault.add_measurement(&writing::weight("59.00"), now, rng));
    house.asha.sync();
    for member in [&mut lee, &mut house.kim] {
        member.move_clock(3700);
        member.sync();
        member.sync();
        assert_eq!(state(member, &grant), ("team".into(), "live".into()));
        assert_eq!(listed(member, &grant).len(), 3, "{:?}", member.codes());
    }
}
