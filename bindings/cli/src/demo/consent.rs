//! A consent by QR code: offered, drawn, read back from its picture, claimed, compared, confirmed.

use vault::facade::{OfferRequest, OfferRight, RecordQuery, RecordSummary, SymbolView};

use super::people::shown;
use super::{Cast, Stage, wait, wrong};
use crate::code;
use crate::commands::offer::{CATEGORIES, find};
use crate::commands::vault::write_private;
use crate::error::Error;
use crate::render;
use crate::session::Session;
use crate::time;

/// Access as both sides know it: the same id.
pub(super) struct Given {
    pub(super) grant: String,
}

const DAY: u64 = 86_400;

/// The doctor's access: everything but one record, for a day, with what comes later.
pub(super) fn visit(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<Given, Error> {
    stage.step("At the desk: Asha offers access for one day, keeps one record out, and shows a code");
    let records = cast.asha.query(|vault| vault.records(&RecordQuery::default()))?;
    // The oldest problem, by whatever name the samples give it.
    let named = |record: &&RecordSummary| record.category == "problem" && record.title.is_some();
    let kept = records
        .iter()
        .rev()
        .find(named)
        .or(records.last())
        .ok_or_else(|| wrong("there are no records"))?;
    stage.say(format!(
        "kept out, leaving no gap and no count: {}",
        render::row(kept, &stage.context.catalog).1
    ));
    let request = OfferRequest {
        categories: CATEGORIES.iter().map(|word| (*word).to_owned()).collect(),
        records: Vec::new(),
        from: None,
        until: None,
        ongoing: true,
        rights: rights(&["read", "append", "order"]),
        hidden: vec![kept.id.clone()],
        lifetime: 900,
    };
    let Cast { asha, rao, .. } = cast;
    agree(stage, asha, rao, &request, "visit-code.png")
}

pub(super) fn rights(words: &[&str]) -> Vec<OfferRight> {
    words
        .iter()
        .map(|right| OfferRight {
            right: (*right).to_owned(),
            seconds: Some(DAY),
        })
        .collect()
}

/// The whole exchange between a patient and a reader.
pub(super) fn agree(
    stage: &mut Stage<'_>,
    patient: &mut Session,
    reader: &mut Session,
    request: &OfferRequest,
    picture: &str,
) -> Result<Given, Error> {
    let offer = patient
        .command(|vault, now, rng| vault.offer(request, now, rng))?
        .created
        .unwrap_or_default();
    patient.sync()?;
    let view = find(patient, &offer)?;
    let url = view.url.ok_or_else(|| wrong("the offer has no code"))?;
    let path = stage.data.join(picture);
    let drawn = code::png(&url)?;
    write_private(&path, &drawn)?;
    stage.say(format!(
        "code for {}, until {}: {}",
        render::count(view.records as usize, "record", "records"),
        time::show(view.expires),
        shown(&path)
    ));
    let read = code::read(&drawn)?;
    if read != url {
        return Err(wrong("the picture reads back as another code"));
    }
    stage.say(format!(
        "the reader's camera reads {} characters, with no health data in them, and claims",
        read.len()
    ));
    reader.query(|vault| vault.preview_code(&read))?;
    let claim = reader
        .command(|vault, now, rng| vault.claim(&read, "TREAT", now, rng))?
        .created
        .unwrap_or_default();
    reader.sync()?;
    let seen = wait(patient, "the claim did not arrive", |patient| {
        Ok(Some(find(patient, &offer)?).filter(|offer| offer.stage == "claimed"))
    })?;
    let compared = wait(reader, "the symbols did not arrive", |reader| {
        let claims = reader.query(|vault| vault.claims())?;
        Ok(claims
            .into_iter()
            .find(|one| one.id == claim && one.stage == "comparing"))
    })?;
    let claimant = seen.claimant.as_ref().ok_or_else(|| wrong("nobody claims"))?;
    stage.show(render::claimant(claimant, &stage.context.catalog), 1);
    stage.say(format!("Asha's screen    {}", render::symbols(&seen.symbols)));
    stage.say(format!("reader's screen  {}", render::symbols(&compared.symbols)));
    if seen.symbols != compared.symbols || seen.symbols.len() != 4 {
        return Err(wrong("the symbols differ"));
    }
    let names: Vec<String> = compared
        .symbols
        .iter()
        .map(|symbol: &SymbolView| symbol.name.clone())
        .collect();
    let confirmed = patient.command(|vault, now, rng| vault.confirm(&offer, Some(names.clone()), now, rng))?;
    let grant = confirmed.created.ok_or_else(|| wrong("no access was given"))?;
    patient.sync()?;
    wait(reader, "the access did not arrive", |reader| {
        let now = reader.now();
        let accesses = reader.query(|vault| vault.accesses(now))?;
        Ok(accesses
            .into_iter()
            .find(|access| access.id == grant && access.records >= view.records)
            .map(drop))
    })?;
    stage.good("the symbols match; Asha confirms; the share opens on the other side");
    Ok(Given { grant })
}
