//! Mailboxes, offers, and what a store keeps for the relay itself.

use std::sync::Arc;

use protocol::id::{MailboxId, OfferId};
use protocol::relay::message::{LogIdentity, MailboxSettings, NewOffer};
use relay_server::store::{Error, Outcome, Store, op};

use super::{Chain, at, once, person};
use crate::support::any;

pub(crate) async fn envelopes_are_deduplicated_and_expire<S: Store>(open: impl Fn() -> S) {
    let store = open();
    let (id, read, send) = (MailboxId::from(any()), person(), person());
    let settings = MailboxSettings {
        read,
        send: vec![send],
        intake: false,
        contact: None,
    };
    assert_eq!(
        store
            .put_mailbox(op::PutMailbox {
                id,
                once: once(read),
                settings
            })
            .await,
        Ok(Outcome::Created)
    );
    let room = op::Room { bytes: 100, items: 2 };
    let deliver = |content: &[u8], now| op::Deliver {
        mailbox: id,
        by: Some(send),
        envelope: content.to_vec(),
        now: at(now),
        room,
    };
    let first = store.deliver(deliver(b"a", 10)).await.unwrap();
    let second = store.deliver(deliver(b"b", 20)).await.unwrap();
    assert!(second.answer > first.answer);
    let again = store.deliver(deliver(b"a", 30)).await.unwrap();
    assert_eq!((again.outcome, again.answer), (Outcome::Present, first.answer));
    assert_eq!(store.deliver(deliver(b"c", 30)).await, Err(Error::Quota(2)));
    assert_eq!(
        store
            .deliver(op::Deliver {
                by: None,
                ..deliver(b"c", 30)
            })
            .await,
        Err(Error::NotFound)
    );
    let reading = op::ReadEnvelopes {
        mailbox: id,
        by: read,
        after: 0,
        limit: 10,
        max_bytes: 100,
    };
    store
        .acknowledge(op::Acknowledge {
            mailbox: id,
            once: once(read),
            through: first.answer,
        })
        .await
        .unwrap();
    let waiting = store.envelopes(reading).await.unwrap().envelopes;
    assert_eq!(
        waiting.iter().map(|envelope| envelope.cursor).collect::<Vec<_>>(),
        [second.answer]
    );
    assert_eq!(
        store.deliver(deliver(b"a", 40)).await.unwrap().outcome,
        Outcome::Present,
        "acknowledged is acknowledged"
    );
    let expired = store
        .expire(op::Expire {
            now: at(121),
            envelope_time: 100,
        })
        .await
        .unwrap();
    assert_eq!((expired.envelopes, expired.envelope_bytes), (1, 1));
    assert!(store.envelopes(reading).await.unwrap().envelopes.is_empty());
    // There is room again, and cursors go on.
    let third = store.deliver(deliver(b"c", 130)).await.unwrap();
    assert!(third.answer > second.answer);
    assert_eq!(store.usage(()).await.unwrap().pending, 1);
}

fn offer() -> (OfferId, NewOffer) {
    let offer = NewOffer {
        offer: b"offer"[..].into(),
        owner: person(),
        claim: person(),
        expires: at(2000),
    };
    (any().into(), offer)
}

