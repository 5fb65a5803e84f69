//! Corrections and withdrawals of what was written before: by its author alone, with the reason, beside the old version and never instead.

use clinical::build::revise;
use protocol::id::RecordId;
use protocol::package::Package;
use protocol::record::Record;
use rand_core::CryptoRng;

use super::{Author, Correction, Error, access, deliver, given, send};
use crate::facade::vault::parse;
use crate::facade::{self, Changes, Vault};
use crate::fault::{self, Fault};
use crate::flow::record::{self, Draft};
use crate::item::{RecordItem, Role, Source, SubmissionItem};
use crate::state::{Read, Tx};

/// The categories and the bytes of a record that this practitioner or lab wrote, its grant, and the request it answered.
struct Written {
    grant: String,
    content: Vec<u8>,
    category: protocol::category::Category,
    replies_to: Option<RecordId>,
}

fn written(tx: &Tx<'_>, record: &RecordId) -> Result<Written, Fault> {
    let item: SubmissionItem = tx.get(record.as_bytes())?.ok_or(Error::Correction)?;
    let package = Package::parse(&item.package)?;
    let signed = Record::verify(&package.record)?;
    Ok(Written {
        grant: item.grant.to_string(),
        content: signed.content.to_vec(),
        category: signed.category,
        replies_to: package.replies_to.map(|opening| opening.record),
    })
}

impl Vault {
    /// Corrects a record that this practitioner or lab wrote: `fhir` is the whole document as it should have been. The old version stays, marked;
    /// whoever read it is told. `created` is the correction.
    ///
    /// # Errors
    /// `draft.correction`, `draft.reason`, `vault.role`, `grant.*`, `credential.role`, `build.*`, `result.*`, `read.*`.
    pub fn correct_record(
        &mut self,
        record: &str,
        fhir: Vec<u8>,
        reason: &str,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, facade::Error> {
        self.change(now, rng, |tx, _| {
            Author::of(tx, &[Role::Laboratory, Role::Practitioner])?;
            let record: RecordId = parse(record)?;
            let old = written(tx, &record)?;
            let reason = given(Some(&reason.to_owned())).ok_or(Error::Reason)?;
            if record::summarise(&fhir)?.0 != old.category {
                return Err(Error::Correction.into());
            }
            super::result::plausible(&fhir)?;
            let (grant, access) = access(tx, &old.grant)?;
            let correction = Some(Correction { record, reason });
            send(tx, &grant, &access, fhir, old.replies_to, correction)
        })
    }

    /// Withdraws a record that this practitioner or lab wrote (FHIR `entered-in-error`). The old version stays, marked; whoever read it is told.
    /// `created` is the withdrawal.
    ///
    /// # Errors
    /// `draft.correction`, `draft.reason`, `vault.role`, `grant.*`, `credential.role`, `build.invalid`.
    pub fn withdraw_record(
        &mut self,
        record: &str,
        reason: &str,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, facade::Error> {
        self.change(now, rng, |tx, _| {
            Author::of(tx, &[Role::Laboratory, Role::Practitioner])?;
            let record: RecordId = parse(record)?;
            let old = written(tx, &record)?;
            let reason = given(Some(&reason.to_owned())).ok_or(Error::Reason)?;
            let content = revise::withdrawn(&old.content, &reason, tx.now)?;
            let (grant, access) = access(tx, &old.grant)?;
            deliver(tx, &grant, &access, content, old.replies_to, Some(record))
        })
    }

    /// Marks an own entry as entered in error. The entry stays, marked. `created` is the record that says so.
    ///
    /// # Errors
    /// `draft.correction` for what somebody else signed or what was corrected already, `draft.reason`, `vault.need`, `build.invalid`.
    pub fn mark_entered_in_error(
        &mut self,
        record: &str,
        reason: &str,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, facade::Error> {
        self.change(now, rng, |tx, _| {
            let owner = Author::of(tx, &[Role::Patient])?;
            let id: RecordId = parse(record)?;
            let item: RecordItem = tx.get(id.as_bytes())?.ok_or(fault::Error::NotFound)?;
            if item.author != owner.id || item.superseded_by.is_some() {
                return Err(Error::Correction.into());
            }
            let reason = given(Some(&reason.to_owned())).ok_or(Error::Reason)?;
            let body = record::body_of(tx, &item)?;
            let signed = Record::verify(&Package::parse(&body.package)?.record)?;
            let draft = Draft {
                subject: owner.id,
                content: revise::withdrawn(&signed.content, &reason, tx.now)?,
                attachments: Vec::new(),
                media_types: Vec::new(),
                replies_to: item.replies_to,
                supersedes: Some(id),
            };
            let made = record::file_own(tx, draft, Source::Own)?;
            tx.created = Some(made.to_string());
            Ok(())
        })
    }
}
