//! The recovery kit: replaced by a new one.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::recover::words_from;
use super::vault::{ask_back, kit_text, write_private};
use crate::context::Context;
use crate::driver;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::terminal;

#[derive(Debug, Subcommand)]
pub(crate) enum Kit {
    /// Make 24 new words and cancel the old ones.
    Replace(Replace),
}

#[derive(Debug, Args)]
pub(crate) struct Replace {
    /// File with the words in force; without it they are asked for.
    #[arg(long, value_name = "FILE")]
    words_file: Option<PathBuf>,
    /// Write the new kit to this file instead of the screen; print it, then delete it.
    #[arg(long, value_name = "FILE")]
    kit_file: Option<PathBuf>,
    /// Take this device out in the same step; may be given several times.
    #[arg(long, value_name = "ID")]
    remove: Vec<String>,
}

pub(crate) fn kit(context: &Context, what: &Kit) -> Result<Answer, Error> {
    let Kit::Replace(arguments) = what;
    let mut session = context.open_fresh()?;
    let devices = session.query(|vault| vault.devices())?;
    let remove = arguments
        .remove
        .iter()
        .map(|typed| render::resolve(typed, devices.iter().map(|device| device.id.as_str())))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(path) = arguments.kit_file.as_deref().filter(|path| path.exists()) {
        return Err(Error::new("cli.exists", path.display().to_string()));
    }
    let words = words_from(arguments.words_file.as_deref())?;
    let new = session.query(|vault| vault.new_kit(&mut driver::random()))?;
    let relay = session.query(|vault| vault.profile())?.relay;
    let kit = [new.clone()];
    let mut page = Page::default();
    // The new words are on paper before the old ones are cancelled: a crash between must not leave the owner with none.
    match &arguments.kit_file {
        Some(path) => {
            write_private(path, kit_text(&kit, &relay).as_bytes())?;
            page.line(format!(
                "The new kit is in {}: print it, keep the paper, delete the file.",
                path.display()
            ));
        }
        None if terminal::is_interactive() => {
            let mut shown = Page::default();
            shown.line(kit_text(&kit, &relay));
            shown.print();
            if !ask_back(&kit)? {
                return Err(Error::new("cli.words_differ", "nothing was changed"));
            }
        }
        None => return Err(Error::new("cli.terminal", "give --kit-file")),
    }
    session.command(|vault, now, rng| vault.replace_kit(&words, &new, &remove, now, rng))?;
    context.send(&mut session, &mut page)?;
    let profile = session.query(|vault| vault.profile())?;
    if profile.outbox == 0 {
        page.push(
            0,
            Tone::Good,
            "The old kit is cancelled; only the new words are good from now on.",
        );
    } else {
        page.push(
            0,
            Tone::Warn,
            "Not confirmed by the relay yet: until `satchel sync` has sent everything, keep both kits.",
        );
    }
    Answer::new(page).with("replaced", profile.outbox == 0)
}
