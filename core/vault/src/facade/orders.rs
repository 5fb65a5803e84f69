//! Requests and how far they have come, for patient, practitioner and lab alike.

use protocol::id::{GrantId, RecordId};
use serde::{Deserialize, Serialize};

use super::vault::parse;
use super::{Error, Vault};
use crate::fault::{self, Fault};
use crate::flow::order::{self, Event};
use crate::flow::{access, record};
use crate::item::{AccessItem, RecordItem, SharedItem, SubmissionItem, SubmissionStage};
use crate::state::Read;

/// One thing that happened to a request: a state set by the lab, a result, a correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderEventView {
    /// The signed record that says it.
    pub record: String,
    /// `collected`, `in_progress`, `rejected`, `filed` or `corrected`.
    pub state: String,
    /// When it was signed.
    pub time: u64,
    /// Who signed it.
    pub author: String,
    /// Who vouches for the signer.
    pub organization: Option<String>,
    /// Why it rejects, corrects or withdraws.
    pub reason: Option<String>,
    /// For what was written here: `signed`, `sent`, `delivered` or `filed`.
    pub stage: Option<String>,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// The record.
    pub id: String,
    /// The grant under which it is shared with this vault; absent in the patient's own chain.
    pub grant: Option<String>,
    /// The patient's name, where it is not the owner.
    pub patient: Option<String>,
    /// What is asked for.
    pub title: Option<String>,
    /// Who asks.
    pub author: String,
    /// When it was signed.
    pub time: u64,
    /// `requested`, `collected`, `in_progress`, `rejected`, `filed` or `corrected`.
    pub state: String,
    /// Since when.
    pub since: u64,
    /// Why it was rejected or corrected.
    pub reason: Option<String>,
    /// The newest result, once filed.
    pub result: Option<String>,
    /// Everything that happened to it, the oldest first.
    pub events: Vec<OrderEventView>,
}

/// A specimen taken for a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecimenView {
    /// The record that names it.
    pub record: String,
    /// The lab's own number of it.
    pub number: Option<String>,
    /// Kind of material.
    pub kind: Option<String>,
    /// When it was taken, FHIR text.
    pub collected: Option<String>,
    /// Whether it can be used.
    pub usable: bool,
    /// Why it cannot.
    pub reason: Option<String>,
}

/// What is known of a request beside its events.
struct Known {
    id: RecordId,
    grant: Option<GrantId>,
    patient: Option<String>,
    title: Option<String>,
    author: String,
    time: u64,
}

fn view(known: Known, events: &[Event]) -> OrderView {
    let (state, by) = order::state(events);
    let result = events.iter().rev().find(|event| event.is_filed_result());
    OrderView {
        id: known.id.to_string(),
        grant: known.grant.map(|grant| grant.to_string()),
        patient: known.patient,
        title: known.title,
        author: known.author,
        time: known.time,
        state: state.to_owned(),
        since: by.map_or(known.time, |event| event.time.seconds()),
        reason: by.and_then(|event| event.reason.clone()),
        result: result.map(|event| event.record.to_string()),
        events: events
            .iter()
            .map(|event| OrderEventView {
                record: event.record.to_string(),
                state: event.state().unwrap_or_default().to_owned(),
                time: event.time.seconds(),
                author: event.author_name.clone(),
                organization: event.organization.clone(),
                reason: event.reason.clone(),
                stage: event.stage.map(|stage| stage.as_str().to_owned()),
            })
            .collect(),
    }
}

fn record_id(id: Vec<u8>) -> Result<RecordId, Fault> {
    Ok(RecordId::new(id.try_into().map_err(|_| fault::Error::Damaged)?))
}

