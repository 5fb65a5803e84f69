//! Published organizations, and recovery data under locators.

use protocol::id::{IdentityId, LocatorId, ResourceId};
use protocol::relay::message::Organization;
use protocol::relay::text::Bytes;
use rusqlite::{Connection, OptionalExtension, params};

use super::chain::Chain;
use super::spend;
use crate::store::{Error, Outcome, Result, op};

pub(super) fn put(db: &Connection, input: op::PutOrganization) -> Result<Outcome> {
    let chain = Chain::find(db, &input.organization.chain)?;
    chain.require_write(&input.once.key)?;
    if !chain.public {
        return Err(Error::NotFound);
    }
    spend(db, &input.once)?;
    let held: Option<i64> = db
        .prepare_cached("SELECT chain FROM organization WHERE id = ?")?
        .query_row([input.id.as_bytes()], |row| row.get(0))
        .optional()?;
    match held {
        Some(held) if held != chain.n => Err(Error::Exists),
        Some(_) => {
            db.prepare_cached("UPDATE organization SET statement = ? WHERE id = ?")?
                .execute(params![input.organization.statement.0, input.id.as_bytes()])?;
            Ok(Outcome::Present)
        }
        None => {
            db.prepare_cached("INSERT INTO organization (id, chain, statement) VALUES (?, ?, ?)")?
                .execute(params![input.id.as_bytes(), chain.n, input.organization.statement.0])?;
            Ok(Outcome::Created)
        }
    }
}

pub(super) fn read(db: &Connection, id: IdentityId) -> Result<Organization> {
    db.prepare_cached("SELECT organization.statement, chain.id FROM organization JOIN chain ON chain.n = organization.chain WHERE organization.id = ?")?
        .query_row([id.as_bytes()], |row| {
            Ok(Organization { statement: Bytes(row.get(0)?), chain: ResourceId::new(row.get(1)?) })
        })
        .optional()?
        .ok_or(Error::NotFound)
}

pub(super) fn put_locator(db: &Connection, input: op::PutLocator) -> Result<Outcome> {
    spend(db, &input.once)?;
    let known = db
        .prepare_cached("SELECT 1 FROM locator WHERE id = ?")?
        .exists([input.id.as_bytes()])?;
    db.prepare_cached(
        "INSERT INTO locator (id, sealed) VALUES (?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed",
    )?
    .execute(params![input.id.as_bytes(), input.sealed])?;
    Ok(if known { Outcome::Present } else { Outcome::Created })
}

pub(super) fn locator(db: &Connection, id: LocatorId) -> Result<Vec<u8>> {
    db.prepare_cached("SELECT sealed FROM locator WHERE id = ?")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()?
        .ok_or(Error::NotFound)
}
