//! The patient's side of a consent: make a code, see who claims it, decide.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use vault::facade::{OfferRequest, OfferRight, OfferView};

use super::records::own_record;
use super::vault::write_private;
use crate::code;
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::size;
use crate::time;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("scope").required(true).multiple(true).args(["category", "record", "all"]))]
pub(crate) struct Offer {
    /// Share a whole category, such as laboratory; may be given several times.
    #[arg(long)]
    category: Vec<String>,
    /// Share a single record; may be given several times.
    #[arg(long, value_name = "ID")]
    record: Vec<String>,
    /// Share everything that is not kept out.
    #[arg(long, conflicts_with_all = ["category", "record"])]
    all: bool,
    /// Only records signed from this date on.
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Only records signed before this date.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Leave this record out; may be given several times.
    #[arg(long, value_name = "ID")]
    hide: Vec<String>,
    /// Records that come later join the share.
    #[arg(long)]
    ongoing: bool,
    /// What the reader may do: read, append (write reports and results), order (ask for tests).
    #[arg(long, value_delimiter = ',', default_values = ["read", "append", "order"])]
    rights: Vec<String>,
    /// How long the reader may read, such as 24h or 7d.
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = time::duration)]
    hours: u64,
    /// How much the reader may send in files, such as 500M or 20G; 4G without this.
    #[arg(long, value_name = "SIZE", value_parser = size::bytes)]
    files: Option<u64>,
    /// How long the code lives.
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = time::duration)]
    lifetime: u64,
    /// Write the code as a picture.
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Write the code as a drawing for printing.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// After reading ends, results of what was ordered may still come in for this long.
const APPEND_LONGER: u64 = 90 * 86_400;

/// All categories that records fall into.
pub(crate) const CATEGORIES: &[&str] = &[
    "demographics",
    "problem",
    "allergy",
    "medication",
    "immunization",
    "vital_sign",
    "laboratory",
    "imaging",
    "procedure",
    "visit",
    "order",
    "appointment",
    "care_plan",
    "consent",
    "document",
    "provenance",
    "coverage",
    "other",
];

pub(crate) fn offer(context: &Context, arguments: &Offer) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let request = request(&mut session, arguments)?;
    let changes = session.command(|vault, now, rng| vault.offer(&request, now, rng))?;
    let id = changes.created.unwrap_or_default();
    if let Some(bytes) = arguments.files {
        session.command(|vault, now, rng| vault.allow_files(&id, bytes, now, rng))?;
    }
    let offer = find(&mut session, &id)?;
    let url = offer.url.clone().unwrap_or_default();
    let mut page = Page::default();
    page.title(summary(&request, &offer));
    context.send(&mut session, &mut page)?;
    if let Some(path) = &arguments.png {
        write_private(path, &code::png(&url)?)?;
        page.line(format!("The code is in {}", path.display()));
    }
    if let Some(path) = &arguments.svg {
        write_private(path, code::svg(&url)?.as_bytes())?;
        page.line(format!("The code is in {}", path.display()));
    }
    if arguments.png.is_none() && arguments.svg.is_none() {
        page.line(code::terminal(&url)?);
    }
    page.line(&url);
    page.push(
        0,
        Tone::Faint,
        format!(
            "Show it to one reader only; the first claim wins. It dies {}.",
            time::show(offer.expires)
        ),
    );
    page.push(
        0,
        Tone::Faint,
        format!("Then: satchel claims, satchel confirm {}", render::short(&id)),
    );
    Answer::new(page).with("offer", &offer)
}

fn request(session: &mut Session, arguments: &Offer) -> Result<OfferRequest, Error> {
    let mut ids = |typed: &[String]| {
        typed
            .iter()
            .map(|typed| own_record(session, typed))
            .collect::<Result<Vec<_>, _>>()
    };
    let (records, hidden) = (ids(&arguments.record)?, ids(&arguments.hide)?);
    let categories = if arguments.all {
        CATEGORIES.iter().map(|word| (*word).to_owned()).collect()
    } else {
        arguments.category.clone()
    };
    let right = |right: &String| OfferRight {
        right: right.clone(),
        seconds: Some(if right == "append" {
            arguments.hours.saturating_add(APPEND_LONGER)
        } else {
            arguments.hours
        }),
    };
    Ok(OfferRequest {
        categories,
        records,
        from: arguments.from.as_deref().map(time::seconds).transpose()?,
        until: arguments.until.as_deref().map(time::seconds).transpose()?,
        ongoing: arguments.ongoing,
        rights: arguments.rights.iter().map(right).collect(),
        hidden,
        lifetime: arguments.lifetime,
    })
}

/// What would be shared, in one sentence, before anybody scans.
fn summary(request: &OfferRequest, offer: &OfferView) -> String {
    let later = if request.ongoing {
        " and those that come later"
    } else {
        ""
    };
    let rights: Vec<&str> = request.rights.iter().map(|right| right.right.as_str()).collect();
    format!(
        "Shares {}{later}; the reader may {}, and send files up to {}.",
        render::count(offer.records as usize, "record", "records"),
        rights.join(", "),
        size::show(offer.files)
    )
}

pub(crate) fn find(session: &mut Session, id: &str) -> Result<OfferView, Error> {
    let now = session.now();
    let all = session.query(|vault| vault.offers(now))?;
    all.into_iter()
        .find(|offer| offer.id == id)
        .ok_or_else(|| Error::new("vault.not_found", "no such offer"))
}

pub(crate) fn offers(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let now = session.now();
    let offers = session.query(|vault| vault.offers(now))?;
    let mut page = Page::default();
    for offer in &offers {
        page.append(one(offer, context), 0);
    }
    page.push(0, Tone::Faint, render::count(offers.len(), "code", "codes"));
    Answer::new(page).with("offers", &offers)
}

/// One offer: who claims, symbols or three rows.
pub(crate) fn one(offer: &OfferView, context: &Context) -> Page {
    let mut page = Page::default();
    let records = render::count(offer.records as usize, "record", "records");
    page.title(format!(
        "{}  {}  {records}, code until {}",
        render::short(&offer.id),
        offer.stage,
        time::show(offer.expires)
    ));
    if let Some(claimant) = &offer.claimant {
        page.append(render::claimant(claimant, &context.catalog), 0);
    }
    if !offer.symbols.is_empty() {
        page.item("Symbols", render::symbols(&offer.symbols));
    }
    for (row, choice) in offer.choices.iter().enumerate() {
        page.item(&format!("Row {}", row + 1), render::symbols(choice));
    }
    if !offer.choices.is_empty() {
        page.push(
            1,
            Tone::Warn,
            "Ask which row the other screen shows; if none matches, decline.",
        );
    }
    if offer.attempts > 0 {
        page.push(1, Tone::Bad, format!("{} more tried to use this code", offer.attempts));
    }
    page
}
