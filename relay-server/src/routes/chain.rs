//! Chains and their entries.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use protocol::id::ResourceId;
use protocol::relay::message::{Capabilities, Done, NewBlock, NewChain, NewEntry};
use protocol::relay::problem;

use super::{check_keys, required};
use crate::answer;
use crate::call::{Call, at_most, id};
use crate::query::Paging;
use crate::refusal::Result;
use crate::relay::{Relay, Shared};
use crate::store::{Outcome, Store, op};

/// Answers stop growing at about this size.
const PAGE_BYTES: u64 = 4 * 1024 * 1024;

pub(super) async fn create<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, id, new): (_, ResourceId, NewChain) = Call::new(request).told(&relay, &path).await?;
    relay.rates.create(caller.address(&relay))?;
    check_keys(new.read.len(), relay.config.limits.keys)?;
    if new.write != caller.key {
        return Err(problem::Error::NotFound.into());
    }
    // Whoever repeats a creation need not show a token again; a new chain needs one that is not spent.
    let token = relay.token(caller.headers());
    let (token, refused) = match token {
        Ok(token) => (token, None),
        Err(refusal) => (None, Some(refusal)),
    };
    if let Some(refusal) = refused {
        let known = relay
            .store
            .capabilities(op::ReadCapabilities {
                chain: id,
                by: caller.key,
            })
            .await;
        if known.is_err() {
            return Err(refusal);
        }
    }
    answer::done(relay.store.create_chain(op::CreateChain { id, new, token }).await?)
}

pub(super) async fn remove<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, chain): (_, ResourceId) = Call::new(request).plain(&relay, &path).await?;
    let files = relay
        .store
        .delete_chain(op::DeleteChain {
            chain,
            once: caller.once,
        })
        .await?;
    relay.watch.wake(chain.as_bytes());
    for file in files {
        relay.files.remove(&file).await;
    }
    answer::ok(&Done {})
}

pub(super) async fn append<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let limits = &relay.config.limits;
    let (caller, chain, block): (_, ResourceId, NewBlock) = Call::new(request).told(&relay, &path).await?;
    at_most(block.block.len(), limits.block)?;
    at_most(block.slot.as_ref().map_or(0, |slot| slot.len()), limits.slot)?;
    at_most(block.body.as_ref().map_or(0, |body| body.len()), limits.body)?;
    if let Some(capabilities) = &block.capabilities {
        check_capabilities(&relay, capabilities)?;
    }
    let now = relay.now();
    let promise = relay.promise(&chain, &block.label, block.commit, now)?;
    let append = op::Append {
        chain,
        by: caller.key,
        block,
        promise,
        now,
        room: relay.chain_room(),
    };
    let made = relay.store.append(append).await?;
    if made.outcome == Outcome::Created {
        relay.watch.wake(chain.as_bytes());
    }
    answer::made(made.outcome, &made.answer)
}

pub(super) fn check_capabilities<S: Store>(relay: &Relay<S>, capabilities: &Capabilities) -> Result<()> {
    check_keys(capabilities.read.len(), relay.config.limits.keys)?;
    check_keys(capabilities.fetch.len(), relay.config.limits.keys)
}

pub(super) async fn blocks<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let paging = Paging::parse(request.uri().query().unwrap_or_default())?;
    let (caller, _) = Call::new(request).maybe_signed(&relay, 0).await?;
    let chain: ResourceId = id(&path)?;
    let by = caller.as_ref().map(|caller| caller.key);
    let read = op::ReadBlocks {
        chain,
        by,
        after: paging.after,
        limit: paging.page(),
        max_bytes: PAGE_BYTES,
    };
    let page = relay
        .poll(
            chain.as_bytes(),
            paging.wait.unwrap_or(0),
            async || Ok(relay.store.blocks(read).await?),
            |page: &op::BlockPage| !page.blocks.entries.is_empty(),
        )
        .await?;
    if let (true, Some(caller), Some(last)) = (page.record, &caller, page.blocks.entries.last()) {
        let access = caller.access(relay.now(), None, Some(last.index));
        relay.store.record_access(op::RecordAccess { chain, access }).await?;
    }
    answer::ok(&page.blocks)
}

pub(super) async fn erase_body<S: Store>(
    State(relay): State<Shared<S>>,
    Path((path, index)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    let (caller, chain): (_, ResourceId) = Call::new(request).plain(&relay, &path).await?;
    let index: u64 = id(&index)?;
    relay
        .store
        .erase(op::Erase {
            chain,
            once: caller.once,
            span: op::Span::Body(index),
        })
        .await?;
    answer::ok(&Done {})
}

pub(super) async fn erase_through<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, chain): (_, ResourceId) = Call::new(request).plain(&relay, &path).await?;
    let through = required(Paging::parse(caller.query())?.through)?;
    relay
        .store
        .erase(op::Erase {
            chain,
            once: caller.once,
            span: op::Span::Through(through),
        })
        .await?;
    answer::ok(&Done {})
}

pub(super) async fn enter<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, chain, entry): (_, ResourceId, NewEntry) = Call::new(request).told(&relay, &path).await?;
    let now = relay.now();
    let promise = relay.promise(&chain, &entry.label, entry.commit, now)?;
    let made = relay
        .store
        .enter(op::Enter {
            chain,
            by: caller.key,
            entry,
            promise,
            now,
            room: relay.chain_room(),
        })
        .await?;
    answer::made(made.outcome, &made.answer)
}
