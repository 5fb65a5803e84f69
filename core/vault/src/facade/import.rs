//! Importing FHIR files, documents and pictures, with a preview and duplicates found.

use protocol::id::RecordId;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::{Changes, Error, Vault};
use crate::fault::{self, Fault};
use crate::flow::{attachment, record};
use crate::item::{RecordItem, Source};
use crate::state::Read;

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

impl Vault {
    /// What a FHIR file holds, and what of it is in the chain already.
    ///
    /// # Errors
    /// `import.*`, `read.*`.
    pub fn preview_import(&self, file: &[u8]) -> Result<Vec<ImportCandidate>, Error> {
        let known = self.store.list::<RecordItem>()?;
        let prints: Vec<_> = known
            .iter()
            .filter_map(|(id, item)| item.summary.fingerprint.map(|print| (id.clone(), print)))
            .collect();
        let (ids, prints): (Vec<Vec<u8>>, Vec<_>) = prints.into_iter().unzip();
        let preview = clinical::import::preview(file, &prints).map_err(Fault::from)?;
        let source = preview.source.clone();
        let candidates = preview
            .candidates
            .iter()
            .enumerate()
            .map(|(index, candidate)| ImportCandidate {
                index: u32::try_from(index).unwrap_or(u32::MAX),
                category: candidate.facts.category.as_str().to_owned(),
                kind: candidate.facts.kind.clone(),
                title: candidate.facts.title.clone(),
                date: candidate.facts.date.clone(),
                source: source.clone(),
                duplicate: candidate.duplicate.map(|duplicate| match duplicate.of {
                    clinical::import::Original::Candidate(place) => FoundDuplicate {
                        exact: duplicate.exact,
                        record: None,
                        candidate: Some(place),
                    },
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
}
