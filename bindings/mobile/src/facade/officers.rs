//! Officers of an organization: who acts for it, joining, and which officer did what.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::{Created, Vault};

type OfficerView = facade::OfficerView;

/// An officer's device.
#[uniffi::remote(Record)]
pub struct OfficerView {
    /// The device.
    pub id: String,
    /// The officer's name; empty until one was given.
    pub name: String,
    /// Whether it is this vault.
    pub this: bool,
    /// When it was listed.
    pub since: u64,
    /// When it was taken out.
    pub removed: Option<u64>,
}

type ActView = facade::ActView;

/// Something that an officer did in the organization's public chain.
#[uniffi::remote(Record)]
pub struct ActView {
    /// Number of the block.
    pub sequence: u32,
    /// What it is for: `genesis`, `status`, `device`, `epoch`.
    pub kind: String,
    /// When, as the officer's device says.
    pub time: u64,
    /// The officer's name.
    pub officer: String,
    /// The officer's device.
    pub device: String,
}

impl Vault {
    /// Makes a vault for an officer who wants to join an organization: hand the request (`Vault::officer_request`) to an officer who is
    /// there already, and take the answer in with `Vault::accept_officer`.
    ///
    /// # Errors
    /// `vault.text`, `entry.weak`.
    pub fn create_officer(name: String, passphrase: String, now: u64) -> Result<Created, VaultError> {
        let (vault, changes) = facade::Vault::create_officer(&name, &passphrase, now, &mut random()?)?;
        Ok(Created {
            vault: Self::around(vault),
            changes,
        })
    }
}

#[uniffi::export]
impl Vault {
    /// The request of an officer who wants to join, as a file; it holds no secret.
    ///
    /// # Errors
    /// `vault.state` when this vault belongs to an organization already.
    pub fn officer_request(&self) -> Result<Bytes, VaultError> {
        Ok(self.inner()?.officer_request()?.into())
    }

    /// Lets the officer behind a request join; `created` is the officer's device.
    ///
    /// # Errors
    /// `vault.role`, `officer.*`, `vault.text`.
    pub fn add_officer(&self, request: Bytes, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.add_officer(&request, now, &mut random()?)?)
    }

    /// The answer to an officer who was let in, as a file that only the vault which asked can open.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `device.gone`.
    pub fn officer_answer(&self, officer: String) -> Result<Bytes, VaultError> {
        Ok(self.inner()?.officer_answer(&officer, &mut random()?)?.into())
    }

    /// Takes the answer in: the organization's chain is read, then this officer can act.
    ///
    /// # Errors
    /// `officer.answer`, `vault.state`.
    pub fn accept_officer(&self, answer: Bytes, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.accept_officer(&answer, now, &mut random()?)?)
    }

    /// States under which name this vault's officer acts.
    ///
    /// # Errors
    /// `vault.role`, `vault.text`, `vault.not_ready`.
    pub fn name_officer(&self, name: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.name_officer(&name, now, &mut random()?)?)
    }

    /// Takes an officer out, with the words of the kit in force: both chains open a new epoch, and what acts for the organization is
    /// stated anew.
    ///
    /// # Errors
    /// `device.*`, `crypto.word`, `crypto.word_count`, `crypto.word_checksum`, `vault.role`, `vault.not_found`.
    pub fn remove_officer(&self, officer: String, words: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.remove_officer(&officer, &words, now, &mut random()?)?)
    }

    /// Puts the committed next key into force, by the words of the second kit. They are the first kit from then on, and `Vault::kit` shows
    /// the words of a new second kit once. With the old words the old kit is of no use any more; without them it still recovers the vault.
    ///
    /// # Errors
    /// `vault.role`, `identity.successor` for other words than those committed to, `device.other_words`, `recovery.pending`, `crypto.word`,
    /// `crypto.word_count`, `crypto.word_checksum`.
    pub fn change_root_key(
        &self,
        next_words: String,
        old_words: Option<String>,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .change_root_key(&next_words, old_words.as_deref(), now, &mut random()?)?)
    }

    /// Officers, in the order of joining.
    ///
    /// # Errors
    /// `vault.role`.
    pub fn officers(&self) -> Result<Vec<facade::OfficerView>, VaultError> {
        Ok(self.inner()?.officers()?)
    }

    /// Everything that officers did in the public chain, oldest first, each by the device that signed it.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_found`.
    pub fn officer_acts(&self) -> Result<Vec<facade::ActView>, VaultError> {
        Ok(self.inner()?.officer_acts()?)
    }
}

/// Makes a vault for an officer who wants to join an organization: hand the request (`Vault::officer_request`) to an officer who is
/// there already, and take the answer in with `Vault::accept_officer`.
///
/// # Errors
/// `vault.text`, `entry.weak`.
#[uniffi::export]
pub fn create_officer_vault(name: String, passphrase: String, now: u64) -> Result<Created, VaultError> {
    Vault::create_officer(name, passphrase, now)
}
