//! Letting a colleague act under a grant, and ending it.

use std::fs;
use std::path::PathBuf;

use clap::Subcommand;
use vault::facade::DelegationView;

use super::vault::write_private;
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::time;

#[derive(Debug, Subcommand)]
pub(crate) enum Delegate {
    /// Let a colleague act under a grant you received, by their contact card.
    To {
        /// The grant.
        grant: String,
        /// The colleague's card, from `satchel delegate card`.
        card: PathBuf,
        /// read, append.
        #[arg(long = "right", value_name = "RIGHT", required = true)]
        rights: Vec<String>,
        /// Until when, such as 2026-11-24 18:00.
        #[arg(long, value_name = "TIME")]
        until: String,
    },
    /// Write your own contact card to a file, for a colleague or for your organization's team.
    Card {
        /// Where to.
        file: PathBuf,
    },
    /// Delegations made, or reported to you.
    List,
    /// Stop one, as the patient or as the one who made it.
    Stop {
        /// The delegation.
        id: String,
    },
}

pub(crate) fn delegate(context: &Context, what: &Delegate) -> Result<Answer, Error> {
    match what {
        Delegate::To {
            grant,
            card,
            rights,
            until,
        } => to(context, grant, card, rights, until),
        Delegate::Card { file } => card_file(context, file),
        Delegate::List => list(context),
        Delegate::Stop { id } => stop(context, id),
    }
}

fn to(context: &Context, grant: &str, card: &std::path::Path, rights: &[String], until: &str) -> Result<Answer, Error> {
    let card = fs::read(card).map_err(|error| Error::file(card, &error))?;
    let until = time::seconds(until)?;
    let mut session = context.open_fresh()?;
    let now = session.now();
    let accesses = session.query(|vault| vault.accesses(now))?;
    let grant = render::resolve(grant, accesses.iter().map(|one| one.id.as_str()))?;
    let changes = session.command(|vault, now, rng| vault.delegate(&grant, &card, rights, until, now, rng))?;
    let mut page = Page::default();
    for show in &changes.show {
        page.push(0, Tone::Good, render::show(show, &context.catalog));
    }
    context.send(&mut session, &mut page)?;
    Answer::new(page).with("delegation", changes.created)
}

fn card_file(context: &Context, file: &std::path::Path) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let mut page = Page::default();
    if session.query(|vault| vault.contact())?.is_none() {
        session.command(|vault, now, rng| vault.open_intake(now, rng))?;
        context.send(&mut session, &mut page)?;
    }
    let card = session.query(|vault| vault.contact_card())?;
    write_private(file, &card)?;
    page.line(format!("The card is in {}; it holds no secret.", file.display()));
    Answer::new(page).with("file", file)
}

fn all(session: &mut Session) -> Result<Vec<DelegationView>, Error> {
    let now = session.now();
    session.query(|vault| vault.delegations(now))
}

fn list(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let delegations = all(&mut session)?;
    Answer::new(page_of(&delegations, &context.catalog)).with("delegations", &delegations)
}

fn page_of(delegations: &[DelegationView], catalog: &clinical::catalog::Catalog) -> Page {
    let mut page = Page::default();
    for one in delegations {
        let tone = if one.state == "live" { Tone::Strong } else { Tone::Faint };
        let name = render::author(&one.name, one.organization.as_deref());
        page.push(0, tone, format!("{}  {name}  {}", render::short(&one.id), one.state));
        page.item("Under", format!("{} (grant {})", one.under, render::short(&one.grant)));
        page.item("May", super::grant::until(&one.permissions, catalog));
        page.item(
            "Last opened",
            one.last_opened.map_or_else(|| "no receipt yet".to_owned(), time::show),
        );
        if one.state == "stopping" {
            page.push(1, Tone::Warn, "the relay has not confirmed yet");
        }
    }
    page.push(
        0,
        Tone::Faint,
        render::count(delegations.len(), "delegation", "delegations"),
    );
    page
}

fn stop(context: &Context, id: &str) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let known = all(&mut session)?;
    let id = render::resolve(id, known.iter().map(|one| one.id.as_str()))?;
    session.command(|vault, now, rng| vault.stop_delegation(&id, now, rng))?;
    let mut page = Page::default();
    context.send(&mut session, &mut page)?;
    let now = all(&mut session)?;
    let one: Vec<DelegationView> = now.into_iter().filter(|one| one.id == id).collect();
    page.append(page_of(&one, &context.catalog), 0);
    Answer::new(page).with("delegation", one.first())
}
