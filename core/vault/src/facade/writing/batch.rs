//! Results from a laboratory's own system: a whole FHIR document, matched to the request it names, signed as it is, and never twice.

use clinical::{check, order as naming};
use protocol::code::Coded;
use protocol::coded_error;
use protocol::grant::{Grant, Right};
use protocol::id::{GrantId, RecordId};
use protocol::package::Package;
use protocol::record::{MAX_CONTENT, Record, RecordStatement};
use protocol::statement::Unverified;
use rand_core::CryptoRng;

use super::{Author, deliver};
use crate::facade::{self, Changes, Vault};
use crate::fault::{self, Fault};
use crate::flow::{access, order, record};
use crate::item::{AccessItem, Meta, Role, SharedItem, SubmissionItem, SubmissionStage};
use crate::state::{Read, Tx};

coded_error! {
    /// Why a document of a laboratory's system is not taken.
    enum BatchError {
        Document = "result.document", "the document is not one laboratory result";
        Fhir = "result.fhir", "the document breaks a rule of FHIR";
        Unnamed = "result.unnamed", "the document names no request that it answers";
        Order = "result.order", "no request shared with this lab has the name that the document gives";
        Ambiguous = "result.ambiguous", "the document names more than one request";
        Patient = "result.patient", "the document is about another patient than the request";
    }
}

/// The record that was signed with exactly these bytes before, if it was not lost on its way.
fn signed_before(tx: &Tx<'_>, content: &[u8]) -> Result<Option<RecordId>, Fault> {
    for (id, item) in tx.list::<SubmissionItem>()? {
        let lost = matches!(
            item.stage,
            SubmissionStage::Declined | SubmissionStage::Failed | SubmissionStage::Cancelled
        );
        let package = Package::parse(&item.package)?;
        let parsed = Unverified::<RecordStatement>::parse(&package.record)?;
        if !lost && *parsed.statement().content == *content {
            return Ok(Some(RecordId::new(id.try_into().map_err(|_| fault::Error::Damaged)?)));
        }
    }
    Ok(None)
}

/// Requests shared with this lab under grants that still allow an answer, and the names each is known by. Copies that were not fetched
/// yet cannot be matched.
fn requests(tx: &Tx<'_>) -> Result<Vec<(GrantId, RecordId, Vec<String>)>, Fault> {
    let me = Meta::read(tx)?.identity()?;
    let mut all = Vec::new();
    for (key, item) in tx.list::<SharedItem>()? {
        if !order::is_order(&item.summary) || !item.fetched {
            continue;
        }
        let (grant, id) = key.split_at_checked(32).ok_or(fault::Error::Damaged)?;
        let grant = GrantId::new(grant.try_into().map_err(|_| fault::Error::Damaged)?);
        let id = RecordId::new(id.try_into().map_err(|_| fault::Error::Damaged)?);
        let known: AccessItem = tx.item(grant.as_bytes())?;
        let statement = Grant::verify(&known.grant)?;
        let allowed = statement.allows(&me, Right::Append, tx.now.max(statement.time)).is_ok();
        if known.ended.is_some() || !(allowed || known.delegation.is_some()) {
            continue;
        }
        let package = access::package(tx, &grant, &id)?;
        let content = Record::verify(&package.record)?.into_statement().content;
        let mut names = naming::names(&content);
        names.push(format!("urn:satchel:record:{id}"));
        all.push((grant, id, names));
    }
    Ok(all)
}

/// The one request that the document names.
fn matched(tx: &Tx<'_>, content: &[u8]) -> Result<(GrantId, RecordId), Fault> {
    let answered = naming::answered(content);
    if answered.is_empty() {
        return Err(BatchError::Unnamed.into());
    }
    let mut found: Vec<(GrantId, RecordId)> = Vec::new();
    for (grant, id, names) in requests(tx)? {
        if names.iter().any(|name| answered.contains(name)) {
            found.push((grant, id));
        }
    }
    // The same request may have been handed over by more than one code; the newest answer goes by any of them.
    found.sort_by_key(|(_, id)| *id);
    found.dedup_by_key(|(_, id)| *id);
    match found.as_slice() {
        [] => Err(BatchError::Order.into()),
        [one] => Ok(*one),
        _ => Err(BatchError::Ambiguous.into()),
    }
}

/// The own result of a request that counts now.
fn newest(tx: &Tx<'_>, grant: &GrantId, request: &RecordId) -> Result<Option<RecordId>, Fault> {
    let events = order::shared_events(tx, grant, request)?;
    let own = events
        .iter()
        .rev()
        .find(|event| order::is_result(&event.summary) && event.stage.is_some());
    Ok(own.map(|event| event.record))
}

impl Vault {
    /// Signs a laboratory result from the lab's own system, exactly these bytes, for the patient whose request it names (`basedOn`), and sends
    /// it. A result of status `corrected` or `amended` supersedes the lab's newest one for that request. The same bytes are signed only once:
    /// a second call changes nothing. `created` is the record either way.
    ///
    /// # Errors
    /// `result.*`, `vault.role`, `vault.need`, `record.too_large`, `read.*`, `grant.*`, `credential.role`, `draft.correction`, `draft.reason`.
    pub fn file_result(&mut self, fhir: Vec<u8>, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, facade::Error> {
        self.change(now, rng, |tx, _| {
            Author::of(tx, &[Role::Laboratory])?;
            if fhir.len() > MAX_CONTENT {
                return Err(protocol::record::Error::TooLarge.into());
            }
            let (_, summary) = record::summarise(&fhir)?;
            if let Some(issue) = check::issues(&fhir).into_iter().next() {
                return Err(Fault::from_code(BatchError::Fhir.code(), &BatchError::Fhir.to_string())
                    .with("where", issue.path)
                    .with("rule", issue.rule.unwrap_or(issue.code)));
            }
            if !order::is_result(&summary) {
                return Err(BatchError::Document.into());
            }
            super::result::plausible(&fhir)?;
            if let Some(before) = signed_before(tx, &fhir)? {
                tx.created = Some(before.to_string());
                return Ok(());
            }
            let (grant, request) = matched(tx, &fhir)?;
            let item: AccessItem = tx.item(grant.as_bytes())?;
            let patient = item.patient.to_string();
            let stranger = naming::subjects(&fhir).into_iter().any(|name| {
                let named = name
                    .strip_prefix("urn:satchel:identity:")
                    .or_else(|| name.strip_prefix("urn:satchel:identity|"));
                named.is_some_and(|named| named != patient)
            });
            if stranger {
                return Err(BatchError::Patient.into());
            }
            let corrects = matches!(
                summary.status.as_deref(),
                Some("corrected" | "amended" | "entered-in-error")
            );
            let supersedes = if corrects { newest(tx, &grant, &request)? } else { None };
            deliver(tx, &grant, &item, fhir.clone(), Some(request), supersedes)
        })
    }
}
