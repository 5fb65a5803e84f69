//! Capabilities of a chain, and what its fetch keys fetched.

use protocol::hash::Hash;
use protocol::key::PublicKey;
use protocol::relay::message::{Access, Accesses, Capabilities, FetchKey};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::chain::{Chain, Role};
use super::{key, number, spend, time, unsigned, writer};
use crate::store::{Error, Result, op};

pub(super) const READ: i64 = 1;
pub(super) const FETCH: i64 = 2;

/// Which of the two keys that may replace capabilities does so.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Write,
    Recover,
}

pub(super) fn add_key(db: &Connection, chain: i64, role: i64, key: &PublicKey, upload: u64) -> Result<()> {
    db.prepare_cached("INSERT INTO chain_key (chain, role, key, upload) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET upload = excluded.upload")?
        .execute(params![chain, role, key.as_bytes(), number(upload)])?;
    Ok(())
}

fn owner(db: &Connection, chain: &Chain, by: &PublicKey) -> Result<By> {
    match chain.role(db, by)? {
        Role::Write => Ok(By::Write),
        Role::Recover => Ok(By::Recover),
        _ => Err(Error::NotFound),
    }
}

pub(super) fn read(db: &Connection, input: op::ReadCapabilities) -> Result<Capabilities> {
    let chain = Chain::find(db, &input.chain)?;
    owner(db, &chain, &input.by)?;
    let mut capabilities = Capabilities {
        version: chain.version,
        write: key(chain.write)?,
        read: Vec::new(),
        fetch: Vec::new(),
        grantee: chain.grantee.map(key).transpose()?,
        recover: chain.recover.map(key).transpose()?,
        paused: chain.paused,
    };
    let mut statement =
        db.prepare_cached("SELECT role, key, upload FROM chain_key WHERE chain = ? ORDER BY role, key")?;
    let mut rows = statement.query([chain.n])?;
    while let Some(row) = rows.next()? {
        let bearer = key(row.get(1)?)?;
        match row.get(0)? {
            READ => capabilities.read.push(bearer),
            _ => capabilities.fetch.push(FetchKey {
                key: bearer,
                upload: unsigned(row.get(2)?),
            }),
        }
    }
    Ok(capabilities)
}

pub(super) fn replace(db: &Connection, input: op::ReplaceCapabilities) -> Result<Capabilities> {
    let chain = Chain::find(db, &input.chain)?;
    let by = owner(db, &chain, &input.once.key)?;
    spend(db, &input.once)?;
    install(db, &chain, by, &input.capabilities)?;
    writer::wiped();
    Ok(Capabilities {
        version: chain.version + 1,
        ..input.capabilities
    })
}

/// Compare-and-swap on the version; only `recover` changes `recover`.
pub(super) fn install(db: &Connection, chain: &Chain, by: By, new: &Capabilities) -> Result<()> {
    if new.version != chain.version {
        return Err(Error::Version(chain.version));
    }
    let recover = new.recover.map(|key| *key.as_bytes());
    if recover != chain.recover && by != By::Recover {
        return Err(Error::NotFound);
    }
    let upload = new.fetch.iter().map(|fetch| fetch.upload).max().unwrap_or(0);
    db.prepare_cached("UPDATE chain SET write = ?, recover = ?, grantee = ?, paused = ?, upload = ?, version = version + 1 WHERE n = ?")?.execute(
        params![new.write.as_bytes(), recover, new.grantee.map(|key| *key.as_bytes()), new.paused, number(upload), chain.n],
    )?;
    db.prepare_cached("DELETE FROM chain_key WHERE chain = ?")?
        .execute([chain.n])?;
    for read in &new.read {
        add_key(db, chain.n, READ, read, 0)?;
    }
    for fetch in &new.fetch {
        add_key(db, chain.n, FETCH, &fetch.key, fetch.upload)?;
    }
    Ok(())
}

