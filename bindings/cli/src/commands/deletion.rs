//! Grants one by one: the wish that what they gave be deleted, and keeping or stopping what stood at a recovery; and the holder's answer.

use clap::Subcommand;
use vault::facade::DeletionView;

use super::{grant, lifecycle};
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::time;

#[derive(Debug, Subcommand)]
pub(crate) enum Grant {
    /// Who has access: holder, scope, since, until, last opened.
    List,
    /// Keep access that stood when the words brought this vault back.
    Keep(lifecycle::One),
    /// End access for ever.
    Revoke(lifecycle::One),
    /// Ask the holder to delete what a grant gave; it may have ended.
    AskDelete {
        /// The grant.
        grant: String,
        /// End it in the same step.
        #[arg(long)]
        revoke: bool,
    },
    /// What you asked to be deleted, and what was answered.
    Deletions,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Access {
    /// Access received from patients.
    List,
    /// What patients ask you to delete.
    Requests,
    /// Delete everything of an access whose patient asks for it, here and in your own chain, and say so.
    Delete {
        /// The grant.
        grant: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Tell the patient why nothing is deleted.
    Refuse {
        /// The grant.
        grant: String,
        /// Why: retention (a duty to keep records), treatment (it goes on), claim (a legal claim is open), other (say it in words).
        #[arg(long, value_parser = ["retention", "treatment", "claim", "other"])]
        reason: String,
        /// What else there is to say.
        #[arg(long)]
        text: Option<String>,
    },
}

pub(crate) fn grant(context: &Context, what: &Grant) -> Result<Answer, Error> {
    match what {
        Grant::List => grant::grants(context),
        Grant::Keep(one) => lifecycle::keep(context, one),
        Grant::Revoke(one) => lifecycle::revoke(context, one),
        Grant::AskDelete { grant, revoke } => {
            let mut session = context.open_fresh()?;
            let id = lifecycle::find(&mut session, grant)?.id;
            session.command(|vault, now, rng| vault.ask_deletion(&id, *revoke, now, rng))?;
            let mut page = Page::default();
            context.send(&mut session, &mut page)?;
            deletions(&mut session, page, context)
        }
        Grant::Deletions => deletions(&mut context.open_fresh()?, Page::default(), context),
    }
}

fn deletions(session: &mut Session, mut page: Page, context: &Context) -> Result<Answer, Error> {
    let all = session.query(|vault| vault.deletions())?;
    for deletion in &all {
        show(&mut page, deletion, context);
    }
    page.push(0, Tone::Faint, render::count(all.len(), "request", "requests"));
    Answer::new(page).with("deletions", &all)
}

fn show(page: &mut Page, deletion: &DeletionView, context: &Context) {
    let state = render::phrase(&context.catalog, &format!("deletion.{}", deletion.state));
    page.push(
        0,
        Tone::Strong,
        format!("{}  {}  {state}", render::short(&deletion.grant), deletion.name),
    );
    page.item("Asked", time::show(deletion.asked));
    for answer in &deletion.answers {
        let mut said = render::phrase(&context.catalog, &format!("deletion.{}", answer.answer));
        if let Some(reason) = &answer.reason {
            said = format!(
                "{said}: {}",
                render::phrase(&context.catalog, &format!("deletion.{reason}"))
            );
        }
        if let Some(text) = &answer.text {
            said = format!("{said} ({text})");
        }
        page.item(&answer.name, format!("{}, {said}", time::show(answer.time)));
    }
}

pub(crate) fn access(context: &Context, what: &Access) -> Result<Answer, Error> {
    match what {
        Access::List => grant::accesses(context),
        Access::Requests => requests(&mut context.open_fresh()?, Page::default(), context),
        Access::Delete { grant, yes } => {
            if !yes {
                return Err(Error::argument("--yes: what is deleted does not come back"));
            }
            let mut session = context.open_fresh()?;
            let id = find(&mut session, grant)?;
            session.command(|vault, now, rng| vault.delete_access(&id, now, rng))?;
            let mut page = Page::default();
            page.line("Not reached: prints, exported files, and other systems that took something over.");
            context.send(&mut session, &mut page)?;
            requests(&mut session, page, context)
        }
        Access::Refuse { grant, reason, text } => {
            let mut session = context.open_fresh()?;
            let id = find(&mut session, grant)?;
            session.command(|vault, now, rng| vault.refuse_deletion(&id, reason, text.clone(), now, rng))?;
            let mut page = Page::default();
            context.send(&mut session, &mut page)?;
            requests(&mut session, page, context)
        }
    }
}

fn find(session: &mut Session, typed: &str) -> Result<String, Error> {
    let all = session.query(|vault| vault.deletion_requests())?;
    render::resolve(typed, all.iter().map(|request| request.grant.as_str()))
}

fn requests(session: &mut Session, mut page: Page, context: &Context) -> Result<Answer, Error> {
    let all = session.query(|vault| vault.deletion_requests())?;
    for request in &all {
        let state = render::phrase(&context.catalog, &format!("deletion.request_{}", request.state));
        page.push(
            0,
            Tone::Strong,
            format!("{}  {}  {state}", render::short(&request.grant), request.name),
        );
        page.item("Asked", time::show(request.asked));
        if let Some(answered) = request.answered {
            page.item("Answered", time::show(answered));
        }
        if let Some(reason) = &request.reason {
            page.item(
                "Reason",
                render::phrase(&context.catalog, &format!("deletion.{reason}")),
            );
        }
    }
    page.push(0, Tone::Faint, render::count(all.len(), "request", "requests"));
    Answer::new(page).with("requests", &all)
}
