//! Copies of results: permitted by the patient, read by who ordered them while the patient's phone is off.

use protocol::copy_to::CopyTo;
use protocol::id::{GrantId, RecordId};
use protocol::package::Package;
use protocol::time::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::record_view::{self, RecordView};
use super::records::{self, RecordSummary};
use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::fault::{self, Fault};
use crate::flow::copy;
use crate::item::{AccessItem, CopiedItem, CopyToItem, Role, SharedItem};
use crate::state::Read;

/// A permission to copy a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyPermissionView {
    /// Its id.
    pub id: String,
    /// The request.
    pub request: String,
    /// The lab's grant.
    pub lab_grant: String,
    /// The recipient's grant.
    pub recipient_grant: String,
    /// Until when copies may be sent.
    pub until: Option<u64>,
    /// When it ended before that.
    pub ended: Option<u64>,
}

/// A result that arrived by a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyView {
    /// The record.
    pub record: String,
    /// The grant of its patient.
    pub grant: String,
    /// The patient's name.
    pub patient: String,
    /// The request that it answers.
    pub request: String,
    /// What was examined.
    pub title: Option<String>,
    /// The level that most asks for attention.
    pub level: Option<String>,
    /// Who signed it.
    pub author: String,
    /// When it was signed.
    pub time: u64,
    /// `not_yet_filed` until the patient's wallet has filed and shared it, then `filed`.
    pub state: String,
    /// When it was first opened here.
    pub opened: Option<u64>,
}

impl Vault {
    /// Lets the holder of one grant (a lab) send the result of a request to the holder of another (who wrote the request), for some days.
    /// `created` is the permission.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `grant.revoked`, `copy_to.*`.
    pub fn allow_copy(
        &mut self,
        lab_grant: &str,
        request: &str,
        recipient_grant: &str,
        days: u32,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            crate::item::Meta::read(tx)?.require(&[Role::Patient])?;
            let (lab, request, recipient) = (parse(lab_grant)?, parse(request)?, parse(recipient_grant)?);
            copy::allow(tx, &lab, &request, &recipient, days)
        })
    }

    /// Ends a permission: its mailbox is removed and both sides are told.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_found`, `copy_to.over`.
    pub fn end_copy(&mut self, permission: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| copy::end(tx, &parse(permission)?))
    }

    /// Permissions given or received.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn copy_permissions(&self) -> Result<Vec<CopyPermissionView>, Error> {
        let mut all = Vec::new();
        for (_, item) in self.store.list::<CopyToItem>()? {
            let statement = CopyTo::verify(&item.statement).map_err(Fault::from)?;
            all.push(CopyPermissionView {
                id: statement.id().to_string(),
                request: statement.order.to_string(),
                lab_grant: statement.grant.to_string(),
                recipient_grant: statement.recipient_grant.to_string(),
                until: statement.period.until.map(u64::from),
                ended: item.ended.map(u64::from),
            });
        }
        Ok(all)
    }

    /// Results that arrived by copies, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn copies(&self) -> Result<Vec<CopyView>, Error> {
        let mut all = Vec::new();
        for (key, item) in self.store.list::<CopiedItem>()? {
            let damaged = || Fault::from(fault::Error::Damaged);
            let (grant, record) = key.split_at_checked(32).ok_or_else(damaged)?;
            let grant = GrantId::new(grant.try_into().map_err(|_| damaged())?);
            let record = RecordId::new(record.try_into().map_err(|_| damaged())?);
            let shared = self.store.get::<SharedItem>(&SharedItem::id(&grant, &record))?;
            let access: AccessItem = self.store.item(grant.as_bytes())?;
            all.push(CopyView {
                record: record.to_string(),
                grant: grant.to_string(),
                patient: access.name,
                request: item.order.to_string(),
                title: item.summary.title,
                level: item.summary.level.map(|level| level.as_str().to_owned()),
                author: item.author_name,
                time: item.time.seconds(),
                state: if shared.is_some() { "filed" } else { "not_yet_filed" }.to_owned(),
                opened: item.opened.map(u64::from),
            });
        }
        all.sort_by(|a, b| (b.time, &b.record).cmp(&(a.time, &a.record)));
        Ok(all)
    }

    /// Opens a copy: a receipt is signed and sent. Call it before showing [`Vault::copied_record`].
    ///
    /// # Errors
    /// `vault.not_found`, `grant.*`.
    pub fn open_copy(
        &mut self,
        grant: &str,
        record: &str,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| copy::open(tx, &parse(grant)?, &parse(record)?))
    }

    /// A copy that was opened.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state` before it was opened.
    pub fn copied_record(&self, grant: &str, record: &str, now: u64) -> Result<RecordView, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let (grant, record): (GrantId, RecordId) = (parse(grant)?, parse(record)?);
        let item: Option<CopiedItem> = self.store.get(&CopiedItem::id(&grant, &record))?;
        let item = item.ok_or(Fault::from(fault::Error::NotFound))?;
        if item.opened.is_none() {
            return Err(Fault::from(fault::Error::State).into());
        }
        let package = Package::parse(&item.package).map_err(Fault::from)?;
        let summary: RecordSummary = records::copied_summary(&record, &item);
        record_view::view(&self.store, summary, &package, &item.attachments, now)
    }
}
