//! Requests and what answers them: states set by the lab, results, corrections (FLOW-20 ff.).
//!
//! A state is a record like any other: signed by the lab, timed, filed by the patient's wallet and shared with whoever sees the request. That a
//! request is answered follows from the result itself. Invariant: only who was given a request can answer it, and only the author of a record
//! can correct it.

use std::collections::BTreeMap;

use clinical::order::Progress;
use clinical::summary::Summary;
use protocol::category::Category;
use protocol::coded_error;
use protocol::id::{GrantId, RecordId};
use protocol::package::{Package, VerifiedPackage};

use crate::fault::Fault;
use crate::item::{GrantItem, ReceiptItem, RecordItem, SharedItem, Source, SubmissionItem, SubmissionStage};
use crate::state::{Read, Tx};

coded_error! {
    /// Why an answer to a request is refused.
    pub enum Error {
        Unknown = "order.unknown", "the record answers a request that its author was not given";
        Answered = "order.answered", "the request was answered by a result; correct that instead";
        Word = "order.state", "the state of a request is collected, in_progress or rejected";
        Reason = "order.reason", "a rejection or a correction says why";
        Specimen = "order.specimen", "what was collected is named: at least one specimen";
        Author = "correction.author", "only the author of a record can correct or withdraw it";
    }
}

/// Whether a record says how far the work on a request has come.
pub fn is_progress(summary: &Summary) -> bool {
    summary.kind == "record.order_progress"
}

/// Whether a record is a laboratory result.
pub fn is_result(summary: &Summary) -> bool {
    summary.kind == "record.laboratory_result"
}

/// Whether a record is a request.
pub fn is_order(summary: &Summary) -> bool {
    summary.kind == "record.order"
}

/// Who answers a request must have been given it: in this grant, or as its own author.
pub(super) fn check(
    tx: &Tx<'_>,
    grant: &GrantId,
    item: &GrantItem,
    verified: &VerifiedPackage,
    summary: &Summary,
) -> Result<(), Fault> {
    let answers = is_progress(summary) || verified.replies_to.is_some() && summary.category == Category::Laboratory;
    if !answers {
        return Ok(());
    }
    let order = verified.replies_to.ok_or(Error::Unknown)?;
    let known = tx.get::<RecordItem>(order.as_bytes())?;
    let given = known.is_some_and(|known| {
        let mine = known.source == Source::Received(*grant);
        // A value may also answer something that is no request: then it is a link like any other.
        let request = is_order(&known.summary) || !is_progress(summary);
        request && (mine || item.shared.contains(&order))
    });
    if given { Ok(()) } else { Err(Error::Unknown.into()) }
}

/// Says what a filed record means beside being filed: a new state of a request, or a correction of what somebody read.
pub(super) fn tell(tx: &mut Tx<'_>, id: &RecordId) -> Result<(), Fault> {
    let item: RecordItem = tx.item(id.as_bytes())?;
    let name = item.author_name.clone();
    if let (true, Some(order)) = (is_progress(&item.summary), item.replies_to) {
        let state = progress(&item.summary).map_or("", Progress::as_str);
        tx.tell("show.order_state", order, &[("name", &name), ("code", state)]);
    }
    if let Some(old) = item.supersedes
        && tx.get::<RecordItem>(old.as_bytes())?.is_some()
    {
        let readers = tx.list::<ReceiptItem>()?;
        let readers = readers.iter().filter(|(_, receipt)| receipt.records.contains(&old));
        let count = readers.count().to_string();
        let reason = item.reason.clone().unwrap_or_default();
        let params = [("name", name.as_str()), ("text", &reason), ("count", &count)];
        tx.tell("show.corrected", id, &params);
    }
    Ok(())
}

/// The step that a record stands for.
pub fn progress(summary: &Summary) -> Option<Progress> {
    Progress::of_task(summary.status.as_deref().unwrap_or_default())
}

/// One thing that happened to a request.
#[derive(Debug, Clone)]
pub struct Event {
    /// The record that says it.
    pub record: RecordId,
    /// What lists need of it.
    pub summary: Summary,
    /// When it was signed.
    pub time: protocol::time::Timestamp,
    /// Who signed it.
    pub author_name: String,
    /// Who vouches for the signer.
    pub organization: Option<String>,
    /// Why it corrects, withdraws or rejects.
    pub reason: Option<String>,
    /// The result that it corrects.
    pub supersedes: Option<RecordId>,
    /// For what was written here: how far it has come.
    pub stage: Option<SubmissionStage>,
}

