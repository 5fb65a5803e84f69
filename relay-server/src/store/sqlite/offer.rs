//! Offers: the first claim is fixed, then reveal and answer once each.

use protocol::hash::sha256;
use protocol::relay::message::{OfferAnswer, OfferContent, OfferState};
use protocol::relay::text::Bytes;
use rusqlite::{Connection, OptionalExtension, params};

use super::{number, spend, time, unsigned};
use crate::store::{Error, Outcome, Result, op};

pub(super) fn put(db: &Connection, input: op::PutOffer) -> Result<Outcome> {
    let offer = input.offer;
    let created = sha256(&[
        offer.owner.as_bytes(),
        offer.claim.as_bytes(),
        &offer.expires.seconds().to_be_bytes(),
        &offer.offer.0,
    ]);
    let known: Option<[u8; 32]> = db
        .prepare_cached("SELECT created FROM offer WHERE id = ?")?
        .query_row([input.id.as_bytes()], |row| row.get(0))
        .optional()?;
    if let Some(known) = known {
        return if &known == created.as_bytes() {
            Ok(Outcome::Present)
        } else {
            Err(Error::Exists)
        };
    }
    db.prepare_cached("INSERT INTO offer (id, created, content, owner, claimant, expires) VALUES (?, ?, ?, ?, ?, ?)")?
        .execute(params![
            input.id.as_bytes(),
            created.as_bytes(),
            offer.offer.0,
            offer.owner.as_bytes(),
            offer.claim.as_bytes(),
            number(offer.expires.seconds()),
        ])?;
    Ok(Outcome::Created)
}

pub(super) fn content(db: &Connection, input: op::ReadOffer) -> Result<OfferContent> {
    let (offer, expires): (Vec<u8>, i64) = db
        .prepare_cached("SELECT content, expires FROM offer WHERE id = ? AND claimant = ?")?
        .query_row(params![input.id.as_bytes(), input.by.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?
        .ok_or(Error::NotFound)?;
    let expires = time(expires)?;
    if input.now >= expires {
        return Err(Error::Expired);
    }
    Ok(OfferContent {
        offer: Bytes(offer),
        expires,
    })
}

pub(super) fn claim(db: &Connection, input: op::ClaimOffer) -> Result<op::Claimed> {
    let op::ReadOffer { id, by, now } = input.offer;
    let (expires, held): (i64, Option<Vec<u8>>) = db
        .prepare_cached("SELECT expires, claim FROM offer WHERE id = ? AND claimant = ?")?
        .query_row(params![id.as_bytes(), by.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?
        .ok_or(Error::NotFound)?;
    match held {
        Some(held) if held == input.claim => Ok(op::Claimed::Same),
        _ if now >= time(expires)? => Err(Error::Expired),
        Some(_) => {
            db.prepare_cached(
                "UPDATE offer SET attempts = attempts + 1, state_version = state_version + 1 WHERE id = ?",
            )?
            .execute([id.as_bytes()])?;
            Ok(op::Claimed::Other)
        }
        None => {
            db.prepare_cached(
                "UPDATE offer SET claim = ?, state_version = state_version + 1 WHERE id = ? AND claim IS NULL",
            )?
            .execute(params![input.claim, id.as_bytes()])?;
            Ok(op::Claimed::First)
        }
    }
}

pub(super) fn state(db: &Connection, input: op::ReadOffer) -> Result<OfferState> {
    db.prepare_cached("SELECT state_version, claim, attempts FROM offer WHERE id = ? AND owner = ?")?
        .query_row(params![input.id.as_bytes(), input.by.as_bytes()], |row| {
            Ok(OfferState {
                version: unsigned(row.get(0)?),
                claim: row.get::<_, Option<Vec<u8>>>(1)?.map(Bytes),
                attempts: unsigned(row.get(2)?),
            })
        })
        .optional()?
        .ok_or(Error::NotFound)
}

pub(super) fn answer(db: &Connection, input: op::AnswerOffer) -> Result<Outcome> {
    let (reveal, answer): (Option<Vec<u8>>, Option<Vec<u8>>) = db
        .prepare_cached("SELECT reveal, answer FROM offer WHERE id = ? AND owner = ?")?
        .query_row(params![input.id.as_bytes(), input.by.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?
        .ok_or(Error::NotFound)?;
    let (held, update) = match input.step {
        op::Step::Reveal => (
            reveal,
            "UPDATE offer SET reveal = ?, answer_version = answer_version + 1 WHERE id = ? AND reveal IS NULL",
        ),
        op::Step::Answer => (
            answer,
            "UPDATE offer SET answer = ?, answer_version = answer_version + 1 WHERE id = ? AND answer IS NULL",
        ),
    };
    if let Some(held) = held {
        return if held == input.content {
            Ok(Outcome::Present)
        } else {
            Err(Error::Answered)
        };
    }
    db.prepare_cached(update)?
        .execute(params![input.content, input.id.as_bytes()])?;
    Ok(Outcome::Created)
}

pub(super) fn answers(db: &Connection, input: op::ReadOffer) -> Result<OfferAnswer> {
    db.prepare_cached("SELECT answer_version, reveal, answer FROM offer WHERE id = ? AND claimant = ?")?
        .query_row(params![input.id.as_bytes(), input.by.as_bytes()], |row| {
            Ok(OfferAnswer {
                version: unsigned(row.get(0)?),
                reveal: row.get::<_, Option<Vec<u8>>>(1)?.map(Bytes),
                answer: row.get::<_, Option<Vec<u8>>>(2)?.map(Bytes),
            })
        })
        .optional()?
        .ok_or(Error::NotFound)
}

pub(super) fn delete(db: &Connection, input: op::DeleteOffer) -> Result<()> {
    spend(db, &input.once)?;
    let gone = db
        .prepare_cached("DELETE FROM offer WHERE id = ? AND owner = ?")?
        .execute(params![input.id.as_bytes(), input.once.key.as_bytes()])?;
    if gone == 1 { Ok(()) } else { Err(Error::NotFound) }
}
