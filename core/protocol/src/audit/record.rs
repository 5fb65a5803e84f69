//! Records in a file: who signed, for whom, who vouches, when, and whether the chain holds them (AUDIT-11 to AUDIT-17).

use core::ops::Range;

use super::chain::{Chain, Seen};
use super::organization::{Organization, Organizations, name_in};
use super::{AuditedRecord, Error, Facts, Trusted, Value, code, not_future};
use crate::block::{BlockKind, check_body};
use crate::credential::{self, Credential};
use crate::export::{Content, Contents, ExportStatement, RecordOpening};
use crate::hash::Hash;
use crate::id::RecordId;
use crate::label::HashLabel;
use crate::package::{self, Package};
use crate::proven::{self, Log};
use crate::record::{Opening, Record};
use crate::time::Timestamp;

/// What was learnt of the file before its records are looked at.
pub(super) struct Context<'a> {
    pub(super) statement: &'a ExportStatement,
    pub(super) organizations: &'a Organizations,
    pub(super) trusted: &'a [Trusted],
    pub(super) chain: &'a Chain,
    pub(super) now: Timestamp,
}

/// Where a record lies: its block and what rebuilds the body.
struct Filing<'a> {
    block: Result<&'a Seen, &'static str>,
    opening: Option<&'a RecordOpening>,
}

/// The records of a part of the file: of its blocks, and behind them of those that are in no block.
pub(super) fn verify(
    contents: &Contents,
    part: Range<usize>,
    context: &Context<'_>,
    facts: &mut Facts,
) -> Vec<AuditedRecord> {
    let mut records = Vec::new();
    let filed = contents.blocks.iter().zip(&context.chain.blocks);
    for (exported, seen) in filed.take(part.end).skip(part.start) {
        if let Content::Record(package, opening) = &exported.content {
            let filing = Filing {
                block: seen.as_ref().map_err(|code| *code),
                opening: opening.as_ref(),
            };
            records.extend(one(package, Some(&filing), context, facts));
        }
    }
    let blocks = contents.blocks.len();
    let loose = contents.loose.iter().take(part.end.saturating_sub(blocks));
    for package in loose.skip(part.start.saturating_sub(blocks)) {
        records.extend(one(package, None, context, facts));
    }
    records
}

/// Corrections that the file itself holds; that there are no others is never claimed.
pub(super) fn corrections(records: &mut [AuditedRecord], facts: &mut Facts) {
    let links: Vec<(RecordId, RecordId)> = records
        .iter()
        .filter_map(|record| record.supersedes.map(|old| (old, record.id)))
        .collect();
    for record in records {
        record.superseded_by = links.iter().find(|(old, _)| *old == record.id).map(|(_, new)| *new);
        let params = record.superseded_by.map(|new| ("record", Value::Text(new.to_string())));
        let corrected = record.superseded_by.map(|_| code(Error::Corrected));
        facts.not_claimed(record.id, "record_latest", corrected, params.into_iter().collect());
    }
}

