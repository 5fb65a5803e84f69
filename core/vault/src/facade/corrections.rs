//! What was corrected or withdrawn: by whom, why, when, and who had read the old version.

use protocol::id::RecordId;
use serde::{Deserialize, Serialize};

use super::{Error, Vault};
use crate::fault::{self, Fault};
use crate::item::{GrantItem, ReceiptItem, RecordItem, SharedItem};
use crate::state::Read;

/// Somebody who opened the old version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionReader {
    /// Under which grant.
    pub grant: String,
    /// Name.
    pub name: String,
    /// When the old version was opened.
    pub opened: u64,
    /// Whether the correction is in that grant's share: it is told there.
    pub told: bool,
    /// When the correction was opened.
    pub read: Option<u64>,
}

/// A correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionView {
    /// The old version: still there, marked.
    pub old: String,
    /// The version that counts.
    pub new: String,
    /// The grant under which both are shared with this vault; absent in the patient's own chain.
    pub grant: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// Whether the old version was withdrawn and nothing stands in its place.
    pub withdrawn: bool,
    /// Who corrected it.
    pub author: String,
    /// Who vouches for the author.
    pub organization: Option<String>,
    /// Why, in the author's words.
    pub reason: Option<String>,
    /// When it was signed.
    pub time: u64,
    /// When this reader opened the old version; only for shared records.
    pub opened: Option<u64>,
    /// Who opened the old version; only for the patient.
    pub readers: Vec<CorrectionReader>,
}

fn is_withdrawn(status: Option<&String>) -> bool {
    status.is_some_and(|status| status == "entered-in-error")
}

impl Vault {
    /// Records that were corrected or withdrawn by their authors, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn corrections(&self) -> Result<Vec<CorrectionView>, Error> {
        let mut all = Vec::new();
        let receipts = self.store.list::<ReceiptItem>()?;
        for (id, item) in self.store.list::<RecordItem>()? {
            let Some(by) = item.superseded_by else { continue };
            let old = RecordId::new(id.try_into().map_err(|_| Fault::from(fault::Error::Damaged))?);
            let new: RecordItem = self.store.item(by.as_bytes())?;
            all.push(CorrectionView {
                old: old.to_string(),
                new: by.to_string(),
                grant: None,
                title: new.summary.title,
                withdrawn: is_withdrawn(new.summary.status.as_ref()),
                author: new.author_name,
                organization: new.organization,
                reason: new.reason,
                time: new.time.seconds(),
                opened: None,
                readers: self.readers(&receipts, &old, &by)?,
            });
        }
        for (key, item) in self.store.list::<SharedItem>()? {
            let Some(by) = item.superseded_by else { continue };
            let (grant, old) = key.split_at_checked(32).ok_or(Fault::from(fault::Error::Damaged))?;
            let name = [grant, by.as_bytes()].concat();
            let Some(new) = self.store.get::<SharedItem>(&name)? else {
                continue;
            };
            let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            all.push(CorrectionView {
                old: hex(old),
                new: by.to_string(),
                grant: Some(hex(grant)),
                title: new.summary.title,
                withdrawn: is_withdrawn(new.summary.status.as_ref()),
                author: new.author_name,
                organization: new.organization,
                reason: new.reason,
                time: new.time.seconds(),
                opened: item.opened.map(u64::from),
                readers: Vec::new(),
            });
        }
        all.sort_by(|a, b| (b.time, &b.new).cmp(&(a.time, &a.new)));
        Ok(all)
    }

    fn readers(
        &self,
        receipts: &[(Vec<u8>, ReceiptItem)],
        old: &RecordId,
        new: &RecordId,
    ) -> Result<Vec<CorrectionReader>, Error> {
        let mut readers: Vec<CorrectionReader> = Vec::new();
        for (_, receipt) in receipts.iter().filter(|(_, receipt)| receipt.records.contains(old)) {
            let grant = self.store.get::<GrantItem>(receipt.grant.as_bytes())?;
            let read = receipts
                .iter()
                .filter(|(_, other)| other.grant == receipt.grant && other.reader == receipt.reader)
                .find(|(_, other)| other.records.contains(new));
            readers.push(CorrectionReader {
                grant: receipt.grant.to_string(),
                name: grant.as_ref().map(|grant| grant.name.clone()).unwrap_or_default(),
                opened: receipt.time.seconds(),
                told: grant.is_some_and(|grant| grant.shared.contains(new)),
                read: read.map(|(_, other)| other.time.seconds()),
            });
        }
        Ok(readers)
    }
}
