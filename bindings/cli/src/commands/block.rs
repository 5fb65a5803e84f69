//! The chain as a person can look at it: blocks, the links drawn, what tampering looks like.

use clap::{Args, Subcommand};
use vault::facade::{BlockView, Vault};

use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::terminal;
use crate::time;

#[derive(Debug, Args)]
pub(crate) struct Block {
    /// Number of the block; 0 or `genesis` is the first.
    number: Option<String>,
    /// Flip one bit of a copy of this block and show what the check says; the chain itself is not touched.
    #[arg(long, value_name = "NUMBER", conflicts_with = "number")]
    tamper_demo: Option<u32>,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// All blocks, the newest last.
    List {
        /// Only the last so many.
        #[arg(long, default_value_t = 20)]
        last: u32,
    },
    /// Check every block: signatures, keys, links and bodies; names the first bad one.
    Verify,
}

pub(crate) fn block(context: &Context, arguments: &Block) -> Result<Answer, Error> {
    match (&arguments.what, &arguments.number, arguments.tamper_demo) {
        (Some(What::List { last }), ..) => list(context, *last),
        (Some(What::Verify), ..) => verify(context),
        (None, _, Some(number)) => tamper(context, number),
        (None, Some(number), None) => {
            let number = match number.as_str() {
                "genesis" => 0,
                number => number
                    .parse()
                    .map_err(|_| Error::argument("the number of a block, or genesis"))?,
            };
            one(context, number)
        }
        (None, None, None) => first(context),
    }
}

/// Genesis and the block after it: how a chain begins.
fn first(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let chain = session.query(|vault| vault.chain())?;
    let blocks = session.query(|vault| vault.blocks(0, 2))?;
    let mut page = draw(&blocks);
    let more = chain.blocks.saturating_sub(2);
    if more > 0 {
        page.push(
            0,
            Tone::Faint,
            format!("{} more; satchel block list, satchel block NUMBER", more),
        );
    }
    Answer::new(page).with("chain", &chain)?.with("blocks", &blocks)
}

fn list(context: &Context, last: u32) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let chain = session.query(|vault| vault.chain())?;
    let first = chain.blocks.saturating_sub(last.max(1));
    let blocks = session.query(|vault| vault.blocks(first, last.max(1)))?;
    let mut page = Page::default();
    page.title(format!(
        "{}, chain {}",
        render::count(chain.blocks as usize, "block", "blocks"),
        render::short(&chain.id)
    ));
    page.append(draw(&blocks), 0);
    if chain.pending > 0 {
        page.push(
            0,
            Tone::Warn,
            format!(
                "{} not admitted by the relay yet",
                render::count(chain.pending as usize, "block", "blocks")
            ),
        );
    }
    Answer::new(page).with("chain", &chain)?.with("blocks", &blocks)
}

fn one(context: &Context, number: u32) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let seen = session.query(|vault| vault.block(number))?;
    let mut page = Page::default();
    page.append(draw(std::slice::from_ref(&seen)), 0);
    page.append(details(&seen, context), 0);
    let status = u8::from(seen.failure.is_some()) * 6;
    let mut answer = Answer::new(page).with("block", &seen)?;
    answer.status = status;
    Ok(answer)
}

/// The same checks over a copy with one bit flipped.
fn tamper(context: &Context, number: u32) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let before = session.query(|vault| vault.block(number))?;
    let (place, bytes) = flipped(before.bytes.clone().unwrap_or_default());
    let after = session.query(|vault| vault.inspect(number, bytes.clone()))?;
    let mut page = Page::default();
    page.title("As it is");
    page.append(draw(std::slice::from_ref(&before)), 0);
    page.title(format!("A copy with bit 0 of byte {place} flipped"));
    page.append(draw(std::slice::from_ref(&after)), 0);
    page.append(details(&after, context), 0);
    page.push(0, Tone::Faint, "The chain itself was not touched.");
    Answer::new(page).with("block", &before)?.with("tampered", &after)
}

