//! The owner's records: lists, search, details, import, and the chain itself.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type RecordDraft = facade::RecordDraft;

/// A FHIR document to file or to send.
#[uniffi::remote(Record)]
pub struct RecordDraft {
    /// FHIR R4 JSON.
    pub fhir: Vec<u8>,
    /// The record it answers.
    pub replies_to: Option<String>,
    /// The record it corrects.
    pub supersedes: Option<String>,
}

type RecordQuery = facade::RecordQuery;

/// What to look for; an empty query finds everything.
#[uniffi::remote(Record)]
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

type RecordSummary = facade::RecordSummary;

/// A row of a list of records.
#[uniffi::remote(Record)]
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

type CodeView = facade::CodeView;

/// A code as entered.
#[uniffi::remote(Record)]
pub struct CodeView {
    /// Code system, a URI.
    pub system: Option<String>,
    /// Code.
    pub code: String,
    /// Its name as entered.
    pub display: Option<String>,
}

type ValueView = facade::ValueView;

/// A value with unit and range.
#[uniffi::remote(Record)]
pub struct ValueView {
    /// What was measured.
    pub name: Option<String>,
    /// Its codes.
    pub codes: Vec<facade::CodeView>,
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

type FactParam = facade::FactParam;

/// A named value for a phrase.
#[uniffi::remote(Record)]
pub struct FactParam {
    /// Name of the placeholder.
    pub name: String,
    /// `text`, `number`, `date` or `phrase`.
    pub kind: String,
    /// The value.
    pub value: String,
}

type FactView = facade::FactView;

/// One more thing a record says.
#[uniffi::remote(Record)]
pub struct FactView {
    /// Phrase key.
    pub phrase: String,
    /// What stands in its braces.
    pub params: Vec<facade::FactParam>,
}

type PartView = facade::PartView;

/// What a record, or a part of it, says: structured facts, never finished sentences.
#[uniffi::remote(Record)]
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
    pub codes: Vec<facade::CodeView>,
    /// Values.
    pub values: Vec<facade::ValueView>,
    /// Everything else.
    pub facts: Vec<facade::FactView>,
    /// Plain text of the narrative.
    pub narrative: Option<String>,
}

type AttachmentView = facade::AttachmentView;

/// A file of a record.
#[uniffi::remote(Record)]
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

type Standing = facade::Standing;

/// Three separate facts about a record; never one green tick.
#[uniffi::remote(Record)]
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

type RecordView = facade::RecordView;

/// A record in full.
#[uniffi::remote(Record)]
pub struct RecordView {
    /// As in lists.
    pub summary: facade::RecordSummary,
    /// What it says, in reading order.
    pub parts: Vec<facade::PartView>,
    /// Who signed it and what that is worth.
    pub standing: facade::Standing,
    /// Files.
    pub attachments: Vec<facade::AttachmentView>,
    /// The signed FHIR bytes, verbatim.
    pub fhir: Vec<u8>,
}

type FoundDuplicate = facade::FoundDuplicate;

/// How an import candidate repeats something.
#[uniffi::remote(Record)]
pub struct FoundDuplicate {
    /// Whether everything it says is the same.
    pub exact: bool,
    /// The record it repeats, if that is in the chain already.
    pub record: Option<String>,
    /// The candidate it repeats, if that stands in the same file.
    pub candidate: Option<u32>,
}

type ImportCandidate = facade::ImportCandidate;

/// One record that could be imported.
#[uniffi::remote(Record)]
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
    pub duplicate: Option<facade::FoundDuplicate>,
    /// Codes of what is wrong with it.
    pub issues: Vec<String>,
    /// Whether it only supports others and is no record to list.
    pub supporting: bool,
}

type BlockView = facade::BlockView;

/// A block as the chain view draws it.
#[uniffi::remote(Record)]
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
    pub bytes: Option<Vec<u8>>,
}

type Chain = facade::Chain;

/// The own chain.
#[uniffi::remote(Record)]
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

type Checked = facade::Checked;

/// The result of checking every block of the own chain.
#[uniffi::remote(Record)]
pub struct Checked {
    /// Blocks checked.
    pub blocks: u32,
    /// The first bad block.
    pub bad: Option<u32>,
    /// What is wrong with it: a code.
    pub code: Option<String>,
}

