//! Blobs: rows that say which chain holds which address, and where the bytes lie.

use protocol::relay::message::Missing;
use rusqlite::{Connection, OptionalExtension, params};

use super::chain::{Chain, Role};
use super::{capability, number, spend, unsigned, writer};
use crate::store::{Error, Outcome, Result, op};

/// Whether the upload would be taken. Nothing changes.
pub(super) fn check(db: &Connection, input: op::CheckUpload) -> Result<Outcome> {
    allowed(db, &input).map(|(_, _, outcome)| outcome)
}

fn allowed(db: &Connection, input: &op::CheckUpload) -> Result<(Chain, Role, Outcome)> {
    let chain = Chain::find(db, &input.chain)?;
    let role = chain.role(db, &input.by)?;
    if !matches!(role, Role::Write | Role::Fetch(_)) {
        return Err(Error::NotFound);
    }
    let present = db
        .prepare_cached("SELECT 1 FROM blob WHERE chain = ? AND address = ?")?
        .query_row(params![chain.n, input.address.as_bytes()], |_| Ok(()))
        .optional()?
        .is_some();
    if present {
        return Ok((chain, role, Outcome::Present));
    }
    if let Role::Fetch(upload) = role
        && chain.uploaded.saturating_add(input.size) > upload
    {
        return Err(Error::Uploads(upload));
    }
    if chain.bytes.saturating_add(input.size) > input.room.bytes {
        return Err(Error::Quota(input.room.bytes));
    }
    Ok((chain, role, Outcome::Created))
}

pub(super) fn put(db: &Connection, input: op::PutBlob) -> Result<Outcome> {
    let (chain, role, outcome) = allowed(db, &input.upload)?;
    if outcome == Outcome::Present {
        return Ok(outcome);
    }
    chain.occupy(db, input.upload.size, 1, input.upload.room)?;
    let mut uploader = None;
    if let Role::Fetch(_) = role {
        count_upload(db, &chain, number(input.upload.size))?;
        uploader = Some(*input.upload.by.as_bytes());
    }
    let (content, file) = match input.content {
        op::Content::Inline(content) => (Some(content), None),
        op::Content::File(file) => (None, Some(file)),
    };
    db.prepare_cached("INSERT INTO blob (chain, address, size, file, content, uploader) VALUES (?, ?, ?, ?, ?, ?)")?
        .execute(params![
            chain.n,
            input.upload.address.as_bytes(),
            number(input.upload.size),
            file,
            content,
            uploader
        ])?;
    Ok(Outcome::Created)
}

/// Counts what fetch keys put, or takes it back.
fn count_upload(db: &Connection, chain: &Chain, bytes: i64) -> Result<()> {
    db.prepare_cached("UPDATE chain SET uploaded = max(uploaded + ?, 0) WHERE n = ?")?
        .execute(params![bytes, chain.n])?;
    Ok(())
}

