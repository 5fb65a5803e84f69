//! The owner's records: lists, search, details, import, and the chain itself.

use clinical::facts::{Coding, Facts, Measurement, Param as Value};
use clinical::search::Query;
use protocol::block::{Block, check_body};
use protocol::category::Category;
use protocol::id::RecordId;
use protocol::package::Package;
use protocol::record::Record;
use protocol::time::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::consent::word;
use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::fault::{self, Fault};
use crate::flow::status::{Voucher, list, voucher_at};
use crate::flow::{attachment, record};
use crate::item::{
    AttachmentAccess, BlockData, BlockIndex, ChainItem, ChainName, PendingBlock, RecordItem, SharedItem, Source,
};
use crate::state::{Read, Store};

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
    /// `own`, `imported`, `received` or `shared`.
    pub source: String,
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
    /// Shared records: when it was first opened here.
    pub opened: Option<u64>,
}

/// A code as entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeView {
    /// Code system, a URI.
    pub system: Option<String>,
    /// Code.
    pub code: String,
    /// Its name as entered.
    pub display: Option<String>,
}

/// A value with unit and range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueView {
    /// What was measured.
    pub name: Option<String>,
    /// Its codes.
    pub codes: Vec<CodeView>,
    /// Decimal text, or other text.
    pub value: Option<String>,
    /// Whether it is a decimal.
    pub numeric: bool,
    /// `<`, `<=`, `>` or `>=`.
    pub comparator: Option<String>,
    /// Unit as written.
    pub unit: Option<String>,
    /// Lower end of the reference range.
    pub low: Option<String>,
    /// Upper end of the reference range.
    pub high: Option<String>,
    /// Reference range in words.
    pub range_text: Option<String>,
    /// `normal`, `abnormal`, `low`, `high`, `critical`, `critical_low` or `critical_high`.
    pub level: Option<String>,
}

/// A named value for a phrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactParam {
    /// Name of the placeholder.
    pub name: String,
    /// `text`, `number`, `date` or `phrase`.
    pub kind: String,
    /// The value.
    pub value: String,
}

/// One more thing a record says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactView {
    /// Phrase key.
    pub phrase: String,
    /// What stands in its braces.
    pub params: Vec<FactParam>,
}

/// What a record, or a part of it, says: structured facts, never finished sentences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartView {
    /// 0 for the record itself, 1 for its parts, and so on.
    pub depth: u32,
    /// FHIR resource type.
    pub resource_type: String,
    /// Phrase key of the kind.
    pub kind: String,
    /// What it is called.
    pub title: Option<String>,
    /// Effective date, FHIR text.
    pub date: Option<String>,
    /// Status, a FHIR code.
    pub status: Option<String>,
    /// Who wrote it, as the document says.
    pub author: Option<String>,
    /// Codes.
    pub codes: Vec<CodeView>,
    /// Values.
    pub values: Vec<ValueView>,
    /// Everything else.
    pub facts: Vec<FactView>,
    /// Plain text of the narrative.
    pub narrative: Option<String>,
}

/// A file of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentView {
    /// File name, as given.
    pub name: String,
    /// Media type, signed.
    pub media_type: String,
    /// Bytes, signed.
    pub size: u64,
    /// Tree hash, signed.
    pub hash: String,
}

/// Three separate facts about a record; never one green tick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// `authentic`, `not_proven` or `forged`.
    pub authentic: String,
    /// Why not: a code.
    pub reason: Option<String>,
    /// The signer's name.
    pub author: String,
    /// The signer.
    pub author_identity: String,
    /// `trusted`, `unknown`, `refused`, `none`, or `own` for the owner's own entries.
    pub vouched: String,
    /// Who vouches.
    pub organization: Option<String>,
    /// When a log promised that it existed; rests on that log alone.
    pub promised: Option<u64>,
    /// The newest version shared: whether a correction is known.
    pub latest: bool,
    /// Completeness is never claimed.
    pub complete: String,
}

