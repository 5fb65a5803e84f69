//! Offers: one claim wins, then reveal and answer.

use std::time::Duration;

use protocol::relay::message::{NewAnswer, NewClaim, NewOffer, NewReveal, OfferAnswer, OfferContent, OfferState};
use protocol::time::Timestamp;

use crate::support::{Answer, Client, Key, Server, any, now};

struct Offer {
    path: String,
    owner: Key,
    claim: Key,
    expires: u64,
}

impl Offer {
    fn create(client: &mut Client, lifetime: u64) -> Self {
        let offer = Self {
            path: format!("/v1/offers/{}", any()),
            owner: Key::new(),
            claim: Key::new(),
            expires: now() + lifetime,
        };
        client.call("PUT", &offer.path, &offer.content(), &offer.owner).is(201);
        offer
    }

    fn content(&self) -> NewOffer {
        NewOffer {
            offer: b"the offer"[..].into(),
            owner: self.owner.public(),
            claim: self.claim.public(),
            expires: Timestamp::new(self.expires).unwrap(),
        }
    }

    fn at(&self, rest: &str) -> String {
        format!("{}{rest}", self.path)
    }

    fn claim(&self, client: &mut Client, claim: &[u8]) -> Answer {
        client.call(
            "POST",
            &self.at("/claim"),
            &NewClaim { claim: claim.into() },
            &self.claim,
        )
    }

    fn state(&self, client: &mut Client, query: &str) -> OfferState {
        client
            .ask("GET", &self.at(&format!("/state{query}")), &self.owner)
            .is(200)
            .read()
    }

    fn answers(&self, client: &mut Client, query: &str) -> OfferAnswer {
        client
            .ask("GET", &self.at(&format!("/answer{query}")), &self.claim)
            .is(200)
            .read()
    }
}

#[test]
fn the_whole_exchange() {
    let server = Server::start();
    let client = &mut server.client();
    let offer = Offer::create(client, 600);
    client.call("PUT", &offer.path, &offer.content(), &offer.owner).is(200);
    let read: OfferContent = client.ask("GET", &offer.path, &offer.claim).is(200).read();
    assert_eq!(
        (read.offer.0.as_slice(), read.expires.seconds()),
        (&b"the offer"[..], offer.expires)
    );
    assert_eq!(
        offer.state(client, ""),
        OfferState {
            version: 0,
            claim: None,
            attempts: 0
        }
    );

    // The wallet waits for the claim.
    let (mut waiting, target) = (server.client(), offer.at("/state?after=0&wait=20"));
    let headers = waiting.sign("GET", &target, b"", &offer.owner);
    let state = std::thread::spawn(move || waiting.send("GET", &target, &headers, b"").read::<OfferState>());
    std::thread::sleep(Duration::from_millis(50));
    offer.claim(client, b"claim").is(201);
    offer.claim(client, b"claim").is(200);
    assert_eq!(
        state.join().unwrap(),
        OfferState {
            version: 1,
            claim: Some(b"claim"[..].into()),
            attempts: 0
        }
    );
    offer.claim(client, b"another").refused(409, "relay.offer_claimed");
    assert_eq!(offer.state(client, "?after=1&wait=20").attempts, 1);

    // The claimant waits for reveal, then answer.
    let (mut waiting, target) = (server.client(), offer.at("/answer?after=0&wait=20"));
    let headers = waiting.sign("GET", &target, b"", &offer.claim);
    let answer = std::thread::spawn(move || waiting.send("GET", &target, &headers, b"").read::<OfferAnswer>());
    std::thread::sleep(Duration::from_millis(50));
    let reveal = NewReveal {
        reveal: b"nonce"[..].into(),
    };
    client.call("PUT", &offer.at("/reveal"), &reveal, &offer.owner).is(201);
    client.call("PUT", &offer.at("/reveal"), &reveal, &offer.owner).is(200);
    assert_eq!(
        answer.join().unwrap(),
        OfferAnswer {
            version: 1,
            reveal: Some(b"nonce"[..].into()),
            answer: None
        }
    );
    client
        .call(
            "PUT",
            &offer.at("/reveal"),
            &NewReveal {
                reveal: b"other"[..].into(),
            },
            &offer.owner,
        )
        .refused(409, "offer.answered");
    client
        .call(
            "PUT",
            &offer.at("/answer"),
            &NewAnswer {
                answer: b"yes"[..].into(),
            },
            &offer.owner,
        )
        .is(201);
    client
        .call(
            "PUT",
            &offer.at("/answer"),
            &NewAnswer {
                answer: b"no"[..].into(),
            },
            &offer.owner,
        )
        .refused(409, "offer.answered");
    let answers = offer.answers(client, "?after=1&wait=20");
    assert_eq!(
        (answers.version, answers.answer.map(Vec::from).as_deref()),
        (2, Some(&b"yes"[..]))
    );
    client.ask("DELETE", &offer.path, &offer.owner).is(200);
    client
        .ask("GET", &offer.path, &offer.claim)
        .refused(404, "relay.not_found");
}

