//! Words and lines that several commands share. Sentences come from the catalogue; the command line joins them.

use std::collections::BTreeMap;

use clinical::catalog::Catalog;
use clinical::facts::{Level, Param};
use clinical::words;
use vault::facade::{Claimant, RecordSummary, RecordView, Show, Standing, SymbolView};

use crate::error::Error;
use crate::page::{Page, Tone};
use crate::time;

/// Digits of an id that are shown; commands take any unambiguous beginning.
const SHORT: usize = 10;

/// The beginning of an id.
pub(crate) fn short(id: &str) -> &str {
    id.get(..SHORT).unwrap_or(id)
}

/// The one id that begins with what was typed.
pub(crate) fn resolve<'a>(typed: &str, ids: impl IntoIterator<Item = &'a str>) -> Result<String, Error> {
    let typed = typed.trim().to_ascii_lowercase();
    let mut found = ids.into_iter().filter(|id| id.starts_with(&typed));
    match (found.next(), found.next()) {
        _ if typed.len() < 4 => Err(Error::argument("at least four digits of the id")),
        (Some(id), None) => Ok(id.to_owned()),
        (Some(_), Some(_)) => Err(Error::new("cli.ambiguous", typed)),
        (None, _) => Err(Error::new("vault.not_found", "there is nothing with this name")),
    }
}

/// A phrase without params.
pub(crate) fn phrase(catalog: &Catalog, key: &str) -> String {
    catalog.fill(key, &BTreeMap::new())
}

/// A count with its noun.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// News as a sentence.
pub(crate) fn show(news: &Show, catalog: &Catalog) -> String {
    let mut params = BTreeMap::new();
    let mut reason = None;
    for param in &news.params {
        let value = match param.name.as_str() {
            "count" => Param::Number(param.value.clone()),
            _ => Param::Text(param.value.clone()),
        };
        if param.name == "code" {
            reason = Some(format!(" {} [{}]", catalog.error(&param.value), param.value));
        }
        params.insert(param.name.clone(), value);
    }
    format!("{}{}", catalog.fill(&news.kind, &params), reason.unwrap_or_default())
}

/// The tone of a level.
pub(crate) fn tone(level: Option<Level>) -> Tone {
    match level {
        Some(level) if level.is_critical() => Tone::Bad,
        Some(Level::Low | Level::High | Level::Abnormal) => Tone::Warn,
        _ => Tone::Plain,
    }
}

/// One row of a list: id, date, kind and title, author.
pub(crate) fn row(record: &RecordSummary, catalog: &Catalog) -> (Tone, String) {
    let kind = phrase(catalog, &record.kind);
    let title = record
        .title
        .as_deref()
        .map(|title| format!(": {title}"))
        .unwrap_or_default();
    let date = record
        .date
        .as_deref()
        .map(|date| date.get(..10).unwrap_or(date))
        .unwrap_or("");
    let mut marks = Vec::new();
    if let Some(level) = record.level.as_deref().filter(|level| *level != "normal") {
        marks.push(phrase(catalog, &format!("level.{level}")));
    }
    if record.superseded_by.is_some() {
        marks.push("corrected later".to_owned());
    }
    if record.hidden {
        marks.push("kept out of shares".to_owned());
    }
    if record.attachments > 0 {
        marks.push(count(usize::try_from(record.attachments).unwrap_or(0), "file", "files"));
    }
    match record.source.as_str() {
        "imported" => marks.push("imported".to_owned()),
        "shared" if record.opened.is_none() => marks.push("not opened".to_owned()),
        "received" | "shared" => marks.push(format!("by {}", author(&record.author, record.organization.as_deref()))),
        _ => {}
    }
    let marks = if marks.is_empty() {
        String::new()
    } else {
        format!("  ({})", marks.join(", "))
    };
    let level = match record.level.as_deref() {
        Some(level) if level.starts_with("critical") => Tone::Bad,
        Some("normal") | None => Tone::Plain,
        Some(_) => Tone::Warn,
    };
    (
        level,
        format!("{}  {date:<10}  {kind}{title}{marks}", short(&record.id)),
    )
}

/// `Dr Rao (City Hospital)`.
pub(crate) fn author(name: &str, organization: Option<&str>) -> String {
    organization.map_or_else(|| name.to_owned(), |organization| format!("{name} ({organization})"))
}

/// What a record says, line by line.
pub(crate) fn facts(fhir: &[u8], catalog: &Catalog) -> Result<Page, Error> {
    let facts = clinical::read::read(fhir).map_err(|error| Error::new("read.json", error.to_string()))?;
    let mut page = Page::default();
    for line in words::lines(&facts, catalog) {
        page.push(usize::from(line.indent), tone(line.level), line.text);
    }
    Ok(page)
}

