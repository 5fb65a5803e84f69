//! Officers of an organization: creating it, joining it, who acts for it and who did what.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use vault::facade::Setup;

use super::recover::words_from;
use super::vault::{kit_text, write_private};
use crate::context::Context;
use crate::driver;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::terminal;
use crate::time;

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The organization's name.
    #[arg(long)]
    name: String,
    /// The first officer's name: whoever holds this vault.
    #[arg(long)]
    officer: String,
    /// The second officer's request, from `satchel org officer request`.
    #[arg(long, value_name = "FILE", requires = "answer")]
    second: Option<PathBuf>,
    /// Where the answer to the second officer goes.
    #[arg(long, value_name = "FILE")]
    answer: Option<PathBuf>,
    /// Address of the home relay.
    #[arg(long, env = "SATCHEL_RELAY")]
    relay: String,
    /// Single-use values from the relay's operator, where the relay asks for them.
    #[arg(long)]
    token: Option<String>,
    /// Write both recovery kits to this file; print it, keep the two apart, delete it.
    #[arg(long, value_name = "FILE")]
    kit_file: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Officer {
    /// Make an own vault and a request to join an organization.
    Request {
        /// Your name.
        #[arg(long)]
        name: String,
        /// Where the request goes.
        file: PathBuf,
    },
    /// Let the officer behind a request join; writes the answer.
    Add {
        /// The request.
        request: PathBuf,
        /// Where the answer goes.
        #[arg(long, value_name = "FILE")]
        answer: PathBuf,
    },
    /// Take the answer in: from then on you act for the organization.
    Join {
        /// The answer.
        answer: PathBuf,
    },
    /// Say under which name this vault's officer acts.
    Name {
        /// The name.
        name: String,
    },
    /// Who acts for the organization.
    List,
    /// What each officer did.
    Acts,
    /// Take an officer out; needs the words of the first kit.
    Remove {
        /// The officer's device.
        id: String,
        /// File with the words; without it they are asked for.
        #[arg(long, value_name = "FILE")]
        words_file: Option<PathBuf>,
    },
}

pub(crate) fn create(context: &Context, arguments: &Create) -> Result<Answer, Error> {
    context.vacant()?;
    if arguments.kit_file.exists() {
        return Err(Error::new("cli.exists", arguments.kit_file.display().to_string()));
    }
    let passphrase = terminal::new_passphrase(context.passphrase_file.as_deref())?;
    let setup = Setup {
        role: "organization".to_owned(),
        name: arguments.name.clone(),
        relay: arguments.relay.clone(),
        token: arguments.token.clone(),
    };
    let mut session = Session::create(&context.vault, &setup, &passphrase)?;
    let kit = session.query(|vault| vault.kit())?;
    write_private(&arguments.kit_file, kit_text(&kit, &arguments.relay).as_bytes())?;
    terminal::progress("Founding the organization ...");
    session.sync()?;
    session.command(|vault, now, rng| vault.name_officer(&arguments.officer, now, rng))?;
    let mut page = Page::default();
    page.title(&arguments.name);
    page.line(format!(
        "Two recovery kits are in {}: print them, keep them apart, delete the file.",
        arguments.kit_file.display()
    ));
    if let (Some(request), Some(answer)) = (&arguments.second, &arguments.answer) {
        admit(context, &mut session, request, answer, &mut page)?;
    }
    context.send(&mut session, &mut page)?;
    listed(&mut session, page)
}

