//! The team of an organization: members, and which grants they act under.

use std::fs;
use std::path::PathBuf;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::time;

#[derive(Debug, Subcommand)]
pub(crate) enum Team {
    /// Take a member of staff into the team, by the contact card of `satchel delegate card`.
    Add {
        /// The card.
        card: PathBuf,
    },
    /// Take a member out; suspending the credential does it too.
    Remove {
        /// The member.
        id: String,
    },
    /// Members.
    List,
    /// Grants of the team and who of it can read.
    Grants,
}

pub(crate) fn team(context: &Context, what: &Team) -> Result<Answer, Error> {
    match what {
        Team::Add { card } => {
            let card = fs::read(card).map_err(|error| Error::file(card, &error))?;
            let mut session = context.open_fresh()?;
            let changes = session.command(|vault, now, rng| vault.add_member(&card, now, rng))?;
            let mut page = Page::default();
            for show in &changes.show {
                page.push(0, Tone::Good, render::show(show, &context.catalog));
            }
            context.send(&mut session, &mut page)?;
            members(&mut session, page)
        }
        Team::Remove { id } => {
            let mut session = context.open_fresh()?;
            let known = session.query(|vault| vault.members())?;
            let id = render::resolve(id, known.iter().map(|one| one.id.as_str()))?;
            session.command(|vault, now, rng| vault.remove_member(&id, now, rng))?;
            let mut page = Page::default();
            context.send(&mut session, &mut page)?;
            members(&mut session, page)
        }
        Team::List => members(&mut context.open_fresh()?, Page::default()),
        Team::Grants => grants(context),
    }
}

fn members(session: &mut Session, mut page: Page) -> Result<Answer, Error> {
    let members = session.query(|vault| vault.members())?;
    for one in &members {
        let tone = if one.removed.is_some() {
            Tone::Faint
        } else {
            Tone::Strong
        };
        page.push(
            0,
            tone,
            format!(
                "{}  {} since {}",
                render::short(&one.id),
                one.name,
                time::show(one.since)
            ),
        );
        if let (None, Some(leaves)) = (one.removed, one.leaves) {
            page.push(1, Tone::Warn, format!("leaves the team {}", time::show(leaves)));
        }
        if let Some(removed) = one.removed {
            let state = if one.locked_out {
                "the relay has confirmed that the keys are gone"
            } else {
                "the relay has not confirmed yet"
            };
            page.push(1, Tone::Warn, format!("taken out {}; {state}", time::show(removed)));
        }
    }
    page.push(0, Tone::Faint, render::count(members.len(), "member", "members"));
    Answer::new(page).with("members", &members)
}

fn grants(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let now = session.now();
    let grants = session.query(|vault| vault.team_grants(now))?;
    let mut page = Page::default();
    for one in &grants {
        page.push(0, Tone::Strong, format!("{}  {}", render::short(&one.id), one.name));
        page.item("Members", one.members.join(", "));
        if one.only_the_relay {
            page.push(
                1,
                Tone::Warn,
                "until the patient's device next syncs, only the relay keeps a former member out",
            );
        }
    }
    page.push(0, Tone::Faint, render::count(grants.len(), "grant", "grants"));
    Answer::new(page).with("grants", &grants)
}
