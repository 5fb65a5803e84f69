//! The doctor's part: appointment, reading, writing.

use vault::facade::{
    AppointmentRequest, AppointmentTime, AppointmentView, DosageDraft, LabRequestDraft, PrescriptionDraft, RecordQuery,
    RecordSummary, ReportDraft, TestDraft,
};

use super::consent::Given;
use super::{Cast, Stage, wait, wrong};
use crate::commands::appointment::show;
use crate::commands::{grant, read};
use crate::error::Error;
use crate::render;
use crate::session::Session;
use crate::time;

/// Asked, offered, accepted, booked.
pub(super) fn book(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<(), Error> {
    stage.step("Asha asks Dr Rao's desk for an appointment");
    let Cast { asha, rao, .. } = cast;
    rao.command(|vault, now, rng| vault.open_intake(now, rng))?;
    rao.sync()?;
    let contact = rao
        .query(|vault| vault.contact())?
        .ok_or_else(|| wrong("the desk has no contact"))?;
    let request = AppointmentRequest {
        contact,
        reason: "Tired for weeks".to_owned(),
        comment: None,
        wishes: Vec::new(),
    };
    let id = asha
        .command(|vault, now, rng| vault.ask_appointment(&request, now, rng))?
        .created
        .unwrap_or_default();
    asha.sync()?;
    let asked = stage_of(rao, &id, "asked")?;
    stage.say(format!("the desk reads: {} asks, \"{}\"", asked.name, asked.reason));
    let morning = rao.now() / 3600 * 3600 + 48 * 3600;
    let times: Vec<AppointmentTime> = [0, 2]
        .iter()
        .map(|hours| AppointmentTime {
            start: morning + hours * 3600,
            end: morning + hours * 3600 + 1200,
        })
        .collect();
    rao.command(|vault, now, rng| vault.offer_times(&id, times.clone(), now, rng))?;
    rao.sync()?;
    let offered = stage_of(asha, &id, "offered")?;
    for span in &offered.times {
        stage.say(format!("offered  {}", show(span)));
    }
    asha.command(|vault, now, rng| vault.accept_time(&id, 1, now, rng))?;
    asha.sync()?;
    let booked = stage_of(rao, &id, "booked")?
        .booked
        .ok_or_else(|| wrong("no time is booked"))?;
    let same = stage_of(asha, &id, "booked")?.booked;
    if same.as_ref() != Some(&booked) {
        return Err(wrong("the two sides booked different times"));
    }
    stage.good(format!("booked   {} on both sides", show(&booked)));
    Ok(())
}

fn stage_of(session: &mut Session, id: &str, stage: &str) -> Result<AppointmentView, Error> {
    wait(session, "the appointment did not go on", |session| {
        let now = session.now();
        let all = session.query(|vault| vault.appointments(now))?;
        Ok(all.into_iter().find(|one| one.id == id && one.stage == stage))
    })
}

/// The doctor looks at what matters first; opening it signs a receipt.
pub(super) fn read(stage: &mut Stage<'_>, cast: &mut Cast, given: &Given) -> Result<(), Error> {
    stage.step("Dr Rao reads: facts in plain words, and what they are worth");
    let Cast { asha, rao, .. } = cast;
    let listed = rao.query(|vault| vault.shared_records(&given.grant, &RecordQuery::default()))?;
    let now = rao.now();
    let access = rao
        .query(|vault| vault.accesses(now))?
        .into_iter()
        .find(|access| access.id == given.grant);
    let access = access.ok_or_else(|| wrong("the access is gone"))?;
    stage.say(format!(
        "{} of {}",
        render::count(listed.len(), "record", "records"),
        access.name
    ));
    stage.show(grant::latest(access.updated, access.checked), 1);
    let ids = first_of(&listed, &["allergy", "problem", "medication", "laboratory"]);
    read::open(stage.context, rao, &given.grant, &ids)?;
    for id in &ids {
        let view = rao.query(|vault| vault.shared_record(&given.grant, id, now))?;
        stage.show(render::facts(&view.fhir, &stage.context.catalog)?, 2);
    }
    if let Some(id) = ids.first() {
        let view = rao.query(|vault| vault.shared_record(&given.grant, id, now))?;
        stage.say("What the first of them is worth:");
        stage.show(render::standing(&view.standing, &stage.context.catalog), 2);
    }
    let receipt = wait(asha, "no receipt arrived", |asha| {
        Ok(asha.query(|vault| vault.receipts())?.into_iter().next())
    })?;
    stage.good(format!(
        "Asha is told: {} opened {}, {}",
        receipt.name,
        render::count(receipt.records.len(), "record", "records"),
        time::show(receipt.time)
    ));
    Ok(())
}

/// The newest record of each category.
fn first_of(listed: &[RecordSummary], categories: &[&str]) -> Vec<String> {
    let newest = |category: &&str| {
        listed
            .iter()
            .find(|record| record.category == **category && record.title.is_some())
    };
    categories
        .iter()
        .filter_map(newest)
        .map(|record| record.id.clone())
        .collect()
}

/// What the doctor wrote.
pub(super) struct Written {
    pub(super) report: String,
    pub(super) request: String,
}

pub(super) fn write(stage: &mut Stage<'_>, cast: &mut Cast, given: &Given) -> Result<Written, Error> {
    stage.step("Dr Rao writes a report, a prescription and a laboratory request, and signs each");
    let Cast { asha, rao, .. } = cast;
    let grant = &given.grant;
    let report = ReportDraft {
        title: "Consultation".to_owned(),
        reason: Some("Tired for weeks, short of breath on stairs".to_owned()),
        findings: Some("Pale; pulse 92; lungs clear".to_owned()),
        assessment: Some("Iron deficiency anaemia is likely".to_owned()),
        plan: Some("Iron tablets; blood count; see again in two weeks".to_owned()),
        ..ReportDraft::default()
    };
    let prescription = PrescriptionDraft {
        medicine: "Ferrous sulfate 325 mg tablet".to_owned(),
        dosage: DosageDraft {
            dose: Some("1".to_owned()),
            dose_unit: Some("tablet".to_owned()),
            frequency: Some(1),
            when: vec!["AC".to_owned()],
            duration: Some("90".to_owned()),
            ..DosageDraft::default()
        },
        refills: Some(1),
        reason: Some("Iron deficiency anaemia".to_owned()),
        ..PrescriptionDraft::default()
    };
    let test = |display: &str, code: &str| TestDraft {
        system: None,
        code: Some(code.to_owned()),
        display: display.to_owned(),
    };
    let request = LabRequestDraft {
        tests: vec![test("Hemoglobin", "718-7"), test("MCV", "787-2")],
        laboratory: Some("Riverside Laboratory".to_owned()),
        reason: Some("Iron deficiency anaemia suspected".to_owned()),
        ..LabRequestDraft::default()
    };
    let created = [
        rao.command(|vault, now, rng| vault.write_report(grant, &report, now, rng))?
            .created,
        rao.command(|vault, now, rng| vault.write_prescription(grant, &prescription, now, rng))?
            .created,
        rao.command(|vault, now, rng| vault.write_lab_request(grant, &request, now, rng))?
            .created,
    ];
    let [report, prescription, request] = created.map(Option::unwrap_or_default);
    rao.sync()?;
    for id in [&report, &prescription, &request] {
        filed(stage, asha, id)?;
    }
    wait(rao, "the wallet did not answer", |rao| {
        let sent = rao.query(|vault| vault.submissions())?;
        Ok((sent.len() == 3 && sent.iter().all(|one| one.stage == "filed")).then_some(()))
    })?;
    stage.good("filed: three new blocks in Asha's chain, and Dr Rao knows");
    Ok(Written { report, request })
}

/// The patient has the record, and can tell who stands behind it.
pub(super) fn filed(stage: &Stage<'_>, patient: &mut Session, id: &str) -> Result<(), Error> {
    let view = wait(patient, "a record did not arrive", |patient| {
        let now = patient.now();
        match patient.query(|vault| vault.record(id, now)) {
            Ok(view) => Ok(Some(view)),
            Err(error) if error.code == "vault.not_found" => Ok(None),
            Err(error) => Err(error),
        }
    })?;
    stage.show(render::facts(&view.fhir, &stage.context.catalog)?, 2);
    let standing = render::standing(&view.standing, &stage.context.catalog);
    stage.show(standing.first_line(), 2);
    if view.standing.authentic == "authentic" {
        Ok(())
    } else {
        Err(wrong("a record of a vouched author is not authentic"))
    }
}
