//! Long work in steps: each step is short, so that a screen stays alive, shows how far it is, and a person can stop it.
//!
//! A job lives in memory only. What it works on is what stood there when it began.

use protocol::audit::Audit;
use protocol::id::{BlockHash, RecordId};
use protocol::time::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::vault::parse;
use super::{Checked, Error, Vault, Verification};
use crate::fault::{self, Fault};
use crate::flow::check::Check;
use crate::flow::export::Export;
use crate::flow::trust;

/// Most jobs at once; the oldest is given up for one more.
const MAX_JOBS: usize = 8;

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    /// Its name.
    pub id: String,
    /// `check`, `export` or `verify`.
    pub kind: String,
    /// Blocks done; in a `verify` job each block counts four times.
    pub done: u32,
    /// Blocks in all.
    pub total: u32,
    /// Whether nothing is left to do: the result can be taken.
    pub finished: bool,
}

/// The jobs of a vault.
#[derive(Default)]
pub(super) struct Jobs {
    last: u64,
    running: Vec<(u64, Job)>,
    /// The newest block of the last whole check that found nothing.
    pub(super) sound: Option<BlockHash>,
}

enum Job {
    Verify(Box<Audit>, bool),
    Check(Box<Check>),
    Export(Box<Export>),
}

impl Job {
    fn view(&self, id: u64) -> JobView {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let (kind, (done, total), finished) = match self {
            Self::Verify(audit, finished) => {
                let (done, total) = audit.progress();
                ("verify", (number(done), number(total)), *finished)
            }
            Self::Check(check) => ("check", check.progress(), check.checked().is_some()),
            Self::Export(export) => {
                let (done, total) = export.progress();
                ("export", (number(done), number(total)), done == total)
            }
        };
        JobView {
            id: id.to_string(),
            kind: kind.to_owned(),
            done,
            total,
            finished,
        }
    }
}

impl Jobs {
    fn begin(&mut self, job: Job) -> JobView {
        if self.running.len() >= MAX_JOBS {
            self.running.remove(0);
        }
        self.last += 1;
        let view = job.view(self.last);
        self.running.push((self.last, job));
        view
    }

    fn place(&self, job: &str) -> Result<usize, Fault> {
        let found = self.running.iter().position(|(id, _)| id.to_string() == job);
        found.ok_or_else(|| fault::Error::NotFound.into())
    }
}

impl Vault {
    /// Begins the check of every block of the own chain, as [`Vault::check_chain`] does it in one go. The result is
    /// [`Vault::take_checked`].
    ///
    /// # Errors
    /// `vault.not_ready`.
    pub fn start_check(&mut self) -> Result<JobView, Error> {
        let check = Check::begin(&self.store)?;
        Ok(self.jobs.begin(Job::Check(Box::new(check))))
    }

    /// Begins a file of these records, as [`Vault::export_records`] makes it in one go. The result is [`Vault::take_export`].
    ///
    /// # Errors
    /// `vault.not_found`, `vault.not_ready`.
    pub fn start_export_records(&mut self, records: &[String]) -> Result<JobView, Error> {
        let ids = records
            .iter()
            .map(|id| parse(id))
            .collect::<Result<Vec<RecordId>, _>>()?;
        let export = Export::begin(&self.store, Some(&ids))?;
        Ok(self.jobs.begin(Job::Export(Box::new(export))))
    }

    /// Begins a file of the whole chain, as [`Vault::export_all`] makes it in one go. The result is [`Vault::take_export`].
    ///
    /// # Errors
    /// `vault.not_ready`.
    pub fn start_export_all(&mut self) -> Result<JobView, Error> {
        let export = Export::begin(&self.store, None)?;
        Ok(self.jobs.begin(Job::Export(Box::new(export))))
    }

    /// Begins the verification of a file, as [`Vault::verify_export`] does it in one go; nothing of this vault is asked. Its blocks
    /// are gone through four times, and counted so. The result is [`Vault::take_verification`].
    ///
    /// # Errors
    /// `export.*` when the file cannot be read at all, `trust.*`.
    pub fn start_verification(&mut self, file: &[u8], trusted: &str, now: u64) -> Result<JobView, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let audit = Audit::begin(file, trust::parse(trusted)?, now).map_err(Fault::from)?;
        Ok(self.jobs.begin(Job::Verify(Box::new(audit), false)))
    }

    /// Does so many more blocks of a job. 50 of them take some milliseconds.
    ///
    /// # Errors
    /// `vault.need`: provide the entries and call again; `vault.not_found` for a job that was cancelled or taken; `vault.state` when
    /// blocks that were not sent yet have changed their place since the job began: begin anew; `sync.gone`.
    pub fn step_job(&mut self, job: &str, blocks: u32) -> Result<JobView, Error> {
        let place = self.jobs.place(job)?;
        let count = usize::try_from(blocks).unwrap_or(usize::MAX);
        let (id, work) = &mut self.jobs.running[place];
        match work {
            Job::Verify(audit, finished) => *finished = audit.step(count),
            Job::Check(check) => {
                check.step(&self.store, count)?;
                if check.checked().is_some_and(|checked| checked.bad.is_none()) {
                    self.jobs.sound = Some(check.newest().hash);
                }
            }
            Job::Export(export) => export.step(&self.store, count)?,
        }
        Ok(work.view(*id))
    }

    /// What a finished check found; the job is over.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state` while it is not finished.
    pub fn take_checked(&mut self, job: &str) -> Result<Checked, Error> {
        let place = self.jobs.place(job)?;
        let Job::Check(check) = &self.jobs.running[place].1 else {
            return Err(Fault::from(fault::Error::NotFound).into());
        };
        let checked = check.checked().ok_or_else(|| Fault::from(fault::Error::State))?;
        self.jobs.running.remove(place);
        Ok(checked.into())
    }

    /// The finished file, signed now; the job is over.
    ///
    /// # Errors
    /// `vault.need`: provide the entries and call again; `vault.not_found`, `vault.state` while it is not finished,
    /// `export.too_large`.
    pub fn take_export(&mut self, job: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let place = self.jobs.place(job)?;
        let Job::Export(export) = &self.jobs.running[place].1 else {
            return Err(Fault::from(fault::Error::NotFound).into());
        };
        let file = export.finish(&self.store, now, rng)?;
        self.jobs.running.remove(place);
        Ok(file)
    }

    /// What a finished verification found; the job is over.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state` while it is not finished.
    pub fn take_verification(&mut self, job: &str) -> Result<Verification, Error> {
        let place = self.jobs.place(job)?;
        match &self.jobs.running[place].1 {
            Job::Verify(_, true) => {}
            Job::Verify(_, false) => return Err(Fault::from(fault::Error::State).into()),
            _ => return Err(Fault::from(fault::Error::NotFound).into()),
        }
        match self.jobs.running.remove(place).1 {
            Job::Verify(audit, _) => Ok(audit.report().into()),
            _ => Err(Fault::from(fault::Error::NotFound).into()),
        }
    }

    /// Gives a job up, whatever it has done; one that is over already stays over.
    pub fn cancel_job(&mut self, job: &str) {
        self.jobs.running.retain(|(id, _)| id.to_string() != job);
    }
}
