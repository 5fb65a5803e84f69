//! Grants given and received, records read under them, submissions and receipts.

use clinical::search::Query;
use protocol::delegation::Delegation;
use protocol::grant::{GrantStatement, Permission};
use protocol::id::{GrantId, RecordId};
use protocol::package::Package;
use protocol::time::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::record_view::{self, RecordView};
use super::records::{self, Links, RecordQuery, RecordSummary};
use super::vault::parse;
use super::{Changes, Error, Vault, writing};
use crate::fault::{self, Fault};
use crate::flow::{access, attachment, deletion, record, submit};
use crate::item::{
    AccessItem, ChainItem, ChainName, DeletionItem, DeletionWantedItem, GrantItem, ReceiptItem, SharedItem,
    SubmissionItem, Task,
};
use crate::state::Read;

/// One right of a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionView {
    /// `read`, `append` or `order`.
    pub right: String,
    /// From when.
    pub from: u64,
    /// Until when, if it ends.
    pub until: Option<u64>,
}

/// A grant this patient gave: a row of the access list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantView {
    /// Its id.
    pub id: String,
    /// The holder's name.
    pub name: String,
    /// The holder.
    pub grantee: String,
    /// Who vouches for the holder.
    pub organization: Option<String>,
    /// `live`, `over`, `paused`, `stopping` or `ended`. It reads `stopping` from the revocation until the relay confirmed that keys, copies,
    /// earlier blocks and mailbox are gone; only then `ended`.
    pub state: String,
    /// HL7 purpose of use.
    pub purpose: String,
    /// Whole categories in scope.
    pub categories: Vec<String>,
    /// Single records in scope.
    pub records: Vec<String>,
    /// Only records signed from this time on.
    pub from: Option<u64>,
    /// Only records signed before this time.
    pub until: Option<u64>,
    /// Whether records filed later join.
    pub ongoing: bool,
    /// Rights.
    pub permissions: Vec<PermissionView>,
    /// When it was given.
    pub since: u64,
    /// Records shared so far.
    pub shared: u32,
    /// Whether everything shared, changed or taken away has reached the relay.
    pub sent: bool,
    /// Records that were fetched without a receipt, as far as the relay showed: "delivered, opening not confirmed".
    pub unconfirmed: u32,
    /// When the holder last said to have opened something.
    pub last_opened: Option<u64>,
    /// When it was revoked.
    pub ended: Option<u64>,
    /// When the relay had confirmed the end.
    pub stopped: Option<u64>,
    /// Whether it stood when the words brought a device back and nobody has kept or stopped it since: when that was.
    pub undecided: Option<u64>,
    /// Whether its holder is asked to delete what it gave: `asked`, `deleted` (as the holder says) or `refused`.
    pub deletion: Option<String>,
    /// Bytes of files that the holder may send, all together.
    pub files: u64,
}

/// A grant this practitioner or lab received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessView {
    /// The grant.
    pub id: String,
    /// The patient's name, as the patient gives it.
    pub name: String,
    /// The patient.
    pub patient: String,
    /// `live`, `over`, `paused`, `unreachable` or `ended`.
    pub state: String,
    /// HL7 purpose of use.
    pub purpose: String,
    /// Rights.
    pub permissions: Vec<PermissionView>,
    /// When it was given.
    pub since: u64,
    /// Records listed.
    pub records: u32,
    /// Records not opened yet.
    pub unopened: u32,
    /// Latest: blocks of the share seen so far.
    pub blocks: u32,
    /// Latest: when the patient's wallet last changed the share.
    pub updated: Option<u64>,
    /// Latest: when the relay was last asked.
    pub checked: Option<u64>,
    /// Latest: how far that can be believed, a phrase key: `latest.relay_only`.
    pub witness: String,
    /// How this vault holds it: `holder`, `delegate` or `team`.
    pub capacity: String,
    /// Until when this vault's own part of it holds, for a delegate.
    pub until: Option<u64>,
    /// When the patient asked that it be deleted, where that is not answered.
    pub deletion: Option<u64>,
    /// A device, or a member of the team, was taken out and the patient's device has not opened the next epoch yet: until then only the
    /// relay keeps it out.
    pub only_the_relay: bool,
}

/// A receipt in the patient's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptView {
    /// Under which grant.
    pub grant: String,
    /// The reader's name.
    pub name: String,
    /// The reader.
    pub reader: String,
    /// Which records.
    pub records: Vec<String>,
    /// When, in the reader's words.
    pub time: u64,
}

