//! Appointments, at the desk and at the patient's.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type AppointmentTime = facade::AppointmentTime;

/// A span of time.
#[uniffi::remote(Record)]
pub struct AppointmentTime {
    /// First moment.
    pub start: u64,
    /// First moment after it.
    pub end: u64,
}

type AppointmentRequest = facade::AppointmentRequest;

/// What a patient asks of a desk.
#[uniffi::remote(Record)]
pub struct AppointmentRequest {
    /// The desk's contact link.
    pub contact: String,
    /// Why the visit is wanted.
    pub reason: String,
    /// What else the desk should know.
    pub comment: Option<String>,
    /// Times that would suit; the desk may offer others.
    pub wishes: Vec<facade::AppointmentTime>,
}

type AppointmentView = facade::AppointmentView;

/// An appointment as this side sees it.
#[uniffi::remote(Record)]
pub struct AppointmentView {
    /// Its id, the same on both sides.
    pub id: String,
    /// `patient` or `desk`: which side this vault is on.
    pub side: String,
    /// `fetching`, `asked`, `offered`, `accepted`, `booked`, `moved`, `declined`, `cancelled` or `failed`.
    pub stage: String,
    /// The other side's name: as vouched for, else as it gives it.
    pub name: String,
    /// The other side, once known.
    pub other: Option<String>,
    /// Who stands behind the desk: `trusted`, `unknown`, `refused` or `none`.
    pub vouched: String,
    /// Name of the organization that vouches.
    pub organization_name: Option<String>,
    /// Why a credential does not hold, or why the desk could not be asked: a code.
    pub problem: Option<String>,
    /// Why the visit is wanted.
    pub reason: String,
    /// What else the patient said.
    pub comment: Option<String>,
    /// Times that the patient would like.
    pub wishes: Vec<facade::AppointmentTime>,
    /// Times on offer, or the one time to move to.
    pub times: Vec<facade::AppointmentTime>,
    /// The time the patient took, until the desk has booked it.
    pub chosen: Option<facade::AppointmentTime>,
    /// The time that is booked.
    pub booked: Option<facade::AppointmentTime>,
    /// Why it was declined or called off, in the words of the side that did.
    pub explanation: Option<String>,
    /// What can be done now: of `offer`, `accept`, `decline`, `move`, `cancel`.
    pub actions: Vec<String>,
    /// FHIR Appointment as last exchanged; empty before the desk was asked.
    pub fhir: String,
    /// The patient's own record of what is booked.
    pub record: Option<String>,
    /// Last change.
    pub updated: u64,
}

#[uniffi::export]
impl Vault {
    /// Opens an intake for first messages, or publishes its contact anew with the newest credential beside it.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_ready`.
    pub fn open_intake(&self, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.open_intake(now, &mut random()?)?)
    }

    /// The link to this desk's contact, for a door, a letter or a web page; absent before an intake was opened.
    ///
    /// # Errors
    /// `contact.too_long`.
    pub fn contact(&self) -> Result<Option<String>, VaultError> {
        Ok(self.inner()?.contact()?)
    }

    /// Asks a desk for an appointment; `created` is its id. Only a desk whose signed contact is the linked one is told anything.
    ///
    /// # Errors
    /// `contact.*`, `vault.text`, `appointment.time`, `appointment.too_many`, `vault.role`.
    pub fn ask_appointment(
        &self,
        request: facade::AppointmentRequest,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.ask_appointment(&request, now, &mut random()?)?)
    }

    /// The desk offers times, in place of those offered before.
    ///
    /// # Errors
    /// `appointment.step`, `appointment.time`, `appointment.taken`, `appointment.too_many`, `vault.not_found`.
    pub fn offer_times(
        &self,
        appointment: String,
        times: Vec<facade::AppointmentTime>,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.offer_times(&appointment, times, now, &mut random()?)?)
    }

    /// Takes a time on offer by its place in `times`, or agrees to the one time to move to (place 0).
    ///
    /// # Errors
    /// `appointment.step`, `appointment.time`, `appointment.taken`, `vault.not_found`.
    pub fn accept_time(&self, appointment: String, index: u32, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.accept_time(&appointment, index, now, &mut random()?)?)
    }

    /// Says no: to the request, to the times on offer, or to another time, which leaves the booking as it is.
    ///
    /// # Errors
    /// `appointment.step`, `vault.text`, `vault.not_found`.
    pub fn decline_appointment(
        &self,
        appointment: String,
        explanation: Option<String>,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .decline_appointment(&appointment, explanation, now, &mut random()?)?)
    }

    /// Proposes another time for what is booked; the booking stands until the other side agrees.
    ///
    /// # Errors
    /// `appointment.step`, `appointment.time`, `appointment.taken`, `vault.not_found`.
    pub fn move_appointment(
        &self,
        appointment: String,
        start: u64,
        end: u64,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .move_appointment(&appointment, start, end, now, &mut random()?)?)
    }

    /// Calls an appointment off.
    ///
    /// # Errors
    /// `appointment.step` when it is over, `vault.text`, `vault.not_found`.
    pub fn cancel_appointment(
        &self,
        appointment: String,
        explanation: Option<String>,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .cancel_appointment(&appointment, explanation, now, &mut random()?)?)
    }

    /// All appointments, the one changed last first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn appointments(&self, now: u64) -> Result<Vec<facade::AppointmentView>, VaultError> {
        Ok(self.inner()?.appointments(now)?)
    }
}
