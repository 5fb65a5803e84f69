//! One person with a vault in a folder of their own.

use std::path::PathBuf;
use std::sync::Arc;

use cli::{Clock, Error, Session};
use rand_core::CryptoRng;
use tempfile::TempDir;
use vault::facade::{self, Changes, Setup, Show, Vault};

use crate::relay::Relay;
use crate::wire::Wire;

/// Everybody's passphrase.
pub const PASSPHRASE: &str = "correct horse battery staple";

/// A vault, its folder, its connection.
#[derive(Debug)]
pub struct Person {
    session: Option<Session>,
    folder: TempDir,
    clock: Clock,
    shows: Vec<Show>,
    relay: String,
    /// The connection.
    pub wire: Arc<Wire>,
    /// The words of the recovery kit.
    pub words: String,
}

impl Person {
    /// Somebody new, connected to the relay.
    ///
    /// # Panics
    /// When the vault cannot be made.
    pub fn new(relay: &Relay, role: &str, name: &str) -> Self {
        let mut person = Self::unconnected(relay, role, name);
        person.sync();
        assert_eq!(person.ask(Vault::profile).stage, "ready");
        person
    }

    /// Somebody new who has sent nothing yet.
    ///
    /// # Panics
    /// When the vault cannot be made.
    pub fn unconnected(relay: &Relay, role: &str, name: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let setup = Setup {
            role: role.to_owned(),
            name: name.to_owned(),
            relay: relay.url.clone(),
            token: None,
        };
        let mut session = Session::create(&folder.path().join("vault"), &setup, PASSPHRASE).expect("a vault");
        let words = session.query(Vault::kit).expect("words").remove(0);
        Self::around(session, folder, relay, words)
    }

    /// Another device of whoever has these words; nothing was sent yet.
    ///
    /// # Panics
    /// When the words are none.
    pub fn join(relay: &Relay, words: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let path = folder.path().join("vault");
        let session = Session::join(&path, words, &relay.url, PASSPHRASE).expect("a vault");
        Self::around(session, folder, relay, words.to_owned())
    }

    /// Another device of whoever has these words, synced; gives the codes of what was refused instead if it does not become ready.
    ///
    /// # Errors
    /// The codes of what was refused and shown, and of what stopped.
    ///
    /// # Panics
    /// When the words are none.
    pub fn try_join(relay: &Relay, words: &str) -> Result<Self, Vec<String>> {
        let mut person = Self::join(relay, words);
        person.sync();
        let profile = person.ask(Vault::profile);
        if profile.stage == "ready" {
            return Ok(person);
        }
        let mut codes = person.codes();
        codes.extend(profile.stopped);
        Err(codes)
    }

    /// As [`Person::join`], for a device that may not certify or take out others; it is synced.
    ///
    /// # Panics
    /// When it does not become ready.
    pub fn join_ordinary(relay: &Relay, words: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let path = folder.path().join("vault");
        let session = Session::join_ordinary(&path, words, &relay.url, PASSPHRASE).expect("a vault");
        let mut person = Self::around(session, folder, relay, words.to_owned());
        person.sync();
        assert_eq!(person.ask(Vault::profile).stage, "ready");
        person
    }

    /// An officer who wants to join an organization; nothing was sent yet.
    ///
    /// # Panics
    /// When the vault cannot be made.
    pub fn officer(relay: &Relay, name: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let session = Session::create_officer(&folder.path().join("vault"), name, PASSPHRASE).expect("a vault");
        Self::around(session, folder, relay, String::new())
    }

    fn around(session: Session, folder: TempDir, relay: &Relay, words: String) -> Self {
        let wire = Wire::new(Arc::clone(&relay.log));
        if !words.is_empty() {
            relay.log.keep_words(&words);
        }
        Self {
            session: Some(session.over(wire.clone())),
            folder,
            clock: Clock::default(),
            shows: Vec::new(),
            relay: relay.url.clone(),
            wire,
            words,
        }
    }

    /// The session.
    ///
    /// # Panics
    /// While the vault is closed.
    pub fn session(&mut self) -> &mut Session {
        self.session.as_mut().expect("an open vault")
    }

    /// Its relay's address.
    pub fn relay(&self) -> &str {
        &self.relay
    }

