//! The patient's decision on a claim: the symbols compared, yes or no.

use clap::Args;
use vault::facade::{OfferView, SymbolView};

use super::offer::{find, one};
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::terminal;

#[derive(Debug, Args)]
pub(crate) struct Confirm {
    /// The offer; not needed when one claim waits.
    id: Option<String>,
    /// The four symbols on the other screen, by name, such as "key,moon,tree,boat".
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    symbols: Vec<String>,
    /// The row that the other screen shows.
    #[arg(long, value_name = "NUMBER", conflicts_with = "symbols")]
    row: Option<usize>,
    /// The symbols were compared and match; for a claimant that an organization on your list vouches for.
    #[arg(long, conflicts_with_all = ["symbols", "row"])]
    yes: bool,
}

pub(crate) fn confirm(context: &Context, arguments: &Confirm) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let offer = claimed(&mut session, arguments.id.as_deref())?;
    let symbols = picked(context, arguments, &offer)?;
    let Some(symbols) = symbols else {
        let mut page = Page::default();
        page.line("Nothing was shared.");
        return Answer::new(page).with("confirmed", false);
    };
    let changes = session.command(|vault, now, rng| vault.confirm(&offer.id, symbols.clone(), now, rng))?;
    if changes.show.iter().any(|show| show.kind == "show.symbols_differ") {
        let mut page = Page::default();
        context.send(&mut session, &mut page)?;
        return Err(Error::new("claim.symbols", "the symbols differ"));
    }
    let grant = changes.created.unwrap_or_default();
    let mut page = Page::default();
    page.push(
        0,
        Tone::Good,
        format!(
            "Access given, {} shared.",
            render::count(offer.records as usize, "record", "records")
        ),
    );
    page.push(0, Tone::Faint, format!("grant {}", render::short(&grant)));
    context.send(&mut session, &mut page)?;
    Answer::new(page).with("confirmed", true)?.with("grant", grant)
}

/// What the person read on the other screen. `None` is no.
#[expect(clippy::option_option, reason = "outside: yes or no; inside: symbols picked or not")]
fn picked(context: &Context, arguments: &Confirm, offer: &OfferView) -> Result<Option<Option<Vec<String>>>, Error> {
    let names = |row: &[SymbolView]| row.iter().map(|symbol| symbol.name.clone()).collect::<Vec<_>>();
    let row = |number: usize| {
        let row = number.checked_sub(1).and_then(|place| offer.choices.get(place));
        row.map(|row| Some(Some(names(row))))
            .ok_or_else(|| Error::argument("the number of a row"))
    };
    if !arguments.symbols.is_empty() {
        return Ok(Some(Some(arguments.symbols.clone())));
    }
    if let Some(number) = arguments.row {
        return row(number);
    }
    if arguments.yes {
        return Ok(Some(None));
    }
    one(offer, context).print();
    if offer.choices.is_empty() {
        let answer = terminal::ask("Do both screens show the same four symbols? Share now? [y/N]")?;
        return Ok(matches!(answer.as_str(), "y" | "Y" | "yes").then_some(None));
    }
    let answer = terminal::ask("Which row does the other screen show? [1-3, anything else: no]")?;
    answer.parse().map_or(Ok(None), row)
}

fn claimed(session: &mut Session, typed: Option<&str>) -> Result<OfferView, Error> {
    let now = session.now();
    let all = session.query(|vault| vault.offers(now))?;
    if let Some(typed) = typed {
        let id = render::resolve(typed, all.iter().map(|offer| offer.id.as_str()))?;
        return find(session, &id);
    }
    let mut waiting = all.into_iter().filter(|offer| offer.stage == "claimed");
    match (waiting.next(), waiting.next()) {
        (Some(offer), None) => Ok(offer),
        (None, _) => Err(Error::new("vault.not_found", "no claim waits")),
        (Some(_), Some(_)) => Err(Error::new("cli.ambiguous", "several claims wait")),
    }
}

pub(crate) fn decline(context: &Context, id: &str) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let now = session.now();
    let all = session.query(|vault| vault.offers(now))?;
    let id = render::resolve(id, all.iter().map(|offer| offer.id.as_str()))?;
    session.command(|vault, now, rng| vault.decline(&id, now, rng))?;
    let mut page = Page::default();
    page.line("Declined; nothing was shared.");
    context.send(&mut session, &mut page)?;
    Answer::new(page).with("declined", id)
}