#[uniffi::export]
impl Vault {
    /// Records in the own chain that fit, newest first.
    ///
    /// # Errors
    /// `category.unknown`, `vault.damaged`.
    pub fn records(&self, query: facade::RecordQuery) -> Result<Vec<facade::RecordSummary>, VaultError> {
        Ok(self.inner()?.records(&query)?)
    }

    /// A record in full.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    pub fn record(&self, id: String, now: u64) -> Result<facade::RecordView, VaultError> {
        Ok(self.inner()?.record(&id, now)?)
    }

    /// Files an own FHIR document; `created` is the record.
    ///
    /// # Errors
    /// `read.*`, `record.*`, `vault.not_ready`.
    pub fn add_record(&self, draft: facade::RecordDraft, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.add_record(&draft, now, &mut random()?)?)
    }

    /// Keeps a record out of shares made from now on, or lets it in again.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn hide_record(&self, id: String, hidden: bool, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.hide_record(&id, hidden, now, &mut random()?)?)
    }

    /// What a FHIR file holds, and what of it is in the chain already.
    ///
    /// # Errors
    /// `import.*`, `read.*`.
    pub fn preview_import(&self, file: Vec<u8>) -> Result<Vec<facade::ImportCandidate>, VaultError> {
        Ok(self.inner()?.preview_import(&file)?)
    }

    /// Files the chosen candidates of a file, each with its exact bytes, marked as imported.
    ///
    /// # Errors
    /// `import.*`, `read.*`, `record.*`, `vault.not_found` for a place that the file does not have.
    pub fn import(&self, file: Vec<u8>, chosen: Vec<u32>, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.import(&file, &chosen, now, &mut random()?)?)
    }

    /// Files a document or picture as an attachment with a FHIR DocumentReference that names it; `created` is the record.
    ///
    /// # Errors
    /// `vault.text`, `build.*`, `record.*`, `crypto.too_large`.
    pub fn import_file(
        &self,
        name: String,
        media_type: String,
        bytes: Vec<u8>,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .import_file(&name, &media_type, &bytes, now, &mut random()?)?)
    }

    /// Asks for the parts of an attachment that are not on this device.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    pub fn fetch_attachment(&self, record: String, index: u32, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.fetch_attachment(&record, index, now, &mut random()?)?)
    }

    /// An attachment whose parts are all here, checked against its signed hash.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_found`, `crypto.*`.
    pub fn attachment(&self, record: String, index: u32) -> Result<Vec<u8>, VaultError> {
        Ok(self.inner()?.attachment(&record, index)?)
    }

    /// The own chain.
    ///
    /// # Errors
    /// `vault.not_ready`.
    pub fn chain(&self) -> Result<facade::Chain, VaultError> {
        Ok(self.inner()?.chain()?)
    }

    /// Blocks of the own chain from one on, at most `count`, without their bytes.
    ///
    /// # Errors
    /// `vault.not_ready`.
    pub fn blocks(&self, first: u32, count: u32) -> Result<Vec<facade::BlockView>, VaultError> {
        Ok(self.inner()?.blocks(first, count)?)
    }

    /// One block of the own chain with its exact bytes, verified afresh: signature, link, body and place in the index.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`. What is wrong with the block itself is its `failure`.
    pub fn block(&self, sequence: u32) -> Result<facade::BlockView, VaultError> {
        Ok(self.inner()?.block(sequence)?)
    }

    /// What a changed copy of a block would look like: the same checks over other bytes. Nothing is stored.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn inspect(&self, sequence: u32, bytes: Vec<u8>) -> Result<facade::BlockView, VaultError> {
        Ok(self.inner()?.inspect(sequence, bytes)?)
    }

    /// Checks every block of the own chain strictly: signatures, keys, links and bodies; names the first bad one. Long chains: the
    /// entries needed are named with `vault.need`.
    ///
    /// # Errors
    /// `vault.need`, `vault.not_ready`.
    pub fn check_chain(&self) -> Result<facade::Checked, VaultError> {
        Ok(self.inner()?.check_chain()?)
    }
}
