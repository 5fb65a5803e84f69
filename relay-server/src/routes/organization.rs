//! Published organizations, and recovery data under locators.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use protocol::hash::sha256;
use protocol::id::LocatorId;
use protocol::key::PublicKey;
use protocol::relay::message::{NewOrganization, Sealed};
use protocol::relay::problem;

use crate::answer;
use crate::call::{Call, at_most, id};
use crate::refusal::Result;
use crate::relay::Shared;
use crate::store::{Store, op};

pub(super) async fn put<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let limits = &relay.config.limits;
    let (caller, id, organization): (_, _, NewOrganization) = Call::new(request).told(&relay, &path).await?;
    relay.rates.create(caller.address(&relay))?;
    at_most(organization.statement.len(), limits.statement)?;
    let put = op::PutOrganization {
        id,
        once: caller.once,
        organization,
    };
    answer::done(relay.store.put_organization(put).await?)
}

pub(super) async fn read<S: Store>(State(relay): State<Shared<S>>, Path(path): Path<String>) -> Result<Response> {
    answer::ok(&relay.store.organization(id(&path)?).await?)
}

/// Whether this key opens this locator: the id is the key's hash (RELAY-42).
fn opens(id: &LocatorId, key: &PublicKey) -> bool {
    sha256(&[b"locator", key.as_bytes()]) == id.hash()
}

pub(super) async fn put_locator<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let limits = &relay.config.limits;
    let (caller, id, Sealed { sealed }): (_, LocatorId, _) = Call::new(request).told(&relay, &path).await?;
    relay.rates.create(caller.address(&relay))?;
    if !opens(&id, &caller.key) {
        return Err(problem::Error::NotFound.into());
    }
    at_most(sealed.len(), limits.sealed)?;
    answer::done(
        relay
            .store
            .put_locator(op::PutLocator {
                id,
                once: caller.once,
                sealed: sealed.0,
            })
            .await?,
    )
}

pub(super) async fn locator<S: Store>(
    State(relay): State<Shared<S>>,
    Path(path): Path<String>,
    request: Request,
) -> Result<Response> {
    let (caller, id): (_, LocatorId) = Call::new(request).plain(&relay, &path).await?;
    if !opens(&id, &caller.key) {
        return Err(problem::Error::NotFound.into());
    }
    answer::ok(&Sealed {
        sealed: relay.store.locator(id).await?.into(),
    })
}
