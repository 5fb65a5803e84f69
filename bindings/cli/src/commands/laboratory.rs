//! Requests: how far each has come; the lab's own steps. Corrections and who had read what they correct.

use clap::{Args, Subcommand};
use vault::facade::OrderStateDraft;

use super::lab::specimen;
use super::watch::{Watch, watch};
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::time;

#[derive(Debug, Subcommand)]
pub(crate) enum Lab {
    /// Requests and how far each has come.
    Orders,
    /// Say how far the work on a request has come: collected, in_progress or rejected.
    State(State),
    /// The specimens of a request; with --add, name more that were collected.
    Specimen(Specimens),
    /// Take results from a folder: FHIR bundles of the lab's own system, each accepted or refused, never half.
    Watch(Watch),
}

#[derive(Debug, Args)]
pub(crate) struct State {
    /// The request, as `satchel lab orders` lists it.
    order: String,
    /// collected, in_progress or rejected.
    state: String,
    /// Why it was rejected.
    #[arg(long)]
    reason: Option<String>,
    /// What was collected, as KIND;NUMBER;TAKEN;REJECTED; may be given several times.
    #[arg(long, value_name = "SPECIMEN")]
    specimen: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Specimens {
    /// The request, as `satchel lab orders` lists it.
    order: String,
    /// What was collected, as KIND;NUMBER;TAKEN, and with a fourth part why it cannot be used; may be given several times.
    #[arg(long, value_name = "SPECIMEN")]
    add: Vec<String>,
}

pub(crate) fn lab(context: &Context, what: &Lab) -> Result<Answer, Error> {
    match what {
        Lab::Watch(arguments) => watch(context, arguments),
        Lab::Orders => orders(context),
        Lab::State(state) => {
            let draft = OrderStateDraft {
                state: state.state.replace('-', "_"),
                reason: state.reason.clone(),
                specimens: state
                    .specimen
                    .iter()
                    .map(|text| specimen(text))
                    .collect::<Result<_, _>>()?,
            };
            set(context, &state.order, &draft)
        }
        Lab::Specimen(named) if named.add.is_empty() => specimens(context, &named.order),
        Lab::Specimen(named) => {
            let draft = OrderStateDraft {
                state: "collected".to_owned(),
                reason: None,
                specimens: named.add.iter().map(|text| specimen(text)).collect::<Result<_, _>>()?,
            };
            set(context, &named.order, &draft)
        }
    }
}

fn orders(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let orders = session.query(|vault| vault.orders())?;
    let mut page = Page::default();
    for order in &orders {
        let tone = match order.state.as_str() {
            "filed" => Tone::Good,
            "rejected" | "corrected" => Tone::Warn,
            _ => Tone::Plain,
        };
        let patient = order
            .patient
            .as_deref()
            .map(|name| format!(" for {name}"))
            .unwrap_or_default();
        page.push(
            0,
            tone,
            format!(
                "{}  {}  {:<11} {}{patient}",
                render::short(&order.id),
                time::show(order.since),
                order.state.replace('_', " "),
                order.title.as_deref().unwrap_or("Request"),
            ),
        );
        if let Some(reason) = &order.reason {
            page.push(1, Tone::Warn, format!("Reason: {reason}"));
        }
    }
    page.push(0, Tone::Faint, render::count(orders.len(), "request", "requests"));
    Answer::new(page).with("orders", &orders)
}

/// The request that a typed beginning names, and its grant.
fn order(session: &mut Session, typed: &str) -> Result<(String, Option<String>), Error> {
    let orders = session.query(|vault| vault.orders())?;
    let id = render::resolve(typed, orders.iter().map(|order| order.id.as_str()))?;
    let grant = orders
        .into_iter()
        .find(|order| order.id == id)
        .and_then(|order| order.grant);
    Ok((id, grant))
}

fn set(context: &Context, typed: &str, draft: &OrderStateDraft) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let (id, grant) = order(&mut session, typed)?;
    let grant = grant.unwrap_or_default();
    // Working on a request means having read it; the patient is told as for any other reading.
    super::read::open(context, &mut session, &grant, std::slice::from_ref(&id))?;
    let created = session
        .command(|vault, now, rng| vault.set_order_state(&grant, &id, draft, now, rng))?
        .created;
    let mut page = Page::default();
    page.push(
        0,
        Tone::Good,
        format!(
            "Signed: request {} is {}",
            render::short(&id),
            draft.state.replace('_', " ")
        ),
    );
    context.send(&mut session, &mut page)?;
    Answer::new(page).with("record", created.unwrap_or_default())
}

fn specimens(context: &Context, typed: &str) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let (id, _) = order(&mut session, typed)?;
    let all = session.query(|vault| vault.order_specimens(&id))?;
    let mut page = Page::default();
    for one in &all {
        let kind = one.kind.as_deref().unwrap_or("specimen");
        let number = one
            .number
            .as_deref()
            .map(|number| format!(" {number}"))
            .unwrap_or_default();
        let taken = one
            .collected
            .as_deref()
            .map(|date| format!(", taken {date}"))
            .unwrap_or_default();
        let (tone, use_) = match &one.reason {
            Some(reason) if !one.usable => (Tone::Warn, format!("; cannot be used: {reason}")),
            _ => (Tone::Plain, String::new()),
        };
        page.push(0, tone, format!("{kind}{number}{taken}{use_}"));
    }
    page.push(0, Tone::Faint, render::count(all.len(), "specimen", "specimens"));
    Answer::new(page).with("specimens", &all)
}

/// What was corrected or withdrawn.
pub(crate) fn corrections(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let all = session.query(|vault| vault.corrections())?;
    let mut page = Page::default();
    for one in &all {
        let what = if one.withdrawn { "withdrawn" } else { "corrected" };
        page.push(
            0,
            Tone::Warn,
            format!(
                "{}  {} {what} by {}: {}",
                time::show(one.time),
                one.title.as_deref().unwrap_or("Record"),
                one.author,
                one.reason.as_deref().unwrap_or("no reason given"),
            ),
        );
        page.push(
            1,
            Tone::Faint,
            format!("old {}, new {}", render::short(&one.old), render::short(&one.new)),
        );
        if one.opened.is_some() {
            page.push(1, Tone::Warn, "you had read the old version");
        }
        for reader in &one.readers {
            let told = match (reader.read, reader.told) {
                (Some(time), _) => format!("has read the new one on {}", time::show(time)),
                (None, true) => "is told".to_owned(),
                (None, false) => "cannot be told: the grant is over".to_owned(),
            };
            page.push(
                1,
                Tone::Plain,
                format!("{} had read it on {}; {told}", reader.name, time::show(reader.opened)),
            );
        }
    }
    page.push(0, Tone::Faint, render::count(all.len(), "correction", "corrections"));
    Answer::new(page).with("corrections", &all)
}
