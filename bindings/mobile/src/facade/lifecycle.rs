//! Making, opening and describing a vault.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use std::sync::Arc;

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::{Created, Vault};

type Setup = facade::Setup;

/// What a new vault starts from.
#[uniffi::remote(Record)]
pub struct Setup {
    /// `patient`, `practitioner`, `laboratory`, `organization` or `auditor`.
    pub role: String,
    /// The owner's name.
    pub name: String,
    /// The home relay's address.
    pub relay: String,
    /// Single-use tokens, separated by spaces, for a relay that asks for one with each new chain.
    pub token: Option<String>,
}

type Profile = facade::Profile;

/// Whose vault this is and how it stands.
#[uniffi::remote(Record)]
pub struct Profile {
    /// The owner's role; empty while joining.
    pub role: String,
    /// The owner's name.
    pub name: String,
    /// The identity, once known.
    pub identity: Option<String>,
    /// Its short form, only for eyes.
    pub fingerprint: Option<String>,
    /// `founding`, `joining` or `ready`.
    pub stage: String,
    /// The home relay.
    pub relay: String,
    /// The home log's origin, once known.
    pub log: Option<String>,
    /// Blocks in the own chain.
    pub blocks: u32,
    /// Devices certified.
    pub devices: u32,
    /// Things that wait to be sent.
    pub outbox: u32,
    /// Of these, things that stopped and wait for the person: their codes.
    pub stopped: Vec<String>,
    /// Why others were refused and are tried again by themselves: codes, each once.
    pub delayed: Vec<String>,
    /// Messages that wait for an organization's list.
    pub held: u32,
    /// When this device last heard from a relay.
    pub last_synced: Option<u64>,
    /// Whether the words of the kit can still be shown.
    pub kit: bool,
}

impl Vault {
    /// Makes a vault. Store the changes first; everything else waits for the relay.
    ///
    /// # Errors
    /// `vault.role`, `vault.text`, `vault.relay`, `entry.weak`.
    pub fn create(setup: facade::Setup, passphrase: String, now: u64) -> Result<Created, VaultError> {
        let (vault, changes) = facade::Vault::create(&setup, &passphrase, now, &mut random()?)?;
        Ok(Created {
            vault: Self::around(vault),
            changes,
        })
    }

    /// Makes a vault from the words of a recovery kit and the relay printed beside them; the chain is read from the relay.
    ///
    /// # Errors
    /// `crypto.word`, `crypto.word_count`, `crypto.word_checksum`, `vault.relay`, `entry.weak`.
    pub fn join(words: String, relay: String, passphrase: String, now: u64) -> Result<Created, VaultError> {
        let (vault, changes) = facade::Vault::join(&words, &relay, &passphrase, now, &mut random()?)?;
        Ok(Created {
            vault: Self::around(vault),
            changes,
        })
    }

    /// As `Vault::join`, for a device that may not certify or take out others: it is taken out without the words.
    ///
    /// # Errors
    /// As `Vault::join`.
    pub fn join_ordinary(words: String, relay: String, passphrase: String, now: u64) -> Result<Created, VaultError> {
        let (vault, changes) = facade::Vault::join_ordinary(&words, &relay, &passphrase, now, &mut random()?)?;
        Ok(Created {
            vault: Self::around(vault),
            changes,
        })
    }
}

#[uniffi::export]
impl Vault {
    /// Opens a vault from its header and its index entries.
    ///
    /// # Errors
    /// `entry.passphrase`, `entry.damaged`, `entry.version`, `entry.rolled_back`, `vault.missing`.
    #[uniffi::constructor]
    pub fn open(entries: Vec<facade::Entry>, passphrase: String) -> Result<Arc<Self>, VaultError> {
        Ok(Self::around(facade::Vault::open(entries, &passphrase)?))
    }

    /// Gives stored data entries that a call asked for with `vault.need`; then the call is repeated.
    ///
    /// # Errors
    /// `entry.damaged`, `entry.key`.
    pub fn provide(&self, entries: Vec<facade::Entry>) -> Result<(), VaultError> {
        self.inner()?.provide(entries)?;
        Ok(())
    }

    /// Forgets data entries held in memory; they are asked for again when needed.
    pub fn forget(&self) -> Result<(), VaultError> {
        self.inner()?.forget();
        Ok(())
    }

    /// The words of the recovery kit, as long as this vault has been open since it was made. An organization has a second kit for its
    /// next root key, to be kept apart.
    ///
    /// # Errors
    /// `vault.kit` once the words are gone.
    pub fn kit(&self) -> Result<Vec<String>, VaultError> {
        Ok(self.inner()?.kit()?)
    }

    /// The person has written the words down: they are wiped from memory.
    pub fn forget_kit(&self) -> Result<(), VaultError> {
        self.inner()?.forget_kit();
        Ok(())
    }

    /// Changes the passphrase: gives the new header, to be written under the name `h`.
    ///
    /// # Errors
    /// `entry.weak`.
    pub fn change_passphrase(&self, passphrase: String) -> Result<facade::Put, VaultError> {
        Ok(self.inner()?.change_passphrase(&passphrase, &mut random()?)?)
    }

    /// Takes in more single-use tokens, separated by spaces, for a relay that asks for one with each new chain; chains
    /// that wait for one are tried again.
    ///
    /// # Errors
    /// `vault.busy`.
    pub fn add_tokens(&self, tokens: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.add_tokens(&tokens, now, &mut random()?)?)
    }

    /// Whose vault this is and how it stands.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn profile(&self) -> Result<facade::Profile, VaultError> {
        Ok(self.inner()?.profile()?)
    }
}

/// Makes a vault. Store the changes first; everything else waits for the relay.
///
/// # Errors
/// `vault.role`, `vault.text`, `vault.relay`, `entry.weak`.
#[uniffi::export]
pub fn create_vault(setup: facade::Setup, passphrase: String, now: u64) -> Result<Created, VaultError> {
    Vault::create(setup, passphrase, now)
}

/// Makes a vault from the words of a recovery kit and the relay printed beside them; the chain is read from the relay.
///
/// # Errors
/// `crypto.word`, `crypto.word_count`, `crypto.word_checksum`, `vault.relay`, `entry.weak`.
#[uniffi::export]
pub fn join_vault(words: String, relay: String, passphrase: String, now: u64) -> Result<Created, VaultError> {
    Vault::join(words, relay, passphrase, now)
}

/// As `Vault::join`, for a device that may not certify or take out others: it is taken out without the words.
///
/// # Errors
/// As `Vault::join`.
#[uniffi::export]
pub fn join_ordinary_vault(words: String, relay: String, passphrase: String, now: u64) -> Result<Created, VaultError> {
    Vault::join_ordinary(words, relay, passphrase, now)
}
