//! Who has access to this record, what access was received, and who opened what.

use clinical::catalog::Catalog;
use vault::facade::{GrantView, PermissionView};

use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::time;

/// The access list: holder, scope, since, until, last opened.
pub(crate) fn grants(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let now = session.now();
    let grants = session.query(|vault| vault.grants(now))?;
    Answer::new(list(&grants, &context.catalog)).with("grants", &grants)
}

pub(crate) fn list(grants: &[GrantView], catalog: &Catalog) -> Page {
    let mut page = Page::default();
    for grant in grants {
        let tone = if grant.state == "live" {
            Tone::Strong
        } else {
            Tone::Faint
        };
        let holder = render::author(&grant.name, grant.organization.as_deref());
        page.push(
            0,
            tone,
            format!("{}  {holder}  {}", render::short(&grant.id), grant.state),
        );
        page.item(
            "Scope",
            scope(&grant.categories, grant.records.len(), grant.ongoing, catalog),
        );
        page.item(
            "Purpose",
            render::phrase(catalog, &format!("purpose.{}", grant.purpose)),
        );
        page.item("Since", time::show(grant.since));
        page.item("Until", until(&grant.permissions, catalog));
        if grant.files > 0 {
            page.item("Files", format!("may send up to {}", crate::size::show(grant.files)));
        }
        page.item("Shared", render::count(grant.shared as usize, "record", "records"));
        page.item(
            "Last opened",
            grant
                .last_opened
                .map_or_else(|| "no receipt yet (which proves nothing)".to_owned(), time::show),
        );
        if grant.from.is_some() || grant.until.is_some() {
            let bound = |time: Option<u64>, open: &str| time.map_or_else(|| open.to_owned(), time::show);
            page.item(
                "Records",
                format!(
                    "signed {} to {}",
                    bound(grant.from, "any time"),
                    bound(grant.until, "any time")
                ),
            );
        }
        if grant.unconfirmed > 0 {
            let count = render::count(grant.unconfirmed as usize, "record", "records");
            page.item("Unconfirmed", format!("{count} delivered, opening not confirmed"));
        }
        if grant.undecided.is_some() {
            page.push(
                1,
                Tone::Warn,
                "stood before the recovery: keep it (`satchel grant keep ID`) or stop it (`satchel grant revoke ID`)",
            );
        }
        if let Some(state) = &grant.deletion {
            page.item("Deletion", render::phrase(catalog, &format!("deletion.{state}")));
        }
        if grant.state == "stopping" {
            page.push(
                1,
                Tone::Warn,
                "revoked; the relay has not confirmed that everything is gone",
            );
        }
        if let Some(stopped) = grant.stopped {
            page.item("Stopped", format!("{}, confirmed by the relay", time::show(stopped)));
        }
        if !grant.sent {
            page.push(1, Tone::Warn, "not everything has reached the relay yet");
        }
    }
    page.push(0, Tone::Faint, render::count(grants.len(), "grant", "grants"));
    page
}

fn scope(categories: &[String], records: usize, ongoing: bool, catalog: &Catalog) -> String {
    let mut parts: Vec<String> = match categories.len() {
        len if len == super::offer::CATEGORIES.len() => vec!["everything not kept out".to_owned()],
        _ => categories
            .iter()
            .map(|word| render::phrase(catalog, &format!("category.{word}")))
            .collect(),
    };
    if records > 0 {
        parts.push(render::count(records, "single record", "single records"));
    }
    parts.push(if ongoing { "from now on" } else { "as of that day" }.to_owned());
    parts.join(", ")
}

pub(super) fn until(permissions: &[PermissionView], catalog: &Catalog) -> String {
    let each = permissions.iter().map(|permission| {
        let right = render::phrase(catalog, &format!("right.{}", permission.right));
        let until = permission.until.map_or_else(|| "no end".to_owned(), time::show);
        format!("{right}: {until}")
    });
    each.collect::<Vec<_>>().join("; ")
}

/// Patients who gave access to this vault.
pub(crate) fn accesses(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let now = session.now();
    let accesses = session.query(|vault| vault.accesses(now))?;
    let mut page = Page::default();
    for access in &accesses {
        let tone = if access.state == "live" {
            Tone::Strong
        } else {
            Tone::Faint
        };
        page.push(
            0,
            tone,
            format!("{}  {}  {}", render::short(&access.id), access.name, access.state),
        );
        page.item(
            "Records",
            format!("{} listed, {} not opened", access.records, access.unopened),
        );
        page.item("Until", until(&access.permissions, &context.catalog));
        if access.deletion.is_some() {
            page.push(
                1,
                Tone::Warn,
                "the patient asks you to delete it: `satchel access requests`",
            );
        }
        if access.only_the_relay {
            page.push(
                1,
                Tone::Warn,
                "until the patient's device next syncs, only the relay keeps out what was taken out here",
            );
        }
        page.append(latest(access.updated, access.checked), 0);
    }
    page.push(0, Tone::Faint, render::count(accesses.len(), "access", "accesses"));
    Answer::new(page).with("accesses", &accesses)
}

/// Latest, with the words it deserves before any witness exists.
pub(crate) fn latest(updated: Option<u64>, checked: Option<u64>) -> Page {
    let mut page = Page::default();
    let checked = checked.map_or_else(|| "not asked yet".to_owned(), time::show);
    page.item("Latest", format!("newest this relay showed at {checked}, no witness"));
    if let Some(updated) = updated {
        page.item(
            "Share updated",
            format!("{} by the patient's device", time::show(updated)),
        );
    }
    page
}

/// Who said to have opened what.
pub(crate) fn receipts(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let receipts = session.query(|vault| vault.receipts())?;
    let records = session.query(|vault| vault.records(&vault::facade::RecordQuery::default()))?;
    let mut page = Page::default();
    for receipt in &receipts {
        page.title(format!(
            "{}  {} opened {}",
            time::show(receipt.time),
            receipt.name,
            render::count(receipt.records.len(), "record", "records")
        ));
        for id in &receipt.records {
            match records.iter().find(|record| record.id == *id) {
                Some(record) => page.push(1, Tone::Plain, render::row(record, &context.catalog).1),
                None => page.push(1, Tone::Plain, render::short(id)),
            };
        }
    }
    page.push(
        0,
        Tone::Faint,
        format!(
            "{}. A receipt proves opening; its absence proves nothing.",
            render::count(receipts.len(), "receipt", "receipts")
        ),
    );
    Answer::new(page).with("receipts", &receipts)
}
