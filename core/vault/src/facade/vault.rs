//! The object itself: one store, one session, at most one change that is not stored yet.

use protocol::time::Timestamp;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::jobs::Jobs;
use super::{Changes, Error, Param, Put, Show};
use crate::fault::{self, Fault};
use crate::state::Kept;
use crate::state::{Read, Store, Tx};
use crate::sync::Session;

/// Name of the header among the entries.
pub(super) const HEADER: &str = "h";

/// The words of a recovery kit, until they were shown.
pub(super) struct Kit {
    pub(super) words: Zeroizing<String>,
    pub(super) next: Option<Zeroizing<String>>,
}

/// An open vault.
pub struct Vault {
    pub(super) store: Store,
    pub(super) session: Session,
    pub(super) header: Vec<u8>,
    pub(super) kit: Option<Kit>,
    pub(super) jobs: Jobs,
    outstanding: Option<(u64, Option<Kept>)>,
}

impl core::fmt::Debug for Vault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Vault")
            .field("generation", &self.store.generation())
            .finish_non_exhaustive()
    }
}

impl Vault {
    pub(super) fn around(store: Store, header: Vec<u8>) -> Self {
        Self {
            store,
            session: Session::default(),
            header,
            kit: None,
            jobs: Jobs::default(),
            outstanding: None,
        }
    }

    /// Runs a command as one transaction.
    pub(super) fn change(
        &mut self,
        now: u64,
        rng: &mut dyn CryptoRng,
        command: impl FnOnce(&mut Tx<'_>, &mut Session) -> Result<(), Fault>,
    ) -> Result<Changes, Error> {
        if self.outstanding.is_some() {
            return Err(Fault::from(fault::Error::Busy).into());
        }
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let mut tx = Tx::new(&self.store, now, rng);
        tx.files.clone_from(&self.session.transfers.attached);
        command(&mut tx, &mut self.session)?;
        self.session.transfers.attached = core::mem::take(&mut tx.files);
        if tx.is_empty() {
            let (show, created) = (tx.show, tx.created);
            return Ok(Changes {
                generation: self.store.generation(),
                puts: Vec::new(),
                deletes: Vec::new(),
                created,
                show: shown(show),
            });
        }
        let finished = tx.finish()?;
        self.outstanding = Some((finished.changes.generation, Some(finished.kept)));
        Ok(Changes {
            generation: finished.changes.generation,
            puts: finished
                .changes
                .puts
                .into_iter()
                .map(|(key, value)| Put {
                    key: key.to_string(),
                    value,
                })
                .collect(),
            deletes: finished.changes.deletes.iter().map(ToString::to_string).collect(),
            created: finished.created,
            show: shown(finished.show),
        })
    }

    /// The platform stored the changes of this generation.
    ///
    /// # Errors
    /// `vault.generation` when another change is waited for.
    pub fn stored(&mut self, generation: u64) -> Result<(), Error> {
        match self.outstanding.take() {
            Some((waiting, kept)) if waiting == generation => {
                if let Some(kept) = kept {
                    kept.apply(&mut self.store);
                }
                Ok(())
            }
            other => {
                self.outstanding = other;
                Err(Fault::from(fault::Error::Generation).into())
            }
        }
    }

    /// The platform could not store the changes: they never happened. After a conflict (`reason` is `conflict`) the vault must be
    /// opened again from the store.
    ///
    /// # Errors
    /// `vault.conflict` after a conflict.
    pub fn failed(&mut self, reason: &str) -> Result<(), Error> {
        self.outstanding = None;
        if reason == "conflict" {
            Err(Fault::from(fault::Error::Conflict).into())
        } else {
            Ok(())
        }
    }

    /// Whether a change waits to be stored.
    pub fn is_busy(&self) -> bool {
        self.outstanding.is_some()
    }

    /// The store's generation.
    pub fn generation(&self) -> u64 {
        self.store.generation()
    }

    pub(super) fn meta(&self) -> Result<crate::item::Meta, Error> {
        Ok(self
            .store
            .get::<crate::item::Meta>(b"")?
            .ok_or_else(|| Fault::from(fault::Error::Missing))?)
    }
}

fn shown(show: Vec<crate::state::Show>) -> Vec<Show> {
    show.into_iter()
        .map(|show| Show {
            kind: show.kind,
            subject: show.subject,
            params: show
                .params
                .into_iter()
                .map(|(name, value)| Param { name, value })
                .collect(),
        })
        .collect()
}

/// Reads an id or another typed text from the boundary.
pub(super) fn parse<T: core::str::FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| fault::Error::NotFound.into())
}
