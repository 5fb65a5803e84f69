//! The access trail in a file: grants given and receipts of those who read (AUDIT-18, AUDIT-19).

use core::ops::Range;

use super::chain::Seen;
use super::record::Context;
use super::{AuditedReceipt, Error, Facts, SLACK, Value, code, not_future};
use crate::block::{BlockKind, check_body};
use crate::cbor::Bytes;
use crate::chain;
use crate::credential::{self, CredentialEvidence};
use crate::delegation::{self, Delegation};
use crate::export::{Content, Contents, Entitlement, receipt_body};
use crate::grant::{Grant, GrantStatement, Grantee, Right};
use crate::hash::{Hash, sha256};
use crate::id::GrantId;
use crate::identity::Evidence;
use crate::receipt::{self, Receipt, ReceiptStatement};

/// The receipts of a part of the file's blocks; grants are kept for the receipts behind them.
pub(super) fn verify(
    contents: &Contents,
    part: Range<usize>,
    grants: &mut Vec<(GrantId, Grant)>,
    context: &Context<'_>,
    facts: &mut Facts,
) -> Vec<AuditedReceipt> {
    let mut receipts = Vec::new();
    let filed = contents.blocks.iter().zip(&context.chain.blocks);
    for (exported, seen) in filed.take(part.end).skip(part.start) {
        match (&exported.content, seen) {
            (Content::Grant(bytes), seen) => grants.extend(grant(bytes, seen, context, facts)),
            (Content::Receipt(bytes, evidence, salt, entitlement), seen) => {
                let exported = Exported {
                    bytes,
                    evidence,
                    salt,
                    entitlement: entitlement.as_deref(),
                };
                receipts.extend(one(&exported, seen, grants, context, facts));
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

/// A receipt as the file holds it.
struct Exported<'a> {
    bytes: &'a Bytes,
    evidence: &'a Evidence,
    salt: &'a Hash,
    entitlement: Option<&'a Entitlement>,
}

fn one(
    exported: &Exported<'_>,
    seen: &Result<Seen, &'static str>,
    grants: &[(GrantId, Grant)],
    context: &Context<'_>,
    facts: &mut Facts,
) -> Option<AuditedReceipt> {
    let Exported {
        bytes, evidence, salt, ..
    } = *exported;
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
        Some((id_of, grant)) => match permitted(&receipt, id_of, grant, exported.entitlement, context) {
            Some(checked) => facts.judge(id, "receipt_grant", checked, params),
            None => facts.not_claimed(id, "receipt_grant", Some(code(Error::Entitlement)), params),
        },
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

/// Whether the reader is the holder of this grant, or somebody whom the holder, or the team's organization, lets read. `None` where the
/// file does not say what lets him.
fn permitted(
    receipt: &ReceiptStatement,
    id: &GrantId,
    grant: &GrantStatement,
    entitlement: Option<&Entitlement>,
    context: &Context<'_>,
) -> Option<Result<(), &'static str>> {
    if grant.grantee == Grantee::Identity(receipt.reader) {
        return Some(Ok(()));
    }
    Some(match entitlement? {
        Entitlement::Delegation(bytes, evidence) => delegated(receipt, id, grant, bytes, evidence),
        Entitlement::Member(evidence) => member(receipt, grant, evidence, context),
    })
}

/// The holder of this very grant signed a delegation to the reader, no wider than the grant, which covers the time of the receipt.
fn delegated(
    receipt: &ReceiptStatement,
    id: &GrantId,
    grant: &GrantStatement,
    bytes: &[u8],
    evidence: &Evidence,
) -> Result<(), &'static str> {
    let delegation = Delegation::verify(bytes).map_err(code)?;
    evidence
        .verify()
        .and_then(|actor| actor.check(&delegation.actor, &delegation.delegator, &delegation.authority))
        .map_err(|_| code(delegation::Error::Delegator))?;
    delegation.check_under(id, grant).map_err(code)?;
    if receipt.time.plus(SLACK) < delegation.time {
        return Err(code(delegation::Error::NotYet));
    }
    // The reader's clock may be a little behind the holder's.
    let time = receipt.time.max(delegation.time);
    delegation
        .allows(&receipt.reader, Right::Read, grant, time)
        .map_err(code)
}

/// The organization whose team holds the grant certified the reader; by its list, where the file holds that, the credential stood.
fn member(
    receipt: &ReceiptStatement,
    grant: &GrantStatement,
    evidence: &CredentialEvidence,
    context: &Context<'_>,
) -> Result<(), &'static str> {
    let credential = evidence.verify().map_err(code)?;
    if grant.grantee.team() != Some(credential.claims.issuer) {
        return Err(code(credential::Error::Issuer));
    }
    let claims = &credential.claims;
    let slow = claims.validity.from <= receipt.time.plus(SLACK);
    let time = if slow {
        receipt.time.max(claims.validity.from)
    } else {
        receipt.time
    };
    let known = context.organizations.find(&claims.issuer);
    match known.and_then(|known| known.list.as_ref()) {
        // A list that was read before the credential was issued does not know it yet.
        Some((list, read)) if list.at(&credential.id, time).is_some() || claims.issued.plus(SLACK) <= *read => {
            credential.check_standing(&receipt.reader, time, list).map_err(code)
        }
        _ if claims.subject != receipt.reader => Err(code(credential::Error::Subject)),
        _ if time < claims.validity.from => Err(code(credential::Error::NotYet)),
        _ if !claims.validity.contains(time) => Err(code(credential::Error::Expired)),
        _ => Ok(()),
    }
}