#[test]
fn each_key_does_its_part_only() {
    let server = Server::start();
    let client = &mut server.client();
    let offer = Offer::create(client, 600);
    let stranger = Key::new();
    for key in [&stranger, &offer.owner] {
        client.ask("GET", &offer.path, key).refused(404, "relay.not_found");
        client
            .ask("GET", &offer.at("/answer"), key)
            .refused(404, "relay.not_found");
        client
            .call("POST", &offer.at("/claim"), &NewClaim { claim: b"x"[..].into() }, key)
            .refused(404, "relay.not_found");
    }
    for key in [&stranger, &offer.claim] {
        client
            .ask("GET", &offer.at("/state"), key)
            .refused(404, "relay.not_found");
        client
            .call(
                "PUT",
                &offer.at("/reveal"),
                &NewReveal {
                    reveal: b"x"[..].into(),
                },
                key,
            )
            .refused(404, "relay.not_found");
        client
            .call(
                "PUT",
                &offer.at("/answer"),
                &NewAnswer {
                    answer: b"x"[..].into(),
                },
                key,
            )
            .refused(404, "relay.not_found");
        client.ask("DELETE", &offer.path, key).refused(404, "relay.not_found");
        client
            .call("PUT", &offer.path, &offer.content(), key)
            .refused(404, "relay.not_found");
        let other = NewOffer {
            owner: key.public(),
            ..offer.content()
        };
        client
            .call("PUT", &offer.path, &other, key)
            .refused(409, "relay.exists");
    }
    assert_eq!(offer.state(client, "").version, 0);
}

#[test]
fn one_of_many_racing_claims_wins() {
    let server = Server::start();
    let client = &mut server.client();
    for _ in 0..5 {
        let offer = Offer::create(client, 600);
        let claims: Vec<_> = (0..12u8)
            .map(|number| {
                let mut client = server.client();
                let body = serde_json::to_vec(&NewClaim {
                    claim: vec![number; 500].into(),
                })
                .unwrap();
                let target = offer.at("/claim");
                let headers = client.sign("POST", &target, &body, &offer.claim);
                std::thread::spawn(move || (number, client.send("POST", &target, &headers, &body)))
            })
            .collect();
        let answers: Vec<_> = claims.into_iter().map(|thread| thread.join().unwrap()).collect();
        let winners: Vec<_> = answers.iter().filter(|(_, answer)| answer.status == 201).collect();
        assert_eq!(winners.len(), 1);
        assert!(
            answers
                .iter()
                .all(|(_, answer)| answer.status == 201 || answer.json()["code"] == "relay.offer_claimed")
        );
        let state = offer.state(client, "");
        assert_eq!(
            (state.claim, state.attempts),
            (Some(vec![winners[0].0; 500].into()), 11)
        );
    }
}

#[test]
fn expired_offers() {
    let server = Server::start();
    let client = &mut server.client();
    let (fresh, claimed) = (Offer::create(client, 2), Offer::create(client, 2));
    claimed.claim(client, b"in time").is(201);
    let late = Offer {
        expires: now() - 1,
        ..Offer::create(client, 600)
    };
    client
        .call("PUT", &format!("/v1/offers/{}", any()), &late.content(), &late.owner)
        .refused(410, "relay.offer_expired");
    let long = Offer {
        expires: now() + 1_000_000,
        ..late
    };
    client
        .call("PUT", &format!("/v1/offers/{}", any()), &long.content(), &long.owner)
        .refused(413, "relay.too_large");
    std::thread::sleep(Duration::from_millis(3100));
    client
        .ask("GET", &fresh.path, &fresh.claim)
        .refused(410, "relay.offer_expired");
    fresh.claim(client, b"late").refused(410, "relay.offer_expired");
    claimed.claim(client, b"in time").is(200);
    claimed.claim(client, b"late").refused(410, "relay.offer_expired");
    client
        .ask("GET", &fresh.path, &Key::new())
        .refused(404, "relay.not_found");
    assert!(claimed.state(client, "").claim.is_some());
}

#[test]
fn a_claim_survives_a_restart() {
    let mut server = Server::start();
    let client = &mut server.client();
    let offer = Offer::create(client, 600);
    offer.claim(client, b"first").is(201);
    server.restart();
    let client = &mut server.client();
    offer.claim(client, b"second").refused(409, "relay.offer_claimed");
    offer.claim(client, b"first").is(200);
    assert_eq!(
        offer.state(client, ""),
        OfferState {
            version: 2,
            claim: Some(b"first"[..].into()),
            attempts: 1
        }
    );
}
