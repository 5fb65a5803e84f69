//! Records of the own chain: filed by the owner, imported, or sent by the holder of a grant (FLOW-3).

use clinical::summary::Summary;
use protocol::block::{Block, BlockKind};
use protocol::category::Category;
use protocol::cbor::{self, Bytes};
use protocol::credential::Credential;
use protocol::hash::Hash;
use protocol::id::RecordId;
use protocol::package::{Package, VerifiedPackage};
use protocol::proven::{Log, ProvenTime};
use protocol::record::{Attachment, Opening, Record, RecordStatement};
use protocol::statement::Signed;
use protocol::time::Timestamp;

use super::{share, status};
use crate::body::{NoteBody, RecordBody};
use crate::chain;
use crate::fault::Fault;
use crate::item::{
    AttachmentAccess, BlockData, ChainItem, ChainName, CorrectionItem, CredentialItem, GrantItem, Meta, PendingBlock,
    RecordItem, Source,
};
use crate::state::{Read, Tx};

/// What an author writes.
pub struct Draft {
    /// The patient.
    pub subject: protocol::id::IdentityId,
    /// FHIR R4 JSON.
    pub content: Vec<u8>,
    /// Files already sealed.
    pub attachments: Vec<AttachmentAccess>,
    /// Their media types, in the same order.
    pub media_types: Vec<String>,
    /// The record it answers.
    pub replies_to: Option<RecordId>,
    /// The record it corrects.
    pub supersedes: Option<RecordId>,
}

/// The category and the summary of a document.
///
/// # Errors
/// `clinical.*` when it is not a FHIR R4 document.
pub fn summarise(content: &[u8]) -> Result<(Category, Summary), Fault> {
    let facts = clinical::read::read(content)?;
    let fingerprint = clinical::fingerprint::of(content).ok();
    Ok((facts.category, Summary::of(&facts, fingerprint)))
}

/// Signs a record as this device and gathers what travels beside it; the proof of time joins later.
///
/// # Errors
/// `record.*`, `clinical.*`, `credential.role`.
pub fn sign(tx: &mut Tx<'_>, draft: Draft) -> Result<(Record, Package, Summary), Fault> {
    let meta = Meta::read(tx)?;
    let actor = meta.actor()?;
    let (category, summary) = summarise(&draft.content)?;
    let credential = newest_credential(tx)?;
    if let Some(evidence) = &credential
        && draft.subject != actor.identity
    {
        evidence.verify()?.claims.role.may_author(category)?;
    }
    let open = |tx: &mut Tx<'_>, record: Option<RecordId>| -> (Hash, Option<Opening>) {
        let salt = tx.random();
        match record {
            Some(record) => {
                let opening = Opening { record, salt };
                (opening.commitment(), Some(opening))
            }
            None => (salt, None),
        }
    };
    let (replies_to, replies_opening) = open(tx, draft.replies_to);
    let (supersedes, supersedes_opening) = open(tx, draft.supersedes);
    let attachments = draft.attachments.iter().zip(draft.media_types);
    let statement = RecordStatement {
        version: 1,
        subject: draft.subject,
        category,
        content: draft.content.into(),
        attachments: attachments
            .map(|(access, media_type)| Attachment {
                hash: access.hash,
                size: access.size,
                media_type,
            })
            .collect(),
        replies_to,
        supersedes,
        time: tx.now,
        salt: tx.random(),
        actor: actor.device,
        author: actor.identity,
        authority: actor.authority,
    };
    let record = Signed::issue(statement, &meta.device)?;
    let package = Package {
        record: record.bytes().to_vec().into(),
        evidence: meta.evidence,
        credential,
        proven: None,
        replies_to: replies_opening,
        supersedes: supersedes_opening,
    };
    Ok((record, package, summary))
}

/// The credential that goes with what is written and opened from now on.
pub(in crate::flow) fn newest_credential(
    from: &impl Read,
) -> Result<Option<protocol::credential::CredentialEvidence>, Fault> {
    let all = from.list::<CredentialItem>()?;
    Ok(all.into_iter().next_back().map(|(_, item)| item.evidence))
}