/// A record in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordView {
    /// As in lists.
    pub summary: RecordSummary,
    /// What it says, in reading order.
    pub parts: Vec<PartView>,
    /// Who signed it and what that is worth.
    pub standing: Standing,
    /// Files.
    pub attachments: Vec<AttachmentView>,
    /// The signed FHIR bytes, verbatim.
    #[serde(with = "serde_bytes")]
    pub fhir: Vec<u8>,
}

/// How an import candidate repeats something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundDuplicate {
    /// Whether everything it says is the same.
    pub exact: bool,
    /// The record it repeats, if that is in the chain already.
    pub record: Option<String>,
    /// The candidate it repeats, if that stands in the same file.
    pub candidate: Option<u32>,
}

/// One record that could be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCandidate {
    /// Its place in the file.
    pub index: u32,
    /// Its category.
    pub category: String,
    /// Phrase key of the kind.
    pub kind: String,
    /// What it is called.
    pub title: Option<String>,
    /// Effective date.
    pub date: Option<String>,
    /// Where the file says it comes from.
    pub source: Option<String>,
    /// Whether it repeats another.
    pub duplicate: Option<FoundDuplicate>,
    /// Codes of what is wrong with it.
    pub issues: Vec<String>,
    /// Whether it only supports others and is no record to list.
    pub supporting: bool,
}

/// A block as the chain view draws it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockView {
    /// Sequence number; 0 is genesis.
    pub sequence: u32,
    /// What it is for.
    pub kind: String,
    /// When.
    pub time: u64,
    /// Its hash.
    pub hash: String,
    /// Hash of the block before; absent in genesis.
    pub previous: Option<String>,
    /// When the log promised it; absent while it is not admitted.
    pub promised: Option<u64>,
    /// The signing device.
    pub actor: Option<String>,
    /// Hash of the body commitment.
    pub body: Option<String>,
    /// Code of what is wrong with it; absent when it verified.
    pub failure: Option<String>,
    /// The signed bytes, when asked for one block.
    #[serde(default, with = "serde_bytes")]
    pub bytes: Option<Vec<u8>>,
}

/// The own chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// Its id: the hash of genesis.
    pub id: String,
    /// Number of blocks.
    pub blocks: u32,
    /// Hash of the newest.
    pub head: String,
    /// Blocks not admitted yet.
    pub pending: u32,
    /// When the relay was last asked.
    pub checked: Option<u64>,
}

/// The result of checking every block of the own chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Blocks checked.
    pub blocks: u32,
    /// The first bad block.
    pub bad: Option<u32>,
    /// What is wrong with it: a code.
    pub code: Option<String>,
}

/// Reads a query.
pub(super) fn query(query: &RecordQuery) -> Result<Query, Fault> {
    Ok(Query {
        text: query.text.clone(),
        code: query.code.clone(),
        categories: query.categories.iter().map(|text| Category::parse(text)).collect::<Result<_, _>>()?,
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
        fetched: true,
        ..row(id, &item.summary, &item.author_name, item.source.as_str(), item.time)
    }
}

/// A row for a record shared with this vault.
pub(super) fn shared_summary(id: &RecordId, item: &SharedItem) -> RecordSummary {
    RecordSummary {
        organization: item.organization.clone(),
        superseded_by: item.superseded_by.map(|id| id.to_string()),
        attachments: u32::try_from(item.attachments.len()).unwrap_or(u32::MAX),
        fetched: item.fetched,
        opened: item.opened.map(u64::from),
        ..row(id, &item.summary, &item.author_name, "shared", item.time)
    }
}

fn row(id: &RecordId, summary: &clinical::summary::Summary, author: &str, source: &str, time: Timestamp) -> RecordSummary {
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
        time: time.seconds(),
        superseded_by: None,
        supersedes: None,
        replies_to: None,
        attachments: 0,
        hidden: false,
        fetched: false,
        opened: None,
    }
}

