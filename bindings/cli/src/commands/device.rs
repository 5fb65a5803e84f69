//! The owner's devices: list, names, taking one out.

use std::path::PathBuf;

use clap::Subcommand;
use vault::facade::DeviceView;

use super::recover::words_from;
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::time;

#[derive(Debug, Subcommand)]
pub(crate) enum Device {
    /// The devices of this identity.
    List,
    /// Call a device something.
    Rename {
        /// The device.
        id: String,
        /// The name.
        name: String,
    },
    /// Take devices out: from then on they write, read and open nothing new.
    Remove {
        /// The devices.
        #[arg(required = true)]
        ids: Vec<String>,
        /// File with the words of the kit, needed for a device that may itself take out others; without it they are asked for.
        #[arg(long, value_name = "FILE")]
        words_file: Option<PathBuf>,
    },
}

pub(crate) fn device(context: &Context, what: &Device) -> Result<Answer, Error> {
    match what {
        Device::List => {
            let mut session = context.open_fresh()?;
            listed(&mut session, Page::default())
        }
        Device::Rename { id, name } => {
            let mut session = context.open()?;
            let id = resolve(&mut session, id)?;
            session.command(|vault, now, rng| vault.rename_device(&id, name, now, rng))?;
            let mut page = Page::default();
            context.send(&mut session, &mut page)?;
            listed(&mut session, page)
        }
        Device::Remove { ids, words_file } => remove(context, ids, words_file.as_ref()),
    }
}

fn remove(context: &Context, ids: &[String], words_file: Option<&PathBuf>) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let ids = ids
        .iter()
        .map(|id| resolve(&mut session, id))
        .collect::<Result<Vec<_>, _>>()?;
    let devices = session.query(|vault| vault.devices())?;
    let admin = devices.iter().any(|device| device.admin && ids.contains(&device.id));
    let words = if admin || words_file.is_some() {
        Some(words_from(words_file.map(PathBuf::as_path))?)
    } else {
        None
    };
    session.command(|vault, now, rng| vault.remove_devices(&ids, words.as_deref(), now, rng))?;
    let mut page = Page::default();
    context.send(&mut session, &mut page)?;
    listed(&mut session, page)
}

fn resolve(session: &mut Session, typed: &str) -> Result<String, Error> {
    let devices = session.query(|vault| vault.devices())?;
    render::resolve(typed, devices.iter().map(|device| device.id.as_str()))
}

fn listed(session: &mut Session, mut page: Page) -> Result<Answer, Error> {
    let devices = session.query(|vault| vault.devices())?;
    show(&mut page, &devices);
    Answer::new(page).with("devices", &devices)
}

pub(crate) fn show(page: &mut Page, devices: &[DeviceView]) {
    for device in devices {
        let name = if device.name.is_empty() {
            "(no name)"
        } else {
            &device.name
        };
        let tone = if device.removed.is_some() {
            Tone::Faint
        } else {
            Tone::Strong
        };
        let this = if device.this { ", this device" } else { "" };
        let admin = if device.admin { ", may take out others" } else { "" };
        page.push(0, tone, format!("{}  {name}{admin}{this}", render::short(&device.id)));
        page.item("Since", time::show(device.since));
        if let (Some(block), Some(signed)) = (device.last_block, device.last_signed) {
            page.item("Last signed", format!("block {block}, {}", time::show(signed)));
        }
        match device.removed {
            Some(time) if device.removal_confirmed => {
                page.item("Taken out", time::show(time));
            }
            Some(_) => {
                let text = "taken out, not yet confirmed by the relay: it may still write and read";
                page.push(1, Tone::Warn, text);
            }
            None => {}
        }
    }
    page.push(0, Tone::Faint, render::count(devices.len(), "device", "devices"));
}