    /// Where the vault lies.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("vault")
    }

    /// Runs a command.
    ///
    /// # Panics
    /// When it is refused.
    pub fn run(
        &mut self,
        command: impl FnMut(&mut Vault, u64, &mut dyn CryptoRng) -> Result<Changes, facade::Error>,
    ) -> Changes {
        self.try_run(command)
            .unwrap_or_else(|error| panic!("refused: {error:?}"))
    }

    /// Runs a command and gives the id of what it made.
    ///
    /// # Panics
    /// When it is refused or makes nothing.
    pub fn make(
        &mut self,
        command: impl FnMut(&mut Vault, u64, &mut dyn CryptoRng) -> Result<Changes, facade::Error>,
    ) -> String {
        self.run(command).created.expect("the id of what was made")
    }

    /// Runs a command that must be refused; gives the code.
    ///
    /// # Panics
    /// When it is carried out.
    pub fn refused(
        &mut self,
        command: impl FnMut(&mut Vault, u64, &mut dyn CryptoRng) -> Result<Changes, facade::Error>,
    ) -> String {
        match self.try_run(command) {
            Ok(changes) => panic!("carried out: {changes:?}"),
            Err(error) => error.code,
        }
    }

    fn try_run(
        &mut self,
        command: impl FnMut(&mut Vault, u64, &mut dyn CryptoRng) -> Result<Changes, facade::Error>,
    ) -> Result<Changes, Error> {
        let changes = self.session().command(command)?;
        self.shows.extend(changes.show.iter().cloned());
        Ok(changes)
    }

    /// Asks.
    ///
    /// # Panics
    /// When the question is refused.
    pub fn ask<T>(&mut self, query: impl FnMut(&Vault) -> Result<T, facade::Error>) -> T {
        self.session()
            .query(query)
            .unwrap_or_else(|error| panic!("refused: {error:?}"))
    }

    /// Asks what must be refused; gives the code.
    ///
    /// # Panics
    /// When there is an answer.
    pub fn ask_refused<T>(&mut self, query: impl FnMut(&Vault) -> Result<T, facade::Error>) -> String {
        self.session()
            .query(query)
            .err()
            .map(|error| error.code)
            .expect("a refusal")
    }

    /// Sends everything and takes all news.
    ///
    /// # Panics
    /// When the relay cannot be reached.
    pub fn sync(&mut self) {
        let drained = self
            .session()
            .sync()
            .unwrap_or_else(|error| panic!("not synced: {error:?}"));
        self.shows.extend(drained.show);
    }

    /// As [`Person::sync`], for a relay that cannot be reached: gives the code.
    ///
    /// # Panics
    /// When it can be reached.
    pub fn sync_fails(&mut self) -> String {
        self.session().sync().expect_err("the relay is down").code
    }

    pub(crate) fn keep_shows(&mut self, shows: Vec<Show>) {
        self.shows.extend(shows);
    }

    /// What there was to show since this was last asked.
    pub fn shown(&mut self) -> Vec<Show> {
        std::mem::take(&mut self.shows)
    }

    /// Codes of everything that was refused and shown since this was last asked.
    pub fn codes(&mut self) -> Vec<String> {
        let shown = self.shown();
        shown
            .iter()
            .flat_map(|show| &show.params)
            .filter(|p| p.name == "code")
            .map(|p| p.value.clone())
            .collect()
    }

    /// Whether something of this kind was shown since this was last asked.
    pub fn saw(&mut self, kind: &str) -> bool {
        self.shown().iter().any(|show| show.kind == kind)
    }

    /// Lives this many seconds ahead of the system's clock from now on.
    pub fn move_clock(&mut self, seconds: u64) {
        self.clock = Clock::ahead(seconds);
        let clock = self.clock;
        self.session().set_clock(clock);
    }

    /// Lives this many seconds behind the system's clock from now on.
    pub fn set_back_clock(&mut self, seconds: u64) {
        self.clock = Clock::behind(seconds);
        let clock = self.clock;
        self.session().set_clock(clock);
    }

    /// Unix seconds, as this person has it.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Closes the vault.
    pub fn close(&mut self) {
        self.session = None;
    }

    /// Opens the vault, closing it first.
    ///
    /// # Panics
    /// When it does not open.
    pub fn reopen(&mut self) {
        self.try_open(PASSPHRASE)
            .unwrap_or_else(|error| panic!("not opened: {error:?}"));
    }

    /// Opens the vault, closing it first.
    ///
    /// # Errors
    /// Those of [`Session::open`].
    pub fn try_open(&mut self, passphrase: &str) -> Result<(), Error> {
        self.close();
        let mut session = Session::open(&self.path(), passphrase)?.over(self.wire.clone());
        session.set_clock(self.clock);
        self.session = Some(session);
        Ok(())
    }
}

/// A sample file of this repository.
///
/// # Panics
/// When it is not there.
pub fn sample(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