/// The bytes with one bit in their middle flipped, and where.
pub(crate) fn flipped(mut bytes: Vec<u8>) -> (usize, Vec<u8>) {
    let place = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(place) {
        *byte ^= 1;
    }
    (place, bytes)
}

fn verify(context: &Context) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let job = session.job(Vault::start_check)?;
    let mut bar = terminal::Bar::default();
    let job = session.work(job, &mut |job| bar.blocks("Checking", job.done, job.total))?;
    let checked = session.job(|vault| vault.take_checked(&job.id))?;
    let mut page = Page::default();
    match (checked.bad, &checked.code) {
        (Some(bad), code) => {
            let code = code.as_deref().unwrap_or("block.signature");
            page.push(
                0,
                Tone::Bad,
                format!("✗ block {bad}: {} [{code}]", context.catalog.error(code)),
            );
            page.push(
                0,
                Tone::Bad,
                "The chain was changed. Recover it from the words and the relay.",
            );
        }
        (None, _) => {
            page.push(
                0,
                Tone::Good,
                format!(
                    "✓ {}: every signature, key, link and body is right",
                    render::count(checked.blocks as usize, "block", "blocks")
                ),
            );
        }
    }
    let mut answer = Answer::new(page).with("checked", &checked)?;
    answer.status = u8::from(checked.bad.is_some()) * 6;
    Ok(answer)
}

/// Blocks as boxes, each linked to the one before by its hash.
pub(crate) fn draw(blocks: &[BlockView]) -> Page {
    let mut page = Page::default();
    for (index, block) in blocks.iter().enumerate() {
        let tone = if block.failure.is_some() {
            Tone::Bad
        } else {
            Tone::Plain
        };
        let title = format!("block {} · {} · {}", block.sequence, block.kind, time::show(block.time));
        let hash = format!("hash      {}", spaced(&block.hash));
        let previous = match &block.previous {
            Some(hash) => format!("previous  {}", spaced(hash)),
            None => "previous  none: the chain begins here".to_owned(),
        };
        let state = match &block.failure {
            Some(code) => format!("✗ {code}"),
            None if block.promised.is_none() => "✓ verified here, not admitted yet".to_owned(),
            None => "✓ admitted by the relay's log".to_owned(),
        };
        let width = [&title, &hash, &previous, &state]
            .iter()
            .map(|text| text.chars().count())
            .max()
            .unwrap_or(0);
        let row = |text: &str| format!("│ {text}{} │", " ".repeat(width - text.chars().count()));
        let dashes = "─".repeat(width.saturating_sub(4));
        let linked = index > 0;
        page.push(1, tone, format!("┌─────{}{}┐", if linked { "┴" } else { "─" }, dashes));
        page.push(1, tone, row(&title))
            .push(1, tone, row(&previous))
            .push(1, tone, row(&hash))
            .push(1, tone, row(&state));
        let last = index + 1 == blocks.len();
        page.push(1, tone, format!("└─────{}{}┘", if last { "─" } else { "┬" }, dashes));
        if !last {
            page.push(1, Tone::Faint, "      │ its hash is the next block's previous");
        }
    }
    page
}

fn spaced(hash: &str) -> String {
    let groups: Vec<&str> = (0..4).filter_map(|at| hash.get(at * 8..at * 8 + 8)).collect();
    format!("{} …", groups.join(" "))
}

fn details(block: &BlockView, context: &Context) -> Page {
    let mut page = Page::default();
    page.item("Hash", &block.hash);
    if let Some(actor) = &block.actor {
        page.item("Signed by", format!("device {actor}"));
    }
    if let Some(body) = &block.body {
        page.item("Body", format!("commitment {body}"));
    }
    if let Some(promised) = block.promised {
        page.item(
            "Logged",
            format!("{}, according to this relay only", time::show(promised)),
        );
    }
    if let Some(code) = &block.failure {
        page.push(1, Tone::Bad, format!("✗ {} [{code}]", context.catalog.error(code)));
    }
    page
}
