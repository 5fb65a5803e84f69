//! Handing records out as a file, and verifying such a file: no vault, no relay, no network.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use clinical::catalog::Catalog;
use clinical::facts::Param;
use vault::facade::{AuditFact, FactParam, Vault, Verification};

use super::records::own_record;
use super::vault::write_private;
use crate::clock::Clock;
use crate::context::Context;
use crate::driver;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::terminal;
use crate::time;

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The records; all of the chain with --all.
    #[arg(required_unless_present = "all")]
    id: Vec<String>,
    /// The whole chain: every block, all records and receipts.
    #[arg(long, conflicts_with = "id")]
    all: bool,
    /// Where to.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(crate) fn export(context: &Context, arguments: &Export) -> Result<Answer, Error> {
    let mut session = context.open()?;
    let ids = arguments
        .id
        .iter()
        .map(|typed| own_record(&mut session, typed))
        .collect::<Result<Vec<_>, _>>()?;
    let now = session.now();
    let job = if arguments.all {
        session.job(Vault::start_export_all)?
    } else {
        session.job(|vault| vault.start_export_records(&ids))?
    };
    let mut bar = terminal::Bar::default();
    let job = session.work(job, &mut |job| bar.blocks("Gathering", job.done, job.total))?;
    let file = session.job(|vault| vault.take_export(&job.id, now, &mut driver::random()))?;
    write_private(&arguments.out, &file)?;
    let mut page = Page::default();
    let what = if arguments.all {
        "The whole chain".to_owned()
    } else {
        render::count(ids.len(), "record", "records")
    };
    page.push(
        0,
        Tone::Good,
        format!("{what} in {} ({} bytes).", arguments.out.display(), file.len()),
    );
    page.push(0, Tone::Warn, "The file is not encrypted: whoever has it can read it.");
    page.push(
        0,
        Tone::Faint,
        format!(
            "Anybody can check it offline: satchel verify {}",
            arguments.out.display()
        ),
    );
    Answer::new(page)
        .with("file", &arguments.out)?
        .with("bytes", file.len())
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The file of `satchel export`.
    file: PathBuf,
    /// List of trusted organizations: lines `organization ID NAME`.
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Show what the records say, too.
    #[arg(long)]
    records: bool,
}

pub(crate) fn verify(context: &Context, arguments: &Verify) -> Result<Answer, Error> {
    let file = fs::read(&arguments.file).map_err(|error| Error::file(&arguments.file, &error))?;
    let list = trust_list(arguments.trust.as_deref())?;
    let found = Vault::verify_export(&file, &list, Clock::default().now())?;
    let mut page = page(&found, &context.catalog);
    if arguments.records {
        for record in &found.records {
            page.gap();
            page.append(render::facts(&record.fhir, &context.catalog)?, 0);
        }
    }
    let mut answer = Answer::new(page).with("verification", &found)?;
    answer.status = u8::from(found.failures > 0) * 6;
    Ok(answer)
}

fn trust_list(path: Option<&Path>) -> Result<String, Error> {
    path.map_or(Ok(String::new()), |path| {
        fs::read_to_string(path).map_err(|error| Error::file(path, &error))
    })
}

/// One line a fact: pass, fail or not claimed.
pub(crate) fn page(found: &Verification, catalog: &Catalog) -> Page {
    let mut page = Page::default();
    let kind = if found.kind == "chain" {
        "whole chain"
    } else {
        "selection of records"
    };
    page.title(format!(
        "A {kind} of {}, handed out {}",
        render::short(&found.owner),
        time::show(found.exported)
    ));
    let mut subjects: Vec<&str> = Vec::new();
    for fact in &found.facts {
        if !subjects.contains(&fact.subject.as_str()) {
            subjects.push(&fact.subject);
        }
    }
    for subject in subjects {
        page.append(about(found, subject, catalog), 0);
    }
    match found.failures {
        0 => page.push(0, Tone::Good, "Nothing in the file fails."),
        failures => page.push(
            0,
            Tone::Bad,
            format!("{} FAIL.", render::count(failures as usize, "fact", "facts")),
        ),
    };
    page
}

/// What is proven about one thing in the file.
pub(crate) fn about(found: &Verification, subject: &str, catalog: &Catalog) -> Page {
    let mut page = Page::default();
    page.push(0, Tone::Strong, heading(found, subject));
    for fact in found.facts.iter().filter(|fact| fact.subject == subject) {
        let (tone, mark) = match fact.outcome.as_str() {
            "pass" => (Tone::Good, "pass       "),
            "fail" => (Tone::Bad, "FAIL       "),
            _ => (Tone::Faint, "not claimed"),
        };
        let reason = fact
            .code
            .as_deref()
            .map(|code| format!(": {} [{code}]", catalog.error(code)))
            .unwrap_or_default();
        page.push(1, tone, format!("{mark}  {}{reason}", sentence(fact, catalog)));
    }
    page
}

fn heading(found: &Verification, subject: &str) -> String {
    match found.records.iter().find(|record| record.id == subject) {
        Some(record) => {
            let author = record.author_name.as_deref().unwrap_or("the patient");
            format!(
                "Record {} ({}, by {})",
                render::short(subject),
                record.category,
                render::author(author, record.organization.as_deref())
            )
        }
        None if subject == "file" => "The file".to_owned(),
        None => {
            let name = found
                .facts
                .iter()
                .find(|fact| fact.subject == subject)
                .map(|fact| fact.name.as_str());
            let kind = match name.and_then(|name| name.split('_').next()) {
                Some("organization") => "Organization ",
                Some("chain") => "Chain ",
                Some("receipt") => "Receipt ",
                Some("grant") => "Grant ",
                _ => "",
            };
            format!("{kind}{}", render::short(subject))
        }
    }
}

/// A role or a purpose: a code with words of its own.
fn worded(param: &FactParam, catalog: &Catalog) -> Option<Param> {
    let key = format!("{}.{}", param.name, param.value);
    let coded = matches!(param.name.as_str(), "role" | "purpose") && catalog.phrase(&key).is_some();
    coded.then_some(Param::Phrase(key))
}

fn sentence(fact: &AuditFact, catalog: &Catalog) -> String {
    let params = fact.params.iter().map(|param| {
        let value = match (param.kind.as_str(), param.value.len()) {
            ("number", _) => Param::Number(param.value.clone()),
            ("date", _) => Param::Date(time::show_instant(&param.value)),
            // Ids are shown short; they stand whole in --json.
            (_, 64) if param.value.bytes().all(|b| b.is_ascii_hexdigit()) => {
                Param::Text(render::short(&param.value).to_owned())
            }
            _ => worded(param, catalog).unwrap_or_else(|| Param::Text(param.value.clone())),
        };
        (param.name.clone(), value)
    });
    catalog.fill(&format!("fact.{}", fact.name), &params.collect())
}
