//! The steps that people take together: vouching, consent, a visit.

use vault::facade::{OfferRequest, OfferRight, RecordQuery, SymbolView, Vault};

use crate::person::Person;
use crate::relay::Relay;

/// An organization that vouches.
#[derive(Debug)]
pub struct Clinic {
    /// Its vault.
    pub office: Person,
    /// Its statement, for those who trust it.
    pub card: Vec<u8>,
}

impl Clinic {
    /// Founds an organization and publishes its statement.
    pub fn new(relay: &Relay, name: &str) -> Self {
        let mut office = Person::new(relay, "organization", name);
        office.run(|vault, now, rng| vault.publish(false, now, rng));
        office.sync();
        let card = office.ask(Vault::organization_card);
        Self { office, card }
    }

    /// Vouches for a member of staff, who takes the credential in; gives the credential's id.
    pub fn vouch(&mut self, member: &mut Person, role: &str) -> String {
        let now = member.now();
        let request = member.ask(|vault| vault.credential_request(now, &mut cli::random()));
        let id = self
            .office
            .make(|vault, now, rng| vault.vouch(&request, role, "L-100", 365, now, rng));
        self.office.sync();
        let credential = self.office.ask(|vault| vault.credential(&id));
        member.run(|vault, now, rng| vault.accept_credential(&credential, now, rng));
        member.sync();
        id
    }

    /// A member of staff from the first key to the credential.
    pub fn hire(&mut self, relay: &Relay, role: &str, name: &str) -> (Person, String) {
        let mut member = Person::new(relay, role, name);
        let credential = self.vouch(&mut member, role);
        (member, credential)
    }

    /// Somebody puts this organization on their list.
    pub fn trusted_by(&self, person: &mut Person) {
        let card = self.card.clone();
        person.run(|vault, now, rng| vault.trust_card(&card, now, rng));
        person.sync();
    }
}

/// A grant and its two sides' names for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The offer.
    pub offer: String,
    /// The text of its code.
    pub url: String,
    /// The grant.
    pub grant: String,
}

/// Offers all categories with all rights for a day.
pub fn everything() -> OfferRequest {
    let right = |right: &str| OfferRight {
        right: right.to_owned(),
        seconds: Some(86_400),
    };
    OfferRequest {
        categories: protocol::category::Category::ALL
            .iter()
            .map(|category| category.as_str().to_owned())
            .collect(),
        records: Vec::new(),
        from: None,
        until: None,
        ongoing: true,
        rights: ["read", "append", "order"].map(right).into(),
        hidden: Vec::new(),
        lifetime: 600,
    }
}

/// The names of a row of symbols.
pub fn names(row: &[SymbolView]) -> Vec<String> {
    row.iter().map(|symbol| symbol.name.clone()).collect()
}

impl Person {
    /// Makes an offer that the relay knows; gives its id and the text of its code.
    ///
    /// # Panics
    /// When it is refused.
    pub fn offer(&mut self, request: &OfferRequest) -> (String, String) {
        let id = self.make(|vault, now, rng| vault.offer(request, now, rng));
        self.sync();
        let now = self.now();
        let offers = self.ask(|vault| vault.offers(now));
        let url = offers
            .into_iter()
            .find(|offer| offer.id == id)
            .and_then(|offer| offer.url)
            .expect("an open offer");
        (id, url)
    }

    /// Claims a code and waits until both sides see symbols; gives those on the claimant's screen.
    ///
    /// # Panics
    /// When the claim does not come so far.
    pub fn claim_of(&mut self, claimant: &mut Self, url: &str) -> Vec<String> {
        let id = claimant.make(|vault, now, rng| vault.claim(url, "TREAT", now, rng));
        claimant.sync();
        self.sync();
        claimant.sync();
        let claims = claimant.ask(Vault::claims);
        let claim = claims.into_iter().find(|claim| claim.id == id).expect("the claim");
        assert_eq!(claim.stage, "comparing", "{claim:?}");
        names(&claim.symbols)
    }

    /// The whole consent, symbols compared by both; gives the grant.
    ///
    /// # Panics
    /// When any step fails.
    pub fn admit(&mut self, claimant: &mut Self, request: &OfferRequest) -> Visit {
        let (offer, url) = self.offer(request);
        let symbols = self.claim_of(claimant, &url);
        let grant = self.make(|vault, now, rng| vault.confirm(&offer, Some(symbols.clone()), now, rng));
        self.sync();
        claimant.sync();
        let now = claimant.now();
        assert!(
            claimant
                .ask(|vault| vault.accesses(now))
                .iter()
                .any(|access| access.id == grant && access.state == "live")
        );
        Visit { offer, url, grant }
    }

    /// Fetches and opens everything shared under a grant; gives the ids.
    ///
    /// # Panics
    /// When a record does not open.
    pub fn read_all(&mut self, grant: &str) -> Vec<String> {
        let listed = self.ask(|vault| vault.shared_records(grant, &RecordQuery::default()));
        let ids: Vec<String> = listed.into_iter().map(|record| record.id).collect();
        self.run(|vault, now, rng| vault.fetch_shared(grant, &ids, now, rng));
        self.sync();
        self.run(|vault, now, rng| vault.open_shared(grant, &ids, now, rng));
        self.sync();
        ids
    }
}
