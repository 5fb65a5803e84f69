//! Chains: creation, admission of entries, reading, erasing.
//!
//! Admission is insert-if-absent on the map key: the row that wins is never changed afterwards, so the same label can never stand for
//! two commits.

use protocol::hash::{Hash, sha256};
use protocol::id::ResourceId;
use protocol::key::PublicKey;
use protocol::log_entry::map_key;
use protocol::relay::message::{Admitted, Blocks, Entered, Entry, NewChain};
use protocol::relay::text::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{blob, capability, number, spend, time, unsigned, writer};
use crate::store::{Error, Made, Outcome, Result, op};

/// The facts of a living chain that operations decide by.
pub(super) struct Chain {
    pub(super) n: i64,
    pub(super) public: bool,
    pub(super) write: [u8; 32],
    pub(super) recover: Option<[u8; 32]>,
    pub(super) grantee: Option<[u8; 32]>,
    pub(super) paused: bool,
    pub(super) version: u64,
    pub(super) next_position: u64,
    pub(super) bytes: u64,
    pub(super) items: u64,
    pub(super) upload: u64,
    pub(super) uploaded: u64,
}

/// What a key may do with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Write,
    Recover,
    Grantee,
    Read,
    /// With the bytes that fetch keys may upload for this one to upload more.
    Fetch(u64),
    /// Nobody in particular, on a public chain.
    Public,
}

