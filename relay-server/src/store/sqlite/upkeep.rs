//! The log's identity, what is past its time, and how much is stored.

use protocol::key::PublicKey;
use protocol::relay::message::LogIdentity;
use rusqlite::{Connection, OptionalExtension, params};

use super::{damaged, mailbox, number, unsigned};
use crate::store::{Result, op};

/// Seconds that an offer stays after its end, so that its owner still sees what happened.
const OFFER_AFTERLIFE: u64 = 86_400;

pub(super) fn pin_log(db: &Connection, identity: LogIdentity) -> Result<LogIdentity> {
    let insert = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING";
    db.prepare_cached(insert)?
        .execute(params!["log.origin", identity.origin.as_bytes()])?;
    db.prepare_cached(insert)?
        .execute(params!["log.key", identity.key.as_bytes()])?;
    let read = "SELECT value FROM meta WHERE name = ?";
    let origin: Vec<u8> = db.prepare_cached(read)?.query_row(["log.origin"], |row| row.get(0))?;
    let key: [u8; 32] = db.prepare_cached(read)?.query_row(["log.key"], |row| row.get(0))?;
    Ok(LogIdentity {
        origin: String::from_utf8(origin).map_err(damaged)?,
        key: PublicKey::new(key).map_err(damaged)?,
    })
}

/// Up to when things are past their time, in the database's own numbers.
pub(crate) struct Due {
    pub(crate) envelopes: i64,
    pub(crate) offers: i64,
    pub(crate) nonces: i64,
}

impl Due {
    pub(crate) fn at(now: u64, envelope_time: u64) -> Self {
        Self {
            envelopes: number(now.saturating_sub(envelope_time)),
            offers: number(now.saturating_sub(OFFER_AFTERLIFE)),
            nonces: number(now),
        }
    }
}

pub(super) fn expire(db: &Connection, input: op::Expire) -> Result<op::Expired> {
    let due = Due::at(input.now.seconds(), input.envelope_time);
    let (envelopes, envelope_bytes) = mailbox::expire(db, due.envelopes)?;
    let offers = db
        .prepare_cached("DELETE FROM offer WHERE expires < ?")?
        .execute([due.offers])?;
    let nonces = db
        .prepare_cached("DELETE FROM nonce WHERE expires < ?")?
        .execute([due.nonces])?;
    Ok(op::Expired {
        envelopes,
        envelope_bytes,
        offers: offers as u64,
        nonces: nonces as u64,
    })
}

pub(super) fn usage(db: &Connection, (): ()) -> Result<op::Usage> {
    let count = |sql: &str| -> Result<u64> {
        let value: Option<i64> = db
            .prepare_cached(sql)?
            .query_row([], |row| row.get(0))
            .optional()?
            .flatten();
        Ok(unsigned(value.unwrap_or(0)))
    };
    Ok(op::Usage {
        entries: count("SELECT max(n) FROM map")?,
        chains: count("SELECT count(*) FROM chain WHERE deleted = 0")?,
        chain_bytes: count("SELECT sum(bytes) FROM chain")?,
        mailboxes: count("SELECT count(*) FROM mailbox")?,
        pending: count("SELECT sum(pending) FROM mailbox")?,
        offers: count("SELECT count(*) FROM offer")?,
    })
}

pub(super) fn ready(db: &Connection, (): ()) -> Result<()> {
    // Written, not only asked for: a full disk shows in a write alone. Every few seconds at most, whoever asks how often.
    db.prepare_cached(
        "INSERT INTO meta (name, value) VALUES ('ready', CAST(unixepoch() AS BLOB)) ON CONFLICT (name)
         DO UPDATE SET value = excluded.value WHERE abs(unixepoch() - CAST(CAST(value AS TEXT) AS INTEGER)) > 4",
    )?
    .execute([])?;
    Ok(())
}
