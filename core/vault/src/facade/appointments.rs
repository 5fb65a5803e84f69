//! Appointments, at the desk and at the patient's.

use protocol::id::IdentityId;
use protocol::time::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::consent::word;
use super::organization::hex;
use super::vault::parse;
use super::{Changes, Error, Vault};
use crate::fault::{self, Fault};
use crate::flow::appointment;
use crate::flow::status::{Voucher, voucher_at};
use crate::item::{AppointmentItem, AppointmentSide, AppointmentStage, IntakeItem, Span, TrustedItem};
use crate::state::Read;

/// A span of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppointmentTime {
    /// First moment.
    pub start: u64,
    /// First moment after it.
    pub end: u64,
}

/// What a patient asks of a desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppointmentRequest {
    /// The desk's contact link.
    pub contact: String,
    /// Why the visit is wanted.
    pub reason: String,
    /// What else the desk should know.
    pub comment: Option<String>,
    /// Times that would suit; the desk may offer others.
    pub wishes: Vec<AppointmentTime>,
}

/// An appointment as this side sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    pub wishes: Vec<AppointmentTime>,
    /// Times on offer, or the one time to move to.
    pub times: Vec<AppointmentTime>,
    /// The time the patient took, until the desk has booked it.
    pub chosen: Option<AppointmentTime>,
    /// The time that is booked.
    pub booked: Option<AppointmentTime>,
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

fn span(time: &AppointmentTime) -> Result<Span, Fault> {
    Ok(Span {
        start: Timestamp::new(time.start)?,
        end: Timestamp::new(time.end)?,
    })
}

fn time(span: &Span) -> AppointmentTime {
    AppointmentTime {
        start: span.start.seconds(),
        end: span.end.seconds(),
    }
}

