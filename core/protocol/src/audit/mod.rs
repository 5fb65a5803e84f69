//! Offline audit: what a file proves, fact by fact (`core/spec/export.md`, AUDIT rules).
//!
//! No relay, no vault and no clock of its own; ten years later the same file gives the same facts. Each [`Fact`] passes, fails or is not
//! claimed, and failures have names of their own. Invariants: a log's promise is called a promise, never a proof; nothing is ever said to be
//! complete or latest; and a file with any changed byte is refused or fails.

mod chain;
mod organization;
mod receipt;
mod record;

use crate::code::Coded;
use crate::coded_error;
use crate::export::{self, Contents, ExportStatement, Kind};
use crate::grant::Grant;
use crate::hash::Hash;
use crate::id::{GrantId, IdentityId, RecordId};
use crate::record::Attachment;
use crate::time::Timestamp;

/// An organization that the auditor trusts, and the name that the auditor has for it.
pub type Trusted = (IdentityId, String);

coded_error! {
    /// Why a fact fails or is not claimed, where no other module has a word for it.
    pub enum Error {
        Order = "audit.order", "the blocks do not stand in their order";
        Missing = "audit.missing_block", "blocks are missing";
        Older = "audit.older_head", "the file ends before the newest block that its owner named";
        Head = "audit.head", "the newest block is not the one that its owner named";
        Patient = "audit.wrong_patient", "the record is about somebody else than the owner of the chain";
        Promise = "audit.promise", "the log's promise is about another block";
        Unpromised = "audit.unpromised", "no log has promised this block";
        Future = "audit.future", "the time lies in the future";
        BodyLeftOut = "audit.body_left_out", "the body was left out, because it holds keys or was erased";
        Erased = "audit.erased", "the record in this block was erased; its place in the chain stays";
        NotFiled = "audit.not_filed", "the record is in no block of this file";
        Attachments = "audit.attachments_left_out", "the attached files are not in this file";
        Corrected = "audit.corrected", "another record in this file corrects it";
        NoList = "audit.no_list", "the organization's list could not be checked";
        Grant = "audit.grant_left_out", "the grant is not in this file";
        Entitlement = "audit.entitlement_left_out", "what lets this reader act under the grant is not in this file";
        Selection = "audit.selection", "the file holds chosen records only";
    }
}

/// How far a clock may be behind the log's.
const SLACK: u64 = 24 * 3600;

/// What became of one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is so.
    Pass,
    /// It is not so, or what should show it does not verify.
    Fail,
    /// The file says nothing about it.
    NotClaimed,
}

impl Outcome {
    /// The word at every boundary.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotClaimed => "not_claimed",
        }
    }
}

/// A word for a fact's phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(u64),
    /// A moment.
    Time(Timestamp),
}

/// One line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is about: `file`, or the id of a chain, record, receipt, grant or organization.
    pub subject: String,
    /// The question; its phrase is `fact.` and this name.
    pub name: &'static str,
    /// The answer.
    pub outcome: Outcome,
    /// Why it fails or is not claimed.
    pub code: Option<&'static str>,
    /// Words for the phrase.
    pub params: Vec<(&'static str, Value)>,
}

/// Every question that a report may answer; each has a phrase `fact.<name>` in every catalogue.
pub const NAMES: &[&str] = &[
    "export_signed",
    "export_owner",
    "chain_devices",
    "chain_signatures",
    "chain_order",
    "chain_whole",
    "chain_promises",
    "chain_unpromised",
    "chain_complete",
    "chain_latest",
    "record_erased",
    "record_signature",
    "record_author",
    "record_patient",
    "record_voucher",
    "record_time",
    "record_standing",
    "record_filed",
    "record_answers",
    "record_corrects",
    "record_files",
    "record_latest",
    "receipt_signature",
    "receipt_reader",
    "receipt_filed",
    "receipt_grant",
    "grant_signature",
    "organization_statement",
    "organization_trusted",
    "organization_list",
    "organization_latest",
];

