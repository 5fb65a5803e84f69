//! What becomes of access that was given, and of records: revoke, pause, resume, renew, narrow, erase, deliveries.

use clap::Args;
use vault::facade::{GrantView, NarrowRequest, OfferRight};

use super::records::own_record;
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::size;
use crate::time;

#[derive(Debug, Args)]
pub(crate) struct One {
    /// The grant.
    pub(crate) grant: String,
}

#[derive(Debug, Args)]
pub(crate) struct Allowed {
    /// The grant.
    grant: String,
    /// How much, all together, such as 500M or 20G; 0 for nothing more.
    #[arg(value_name = "SIZE", value_parser = size::bytes)]
    bytes: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Renew {
    /// The grant.
    grant: String,
    /// Which rights; all that it has without this.
    #[arg(long, value_delimiter = ',')]
    rights: Vec<String>,
    /// For how long from now, such as 24h or 7d.
    #[arg(long = "for", value_name = "TIME", value_parser = time::duration, required_unless_present = "open_end")]
    lasting: Option<u64>,
    /// Without an end.
    #[arg(long, conflicts_with = "lasting")]
    open_end: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Narrow {
    /// The grant.
    grant: String,
    /// Categories that stay; those it has without this.
    #[arg(long)]
    category: Vec<String>,
    /// Single records that stay; those it names without this.
    #[arg(long, value_name = "ID")]
    record: Vec<String>,
    /// Only records signed from this date on.
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Only records signed before this date.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Rights that stay; those it has without this.
    #[arg(long, value_delimiter = ',')]
    rights: Vec<String>,
    /// Nothing new joins from now on.
    #[arg(long)]
    as_of_today: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Erase {
    /// The record.
    id: String,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

pub(crate) fn find(session: &mut Session, typed: &str) -> Result<GrantView, Error> {
    let now = session.now();
    let all = session.query(|vault| vault.grants(now))?;
    let id = render::resolve(typed, all.iter().map(|grant| grant.id.as_str()))?;
    all.into_iter()
        .find(|grant| grant.id == id)
        .ok_or_else(|| Error::new("vault.not_found", typed))
}

/// Sends, then says how the grant stands: never "stopped" before the relay has confirmed it.
fn told(context: &Context, mut session: Session, grant: &str) -> Result<Answer, Error> {
    let mut page = Page::default();
    context.send(&mut session, &mut page)?;
    let seen = find(&mut session, grant)?;
    let sentence = match (seen.state.as_str(), seen.sent) {
        ("stopping", _) => {
            "Revoked here. The relay has not confirmed yet that everything is gone; until it has, this does not count as stopped."
        }
        ("ended", _) => {
            "Stopped: the relay confirmed that keys, copies, earlier blocks and mailbox are gone. What was seen counts as seen."
        }
        ("paused", true) => "Paused: the relay refuses the readers.",
        ("paused", false) => "Paused here; the relay has not confirmed yet.",
        (_, true) => "Done; the relay has it.",
        (_, false) => "Done here; the relay has not confirmed yet.",
    };
    page.line(sentence);
    Answer::new(page).with("grant", &seen)
}

pub(crate) fn revoke(context: &Context, arguments: &One) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let id = find(&mut session, &arguments.grant)?.id;
    session.command(|vault, now, rng| vault.revoke_grant(&id, now, rng))?;
    told(context, session, &id)
}

/// Keeps access that stood when the words brought this vault back.
pub(crate) fn keep(context: &Context, arguments: &One) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let id = find(&mut session, &arguments.grant)?.id;
    session.command(|vault, now, rng| vault.keep_grant(&id, now, rng))?;
    told(context, session, &id)
}

pub(crate) fn pause(context: &Context, arguments: &One) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let id = find(&mut session, &arguments.grant)?.id;
    session.command(|vault, now, rng| vault.pause_grant(&id, now, rng))?;
    told(context, session, &id)
}

pub(crate) fn resume(context: &Context, arguments: &One) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let id = find(&mut session, &arguments.grant)?.id;
    session.command(|vault, now, rng| vault.resume_grant(&id, now, rng))?;
    told(context, session, &id)
}

