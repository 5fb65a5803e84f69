//! Mailboxes.

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use protocol::id::MailboxId;
use protocol::relay::message::{Contact, Delivered, Done, Envelopes, MailboxReader, MailboxSettings};
use protocol::relay::problem;

use super::{check_keys, required};
use crate::answer;
use crate::call::{Call, at_most, id};
use crate::query::Paging;
use crate::refusal::Result;
use crate::relay::Shared;
use crate::store::{self, Outcome, Store, op};

/// Answers stop growing at about this size.
const PAGE_BYTES: u64 = 4 * 1024 * 1024;

pub(super) async fn put<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let limits = &relay.config.limits;
    let (caller, id, settings): (_, MailboxId, MailboxSettings) = Call::new(request).told(&relay, &path).await?;
    relay.rates.create(caller.address(&relay))?;
    check_keys(settings.send.len(), limits.keys)?;
    at_most(
        settings.contact.as_ref().map_or(0, |contact| contact.len()),
        limits.contact,
    )?;
    if settings.read != caller.key {
        return Err(problem::Error::NotFound.into());
    }
    answer::done(
        relay
            .store
            .put_mailbox(op::PutMailbox {
                id,
                once: caller.once,
                settings,
            })
            .await?,
    )
}

pub(super) async fn set_reader<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, mailbox, reader): (_, MailboxId, MailboxReader) = Call::new(request).told(&relay, &path).await?;
    relay
        .store
        .set_reader(op::SetReader {
            mailbox,
            once: caller.once,
            read: reader.read,
        })
        .await?;
    // Whoever waits with the key of before is sent away.
    relay.watch.wake(mailbox.as_bytes());
    answer::ok(&Done {})
}

pub(super) async fn remove<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, mailbox): (_, MailboxId) = Call::new(request).plain(&relay, &path).await?;
    relay
        .store
        .delete_mailbox(op::DeleteMailbox {
            mailbox,
            once: caller.once,
        })
        .await?;
    relay.watch.wake(mailbox.as_bytes());
    answer::ok(&Done {})
}

pub(super) async fn deliver<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let limits = &relay.config.limits;
    let call = Call::new(request);
    let address = call.address(&relay);
    let (caller, bytes) = call.maybe_signed(&relay, limits.envelope).await?;
    let mailbox: MailboxId = id(&path)?;
    if bytes.is_empty() {
        return Err(problem::Error::Malformed.into());
    }
    let deliver = |by| op::Deliver {
        mailbox,
        by,
        envelope: bytes.to_vec(),
        now: relay.now(),
        room: op::Room {
            bytes: limits.pending_bytes,
            items: limits.pending,
        },
    };
    let known = match caller {
        Some(caller) => relay.store.deliver(deliver(Some(caller.key))).await,
        None => Err(store::Error::NotFound),
    };
    let made = match known {
        // A signature by a key that is not listed is worth no more than none: strangers are counted by their address.
        Err(store::Error::NotFound) => {
            relay.rates.intake(address)?;
            relay.store.deliver(deliver(None)).await?
        }
        known => known?,
    };
    if made.outcome == Outcome::Created {
        relay.watch.wake(mailbox.as_bytes());
    }
    answer::json(StatusCode::ACCEPTED, &Delivered { cursor: made.answer })
}

pub(super) async fn envelopes<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, mailbox): (_, MailboxId) = Call::new(request).plain(&relay, &path).await?;
    let paging = Paging::parse(caller.query())?;
    let read = op::ReadEnvelopes {
        mailbox,
        by: caller.key,
        after: paging.after.unwrap_or(0),
        limit: paging.page(),
        max_bytes: PAGE_BYTES,
    };
    // Nothing of the request is needed while it waits.
    drop(caller);
    let envelopes = relay
        .poll(
            mailbox.as_bytes(),
            paging.wait.unwrap_or(0),
            async || Ok(relay.store.envelopes(read).await?),
            |page: &Envelopes| !page.envelopes.is_empty(),
        )
        .await?;
    answer::ok(&envelopes)
}

pub(super) async fn acknowledge<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, mailbox): (_, MailboxId) = Call::new(request).plain(&relay, &path).await?;
    let through = required(Paging::parse(caller.query())?.through)?;
    relay
        .store
        .acknowledge(op::Acknowledge {
            mailbox,
            once: caller.once,
            through,
        })
        .await?;
    answer::ok(&Done {})
}

pub(super) async fn contact<S: Store>(State(relay): State<Shared<S>>, Path(path): Path<String>) -> Result<Response> {
    let contact = relay.store.contact(id(&path)?).await?;
    answer::ok(&Contact {
        contact: contact.into(),
    })
}
