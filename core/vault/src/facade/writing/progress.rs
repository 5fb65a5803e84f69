//! How far a laboratory's work on a request has come: set by the lab, seen by patient and practitioner.

use clinical::build::Resource;
use clinical::build::progress::OrderProgress;
use clinical::order::Progress;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::result::{SpecimenDraft, order, sample};
use super::{Author, access, given, party, record_id, required, send, uuid};
use crate::facade::{Changes, Error, Vault};
use crate::fault::{self, Fault};
use crate::flow::order::{self as flow, Error as OrderError};
use crate::item::Role;

/// A new state of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OrderStateDraft {
    /// `collected`, `in_progress` or `rejected`. That a result was filed or corrected follows from the result.
    pub state: String,
    /// Why it was rejected; needed then.
    pub reason: Option<String>,
    /// What was collected, usable or not; needed with `collected`.
    pub specimens: Vec<SpecimenDraft>,
}

impl Vault {
    /// Says how far the work on a shared request has come; the signed state goes to the patient and, by the patient's shares, to whoever sees
    /// the request. `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `vault.need`, `grant.*`, `credential.role`, `order.*`, `build.*`, `draft.request`.
    pub fn set_order_state(
        &mut self,
        grant: &str,
        request: &str,
        draft: &OrderStateDraft,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let author = Author::of(tx, &[Role::Laboratory, Role::Practitioner])?;
            let (grant, access) = access(tx, grant)?;
            let id = record_id(Some(&required(request)?))?.ok_or(fault::Error::NotFound)?;
            let reference = order(tx, &grant, &id)?;
            let state = Progress::parse(&draft.state).ok_or(OrderError::Word)?;
            let reason = given(draft.reason.as_ref());
            let unexplained = draft
                .specimens
                .iter()
                .any(|specimen| specimen.rejected.as_ref().is_some_and(|why| why.trim().is_empty()));
            if unexplained || state == Progress::Rejected && reason.is_none() {
                return Err(OrderError::Reason.into());
            }
            if state == Progress::Collected && draft.specimens.is_empty() {
                return Err(OrderError::Specimen.into());
            }
            if flow::shared_events(tx, &grant, &id)?
                .iter()
                .any(|event| flow::is_result(&event.summary))
            {
                return Err(OrderError::Answered.into());
            }
            let samples = draft
                .specimens
                .iter()
                .map(|specimen| sample(tx, specimen, &author))
                .collect::<Result<Vec<_>, Fault>>()?;
            let progress = OrderProgress {
                uuid: uuid(tx),
                task: uuid(tx),
                state,
                reason,
                order: reference,
                subject: party(&access.patient, &access.name),
                owner: match &author.organization {
                    Some((id, name)) => party(id, name),
                    None => author.party(),
                },
                time: tx.now,
                samples,
            };
            send(tx, &grant, &access, progress.bytes()?, Some(id), None)
        })
    }
}
