//! Recovery that proves itself before it says recovered, and the new kit that follows.

use protocol::block::BlockKind;
use protocol::id::{RecordId, StatementId};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::vault::parse;
use super::{Changes, Checked, Error, RecordSummary, Vault};
use crate::chain;
use crate::crypto::root::RootSecret;
use crate::fault::{self, Fault};
use crate::flow::{attachment, kit, record};
use crate::item::{AttachmentAccess, BlockIndex, ChainName, ErasedItem, RecordItem, Stage};
use crate::state::Read;

/// Most records looked at for a small file to open.
const LOOKED_AT: usize = 16;

/// A record that recovery opened, or could not open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveredRecord {
    /// The block that files it.
    pub sequence: u32,
    /// What it is: kind, date, title; none when it could not be opened.
    pub summary: Option<RecordSummary>,
    /// Why it could not be opened.
    pub code: Option<String>,
}

/// A file that recovery opened, or could not open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveredFile {
    /// The record it belongs to.
    pub record: String,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Why it could not be opened.
    pub code: Option<String>,
}

/// What recovery proved so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// The chain was read to its end, every block of it verified, and everything below was opened.
    pub recovered: bool,
    /// Blocks read.
    pub blocks: u32,
    /// The first block that does not verify.
    pub bad_block: Option<u32>,
    /// Why nothing can be said yet, or why that block is bad.
    pub code: Option<String>,
    /// Records of the chain.
    pub records: u32,
    /// The oldest record.
    pub oldest: Option<RecoveredRecord>,
    /// The newest record.
    pub newest: Option<RecoveredRecord>,
    /// One file.
    pub file: Option<RecoveredFile>,
    /// When the relay admitted the newest block it showed. That there is none newer is this relay's word alone.
    pub newest_admitted: Option<u64>,
    /// Shares that still stand: each is to be kept or stopped.
    pub live_grants: u32,
    /// Shares about which nothing was decided since the words brought a device back.
    pub undecided_grants: u32,
    /// Devices in service besides this one: the lost one is to be taken out.
    pub other_devices: u32,
    /// When the kit was last replaced.
    pub kit_replaced: Option<u64>,
}

