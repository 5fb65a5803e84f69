//! Offers: where claimant and wallet meet.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use protocol::id::OfferId;
use protocol::relay::message::{Done, NewAnswer, NewClaim, NewOffer, NewReveal, OfferAnswer, OfferState};
use protocol::relay::problem;

use crate::answer;
use crate::call::{Call, Caller, at_most};
use crate::query::Paging;
use crate::refusal::{Refusal, Result};
use crate::relay::Shared;
use crate::store::{Outcome, Store, op};

pub(super) async fn put<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let limits = &relay.config.limits;
    let (caller, id, offer): (_, OfferId, NewOffer) = Call::new(request).told(&relay, &path).await?;
    relay.rates.create(caller.address(&relay))?;
    at_most(offer.offer.len(), limits.offer)?;
    if offer.owner != caller.key {
        return Err(problem::Error::NotFound.into());
    }
    let now = relay.now();
    if offer.expires <= now {
        return Err(problem::Error::Expired.into());
    }
    if offer.expires > now.plus(limits.offer_time) {
        return Err(Refusal::too_large(limits.offer_time));
    }
    answer::done(relay.store.put_offer(op::PutOffer { id, offer }).await?)
}

pub(super) async fn content<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (_, read) = reading(&relay, &path, request).await?;
    answer::ok(&relay.store.offer(read).await?)
}

pub(super) async fn remove<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, id): (_, OfferId) = Call::new(request).plain(&relay, &path).await?;
    relay
        .store
        .delete_offer(op::DeleteOffer { id, once: caller.once })
        .await?;
    relay.watch.wake(id.as_bytes());
    answer::ok(&Done {})
}

pub(super) async fn claim<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, id, NewClaim { claim }): (_, OfferId, _) = Call::new(request).told(&relay, &path).await?;
    at_most(claim.len(), relay.config.limits.offer)?;
    let offer = op::ReadOffer {
        id,
        by: caller.key,
        now: relay.now(),
    };
    let claimed = relay
        .store
        .claim_offer(op::ClaimOffer { offer, claim: claim.0 })
        .await?;
    if claimed != op::Claimed::Same {
        relay.watch.wake(id.as_bytes());
    }
    match claimed {
        op::Claimed::First => answer::done(Outcome::Created),
        op::Claimed::Same => answer::done(Outcome::Present),
        op::Claimed::Other => Err(problem::Error::Claimed.into()),
    }
}

pub(super) async fn state<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (paging, read) = reading(&relay, &path, request).await?;
    let state = relay
        .poll(
            read.id.as_bytes(),
            paging.wait.unwrap_or(0),
            async || Ok(relay.store.offer_state(read).await?),
            |state: &OfferState| paging.after.is_none_or(|after| state.version > after),
        )
        .await?;
    answer::ok(&state)
}

pub(super) async fn answers<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (paging, read) = reading(&relay, &path, request).await?;
    let answers = relay
        .poll(
            read.id.as_bytes(),
            paging.wait.unwrap_or(0),
            async || Ok(relay.store.offer_answer(read).await?),
            |answers: &OfferAnswer| paging.after.is_none_or(|after| answers.version > after),
        )
        .await?;
    answer::ok(&answers)
}

async fn reading<S: Store>(relay: &Shared<S>, path: &str, request: Request) -> Result<(Paging, op::ReadOffer)> {
    let (caller, id) = Call::new(request).plain(relay, path).await?;
    let paging = Paging::parse(caller.query())?;
    let read = op::ReadOffer {
        id,
        by: caller.key,
        now: relay.now(),
    };
    Ok((paging, read))
}

pub(super) async fn reveal<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, id, NewReveal { reveal }) = Call::new(request).told(&relay, &path).await?;
    step(&relay, id, &caller, op::Step::Reveal, reveal.0).await
}

pub(super) async fn answer<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, id, NewAnswer { answer }) = Call::new(request).told(&relay, &path).await?;
    step(&relay, id, &caller, op::Step::Answer, answer.0).await
}

async fn step<S: Store>(
    relay: &Shared<S>,
    id: OfferId,
    caller: &Caller,
    step: op::Step,
    content: Vec<u8>,
) -> Result<Response> {
    at_most(content.len(), relay.config.limits.offer)?;
    let outcome = relay
        .store
        .answer_offer(op::AnswerOffer {
            id,
            by: caller.key,
            step,
            content,
        })
        .await?;
    relay.watch.wake(id.as_bytes());
    answer::done(outcome)
}
