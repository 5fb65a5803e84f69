//! Copies of results: permitted by the patient, read by who ordered them while the patient's phone is off.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::records::{own_record, safe_name};
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::time;

#[derive(Debug, Subcommand)]
pub(crate) enum Copy {
    /// Let a lab send the result of a request to who ordered it, too.
    Allow(Allow),
    /// End such a permission.
    End {
        /// The permission, as `satchel copy list` shows it.
        id: String,
    },
    /// Permissions, and results that arrived by a copy.
    List,
    /// Read a result that arrived by a copy; opening tells the patient.
    Read {
        /// The record, as `satchel copy list` shows it.
        record: String,
        /// Save its files into this folder.
        #[arg(long, value_name = "FOLDER")]
        save: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Allow {
    /// The request.
    request: String,
    /// The lab's grant, as `satchel grants` lists it.
    #[arg(long, value_name = "GRANT")]
    lab: String,
    /// The grant of who wrote the request.
    #[arg(long, value_name = "GRANT")]
    to: String,
    /// For how many days.
    #[arg(long, default_value_t = 30)]
    days: u32,
}

pub(crate) fn copy(context: &Context, what: &Copy) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let mut page = Page::default();
    match what {
        Copy::Allow(entry) => {
            let now = session.now();
            let grants = session.query(|vault| vault.grants(now))?;
            let grant = |typed: &str| render::resolve(typed, grants.iter().map(|grant| grant.id.as_str()));
            let (lab, to) = (grant(&entry.lab)?, grant(&entry.to)?);
            let request = own_record(&mut session, &entry.request)?;
            let created = session
                .command(|vault, now, rng| vault.allow_copy(&lab, &request, &to, entry.days, now, rng))?
                .created
                .unwrap_or_default();
            page.push(
                0,
                Tone::Good,
                "The lab may send this result to who ordered it, and nothing else.",
            );
            context.send(&mut session, &mut page)?;
            Answer::new(page).with("permission", created)
        }
        Copy::End { id } => {
            let all = session.query(|vault| vault.copy_permissions())?;
            let id = render::resolve(id, all.iter().map(|one| one.id.as_str()))?;
            session.command(|vault, now, rng| vault.end_copy(&id, now, rng))?;
            page.line("Ended. What was sent before stays with who read it.");
            context.send(&mut session, &mut page)?;
            Answer::new(page).with("permission", id)
        }
        Copy::List => {
            let permissions = session.query(|vault| vault.copy_permissions())?;
            let copies = session.query(|vault| vault.copies())?;
            for one in &permissions {
                let until = match (one.ended, one.until) {
                    (Some(ended), _) => format!("ended {}", time::show(ended)),
                    (None, until) => format!("until {}", time::show(until.unwrap_or_default())),
                };
                page.line(format!(
                    "{}  request {}  {until}",
                    render::short(&one.id),
                    render::short(&one.request)
                ));
            }
            for one in &copies {
                page.push(
                    0,
                    if one.state == "filed" { Tone::Good } else { Tone::Warn },
                    format!(
                        "{}  {}  {} of {}, {}",
                        render::short(&one.record),
                        time::show(one.time),
                        one.title.as_deref().unwrap_or("Result"),
                        one.patient,
                        one.state.replace('_', " "),
                    ),
                );
            }
            page.push(0, Tone::Faint, render::count(copies.len(), "copy", "copies"));
            Answer::new(page)
                .with("permissions", &permissions)?
                .with("copies", &copies)
        }
        Copy::Read { record, save } => {
            let copies = session.query(|vault| vault.copies())?;
            let id = render::resolve(record, copies.iter().map(|one| one.record.as_str()))?;
            let found = copies.into_iter().find(|one| one.record == id);
            let (grant, state) = found.map(|one| (one.grant, one.state)).unwrap_or_default();
            session.command(|vault, now, rng| vault.open_copy(&grant, &id, now, rng))?;
            let now = session.now();
            let view = session.query(|vault| vault.copied_record(&grant, &id, now))?;
            page.append(render::record(&view, &context.catalog)?, 0);
            page.push(0, Tone::Warn, state.replace('_', " "));
            context.send(&mut session, &mut page)?;
            for (index, file) in (0u32..).zip(&view.attachments) {
                let Some(folder) = save else { continue };
                let path = folder.join(safe_name(&file.name, index));
                super::files::save(&mut session, Some(&grant), &id, index, &path)?;
                page.push(
                    0,
                    Tone::Good,
                    format!("{} saved, its hash is the signed one", path.display()),
                );
            }
            Answer::new(page).with("record", &view)?.with("state", state)
        }
    }
}
