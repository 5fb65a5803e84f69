//! Drafts of forms: saved while a person writes, sealed on this device, listed, changed and discarded; nothing of them is ever sent.

use protocol::coded_error;
use protocol::hash::Hash;
use protocol::id::{GrantId, RecordId};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::crypto::secret::SecretBytes;
use crate::fault::{self, Fault};
use crate::item::{AccessItem, DraftItem};
use crate::state::Read;

coded_error! {
    /// Why a draft is not kept.
    enum DraftError {
        Kind = "draft.form", "the kind of draft is not known";
        Content = "draft.content", "a draft is a JSON object of at most 64 KiB";
        Many = "draft.many", "there are too many drafts; sign or discard some";
    }
}

/// The forms that drafts are kept of.
const KINDS: &[&str] = &[
    "allergy",
    "condition",
    "medicine",
    "measurement",
    "immunization",
    "person",
    "contact",
    "wish",
    "report",
    "prescription",
    "lab_request",
    "result",
    "order_state",
    "appointment",
    "delegation",
    "credential",
];
/// The largest draft.
const MAX_CONTENT: usize = 64 * 1024;
/// Most drafts at a time.
const MAX_DRAFTS: usize = 200;

/// A draft as it is saved.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DraftContent {
    /// The form: `allergy`, `condition`, `medicine`, `measurement`, `immunization`, `person`, `contact`, `wish`, `report`, `prescription`,
    /// `lab_request`, `result`, `order_state`, `appointment` (a request for one), `delegation` or `credential`.
    pub kind: String,
    /// For the patient of this grant; left out for an own entry.
    pub grant: Option<String>,
    /// The record that it will answer.
    pub request: Option<String>,
    /// The form's content: a JSON object of the form's members, as far as they are filled in.
    pub json: String,
}

/// A row of the list of drafts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftView {
    /// Its name on this device.
    pub id: String,
    /// The form.
    pub kind: String,
    /// For the patient of this grant.
    pub grant: Option<String>,
    /// The patient's name.
    pub patient: Option<String>,
    /// When it was begun.
    pub begun: u64,
    /// When it was last saved.
    pub saved: u64,
}

impl Vault {
    /// Saves a draft, anew or over the one named `id`. `created` is its name.
    ///
    /// # Errors
    /// `draft.form`, `draft.content`, `draft.many`, `vault.not_found`.
    pub fn save_draft(
        &mut self,
        id: Option<String>,
        draft: &DraftContent,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            if !KINDS.contains(&draft.kind.as_str()) {
                return Err(DraftError::Kind.into());
            }
            let object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&draft.json);
            if draft.json.len() > MAX_CONTENT || object.is_err() {
                return Err(DraftError::Content.into());
            }
            let grant: Option<GrantId> = draft.grant.as_deref().map(parse).transpose()?;
            if let Some(grant) = &grant {
                tx.item::<AccessItem>(grant.as_bytes())
                    .map_err(|_| fault::Error::NotFound)?;
            }
            let request: Option<RecordId> = draft.request.as_deref().map(parse).transpose()?;
            let (name, begun) = match &id {
                Some(id) => {
                    let name: Hash = parse(id)?;
                    let before: DraftItem = tx.get(name.as_bytes())?.ok_or(fault::Error::NotFound)?;
                    (name, before.begun)
                }
                None if tx.list::<DraftItem>()?.len() >= MAX_DRAFTS => return Err(DraftError::Many.into()),
                None => (tx.random(), tx.now),
            };
            let item = DraftItem {
                kind: draft.kind.clone(),
                grant,
                request,
                content: SecretBytes::new(draft.json.clone().into_bytes()),
                begun,
                saved: tx.now,
            };
            tx.put(name.as_bytes(), &item);
            tx.created = Some(name.to_string());
            Ok(())
        })
    }

    /// Drafts on this device, the newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn drafts(&self) -> Result<Vec<DraftView>, Error> {
        let mut all = Vec::new();
        for (id, item) in self.store.list::<DraftItem>()? {
            let id: [u8; 32] = id.try_into().map_err(|_| Fault::from(fault::Error::Damaged))?;
            let access = match &item.grant {
                Some(grant) => self.store.get::<AccessItem>(grant.as_bytes())?,
                None => None,
            };
            all.push(DraftView {
                id: Hash::new(id).to_string(),
                kind: item.kind,
                grant: item.grant.map(|grant| grant.to_string()),
                patient: access.map(|access| access.name),
                begun: item.begun.seconds(),
                saved: item.saved.seconds(),
            });
        }
        all.sort_by(|a, b| (b.saved, &b.id).cmp(&(a.saved, &a.id)));
        Ok(all)
    }

    /// A draft as it was last saved.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn draft(&self, id: &str) -> Result<DraftContent, Error> {
        let name: Hash = parse(id)?;
        let item = self.store.get::<DraftItem>(name.as_bytes())?;
        let item = item.ok_or(Fault::from(fault::Error::NotFound))?;
        let json = String::from_utf8(item.content.as_bytes().to_vec());
        Ok(DraftContent {
            kind: item.kind,
            grant: item.grant.map(|grant| grant.to_string()),
            request: item.request.map(|request| request.to_string()),
            json: json.map_err(|_| Fault::from(fault::Error::Damaged))?,
        })
    }

    /// Discards a draft.
    ///
    /// # Errors
    /// `vault.not_found`.
    pub fn discard_draft(&mut self, id: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let name: Hash = parse(id)?;
            tx.get::<DraftItem>(name.as_bytes())?.ok_or(fault::Error::NotFound)?;
            tx.delete::<DraftItem>(name.as_bytes());
            Ok(())
        })
    }
}