/// A record this practitioner or lab sent to a patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmissionView {
    /// The record.
    pub id: String,
    /// Under which grant.
    pub grant: String,
    /// The patient's name.
    pub patient: String,
    /// Phrase key of the kind of record.
    pub kind: String,
    /// What it is called.
    pub title: Option<String>,
    /// Its category.
    pub category: String,
    /// `signed`, `sent`, `delivered`, `filed`, `declined`, `failed` or `cancelled`.
    pub stage: String,
    /// Why it was declined or failed: a code.
    pub reason: Option<String>,
    /// When it was signed.
    pub time: u64,
}

fn permissions(grant: &GrantStatement) -> Vec<PermissionView> {
    permissions_of(&grant.permissions)
}

pub(super) fn permissions_of(all: &[Permission]) -> Vec<PermissionView> {
    all.iter()
        .map(|permission| PermissionView {
            right: permission.right.as_str().to_owned(),
            from: permission.period.from.seconds(),
            until: permission.period.until.map(u64::from),
        })
        .collect()
}

/// The last second of a delegation.
fn until_of(delegation: &Delegation) -> Option<u64> {
    let ends = delegation.permissions.iter().filter_map(|own| own.period.until);
    ends.max().map(u64::from)
}

fn is_over(grant: &GrantStatement, now: Timestamp) -> bool {
    grant
        .permissions
        .iter()
        .all(|permission| permission.period.until.is_some_and(|until| until <= now))
}

fn id32(id: Vec<u8>) -> Result<[u8; 32], Fault> {
    id.try_into().map_err(|_| fault::Error::Damaged.into())
}

