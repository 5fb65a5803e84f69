//! Reading what a patient shared. Opening a record signs a receipt that goes to the patient.

use std::path::PathBuf;

use clap::Args;
use vault::facade::RecordQuery;

use super::records::{Filter, safe_name};
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;

#[derive(Debug, Args)]
pub(crate) struct Read {
    /// The grant, as `satchel accesses` lists it.
    grant: String,
    /// Open this record; may be given several times.
    #[arg(long, value_name = "ID")]
    open: Vec<String>,
    /// Open every record that the filter finds.
    #[arg(long, conflicts_with = "open")]
    open_all: bool,
    /// With --open: print the signed FHIR bytes exactly as they are.
    #[arg(long, requires = "open")]
    fhir: bool,
    /// Save the files of the opened records in this folder.
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    #[command(flatten)]
    filter: Filter,
}

pub(crate) fn read(context: &Context, arguments: &Read) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let grant = access(&mut session, &arguments.grant)?;
    let query = arguments.filter.query();
    let listed = session.query(|vault| vault.shared_records(&grant, &query))?;
    if !arguments.open_all && arguments.open.is_empty() {
        let mut page = head(&mut session, &grant)?;
        for record in &listed {
            let (tone, text) = render::row(record, &context.catalog);
            page.push(0, tone, text);
        }
        page.push(
            0,
            Tone::Faint,
            format!(
                "{}; --open ID opens one and tells the patient",
                render::count(listed.len(), "record", "records")
            ),
        );
        return Answer::new(page).with("records", &listed);
    }
    let ids: Vec<String> = if arguments.open_all {
        listed.iter().map(|record| record.id.clone()).collect()
    } else {
        let all = session.query(|vault| vault.shared_records(&grant, &RecordQuery::default()))?;
        let one = |typed: &String| render::resolve(typed, all.iter().map(|record| record.id.as_str()));
        arguments.open.iter().map(one).collect::<Result<_, _>>()?
    };
    open(context, &mut session, &grant, &ids)?;
    let now = session.now();
    let mut page = Page::default();
    let mut opened = Vec::new();
    for id in &ids {
        let view = session.query(|vault| vault.shared_record(&grant, id, now))?;
        if arguments.fhir && !context.json {
            super::records::verbatim(&view)?;
            continue;
        }
        page.append(render::record(&view, &context.catalog)?, 0);
        for (index, file) in (0u32..).zip(&view.attachments) {
            if let Some(folder) = &arguments.save {
                let path = folder.join(safe_name(&file.name, index));
                super::files::save(&mut session, Some(&grant), id, index, &path)?;
                page.push(
                    0,
                    Tone::Good,
                    format!("{} saved, its hash is the signed one", path.display()),
                );
            }
        }
        page.gap();
        opened.push(view);
    }
    Answer::new(page).with("records", &opened)
}

/// Fetches, opens and sends the receipt.
pub(crate) fn open(context: &Context, session: &mut Session, grant: &str, ids: &[String]) -> Result<(), Error> {
    session.command(|vault, now, rng| vault.fetch_shared(grant, ids, now, rng))?;
    context.exchange(session)?;
    session.command(|vault, now, rng| vault.open_shared(grant, ids, now, rng))?;
    context.exchange(session)?;
    Ok(())
}

fn head(session: &mut Session, grant: &str) -> Result<Page, Error> {
    let now = session.now();
    let mut page = Page::default();
    if let Some(access) = session
        .query(|vault| vault.accesses(now))?
        .into_iter()
        .find(|access| access.id == grant)
    {
        page.title(format!("{} ({})", access.name, access.state));
        page.append(super::grant::latest(access.updated, access.checked), 0);
    }
    Ok(page)
}

/// The grant that a typed beginning names.
pub(crate) fn access(session: &mut Session, typed: &str) -> Result<String, Error> {
    let now = session.now();
    let all = session.query(|vault| vault.accesses(now))?;
    render::resolve(typed, all.iter().map(|access| access.id.as_str()))
}
