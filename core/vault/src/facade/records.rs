//! The owner's records: lists, search, details, own entries, attachments.

use clinical::search::Query;
use protocol::category::Category;
use protocol::id::{IdentityId, RecordId};
use protocol::package::Package;
use protocol::time::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::record_view::{RecordView, view};
use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::fault::{self, Fault};
use crate::flow::status::Bench;
use crate::flow::{attachment, record};
use crate::item::{ChainName, CopiedItem, RecordItem, SharedItem, Source, SubmissionItem};
use crate::state::Read;

/// A FHIR document to file or to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordDraft {
    /// FHIR R4 JSON.
    #[serde(with = "serde_bytes")]
    pub fhir: Vec<u8>,
    /// The record it answers.
    pub replies_to: Option<String>,
    /// The record it corrects.
    pub supersedes: Option<String>,
}

/// What to look for; an empty query finds everything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecordQuery {
    /// Words.
    pub text: Option<String>,
    /// `system|code` or `code`.
    pub code: Option<String>,
    /// Any of these categories.
    pub categories: Vec<String>,
    /// FHIR date.
    pub from: Option<String>,
    /// FHIR date.
    pub until: Option<String>,
    /// Part of the author's name.
    pub author: Option<String>,
}

/// A row of a list of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSummary {
    /// The record.
    pub id: String,
    /// The block that files it; absent for shared records.
    pub sequence: Option<u32>,
    /// Its category.
    pub category: String,
    /// Phrase key of the kind of record.
    pub kind: String,
    /// FHIR resource type.
    pub resource_type: String,
    /// What it is called.
    pub title: Option<String>,
    /// Effective date, FHIR text.
    pub date: Option<String>,
    /// The same as Unix seconds, for sorting; may be before 1970.
    pub date_time: Option<i64>,
    /// Status, a FHIR code.
    pub status: Option<String>,
    /// The level that most asks for attention.
    pub level: Option<String>,
    /// The signer's name.
    pub author: String,
    /// Who vouches for the signer.
    pub organization: Option<String>,
    /// `own`, `imported`, `received`, `shared`, `copy` or `sent`.
    pub source: String,
    /// Phrase key of what must stand beside it when no professional signed it: `mark.own`, `mark.imported` or `mark.patient`.
    pub mark: Option<String>,
    /// Why it corrects, withdraws or rejects, in its author's words.
    pub reason: Option<String>,
    /// When it was signed, in the signer's words.
    pub time: u64,
    /// The record that corrects it.
    pub superseded_by: Option<String>,
    /// The record it corrects.
    pub supersedes: Option<String>,
    /// The record it answers.
    pub replies_to: Option<String>,
    /// Number of attachments.
    pub attachments: u32,
    /// Kept out of every share.
    pub hidden: bool,
    /// Shared records: whether the copy is here.
    pub fetched: bool,
    /// When it was first opened here: shared records, and received ones of the own chain.
    pub opened: Option<u64>,
    /// What the signature is worth by the lists that are known here, for records of the own chain: `authentic` or `not_proven`; the
    /// record itself says why.
    pub authentic: Option<String>,
}

/// Reads a query.
pub(super) fn query(query: &RecordQuery) -> Result<Query, Fault> {
    Ok(Query {
        text: query.text.clone(),
        code: query.code.clone(),
        categories: query
            .categories
            .iter()
            .map(|text| Category::parse(text))
            .collect::<Result<_, _>>()?,
        from: query.from.clone(),
        until: query.until.clone(),
        author: query.author.clone(),
    })
}

fn summary(id: &RecordId, item: &RecordItem) -> RecordSummary {
    RecordSummary {
        sequence: Some(item.sequence),
        organization: item.organization.clone(),
        superseded_by: item.superseded_by.map(|id| id.to_string()),
        supersedes: item.supersedes.map(|id| id.to_string()),
        replies_to: item.replies_to.map(|id| id.to_string()),
        attachments: item.attachments,
        hidden: item.hidden,
        mark: match item.source {
            Source::Own => Some("mark.own".to_owned()),
            Source::Imported => Some("mark.imported".to_owned()),
            Source::Received(_) => None,
        },
        reason: item.reason.clone(),
        fetched: true,
        opened: item.opened.map(u64::from),
        ..row(id, &item.summary, &item.author_name, item.source.as_str(), item.time)
    }
}

