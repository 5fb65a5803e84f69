//! A record in full: what it says, who signed it, and what that is worth.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

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

crate::bulk::record!(RecordView {
    summary,
    parts,
    standing,
    attachments,
    fhir: bytes
});

/// What `crate::bulk` carries over, as the other languages know it.
mod described {
    use vault::facade;

    /// A record in full.
    #[derive(uniffi::Record)]
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
}
