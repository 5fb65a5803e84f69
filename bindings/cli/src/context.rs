//! What every command knows: where the vault is, how to unlock it, which words to use.

use std::path::{Path, PathBuf};

use clinical::catalog::Catalog;
use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use vault::facade::Show;

use crate::error::Error;
use crate::folder::Folder;
use crate::page::{Page, Tone};
use crate::render;
use crate::session::Session;
use crate::terminal;

/// What every command knows.
pub(crate) struct Context {
    pub(crate) vault: PathBuf,
    pub(crate) passphrase_file: Option<PathBuf>,
    pub(crate) offline: bool,
    pub(crate) json: bool,
    pub(crate) catalog: Catalog,
}

impl Context {
    /// Opens the vault.
    pub(crate) fn open(&self) -> Result<Session, Error> {
        // Asked before the passphrase, so that nobody types it for nothing.
        if !Folder::exists(&self.vault) {
            return Err(Error::new("cli.no_vault", self.vault.display().to_string()));
        }
        let passphrase = terminal::passphrase(self.passphrase_file.as_deref())?;
        Session::open(&self.vault, &passphrase)
    }

    /// A new vault goes where none is; said before anything is asked or made.
    pub(crate) fn vacant(&self) -> Result<(), Error> {
        if Folder::exists(&self.vault) {
            Err(Error::new("cli.exists", self.vault.display().to_string()))
        } else {
            Ok(())
        }
    }

    /// Opens the vault and takes the news, unless told to stay offline. A relay that cannot be reached is said, and what is here is
    /// shown.
    pub(crate) fn open_fresh(&self) -> Result<Session, Error> {
        let mut session = self.open()?;
        self.exchange(&mut session)?;
        Ok(session)
    }

    /// Sends what is new and takes the news. A relay that cannot be reached is no failure: what was made is kept.
    pub(crate) fn exchange(&self, session: &mut Session) -> Result<Vec<Show>, Error> {
        if self.offline {
            return Ok(Vec::new());
        }
        match session.sync() {
            Ok(drained) => Ok(drained.show),
            Err(error) if error.code == "cli.network" => {
                terminal::note(&format!("note: {}", error.sentence(&self.catalog)));
                terminal::note("      everything is kept here; `satchel sync` sends it later");
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
    }

    /// Sends what a command made; what the answers say stands at the end of the page.
    pub(crate) fn send(&self, session: &mut Session, page: &mut Page) -> Result<Vec<Show>, Error> {
        let show = self.exchange(session)?;
        for news in &show {
            page.push(0, Tone::Faint, render::show(news, &self.catalog));
        }
        let profile = session.query(|vault| vault.profile())?;
        for code in profile.stopped.iter().chain(&profile.delayed) {
            page.push(
                0,
                Tone::Warn,
                format!("not sent: {} [{code}]", self.catalog.error(code)),
            );
        }
        Ok(show)
    }
}

/// Where a vault lies when no folder is named.
pub(crate) fn default_folder() -> PathBuf {
    let names = AppStrategyArgs {
        top_level_domain: "org".to_owned(),
        author: "satchel".to_owned(),
        app_name: "satchel".to_owned(),
    };
    choose_app_strategy(names).map_or_else(
        |_| Path::new("satchel-vault").to_owned(),
        |strategy| strategy.data_dir().join("vault"),
    )
}
