//! What practitioners and labs write for a patient, and how far it has come.

use clap::{Args, Subcommand};
use vault::facade::{LabRequestDraft, PrescriptionDraft, RecordQuery, ReportDraft, ResultDraft, ResultValue, TestDraft};

use super::add::Dosage;
use super::read::access;
use crate::context::Context;
use crate::error::Error;
use crate::page::{Answer, Page, Tone};
use crate::render;
use crate::session::Session;
use crate::time;

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
}

/// For whom, and what it corrects.
#[derive(Debug, Args)]
pub(crate) struct For {
    /// The grant, as `satchel accesses` lists it.
    grant: String,
    /// The own record that this corrects.
    #[arg(long, value_name = "ID")]
    corrects: Option<String>,
}

impl For {
    fn resolve(&self, session: &mut Session) -> Result<(String, Option<String>), Error> {
        let grant = access(session, &self.grant)?;
        let supersedes = match &self.corrects {
            Some(typed) => {
                let written = session.query(|vault| vault.submissions())?;
                Some(render::resolve(typed, written.iter().map(|one| one.id.as_str()))?)
            }
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

#[derive(Debug, Args)]
pub(crate) struct LabRequest {
    #[command(flatten)]
    to: For,
    /// A test, as NAME or NAME;LOINC; may be given several times.
    #[arg(long, required = true, value_name = "TEST")]
    test: Vec<String>,
    /// routine, urgent, asap or stat.
    #[arg(long)]
    priority: Option<String>,
    /// Which lab.
    #[arg(long)]
    laboratory: Option<String>,
    /// When it is wanted, a date.
    #[arg(long)]
    wanted: Option<String>,
    /// Why.
    #[arg(long)]
    reason: Option<String>,
    /// What the patient should do, such as fasting.
    #[arg(long)]
    instruction: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct LabResult {
    #[command(flatten)]
    to: For,
    /// The shared request that this answers.
    #[arg(long, value_name = "ID")]
    request: Option<String>,
    /// What was examined: a panel or one test.
    #[arg(long)]
    panel: String,
    /// LOINC code of the panel.
    #[arg(long)]
    code: Option<String>,
    /// A value, as NAME;LOINC;VALUE;UNIT;LOW;HIGH;LEVEL; what is not known is left empty, the end may be left out.
    #[arg(long, required = true, value_name = "VALUE")]
    value: Vec<String>,
    /// partial, preliminary, final or cancelled.
    #[arg(long)]
    status: Option<String>,
    /// Kind of material, such as blood.
    #[arg(long)]
    specimen: Option<String>,
    /// When it was taken.
    #[arg(long)]
    collected: Option<String>,
    /// Conclusion in words.
    #[arg(long)]
    conclusion: Option<String>,
}

pub(crate) fn write(context: &Context, what: &Write) -> Result<Answer, Error> {
    let mut session = context.open_fresh()?;
    let created = match what {
        Write::Report(entry) => report(&mut session, entry)?,
        Write::Prescription(entry) => prescription(&mut session, entry)?,
        Write::LabRequest(entry) => lab_request(&mut session, entry)?,
        Write::Result(entry) => result(context, &mut session, entry)?,
    };
    let id = created.unwrap_or_default();
    let mut page = Page::default();
    page.push(0, Tone::Good, format!("Signed: record {}", render::short(&id)));
    page.push(0, Tone::Faint, "The patient's wallet files or declines it; see `satchel submissions`.");
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
    };
    Ok(session.command(|vault, now, rng| vault.write_report(&grant, &draft, now, rng))?.created)
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
        ..PrescriptionDraft::default()
    };
    Ok(session.command(|vault, now, rng| vault.write_prescription(&grant, &draft, now, rng))?.created)
}

fn lab_request(session: &mut Session, entry: &LabRequest) -> Result<Option<String>, Error> {
    let (grant, supersedes) = entry.to.resolve(session)?;
    let draft = LabRequestDraft {
        tests: entry.test.iter().map(|text| test(text)).collect(),
        priority: entry.priority.clone(),
        laboratory: entry.laboratory.clone(),
        wanted: entry.wanted.clone(),
        reason: entry.reason.clone(),
        instruction: entry.instruction.clone(),
        note: None,
        supersedes,
    };
    Ok(session.command(|vault, now, rng| vault.write_lab_request(&grant, &draft, now, rng))?.created)
}

fn result(context: &Context, session: &mut Session, entry: &LabResult) -> Result<Option<String>, Error> {
    let (grant, supersedes) = entry.to.resolve(session)?;
    let request = match &entry.request {
        Some(typed) => {
            let all = session.query(|vault| vault.shared_records(&grant, &RecordQuery::default()))?;
            let id = render::resolve(typed, all.iter().map(|record| record.id.as_str()))?;
            // Answering a request means having read it; the patient is told as for any other reading.
            super::read::open(context, session, &grant, std::slice::from_ref(&id))?;
            Some(id)
        }
        None => None,
    };
    let draft = ResultDraft {
        panel: entry.panel.clone(),
        code: entry.code.clone(),
        status: entry.status.clone(),
        specimen: entry.specimen.clone(),
        collected: entry.collected.clone(),
        values: entry.value.iter().map(|text| value(text)).collect::<Result<_, _>>()?,
        conclusion: entry.conclusion.clone(),
        supersedes,
        ..ResultDraft::default()
    };
    Ok(session.command(|vault, now, rng| vault.write_result(&grant, request.clone(), &draft, now, rng))?.created)
}

fn test(text: &str) -> TestDraft {
    let (name, code) = text.split_once(';').map_or((text, None), |(name, code)| (name, Some(code.trim().to_owned())));
    TestDraft { system: None, code, display: name.trim().to_owned() }
}

fn value(text: &str) -> Result<ResultValue, Error> {
    let mut fields = text.split(';').map(|field| Some(field.trim().to_owned()).filter(|field| !field.is_empty()));
    let mut next = || fields.next().flatten();
    let wrong = || Error::argument("a value such as 'Glucose;2339-0;182;mg/dL;70;99;high'");
    let name = next().ok_or_else(wrong)?;
    let (code, value, unit, low, high, level) = (next(), next(), next(), next(), next(), next());
    if value.is_none() || next().is_some() {
        return Err(wrong());
    }
    Ok(ResultValue { name, code, value, unit, low, high, level, ..ResultValue::default() })
}

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
        let title = one.title.as_deref().map(|title| format!(": {title}")).unwrap_or_default();
        let kind = render::phrase(&context.catalog, &one.kind);
        let tone = match one.stage.as_str() {
            "filed" => Tone::Good,
            "declined" | "failed" => Tone::Bad,
            _ => Tone::Plain,
        };
        page.push(0, tone, format!("{}  {}  {:<9}  {kind}{title}  for {}", render::short(&one.id), time::show(one.time), one.stage, one.patient));
        if let Some(code) = &one.reason {
            page.push(1, Tone::Bad, format!("{} [{code}]", context.catalog.error(code)));
        }
    }
    page.push(0, Tone::Faint, render::count(submissions.len(), "record written", "records written"));
    Answer::new(page).with("submissions", &submissions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_field_by_field() {
        let read = value("Glucose;2339-0;182;mg/dL;70;99;high").expect("it is a value");
        assert_eq!((read.name.as_str(), read.value.as_deref(), read.level.as_deref()), ("Glucose", Some("182"), Some("high")));
        let bare = value("Blood group;;A positive").expect("it is a value");
        assert_eq!((bare.code, bare.value.as_deref(), bare.unit), (None, Some("A positive"), None));
        for bad in ["", "Glucose", "Glucose;2339-0", ";;5", "a;b;c;d;e;f;g;h"] {
            assert!(value(bad).is_err(), "{bad}");
        }
    }
}
