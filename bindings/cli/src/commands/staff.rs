//! Credentials as their holder sees them, and the list of organizations that the owner trusts.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::vault::write_private;
use crate::context::Context;
use crate::driver;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::time;

#[derive(Debug, Subcommand)]
pub(crate) enum Credential {
    /// Write a request, to be handed to the organization.
    Request {
        /// Where to.
        file: PathBuf,
    },
    /// Take in the credential that the organization gave.
    Accept {
        /// The credential file.
        file: PathBuf,
    },
    /// Credentials held.
    List,
}

pub(crate) fn credential(context: &Context, what: &Credential) -> Result<Answer, Error> {
    match what {
        Credential::Request { file } => request(context, file),
        Credential::Accept { file } => accept(context, file),
        Credential::List => credentials(context),
    }
}

fn request(context: &Context, file: &std::path::Path) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let now = session.now();
    let request = session.query(|vault| vault.credential_request(now, &mut driver::random()))?;
    write_private(file, &request)?;
    let mut page = Page::default();
    page.line(format!(
        "The request is in {}; hand it to the organization's officer in person.",
        file.display()
    ));
    Answer::new(page).with("file", file)
}

fn accept(context: &Context, file: &std::path::Path) -> Result<Answer, Error> {
    let bytes = fs::read(file).map_err(|error| Error::file(file, &error))?;
    let mut session = context.open()?;
    let changes = session.command(|vault, now, rng| vault.accept_credential(&bytes, now, rng))?;
    let mut page = Page::default();
    for show in &changes.show {
        page.push(0, Tone::Good, render::show(show, &context.catalog));
    }
    context.send(&mut session, &mut page)?;
    Answer::new(page).with("credential", changes.created)
}

fn credentials(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let now = session.now();
    let credentials = session.query(|vault| vault.credentials(now))?;
    let mut page = Page::default();
    for one in &credentials {
        let tone = if one.stands { Tone::Good } else { Tone::Warn };
        page.push(
            0,
            tone,
            format!(
                "{}  {}, {} at {}",
                render::short(&one.id),
                one.name,
                one.role,
                one.organization_name
            ),
        );
        let read = one.checked.map_or_else(|| "never".to_owned(), time::show);
        page.item(
            "Valid",
            format!(
                "{} to {}; list last read {read}",
                time::show(one.from),
                time::show(one.until)
            ),
        );
        if let Some(code) = &one.reason {
            page.push(1, Tone::Warn, format!("{} [{code}]", context.catalog.error(code)));
        }
    }
    page.push(
        0,
        Tone::Faint,
        render::count(credentials.len(), "credential", "credentials"),
    );
    Answer::new(page).with("credentials", &credentials)
}

#[derive(Debug, Subcommand)]
pub(crate) enum Trust {
    /// Trust an organization to vouch for people.
    Add(TrustAdd),
    /// Trust it no more.
    Remove {
        /// The organization.
        id: String,
    },
    /// Organizations you trust.
    List,
    /// Trust every organization of a list: lines `organization ID NAME`.
    Import {
        /// The list.
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct TrustAdd {
    /// Identity of the organization, 64 digits.
    #[arg(required_unless_present = "card", requires = "name")]
    id: Option<String>,
    /// Its name on your list.
    #[arg(long)]
    name: Option<String>,
    /// The organization's card instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["id", "name"])]
    card: Option<PathBuf>,
}

pub(crate) fn trust(context: &Context, what: &Trust) -> Result<Answer, Error> {
    let mut session = match what {
        Trust::List => context.open()?,
        _ => context.open_fresh()?,
    };
    let mut page = Page::default();
    match what {
        Trust::Add(TrustAdd { card: Some(file), .. }) => {
            let bytes = fs::read(file).map_err(|error| Error::file(file, &error))?;
            session.command(|vault, now, rng| vault.trust_card(&bytes, now, rng))?;
        }
        Trust::Add(TrustAdd { id, name, .. }) => {
            let (id, name) = (id.clone().unwrap_or_default(), name.clone().unwrap_or_default());
            session.command(|vault, now, rng| vault.trust(&id, &name, now, rng))?;
        }
        Trust::Remove { id } => {
            let all = session.query(|vault| vault.trusted())?;
            let id = render::resolve(id, all.iter().map(|one| one.id.as_str()))?;
            session.command(|vault, now, rng| vault.untrust(&id, now, rng))?;
        }
        Trust::Import { file } => {
            let text = fs::read_to_string(file).map_err(|error| Error::file(file, &error))?;
            session.command(|vault, now, rng| vault.trust_list(&text, now, rng))?;
        }
        Trust::List => {}
    }
    if !matches!(what, Trust::List) {
        context.send(&mut session, &mut page)?;
    }
    let trusted = session.query(|vault| vault.trusted())?;
    for one in &trusted {
        let calls = one.own_name.as_deref().filter(|name| *name != one.name);
        let calls = calls.map(|name| format!(", calls itself {name}")).unwrap_or_default();
        page.line(format!(
            "{}  {}  ({}{calls})",
            render::short(&one.id),
            one.name,
            one.fingerprint
        ));
    }
    page.push(
        0,
        Tone::Faint,
        render::count(trusted.len(), "trusted organization", "trusted organizations"),
    );
    Answer::new(page).with("trusted", &trusted)
}
