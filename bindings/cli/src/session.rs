//! An open vault with its folder and its driver: what commands, journeys and benchmarks work with.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand_core::CryptoRng;
use vault::facade::{self, Changes, DownloadView, FileView, JobView, Setup, Show, Vault};

use crate::clock::Clock;
use crate::driver::{self, Drained, Driver};
use crate::error::Error;
use crate::folder::Folder;
use crate::pieces::Writer;
use crate::transport::{Http, Transport};

/// Longest time that [`Session::sync`] spends.
const PATIENCE: Duration = Duration::from_secs(120);
/// Blocks of a job done at once: some ten milliseconds.
const STEP: u32 = 50;
/// A large file may take days.
const UNHURRIED: Duration = Duration::from_secs(365 * 86_400);

/// An open vault.
#[derive(Debug)]
pub struct Session {
    folder: Folder,
    vault: Vault,
    driver: Driver,
}

impl Session {
    /// Makes a vault in a new folder. Nothing is sent yet.
    ///
    /// # Errors
    /// Those of [`Vault::create`] and [`Folder::create`].
    pub fn create(path: &Path, setup: &Setup, passphrase: &str) -> Result<Self, Error> {
        let clock = Clock::default();
        let (vault, changes) = Vault::create(setup, passphrase, clock.now(), &mut driver::random())?;
        Self::begin(path, vault, &changes, clock)
    }

    /// Makes a vault in a new folder from the words of a recovery kit. Nothing is sent yet.
    ///
    /// # Errors
    /// Those of [`Vault::join`] and [`Folder::create`].
    pub fn join(path: &Path, words: &str, relay: &str, passphrase: &str) -> Result<Self, Error> {
        let clock = Clock::default();
        let (vault, changes) = Vault::join(words, relay, passphrase, clock.now(), &mut driver::random())?;
        Self::begin(path, vault, &changes, clock)
    }

    /// As [`Session::join`], for a device that may not certify or take out others.
    ///
    /// # Errors
    /// Those of [`Vault::join_ordinary`] and [`Folder::create`].
    pub fn join_ordinary(path: &Path, words: &str, relay: &str, passphrase: &str) -> Result<Self, Error> {
        let clock = Clock::default();
        let (vault, changes) = Vault::join_ordinary(words, relay, passphrase, clock.now(), &mut driver::random())?;
        Self::begin(path, vault, &changes, clock)
    }

    /// Makes a vault in a new folder for an officer who wants to join an organization. Nothing is ever sent before the answer.
    ///
    /// # Errors
    /// Those of [`Vault::create_officer`] and [`Folder::create`].
    pub fn create_officer(path: &Path, name: &str, passphrase: &str) -> Result<Self, Error> {
        let clock = Clock::default();
        let (vault, changes) = Vault::create_officer(name, passphrase, clock.now(), &mut driver::random())?;
        Self::begin(path, vault, &changes, clock)
    }

    fn begin(path: &Path, mut vault: Vault, changes: &Changes, clock: Clock) -> Result<Self, Error> {
        let mut folder = Folder::create(path)?;
        driver::keep(&mut vault, &mut folder, changes)?;
        Ok(Self {
            folder,
            vault,
            driver: Driver::new(Arc::new(Http::new()?), clock),
        })
    }

    /// Opens the vault of a folder.
    ///
    /// # Errors
    /// Those of [`Vault::open`] and [`Folder::open`].
    pub fn open(path: &Path, passphrase: &str) -> Result<Self, Error> {
        let folder = Folder::open(path)?;
        let vault = Vault::open(folder.index()?, passphrase)?;
        Ok(Self {
            folder,
            vault,
            driver: Driver::new(Arc::new(Http::new()?), Clock::default()),
        })
    }

    /// Sends by another transport from now on.
    #[must_use]
    pub fn over(mut self, transport: Arc<dyn Transport>) -> Self {
        self.driver = Driver::new(transport, self.driver.clock());
        self
    }

    /// Lives by another clock from now on.
    pub fn set_clock(&mut self, clock: Clock) {
        self.driver.set_clock(clock);
    }

    /// Unix seconds by this session's clock.
    pub fn now(&self) -> u64 {
        self.driver.clock().now()
    }

    /// The folder.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The vault itself, for what neither changes it nor needs entries.
    pub fn vault(&mut self) -> &mut Vault {
        &mut self.vault
    }

    /// Runs a command and stores what it changed; nothing is sent.
    ///
    /// # Errors
    /// The command's own, and the store's.
    pub fn command(
        &mut self,
        mut command: impl FnMut(&mut Vault, u64, &mut dyn CryptoRng) -> Result<Changes, facade::Error>,
    ) -> Result<Changes, Error> {
        let now = self.now();
        driver::change(&mut self.vault, &mut self.folder, |vault| {
            command(vault, now, &mut driver::random())
        })
    }

    /// Asks the vault; entries it needs are loaded.
    ///
    /// # Errors
    /// The query's own, and the store's.
    pub fn query<T>(&mut self, mut query: impl FnMut(&Vault) -> Result<T, facade::Error>) -> Result<T, Error> {
        driver::call(&mut self.vault, &self.folder, |vault| query(vault))
    }

