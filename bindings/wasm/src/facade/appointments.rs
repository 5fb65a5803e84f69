//! Appointments, at the desk and at the patient's.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number, read};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("appointments.ts");

#[wasm_bindgen]
impl Vault {
    /// Opens an intake for first messages, or publishes its contact anew with the newest credential beside it.
    ///
    /// # Errors
    /// `vault.role`, `vault.not_ready`.
    #[wasm_bindgen(js_name = openIntake, unchecked_return_type = "Changes")]
    pub fn open_intake(&self, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.open_intake(now, &mut random()?)?)
    }

    /// The link to this desk's contact, for a door, a letter or a web page; absent before an intake was opened.
    ///
    /// # Errors
    /// `contact.too_long`.
    pub fn contact(&self) -> Result<Option<String>, Thrown> {
        Ok(self.shared()?.contact()?)
    }

    /// Asks a desk for an appointment; `created` is its id. Only a desk whose signed contact is the linked one is told anything.
    ///
    /// # Errors
    /// `contact.*`, `vault.text`, `appointment.time`, `appointment.too_many`, `vault.role`.
    #[wasm_bindgen(js_name = askAppointment, unchecked_return_type = "Changes")]
    pub fn ask_appointment(
        &self,
        #[wasm_bindgen(unchecked_param_type = "AppointmentRequest")] request: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let request = read::<facade::AppointmentRequest>(request)?;
        let now = number(now)?;
        give(&self.exclusive()?.ask_appointment(&request, now, &mut random()?)?)
    }

    /// The desk offers times, in place of those offered before.
    ///
    /// # Errors
    /// `appointment.step`, `appointment.time`, `appointment.taken`, `appointment.too_many`, `vault.not_found`.
    #[wasm_bindgen(js_name = offerTimes, unchecked_return_type = "Changes")]
    pub fn offer_times(
        &self,
        appointment: &str,
        #[wasm_bindgen(unchecked_param_type = "AppointmentTime[]")] times: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let times = read::<Vec<facade::AppointmentTime>>(times)?;
        let now = number(now)?;
        give(&self.exclusive()?.offer_times(appointment, times, now, &mut random()?)?)
    }

    /// Takes a time on offer by its place in `times`, or agrees to the one time to move to (place 0).
    ///
    /// # Errors
    /// `appointment.step`, `appointment.time`, `appointment.taken`, `vault.not_found`.
    #[wasm_bindgen(js_name = acceptTime, unchecked_return_type = "Changes")]
    pub fn accept_time(&self, appointment: &str, index: u32, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.accept_time(appointment, index, now, &mut random()?)?)
    }

    /// Says no: to the request, to the times on offer, or to another time, which leaves the booking as it is.
    ///
    /// # Errors
    /// `appointment.step`, `vault.text`, `vault.not_found`.
    #[wasm_bindgen(js_name = declineAppointment, unchecked_return_type = "Changes")]
    pub fn decline_appointment(
        &self,
        appointment: &str,
        explanation: Option<String>,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .decline_appointment(appointment, explanation, now, &mut random()?)?,
        )
    }

    /// Proposes another time for what is booked; the booking stands until the other side agrees.
    ///
    /// # Errors
    /// `appointment.step`, `appointment.time`, `appointment.taken`, `vault.not_found`.
    #[wasm_bindgen(js_name = moveAppointment, unchecked_return_type = "Changes")]
    pub fn move_appointment(&self, appointment: &str, start: f64, end: f64, now: f64) -> Result<JsValue, Thrown> {
        let start = number(start)?;
        let end = number(end)?;
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .move_appointment(appointment, start, end, now, &mut random()?)?,
        )
    }

    /// Calls an appointment off.
    ///
    /// # Errors
    /// `appointment.step` when it is over, `vault.text`, `vault.not_found`.
    #[wasm_bindgen(js_name = cancelAppointment, unchecked_return_type = "Changes")]
    pub fn cancel_appointment(
        &self,
        appointment: &str,
        explanation: Option<String>,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .cancel_appointment(appointment, explanation, now, &mut random()?)?,
        )
    }

    /// All appointments, the one changed last first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "AppointmentView[]")]
    pub fn appointments(&self, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.shared()?.appointments(now)?)
    }
}