/// A row for a record shared with this vault.
pub(super) fn shared_summary(id: &RecordId, item: &SharedItem, patient: &IdentityId) -> RecordSummary {
    let by_patient = item.author.as_ref() == Some(patient);
    RecordSummary {
        supersedes: item.supersedes.map(|id| id.to_string()),
        replies_to: item.replies_to.map(|id| id.to_string()),
        mark: by_patient.then(|| "mark.patient".to_owned()),
        reason: item.reason.clone(),
        organization: item.organization.clone(),
        superseded_by: item.superseded_by.map(|id| id.to_string()),
        attachments: u32::try_from(item.attachments.len()).unwrap_or(u32::MAX),
        fetched: item.fetched,
        opened: item.opened.map(u64::from),
        ..row(id, &item.summary, &item.author_name, "shared", item.time)
    }
}

/// What a record written for a patient refers to, and what corrects it.
pub(super) struct Links {
    pub(super) replies_to: Option<RecordId>,
    pub(super) supersedes: Option<RecordId>,
    pub(super) superseded_by: Option<RecordId>,
}

/// A row for a record written here for a patient.
pub(super) fn submitted_summary(id: &RecordId, item: &SubmissionItem, author: &str, links: &Links) -> RecordSummary {
    RecordSummary {
        replies_to: links.replies_to.map(|id| id.to_string()),
        supersedes: links.supersedes.map(|id| id.to_string()),
        superseded_by: links.superseded_by.map(|id| id.to_string()),
        attachments: u32::try_from(item.attachments.len()).unwrap_or(u32::MAX),
        fetched: true,
        ..row(id, &item.summary, author, "sent", item.time)
    }
}

/// A row for a result that arrived by a copy.
pub(super) fn copied_summary(id: &RecordId, item: &CopiedItem) -> RecordSummary {
    RecordSummary {
        organization: item.organization.clone(),
        replies_to: Some(item.order.to_string()),
        fetched: true,
        opened: item.opened.map(u64::from),
        ..row(id, &item.summary, &item.author_name, "copy", item.time)
    }
}

fn row(
    id: &RecordId,
    summary: &clinical::summary::Summary,
    author: &str,
    source: &str,
    time: Timestamp,
) -> RecordSummary {
    RecordSummary {
        id: id.to_string(),
        sequence: None,
        category: summary.category.as_str().to_owned(),
        kind: summary.kind.clone(),
        resource_type: summary.resource_type.clone(),
        title: summary.title.clone(),
        date: summary.date.clone(),
        date_time: summary.time(),
        status: summary.status.clone(),
        level: summary.level.map(|level| level.as_str().to_owned()),
        author: author.to_owned(),
        organization: None,
        source: source.to_owned(),
        mark: None,
        reason: None,
        time: time.seconds(),
        superseded_by: None,
        supersedes: None,
        replies_to: None,
        attachments: 0,
        hidden: false,
        fetched: false,
        opened: None,
        authentic: None,
    }
}

/// What the row of an own record says of its signature; nothing where the row was written before it could tell.
fn authentic(from: &impl Read, bench: &mut Bench, me: &IdentityId, item: &RecordItem) -> Result<Option<String>, Fault> {
    let vouched = match (&item.terms, item.proven) {
        _ if item.author == *me => true,
        (None, _) if item.organization.is_some() => return Ok(None),
        (Some(terms), Some(proven)) => bench.vouches(from, terms, &item.author, proven)?,
        _ => false,
    };
    Ok(Some(if vouched { "authentic" } else { "not_proven" }.to_owned()))
}