/// Files an own or imported record: signs it, appends it, shares it where grants say "from now on".
///
/// # Errors
/// As [`sign`].
pub fn file_own(tx: &mut Tx<'_>, draft: Draft, source: Source) -> Result<RecordId, Fault> {
    let attachments = draft.attachments.clone();
    let (record, package, _) = sign(tx, draft)?;
    file(tx, &record, &package, source, attachments)?;
    Ok(record.id())
}

/// Appends a record whose package was verified, and shares it where grants say so.
///
/// # Errors
/// `vault.not_ready`.
pub fn file(
    tx: &mut Tx<'_>,
    record: &Record,
    package: &Package,
    source: Source,
    attachments: Vec<AttachmentAccess>,
) -> Result<(), Fault> {
    let body = RecordBody {
        package: package.encode().into(),
        source,
        attachments,
    };
    chain::append(tx, &ChainName::Own, BlockKind::Record, &cbor::encode(&body))?;
    share::propagate(tx, &record.id())
}

/// The logs whose word counts for a package: the owner's home log and the log of the author's organization.
pub(crate) fn logs(from: &impl Read, verified: &VerifiedPackage) -> Result<Vec<Log>, Fault> {
    let mut logs: Vec<Log> = Meta::read(from)?.log.into_iter().collect();
    logs.extend(
        verified
            .credential
            .as_ref()
            .map(|credential| credential.organization.log.clone()),
    );
    Ok(logs)
}

/// When a log admitted the record.
///
/// # Errors
/// `proven.*`.
pub(crate) fn proven_time(
    proven: Option<&ProvenTime>,
    record: &RecordId,
    logs: &[Log],
) -> Result<Timestamp, protocol::proven::Error> {
    proven.ok_or(protocol::proven::Error::Missing)?.verify(record, logs)
}

/// A record block joined the own chain.
pub(super) fn filed(tx: &mut Tx<'_>, block: &Block, body: &RecordBody) -> Result<(), Fault> {
    let package = Package::parse(&body.package)?;
    let verified = package.verify()?;
    let id = verified.record.id();
    let meta = Meta::read(tx)?;
    let own = verified.record.author == meta.identity()?;
    let (author_name, organization) = match (&verified.credential, own) {
        (Some(credential), _) => (
            credential.claims.name.clone(),
            Some(credential.organization.name.clone()),
        ),
        (None, true) => (meta.name.clone(), None),
        (None, false) => (sender_name(tx, &body.source)?, None),
    };
    let (_, summary) = summarise(&verified.record.content)?;
    let proven = proven_time(package.proven.as_ref(), &id, &logs(tx, &verified)?).ok();
    let author = verified.record.author;
    let superseded_by = tx
        .get::<CorrectionItem>(id.as_bytes())?
        .filter(|correction| correction.author == author)
        .map(|correction| correction.by);
    let mut hidden = false;
    if let Some(old) = verified.supersedes {
        match tx.get::<RecordItem>(old.as_bytes())? {
            Some(mut item) if item.author == author => {
                // A correction is as visible as what it corrects.
                hidden = item.hidden;
                item.superseded_by = Some(id);
                tx.put(old.as_bytes(), &item);
            }
            Some(_) => {}
            None => tx.put(old.as_bytes(), &CorrectionItem { by: id, author }),
        }
    }
    let opened = tx.get::<RecordItem>(id.as_bytes())?.and_then(|item| item.opened);
    let item = RecordItem {
        sequence: block.sequence,
        summary,
        author: verified.record.author,
        author_name,
        organization,
        source: body.source,
        time: verified.record.time,
        proven,
        supersedes: verified.supersedes,
        replies_to: verified.replies_to,
        superseded_by,
        attachments: u32::try_from(body.attachments.len()).unwrap_or(u32::MAX),
        hidden,
        reason: clinical::order::reason(&verified.record.content),
        terms: verified.credential.as_ref().map(Credential::terms),
        opened,
    };
    tx.put(id.as_bytes(), &item);
    package
        .credential
        .as_ref()
        .map_or(Ok(()), |evidence| status::acquaint(tx, evidence))
}

