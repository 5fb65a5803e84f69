//! The access trail in a file: grants given and receipts of those who read (AUDIT-18, AUDIT-19).

use super::chain::Seen;
use super::record::Context;
use super::{AuditedReceipt, Error, Facts, Value, code, not_future};
use crate::block::{BlockKind, check_body};
use crate::chain;
use crate::export::{Content, Contents, receipt_body};
use crate::grant::Grant;
use crate::hash::{Hash, sha256};
use crate::id::GrantId;
use crate::identity::Evidence;
use crate::receipt::{self, Receipt};

pub(super) fn verify(contents: &Contents, context: &Context<'_>, facts: &mut Facts) -> Vec<AuditedReceipt> {
    let mut grants = Vec::new();
    let mut receipts = Vec::new();
    for (exported, seen) in contents.blocks.iter().zip(&context.chain.blocks) {
        match (&exported.content, seen) {
            (Content::Grant(bytes), seen) => grants.extend(grant(bytes, seen, context, facts)),
            (Content::Receipt(bytes, evidence, salt), seen) => {
                receipts.extend(one(bytes, evidence, salt, seen, &grants, context, facts));
            }
            _ => {}
        }
    }
    receipts
}

/// A grant was signed by a device of the owner.
fn grant(
    bytes: &[u8],
    seen: &Result<Seen, &'static str>,
    context: &Context<'_>,
    facts: &mut Facts,
) -> Option<(GrantId, Grant)> {
    let grant = match Grant::verify(bytes) {
        Ok(grant) => grant,
        Err(error) => {
            let subject = seen.as_ref().map_or(Hash::new([0; 32]), |seen| seen.hash.hash());
            facts.judge(subject, "grant_signature", Err(code(error)), Vec::new());
            return None;
        }
    };
    let device = context.chain.keys.iter().find(|(actor, _)| actor.device == grant.actor);
    let entitled = device.is_some_and(|(_, removed)| removed.is_none_or(|removed| grant.time < removed.time));
    let in_place = seen.as_ref().is_ok_and(|seen| seen.statement.kind == BlockKind::Grant);
    let checked = match grant.patient == context.statement.owner && entitled && in_place {
        true => not_future(grant.time, context.now),
        false => Err(code(chain::Error::Key)),
    };
    let params = vec![
        ("time", Value::Time(grant.time)),
        ("purpose", Value::Text(grant.purpose.as_str().to_owned())),
    ];
    facts.judge(grant.id(), "grant_signature", checked, params);
    checked.ok().map(|()| (grant.id(), grant))
}

fn one(
    bytes: &crate::cbor::Bytes,
    evidence: &Evidence,
    salt: &Hash,
    seen: &Result<Seen, &'static str>,
    grants: &[(GrantId, Grant)],
    context: &Context<'_>,
    facts: &mut Facts,
) -> Option<AuditedReceipt> {
    let id = sha256(&[bytes]);
    let receipt = match Receipt::verify(bytes) {
        Ok(receipt) => receipt,
        Err(error) => {
            facts.judge(id, "receipt_signature", Err(code(error)), Vec::new());
            return None;
        }
    };
    let about = if receipt.patient == context.statement.owner {
        not_future(receipt.time, context.now)
    } else {
        Err(code(receipt::Error::Grant))
    };
    let params = vec![
        ("time", Value::Time(receipt.time)),
        ("count", Value::Number(receipt.records.len() as u64)),
    ];
    facts.judge(id, "receipt_signature", about, params);
    let reader = evidence
        .verify()
        .and_then(|actor| actor.check(&receipt.actor, &receipt.reader, &receipt.authority))
        .map_err(|_| code(receipt::Error::Reader));
    facts.judge(
        id,
        "receipt_reader",
        reader,
        vec![("reader", Value::Text(receipt.reader.to_string()))],
    );
    let seen = match seen {
        Ok(seen) => seen,
        Err(code) => {
            facts.judge(id, "receipt_filed", Err(code), Vec::new());
            return None;
        }
    };
    let body = receipt_body(bytes, evidence, salt);
    let filed = match seen.statement.kind {
        BlockKind::Receipt => check_body(&seen.statement, &body).map(drop).map_err(code),
        _ => Err(code(crate::block::Error::Body)),
    };
    let block = ("block", Value::Number(u64::from(seen.statement.sequence)));
    facts.judge(id, "receipt_filed", filed, vec![block]);
    let params = vec![("grant", Value::Text(receipt.grant.to_string()))];
    match grants.iter().find(|(grant, _)| *grant == receipt.grant) {
        Some((_, grant)) => {
            let named = if grant.grantee.identity() == Some(receipt.reader) {
                Ok(())
            } else {
                Err(code(receipt::Error::Reader))
            };
            facts.judge(id, "receipt_grant", named, params);
        }
        None => facts.not_claimed(id, "receipt_grant", Some(code(Error::Grant)), params),
    }
    let sequence = seen.statement.sequence;
    let statement = receipt.into_statement();
    Some(AuditedReceipt {
        id,
        grant: statement.grant,
        reader: statement.reader,
        records: statement.records,
        time: statement.time,
        sequence,
    })
}