pub(crate) fn files(context: &Context, arguments: &Allowed) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let id = find(&mut session, &arguments.grant)?.id;
    session.command(|vault, now, rng| vault.allow_files(&id, arguments.bytes, now, rng))?;
    told(context, session, &id)
}

pub(crate) fn renew(context: &Context, arguments: &Renew) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let grant = find(&mut session, &arguments.grant)?;
    let has = grant.permissions.iter().map(|permission| permission.right.clone());
    let rights = if arguments.rights.is_empty() {
        has.collect()
    } else {
        arguments.rights.clone()
    };
    let rights: Vec<OfferRight> = rights
        .into_iter()
        .map(|right| OfferRight {
            right,
            seconds: arguments.lasting,
        })
        .collect();
    session.command(|vault, now, rng| vault.renew_grant(&grant.id, &rights, now, rng))?;
    told(context, session, &grant.id)
}

pub(crate) fn narrow(context: &Context, arguments: &Narrow) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let grant = find(&mut session, &arguments.grant)?;
    let or = |given: &[String], kept: Vec<String>| if given.is_empty() { kept } else { given.to_vec() };
    let mut records = Vec::new();
    for typed in &arguments.record {
        records.push(own_record(&mut session, typed)?);
    }
    // Naming only records leaves no whole category, and the other way round.
    let named = !arguments.category.is_empty() || !records.is_empty();
    let date = |text: &Option<String>| text.as_ref().map(|text| time::seconds(text)).transpose();
    let request = NarrowRequest {
        categories: if named {
            arguments.category.clone()
        } else {
            grant.categories.clone()
        },
        records: if named { records } else { grant.records.clone() },
        from: date(&arguments.from)?.or(grant.from),
        until: date(&arguments.until)?.or(grant.until),
        ongoing: grant.ongoing && !arguments.as_of_today,
        rights: or(
            &arguments.rights,
            grant.permissions.iter().map(|own| own.right.clone()).collect(),
        ),
    };
    session.command(|vault, now, rng| vault.narrow_grant(&grant.id, &request, now, rng))?;
    told(context, session, &grant.id)
}

/// What was fetched under a grant, and whether a receipt says that it was opened.
pub(crate) fn deliveries(context: &Context, arguments: &One) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let id = find(&mut session, &arguments.grant)?.id;
    session.command(|vault, now, rng| vault.fetch_deliveries(&id, now, rng))?;
    let mut page = Page::default();
    context.send(&mut session, &mut page)?;
    let all = session.query(|vault| vault.deliveries(&id))?;
    for delivery in &all {
        let opened = delivery.opened.map_or_else(
            || "delivered, opening not confirmed".to_owned(),
            |time| format!("opened {}", time::show(time)),
        );
        let key = if delivery.claimed {
            ""
        } else {
            " (by a key the relay alone vouches for)"
        };
        page.line(format!(
            "{}  fetched {}{key}  {opened}",
            render::short(&delivery.record),
            time::show(delivery.time)
        ));
    }
    page.push(0, Tone::Faint, render::count(all.len(), "delivery", "deliveries"));
    Answer::new(page).with("deliveries", &all)
}

pub(crate) fn erase(context: &Context, arguments: &Erase) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let id = own_record(&mut session, &arguments.id)?;
    let mut page = Page::default();
    if !arguments.yes {
        return Err(Error::argument("--yes: an erased record does not come back"));
    }
    session.command(|vault, now, rng| vault.erase_record(&id, now, rng))?;
    context.send(&mut session, &mut page)?;
    let all = session.query(|vault| vault.erasures())?;
    let erased = all.into_iter().find(|erasure| erasure.record == id);
    if let Some(erased) = &erased {
        page.line(if erased.state == "erased" {
            "Erased on this device, at the relay and in every grant. Its block stays; the chain verifies as before."
        } else {
            "Erased on this device. The relay has not confirmed yet that it is gone there."
        });
        if erased.holders.is_empty() {
            page.line("Nobody is known to have fetched it.");
        } else {
            page.line(format!("May still hold a copy: {}.", erased.holders.join(", ")));
        }
        page.line("Not reached: a backup of the relay that is older than this, together with the words of the kit.");
    }
    Answer::new(page).with("erasure", &erased)
}
