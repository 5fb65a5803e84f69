//! The outbox: what waits to be sent, and taking it back before it is.

use protocol::id::MailboxId;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::fault::Fault;
use crate::flow::outbox;
use crate::item::{AccessItem, GrantItem, SubmissionItem, Task, TaskKind};
use crate::state::Read;

/// Something that waits to be sent to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxView {
    /// Name of it for [`Vault::cancel_outbox`].
    pub id: String,
    /// `record` for a signed record, `message` for receipts, answers and notices.
    pub kind: String,
    /// What it is called, for a record.
    pub title: Option<String>,
    /// Phrase key of the kind of record.
    pub record_kind: Option<String>,
    /// To whom, where that is known.
    pub to: Option<String>,
    /// Since when it waits.
    pub since: u64,
    /// `waiting`, `sending` or `stopped`.
    pub state: String,
    /// Why it stopped, or why it is tried again by itself: a code.
    pub reason: Option<String>,
    /// Whether it can be taken back now.
    pub cancellable: bool,
}

impl Vault {
    /// What waits to be sent to other people, the oldest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn outbox(&self) -> Result<Vec<OutboxView>, Error> {
        let mut all = Vec::new();
        for (id, task) in self.store.list::<Task>()? {
            let number = outbox::number(&id);
            let (record, to) = match &task.kind {
                TaskKind::LogTime(record, ..) => (Some(*record), None),
                TaskKind::Send(to, _, record) => (*record, self.name_at(&to.mailbox)?),
                _ => continue,
            };
            let submission = match &record {
                Some(record) => self.store.get::<SubmissionItem>(record.as_bytes())?,
                None => None,
            };
            let to = match &submission {
                Some(item) => self
                    .store
                    .get::<AccessItem>(item.grant.as_bytes())?
                    .map(|access| access.name),
                None => to,
            };
            let under_way = self.session.is_under_way(number);
            let state = match (under_way, &task.stopped) {
                (true, _) => "sending",
                (false, Some(_)) => "stopped",
                (false, None) => "waiting",
            };
            let first = submission.as_ref().is_some_and(|item| item.attempts <= 1);
            all.push(OutboxView {
                id: record.map_or_else(|| format!("{number}"), |record| record.to_string()),
                kind: if record.is_some() { "record" } else { "message" }.to_owned(),
                title: submission.as_ref().and_then(|item| item.summary.title.clone()),
                record_kind: submission.map(|item| item.summary.kind),
                to,
                since: task.since.seconds(),
                state: state.to_owned(),
                reason: task.stopped.or(task.delayed),
                cancellable: record.is_some() && !under_way && first,
            });
        }
        Ok(all)
    }

    /// Whose mailbox this is.
    fn name_at(&self, mailbox: &MailboxId) -> Result<Option<String>, Fault> {
        for (_, access) in self.store.list::<AccessItem>()? {
            if access.mailbox == *mailbox {
                return Ok(Some(access.name));
            }
        }
        for (_, grant) in self.store.list::<GrantItem>()? {
            if grant.reply_mailbox == *mailbox {
                return Ok(Some(grant.name));
            }
        }
        Ok(None)
    }

    /// Takes back a record that was signed and has not been sent.
    ///
    /// # Errors
    /// `outbox.sent` once it was sent, `outbox.sending` while it is, `outbox.kept` for receipts and answers, `vault.not_found`.
    pub fn cancel_outbox(&mut self, id: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, session| {
            if let Ok(number) = id.parse::<u64>() {
                tx.item::<Task>(&Task::id(number))?;
                return Err(outbox::Error::Kept.into());
            }
            outbox::cancel(tx, session, &parse(id)?)
        })
    }
}