impl Chain {
    pub(super) fn find(db: &Connection, id: &ResourceId) -> Result<Self> {
        let read = |row: &Row<'_>| {
            Ok(Self {
                n: row.get(0)?,
                public: row.get(1)?,
                write: row.get(2)?,
                recover: row.get(3)?,
                grantee: row.get(4)?,
                paused: row.get(5)?,
                version: unsigned(row.get(6)?),
                next_position: unsigned(row.get(7)?),
                bytes: unsigned(row.get(8)?),
                items: unsigned(row.get(9)?),
                upload: unsigned(row.get(10)?),
                uploaded: unsigned(row.get(11)?),
            })
        };
        db.prepare_cached(
            "SELECT n, public, write, recover, grantee, paused, version, next_position, bytes, items, upload, uploaded
             FROM chain WHERE id = ? AND deleted = 0",
        )?
        .query_row([id.as_bytes()], read)
        .optional()?
        .ok_or(Error::NotFound)
    }

    /// The role of a key, the strongest first; a fetch key has none while the chain is paused.
    pub(super) fn role(&self, db: &Connection, key: &PublicKey) -> Result<Role> {
        let key = key.as_bytes();
        if key == &self.write {
            return Ok(Role::Write);
        }
        if self.recover.as_ref() == Some(key) {
            return Ok(Role::Recover);
        }
        let found: Option<(i64, i64)> = db
            .prepare_cached("SELECT role, upload FROM chain_key WHERE chain = ? AND key = ? AND role IN (1, 2) ORDER BY role LIMIT 1")?
            .query_row(params![self.n, key], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match found {
            Some((capability::READ, _)) => Ok(Role::Read),
            Some((_, upload)) if !self.paused => Ok(Role::Fetch(unsigned(upload))),
            Some(_) => Err(Error::NotFound),
            None if self.grantee.as_ref() == Some(key) => Ok(Role::Grantee),
            None => Err(Error::NotFound),
        }
    }

    /// Who reads: a key with a reading role, or anybody where the chain is public.
    pub(super) fn reader(&self, db: &Connection, by: Option<&PublicKey>) -> Result<Role> {
        let role = by.map_or(Err(Error::NotFound), |key| self.role(db, key));
        match role {
            Ok(Role::Grantee) | Err(Error::NotFound) if self.public => Ok(Role::Public),
            Ok(Role::Grantee) => Err(Error::NotFound),
            role => role,
        }
    }

    pub(super) fn require_write(&self, key: &PublicKey) -> Result<()> {
        if key.as_bytes() == &self.write {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    }

    /// Counts bytes and items in, refusing what exceeds the room.
    pub(super) fn occupy(&self, db: &Connection, bytes: u64, items: u64, room: op::Room) -> Result<()> {
        if self.bytes.saturating_add(bytes) > room.bytes {
            return Err(Error::Quota(room.bytes));
        }
        if self.items.saturating_add(items) > room.items {
            return Err(Error::Quota(room.items));
        }
        db.prepare_cached("UPDATE chain SET bytes = bytes + ?, items = items + ? WHERE n = ?")?
            .execute(params![number(bytes), number(items), self.n])?;
        Ok(())
    }

    pub(super) fn release(&self, db: &Connection, bytes: i64, items: i64) -> Result<()> {
        db.prepare_cached("UPDATE chain SET bytes = max(bytes - ?, 0), items = max(items - ?, 0) WHERE n = ?")?
            .execute(params![bytes, items, self.n])?;
        Ok(())
    }
}

/// What a creation asks for, so that the same one is recognised for ever.
fn creation(new: &NewChain) -> Hash {
    let mut read = new.read.clone();
    read.sort_unstable();
    read.dedup();
    let recover = new.recover.as_ref().map_or(&[][..], |key| key.as_bytes());
    let read: Vec<u8> = read.iter().flat_map(|key| *key.as_bytes()).collect();
    sha256(&[
        new.write.as_bytes(),
        &[u8::from(new.public), u8::from(new.recover.is_some())],
        recover,
        &read,
    ])
}

pub(super) fn create(db: &Connection, input: op::CreateChain) -> Result<Outcome> {
    let created = creation(&input.new);
    let known: Option<([u8; 32], bool)> = db
        .prepare_cached("SELECT created, deleted FROM chain WHERE id = ?")?
        .query_row([input.id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((known, deleted)) = known {
        return if &known == created.as_bytes() && !deleted {
            Ok(Outcome::Present)
        } else {
            Err(Error::Exists)
        };
    }
    if let Some(token) = input.token {
        let spent = db
            .prepare_cached("INSERT INTO spent_token (hash) VALUES (?) ON CONFLICT DO NOTHING")?
            .execute([token.as_bytes()])?;
        if spent == 0 {
            return Err(Error::Token);
        }
    }
    db.prepare_cached("INSERT INTO chain (id, created, public, write, recover) VALUES (?, ?, ?, ?, ?)")?
        .execute(params![
            input.id.as_bytes(),
            created.as_bytes(),
            input.new.public,
            input.new.write.as_bytes(),
            input.new.recover.map(|key| *key.as_bytes()),
        ])?;
    let n = db.last_insert_rowid();
    for key in &input.new.read {
        capability::add_key(db, n, capability::READ, key, 0)?;
    }
    Ok(Outcome::Created)
}

/// One row of the map.
struct Mapped {
    n: i64,
    new: bool,
    promise: Bytes,
    time: protocol::time::Timestamp,
}

/// Insert-if-absent: the heart of admission.
fn insert_if_absent(db: &Connection, chain: &ResourceId, entry: &op::Enter) -> Result<Mapped> {
    let (label, commit) = (entry.entry.label, entry.entry.commit);
    let key = map_key(chain, &label);
    let new =
        db.prepare_cached(
            "INSERT INTO map (map_key, commitment, promise, time) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            key.as_bytes(),
            commit.as_bytes(),
            entry.promise,
            number(entry.now.seconds())
        ])? == 1;
    if new {
        return Ok(Mapped {
            n: db.last_insert_rowid(),
            new,
            promise: Bytes(entry.promise.clone()),
            time: entry.now,
        });
    }
    let (n, held, promise, at): (i64, [u8; 32], Vec<u8>, i64) = db
        .prepare_cached("SELECT n, commitment, promise, time FROM map WHERE map_key = ?")?
        .query_row([key.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
    if &held != commit.as_bytes() {
        return Err(Error::Conflict {
            index: position(db, n)?,
            label,
            commit: Hash::new(held),
        });
    }
    Ok(Mapped {
        n,
        new,
        promise: Bytes(promise),
        time: time(at)?,
    })
}

fn position(db: &Connection, map_n: i64) -> Result<Option<u64>> {
    Ok(db
        .prepare_cached("SELECT position FROM block WHERE map_n = ?")?
        .query_row([map_n], |row| row.get(0))
        .optional()?
        .map(unsigned))
}

pub(super) fn append(db: &Connection, input: op::Append) -> Result<Made<Admitted>> {
    let chain = Chain::find(db, &input.chain)?;
    chain.require_write(&input.by)?;
    let block = input.block;
    let entry = op::Enter {
        chain: input.chain,
        by: input.by,
        entry: protocol::relay::message::NewEntry {
            label: block.label,
            commit: block.commit,
        },
        promise: input.promise,
        now: input.now,
        room: input.room,
    };
    let mapped = insert_if_absent(db, &input.chain, &entry)?;
    if !mapped.new
        && let Some(index) = position(db, mapped.n)?
    {
        let answer = Admitted {
            index,
            promise: mapped.promise,
            time: mapped.time,
        };
        return Ok(Made {
            outcome: Outcome::Present,
            answer,
        });
    }
    let length = |bytes: &Option<Bytes>| bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
    let size = block.block.len() as u64 + length(&block.slot) + length(&block.body);
    chain.occupy(db, size, 1, input.room)?;
    let index = chain.next_position;
    db.prepare_cached(
        "INSERT INTO block (map_n, chain, position, label, block, slot, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        mapped.n,
        chain.n,
        number(index),
        block.label.as_bytes(),
        block.block.0,
        block.slot.map(|slot| slot.0),
        block.body.map(|body| body.0),
    ])?;
    db.prepare_cached("UPDATE chain SET next_position = ? WHERE n = ?")?
        .execute(params![number(index + 1), chain.n])?;
    if let Some(capabilities) = &block.capabilities {
        capability::install(db, &chain, capability::By::Write, capabilities)?;
    }
    Ok(Made {
        outcome: Outcome::Created,
        answer: Admitted {
            index,
            promise: mapped.promise,
            time: mapped.time,
        },
    })
}

pub(super) fn enter(db: &Connection, input: op::Enter) -> Result<Made<Entered>> {
    let chain = Chain::find(db, &input.chain)?;
    chain.require_write(&input.by)?;
    let mapped = insert_if_absent(db, &input.chain, &input)?;
    if mapped.new {
        chain.occupy(db, 0, 1, input.room)?;
    }
    let outcome = if mapped.new { Outcome::Created } else { Outcome::Present };
    Ok(Made {
        outcome,
        answer: Entered {
            promise: mapped.promise,
            time: mapped.time,
        },
    })
}

pub(super) fn blocks(db: &Connection, input: op::ReadBlocks) -> Result<op::BlockPage> {
    let chain = Chain::find(db, &input.chain)?;
    let role = chain.reader(db, input.by.as_ref())?;
    let mut statement = db.prepare_cached(
        "SELECT block.position, block.label, map.commitment, block.block, block.slot, block.body, map.promise, map.time
         FROM block JOIN map ON map.n = block.map_n WHERE block.chain = ? AND block.position >= ? ORDER BY block.position LIMIT ?",
    )?;
    let from = input.after.map_or(0, |after| after.saturating_add(1));
    let mut rows = statement.query(params![chain.n, number(from), number(input.limit.saturating_add(1))])?;
    let (mut entries, mut size, mut more) = (Vec::new(), 0u64, false);
    while let Some(row) = rows.next()? {
        if entries.len() as u64 >= input.limit || size >= input.max_bytes {
            more = true;
            break;
        }
        let entry = entry(row)?;
        let length = |bytes: &Option<Bytes>| bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        size += length(&entry.block) + length(&entry.slot) + length(&entry.body);
        entries.push(entry);
    }
    let record = match (role, input.by, entries.last()) {
        (Role::Fetch(_), Some(key), Some(last)) => capability::reads_further(db, chain.n, &key, last.index)?,
        _ => false,
    };
    Ok(op::BlockPage {
        blocks: Blocks { entries, more },
        record,
    })
}

fn entry(row: &Row<'_>) -> Result<Entry> {
    Ok(Entry {
        index: unsigned(row.get(0)?),
        label: Hash::new(row.get(1)?),
        commit: Hash::new(row.get(2)?),
        block: row.get::<_, Option<Vec<u8>>>(3)?.map(Bytes),
        slot: row.get::<_, Option<Vec<u8>>>(4)?.map(Bytes),
        body: row.get::<_, Option<Vec<u8>>>(5)?.map(Bytes),
        promise: Bytes(row.get(6)?),
        time: time(row.get(7)?)?,
    })
}

pub(super) fn erase(db: &Connection, input: op::Erase) -> Result<()> {
    let chain = Chain::find(db, &input.chain)?;
    chain.require_write(&input.once.key)?;
    spend(db, &input.once)?;
    let (sizes, erase, position) = match input.span {
        op::Span::Body(index) => (
            "SELECT count(*), sum(coalesce(length(slot), 0) + coalesce(length(body), 0)) FROM block WHERE chain = ? AND position = ?",
            "UPDATE block SET slot = NULL, body = NULL WHERE chain = ? AND position = ?",
            index,
        ),
        op::Span::Through(index) => (
            "SELECT count(*), sum(coalesce(length(block), 0) + coalesce(length(slot), 0) + coalesce(length(body), 0))
             FROM block WHERE chain = ? AND position <= ?",
            "UPDATE block SET block = NULL, slot = NULL, body = NULL WHERE chain = ? AND position <= ? AND coalesce(block, slot, body) IS NOT NULL",
            index,
        ),
    };
    let (count, bytes): (i64, Option<i64>) = db
        .prepare_cached(sizes)?
        .query_row(params![chain.n, number(position)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if count == 0 {
        return Err(Error::NotFound);
    }
    db.prepare_cached(erase)?.execute(params![chain.n, number(position)])?;
    writer::wiped();
    chain.release(db, bytes.unwrap_or(0), 0)
}

pub(super) fn delete(db: &Connection, input: op::DeleteChain) -> Result<Vec<String>> {
    let chain = Chain::find(db, &input.chain)?;
    chain.require_write(&input.once.key)?;
    spend(db, &input.once)?;
    let files = db
        .prepare_cached("SELECT file FROM blob WHERE chain = ? AND file IS NOT NULL")?
        .query_map([chain.n], |row| row.get(0))?
        .collect::<std::result::Result<Vec<String>, _>>()?;
    for statement in [
        "DELETE FROM blob WHERE chain = ?",
        "DELETE FROM block WHERE chain = ?",
        "DELETE FROM chain_key WHERE chain = ?",
        "DELETE FROM access WHERE chain = ?",
        "DELETE FROM organization WHERE chain = ?",
        "UPDATE chain SET deleted = 1, created = zeroblob(32), write = zeroblob(32), recover = NULL, grantee = NULL,
                bytes = 0, items = 0, upload = 0, uploaded = 0 WHERE n = ?",
    ] {
        db.prepare_cached(statement)?.execute([chain.n])?;
    }
    writer::wiped();
    blob::unnamed(db, files)
}