impl Vault {
    /// Who has access: every grant given, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn grants(&self, now: u64) -> Result<Vec<GrantView>, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let tasks = self.store.list::<Task>()?;
        let mut all = Vec::new();
        for (id, item) in self.store.list::<GrantItem>()? {
            let id = GrantId::new(id32(id)?);
            let grant = item.state()?;
            let lane = ChainName::Given(id).lane();
            let sent = ChainItem::read_named(&self.store, &ChainName::Given(id))?.pending == 0
                && item.unpublished.is_empty()
                && !tasks.iter().any(|(_, task)| task.lane.starts_with(&lane));
            let unconfirmed = self.deliveries(&id.to_string())?;
            let unconfirmed = unconfirmed.iter().filter(|delivery| delivery.opened.is_none()).count();
            let state = match (item.ended, item.stopped, item.paused, is_over(&grant, now)) {
                (Some(_), Some(_), _, _) => "ended",
                (Some(_), None, _, _) => "stopping",
                (_, _, true, _) => "paused",
                (_, _, _, true) => "over",
                _ => "live",
            };
            let files = crate::flow::quota::of_grant(&item)?;
            all.push(GrantView {
                id: id.to_string(),
                name: item.name,
                grantee: grant.grantee.identity().map(|id| id.to_string()).unwrap_or_default(),
                organization: item.organization,
                state: state.to_owned(),
                purpose: grant.purpose.as_str().to_owned(),
                categories: grant
                    .scope
                    .categories
                    .iter()
                    .map(|category| category.as_str().to_owned())
                    .collect(),
                records: grant.scope.records.iter().map(ToString::to_string).collect(),
                from: grant.scope.period.map(|period| period.from.seconds()),
                until: grant.scope.period.and_then(|period| period.until).map(u64::from),
                ongoing: grant.scope.ongoing,
                permissions: permissions(&grant),
                since: grant.time.seconds(),
                shared: u32::try_from(item.shared.len()).unwrap_or(u32::MAX),
                sent,
                unconfirmed: u32::try_from(unconfirmed).unwrap_or(u32::MAX),
                last_opened: item.last_opened.map(u64::from),
                ended: item.ended.map(u64::from),
                stopped: item.stopped.map(u64::from),
                undecided: item.undecided.filter(|_| item.ended.is_none()).map(u64::from),
                deletion: self
                    .store
                    .get::<DeletionItem>(id.as_bytes())?
                    .map(|asked| deletion::standing(&asked).to_owned()),
                files,
            });
        }
        all.sort_by_key(|grant| core::cmp::Reverse(grant.since));
        Ok(all)
    }

    /// Receipts in the chain, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn receipts(&self) -> Result<Vec<ReceiptView>, Error> {
        let mut all = Vec::new();
        for (_, item) in self.store.list::<ReceiptItem>()? {
            let grant = self.store.get::<GrantItem>(item.grant.as_bytes())?;
            all.push(ReceiptView {
                grant: item.grant.to_string(),
                name: match item.name {
                    Some((name, organization)) => format!("{name}, {organization}"),
                    None => grant.map(|grant| grant.name).unwrap_or_default(),
                },
                reader: item.reader.to_string(),
                records: item.records.iter().map(ToString::to_string).collect(),
                time: item.time.seconds(),
            });
        }
        all.sort_by_key(|receipt| core::cmp::Reverse(receipt.time));
        Ok(all)
    }

    /// Patients who gave access, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn accesses(&self, now: u64) -> Result<Vec<AccessView>, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let shared = self.store.list::<SharedItem>()?;
        let mut all = Vec::new();
        for (id, item) in self.store.list::<AccessItem>()? {
            let grant = item.state()?;
            let name = ChainName::Received(GrantId::new(id32(id.clone())?));
            let chain = ChainItem::read_named(&self.store, &name)?;
            let listed = || shared.iter().filter(|(key, _)| key.starts_with(&id));
            let delegated = item
                .delegation
                .as_ref()
                .map(|bytes| Delegation::verify(bytes))
                .transpose()
                .map_err(Fault::from)?;
            let over = is_over(&grant, now)
                || delegated
                    .as_ref()
                    .is_some_and(|delegation| crate::flow::delegation::is_over(delegation, now));
            let state = match (item.ended, item.paused, over, chain.behind) {
                (Some(_), _, _, _) => "ended",
                (_, true, _, _) => "paused",
                (_, _, true, _) => "over",
                (_, _, _, true) => "unreachable",
                _ => "live",
            };
            all.push(AccessView {
                id: grant.id().to_string(),
                only_the_relay: crate::flow::grant_key::is_waiting(&item, now),
                name: item.name,
                patient: item.patient.to_string(),
                state: state.to_owned(),
                purpose: grant.purpose.as_str().to_owned(),
                permissions: permissions(&grant),
                since: grant.time.seconds(),
                records: u32::try_from(listed().count()).unwrap_or(u32::MAX),
                unopened: u32::try_from(listed().filter(|(_, item)| item.opened.is_none()).count()).unwrap_or(u32::MAX),
                blocks: chain.head.as_ref().map_or(0, |head| head.sequence + 1),
                updated: chain.head.as_ref().map(|head| head.time.seconds()),
                checked: chain.checked.map(u64::from),
                witness: "latest.relay_only".to_owned(),
                capacity: match (&item.delegation, grant.grantee.team()) {
                    (Some(_), _) => "delegate",
                    (None, Some(_)) => "team",
                    (None, None) => "holder",
                }
                .to_owned(),
                until: delegated.as_ref().and_then(until_of),
                deletion: self
                    .store
                    .get::<DeletionWantedItem>(&id)?
                    .filter(|wanted| wanted.answered.is_none())
                    .map(|wanted| wanted.wanted.asked.time.seconds()),
            });
        }
        all.sort_by_key(|access| core::cmp::Reverse(access.since));
        Ok(all)
    }

    /// Records shared under a grant received, newest first.
    ///
    /// # Errors
    /// `vault.not_found`, `category.unknown`.
    pub fn shared_records(&self, grant: &str, query: &RecordQuery) -> Result<Vec<RecordSummary>, Error> {
        let grant: GrantId = parse(grant)?;
        let access: AccessItem = self.store.item(grant.as_bytes())?;
        let query: Query = records::query(query)?;
        let mut all = Vec::new();
        for (key, item) in self.store.list::<SharedItem>()? {
            let Some(id) = key.strip_prefix(grant.as_bytes().as_slice()) else {
                continue;
            };
            if query.matches(&item.summary) {
                all.push(records::shared_summary(
                    &RecordId::new(id32(id.to_vec())?),
                    &item,
                    &access.patient,
                ));
            }
        }
        all.sort_by_key(|record| core::cmp::Reverse((record.date_time, record.time)));
        Ok(all)
    }

    /// Asks for copies of shared records that are not on this device yet; they arrive with the next answers.
    ///
    /// # Errors
    /// `vault.not_found`, `grant.*`.
    pub fn fetch_shared(
        &mut self,
        grant: &str,
        record_ids: &[String],
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let ids = record_ids
                .iter()
                .map(|id| parse(id))
                .collect::<Result<Vec<RecordId>, _>>()?;
            access::fetch(tx, &parse(grant)?, &ids)
        })
    }

    /// Opens shared records that were fetched: a receipt is signed and sent for those not opened before. Call it before showing
    /// [`Vault::shared_record`].
    ///
    /// # Errors
    /// `grant.*`, `vault.state` when a copy was not fetched yet.
    pub fn open_shared(
        &mut self,
        grant: &str,
        record_ids: &[String],
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let ids = record_ids
                .iter()
                .map(|id| parse(id))
                .collect::<Result<Vec<RecordId>, _>>()?;
            access::open(tx, &parse(grant)?, &ids)
        })
    }

    /// A shared record that was opened.
    ///
    /// # Errors
    /// `vault.need`, `vault.state` before it was opened.
    pub fn shared_record(&self, grant: &str, record: &str, now: u64) -> Result<RecordView, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let (grant, record): (GrantId, RecordId) = (parse(grant)?, parse(record)?);
        let item: SharedItem = self.store.item(&SharedItem::id(&grant, &record))?;
        if item.opened.is_none() {
            return Err(Fault::from(fault::Error::State).into());
        }
        let package = access::package(&self.store, &grant, &record)?;
        let access: AccessItem = self.store.item(grant.as_bytes())?;
        let verified = package.verify().map_err(Fault::from)?;
        access::check(&verified, &record, &access)?;
        let summary = records::shared_summary(&record, &item, &access.patient);
        record_view::view(&self.store, summary, &package, &item.attachments, now)
    }

    /// Asks for the parts of an attachment of a shared record.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    pub fn fetch_shared_attachment(
        &mut self,
        grant: &str,
        record: &str,
        index: u32,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let (grant, record): (GrantId, RecordId) = (parse(grant)?, parse(record)?);
            let item: SharedItem = tx.item(&SharedItem::id(&grant, &record))?;
            let place = usize::try_from(index).unwrap_or(usize::MAX);
            let access = item.attachments.get(place).ok_or(fault::Error::NotFound)?;
            attachment::fetch(tx, &ChainName::Received(grant), access)
        })
    }

    /// An attachment of a shared record whose parts are all here.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_found`, `crypto.*`.
    pub fn shared_attachment(&self, grant: &str, record: &str, index: u32) -> Result<Vec<u8>, Error> {
        let (grant, record): (GrantId, RecordId) = (parse(grant)?, parse(record)?);
        let item: SharedItem = self.store.item(&SharedItem::id(&grant, &record))?;
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        let access = item
            .attachments
            .get(place)
            .ok_or_else(|| Fault::from(fault::Error::NotFound))?;
        Ok(attachment::open(&self.store, access)?)
    }

    /// Signs a FHIR document for the patient of a grant and sends it; `created` is the record.
    ///
    /// # Errors
    /// `grant.*`, `credential.role`, `read.*`, `record.*`.
    pub fn submit(
        &mut self,
        grant: &str,
        draft: &records::RecordDraft,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let grant: GrantId = parse(grant)?;
            let access: AccessItem = tx.item(grant.as_bytes())?;
            let link = |text: &Option<String>| text.as_ref().map(|text| parse(text)).transpose();
            writing::may_correct(tx, &grant, link(&draft.supersedes)?.as_ref(), &draft.fhir)?;
            let draft = record::Draft {
                subject: access.patient,
                content: draft.fhir.clone(),
                attachments: Vec::new(),
                media_types: Vec::new(),
                replies_to: link(&draft.replies_to)?,
                supersedes: link(&draft.supersedes)?,
            };
            submit::create(tx, &grant, draft).map(|_| ())
        })
    }

    /// Records written for patients, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn submissions(&self) -> Result<Vec<SubmissionView>, Error> {
        let mut all = Vec::new();
        for (id, item) in self.store.list::<SubmissionItem>()? {
            let access = self.store.get::<AccessItem>(item.grant.as_bytes())?;
            all.push(SubmissionView {
                id: RecordId::new(id32(id)?).to_string(),
                grant: item.grant.to_string(),
                patient: access.map(|access| access.name).unwrap_or_default(),
                kind: item.summary.kind,
                title: item.summary.title,
                category: item.summary.category.as_str().to_owned(),
                stage: item.stage.as_str().to_owned(),
                reason: item.reason,
                time: item.time.seconds(),
            });
        }
        all.sort_by_key(|submission| core::cmp::Reverse(submission.time));
        Ok(all)
    }

    /// A record written for a patient, as it was signed: to be read again, or corrected.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn submitted_record(&self, record: &str, now: u64) -> Result<RecordView, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let id: RecordId = parse(record)?;
        let item: SubmissionItem = self.store.item(id.as_bytes())?;
        let package = Package::parse(&item.package).map_err(Fault::from)?;
        let links = Links {
            replies_to: package.replies_to.as_ref().map(|opening| opening.record),
            supersedes: package.supersedes.as_ref().map(|opening| opening.record),
            superseded_by: writing::correction_of(&self.store, &id)?,
        };
        let author = crate::item::Meta::read(&self.store)?.name;
        let summary = records::submitted_summary(&id, &item, &author, &links);
        record_view::view(&self.store, summary, &package, &item.attachments, now)
    }

    /// Sends a record once more that the patient's wallet has not answered.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.state`.
    pub fn resend(&mut self, record: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| submit::resend(tx, &parse(record)?))
    }
}
