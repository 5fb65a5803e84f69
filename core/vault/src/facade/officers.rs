//! Officers of an organization: who acts for it, joining, and which officer did what.

use protocol::id::StatementId;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::vault::{Kit, parse};
use super::{Changes, Error, Vault};
use crate::crypto::root::RootSecret;
use crate::fault::{self, Fault};
use crate::flow::{key_change, officer};
use crate::item::{DeviceItem, Role};
use crate::state::Read;

/// An officer's device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// Something that an officer did in the organization's public chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Makes a vault for an officer who wants to join an organization: hand the request ([`Vault::officer_request`]) to an officer who is
    /// there already, and take the answer in with [`Vault::accept_officer`].
    ///
    /// # Errors
    /// `vault.text`, `entry.weak`.
    pub fn create_officer(
        name: &str,
        passphrase: &str,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Self, Changes), Error> {
        Self::begin(passphrase, now, rng, |tx| officer::create(tx, name))
    }

    /// The request of an officer who wants to join, as a file; it holds no secret.
    ///
    /// # Errors
    /// `vault.state` when this vault belongs to an organization already.
    pub fn officer_request(&self) -> Result<Vec<u8>, Error> {
        Ok(officer::request(&self.store)?)
    }

    /// Lets the officer behind a request join; `created` is the officer's device.
    ///
    /// # Errors
    /// `vault.role`, `officer.*`, `vault.text`.
    pub fn add_officer(&mut self, request: &[u8], now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| officer::admit(tx, request).map(|_| ()))
    }

    /// The answer to an officer who was let in, as a file that only the vault which asked can open.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `device.gone`.
    pub fn officer_answer(&self, officer: &str, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, Error> {
        Ok(officer::answer(&self.store, &parse(officer)?, rng)?)
    }

    /// Takes the answer in: the organization's chain is read, then this officer can act.
    ///
    /// # Errors
    /// `officer.answer`, `vault.state`.
    pub fn accept_officer(&mut self, answer: &[u8], now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| officer::accept(tx, answer))
    }

    /// States under which name this vault's officer acts.
    ///
    /// # Errors
    /// `vault.role`, `vault.text`, `vault.not_ready`.
    pub fn name_officer(&mut self, name: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| officer::name(tx, name))
    }

    /// Takes an officer out, with the words of the kit in force: both chains open a new epoch, and what acts for the organization is
    /// stated anew.
    ///
    /// # Errors
    /// `device.*`, `crypto.word`, `crypto.word_count`, `crypto.word_checksum`, `vault.role`, `vault.not_found`.
    pub fn remove_officer(
        &mut self,
        officer: &str,
        words: &str,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        let root = RootSecret::parse(words).map_err(Fault::from)?;
        self.change(now, rng, |tx, _| officer::remove(tx, &parse(officer)?, &root))
    }

    /// Puts the committed next key into force, by the words of the second kit. They are the first kit from then on, and [`Vault::kit`] shows
    /// the words of a new second kit once. With the old words the old kit is of no use any more; without them it still recovers the vault.
    ///
    /// # Errors
    /// `vault.role`, `identity.successor` for other words than those committed to, `device.other_words`, `recovery.pending`, `crypto.word`,
    /// `crypto.word_count`, `crypto.word_checksum`.
    pub fn change_root_key(
        &mut self,
        next_words: &str,
        old_words: Option<&str>,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        let next = RootSecret::parse(next_words).map_err(Fault::from)?;
        let old = old_words.map(RootSecret::parse).transpose().map_err(Fault::from)?;
        let after = RootSecret::generate(rng);
        let changes = self.change(now, rng, |tx, _| key_change::change(tx, &next, &after, old.as_ref()))?;
        self.kit = Some(Kit {
            words: next.words(),
            next: Some(after.words()),
        });
        Ok(changes)
    }

    /// Officers, in the order of joining.
    ///
    /// # Errors
    /// `vault.role`.
    pub fn officers(&self) -> Result<Vec<OfficerView>, Error> {
        let meta = self.meta()?;
        meta.require(&[Role::Organization])?;
        let me = meta.actor().ok().map(|actor| actor.authority);
        let mut all = self.store.list::<DeviceItem>()?;
        all.sort_by_key(|(_, device)| device.sequence);
        let mut views = Vec::with_capacity(all.len());
        for (id, device) in all {
            let id = StatementId::new(id.try_into().map_err(|_| Fault::from(fault::Error::Damaged))?);
            views.push(OfficerView {
                id: id.to_string(),
                name: device.name,
                this: me == Some(id),
                since: device.since.seconds(),
                removed: device.removed.map(u64::from),
            });
        }
        Ok(views)
    }

    /// Everything that officers did in the public chain, oldest first, each by the device that signed it.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_found`.
    pub fn officer_acts(&self) -> Result<Vec<ActView>, Error> {
        let mut views = Vec::new();
        for act in officer::acts(&self.store)? {
            let device = self.store.get::<DeviceItem>(act.device.as_bytes())?;
            views.push(ActView {
                sequence: act.sequence,
                kind: act.kind.as_str().to_owned(),
                time: act.time.seconds(),
                officer: device.map(|device| device.name).unwrap_or_default(),
                device: act.device.to_string(),
            });
        }
        Ok(views)
    }
}