impl Vault {
    /// Fetches what recovery must open to prove itself: one file. Afterwards [`Vault::recovery`] says how it went.
    ///
    /// # Errors
    /// `vault.not_ready`, `vault.need`.
    pub fn prove_recovery(&mut self, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            record::own_chain(tx)?;
            match file(tx)? {
                Some((_, access)) => attachment::fetch(tx, &ChainName::Own, &access),
                None => Ok(()),
            }
        })
    }

    /// What recovery opened: the oldest record, the newest and one file, after every block was verified (by a finished
    /// [`Vault::start_check`], else now). Only when `recovered` is true may a
    /// screen say so; otherwise the parts say what failed.
    ///
    /// # Errors
    /// `vault.need`.
    pub fn recovery(&self, now: u64) -> Result<Recovery, Error> {
        let meta = self.meta()?;
        let mut view = Recovery {
            recovered: false,
            blocks: 0,
            bad_block: None,
            code: None,
            records: 0,
            oldest: None,
            newest: None,
            file: None,
            newest_admitted: None,
            live_grants: 0,
            undecided_grants: 0,
            other_devices: 0,
            kit_replaced: None,
        };
        if meta.stage != Stage::Ready {
            let stopped = self.profile()?.stopped.into_iter().next();
            view.code = Some(stopped.unwrap_or_else(|| Fault::from(fault::Error::NotReady).code));
            return Ok(view);
        }
        let chain = self.chain()?;
        // Whoever showed a screen how far the check is has just done it in steps.
        let checked = match self.jobs.sound {
            Some(sound) if sound.to_string() == chain.head => Checked {
                blocks: chain.blocks,
                bad: None,
                code: None,
            },
            _ => self.check_chain()?,
        };
        view.blocks = checked.blocks;
        view.bad_block = checked.bad;
        view.code = checked.code;
        // What the owner erased is not there to be opened, and is not missed.
        let erased: Vec<u32> = self
            .store
            .list::<ErasedItem>()?
            .into_iter()
            .map(|(_, item)| item.sequence)
            .collect();
        let mut filed = Vec::new();
        for sequence in 0..checked.blocks {
            let index: BlockIndex = self.store.item(&ChainName::Own.block(sequence))?;
            view.newest_admitted = index.promised.map(u64::from).or(view.newest_admitted);
            if index.kind == BlockKind::Record && !erased.contains(&sequence) {
                filed.push(sequence);
            }
        }
        view.records = u32::try_from(filed.len()).unwrap_or(u32::MAX);
        if let (Some(first), Some(last)) = (filed.first(), filed.last()) {
            view.oldest = Some(self.reopened(*first, now)?);
            view.newest = Some(self.reopened(*last, now)?);
        }
        view.file = match file(&self.store)? {
            Some((record, access)) => Some(RecoveredFile {
                record: record.to_string(),
                name: access.name.clone(),
                size: access.size,
                code: failure(attachment::open(&self.store, &access))?.1,
            }),
            None => None,
        };
        let grants = self.grants(now)?;
        view.live_grants =
            u32::try_from(grants.iter().filter(|grant| grant.state == "live").count()).unwrap_or(u32::MAX);
        let undecided = grants.iter().filter(|grant| grant.undecided.is_some()).count();
        view.undecided_grants = u32::try_from(undecided).unwrap_or(u32::MAX);
        let others = self.devices()?;
        let others = others
            .iter()
            .filter(|device| !device.this && device.removed.is_none())
            .count();
        view.other_devices = u32::try_from(others).unwrap_or(u32::MAX);
        view.kit_replaced = kit::replaced(&self.store)?.map(u64::from);
        let opened = |record: &Option<RecoveredRecord>| record.as_ref().is_none_or(|record| record.code.is_none());
        view.recovered = view.bad_block.is_none()
            && opened(&view.oldest)
            && opened(&view.newest)
            && view.file.as_ref().is_none_or(|file| file.code.is_none());
        Ok(view)
    }

    /// Opens the record that a block files.
    fn reopened(&self, sequence: u32, now: u64) -> Result<RecoveredRecord, Error> {
        let found = self
            .store
            .list::<RecordItem>()?
            .into_iter()
            .find(|(_, item)| item.sequence == sequence);
        let view = match found {
            Some((id, _)) => self
                .record(
                    &RecordId::new(id.try_into().map_err(|_| Fault::from(fault::Error::Damaged))?).to_string(),
                    now,
                )
                .map(|view| view.summary),
            // The relay delivered the block without what it files.
            None => Err(Fault::from(chain::Error::Gone).into()),
        };
        match view {
            Ok(summary) => Ok(RecoveredRecord {
                sequence,
                summary: Some(summary),
                code: None,
            }),
            Err(error) if error.code == Fault::from(fault::Error::Need).code => Err(error),
            Err(error) => Ok(RecoveredRecord {
                sequence,
                summary: None,
                code: Some(error.code),
            }),
        }
    }

    /// 24 new words, made by this device. Nothing changes until [`Vault::replace_kit`] is told that they were written down.
    ///
    /// # Errors
    /// None at present.
    pub fn new_kit(&self, rng: &mut dyn CryptoRng) -> Result<String, Error> {
        Ok(RootSecret::generate(rng).words().to_string())
    }

    /// Replaces the kit: `words` are those in force, `new_words` those of [`Vault::new_kit`], written down before; `devices` are taken out in
    /// the same step. Once the relay has it, the old words open nothing.
    ///
    /// # Errors
    /// `device.other_words`, `recovery.*`, `device.*`, `crypto.word`, `crypto.word_count`, `crypto.word_checksum`, `vault.need`.
    pub fn replace_kit(
        &mut self,
        words: &str,
        new_words: &str,
        devices: &[String],
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        let old = RootSecret::parse(words).map_err(Fault::from)?;
        let new = RootSecret::parse(new_words).map_err(Fault::from)?;
        let devices = devices
            .iter()
            .map(|id| parse(id))
            .collect::<Result<Vec<StatementId>, _>>()?;
        self.change(now, rng, |tx, _| kit::replace(tx, &old, &new, &devices))
    }
}

/// The smallest file among those of the newest records that have any: enough to prove that files open.
fn file(from: &impl Read) -> Result<Option<(RecordId, AttachmentAccess)>, Fault> {
    let mut with: Vec<(Vec<u8>, RecordItem)> = from
        .list::<RecordItem>()?
        .into_iter()
        .filter(|(_, item)| item.attachments > 0)
        .collect();
    with.sort_by_key(|(_, item)| core::cmp::Reverse(item.sequence));
    let mut best: Option<(RecordId, AttachmentAccess)> = None;
    let mut need = Vec::new();
    for (id, item) in with.into_iter().take(LOOKED_AT) {
        let id = RecordId::new(id.try_into().map_err(|_| fault::Error::Damaged)?);
        match record::body_of(from, &item) {
            Ok(body) => {
                for access in body.attachments {
                    if best.as_ref().is_none_or(|(_, best)| access.size < best.size) {
                        best = Some((id, access));
                    }
                }
            }
            Err(fault) if fault.is(fault::Error::Need) => need.extend(fault.need),
            Err(fault) => return Err(fault),
        }
    }
    if need.is_empty() {
        Ok(best)
    } else {
        Err(Fault::need(need))
    }
}

/// What came of an attempt, `vault.need` passed on.
fn failure<T>(result: Result<T, Fault>) -> Result<(Option<T>, Option<String>), Fault> {
    match result {
        Ok(value) => Ok((Some(value), None)),
        Err(fault) if fault.is(fault::Error::Need) => Err(fault),
        Err(fault) => Ok((None, Some(fault.code))),
    }
}