pub(crate) async fn one_claim_wins<S: Store>(open: impl Fn() -> S) {
    let store = Arc::new(open());
    let (id, offer) = offer();
    store
        .put_offer(op::PutOffer {
            id,
            offer: offer.clone(),
        })
        .await
        .unwrap();
    let reading = |by| op::ReadOffer { id, by, now: at(1000) };
    let mut racers = tokio::task::JoinSet::new();
    for number in 0..16u8 {
        let (store, offer) = (Arc::clone(&store), reading(offer.claim));
        racers.spawn(async move {
            (
                number,
                store
                    .claim_offer(op::ClaimOffer {
                        offer,
                        claim: vec![number],
                    })
                    .await
                    .unwrap(),
            )
        });
    }
    let results = racers.join_all().await;
    let winners: Vec<u8> = results
        .iter()
        .filter(|(_, result)| *result == op::Claimed::First)
        .map(|(number, _)| *number)
        .collect();
    assert_eq!(winners.len(), 1);
    let state = store.offer_state(reading(offer.owner)).await.unwrap();
    assert_eq!(
        (state.claim, state.attempts, state.version),
        (Some(winners.clone().into()), 15, 16)
    );
    let again = op::ClaimOffer {
        offer: reading(offer.claim),
        claim: winners,
    };
    assert_eq!(store.claim_offer(again).await, Ok(op::Claimed::Same));
    let step = |step, content: &[u8]| op::AnswerOffer {
        id,
        by: offer.owner,
        step,
        content: content.to_vec(),
    };
    assert_eq!(
        store.answer_offer(step(op::Step::Reveal, b"r")).await,
        Ok(Outcome::Created)
    );
    assert_eq!(
        store.answer_offer(step(op::Step::Reveal, b"r")).await,
        Ok(Outcome::Present)
    );
    assert_eq!(
        store.answer_offer(step(op::Step::Reveal, b"x")).await,
        Err(Error::Answered)
    );
    assert_eq!(
        store.answer_offer(step(op::Step::Answer, b"a")).await,
        Ok(Outcome::Created)
    );
    assert_eq!(store.offer_answer(reading(offer.claim)).await.unwrap().version, 2);
    assert_eq!(store.offer_answer(reading(offer.owner)).await, Err(Error::NotFound));
    assert_eq!(store.offer_state(reading(offer.claim)).await, Err(Error::NotFound));
}

pub(crate) async fn offers_vanish_a_day_after_their_end<S: Store>(open: impl Fn() -> S) {
    let store = open();
    let (id, offer) = offer();
    store
        .put_offer(op::PutOffer {
            id,
            offer: offer.clone(),
        })
        .await
        .unwrap();
    let reading = |by, now| op::ReadOffer { id, by, now: at(now) };
    assert!(store.offer(reading(offer.claim, 1999)).await.is_ok());
    assert_eq!(store.offer(reading(offer.claim, 2000)).await, Err(Error::Expired));
    let late = op::ClaimOffer {
        offer: reading(offer.claim, 2000),
        claim: vec![1],
    };
    assert_eq!(store.claim_offer(late).await, Err(Error::Expired));
    let expire = |now| op::Expire {
        now: at(now),
        envelope_time: 100,
    };
    assert_eq!(store.expire(expire(2000 + 86_400)).await.unwrap().offers, 0);
    assert!(store.offer_state(reading(offer.owner, 3000)).await.is_ok());
    assert_eq!(store.expire(expire(2001 + 86_400)).await.unwrap().offers, 1);
    assert_eq!(
        store.offer_state(reading(offer.owner, 3000)).await,
        Err(Error::NotFound)
    );
}

pub(crate) async fn the_log_is_pinned_once<S: Store>(open: impl Fn() -> S) {
    let first = LogIdentity {
        origin: "one/log".to_owned(),
        key: person(),
    };
    let store = open();
    assert_eq!(store.pin_log(first.clone()).await.unwrap(), first);
    store.close(()).await.unwrap();
    let other = LogIdentity {
        origin: "two/log".to_owned(),
        key: person(),
    };
    assert_eq!(open().pin_log(other).await.unwrap(), first);
}

pub(crate) async fn tokens_are_spent_once<S: Store>(open: impl Fn() -> S) {
    let store = open();
    let token = any();
    let chain = Chain {
        id: any().into(),
        ..Chain::create(&store).await
    };
    assert_eq!(
        store.create_chain(chain.creation(Some(token))).await,
        Ok(Outcome::Created)
    );
    assert_eq!(
        store.create_chain(chain.creation(Some(token))).await,
        Ok(Outcome::Present)
    );
    let other = Chain {
        id: any().into(),
        ..chain
    };
    assert_eq!(store.create_chain(other.creation(Some(token))).await, Err(Error::Token));
    assert_eq!(
        store.create_chain(other.creation(Some(any()))).await,
        Ok(Outcome::Created)
    );
}

pub(crate) async fn usage_counts<S: Store>(open: impl Fn() -> S) {
    let store = open();
    assert_eq!(store.usage(()).await.unwrap(), op::Usage::default());
    let chain = Chain::create(&store).await;
    store.append(chain.append(any(), b"12345")).await.unwrap();
    let (id, offer) = offer();
    store.put_offer(op::PutOffer { id, offer }).await.unwrap();
    let usage = store.usage(()).await.unwrap();
    assert_eq!(
        (usage.entries, usage.chains, usage.chain_bytes, usage.offers),
        (1, 1, 13, 1)
    );
    store.ready(()).await.unwrap();
}