/// A record in full, with its evidence judged now.
pub(super) fn view(
    store: &Store,
    summary: RecordSummary,
    package: &Package,
    attachments: &[AttachmentAccess],
    now: Timestamp,
) -> Result<RecordView, Error> {
    let record = Record::verify(&package.record).map_err(Fault::from)?;
    let facts = clinical::read::read(&record.content).map_err(Fault::from)?;
    let mut parts = Vec::new();
    flatten(&facts, 0, &mut parts);
    let standing = standing(store, &summary, package, now)?;
    let attachments = record
        .attachments
        .iter()
        .map(|signed| AttachmentView {
            name: attachments.iter().find(|a| a.hash == signed.hash).map(|a| a.name.clone()).unwrap_or_default(),
            media_type: signed.media_type.clone(),
            size: signed.size,
            hash: signed.hash.to_string(),
        })
        .collect();
    Ok(RecordView { summary, parts, standing, attachments, fhir: record.content.to_vec() })
}

fn standing(store: &Store, summary: &RecordSummary, package: &Package, now: Timestamp) -> Result<Standing, Error> {
    let latest = summary.superseded_by.is_none();
    let complete = "complete.not_claimed".to_owned();
    let verified = match package.verify() {
        Ok(verified) => verified,
        Err(failure) => {
            return Ok(Standing {
                authentic: "forged".to_owned(),
                reason: Some(protocol::code::Coded::code(&failure).to_owned()),
                author: summary.author.clone(),
                author_identity: String::new(),
                vouched: "none".to_owned(),
                organization: None,
                promised: None,
                latest,
                complete,
            });
        }
    };
    let id = verified.record.id();
    let time = record::proven_time(package.proven.as_ref(), &id, &record::logs(store, &verified)?);
    let voucher = voucher_at(store, package.credential.as_ref(), &verified.record.author, time.unwrap_or(now))?;
    let me = crate::item::Meta::read(store)?.identity()?;
    let own = verified.record.author == me || verified.record.author == verified.record.subject;
    let (authentic, reason) = match (&voucher, &time, own) {
        (_, _, true) => ("authentic", None),
        (Voucher::Trusted(_), Ok(_), _) => ("authentic", None),
        (Voucher::Trusted(_), Err(error), _) => ("not_proven", Some(protocol::code::Coded::code(error).to_owned())),
        (Voucher::Refused(_, code), _, _) => ("not_proven", Some((*code).to_owned())),
        (Voucher::Unknown(vouched), _, _) => {
            let known = !list(store, &vouched.organization)?.is_empty();
            let code = if known { "credential.untrusted" } else { "credential.unknown" };
            ("not_proven", Some(code.to_owned()))
        }
        (Voucher::None, _, _) => ("not_proven", Some("credential.none".to_owned())),
    };
    Ok(Standing {
        authentic: authentic.to_owned(),
        reason,
        author: voucher.name(&summary.author).to_owned(),
        author_identity: verified.record.author.to_string(),
        vouched: if own { "own" } else { word(&voucher) }.to_owned(),
        organization: voucher.vouched().map(|vouched| vouched.organization_name.clone()),
        promised: time.ok().map(u64::from),
        latest,
        complete,
    })
}

fn flatten(facts: &Facts, depth: u32, out: &mut Vec<PartView>) {
    out.push(PartView {
        depth,
        resource_type: facts.resource_type.clone(),
        kind: facts.kind.clone(),
        title: facts.title.clone(),
        date: facts.date.clone(),
        status: facts.status.clone(),
        author: facts.author.as_ref().and_then(|party| party.display.clone()),
        codes: facts.codes.iter().map(code).collect(),
        values: facts.values.iter().map(value).collect(),
        facts: facts
            .facts
            .iter()
            .map(|fact| FactView { phrase: fact.phrase.clone(), params: fact.params.iter().map(param).collect() })
            .collect(),
        narrative: facts.narrative.clone(),
    });
    for part in &facts.parts {
        flatten(part, depth + 1, out);
    }
}

fn code(coding: &Coding) -> CodeView {
    CodeView { system: coding.system.clone(), code: coding.code.clone(), display: coding.display.clone() }
}

