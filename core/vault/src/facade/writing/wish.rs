//! The patient's wishes for care, the people to call, and who the patient is, as last entered.

use clinical::build::Resource;
use clinical::build::wish::{self, Wish};
use protocol::package::Package;
use protocol::record::Record;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::own::{demographics, former, owner};
use super::{ContactDraft, Error, PatientDraft, file, given, record_id, required, uuid};
use crate::facade::{self, Changes, Vault};
use crate::fault::{self, Fault};
use crate::flow::record;
use crate::item::{Meta, RecordItem};
use crate::state::Read;

/// A wish for care.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WishDraft {
    /// `organ-donation`, `resuscitation` or `directive`.
    pub subject: String,
    /// Whether it is agreed to or refused; left out when only words say it.
    pub permit: Option<bool>,
    /// The wish in the patient's own words.
    pub words: String,
    /// The own wish that this replaces.
    pub supersedes: Option<String>,
}

/// The form of a Patient resource as this wallet writes it.
fn form(patient: &Value) -> PatientDraft {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let texts = |value: &Value| {
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(text)
            .collect::<Vec<_>>()
    };
    let telecom = |system: &str| {
        let all = patient["telecom"].as_array().into_iter().flatten();
        all.clone()
            .find(|one| one["system"] == system)
            .and_then(|one| text(&one["value"]))
    };
    let (name, address) = (&patient["name"][0], &patient["address"][0]);
    let contacts = patient["contact"].as_array().into_iter().flatten();
    PatientDraft {
        name: text(&name["text"]),
        family: text(&name["family"]),
        given: texts(&name["given"]),
        gender: text(&patient["gender"]),
        birth_date: text(&patient["birthDate"]),
        phone: telecom("phone"),
        email: telecom("email"),
        address: texts(&address["line"]),
        city: text(&address["city"]),
        postal_code: text(&address["postalCode"]),
        country: text(&address["country"]),
        language: text(&patient["communication"][0]["language"]["coding"][0]["code"]),
        contacts: contacts
            .filter_map(|contact| {
                Some(ContactDraft {
                    name: text(&contact["name"]["text"])?,
                    relationship: text(&contact["relationship"][0]["text"]),
                    phone: text(&contact["telecom"][0]["value"]),
                })
            })
            .collect(),
    }
}

/// Who the patient is, as last entered; the name of the vault before anything was.
fn current(from: &impl Read) -> Result<PatientDraft, Fault> {
    let meta = Meta::read(from)?;
    let (newest, _) = former(from, &meta.identity()?)?;
    let Some(id) = newest else {
        return Ok(PatientDraft {
            name: Some(meta.name),
            ..PatientDraft::default()
        });
    };
    let item: RecordItem = from.item(id.as_bytes())?;
    let body = record::body_of(from, &item)?;
    let signed = Record::verify(&Package::parse(&body.package)?.record)?;
    let patient: Value = serde_json::from_slice(&signed.content).map_err(|_| fault::Error::Damaged)?;
    Ok(form(&patient))
}

impl Vault {
    /// Who the patient is, as last entered: to be changed and given to [`Vault::set_demographics`].
    ///
    /// # Errors
    /// `vault.need`, `vault.not_ready`.
    pub fn demographics(&self) -> Result<PatientDraft, facade::Error> {
        Ok(current(&self.store)?)
    }

    /// Adds somebody to call in an emergency: a new version of the personal details. `created` is the record.
    ///
    /// # Errors
    /// `vault.role`, `vault.need`, `build.*`.
    pub fn add_emergency_contact(
        &mut self,
        contact: &ContactDraft,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, facade::Error> {
        self.change(now, rng, |tx, _| {
            let (author, _) = owner(tx)?;
            let mut draft = current(tx)?;
            draft.contacts.push(contact.clone());
            let (newest, count) = former(tx, &author.id)?;
            let resource = demographics(tx, &draft, &author.id, count + 1)?;
            file(tx, &author, &resource, newest)
        })
    }

    /// Files a wish for care; `created` is the record. A wish is read by people and permits no access.
    ///
    /// # Errors
    /// `vault.role`, `draft.wish`, `build.*`, `draft.correction`.
    pub fn add_wish(&mut self, draft: &WishDraft, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, facade::Error> {
        self.change(now, rng, |tx, _| {
            let (author, patient) = owner(tx)?;
            let subject = given(Some(&draft.subject)).and_then(|word| wish::Subject::parse(&word));
            let wish = Wish {
                id: Some(uuid(tx)),
                subject: subject.ok_or(Error::Wish)?,
                permit: draft.permit,
                words: required(&draft.words)?,
                patient,
                time: tx.now,
            };
            let resource: &dyn Resource = &wish;
            file(tx, &author, resource, record_id(draft.supersedes.as_ref())?)
        })
    }
}
