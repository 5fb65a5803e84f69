//! Mailboxes: settings, delivery, waiting envelopes.

use protocol::hash::sha256;
use protocol::id::MailboxId;
use protocol::key::PublicKey;
use protocol::relay::message::{Envelope, Envelopes};
use protocol::relay::text::Bytes;
use rusqlite::{Connection, OptionalExtension, params};

use super::{number, spend, time, unsigned, writer};
use crate::store::{Error, Made, Outcome, Result, op};

struct Mailbox {
    n: i64,
    read: [u8; 32],
    intake: bool,
    next_cursor: u64,
    pending: u64,
    pending_bytes: u64,
}

impl Mailbox {
    fn find(db: &Connection, id: &MailboxId) -> Result<Option<Self>> {
        Ok(db
            .prepare_cached("SELECT n, read, intake, next_cursor, pending, pending_bytes FROM mailbox WHERE id = ?")?
            .query_row([id.as_bytes()], |row| {
                Ok(Self {
                    n: row.get(0)?,
                    read: row.get(1)?,
                    intake: row.get(2)?,
                    next_cursor: unsigned(row.get(3)?),
                    pending: unsigned(row.get(4)?),
                    pending_bytes: unsigned(row.get(5)?),
                })
            })
            .optional()?)
    }

    fn of_reader(db: &Connection, id: &MailboxId, by: &PublicKey) -> Result<Self> {
        Self::find(db, id)?
            .filter(|mailbox| &mailbox.read == by.as_bytes())
            .ok_or(Error::NotFound)
    }

    /// A listed sender, or nobody in particular where everybody may send.
    fn takes_from(&self, db: &Connection, by: Option<&PublicKey>) -> Result<bool> {
        let Some(key) = by else { return Ok(self.intake) };
        Ok(db
            .prepare_cached("SELECT 1 FROM mailbox_key WHERE mailbox = ? AND key = ?")?
            .exists(params![self.n, key.as_bytes()])?)
    }
}

pub(super) fn put(db: &Connection, input: op::PutMailbox) -> Result<Outcome> {
    let settings = input.settings;
    let known = Mailbox::find(db, &input.id)?;
    if known
        .as_ref()
        .is_some_and(|mailbox| &mailbox.read != input.once.key.as_bytes())
    {
        return Err(Error::Exists);
    }
    spend(db, &input.once)?;
    let contact = settings.contact.map(|contact| contact.0);
    let (n, outcome) = if let Some(mailbox) = known {
        db.prepare_cached("UPDATE mailbox SET intake = ?, contact = ? WHERE n = ?")?
            .execute(params![settings.intake, contact, mailbox.n])?;
        db.prepare_cached("DELETE FROM mailbox_key WHERE mailbox = ?")?
            .execute([mailbox.n])?;
        (mailbox.n, Outcome::Present)
    } else {
        db.prepare_cached("INSERT INTO mailbox (id, read, intake, contact) VALUES (?, ?, ?, ?)")?
            .execute(params![
                input.id.as_bytes(),
                settings.read.as_bytes(),
                settings.intake,
                contact
            ])?;
        (db.last_insert_rowid(), Outcome::Created)
    };
    for key in &settings.send {
        db.prepare_cached("INSERT INTO mailbox_key (mailbox, key) VALUES (?, ?) ON CONFLICT DO NOTHING")?
            .execute(params![n, key.as_bytes()])?;
    }
    Ok(outcome)
}

pub(super) fn set_reader(db: &Connection, input: op::SetReader) -> Result<()> {
    let mailbox = Mailbox::of_reader(db, &input.mailbox, &input.once.key)?;
    spend(db, &input.once)?;
    db.prepare_cached("UPDATE mailbox SET read = ? WHERE n = ?")?
        .execute(params![input.read.as_bytes(), mailbox.n])?;
    Ok(())
}

