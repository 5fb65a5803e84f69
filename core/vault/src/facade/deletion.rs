//! Asking for deletion and answering it; keeping or stopping what stood at a recovery.

use protocol::id::GrantId;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::fault::{self, Fault};
use crate::flow::{deletion, recovered};
use crate::item::{DeletionItem, DeletionWantedItem, GrantItem};
use crate::state::Read;

/// A request to delete that this patient made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionView {
    /// The grant.
    pub grant: String,
    /// The holder's name.
    pub name: String,
    /// When it was asked.
    pub asked: u64,
    /// `asked`, `refused` when anybody refuses, or `deleted`: whoever answered says to have deleted. That is no proof.
    pub state: String,
    /// What was answered, oldest first.
    pub answers: Vec<DeletionAnswerView>,
}

/// What somebody said about a request to delete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionAnswerView {
    /// The name, as vouched for or as claimed.
    pub name: String,
    /// Whoever says it.
    pub who: String,
    /// When, in the sender's words.
    pub time: u64,
    /// `deleted` or `refused`.
    pub answer: String,
    /// Why not: `retention`, `treatment`, `claim` or `other`; its phrase is `deletion.<reason>`.
    pub reason: Option<String>,
    /// What else was said.
    pub text: Option<String>,
}

/// A request to delete that a patient made to this holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionRequestView {
    /// The grant.
    pub grant: String,
    /// The patient's name, as given with the grant.
    pub name: String,
    /// The patient.
    pub patient: String,
    /// When it was asked.
    pub asked: u64,
    /// `asked`, `deleted` or `refused`.
    pub state: String,
    /// When it was answered.
    pub answered: Option<u64>,
    /// Why it was not deleted.
    pub reason: Option<String>,
    /// What else was said.
    pub text: Option<String>,
}

impl Vault {
    /// Asks whoever holds a grant to delete what it gave; the grant may have ended. With `revoke` it ends in the same step, and its last block
    /// says the wish for 30 days.
    ///
    /// # Errors
    /// `vault.not_found`, `deletion.asked`, `grant.revoked`.
    pub fn ask_deletion(
        &mut self,
        grant: &str,
        revoke: bool,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| deletion::ask(tx, &parse(grant)?, revoke))
    }

    /// What this patient asked to be deleted, newest first, and what was answered.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn deletions(&self) -> Result<Vec<DeletionView>, Error> {
        let mut all = Vec::new();
        for (id, item) in self.store.list::<DeletionItem>()? {
            let grant = self.store.get::<GrantItem>(&id)?;
            let state = deletion::standing(&item).to_owned();
            let answers = item.answers.into_iter().map(|answer| DeletionAnswerView {
                name: answer.name,
                who: answer.who.to_string(),
                time: answer.time.seconds(),
                answer: if answer.refused.is_some() { "refused" } else { "deleted" }.to_owned(),
                reason: answer.refused.map(|reason| reason.as_str().to_owned()),
                text: answer.text,
            });
            all.push(DeletionView {
                grant: item.asked.grant.to_string(),
                name: grant.map(|grant| grant.name).unwrap_or_default(),
                asked: item.asked.time.seconds(),
                state,
                answers: answers.collect(),
            });
        }
        all.sort_by_key(|deletion| core::cmp::Reverse(deletion.asked));
        Ok(all)
    }

    /// What patients ask this holder to delete, newest first; those that were answered stay in the list.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn deletion_requests(&self) -> Result<Vec<DeletionRequestView>, Error> {
        let mut all = Vec::new();
        for (id, item) in self.store.list::<DeletionWantedItem>()? {
            let id: [u8; 32] = id.try_into().map_err(|_| Fault::from(fault::Error::Damaged))?;
            let state = match (item.answered, item.refused) {
                (None, _) => "asked",
                (Some(_), None) => "deleted",
                (Some(_), Some(_)) => "refused",
            };
            all.push(DeletionRequestView {
                grant: GrantId::new(id).to_string(),
                name: item.wanted.name,
                patient: item.wanted.patient.to_string(),
                asked: item.wanted.asked.time.seconds(),
                state: state.to_owned(),
                answered: item.answered.map(u64::from),
                reason: item.refused.map(|reason| reason.as_str().to_owned()),
                text: item.text,
            });
        }
        all.sort_by_key(|request| core::cmp::Reverse(request.asked));
        Ok(all)
    }

    /// Deletes everything that this vault holds of a grant whose patient asks for it: records, keys and files, on each of the owner's devices
    /// and in the own chain at the relay; then tells the patient. Not reached: what left this app before.
    ///
    /// # Errors
    /// `deletion.none`, `deletion.pending`, `vault.need`.
    pub fn delete_access(&mut self, grant: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| deletion::delete(tx, &parse(grant)?))
    }

    /// Tells the patient why nothing is deleted: `retention`, `treatment`, `claim`, or `other` with words.
    ///
    /// # Errors
    /// `deletion.none`, `deletion.reason`, `vault.text`.
    pub fn refuse_deletion(
        &mut self,
        grant: &str,
        reason: &str,
        text: Option<String>,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            deletion::refuse(tx, &parse(grant)?, deletion::reason(reason)?, text.clone())
        })
    }

    /// Keeps a grant that stood when the words brought a device back; the other answer is [`Vault::revoke_grant`].
    ///
    /// # Errors
    /// `vault.not_found`, `grant.revoked`, `vault.state`.
    pub fn keep_grant(&mut self, grant: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| recovered::keep(tx, &parse(grant)?))
    }
}