/// A record of the file. What it is worth is said by the facts about its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedRecord {
    /// The record.
    pub id: RecordId,
    /// Its category.
    pub category: &'static str,
    /// The patient.
    pub subject: IdentityId,
    /// Who signed.
    pub author: IdentityId,
    /// The author's name, as vouched for.
    pub author_name: Option<String>,
    /// Who vouches: the name on the trust list, else as it calls itself.
    pub organization: Option<String>,
    /// When it was signed, in the author's words.
    pub time: Timestamp,
    /// When a log promised it, and which.
    pub promised: Option<(Timestamp, String)>,
    /// The block that files it.
    pub sequence: Option<u32>,
    /// The record it answers.
    pub replies_to: Option<RecordId>,
    /// The record it corrects.
    pub supersedes: Option<RecordId>,
    /// The record in this file that corrects it.
    pub superseded_by: Option<RecordId>,
    /// Files that belong to it, as signed.
    pub attachments: Vec<Attachment>,
    /// FHIR R4 JSON, verbatim.
    pub content: Vec<u8>,
}

/// A receipt of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedReceipt {
    /// Its hash.
    pub id: Hash,
    /// Under which grant.
    pub grant: GrantId,
    /// Who read.
    pub reader: IdentityId,
    /// What was opened.
    pub records: Vec<RecordId>,
    /// When, in the reader's words.
    pub time: Timestamp,
    /// The block that files it.
    pub sequence: u32,
}

/// What a file proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What the file is meant to be.
    pub kind: Kind,
    /// Whose file.
    pub owner: IdentityId,
    /// When it was made, in the owner's words.
    pub exported: Timestamp,
    /// Blocks in the file.
    pub blocks: usize,
    /// Line by line.
    pub facts: Vec<Fact>,
    /// Records.
    pub records: Vec<AuditedRecord>,
    /// Receipts.
    pub receipts: Vec<AuditedReceipt>,
}

impl Report {
    /// Number of facts that fail.
    pub fn failures(&self) -> usize {
        self.facts.iter().filter(|fact| fact.outcome == Outcome::Fail).count()
    }
}

/// Verifies a file against organizations that the auditor trusts, in one go.
///
/// # Errors
/// [`export::Error`] when the file cannot be read at all; everything else is a fact of the report.
pub fn verify(bytes: &[u8], trusted: &[Trusted], now: Timestamp) -> Result<Report, export::Error> {
    let mut audit = Audit::begin(bytes, trusted.to_vec(), now)?;
    while !audit.step(usize::MAX) {}
    Ok(audit.report())
}

/// A verification under way: it goes through the blocks of the file four times, for signatures, promises, records and receipts.
pub struct Audit {
    contents: Contents,
    statement: ExportStatement,
    trusted: Vec<Trusted>,
    now: Timestamp,
    organizations: organization::Organizations,
    chain: chain::Chain,
    walk: chain::Walk,
    grants: Vec<(GrantId, Grant)>,
    facts: Facts,
    records: Vec<AuditedRecord>,
    receipts: Vec<AuditedReceipt>,
    round: Round,
    next: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Round {
    Signatures,
    Promises,
    Records,
    Receipts,
    Done,
}

impl Audit {
    /// Reads the file; nothing of its chain is verified yet.
    ///
    /// # Errors
    /// [`export::Error`] when the file cannot be read at all.
    pub fn begin(bytes: &[u8], trusted: Vec<Trusted>, now: Timestamp) -> Result<Self, export::Error> {
        let file = export::parse(bytes)?;
        let mut facts = Facts::default();
        let statement = file.statement.statement().clone();
        signed(&file, &statement, now, &mut facts);
        let organizations = organization::verify(&file.contents.organizations, &trusted, now, &mut facts);
        let (chain, walk) = chain::begin(&file.contents, &statement);
        Ok(Self {
            contents: file.contents,
            statement,
            trusted,
            now,
            organizations,
            chain,
            walk,
            grants: Vec::new(),
            facts,
            records: Vec::new(),
            receipts: Vec::new(),
            round: Round::Signatures,
            next: 0,
        })
    }

    fn length(&self, round: Round) -> usize {
        match round {
            Round::Records => self.contents.blocks.len() + self.contents.loose.len(),
            Round::Done => 0,
            _ => self.contents.blocks.len(),
        }
    }

    /// What was gone through, and how much that is in all rounds together.
    pub fn progress(&self) -> (usize, usize) {
        const ROUNDS: [Round; 4] = [Round::Signatures, Round::Promises, Round::Records, Round::Receipts];
        let over = ROUNDS.iter().filter(|round| **round < self.round);
        let done: usize = over.map(|round| self.length(*round)).sum();
        (done + self.next, ROUNDS.iter().map(|round| self.length(*round)).sum())
    }