    /// Does a job of the vault to its end, some blocks at a time; `progress` is told how far it is. What is read is let go of again, so
    /// that memory stays flat.
    ///
    /// # Errors
    /// The job's own; then it is over.
    pub fn work(&mut self, job: JobView, progress: &mut dyn FnMut(&JobView)) -> Result<JobView, Error> {
        let mut job = job;
        while !job.finished {
            let step = driver::call(&mut self.vault, &self.folder, |vault| vault.step_job(&job.id, STEP));
            if step.is_err() {
                self.vault.cancel_job(&job.id);
            }
            job = step?;
            self.vault.forget();
            progress(&job);
        }
        Ok(job)
    }

    /// Begins a job, or takes its result.
    ///
    /// # Errors
    /// The vault's.
    pub fn job<T>(&mut self, mut ask: impl FnMut(&mut Vault) -> Result<T, facade::Error>) -> Result<T, Error> {
        driver::call(&mut self.vault, &self.folder, |vault| ask(vault))
    }

    /// Sends everything and takes all news.
    ///
    /// # Errors
    /// `cli.network`, and the store's.
    pub fn sync(&mut self) -> Result<Drained, Error> {
        self.vault.refresh();
        self.driver
            .drain(&mut self.vault, &mut self.folder, PATIENCE, false, &mut |_| true)
    }

    /// Sends and takes news, staying until `limit` has passed or `seen` says enough.
    ///
    /// # Errors
    /// As [`Session::sync`].
    pub fn watch(&mut self, limit: Duration, seen: &mut dyn FnMut(&Show) -> bool) -> Result<Drained, Error> {
        self.vault.refresh();
        self.vault.watch(20);
        let drained = self.driver.drain(&mut self.vault, &mut self.folder, limit, true, seen);
        self.vault.watch(0);
        drained
    }

    /// Syncs again and again until `found` gives something; `None` when `limit` has passed.
    ///
    /// # Errors
    /// As [`Session::sync`], and those of `found`.
    pub fn until<T>(
        &mut self,
        limit: Duration,
        mut found: impl FnMut(&mut Self) -> Result<Option<T>, Error>,
    ) -> Result<Option<T>, Error> {
        let end = Instant::now() + limit;
        loop {
            self.sync()?;
            if let Some(value) = found(self)? {
                return Ok(Some(value));
            }
            if Instant::now() >= end {
                return Ok(None);
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Sends the files on their way too, however long it takes; `progress` is told how far they are. Files that stopped are left.
    ///
    /// # Errors
    /// As [`Session::sync`].
    pub fn carry(&mut self, progress: &mut dyn FnMut(&[FileView])) -> Result<Drained, Error> {
        self.vault.refresh();
        self.vault.carry_files(true);
        let mut work = |vault: &mut Vault| {
            progress(&vault.files()?);
            Ok(true)
        };
        let drained = self.driver.work(
            &mut self.vault,
            &mut self.folder,
            UNHURRIED,
            false,
            &mut |_| true,
            &mut work,
        );
        self.vault.carry_files(false);
        drained
    }

    /// Fetches an attachment into a file, piece by piece, and goes on where an earlier fetch was cut. The file gets its name when it is
    /// the one that was signed.
    ///
    /// # Errors
    /// `file.part` for a part that is not what was stored, `file.hash`, `cli.disk_full`, `cli.network`, those of [`Vault::download`].
    pub fn save(
        &mut self,
        grant: Option<&str>,
        record: &str,
        index: u32,
        path: &Path,
        progress: &mut dyn FnMut(&DownloadView),
    ) -> Result<(), Error> {
        let begun =
            self.command(|vault, now, rng| vault.download(grant.map(str::to_owned), record, index, now, rng))?;
        let id = begun.created.unwrap_or_default();
        let saved = self.fetch(&id, path, progress);
        self.vault.cancel_download(&id);
        saved
    }

    fn fetch(&mut self, id: &str, path: &Path, progress: &mut dyn FnMut(&DownloadView)) -> Result<(), Error> {
        let mut writer = Writer::open(path, &mut self.vault, id)?;
        let mut work = |vault: &mut Vault| {
            while let Some(piece) = vault.next_piece(id)? {
                writer.write(&piece)?;
            }
            let state = vault.download_state(id)?;
            progress(&state);
            Ok(!state.complete && state.code.is_none())
        };
        self.driver.work(
            &mut self.vault,
            &mut self.folder,
            UNHURRIED,
            false,
            &mut |_| true,
            &mut work,
        )?;
        let state = self.vault.download_state(id)?;
        if let Some(code) = state.code {
            let mut error = Error::new(&code, format!("{code}: part {}", state.part.unwrap_or_default()));
            let part = state.part.map(|part| part.to_string()).unwrap_or_default();
            error.params = vec![("part".to_owned(), part), ("name".to_owned(), state.name)];
            return Err(error);
        }
        match self.vault.finish_download(id) {
            Ok(()) => writer.finish(),
            Err(error) if error.code == "file.hash" => {
                writer.discard()?;
                Err(error.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Changes the passphrase.
    ///
    /// # Errors
    /// `entry.weak`, `cli.store`.
    pub fn change_passphrase(&mut self, passphrase: &str) -> Result<(), Error> {
        let header = self.vault.change_passphrase(passphrase, &mut driver::random())?;
        self.folder.replace(&header)
    }
}