impl Event {
    /// The state that it gives the request.
    pub fn state(&self) -> Option<&'static str> {
        if is_result(&self.summary) {
            let corrected = self.supersedes.is_some() || self.summary.status.as_deref() == Some("entered-in-error");
            return Some(if corrected { "corrected" } else { "filed" });
        }
        progress(&self.summary).map(Progress::as_str)
    }

    /// Whether a result lies in the patient's chain.
    pub fn is_filed_result(&self) -> bool {
        is_result(&self.summary) && self.stage.is_none_or(|stage| stage == SubmissionStage::Filed)
    }
}

/// Everything that answers a request in the own chain, the oldest first.
///
/// # Errors
/// `vault.damaged`.
pub fn own_events(from: &impl Read, order: &RecordId) -> Result<Vec<Event>, Fault> {
    let mut all = Vec::new();
    for (id, item) in from.list::<RecordItem>()? {
        if item.replies_to == Some(*order) && (is_progress(&item.summary) || is_result(&item.summary)) {
            all.push(Event {
                record: id_of(id)?,
                summary: item.summary,
                time: item.time,
                author_name: item.author_name,
                organization: item.organization,
                reason: item.reason,
                supersedes: item.supersedes,
                stage: None,
            });
        }
    }
    sort(&mut all);
    Ok(all)
}

/// Everything that answers a request under a grant received, shared or written here, the oldest first.
///
/// # Errors
/// `vault.damaged`.
pub fn shared_events(from: &impl Read, grant: &GrantId, order: &RecordId) -> Result<Vec<Event>, Fault> {
    let mut all = Vec::new();
    for (id, item) in from.list::<SubmissionItem>()? {
        let lost = matches!(
            item.stage,
            SubmissionStage::Declined | SubmissionStage::Failed | SubmissionStage::Cancelled
        );
        if item.grant != *grant || lost || !(is_progress(&item.summary) || is_result(&item.summary)) {
            continue;
        }
        let package = Package::parse(&item.package)?;
        if package.replies_to.as_ref().map(|opening| opening.record) != Some(*order) {
            continue;
        }
        let record = protocol::record::Record::verify(&package.record)?;
        all.push(Event {
            record: id_of(id)?,
            summary: item.summary,
            time: item.time,
            author_name: String::new(),
            organization: None,
            reason: clinical::order::reason(&record.content),
            supersedes: package.supersedes.map(|opening| opening.record),
            stage: Some(item.stage),
        });
    }
    for (key, item) in from.list::<SharedItem>()? {
        let Some(id) = key.strip_prefix(grant.as_bytes().as_slice()) else {
            continue;
        };
        let id = id_of(id.to_vec())?;
        let answers = item.replies_to == Some(*order) && (is_progress(&item.summary) || is_result(&item.summary));
        if answers && all.iter().all(|event| event.record != id) {
            all.push(Event {
                record: id,
                summary: item.summary,
                time: item.time,
                author_name: item.author_name,
                organization: item.organization,
                reason: item.reason,
                supersedes: item.supersedes,
                stage: None,
            });
        }
    }
    sort(&mut all);
    Ok(all)
}

/// By time; within one second by what comes after what: states, the result, its corrections in their order.
fn sort(all: &mut [Event]) {
    let before: BTreeMap<RecordId, Option<RecordId>> =
        all.iter().map(|event| (event.record, event.supersedes)).collect();
    let corrections = |event: &Event| {
        let mut depth = 0usize;
        let mut next = event.supersedes;
        while let Some(old) = next
            && depth < before.len()
        {
            depth += 1;
            next = before.get(&old).copied().flatten();
        }
        depth
    };
    all.sort_by_cached_key(|event| (event.time, is_result(&event.summary), corrections(event), event.record));
}

fn id_of(id: Vec<u8>) -> Result<RecordId, Fault> {
    Ok(RecordId::new(id.try_into().map_err(|_| crate::fault::Error::Damaged)?))
}

/// The state of a request and the event that gave it: a filed result before every word of the lab.
pub fn state(events: &[Event]) -> (&'static str, Option<&Event>) {
    let result = events.iter().rev().find(|event| event.is_filed_result());
    let said = events.iter().rev().find(|event| is_progress(&event.summary));
    match result.or(said) {
        Some(event) => (event.state().unwrap_or("requested"), Some(event)),
        None => ("requested", None),
    }
}
