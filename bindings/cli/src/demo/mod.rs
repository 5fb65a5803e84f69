//! `satchel demo`: a consultation played over a real relay, with real vaults, step by step.
//!
//! Nothing is faked: every step runs the commands that a person would run, each party in its own vault, and stops with an error when a
//! step does not come to what it should.

mod care;
mod consent;
mod lab;
mod people;
mod proof;
mod record;

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::session::Session;

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Address of the relay.
    #[arg(long, env = "SATCHEL_RELAY")]
    relay: String,
    /// Folder for the vaults; it must not hold a demo already.
    #[arg(long)]
    data: PathBuf,
    /// Folder with FHIR bundles to import; SATCHEL_SAMPLES may name another one, whose bundles are imported too.
    #[arg(long, default_value = "tests/samples")]
    samples: PathBuf,
}

/// Longest wait for one step.
const PATIENCE: Duration = Duration::from_secs(30);

/// The people of the play, their vaults open.
struct Cast {
    rao: Session,
    lena: Session,
    asha: Session,
}

/// What the play writes and where.
struct Stage<'a> {
    context: &'a Context,
    relay: String,
    data: PathBuf,
    samples: PathBuf,
    number: u32,
    /// Links that open somebody in the portal of a relay in demo mode.
    links: RefCell<Vec<(String, String)>>,
}

impl Stage<'_> {
    /// A step begins.
    fn step(&mut self, title: &str) {
        self.number += 1;
        let mut page = Page::default();
        page.gap().title(format!("{:>2}  {title}", self.number));
        self.show(page, 0);
    }

    fn say(&self, text: impl Into<String>) {
        let mut page = Page::default();
        page.line(text);
        self.show(page, 2);
    }

    fn good(&self, text: impl Into<String>) {
        let mut page = Page::default();
        page.push(0, Tone::Good, text);
        self.show(page, 2);
    }

    /// The words of an invented person are in the link: it opens that person in a browser, as a further device.
    fn link(&self, name: &str, words: &str) {
        let words: Vec<&str> = words.split_whitespace().collect();
        let link = format!("{}/demo#{}", self.relay.trim_end_matches('/'), words.join("-"));
        self.links.borrow_mut().push((name.to_owned(), link));
    }

    fn show(&self, page: Page, indent: usize) {
        if !self.context.json {
            let mut shown = Page::default();
            shown.append(page, indent);
            shown.print();
        }
    }
}

/// What did not come to what it should.
fn wrong(what: &str) -> Error {
    Error::new("cli.demo", what)
}

/// Syncs until something is there.
fn wait<T>(
    session: &mut Session,
    what: &str,
    found: impl FnMut(&mut Session) -> Result<Option<T>, Error>,
) -> Result<T, Error> {
    session.until(PATIENCE, found)?.ok_or_else(|| wrong(what))
}

pub(crate) fn demo(context: &Context, arguments: &Demo) -> Result<Answer, Error> {
    let mut stage = Stage {
        context,
        relay: arguments.relay.clone(),
        data: arguments.data.clone(),
        samples: arguments.samples.clone(),
        number: 0,
        links: RefCell::default(),
    };
    let mut page = Page::default();
    page.title(format!("A consultation over the relay {}", arguments.relay));
    page.line(format!(
        "People and data are invented. The passphrase of every vault is {}",
        people::PASSPHRASE
    ));
    stage.show(page, 0);

    let mut cast = people::arrive(&mut stage)?;
    record::add(&mut stage, &mut cast)?;
    record::import(&mut stage, &mut cast)?;
    people::trust(&mut stage, &mut cast)?;
    care::book(&mut stage, &mut cast)?;
    let visit = consent::visit(&mut stage, &mut cast)?;
    care::read(&mut stage, &mut cast, &visit)?;
    let written = care::write(&mut stage, &mut cast, &visit)?;
    let result = lab::examine(&mut stage, &mut cast, &visit, &written)?;
    record::access(&mut stage, &mut cast)?;
    proof::chain(&mut stage, &mut cast)?;
    proof::export(&mut stage, &mut cast, &[written.report.clone(), result.clone()])?;
    drop(cast);

    let mut page = Page::default();
    page.gap().title("The vaults stay here");
    for (folder, who) in people::FOLDERS {
        page.item(folder, *who);
    }
    let data = stage.data.display();
    page.push(1, Tone::Faint, format!("in {data}; passphrase {}", people::PASSPHRASE));
    page.gap()
        .title("In a browser, when the relay serves the portal in demo mode; each link opens one of them");
    for (name, link) in stage.links.borrow().iter() {
        page.item(name, link);
    }
    page.gap().title("Try next");
    page.push(
        1,
        Tone::Plain,
        format!("export SATCHEL_PASSPHRASE={}", people::PASSPHRASE),
    );
    for line in [
        format!("satchel --vault {data}/asha search hemoglobin"),
        format!("satchel --vault {data}/asha grants"),
        format!("satchel --vault {data}/asha block --tamper-demo 1"),
        format!(
            "satchel --vault {data}/asha-laptop recover --relay {} --words-file {data}/asha-kit.txt",
            stage.relay
        ),
        format!("satchel verify {data}/asha-proof.satchel --trust {data}/trust.txt"),
    ] {
        page.push(1, Tone::Plain, line);
    }
    let page = if context.json { Page::default() } else { page };
    Answer::new(page)
        .with("steps", stage.number)?
        .with("data", &stage.data)?
        .with("result", result)
}
