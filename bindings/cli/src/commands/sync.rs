//! Talking to the relay, and how everything stands.

use std::time::Duration;

use clap::Args;

use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone, print_json};
use crate::render;
use crate::terminal;
use crate::time;

#[derive(Debug, Args)]
pub(crate) struct Sync {
    /// Stay and show news as it comes.
    #[arg(long)]
    watch: bool,
    /// With --watch: end after this time, such as 30s or 10m.
    #[arg(long, value_name = "TIME", value_parser = time::duration, requires = "watch")]
    r#for: Option<u64>,
    /// Try again what stopped.
    #[arg(long)]
    retry: bool,
    /// Single-use tokens from the relay's operator, one for each new chain; what waited for one is tried again.
    #[arg(long, value_name = "TOKEN")]
    token: Vec<String>,
}

pub(crate) fn sync(context: &Context, arguments: &Sync) -> Result<Answer, Error> {
    let mut session = context.open()?;
    if arguments.retry {
        session.command(|vault, now, rng| vault.retry(now, rng))?;
    }
    if !arguments.token.is_empty() {
        let tokens = arguments.token.join(" ");
        session.command(|vault, now, rng| vault.add_tokens(&tokens, now, rng))?;
    }
    let mut page = Page::default();
    if arguments.watch {
        let limit = arguments.r#for.map_or(Duration::MAX / 4, Duration::from_secs);
        terminal::progress("Watching; Ctrl-C ends.");
        let limit = limit.min(Duration::from_secs(10 * 365 * 86_400));
        session.watch(limit, &mut |show| {
            if context.json {
                print_json(&serde_json::json!(show));
            } else {
                let mut line = Page::default();
                line.line(format!(
                    "{}  {}",
                    time::show(crate::Clock::default().now()),
                    render::show(show, &context.catalog)
                ));
                line.print();
            }
            true
        })?;
        return Ok(Answer::new(page));
    }
    terminal::progress("Asking the relay ...");
    let drained = super::files::carry(&mut session)?;
    for show in &drained.show {
        page.line(render::show(show, &context.catalog));
    }
    let profile = session.query(|vault| vault.profile())?;
    page.push(
        0,
        Tone::Faint,
        format!(
            "{}; {} to send",
            render::count(drained.answered as usize, "answer", "answers"),
            profile.outbox
        ),
    );
    for code in &profile.stopped {
        page.push(
            0,
            Tone::Warn,
            format!(
                "stopped: {} [{code}]; `satchel sync --retry` tries again",
                context.catalog.error(code)
            ),
        );
    }
    for code in &profile.delayed {
        page.push(
            0,
            Tone::Warn,
            format!("kept here and tried again: {} [{code}]", context.catalog.error(code)),
        );
    }
    Answer::new(page)
        .with("show", &drained.show)?
        .with("outbox", profile.outbox)?
        .with("stopped", &profile.stopped)?
        .with("delayed", &profile.delayed)
}

pub(crate) fn status(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let now = session.now();
    let profile = session.query(|vault| vault.profile())?;
    let mut page = super::vault::profile_page(&profile);
    let mut answer = Answer::default();
    if profile.stage == "ready" {
        let chain = session.query(|vault| vault.chain())?;
        let checked = chain.checked.map_or_else(
            || "not checked since it was opened".to_owned(),
            |time| format!("checked {}", time::show(time)),
        );
        page.item(
            "Head",
            format!("block {} {}, {checked}", chain.blocks - 1, render::short(&chain.head)),
        );
        if chain.pending > 0 {
            page.push(
                1,
                Tone::Warn,
                format!(
                    "Pending        {} not admitted yet",
                    render::count(chain.pending as usize, "block", "blocks")
                ),
            );
        }
        let (offers, grants) = (
            session.query(|vault| vault.offers(now))?,
            session.query(|vault| vault.grants(now))?,
        );
        let open = offers.iter().filter(|offer| offer.stage == "claimed").count();
        if open > 0 {
            page.push(
                1,
                Tone::Strong,
                format!(
                    "Decide         {} by `satchel confirm`",
                    render::count(open, "claim waits", "claims wait")
                ),
            );
        }
        page.item(
            "Access given",
            render::count(
                grants.iter().filter(|grant| grant.state == "live").count(),
                "live grant",
                "live grants",
            ),
        );
        answer = answer.with("chain", &chain)?.with("claims_waiting", open)?;
    }
    for code in &profile.stopped {
        page.push(
            1,
            Tone::Warn,
            format!("Stopped        {} [{code}]", context.catalog.error(code)),
        );
    }
    for code in &profile.delayed {
        page.push(
            1,
            Tone::Warn,
            format!("Tried again    {} [{code}]", context.catalog.error(code)),
        );
    }
    if profile.held > 0 {
        page.item(
            "Held",
            format!(
                "{} for an organization's list",
                render::count(profile.held as usize, "message waits", "messages wait")
            ),
        );
    }
    answer.page = page;
    answer.with("profile", &profile)
}
