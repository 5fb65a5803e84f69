//! Laboratory requests and results.

use clap::Args;
use vault::facade::{LabRequestDraft, RecordQuery, ResultDraft, ResultValue, SpecimenDraft, TestDraft};

use super::write::For;
use crate::context::Context;
use crate::error::Error;
use crate::render;
use crate::session::Session;

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
    /// A value, as NAME;LOINC;VALUE;UNIT;LOW;HIGH;LEVEL;SPECIMEN; what is not known is left empty, the end may be left out. SPECIMEN counts
    /// from 1 and is needed only when there are several.
    #[arg(long, required = true, value_name = "VALUE")]
    value: Vec<String>,
    /// partial, preliminary, final or cancelled.
    #[arg(long)]
    status: Option<String>,
    /// What was examined, as KIND or KIND;NUMBER;TAKEN;REJECTED, such as 'blood;T-17'; may be given several times.
    #[arg(long, value_name = "SPECIMEN")]
    specimen: Vec<String>,
    /// When it was taken.
    #[arg(long)]
    collected: Option<String>,
    /// Conclusion in words.
    #[arg(long)]
    conclusion: Option<String>,
}

pub(super) fn lab_request(session: &mut Session, entry: &LabRequest) -> Result<Option<String>, Error> {
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
        correction: entry.to.because.clone(),
    };
    Ok(session
        .command(|vault, now, rng| vault.write_lab_request(&grant, &draft, now, rng))?
        .created)
}

pub(super) fn result(context: &Context, session: &mut Session, entry: &LabResult) -> Result<Option<String>, Error> {
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
        specimens: entry
            .specimen
            .iter()
            .map(|text| specimen(text))
            .collect::<Result<_, _>>()?,
        collected: entry.collected.clone(),
        values: entry.value.iter().map(|text| value(text)).collect::<Result<_, _>>()?,
        conclusion: entry.conclusion.clone(),
        supersedes,
        correction: entry.to.because.clone(),
        ..ResultDraft::default()
    };
    Ok(session
        .command(|vault, now, rng| vault.write_result(&grant, request.clone(), &draft, now, rng))?
        .created)
}

fn test(text: &str) -> TestDraft {
    let (name, code) = text
        .split_once(';')
        .map_or((text, None), |(name, code)| (name, Some(code.trim().to_owned())));
    TestDraft {
        system: None,
        code,
        display: name.trim().to_owned(),
    }
}

/// A specimen as it is typed.
pub(super) fn specimen(text: &str) -> Result<SpecimenDraft, Error> {
    let mut fields = text
        .split(';')
        .map(|field| Some(field.trim().to_owned()).filter(|field| !field.is_empty()));
    let mut next = || fields.next().flatten();
    let (kind, number, collected, rejected) = (next(), next(), next(), next());
    match (kind, next()) {
        (Some(kind), None) => Ok(SpecimenDraft {
            kind,
            number,
            collected,
            rejected,
        }),
        _ => Err(Error::argument("a specimen such as 'blood;T-17;2026-11-25T07:30Z'")),
    }
}

fn value(text: &str) -> Result<ResultValue, Error> {
    let mut fields = text
        .split(';')
        .map(|field| Some(field.trim().to_owned()).filter(|field| !field.is_empty()));
    let mut next = || fields.next().flatten();
    let wrong = || Error::argument("a value such as 'Glucose;2339-0;182;mg/dL;70;99;high'");
    let name = next().ok_or_else(wrong)?;
    let (code, value, unit, low, high, level) = (next(), next(), next(), next(), next(), next());
    let specimen = next().map(|number| number.parse()).transpose().map_err(|_| wrong())?;
    if value.is_none() || next().is_some() {
        return Err(wrong());
    }
    Ok(ResultValue {
        name,
        code,
        value,
        unit,
        low,
        high,
        level,
        specimen,
        ..ResultValue::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_field_by_field() {
        let read = value("Glucose;2339-0;182;mg/dL;70;99;high").expect("it is a value");
        assert_eq!(
            (read.name.as_str(), read.value.as_deref(), read.level.as_deref()),
            ("Glucose", Some("182"), Some("high"))
        );
        let bare = value("Blood group;;A positive").expect("it is a value");
        assert_eq!(
            (bare.code, bare.value.as_deref(), bare.unit),
            (None, Some("A positive"), None)
        );
        for bad in [
            "",
            "Glucose",
            "Glucose;2339-0",
            ";;5",
            "a;b;c;d;e;f;g;h",
            "a;b;c;d;e;f;g;1;i",
        ] {
            assert!(value(bad).is_err(), "{bad}");
        }
    }
}
