//! Records on their way to patients.

use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::time;

/// Records written for patients and how far each has come.
pub(crate) fn submissions(context: &Context, resend: Option<&str>) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    if let Some(typed) = resend {
        let all = session.query(|vault| vault.submissions())?;
        let id = render::resolve(typed, all.iter().map(|one| one.id.as_str()))?;
        session.command(|vault, now, rng| vault.resend(&id, now, rng))?;
        context.exchange(&mut session)?;
    }
    let submissions = session.query(|vault| vault.submissions())?;
    let mut page = Page::default();
    for one in &submissions {
        let title = one
            .title
            .as_deref()
            .map(|title| format!(": {title}"))
            .unwrap_or_default();
        let kind = render::phrase(&context.catalog, &one.kind);
        let tone = match one.stage.as_str() {
            "filed" => Tone::Good,
            "declined" | "failed" => Tone::Bad,
            _ => Tone::Plain,
        };
        page.push(
            0,
            tone,
            format!(
                "{}  {}  {:<9}  {kind}{title}  for {}",
                render::short(&one.id),
                time::show(one.time),
                one.stage,
                one.patient
            ),
        );
        if let Some(code) = &one.reason {
            page.push(1, Tone::Bad, format!("{} [{code}]", context.catalog.error(code)));
        }
    }
    page.push(
        0,
        Tone::Faint,
        render::count(submissions.len(), "record written", "records written"),
    );
    Answer::new(page).with("submissions", &submissions)
}