impl Vault {
    /// Opens an intake for first messages, or publishes its contact anew with the newest credential beside it.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_ready`.
    pub fn open_intake(&mut self, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| appointment::open_intake(tx))
    }

    /// The link to this desk's contact, for a door, a letter or a web page; absent before an intake was opened.
    ///
    /// # Errors
    /// `contact.too_long`.
    pub fn contact(&self) -> Result<Option<String>, Error> {
        Ok(match self.store.get::<IntakeItem>(b"")? {
            Some(_) => Some(appointment::contact_url(&self.store)?),
            None => None,
        })
    }

    /// Asks a desk for an appointment; `created` is its id. Only a desk whose signed contact is the linked one is told anything.
    ///
    /// # Errors
    /// `contact.*`, `vault.text`, `appointment.time`, `appointment.too_many`, `vault.role`.
    pub fn ask_appointment(
        &mut self,
        request: &AppointmentRequest,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let wishes = request.wishes.iter().map(span).collect::<Result<_, _>>()?;
            appointment::ask(
                tx,
                &request.contact,
                &request.reason,
                request.comment.as_deref(),
                wishes,
            )
            .map(|_| ())
        })
    }

    /// The desk offers times, in place of those offered before.
    ///
    /// # Errors
    /// `appointment.step`, `appointment.time`, `appointment.taken`, `appointment.too_many`, `vault.not_found`.
    pub fn offer_times(
        &mut self,
        appointment: &str,
        times: Vec<AppointmentTime>,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            let times = times.iter().map(span).collect::<Result<_, _>>()?;
            appointment::offer(tx, &parse(appointment)?, times)
        })
    }

    /// Takes a time on offer by its place in `times`, or agrees to the one time to move to (place 0).
    ///
    /// # Errors
    /// `appointment.step`, `appointment.time`, `appointment.taken`, `vault.not_found`.
    pub fn accept_time(
        &mut self,
        appointment: &str,
        index: u32,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| appointment::accept(tx, &parse(appointment)?, index))
    }

    /// Says no: to the request, to the times on offer, or to another time, which leaves the booking as it is.
    ///
    /// # Errors
    /// `appointment.step`, `vault.text`, `vault.not_found`.
    pub fn decline_appointment(
        &mut self,
        appointment: &str,
        explanation: Option<String>,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            appointment::decline(tx, &parse(appointment)?, explanation.as_deref())
        })
    }

    /// Proposes another time for what is booked; the booking stands until the other side agrees.
    ///
    /// # Errors
    /// `appointment.step`, `appointment.time`, `appointment.taken`, `vault.not_found`.
    pub fn move_appointment(
        &mut self,
        appointment: &str,
        start: u64,
        end: u64,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            appointment::propose(tx, &parse(appointment)?, span(&AppointmentTime { start, end })?)
        })
    }

    /// Calls an appointment off.
    ///
    /// # Errors
    /// `appointment.step` when it is over, `vault.text`, `vault.not_found`.
    pub fn cancel_appointment(
        &mut self,
        appointment: &str,
        explanation: Option<String>,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        self.change(now, rng, |tx, _| {
            appointment::cancel(tx, &parse(appointment)?, explanation.as_deref())
        })
    }

    /// All appointments, the one changed last first.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn appointments(&self, now: u64) -> Result<Vec<AppointmentView>, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        let mut items = self.store.list::<AppointmentItem>()?;
        items.sort_by_key(|(_, item)| core::cmp::Reverse(item.time));
        items
            .into_iter()
            .map(|(id, item)| self.appointment(hex(id)?, item, now))
            .collect()
    }

    fn appointment(&self, id: String, item: AppointmentItem, now: Timestamp) -> Result<AppointmentView, Error> {
        let (voucher, listed) = match item.other {
            Some(other) if item.side == AppointmentSide::Patient => (
                voucher_at(&self.store, item.credential.as_ref(), &other, now)?,
                self.listed(&other)?,
            ),
            _ => (Voucher::None, None),
        };
        let vouched = voucher.vouched();
        let refused = if let Voucher::Refused(_, code) = &voucher {
            Some((*code).to_owned())
        } else {
            None
        };
        let times = |spans: &[Span]| spans.iter().map(time).collect::<Vec<_>>();
        Ok(AppointmentView {
            id,
            side: match item.side {
                AppointmentSide::Patient => "patient",
                AppointmentSide::Desk => "desk",
            }
            .to_owned(),
            stage: item.stage.as_str().to_owned(),
            name: voucher.name(&item.name).to_owned(),
            other: item.other.map(|other| other.to_string()),
            // A desk that is itself on the owner's list needs nobody else.
            vouched: if listed.is_some() { "trusted" } else { word(&voucher) }.to_owned(),
            organization_name: vouched.map(|vouched| vouched.organization_name.clone()).or(listed),
            problem: item.failure.clone().or(refused),
            reason: item.reason.clone(),
            comment: item.comment.clone(),
            wishes: times(&item.wishes),
            times: times(&item.times),
            chosen: item.chosen.as_ref().map(time),
            booked: item.booked.as_ref().map(time),
            explanation: item.explanation.clone(),
            actions: actions(&item).into_iter().map(str::to_owned).collect(),
            fhir: String::from_utf8(item.resource.to_vec()).map_err(|_| Fault::from(fault::Error::Damaged))?,
            record: item.record.map(|record| record.to_string()),
            updated: item.time.seconds(),
        })
    }

    fn listed(&self, organization: &IdentityId) -> Result<Option<String>, Error> {
        Ok(self
            .store
            .get::<TrustedItem>(organization.as_bytes())?
            .map(|item| item.name))
    }
}

/// What this side can do now.
fn actions(item: &AppointmentItem) -> Vec<&'static str> {
    let mut actions = match (item.side, item.stage, item.mine) {
        (AppointmentSide::Desk, AppointmentStage::Asked | AppointmentStage::Offered, _) => vec!["offer", "decline"],
        (AppointmentSide::Patient, AppointmentStage::Offered, _) | (_, AppointmentStage::Moved, false) => {
            vec!["accept", "decline"]
        }
        (_, AppointmentStage::Booked, _) | (_, AppointmentStage::Moved, true) => vec!["move"],
        _ => Vec::new(),
    };
    if !item.stage.is_over() {
        actions.push("cancel");
    }
    actions
}
