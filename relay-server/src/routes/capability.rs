//! Who may do what with a chain, and what fetch keys fetched.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use protocol::id::ResourceId;
use protocol::relay::message::{Capabilities, Done, FetchKeyChange};

use super::chain::check_capabilities;
use super::check_keys;
use crate::answer;
use crate::call::Call;
use crate::query::Paging;
use crate::refusal::Result;
use crate::relay::Shared;
use crate::store::{Store, op};

pub(super) async fn read<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, chain): (_, ResourceId) = Call::new(request).plain(&relay, &path).await?;
    answer::ok(
        &relay
            .store
            .capabilities(op::ReadCapabilities { chain, by: caller.key })
            .await?,
    )
}

pub(super) async fn replace<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, chain, capabilities): (_, ResourceId, Capabilities) = Call::new(request).told(&relay, &path).await?;
    check_capabilities(&relay, &capabilities)?;
    let replaced = relay
        .store
        .replace_capabilities(op::ReplaceCapabilities {
            chain,
            once: caller.once,
            capabilities,
        })
        .await?;
    // Waiting readers whose key is gone must not wait on as if nothing happened.
    relay.watch.wake(chain.as_bytes());
    answer::ok(&replaced)
}

pub(super) async fn change_fetch_keys<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, chain, change): (_, ResourceId, FetchKeyChange) = Call::new(request).told(&relay, &path).await?;
    let max_keys = relay.config.limits.keys;
    check_keys(change.add.len(), max_keys)?;
    check_keys(change.remove.len(), max_keys)?;
    relay
        .store
        .change_fetch_keys(op::ChangeFetchKeys {
            chain,
            once: caller.once,
            change,
            max_keys,
        })
        .await?;
    relay.watch.wake(chain.as_bytes());
    answer::ok(&Done {})
}

pub(super) async fn accesses<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, chain): (_, ResourceId) = Call::new(request).plain(&relay, &path).await?;
    let paging = Paging::parse(caller.query())?;
    let read = op::ReadAccesses {
        chain,
        by: caller.key,
        after: paging.after.unwrap_or(0),
        limit: paging.page(),
    };
    answer::ok(&relay.store.accesses(read).await?)
}