impl Vault {
    /// Records in the own chain that fit, newest first.
    ///
    /// # Errors
    /// `category.unknown`, `vault.damaged`.
    pub fn records(&self, query: &RecordQuery) -> Result<Vec<RecordSummary>, Error> {
        let query = self::query(query)?;
        let mut all = Vec::new();
        let (me, mut bench) = (self.meta()?.identity().ok(), Bench::default());
        for (id, item) in self.store.list::<RecordItem>()? {
            if query.matches(&item.summary) {
                let id: [u8; 32] = id.try_into().map_err(|_| Fault::from(fault::Error::Damaged))?;
                all.push(self.own_row(&mut bench, me.as_ref(), &RecordId::new(id), &item)?);
            }
        }
        all.sort_by_key(|record| core::cmp::Reverse((record.date_time, record.time, record.sequence)));
        Ok(all)
    }

    /// A record in full.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    pub fn record(&self, id: &str, now: u64) -> Result<RecordView, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let id: RecordId = parse(id)?;
        let item: RecordItem = self.store.item(id.as_bytes())?;
        let body = record::body_of(&self.store, &item)?;
        let package = Package::parse(&body.package).map_err(Fault::from)?;
        let me = self.meta()?.identity().ok();
        let summary = self.own_row(&mut Bench::default(), me.as_ref(), &id, &item)?;
        view(&self.store, summary, &package, &body.attachments, now)
    }

    fn own_row(
        &self,
        bench: &mut Bench,
        me: Option<&IdentityId>,
        id: &RecordId,
        item: &RecordItem,
    ) -> Result<RecordSummary, Fault> {
        let authentic = match me {
            Some(me) => authentic(&self.store, bench, me, item)?,
            None => None,
        };
        Ok(RecordSummary {
            authentic,
            ..summary(id, item)
        })
    }

    /// Files an own FHIR document; `created` is the record.
    ///
    /// # Errors
    /// `read.*`, `record.*`, `vault.not_ready`.
    pub fn add_record(&mut self, draft: &RecordDraft, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let link = |text: &Option<String>| text.as_ref().map(|text| parse(text)).transpose();
            let subject = crate::item::Meta::read(tx)?.identity()?;
            let draft = record::Draft {
                subject,
                content: draft.fhir.clone(),
                attachments: Vec::new(),
                media_types: Vec::new(),
                replies_to: link(&draft.replies_to)?,
                supersedes: link(&draft.supersedes)?,
            };
            let id = record::file_own(tx, draft, Source::Own)?;
            tx.created = Some(id.to_string());
            Ok(())
        })
    }

    /// Notes that a record of the own chain was looked at on this device. Nobody else learns of it, no other device either.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn note_opened(&mut self, id: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| record::opened(tx, &parse(id)?))
    }

    /// Keeps a record out of shares made from now on, or lets it in again.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn hide_record(&mut self, id: &str, hidden: bool, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| record::hide(tx, &parse(id)?, hidden))
    }

    /// Asks for the parts of an attachment that are not on this device.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    pub fn fetch_attachment(
        &mut self,
        record: &str,
        index: u32,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let id: RecordId = parse(record)?;
            let item: RecordItem = tx.item(id.as_bytes())?;
            let body = record::body_of(tx, &item)?;
            let place = usize::try_from(index).unwrap_or(usize::MAX);
            attachment::fetch(
                tx,
                &ChainName::Own,
                body.attachments.get(place).ok_or(fault::Error::NotFound)?,
            )
        })
    }

    /// An attachment whose parts are all here, checked against its signed hash.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_found`, `crypto.*`.
    pub fn attachment(&self, record: &str, index: u32) -> Result<Vec<u8>, Error> {
        let id: RecordId = parse(record)?;
        let item: RecordItem = self.store.item(id.as_bytes())?;
        let body = record::body_of(&self.store, &item)?;
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        let access = body
            .attachments
            .get(place)
            .ok_or_else(|| Fault::from(fault::Error::NotFound))?;
        Ok(attachment::open(&self.store, access)?)
    }
}