pub(crate) fn officer(context: &Context, what: &Officer) -> Result<Answer, Error> {
    match what {
        Officer::Request { name, file } => request(context, name, file),
        Officer::Add { request, answer } => {
            let mut session = context.open_fresh()?;
            let mut page = Page::default();
            admit(context, &mut session, request, answer, &mut page)?;
            context.send(&mut session, &mut page)?;
            listed(&mut session, page)
        }
        Officer::Join { answer } => {
            let answer = read(answer)?;
            let mut session = context.open()?;
            session.command(|vault, now, rng| vault.accept_officer(&answer, now, rng))?;
            let mut page = Page::default();
            context.send(&mut session, &mut page)?;
            listed(&mut session, page)
        }
        Officer::Name { name } => {
            let mut session = context.open_fresh()?;
            session.command(|vault, now, rng| vault.name_officer(name, now, rng))?;
            let mut page = Page::default();
            context.send(&mut session, &mut page)?;
            listed(&mut session, page)
        }
        Officer::List => listed(&mut context.open_fresh()?, Page::default()),
        Officer::Acts => acts(context),
        Officer::Remove { id, words_file } => remove(context, id, words_file.as_deref()),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Error> {
    fs::read(file).map_err(|error| Error::file(file, &error))
}

fn request(context: &Context, name: &str, file: &Path) -> Result<Answer, Error> {
    let mut session = if context.vacant().is_ok() {
        let passphrase = terminal::new_passphrase(context.passphrase_file.as_deref())?;
        Session::create_officer(&context.vault, name, &passphrase)?
    } else {
        context.open()?
    };
    let request = session.query(|vault| vault.officer_request())?;
    write_private(file, &request)?;
    let mut page = Page::default();
    page.line(format!(
        "The request is in {}; hand it in person to an officer of the organization.",
        file.display()
    ));
    Answer::new(page).with("file", file)
}

fn admit(
    context: &Context,
    session: &mut Session,
    request: &Path,
    answer: &Path,
    page: &mut Page,
) -> Result<(), Error> {
    let request = read(request)?;
    let changes = session.command(|vault, now, rng| vault.add_officer(&request, now, rng))?;
    let id = changes.created.unwrap_or_default();
    let sealed = session.query(|vault| vault.officer_answer(&id, &mut driver::random()))?;
    write_private(answer, &sealed)?;
    for show in &changes.show {
        page.push(0, Tone::Good, render::show(show, &context.catalog));
    }
    page.line(format!(
        "The answer is in {}; only the officer who asked can open it.",
        answer.display()
    ));
    Ok(())
}

fn listed(session: &mut Session, mut page: Page) -> Result<Answer, Error> {
    let officers = session.query(|vault| vault.officers())?;
    for one in &officers {
        let tone = if one.removed.is_some() {
            Tone::Faint
        } else {
            Tone::Strong
        };
        let this = if one.this { ", this vault" } else { "" };
        let until = one
            .removed
            .map(|time| format!(", taken out {}", time::show(time)))
            .unwrap_or_default();
        page.push(
            0,
            tone,
            format!(
                "{}  {} since {}{until}{this}",
                render::short(&one.id),
                one.name,
                time::show(one.since)
            ),
        );
    }
    page.push(0, Tone::Faint, render::count(officers.len(), "officer", "officers"));
    Answer::new(page).with("officers", &officers)
}

fn acts(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let acts = session.query(|vault| vault.officer_acts())?;
    let mut page = Page::default();
    for act in &acts {
        page.line(format!(
            "{}  {}  {}  {}",
            act.sequence,
            time::show(act.time),
            act.kind,
            act.officer
        ));
    }
    Answer::new(page).with("acts", &acts)
}

fn remove(context: &Context, id: &str, words_file: Option<&Path>) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let known = session.query(|vault| vault.officers())?;
    let id = render::resolve(id, known.iter().map(|one| one.id.as_str()))?;
    let words = words_from(words_file)?;
    session.command(|vault, now, rng| vault.remove_officer(&id, &words, now, rng))?;
    let mut page = Page::default();
    context.send(&mut session, &mut page)?;
    listed(&mut session, page)
}

/// The second kit takes over; a new second kit is written to a file.
pub(crate) fn key_change(
    context: &Context,
    next_words: Option<&Path>,
    old_words: Option<&Path>,
    kit_file: &Path,
) -> Result<Answer, Error> {
    if kit_file.exists() {
        return Err(Error::new("cli.exists", kit_file.display().to_string()));
    }
    let mut session = context.open_fresh()?;
    let next = words_from(next_words)?;
    let old = old_words.map(|file| words_from(Some(file))).transpose()?;
    let changes = session.command(|vault, now, rng| vault.change_root_key(&next, old.as_deref(), now, rng))?;
    let kit = session.query(|vault| vault.kit())?;
    let relay = session.query(|vault| vault.profile())?.relay;
    write_private(kit_file, kit_text(&kit, &relay).as_bytes())?;
    let mut page = Page::default();
    for show in &changes.show {
        page.push(0, Tone::Good, render::show(show, &context.catalog));
    }
    page.line(format!(
        "The kits are in {}: print them, keep the two apart, delete the file.",
        kit_file.display()
    ));
    context.send(&mut session, &mut page)?;
    Answer::new(page).with("kit_file", kit_file)
}
