//! The reader's side of a consent: look at a code, claim it, compare symbols.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::code;
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::terminal;
use crate::time;

/// A code, as a picture or as text.
#[derive(Debug, Args)]
pub(crate) struct Scanned {
    /// The code's text, or a PNG or JPEG picture of it.
    code: String,
}

impl Scanned {
    /// The text of the code: of a picture, when there is a file of that name.
    pub(crate) fn text(&self) -> Result<String, Error> {
        let path = PathBuf::from(&self.code);
        if self.code.contains('#') || !path.exists() {
            return Ok(self.code.trim().to_owned());
        }
        code::read(&fs::read(&path).map_err(|error| Error::file(&path, &error))?)
    }
}

/// Says what a code is. Nothing is sent and nothing is claimed.
pub(crate) fn scan(context: &Context, scanned: &Scanned) -> Result<Answer, Error> {
    let text = scanned.text()?;
    let session = context.open();
    let preview = match session {
        Ok(mut session) => session.query(|vault| vault.preview_code(&text))?,
        Err(error) => return Err(error),
    };
    let mut page = Page::default();
    page.title("A consent code: a patient offers access to records");
    page.item("Relay", &preview.relay);
    page.item("Offer", render::short(&preview.offer));
    page.push(
        0,
        Tone::Faint,
        "Nothing was claimed. To ask for access: satchel claim with the same code",
    );
    Answer::new(page).with("code", &preview)
}

#[derive(Debug, Args)]
pub(crate) struct Claim {
    #[command(flatten)]
    scanned: Scanned,
    /// Why, by HL7's code: TREAT (treatment), ETREAT, CAREMGT, PATRQT, HRESCH ...
    #[arg(long, default_value = "TREAT")]
    purpose: String,
    /// Wait this long for the symbols.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = time::duration)]
    wait: u64,
}

pub(crate) fn claim(context: &Context, arguments: &Claim) -> Result<Answer, Error> {
    let text = arguments.scanned.text()?;
    let mut session = context.open()?;
    let changes = session.command(|vault, now, rng| vault.claim(&text, &arguments.purpose, now, rng))?;
    let id = changes.created.unwrap_or_default();
    terminal::progress("Claimed; waiting for the patient's wallet ...");
    let limit = Duration::from_secs(if context.offline { 0 } else { arguments.wait });
    if !context.offline {
        session.until(limit, |session| {
            Ok(stage(session, &id)?.filter(|stage| !matches!(stage.as_str(), "fetching" | "claiming" | "waiting")))
        })?;
    }
    let view = session
        .query(|vault| vault.claims())?
        .into_iter()
        .find(|claim| claim.id == id);
    let view = view.ok_or_else(|| Error::new("vault.not_found", "no such claim"))?;
    if let ("failed", Some(code)) = (view.stage.as_str(), &view.reason) {
        return Err(Error::new(code, "the claim failed"));
    }
    let mut page = Page::default();
    match view.stage.as_str() {
        "comparing" => {
            page.title(format!("Symbols   {}", render::symbols(&view.symbols)));
            page.line("The patient compares them with the other screen and decides.");
        }
        stage => {
            page.line(format!("The claim is {stage}; see `satchel claims`."));
        }
    }
    Answer::new(page).with("claim", &view)
}

fn stage(session: &mut Session, id: &str) -> Result<Option<String>, Error> {
    let claims = session.query(|vault| vault.claims())?;
    Ok(claims.into_iter().find(|claim| claim.id == id).map(|claim| claim.stage))
}

/// Claims of either side: those made here, and those that wait for this patient's decision.
pub(crate) fn claims(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let now = session.now();
    let claims = session.query(|vault| vault.claims())?;
    let offers = session.query(|vault| vault.offers(now))?;
    let mut page = Page::default();
    for offer in offers.iter().filter(|offer| offer.stage == "claimed") {
        page.append(super::offer::one(offer, context), 0);
        page.push(
            1,
            Tone::Strong,
            format!(
                "Decide: satchel confirm {0}  or  satchel decline {0}",
                render::short(&offer.id)
            ),
        );
    }
    for claim in &claims {
        page.title(format!("{}  {}", render::short(&claim.id), claim.stage));
        if !claim.symbols.is_empty() && claim.stage == "comparing" {
            page.item("Symbols", render::symbols(&claim.symbols));
        }
        if let Some(grant) = &claim.grant {
            page.item("Access", format!("satchel read {}", render::short(grant)));
        }
        if let Some(code) = &claim.reason {
            page.push(1, Tone::Bad, format!("{} [{code}]", context.catalog.error(code)));
        }
    }
    let waiting: Vec<_> = offers.iter().filter(|offer| offer.stage == "claimed").collect();
    page.push(
        0,
        Tone::Faint,
        render::count(claims.len() + waiting.len(), "claim", "claims"),
    );
    Answer::new(page).with("claims", &claims)?.with("waiting", &waiting)
}