fn value(value: &Measurement) -> ValueView {
    ValueView {
        name: value.name.clone(),
        codes: value.codes.iter().map(code).collect(),
        value: value.value.clone(),
        numeric: value.numeric,
        comparator: value.comparator.clone(),
        unit: value.unit.clone(),
        low: value.low.clone(),
        high: value.high.clone(),
        range_text: value.range_text.clone(),
        level: value.level.map(|level| level.as_str().to_owned()),
    }
}

fn param((name, value): (&String, &Value)) -> FactParam {
    let (kind, value) = match value {
        Value::Text(text) => ("text", text),
        Value::Number(text) => ("number", text),
        Value::Date(text) => ("date", text),
        Value::Phrase(text) => ("phrase", text),
    };
    FactParam { name: name.clone(), kind: kind.to_owned(), value: value.clone() }
}

impl Vault {
    /// Records in the own chain that fit, newest first.
    ///
    /// # Errors
    /// `category.unknown`, `vault.damaged`.
    pub fn records(&self, query: &RecordQuery) -> Result<Vec<RecordSummary>, Error> {
        let query = self::query(query)?;
        let mut all = Vec::new();
        for (id, item) in self.store.list::<RecordItem>()? {
            if query.matches(&item.summary) {
                let id: [u8; 32] = id.try_into().map_err(|_| Fault::from(fault::Error::Damaged))?;
                all.push(summary(&RecordId::new(id), &item));
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
        view(&self.store, summary(&id, &item), &package, &body.attachments, now)
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

    /// Keeps a record out of shares made from now on, or lets it in again.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn hide_record(&mut self, id: &str, hidden: bool, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| record::hide(tx, &parse(id)?, hidden))
    }

    /// What a FHIR file holds, and what of it is in the chain already.
    ///
    /// # Errors
    /// `import.*`, `read.*`.
    pub fn preview_import(&self, file: &[u8]) -> Result<Vec<ImportCandidate>, Error> {
        let known = self.store.list::<RecordItem>()?;
        let prints: Vec<_> = known
            .iter()
            .filter_map(|(id, item)| item.summary.fingerprint.clone().map(|print| (id.clone(), print)))
            .collect();
        let (ids, prints): (Vec<Vec<u8>>, Vec<_>) = prints.into_iter().unzip();
        let preview = clinical::import::preview(file, &prints).map_err(Fault::from)?;
        let source = preview.source.clone();
        let candidates = preview.candidates.iter().enumerate().map(|(index, candidate)| ImportCandidate {
            index: u32::try_from(index).unwrap_or(u32::MAX),
            category: candidate.facts.category.as_str().to_owned(),
            kind: candidate.facts.kind.clone(),
            title: candidate.facts.title.clone(),
            date: candidate.facts.date.clone(),
            source: source.clone(),
            duplicate: candidate.duplicate.map(|duplicate| match duplicate.of {
                clinical::import::Original::Candidate(place) => {
                    FoundDuplicate { exact: duplicate.exact, record: None, candidate: Some(place) }
                }
                clinical::import::Original::Known(place) => FoundDuplicate {
                    exact: duplicate.exact,
                    record: usize::try_from(place)
                        .ok()
                        .and_then(|place| ids.get(place))
                        .and_then(|id| <[u8; 32]>::try_from(id.as_slice()).ok())
                        .map(|id| RecordId::new(id).to_string()),
                    candidate: None,
                },
            }),
            issues: candidate.issues.iter().map(|issue| issue.code.to_owned()).collect(),
            supporting: candidate.supporting,
        });
        Ok(candidates.collect())
    }

    /// Files the chosen candidates of a file, each with its exact bytes, marked as imported.
    ///
    /// # Errors
    /// `import.*`, `read.*`, `record.*`, `vault.not_found` for a place that the file does not have.
    pub fn import(&mut self, file: &[u8], chosen: &[u32], now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let preview = clinical::import::preview(file, &[])?;
            let subject = crate::item::Meta::read(tx)?.identity()?;
            for place in chosen {
                let place = usize::try_from(*place).unwrap_or(usize::MAX);
                let candidate = preview.candidates.get(place).ok_or(fault::Error::NotFound)?;
                let draft = record::Draft {
                    subject,
                    content: candidate.bytes.to_vec(),
                    attachments: Vec::new(),
                    media_types: Vec::new(),
                    replies_to: None,
                    supersedes: None,
                };
                record::file_own(tx, draft, Source::Imported)?;
            }
            tx.tell("show.imported", "", &[("count", &chosen.len().to_string())]);
            Ok(())
        })
    }

