//! An organization's own side: vouching for staff, suspending, publishing.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::officer;
use super::vault::write_private;
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::time;

#[derive(Debug, Subcommand)]
pub(crate) enum Org {
    /// Found an organization with its officers.
    Create(officer::Create),
    /// Officers: request, add, join, name, list, acts, remove.
    #[command(subcommand)]
    Officer(officer::Officer),
    /// Put the committed next key into force, by the words of the second kit.
    KeyChange {
        /// File with the words of the second kit; without it they are asked for.
        #[arg(long, value_name = "FILE")]
        next_words_file: Option<PathBuf>,
        /// File with the words of the first kit, so that it no longer recovers anything.
        #[arg(long, value_name = "FILE")]
        old_words_file: Option<PathBuf>,
        /// Where the new second kit goes.
        #[arg(long, value_name = "FILE")]
        kit_file: PathBuf,
    },
    /// What this organization says of itself.
    Show,
    /// Vouch for the person behind a request; writes the credential to a file.
    Vouch(Vouch),
    /// Suspend a credential.
    Suspend(Stand),
    /// Let a suspended credential stand again.
    Reinstate(Stand),
    /// End a credential for good.
    End(Stand),
    /// Credentials issued.
    Staff,
    /// State anew what this organization is and publish it.
    Publish {
        /// Name an intake for first messages, so that patients can ask for appointments.
        #[arg(long)]
        intake: bool,
    },
    /// Write the organization's card, which others take in with `satchel trust add --card`.
    Card {
        /// Where to.
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Vouch {
    /// The request file of `satchel credential request`.
    request: PathBuf,
    /// practitioner, laboratory or desk.
    #[arg(long)]
    role: String,
    /// Licence number.
    #[arg(long, default_value = "")]
    licence: String,
    /// For how many days.
    #[arg(long, default_value_t = 365)]
    days: u32,
    /// Where the credential goes.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Stand {
    /// The credential.
    id: String,
    /// From when, such as 2026-11-24 14:00; now when left out.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
}

pub(crate) fn org(context: &Context, what: &Org) -> Result<Answer, Error> {
    match what {
        Org::Create(arguments) => officer::create(context, arguments),
        Org::Officer(what) => officer::officer(context, what),
        Org::KeyChange {
            next_words_file,
            old_words_file,
            kit_file,
        } => officer::key_change(context, next_words_file.as_deref(), old_words_file.as_deref(), kit_file),
        Org::Show => show(context),
        Org::Vouch(arguments) => vouch(context, arguments),
        Org::Suspend(arguments) => stand(context, arguments, "suspended"),
        Org::Reinstate(arguments) => stand(context, arguments, "active"),
        Org::End(arguments) => stand(context, arguments, "ended"),
        Org::Staff => staff(context),
        Org::Publish { intake } => publish(context, *intake),
        Org::Card { file } => card(context, file),
    }
}

fn show(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let view = session.query(|vault| vault.organization())?;
    let mut page = Page::default();
    page.title(&view.name);
    page.item("Fingerprint", &view.fingerprint);
    page.item(
        "Public chain",
        format!(
            "{} on {}",
            render::count(view.blocks as usize, "block", "blocks"),
            view.relay
        ),
    );
    page.item("Intake", if view.intake { "open for first messages" } else { "none" });
    page.item("Officers", view.officers.join(", "));
    page.item("List line", &view.line);
    if view.pending > 0 {
        page.push(
            1,
            Tone::Warn,
            format!(
                "{} not admitted by the relay yet",
                render::count(view.pending as usize, "block", "blocks")
            ),
        );
    }
    Answer::new(page).with("organization", &view)
}

fn vouch(context: &Context, arguments: &Vouch) -> Result<Answer, Error> {
    let request = fs::read(&arguments.request).map_err(|error| Error::file(&arguments.request, &error))?;
    let mut session = context.open()?;
    let changes = session.command(|vault, now, rng| {
        vault.vouch(&request, &arguments.role, &arguments.licence, arguments.days, now, rng)
    })?;
    let id = changes.created.unwrap_or_default();
    let credential = session.query(|vault| vault.credential(&id))?;
    write_private(&arguments.out, &credential)?;
    let mut page = Page::default();
    page.push(
        0,
        Tone::Good,
        format!(
            "Credential {} is in {}; give it to its holder.",
            render::short(&id),
            arguments.out.display()
        ),
    );
    context.send(&mut session, &mut page)?;
    Answer::new(page).with("credential", id)
}

fn stand(context: &Context, arguments: &Stand, standing: &str) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let id = issued(&mut session, &arguments.id)?;
    let from = arguments.from.as_deref().map(time::seconds).transpose()?;
    session.command(|vault, now, rng| {
        let from = from.unwrap_or(now);
        match standing {
            "suspended" => vault.suspend(&id, from, now, rng),
            "active" => vault.reinstate(&id, from, now, rng),
            _ => vault.end(&id, from, now, rng),
        }
    })?;
    let mut page = Page::default();
    page.line(format!(
        "Credential {} is {standing} from {}.",
        render::short(&id),
        time::show(from.unwrap_or_else(|| session.now()))
    ));
    context.send(&mut session, &mut page)?;
    Answer::new(page).with("credential", id)?.with("standing", standing)
}

fn issued(session: &mut Session, typed: &str) -> Result<String, Error> {
    let all = session.query(|vault| vault.staff())?;
    render::resolve(typed, all.iter().map(|one| one.id.as_str()))
}

fn staff(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let staff = session.query(|vault| vault.staff())?;
    let mut page = Page::default();
    for one in &staff {
        let tone = if one.standing == "active" {
            Tone::Good
        } else {
            Tone::Warn
        };
        let licence = if one.licence.is_empty() {
            String::new()
        } else {
            format!(", licence {}", one.licence)
        };
        page.push(
            0,
            tone,
            format!("{}  {}  {}{licence}", render::short(&one.id), one.name, one.role),
        );
        page.item(
            "Standing",
            format!(
                "{} since {}, valid until {}",
                one.standing,
                time::show(one.since),
                time::show(one.until)
            ),
        );
    }
    page.push(0, Tone::Faint, render::count(staff.len(), "credential", "credentials"));
    Answer::new(page).with("staff", &staff)
}

fn publish(context: &Context, intake: bool) -> Result<Answer, Error> {
    let mut session = context.open()?;
    session.command(|vault, now, rng| vault.publish(intake, now, rng))?;
    let mut page = Page::default();
    context.send(&mut session, &mut page)?;
    page.line("Published.");
    let contact = session.query(|vault| vault.contact())?;
    if let Some(contact) = contact.as_ref().filter(|_| intake) {
        page.item("Contact", contact);
    }
    Answer::new(page).with("contact", contact)
}

fn card(context: &Context, file: &std::path::Path) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let card = session.query(|vault| vault.organization_card())?;
    write_private(file, &card)?;
    let mut page = Page::default();
    page.line(format!("The card is in {}; it holds no secret.", file.display()));
    Answer::new(page).with("file", file)
}