fn sender_name(tx: &Tx<'_>, source: &Source) -> Result<String, Fault> {
    match source {
        Source::Received(grant) => Ok(tx
            .get::<GrantItem>(grant.as_bytes())?
            .map(|grant| grant.name)
            .unwrap_or_default()),
        Source::Own | Source::Imported => Ok(String::new()),
    }
}

/// The record inside a body.
pub(super) fn id_of(body: &RecordBody) -> Result<RecordId, Fault> {
    let package = Package::parse(&body.package)?;
    Ok(Record::verify(&package.record)?.id())
}

/// A filed record's body, from memory or from the entries that the platform brought.
///
/// # Errors
/// `vault.need`, `vault.not_found`, `erasure` is reported as `sync.gone`.
pub fn body_of(from: &impl Read, item: &RecordItem) -> Result<RecordBody, Fault> {
    let body = block_body(from, &ChainName::Own, item.sequence)?;
    super::decode(&body)
}

/// The content of a block's body.
///
/// # Errors
/// `vault.need`, `sync.gone` after erasure.
pub fn block_body(from: &impl Read, name: &ChainName, sequence: u32) -> Result<Vec<u8>, Fault> {
    let id = name.block(sequence);
    let content = |body: &[u8]| body.get(protocol::block::BODY_SALT..).unwrap_or_default().to_vec();
    if let Some(pending) = from.get::<PendingBlock>(&id)? {
        return Ok(content(pending.body.as_bytes()));
    }
    let data: BlockData = from.item(&id)?;
    let body = data.body.ok_or(chain::Error::Gone)?;
    Ok(content(body.as_bytes()))
}

/// The signed bytes of a block.
///
/// # Errors
/// `vault.need`.
pub fn block_bytes(from: &impl Read, name: &ChainName, sequence: u32) -> Result<(Bytes, Option<Bytes>), Fault> {
    let id = name.block(sequence);
    if let Some(pending) = from.get::<PendingBlock>(&id)? {
        return Ok((pending.block, None));
    }
    let data: BlockData = from.item(&id)?;
    Ok((data.block, Some(data.promise)))
}

/// Notes that the owner looked at a record here; the first time counts.
///
/// # Errors
/// `vault.not_found`.
pub fn opened(tx: &mut Tx<'_>, record: &RecordId) -> Result<(), Fault> {
    let mut item: RecordItem = tx.item(record.as_bytes())?;
    if item.opened.is_none() {
        item.opened = Some(tx.now);
        tx.put(record.as_bytes(), &item);
    }
    Ok(())
}

/// Keeps a record out of every share, or lets it in again. What is shared already is taken away from the relay; what was seen counts as
/// seen.
///
/// # Errors
/// `vault.not_found`, `vault.need`.
pub fn hide(tx: &mut Tx<'_>, record: &RecordId, hidden: bool) -> Result<(), Fault> {
    let item: RecordItem = tx.item(record.as_bytes())?;
    if item.hidden == hidden {
        return Ok(());
    }
    let note = NoteBody::Hidden(*record, hidden);
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    for (id, _) in tx.list::<GrantItem>()? {
        let id: [u8; 32] = id.try_into().map_err(|_| crate::fault::Error::Damaged)?;
        share::settle(tx, &id.into())?;
    }
    Ok(())
}

/// A record is kept out of shares or let in again, as the own chain says.
pub(super) fn noted_hidden(tx: &mut Tx<'_>, record: &RecordId, hidden: bool) -> Result<(), Fault> {
    if let Some(mut item) = tx.get::<RecordItem>(record.as_bytes())? {
        item.hidden = hidden;
        tx.put(record.as_bytes(), &item);
    }
    Ok(())
}

/// The own chain's item.
///
/// # Errors
/// `vault.not_ready`.
pub fn own_chain(from: &impl Read) -> Result<ChainItem, Fault> {
    ChainItem::read_named(from, &ChainName::Own)
}