fn one(bytes: &[u8], filing: Option<&Filing<'_>>, context: &Context<'_>, facts: &mut Facts) -> Option<AuditedRecord> {
    let package = match Package::parse(bytes) {
        Ok(package) => package,
        Err(error) => {
            let subject = filing
                .and_then(|filing| filing.block.ok())
                .map_or(Hash::new([0; 32]), |seen| seen.hash.hash());
            facts.judge(subject, "record_signature", Err(code(error)), Vec::new());
            return None;
        }
    };
    let id: RecordId = HashLabel::Record.hash(&[&package.record]).into();
    let record = match Record::verify(&package.record) {
        Ok(record) => record,
        Err(error) => {
            facts.judge(id, "record_signature", Err(code(error)), Vec::new());
            return None;
        }
    };
    let said = not_future(record.time, context.now);
    facts.judge(id, "record_signature", said, vec![("time", Value::Time(record.time))]);
    author(&package, &record, facts);
    patient(&record, filing.is_some(), context, facts);
    let credential = voucher(&package, &record, context, facts);
    let promised = time(&package, &record, credential.as_ref(), context, facts);
    let by_block = filing
        .and_then(|filing| filing.block.ok())
        .and_then(|seen| seen.promised.clone());
    standing(
        &record,
        credential.as_ref(),
        [promised.clone(), by_block.clone()],
        context,
        facts,
    );
    filed(bytes, &id, filing, facts);
    link(
        &id,
        "record_answers",
        package.replies_to.as_ref(),
        &record.replies_to,
        facts,
    );
    link(
        &id,
        "record_corrects",
        package.supersedes.as_ref(),
        &record.supersedes,
        facts,
    );
    if !record.attachments.is_empty() {
        let count = vec![("count", Value::Number(record.attachments.len() as u64))];
        facts.not_claimed(id, "record_files", Some(code(Error::Attachments)), count);
    }
    let organization = credential.as_ref().map(|credential| {
        let name = name_in(context.trusted, &credential.claims.issuer);
        name.map_or_else(|| credential.organization.name.clone(), str::to_owned)
    });
    let statement = record.into_statement();
    Some(AuditedRecord {
        id,
        category: statement.category.as_str(),
        subject: statement.subject,
        author: statement.author,
        author_name: credential.map(|credential| credential.claims.name),
        organization,
        time: statement.time,
        promised: promised.or(by_block).map(|(time, log)| (time, log.origin)),
        sequence: filing
            .and_then(|filing| filing.block.ok())
            .map(|seen| seen.statement.sequence),
        replies_to: opened(package.replies_to.as_ref(), &statement.replies_to),
        supersedes: opened(package.supersedes.as_ref(), &statement.supersedes),
        superseded_by: None,
        attachments: statement.attachments,
        content: statement.content.into(),
    })
}

/// The key that signed belongs to the author named (AUDIT-11).
fn author(package: &Package, record: &Record, facts: &mut Facts) {
    let checked = package.evidence.verify().map_err(code).and_then(|actor| {
        actor
            .check(&record.actor, &record.author, &record.authority)
            .map_err(|_| code(package::Error::Author))
    });
    facts.judge(
        record.id(),
        "record_author",
        checked,
        vec![("author", Value::Text(record.author.to_string()))],
    );
}

/// The record is about the owner of the chain that files it (AUDIT-12).
fn patient(record: &Record, filed: bool, context: &Context<'_>, facts: &mut Facts) {
    let params = vec![("patient", Value::Text(record.subject.to_string()))];
    if record.subject == context.statement.owner {
        facts.judge(record.id(), "record_patient", Ok(()), params);
    } else if filed {
        facts.judge(record.id(), "record_patient", Err(code(Error::Patient)), params);
    } else {
        facts.not_claimed(record.id(), "record_patient", Some(code(Error::NotFiled)), params);
    }
}

/// Who vouches for the author, and whether the auditor knows them (AUDIT-13).
fn voucher(package: &Package, record: &Record, context: &Context<'_>, facts: &mut Facts) -> Option<Credential> {
    let id = record.id();
    let Some(evidence) = &package.credential else {
        facts.not_claimed(id, "record_voucher", Some(code(credential::Error::None)), Vec::new());
        return None;
    };
    let credential = match evidence.verify() {
        Ok(credential) if credential.claims.subject == record.author => credential,
        Ok(_) => {
            facts.judge(id, "record_voucher", Err(code(package::Error::Credential)), Vec::new());
            return None;
        }
        Err(error) => {
            facts.judge(id, "record_voucher", Err(code(error)), Vec::new());
            return None;
        }
    };
    let known = name_in(context.trusted, &credential.claims.issuer);
    let params = vec![
        ("name", Value::Text(credential.claims.name.clone())),
        ("role", Value::Text(credential.claims.role.as_str().to_owned())),
        (
            "organization",
            Value::Text(known.map_or_else(|| credential.organization.name.clone(), str::to_owned)),
        ),
    ];
    let checked = if known.is_some() {
        Ok(())
    } else {
        Err(code(credential::Error::Untrusted))
    };
    facts.judge(id, "record_voucher", checked, params);
    Some(credential)
}