pub(super) fn read(db: &Connection, input: op::ReadBlob) -> Result<op::Blob> {
    let chain = Chain::find(db, &input.chain)?;
    let role = chain.reader(db, input.by.as_ref())?;
    let (size, file, content): (i64, Option<String>, Option<Vec<u8>>) = db
        .prepare_cached("SELECT size, file, content FROM blob WHERE chain = ? AND address = ?")?
        .query_row(params![chain.n, input.address.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?
        .ok_or(Error::NotFound)?;
    let record = match (role, input.by) {
        (Role::Fetch(_), Some(key)) => capability::first_fetch(db, chain.n, &key, &input.address)?,
        _ => false,
    };
    let content = match file {
        Some(file) => op::Content::File(file),
        None => op::Content::Inline(content.unwrap_or_default()),
    };
    Ok(op::Blob {
        size: unsigned(size),
        content,
        record,
    })
}

pub(super) fn delete(db: &Connection, input: op::DeleteBlob) -> Result<Option<String>> {
    let chain = Chain::find(db, &input.chain)?;
    let role = chain.role(db, &input.once.key)?;
    if !matches!(role, Role::Write | Role::Fetch(_)) {
        return Err(Error::NotFound);
    }
    spend(db, &input.once)?;
    let (n, size, file, uploader): (i64, i64, Option<String>, Option<[u8; 32]>) = db
        .prepare_cached("SELECT n, size, file, uploader FROM blob WHERE chain = ? AND address = ?")?
        .query_row(params![chain.n, input.address.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?
        .ok_or(Error::NotFound)?;
    // A fetch key takes back what it put itself, and nothing else.
    if matches!(role, Role::Fetch(_)) && uploader.as_ref() != Some(input.once.key.as_bytes()) {
        return Err(Error::NotFound);
    }
    if uploader.is_some() {
        count_upload(db, &chain, -size)?;
    }
    db.prepare_cached("DELETE FROM blob WHERE n = ?")?.execute([n])?;
    writer::wiped();
    chain.release(db, size, 1)?;
    match file {
        Some(file) if !is_named(db, &file)? => Ok(Some(file)),
        _ => Ok(None),
    }
}

/// Whether any blob lies in this file.
fn is_named(db: &Connection, file: &str) -> Result<bool> {
    Ok(db.prepare_cached("SELECT 1 FROM blob WHERE file = ?")?.exists([file])?)
}

/// The bytes stay where they are; each chain counts them and each has its own row, so that neither sees the other's end.
pub(super) fn link(db: &Connection, input: op::LinkBlobs) -> Result<Missing> {
    let chain = Chain::find(db, &input.chain)?;
    // A fetch key that may upload could send the same bytes: it gets them within the same quota.
    let upload = match chain.role(db, &input.by)? {
        Role::Write => None,
        Role::Fetch(upload) if upload > 0 => Some(upload),
        _ => return Err(Error::NotFound),
    };
    let source = Chain::find(db, &input.source)?;
    // A fetch key passes on what it put itself; anything else it would read past the list of what was fetched.
    let own = match source.role(db, &input.source_by)? {
        Role::Write | Role::Read => None,
        Role::Fetch(_) => Some(*input.source_by.as_bytes()),
        _ => return Err(Error::NotFound),
    };
    let mut there = db.prepare_cached("SELECT size, uploader FROM blob WHERE chain = ? AND address = ?")?;
    let (mut missing, mut bytes, mut new) = (Vec::new(), 0u64, Vec::new());
    for address in input.addresses {
        let size: Option<(i64, Option<[u8; 32]>)> = there
            .query_row(params![source.n, address.as_bytes()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        match size
            .filter(|(_, uploader)| own.is_none() || *uploader == own)
            .map(|(size, _)| size)
        {
            None => missing.push(address),
            Some(_) if new.contains(&address) || there.exists(params![chain.n, address.as_bytes()])? => {}
            Some(size) => {
                bytes = bytes.saturating_add(unsigned(size));
                new.push(address);
            }
        }
    }
    if !missing.is_empty() {
        return Ok(Missing { missing });
    }
    if let Some(upload) = upload {
        if chain.uploaded.saturating_add(bytes) > upload {
            return Err(Error::Uploads(upload));
        }
        count_upload(db, &chain, number(bytes))?;
    }
    chain.occupy(db, bytes, new.len() as u64, input.room)?;
    let mut insert = db.prepare_cached(
        "INSERT INTO blob (chain, address, size, file, content)
         SELECT ?, address, size, file, content FROM blob WHERE chain = ? AND address = ?",
    )?;
    for address in new {
        insert.execute(params![chain.n, source.n, address.as_bytes()])?;
    }
    Ok(Missing { missing })
}

pub(super) fn delete_all(db: &Connection, input: op::DeleteBlobs) -> Result<Vec<String>> {
    let chain = Chain::find(db, &input.chain)?;
    chain.require_write(&input.once.key)?;
    spend(db, &input.once)?;
    let (count, bytes): (i64, Option<i64>) = db
        .prepare_cached("SELECT count(*), sum(size) FROM blob WHERE chain = ?")?
        .query_row([chain.n], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let files = db
        .prepare_cached("SELECT file FROM blob WHERE chain = ? AND file IS NOT NULL")?
        .query_map([chain.n], |row| row.get(0))?
        .collect::<std::result::Result<Vec<String>, _>>()?;
    db.prepare_cached("DELETE FROM blob WHERE chain = ?")?
        .execute([chain.n])?;
    // What was fetched names the keys of those who fetched; it goes with the copies.
    db.prepare_cached("DELETE FROM access WHERE chain = ?")?
        .execute([chain.n])?;
    writer::wiped();
    chain.release(db, bytes.unwrap_or(0), count)?;
    unnamed(db, files)
}

pub(super) fn missing(db: &Connection, input: op::MissingBlobs) -> Result<Missing> {
    let chain = Chain::find(db, &input.chain)?;
    if chain.role(db, &input.by)? == Role::Grantee {
        return Err(Error::NotFound);
    }
    let mut statement = db.prepare_cached("SELECT 1 FROM blob WHERE chain = ? AND address = ?")?;
    let mut missing = Vec::new();
    for address in input.addresses {
        if !statement.exists(params![chain.n, address.as_bytes()])? {
            missing.push(address);
        }
    }
    Ok(Missing { missing })
}

/// Those of these files that no blob names.
pub(super) fn unnamed(db: &Connection, files: Vec<String>) -> Result<Vec<String>> {
    let mut unnamed = Vec::new();
    for file in files {
        if !is_named(db, &file)? {
            unnamed.push(file);
        }
    }
    Ok(unnamed)
}

pub(super) fn orphans(db: &Connection, files: Vec<String>) -> Result<Vec<String>> {
    unnamed(db, files)
}
