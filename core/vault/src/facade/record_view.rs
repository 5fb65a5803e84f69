//! A record in full: what it says, who signed it, and what that is worth.

use clinical::facts::{Coding, Facts, Measurement, Param as Value};
use protocol::package::Package;
use protocol::record::Record;
use protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::Error;
use super::consent::word;
use super::records::RecordSummary;
use crate::fault::Fault;
use crate::flow::record;
use crate::flow::status::{Voucher, list, voucher_at};
use crate::item::AttachmentAccess;
use crate::state::Store;

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
            name: attachments
                .iter()
                .find(|a| a.hash == signed.hash)
                .map(|a| a.name.clone())
                .unwrap_or_default(),
            media_type: signed.media_type.clone(),
            size: signed.size,
            hash: signed.hash.to_string(),
        })
        .collect();
    Ok(RecordView {
        summary,
        parts,
        standing,
        attachments,
        fhir: record.content.to_vec(),
    })
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
    let voucher = voucher_at(
        store,
        package.credential.as_ref(),
        &verified.record.author,
        time.unwrap_or(now),
    )?;
    let me = crate::item::Meta::read(store)?.identity()?;
    let own = verified.record.author == me || verified.record.author == verified.record.subject;
    let (authentic, reason) = match (&voucher, &time, own) {
        (_, _, true) => ("authentic", None),
        (Voucher::Trusted(_), Ok(_), _) => ("authentic", None),
        (Voucher::Trusted(_), Err(error), _) => ("not_proven", Some(protocol::code::Coded::code(error).to_owned())),
        (Voucher::Refused(_, code), _, _) => ("not_proven", Some((*code).to_owned())),
        (Voucher::Unknown(vouched), _, _) => {
            let known = !list(store, &vouched.organization)?.is_empty();
            let code = if known {
                "credential.untrusted"
            } else {
                "credential.unknown"
            };
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
            .map(|fact| FactView {
                phrase: fact.phrase.clone(),
                params: fact.params.iter().map(param).collect(),
            })
            .collect(),
        narrative: facts.narrative.clone(),
    });
    for part in &facts.parts {
        flatten(part, depth + 1, out);
    }
}

fn code(coding: &Coding) -> CodeView {
    CodeView {
        system: coding.system.clone(),
        code: coding.code.clone(),
        display: coding.display.clone(),
    }
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
    FactParam {
        name: name.clone(),
        kind: kind.to_owned(),
        value: value.clone(),
    }
}
