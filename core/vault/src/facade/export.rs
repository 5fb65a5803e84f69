//! Handing out records as a file, and checking such a file without any vault (`core/spec/export.md`).

use protocol::audit::{self, AuditedReceipt, AuditedRecord, Fact, Report, Value};
use protocol::id::RecordId;
use protocol::time::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::vault::parse;
use super::{AttachmentView, Error, FactParam, Vault};
use crate::fault::Fault;
use crate::flow::{export, trust};

/// One line of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFact {
    /// What it is about: `file`, or the id of a chain, record, receipt, grant or organization.
    pub subject: String,
    /// The question; its phrase is `fact.` and this name.
    pub name: String,
    /// `pass`, `fail` or `not_claimed`.
    pub outcome: String,
    /// Why it fails or is not claimed: a code.
    pub code: Option<String>,
    /// Words for the phrase.
    pub params: Vec<FactParam>,
}

/// A record of a verified file; what it is worth is said by the facts about its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedRecord {
    /// The record.
    pub id: String,
    /// Its category.
    pub category: String,
    /// The patient.
    pub patient: String,
    /// Who signed.
    pub author: String,
    /// The author's name, as vouched for.
    pub author_name: Option<String>,
    /// Who vouches.
    pub organization: Option<String>,
    /// When it was signed, in the author's words.
    pub time: u64,
    /// When a log promised it.
    pub promised: Option<u64>,
    /// That log's origin.
    pub log: Option<String>,
    /// The block that files it.
    pub sequence: Option<u32>,
    /// The record it answers.
    pub replies_to: Option<String>,
    /// The record it corrects.
    pub supersedes: Option<String>,
    /// The record in the file that corrects it.
    pub superseded_by: Option<String>,
    /// Files that belong to it, as signed; they are not in the file.
    pub attachments: Vec<AttachmentView>,
    /// The signed FHIR bytes, verbatim.
    #[serde(with = "serde_bytes")]
    pub fhir: Vec<u8>,
}

/// A receipt of a verified file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedReceipt {
    /// Its hash.
    pub id: String,
    /// Under which grant.
    pub grant: String,
    /// Who read.
    pub reader: String,
    /// What was opened.
    pub records: Vec<String>,
    /// When, in the reader's words.
    pub time: u64,
    /// The block that files it.
    pub sequence: u32,
}

/// What a file proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// `selection` or `chain`.
    pub kind: String,
    /// Whose file.
    pub owner: String,
    /// When it was made, in the owner's words.
    pub exported: u64,
    /// Blocks in the file.
    pub blocks: u32,
    /// Facts that fail.
    pub failures: u32,
    /// Line by line.
    pub facts: Vec<AuditFact>,
    /// Records.
    pub records: Vec<ExportedRecord>,
    /// Receipts.
    pub receipts: Vec<ExportedReceipt>,
}

impl Vault {
    /// A file of these records that anybody can verify offline. Attached files and their keys are not in it.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_found`, `vault.not_ready`, `sync.gone`, `export.too_large`.
    pub fn export_records(&self, records: &[String], now: u64, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let ids = records
            .iter()
            .map(|id| parse(id))
            .collect::<Result<Vec<RecordId>, _>>()?;
        Ok(export::make(&self.store, Some(&ids), now, rng)?)
    }

    /// A file of the whole chain: every block, all records and receipts, grants as signed; no attached files and no keys.
    ///
    /// # Errors
    /// As [`Vault::export_records`].
    pub fn export_all(&self, now: u64, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        Ok(export::make(&self.store, None, now, rng)?)
    }

    /// Verifies a file without network, relay or vault. `trusted` is a list of organizations as
    /// [`Vault::trust_list`] takes it.
    ///
    /// # Errors
    /// `export.*` when the file cannot be read at all, `trust.*`. What is wrong inside is part of the answer.
    pub fn verify_export(file: &[u8], trusted: &str, now: u64) -> Result<Verification, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let trusted = trust::parse(trusted)?;
        let report = audit::verify(file, &trusted, now).map_err(Fault::from)?;
        Ok(report.into())
    }
}

impl From<Report> for Verification {
    fn from(report: Report) -> Self {
        Self {
            kind: report.kind.as_str().to_owned(),
            owner: report.owner.to_string(),
            exported: report.exported.seconds(),
            blocks: u32::try_from(report.blocks).unwrap_or(u32::MAX),
            failures: u32::try_from(report.failures()).unwrap_or(u32::MAX),
            facts: report.facts.into_iter().map(fact).collect(),
            records: report.records.into_iter().map(record).collect(),
            receipts: report.receipts.into_iter().map(receipt).collect(),
        }
    }
}

fn fact(fact: Fact) -> AuditFact {
    AuditFact {
        subject: fact.subject,
        name: fact.name.to_owned(),
        outcome: fact.outcome.as_str().to_owned(),
        code: fact.code.map(str::to_owned),
        params: fact.params.into_iter().map(param).collect(),
    }
}

fn param((name, value): (&'static str, Value)) -> FactParam {
    let (kind, value) = match value {
        Value::Text(text) => ("text", text),
        Value::Number(number) => ("number", number.to_string()),
        Value::Time(time) => ("date", clinical::date::write(time)),
    };
    FactParam {
        name: name.to_owned(),
        kind: kind.to_owned(),
        value,
    }
}

fn record(record: AuditedRecord) -> ExportedRecord {
    let id = |id: Option<RecordId>| id.map(|id| id.to_string());
    let (promised, log) = record.promised.map(|(time, log)| (time.seconds(), log)).unzip();
    ExportedRecord {
        id: record.id.to_string(),
        category: record.category.to_owned(),
        patient: record.subject.to_string(),
        author: record.author.to_string(),
        author_name: record.author_name,
        organization: record.organization,
        time: record.time.seconds(),
        promised,
        log,
        sequence: record.sequence,
        replies_to: id(record.replies_to),
        supersedes: id(record.supersedes),
        superseded_by: id(record.superseded_by),
        attachments: record
            .attachments
            .into_iter()
            .map(|file| AttachmentView {
                name: String::new(),
                media_type: file.media_type,
                size: file.size,
                hash: file.hash.to_string(),
            })
            .collect(),
        fhir: record.content,
    }
}

fn receipt(receipt: AuditedReceipt) -> ExportedReceipt {
    ExportedReceipt {
        id: receipt.id.to_string(),
        grant: receipt.grant.to_string(),
        reader: receipt.reader.to_string(),
        records: receipt.records.iter().map(ToString::to_string).collect(),
        time: receipt.time.seconds(),
        sequence: receipt.sequence,
    }
}