    /// Goes through so many more blocks; gives whether nothing is left.
    pub fn step(&mut self, count: usize) -> bool {
        let end = self.length(self.round).min(self.next.saturating_add(count));
        let part = self.next..end;
        let context = record::Context {
            statement: &self.statement,
            organizations: &self.organizations,
            trusted: &self.trusted,
            chain: &self.chain,
            now: self.now,
        };
        match self.round {
            Round::Signatures => self.walk.read(&self.contents, part, &mut self.chain),
            Round::Promises => self.walk.promises(&self.contents, part, &mut self.chain, self.now),
            Round::Records => {
                let found = record::verify(&self.contents, part, &context, &mut self.facts);
                self.records.extend(found);
            }
            Round::Receipts => {
                let found = receipt::verify(&self.contents, part, &mut self.grants, &context, &mut self.facts);
                self.receipts.extend(found);
            }
            Round::Done => return true,
        }
        self.next = end;
        if end == self.length(self.round) {
            self.turn();
        }
        self.round == Round::Done
    }

    /// A round is over: what it says as a whole.
    fn turn(&mut self) {
        self.next = 0;
        self.round = match self.round {
            Round::Signatures => {
                self.walk
                    .judge(&self.contents, &self.statement, &self.chain, &mut self.facts);
                Round::Promises
            }
            Round::Promises => {
                self.walk
                    .judge_promises(&self.contents, &self.statement, &self.chain, &mut self.facts);
                Round::Records
            }
            Round::Records => {
                record::corrections(&mut self.records, &mut self.facts);
                Round::Receipts
            }
            Round::Receipts | Round::Done => Round::Done,
        };
    }

    /// What the file proves, as far as it was gone through: ask when nothing is left.
    pub fn report(self) -> Report {
        Report {
            kind: self.statement.kind,
            owner: self.statement.owner,
            exported: self.statement.time,
            blocks: self.contents.blocks.len(),
            facts: self.facts.0,
            records: self.records,
            receipts: self.receipts,
        }
    }
}

/// The file as its owner handed it out (AUDIT-2, AUDIT-3).
fn signed(file: &export::Export, statement: &ExportStatement, now: Timestamp, facts: &mut Facts) {
    let counts = (
        u32::try_from(file.contents.records()),
        u32::try_from(file.contents.receipts()),
    );
    let checked = file.statement.clone().verify().map_err(code).and_then(|_| {
        if statement.contents != file.hash {
            return Err(code(export::Error::Contents));
        }
        if counts != (Ok(statement.records), Ok(statement.receipts)) {
            return Err(code(export::Error::Rule));
        }
        not_future(statement.time, now)
    });
    let params = vec![
        ("time", Value::Time(statement.time)),
        ("kind", Value::Text(statement.kind.as_str().to_owned())),
    ];
    facts.judge("file", "export_signed", checked, params);
    let exporter = file
        .evidence
        .verify()
        .and_then(|actor| actor.check(&statement.actor, &statement.owner, &statement.authority))
        .map_err(|_| code(export::Error::Exporter));
    facts.judge(
        "file",
        "export_owner",
        exporter,
        vec![("owner", Value::Text(statement.owner.to_string()))],
    );
}

/// The lines gathered so far.
#[derive(Default)]
struct Facts(Vec<Fact>);

impl Facts {
    fn push(
        &mut self,
        subject: impl ToString,
        name: &'static str,
        outcome: Outcome,
        code: Option<&'static str>,
        params: Vec<(&'static str, Value)>,
    ) {
        debug_assert!(NAMES.contains(&name));
        self.0.push(Fact {
            subject: subject.to_string(),
            name,
            outcome,
            code,
            params,
        });
    }

    /// Passes or fails.
    fn judge(
        &mut self,
        subject: impl ToString,
        name: &'static str,
        checked: Result<(), &'static str>,
        params: Vec<(&'static str, Value)>,
    ) {
        match checked {
            Ok(()) => self.push(subject, name, Outcome::Pass, None, params),
            Err(code) => self.push(subject, name, Outcome::Fail, Some(code), params),
        }
    }

    fn not_claimed(
        &mut self,
        subject: impl ToString,
        name: &'static str,
        code: Option<&'static str>,
        params: Vec<(&'static str, Value)>,
    ) {
        self.push(subject, name, Outcome::NotClaimed, code, params);
    }
}

fn code<E: Coded>(error: E) -> &'static str {
    error.code()
}

/// A statement from the future was made by a clock that is wrong, or by somebody who wants to be believed later.
fn not_future(time: Timestamp, now: Timestamp) -> Result<(), &'static str> {
    if time > now.plus(SLACK) {
        Err(code(Error::Future))
    } else {
        Ok(())
    }
}
