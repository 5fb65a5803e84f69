//! Imported PDF or picture (FHIR R4 DocumentReference): the content is an attachment of the record, bound by the
//! attachment's own hash; FHIR's hash would be SHA-1, and inline data would be signed twice.

use protocol::hash::Hash;
use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::element::{self, Concept, Object};
use super::{Error, Resource};
use crate::date;
use crate::facts::Party;

/// What `attachment.url` begins with; the hash of the record's attachment follows.
pub const ATTACHMENT: &str = "urn:satchel:attachment:";

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Media type, such as `application/pdf`.
    pub content_type: String,
    /// File name or title.
    pub title: String,
    /// Bytes.
    pub size: u64,
    /// Hash of the record's attachment.
    pub hash: Hash,
    /// When the file was made.
    pub created: Option<Timestamp>,
}

/// A file with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentReference {
    /// FHIR id.
    pub id: Option<String>,
    /// Kind of document.
    pub kind: Option<Concept>,
    /// Patient.
    pub subject: Party,
    /// When it was filed.
    pub date: Timestamp,
    /// Who wrote it, if known.
    pub author: Option<Party>,
    /// What it is, in words.
    pub description: Option<String>,
    /// Files; at least one.
    pub attachments: Vec<Attachment>,
}

impl Resource for DocumentReference {
    fn value(&self) -> Result<Value, Error> {
        if self.attachments.is_empty() {
            return Err(Error::Missing);
        }
        let mut out = Object::resource("DocumentReference", self.id.as_deref())?;
        out.put("status", "current");
        out.concept("type", self.kind.as_ref())?;
        out.party("subject", Some(&self.subject))?;
        out.instant("date", self.date);
        out.parties("author", self.author.as_slice())?;
        out.text("description", self.description.as_deref())?;
        out.list(
            "content",
            self.attachments.iter().map(content).collect::<Result<_, _>>()?,
        );
        Ok(out.done())
    }
}

fn content(attachment: &Attachment) -> Result<Value, Error> {
    let mut out = Object::new();
    out.code("contentType", media_type(&attachment.content_type)?)?;
    out.put("url", format!("{ATTACHMENT}{}", attachment.hash));
    // FHIR's unsignedInt ends at 2^31 - 1; a larger file's size stands in the record's own attachment list.
    if let Ok(size) = i32::try_from(attachment.size) {
        out.put("size", size);
    }
    out.put("title", element::text(&attachment.title)?);
    out.opt("creation", attachment.created.map(|time| date::write(time).into()));
    Ok(json!({ "attachment": out.done() }))
}

/// `type/subtype` (RFC 6838 §4.2).
fn media_type(text: &str) -> Result<&str, Error> {
    let name = |part: &str| {
        (1..=127).contains(&part.len())
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    let fine = text.split_once('/').is_some_and(|(kind, sub)| name(kind) && name(sub));
    if fine { Ok(text) } else { Err(Error::Code) }
}