/// When a log promised the record: that of the voucher, or the one that the owner's chain names (AUDIT-14).
fn time(
    package: &Package,
    record: &Record,
    credential: Option<&Credential>,
    context: &Context<'_>,
    facts: &mut Facts,
) -> Option<(Timestamp, Log)> {
    let id = record.id();
    let Some(proof) = &package.proven else {
        facts.not_claimed(id, "record_time", Some(code(proven::Error::Missing)), Vec::new());
        return None;
    };
    let vouching = credential.map(|credential| credential.organization.log.clone());
    let mut last = proven::Error::Log;
    for log in vouching.iter().chain(&context.chain.logs) {
        match proof.verify(&id, core::slice::from_ref(log)) {
            Ok(time) => {
                let params = vec![("time", Value::Time(time)), ("log", Value::Text(log.origin.clone()))];
                facts.judge(id, "record_time", not_future(time, context.now), params);
                return Some((time, log.clone()));
            }
            Err(proven::Error::Log) => {}
            Err(error) => last = error,
        }
    }
    facts.judge(id, "record_time", Err(code(last)), Vec::new());
    None
}

/// Whether the credential stood when a log of a trusted organization promised the record, or the block that files it (AUDIT-15). A log that
/// the owner chose alone could be the owner's own; its word about time does not make a credential stand.
fn standing(
    record: &Record,
    credential: Option<&Credential>,
    times: [Option<(Timestamp, Log)>; 2],
    context: &Context<'_>,
    facts: &mut Facts,
) {
    let Some(credential) = credential else { return };
    let id = record.id();
    let name = "record_standing";
    if let Err(error) = credential.claims.role.may_author(record.category) {
        return facts.judge(id, name, Err(code(error)), Vec::new());
    }
    let Some(Organization {
        list: Some((list, read)),
        trusted: Some(_),
        ..
    }) = context.organizations.find(&credential.claims.issuer)
    else {
        return facts.not_claimed(id, name, Some(code(Error::NoList)), Vec::new());
    };
    let counts = |log: &Log| context.organizations.trusted().any(|known| known.statement.log == *log);
    let any = times.iter().any(Option::is_some);
    let Some((time, _)) = times.into_iter().flatten().find(|(_, log)| counts(log)) else {
        let why = if any {
            proven::Error::Log
        } else {
            proven::Error::Missing
        };
        return facts.not_claimed(id, name, Some(code(why)), Vec::new());
    };
    let checked = credential.check_standing(&record.author, time, list).map_err(code);
    facts.judge(
        id,
        name,
        checked,
        vec![("time", Value::Time(time)), ("list", Value::Time(*read))],
    );
}

/// The block in the chain commits to exactly this package (AUDIT-16).
fn filed(package: &[u8], id: &RecordId, filing: Option<&Filing<'_>>, facts: &mut Facts) {
    let name = "record_filed";
    let Some(filing) = filing else {
        return facts.not_claimed(id, name, Some(code(Error::NotFiled)), Vec::new());
    };
    let seen = match filing.block {
        Ok(seen) => seen,
        Err(code) => return facts.judge(id, name, Err(code), Vec::new()),
    };
    let params = vec![
        ("block", Value::Number(u64::from(seen.statement.sequence))),
        ("time", Value::Time(seen.statement.time)),
    ];
    if seen.statement.kind != BlockKind::Record {
        return facts.judge(id, name, Err(code(crate::block::Error::Body)), params);
    }
    match filing.opening {
        Some(opening) => {
            let body = opening.body(package).unwrap_or_default();
            facts.judge(
                id,
                name,
                check_body(&seen.statement, &body).map(drop).map_err(code),
                params,
            );
        }
        None => facts.not_claimed(id, name, Some(code(Error::BodyLeftOut)), params),
    }
}

/// A link to another record, where its opening travels along (AUDIT-17).
fn link(id: &RecordId, name: &'static str, opening: Option<&Opening>, commitment: &Hash, facts: &mut Facts) {
    if let Some(opening) = opening {
        let params = vec![("record", Value::Text(opening.record.to_string()))];
        facts.judge(id, name, opening.check(commitment).map_err(code), params);
    }
}

fn opened(opening: Option<&Opening>, commitment: &Hash) -> Option<RecordId> {
    opening
        .filter(|opening| opening.check(commitment).is_ok())
        .map(|opening| opening.record)
}