    /// Files a document or picture as an attachment with a FHIR DocumentReference that names it; `created` is the record.
    ///
    /// # Errors
    /// `vault.text`, `build.*`, `record.*`, `crypto.too_large`.
    pub fn import_file(
        &mut self,
        name: &str,
        media_type: &str,
        bytes: &[u8],
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let subject = crate::item::Meta::read(tx)?.identity()?;
            let access = attachment::add(tx, name, bytes)?;
            let content = attachment::reference(tx, &subject, &access, media_type)?;
            let draft = record::Draft {
                subject,
                content,
                attachments: vec![access],
                media_types: vec![media_type.to_owned()],
                replies_to: None,
                supersedes: None,
            };
            let id = record::file_own(tx, draft, Source::Imported)?;
            tx.created = Some(id.to_string());
            Ok(())
        })
    }

    /// Asks for the parts of an attachment that are not on this device.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    pub fn fetch_attachment(&mut self, record: &str, index: u32, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let id: RecordId = parse(record)?;
            let item: RecordItem = tx.item(id.as_bytes())?;
            let body = record::body_of(tx, &item)?;
            let place = usize::try_from(index).unwrap_or(usize::MAX);
            attachment::fetch(tx, &ChainName::Own, body.attachments.get(place).ok_or(fault::Error::NotFound)?)
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
        let access = body.attachments.get(place).ok_or_else(|| Fault::from(fault::Error::NotFound))?;
        Ok(attachment::open(&self.store, access)?)
    }

    /// The own chain.
    ///
    /// # Errors
    /// `vault.not_ready`.
    pub fn chain(&self) -> Result<Chain, Error> {
        let chain = ChainItem::read_named(&self.store, &ChainName::Own)?;
        let head = chain.head.ok_or_else(|| Fault::from(fault::Error::NotReady))?;
        Ok(Chain {
            id: head.chain.to_string(),
            blocks: head.sequence + 1,
            head: head.hash.to_string(),
            pending: chain.pending,
            checked: chain.checked.map(u64::from),
        })
    }

    /// Blocks of the own chain from one on, at most `count`, without their bytes.
    ///
    /// # Errors
    /// `vault.not_ready`.
    pub fn blocks(&self, first: u32, count: u32) -> Result<Vec<BlockView>, Error> {
        let total = self.chain()?.blocks;
        let mut previous = match first.checked_sub(1) {
            Some(before) => self.store.get::<BlockIndex>(&ChainName::Own.block(before))?.map(|index| index.hash.to_string()),
            None => None,
        };
        let mut all = Vec::new();
        for sequence in first..total.min(first.saturating_add(count)) {
            let index: BlockIndex = self.store.item(&ChainName::Own.block(sequence))?;
            let hash = index.hash.to_string();
            all.push(BlockView {
                sequence,
                kind: index.kind.as_str().to_owned(),
                time: index.time.seconds(),
                hash: hash.clone(),
                previous: previous.replace(hash),
                promised: index.promised.map(u64::from),
                actor: None,
                body: None,
                failure: None,
                bytes: None,
            });
        }
        Ok(all)
    }

    /// One block of the own chain with its exact bytes, verified afresh: signature, link, body and place in the index.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`. What is wrong with the block itself is its `failure`.
    pub fn block(&self, sequence: u32) -> Result<BlockView, Error> {
        let name = ChainName::Own;
        let index: BlockIndex = self.store.item(&name.block(sequence))?;
        let (bytes, _) = record::block_bytes(&self.store, &name, sequence)?;
        self.inspect_block(sequence, &index, bytes.to_vec())
    }

    /// What a changed copy of a block would look like: the same checks over other bytes. Nothing is stored.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn inspect(&self, sequence: u32, bytes: Vec<u8>) -> Result<BlockView, Error> {
        let index: BlockIndex = self.store.item(&ChainName::Own.block(sequence))?;
        self.inspect_block(sequence, &index, bytes)
    }

    fn inspect_block(&self, sequence: u32, index: &BlockIndex, bytes: Vec<u8>) -> Result<BlockView, Error> {
        let chain = ChainItem::read_named(&self.store, &ChainName::Own)?;
        let before = match sequence.checked_sub(1) {
            Some(before) => self.store.get::<BlockIndex>(&ChainName::Own.block(before))?.map(|index| index.hash),
            None => None,
        };
        let mut seen = BlockView {
            sequence,
            kind: index.kind.as_str().to_owned(),
            time: index.time.seconds(),
            hash: index.hash.to_string(),
            previous: before.map(|hash| hash.to_string()),
            promised: index.promised.map(u64::from),
            actor: None,
            body: None,
            failure: None,
            bytes: None,
        };
        let checked = Block::verify(&bytes).map_err(Fault::from).and_then(|block| {
            seen.actor = Some(block.actor.to_string());
            seen.body = Some(block.body.to_string());
            if block.previous != before {
                return Err(protocol::chain::Error::Link.into());
            }
            if block.sequence != sequence || block.block_hash() != index.hash {
                return Err(protocol::chain::Error::Fork.into());
            }
            Ok(chain.keys()?.check(&block)?)
        });
        seen.failure = checked.err().map(|fault| fault.code);
        seen.bytes = Some(bytes);
        Ok(seen)
    }

    /// Checks every block of the own chain strictly: signatures, keys, links and bodies; names the first bad one. Long chains: the
    /// entries needed are named with `vault.need`.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_ready`.
    pub fn check_chain(&self) -> Result<Checked, Error> {
        let total = self.chain()?.blocks;
        let name = ChainName::Own;
        let keys = ChainItem::read_named(&self.store, &name)?.keys()?;
        let mut head: Option<protocol::chain::Head> = None;
        let mut need = Vec::new();
        let bad = |sequence: u32, code: String| Checked { blocks: sequence + 1, bad: Some(sequence), code: Some(code) };
        for sequence in 0..total {
            let (bytes, body) = match self.block_parts(&name, sequence) {
                Ok(parts) => parts,
                Err(fault) if fault.is(fault::Error::Need) => {
                    need.extend(fault.need);
                    continue;
                }
                Err(fault) => return Err(fault.into()),
            };
            if !need.is_empty() {
                continue;
            }
            let checked = Block::verify(&bytes).map_err(Fault::from).and_then(|block| {
                let next = match &head {
                    Some(head) => head.accept(&block)?,
                    None => protocol::chain::Head::begin(&block)?,
                };
                keys.check(&block)?;
                if let Some(body) = &body {
                    check_body(&block, body)?;
                }
                head = Some(next);
                Ok(())
            });
            if let Err(fault) = checked {
                return Ok(bad(sequence, fault.code));
            }
        }
        if need.is_empty() { Ok(Checked { blocks: total, bad: None, code: None }) } else { Err(Fault::need(need).into()) }
    }

    fn block_parts(&self, name: &ChainName, sequence: u32) -> Result<(Vec<u8>, Option<Vec<u8>>), Fault> {
        let id = name.block(sequence);
        if let Some(pending) = self.store.get::<PendingBlock>(&id)? {
            return Ok((pending.block.to_vec(), Some(pending.body.as_bytes().to_vec())));
        }
        let data: BlockData = self.store.item(&id)?;
        Ok((data.block.to_vec(), data.body.map(|body| body.as_bytes().to_vec())))
    }
}