impl Vault {
    /// Requests in the own chain, shared with this vault, or written here, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn orders(&self) -> Result<Vec<OrderView>, Error> {
        let mut all = Vec::new();
        for (id, item) in self.store.list::<RecordItem>()? {
            if order::is_order(&item.summary) && item.superseded_by.is_none() {
                let id = record_id(id)?;
                let known = Known {
                    id,
                    grant: None,
                    patient: None,
                    title: item.summary.title,
                    author: item.author_name,
                    time: item.time.seconds(),
                };
                all.push(view(known, &order::own_events(&self.store, &id)?));
            }
        }
        for (key, item) in self.store.list::<SharedItem>()? {
            if order::is_order(&item.summary) && item.superseded_by.is_none() {
                let (grant, id) = key.split_at_checked(32).ok_or(Fault::from(fault::Error::Damaged))?;
                let grant = GrantId::new(grant.try_into().map_err(|_| Fault::from(fault::Error::Damaged))?);
                let id = record_id(id.to_vec())?;
                let access: AccessItem = self.store.item(grant.as_bytes())?;
                let known = Known {
                    id,
                    grant: Some(grant),
                    patient: Some(access.name),
                    title: item.summary.title,
                    author: item.author_name,
                    time: item.time.seconds(),
                };
                all.push(view(known, &order::shared_events(&self.store, &grant, &id)?));
            }
        }
        self.own_requests(&mut all)?;
        all.sort_by(|a, b| (b.time, &b.id).cmp(&(a.time, &a.id)));
        Ok(all)
    }

    /// Requests written here that the patient has not shared back.
    fn own_requests(&self, all: &mut Vec<OrderView>) -> Result<(), Error> {
        for (id, item) in self.store.list::<SubmissionItem>()? {
            let id = record_id(id)?;
            let lost = matches!(
                item.stage,
                SubmissionStage::Declined | SubmissionStage::Failed | SubmissionStage::Cancelled
            );
            let listed = all.iter().any(|order| order.id == id.to_string());
            if !order::is_order(&item.summary) || lost || listed {
                continue;
            }
            let access = self.store.get::<AccessItem>(item.grant.as_bytes())?;
            let known = Known {
                id,
                grant: Some(item.grant),
                patient: access.map(|access| access.name),
                title: item.summary.title,
                author: String::new(),
                time: item.time.seconds(),
            };
            all.push(view(known, &order::shared_events(&self.store, &item.grant, &id)?));
        }
        Ok(())
    }

    /// The specimens that the lab named for a request, in states and results. Of shared records only those already fetched count.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    pub fn order_specimens(&self, request: &str) -> Result<Vec<SpecimenView>, Error> {
        let request: RecordId = parse(request)?;
        let found = self.orders()?.into_iter().find(|order| order.id == request.to_string());
        let found = found.ok_or(Fault::from(fault::Error::NotFound))?;
        let mut all = Vec::new();
        for event in &found.events {
            let id: RecordId = parse(&event.record)?;
            let content = self.content_of(found.grant.as_deref(), &id)?;
            let named = content
                .map(|content| clinical::order::specimens(&content))
                .unwrap_or_default();
            all.extend(named.into_iter().map(|specimen| SpecimenView {
                record: event.record.clone(),
                number: specimen.number,
                kind: specimen.kind,
                collected: specimen.collected,
                usable: specimen.usable,
                reason: specimen.reason,
            }));
        }
        Ok(all)
    }

    /// The FHIR bytes of a record in the own chain, written here, or fetched.
    fn content_of(&self, grant: Option<&str>, id: &RecordId) -> Result<Option<Vec<u8>>, Fault> {
        let package = match grant {
            None => {
                let item: RecordItem = self.store.item(id.as_bytes())?;
                record::body_of(&self.store, &item)?.package
            }
            Some(grant) => match self.store.get::<SubmissionItem>(id.as_bytes())? {
                Some(item) => item.package,
                None => {
                    let grant: GrantId = parse(grant)?;
                    let item: SharedItem = self.store.item(&SharedItem::id(&grant, id))?;
                    if !item.fetched {
                        return Ok(None);
                    }
                    access::package(&self.store, &grant, id)?.encode().into()
                }
            },
        };
        let package = protocol::package::Package::parse(&package)?;
        let signed = protocol::record::Record::verify(&package.record)?;
        Ok(Some(signed.content.to_vec()))
    }
}
