//! Taking back what was signed and not sent (FLOW-26): possible until the first request that carries it has left this device.

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::coded_error;
use protocol::id::RecordId;

use crate::body::NoteBody;
use crate::chain;
use crate::fault::{self, Fault};
use crate::item::{ChainName, SubmissionItem, SubmissionStage, Task, TaskKind};
use crate::state::{Read, Tx};
use crate::sync::Session;

coded_error! {
    /// Why something is not taken back.
    pub enum Error {
        Sent = "outbox.sent", "it was sent already; withdraw it instead";
        Sending = "outbox.sending", "it is being sent at this moment";
        Kept = "outbox.kept", "this message answers for something that happened, and is not taken back";
    }
}

/// The number of a task from its id.
pub(crate) fn number(id: &[u8]) -> u64 {
    u64::from_be_bytes(id.try_into().unwrap_or_default())
}

/// The record that a task sends or prepares to send.
pub(crate) fn record_of(kind: &TaskKind) -> Option<RecordId> {
    match kind {
        TaskKind::LogTime(record, ..) | TaskKind::Send(_, _, Some(record)) => Some(*record),
        _ => None,
    }
}

/// Takes a submission back. The own chain keeps that it was signed and that it was taken back.
///
/// # Errors
/// `vault.not_found`, [`Error::Sent`], [`Error::Sending`].
pub fn cancel(tx: &mut Tx<'_>, session: &Session, record: &RecordId) -> Result<(), Fault> {
    let item: SubmissionItem = tx.get(record.as_bytes())?.ok_or(fault::Error::NotFound)?;
    let tasks: Vec<(Vec<u8>, Task)> = tx
        .list::<Task>()?
        .into_iter()
        .filter(|(_, task)| record_of(&task.kind) == Some(*record))
        .collect();
    let waits = matches!(item.stage, SubmissionStage::Signed | SubmissionStage::Sent) && item.attempts <= 1;
    if !waits || tasks.is_empty() {
        return Err(Error::Sent.into());
    }
    if tasks.iter().any(|(id, _)| session.is_under_way(number(id))) {
        return Err(Error::Sending.into());
    }
    for (id, _) in tasks {
        tx.delete::<Task>(&id);
    }
    let note = NoteBody::Cancelled(*record);
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    Ok(())
}

/// A submission was taken back, as the own chain says.
pub(super) fn cancelled(tx: &mut Tx<'_>, record: &RecordId) -> Result<(), Fault> {
    let Some(mut item) = tx.get::<SubmissionItem>(record.as_bytes())? else {
        return Ok(());
    };
    // A wallet that answered had received it after all: what it says counts.
    if !matches!(item.stage, SubmissionStage::Filed | SubmissionStage::Declined) {
        item.stage = SubmissionStage::Cancelled;
        item.reason = None;
        tx.put(record.as_bytes(), &item);
    }
    Ok(())
}
