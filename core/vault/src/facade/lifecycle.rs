//! Making, opening and describing a vault.

use std::collections::BTreeSet;

use protocol::identity::fingerprint;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::vault::{HEADER, Kit};
use super::{Changes, Entry, Error, Put, Vault};
use crate::crypto::root::RootSecret;
use crate::entry::{self, EntryKey, Header, VaultKey};
use crate::fault::{self, Fault};
use crate::flow::{found, join};
use crate::item::{ChainItem, ChainName, HeldItem, Role, Stage, Task};
use crate::state::{Read, Store, Tx};

/// What a new vault starts from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// Whose vault this is and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    pub fn create(
        setup: &Setup,
        passphrase: &str,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Self, Changes), Error> {
        let role = Role::parse(&setup.role)?;
        let root = RootSecret::generate(rng);
        let next = (role == Role::Organization).then(|| RootSecret::generate(rng));
        let kit = Kit {
            words: root.words(),
            next: next.as_ref().map(RootSecret::words),
        };
        let (mut vault, header) = Self::blank(passphrase, rng)?;
        vault.kit = Some(kit);
        let changes = vault.change(now, rng, |tx, _| {
            found::create(
                tx,
                role,
                &setup.name,
                &setup.relay,
                setup.token.as_deref(),
                &root,
                next.as_ref(),
            )
        })?;
        Ok((vault, with_header(changes, header)))
    }

    /// Makes a vault from the words of a recovery kit and the relay printed beside them; the chain is read from the relay.
    ///
    /// # Errors
    /// `crypto.word`, `crypto.word_count`, `crypto.word_checksum`, `vault.relay`, `entry.weak`.
    pub fn join(
        words: &str,
        relay: &str,
        passphrase: &str,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Self, Changes), Error> {
        Self::join_with(words, relay, passphrase, now, rng, true)
    }

    /// As [`Vault::join`], for a device that may not certify or take out others: it is taken out without the words.
    ///
    /// # Errors
    /// As [`Vault::join`].
    pub fn join_ordinary(
        words: &str,
        relay: &str,
        passphrase: &str,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Self, Changes), Error> {
        Self::join_with(words, relay, passphrase, now, rng, false)
    }

    fn join_with(
        words: &str,
        relay: &str,
        passphrase: &str,
        now: u64,
        rng: &mut dyn CryptoRng,
        admin: bool,
    ) -> Result<(Self, Changes), Error> {
        let root = RootSecret::parse(words).map_err(Fault::from)?;
        let (mut vault, header) = Self::blank(passphrase, rng)?;
        let changes = vault.change(now, rng, |tx, _| join::create(tx, relay, &root, admin))?;
        Ok((vault, with_header(changes, header)))
    }

    /// A vault that begins with this transaction.
    pub(super) fn begin(
        passphrase: &str,
        now: u64,
        rng: &mut dyn CryptoRng,
        command: impl FnOnce(&mut Tx<'_>) -> Result<(), Fault>,
    ) -> Result<(Self, Changes), Error> {
        let (mut vault, header) = Self::blank(passphrase, rng)?;
        let changes = vault.change(now, rng, |tx, _| command(tx))?;
        Ok((vault, with_header(changes, header)))
    }

    fn blank(passphrase: &str, rng: &mut dyn CryptoRng) -> Result<(Self, Vec<u8>), Error> {
        let (header, key) = Header::create(passphrase.as_bytes(), rng).map_err(Fault::from)?;
        Ok((Self::around(Store::new(key), header.clone()), header))
    }

    /// Opens a vault from its header and its index entries.
    ///
    /// # Errors
    /// `entry.passphrase`, `entry.damaged`, `entry.version`, `entry.rolled_back`, `vault.missing`.
    pub fn open(entries: Vec<Entry>, passphrase: &str) -> Result<Self, Error> {
        Self::open_with(entries, |header| Header::unlock(header, passphrase.as_bytes()))
    }

    pub(super) fn open_with(
        entries: Vec<Entry>,
        unlock: impl FnOnce(&[u8]) -> Result<VaultKey, entry::Error>,
    ) -> Result<Self, Error> {
        let mut header = None;
        let mut index = Vec::with_capacity(entries.len());
        for entry in entries {
            let value = entry.value.ok_or_else(|| Fault::from(fault::Error::Missing))?;
            if entry.key == HEADER {
                header = Some(value);
            } else {
                index.push((EntryKey::parse(&entry.key).map_err(Fault::from)?, value));
            }
        }
        let header = header.ok_or_else(|| Fault::from(fault::Error::Missing))?;
        let key = unlock(&header).map_err(Fault::from)?;
        Ok(Self::around(Store::open(key, index)?, header))
    }

    /// Gives stored data entries that a call asked for with `vault.need`; then the call is repeated.
    ///
    /// # Errors
    /// `entry.damaged`, `entry.key`.
    pub fn provide(&mut self, entries: Vec<Entry>) -> Result<(), Error> {
        let mut parsed = Vec::with_capacity(entries.len());
        for entry in entries {
            parsed.push((EntryKey::parse(&entry.key).map_err(Fault::from)?, entry.value));
        }
        Ok(self.store.provide(parsed)?)
    }

    /// Forgets data entries held in memory; they are asked for again when needed.
    pub fn forget(&mut self) {
        self.store.forget_data();
    }

    /// The words of the recovery kit, as long as this vault has been open since it was made. An organization has a second kit for its
    /// next root key, to be kept apart.
    ///
    /// # Errors
    /// `vault.kit` once the words are gone.
    pub fn kit(&self) -> Result<Vec<String>, Error> {
        let kit = self.kit.as_ref().ok_or_else(|| Fault::from(fault::Error::Kit))?;
        let mut all = vec![kit.words.to_string()];
        all.extend(kit.next.as_ref().map(|words| words.to_string()));
        Ok(all)
    }

    /// The person has written the words down: they are wiped from memory.
    pub fn forget_kit(&mut self) {
        self.kit = None;
    }

    /// Changes the passphrase: gives the new header, to be written under the name `h`.
    ///
    /// # Errors
    /// `entry.weak`.
    pub fn change_passphrase(&mut self, passphrase: &str, rng: &mut dyn CryptoRng) -> Result<Put, Error> {
        let header =
            Header::set_passphrase(&self.header, self.store.key(), passphrase.as_bytes(), rng).map_err(Fault::from)?;
        self.header.clone_from(&header);
        Ok(Put {
            key: HEADER.to_owned(),
            value: header,
        })
    }

    /// Takes in more single-use tokens, separated by spaces, for a relay that asks for one with each new chain; chains
    /// that wait for one are tried again.
    ///
    /// # Errors
    /// `vault.busy`.
    pub fn add_tokens(&mut self, tokens: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| found::add_tokens(tx, tokens))
    }

    /// Whose vault this is and how it stands.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn profile(&self) -> Result<Profile, Error> {
        let meta = self.meta()?;
        let own = self.store.get::<ChainItem>(&ChainName::Own.id())?;
        let identity = meta.identity().ok();
        let tasks = self.store.list::<Task>()?;
        let delayed: BTreeSet<String> = tasks.iter().filter_map(|(_, task)| task.delayed.clone()).collect();
        Ok(Profile {
            role: if meta.stage == Stage::Joining {
                String::new()
            } else {
                meta.role.as_str().to_owned()
            },
            name: meta.name,
            identity: identity.map(|id| id.to_string()),
            fingerprint: identity.map(|id| fingerprint(&id)),
            stage: match meta.stage {
                Stage::Founding => "founding",
                Stage::Joining => "joining",
                Stage::Ready => "ready",
            }
            .to_owned(),
            relay: meta.origin,
            log: meta.log.map(|log| log.origin),
            blocks: own
                .as_ref()
                .and_then(|own| own.head.as_ref())
                .map_or(0, |head| head.sequence + 1),
            devices: own.map_or(1, |own| u32::try_from(own.devices.len()).unwrap_or(u32::MAX)),
            outbox: u32::try_from(tasks.len()).unwrap_or(u32::MAX),
            delayed: delayed.into_iter().collect(),
            stopped: tasks.into_iter().filter_map(|(_, task)| task.stopped).collect(),
            held: u32::try_from(self.store.list::<HeldItem>()?.len()).unwrap_or(u32::MAX),
            last_synced: meta.last_synced.map(u64::from),
            kit: self.kit.is_some(),
        })
    }
}

fn with_header(mut changes: Changes, header: Vec<u8>) -> Changes {
    changes.puts.push(Put {
        key: HEADER.to_owned(),
        value: header,
    });
    changes
}
