//! Recovery that proves itself before it says recovered, and the new kit that follows.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type RecoveredRecord = facade::RecoveredRecord;

/// A record that recovery opened, or could not open.
#[uniffi::remote(Record)]
pub struct RecoveredRecord {
    /// The block that files it.
    pub sequence: u32,
    /// What it is: kind, date, title; none when it could not be opened.
    pub summary: Option<facade::RecordSummary>,
    /// Why it could not be opened.
    pub code: Option<String>,
}

type RecoveredFile = facade::RecoveredFile;

/// A file that recovery opened, or could not open.
#[uniffi::remote(Record)]
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

type Recovery = facade::Recovery;

/// What recovery proved so far.
#[uniffi::remote(Record)]
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
    pub oldest: Option<facade::RecoveredRecord>,
    /// The newest record.
    pub newest: Option<facade::RecoveredRecord>,
    /// One file.
    pub file: Option<facade::RecoveredFile>,
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

#[uniffi::export]
impl Vault {
    /// Fetches what recovery must open to prove itself: one file. Afterwards `Vault::recovery` says how it went.
    ///
    /// # Errors
    /// `vault.not_ready`, `vault.need`.
    pub fn prove_recovery(&self, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.prove_recovery(now, &mut random()?)?)
    }

    /// What recovery opened: the oldest record, the newest and one file, after every block was verified (by a finished
    /// `Vault::start_check`, else now). Only when `recovered` is true may a
    /// screen say so; otherwise the parts say what failed.
    ///
    /// # Errors
    /// `vault.need`.
    pub fn recovery(&self, now: u64) -> Result<facade::Recovery, VaultError> {
        Ok(self.inner()?.recovery(now)?)
    }

    /// 24 new words, made by this device. Nothing changes until `Vault::replace_kit` is told that they were written down.
    ///
    /// # Errors
    /// None at present.
    pub fn new_kit(&self) -> Result<String, VaultError> {
        Ok(self.inner()?.new_kit(&mut random()?)?)
    }

    /// Replaces the kit: `words` are those in force, `new_words` those of `Vault::new_kit`, written down before; `devices` are taken out in
    /// the same step. Once the relay has it, the old words open nothing.
    ///
    /// # Errors
    /// `device.other_words`, `recovery.*`, `device.*`, `crypto.word`, `crypto.word_count`, `crypto.word_checksum`, `vault.need`.
    pub fn replace_kit(
        &self,
        words: String,
        new_words: String,
        devices: Vec<String>,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .replace_kit(&words, &new_words, &devices, now, &mut random()?)?)
    }
}
