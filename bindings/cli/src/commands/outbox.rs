//! What waits to be sent to other people, and taking it back.

use clap::Subcommand;

use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::time;

#[derive(Debug, Subcommand)]
pub(crate) enum Outbox {
    /// What waits to be sent.
    List,
    /// Take a signed record back that was not sent yet.
    Cancel {
        /// As `satchel outbox list` or `satchel submissions` lists it.
        id: String,
    },
}

pub(crate) fn outbox(context: &Context, what: &Outbox) -> Result<Answer, Error> {
    // Nothing is sent first: that would be what is to be prevented.
    let mut session = context.open()?;
    if let Outbox::Cancel { id } = what {
        let waiting = session.query(|vault| vault.outbox())?;
        let written = session.query(|vault| vault.submissions())?;
        let all = waiting
            .iter()
            .map(|one| one.id.as_str())
            .chain(written.iter().map(|one| one.id.as_str()));
        let mut known: Vec<&str> = all.collect();
        known.sort_unstable();
        known.dedup();
        let id = render::resolve(id, known)?;
        session.command(|vault, now, rng| vault.cancel_outbox(&id, now, rng))?;
        let mut page = Page::default();
        page.push(0, Tone::Good, "Taken back: it was not sent and will not be.");
        return Answer::new(page).with("record", id);
    }
    let waiting = session.query(|vault| vault.outbox())?;
    let mut page = Page::default();
    for one in &waiting {
        let kind = match &one.record_kind {
            Some(kind) => render::phrase(&context.catalog, kind),
            None => "message".to_owned(),
        };
        let title = one
            .title
            .as_deref()
            .map(|title| format!(": {title}"))
            .unwrap_or_default();
        let to = one.to.as_deref().map(|to| format!(" for {to}")).unwrap_or_default();
        page.push(
            0,
            Tone::Plain,
            format!(
                "{}  {}  {:<8} {kind}{title}{to}",
                render::short(&one.id),
                time::show(one.since),
                one.state
            ),
        );
        if let Some(code) = &one.reason {
            page.push(1, Tone::Bad, format!("{} [{code}]", context.catalog.error(code)));
        }
    }
    page.push(
        0,
        Tone::Faint,
        render::count(waiting.len(), "thing waits to be sent", "things wait to be sent"),
    );
    Answer::new(page).with("outbox", &waiting)
}
