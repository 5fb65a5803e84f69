//! Requests and how far they have come, for patient, practitioner and lab alike.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::vault::Vault;

type OrderEventView = facade::OrderEventView;

/// One thing that happened to a request: a state set by the lab, a result, a correction.
#[uniffi::remote(Record)]
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

type OrderView = facade::OrderView;

/// A request.
#[uniffi::remote(Record)]
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
    pub events: Vec<facade::OrderEventView>,
}

type SpecimenView = facade::SpecimenView;

/// A specimen taken for a request.
#[uniffi::remote(Record)]
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

#[uniffi::export]
impl Vault {
    /// Requests in the own chain, shared with this vault, or written here, newest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn orders(&self) -> Result<Vec<facade::OrderView>, VaultError> {
        Ok(self.inner()?.orders()?)
    }

    /// The specimens that the lab named for a request, in states and results. Of shared records only those already fetched count.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    pub fn order_specimens(&self, request: String) -> Result<Vec<facade::SpecimenView>, VaultError> {
        Ok(self.inner()?.order_specimens(&request)?)
    }
}