/// A record in full: facts, then what they are worth, then files.
pub(crate) fn record(view: &RecordView, catalog: &Catalog) -> Result<Page, Error> {
    let mut page = facts(&view.fhir, catalog)?;
    page.gap();
    page.append(standing(&view.standing, catalog), 0);
    if view.summary.source == "imported" {
        page.item("Source", phrase(catalog, "source.unsigned"));
    }
    for (index, file) in view.attachments.iter().enumerate() {
        page.item(
            &format!("File {index}"),
            format!("{} ({}, {} bytes)", file.name, file.media_type, file.size),
        );
    }
    page.push(1, Tone::Faint, format!("record {}", view.summary.id));
    if let Some(other) = &view.summary.supersedes {
        page.push(1, Tone::Faint, format!("corrects {}", short(other)));
    }
    if let Some(other) = &view.summary.replies_to {
        page.push(1, Tone::Faint, format!("answers {}", short(other)));
    }
    Ok(page)
}

/// Authentic, latest, complete: three facts, never one tick.
pub(crate) fn standing(standing: &Standing, catalog: &Catalog) -> Page {
    let mut page = Page::default();
    let signer = match standing.vouched.as_str() {
        "own" => format!("signed by {}, the patient", standing.author),
        "trusted" => {
            format!(
                "signed by {}, vouched for by {}",
                standing.author,
                standing.organization.as_deref().unwrap_or("?")
            )
        }
        _ => format!("signed as {}", standing.author),
    };
    let promised = standing
        .promised
        .map(|time| format!(", logged {}, according to this relay only", time::show(time)));
    let promised = promised.unwrap_or_default();
    let (tone, text) = match (standing.authentic.as_str(), &standing.reason) {
        ("authentic", _) => (Tone::Good, format!("Authentic      yes: {signer}{promised}")),
        ("forged", reason) => {
            let code = reason.as_deref().unwrap_or("other");
            (
                Tone::Bad,
                format!("Authentic      FORGED: {} [{code}]", catalog.error(code)),
            )
        }
        (_, reason) => {
            let code = reason.as_deref().unwrap_or("other");
            (
                Tone::Warn,
                format!(
                    "Authentic      not proven: {signer}{promised}; {} [{code}]",
                    catalog.error(code)
                ),
            )
        }
    };
    page.push(1, tone, text);
    if standing.latest {
        page.item("Latest", "no correction is known here");
    } else {
        page.push(1, Tone::Warn, "Latest         no: a correction exists");
    }
    page.item("Complete", "not claimed");
    page
}

/// Four symbols with their names.
pub(crate) fn symbols(symbols: &[SymbolView]) -> String {
    let each: Vec<String> = symbols
        .iter()
        .map(|symbol| format!("{} {}", symbol.picture, symbol.name))
        .collect();
    each.join("   ")
}

/// Who claims and who stands behind them.
pub(crate) fn claimant(claimant: &Claimant, catalog: &Catalog) -> Page {
    let mut page = Page::default();
    let name = crate::page::clean(&claimant.name);
    let role = claimant
        .role
        .as_deref()
        .map(|role| format!(", {role}"))
        .unwrap_or_default();
    let organization = claimant.organization_name.as_deref().unwrap_or("?");
    match claimant.vouched.as_str() {
        "trusted" => page.push(
            1,
            Tone::Good,
            format!("{name}{role} · vouched for by {organization}, which you trust"),
        ),
        "unknown" => page.push(
            1,
            Tone::Bad,
            format!("{name}{role} · {organization} says so, which is NOT on your list"),
        ),
        "refused" => {
            let code = claimant.reason.as_deref().unwrap_or("other");
            page.push(
                1,
                Tone::Bad,
                format!(
                    "{name}{role} · {organization} no longer vouches: {} [{code}]",
                    catalog.error(code)
                ),
            )
        }
        _ => page.push(1, Tone::Bad, format!("{name} · NOBODY vouches for this person")),
    };
    page.item("Purpose", phrase(catalog, &format!("purpose.{}", claimant.purpose)));
    page.item("Fingerprint", &claimant.fingerprint);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_names_one_id_or_none() {
        let ids = ["aabbcc", "aabbdd", "ccddee"];
        assert_eq!(resolve("ccdd", ids).as_deref(), Ok("ccddee"));
        assert_eq!(resolve("AABBC", ids).as_deref(), Ok("aabbcc"));
        for (typed, code) in [
            ("aabb", "cli.ambiguous"),
            ("ffff", "vault.not_found"),
            ("cc", "cli.argument"),
        ] {
            assert_eq!(
                resolve(typed, ids).map_err(|error| error.code),
                Err(code.to_owned()),
                "{typed}"
            );
        }
    }
}