pub(super) fn change_fetch_keys(db: &Connection, input: op::ChangeFetchKeys) -> Result<()> {
    let chain = Chain::find(db, &input.chain)?;
    if chain.grantee.as_ref() != Some(input.once.key.as_bytes()) {
        return Err(Error::NotFound);
    }
    spend(db, &input.once)?;
    for removed in &input.change.remove {
        db.prepare_cached("DELETE FROM chain_key WHERE chain = ? AND role = 2 AND key = ?")?
            .execute(params![chain.n, removed.as_bytes()])?;
    }
    for added in &input.change.add {
        add_key(db, chain.n, FETCH, added, chain.upload)?;
    }
    let count: i64 = db
        .prepare_cached("SELECT count(*) FROM chain_key WHERE chain = ? AND role = 2")?
        .query_row([chain.n], |row| row.get(0))?;
    if unsigned(count) > input.max_keys {
        return Err(Error::Quota(input.max_keys));
    }
    // The owner who replaces capabilities at the same moment must see that they changed.
    db.prepare_cached("UPDATE chain SET version = version + 1 WHERE n = ?")?
        .execute([chain.n])?;
    Ok(())
}

/// Whether this key never read as far as this entry.
pub(super) fn reads_further(db: &Connection, chain: i64, key: &PublicKey, index: u64) -> Result<bool> {
    let furthest: Option<i64> = db
        .prepare_cached("SELECT max(through) FROM access WHERE chain = ? AND key = ? AND through IS NOT NULL")?
        .query_row(params![chain, key.as_bytes()], |row| row.get(0))?;
    Ok(furthest.is_none_or(|furthest| furthest < number(index)))
}

/// Whether this key never asked for this blob.
pub(super) fn first_fetch(db: &Connection, chain: i64, key: &PublicKey, address: &Hash) -> Result<bool> {
    let known = db
        .prepare_cached("SELECT 1 FROM access WHERE chain = ? AND key = ? AND address = ?")?
        .query_row(params![chain, key.as_bytes(), address.as_bytes()], |_| Ok(()))
        .optional()?;
    Ok(known.is_none())
}

pub(super) fn record_access(db: &Connection, input: op::RecordAccess) -> Result<()> {
    let chain = Chain::find(db, &input.chain)?;
    let access = input.access;
    if !matches!(chain.role(db, &access.key)?, Role::Fetch(_)) {
        return Ok(());
    }
    db.prepare_cached(
        "INSERT INTO access (chain, key, address, through, time, method, authority, path, query, signature_input, signature)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )?
    .execute(params![
        chain.n,
        access.key.as_bytes(),
        access.address.map(|address| *address.as_bytes()),
        access.through.map(number),
        number(access.time.seconds()),
        access.method,
        access.authority,
        access.path,
        access.query,
        access.signature_input,
        access.signature,
    ])?;
    Ok(())
}

pub(super) fn accesses(db: &Connection, input: op::ReadAccesses) -> Result<Accesses> {
    let chain = Chain::find(db, &input.chain)?;
    if !matches!(chain.role(db, &input.by)?, Role::Write | Role::Read) {
        return Err(Error::NotFound);
    }
    let mut statement = db.prepare_cached(
        "SELECT key, address, through, time, method, authority, path, query, signature_input, signature
         FROM access WHERE chain = ? ORDER BY n LIMIT ? OFFSET ?",
    )?;
    let mut rows = statement.query(params![
        chain.n,
        number(input.limit.saturating_add(1)),
        number(input.after)
    ])?;
    let (mut accesses, mut more) = (Vec::new(), false);
    while let Some(row) = rows.next()? {
        if accesses.len() as u64 >= input.limit {
            more = true;
            break;
        }
        accesses.push(access(row)?);
    }
    Ok(Accesses { accesses, more })
}

fn access(row: &Row<'_>) -> Result<Access> {
    Ok(Access {
        key: key(row.get(0)?)?,
        address: row.get::<_, Option<[u8; 32]>>(1)?.map(Hash::new),
        through: row.get::<_, Option<i64>>(2)?.map(unsigned),
        time: time(row.get(3)?)?,
        method: row.get(4)?,
        authority: row.get(5)?,
        path: row.get(6)?,
        query: row.get(7)?,
        signature_input: row.get(8)?,
        signature: row.get(9)?,
    })
}