pub(super) fn deliver(db: &Connection, input: op::Deliver) -> Result<Made<u64>> {
    let mailbox = Mailbox::find(db, &input.mailbox)?.ok_or(Error::NotFound)?;
    if !mailbox.takes_from(db, input.by.as_ref())? {
        return Err(Error::NotFound);
    }
    let hash = sha256(&[&input.envelope]);
    let known: Option<i64> = db
        .prepare_cached("SELECT cursor FROM envelope WHERE mailbox = ? AND hash = ?")?
        .query_row(params![mailbox.n, hash.as_bytes()], |row| row.get(0))
        .optional()?;
    if let Some(cursor) = known {
        return Ok(Made {
            outcome: Outcome::Present,
            answer: unsigned(cursor),
        });
    }
    let size = input.envelope.len() as u64;
    if mailbox.pending >= input.room.items {
        return Err(Error::Quota(input.room.items));
    }
    if mailbox.pending_bytes.saturating_add(size) > input.room.bytes {
        return Err(Error::Quota(input.room.bytes));
    }
    let cursor = mailbox.next_cursor;
    db.prepare_cached("INSERT INTO envelope (mailbox, cursor, hash, time, content) VALUES (?, ?, ?, ?, ?)")?
        .execute(params![
            mailbox.n,
            number(cursor),
            hash.as_bytes(),
            number(input.now.seconds()),
            input.envelope
        ])?;
    db.prepare_cached(
        "UPDATE mailbox SET next_cursor = ?, pending = pending + 1, pending_bytes = pending_bytes + ? WHERE n = ?",
    )?
    .execute(params![number(cursor + 1), number(size), mailbox.n])?;
    Ok(Made {
        outcome: Outcome::Created,
        answer: cursor,
    })
}

pub(super) fn envelopes(db: &Connection, input: op::ReadEnvelopes) -> Result<Envelopes> {
    let mailbox = Mailbox::of_reader(db, &input.mailbox, &input.by)?;
    let mut statement = db.prepare_cached(
        "SELECT cursor, time, content FROM envelope WHERE mailbox = ? AND cursor > ? AND content IS NOT NULL ORDER BY cursor LIMIT ?",
    )?;
    let mut rows = statement.query(params![
        mailbox.n,
        number(input.after),
        number(input.limit.saturating_add(1))
    ])?;
    let (mut envelopes, mut size, mut more) = (Vec::new(), 0u64, false);
    while let Some(row) = rows.next()? {
        if envelopes.len() as u64 >= input.limit || size >= input.max_bytes {
            more = true;
            break;
        }
        let envelope = Envelope {
            cursor: unsigned(row.get(0)?),
            time: time(row.get(1)?)?,
            envelope: Bytes(row.get(2)?),
        };
        size += envelope.envelope.len() as u64;
        envelopes.push(envelope);
    }
    Ok(Envelopes { envelopes, more })
}

pub(super) fn acknowledge(db: &Connection, input: op::Acknowledge) -> Result<()> {
    let mailbox = Mailbox::of_reader(db, &input.mailbox, &input.once.key)?;
    spend(db, &input.once)?;
    db.prepare_cached("UPDATE envelope SET content = NULL WHERE mailbox = ? AND cursor <= ? AND content IS NOT NULL")?
        .execute(params![mailbox.n, number(input.through)])?;
    recount(db, mailbox.n)
}

/// Counts what waits anew.
fn recount(db: &Connection, mailbox: i64) -> Result<()> {
    db.prepare_cached(
        "UPDATE mailbox SET (pending, pending_bytes) =
           (SELECT count(*), coalesce(sum(length(content)), 0) FROM envelope WHERE mailbox = ?1 AND content IS NOT NULL) WHERE n = ?1",
    )?
    .execute([mailbox])?;
    Ok(())
}

pub(super) fn contact(db: &Connection, id: MailboxId) -> Result<Vec<u8>> {
    db.prepare_cached("SELECT contact FROM mailbox WHERE id = ? AND intake = 1 AND contact IS NOT NULL")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()?
        .ok_or(Error::NotFound)
}

pub(super) fn delete(db: &Connection, input: op::DeleteMailbox) -> Result<()> {
    let mailbox = Mailbox::of_reader(db, &input.mailbox, &input.once.key)?;
    spend(db, &input.once)?;
    for statement in [
        "DELETE FROM envelope WHERE mailbox = ?",
        "DELETE FROM mailbox_key WHERE mailbox = ?",
        "DELETE FROM mailbox WHERE n = ?",
    ] {
        db.prepare_cached(statement)?.execute([mailbox.n])?;
    }
    writer::wiped();
    Ok(())
}

/// Removes envelopes that arrived before `limit`; answers how many waited, and their bytes.
pub(super) fn expire(db: &Connection, limit: i64) -> Result<(u64, u64)> {
    let touched = db
        .prepare_cached("SELECT DISTINCT mailbox FROM envelope WHERE time < ? AND content IS NOT NULL")?
        .query_map([limit], |row| row.get(0))?
        .collect::<std::result::Result<Vec<i64>, _>>()?;
    let (count, bytes): (i64, i64) = db
        .prepare_cached(
            "SELECT count(*), coalesce(sum(length(content)), 0) FROM envelope WHERE time < ? AND content IS NOT NULL",
        )?
        .query_row([limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
    db.prepare_cached("DELETE FROM envelope WHERE time < ?")?
        .execute([limit])?;
    for mailbox in touched {
        recount(db, mailbox)?;
    }
    Ok((unsigned(count), unsigned(bytes)))
}
