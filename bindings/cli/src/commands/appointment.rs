//! Appointments: asked by the patient, answered with times, booked, moved, called off.

use clap::{Args, Subcommand};
use vault::facade::{AppointmentRequest, AppointmentTime, AppointmentView};

use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::time;

#[derive(Debug, Subcommand)]
pub(crate) enum Appointment {
    /// Open an intake, so that patients can ask (practitioner, lab, organization).
    Open,
    /// The link to this desk's contact.
    Contact,
    /// Ask a desk for an appointment.
    Ask(Ask),
    /// Offer times.
    Offer(Times),
    /// Take one of the times on offer.
    Accept {
        /// The appointment.
        id: String,
        /// Which time, as `satchel appointment list` counts them.
        #[arg(long, default_value_t = 1)]
        time: u32,
    },
    /// Propose another time for what is booked.
    Move(Times),
    /// Say no.
    Decline(Saying),
    /// Call it off.
    Cancel(Saying),
    /// All appointments.
    List,
}

#[derive(Debug, Args)]
pub(crate) struct Ask {
    /// The desk's contact link.
    contact: String,
    /// Why.
    #[arg(long)]
    reason: String,
    /// What else the desk should know.
    #[arg(long)]
    comment: Option<String>,
    /// A time that would suit, as START or START/LENGTH such as "2026-11-24 09:30/20m"; may be given several times.
    #[arg(long, value_name = "TIME")]
    wish: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Times {
    /// The appointment.
    id: String,
    /// A time, as START or START/LENGTH such as "2026-11-24 09:30/20m"; half an hour when no length is given.
    #[arg(required = true)]
    time: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Saying {
    /// The appointment.
    id: String,
    /// Why, in words for the other side.
    #[arg(long)]
    because: Option<String>,
}

pub(crate) fn appointment(context: &Context, what: &Appointment) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let page = Page::default();
    match what {
        Appointment::List => return list(context, &mut session, page),
        Appointment::Contact => return contact(&mut session, page),
        Appointment::Open => {
            session.command(|vault, now, rng| vault.open_intake(now, rng))?;
            let mut page = page;
            context.send(&mut session, &mut page)?;
            return contact(&mut session, page);
        }
        Appointment::Ask(ask) => {
            let request = AppointmentRequest {
                contact: ask.contact.clone(),
                reason: ask.reason.clone(),
                comment: ask.comment.clone(),
                wishes: spans(&ask.wish)?,
            };
            session.command(|vault, now, rng| vault.ask_appointment(&request, now, rng))?;
        }
        Appointment::Offer(times) => {
            let (id, spans) = (resolve(&mut session, &times.id)?, spans(&times.time)?);
            session.command(|vault, now, rng| vault.offer_times(&id, spans.clone(), now, rng))?;
        }
        Appointment::Accept { id, time } => {
            let id = resolve(&mut session, id)?;
            let place = time
                .checked_sub(1)
                .ok_or_else(|| Error::argument("times are counted from 1"))?;
            session.command(|vault, now, rng| vault.accept_time(&id, place, now, rng))?;
        }
        Appointment::Move(times) => {
            let (id, spans) = (resolve(&mut session, &times.id)?, spans(&times.time)?);
            let [span] = spans.as_slice() else {
                return Err(Error::argument("one time"));
            };
            session.command(|vault, now, rng| vault.move_appointment(&id, span.start, span.end, now, rng))?;
        }
        Appointment::Decline(saying) => {
            let id = resolve(&mut session, &saying.id)?;
            session.command(|vault, now, rng| vault.decline_appointment(&id, saying.because.clone(), now, rng))?;
        }
        Appointment::Cancel(saying) => {
            let id = resolve(&mut session, &saying.id)?;
            session.command(|vault, now, rng| vault.cancel_appointment(&id, saying.because.clone(), now, rng))?;
        }
    }
    let mut page = page;
    context.send(&mut session, &mut page)?;
    list(context, &mut session, page)
}

fn contact(session: &mut Session, mut page: Page) -> Result<Answer, Error> {
    let contact = session.query(|vault| vault.contact())?;
    match &contact {
        Some(link) => page.line(link),
        None => page.push(
            0,
            Tone::Warn,
            "No intake is open; `satchel appointment open` opens one.",
        ),
    };
    Answer::new(page).with("contact", &contact)
}

fn list(context: &Context, session: &mut Session, mut page: Page) -> Result<Answer, Error> {
    let now = session.now();
    let all = session.query(|vault| vault.appointments(now))?;
    for one in &all {
        page.append(draw(one, context), 0);
    }
    page.push(0, Tone::Faint, render::count(all.len(), "appointment", "appointments"));
    Answer::new(page).with("appointments", &all)
}

pub(crate) fn draw(one: &AppointmentView, context: &Context) -> Page {
    let mut page = Page::default();
    let tone = match one.stage.as_str() {
        "booked" => Tone::Good,
        "failed" => Tone::Bad,
        _ => Tone::Strong,
    };
    let organization = one
        .organization_name
        .as_deref()
        .map(|name| format!(" ({name})"))
        .unwrap_or_default();
    page.push(
        0,
        tone,
        format!("{}  {}{organization}  {}", render::short(&one.id), one.name, one.stage),
    );
    page.item("Reason", &one.reason);
    if let Some(comment) = &one.comment {
        page.item("Comment", comment);
    }
    for wish in &one.wishes {
        page.item("Wish", show(wish));
    }
    for (place, span) in one.times.iter().enumerate() {
        page.item(&format!("Time {}", place + 1), show(span));
    }
    if let Some(span) = &one.booked {
        page.push(1, Tone::Good, format!("Booked         {}", show(span)));
    }
    if let Some(text) = &one.explanation {
        page.item("Because", text);
    }
    if let Some(code) = &one.problem {
        page.push(1, Tone::Warn, format!("{} [{code}]", context.catalog.error(code)));
    }
    if !one.actions.is_empty() {
        page.push(1, Tone::Faint, format!("can: {}", one.actions.join(", ")));
    }
    page
}

/// `2026-11-24 09:30 to 10:00`.
pub(crate) fn show(span: &AppointmentTime) -> String {
    let (start, end) = (time::show(span.start), time::show(span.end));
    let end = match (start.get(..10), end.get(..10), end.get(11..)) {
        (day, other, Some(clock)) if day == other => clock.to_owned(),
        _ => end.clone(),
    };
    format!("{start} to {end}")
}

fn spans(typed: &[String]) -> Result<Vec<AppointmentTime>, Error> {
    typed.iter().map(|text| span(text)).collect()
}

fn span(text: &str) -> Result<AppointmentTime, Error> {
    let (start, length) = text.rsplit_once('/').unwrap_or((text, "30m"));
    let length = time::duration(length).map_err(|expected| Error::argument(&expected))?;
    let start = time::seconds(start)?;
    Ok(AppointmentTime {
        start,
        end: start.saturating_add(length),
    })
}

fn resolve(session: &mut Session, typed: &str) -> Result<String, Error> {
    let now = session.now();
    let all = session.query(|vault| vault.appointments(now))?;
    render::resolve(typed, all.iter().map(|one| one.id.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_length() {
        let hour = span("2026-11-24T09:30:00Z/1h").expect("it is a time");
        assert_eq!((hour.start, hour.end - hour.start), (1_795_512_600, 3600));
        let usual = span("2026-11-24T09:30:00Z").expect("it is a time");
        assert_eq!(usual.end - usual.start, 1800);
        assert!(span("soon").is_err() && span("2026-11-24T09:30:00Z/long").is_err());
    }
}
