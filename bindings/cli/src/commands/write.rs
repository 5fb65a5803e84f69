//! What practitioners and labs write for a patient, and how far it has come.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use vault::facade::{PrescriptionDraft, ReportDraft};

use super::entry::Dosage;
use super::lab::{LabRequest, LabResult, lab_request, result};
use super::read::access;
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum Write {
    /// A visit report.
    Report(Report),
    /// A prescription.
    Prescription(Prescription),
    /// A request for laboratory tests.
    LabRequest(LabRequest),
    /// Laboratory results, usually in answer to a request.
    Result(LabResult),
    /// Correct something written before, by the whole FHIR document as it should have been.
    Correction(Correction),
    /// Withdraw something written before: it stays, marked as entered in error.
    Withdrawal(Withdrawal),
}

#[derive(Debug, Args)]
pub(crate) struct Correction {
    /// The record, as `satchel submissions` lists it.
    record: String,
    /// Why.
    #[arg(long)]
    reason: String,
    /// The FHIR document as it should have been.
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Withdrawal {
    /// The record, as `satchel submissions` lists it.
    record: String,
    /// Why.
    #[arg(long)]
    reason: String,
}

/// The record written here that a typed beginning names.
pub(super) fn written(session: &mut Session, typed: &str) -> Result<String, Error> {
    let written = session.query(|vault| vault.submissions())?;
    render::resolve(typed, written.iter().map(|one| one.id.as_str()))
}

/// For whom, and what it corrects.
#[derive(Debug, Args)]
pub(crate) struct For {
    /// The grant, as `satchel accesses` lists it.
    grant: String,
    /// The own record that this corrects.
    #[arg(long, value_name = "ID", requires = "because")]
    corrects: Option<String>,
    /// Why it is corrected.
    #[arg(long, value_name = "REASON", requires = "corrects")]
    pub(super) because: Option<String>,
    /// A file of any size that belongs to it; may be given several times.
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
}

impl For {
    pub(super) fn resolve(&self, session: &mut Session) -> Result<(String, Option<String>), Error> {
        let grant = access(session, &self.grant)?;
        let files = self.attach.iter().map(|path| super::files::draft(path, None));
        let files = files.collect::<Result<Vec<_>, _>>()?;
        session.vault().attach_files(&files)?;
        let supersedes = match &self.corrects {
            Some(typed) => Some(written(session, typed)?),
            None => None,
        };
        Ok((grant, supersedes))
    }
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    #[command(flatten)]
    to: For,
    /// Title.
    #[arg(long, default_value = "Visit report")]
    title: String,
    /// Why the patient came.
    #[arg(long)]
    reason: Option<String>,
    /// What was found.
    #[arg(long)]
    findings: Option<String>,
    /// What it is judged to be.
    #[arg(long)]
    assessment: Option<String>,
    /// What is to be done.
    #[arg(long)]
    plan: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Prescription {
    #[command(flatten)]
    to: For,
    /// Medicine.
    #[arg(long)]
    medicine: String,
    /// Code of the medicine.
    #[arg(long)]
    code: Option<String>,
    /// Code system, a URI.
    #[arg(long, requires = "code")]
    system: Option<String>,
    #[command(flatten)]
    dosage: Dosage,
    /// How much to dispense at a time.
    #[arg(long, requires = "quantity_unit")]
    quantity: Option<String>,
    /// Its unit.
    #[arg(long)]
    quantity_unit: Option<String>,
    /// How often it may be dispensed again.
    #[arg(long)]
    refills: Option<u32>,
    /// Why.
    #[arg(long)]
    reason: Option<String>,
    /// Note.
    #[arg(long)]
    note: Option<String>,
}

pub(crate) fn write(context: &Context, what: &Write) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let created = match what {
        Write::Report(entry) => report(&mut session, entry)?,
        Write::Prescription(entry) => prescription(&mut session, entry)?,
        Write::LabRequest(entry) => lab_request(&mut session, entry)?,
        Write::Result(entry) => result(context, &mut session, entry)?,
        Write::Correction(entry) => {
            let id = written(&mut session, &entry.record)?;
            let fhir = fs::read(&entry.file).map_err(|error| Error::file(&entry.file, &error))?;
            session
                .command(|vault, now, rng| vault.correct_record(&id, fhir.clone(), &entry.reason, now, rng))?
                .created
        }
        Write::Withdrawal(entry) => {
            let id = written(&mut session, &entry.record)?;
            session
                .command(|vault, now, rng| vault.withdraw_record(&id, &entry.reason, now, rng))?
                .created
        }
    };
    let id = created.unwrap_or_default();
    let mut page = Page::default();
    // With files nothing is signed until the relay has them.
    if session
        .query(|vault| vault.files())?
        .iter()
        .any(|file| file.grant.is_some())
    {
        let records = if context.offline {
            Vec::new()
        } else {
            super::files::finish(context, &mut session, &mut page)?
        };
        if records.is_empty() {
            page.push(
                0,
                Tone::Warn,
                "Its files are on their way; it is signed when the relay has them: `satchel sync`.",
            );
            return Answer::new(page).with("waiting", id);
        }
        page.push(0, Tone::Good, "Signed, with its files.");
        context.send(&mut session, &mut page)?;
        return Answer::new(page).with("record", records.first());
    }
    page.push(0, Tone::Good, format!("Signed: record {}", render::short(&id)));
    page.push(
        0,
        Tone::Faint,
        "The patient's wallet files or declines it; see `satchel submissions`.",
    );
    context.send(&mut session, &mut page)?;
    Answer::new(page).with("record", id)
}

fn report(session: &mut Session, entry: &Report) -> Result<Option<String>, Error> {
    let (grant, supersedes) = entry.to.resolve(session)?;
    let draft = ReportDraft {
        title: entry.title.clone(),
        kind: None,
        reason: entry.reason.clone(),
        findings: entry.findings.clone(),
        assessment: entry.assessment.clone(),
        plan: entry.plan.clone(),
        supersedes,
        correction: entry.to.because.clone(),
    };
    Ok(session
        .command(|vault, now, rng| vault.write_report(&grant, &draft, now, rng))?
        .created)
}

fn prescription(session: &mut Session, entry: &Prescription) -> Result<Option<String>, Error> {
    let (grant, supersedes) = entry.to.resolve(session)?;
    let draft = PrescriptionDraft {
        medicine: entry.medicine.clone(),
        system: entry.system.clone(),
        code: entry.code.clone(),
        dosage: entry.dosage.draft(),
        quantity: entry.quantity.clone(),
        quantity_unit: entry.quantity_unit.clone(),
        refills: entry.refills,
        reason: entry.reason.clone(),
        note: entry.note.clone(),
        supersedes,
        correction: entry.to.because.clone(),
        ..PrescriptionDraft::default()
    };
    Ok(session
        .command(|vault, now, rng| vault.write_prescription(&grant, &draft, now, rng))?
        .created)
}
