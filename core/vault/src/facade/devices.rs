//! The owner's devices: list, names, taking one out.

use protocol::id::StatementId;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::{Changes, Error, Vault};
use crate::crypto::root::RootSecret;
use crate::fault::{self, Fault};
use crate::flow::device;
use crate::item::{ChainItem, ChainName, DeviceItem};
use crate::state::Read;

/// A device of the owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceView {
    /// The device: the hash of the statement that certifies it.
    pub id: String,
    /// What the owner calls it; empty until it is named.
    pub name: String,
    /// When it was listed in the chain.
    pub since: u64,
    /// The newest block of the own chain that it signed.
    pub last_block: Option<u32>,
    /// When that was.
    pub last_signed: Option<u64>,
    /// Whether it may certify and take out others.
    pub admin: bool,
    /// Whether it is the one in use.
    pub this: bool,
    /// When it was taken out.
    pub removed: Option<u64>,
    /// Whether the relay has confirmed that it was taken out; until then it may still write and read.
    pub removal_confirmed: bool,
}

impl Vault {
    /// The owner's devices, in the order in which they were listed.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn devices(&self) -> Result<Vec<DeviceView>, Error> {
        let me = self.meta()?.actor().ok().map(|actor| actor.authority);
        let chain = self.store.get::<ChainItem>(&ChainName::Own.id())?;
        let mut all = self.store.list::<DeviceItem>()?;
        all.sort_by_key(|(_, device)| device.sequence);
        let mut views = Vec::with_capacity(all.len());
        for (id, device) in all {
            let id = StatementId::new(id.try_into().map_err(|_| Fault::from(fault::Error::Damaged))?);
            views.push(DeviceView {
                id: id.to_string(),
                name: device.name,
                since: device.since.into(),
                last_block: device.last.map(|(sequence, _)| sequence),
                last_signed: device.last.map(|(_, time)| time.into()),
                admin: device.evidence.verify().map_err(Fault::from)?.admin,
                this: me == Some(id),
                removed: device.removed.map(u64::from),
                removal_confirmed: match &chain {
                    Some(chain) if device.removed.is_some() => admitted(chain, &id)?,
                    _ => false,
                },
            });
        }
        Ok(views)
    }

    /// Calls a device something.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.text`.
    pub fn rename_device(&mut self, id: &str, name: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        let id = parse(id)?;
        self.change(now, rng, |tx, _| device::rename(tx, &id, name))
    }

    /// Takes devices out: from the relay's confirmation on they write, read and open nothing that is new, here or in any share. Taking out
    /// one that may itself take out others needs the words of the kit.
    ///
    /// # Errors
    /// `device.*`, `crypto.word`, `crypto.word_count`, `crypto.word_checksum`, `vault.not_found`.
    pub fn remove_devices(
        &mut self,
        ids: &[String],
        words: Option<&str>,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        let ids = ids.iter().map(|id| parse(id)).collect::<Result<Vec<_>, _>>()?;
        let root = words.map(RootSecret::parse).transpose().map_err(Fault::from)?;
        self.change(now, rng, |tx, _| device::remove(tx, &ids, root.as_ref()))
    }
}

/// Whether the block that takes a device out was admitted.
fn admitted(chain: &ChainItem, device: &StatementId) -> Result<bool, Fault> {
    let known = chain.head.as_ref().map_or(0, |head| head.sequence + 1) - chain.pending;
    Ok(chain
        .keys()?
        .removed(device)
        .and_then(|removed| removed.sequence)
        .is_some_and(|sequence| sequence < known))
}

fn parse(id: &str) -> Result<StatementId, Fault> {
    StatementId::parse(id).map_err(|_| fault::Error::NotFound.into())
}
